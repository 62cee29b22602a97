//! The way from a certificate to the next one: what was answered last time comes along.

use crate::form::compose;
use crate::i18n::{K, t};
use crate::offline::Offline;
use crate::reactive::{RwSignal, Signal};
use crate::route::{Nav, Route};
use crate::ui::{Button, Icon, Tone, failure_note, live};
use contract::application::State;
use leptos::{prelude::*, task::spawn_local};
use view::view;

/// A renewal that is begun from one page, however often the button is drawn anew or pressed: one application.
#[derive(Clone, Copy)]
pub(super) struct Renewing {
    nav: Nav,
    offline: Offline,
    certificate: StoredValue<String>,
    new: StoredValue<String>,
    busy: RwSignal<bool>,
    failed: RwSignal<bool>,
}

impl Renewing {
    pub(super) fn new(nav: Nav, offline: Offline, certificate: String) -> Self {
        Self {
            nav,
            offline,
            certificate: StoredValue::new(certificate),
            new: StoredValue::new(offline.new_application()),
            busy: RwSignal::new(false),
            failed: RwSignal::new(false),
        }
    }

    fn begin(self) {
        let Self { nav, offline, busy, failed, .. } = self;
        let (certificate, new) = (self.certificate.get_value(), self.new.get_value());
        let form = offline.application_form().get_untracked();
        busy.set(true);
        failed.set(false);
        spawn_local(async move {
            match Box::pin(offline.begin_renewal(&new, &form, &certificate, compose)).await {
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
    }

    /// The button, and why it did not work.
    pub(super) fn draw(self) -> AnyView {
        let begin = Callback::new(move |()| self.begin());
        let failed = self.failed;
        view! {
            <Button label=t(K::HomeRenew) busy=Signal::from(self.busy) busy_label=t(K::CertRenewStarting) on_press=begin/>
            {live(move || failed.get().then(|| failure_note(Tone::Warn, Icon::Offline, t(K::CertRenewFailed))))}
        }
        .into_any()
    }
}

/// Where it is gone on with: one that was begun before may be at the office already.
fn place_of(offline: Offline, id: String) -> Route {
    let state = offline.record(&id).with_untracked(|it| it.as_ref().map(|kept| kept.value.state));
    if state.is_some_and(|state| state != State::Draft) { Route::Status(id) } else { Route::Tasks(id) }
}
