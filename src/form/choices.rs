//! Choices: radios, ticks of which one may exclude the others, a closed list, yes or no, and one tick alone.

use super::filling::Filling;
use super::item::{Place, after, hint, optional, said};
use super::passage::{passage, words_of};
use super::typed_field::typed_in;
use crate::i18n::{K, t};
use crate::reactive::{Memo, RwSignal, memo};
use crate::ui::{error_line, fresh_id, live};
use contract::questionnaire::{Control, Item, ItemKind, Pointer, Text, Value};
use leptos::prelude::*;
use std::sync::Arc;
use view::view;
use wasm_bindgen::JsCast;

/// One of a list, several of it, or yes and no.
pub(super) fn choice_field(place: &Place) -> AnyView {
    let item = &place.item;
    let drop_down = item.control == Some(Control::DropDown) || (item.control.is_none() && item.options.len() > 7);
    if drop_down && !item.repeats && item.kind == ItemKind::Choice {
        return select_field(place);
    }
    let (filling, pointer) = (place.filling, place.pointer.clone());
    let values = place.values();
    let rows = rows(place, values);
    let left = pointer.clone();
    let id = place.id();
    view! {
        <fieldset
            class="hc-field"
            role=if item.repeats { "group" } else { "radiogroup" }
            aria-describedby=place.described()
            aria-invalid=place.invalid()
            on:focusout=move |event| {
                if went_out(&event) {
                    filling.leave(&left);
                }
            }
        >
            <legend class="hc-label" id=format!("{id}-label")>{passage(&item.text)}{optional(item)}</legend>
            {said(place)}
            {hint(place)}
            {error_line(format!("{id}-error"), place.error())}
            {rows}
            {after(place)}
        </fieldset>
    }
    .into_any()
}

/// Whether the focus left the whole group, and not only went from one row to the next.
fn went_out(event: &web_sys::FocusEvent) -> bool {
    let group = event.current_target().and_then(|t| t.dyn_into::<web_sys::Node>().ok());
    let next = event.related_target().and_then(|t| t.dyn_into::<web_sys::Node>().ok());
    !group.is_some_and(|group| next.is_some_and(|next| group.contains(Some(&next))))
}

/// The entries of a list as values with words; yes and no for a boolean.
fn entries(item: &Item) -> Vec<(Value, Option<Text>)> {
    if item.kind == ItemKind::Boolean {
        return vec![(Value::Boolean(true), None), (Value::Boolean(false), None)];
    }
    item.options.iter().map(|option| (option.value.clone(), Some(option.display.clone()))).collect()
}

fn rows(place: &Place, values: Memo<Vec<Value>>) -> AnyView {
    let (filling, item, pointer) = (place.filling, place.item.clone(), place.pointer.clone());
    let kind = if item.repeats { "checkbox" } else { "radio" };
    let name = fresh_id("choice");
    let mut drawn: Vec<AnyView> = Vec::new();
    for (number, (value, words)) in entries(&item).into_iter().enumerate() {
        let id = if number == 0 { place.id() } else { format!("{}-{number}", place.id()) };
        let here = value.clone();
        let checked = memo(move || values.with(|all| all.iter().any(|v| v.same_as(&here))));
        let choose = {
            let (item, pointer) = (item.clone(), pointer.clone());
            move |event: web_sys::Event| {
                let on = event_target_checked(&event);
                filling.write(&pointer, chosen(&item, &values.get_untracked(), &value, on));
            }
        };
        let words = match words {
            Some(words) => passage(&words),
            None => t(if number == 0 { K::FormYes } else { K::FormNo }).into_any(),
        };
        let closed = filling.closed;
        drawn.push(
            view! {
                <label class="hc-choice">
                    <input type=kind name=name.clone() id=id prop:checked=move || checked.get() disabled=move || closed.get() on:change=choose />
                    <span>{words}</span>
                </label>
            }
            .into_any(),
        );
    }
    if item.kind == ItemKind::OpenChoice {
        drawn.push(other_row(place, values, kind, &name));
    }
    drawn.collect_view().into_any()
}

/// The answer after one row was ticked or unticked: an exclusive one clears the others, and any other clears it.
fn chosen(item: &Item, before: &[Value], value: &Value, on: bool) -> Vec<Value> {
    if !item.repeats {
        return vec![value.clone()];
    }
    let is_exclusive = |value: &Value| item.option(value).is_some_and(|option| option.exclusive);
    let alone = is_exclusive(value);
    let mut after: Vec<Value> =
        before.iter().filter(|v| !(alone || v.same_as(value) || (on && is_exclusive(v)))).cloned().collect();
    if on {
        after.push(value.clone());
    }
    // In the order of the list, so that the same ticks are the same answer; own words come last.
    let mut ordered = Vec::with_capacity(after.len());
    for option in &item.options {
        ordered.extend(after.extract_if(.., |v| option.value.same_as(v)));
    }
    ordered.append(&mut after);
    ordered
}

