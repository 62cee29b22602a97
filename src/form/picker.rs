//! The device's own picker beside a field for a day or a time. What it gives is read as if it had been typed.

use super::passage::label_text;
use super::typed_field::{Line, Typing};
use crate::i18n::K;
use crate::ui::{Icon, icon, live};
use contract::questionnaire::{ItemKind, Moment, PartialDate, Value};
use leptos::{html, prelude::*};
use view::view;
use wasm_bindgen::JsCast;

/// The field, and beside it the way to pick instead of typing, where its kind has one.
pub(super) fn with_picker(line: &Line<'_>, typing: Typing, control: AnyView, field: NodeRef<html::Input>) -> AnyView {
    let place = line.place;
    let (kind, named, drawing) = match place.item.kind {
        ItemKind::Date => ("date", K::FormPickDay, Icon::Calendar),
        ItemKind::DateTime => ("datetime-local", K::FormPickDay, Icon::Calendar),
        ItemKind::Time => ("time", K::FormPickTime, Icon::Clock),
        _ => return control,
    };
    let (i18n, closed) = (place.filling.i18n(), place.filling.closed);
    let label = line.name.clone().unwrap_or_else(|| label_text(i18n, &place.item));
    let name = i18n.say(named, &[("label", label.into())]);
    let take = move |event: web_sys::Event| {
        let text = event_target_value(&event);
        // A picker can be emptied; that is no wish to lose what stands in the field.
        if !text.is_empty() {
            typing.type_text(text);
            typing.leave(field.get_untracked().as_ref());
        }
    };
    let open = move |event: web_sys::MouseEvent| {
        let button = event.current_target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        let picker = button.and_then(|it| it.previous_element_sibling());
        let Some(picker) = picker.and_then(|it| it.dyn_into::<web_sys::HtmlInputElement>().ok()) else { return };
        picker.set_value(&untrack(|| typing.value()).as_ref().map(for_picker).unwrap_or_default());
        if picker.show_picker().is_err() {
            // Older browsers open it for a tap on the field itself.
            picker.click();
        }
    };
    view! {
        <div class="hc-picked">
            {control}
            {live(move || (!closed.get()).then(|| {
                let name = name.clone();
                view! {
                    <span class="hc-picked__by">
                        <input type=kind class="hc-picked__native" tabindex="-1" aria-hidden="true" on:input=take />
                        <button type="button" class="hc-btn hc-btn--quiet" aria-label=name on:click=open>{icon(drawing)}</button>
                    </span>
                }
            }))}
        </div>
    }
    .into_any()
}

/// How the browser's pickers want what stands there: only what is whole.
fn for_picker(value: &Value) -> String {
    match value {
        Value::Date(PartialDate::Day(_)) | Value::Time(_) => value.plain(),
        Value::DateTime(moment @ Moment::At(..)) => moment.typed().replace(' ', "T"),
        _ => String::new(),
    }
}
