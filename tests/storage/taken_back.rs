//! What the office has is taken back: its draft can be changed and sent again, whatever became of the reply.
use super::empty_phone;
use super::office::Office;
use super::visit::{Visit, begun, in_javascript, instead_of, opened, submission, until};
use super::{failing, pages::is_so, prototype, text};
use contract::api::Submission;
use health_certificate::offline::{Draft, DraftId, DraftState, State, StoreError, TakeBackError, What};
use js_sys::{Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

fn state(visit: &Visit, id: &str) -> DraftState {
    let all = visit.offline.drafts().get_untracked();
    all.iter().find(|draft| draft.id == DraftId::application(id)).unwrap().state
}

async fn signed_in() -> Visit {
    let visit = Visit::opened().await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    visit
}

async fn is_sent(visit: &Visit, id: &str) {
    visit.offline.submit(id, &submission()).await.unwrap();
    until(|| state(visit, id) == DraftState::Sent).await;
}

async fn can_be_changed(visit: &Visit, id: &str, draft: Draft, words: &str) {
    until(|| draft.writable().get_untracked()).await;
    assert_eq!(state(visit, id), DraftState::Editing);
    draft.answers.set(text(words));
    assert!(draft.save_now().await);
}

#[wasm_bindgen_test]
async fn what_was_taken_back_can_be_changed_and_sent_again_also_when_the_reply_to_that_is_lost() {
    empty_phone().await;
    let office = Office::open();
    let visit = signed_in().await;
    let (id, draft) = begun(&visit).await;
    is_sent(&visit, &id).await;
    assert!(!draft.writable().get_untracked());
    office.does("office.loses = 'DELETE /applications';").await;
    assert_eq!(visit.offline.recall(&id).await, Ok(()), "the record says what became of it");
    can_be_changed(&visit, &id, draft, "one").await;

    // It is lost, and so is the network.
    office.does("office.loses = null;").await;
    is_sent(&visit, &id).await;
    office.does("office.loses = 'DELETE /applications'; office.lost = () => { office.reached = false; };").await;
    visit.offline.recall(&id).await.unwrap_err();
    assert_eq!(state(&visit, &id), DraftState::Sent, "nobody knows yet");
    office.does("office.loses = null; office.reached = true;").await;
    visit.offline.refresh(&id).await.unwrap();
    can_be_changed(&visit, &id, draft, "two").await;
    is_sent(&visit, &id).await;
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn what_another_phone_has_taken_back_can_be_changed_here() {
    empty_phone().await;
    let office = Office::open();
    let visit = signed_in().await;
    let (id, draft) = begun(&visit).await;
    is_sent(&visit, &id).await;
    office.does("office.takeBack();").await;
    visit.offline.refresh_all().await.unwrap();
    can_be_changed(&visit, &id, draft, "one").await;
    // Sent again, it stays sent: nobody has taken that one back.
    is_sent(&visit, &id).await;
    visit.offline.refresh_all().await.unwrap();
    assert_eq!(state(&visit, &id), DraftState::Sent);
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn a_page_that_ends_between_the_record_and_the_draft_leaves_no_draft_locked() {
    empty_phone().await;
    let office = Office::open();
    let visit = signed_in().await;
    let (id, _) = begun(&visit).await;
    is_sent(&visit, &id).await;
    // From now on no draft is written, as if the page had ended just before it.
    let store = prototype("IDBObjectStore");
    let put = Reflect::get(&store, &"put".into()).unwrap();
    let none = "return function (value, key) {
        if (String(key).startsWith('draft/')) throw new DOMException('', 'QuotaExceededError');
        return put.call(this, value, key);
    }";
    instead_of(&store, "put", &Function::new_with_args("put", none).call1(&JsValue::NULL, &put).unwrap());
    visit.offline.recall(&id).await.unwrap();
    drop(visit);
    instead_of(&store, "put", &put);
    office.does("office.reached = false;").await;
    let visit = Visit::opened().await;
    let draft = opened(&visit, &id).await;
    can_be_changed(&visit, &id, draft, "one").await;
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn what_the_office_has_stays_sent_where_its_receipt_names_no_round_and_the_reply_was_lost() {
    empty_phone().await;
    let office = Office::open();
    let visit = signed_in().await;
    let (id, draft) = begun(&visit).await;
    is_sent(&visit, &id).await;
    visit.offline.recall(&id).await.unwrap();
    can_be_changed(&visit, &id, draft, "one").await;
    office.does("office.namesRounds = false; office.loses = 'POST /applications';").await;
    is_sent(&visit, &id).await;
    visit.offline.refresh_all().await.unwrap();
    assert_eq!(state(&visit, &id), DraftState::Sent);
    office.does("office.loses = null;").await;
    visit.offline.recall(&id).await.unwrap();
    can_be_changed(&visit, &id, draft, "two").await;

    // Its record is not to be had either.
    office
        .does("office.loses = 'POST /applications'; office.lost = () => { office.loses = 'GET /applications'; };")
        .await;
    is_sent(&visit, &id).await;
    health_certificate::api::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(state(&visit, &id), DraftState::Sent);
    office.does("office.loses = office.lost = null;").await;
    visit.offline.refresh_all().await.unwrap();
    assert_eq!(state(&visit, &id), DraftState::Sent);
    office.does("office.takeBack();").await;
    visit.offline.refresh_all().await.unwrap();
    can_be_changed(&visit, &id, draft, "three").await;
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn what_another_page_has_sent_meanwhile_is_not_taken_back_here() {
    empty_phone().await;
    let office = Office::open();
    let sends = signed_in().await;
    office.does("office.reached = false;").await;
    let (id, _) = begun(&sends).await;
    let entry = sends.offline.submit(&id, &submission()).await.unwrap();
    // This one hears no news of the other.
    let page: JsValue = window().into();
    let channel = Reflect::get(&page, &"BroadcastChannel".into()).unwrap();
    instead_of(&page, "BroadcastChannel", &JsValue::UNDEFINED);
    let visit = Visit::opened().await;
    instead_of(&page, "BroadcastChannel", &channel);
    let is_known = || visit.offline.outbox().get_untracked().iter().any(|row| row.id == entry);
    until(is_known).await;
    office
        .does("office.loses = 'POST /applications'; office.lost = () => { office.reached = false; }; office.reached = true;")
        .await;
    sends.offline.retry_now();
    let rows = || sends.offline.outbox().get_untracked();
    until(|| rows().iter().any(|row| row.id == entry && row.state.is_checking())).await;
    assert_eq!(visit.offline.take_back(&entry).await, Err(TakeBackError::MayHaveArrived));
    assert_eq!(visit.offline.forget_draft(&DraftId::application(&id)).await, Err(StoreError::UnderWay));
    drop(visit);
    drop(sends);
    drop(office);
}

#[wasm_bindgen_test]
async fn what_was_refused_can_be_changed_also_where_that_could_not_be_stored() {
    empty_phone().await;
    let office = Office::open();
    let visit = signed_in().await;
    let (id, draft) = begun(&visit).await;
    office
        .does("office.refuses = true; office.before = asked => asked === 'POST /applications/*/submission' && new Promise(done => { office.goes = done; });")
        .await;
    let entry = visit.offline.submit(&id, &submission()).await.unwrap();
    until(|| is_so("office.goes")).await;
    // That it was under way is noted; what became of it cannot be.
    let (store, put) = failing("put", "entry/", "QuotaExceededError");
    office.does("office.before = null; office.goes();").await;
    let rows = || visit.offline.outbox().get_untracked();
    until(|| rows().iter().any(|row| row.id == entry && matches!(row.state, State::SetAside(_)))).await;
    assert_eq!(visit.offline.take_back(&entry).await, Ok(()));
    instead_of(&store, "put", &put);
    assert!(rows().iter().all(|row| row.id != entry));
    can_be_changed(&visit, &id, draft, "one").await;
    office.does("office.refuses = false;").await;
    is_sent(&visit, &id).await;
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn what_the_office_has_is_not_handed_over_again_by_a_draft_that_does_not_know() {
    empty_phone().await;
    let office = Office::open();
    for (item, is_same) in [("changed", false), ("", true)] {
        let visit = signed_in().await;
        let (id, _) = begun(&visit).await;
        let file = visit.offline.export_application(&id, None).await.unwrap().text;
        let entry = visit.offline.submit(&id, &submission()).await.unwrap();
        until(|| state(&visit, &id) == DraftState::Sent).await;
        drop(visit);
        // Its draft is free again, as where that it had arrived could not be noted there.
        let erase = "const d = await ask(indexedDB.open('hc'));
            await ask(d.transaction('vault', 'readwrite').objectStore('vault').delete('draft/' + name + '/application/0')); d.close();";
        in_javascript(&id, erase).await;
        let visit = signed_in().await;
        assert_eq!(visit.offline.import_application(&file, "").await, Ok(id.clone()));
        let answers = if is_same { submission().answers } else { serde_json::json!({ "item": [item] }) };
        let again = visit.offline.submit(&id, &Submission { answers, ..submission() }).await;
        // What was changed since is not there, and is not said to be.
        assert_eq!(again, if is_same { Ok(entry) } else { Err(StoreError::UnderWay) });
        until(|| state(&visit, &id) == DraftState::Sent).await;
        drop(visit);
    }
    drop(office);
}

#[wasm_bindgen_test]
async fn what_waits_to_be_withdrawn_is_not_withdrawn_twice() {
    empty_phone().await;
    let office = Office::open();
    let visit = signed_in().await;
    let (id, _draft) = begun(&visit).await;
    is_sent(&visit, &id).await;
    office.does("office.reached = false;").await;
    let first = visit.offline.withdraw(&id, None).await.unwrap();
    // From another page, whose button does not know of it yet.
    assert_eq!(visit.offline.withdraw(&id, None).await.unwrap(), first);
    let rows = visit.offline.outbox().get_untracked();
    assert_eq!(rows.iter().filter(|row| row.what == What::Withdraw).count(), 1);
    drop(visit);
    drop(office);
}
