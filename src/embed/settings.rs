//! From the page's object to the app's settings. Unknown keys are ignored, and a wrong value counts as none.
use crate::{route::RouteMode, shell::Config};
use wasm_bindgen::{JsCast, JsValue};

/// Reads what the page decided.
pub(crate) fn read(from: &JsValue) -> Config {
    let text = |key: &str| {
        js_sys::Reflect::get(from, &key.into())
            .ok()
            .and_then(|value| value.as_string())
            .filter(|value| !value.is_empty())
    };
    let is_true = |key: &str| js_sys::Reflect::get(from, &key.into()).is_ok_and(|value| value == JsValue::TRUE);
    Config {
        api: text("api").unwrap_or_default().trim_end_matches('/').to_owned(),
        lang: text("lang"),
        theme: text("theme"),
        size: text("size"),
        contrast: text("contrast"),
        sign_in: text("sign-in").unwrap_or_else(|| "code".to_owned()),
        route: text("route").and_then(|mode| RouteMode::from_attribute(&mode)).unwrap_or_default(),
        base: text("base").unwrap_or_default(),
        start: text("start"),
        assets: text("assets").unwrap_or_default(),
        uid: text("uid").unwrap_or_default(),
        embedded: is_true("embedded"),
        headings: text("headings").and_then(|level| level.parse().ok()),
    }
}

/// Whom to tell what happens, where somebody wants to know.
pub(crate) fn tell(from: &JsValue) -> Option<js_sys::Function> {
    js_sys::Reflect::get(from, &"tell".into()).ok()?.dyn_into().ok()
}
