//! What the page around the fields hears. What a press sets in motion waits for its end: a field that is left by it may get an
//! error line, and what was pressed below would move away from under the mouse or the finger before it is let go.

use super::enter::{enter_leads_on, name_enter};
use super::filling::Filling;
use crate::ui::element::Element;
use contract::questionnaire::Pointer;
use leptos::{ev, prelude::*};
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::MouseEvent;

impl Filling {
    /// The element around the fields of a page hears what happens in it, and where a press ends, be it outside of the page.
    pub fn hears(self, mut around: Element) -> Element {
        around.on(ev::mousedown, move |event| {
            keep_focus(&event);
            self.pressed(&event);
        });
        around.on(ev::keydown, move |event| {
            // Whoever uses a key presses nothing any more.
            self.let_go();
            enter_leads_on(&event);
        });
        around.on(ev::focusin, |event| name_enter(&event));
        // What is dragged has no other end.
        for name in ["mouseup", "dragend"] {
            // The click comes in the same turn.
            let ended =
                window_event_listener_untyped(name, move |_| set_timeout(move || self.let_go(), Duration::ZERO));
            on_cleanup(move || ended.remove());
        }
        around
    }

    /// A press begins somewhere on the page. One that opens a menu has no end that the page hears of.
    fn pressed(self, event: &MouseEvent) {
        if event.button() == 0 {
            self.under_press(|left| *left = left.take().or(Some(Vec::new())));
        }
    }

    /// Whether a press is under way; then the field is left when it ends.
    pub(super) fn is_left_later(self, pointer: &Pointer) -> bool {
        let waits = self.under_press(|left| left.as_mut().map(|left| left.push(pointer.clone())));
        waits.flatten().is_some()
    }

    fn let_go(self) {
        for pointer in self.under_press(Option::take).flatten().unwrap_or_default() {
            self.leave(&pointer);
        }
    }
}

/// A field that is left may grow an error line and push the button from under the finger: the button leaves no field.
pub fn keep_focus(event: &MouseEvent) {
    let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    if target.is_some_and(|e| e.closest(".hc-actions button").is_ok_and(|found| found.is_some())) {
        event.prevent_default();
    }
}
