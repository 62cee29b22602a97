//! What a press sets in motion waits for its end. A field that is left by it may get an error line, and what was pressed
//! below would move away from under the mouse or the finger before it is let go.

use super::filling::Filling;
use contract::questionnaire::Pointer;
use leptos::prelude::*;
use std::time::Duration;
use web_sys::MouseEvent;

impl Filling {
    /// A press begins somewhere on the page. One that opens a menu has no end that the page hears of.
    pub fn pressed(self, event: &MouseEvent) {
        if event.button() == 0 {
            self.under_press(|left| *left = left.take().or(Some(Vec::new())));
        }
    }

    /// Whether a press is under way; then the field is left when it ends.
    pub(super) fn is_left_later(self, pointer: &Pointer) -> bool {
        let waits = self.under_press(|left| left.as_mut().map(|left| left.push(pointer.clone())));
        waits.flatten().is_some()
    }

    /// Follows where presses end, be it outside of the page. What is dragged has no other end, and whoever uses a key presses
    /// nothing any more.
    pub(super) fn follow_presses(self) {
        for name in ["mouseup", "dragend", "keydown"] {
            let ended = window_event_listener_untyped(name, move |_| {
                if name == "keydown" {
                    self.let_go();
                } else {
                    // The click comes in the same turn.
                    set_timeout(move || self.let_go(), Duration::ZERO);
                }
            });
            on_cleanup(move || ended.remove());
        }
    }

    fn let_go(self) {
        for pointer in self.under_press(Option::take).flatten().unwrap_or_default() {
            self.leave(&pointer);
        }
    }
}
