//! Copies of what anybody may know: what takes the place of one, and what does not.
use super::visit::{FORM, Visit, in_javascript, instead_of};
use health_certificate::api::ApiError;
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

const ISSUER: &str = "https://issuer.sample";

/// Whatever is asked, the same is answered, until this is dropped; nobody answers where it is empty.
struct Answer(JsValue);

impl Answer {
    const GIVE: &str = "
        globalThis.answer = null;
        return async () => {
            if (!answer) throw new TypeError('no network');
            const [text, etag] = answer;
            return new Response(text, { headers: { 'Content-Type': 'application/json', ETag: etag } });
        };";

    fn begin() -> Self {
        let fetch = Reflect::get(&window(), &"fetch".into()).unwrap();
        instead_of(&window(), "fetch", &Function::new_no_args(Self::GIVE).call0(&JsValue::NULL).unwrap());
        Self(fetch)
    }

    async fn is(&self, answer: Option<(&str, &str)>) {
        let answer = serde_json::to_string(&answer).unwrap();
        in_javascript("", &format!("globalThis.answer = {answer}")).await;
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        instead_of(&window(), "fetch", &self.0);
    }
}

const BROKEN: [&str; 6] = ["", "<!doctype html><p>Wi-Fi", "{", "null", "[]", r#"{"error":"busy"}"#];

#[wasm_bindgen_test]
async fn what_is_no_set_of_keys_does_not_take_the_place_of_the_copy() {
    let (visit, answer) = (Visit::opened().await, Answer::begin());
    let says = async |etag: &str, text: &str| {
        answer.is(Some((text, etag))).await;
        visit.offline.jwks(ISSUER).await
    };
    let set = |kid: &str| serde_json::json!({ "keys": [{ "kty": "EC", "crv": "P-256", "kid": kid }] }).to_string();
    let first = set("first");
    assert_eq!(says("1", &first).await.unwrap().value, first);
    let kept = async || visit.offline.kept_jwks(ISSUER).await.map(|kept| (kept.value, kept.etag)).unwrap();
    for broken in BROKEN.into_iter().chain(["{}", r#"{"keys":"none"}"#]) {
        let answer = says("2", broken).await;
        assert!(matches!(answer, Err(ApiError::Unreadable)), "{broken}: {answer:?}");
        assert_eq!(kept().await, (first.clone(), Some("1".into())), "{broken}");
    }
    // An issuer that takes all of its keys back says so.
    for newer in [set("second"), r#"{"keys":[]}"#.into()] {
        assert_eq!(says("3", &newer).await.unwrap().value, newer);
        assert_eq!(kept().await, (newer, Some("3".into())));
    }
}

#[wasm_bindgen_test]
async fn what_is_no_questionnaire_is_told_and_not_kept() {
    let (visit, answer) = (Visit::opened().await, Answer::begin());
    let good = r#"{"resourceType":"Questionnaire","version":"2026.11.1"}"#;
    let text = async |name| visit.offline.questionnaire(name).await.map(|kept| kept.value);
    for name in [FORM, "sample-form"] {
        for broken in BROKEN {
            answer.is(Some((broken, "1"))).await;
            assert_eq!(text(name).await.as_deref(), Ok(broken), "whoever wants it is to say what is wrong with it");
        }
        answer.is(Some((good, "1"))).await;
        assert_eq!(text(name).await.as_deref(), Ok(good), "what came before is asked for again");
        answer.is(Some(("<html>", "2"))).await;
        drop(text("sample-form").await);
        answer.is(None).await;
        assert_eq!(text(name).await.as_deref(), Ok(good), "the copy is the last one that could be read");
    }
}
