//! Bytes outside of our own memory: their names in the vault, their hash, what a picture is shown from.
use super::StoreError;
use super::vault::Write;
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, SubtleCrypto};

/// Everything of a document goes.
pub(super) fn erased(id: &str) -> Vec<Write> {
    let keys = [super::documents::record_key(id), bytes_key(id), bare_key(id), thumbnail_key(id)];
    keys.map(Write::erase).into()
}

pub(super) fn bytes_key(id: &str) -> String {
    format!("bytes/{id}")
}

/// Without the words across it.
pub(super) fn bare_key(id: &str) -> String {
    format!("bare/{id}")
}

pub(super) fn thumbnail_key(id: &str) -> String {
    format!("thumbnail/{id}")
}

pub(super) fn blob(bytes: &Uint8Array, media_type: &str) -> Result<Blob, StoreError> {
    let kind = BlobPropertyBag::new();
    kind.set_type(media_type);
    Blob::new_with_u8_array_sequence_and_options(&Array::of1(bytes), &kind).map_err(|why| StoreError::from_js(&why))
}

/// SHA-256 in hex; where the page is not secure there is no WebCrypto, and documents cannot be sent from it.
pub(super) async fn sha256(bytes: &Uint8Array) -> Result<String, StoreError> {
    let crypto = web_sys::window().and_then(|window| window.crypto().ok()).ok_or(StoreError::Disabled)?;
    let subtle = Reflect::get(&crypto, &"subtle".into()).unwrap_or_default();
    let subtle: SubtleCrypto = subtle.dyn_into().map_err(|_| StoreError::Disabled)?;
    let promise =
        subtle.digest_with_str_and_buffer_source("SHA-256", bytes).map_err(|why| StoreError::from_js(&why))?;
    let digest = JsFuture::from(promise).await.map_err(|why| StoreError::from_js(&why))?;
    let mut hex = String::with_capacity(64);
    for byte in Uint8Array::new(&digest).to_vec() {
        for digit in [byte >> 4, byte & 15] {
            hex.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    Ok(hex)
}
