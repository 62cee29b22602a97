//! Moving the focus to one of our own elements, wherever our tree is mounted: ids are looked up in the same root, never in the document.

use leptos::{html, prelude::*};
use std::time::Duration;
use wasm_bindgen::JsCast;

/// Focuses the element with this id in the tree that `near` stands in, and scrolls its field into view.
pub fn focus_by_id(near: &web_sys::Element, id: &str) {
    found_by_id(near, id);
}

/// False when there is none.
fn found_by_id(near: &web_sys::Element, id: &str) -> bool {
    let root = near.get_root_node();
    let selector = format!("[id=\"{}\"]", id.replace(['"', '\\'], ""));
    let found = match root.dyn_ref::<web_sys::ShadowRoot>() {
        Some(shadow) => shadow.query_selector(&selector),
        None => document().query_selector(&selector),
    };
    matches!(found, Ok(Some(element)) if focus(&element))
}

/// The same as soon as that element is there, which what it is drawn with may bring later: unless the person has gone on by then.
pub fn focus_once_there(near: web_sys::Element, id: String) {
    look_for(near, id, LOOKS);
}

fn look_for(near: web_sys::Element, id: String, looks: u32) {
    // The title of the new page has the focus first.
    let waits = focused(&near).is_none_or(|it| matches!(it.tag_name().as_str(), "BODY" | "H1"));
    if (looks == LOOKS || (near.is_connected() && waits)) && !found_by_id(&near, &id) && looks > 0 {
        set_timeout(move || look_for(near, id, looks - 1), APART);
    }
}

/// What has the focus in the tree that `near` stands in.
pub fn focused(near: &web_sys::Element) -> Option<web_sys::Element> {
    match near.get_root_node().dyn_ref::<web_sys::ShadowRoot>() {
        Some(shadow) => shadow.active_element(),
        None => document().active_element(),
    }
}

/// Whether the focus went with what was pressed, or has been brought since to what is left around this part: then a page that
/// knows where it goes moves it. Whoever is elsewhere by then stays there.
pub fn has_lost_focus(part: &web_sys::Element) -> bool {
    let holder = focused(part).or_else(|| document().active_element());
    holder.is_none_or(|it| it.tag_name() == "BODY" || it.contains(Some(part)))
}

/// Focuses the first element below `within` that a selector finds; false when there is none.
pub fn focus_first_in(within: &web_sys::Element, selector: &str) -> bool {
    match within.query_selector(selector) {
        Ok(Some(element)) => focus(&element),
        Ok(None) | Err(_) => false,
    }
}

/// So often it is looked, this far apart, whether what was pressed has gone: five seconds, and as long as it is at work. Not
/// at once, for a page that knows where its focus goes has put it there by then.
const LOOKS: u32 = 12;
const APART: Duration = Duration::from_millis(400);

/// What a person presses may go with what comes of it, and their focus with it, to the top of the page. Then it goes to what is
/// left of the part that they were in.
pub(super) fn hold_place(pressed: &web_sys::Element) {
    let mut around = Vec::new();
    let mut next = pressed.parent_element();
    while let Some(element) = next {
        next = element.parent_element().filter(|_| !element.class_list().contains("hc-main"));
        around.push(element);
    }
    look_after(pressed.clone(), around, LOOKS);
}

