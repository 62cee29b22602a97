//! A text for the person's clipboard.

use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The browser's clipboard. Older ones have none, and no page has one in a frame that may not use it.
fn clipboard() -> Option<web_sys::Clipboard> {
    let found = js_sys::Reflect::get(&window().navigator(), &"clipboard".into()).unwrap_or(JsValue::UNDEFINED);
    found.dyn_into().ok()
}

/// Whether there is one to write to.
pub fn can_copy() -> bool {
    clipboard().is_some()
}

/// Writes a text there. False where the browser does not let it: then there must be another way, in words.
pub async fn copy_text(text: String) -> bool {
    let Some(clipboard) = clipboard() else { return false };
    JsFuture::from(clipboard.write_text(&text)).await.is_ok()
}
