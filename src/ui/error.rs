//! What is wrong, said at the field and, from two errors on, once more above with a link to each.

use super::{Icon, Words, focus_by_id, fresh_id, live, small_icon};
use crate::i18n::{K, t};
use crate::reactive::{Signal, derive, memo};
use leptos::{html, prelude::*};
use view::view;

/// The sentence at a field. It stands between hint and control, so that the keyboard does not hide it.
pub fn error_line(id: String, error: Signal<Option<String>>) -> AnyView {
    let prefix = t(K::FormErrPrefix);
    view! {
        <div id=id>
            {live(move || {
                error.get().map(|words| error_words(prefix(), words))
            })}
        </div>
    }
    .into_any()
}

/// The sentence, as it is drawn; `prefix` is for who does not see the sign.
pub fn error_words(prefix: String, words: String) -> AnyView {
    view! {
        <p class="hc-error">{small_icon(Icon::Warning)}<span><span class="hc-sr">{prefix}</span>{words}</span></p>
    }
    .into_any()
}

/// One thing to change: the id of its control, and the sentence that stands there too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The control that gets the focus.
    pub control: String,
    /// The sentence.
    pub words: String,
}

/// All of them above the form. It takes the focus when it appears.
pub fn error_summary(title: impl Into<Words>, mistakes: Vec<Mistake>) -> AnyView {
    error_list(title, derive(move || mistakes.clone()))
}

/// The same list, from which goes what is put right; with the last one all of it goes.
pub fn error_list(title: impl Into<Words>, mistakes: Signal<Vec<Mistake>>) -> AnyView {
    let (title, some) = (title.into(), memo(move || mistakes.with(|all| !all.is_empty())));
    live(move || some.get().then(|| list(title.clone(), mistakes)))
}

fn list(title: Words, mistakes: Signal<Vec<Mistake>>) -> AnyView {
    let node: NodeRef<html::Div> = NodeRef::new();
    node.on_load(|div| {
        if div.focus().is_err() {
            leptos::logging::warn!("the list of errors could not take the focus");
        }
    });
    let title_id = fresh_id("errors");
    let row = move |mistake: Mistake| {
        let href = format!("#{}", mistake.control);
        let jump = move |event: web_sys::MouseEvent| {
            event.prevent_default();
            event.stop_propagation();
            if let Some(div) = node.get_untracked() {
                focus_by_id(&div, &mistake.control);
            }
        };
        view! { <li><a href=href on:click=jump>{mistake.words}</a></li> }
    };
    let rows = live(move || mistakes.get().into_iter().map(row).collect_view());
    view! {
        <div node_ref=node class="hc-errors" tabindex="-1" role="group" aria-labelledby=title_id.clone()>
            <h2 class="hc-h2" id=title_id.clone() aria-level=super::heading_level(2)>{live(move || title.get())}</h2>
            <ul>{rows}</ul>
        </div>
    }
    .into_any()
}
