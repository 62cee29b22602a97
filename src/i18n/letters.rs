//! Capital and small letters of every script, by the browser: it has the tables, the app need not carry them.

use js_sys::JsString;

/// In small letters.
pub fn lower(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}

/// In capitals.
pub fn upper(text: &str) -> String {
    JsString::from(text).to_upper_case().into()
}
