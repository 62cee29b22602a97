//! After an attempt to go on: one mistake gets the focus itself, from two on a list above the form takes it.

use super::filling::Filling;
use crate::i18n::K;
use crate::reactive::effect_from;
use crate::ui::{Words, error_summary, focus_by_id, live};
use leptos::{html, prelude::*};
use view::view;

/// The list of mistakes; it stands above the page's title.
pub fn errors_above(filling: Filling) -> AnyView {
    let node: NodeRef<html::Div> = NodeRef::new();
    let i18n = filling.i18n();
    effect_from(move |first: Option<()>| {
        let only = filling.mistakes.with(|all| match all.as_slice() {
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
                i18n.lang();
                let mistakes = filling.mistakes.with(|all| filling.said_again(all));
                (mistakes.len() > 1)
                    .then(|| error_summary(i18n.say(K::FormErrtitle, &[("n", mistakes.len().into())]), mistakes))
            })}
        </div>
    }
    .into_any()
}

/// What the document is called: the page, after how many things there are to change.
pub fn page_name(filling: Filling, page: impl Fn() -> String + Send + Sync + 'static) -> Words {
    let i18n = filling.i18n();
    let name = move || match filling.mistakes.with(Vec::len) {
        0 => page(),
        n => i18n.say(K::FormPagetitle, &[("n", n.into()), ("page", page().into())]),
    };
    name.into()
}
