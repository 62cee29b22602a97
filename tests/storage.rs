//! Storage that fails, and several pages of one site, in a real browser.
#![cfg(target_family = "wasm")]

#[path = "storage/again.rs"]
mod again;
#[path = "storage/closed.rs"]
mod closed;
#[path = "storage/decided.rs"]
mod decided;
#[path = "storage/deleted.rs"]
mod deleted;
#[path = "storage/frozen.rs"]
mod frozen;
#[path = "storage/handing.rs"]
mod handing;
#[path = "storage/here.rs"]
mod here;
#[path = "storage/left.rs"]
mod left;
#[path = "storage/moved.rs"]
mod moved;
#[path = "storage/news.rs"]
mod news;
#[path = "storage/office.rs"]
mod office;
#[path = "storage/pages.rs"]
mod pages;
#[path = "storage/photos.rs"]
mod photos;
#[path = "storage/pin.rs"]
mod pin;
#[path = "storage/races.rs"]
mod races;
#[path = "reading.rs"]
mod reading;
#[path = "storage/recovery.rs"]
mod recovery;
#[path = "storage/restored.rs"]
mod restored;
#[path = "storage/taken_back.rs"]
mod taken_back;
#[path = "storage/told.rs"]
mod told;
#[path = "visit.rs"]
mod visit;
#[path = "storage/whose.rs"]
mod whose;

use contract::questionnaire::{Answers, Pointer, Value};
use health_certificate::offline::{Draft, SaveState, SessionState, State, Storage, StoreError, What, WhyMemory};
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use office::Office;
use std::time::Duration;
use visit::{PLANTED, Visit, answers, begun, in_javascript, instead_of, opened, submission, until};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Nothing of a test before lies there, whatever became of that test.
async fn empty_phone() {
    let storage = window().local_storage().unwrap().unwrap();
    storage.clear().unwrap();
    // What still holds it lets go when it is told, so that nothing but the end is waited for.
    let empties = "await new Promise((done, failed) => {
        const gone = indexedDB.deleteDatabase('hc'); gone.onsuccess = done; gone.onerror = failed; });";
    in_javascript("", empties).await;
}

fn prototype(class: &str) -> JsValue {
    let class = Reflect::get(&window(), &class.into()).unwrap();
    Reflect::get(&class, &"prototype".into()).unwrap()
}

fn fails_with(name: &str) -> JsValue {
    Function::new_no_args(&format!("throw new DOMException('', '{name}')")).into()
}

/// One method of a store fails for the records whose name begins like this. Gives what sets it right again.
fn failing(method: &str, prefix: &str, why: &str) -> (JsValue, JsValue) {
    let store = prototype("IDBObjectStore");
    let real = Reflect::get(&store, &method.into()).unwrap();
    let fails = format!(
        "return function (...given) {{
            if (given.some(it => typeof it === 'string' && it.startsWith('{prefix}'))) throw new DOMException('', '{why}');
            return real.apply(this, given);
        }}"
    );
    let fails = Function::new_with_args("real", &fails).call1(&JsValue::NULL, &real).unwrap();
    instead_of(&store, method, &fails);
    (store, real)
}

fn text(words: &str) -> Answers {
    let mut answers = Answers::default();
    answers.set(Pointer::item("name"), vec![Value::Text(words.into())]);
    answers
}

fn happens(name: &str) {
    window().dispatch_event(&web_sys::Event::new(name).unwrap()).unwrap();
}

fn left_beside(id: &str) -> Option<String> {
    let storage = window().local_storage().unwrap().unwrap();
    storage.get_item(&format!("hc-last/draft/{id}/application/0")).unwrap()
}

fn leave_beside(id: &str, words: &str) {
    let storage = window().local_storage().unwrap().unwrap();
    storage.set_item(&format!("hc-last/draft/{id}/application/0"), words).unwrap();
}

