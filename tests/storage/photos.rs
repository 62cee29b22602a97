//! Photos that a person removes, and a page that ends before they are gone.
use super::visit::{Visit, begun, instead_of, naming, opened, photo, submission, until};
use super::{fails_with, prototype};
use contract::questionnaire::Answers;
use health_certificate::offline::{FormKind, NewDocument, What};
use js_sys::Reflect;
use wasm_bindgen_test::wasm_bindgen_test;

fn photos(visit: &Visit, id: &str) -> Vec<String> {
    visit.offline.documents_of(id).get_untracked().into_iter().map(|it| it.id).collect()
}

fn sent(visit: &Visit, id: &str) -> Vec<String> {
    let rows = visit.offline.outbox().get_untracked();
    let photos = rows.into_iter().filter(|row| row.application == id && row.what == What::Document);
    photos.filter_map(|row| row.document).collect()
}

#[wasm_bindgen_test]
async fn a_photo_that_was_removed_is_never_sent_also_when_the_page_ends_before_it_is_gone() {
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    let removed = visit.offline.keep_document(photo(&id, b"jpeg")).await.unwrap();
    draft.answers.set(naming(&[&removed]));
    assert!(draft.save_now().await);

    // Nothing is erased from now on, as if the page had ended just before it.
    let store = prototype("IDBObjectStore");
    let delete = Reflect::get(&store, &"delete".into()).unwrap();
    instead_of(&store, "delete", &fails_with("UnknownError"));
    visit.offline.give_up_document(&id, FormKind::Application, &removed);
    draft.answers.set(Answers::default());
    assert!(draft.save_now().await);
    drop(visit);
    instead_of(&store, "delete", &delete);

    let visit = Visit::opened().await;
    opened(&visit, &id).await;
    assert!(visit.offline.expected_photos().get_untracked().iter().all(|it| it.application != id), "nor named again");
    visit.offline.submit(&id, &submission()).await.unwrap();
    assert_eq!(sent(&visit, &id), [""; 0]);
    until(|| photos(&visit, &id).is_empty()).await;
}

#[wasm_bindgen_test]
async fn a_photo_that_could_not_be_erased_is_erased_when_the_draft_is_stored_next() {
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    let before = visit.offline.keep_document(photo(&id, b"jpeg")).await.unwrap();
    draft.answers.set(naming(&[&before]));
    assert!(draft.save_now().await);
    let store = prototype("IDBObjectStore");
    let delete = Reflect::get(&store, &"delete".into()).unwrap();
    let instead = NewDocument { instead: vec![before], ..photo(&id, b"jpeg") };
    let after = visit.offline.keep_document(instead).await.unwrap();
    instead_of(&store, "delete", &fails_with("UnknownError"));
    draft.answers.set(naming(&[&after]));
    assert!(draft.save_now().await);
    health_certificate::api::sleep(std::time::Duration::from_millis(300)).await;
    instead_of(&store, "delete", &delete);
    assert!(draft.save_now().await);
    until(|| photos(&visit, &id) == [after.clone()]).await;
    visit.offline.submit(&id, &submission()).await.unwrap();
    assert_eq!(sent(&visit, &id), [after]);
}

#[wasm_bindgen_test]
async fn photos_are_put_on_their_way_once_however_many_say_that_they_may_go() {
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    let [first, second] = [0, 1].map(|_| visit.offline.keep_document(photo(&id, b"jpeg")));
    let (first, second) = (first.await.unwrap(), second.await.unwrap());
    draft.answers.set(naming(&[&first, &second]));
    // Each that is named for the first time says so, and the consent does too.
    assert!(draft.save_now().await);
    visit.offline.set_consent(&id, true);
    until(|| sent(&visit, &id).len() >= 2).await;
    health_certificate::api::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(visit.offline.outbox().get_untracked().iter().filter(|row| row.application == id).count(), 3);
}
