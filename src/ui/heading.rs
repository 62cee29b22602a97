//! Headings. Embedded, the host's page has the first level, so ours begin at the second, or where the page says.

use super::{Words, live};
use crate::reactive::effect_from;
use leptos::{html, prelude::*};
use view::view;

/// How the app stands in the page around it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Frame {
    /// The page is ours.
    #[default]
    OwnSite,
    /// A part of somebody else's page.
    Embedded,
}

impl Frame {
    /// The one around the current view.
    pub fn here() -> Self {
        use_context().unwrap_or_default()
    }
}

/// Told when a page shows its title: the shell then moves the focus and sets the document's title.
#[derive(Clone, Copy)]
pub struct Shown(pub Callback<Title>);

/// A title that stands on the page.
pub struct Title {
    /// Its heading.
    pub heading: web_sys::HtmlElement,
    /// What the document is called after it.
    pub words: String,
    /// It was not there before; otherwise only its words changed.
    pub is_new: bool,
}

/// The level at which our headings begin in somebody else's page.
#[derive(Clone, Copy, Debug)]
pub struct FirstHeading(pub u8);

/// The `aria-level` of a heading of this level: none on our own site; embedded, so much more as the page says.
pub fn heading_level(level: u8) -> Option<String> {
    let FirstHeading(first) = use_context().unwrap_or(FirstHeading(2));
    // A page has six levels.
    let level = (first.clamp(1, 6) - 1).saturating_add(level).min(6);
    (Frame::here() == Frame::Embedded).then(|| level.to_string())
}

/// The title of a page: where focus lands after a change of place.
#[component]
pub fn PageTitle(
    /// Its words. They are the document's title too, so nothing personal unless `title` says it otherwise.
    #[prop(into)]
    words: Words,
    /// What the document is called, where the heading names a person.
    #[prop(optional, into)]
    document: Option<Words>,
    /// The large one of the entrance.
    #[prop(optional)]
    big: bool,
) -> impl IntoView {
    let node: NodeRef<html::H1> = NodeRef::new();
    let shown = use_context::<Shown>();
    let named = document.unwrap_or_else(|| words.clone());
    effect_from(move |before: Option<bool>| {
        let words = named.get().to_string();
        let was_there = before == Some(true);
        let Some(heading) = node.get() else { return false };
        if let Some(Shown(tell)) = shown {
            tell.run(Title { heading: heading.into(), words, is_new: !was_there });
        }
        true
    });
    view! {
        <h1 node_ref=node class=if big { "hc-h1 hc-h1--big" } else { "hc-h1" } tabindex="-1" aria-level=heading_level(1)>
            {live(move || words.get())}
        </h1>
    }
}

/// The heading of a section.
pub fn section_title(words: impl Into<Words>) -> AnyView {
    let words = words.into();
    view! { <h2 class="hc-h2" aria-level=heading_level(2)>{live(move || words.get())}</h2> }.into_any()
}
