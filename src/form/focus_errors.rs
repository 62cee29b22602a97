//! After an attempt to go on: one mistake gets the focus itself, from two on a list above the form takes it. What is put
//! right goes from there.

use super::filling::Filling;
use crate::i18n::K;
use crate::reactive::{Memo, Signal, derive, effect_from};
use crate::ui::{Mistake, Words, error_list, focus_by_id, live};
use leptos::{html, prelude::*};
use std::sync::Arc;
use view::view;

/// What an attempt to go on found. Two that found the same are two.
#[derive(Clone, Default)]
pub(super) struct Found(Arc<Vec<Mistake>>);

impl Found {
    pub(super) fn of(mistakes: Vec<Mistake>) -> Self {
        Self(Arc::new(mistakes))
    }

    pub(super) fn all(&self) -> &[Mistake] {
        &self.0
    }
}

/// What of it is not put right since.
#[derive(Clone)]
struct Left {
    found: Found,
    mistakes: Vec<Mistake>,
}

impl PartialEq for Left {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.found.0, &other.found.0) && self.mistakes == other.mistakes
    }
}

/// The mistakes of the last attempt that are there still, in the words of now. One that was put right is not said again
/// before the next attempt, whatever is typed meanwhile.
fn left(filling: Filling) -> Signal<Vec<Mistake>> {
    let left = Memo::new(move |before: Option<&Left>| {
        let found = filling.mistakes.get();
        let same = before.filter(|before| Arc::ptr_eq(&before.found.0, &found.0));
        let mistakes = filling.there_still(same.map_or(found.all(), |before| &before.mistakes));
        Left { found, mistakes }
    });
    derive(move || left.with(|left| left.mistakes.clone()))
}

/// The list of mistakes; it stands above the page's title.
pub fn errors_above(filling: Filling) -> AnyView {
    let node: NodeRef<html::Div> = NodeRef::new();
    let (i18n, left) = (filling.i18n(), left(filling));
    effect_from(move |first: Option<()>| {
        let only = filling.mistakes.with(|found| match found.all() {
            [one] => Some(one.control.clone()),
            _ => None,
        });
        // What was found before this page stood is not news.
        if let (Some(()), Some(control), Some(near)) = (first, only, node.get_untracked()) {
            focus_by_id(&near, &control);
        }
    });
    view! {
        <div node_ref=node class="hc-errors-place">
            {live(move || {
                // Each attempt has a list of its own, which takes the focus.
                let several = filling.mistakes.with(|found| found.all().len() > 1);
                let title = move || i18n.say(K::FormErrtitle, &[("n", left.with(Vec::len).into())]);
                several.then(|| error_list(title, left))
            })}
        </div>
    }
    .into_any()
}

/// What the document is called: the page, after how many things there are to change.
pub fn page_name(filling: Filling, page: impl Fn() -> String + Send + Sync + 'static) -> Words {
    let (i18n, left) = (filling.i18n(), left(filling));
    let name = move || match left.with(Vec::len) {
        0 => page(),
        n => i18n.say(K::FormPagetitle, &[("n", n.into()), ("page", page().into())]),
    };
    name.into()
}
