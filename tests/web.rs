//! What only a browser can prove: that drafts come back, that nothing personal lies readable, that the key cannot be read out.
#![cfg(target_family = "wasm")]

#[path = "web/copies.rs"]
mod copies;
#[path = "web/element.rs"]
mod element;
#[path = "web/filled.rs"]
mod filled;
#[path = "web/filled_rows.rs"]
mod filled_rows;
#[path = "web/filled_words.rs"]
mod filled_words;
#[path = "web/instances.rs"]
mod instances;
#[path = "web/item.rs"]
mod item;
#[path = "web/list.rs"]
mod list;
#[path = "web/mistakes.rs"]
mod mistakes;
#[path = "storage/office.rs"]
mod office;
#[path = "web/pages.rs"]
mod pages;
#[path = "web/part.rs"]
mod part;
#[path = "web/photos.rs"]
mod photos;
#[path = "web/pressed.rs"]
mod pressed;
#[path = "reading.rs"]
mod reading;
#[path = "web/sheet.rs"]
mod sheet;
#[path = "web/signing_in.rs"]
mod signing_in;
#[path = "web/told.rs"]
mod told;
#[path = "visit.rs"]
mod visit;
#[path = "web/words.rs"]
mod words;

use contract::api::Submission;
use contract::questionnaire::{PATTERN_CASES, Pattern};
use health_certificate::api::sleep;
use health_certificate::form::BrowserPatterns;
use health_certificate::offline::{DraftState, ImportError, Owner, SaveState, State, Storage, What, WhyMemory};
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use leptos::prelude::*;
use std::time::Duration;
use visit::{PLANTED, Visit, answers, begun, in_hand, in_javascript, instead_of, opened, photo, submission, until};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Blob, CryptoKey, IdbDatabase, IdbRequest};

wasm_bindgen_test_configure!(run_in_browser);

async fn done(request: &IdbRequest) -> JsValue {
    let settled = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(settled).await.unwrap();
    request.result().unwrap()
}

/// Every value of every store, as the browser has it.
async fn everything_stored() -> Vec<JsValue> {
    let request = window().indexed_db().unwrap().unwrap().open("hc").unwrap();
    let database: IdbDatabase = done(request.as_ref()).await.unchecked_into();
    let mut all = Vec::new();
    for store in ["vault", "open"] {
        let transaction = database.transaction_with_str(store).unwrap();
        let values: Array = done(&transaction.object_store(store).unwrap().get_all().unwrap()).await.unchecked_into();
        all.extend(values.iter());
    }
    database.close();
    all
}

/// All bytes and texts in a value.
fn bytes_of(value: &JsValue) -> Vec<u8> {
    if let Some(text) = value.as_string() {
        return text.into_bytes();
    }
    if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
        return bytes.to_vec();
    }
    if let Some(buffer) = value.dyn_ref::<js_sys::ArrayBuffer>() {
        return Uint8Array::new(buffer).to_vec();
    }
    value.dyn_ref::<Array>().map(|array| array.iter().flat_map(|part| bytes_of(&part)).collect()).unwrap_or_default()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

async fn text_of(blob: &Blob) -> Vec<u8> {
    Uint8Array::new(&JsFuture::from(blob.array_buffer()).await.unwrap()).to_vec()
}

#[wasm_bindgen_test]
async fn what_is_typed_is_there_again_after_the_page_was_killed() {
    let visit = Visit::opened().await;
    let (id, draft) = in_hand(&visit).await;
    draft.answers.set(answers());
    draft.step.set(Some("person".into()));
    until(|| matches!(draft.saved().get_untracked(), SaveState::Saved(_))).await;
    drop(visit);

    let visit = Visit::opened().await;
    let listed = visit.offline.drafts().get_untracked();
    let mine = listed.iter().find(|draft| draft.id.application == id).unwrap();
    assert_eq!((mine.owner, mine.state), (Owner::ThisPhone, DraftState::Editing));
    let draft = opened(&visit, &id).await;
    assert_eq!(draft.answers.get_untracked(), answers());
    assert_eq!(draft.step.get_untracked().as_deref(), Some("person"));
}

