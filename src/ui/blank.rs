//! Places that have nothing to show: not yet, or not at all.

use super::{Announcer, Button, Icon, Kind, Tone, Words, failure_note, icon, live};
use crate::i18n::{I18n, K, t};
use crate::reactive::{RwSignal, Signal, memo};
use leptos::prelude::*;
use std::time::Duration;
use view::view;

/// How a page on which something does not come is opened anew. One an instance, from context: the shell knows what is to be
/// stored before.
#[derive(Clone, Copy)]
pub struct Reopen {
    /// Nothing is lost by it, and the page is ours.
    pub may: Signal<bool>,
    /// Stores everything, and opens it.
    pub go: Callback<()>,
    /// What was in the way.
    pub hurdle: RwSignal<Option<K>>,
}

/// How long something has been waited for.
#[derive(Clone, Copy, PartialEq)]
enum Wait {
    /// It may come at once.
    Begun,
    /// Long enough for who does not see the grey lines to be told.
    Told,
    /// The network is slow.
    Slow,
    /// It may never come, and beginning anew costs less than waiting.
    Stalled,
}

/// When it is so.
const WAITS: [(Wait, Duration); 3] = [
    (Wait::Told, Duration::from_millis(700)),
    (Wait::Slow, Duration::from_secs(4)),
    (Wait::Stalled, Duration::from_secs(30)),
];

/// Grey lines where text is about to come. `waiting` is read aloud, then that the network is slow; what has stalled can be
/// opened again.
pub fn skeleton(waiting: impl Into<Words>, lines: usize) -> AnyView {
    let (i18n, announcer, waiting) = (I18n::here(), Announcer::here(), waiting.into());
    let reopen: Option<Reopen> = use_context();
    let wait = RwSignal::new(Wait::Begun);
    let stalled = move || reopen.filter(|it| wait.get() == Wait::Stalled && it.may.get());
    let words = move || match (wait.get(), stalled()) {
        (Wait::Begun, _) => String::new(),
        (Wait::Told, _) => waiting.get().to_string(),
        (Wait::Slow | Wait::Stalled, None) => i18n.text(K::WaitSlow),
        (Wait::Slow | Wait::Stalled, Some(_)) => i18n.text(K::WaitStalled),
    };
    let words = memo(words);
    for (next, after) in WAITS {
        let tell = move || {
            if wait.try_set(next).is_none() {
                // What is busy is silent itself. Of several that wait on one page, one is enough.
                announcer.say_once(&words.get_untracked());
            }
        };
        set_timeout(tell, after);
    }
    on_cleanup(move || announcer.take_back(&words.get_untracked()));
    let shown = move || {
        matches!(wait.get(), Wait::Slow | Wait::Stalled)
            .then(|| view! { <p class="hc-hint">{live(move || words.get())}</p> })
    };
    let again = move || {
        stalled().map(|it| {
            let hurdle = live(move || it.hurdle.get().map(|why| failure_note(Tone::Warn, Icon::Info, t(why))));
            view! {
                <p><Button label=t(K::WaitReopen) kind=Kind::Text before=Icon::Sync on_press=it.go/></p>
                {hurdle}
            }
        })
    };
    let bars = (0..lines).map(|_| view! { <div class="hc-skel"></div> }).collect_view();
    view! { <div class="hc-card" aria-busy="true">{bars}</div> {live(shown)} {live(again)} }.into_any()
}

/// Nothing here yet, and what one can do about it.
pub fn empty(drawing: Icon, title: impl Into<Words>, body: impl Into<Words>, act: Option<AnyView>) -> AnyView {
    let (title, body) = (title.into(), body.into());
    view! {
        <div class="hc-empty">
            {icon(drawing)}
            <p class="hc-h3">{live(move || title.get())}</p>
            <p class="hc-hint">{live(move || body.get())}</p>
            {act}
        </div>
    }
    .into_any()
}
