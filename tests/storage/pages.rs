//! Several pages of one site, and a page that several people use.
use super::empty_phone;
use super::office::Office;
use super::visit::{Visit, answers, begun, in_javascript, instead_of, opened, submission, until};
use super::{ends_after, fails_with, hurried, left_beside, no_more_turns, prototype, text};
use contract::api::Submission;
use health_certificate::offline::{SaveState, SessionState, SignOutError, StoreError, Unstored, What};
use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn two_taps_at_the_same_moment_freeze_once() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let offline = visit.offline;
    let (id, _) = begun(&visit).await;
    let made: Rc<RefCell<Vec<String>>> = Rc::default();
    let taps: Array = (0..2)
        .map(|_| {
            let (made, id) = (made.clone(), id.clone());
            future_to_promise(async move {
                let entry = offline.submit(&id, &submission()).await.unwrap();
                made.borrow_mut().push(entry);
                Ok(JsValue::UNDEFINED)
            })
        })
        .collect();
    JsFuture::from(Promise::all(&taps)).await.unwrap();
    assert_eq!(made.borrow().len(), 2);
    assert_eq!(made.borrow()[0], made.borrow()[1]);
    let rows = offline.outbox().get_untracked();
    assert_eq!(rows.iter().filter(|row| row.application == id && row.what == What::Submit).count(), 1);
}

#[wasm_bindgen_test]
async fn a_second_page_only_reads_until_it_goes_on_here_and_then_has_what_the_first_one_typed() {
    empty_phone().await;
    let locks = Reflect::get(&window().navigator(), &"locks".into()).unwrap();
    assert!(locks.is_object(), "this browser has Web Locks");
    let first = Visit::opened().await;
    let (id, here) = begun(&first).await;
    let second = Visit::opened().await;
    let there = opened(&second, &id).await;
    until(|| !there.writable().get_untracked()).await;
    assert!(here.writable().get_untracked());

    // What is stored here is seen there.
    here.answers.set(text("one"));
    until(|| there.answers.get_untracked() == text("one")).await;
    // What is not stored yet when it is asked for is not lost.
    here.answers.set(text("two"));
    there.take_over();
    until(|| there.writable().get_untracked()).await;
    assert_eq!(there.answers.get_untracked(), text("two"));
    until(|| !here.writable().get_untracked()).await;
    there.answers.set(text("three"));
    until(|| here.answers.get_untracked() == text("three")).await;
    // It ends, and the first one may go on by itself.
    drop(second);
    until(|| here.writable().get_untracked()).await;
}

#[wasm_bindgen_test]
async fn who_signs_out_and_in_again_goes_on_with_their_draft() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    let (id, draft) = begun(&visit).await;
    draft.answers.set(answers());
    assert!(draft.save_now().await);
    visit.offline.sign_out().await.unwrap();
    office.does("office.signedIn = true;").await;
    visit.offline.check_session().await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    let draft = opened(&visit, &id).await;
    assert_eq!(draft.answers.get_untracked(), answers());
    until(|| draft.writable().get_untracked()).await;
    draft.answers.set(text("more"));
    assert!(draft.save_now().await);
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn a_reply_that_comes_after_signing_out_signs_nobody_in() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    // Who is signed in was asked before, and is answered late.
    office
        .does("office.before = asked => asked === 'GET /session' && new Promise(done => { office.goes = done; });")
        .await;
    let offline = visit.offline;
    wasm_bindgen_futures::spawn_local(offline.check_session());
    until(|| is_so("office.goes")).await;
    office.does("office.before = null;").await;
    offline.sign_out().await.unwrap();
    office.does("office.goes();").await;
    health_certificate::api::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(offline.session().get_untracked(), SessionState::SignedOut);
    assert_eq!(offline.subject().get_untracked(), None);
    drop(visit);
    office.does("office.reached = false;").await;
    let visit = Visit::opened().await;
    assert_eq!(visit.offline.subject().get_untracked(), None, "nor for the next page");
}