#[wasm_bindgen_test]
async fn nothing_personal_lies_readable_in_the_database() {
    let visit = Visit::opened().await;
    let (id, draft) = in_hand(&visit).await;
    draft.answers.set(answers());
    assert!(draft.save_now().await);
    visit.offline.keep_document(photo(&id, PLANTED.as_bytes())).await.unwrap();
    let planted = Submission { answers: serde_json::json!({ "planted": PLANTED }), ..submission() };
    visit.offline.submit(&id, &planted).await.unwrap();
    let stored = everything_stored().await;
    assert!(stored.len() > 4, "{}", stored.len());
    let mut stored = stored;
    for storage in [window().local_storage(), window().session_storage()].into_iter().map(|it| it.unwrap().unwrap()) {
        let names = (0..storage.length().unwrap()).filter_map(|at| storage.key(at).unwrap());
        stored.extend(
            names.map(|name| format!("{name} {}", storage.get_item(&name).unwrap().unwrap_or_default()).into()),
        );
    }
    for value in stored {
        let bytes = bytes_of(&value);
        for planted in [PLANTED, "11010519491231002X", "planted", "张伟"] {
            assert!(!contains(&bytes, planted.as_bytes()), "{planted} lies readable");
        }
    }
}

#[wasm_bindgen_test]
async fn the_key_cannot_be_read_out() {
    let visit = Visit::opened().await;
    let keys: Vec<CryptoKey> =
        everything_stored().await.into_iter().filter_map(|value| value.dyn_into::<CryptoKey>().ok()).collect();
    assert_eq!(keys.len(), 1);
    assert!(!keys[0].extractable());
    let subtle = window().crypto().unwrap().subtle();
    let exported = JsFuture::from(subtle.export_key("raw", &keys[0]).unwrap()).await;
    assert!(exported.is_err());
    drop(visit);
}

#[wasm_bindgen_test]
async fn a_double_tap_submits_once_and_the_draft_is_frozen() {
    let visit = Visit::opened().await;
    let offline = visit.offline;
    let (id, draft) = in_hand(&visit).await;
    let submission = submission();
    let first = offline.submit(&id, &submission).await.unwrap();
    let second = offline.submit(&id, &submission).await.unwrap();
    assert_eq!(first, second);
    let rows = offline.outbox().get_untracked();
    let submits: Vec<_> = rows.iter().filter(|row| row.application == id && row.what == What::Submit).collect();
    assert_eq!(submits.len(), 1);
    assert!(matches!(submits[0].state, State::Queued(_)));
    assert!(!draft.writable().get_untracked());
    drop(visit);

    // It is still waiting after the page was killed, and can be taken back because it never left.
    let visit = Visit::opened().await;
    let offline = visit.offline;
    assert!(offline.outbox().get_untracked().iter().any(|row| row.id == first));
    offline.take_back(&first).await.unwrap();
    let draft = opened(&visit, &id).await;
    until(|| draft.writable().get_untracked()).await;
}

#[wasm_bindgen_test]
async fn without_storage_everything_works_but_outlives_nothing() {
    let window_object: JsValue = window().into();
    let storage = Reflect::get(&window_object, &"indexedDB".into()).unwrap();
    let define: Function =
        Reflect::get(&js_sys::Object::new().constructor(), &"defineProperty".into()).unwrap().unchecked_into();
    let replace = |value: &JsValue| {
        let property = js_sys::Object::new();
        Reflect::set(&property, &"value".into(), value).unwrap();
        Reflect::set(&property, &"configurable".into(), &JsValue::TRUE).unwrap();
        define.call3(&JsValue::NULL, &window_object, &"indexedDB".into(), &property).unwrap();
    };
    replace(&JsValue::NULL);
    let visit = Visit::opened().await;
    assert_eq!(visit.offline.storage().get_untracked(), Storage::MemoryOnly(WhyMemory::Disabled));
    let (_, draft) = in_hand(&visit).await;
    draft.answers.set(answers());
    assert!(draft.save_now().await);
    assert_eq!(draft.saved().get_untracked(), SaveState::MemoryOnly(WhyMemory::Disabled));
    replace(&storage);
}

