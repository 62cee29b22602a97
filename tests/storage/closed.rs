//! A storage that does not give what lies there, or never answers: what stands on the screen is carried away all the same, and
//! nothing is begun over what lies there.
use super::empty_phone;
use super::office::Office;
use super::visit::{FORM, Visit, begun, in_javascript, instead_of, opened, until};
use super::{failing, fails_with, hurried, prototype, text};
use health_certificate::offline::{DraftId, SaveState, Storage, StoreError, WhyMemory};
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn where_nothing_can_be_read_any_more_the_file_holds_what_stands_on_the_screen() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    let (store, put) = failing("put", "draft/", "UnknownError");
    let (_, get) = failing("get", "draft/", "UnknownError");
    draft.answers.set(text("only on the screen"));
    until(|| draft.saved().get_untracked() == SaveState::Failed(StoreError::Closed)).await;
    let file = visit.offline.export_application(&id, None).await;
    instead_of(&store, "put", &put);
    instead_of(&store, "get", &get);
    let file = file.expect("nothing can be carried away");
    visit.offline.erase_all().await.unwrap();
    drop(visit);
    let visit = Visit::opened().await;
    assert_eq!(visit.offline.import_application(&file.text, "").await, Ok(id.clone()));
    assert_eq!(opened(&visit, &id).await.answers.get_untracked(), text("only on the screen"));
}

#[wasm_bindgen_test]
async fn a_file_is_taken_in_as_a_whole_or_not_at_all() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, _) = begun(&visit).await;
    let file = visit.offline.export_application(&id, None).await.unwrap().text;
    visit.offline.erase_all().await.unwrap();
    let (store, get) = failing("get", "draft/", "UnknownError");
    let taken = visit.offline.import_application(&file, "").await;
    instead_of(&store, "get", &get);
    assert!(taken.is_err(), "whether it is here was not to be known");
    assert_eq!(visit.offline.import_application(&file, "").await, Ok(id));
}

#[wasm_bindgen_test]
async fn who_has_signed_out_is_not_here_also_where_that_could_not_be_written() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    let (store, delete) = failing("delete", "session/last", "UnknownError");
    visit.offline.sign_out().await.unwrap();
    drop(visit);
    instead_of(&store, "delete", &delete);
    office.does("office.reached = false;").await;
    let visit = Visit::opened().await;
    assert_eq!(visit.offline.subject().get_untracked(), None, "shown to whoever opens it next");
    drop(visit);
    // Whoever signs in is here at the next start too.
    office.does("office.reached = true; office.signedIn = true;").await;
    let visit = Visit::opened().await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    until(|| visit.offline.subject().get_untracked().is_some()).await;
    health_certificate::api::sleep(std::time::Duration::from_millis(200)).await;
    drop(visit);
    office.does("office.reached = false;").await;
    let visit = Visit::opened().await;
    assert_eq!(visit.offline.subject().get_untracked().as_deref(), Some("sample"));
    office.does("office.reached = true;").await;
    visit.offline.sign_out().await.unwrap();
}
