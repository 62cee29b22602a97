//! What was begun signed out and is taken over, and what cannot be read for a moment.
use super::empty_phone;
use super::office::Office;
use super::visit::{Visit, begun, in_javascript, instead_of, naming, photo, until};
use super::{failing, no_more_turns};
use health_certificate::offline::{DocState, DraftId, Owner, SessionState, State, StoreError, What};
use std::time::Duration;
use wasm_bindgen_test::wasm_bindgen_test;

fn owner(visit: &Visit, id: &str) -> Owner {
    let all = visit.offline.drafts().get_untracked();
    all.iter().find(|draft| draft.id == DraftId::application(id)).unwrap().owner
}

fn waits(visit: &Visit, id: &str, what: What) -> bool {
    visit.offline.outbox().get_untracked().iter().any(|row| row.application == id && row.what == what)
}

/// Begun signed out, with a photo that may go; and signed in since.
async fn begun_before_signing_in(office: &Office) -> (Visit, String) {
    let visit = Visit::opened().await;
    // Nobody was here before.
    visit.offline.erase_all().await.unwrap();
    drop(visit);
    office.does("office.signedIn = false;").await;
    let visit = Visit::opened().await;
    until(|| visit.offline.session().get_untracked() == SessionState::SignedOut).await;
    let (id, draft) = begun(&visit).await;
    let photo = visit.offline.keep_document(photo(&id, b"jpeg")).await.unwrap();
    draft.answers.set(naming(&[&photo]));
    assert!(draft.save_now().await);
    visit.offline.set_consent(&id, true);
    until(|| waits(&visit, &id, What::Document)).await;
    office.does("office.signedIn = true;").await;
    visit.offline.check_session().await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    assert_eq!(owner(&visit, &id), Owner::ThisPhone);
    (visit, id)
}

#[wasm_bindgen_test]
async fn what_was_taken_over_is_sent_also_when_the_page_ends_in_between() {
    empty_phone().await;
    let office = Office::open();
    let (visit, id) = begun_before_signing_in(&office).await;
    // The draft is stored as theirs, and then the page ends.
    let (store, put) = failing("put", "entry/", "UnknownError");
    visit.offline.adopt_draft(&id).await.unwrap();
    drop(visit);
    instead_of(&store, "put", &put);
    let visit = Visit::opened().await;
    assert_eq!(owner(&visit, &id), Owner::Me);
    until(|| !waits(&visit, &id, What::Begin)).await;
    office.does("if (!office.asked.includes('PUT /applications/*')) throw new Error(office.asked.join());").await;
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn what_cannot_be_stored_as_theirs_stays_this_phones_and_that_is_said() {
    empty_phone().await;
    let office = Office::open();
    let (visit, id) = begun_before_signing_in(&office).await;
    let (store, put) = no_more_turns();
    assert_eq!(visit.offline.adopt_draft(&id).await, Err(StoreError::Full));
    assert_eq!(owner(&visit, &id), Owner::ThisPhone);
    instead_of(&store, "put", &put);
    visit.offline.adopt_draft(&id).await.unwrap();
    assert_eq!(owner(&visit, &id), Owner::Me);
    until(|| !waits(&visit, &id, What::Begin)).await;
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn a_photo_that_cannot_be_read_now_is_not_broken() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    let offline = visit.offline;
    until(|| offline.session().get_untracked().is_signed_in()).await;
    let (id, draft) = begun(&visit).await;
    let photo = offline.keep_document(photo(&id, b"jpeg")).await.unwrap();
    let (store, get) = failing("get", "bytes/", "UnknownError");
    draft.answers.set(naming(&[&photo]));
    assert!(draft.save_now().await);
    offline.set_consent(&id, true);
    let state = || {
        let rows = offline.outbox().get_untracked();
        rows.into_iter().find(|row| row.document.as_deref() == Some(&photo)).map(|row| row.state)
    };
    until(|| matches!(state(), Some(State::Waiting { .. } | State::SetAside(_)))).await;
    assert!(matches!(state(), Some(State::Waiting { .. })), "{:?}", state());
    instead_of(&store, "get", &get);

    // News of it that cannot be read now take it away neither.
    let (store, get) = failing("get", "document/", "UnknownError");
    let news =
        "const line = new BroadcastChannel('hc'); line.postMessage(JSON.stringify({ Document: name })); line.close();";
    in_javascript(&photo, news).await;
    health_certificate::api::sleep(Duration::from_millis(300)).await;
    let known = offline.documents_of(&id).get_untracked();
    assert!(known.iter().any(|it| it.id == photo && it.here && it.state != DocState::Broken), "{known:?}");
    instead_of(&store, "get", &get);
    drop(visit);
    drop(office);
}
