//! From the page's object to the app's settings. Unknown keys are ignored, and a wrong value counts as none.
use crate::{i18n::LANGUAGES, route::RouteMode, shell::Config};
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
    let embedded = is_true("embedded");
    Config {
        api: text("api").unwrap_or_default().trim_end_matches('/').to_owned(),
        lang: text("lang"),
        theme: text("theme"),
        size: text("size"),
        contrast: text("contrast"),
        route: route(text("route").as_deref(), embedded),
        base: text("base").unwrap_or_default(),
        start: text("start"),
        assets: text("assets").unwrap_or_default(),
        uid: text("uid").unwrap_or_default(),
        embedded,
        headings: text("headings").and_then(|level| level.parse().ok()),
        names: names(&js_sys::Reflect::get(from, &"name".into()).unwrap_or_default()),
        logo: text("logo"),
    }
}

/// One name for every language, or an object with one for each that has its own.
fn names(given: &JsValue) -> Vec<(&'static str, String)> {
    let of = |tag: &str| js_sys::Reflect::get(given, &tag.into()).ok().and_then(|name| name.as_string());
    let all = given.as_string();
    LANGUAGES.iter().filter_map(|language| Some((language.tag, all.clone().or_else(|| of(language.tag))?))).collect()
}

/// The path belongs to the page around the app, where there is one.
fn route(asked: Option<&str>, embedded: bool) -> RouteMode {
    let asked = asked.and_then(RouteMode::from_attribute);
    if embedded {
        asked.filter(|mode| *mode != RouteMode::Path).unwrap_or(RouteMode::Hash)
    } else {
        asked.unwrap_or_default()
    }
}

/// Whom to tell what happens, where somebody wants to know.
pub(crate) fn tell(from: &JsValue) -> Option<js_sys::Function> {
    js_sys::Reflect::get(from, &"tell".into()).ok()?.dyn_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_somebody_elses_page_is_never_ours() {
        for (asked, embedded, expected) in [
            (None, true, RouteMode::Hash),
            (Some("hash"), true, RouteMode::Hash),
            (Some("query"), true, RouteMode::Query),
            (Some("path"), true, RouteMode::Hash),
            (Some("Query"), true, RouteMode::Hash),
            (None, false, RouteMode::Path),
            (Some("path"), false, RouteMode::Path),
        ] {
            assert_eq!(route(asked, embedded), expected, "{asked:?}");
        }
    }
}
