//! Fields that are typed into. The text is stored as it is typed, also what an input method has not finished (who presses
//! Continue then means it), and put in order when the field is left. Nothing is written into a field that is being typed into.

use super::attempt::Part;
use super::filling::Filling;
use super::item::{Dress, Place, error_of, optional, said};
use super::passage::plain;
use super::picker::with_picker;
use super::shown::value_text;
use super::standing::Standing;
use super::told::Followed;
use super::typed::{after_typed, hint};
use crate::reactive::effect;
use crate::ui::bring_into_view;
use contract::questionnaire::{Item, Pointer, Value, autofill, input_mode, is_number, typed_text};
use leptos::{html, prelude::*};
use std::sync::Arc;
use view::view;
use wasm_bindgen::JsCast;

/// One line of an item, and what its control is called.
pub(super) struct Line<'a> {
    pub(super) place: &'a Place,
    /// Which of several; 0 where there is one only.
    pub(super) number: usize,
    pub(super) id: String,
    /// What it is called, where no label is for it alone.
    pub(super) name: Option<String>,
}

impl<'a> Line<'a> {
    /// The only one.
    pub(super) fn only(place: &'a Place) -> Self {
        Self { place, number: 0, id: place.id(), name: None }
    }

    /// What follows from the item on this control.
    pub(super) fn dress(&self) -> Dress {
        self.place.dress(Some(Part::Line(self.number)))
    }
}

/// What stands in a control, and how it reaches the answer.
#[derive(Clone, Copy)]
pub(super) struct Typing {
    filling: Filling,
    standing: Followed<Standing>,
    about: StoredValue<About>,
}

struct About {
    item: Arc<Item>,
    pointer: Pointer,
    line: usize,
    /// The person is in the field, also while an input method has given nothing yet.
    at_work: bool,
}

impl Typing {
    pub(super) fn new(line: &Line<'_>) -> Self {
        let Place { filling, item, pointer, standing, .. } = line.place;
        let about = About { item: item.clone(), pointer: pointer.clone(), line: line.number, at_work: false };
        Self { filling: *filling, standing: *standing, about: StoredValue::new(about) }
    }

    /// What stands in its line.
    pub(super) fn value(self) -> Option<Value> {
        let line = self.about.with_value(|it| it.line);
        self.standing.with(|it| it.values.get(line).cloned())
    }

    /// Puts into the control what comes from outside (another tab, a merge, putting in order), never while the person is
    /// in the field.
    fn follow(self, control: &web_sys::HtmlInputElement) {
        let value = self.value();
        self.about.with_value(|it| {
            if !it.at_work {
                show(control, &self.reads(&it.item, value.as_ref()));
            }
        });
    }

    /// What stands in the control for a value. One of several units reads as its person writes it.
    fn reads(self, item: &Item, value: Option<&Value>) -> String {
        match value {
            Some(value @ Value::Quantity(_)) if !item.other_units.is_empty() => {
                value_text(self.filling.i18n(), item, value)
            }
            other => typed_text(item, other),
        }
    }

    fn begin(self) {
        self.about.update_value(|it| it.at_work = true);
    }

    pub(super) fn type_text(self, typed: String) {
        self.begin();
        let (pointer, after) = self.about.with_value(|it| {
            let before = |standing: &Standing| it.item.with_line(&standing.values, it.line, Value::Text(typed));
            (it.pointer.clone(), self.standing.with_untracked(before))
        });
        self.filling.write(&pointer, after);
    }

    /// The person went on. Put in order, it may read differently although the answer is the same.
    pub(super) fn leave(self, control: Option<&web_sys::HtmlInputElement>) {
        if self.about.is_disposed() {
            return;
        }
        self.about.update_value(|it| it.at_work = false);
        let pointer = self.about.with_value(|it| it.pointer.clone());
        self.filling.leave(&pointer);
        let Some(control) = control else { return };
        self.about.with_value(|it| {
            // Taken out of its page it is left too, maybe after its draft has gone.
            let value = self.filling.answers.try_with_untracked(|answers| answers.get(&pointer).get(it.line).cloned());
            if let Some(value) = value.flatten() {
                show(control, &self.reads(&it.item, Some(&value)));
            }
        });
    }
}

