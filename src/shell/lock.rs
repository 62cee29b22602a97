//! A PIN for shared phones: the page that asks for it, and the place where it is set and taken away.

use crate::api::sleep;
use crate::i18n::{I18n, K, t};
use crate::offline::{Offline, PinError, SHORTEST_PIN};
use crate::reactive::{RwSignal, Signal, effect};
use crate::ui::{
    Announcer, Button, Dialog, FieldShell, Icon, Kind, PageTitle, Tone, described_by, field, focus_in_place, fresh_id,
    heading_level, live, plain_note,
};
use leptos::{html, prelude::*, task::spawn_local};
use std::time::Duration;
use view::view;

/// What stands in place of every page until the PIN was entered.
pub(crate) fn page() -> AnyView {
    let (offline, i18n) = (Offline::here(), I18n::here());
    let (pin, told, busy) = (RwSignal::new(String::new()), RwSignal::new(None::<PinError>), RwSignal::new(false));
    let (asked, not_erased) = (RwSignal::new(false), RwSignal::new(false));
    spawn_local(async move {
        let seconds = offline.pin_wait().await;
        if seconds > 0 {
            told.try_set(Some(PinError::Wait(seconds)));
        }
    });
    let open = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        told.set(None);
        not_erased.set(false);
        spawn_local(async move {
            let entered = pin.get_untracked();
            let opened = offline.unlock(entered.trim()).await;
            busy.try_set(false);
            told.try_set(opened.err());
        });
    };
    // Who waits sees when it is over.
    effect(move || {
        let Some(PinError::Wait(seconds)) = told.get() else { return };
        spawn_local(async move {
            sleep(Duration::from_secs(seconds.into())).await;
            if told.try_get_untracked() == Some(Some(PinError::Wait(seconds))) {
                told.try_set(None);
            }
        });
    });
    let erasing = RwSignal::new(false);
    let erase = Callback::new(move |()| {
        if erasing.get_untracked() {
            return;
        }
        erasing.set(true);
        not_erased.set(false);
        spawn_local(async move {
            if offline.erase_locked().await.is_err() {
                erasing.try_set(false);
                asked.try_set(false);
                not_erased.try_set(true);
            }
        });
    });
    let words = move || {
        let why = told.get().map(|why| words(i18n, why));
        let words = if not_erased.get() { Some(i18n.text(K::EraseFailed)) } else { why };
        words.map(|words| plain_note(Tone::Bad, Icon::Warning, words))
    };
    view! {
        <PageTitle words=t(K::PinTitle)/>
        <p>{t(K::PinAsk)}</p>
        <form class="hc-stack" on:submit=move |event| { event.prevent_default(); open(); }>
            {digits(K::PinField, pin)}
            <div role="alert">{live(words)}</div>
            <div class="hc-row"><Button label=t(K::PinOpen) busy=Signal::from(busy) submit=true/></div>
        </form>
        <p><Button label=t(K::PinForgot) kind=Kind::Text on_press=move |()| asked.set(true)/></p>
        <Dialog
            open=asked
            title=t(K::PinForgotTitle)
            body=t(K::PinForgotBody)
            safe=t(K::EraseKeep)
            act=t(K::EraseGo)
            busy=erasing
            on_safe=move |()| asked.set(false)
            on_act=erase
        />
    }
    .into_any()
}

/// In the settings.
pub(crate) fn section() -> AnyView {
    let offline = Offline::here();
    let is_set = RwSignal::new(None::<bool>);
    spawn_local(async move {
        let now = offline.has_pin().await;
        is_set.try_set(Some(now));
    });
    let node: NodeRef<html::H2> = NodeRef::new();
    let changed = Changed { is_set, node, i18n: I18n::here(), announcer: Announcer::here() };
    view! {
        <h2 node_ref=node class="hc-h2" tabindex="-1" aria-level=heading_level(2)>{live(t(K::PinSection))}</h2>
        {live(move || is_set.get().map(|now| if now { take_away(changed) } else { set(changed) }))}
    }
    .into_any()
}

/// Whether there is a PIN, and how it is told that this has changed.
#[derive(Clone, Copy)]
struct Changed {
    is_set: RwSignal<Option<bool>>,
    /// The title, which stays.
    node: NodeRef<html::H2>,
    i18n: I18n,
    announcer: Announcer,
}

