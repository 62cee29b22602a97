//! What is said to a person who listens instead of looking: politely, once, without moving the focus.

use super::live;
use crate::reactive::RwSignal;
use leptos::prelude::*;
use view::view;

/// Says a sentence politely. One an instance of the app, read from context; the shell draws its region.
#[derive(Clone, Copy)]
pub struct Announcer(RwSignal<Said>);

/// The last sentence, and when it was said.
#[derive(Default)]
struct Said {
    words: String,
    at: f64,
}

/// What was said so shortly before a page was left belongs to the page that comes.
const WITH_THE_NEXT_PAGE_MS: f64 = 100.0;

impl Announcer {
    /// One that has said nothing yet.
    pub fn new() -> Self {
        Self(RwSignal::new(Said::default()))
    }

    /// The one of the instance around the current view.
    pub fn here() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// Says it. The same sentence twice is said twice: a trailing space makes it another.
    pub fn say(self, sentence: &str) {
        self.0.update(|said| {
            let again = said.words == sentence;
            sentence.clone_into(&mut said.words);
            said.at = js_sys::Date::now();
            if again {
                said.words.push('\u{a0}');
            }
        });
    }

    /// Says it, unless it is what was said last.
    pub fn say_once(self, sentence: &str) {
        if self.0.with_untracked(|said| said.words.trim_end_matches('\u{a0}') != sentence) {
            self.say(sentence);
        }
    }

    /// This is not so any more, and is not found there any more, unless something else was said since.
    pub fn take_back(self, sentence: &str) {
        if self.0.try_with_untracked(|said| said.words.trim_end_matches('\u{a0}') == sentence) == Some(true) {
            self.0.update(|said| said.words.clear());
        }
    }

    /// Another page, or another language: what was said before is not found there any more.
    pub fn forget(self) {
        let old = self
            .0
            .with_untracked(|said| !said.words.is_empty() && js_sys::Date::now() - said.at > WITH_THE_NEXT_PAGE_MS);
        if old {
            self.0.update(|said| said.words.clear());
        }
    }
}

impl Default for Announcer {
    fn default() -> Self {
        Self::new()
    }
}

/// The element in which an [`Announcer`] speaks. It stands in the page from the start, or nothing is heard.
pub fn live_region(announcer: Announcer) -> AnyView {
    view! { <p class="hc-sr" role="status" aria-live="polite">{live(move || announcer.0.with(|said| said.words.clone()))}</p> }.into_any()
}
