//! The way to take a consent back. What the office has of a draft it erases when the application is withdrawn, so that is what
//! taking back does once there is something.

use crate::i18n::{I18n, K, t};
use crate::offline::{Offline, StoreError, StoreStep};
use crate::reactive::{Memo, RwSignal, Signal, memo};
use crate::route::{Nav, Route};
use crate::ui::{Announcer, Button, Dialog, Icon, Kind, Tone, failure_note, live};
use contract::application::Act;
use leptos::{prelude::*, task::spawn_local};
use view::view;

/// A consent of an application that can be taken back.
#[derive(Clone)]
pub(super) struct TakingBack {
    application: String,
    /// It is given, or the office has something under it already.
    pub(super) offered: Memo<bool>,
    is_there: Memo<bool>,
    take_back: Callback<()>,
}

impl TakingBack {
    /// `given`: it is ticked; `closed`: nothing can be changed here.
    pub(super) fn new(application: &str, given: Signal<bool>, closed: Signal<bool>, take_back: Callback<()>) -> Self {
        let (offline, id) = (Offline::here(), application.to_owned());
        let is_there = memo(move || offline.may(&id, Act::Withdraw));
        let offered = memo(move || !closed.get() && (given.get() || is_there.get()));
        Self { application: application.to_owned(), offered, is_there, take_back }
    }

    /// The button, and the question where something is at the office.
    pub(super) fn drawn(self) -> AnyView {
        let Self { application: id, offered, is_there, take_back } = self;
        let (nav, offline, i18n, announcer) = (Nav::here(), Offline::here(), I18n::here(), Announcer::here());
        let (asked, busy, failed) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(None));
        let press = Callback::new(move |()| {
            if is_there.get_untracked() {
                asked.set(true);
                return;
            }
            take_back.run(());
            announcer.say(&i18n.text(K::ConsentBackDone));
        });
        let withdraw = Callback::new(move |()| {
            busy.set(true);
            // Whatever becomes of the rest, from here on nothing more goes.
            take_back.run(());
            let id = id.clone();
            spawn_local(async move {
                let stored = offline.withdraw(&id, None).await;
                busy.try_set(false);
                asked.try_set(false);
                match stored {
                    Ok(_) => nav.go(Route::Status(id)),
                    Err(why) => drop(failed.try_set(Some(not_kept(why)))),
                }
            });
        });
        view! {
            {live(move || offered.get().then(|| view! { <Button label=t(K::ConsentBack) kind=Kind::Text on_press=press/> }))}
            {live(move || failed.get().map(|why| failure_note(Tone::Bad, Icon::Warning, t(why))))}
            <Dialog
                open=asked
                title=t(K::ConsentBackTitle)
                body=t(K::ConsentBackBody)
                safe=t(K::ProgressWithdrawKeep)
                act=t(K::ConsentBack)
                busy=Signal::from(busy)
                on_safe=Callback::new(move |()| asked.set(false))
                on_act=withdraw
            />
        }
        .into_any()
    }
}

/// What is said where the withdrawal was not put on its way.
fn not_kept(why: StoreError) -> K {
    if why.next_step() == StoreStep::MakeRoom { K::ProgressWithdrawFull } else { K::ProgressWithdrawFailed }
}
