//! Signing in where replies are lost, and where the page is lost that waits for a code.
use super::visit::{Visit, in_javascript, instead_of};
use super::{bytes_of, contains, everything_stored};
use contract::api::{CodeEntered, CodePurpose, CodeRequest, CodeSent};
use health_certificate::api::sleep;
use health_certificate::offline::AwaitedCode;
use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use std::time::Duration;
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

/// A code for this that is valid for so long.
fn code(visit: &Visit, purpose: CodePurpose, valid: Duration) -> AwaitedCode {
    let now = visit.offline.now();
    let sent = CodeSent {
        code_id: "sample".into(),
        length: 6,
        sent_to: "138****0001".into(),
        expires_at: now + valid,
        resend_at: now + Duration::from_secs(60),
    };
    let (phone, application) = match purpose {
        CodePurpose::Collect => (None, Some("a".into())),
        CodePurpose::SignIn | CodePurpose::Lookup => (Some("+8613800000001".into()), None),
    };
    let request = CodeRequest { purpose, phone, application };
    AwaitedCode { sent, request, facts: vec!["HC-2026-0001".into(), "021X".into()] }
}

/// Waits until this is what a page opened now would go on with.
async fn awaits(visit: &Visit, purpose: CodePurpose, expected: Option<&AwaitedCode>) {
    for _ in 0..500 {
        if visit.offline.awaited_code(purpose).await.as_ref() == expected {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("waited in vain for {expected:?}");
}

#[wasm_bindgen_test]
async fn a_code_on_its_way_is_gone_on_with_by_the_next_page_until_it_is_used_or_too_old() {
    const TEN_MINUTES: Duration = Duration::from_mins(10);
    let visit = Visit::opened().await;
    let sent = code(&visit, CodePurpose::SignIn, TEN_MINUTES);
    visit.offline.awaits_code(sent.clone());
    awaits(&visit, CodePurpose::SignIn, Some(&sent)).await;
    drop(visit);

    // Another page knows it, by no storage that can be read, and not for anything else.
    let visit = Visit::opened().await;
    assert_eq!(visit.offline.awaited_code(CodePurpose::SignIn).await.as_ref(), Some(&sent));
    assert_eq!(visit.offline.awaited_code(CodePurpose::Lookup).await, None);
    for value in everything_stored().await {
        let bytes = bytes_of(&value);
        for personal in ["13800000001", "138****0001", "HC-2026-0001"] {
            assert!(!contains(&bytes, personal.as_bytes()), "{personal} lies readable");
        }
    }

    // One that is too old, or not wanted any more.
    let short = code(&visit, CodePurpose::Collect, Duration::from_secs(1));
    visit.offline.awaits_code(short.clone());
    awaits(&visit, CodePurpose::Collect, Some(&short)).await;
    awaits(&visit, CodePurpose::Collect, None).await;
    let sent = code(&visit, CodePurpose::Lookup, TEN_MINUTES);
    visit.offline.awaits_code(sent.clone());
    awaits(&visit, CodePurpose::Lookup, Some(&sent)).await;
    visit.offline.awaits_no_code(CodePurpose::Lookup);
    awaits(&visit, CodePurpose::Lookup, None).await;
    let collecting = code(&visit, CodePurpose::Collect, TEN_MINUTES);
    visit.offline.awaits_code(collecting.clone());
    awaits(&visit, CodePurpose::Collect, Some(&collecting)).await;

    // One that was used, and then somebody signs out.
    let fetch = Reflect::get(&window(), &"fetch".into()).unwrap();
    instead_of(&window(), "fetch", &Function::new_no_args(OFFICE).call0(&JsValue::NULL).unwrap());
    in_javascript("", "globalThis.answers = true").await;
    visit.offline.sign_in(&CodeEntered { code_id: "sample".into(), code: "482913".into() }).await.unwrap();
    awaits(&visit, CodePurpose::SignIn, None).await;
    // The phone that was typed before the page was lost is the one that is filled in.
    assert_eq!(visit.offline.session_phone().await.as_deref(), Some("+8613800000001"));
    visit.offline.sign_out().await.unwrap();
    awaits(&visit, CodePurpose::SignIn, None).await;
    awaits(&visit, CodePurpose::Collect, None).await;
    instead_of(&window(), "fetch", &fetch);
}
