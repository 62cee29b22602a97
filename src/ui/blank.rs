//! Places that have nothing to show: not yet, or not at all.

use super::{Icon, Words, icon, live};
use leptos::prelude::*;
use view::view;

/// Grey lines where text is about to come; `waiting` is read aloud.
pub fn skeleton(waiting: impl Into<Words>, lines: usize) -> AnyView {
    let waiting = waiting.into();
    let bars = (0..lines).map(|_| view! { <div class="hc-skel"></div> }).collect_view();
    view! {
        <div class="hc-card" aria-busy="true">
            <p class="hc-sr" role="status">{live(move || waiting.get())}</p>
            {bars}
        </div>
    }
    .into_any()
}

/// Nothing here yet, and what one can do about it.
pub fn empty(drawing: Icon, title: impl Into<Words>, body: impl Into<Words>, act: Option<AnyView>) -> AnyView {
    let (title, body) = (title.into(), body.into());
    view! {
        <div class="hc-empty">
            {icon(drawing)}
            <p class="hc-h3">{live(move || title.get())}</p>
            <p class="hc-hint">{live(move || body.get())}</p>
            {act}
        </div>
    }
    .into_any()
}
