//! What the person takes along as a file.

use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};

/// So long the browser may take to read it: some do only after a question of their own.
const READ_BY: Duration = Duration::from_secs(10);

/// Hands a text to the person as a file. Whether it was stored after that nobody tells a page.
///
/// # Errors
/// The browser makes none.
pub fn save_file(name: &str, text: &str) -> Result<(), JsValue> {
    let parts = js_sys::Array::of1(&text.into());
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("application/json");
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options)?;
    let url = web_sys::Url::create_object_url_with_blob(&blob)?;
    download(&url, name)?;
    set_timeout(move || drop(web_sys::Url::revoke_object_url(&url)), READ_BY);
    Ok(())
}

/// Hands what is at an address to the browser's downloads, as if a link to it had been pressed. Without a name of ours the
/// server gives one.
///
/// # Errors
/// What the browser says against it.
pub fn download(address: &str, name: &str) -> Result<(), JsValue> {
    let link: web_sys::HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(address);
    link.set_download(name);
    link.set_rel("noreferrer");
    link.click();
    Ok(())
}
