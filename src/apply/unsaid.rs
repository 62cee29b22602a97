//! What came of handing over from a page that was left meanwhile: it did not go, and that stands on whichever page is there.

use crate::i18n::{K, t};
use crate::offline::Offline;
use crate::reactive::{RwSignal, effect_from};
use crate::route::{Nav, Route};
use crate::ui::{Icon, Tone, live, note};
use leptos::prelude::*;
use view::view;

/// Why the last one that was left did not go, and from which page. One an instance of the app, read from context.
#[derive(Clone, Copy)]
pub(crate) struct Unsaid(RwSignal<Option<(K, Route)>>);

impl Unsaid {
    /// Nothing has failed yet.
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// The one of the instance around the current view.
    pub(super) fn here() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// It did not go from there.
    pub(super) fn stands(self, why: K, page: Route) {
        self.0.set(Some((why, page)));
    }

    /// Its page is open again and says it itself. Another page leaves it as it is.
    pub(super) fn taken_by(self, page: &Route) -> Option<K> {
        let (why, _) = self.0.get_untracked().filter(|(_, from)| from == page)?;
        self.0.set(None);
        Some(why)
    }

    /// It went after all, from the same page.
    pub(super) fn has_gone(self, page: &Route) {
        _ = self.taken_by(page);
    }
}

/// The line, on every page but the one that it is about.
pub(crate) fn unsaid_line() -> AnyView {
    let (nav, unsaid, subject) = (Nav::here(), Unsaid::here(), Offline::here().subject());
    effect_from(move |before: Option<Option<String>>| {
        let now = subject.get();
        // It was theirs, and no word of it is for the next person.
        if before.is_some_and(|before| before.is_some() && before != now) {
            unsaid.0.set(None);
        }
        now
    });
    live(move || {
        let (why, page) = unsaid.0.get()?;
        let (href, to) = nav.link(&page);
        let body = view! { <p>{t(why)}</p> <p><a href=href data-to=to>{t(K::HandedNotLook)}</a></p> };
        Some(note(Tone::Bad, Icon::Warning, false, body.into_any()))
    })
}
