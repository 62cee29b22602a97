//! What the person takes along on paper.
use super::Frame;
use leptos::{html, prelude::*};
use wasm_bindgen::JsValue;

/// Whether the browser prints: the webviews of some apps do not.
pub fn can_print() -> bool {
    js_sys::Reflect::get(&window(), &"print".into()).is_ok_and(|print| print.is_function())
}

/// Prints the page on paper of this size; the sheet's own rules read the attribute.
///
/// In somebody else's page the custom element around `near` takes the rest of that page off the paper, and is asked by an event.
///
/// # Errors
/// What the browser says against it.
pub fn print_page(near: NodeRef<html::Div>, frame: Frame, paper: &str) -> Result<(), JsValue> {
    let (near, page) = (near.get_untracked(), document().document_element());
    match (frame, near, page) {
        (Frame::Embedded, Some(near), _) => {
            near.get_root_node().dispatch_event(&web_sys::Event::new("hc-print")?).map(drop)
        }
        (Frame::OwnSite, _, Some(page)) => {
            page.set_attribute("data-hc-print", paper)?;
            window().print()
        }
        (Frame::Embedded | Frame::OwnSite, _, _) => Ok(()),
    }
}
