//! What a press sets in motion waits for its end. A field that is left by it may get an error line, and what was pressed
//! below would move away from under the mouse or the finger before it is let go.

use super::filling::Filling;
use contract::questionnaire::Pointer;
use leptos::prelude::*;
use std::time::Duration;

impl Filling {
    /// A press begins somewhere on the page.
    pub fn pressed(self) {
        self.under_press(|left| *left = left.take().or(Some(Vec::new())));
    }

    /// Whether a press is under way; then the field is left when it ends.
    pub(super) fn is_left_later(self, pointer: &Pointer) -> bool {
        let waits = self.under_press(|left| left.as_mut().map(|left| left.push(pointer.clone())));
        waits.flatten().is_some()
    }

    /// Follows where presses end, be it outside of the page.
    pub(super) fn follow_presses(self) {
        let ended = window_event_listener(leptos::ev::mouseup, move |_| {
            // The click comes in the same turn.
            set_timeout(move || self.let_go(), Duration::ZERO);
        });
        on_cleanup(move || ended.remove());
    }

    fn let_go(self) {
        for pointer in self.under_press(Option::take).flatten().unwrap_or_default() {
            self.leave(&pointer);
        }
    }
}
