//! What can wait until the page was seen.

use leptos::prelude::*;
use std::time::Duration;

/// Does it once the next picture stands, so that a slow phone shows the page first. A page that nobody sees has no pictures:
/// there it is done at once.
pub fn after_picture(act: impl FnOnce() + 'static) {
    if document().hidden() {
        set_timeout(act, Duration::ZERO);
    } else {
        request_animation_frame(move || set_timeout(act, Duration::ZERO));
    }
}
