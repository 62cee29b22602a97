//! What one page does late, or does not hear of, and another one has done meanwhile.
use super::moved::{first_form, signed_in, typed};
use super::office::Office;
use super::visit::{Visit, begun, in_javascript, instead_of, naming, opened, photo, submission, until};
use super::whose::another_comes;
use super::{empty_phone, prototype, text};
use contract::api::CodeEntered;
use health_certificate::offline::{DraftId, State, Storage, What};
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::wasm_bindgen_test;

/// A page that came to no storage: what it has is in its memory.
async fn keeps_nothing() -> Visit {
    let storage = Reflect::get(&window(), &"indexedDB".into()).unwrap();
    instead_of(&window(), "indexedDB", &JsValue::UNDEFINED);
    let visit = Visit::opened().await;
    instead_of(&window(), "indexedDB", &storage);
    assert!(matches!(visit.offline.storage().get_untracked(), Storage::MemoryOnly(_)));
    visit
}

#[wasm_bindgen_test]
async fn a_page_that_keeps_nothing_and_one_that_does_both_send_what_is_their_own() {
    for keeps_first in [false, true] {
        empty_phone().await;
        let office = Office::open();
        let (first, second) = if keeps_first {
            let keeps = Visit::opened().await;
            (keeps, keeps_nothing().await)
        } else {
            (keeps_nothing().await, Visit::opened().await)
        };
        for visit in [&first, &second] {
            until(|| visit.offline.session().get_untracked().is_signed_in()).await;
            let (id, _) = begun(visit).await;
            let entry = visit.offline.submit(&id, &submission()).await.unwrap();
            let rows = || visit.offline.outbox().get_untracked();
            until(|| rows().iter().any(|row| row.id == entry && matches!(row.state, State::Received { .. }))).await;
        }
        first.offline.sign_out().await.unwrap();
        drop((first, second));
        drop(office);
    }
}

#[wasm_bindgen_test]
async fn a_save_that_hung_is_not_made_once_more_over_what_another_page_has_stored_since() {
    empty_phone().await;
    let first = Visit::opened().await;
    let (id, here) = begun(&first).await;
    // What seals last words is made ready.
    health_certificate::api::sleep(Duration::from_millis(300)).await;
    let second = Visit::opened().await;
    let there = opened(&second, &id).await;
    until(|| !there.writable().get_untracked() && here.writable().get_untracked()).await;
    // The next transaction tells nobody that it is complete.
    let transaction = prototype("IDBTransaction");
    let mute = Function::new_with_args(
        "prototype",
        "const real = Object.getOwnPropertyDescriptor(prototype, 'oncomplete');
         globalThis.hung = 0;
         Object.defineProperty(prototype, 'oncomplete', { configurable: true, get: real.get, set(listen) {
           if (hung++ === 0) return;
           real.set.call(this, listen);
         } });
         return () => Object.defineProperty(prototype, 'oncomplete', real);",
    );
    let mend: Function = mute.call1(&JsValue::NULL, &transaction).unwrap().unchecked_into();
    here.answers.set(text("one"));
    leptos::task::tick().await;
    let saved: Rc<Cell<Option<bool>>> = Rc::default();
    let told = saved.clone();
    spawn_local(async move { told.set(Some(here.save_now().await)) });
    until(|| Reflect::get(&window(), &"hung".into()).unwrap().as_f64() >= Some(1.0)).await;
    there.take_over();
    until(|| there.writable().get_untracked()).await;
    there.answers.set(text("two"));
    leptos::task::tick().await;
    assert!(there.save_now().await);
    until(|| saved.get().is_some()).await;
    mend.call0(&JsValue::NULL).unwrap();
    drop(first);
    drop(second);
    let visit = Visit::opened().await;
    assert_eq!(opened(&visit, &id).await.answers.get_untracked(), text("two"));
}

