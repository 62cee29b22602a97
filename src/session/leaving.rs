//! Signing out, from home and from where another person's draft would stand.

use super::failure;
use crate::i18n::{I18n, K};
use crate::offline::{Offline, SignOutError};
use crate::reactive::RwSignal;
use crate::route::{Nav, Route};
use crate::ui::Announcer;
use leptos::task::spawn_local;

/// Signing out: what it needs, and where it leads.
#[derive(Clone)]
pub(super) struct Leaving {
    pub(super) nav: Nav,
    pub(super) offline: Offline,
    pub(super) to: Route,
    pub(super) failed: RwSignal<Option<SignOutError>>,
}

/// Why it still stands, and what to do.
pub(super) fn words(i18n: I18n, why: &SignOutError) -> String {
    match why {
        SignOutError::NotStored => i18n.text(K::SigninOutUnsaved),
        SignOutError::Call(why) => failure::words(i18n, why),
    }
}

/// Ends the session and goes elsewhere; without a network, or where what was typed last could be kept nowhere, it still
/// stands, and `failed` says so.
pub(super) fn sign_out(i18n: I18n, announcer: Announcer, to: Leaving) {
    let Leaving { nav, offline, to, failed } = to;
    spawn_local(async move {
        match offline.sign_out().await {
            Ok(()) => {
                announcer.say(&i18n.text(K::SigninOutDone));
                nav.go(to);
            }
            Err(why) => {
                failed.try_set(Some(why));
            }
        }
    });
}