/// Time goes thirty times as fast. Gives what sets it right again, as `setTimeout`.
fn hurried() -> JsValue {
    let page: JsValue = window().into();
    let timer = Reflect::get(&page, &"setTimeout".into()).unwrap();
    let fast = Function::new_with_args(
        "real",
        "return (then, wait, ...more) => real.call(globalThis, then, wait / 30, ...more)",
    );
    instead_of(&page, "setTimeout", &fast.call1(&JsValue::NULL, &timer).unwrap());
    timer
}

/// The vault does nothing any more: a page that ends gets no more turns.
fn no_more_turns() -> (JsValue, JsValue) {
    let store = prototype("IDBObjectStore");
    let put = Reflect::get(&store, &"put".into()).unwrap();
    instead_of(&store, "put", &fails_with("QuotaExceededError"));
    (store, put)
}

/// Types, and the page ends in the same moment. Gives what it left.
async fn ends_after(visit: Visit, id: &str, draft: Draft, words: &str) -> String {
    draft.answers.set(text(words));
    leptos::task::tick().await;
    let (store, put) = no_more_turns();
    happens("pagehide");
    drop(visit);
    health_certificate::api::sleep(Duration::from_millis(50)).await;
    instead_of(&store, "put", &put);
    left_beside(id).expect("it left nothing")
}

#[wasm_bindgen_test]
async fn what_was_typed_as_the_page_ended_is_there_again_and_lies_nowhere_readable() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    health_certificate::api::sleep(Duration::from_millis(300)).await;
    let left = ends_after(visit, &id, draft, PLANTED).await;
    assert!(!left.contains("planted") && !left.contains('张'));

    let visit = Visit::opened().await;
    assert_eq!(opened(&visit, &id).await.answers.get_untracked(), text(PLANTED));
    assert_eq!(left_beside(&id), None);
    assert_eq!(visit.offline.storage().get_untracked(), Storage::Kept);
}

#[wasm_bindgen_test]
async fn last_words_that_were_tampered_with_are_set_aside_and_said_and_the_draft_opens() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    draft.answers.set(text("before"));
    assert!(draft.save_now().await);
    health_certificate::api::sleep(Duration::from_millis(300)).await;
    let left = ends_after(visit, &id, draft, "after").await;
    let mut letters: Vec<char> = left.chars().collect();
    let last = letters.last_mut().unwrap();
    *last = char::from_u32(u32::from(*last) ^ 1).unwrap();
    let tampered: String = letters.into_iter().collect();
    leave_beside(&id, &tampered);

    let visit = Visit::opened().await;
    until(|| visit.offline.storage().get_untracked() == Storage::KeptInPart).await;
    assert_eq!(opened(&visit, &id).await.answers.get_untracked(), text("before"));
    assert_eq!(left_beside(&id), Some(tampered));
    window().local_storage().unwrap().unwrap().clear().unwrap();
}

#[wasm_bindgen_test]
async fn whoever_begins_anew_in_the_page_that_was_erased_has_last_words_too() {
    empty_phone().await;
    let visit = Visit::opened().await;
    begun(&visit).await;
    visit.offline.erase_all().await.unwrap();
    let (id, draft) = begun(&visit).await;
    let left = ends_after(visit, &id, draft, PLANTED).await;
    assert!(!left.contains("planted"));
    let visit = Visit::opened().await;
    assert_eq!(opened(&visit, &id).await.answers.get_untracked(), text(PLANTED));
}

#[wasm_bindgen_test]
async fn last_words_whose_key_is_gone_are_said_once_and_then_gone() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    health_certificate::api::sleep(Duration::from_millis(300)).await;
    let left = ends_after(visit, &id, draft, PLANTED).await;
    // The browser clears the vault, and keeps what lies beside it.
    let visit = Visit::opened().await;
    visit.offline.erase_all().await.unwrap();
    drop(visit);
    in_javascript("hc", "await ask(indexedDB.deleteDatabase(name));").await;
    leave_beside(&id, &left);
    let visit = Visit::opened().await;
    until(|| visit.offline.storage().get_untracked() == Storage::KeptInPart).await;
    assert_eq!(left_beside(&id), None);
    drop(visit);
    let visit = Visit::opened().await;
    assert_eq!(visit.offline.storage().get_untracked(), Storage::Kept);
}

