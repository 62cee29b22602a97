//! Photos that are kept: they wait for the consent, are named by a stored draft, and are told of after a kill.
use super::item::Card;
use super::visit::{FORM, Visit, answers, in_hand, instead_of, naming, opened, photo, until};
use super::{overwrite, text_of};
use contract::questionnaire::Pointer;
use health_certificate::api::sleep;
use health_certificate::offline::{FormKind, NewDocument, OutboxRow, SaveState, StoreError, What};
use js_sys::{Array, Function, Reflect, Uint8Array};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_photo_waits_for_the_consent_and_then_for_its_turn() {
    let visit = Visit::opened().await;
    let offline = visit.offline;
    let (id, draft) = in_hand(&visit).await;
    let document = offline.keep_document(photo(&id, b"jpeg")).await.unwrap();
    draft.answers.set(naming(&[&document]));
    assert!(draft.save_now().await);
    let state = offline.document(&document);
    let waits = |what| offline.outbox().get_untracked().iter().any(|row| row.application == id && row.what == what);
    assert!(matches!(state.get_untracked().unwrap().state, health_certificate::offline::DocState::WaitingForConsent));
    assert!(!waits(What::Document) && !waits(What::Begin));
    offline.set_consent(&id, true);
    until(|| waits(What::Document)).await;
    assert!(waits(What::Begin));
    assert_eq!(text_of(&offline.document_blob(&document).await.unwrap()).await, b"jpeg");
    offline.remove_document(&document).await.unwrap();
    assert_eq!(offline.document_blob(&document).await.unwrap_err(), StoreError::Missing);
    assert!(!waits(What::Document));
}

#[wasm_bindgen_test]
async fn a_photo_of_what_is_not_asked_stays_here_until_it_is() {
    let waits = |visit: &Visit, id: &str| {
        let rows = visit.offline.outbox().get_untracked();
        rows.iter().any(|row| row.application == id && row.what == What::Document)
    };
    let (id, document) = {
        let visit = Visit::opened().await;
        let (id, draft) = in_hand(&visit).await;
        visit.offline.set_consent(&id, true);
        let document = visit.offline.keep_document(photo(&id, b"jpeg")).await.unwrap();
        draft.answers.set(naming(&[&document]));
        assert!(draft.save_now().await);
        until(|| waits(&visit, &id)).await;
        visit.offline.asks_for_documents(&id, &[(document.clone(), false)]);
        until(|| !waits(&visit, &id)).await;
        // What is stored meanwhile puts it on no way.
        assert!(draft.save_now().await);
        visit.offline.set_consent(&id, false);
        visit.offline.set_consent(&id, true);
        sleep(Duration::from_millis(200)).await;
        assert!(!waits(&visit, &id));
        (id, document)
    };
    let visit = Visit::opened().await;
    let draft = opened(&visit, &id).await;
    assert!(visit.offline.whole().await && !waits(&visit, &id), "another visit sends it");
    visit.offline.asks_for_documents(&id, &[(document.clone(), true)]);
    until(|| waits(&visit, &id)).await;
    assert_eq!(text_of(&visit.offline.document_blob(&document).await.unwrap()).await, b"jpeg");
    // Not asked and asked again, before the first was stored: both go.
    let second = visit.offline.keep_document(photo(&id, b"second")).await.unwrap();
    draft.answers.set(naming(&[&document, &second]));
    assert!(draft.save_now().await);
    for asked in [false, true] {
        visit.offline.asks_for_documents(&id, &[(document.clone(), asked), (second.clone(), asked)]);
    }
    sleep(Duration::from_millis(300)).await;
    let is_photo = |row: &&OutboxRow| row.application == id && row.what == What::Document;
    until(|| visit.offline.outbox().get_untracked().iter().filter(is_photo).count() == 2).await;
}