#[wasm_bindgen_test]
async fn erasing_leaves_nothing() {
    let visit = Visit::opened().await;
    begun(&visit).await;
    let there_was: Vec<Vec<u8>> = everything_stored().await.iter().map(bytes_of).collect();
    visit.offline.erase_all().await.unwrap();
    let left = everything_stored().await;
    let left: Vec<Vec<u8>> = left.iter().filter(|value| !value.is_instance_of::<CryptoKey>()).map(bytes_of).collect();
    // The key of last words of whoever comes next, and nothing of what was.
    assert_eq!(left.len(), 1);
    assert!(left.iter().all(|value| !there_was.contains(value)));
    assert!(visit.offline.drafts().get_untracked().is_empty());
}

#[wasm_bindgen_test]
async fn without_web_locks_only_one_tab_changes_a_draft() {
    let navigator: JsValue = window().navigator().into();
    let locks = Reflect::get(&navigator, &"locks".into()).unwrap();
    instead_of(&navigator, "locks", &JsValue::UNDEFINED);
    let first = Visit::opened().await;
    let (id, here) = begun(&first).await;
    let second = Visit::opened().await;
    let there = opened(&second, &id).await;
    until(|| !there.writable().get_untracked()).await;
    assert!(here.writable().get_untracked());
    there.take_over();
    until(|| there.writable().get_untracked()).await;
    until(|| !here.writable().get_untracked()).await;
    instead_of(&navigator, "locks", &locks);
}