fn look_after(pressed: web_sys::Element, around: Vec<web_sys::Element>, looks: u32) {
    let look = move || {
        // The app is gone from the page.
        let Some(page) = around.last().filter(|it| it.is_connected()) else { return };
        let holder = focused(page).or_else(|| document().active_element()).filter(|it| it.tag_name() != "BODY");
        if holder.as_ref().is_some_and(|holder| is_where_it_was(holder, &pressed)) {
            let is_at_work = pressed.class_list().contains("hc-btn--busy");
            if is_at_work || looks > 0 {
                look_after(pressed, around, if is_at_work { LOOKS } else { looks - 1 });
            }
        } else if holder.is_none() && is_gone(&pressed) {
            let left = around.iter().find(|it| !is_gone(it)).unwrap_or(page).clone();
            // Of the whole page its title: all of it would be read aloud. One that is still to come gets the focus by itself.
            let left = if left == *page { page.query_selector("h1").ok().flatten() } else { Some(left) };
            if let Some(Ok(left)) = left.map(wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>) {
                if !left.has_attribute("tabindex") {
                    focus_moved(left.set_attribute("tabindex", "-1"));
                }
                focus_in_place(&left);
            }
        }
    };
    set_timeout(look, APART);
}

/// Whether the focus is still on what was pressed, or in the form that was sent by it: Enter in a field presses its button.
fn is_where_it_was(holder: &web_sys::Element, pressed: &web_sys::Element) -> bool {
    let sends = pressed.get_attribute("type").as_deref() == Some("submit");
    let form = if sends { pressed.closest("form").ok().flatten() } else { None };
    holder == pressed || form.is_some_and(|form| form.contains(Some(holder)))
}

/// Whether nothing of it can have the focus any more: a question that was answered stands in the page and is not drawn.
fn is_gone(element: &web_sys::Element) -> bool {
    !element.is_connected() || !matches!(element.closest("dialog:not([open])"), Ok(None))
}

/// What came of moving the focus: a browser that would not is noted, and stops nobody.
pub fn focus_moved(done: Result<(), wasm_bindgen::JsValue>) {
    if let Err(why) = done {
        leptos::logging::warn!("focus: {why:?}");
    }
}

/// Scrolls to what stands in the way of an act, and gives it the focus; nothing happens where it is not drawn.
pub fn lead_to(node: NodeRef<html::Div>) {
    if let Some(node) = node.try_get_untracked().flatten() {
        node.scroll_into_view();
        focus_moved(node.focus());
    }
}

/// Gives an element the focus and leaves the page where it is.
pub fn focus_in_place(element: &web_sys::HtmlElement) {
    let options = js_sys::Object::new();
    let done = js_sys::Reflect::set(&options, &"preventScroll".into(), &true.into())
        .and_then(|_| js_sys::Reflect::get(element, &"focus".into()))
        .and_then(wasm_bindgen::JsCast::dyn_into::<js_sys::Function>)
        .and_then(|focus| focus.call1(element, &options));
    focus_moved(done.map(drop));
}

/// Brings as much of an element into view as is missing; what sticks to the edges of the window leaves it free.
pub fn bring_into_view(element: &web_sys::Element) {
    let options = js_sys::Object::new();
    let show = js_sys::Reflect::set(&options, &"block".into(), &"nearest".into())
        .and_then(|_| js_sys::Reflect::get(element, &"scrollIntoView".into()))
        .map(wasm_bindgen::JsCast::dyn_into::<js_sys::Function>);
    if let Ok(Ok(show)) = show
        && show.call1(element, &options).is_err()
    {
        element.scroll_into_view();
    }
}

/// The elements below `within` that a selector finds, in their order, drawn or not.
pub fn elements_in(within: &web_sys::Element, selector: &str) -> Vec<web_sys::HtmlElement> {
    let found = js_sys::Reflect::get(within, &"querySelectorAll".into())
        .and_then(wasm_bindgen::JsCast::dyn_into::<js_sys::Function>)
        .and_then(|find| find.call1(within, &selector.into()));
    let all = found.map(|found| js_sys::Array::from(&found)).unwrap_or_default();
    all.iter().filter_map(|it| it.dyn_into().ok()).collect()
}

fn focus(element: &web_sys::Element) -> bool {
    if let Ok(Some(around)) = element.closest(".hc-field, .hc-card, .hc-choice") {
        around.scroll_into_view();
    }
    element.dyn_ref::<web_sys::HtmlElement>().is_some_and(|e| e.focus().is_ok())
}
