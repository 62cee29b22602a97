//! What this phone keeps: whether it will stay, how much room there is, and erasing all of it.

use crate::apply::memory_note;
use crate::i18n::{I18n, K, t};
use crate::offline::{Counts, Health, Offline, Storage};
use crate::reactive::{RwSignal, Signal, derive};
use crate::route::{Nav, Route};
use crate::session::counted;
use crate::ui::{Announcer, Button, Dialog, Icon, Kind, Tone, failure_note, live, plain_note};
use leptos::{prelude::*, task::spawn_local};
use view::view;

/// Whether it will stay, and how full the phone is.
pub(crate) fn health() -> AnyView {
    let (offline, i18n) = (Offline::here(), I18n::here());
    let (health, set_health) = signal(None::<Health>);
    spawn_local(async move {
        let now = offline.health().await;
        set_health.try_set(Some(now));
    });
    let storage = offline.storage();
    let checking = || Some(plain_note(Tone::Plain, Icon::Clock, t(K::StorageChecking)));
    let state = move || match storage.get() {
        Storage::Opening | Storage::Locked => checking(),
        Storage::MemoryOnly(_) => Some(memory_note()),
        Storage::KeptInPart => Some(plain_note(Tone::Warn, Icon::Warning, t(K::StoragePart))),
        Storage::Kept => match health.get() {
            None => checking(),
            // Where no draft lies there is none that the browser might clear.
            Some(health) if !health.persisted && offline.what_is_here().drafts > 0 => {
                Some(plain_note(Tone::Warn, Icon::Warning, t(K::SaveNopersist)))
            }
            Some(health) => health.will_stay().then(|| plain_note(Tone::Ok, Icon::Check, t(K::SaveOk))),
        },
    };
    let used = move || {
        let health = health.get()?;
        let room = megabytes(health.room()?);
        let (key, room) =
            if room < 1000.0 { (K::StorageUsage, room) } else { (K::StorageAmple, (room / 1000.0).floor()) };
        let args = [("n", megabytes(health.usage?).into()), ("m", room.into())];
        Some(view! { <p class="hc-meta">{i18n.say(key, &args)}</p> })
    };
    // After a reload what is kept is read only by and by.
    let kept = move || {
        let known = !matches!(storage.get(), Storage::Opening | Storage::Locked);
        known.then(|| view! { <p>{i18n.say(K::StorageCounts, &counted(&offline.what_is_here()))}</p> })
    };
    view! { {live(state)} {live(kept)} {live(used)} }.into_any()
}

fn megabytes(bytes: f64) -> f64 {
    (bytes / 1_000_000.0).floor()
}

/// Erasing everything, after a question that counts what is lost.
pub(crate) fn erase() -> AnyView {
    let (nav, offline, i18n, announcer) = (Nav::here(), Offline::here(), I18n::here(), Announcer::here());
    let asked: RwSignal<Option<Counts>> = RwSignal::new(None);
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(false));
    let ask = Callback::new(move |()| asked.set(Some(untrack(|| offline.what_is_here()))));
    let keep = Callback::new(move |()| asked.set(None));
    let go = Callback::new(move |()| {
        busy.set(true);
        // Said anew where it fails once more.
        failed.set(false);
        spawn_local(async move {
            let done = offline.erase_all().await;
            busy.try_set(false);
            asked.try_set(None);
            match done {
                Ok(counts) => {
                    announcer.say(&crate::session::erased(i18n, &counts));
                    nav.go(Route::Entrance);
                }
                Err(why) => {
                    leptos::logging::warn!("erase: {why:?}");
                    failed.try_set(true);
                }
            }
        });
    });
    let body =
        move || asked.with(|counts| counts.as_ref().map(|c| i18n.say(K::EraseBody, &counted(c)))).unwrap_or_default();
    view! {
        {live(move || failed.get().then(|| failure_note(Tone::Bad, Icon::Warning, t(K::EraseFailed))))}
        <div class="hc-row"><Button label=t(K::EraseOpen) kind=Kind::Bad before=Icon::Bin on_press=ask/></div>
        <Dialog
            open=derive(move || asked.with(Option::is_some))
            title=t(K::EraseTitle)
            body=body
            safe=t(K::EraseKeep)
            act=t(K::EraseGo)
            busy=Signal::from(busy)
            on_safe=keep
            on_act=go
        />
    }
    .into_any()
}
