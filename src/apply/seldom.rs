//! What of a draft's pages few people see: it comes with the part of what follows the last step, when it is first wanted.

use super::opening::Opened;
use super::taking_back::TakingBack;
use super::{deleting, export, moved};
use crate::i18n::{I18n, K, t};
use crate::reactive::{RwSignal, memo, provided};
use crate::ui::{Kind, live};
use leptos::prelude::*;
use std::sync::Arc;
use view::view;

/// One of them. Only its split point draws it.
#[derive(Clone)]
pub struct Seldom(What);

/// Draws one where it belongs, as soon as its part is here. The shell provides it.
#[derive(Clone)]
pub struct DrawSeldom(pub Arc<dyn Fn(Seldom) -> AnyView + Send + Sync>);

#[derive(Clone)]
pub(super) enum What {
    /// The form was updated under the draft.
    Moved(Opened),
    /// Another application, a file, giving up.
    OtherWays(Opened),
    /// What is not stored can be carried away.
    CarriedAway(Opened),
    /// The way to take a consent back.
    TakingBack(TakingBack),
}

impl Seldom {
    /// Draws it.
    pub fn drawn(self) -> AnyView {
        I18n::here().learn_office();
        match self.0 {
            What::Moved(opened) => moved::form_moved(opened),
            What::OtherWays(opened) => deleting::other_ways(opened),
            What::CarriedAway(opened) => export::export(opened, K::OutExport, Kind::Text),
            What::TakingBack(what) => what.drawn(),
        }
    }
}

/// It, or what stands in its place until it comes.
pub(super) fn seldom(what: What) -> AnyView {
    let DrawSeldom(draw) = provided();
    draw(Seldom(what))
}

/// That the form was updated under the draft, where it was.
pub(super) fn form_moved(opened: Opened) -> AnyView {
    let beside = opened.filling.beside;
    let has_moved = memo(move || beside.with(|beside| beside.moved_from.is_some()));
    live(move || has_moved.get().then(|| seldom(What::Moved(opened))))
}

/// What unfolds to something of it: it is fetched when somebody looks.
pub(super) fn unfolds(words: K, what: What) -> AnyView {
    let opened = RwSignal::new(false);
    let look = move |_| {
        if !opened.get_untracked() {
            opened.set(true);
        }
    };
    view! {
        <details on:toggle=look>
            <summary class="hc-tap">{t(words)}</summary>
            {live(move || opened.get().then(|| seldom(what.clone())))}
        </details>
    }
    .into_any()
}