#[wasm_bindgen_test]
async fn what_was_asked_for_by_one_person_is_not_kept_for_the_next_one() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    let offline = visit.offline;
    until(|| offline.session().get_untracked().is_signed_in()).await;
    let (id, _) = begun(&visit).await;
    let entry = offline.submit(&id, &submission()).await.unwrap();
    let rows = || offline.outbox().get_untracked();
    until(|| rows().iter().any(|row| row.id == entry && row.state.is_settled())).await;
    office
        .does("office.before = asked => asked === 'GET /applications' && new Promise(done => { office.goes = done; });")
        .await;
    wasm_bindgen_futures::spawn_local(async move { drop(offline.refresh_all().await) });
    until(|| is_so("office.goes")).await;
    office.does("office.before = null;").await;
    offline.sign_out().await.unwrap();
    office.does("office.signedIn = true; office.who = 'another'; office.all = {};").await;
    offline.check_session().await;
    until(|| offline.subject().get_untracked().as_deref() == Some("another")).await;
    office.does("office.goes();").await;
    health_certificate::api::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(offline.records().get_untracked().len(), 0);
    offline.sign_out().await.unwrap();
}

#[wasm_bindgen_test]
async fn on_a_full_phone_what_was_typed_before_signing_out_is_there_for_who_signs_in_again() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    let offline = visit.offline;
    until(|| offline.session().get_untracked().is_signed_in()).await;
    let (id, before) = begun(&visit).await;
    health_certificate::api::sleep(std::time::Duration::from_millis(300)).await;
    let (store, put) = no_more_turns();
    before.answers.set(text("typed last"));
    until(|| before.saved().get_untracked() == SaveState::Failed(StoreError::Full)).await;
    offline.sign_out().await.unwrap();
    office.does("office.signedIn = true;").await;
    offline.check_session().await;
    until(|| offline.session().get_untracked().is_signed_in()).await;
    let draft = opened(&visit, &id).await;
    until(|| draft.answers.get_untracked() == text("typed last")).await;
    instead_of(&store, "put", &put);
    draft.answers.set(text("typed since"));
    leptos::task::tick().await;
    assert!(draft.save_now().await);
    assert!(!before.save_now().await, "only one of them is stored");
    drop(visit);
    let visit = Visit::opened().await;
    assert_eq!(opened(&visit, &id).await.answers.get_untracked(), text("typed since"));
    visit.offline.sign_out().await.unwrap();
}

#[wasm_bindgen_test]
async fn nobody_is_signed_out_whose_last_words_can_be_kept_nowhere() {
    empty_phone().await;
    let _office = Office::open();
    let visit = Visit::opened().await;
    let offline = visit.offline;
    until(|| offline.session().get_untracked().is_signed_in()).await;
    let (id, draft) = begun(&visit).await;
    health_certificate::api::sleep(std::time::Duration::from_millis(300)).await;
    let (store, put) = no_more_turns();
    let beside = prototype("Storage");
    let set = Reflect::get(&beside, &"setItem".into()).unwrap();
    instead_of(&beside, "setItem", &fails_with("QuotaExceededError"));
    draft.answers.set(text("nowhere else"));
    until(|| draft.saved().get_untracked() == SaveState::Failed(StoreError::Full)).await;
    assert_eq!(offline.sign_out().await, Err(SignOutError::NotStored(Unstored::Typed)));
    assert!(offline.session().get_untracked().is_signed_in());
    instead_of(&beside, "setItem", &set);
    instead_of(&store, "put", &put);
    assert_eq!(offline.sign_out().await, Ok(()));
    drop(visit);
    let visit = Visit::opened().await;
    assert_eq!(left_beside(&id), None);
    assert_eq!(visit.offline.subject().get_untracked(), None);
}

/// Another page that holds the turn to send. `hears`: it answers when it is asked whether it is awake.
async fn holds_the_turn(hears: bool) {
    let hold = "await new Promise(held => navigator.locks.request('hc/sender', { steal: true }, () => { held(); return new Promise(end => { globalThis.ends = end; }); })
            .then(() => {}, () => { globalThis.lost = true; }));
        globalThis.lost = false;
        const line = globalThis.line = new BroadcastChannel('hc');
        line.onmessage = event => { if (name && event.data === '\"WhoSends\"') { globalThis.asked = true; line.postMessage('\"Sends\"'); } };";
    in_javascript(if hears { "hears" } else { "" }, hold).await;
}