#[wasm_bindgen_test]
async fn what_another_phone_has_saved_stays_in_the_account_when_another_page_goes_on_meanwhile() {
    empty_phone().await;
    let office = first_form();
    office.does("office.taken = ['health-certificate|2026.11.1']; office.delivers = [];").await;
    let visit = signed_in().await;
    let (id, draft) = begun(&visit).await;
    visit.offline.set_consent(&id, true);
    draft.answers.set(typed(&[("a", "one")]));
    assert!(draft.save_now().await);
    visit.offline.settle_account(draft).await;
    drop(visit);
    // Another phone has added an answer, and the account takes its time to say so.
    let there = r#"{"questionnaire":"health-certificate|2026.11.1","answers":{"resourceType":"QuestionnaireResponse","item":[
        {"linkId":"p","item":[{"linkId":"a","answer":[{"valueString":"one"}]}]},{"linkId":"q","item":[{"linkId":"b","answer":[{"valueString":"two"}]}]}]}}"#;
    office
        .does(&format!(
            "office.drafts['{id}'] = {{ etag: 90, text: `{there}` }};
             office.before = asked => asked === 'GET /applications/*/draft' ? new Promise(then => office.delivers.push(then)) : null;"
        ))
        .await;
    let first = signed_in().await;
    let here = opened(&first, &id).await;
    until(|| here.writable().get_untracked()).await;
    let (offline, is_over) = (first.offline, Rc::new(Cell::new(false)));
    let told = is_over.clone();
    spawn_local(async move {
        drop(offline.settle_account(here).await);
        told.set(true);
    });
    office.does("while (!office.delivers.length) await new Promise(then => setTimeout(then, 20));").await;
    let second = signed_in().await;
    let draft = opened(&second, &id).await;
    until(|| !draft.writable().get_untracked()).await;
    draft.take_over();
    until(|| draft.writable().get_untracked()).await;
    office.does("office.before = null; office.delivers.forEach(then => then());").await;
    until(|| is_over.get()).await;
    drop(first);
    second.offline.settle_account(draft).await;
    assert_eq!(draft.answers.get_untracked(), typed(&[("a", "one"), ("b", "two")]));
    office.does(&format!("const it = office.drafts['{id}'].text; if (!it.includes('two')) throw new Error(it);")).await;
    drop(second);
    drop(office);
}

/// An upload that the office has not answered yet, of whoever is here.
async fn uploads() -> (Office, Visit, JsValue) {
    empty_phone().await;
    let office = Office::open();
    office
        .does(
            "office.uploads = [];
            office.service = { name: 'sample', api: '1', time_zone: 'Asia/Shanghai', features: [], accepted_questionnaires: [],
                uploads: { endpoint: '/uploads', max_size: 10000000, expires_after: 3600, types: ['image/jpeg'] } };",
        )
        .await;
    let page: JsValue = window().into();
    let real = Reflect::get(&page, &"XMLHttpRequest".into()).unwrap();
    let sends = "return class {
            constructor() { Object.assign(this, { upload: {}, status: 0, responseText: '' }); }
            open(method, url) { this.responseURL = new URL(url, location.href).href; }
            setRequestHeader() {}
            getResponseHeader(name) { return (this.headers || {})[name] || null; }
            abort() {}
            send() { office.uploads.push(this); }
            answers(status, headers) { Object.assign(this, { status, headers }); if (this.onloadend) this.onloadend(new ProgressEvent('loadend')); }
        };";
    instead_of(&page, "XMLHttpRequest", &Function::new_no_args(sends).call0(&JsValue::NULL).unwrap());
    let visit = signed_in().await;
    let (id, draft) = begun(&visit).await;
    visit.offline.set_consent(&id, true);
    let document = visit.offline.keep_document(photo(&id, b"jpeg")).await.unwrap();
    draft.answers.set(naming(&[&document]));
    assert!(draft.save_now().await);
    office.does("while (!office.uploads.length) await new Promise(then => setTimeout(then, 20));").await;
    (office, visit, real)
}