#[wasm_bindgen_test]
async fn last_words_that_are_older_than_what_is_stored_change_nothing() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    health_certificate::api::sleep(Duration::from_millis(300)).await;
    let left = ends_after(visit, &id, draft, "old").await;
    let visit = Visit::opened().await;
    let draft = opened(&visit, &id).await;
    draft.answers.set(text("new"));
    leptos::task::tick().await;
    assert!(draft.save_now().await);
    drop(visit);
    leave_beside(&id, &left);
    let visit = Visit::opened().await;
    assert_eq!(opened(&visit, &id).await.answers.get_untracked(), text("new"));
    assert_eq!(left_beside(&id), None);
}

#[wasm_bindgen_test]
async fn a_full_phone_is_said_typing_stays_and_it_is_stored_by_itself_when_there_is_room() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    let store = prototype("IDBObjectStore");
    let put = Reflect::get(&store, &"put".into()).unwrap();
    instead_of(&store, "put", &fails_with("QuotaExceededError"));
    draft.answers.set(answers());
    until(|| draft.saved().get_untracked() == SaveState::Failed(StoreError::Full)).await;
    assert_eq!(draft.answers.get_untracked(), answers());
    assert_eq!(visit.offline.submit(&id, &submission()).await, Err(StoreError::Full));
    assert!(visit.offline.outbox().get_untracked().iter().all(|row| row.application != id), "it is not on its way");
    instead_of(&store, "put", &put);
    for _ in 0..3 {
        // It is tried again every five seconds.
        if matches!(draft.saved().get_untracked(), SaveState::Saved(_)) {
            break;
        }
        health_certificate::api::sleep(Duration::from_secs(4)).await;
    }
    assert!(matches!(draft.saved().get_untracked(), SaveState::Saved(_)));
    drop(visit);
    let visit = Visit::opened().await;
    assert_eq!(opened(&visit, &id).await.answers.get_untracked(), answers());
}

#[wasm_bindgen_test]
async fn a_transaction_that_hangs_is_broken_off_and_made_once_more() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (_, draft) = begun(&visit).await;
    // The next transaction tells nobody that it is complete.
    let page: JsValue = window().into();
    let timer = hurried();
    let transaction = prototype("IDBTransaction");
    let mute = Function::new_with_args(
        "prototype",
        "const real = Object.getOwnPropertyDescriptor(prototype, 'oncomplete');
         globalThis.hung = 0;
         Object.defineProperty(prototype, 'oncomplete', { configurable: true, get: real.get, set(listen) {
           if (hung++ === 0) return;
           real.set.call(this, listen);
         } });
         return () => Object.defineProperty(prototype, 'oncomplete', real);",
    );
    let mend: Function = mute.call1(&JsValue::NULL, &transaction).unwrap().unchecked_into();
    draft.answers.set(answers());
    leptos::task::tick().await;
    assert!(draft.save_now().await, "the second try is told of");
    assert!(Reflect::get(&page, &"hung".into()).unwrap().as_f64() >= Some(2.0));
    mend.call0(&JsValue::NULL).unwrap();
    instead_of(&page, "setTimeout", &timer);
}

#[wasm_bindgen_test]
async fn a_store_that_cannot_be_read_as_a_whole_is_said_and_stops_nobody() {
    empty_phone().await;
    let visit = Visit::opened().await;
    begun(&visit).await;
    drop(visit);
    let store = prototype("IDBObjectStore");
    let all = Reflect::get(&store, &"getAll".into()).unwrap();
    instead_of(&store, "getAll", &fails_with("UnknownError"));
    let visit = Visit::opened().await;
    until(|| visit.offline.storage().get_untracked() == Storage::KeptInPart).await;
    let (_, draft) = begun(&visit).await;
    assert!(draft.writable().get_untracked());
    instead_of(&store, "getAll", &all);
}

