//! What stands with a consent that is asked for apart from all else: what is kept how long, and the way to take it back.
//!
//! Unticked, nothing more leaves this phone. What the office has of a draft it erases when the application is withdrawn, so that
//! is what taking back does once there is something.

use crate::form::ConsentHole;
use crate::i18n::{I18n, K, t};
use crate::offline::{Kept, Offline, StoreError, StoreStep};
use crate::reactive::{RwSignal, Signal, memo};
use crate::route::{Nav, Route};
use crate::ui::{Announcer, Button, Dialog, Icon, Kind, Tone, disclosure, failure_note, live};
use contract::api::Service;
use contract::application::Act;
use leptos::{prelude::*, task::spawn_local};
use view::view;

/// Below the tick.
pub(super) fn beside(application: &str, hole: ConsentHole) -> AnyView {
    let ConsentHole { topic, given, closed, take_back } = hole;
    view! { {kept_how_long()} {(topic == super::IDENTITY).then(|| taking_back(application, given, closed, take_back))} }
        .into_any()
}

/// What the service says of it: the paper that a consent speaks of.
fn kept_how_long() -> AnyView {
    let service = Offline::here().service();
    let lines = memo(move || -> Vec<String> {
        let told = |kept: &Kept<Service>| kept.value.retention.iter().map(|it| it.text.clone()).collect();
        service.with(|kept| kept.as_ref().map(told).unwrap_or_default())
    });
    live(move || {
        let rows = lines.get().into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        let list = view! { <ul class="hc-list">{rows}</ul> };
        lines.with(|all| !all.is_empty()).then(|| disclosure(t(K::ConsentKept), list.into_any()))
    })
}

fn taking_back(application: &str, given: Signal<bool>, closed: Signal<bool>, take_back: Callback<()>) -> AnyView {
    let (nav, offline, i18n, announcer) = (Nav::here(), Offline::here(), I18n::here(), Announcer::here());
    let (asked, busy, failed) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(None));
    let (record, id) = (offline.record(application), application.to_owned());
    let is_there =
        memo(move || record.with(|kept| kept.as_ref().is_some_and(|kept| kept.value.action(Act::Withdraw).is_some())));
    let offered = memo(move || !closed.get() && (given.get() || is_there.get()));
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

/// What is said where the withdrawal was not put on its way.
fn not_kept(why: StoreError) -> K {
    if why.next_step() == StoreStep::MakeRoom { K::ProgressWithdrawFull } else { K::ProgressWithdrawFailed }
}
