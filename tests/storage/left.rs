//! What a page has left beside the vault, where the part that reads it comes late or never.
use super::visit::{Visit, begun, in_hand, instead_of, opened, until};
use super::{empty_phone, ends_after, hurried, left_beside, text};
use health_certificate::offline::{DraftId, OFFICE, SaveState, Storage, StoreError};
use leptos::prelude::*;
use std::cell::Cell;
use std::time::Duration;
use wasm_bindgen_test::wasm_bindgen_test;

thread_local! {
    /// The network brings the part.
    static COMES: Cell<bool> = const { Cell::new(false) };
}

async fn open(visit: Visit) -> Visit {
    until(|| visit.offline.storage().get_untracked() != Storage::Opening).await;
    visit
}

/// A draft of which a page has left something.
async fn left() -> String {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    draft.answers.set(text("before"));
    assert!(draft.save_now().await);
    health_certificate::api::sleep(Duration::from_millis(300)).await;
    ends_after(visit, &id, draft, "last").await;
    id
}

#[wasm_bindgen_test]
async fn nothing_is_typed_over_last_words_that_cannot_be_read_yet() {
    let id = left().await;
    COMES.set(false);
    let visit = open(Visit::with(|| Box::pin(async { COMES.get().then_some(OFFICE) }))).await;
    let opening = visit.offline.open_draft(&DraftId::application(&id), "").await;
    assert_eq!(opening.err(), Some(StoreError::Closed), "it opens without them");
    COMES.set(true);
    let draft = opened(&visit, &id).await;
    assert_eq!(draft.answers.get_untracked(), text("last"));
    draft.answers.set(text("and on"));
    leptos::task::tick().await;
    assert!(draft.save_now().await);
    assert_eq!(left_beside(&id), None);
    drop(visit);
    let visit = Visit::opened().await;
    assert_eq!(opened(&visit, &id).await.answers.get_untracked(), text("and on"));
}

#[wasm_bindgen_test]
async fn a_network_that_stalls_keeps_nobody_from_what_is_stored() {
    let id = left().await;
    let timer = hurried();
    let visit = open(Visit::with(|| Box::pin(std::future::pending()))).await;
    instead_of(&window(), "setTimeout", &timer);
    assert!(visit.offline.drafts().get_untracked().iter().any(|draft| draft.id.application == id));
    let (_, draft) = in_hand(&visit).await;
    draft.answers.set(text("another"));
    until(|| matches!(draft.saved().get_untracked(), SaveState::Saved(_))).await;
    drop(visit);
    let visit = Visit::opened().await;
    assert_eq!(opened(&visit, &id).await.answers.get_untracked(), text("last"));
}
