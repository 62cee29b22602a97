//! What the rules need of the browser: its regular expressions and its text composition.

use contract::questionnaire::Pattern;
use js_sys::{JsString, RegExp};
use wasm_bindgen::JsCast;

/// The browser's own regular expressions, flag `u`, on the whole text.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserPatterns;

impl Pattern for BrowserPatterns {
    fn matches(&self, pattern: &str, text: &str) -> Option<bool> {
        // `RegExp::new` throws on a pattern that cannot be read, and a throw would end the program: ask through `construct`.
        let arguments = js_sys::Array::of2(&format!("^(?:{pattern})$").into(), &"u".into());
        let maker =
            js_sys::Reflect::get(&js_sys::global(), &"RegExp".into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
        let made = js_sys::Reflect::construct(&maker, &arguments).ok()?.dyn_into::<RegExp>().ok()?;
        Some(made.test(text))
    }
}

/// Text in NFC.
pub fn compose(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let normal = JsString::from(text).normalize("NFC");
    String::from(normal)
}
