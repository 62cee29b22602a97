//! A draft that is deleted, and what waits to be sent of it.
use super::empty_phone;
use super::office::Office;
use super::visit::{Visit, answers, begun, naming, opened, photo, submission, until};
use contract::api::Submission;
use health_certificate::offline::{DocState, DraftId, OutboxRow, StoreError, Until, What};
use wasm_bindgen_test::wasm_bindgen_test;

fn rows(visit: &Visit, id: &str) -> Vec<OutboxRow> {
    let all = visit.offline.outbox().get_untracked();
    all.into_iter().filter(|row| row.application == id).collect()
}

#[wasm_bindgen_test]
async fn what_waits_to_be_sent_of_a_draft_goes_with_it() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    let photo = visit.offline.keep_document(photo(&id, b"jpeg")).await.unwrap();
    draft.answers.set(naming(&[&photo]));
    assert!(draft.save_now().await);
    visit.offline.submit(&id, &submission()).await.unwrap();
    let waits: Vec<What> = rows(&visit, &id).into_iter().map(|row| row.what).collect();
    assert_eq!(waits, [What::Begin, What::Document, What::Submit]);
    visit.offline.forget_draft(&DraftId::application(&id)).await.unwrap();
    assert!(rows(&visit, &id).is_empty());
    drop(visit);
    let visit = Visit::opened().await;
    assert!(rows(&visit, &id).is_empty(), "nor after the next start");
}

#[wasm_bindgen_test]
async fn a_draft_that_may_have_reached_the_office_is_not_deleted() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    let (id, _) = begun(&visit).await;
    office.does("office.loses = 'POST /applications'; office.lost = () => { office.reached = false; };").await;
    visit.offline.submit(&id, &submission()).await.unwrap();
    until(|| rows(&visit, &id).iter().any(|row| row.what == What::Submit && row.state.is_checking())).await;
    let draft = DraftId::application(&id);
    assert_eq!(visit.offline.forget_draft(&draft).await, Err(StoreError::UnderWay));
    assert!(rows(&visit, &id).iter().any(|row| row.what == What::Submit));
    opened(&visit, &id).await;
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn a_photo_on_hold_goes_out_with_what_names_it() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    let photo = visit.offline.keep_document(photo(&id, b"jpeg")).await.unwrap();
    draft.answers.set(naming(&[&photo]));
    assert!(draft.save_now().await);
    visit.offline.pause_document(&photo);
    let is_held = || {
        let photos = visit.offline.documents_of(&id).get_untracked();
        photos.iter().any(|it| matches!(it.state, DocState::Paused { until: Until::Person, .. }))
    };
    until(is_held).await;
    let documents = [(photo.clone(), String::new())].into();
    visit.offline.submit(&id, &Submission { documents, ..submission() }).await.unwrap();
    assert!(!is_held());
}

#[wasm_bindgen_test]
async fn a_draft_whose_photos_are_not_known_is_not_deleted_without_them() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    let photo = visit.offline.keep_document(photo(&id, b"jpeg")).await.unwrap();
    draft.answers.set(naming(&[&photo]));
    leptos::task::tick().await;
    assert!(draft.save_now().await);
    drop(visit);

    // What knows them does not come.
    let visit = Visit::with(|| Box::pin(async { None }));
    opened(&visit, &id).await;
    assert_eq!(visit.offline.forget_draft(&DraftId::application(&id)).await, Err(StoreError::Closed));
    drop(visit);
    let visit = Visit::opened().await;
    visit.offline.forget_draft(&DraftId::application(&id)).await.unwrap();
    assert_eq!(visit.offline.document_blob(&photo).await.unwrap_err(), StoreError::Missing);
}

#[wasm_bindgen_test]
async fn what_is_typed_after_the_browser_was_cleared_is_there_at_the_next_start() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    empty_phone().await;
    draft.answers.set(answers());
    assert!(draft.save_now().await);
    drop(visit);
    let visit = Visit::opened().await;
    assert_eq!(opened(&visit, &id).await.answers.get_untracked(), answers());
}

#[wasm_bindgen_test]
async fn what_a_page_says_that_it_saved_is_there_whoever_began_anew_beside_it() {
    empty_phone().await;
    let before = Visit::opened().await;
    let (mine, draft) = begun(&before).await;
    empty_phone().await;
    let after = Visit::opened().await;
    let (id, theirs) = begun(&after).await;
    draft.answers.set(answers());
    let was_saved = draft.save_now().await;
    theirs.answers.set(answers());
    assert!(theirs.save_now().await);
    drop((before, after));
    let visit = Visit::opened().await;
    assert_eq!(opened(&visit, &id).await.answers.get_untracked(), answers());
    if was_saved {
        assert_eq!(opened(&visit, &mine).await.answers.get_untracked(), answers());
    }
}
