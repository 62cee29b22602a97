//! The line work behind the words of a certificate: two bands, a field of waves and a rosette, in the colour of the brand.
//!
//! It is an ornament and says nothing; the code is what can be checked.
use crate::ui::fresh_id;
use leptos::prelude::*;
use view::view;

/// The drawing, with `ID` where the names of its parts begin.
const LINES: &str = include_str!("art.svg");

/// The whole of it, filling the card.
pub(super) fn art() -> AnyView {
    let lines = LINES.replace("ID", &fresh_id("art"));
    view! { <svg class="hc-cert__art" aria-hidden="true" focusable="false" inner_html=lines></svg> }.into_any()
}
