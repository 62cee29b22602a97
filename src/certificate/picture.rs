//! Bytes as something an `<img>` or a link can point at, for as long as a view stands.
use leptos::prelude::*;
use web_sys::{Blob, BlobPropertyBag, Url};

/// A `blob:` address that ends with the current view. Nothing where the browser makes none.
pub(super) fn address(blob: &Blob) -> Option<String> {
    let address = Url::create_object_url_with_blob(blob).ok()?;
    let ended = address.clone();
    // An address that is gone already needs no ending.
    on_cleanup(move || drop(Url::revoke_object_url(&ended)));
    Some(address)
}

/// Bytes with their media type.
pub(super) fn blob(bytes: &js_sys::Uint8Array, media_type: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    Blob::new_with_u8_array_sequence_and_options(&js_sys::Array::of1(bytes), &options).ok()
}

/// A text as a file.
pub(super) fn text_blob(text: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type("text/plain;charset=utf-8");
    Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &options).ok()
}
