//! A visit to the page in a browser test: the shell with what it keeps, and a browser that can be bent.
use chrono::NaiveDate;
use contract::api::{Instant, Submission};
use contract::questionnaire::{Answers, Attachment, Pointer, Value};
use health_certificate::api::{Api, sleep};
use health_certificate::offline::{Draft, DraftId, FormKind, LoadOffice, NewDocument, OFFICE, Offline, Storage};
use js_sys::{Function, Promise, Reflect, Uint8Array};
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

pub(crate) const FORM: &str = "health-certificate|2026.11.1";
pub(crate) const PLANTED: &str = "张伟 11010519491231002X planted";

/// One visit to the page: the shell with what it keeps, and what ends it.
pub(crate) struct Visit {
    pub(crate) offline: Offline,
    _handle: Box<dyn std::any::Any>,
}

impl Visit {
    /// A server that nobody reaches: everything is as in a lift.
    pub(crate) fn new() -> Self {
        Self::with(|| Box::pin(async { Some(OFFICE) }))
    }

    /// The same with what faces the office, or without it.
    pub(crate) fn with(office: LoadOffice) -> Self {
        Self::on(office, |at| at.date_naive())
    }

    /// The same where the office has this day.
    pub(crate) fn on(office: LoadOffice, day_at_office: fn(Instant) -> NaiveDate) -> Self {
        let begun: Rc<RefCell<Option<Offline>>> = Rc::default();
        let shell = begun.clone();
        let root = document().create_element("div").unwrap();
        let handle = leptos::mount::mount_to(root.unchecked_into(), move || {
            *shell.borrow_mut() =
                Some(Offline::start(Api::new("http://127.0.0.1:9", "zh-CN"), "/", office, Box::new(day_at_office)));
        });
        let offline = begun.borrow_mut().take().unwrap();
        Self { offline, _handle: Box::new(handle) }
    }

    pub(crate) async fn opened() -> Self {
        Self::new().open().await
    }

    /// Opens what this phone keeps.
    pub(crate) async fn open(self) -> Self {
        until(|| self.offline.storage().get_untracked() != Storage::Opening).await;
        // What faces the office comes when something of it is kept; here it is wanted at once.
        assert!(self.offline.whole().await);
        self
    }
}

pub(crate) async fn until(mut met: impl FnMut() -> bool) {
    // Long enough for a machine that does much else.
    for _ in 0..3000 {
        if met() {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("waited in vain");
}

pub(crate) fn answers() -> Answers {
    let mut answers = Answers::default();
    answers.set(Pointer::item("name"), vec![Value::Text(PLANTED.into())]);
    answers
}

/// A new draft in hand, of which nothing is stored yet.
pub(crate) async fn in_hand(visit: &Visit) -> (String, Draft) {
    let id = visit.offline.begin_draft(FORM);
    let draft = opened(visit, &id).await;
    (id, draft)
}

/// A new draft that is stored.
pub(crate) async fn begun(visit: &Visit) -> (String, Draft) {
    let (id, draft) = in_hand(visit).await;
    assert!(draft.save_now().await);
    (id, draft)
}

pub(crate) async fn opened(visit: &Visit, id: &str) -> Draft {
    visit.offline.open_draft(&DraftId::application(id), "").await.unwrap()
}

pub(crate) fn submission() -> Submission {
    Submission {
        questionnaire: FORM.into(),
        answers: serde_json::json!({}),
        documents: std::collections::BTreeMap::new(),
        draft: None,
    }
}

/// A photo for the front of a card, not kept yet.
pub(crate) fn photo(application: &str, bytes: &[u8]) -> NewDocument {
    NewDocument {
        application: application.into(),
        form: FormKind::Application,
        pointer: Pointer::item("id-front"),
        media_type: "image/jpeg".into(),
        pages: None,
        insisted: Vec::new(),
        chosen: None,
        bytes: Uint8Array::from(bytes),
        bare: None,
        thumbnail: None,
        instead: Vec::new(),
        more: false,
    }
}

/// What answers its item with these documents.
pub(crate) fn naming(documents: &[&str]) -> Answers {
    let attachment = |id: &&str| Attachment {
        document: (*id).to_owned(),
        sha256: None,
        content_type: Some("image/jpeg".into()),
        size: None,
        title: None,
    };
    let mut answers = answers();
    answers.set(Pointer::item("id-front"), documents.iter().map(|id| Value::Attachment(attachment(id))).collect());
    answers
}

/// Puts something else in the place of a member of an object, until the test has done.
pub(crate) fn instead_of(object: &JsValue, name: &str, value: &JsValue) {
    let property = js_sys::Object::new();
    Reflect::set(&property, &"value".into(), value).unwrap();
    Reflect::set(&property, &"configurable".into(), &JsValue::TRUE).unwrap();
    let define: Function =
        Reflect::get(&js_sys::Object::new().constructor(), &"defineProperty".into()).unwrap().unchecked_into();
    define.call3(&JsValue::NULL, object, &name.into(), &property).unwrap();
}

/// Runs a piece of JavaScript with one argument, and waits for it.
pub(crate) async fn in_javascript(argument: &str, code: &str) {
    let ask = "const ask = r => new Promise((done, failed) => { r.onsuccess = () => done(r.result); r.onerror = failed; r.onblocked = failed; });";
    let function = Function::new_with_args("name", &format!("return (async () => {{ {ask} {code} }})()"));
    let promise: Promise = function.call1(&JsValue::NULL, &argument.into()).unwrap().unchecked_into();
    JsFuture::from(promise).await.unwrap();
}
