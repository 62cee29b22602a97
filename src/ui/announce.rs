//! What is said to a person who listens instead of looking: politely, once, without moving the focus.

use super::live;
use leptos::prelude::*;
use view::view;

/// Says a sentence politely. One an instance of the app, read from context; the shell draws its region.
#[derive(Clone, Copy)]
pub struct Announcer(RwSignal<String>);

impl Announcer {
    /// One that has said nothing yet.
    pub fn new() -> Self {
        Self(RwSignal::new(String::new()))
    }

    /// The one of the instance around the current view.
    pub fn here() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// Says it. The same sentence twice is said twice: a trailing space makes it another.
    pub fn say(self, sentence: &str) {
        self.0.update(|said| {
            let again = said == sentence;
            said.clear();
            said.push_str(sentence);
            if again {
                said.push('\u{a0}');
            }
        });
    }
}

impl Default for Announcer {
    fn default() -> Self {
        Self::new()
    }
}

/// The element in which an [`Announcer`] speaks. It stands in the page from the start, or nothing is heard.
pub fn live_region(announcer: Announcer) -> AnyView {
    view! { <p class="hc-sr" role="status" aria-live="polite">{live(move || announcer.0.get())}</p> }.into_any()
}
