//! The line above the act of a page: whether what was filled in is stored.

use super::memory::{memory_words, own_window};
use super::opening::Opened;
use super::seldom::{What, seldom};
use crate::i18n::{I18n, K, t};
use crate::offline::{Network, Offline, SaveState, Storage, StoreError};
use crate::reactive::{Memo, RwSignal, Signal, derive, effect_from, memo};
use crate::route::{Nav, Route};
use crate::ui::{Button, Icon, Kind, Tone, live, note, small_icon, turning_icon};
use contract::api::Instant;
use leptos::{prelude::*, task::spawn_local};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use view::view;

/// So long the time of the last save stands there while the next one is under way.
const LONG: Duration = Duration::from_secs(2);

/// What the line says. It is drawn anew only where that has changed: a save in the same minute changes nothing.
#[derive(Clone, Copy, PartialEq)]
struct Line {
    drawing: Icon,
    words: K,
    time: Option<Minute>,
}

/// Of two moments that read the same only the first is shown.
#[derive(Clone, Copy)]
struct Minute(Instant);

impl PartialEq for Minute {
    fn eq(&self, other: &Self) -> bool {
        self.0.timestamp().div_euclid(60) == other.0.timestamp().div_euclid(60)
    }
}

impl Line {
    fn new(drawing: Icon, words: K) -> Self {
        Self { drawing, words, time: None }
    }

    fn saved(drawing: Icon, words: K, at: Instant) -> Self {
        Self { time: Some(Minute(at)), ..Self::new(drawing, words) }
    }

    fn said(self, i18n: I18n) -> String {
        match self.time {
            Some(Minute(at)) => i18n.say(self.words, &[("time", i18n.time(at).into())]),
            None => i18n.text(self.words),
        }
    }
}

/// What is missing still, above the save line. `id` lets the act below name it as its reason.
pub(super) fn save_or_missing(opened: Opened, id: &str, missing: Signal<Option<String>>) -> AnyView {
    let id = (!id.is_empty()).then(|| id.to_owned());
    let left = move || {
        let (words, id) = (missing.get()?, id.clone());
        Some(view! { <p class="hc-save" id=id role="status">{small_icon(Icon::Edit)} <span>{words}</span></p> })
    };
    view! { {live(left)} {save_line(opened)} }.into_any()
}

/// The save line of a draft. While it is being stored, the last time stands there: people read it, they do not watch it.
pub(super) fn save_line(opened: Opened) -> AnyView {
    let (offline, i18n) = (Offline::here(), I18n::here());
    let (stored, network, storage) = (opened.draft().saved(), offline.network(), offline.storage());
    // What nothing outlives stays in memory whatever is typed, and before anything is.
    let saved = derive(move || match (stored.get(), storage.get()) {
        (failed @ SaveState::Failed(_), _) => failed,
        (_, Storage::MemoryOnly(why)) => SaveState::MemoryOnly(why),
        (now, _) => now,
    });
    let there = offline.saved_in_account(&opened.filling.application());
    let late = lasts(saved);
    let line = Memo::new(move |before: Option<&Option<Line>>| {
        let before = before.copied().flatten().filter(|line| line.time.is_some());
        let (now, late) = (saved.get(), late.get());
        Some(match now {
            SaveState::Nothing => return None,
            SaveState::Saving => before.filter(|_| !late).unwrap_or(Line::new(Icon::Phone, K::SaveSaving)),
            SaveState::Saved(at) if there.get().is_some_and(|there| there >= at) => {
                Line::saved(Icon::Check, K::SaveAccount, at)
            }
            SaveState::Saved(at) if network.get() == Network::Offline => Line::saved(Icon::Offline, K::SaveOffline, at),
            SaveState::Saved(at) => Line::saved(Icon::Phone, K::SavePhone, at),
            SaveState::MemoryOnly(why) => Line::new(Icon::Warning, memory_words(why)),
            SaveState::Failed(why) => Line::new(Icon::Warning, failed_words(why)),
        })
    });
    let is_there = memo(move || line.with(Option::is_some));
    let words = move || line.get().map(|line| line.said(i18n));
    let drawing = move || line.get().map_or(Icon::Phone, |line| line.drawing);
    let told = move || is_there.get().then(|| view! { {turning_icon(drawing)} <span>{live(words)}</span> });
    let words_of_loss =
        memo(move || line.with(|line| line.filter(|line| line.drawing == Icon::Warning).map(|line| line.words)));
    // What is not stored can be carried away, once there is something.
    let is_lost = memo(move || words_of_loss.get().is_some() && stored.get() != SaveState::Nothing);
    let elsewhere = move || words_of_loss.get().and_then(own_window);
    let keep = move || is_lost.get().then(|| seldom(What::CarriedAway(opened)));
    view! { <p class="hc-save" role="status">{live(told)}</p> {live(elsewhere)} {live(keep)} }.into_any()
}