#[wasm_bindgen_test]
async fn what_was_erased_is_counted() {
    empty_phone().await;
    in_javascript("", "localStorage.clear();").await;
    let visit = Visit::opened().await;
    visit.offline.erase_all().await.unwrap();
    let visit = Visit::opened().await;
    begun(&visit).await;
    begun(&visit).await;
    let erased = visit.offline.erase_all().await.unwrap();
    let counts = erased.counts;
    assert_eq!((counts.drafts, counts.photos, counts.unsent, counts.at_office), (2, 0, 0, 0));
    assert!(!erased.something_left);
    assert_eq!(visit.offline.was_erased(), Some(erased));
    assert_eq!(visit.offline.was_erased(), None);
}

#[wasm_bindgen_test]
async fn what_did_not_go_with_the_rest_is_told() {
    empty_phone().await;
    in_javascript("", "await caches.open('hc-stays'); caches.delete = () => Promise.resolve(false);").await;
    let erased = Visit::opened().await.offline.erase_all().await.unwrap();
    in_javascript("", "delete caches.delete;").await;
    assert!(erased.something_left);
    assert!(!Visit::opened().await.offline.erase_all().await.unwrap().something_left);
}

#[wasm_bindgen_test]
async fn who_was_erased_without_network_is_signed_out_before_anybody_is_asked_for() {
    empty_phone().await;
    let office = Office::open();
    office.does("office.reached = false;").await;
    let visit = Visit::opened().await;
    visit.offline.erase_all().await.unwrap();
    assert!(visit.offline.signs_out_later().get_untracked(), "it is said");
    // The next person opens it anew: nothing of this page's memory is left.
    drop(visit);
    office.does("office.reached = true; office.asked = [];").await;
    let visit = Visit::opened().await;
    until(|| visit.offline.session().get_untracked() != SessionState::Unknown).await;
    assert_eq!(visit.offline.session().get_untracked(), SessionState::SignedOut);
    assert_eq!(visit.offline.subject().get_untracked(), None);
    office.does("if (office.asked[0] !== 'DELETE /session') throw new Error(office.asked.join());").await;
    assert!(!visit.offline.signs_out_later().get_untracked());
    // Once is enough: whoever signs in now stays.
    office.does("office.signedIn = true;").await;
    visit.offline.check_session().await;
    assert!(visit.offline.session().get_untracked().is_signed_in());
}

#[wasm_bindgen_test]
async fn a_damaged_key_is_said_and_what_lies_under_it_can_be_erased() {
    empty_phone().await;
    let visit = Visit::opened().await;
    begun(&visit).await;
    drop(visit);
    let open = "const open = () => ask(indexedDB.open('hc')); const store = d => d.transaction('open', 'readwrite').objectStore('open');";
    in_javascript("", &format!("{open} const d = await open(); await ask(store(d).put(null, 'key')); d.close();"))
        .await;
    let visit = Visit::opened().await;
    assert_eq!(visit.offline.storage().get_untracked(), Storage::MemoryOnly(WhyMemory::Key));
    visit.offline.erase_all().await.unwrap();
    assert_eq!(visit.offline.storage().get_untracked(), Storage::Kept);
    begun(&visit).await;
    drop(visit);
    assert_eq!(Visit::opened().await.offline.drafts().get_untracked().len(), 1, "the old one is gone");
}