#[wasm_bindgen_test]
async fn what_one_person_sends_does_not_go_on_under_the_sign_in_of_the_next() {
    let (office, visit, real) = uploads().await;
    another_comes(&visit, &office).await;
    office.does("office.uploads[0].answers(201, { Location: '/uploads/1' });").await;
    health_certificate::api::sleep(Duration::from_millis(300)).await;
    instead_of(&window(), "XMLHttpRequest", &real);
    office.does("if (office.uploads.length > 1) throw new Error('it goes on');").await;
    // It waits for whom it belongs to.
    visit.offline.sign_out().await.unwrap();
    office.does("office.signedIn = true; office.who = 'sample';").await;
    visit.offline.check_session().await;
    let waits = |row: &health_certificate::offline::OutboxRow| row.what == What::Document && !row.state.is_settled();
    until(|| visit.offline.outbox().get_untracked().iter().any(waits)).await;
    visit.offline.erase_all().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_word_of_a_sign_in_that_is_over_ends_no_other_one() {
    let (office, visit, real) = uploads().await;
    another_comes(&visit, &office).await;
    office.does("office.uploads[0].answers(401, {});").await;
    health_certificate::api::sleep(Duration::from_millis(300)).await;
    instead_of(&window(), "XMLHttpRequest", &real);
    assert!(visit.offline.session().get_untracked().is_signed_in());
    visit.offline.erase_all().await.unwrap();
    drop(office);
}

#[wasm_bindgen_test]
async fn the_page_that_sends_hears_of_another_sign_in_before_all_of_it_is_written() {
    empty_phone().await;
    let office = Office::open();
    let sends = Visit::opened().await;
    until(|| sends.offline.session().get_untracked().is_signed_in()).await;
    let (id, _) = begun(&sends).await;
    let other = Visit::opened().await;
    until(|| other.offline.session().get_untracked().is_signed_in()).await;
    office.does("office.rests = '2';").await;
    sends.offline.submit(&id, &submission()).await.unwrap();
    let waits = || sends.offline.outbox().get_untracked().iter().any(|row| matches!(row.state, State::Waiting { .. }));
    until(waits).await;
    // Who is here is written slowly.
    let subtle = prototype("SubtleCrypto");
    let real = Reflect::get(&subtle, &"encrypt".into()).unwrap();
    let slow = "return function (algorithm, key, plain) {
            const name = new TextDecoder().decode(algorithm.additionalData), copy = plain.slice();
            const sealed = () => real.call(this, algorithm, key, copy);
            return name === 'session/last' ? new Promise(then => setTimeout(then, 3500)).then(sealed) : sealed();
        };";
    let slow = Function::new_with_args("real", slow).call1(&JsValue::NULL, &real).unwrap();
    instead_of(&subtle, "encrypt", &slow);
    office.does("office.rests = null; office.who = 'another'; office.all = {}; office.asked = [];").await;
    let offline = other.offline;
    let code = CodeEntered { code_id: "sample".into(), code: "000000".into() };
    spawn_local(async move { drop(offline.sign_in(&code).await) });
    health_certificate::api::sleep(Duration::from_secs(4)).await;
    instead_of(&subtle, "encrypt", &real);
    office
        .does(
            "if (office.asked.some(it => /^(PUT|POST) .applications/.test(it))) throw new Error(office.asked.join());",
        )
        .await;
    until(|| other.offline.subject().get_untracked().as_deref() == Some("another")).await;
    other.offline.erase_all().await.unwrap();
    drop((sends, other));
}

#[wasm_bindgen_test]
async fn a_page_that_opens_while_a_pin_is_set_begins_anew() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, _) = begun(&visit).await;
    // Drafts are handed out late to the page that opens.
    let store = prototype("IDBObjectStore");
    let all = Reflect::get(&store, &"getAll".into()).unwrap();
    let late = "return function (range) {
            const asked = real.call(this, range);
            if (!range || range.lower !== 'draft/') return asked;
            const told = { readyState: 'pending', error: null };
            asked.onsuccess = event => setTimeout(() => { told.result = asked.result; told.onsuccess(event); }, 4000);
            return told;
        };";
    let late = Function::new_with_args("real", late).call1(&JsValue::NULL, &all).unwrap();
    instead_of(&store, "getAll", &late);
    let opening = Visit::new();
    health_certificate::api::sleep(Duration::from_millis(300)).await;
    assert_eq!(opening.offline.storage().get_untracked(), Storage::Opening);
    assert_eq!(visit.offline.set_pin("482915").await, Ok(()));
    until(|| opening.offline.storage().get_untracked() != Storage::Opening).await;
    instead_of(&store, "getAll", &all);
    assert!(opening.offline.begins_anew().get_untracked());
    assert!(matches!(opening.offline.storage().get_untracked(), Storage::MemoryOnly(_)));
    drop(opening);
    assert_eq!(visit.offline.remove_pin("482915").await, Ok(()));
    assert!(visit.offline.open_draft(&DraftId::application(&id), "").await.is_ok());
    in_javascript("", "localStorage.clear();").await;
}
