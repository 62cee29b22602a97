//! The way from a certificate to the next one: what was answered last time comes along.

use crate::i18n::{I18n, K, t};
use crate::offline::Offline;
use crate::reactive::{RwSignal, Signal};
use crate::route::{Nav, Route};
use crate::ui::{Button, Icon, Tone, live, plain_note};
use contract::application::State;
use leptos::{prelude::*, task::spawn_local};
use view::view;

/// The form that an application is filled in with.
const FORM: &str = "health-certificate";

/// The button, and why it did not work.
pub(super) fn renew(nav: Nav, offline: Offline, certificate: String) -> AnyView {
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(false));
    let i18n = I18n::here();
    // However often it is tried, it is one application.
    let new = offline.new_application();
    let begin = Callback::new(move |()| {
        let (certificate, new) = (certificate.clone(), new.clone());
        let today = untrack(|| i18n.at_office(offline.now()).date_naive());
        busy.set(true);
        failed.set(false);
        spawn_local(async move {
            match offline.begin_renewal(&new, FORM, &certificate, today).await {
                // Who has left meanwhile finds it at home.
                Ok(_) if busy.is_disposed() => {}
                Ok(id) => nav.go(place_of(offline, id)),
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

/// Where it is gone on with: one that was begun before may be at the office already.
fn place_of(offline: Offline, id: String) -> Route {
    let state = offline.record(&id).with_untracked(|it| it.as_ref().map(|kept| kept.value.state));
    if state.is_some_and(|state| state != State::Draft) { Route::Status(id) } else { Route::Tasks(id) }
}
