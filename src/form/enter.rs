//! Enter in a field of one line leads to the next control, as the key of a telephone's keyboard says; in the last it hands the page in.

use super::item::attribute;
use super::typed_field::ime_at_work;
use crate::ui::{bring_into_view, elements_in, focus_moved};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent};

/// What one goes through, a document's card among it; the browser's own pickers, which nobody sees, are passed over.
const CONTROLS: &str = "input:not([type=file]):not([tabindex='-1']), select, textarea, [role=group][tabindex]";

/// A key was pressed in what this listener belongs to.
pub(super) fn enter_leads_on(event: &KeyboardEvent) {
    if event.key() != "Enter" || event.default_prevented() || ime_at_work(event) {
        return;
    }
    let Some((around, field)) = line_of(event) else { return };
    let went = match next_of(&around, &field) {
        Some(next) => {
            bring_into_view(next.closest("label").ok().flatten().as_ref().unwrap_or(&next));
            next.focus()
        }
        // The form goes on by itself.
        None if goes_on_by_itself(&field) => return,
        None => field.blur(),
    };
    event.prevent_default();
    focus_moved(went);
}

/// The focus came to something in what this listener belongs to: the key says whether another control follows.
pub(super) fn name_enter(event: &web_sys::FocusEvent) {
    let Some((around, field)) = line_of(event) else { return };
    let hint = match next_of(&around, &field) {
        Some(_) => "next",
        None if goes_on_by_itself(&field) => "go",
        None => "done",
    };
    attribute(&field, "enterkeyhint", Some(hint));
}

fn goes_on_by_itself(field: &Element) -> bool {
    field.closest("form").is_ok_and(|form| form.is_some())
}

/// What the listener belongs to, and the field of one line that it is about.
fn line_of(event: &Event) -> Option<(Element, HtmlInputElement)> {
    let around = event.current_target()?.dyn_into().ok()?;
    let field: HtmlInputElement = event.target()?.dyn_into().ok()?;
    (field.type_() == "text").then_some((around, field))
}

/// The control after this one. Of a row of choices it is the one that is chosen, as with the Tab key.
fn next_of(around: &Element, field: &HtmlInputElement) -> Option<HtmlElement> {
    let controls = elements_in(around, CONTROLS);
    let chosen = |radio: &HtmlInputElement| {
        controls
            .iter()
            .filter_map(|it| it.dyn_ref::<HtmlInputElement>())
            .any(|it| it.name() == radio.name() && it.checked())
    };
    let passed_over = |it: &HtmlElement| {
        it.dyn_ref::<HtmlInputElement>().is_some_and(|it| it.type_() == "radio" && !it.checked() && chosen(it))
    };
    let is_field = |it: &HtmlElement| it.is_same_node(Some(field));
    let mut after = controls.iter().skip_while(|it| !is_field(it)).skip(1);
    // Whether it is drawn makes the browser reckon the layout: asked last, and of the one that is meant.
    after.find(|it| !passed_over(it) && it.offset_parent().is_some()).cloned()
}
