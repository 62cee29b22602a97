//! Choices: radios, ticks of which one may exclude the others, a closed list, yes or no, and one tick alone.

use super::attempt::{Part, part_id};
use super::below::after;
use super::filling::Filling;
use super::hole::ConsentHole;
use super::item::{Place, error_of, hint, optional, said};
use super::passage::{foreign, label_text, plain, words_of};
use super::standing::Standing;
use super::told::Followed;
use super::typed_field::framed;
use crate::i18n::K;
use crate::reactive::{RwSignal, derive, effect, memo};
use crate::ui::{focus_by_id, fresh_id, live};
use contract::questionnaire::{ConsentKind, Item, ItemKind, Pointer, Text, Value};
use leptos::{html, prelude::*};
use std::sync::Arc;
use view::view;
use wasm_bindgen::JsCast;

/// One of a list, several of it, or yes and no.
pub(super) fn choice_field(place: &Place) -> AnyView {
    let item = &place.item;
    let (filling, left, id) = (place.filling, place.pointer.clone(), place.id());
    let (group, rows) = (NodeRef::<html::Fieldset>::new(), Rows::new(place));
    let (drawn, dress) = (rows.draw(place), place.dress(None));
    effect(move || {
        let Some(group) = group.get() else { return };
        let closed = dress.put_on(&group);
        rows.follow(closed);
    });
    // A group of ticks has no word for it; that it may be left is said beside its label.
    let required = if item.repeats { None } else { place.required() };
    view! {
        <fieldset
            node_ref=group
            class="hc-field"
            role=if item.repeats { "group" } else { "radiogroup" }
            aria-required=required
            on:focusout=move |event| {
                if went_out(&event) {
                    filling.leave(&left);
                }
            }
        >
            <legend class="hc-label" id=format!("{id}-label")>{plain(filling.i18n(), &item.text)}{optional(place)}</legend>
            {said(place)}
            {hint(place)}
            {error_of(place)}
            {drawn}
            {clearing(place)}
            {after(place)}
        </fieldset>
    }
    .into_any()
}

/// The way to take back one choice that need not be made: a radio alone is never unticked.
fn clearing(place: &Place) -> Option<AnyView> {
    let item = &place.item;
    if item.required || item.repeats {
        return None;
    }
    let (filling, standing, pointer, id) = (place.filling, place.standing, place.pointer.clone(), place.id());
    let i18n = filling.i18n();
    let (words, named) =
        (i18n.text(K::FormClear), i18n.say(K::FormClearNamed, &[("label", label_text(i18n, item).into())]));
    let is_chosen = memo(move || standing.with(|it| !it.values.is_empty()) && !filling.closed.get());
    Some(live(move || {
        let (words, named, pointer, id) = (words.clone(), named.clone(), pointer.clone(), id.clone());
        is_chosen.get().then(move || {
            let clear = move |event: web_sys::MouseEvent| {
                // The button goes; the focus stays at the choices.
                if let Some(near) = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok()) {
                    focus_by_id(&near, &id);
                }
                filling.write(&pointer, Vec::new());
            };
            view! { <button type="button" class="hc-tap" aria-label=named on:click=clear>{words}</button> }
        })
    }))
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

/// The rows of a list, each a radio or a tick, and what they stand for.
struct Rows {
    filling: Filling,
    item: Arc<Item>,
    standing: Followed<Standing>,
    boxes: Vec<(Value, NodeRef<html::Input>)>,
    /// The row of own words.
    other: Option<NodeRef<html::Input>>,
}

impl Rows {
    fn new(place: &Place) -> Self {
        let boxes = entries(&place.item).into_iter().map(|(value, _)| (value, NodeRef::new())).collect();
        let other = (place.item.kind == ItemKind::OpenChoice).then(NodeRef::new);
        Self { filling: place.filling, item: place.item.clone(), standing: place.standing, boxes, other }
    }

    /// Ticks the rows that stand for an answer.
    fn follow(&self, closed: bool) {
        self.standing.with(|it| {
            for (value, node) in &self.boxes {
                put(*node, it.values.iter().any(|given| given.same_as(value)), closed);
            }
            if let Some(node) = self.other {
                put(node, self.item.own_words(&it.values).is_some(), closed);
            }
        });
    }