#[wasm_bindgen_test]
async fn taking_back_is_done_as_a_whole_or_not_at_all() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, _) = begun(&visit).await;
    let entry = visit.offline.submit(&id, &submission()).await.unwrap();
    // Nothing of the draft can be written, but an entry can be erased.
    let (store, put) = no_more_turns();
    assert!(visit.offline.take_back(&entry).await.is_err());
    drop(visit);
    instead_of(&store, "put", &put);
    let visit = Visit::opened().await;
    assert!(visit.offline.outbox().get_untracked().iter().any(|row| row.id == entry), "it is on its way still");
    assert!(!opened(&visit, &id).await.writable().get_untracked());
    visit.offline.take_back(&entry).await.unwrap();
    drop(visit);
    let visit = Visit::opened().await;
    let draft = opened(&visit, &id).await;
    until(|| draft.writable().get_untracked()).await;
}

#[wasm_bindgen_test]
async fn a_draft_whose_entry_is_not_there_can_be_changed_again() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, _) = begun(&visit).await;
    let entry = visit.offline.submit(&id, &submission()).await.unwrap();
    drop(visit);
    let erase = "const d = await ask(indexedDB.open('hc'));
        await ask(d.transaction('vault', 'readwrite').objectStore('vault').delete('entry/' + name)); d.close();";
    in_javascript(&entry, erase).await;
    let visit = Visit::opened().await;
    let draft = opened(&visit, &id).await;
    until(|| draft.writable().get_untracked()).await;
}

#[wasm_bindgen_test]
async fn news_of_an_entry_that_cannot_be_read_now_take_nothing_out() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, _) = begun(&visit).await;
    let entry = visit.offline.submit(&id, &submission()).await.unwrap();
    let store = prototype("IDBObjectStore");
    let get = Reflect::get(&store, &"get".into()).unwrap();
    let fails = "globalThis.reads = 0;
        return function (key) {
            if (!String(key).startsWith('entry/')) return get.call(this, key);
            globalThis.reads++;
            throw new DOMException('', 'UnknownError');
        }";
    instead_of(&store, "get", &Function::new_with_args("get", fails).call1(&JsValue::NULL, &get).unwrap());
    in_javascript(
        &entry,
        "const line = new BroadcastChannel('hc'); line.postMessage(JSON.stringify({ Entry: name })); line.close();",
    )
    .await;
    let page: JsValue = window().into();
    until(|| Reflect::get(&page, &"reads".into()).unwrap().as_f64() >= Some(2.0)).await;
    assert!(visit.offline.outbox().get_untracked().iter().any(|row| row.id == entry));
    instead_of(&store, "get", &get);
}

#[wasm_bindgen_test]
async fn a_refused_beginning_leaves_when_the_application_is_handed_over_again() {
    empty_phone().await;
    let office = Office::open();
    office.does("office.formIsOld = true;").await;
    let visit = Visit::opened().await;
    let offline = visit.offline;
    until(|| offline.session().get_untracked().is_signed_in()).await;
    let (id, _) = begun(&visit).await;
    let rows = |what| -> Vec<_> {
        let all = offline.outbox().get_untracked();
        all.into_iter().filter(|row| row.application == id && row.what == what).collect()
    };
    let first = offline.submit(&id, &submission()).await.unwrap();
    until(|| rows(What::Submit).iter().any(|row| matches!(row.state, State::SetAside(_)))).await;
    let refused = rows(What::Begin);
    assert!(matches!(&refused[..], [row] if matches!(row.state, State::SetAside(_))));
    // What goes out no more by itself is not there all the same.
    let aside = offline.outbox().get_untracked().iter().filter(|row| matches!(row.state, State::SetAside(_))).count();
    assert_eq!((aside >= 2, offline.not_there_yet() - offline.waiting()), (true, aside));
    // Out of reach again, so that the next one waits.
    office.does("office.reached = false;").await;
    let second = offline.submit(&id, &submission()).await.unwrap();
    assert_ne!(first, second);
    let begins = rows(What::Begin);
    assert!(matches!(&begins[..], [row] if row.id != refused[0].id), "{begins:?}");
    let submits = rows(What::Submit);
    assert!(matches!(&submits[..], [row] if row.id == second && !row.state.is_settled()), "{submits:?}");
}