pub(super) fn is_so(what: &str) -> bool {
    Function::new_no_args(&format!("return !!globalThis.{what};")).call0(&JsValue::NULL).unwrap().is_truthy()
}

#[wasm_bindgen_test]
async fn a_page_that_was_frozen_while_it_had_its_turn_to_send_loses_it_to_the_one_that_is_seen() {
    empty_phone().await;
    holds_the_turn(false).await;
    let office = Office::open();
    let visit = Visit::opened().await;
    let offline = visit.offline;
    until(|| offline.session().get_untracked().is_signed_in()).await;
    let (id, _) = begun(&visit).await;
    let entry = offline.submit(&id, &submission()).await.unwrap();
    let timer = hurried();
    let rows = || offline.outbox().get_untracked();
    until(|| rows().iter().any(|row| row.id == entry && row.state.is_settled())).await;
    instead_of(&window(), "setTimeout", &timer);
    assert!(is_so("lost"));
    in_javascript("", "globalThis.line.close();").await;
    offline.sign_out().await.unwrap();
    drop(office);
}

#[wasm_bindgen_test]
async fn a_page_whose_clock_stands_still_does_not_say_that_it_sends() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let asks = "
        const real = globalThis.setTimeout, line = new BroadcastChannel('hc');
        const clock = value => Object.defineProperty(globalThis, 'setTimeout', { value, configurable: true });
        let heard = 0;
        line.onmessage = event => { if (event.data === '\"Sends\"') heard++; };
        const asks = async () => {
            heard = 0;
            line.postMessage('\"WhoSends\"');
            await new Promise(done => real.call(globalThis, done, 200));
            return heard;
        };
        while (!await asks());
        // Chromium hands a frozen page what other pages say, and none of its timers and replies.
        clock(() => 1);
        const frozen = await asks();
        clock(real);
        const awake = await asks();
        line.close();
        if (frozen || !awake) throw new Error(`frozen ${frozen}, awake ${awake}`);";
    in_javascript("", asks).await;
    drop(visit);
}

#[wasm_bindgen_test]
async fn a_page_that_is_awake_keeps_its_turn_to_send() {
    empty_phone().await;
    holds_the_turn(true).await;
    let timer = hurried();
    let visit = Visit::opened().await;
    // Asked twice, it was not taken for frozen the first time.
    until(|| is_so("asked")).await;
    in_javascript("", "globalThis.asked = false;").await;
    until(|| is_so("asked")).await;
    instead_of(&window(), "setTimeout", &timer);
    assert!(!is_so("lost"));
    in_javascript("", "globalThis.ends(); globalThis.line.close();").await;
    drop(visit);
}

#[wasm_bindgen_test]
async fn what_one_page_takes_in_from_a_file_another_one_sends() {
    empty_phone().await;
    Visit::opened().await.offline.erase_all().await.unwrap();
    let visit = Visit::opened().await;
    let (id, _) = begun(&visit).await;
    let entry = visit.offline.submit(&id, &submission()).await.unwrap();
    let file = visit.offline.export_application(&id, None).await.unwrap().text;
    visit.offline.erase_all().await.unwrap();
    drop(visit);
    let sends = Visit::opened().await;
    let (_, draft) = begun(&sends).await;
    until(|| draft.writable().get_untracked()).await;
    let takes = Visit::opened().await;
    takes.offline.import_application(&file, "").await.unwrap();
    until(|| sends.offline.outbox().get_untracked().iter().any(|row| row.id == entry)).await;
    until(|| sends.offline.drafts().get_untracked().iter().any(|draft| draft.id.application == id)).await;
}

