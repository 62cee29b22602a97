//! Photos that a person removes, and a page that ends before they are gone.
use super::empty_phone;
use super::office::Office;
use super::visit::{FORM, Visit, begun, instead_of, naming, opened, photo, submission, until};
use super::{fails_with, prototype};
use contract::questionnaire::{Answers, Pointer};
use health_certificate::offline::{DraftId, FormKind, NewDocument, Offline, What};
use js_sys::Reflect;
use wasm_bindgen_futures::JsFuture;
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
    empty_phone().await;
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
    empty_phone().await;
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
    empty_phone().await;
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

#[wasm_bindgen_test]
async fn what_came_back_stays_here_and_what_takes_its_place_goes_when_it_is_removed() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    let offline = visit.offline;
    until(|| offline.session().get_untracked().is_signed_in()).await;
    let (id, draft) = begun(&visit).await;
    let sent = offline.keep_document(photo(&id, b"sent")).await.unwrap();
    draft.answers.set(naming(&[&sent]));
    assert!(draft.save_now().await);

    // It was handed over and came back: another photo is chosen for it.
    let round = offline.open_draft(&DraftId::supplement(&id, 1), FORM).await.unwrap();
    let form = FormKind::Supplement;
    let instead = NewDocument { form, instead: vec![sent.clone()], ..photo(&id, b"instead") };
    let instead = offline.keep_document(instead).await.unwrap();
    round.answers.set(naming(&[&instead]));
    assert!(round.save_now().await);
    health_certificate::api::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(text_of(offline, &sent).await.as_deref(), Some("sent"), "it belongs to the office now");

    // The office has the other one already, and the person thinks again.
    office
        .does(&format!(
            "office.all['{id}'] = {{ id: '{id}', version: 9, state: 'returned', stage: 2, round: 1, since: '2026-11-26T08:00:00+08:00', questionnaire: '{FORM}',
                documents: [{{ id: '{instead}', pointer: '{}', state: 'received', sha256: '', size: 7, type: 'image/jpeg', bound_at: '2026-11-26T08:00:00+08:00' }}] }};",
            Pointer::item("id-front").as_str()
        ))
        .await;
    offline.refresh(&id).await.unwrap();
    assert!(offline.document(&instead).get_untracked().unwrap().is_received());
    offline.give_up_document(&id, form, &instead);
    round.answers.set(Answers::default());
    assert!(round.save_now().await);
    until(|| !offline.document(&instead).get_untracked().is_some_and(|it| it.here)).await;
    office.does("while (!office.asked.includes('DELETE /applications/*/documents/*')) await new Promise(then => setTimeout(then, 50));").await;
    drop(visit);
    drop(office);
}

/// What a document says, here or at the office.
async fn text_of(offline: Offline, id: &str) -> Option<String> {
    let blob = offline.document_blob(id).await.ok()?;
    JsFuture::from(blob.text()).await.ok()?.as_string()
}