#[wasm_bindgen_test]
async fn a_database_that_never_opens_stops_nobody() {
    let window_object: JsValue = window().into();
    let storage = Reflect::get(&window_object, &"indexedDB".into()).unwrap();
    let mute = js_sys::Object::new();
    // A request that nothing comes of.
    let open = Function::new_no_args("return { readyState: 'pending' }");
    Reflect::set(&mute, &"open".into(), &open).unwrap();
    instead_of(&window_object, "indexedDB", &mute);
    let visit = Visit::new();
    while visit.offline.storage().get_untracked() == Storage::Opening {
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(visit.offline.storage().get_untracked(), Storage::MemoryOnly(WhyMemory::Closed));
    let (_, draft) = in_hand(&visit).await;
    draft.answers.set(answers());
    assert!(draft.save_now().await);
    instead_of(&window_object, "indexedDB", &storage);
}

/// Writes a value over a record, as somebody would who can reach the files but not the key.
async fn overwrite(key: &str, change: impl FnOnce(JsValue) -> JsValue) {
    let request = window().indexed_db().unwrap().unwrap().open("hc").unwrap();
    let database: IdbDatabase = done(request.as_ref()).await.unchecked_into();
    let store = |mode| database.transaction_with_str_and_mode("vault", mode).unwrap().object_store("vault").unwrap();
    let value = done(&store(web_sys::IdbTransactionMode::Readonly).get(&key.into()).unwrap()).await;
    let store = store(web_sys::IdbTransactionMode::Readwrite);
    done(&store.put_with_key(&change(value), &key.into()).unwrap()).await;
    database.close();
}

#[wasm_bindgen_test]
async fn a_record_that_was_tampered_with_is_set_aside_and_said_and_the_rest_opens() {
    let visit = Visit::opened().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let (id, draft) = in_hand(&visit).await;
        draft.answers.set(answers());
        assert!(draft.save_now().await);
        ids.push(id);
    }
    drop(visit);
    let key = format!("draft/{}/application/0", ids[0]);
    overwrite(&key, |sealed| {
        let bytes = Uint8Array::new(&sealed.unchecked_ref::<Array>().get(1));
        bytes.set_index(20, bytes.get_index(20) ^ 1);
        sealed
    })
    .await;

    let visit = Visit::opened().await;
    until(|| visit.offline.storage().get_untracked() == Storage::KeptInPart).await;
    let listed = visit.offline.drafts().get_untracked();
    assert!(!listed.iter().any(|draft| draft.id.application == ids[0]));
    let draft = opened(&visit, &ids[1]).await;
    assert_eq!(draft.answers.get_untracked(), answers());
    // It lies where it was: nothing is thrown away that somebody might still open.
    overwrite(&key, |sealed| {
        assert!(sealed.is_instance_of::<Array>());
        sealed
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_stuck_application_goes_to_another_phone_as_a_file_with_the_same_key() {
    let visit = Visit::opened().await;
    let offline = visit.offline;
    let (id, draft) = in_hand(&visit).await;
    draft.answers.set(answers());
    assert!(draft.save_now().await);
    let document = offline.keep_document(photo(&id, PLANTED.as_bytes())).await.unwrap();
    let planted = Submission { answers: serde_json::json!({ "planted": PLANTED }), ..submission() };
    let entry = offline.submit(&id, &planted).await.unwrap();
    let sealed = offline.export_application(&id, Some("four calm words here")).await.unwrap().text;
    assert!(!contains(sealed.as_bytes(), b"planted") && !contains(sealed.as_bytes(), "张伟".as_bytes()));
    let open = offline.export_application(&id, None).await.unwrap().text;
    // Another phone: nothing of it is here, and the key is another.
    offline.erase_all().await.unwrap();
    drop(visit);

    let visit = Visit::opened().await;
    let offline = visit.offline;
    let import = |text: String, words: &'static str| async move { offline.import_application(&text, words).await };
    let short: String = sealed.chars().take(sealed.len() / 2).collect();
    assert_eq!(import(short, "four calm words here").await, Err(ImportError::NotWhole));
    assert_eq!(import("[]".into(), "").await, Err(ImportError::NotWhole));
    assert_eq!(import(sealed.clone(), "other words").await, Err(ImportError::Passphrase));
    let newer = sealed.replace("\"version\":1", "\"version\":2");
    assert_eq!(import(newer, "four calm words here").await, Err(ImportError::Newer));
    assert!(offline.outbox().get_untracked().is_empty() && offline.drafts().get_untracked().is_empty());

    assert_eq!(import(sealed, "four calm words here").await, Ok(id.clone()));
    assert!(offline.outbox().get_untracked().iter().any(|row| row.id == entry && row.what == What::Submit));
    assert_eq!(text_of(&offline.document_blob(&document).await.unwrap()).await, PLANTED.as_bytes());
    let draft = opened(&visit, &id).await;
    assert_eq!(draft.answers.get_untracked(), answers());
    // Twice, and open this time: what is here stays, and nothing is doubled.
    assert_eq!(import(open, "").await, Ok(id.clone()));
    assert_eq!(offline.outbox().get_untracked().iter().filter(|row| row.what == What::Submit).count(), 1);
}

#[wasm_bindgen_test]
async fn a_record_of_a_newer_version_is_left_as_it_is_and_said() {
    let visit = Visit::opened().await;
    let (id, _) = begun(&visit).await;
    drop(visit);
    let newer = "draft/11111111-1111-4111-8111-111111111111/application/0";
    in_javascript(
        newer,
        "const database = await ask(indexedDB.open('hc'));
         const key = await ask(database.transaction('open').objectStore('open').get('key'));
         const iv = crypto.getRandomValues(new Uint8Array(12));
         const additionalData = new TextEncoder().encode(name);
         const plain = new TextEncoder().encode('{\"shape\":9,\"head\":\"elsewhere\"}');
         const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, plain);
         await ask(database.transaction('vault', 'readwrite').objectStore('vault').put([iv, sealed], name));
         database.close();",
    )
    .await;
    let visit = Visit::opened().await;
    until(|| visit.offline.storage().get_untracked() == Storage::KeptInPart).await;
    assert!(visit.offline.drafts().get_untracked().iter().any(|draft| draft.id.application == id));
    overwrite(newer, |sealed| {
        assert!(sealed.is_instance_of::<Array>(), "it lies where it was");
        sealed
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_database_of_a_newer_version_is_said_and_stops_nobody() {
    in_javascript(
        "hc",
        "await ask(indexedDB.deleteDatabase(name));
         (await ask(indexedDB.open(name, 2))).close();",
    )
    .await;
    let visit = Visit::opened().await;
    assert_eq!(visit.offline.storage().get_untracked(), Storage::MemoryOnly(WhyMemory::Closed));
    let (_, draft) = in_hand(&visit).await;
    draft.answers.set(answers());
    assert!(draft.save_now().await);
    assert_eq!(draft.saved().get_untracked(), SaveState::MemoryOnly(WhyMemory::Closed));
    drop(visit);
    in_javascript("hc", "await ask(indexedDB.deleteDatabase(name));").await;
}

#[wasm_bindgen_test]
fn the_browser_judges_patterns_as_the_server_does() {
    for (pattern, text, expected) in PATTERN_CASES {
        assert_eq!(BrowserPatterns.matches(pattern, text), expected, "{pattern} {text}");
    }
}
