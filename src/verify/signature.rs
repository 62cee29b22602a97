//! ES256 by the browser's own cryptography: about a tenth of a millisecond, and no code of ours.
use contract::credential::Signed;
use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

/// This page has no cryptography: it is not on a secure connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoCryptography;

/// Whether one of these public keys (`04 x y`) signed this.
pub(super) async fn any_verifies(points: &[[u8; 65]], signed: &Signed) -> Result<bool, NoCryptography> {
    let subtle = subtle().ok_or(NoCryptography)?;
    for point in points {
        // A key that the browser cannot import did not sign anything.
        if verifies(&subtle, point, signed).await.unwrap_or(false) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn subtle() -> Option<SubtleCrypto> {
    let crypto = window().crypto().ok()?;
    let subtle: JsValue = Reflect::get(&crypto, &"subtle".into()).ok()?;
    subtle.dyn_into().ok()
}

async fn verifies(subtle: &SubtleCrypto, point: &[u8; 65], signed: &Signed) -> Result<bool, JsValue> {
    let raw = Uint8Array::from(point.as_slice());
    let usages = Array::of1(&"verify".into());
    let import = subtle.import_key_with_object("raw", &raw, &named("namedCurve", "P-256")?, false, &usages)?;
    let key: CryptoKey = JsFuture::from(import).await?.dyn_into()?;
    let verify = subtle.verify_with_object_and_js_u8_array_and_js_u8_array(
        &named("hash", "SHA-256")?,
        &key,
        &Uint8Array::from(signed.signature.as_slice()),
        &Uint8Array::from(signed.bytes.as_slice()),
    )?;
    Ok(JsFuture::from(verify).await?.is_truthy())
}

fn named(member: &str, value: &str) -> Result<Object, JsValue> {
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &"ECDSA".into())?;
    Reflect::set(&algorithm, &member.into(), &value.into())?;
    Ok(algorithm)
}