#[wasm_bindgen_test]
async fn two_pages_that_hand_over_at_the_same_moment_hand_over_once() {
    empty_phone().await;
    let first = Visit::opened().await;
    let (id, here) = begun(&first).await;
    let second = Visit::opened().await;
    let there = opened(&second, &id).await;
    until(|| !there.writable().get_untracked() && here.writable().get_untracked()).await;
    let made: Rc<RefCell<Vec<String>>> = Rc::default();
    let taps: Array = [second.offline, first.offline]
        .into_iter()
        .map(|offline| {
            let (made, id) = (made.clone(), id.clone());
            future_to_promise(async move {
                if let Ok(entry) = offline.submit(&id, &submission()).await {
                    made.borrow_mut().push(entry);
                }
                Ok(JsValue::UNDEFINED)
            })
        })
        .collect();
    JsFuture::from(Promise::all(&taps)).await.unwrap();
    // The page that only reads hands nothing over, or the same one.
    let mut made = made.borrow().clone();
    made.dedup();
    assert_eq!(made.len(), 1);
    until(|| second.offline.outbox().get_untracked().iter().any(|row| row.id == made[0])).await;
    let submits = |visit: &Visit| {
        let rows = visit.offline.outbox().get_untracked();
        rows.iter().filter(|row| row.application == id && row.what == What::Submit).count()
    };
    assert_eq!((submits(&first), submits(&second)), (1, 1));
    until(|| !here.writable().get_untracked()).await;
}

#[wasm_bindgen_test]
async fn on_a_full_phone_what_one_page_could_not_store_goes_on_in_the_one_that_takes_over() {
    empty_phone().await;
    let first = Visit::opened().await;
    let (id, here) = begun(&first).await;
    // What seals last words is made ready.
    health_certificate::api::sleep(std::time::Duration::from_millis(300)).await;
    let second = Visit::opened().await;
    let there = opened(&second, &id).await;
    until(|| !there.writable().get_untracked() && here.writable().get_untracked()).await;
    assert!(!matches!(there.saved().get_untracked(), SaveState::Saving), "who only reads has nothing to store");
    let (store, put) = no_more_turns();
    here.answers.set(text("typed on a full phone"));
    until(|| here.saved().get_untracked() == SaveState::Failed(StoreError::Full)).await;
    there.take_over();
    until(|| there.writable().get_untracked() && !here.writable().get_untracked()).await;
    until(|| there.answers.get_untracked() == text("typed on a full phone")).await;
    until(|| there.saved().get_untracked() == SaveState::Failed(StoreError::Full)).await;
    instead_of(&store, "put", &put);
    assert!(there.save_now().await);
    assert_eq!(left_beside(&id), None);
    until(|| here.answers.get_untracked() == text("typed on a full phone")).await;
    drop(second);
    drop(first);
    let visit = Visit::opened().await;
    assert_eq!(opened(&visit, &id).await.answers.get_untracked(), text("typed on a full phone"));
}

#[wasm_bindgen_test]
async fn what_one_page_can_store_nowhere_it_keeps_and_the_other_one_is_told() {
    empty_phone().await;
    let first = Visit::opened().await;
    let (id, here) = begun(&first).await;
    let second = Visit::opened().await;
    let there = opened(&second, &id).await;
    until(|| !there.writable().get_untracked() && here.writable().get_untracked()).await;
    let (store, put) = no_more_turns();
    let beside = prototype("Storage");
    let set = Reflect::get(&beside, &"setItem".into()).unwrap();
    instead_of(&beside, "setItem", &fails_with("QuotaExceededError"));
    here.answers.set(text("nowhere else"));
    until(|| here.saved().get_untracked() == SaveState::Failed(StoreError::Full)).await;
    there.take_over();
    until(|| there.kept_back().get_untracked()).await;
    health_certificate::api::sleep(std::time::Duration::from_secs(2)).await;
    assert!(here.writable().get_untracked() && !there.writable().get_untracked());
    assert_eq!(here.answers.get_untracked(), text("nowhere else"));
    instead_of(&beside, "setItem", &set);
    instead_of(&store, "put", &put);
    there.take_over();
    until(|| there.writable().get_untracked() && !there.kept_back().get_untracked()).await;
    assert_eq!(there.answers.get_untracked(), text("nowhere else"));
}