#[wasm_bindgen_test]
async fn a_damaged_photo_stays_behind_and_the_rest_can_be_carried_away() {
    let visit = Visit::opened().await;
    let (id, draft) = in_hand(&visit).await;
    draft.answers.set(answers());
    assert!(draft.save_now().await);
    let damaged = visit.offline.keep_document(photo(&id, b"jpeg")).await.unwrap();
    overwrite(&format!("bytes/{damaged}"), |sealed| {
        let bytes = Uint8Array::new(&sealed.unchecked_ref::<Array>().get(1));
        bytes.set_index(2, bytes.get_index(2) ^ 1);
        sealed
    })
    .await;
    let file = visit.offline.export_application(&id, None).await.unwrap();
    assert_eq!(file.left_behind, 1);
    assert!(file.text.contains("draft/") && !file.text.contains(&format!("bytes/{damaged}")));
}

#[wasm_bindgen_test]
async fn what_is_changed_later_is_the_copy_without_words_where_there_is_one() {
    let visit = Visit::opened().await;
    let offline = visit.offline;
    let (id, _) = in_hand(&visit).await;
    let marked = NewDocument { bare: Some(Uint8Array::from(b"bare".as_slice())), ..photo(&id, b"marked") };
    let marked = offline.keep_document(marked).await.unwrap();
    let plain = offline.keep_document(photo(&id, b"plain")).await.unwrap();
    for (document, bytes, has_words) in [(&marked, b"bare".as_slice(), false), (&plain, b"plain", true)] {
        let (file, words) = offline.document_to_change(document).await.unwrap();
        assert_eq!((text_of(&file).await.as_slice(), words), (bytes, has_words));
    }
    assert_eq!(text_of(&offline.document_blob(&marked).await.unwrap()).await, b"marked", "this is sent");
    offline.remove_document(&marked).await.unwrap();
    assert_eq!(offline.document_to_change(&marked).await.unwrap_err(), StoreError::Missing);
}

#[wasm_bindgen_test]
async fn a_page_that_ended_between_photo_and_picker_says_that_the_photo_is_here() {
    let visit = Visit::opened().await;
    let id = visit.offline.begin_draft(FORM);
    let item = Pointer::item("id-front");
    let said = |visit: &Visit| -> Vec<bool> {
        let all = visit.offline.expected_photos().get_untracked();
        all.iter().filter(|it| it.is_of(&id, &item)).map(|it| it.kept).collect()
    };
    visit.offline.expect_photo(&id, &item).await.unwrap();
    drop(visit);
    let visit = Visit::opened().await;
    assert_eq!(said(&visit), [false]);
    visit.offline.expect_photo(&id, &item).await.unwrap();
    // What goes on at another item changes nothing.
    visit.offline.forget_expected_photo(&id, &Pointer::item("id-back"));
    let first = NewDocument { more: true, ..photo(&id, b"jpeg") };
    visit.offline.keep_document(first).await.unwrap();
    drop(visit);
    let visit = Visit::opened().await;
    assert_eq!(said(&visit), [false, true], "of several chosen at once one is here, and another is lost");
    visit.offline.expect_photo(&id, &item).await.unwrap();
    visit.offline.keep_document(photo(&id, b"jpeg")).await.unwrap();
    drop(visit);
    let visit = Visit::opened().await;
    assert_eq!(said(&visit), [true, true]);
    visit.offline.forget_expected_photo(&id, &item);
    assert!(said(&visit).is_empty());
}

