//! The surfaces of a page: the one dark panel, cards, what unfolds, and the bar with the next act.

use super::{Icon, Words, fresh_id, heading_level, live, small_icon};
use leptos::prelude::*;
use view::view;

/// The answer to "what do I do next": the only saturated area of a page, at most one.
///
/// `over` is the small line above, `title` the act in words, `body` one more sentence, `act` its button.
pub fn next_panel(
    over: impl Into<Words>,
    title: impl Into<Words>,
    body: Option<AnyView>,
    act: Option<AnyView>,
) -> AnyView {
    let (over, title, id) = (over.into(), title.into(), fresh_id("next"));
    view! {
        <section class="hc-next" aria-labelledby=id.clone()>
            <p>{live(move || over.get())}</p>
            <h2 class="hc-h2" id=id.clone() aria-level=heading_level(2)>{live(move || title.get())}</h2>
            {body.map(|body| view! { <p>{body}</p> })}
            {act}
        </section>
    }
    .into_any()
}

/// A white card.
pub fn card(body: AnyView) -> AnyView {
    view! { <div class="hc-card">{body}</div> }.into_any()
}

/// Something that unfolds.
pub fn disclosure(summary: impl Into<Words>, body: AnyView) -> AnyView {
    let summary = summary.into();
    view! { <details><summary class="hc-tap">{live(move || summary.get())}</summary>{body}</details> }.into_any()
}

/// The bar at the end of a page: what was saved, and the one act.
pub fn action_bar(save: Option<AnyView>, acts: AnyView) -> AnyView {
    view! { <div class="hc-actions">{save}{acts}</div> }.into_any()
}

/// The line directly above the act. `id` lets a blocked button name it as its reason.
pub fn save_line(id: &str, drawing: Icon, words: impl Into<Words>) -> AnyView {
    let words = words.into();
    view! { <p class="hc-save" id=id.to_owned() role="status">{small_icon(drawing)}{live(move || words.get())}</p> }
        .into_any()
}
