//! The browser's own `Intl`: plurals, numbers, lists and the parts of a date, without a byte of language data in the app.
//!
//! Outside a browser (tests of rules) each falls back to something plain.

use js_sys::{Array, Function, Intl, Object, Reflect};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type ListFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locales: &Array, options: &JsValue) -> Result<ListFormat, JsValue>;
    #[wasm_bindgen(method)]
    fn format(this: &ListFormat, list: &Array) -> String;
}

thread_local! {
    /// Making a formatter is slow, using one is not.
    static MADE: RefCell<Vec<(String, JsValue)>> = const { RefCell::new(Vec::new()) };
}

/// The formatter that was made under this name before, or a new one.
fn made<T: JsCast + Clone>(name: &str, make: impl FnOnce() -> T) -> T {
    let known = MADE.with_borrow(|made| made.iter().find(|(n, _)| n == name).map(|(_, f)| f.clone()));
    if let Some(known) = known {
        return known.unchecked_into();
    }
    let new = make();
    MADE.with_borrow_mut(|made| made.push((name.to_owned(), new.clone().unchecked_into())));
    new
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        // Setting a member of a plain object of our own cannot fail.
        drop(Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value)));
    }
    options
}

fn call(format: &Function, value: &JsValue) -> Option<String> {
    format.call1(&JsValue::UNDEFINED, value).ok()?.as_string()
}

/// The CLDR category of a number: `one`, `other`, …
pub(super) fn plural(lang: &str, n: f64) -> String {
    if cfg!(not(target_family = "wasm")) {
        return if n.to_bits() == 1_f64.to_bits() { "one" } else { "other" }.into();
    }
    let rules: Intl::PluralRules =
        made(&format!("plural {lang}"), || Intl::PluralRules::new(&Array::of1(&lang.into()), &Object::new()));
    String::from(rules.select(n))
}

/// A number with the language's separators.
pub(super) fn number(lang: &str, n: f64) -> String {
    if cfg!(not(target_family = "wasm")) {
        return n.to_string();
    }
    let format: Intl::NumberFormat =
        made(&format!("number {lang}"), || Intl::NumberFormat::new(&Array::of1(&lang.into()), &Object::new()));
    call(&format.format(), &n.into()).unwrap_or_default()
}

/// `a, b and c`.
pub(super) fn list(lang: &str, items: &[String]) -> String {
    let plain = || items.join(", ");
    if cfg!(not(target_family = "wasm")) {
        return plain();
    }
    let array: Array = items.iter().map(|item| JsValue::from_str(item)).collect();
    ListFormat::new(&Array::of1(&lang.into()), &JsValue::UNDEFINED)
        .map_or_else(|_| plain(), |format| format.format(&array))
}

/// Whether the browser knows a time zone of this name: where it does not, it throws.
pub(super) fn is_zone(zone: &str) -> bool {
    let class =
        Reflect::get(&js_sys::global(), &"Intl".into()).and_then(|intl| Reflect::get(&intl, &"DateTimeFormat".into()));
    let Some(class) = class.ok().and_then(|class| class.dyn_into::<Function>().ok()) else { return false };
    Reflect::construct(&class, &Array::of2(&"en".into(), &options(&[("timeZone", zone)]))).is_ok()
}

/// One part of an instant (milliseconds since 1970), such as its month, in a time zone; an empty zone is the phone's own.
pub(super) fn part(lang: &str, zone: &str, milliseconds: f64, name: &str, style: &str) -> Option<String> {
    let cache = format!("{lang} {zone} {name} {style}");
    let format: Intl::DateTimeFormat = made(&cache, || {
        let mut wanted = vec![(name, style), ("calendar", "gregory"), ("numberingSystem", "latn")];
        if name == "hour" {
            wanted.extend([("minute", "2-digit"), ("hourCycle", "h23")]);
        }
        if !zone.is_empty() {
            wanted.push(("timeZone", zone));
        }
        Intl::DateTimeFormat::new(&Array::of1(&lang.into()), &options(&wanted))
    });
    let date = js_sys::Date::new(&JsValue::from_f64(milliseconds));
    let parts = format.format_to_parts(&date);
    let value = |wanted: &str| {
        parts.iter().find_map(|part| {
            let is = Reflect::get(&part, &"type".into()).ok()?.as_string()? == wanted;
            is.then(|| Reflect::get(&part, &"value".into()).ok()?.as_string()).flatten()
        })
    };
    if name == "hour" { Some(format!("{}:{}", value("hour")?, value("minute")?)) } else { value(name) }
}
