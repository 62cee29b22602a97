//! A draft that is begun on this phone from what stands in its person's account, where the reply takes its time.
use super::empty_phone;
use super::moved::{first_form, signed_in, typed};
use super::office::Office;
use super::visit::{Visit, begun, until};
use super::whose::another_comes;
use health_certificate::offline::{Draft, DraftId, StoreError};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::wasm_bindgen_test;

/// The account does not answer before a test says so.
async fn slow_account() -> Office {
    let office = first_form();
    office
        .does(
            "office.taken = ['health-certificate|2026.11.1']; office.delivers = [];
             office.before = asked => asked === 'GET /applications/*/draft' ? new Promise(then => office.delivers.push(then)) : null;",
        )
        .await;
    office
}

async fn is_asked(office: &Office, times: usize) {
    let waits = format!("while (office.delivers.length < {times}) await new Promise(then => setTimeout(then, 20));");
    office.does(&waits).await;
}

async fn answers(office: &Office) {
    office.does("office.delivers.shift()();").await;
}

/// What another phone has saved.
async fn saved_elsewhere(office: &Office, id: &str) {
    let there = r#"{"questionnaire":"health-certificate|2026.11.1","answers":{"resourceType":"QuestionnaireResponse","item":[
        {"linkId":"p","item":[{"linkId":"a","answer":[{"valueString":"one"}]}]}]}}"#;
    office.does(&format!("office.drafts['{id}'] = {{ etag: 7, text: `{there}` }};")).await;
}

type Opening = Rc<Cell<Option<Result<Draft, StoreError>>>>;

/// A page opens it.
fn opens(visit: &Visit, id: &str) -> Opening {
    let (opening, offline, id) = (Opening::default(), visit.offline, DraftId::application(id));
    let told = opening.clone();
    spawn_local(async move { told.set(Some(offline.open_draft(&id, "").await)) });
    opening
}

async fn opened(opening: &Opening) -> Result<Draft, StoreError> {
    let mut found = None;
    until(|| {
        found = opening.take();
        found.is_some()
    })
    .await;
    found.unwrap()
}

#[wasm_bindgen_test]
async fn what_is_in_an_account_is_begun_for_nobody_but_whoever_asked_for_it() {
    empty_phone().await;
    const ID: &str = "11111111-0000-4000-8000-000000000001";
    let office = slow_account().await;
    saved_elsewhere(&office, ID).await;
    let visit = signed_in().await;
    let offline = visit.offline;
    let is_listed = move || offline.drafts().get_untracked().iter().any(|draft| draft.id.application == ID);
    let opening = opens(&visit, ID);
    is_asked(&office, 1).await;
    another_comes(&visit, &office).await;
    answers(&office).await;
    assert_eq!(opened(&opening).await.err(), Some(StoreError::Missing));
    assert!(!is_listed(), "another has it now");
    let opening = opens(&visit, ID);
    is_asked(&office, 1).await;
    visit.offline.sign_out().await.unwrap();
    answers(&office).await;
    assert_eq!(opened(&opening).await.err(), Some(StoreError::Missing));
    assert!(!is_listed(), "it belongs to this phone now");
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn a_draft_that_two_pages_wait_for_is_begun_once() {
    empty_phone().await;
    const ID: &str = "11111111-0000-4000-8000-000000000002";
    let office = slow_account().await;
    saved_elsewhere(&office, ID).await;
    let visit = signed_in().await;
    let (first, second) = (opens(&visit, ID), opens(&visit, ID));
    is_asked(&office, 2).await;
    answers(&office).await;
    let draft = opened(&first).await.unwrap();
    assert_eq!(draft.answers.get_untracked(), typed(&[("a", "one")]));
    draft.answers.set(typed(&[("a", "one more")]));
    answers(&office).await;
    let same = opened(&second).await.unwrap();
    assert!(same.answers.is(draft.answers));
    assert_eq!(draft.answers.get_untracked(), typed(&[("a", "one more")]), "what was typed has gone");
    assert!(draft.save_now().await);
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn an_application_of_whom_has_gone_is_not_among_those_of_the_next() {
    empty_phone().await;
    let office = slow_account().await;
    office
        .does("office.before = asked => asked === 'PUT /applications/*' ? new Promise(then => office.delivers.push(then)) : null;")
        .await;
    let visit = signed_in().await;
    let (id, draft) = begun(&visit).await;
    visit.offline.set_consent(&id, true);
    let offline = visit.offline;
    spawn_local(async move { drop(offline.settle_account(draft).await) });
    is_asked(&office, 1).await;
    another_comes(&visit, &office).await;
    office.does("office.before = null;").await;
    answers(&office).await;
    health_certificate::api::sleep(std::time::Duration::from_millis(200)).await;
    assert!(!visit.offline.has_record(&id));
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn a_visit_may_end_while_the_account_answers() {
    empty_phone().await;
    let office = slow_account().await;
    let visit = signed_in().await;
    let (id, draft) = begun(&visit).await;
    visit.offline.set_consent(&id, true);
    let (offline, is_over) = (visit.offline, Rc::new(Cell::new(false)));
    let told = is_over.clone();
    spawn_local(async move {
        drop(offline.settle_account(draft).await);
        told.set(true);
    });
    is_asked(&office, 1).await;
    drop(visit);
    assert!(draft.answers.is_disposed());
    answers(&office).await;
    // Where one of the two who save stops the page, this one never comes to its turn.
    until(|| is_over.get()).await;
    drop(office);
}
