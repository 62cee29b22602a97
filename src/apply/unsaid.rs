//! What came of handing over from a page that was left meanwhile: it did not go, and that stands on whichever page is there.

use crate::i18n::{K, t};
use crate::offline::{DraftId, DraftState, Offline};
use crate::reactive::{RwSignal, effect, effect_from};
use crate::route::{Nav, Route};
use crate::ui::{Icon, Tone, live, note};
use leptos::prelude::*;
use view::view;

/// The last one that did not go while its page was left. One an instance of the app, read from context.
#[derive(Clone, Copy)]
pub(crate) struct Unsaid(RwSignal<Option<NotGone>>);

/// Why it did not,
#[derive(Clone)]
struct NotGone {
    why: K,
    /// from which page,
    page: Route,
    /// and what: as long as that can still go from there, it is said.
    draft: DraftId,
}

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
    pub(super) fn stands(self, why: K, page: Route, draft: DraftId) {
        self.0.set(Some(NotGone { why, page, draft }));
    }

    /// Its page is open again and says it itself. Another page leaves it as it is.
    pub(super) fn taken_by(self, page: &Route) -> Option<K> {
        let not_gone = self.0.get_untracked().filter(|it| it.page == *page)?;
        self.0.set(None);
        Some(not_gone.why)
    }

    /// It went after all, from the same page.
    pub(super) fn has_gone(self, page: &Route) {
        _ = self.taken_by(page);
    }
}

/// The line, on every page but the one that it is about.
pub(crate) fn unsaid_line() -> AnyView {
    let (nav, unsaid, offline) = (Nav::here(), Unsaid::here(), Offline::here());
    let (subject, drafts) = (offline.subject(), offline.drafts());
    effect_from(move |before: Option<Option<String>>| {
        let now = subject.get();
        // It was theirs, and no word of it is for the next person.
        if before.is_some_and(|before| before.is_some() && before != now) {
            unsaid.0.set(None);
        }
        now
    });
    effect(move || {
        // Deleted, or sent from another page: nothing is left to be done about it.
        let is_open = |draft: &DraftId| {
            drafts.with(|all| all.iter().any(|it| it.id == *draft && it.state == DraftState::Editing))
        };
        if unsaid.0.with(|it| it.as_ref().is_some_and(|it| !is_open(&it.draft))) {
            unsaid.0.set(None);
        }
    });
    live(move || {
        let NotGone { why, page, .. } = unsaid.0.get()?;
        let (href, to) = nav.link(&page);
        let body = view! { <p>{t(why)}</p> <p><a href=href data-to=to>{t(K::HandedNotLook)}</a></p> };
        Some(note(Tone::Bad, Icon::Warning, false, body.into_any()))
    })
}
