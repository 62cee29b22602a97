//! Signing out, from home and from where another person's draft would stand.

use crate::api::ApiError;
use crate::i18n::{I18n, K};
use crate::offline::Offline;
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
    pub(super) failed: RwSignal<Option<ApiError>>,
}

/// Ends the session and goes elsewhere; without a network it still stands, and `failed` says so.
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
