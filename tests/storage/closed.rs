//! A storage that does not give what lies there, or never answers: what stands on the screen is carried away all the same, and
//! nothing is begun over what lies there.
use super::empty_phone;
use super::office::Office;
use super::visit::{FORM, Visit, begun, in_javascript, instead_of, opened, until};
use super::{failing, fails_with, hurried, prototype, text};
use health_certificate::offline::{DraftId, SaveState, SessionState, Storage, StoreError, WhyMemory, kept_choice};
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
async fn what_is_stored_and_stands_on_the_screen_is_in_the_file_although_it_cannot_be_read_any_more() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    draft.answers.set(text("stored before"));
    leptos::task::tick().await;
    assert!(draft.save_now().await);
    let (store, get) = failing("get", "draft/", "UnknownError");
    let file = visit.offline.export_application(&id, None).await;
    instead_of(&store, "get", &get);
    let file = file.expect("nothing can be carried away");
    assert_eq!(file.left_behind, 0);
    visit.offline.erase_all().await.unwrap();
    assert_eq!(visit.offline.import_application(&file.text, "").await, Ok(id.clone()));
    assert_eq!(opened(&visit, &id).await.answers.get_untracked(), text("stored before"));
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
async fn a_storage_that_opens_and_answers_nothing_keeps_nobody_waiting() {
    empty_phone().await;
    let store = prototype("IDBObjectStore");
    let get = Reflect::get(&store, &"get".into()).unwrap();
    // A request that nothing comes of.
    instead_of(&store, "get", &Function::new_no_args("return { readyState: 'pending' }"));
    let timer = hurried();
    let visit = Visit::new();
    until(|| visit.offline.storage().get_untracked() != Storage::Opening).await;
    instead_of(&window(), "setTimeout", &timer);
    instead_of(&store, "get", &get);
    assert_eq!(visit.offline.storage().get_untracked(), Storage::MemoryOnly(WhyMemory::Closed));
    let (_, draft) = begun(&visit).await;
    assert_eq!(draft.saved().get_untracked(), SaveState::MemoryOnly(WhyMemory::Closed));
}

/// The answers to what came back, stored; the page has ended since.
async fn supplement() -> DraftId {
    let visit = Visit::opened().await;
    let (id, _) = begun(&visit).await;
    let id = DraftId::supplement(&id, 1);
    let round = visit.offline.open_draft(&id, FORM).await.unwrap();
    round.answers.set(text("what was asked for"));
    leptos::task::tick().await;
    assert!(round.save_now().await);
    id
}

#[wasm_bindgen_test]
async fn a_supplement_that_is_damaged_is_not_begun_over() {
    empty_phone().await;
    let id = supplement().await;
    let damages = "const d = await ask(indexedDB.open('hc')), key = `draft/${name}/supplement/1`;
        const store = () => d.transaction('vault', 'readwrite').objectStore('vault');
        const [nonce, sealed] = await ask(store().get(key));
        new Uint8Array(sealed)[20] ^= 1;
        await ask(store().put([nonce, sealed], key)); d.close();";
    in_javascript(&id.application, damages).await;
    let visit = Visit::opened().await;
    assert_eq!(visit.offline.open_draft(&id, FORM).await.err(), Some(StoreError::Unreadable));
    // Whoever has its key may still open it.
    in_javascript(&id.application, damages).await;
    drop(visit);
    let visit = Visit::opened().await;
    let round = visit.offline.open_draft(&id, FORM).await.unwrap();
    assert_eq!(round.answers.get_untracked(), text("what was asked for"));
}

#[wasm_bindgen_test]
async fn a_supplement_that_could_not_be_read_as_the_page_began_is_there_when_it_is_opened() {
    empty_phone().await;
    let id = supplement().await;
    let store = prototype("IDBObjectStore");
    let all = Reflect::get(&store, &"getAll".into()).unwrap();
    instead_of(&store, "getAll", &fails_with("UnknownError"));
    let visit = Visit::opened().await;
    until(|| visit.offline.storage().get_untracked() == Storage::KeptInPart).await;
    instead_of(&store, "getAll", &all);
    let round = visit.offline.open_draft(&id, FORM).await.unwrap();
    assert_eq!(round.answers.get_untracked(), text("what was asked for"));
    assert!(visit.offline.drafts().get_untracked().iter().any(|draft| draft.id == id));
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
    assert!(kept_choice("nobody").is_some());
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
    assert_eq!(kept_choice("nobody"), None, "each start writes it once more");
}

#[wasm_bindgen_test]
async fn who_signs_out_in_another_page_is_not_here_in_one_that_is_opening() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    drop(visit);
    // From here on the office is out of reach: who was here last is what this phone says.
    office.does("office.reached = false;").await;
    let visit = Visit::opened().await;
    assert!(visit.offline.subject().get_untracked().is_some(), "nobody was here");
    drop(visit);
    let visit = Visit::new();
    // Its line to the others is open, and the storage is not yet.
    leptos::task::tick().await;
    assert_eq!(visit.offline.storage().get_untracked(), Storage::Opening);
    in_javascript("", "const line = new BroadcastChannel('hc'); line.postMessage('\"SignedOut\"'); line.close();")
        .await;
    let visit = visit.open().await;
    until(|| visit.offline.subject().get_untracked().is_none()).await;
    assert_eq!(visit.offline.session().get_untracked(), SessionState::SignedOut);
}

#[wasm_bindgen_test]
async fn nobody_is_signed_out_by_whatever_stands_before_the_office() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    office.does("office.bare = true;").await;
    assert!(visit.offline.sign_out().await.is_err());
    assert!(visit.offline.session().get_untracked().is_signed_in());
    office.does("office.bare = false;").await;
    visit.offline.sign_out().await.unwrap();
}