    fn draw(&self, place: &Place) -> AnyView {
        let (filling, standing, item) = (self.filling, self.standing, &place.item);
        let (kind, name) = (if item.repeats { "checkbox" } else { "radio" }, fresh_id("choice"));
        let i18n = filling.i18n();
        let mut drawn: Vec<AnyView> = Vec::new();
        for (number, ((value, words), (_, node))) in entries(item).into_iter().zip(&self.boxes).enumerate() {
            let id = if number == 0 { place.id() } else { format!("{}-{number}", place.id()) };
            let (item, pointer) = (item.clone(), place.pointer.clone());
            let choose = move |event: web_sys::Event| {
                let on = event_target_checked(&event);
                let after = standing.with_untracked(|it| item.chosen(&it.values, &value, on));
                filling.write(&pointer, after);
            };
            let words = match words {
                Some(words) => plain(i18n, &words),
                None => i18n.text(if number == 0 { K::FormYes } else { K::FormNo }).into_any(),
            };
            drawn.push(row(kind, &name, id, *node, words, choose));
        }
        if let Some(node) = self.other {
            drawn.push(other_row(place, kind, &name, node));
        }
        drawn.collect_view().into_any()
    }
}

fn put(node: NodeRef<html::Input>, checked: bool, closed: bool) {
    if let Some(input) = node.get() {
        input.set_checked(checked);
        input.set_disabled(closed);
    }
}

fn row(
    kind: &'static str,
    name: &str,
    id: String,
    node: NodeRef<html::Input>,
    words: AnyView,
    choose: impl FnMut(web_sys::Event) + 'static,
) -> AnyView {
    view! {
        <label class="hc-choice">
            <input node_ref=node type=kind name=name.to_owned() id=id on:change=choose />
            <span>{words}</span>
        </label>
    }
    .into_any()
}

/// "Other, in your own words".
fn other_row(place: &Place, kind: &'static str, name: &str, node: NodeRef<html::Input>) -> AnyView {
    let (filling, standing, i18n) = (place.filling, place.standing, place.filling.i18n());
    let asked = StoredValue::new(place.item.clone());
    let own = move || asked.with_value(|item| standing.with(|it| item.own_words(&it.values).map(str::to_owned)));
    // While the person is in the field it stays, whatever the words are on their way.
    let at_work = RwSignal::new(false);
    let passed: StoredValue<Option<Value>> = StoredValue::new(None);
    let begin = move || {
        if !at_work.get_untracked() {
            at_work.set(true);
        }
    };
    let pointer = StoredValue::new(place.pointer.clone());
    let put = move |after: Vec<Value>| pointer.with_value(|pointer| filling.write(pointer, after));
    let take = move |typed: String| {
        begin();
        let on = |passed: &mut Option<Value>| {
            asked.with_value(|item| standing.with_untracked(|it| item.with_own_words_on(&it.values, &typed, passed)))
        };
        if let Some(after) = passed.try_update_value(on) {
            put(after);
        }
    };
    let (label, lang) = match &place.item.open_label {
        Some(text) => (words_of(i18n, text), foreign(i18n, text)),
        None => (i18n.text(K::HomeOther), None),
    };
    let id = part_id(&place.id(), Part::OwnWords);
    let is_chosen = memo(move || own().is_some() || at_work.get());
    let (dress, called) = (place.dress(Some(Part::OwnWords)), label.clone());
    let field = {
        let id = id.clone();
        move || {
            let (id, called, dress) = (id.clone(), called.clone(), dress.clone());
            let node = NodeRef::<html::Input>::new();
            effect(move || {
                let (Some(input), own) = (node.get(), own()) else { return };
                input.set_read_only(dress.put_on(&input));
                let text = own.unwrap_or_default();
                if !at_work.get_untracked() && input.value() != text {
                    input.set_value(&text);
                }
            });
            view! {
                <input
                    node_ref=node
                    class="hc-input"
                    id=id
                    type="text"
                    autocomplete="off"
                    aria-label=called
                    on:input=move |event| take(event_target_value(&event))
                    on:compositionstart=move |_| begin()
                    on:compositionend=move |event| take(event_target_value(&event))
                    on:blur=move |_| {
                        passed.try_update_value(Option::take);
                        at_work.try_set(false);
                    }
                />
            }
        }
    };
    let choose = move |event: web_sys::Event| {
        let words = event_target_checked(&event).then_some("");
        put(asked.with_value(|item| standing.with_untracked(|it| item.with_own_words(&it.values, words))));
    };
    let label = view! { <span lang=lang>{label}</span> };
    let chooses = row(kind, name, format!("{id}-row"), node, label.into_any(), choose);
    view! { {chooses} {live(move || is_chosen.get().then(|| untrack(&field)))} }.into_any()
}

