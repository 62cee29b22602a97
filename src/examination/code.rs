//! The check-in code: to show, and to say.
use crate::ui;
use contract::identity::spelt;
use leptos::prelude::*;
use view::view;

/// The code, and its six characters to say, spelt in groups of three.
pub(super) fn check_in(text: &str, code: &str, label: impl Fn() -> String + Send + 'static) -> AnyView {
    view! { {ui::code(text, label)} <p><b><bdi>{spelt(code)}</bdi></b></p> }.into_any()
}
