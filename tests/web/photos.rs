//! Photos that are kept: they wait for the consent, are named by a stored draft, and are told of after a kill.
use super::visit::{FORM, Visit, answers, in_hand, instead_of, naming, opened, photo, until};
use super::{overwrite, text_of};
use contract::questionnaire::{Attachment, Form, Pointer};
use health_certificate::documents::{Given, Parts, attachment};
use health_certificate::form::{AttachmentHole, ConsentAsked};
use health_certificate::i18n::I18n;
use health_certificate::offline::{FormKind, NewDocument, Offline, SaveState, StoreError, What};
use health_certificate::reactive::{RwSignal, derive};
use health_certificate::ui::PartMissing;
use js_sys::{Array, Function, Reflect, Uint8Array};
use leptos::prelude::*;
use std::sync::{Arc, Mutex};
use wasm_bindgen::{JsCast, JsValue};
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
    let (root, given, handle) = on_page(offline, &id);
    until(|| given.lock().unwrap().iter().any(|it| it.document == document.id)).await;
    assert!(root.text_content().unwrap().contains("照片也收好了"));
    drop(handle);
    root.remove();
}

/// The item of the portrait on a page of its own: where it is, and what its answer becomes.
fn on_page(offline: Offline, id: &str) -> (web_sys::HtmlElement, Arc<Mutex<Vec<Attachment>>>, impl Sized) {
    let form = Form::load(include_str!("../../forms/health-certificate.questionnaire.json")).unwrap();
    let item = Arc::new(form.item("documents.portrait").unwrap().clone());
    let root: web_sys::HtmlElement = document_root();
    let given: Arc<Mutex<Vec<Attachment>>> = Arc::default();
    let told = given.clone();
    let application = id.to_owned();
    let handle = leptos::mount::mount_to(root.clone(), move || {
        provide_context(I18n::new("zh-CN"));
        provide_context(offline);
        let answers: RwSignal<Vec<Attachment>> = RwSignal::new(Vec::new());
        attachment(Given {
            hole: AttachmentHole {
                application: application.clone(),
                pointer: Pointer::item("id-front"),
                item: item.clone(),
                answers: answers.into(),
                on_change: Callback::new(move |all: Vec<Attachment>| {
                    told.lock().unwrap().clone_from(&all);
                    answers.set(all);
                }),
                label: derive(|| "证件照".to_owned()),
                label_lang: None,
                hint_lang: None,
                hint: derive(|| None),
                because: derive(|| None),
                error: derive(|| None),
                words: derive(|| None),
                said_at: derive(|| None),
                refused: Vec::new(),
                closed: derive(|| false),
                consent: derive(ConsentAsked::default),
                input_id: "photo".into(),
                first: false,
            },
            form: FormKind::Application,
            assets: "/".into(),
            parts: Parts {
                editor: |_| Box::pin(async { Err(PartMissing) }),
                camera: |_| Box::pin(async { Err(PartMissing) }),
            },
        })
    });
    (root, given, handle)
}

const CHOOSES: &str = "const canvas = document.createElement('canvas'); [canvas.width, canvas.height] = [600, 800];
    const pen = canvas.getContext('2d'); pen.fillStyle = '#ddd'; pen.fillRect(0, 0, 600, 800);
    for (let at = 0; at < 400; at++) { pen.fillStyle = at % 2 ? '#222' : '#fff'; pen.fillRect((at * 97) % 500 + 50, (at * 61) % 600 + 150, 20, 20); }
    canvas.toBlob(blob => {
        const input = [...root.querySelectorAll('input[type=file]')].pop(), chosen = new DataTransfer();
        chosen.items.add(new File([blob], 'photo.jpg')); input.files = chosen.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));
    }, 'image/jpeg');";

fn button(root: &web_sys::HtmlElement, words: &str) -> Option<web_sys::HtmlElement> {
    let find = "return [...root.querySelectorAll('button')].find(it => it.textContent.includes(words))";
    let found = Function::new_with_args("root, words", find).call2(&JsValue::NULL, root, &words.into()).unwrap();
    found.dyn_into().ok()
}

#[wasm_bindgen_test]
async fn a_photo_that_a_full_phone_did_not_store_is_here_still_and_stored_when_there_is_room() {
    let visit = Visit::opened().await;
    let (id, _) = in_hand(&visit).await;
    let (root, given, handle) = on_page(visit.offline, &id);
    let store = Reflect::get(&Reflect::get(&window(), &"IDBObjectStore".into()).unwrap(), &"prototype".into()).unwrap();
    let put = Reflect::get(&store, &"put".into()).unwrap();
    instead_of(&store, "put", &Function::new_no_args("throw new DOMException('', 'QuotaExceededError')"));
    Function::new_with_args("root", CHOOSES).call1(&JsValue::NULL, &root).unwrap();
    until(|| {
        if let Some(keep) = button(&root, "就用这张") {
            keep.click();
        }
        root.text_content().unwrap().contains("手机存满了")
    })
    .await;
    instead_of(&store, "put", &put);
    let undecided = || visit.offline.is_undecided(&id, &Pointer::item("id-front"));
    until(undecided).await;
    button(&root, "再存一次").unwrap().click();
    until(|| given.lock().unwrap().len() == 1).await;
    until(|| !undecided()).await;
    drop(handle);
    root.remove();
}

fn document_root() -> web_sys::HtmlElement {
    let root = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&root).unwrap();
    root.unchecked_into()
}
