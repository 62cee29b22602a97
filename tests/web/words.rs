//! Sentences that are asked for once, in answer to a press or when a reply has come.
use super::visit::{in_javascript, instead_of, until};
use contract::api::ApplicationRecord;
use health_certificate::api::{Api, Fresh};
use health_certificate::i18n::{I18n, K};
use health_certificate::reactive::{RwSignal, effect};
use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_sentence_that_nobody_follows_warns_nobody_and_who_follows_it_hears_of_the_language() {
    let console = Reflect::get(&window(), &"console".into()).unwrap();
    let (warn, said) = (Reflect::get(&console, &"warn".into()).unwrap(), Array::new());
    let listen = Function::new_with_args("said", "return (...words) => said.push(words.join(' '))");
    instead_of(&console, "warn", &listen.call1(&console, &said).unwrap());
    let (asks, asked) = std::sync::mpsc::channel();
    let root = document().create_element("div").unwrap();
    let _handle = leptos::mount::mount_to(root.unchecked_into(), move || {
        let (i18n, drawn) = (I18n::new(""), RwSignal::new(0));
        effect(move || {
            i18n.text(K::AppRetry);
            drawn.try_update_untracked(|times| *times += 1);
        });
        asks.send((i18n, drawn)).unwrap();
    });
    let (i18n, drawn) = asked.recv().unwrap();
    i18n.text(K::AppRetry);
    until(|| drawn.get_untracked() == 1).await;
    i18n.use_default();
    until(|| drawn.get_untracked() == 2).await;
    instead_of(&console, "warn", &warn);
    assert_eq!(said.length(), 0, "{said:?}");
}

/// An office that answers in the language it is asked in, the first time only when it is let.
const SLOW: &str = "
    globalThis.asked = [];
    const let_go = new Promise(done => { globalThis.let_go = done; });
    return async (what, more) => {
        const shown = new Request(what, more).headers.get('Accept-Language');
        asked.push(shown);
        if (asked.length === 1) await let_go;
        const record = { id: 'a', version: 1, state: 'submitted', stage: 2, since: '2026-11-26T08:00:00+08:00', questionnaire: 'q|1' };
        return new Response(JSON.stringify({ ...record, notify: shown }),
            { headers: { 'Content-Type': 'application/json' } });
    };";

#[wasm_bindgen_test]
async fn a_slow_reply_in_a_language_that_is_not_shown_any_more_is_asked_for_again() {
    let fetch = Reflect::get(&window(), &"fetch".into()).unwrap();
    instead_of(&window(), "fetch", &Function::new_no_args(SLOW).call0(&JsValue::NULL).unwrap());
    let api = Api::new("http://127.0.0.1:9", "zh-CN");
    let (slow, told) = (api.clone(), Rc::new(RefCell::new(None)));
    let tells = told.clone();
    let notify = |reply: Fresh<ApplicationRecord>| match reply {
        Fresh::New { value, .. } => value.notify,
        Fresh::Unchanged => None,
    };
    spawn_local(async move { *tells.borrow_mut() = slow.application("a", None).await.ok().and_then(notify) });
    let asked = || Reflect::get(&window(), &"asked".into()).unwrap().unchecked_into::<Array>();
    until(|| asked().length() == 1).await;
    api.set_language("en");
    assert_eq!(notify(api.application("a", None).await.unwrap()).as_deref(), Some("en"));
    in_javascript("", "globalThis.let_go()").await;
    until(|| told.borrow().is_some()).await;
    instead_of(&window(), "fetch", &fetch);
    assert_eq!(told.take().as_deref(), Some("en"));
    assert_eq!(asked().join(" "), "zh-CN en en");
}
