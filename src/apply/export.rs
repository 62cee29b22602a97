//! A draft as a file: for an office's counter, for another phone, for when nothing else works.

use super::opening::{Opened, now};
use crate::i18n::K;
use crate::offline::Offline;
use crate::ui::Announcer;
use contract::questionnaire::{Envelope, Scope, to_response};
use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// Gives the answers as a FHIR `QuestionnaireResponse` file.
pub(super) fn export(opened: Opened, offline: Offline, announcer: Announcer) {
    let filling = opened.filling;
    let envelope = Envelope {
        status: "in-progress",
        language: Some(filling.i18n().lang().to_owned()),
        authored: Some(now(filling.i18n(), offline)),
    };
    let nothing = |_: &contract::questionnaire::Pointer| false;
    let json = opened.draft().answers.with_untracked(|answers| {
        to_response(&filling.form(), answers, Scope::Draft { withheld: &nothing }, &envelope)
    });
    match download(&format!("{}.json", filling.application()), &json.to_string()) {
        Ok(()) => announcer.say(&filling.i18n().text(K::TasksExported)),
        Err(why) => leptos::logging::warn!("export: {why:?}"),
    }
}

fn download(name: &str, text: &str) -> Result<(), JsValue> {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("application/fhir+json");
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options)?;
    let url = web_sys::Url::create_object_url_with_blob(&blob)?;
    let anchor: web_sys::HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    web_sys::Url::revoke_object_url(&url)
}