/// Whether it has been being stored for longer than a person would take for nothing.
fn lasts(saved: Signal<SaveState>) -> RwSignal<bool> {
    let late = RwSignal::new(false);
    effect_from(move |turn: Option<Rc<Cell<bool>>>| {
        // The one before has ended, also where the state is the same again: something was stored meanwhile.
        if let Some(before) = turn {
            before.set(true);
        }
        let over = Rc::new(Cell::new(false));
        let saving = saved.get() == SaveState::Saving;
        if late.get_untracked() {
            late.set(false);
        }
        if saving {
            let over = over.clone();
            spawn_local(async move {
                crate::api::sleep(LONG).await;
                if !over.get() {
                    late.try_set(true);
                }
            });
        }
        over
    });
    late
}

/// It was not stored, and is tried again.
fn failed_words(why: StoreError) -> K {
    match why {
        StoreError::Full => K::SaveFull,
        StoreError::Private | StoreError::Disabled | StoreError::Closed => memory_words(why.into()),
        StoreError::Unreadable
        | StoreError::Missing
        | StoreError::Locked
        | StoreError::Elsewhere
        | StoreError::UnderWay => K::SaveFailed,
    }
}

/// Another phone has saved other answers: where to choose.
pub(super) fn other_phone(opened: Opened) -> AnyView {
    let (nav, id) = (Nav::here(), opened.filling.application());
    let differing = Offline::here().differing(&id);
    live(move || {
        let some = differing.with(|all| !all.is_empty());
        some.then(|| {
            let (href, to) = nav.link(&Route::Check(id.clone()));
            let body = view! { <p><a href=href data-to=to>{t(K::PDraftNewer)}</a></p> };
            note(Tone::Warn, Icon::Phone, true, body.into_any())
        })
    })
}

/// Another tab fills this in: here it can be read, and taken over.
pub(super) fn other_tab(opened: Opened) -> AnyView {
    other_tab_at(opened, NodeRef::new())
}

/// The same, where an act of the page leads to it: `node` takes the focus then.
pub(super) fn other_tab_at(opened: Opened, node: NodeRef<leptos::html::Div>) -> AnyView {
    let draft = opened.draft();
    let (writable, frozen, kept_back) = (draft.writable(), draft.frozen(), draft.kept_back());
    live(move || {
        let elsewhere = !writable.get() && frozen.with(Option::is_none);
        elsewhere.then(|| {
            let take = Callback::new(move |()| draft.take_over());
            let body = view! {
                <p>{t(K::TabLocked)}</p>
                {live(move || kept_back.get().then(|| view! { <p>{t(K::TabKept)}</p> }))}
                <p><Button kind=Kind::Text label=t(K::TabTake) on_press=take/></p>
            };
            view! { <div node_ref=node tabindex="-1">{note(Tone::Warn, Icon::Lock, true, body.into_any())}</div> }
        })
    })
}