impl Changed {
    /// The button that was pressed goes with all that is around it: the focus goes above, and what is so now is said.
    fn to(self, now: bool) {
        if self.is_set.try_set(Some(now)).is_none() {
            if let Some(node) = self.node.try_get_untracked().flatten() {
                focus_in_place(&node);
            }
            self.announcer.say(&self.i18n.text(if now { K::PinIsSet } else { K::PinRemoved }));
        }
    }
}

/// Why a PIN was not set.
#[derive(Clone, Copy)]
enum NotSet {
    /// It was not typed the same twice.
    Differ,
    /// The phone says so.
    Because(PinError),
}

fn set(changed: Changed) -> AnyView {
    let (offline, i18n) = (Offline::here(), I18n::here());
    let (pin, again) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (told, busy) = (RwSignal::new(None::<NotSet>), RwSignal::new(false));
    let go = Callback::new(move |()| {
        let entered = pin.get_untracked().trim().to_owned();
        if entered != again.get_untracked().trim() {
            told.set(Some(NotSet::Differ));
            return;
        }
        busy.set(true);
        told.set(None);
        spawn_local(async move {
            let done = offline.set_pin(&entered).await;
            busy.try_set(false);
            match done {
                Ok(()) => changed.to(true),
                Err(why) => drop(told.try_set(Some(NotSet::Because(why)))),
            }
        });
    });
    let said = move || {
        told.get().map(|why| match why {
            NotSet::Differ => plain_note(Tone::Bad, Icon::Warning, t(K::PinDiffer)),
            NotSet::Because(why) => plain_note(Tone::Bad, Icon::Warning, words(i18n, why)),
        })
    };
    view! {
        <p>{t(K::PinAbout)}</p>
        {plain_note(Tone::Warn, Icon::Warning, t(K::PinAboutForgot))}
        {digits(K::PinNew, pin)}
        {digits(K::PinAgain, again)}
        <div role="alert">{live(said)}</div>
        <div class="hc-row"><Button label=t(K::PinSet) kind=Kind::Quiet busy=Signal::from(busy) on_press=go/></div>
    }
    .into_any()
}

fn take_away(changed: Changed) -> AnyView {
    let (offline, i18n) = (Offline::here(), I18n::here());
    let (pin, told, busy) = (RwSignal::new(String::new()), RwSignal::new(None), RwSignal::new(false));
    let go = Callback::new(move |()| {
        busy.set(true);
        told.set(None);
        spawn_local(async move {
            let entered = pin.get_untracked();
            let done = offline.remove_pin(entered.trim()).await;
            busy.try_set(false);
            match done {
                Ok(()) => changed.to(false),
                Err(why) => drop(told.try_set(Some(why))),
            }
        });
    });
    let said = move || told.get().map(|why| plain_note(Tone::Bad, Icon::Warning, words(i18n, why)));
    view! {
        {plain_note(Tone::Ok, Icon::Lock, t(K::PinIsSet))}
        {digits(K::PinField, pin)}
        <div role="alert">{live(said)}</div>
        <div class="hc-row"><Button label=t(K::PinRemove) kind=Kind::Quiet busy=Signal::from(busy) on_press=go/></div>
    }
    .into_any()
}

/// A keyboard for Chinese may write digits twice as wide, which nobody sees in a covered field.
fn half_width(typed: &str) -> String {
    let narrow = |c: char| match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        other => other,
    };
    typed.chars().map(narrow).collect()
}

fn digits(label: K, pin: RwSignal<String>) -> AnyView {
    let id = fresh_id("pin");
    let control = view! {
        <input
            class="hc-input"
            id=id.clone()
            type="password"
            inputmode="numeric"
            autocomplete="off"
            aria-describedby=described_by(&id, false, false)
            on:input=move |event| pin.set(half_width(&event_target_value(&event)))
        />
    };
    let shell = FieldShell { id, label: t(label).into(), hint: None, error: Signal::derive(|| None) };
    field(shell, control.into_any())
}

fn words(i18n: I18n, why: PinError) -> String {
    match why {
        PinError::Short => i18n.say(K::PinShort, &[("n", SHORTEST_PIN.into())]),
        PinError::OtherPages => i18n.text(K::PinOtherPages),
        PinError::NoLocks => i18n.text(K::PinNoLocks),
        PinError::Wrong => i18n.text(K::PinWrong),
        PinError::Wait(seconds) => i18n.say(K::PinWait, &[("n", seconds.into())]),
        PinError::NotStored => i18n.text(K::PinNotStored),
    }
}