/// A closed list.
pub(super) fn select_field(place: &Place) -> AnyView {
    let (filling, standing, item) = (place.filling, place.standing, place.item.clone());
    let (i18n, left, pointer) = (filling.i18n(), place.pointer.clone(), place.pointer.clone());
    let options = item
        .options
        .iter()
        .enumerate()
        .map(|(at, option)| {
            let (words, lang) = (words_of(i18n, &option.display), foreign(i18n, &option.display));
            view! { <option value=at.to_string() lang=lang>{words}</option> }
        })
        .collect_view();
    let node: NodeRef<html::Select> = NodeRef::new();
    let (dress, entries) = (place.dress(None), item.clone());
    effect(move || {
        let Some(select) = node.get() else { return };
        select.set_disabled(dress.put_on(&select));
        let chosen = standing.with(|it| {
            entries.options.iter().position(|option| it.values.iter().any(|value| value.same_as(&option.value)))
        });
        select.set_value(&chosen.map(|at| at.to_string()).unwrap_or_default());
    });
    let choose = move |event: web_sys::Event| {
        let at: Option<usize> = event_target_value(&event).parse().ok();
        let value = at.and_then(|at| item.options.get(at)).map(|option| option.value.clone());
        filling.write(&pointer, value.into_iter().collect());
    };
    let control = view! {
        <select
            node_ref=node
            class="hc-input"
            id=place.id()
            aria-required=place.required()
            on:change=choose
            on:blur=move |_| filling.leave(&left)
        >
            <option value="">{i18n.text(K::FormChoose)}</option>
            {options}
        </select>
    };
    framed(place, control.into_any())
}

/// One tick alone: a consent with its full text, a declaration, or "for good".
pub(super) fn tick_field(place: &Place) -> AnyView {
    let (filling, standing, item, pointer) = (place.filling, place.standing, place.item.clone(), place.pointer.clone());
    let i18n = filling.i18n();
    let refusal = item.consent.as_ref().and_then(|consent| consent.refusal.as_ref());
    let refusal = refusal.map(|text| view! { <p class="hc-hint">{plain(i18n, text)}</p> });
    let node: NodeRef<html::Input> = NodeRef::new();
    let choose = tick(filling, item.clone(), pointer.clone());
    let apart = item.consent.as_ref().filter(|consent| consent.kind == ConsentKind::SeparateConsent);
    let beside = filling.consent_view().zip(apart).map(|(draw, consent)| {
        let (item, pointer, id) = (item.clone(), pointer.clone(), place.id());
        let take_back = move |()| {
            filling.agree(&pointer, &item, false);
            // What was pressed may go with it.
            if let Some(near) = node.get_untracked() {
                focus_by_id(&near, &id);
            }
        };
        draw(ConsentHole {
            topic: consent.topic.clone(),
            given: derive(move || standing.with(is_yes)),
            closed: filling.closed,
            take_back: Callback::new(take_back),
        })
    });
    let dress = place.dress(None);
    effect(move || {
        let Some(input) = node.get() else { return };
        let closed = dress.put_on(&input);
        put(node, standing.with(is_yes), closed);
    });
    view! {
        <div class="hc-field">
            {said(place)}
            {hint(place)}
            {error_of(place)}
            <label class="hc-choice">
                <input
                    node_ref=node
                    type="checkbox"
                    id=place.id()
                    aria-required=place.required()
                    on:change=choose
                    on:blur=move |_| filling.leave(&pointer)
                />
                <span>{plain(i18n, &item.text)}{optional(place)}</span>
            </label>
            {refusal}
            {beside}
            {after(place)}
        </div>
    }
    .into_any()
}

fn is_yes(standing: &Standing) -> bool {
    standing.values.first() == Some(&Value::Boolean(true))
}

fn tick(filling: Filling, item: Arc<Item>, pointer: Pointer) -> impl Fn(web_sys::Event) + 'static {
    move |event| filling.agree(&pointer, &item, event_target_checked(&event))
}
