//! The way from a certificate to the next one: what was answered last time comes along.

use crate::i18n::{K, t};
use crate::offline::Offline;
use crate::reactive::{RwSignal, Signal};
use crate::route::{Nav, Route};
use crate::ui::{Button, Icon, Tone, live, plain_note};
use leptos::{prelude::*, task::spawn_local};
use view::view;

/// The form that an application is filled in with.
const FORM: &str = "health-certificate";

/// The button, and why it did not work.
pub(super) fn renew(nav: Nav, offline: Offline, certificate: String) -> AnyView {
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(false));
    let begin = Callback::new(move |()| {
        let certificate = certificate.clone();
        busy.set(true);
        failed.set(false);
        spawn_local(async move {
            match offline.begin_renewal(FORM, &certificate).await {
                // Who has left meanwhile finds it at home.
                Ok(_) if busy.is_disposed() => {}
                Ok(id) => nav.go(Route::Tasks(id)),
                Err(why) => {
                    leptos::logging::log!("renewal: {why:?}");
                    failed.try_set(true);
                }
            }
            busy.try_set(false);
        });
    });
    view! {
        <Button label=t(K::HomeRenew) busy=Signal::from(busy) busy_label=t(K::CertRenewStarting) on_press=begin/>
        {live(move || failed.get().then(|| plain_note(Tone::Warn, Icon::Offline, t(K::CertRenewFailed))))}
    }
    .into_any()
}
