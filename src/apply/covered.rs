//! An answer that nobody reads over a shoulder: covered until its person wants to see it, and again when the page is left.
use crate::form::{label_text, masked_value, values_text};
use crate::i18n::{I18n, K};
use crate::reactive::RwSignal;
use crate::ui::{Icon, live, small_icon};
use contract::questionnaire::{Item, Value};
use leptos::prelude::*;
use std::sync::Arc;
use view::view;

/// The answer to an item that is masked.
pub(super) fn covered(i18n: I18n, item: Arc<Item>, values: impl Fn() -> Vec<Value> + Send + Sync + 'static) -> AnyView {
    let uncovered = RwSignal::new(false);
    let handle = window_event_listener_untyped("visibilitychange", move |_| {
        if document().hidden() {
            uncovered.try_set(false);
        }
    });
    on_cleanup(move || handle.remove());
    let named = item.clone();
    let words = move || {
        let all = values();
        if uncovered.get() { values_text(i18n, &item, &all) } else { masked_value(&item, &all) }
    };
    view! {
        <span class="hc-covered"><span>{live(words)}</span><button
            type="button"
            class="hc-tap"
            aria-expanded=move || uncovered.get().to_string()
            aria-label=move || {
                let key = if uncovered.get() { K::CheckHide } else { K::CheckShow };
                i18n.say(key, &[("label", label_text(i18n, &named).into())])
            }
            on:click=move |_| uncovered.update(|u| *u = !*u)
        >
            {small_icon(Icon::Eye)}{live(move || i18n.text(if uncovered.get() { K::ResHide } else { K::ResShow }))}
        </button></span>
    }
    .into_any()
}
