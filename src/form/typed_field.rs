//! Fields that are typed into. The text is stored as it is typed, never while an input method composes, and put in order
//! when the field is left.

use super::filling::Filling;
use super::item::{Place, after, hint, optional, said};
use super::passage::passage;
use super::picker::with_picker;
use crate::reactive::{Memo, RwSignal, effect, memo};
use crate::ui::{bring_into_view, error_line};
use contract::questionnaire::{Pointer, Value, autofill, input_mode, is_number, typed_text};
use leptos::prelude::*;
use view::view;
use wasm_bindgen::JsCast;

/// What stands in a control, and how it reaches the answer.
#[derive(Clone, Copy)]
pub(super) struct Typing {
    pub(super) text: RwSignal<String>,
    values: Memo<Vec<Value>>,
    repeats: bool,
    at_work: StoredValue<bool>,
    filling: Filling,
    pointer: StoredValue<Pointer>,
}

impl Typing {
    pub(super) fn new(place: &Place) -> Self {
        let (filling, item, pointer) = (place.filling, place.item.clone(), &place.pointer);
        let (values, repeats) = (place.values(), item.repeats);
        let stored = memo(move || values.with(|values| typed_text(&item, values.first())));
        let text = RwSignal::new(stored.get_untracked());
        let at_work = StoredValue::new(false);
        // From outside: another tab, a merge, putting in order. Never while the person is in the field.
        effect(move || {
            let stored = stored.get();
            if !at_work.get_value() && text.with_untracked(|text| *text != stored) {
                text.set(stored);
            }
        });
        Self { text, values, repeats, at_work, filling, pointer: StoredValue::new(pointer.clone()) }
    }

    /// The person is at work here, also while an input method has given nothing yet.
    fn begin(self) {
        self.at_work.set_value(true);
    }

    pub(super) fn type_text(self, typed: String) {
        self.at_work.set_value(true);
        self.text.set(typed.clone());
        // One field is drawn: what else was answered to a question that takes several stays.
        let others = self.values.with_untracked(|all| all.iter().skip(1).filter(|_| self.repeats).cloned().collect());
        let values: Vec<Value> = std::iter::once(Value::Text(typed)).chain::<Vec<Value>>(others).collect();
        self.pointer.with_value(|pointer| self.filling.write(pointer, values));
    }

    pub(super) fn leave(self) {
        if self.text.is_disposed() {
            return;
        }
        self.at_work.set_value(false);
        self.pointer.with_value(|pointer| self.filling.leave(pointer));
        // Put in order, it may read differently although the answer is the same.
        let item = self.pointer.with_value(|pointer| self.filling.form().item_at(pointer).cloned());
        let value = self.pointer.with_value(|p| self.filling.answers.with_untracked(|a| a.first(p).cloned()));
        if let (Some(item), Some(value)) = (item, value) {
            self.text.set(typed_text(&item, Some(&value)));
        }
    }
}

/// The text in a control, once no input method is at work in it.
pub(super) fn typed_in(event: &web_sys::Event) -> Option<String> {
    let composing = event.dyn_ref::<web_sys::InputEvent>().is_some_and(web_sys::InputEvent::is_composing);
    (!composing).then(|| event_target_value(event))
}

fn label(place: &Place) -> AnyView {
    view! { <label class="hc-label" for=place.id()>{passage(&place.item.text)}{optional(&place.item)}</label> }
        .into_any()
}

/// One line.
pub(super) fn line_field(place: &Place) -> AnyView {
    let item = &place.item;
    let typing = Typing::new(place);
    let closed = place.filling.closed;
    let class = if is_number(item) { "hc-input hc-input--num" } else { "hc-input" };
    let control = view! {
        <input
            class=class
            id=place.id()
            type="text"
            inputmode=input_mode(item)
            autocomplete=autofill(item).to_owned()
            enterkeyhint="next"
            spellcheck=is_number(item).then_some("false")
            autocapitalize=is_number(item).then_some("off")
            readonly=move || closed.get()
            aria-describedby=place.described()
            aria-invalid=place.invalid()
            aria-required=item.required.then_some("true")
            prop:value=move || typing.text.get()
            on:input=move |event| {
                if let Some(typed) = typed_in(&event) {
                    typing.type_text(typed);
                }
            }
            on:compositionstart=move |_| typing.begin()
            on:compositionend=move |event| typing.type_text(event_target_value(&event))
            on:blur=move |_| typing.leave()
        />
    };
    framed(place, with_picker(place, typing, control.into_any()))
}

/// Several lines.
pub(super) fn area_field(place: &Place) -> AnyView {
    let typing = Typing::new(place);
    let closed = place.filling.closed;
    let control = view! {
        <textarea
            class="hc-input"
            id=place.id()
            autocomplete=autofill(&place.item).to_owned()
            enterkeyhint="enter"
            aria-required=place.item.required.then_some("true")
            rows="4"
            readonly=move || closed.get()
            aria-describedby=place.described()
            aria-invalid=place.invalid()
            prop:value=move || typing.text.get()
            on:input=move |event| {
                if let Some(typed) = typed_in(&event) {
                    typing.type_text(typed);
                }
            }
            on:compositionstart=move |_| typing.begin()
            on:compositionend=move |event| typing.type_text(event_target_value(&event))
            on:keyup=move |event| {
                // A browser that comes here by key shows the cursor alone, and the rest lies behind what sticks to the edge.
                if event.key() == "Tab"
                    && let Some(field) = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok())
                {
                    bring_into_view(&field);
                }
            }
            on:blur=move |_| typing.leave()
        ></textarea>
    };
    framed(place, control.into_any())
}

/// Label, hint, error, control, in this order.
pub(super) fn framed(place: &Place, control: AnyView) -> AnyView {
    view! {
        <div class="hc-field">
            {said(place)}
            {label(place)}
            {hint(place)}
            {error_line(format!("{}-error", place.id()), place.error())}
            {control}
            {after(place)}
        </div>
    }
    .into_any()
}