/// Writes a text into a control. One that stands there already is left alone, and the way back with it.
fn show(control: &web_sys::HtmlInputElement, text: &str) {
    if control.value() != text {
        control.set_value(text);
    }
}

/// The control of an event. What is asked of it here, all that is typed into answers alike.
fn control_of(event: &web_sys::Event) -> Option<web_sys::HtmlInputElement> {
    event.current_target().map(JsCast::unchecked_into)
}

/// Whether an input method is still at work in the control.
pub(super) fn is_composing(event: &web_sys::Event) -> bool {
    event.dyn_ref::<web_sys::InputEvent>().is_some_and(web_sys::InputEvent::is_composing)
}

/// The key of an input method that is at work: so Safari tells the key that ends it, which it does not call composing any more.
const AT_WORK: u32 = 229;

/// Whether a key is an input method's own.
pub(super) fn ime_at_work(event: &web_sys::KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == AT_WORK
}

fn label(place: &Place) -> AnyView {
    let words = plain(place.filling.i18n(), &place.item.text);
    view! { <label class="hc-label" for=place.id()>{words}{optional(place)}</label> }.into_any()
}

/// One line.
pub(super) fn line_field(place: &Place) -> AnyView {
    framed(place, line_control(&Line::only(place)))
}

/// Several lines.
pub(super) fn area_field(place: &Place) -> AnyView {
    framed(place, area_control(&Line::only(place)))
}

/// The one effect of a control: what stands in it, and what follows from the item.
fn keep(typing: Typing, dress: Dress, node: impl Fn() -> Option<web_sys::HtmlInputElement> + 'static) {
    effect(move || {
        let Some(control) = node() else { return };
        let closed = dress.put_on(&control);
        control.set_read_only(closed);
        typing.follow(&control);
    });
}

/// The control of one line.
pub(super) fn line_control(line: &Line<'_>) -> AnyView {
    let item = &line.place.item;
    let typing = Typing::new(line);
    let node: NodeRef<html::Input> = NodeRef::new();
    keep(typing, line.dress(), move || node.get());
    let even = is_number(item);
    let class = if even { "hc-input hc-input--num" } else { "hc-input" };
    let mode = input_mode(item);
    // What is no sentence is not put right like one: an address would get a capital, and another word for its own.
    let exact = even || matches!(mode, Some("email" | "url"));
    let control = view! {
        <input
            node_ref=node
            class=class
            id=line.id.clone()
            type="text"
            dir=(!even).then_some("auto")
            aria-label=line.name.clone()
            inputmode=mode
            autocomplete=autofill(item).to_owned()
            spellcheck=exact.then_some("false")
            autocapitalize=exact.then_some("off")
            aria-required=line.place.required()
            on:input=move |event| typing.type_text(event_target_value(&event))
            on:compositionstart=move |_| typing.begin()
            on:compositionend=move |event| typing.type_text(event_target_value(&event))
            on:blur=move |event| typing.leave(control_of(&event).as_ref())
        />
    };
    with_picker(line, typing, control.into_any(), node)
}

/// The control of one answer of some lines.
pub(super) fn area_control(line: &Line<'_>) -> AnyView {
    let typing = Typing::new(line);
    let node: NodeRef<html::Textarea> = NodeRef::new();
    keep(typing, line.dress(), move || node.get().map(JsCast::unchecked_into));
    view! {
        <textarea
            node_ref=node
            class="hc-input"
            id=line.id.clone()
            dir="auto"
            aria-label=line.name.clone()
            autocomplete=autofill(&line.place.item).to_owned()
            enterkeyhint="enter"
            aria-required=line.place.required()
            rows="4"
            on:input=move |event| typing.type_text(event_target_value(&event))
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
            on:blur=move |event| typing.leave(control_of(&event).as_ref())
        ></textarea>
    }
    .into_any()
}

/// Label, hint, error, control, in this order.
pub(super) fn framed(place: &Place, control: AnyView) -> AnyView {
    view! {
        <div class="hc-field">
            {said(place)}
            {label(place)}
            {hint(place)}
            {error_of(place)}
            {control}
            {after_typed(place)}
        </div>
    }
    .into_any()
}
