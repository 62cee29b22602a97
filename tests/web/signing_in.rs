//! Signing in where replies are lost.
use super::visit::{Visit, in_javascript, instead_of};
use contract::api::{CodeEntered, CodePurpose, CodeRequest};
use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

/// An office that notes the key of each POST, and whose replies are lost until it answers.
const OFFICE: &str = "
    globalThis.keys = []; globalThis.answers = false;
    const json = value => new Response(JSON.stringify(value), { headers: { 'Content-Type': 'application/json' } });
    return async (what, more) => {
        const request = new Request(what, more), at = '2026-11-26T08:00:00+08:00';
        if (request.method === 'DELETE') return new Response(null, { status: 204 });
        if (request.method !== 'POST') throw new TypeError('no network');
        keys.push(request.headers.get('Idempotency-Key'));
        if (!answers) throw new TypeError('the reply is lost');
        return request.url.endsWith('/code')
            ? json({ code_id: 'sample', length: 6, sent_to: '138****0000', expires_at: at, resend_at: at })
            : json({ signed_in: true, subject: 'sample', shown: '138****0000' });
    };";

/// The keys of the calls so far, forgotten then.
fn keys() -> Vec<String> {
    let keys: Array = Reflect::get(&window(), &"keys".into()).unwrap().unchecked_into();
    keys.splice(0, keys.length(), &JsValue::UNDEFINED).iter().filter_map(|key| key.as_string()).collect()
}

#[wasm_bindgen_test]
async fn whoever_presses_again_after_a_lost_reply_asks_for_the_same() {
    let visit = Visit::opened().await;
    let fetch = Reflect::get(&window(), &"fetch".into()).unwrap();
    instead_of(&window(), "fetch", &Function::new_no_args(OFFICE).call0(&JsValue::NULL).unwrap());
    let offline = visit.offline;
    let phone = Some("+8613800000000".to_owned());
    let request = CodeRequest { purpose: CodePurpose::SignIn, phone, application: None };
    let entered = CodeEntered { code_id: "sample".into(), code: "482913".into() };
    let code = async || offline.request_code(&request).await.is_ok();
    let sign_in = async || offline.sign_in(&entered).await.is_ok();
    for signs_in in [false, true] {
        let press = async || if signs_in { sign_in().await } else { code().await };
        in_javascript("", "globalThis.answers = false").await;
        assert!(!press().await);
        let mut first = keys();
        first.dedup();
        assert_eq!(first.len(), 1, "one wish, one key: {first:?}");
        in_javascript("", "globalThis.answers = true").await;
        assert!(press().await);
        assert_eq!(keys(), first, "it was not answered: it is the same wish");
        assert!(press().await);
        assert_ne!(keys(), first, "it was answered: this is another wish");
    }
    offline.sign_out().await.unwrap();
    instead_of(&window(), "fetch", &fetch);
}