#[wasm_bindgen_test]
async fn on_a_full_phone_the_next_page_goes_on_with_the_last_words_of_the_one_before() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    health_certificate::api::sleep(std::time::Duration::from_millis(300)).await;
    ends_after(visit, &id, draft, "last").await;
    let (store, put) = no_more_turns();
    let visit = Visit::opened().await;
    let draft = opened(&visit, &id).await;
    until(|| draft.answers.get_untracked() == text("last")).await;
    until(|| draft.saved().get_untracked() == SaveState::Failed(StoreError::Full)).await;
    instead_of(&store, "put", &put);
    assert!(draft.save_now().await);
    drop(visit);
    let visit = Visit::opened().await;
    assert_eq!(opened(&visit, &id).await.answers.get_untracked(), text("last"));
}

#[wasm_bindgen_test]
async fn on_a_full_phone_the_file_holds_what_stands_on_the_screen() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    let (store, put) = no_more_turns();
    draft.answers.set(text("only on the screen"));
    until(|| draft.saved().get_untracked() == SaveState::Failed(StoreError::Full)).await;
    let file = visit.offline.export_application(&id, None).await.unwrap();
    instead_of(&store, "put", &put);
    visit.offline.erase_all().await.unwrap();
    drop(visit);
    let visit = Visit::opened().await;
    assert_eq!(visit.offline.import_application(&file.text, "").await, Ok(id.clone()));
    assert_eq!(opened(&visit, &id).await.answers.get_untracked(), text("only on the screen"));
}

#[wasm_bindgen_test]
async fn a_page_that_does_not_have_the_draft_does_not_take_up_the_last_words_of_another_one() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    health_certificate::api::sleep(std::time::Duration::from_millis(300)).await;
    ends_after(visit, &id, draft, "last").await;
    let (store, put) = no_more_turns();
    let first = Visit::opened().await;
    let here = opened(&first, &id).await;
    until(|| here.saved().get_untracked() == SaveState::Failed(StoreError::Full)).await;
    // Whether the draft is free is answered late.
    let navigator: JsValue = window().navigator().into();
    let locks = Reflect::get(&navigator, &"locks".into()).unwrap();
    let late = "return {
        request: (...what) => new Promise(done => setTimeout(done, 300)).then(() => locks.request(...what)),
        query: () => locks.query(),
    }";
    let late = Function::new_with_args("locks", late).call1(&JsValue::NULL, &locks).unwrap();
    let second = Visit::opened().await;
    instead_of(&navigator, "locks", &late);
    let there = opened(&second, &id).await;
    until(|| !there.writable().get_untracked()).await;
    instead_of(&navigator, "locks", &locks);
    assert_ne!(there.answers.get_untracked(), text("last"), "it reads what is stored");
    assert!(matches!(there.saved().get_untracked(), SaveState::Saved(_)));
    assert_eq!(here.answers.get_untracked(), text("last"));
    instead_of(&store, "put", &put);
    assert!(here.save_now().await);
    until(|| there.answers.get_untracked() == text("last")).await;
}

#[wasm_bindgen_test]
async fn what_was_changed_after_an_earlier_version_went_on_its_way_is_not_said_to_be_on_its_way() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, _) = begun(&visit).await;
    let file = visit.offline.export_application(&id, None).await.unwrap().text;
    let entry = visit.offline.submit(&id, &submission()).await.unwrap();
    drop(visit);
    // The draft can be changed again, and what was frozen is still on its way.
    let erase = "const d = await ask(indexedDB.open('hc'));
        await ask(d.transaction('vault', 'readwrite').objectStore('vault').delete('draft/' + name + '/application/0')); d.close();";
    in_javascript(&id, erase).await;
    let visit = Visit::opened().await;
    assert_eq!(visit.offline.import_application(&file, "").await, Ok(id.clone()));
    let changed =
        Submission { answers: serde_json::json!({ "authored": "later", "item": ["changed"] }), ..submission() };
    assert_eq!(visit.offline.submit(&id, &changed).await, Err(StoreError::UnderWay));
    // The same answers once more are the same wish.
    let same = Submission { answers: serde_json::json!({ "authored": "later" }), ..submission() };
    assert_eq!(visit.offline.submit(&id, &same).await, Ok(entry));
}