#[wasm_bindgen_test]
async fn a_photo_goes_out_and_what_it_replaces_goes_only_when_a_stored_draft_names_it() {
    let visit = Visit::opened().await;
    let id = visit.offline.begin_draft(FORM);
    let item = Pointer::item("id-front");
    let draft = opened(&visit, &id).await;
    visit.offline.set_consent(&id, true);
    let old = visit.offline.keep_document(photo(&id, b"old")).await.unwrap();
    draft.answers.set(naming(&[&old]));
    assert!(draft.save_now().await);
    let sent = |visit: &Visit| {
        let rows = visit.offline.outbox().get_untracked();
        rows.iter().filter(|row| row.application == id && row.what == What::Document).count()
    };
    until(|| sent(&visit) == 1).await;
    let instead = NewDocument { instead: vec![old.clone()], ..photo(&id, b"new") };
    let new = visit.offline.keep_document(instead).await.unwrap();
    // The phone closes the page.
    drop(visit);

    let visit = Visit::opened().await;
    let offline = visit.offline;
    let draft = opened(&visit, &id).await;
    assert_eq!(draft.answers.get_untracked(), naming(&[&old]));
    assert_eq!(text_of(&offline.document_blob(&old).await.unwrap()).await, b"old");
    let unnamed = || offline.unnamed_documents(&id, FormKind::Application, &item);
    let found: Vec<_> = unnamed().into_iter().map(|(document, instead)| (document.id, instead)).collect();
    assert_eq!(found, [(new.clone(), vec![old.clone()])]);
    assert_eq!(sent(&visit), 1, "what nothing names is on its way");
    // The item finds it and names it; the phone is full at first.
    let class = Reflect::get(&window(), &"IDBObjectStore".into()).unwrap();
    let store = Reflect::get(&class, &"prototype".into()).unwrap();
    let put = Reflect::get(&store, &"put".into()).unwrap();
    instead_of(&store, "put", &Function::new_no_args("throw new DOMException('', 'QuotaExceededError')"));
    draft.answers.set(naming(&[&new]));
    assert!(!draft.save_now().await);
    assert_eq!((unnamed().len(), sent(&visit)), (1, 1));
    assert_eq!(text_of(&offline.document_blob(&old).await.unwrap()).await, b"old");
    instead_of(&store, "put", &put);
    assert!(draft.save_now().await);
    assert!(unnamed().is_empty());
    until(|| offline.document(&old).get_untracked().is_none() && sent(&visit) == 1).await;
    assert_eq!(text_of(&offline.document_blob(&new).await.unwrap()).await, b"new");
}

#[wasm_bindgen_test]
async fn what_is_removed_is_erased_only_when_a_draft_without_it_is_stored() {
    let visit = Visit::opened().await;
    let offline = visit.offline;
    let (id, draft) = in_hand(&visit).await;
    let document = offline.keep_document(photo(&id, b"front")).await.unwrap();
    draft.answers.set(naming(&[&document]));
    assert!(draft.save_now().await);
    let class = Reflect::get(&window(), &"IDBObjectStore".into()).unwrap();
    let store = Reflect::get(&class, &"prototype".into()).unwrap();
    let put = Reflect::get(&store, &"put".into()).unwrap();
    instead_of(&store, "put", &Function::new_no_args("throw new DOMException('', 'QuotaExceededError')"));
    offline.give_up_document(&id, FormKind::Application, &document);
    draft.answers.set(answers());
    offline.save_drafts().await;
    assert!(matches!(draft.saved().get_untracked(), SaveState::Failed(_)));
    // The stored draft names it still: a page that ends now has lost nothing.
    assert_eq!(text_of(&offline.document_blob(&document).await.unwrap()).await, b"front");
    instead_of(&store, "put", &put);
    assert!(draft.save_now().await);
    until(|| offline.document(&document).get_untracked().is_none()).await;
    assert_eq!(offline.document_blob(&document).await.unwrap_err(), StoreError::Missing);
}

#[wasm_bindgen_test]
async fn what_a_killed_page_kept_is_named_and_said_where_its_item_is_drawn_again() {
    let id = {
        let visit = Visit::opened().await;
        let id = visit.offline.begin_draft(FORM);
        visit.offline.keep_document(photo(&id, b"first")).await.unwrap();
        id
    };
    let visit = Visit::opened().await;
    let offline = visit.offline;
    let (document, _) = offline.unnamed_documents(&id, FormKind::Application, &Pointer::item("id-front")).remove(0);
    let card = Card::of(offline, &id, Vec::new());
    until(|| card.names(&document.id)).await;
    assert!(card.reads().contains("照片也收好了"));
}
