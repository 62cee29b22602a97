//! The drawing of the entrance: the certificate that one will get. Line art in the colours of the page, a few hundred bytes on the way.

use leptos::prelude::*;
use view::view;

/// The certificate on a ground of waves.
pub(super) fn certificate() -> AnyView {
    view! { <svg viewBox="0 0 320 168" class="hc-pic" aria-hidden="true" inner_html=include_str!("art.svg")></svg> }
        .into_any()
}