/// "Other, in your own words".
fn other_row(place: &Place, values: Memo<Vec<Value>>, kind: &'static str, name: &str) -> AnyView {
    let (filling, pointer) = (place.filling, place.pointer.clone());
    let own = move || values.with(|all| all.iter().find_map(|v| v.as_text().map(str::to_owned)));
    let checked = memo(move || own().is_some());
    let repeats = place.item.repeats;
    let with_own = move |own: Option<String>| {
        let mut kept: Vec<Value> = if repeats {
            values.get_untracked().into_iter().filter(|v| v.as_text().is_none()).collect()
        } else {
            Vec::new()
        };
        kept.extend(own.map(Value::Text));
        kept
    };
    let choose = {
        let pointer = pointer.clone();
        move |event: web_sys::Event| filling.write(&pointer, with_own(event_target_checked(&event).then(String::new)))
    };
    let write = move |typed: String| filling.write(&pointer, with_own(Some(typed)));
    let label = match &place.item.open_label {
        Some(text) => passage(text),
        None => t(K::HomeOther).into_any(),
    };
    let id = format!("{}-other", place.id());
    let (described, closed) = (StoredValue::new(place.described()), filling.closed);
    let text = RwSignal::new(own().unwrap_or_default());
    let (named, write) = (id.clone(), StoredValue::new(write));
    view! {
        <label class="hc-choice">
            <input type=kind name=name.to_owned() prop:checked=move || checked.get() disabled=move || closed.get() on:change=choose />
            <span id=format!("{id}-label")>{label}</span>
        </label>
        {live(move || {
            checked.get().then(|| {
                view! {
                    <input
                        class="hc-input"
                        id=named.clone()
                        type="text"
                        aria-labelledby=format!("{named}-label")
                        aria-describedby=move || described.with_value(|d| d())
                        readonly=move || closed.get()
                        prop:value=move || text.get()
                        on:input=move |event| {
                            if let Some(typed) = typed_in(&event) {
                                text.set(typed.clone());
                                write.with_value(|write| write(typed));
                            }
                        }
                        on:compositionend=move |event| {
                            text.set(event_target_value(&event));
                            write.with_value(|write| write(text.get_untracked()));
                        }
                    />
                }
            })
        })}
    }
    .into_any()
}

fn select_field(place: &Place) -> AnyView {
    let (filling, pointer, item) = (place.filling, place.pointer.clone(), place.item.clone());
    let values = place.values();
    let number = {
        let item = item.clone();
        memo(move || {
            let found = values.with(|all| item.options.iter().position(|o| all.iter().any(|v| v.same_as(&o.value))));
            found.map(|at| at.to_string()).unwrap_or_default()
        })
    };
    let (i18n, closed) = (filling.i18n(), filling.closed);
    let options = item
        .options
        .iter()
        .enumerate()
        .map(|(at, option)| {
            let display = option.display.clone();
            let chosen = at.to_string();
            let value = chosen.clone();
            view! { <option value=value prop:selected=move || number.get() == chosen>{live(move || words_of(i18n, &display))}</option> }
        })
        .collect_view();
    let choose = {
        let pointer = pointer.clone();
        move |event: web_sys::Event| {
            let at: Option<usize> = event_target_value(&event).parse().ok();
            let value = at.and_then(|at| item.options.get(at)).map(|option| option.value.clone());
            filling.write(&pointer, value.into_iter().collect());
        }
    };
    let control = view! {
        <select
            class="hc-input"
            id=place.id()
            aria-describedby=place.described()
            aria-invalid=place.invalid()
            disabled=move || closed.get()
            on:change=choose
            on:blur=move |_| filling.leave(&pointer)
        >
            <option value="" prop:selected=move || number.with(String::is_empty)>{t(K::FormChoose)}</option>
            {options}
        </select>
    };
    super::typed_field::framed(place, control.into_any())
}

/// One tick alone: a consent with its full text, a declaration, or "for good".
pub(super) fn tick_field(place: &Place) -> AnyView {
    let (filling, item, pointer) = (place.filling, place.item.clone(), place.pointer.clone());
    let values = place.values();
    let checked = memo(move || values.with(|all| all.first() == Some(&Value::Boolean(true))));
    let closed = filling.closed;
    let refusal = item.consent.as_ref().and_then(|consent| consent.refusal.as_ref());
    let refusal = refusal.map(|text| view! { <p class="hc-hint">{passage(text)}</p> });
    let choose = tick(filling, item.clone(), pointer.clone());
    view! {
        <div class="hc-field">
            {said(place)}
            {hint(place)}
            {error_line(format!("{}-error", place.id()), place.error())}
            <label class="hc-choice">
                <input
                    type="checkbox"
                    id=place.id()
                    aria-describedby=place.described()
                    aria-invalid=place.invalid()
                    prop:checked=move || checked.get()
                    disabled=move || closed.get()
                    on:change=choose
                    on:blur=move |_| filling.leave(&pointer)
                />
                <span>{passage(&item.text)}</span>
            </label>
            {refusal}
            {after(place)}
        </div>
    }
    .into_any()
}

fn tick(filling: Filling, item: Arc<Item>, pointer: Pointer) -> impl Fn(web_sys::Event) + 'static {
    move |event| filling.agree(&pointer, &item, event_target_checked(&event))
}
