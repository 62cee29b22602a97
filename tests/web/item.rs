//! One item that asks for a photo, in its card: what is decided there, what is said, and where the focus is.
use super::office::Office;
use super::reading::Reads as _;
use super::visit::{Visit, begun, in_hand, instead_of, until};
use contract::questionnaire::{Attachment, Form, Pointer};
use health_certificate::api::sleep;
use health_certificate::documents::{Given, Parts, attachment};
use health_certificate::form::{AttachmentHole, ConsentAsked};
use health_certificate::i18n::I18n;
use health_certificate::offline::{FormKind, Offline, SignOutError, Undecided, Unstored};
use health_certificate::reactive::{RwSignal, derive};
use health_certificate::ui::{Announcer, PartMissing, elements_in, live, live_region};
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

thread_local! {
    /// How often a live camera was to open, and what edits a picture.
    static CAMERAS: Cell<u32> = const { Cell::new(0) };
    static EDITORS: Cell<u32> = const { Cell::new(0) };
}

/// Chooses a photo of 600 by 800, as a person does: what chooses is pressed first.
const PHOTO: &str = "const canvas = document.createElement('canvas'); [canvas.width, canvas.height] = [600, 800];
    const pen = canvas.getContext('2d'); pen.fillStyle = '#ddd'; pen.fillRect(0, 0, 600, 800);
    for (let at = 0; at < 400; at++) { pen.fillStyle = at % 2 ? '#222' : '#fff'; pen.fillRect((at * 97) % 500 + 50, (at * 61) % 600 + 150, 20, 20); }
    canvas.toBlob(blob => choose(blob), 'image/jpeg');";
/// Chooses what is no photo.
const WORDS: &str = "choose(new Blob(['words']));";

const CHOOSES: &str = "const choose = blob => {
        const input = [...root.querySelectorAll('input[type=file]')].pop(), chosen = new DataTransfer();
        input.focus(); input.dispatchEvent(new MouseEvent('click', { bubbles: true }));
        chosen.items.add(new File([blob], 'photo.jpg')); input.files = chosen.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));
    };";

/// The item of the portrait on a page of its own, as long as this is kept.
pub(crate) struct Card {
    root: HtmlElement,
    answers: RwSignal<Vec<Attachment>>,
    /// Its page is open.
    page: RwSignal<bool>,
    _handle: Box<dyn std::any::Any>,
}

impl Card {
    pub(crate) fn of(offline: Offline, id: &str, answered: Vec<Attachment>) -> Self {
        Self::with(offline, id, answered, |_| ())
    }

    /// The same of what is changed in it.
    fn with(offline: Offline, id: &str, answered: Vec<Attachment>, change: fn(&mut Given)) -> Self {
        let form = Form::load(include_str!("../../forms/health-certificate.questionnaire.json")).unwrap();
        let item = Arc::new(form.item("documents.portrait").unwrap().clone());
        let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&root).unwrap();
        let (application, made) = (id.to_owned(), Rc::new(Cell::new(None)));
        let told = made.clone();
        let handle = leptos::mount::mount_to(root.clone(), move || {
            let (answers, page, announcer) = (RwSignal::new(answered), RwSignal::new(true), Announcer::new());
            told.set(Some((answers, page)));
            provide_context(I18n::new("Asia/Shanghai"));
            provide_context(offline);
            provide_context(announcer);
            let mut given = Given {
                hole: AttachmentHole {
                    application,
                    pointer: Pointer::item("id-front"),
                    item,
                    answers: answers.into(),
                    on_change: Callback::new(move |all: Vec<Attachment>| answers.set(all)),
                    label: derive(|| "证件照".to_owned()),
                    label_lang: None,
                    hint_lang: None,
                    hint: derive(|| None),
                    because: derive(|| None),
                    error: derive(|| None),
                    said: None,
                    refused: Vec::new(),
                    closed: derive(|| false),
                    consent: derive(ConsentAsked::default),
                    input_id: "photo".into(),
                    headed: false,
                    in_group: false,
                    first: false,
                },
                form: FormKind::Application,
                assets: "/".into(),
                parts: Parts {
                    editor: |_| {
                        EDITORS.set(EDITORS.get() + 1);
                        Box::pin(async { Err(PartMissing) })
                    },
                    camera: |_| {
                        CAMERAS.set(CAMERAS.get() + 1);
                        Box::pin(async { Err(PartMissing) })
                    },
                },
            };
            change(&mut given);
            (live(move || page.get().then(|| untrack(|| attachment(given.clone())))), live_region(announcer))
        });
        let (answers, page) = made.take().unwrap();
        Self { root, answers, page, _handle: Box::new(handle) }
    }

    pub(crate) fn reads(&self) -> String {
        self.root.words()
    }

    pub(crate) fn names(&self, document: &str) -> bool {
        self.answers.get_untracked().iter().any(|it| it.document == document)
    }

    fn chooses(&self, what: &str) {
        let choose = Function::new_with_args("root", &format!("{CHOOSES} {what}"));
        choose.call1(&JsValue::NULL, &self.root).unwrap();
    }

    /// The last button with these words: that of a dialog stands behind the one that opens it.
    fn button(&self, words: &str) -> Option<HtmlElement> {
        elements_in(&self.root, "button").into_iter().rfind(|it| it.words().contains(words))
    }

    fn press(&self, words: &str) {
        let button = self.button(words).unwrap();
        button.focus().unwrap();
        button.click();
    }

    fn hears(&self) -> String {
        self.root.query_selector("[aria-live]").unwrap().unwrap().words()
    }

    fn has_focus(&self) -> bool {
        let card = self.root.query_selector("#photo").unwrap();
        card.is_some() && document().active_element() == card
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        self.root.remove();
    }
}

/// Nothing can be stored until the first is put back in its place.
fn full() -> (JsValue, JsValue) {
    let store = Reflect::get(&Reflect::get(&window(), &"IDBObjectStore".into()).unwrap(), &"prototype".into()).unwrap();
    let put = Reflect::get(&store, &"put".into()).unwrap();
    instead_of(&store, "put", &Function::new_no_args("throw new DOMException('', 'QuotaExceededError')"));
    (store, put)
}

/// The card of an item for which a photo was chosen that a full phone did not store; there is room again.
async fn not_stored(visit: &Visit, id: &str) -> Card {
    let card = Card::of(visit.offline, id, Vec::new());
    let (store, put) = full();
    card.chooses(PHOTO);
    until(|| {
        if let Some(keep) = card.button("就用这张") {
            keep.click();
        }
        card.reads().contains("手机存满了")
    })
    .await;
    instead_of(&store, "put", &put);
    card
}

#[wasm_bindgen_test]
async fn a_photo_that_a_full_phone_did_not_store_is_here_still_and_stored_when_there_is_room() {
    let visit = Visit::opened().await;
    let (id, _) = in_hand(&visit).await;
    let card = not_stored(&visit, &id).await;
    let undecided = || visit.offline.undecided(&id, &Pointer::item("id-front"));
    until(|| undecided() == Some(Undecided::Asked)).await;
    card.press("再存一次");
    until(|| card.answers.with_untracked(Vec::len) == 1).await;
    until(|| undecided().is_none()).await;
}

#[wasm_bindgen_test]
async fn nobody_is_signed_out_of_a_photo_that_is_in_memory_only() {
    let visit = Visit::opened().await;
    let (id, _) = in_hand(&visit).await;
    let card = not_stored(&visit, &id).await;
    assert_eq!(visit.offline.store_all().await, Err(Unstored::Photo));
    assert_eq!(visit.offline.sign_out().await, Err(SignOutError::NotStored(Unstored::Photo)));
    card.press("再存一次");
    until(|| card.answers.with_untracked(Vec::len) == 1).await;
    assert_eq!(visit.offline.store_all().await, Ok(()));
}

#[wasm_bindgen_test]
async fn nothing_that_was_chosen_stays_in_memory_when_all_is_erased() {
    let visit = Visit::opened().await;
    let (id, _) = in_hand(&visit).await;
    let card = not_stored(&visit, &id).await;
    visit.offline.erase_all().await.unwrap();
    until(|| !elements_in(&card.root, ".hc-card").iter().any(|it| it.words().contains("手机存满了"))).await;
    assert_eq!(visit.offline.undecided(&id, &Pointer::item("id-front")), None);
}

#[wasm_bindgen_test]
async fn what_is_kept_and_removed_is_said_and_the_focus_stays_in_its_card() {
    let visit = Visit::opened().await;
    let (id, _) = in_hand(&visit).await;
    let card = Card::of(visit.offline, &id, Vec::new());
    card.chooses(PHOTO);
    until(|| card.hears().contains("证件照：正在看清不清楚")).await;
    until(|| card.has_focus()).await;
    until(|| {
        if card.button("就用这张").is_some() {
            card.press("就用这张");
        }
        card.answers.with_untracked(Vec::len) == 1
    })
    .await;
    until(|| card.hears().contains("证件照：在这部手机上，还没上传")).await;
    until(|| card.has_focus()).await;
    // The one that asks first.
    elements_in(&card.root, "button.hc-tap").into_iter().rfind(|it| it.words() == "删掉").unwrap().click();
    until(|| elements_in(&card.root, "dialog[open]").len() == 1).await;
    card.press("删掉");
    until(|| card.answers.with_untracked(Vec::is_empty)).await;
    until(|| card.has_focus()).await;
}

#[wasm_bindgen_test]
async fn a_live_camera_that_was_left_by_back_does_not_open_by_itself_on_return() {
    let visit = Visit::opened().await;
    let (id, _) = in_hand(&visit).await;
    let card = Card::of(visit.offline, &id, Vec::new());
    card.chooses(WORDS);
    until(|| card.button("重拍").is_some()).await;
    let before = CAMERAS.get();
    card.press("重拍");
    until(|| CAMERAS.get() == before + 1).await;
    card.page.set(false);
    sleep(Duration::from_millis(100)).await;
    card.page.set(true);
    until(|| card.button("重拍").is_some()).await;
    sleep(Duration::from_millis(100)).await;
    assert_eq!(CAMERAS.get(), before + 1);
}

/// A document that the office has, in this state.
async fn at_office(office: &Office, visit: &Visit, id: &str, (document, state): (&str, &str)) -> Attachment {
    office
        .does(&format!(
            "office.all['{id}'] = {{ id: '{id}', version: 9, state: 'draft', stage: 1, round: 0, since: '2026-11-26T08:00:00+08:00',
                questionnaire: 'health-certificate|2026.11.1', documents: [{{ id: '{document}', pointer: '{}', state: '{state}',
                    sha256: '', size: 7, type: 'image/jpeg', bound_at: '2026-11-26T08:00:00+08:00' }}] }};",
            Pointer::item("id-front").as_str()
        ))
        .await;
    visit.offline.refresh(id).await.unwrap();
    Attachment { document: document.into(), sha256: None, content_type: None, size: None, title: None }
}

#[wasm_bindgen_test]
async fn what_came_back_has_its_two_ways_out_as_buttons_and_is_not_to_be_left_out() {
    let office = Office::open();
    let visit = Visit::opened().await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    let (id, _) = begun(&visit).await;
    let back = at_office(&office, &visit, &id, ("00000000-0000-4000-8000-000000000002", "returned")).await;
    let card = Card::of(visit.offline, &id, vec![back]);
    until(|| card.reads().contains("这份被退回了")).await;
    let words = |of: &str| elements_in(&card.root, of).iter().map(|it| it.words()).collect::<Vec<_>>();
    assert_eq!(words(".hc-doc > .hc-row .hc-btn"), ["重拍 证件照", "从相册选 证件照"]);
    assert!(!words(".hc-taps .hc-tap").iter().any(|it| it.contains("删掉")), "{:?}", words(".hc-taps .hc-tap"));
    drop(card);
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn what_is_wrong_stands_above_what_chooses() {
    let visit = Visit::opened().await;
    let (id, _) = in_hand(&visit).await;
    let card = Card::with(visit.offline, &id, Vec::new(), |given| {
        given.hole.error = derive(|| Some("请交证件照".to_owned()));
    });
    until(|| card.reads().contains("请交证件照")).await;
    let error = card.root.query_selector(".hc-error").unwrap().unwrap();
    let chooses = card.root.query_selector("input[type=file]").unwrap().unwrap();
    assert!(error.compare_document_position(&chooses) & web_sys::Node::DOCUMENT_POSITION_FOLLOWING != 0);
}

#[wasm_bindgen_test]
async fn a_pdf_alone_is_no_page_and_is_moved_nowhere() {
    let visit = Visit::opened().await;
    let (id, _) = in_hand(&visit).await;
    let pdf = |id: &str| Attachment {
        document: id.into(),
        sha256: None,
        content_type: Some("application/pdf".into()),
        size: None,
        title: None,
    };
    let several = |given: &mut Given| Arc::make_mut(&mut given.hole.item).repeats = true;
    let card = Card::with(visit.offline, &id, vec![pdf("one")], several);
    until(|| card.button("删掉").is_some()).await;
    let grips = || elements_in(&card.root, ".hc-doc__grip").len();
    assert!(!card.reads().contains("第 1 页"), "{}", card.reads());
    assert_eq!(grips(), 0);
    card.answers.set(vec![pdf("one"), pdf("two")]);
    until(|| grips() == 2).await;
    assert!(card.reads().contains("第 2 份") && !card.reads().contains("第 2 页"), "{}", card.reads());
}

#[wasm_bindgen_test]
async fn what_is_had_late_is_not_edited_over_what_was_chosen_meanwhile() {
    let office = Office::open();
    let visit = Visit::opened().await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    let (id, _) = begun(&visit).await;
    let there = at_office(&office, &visit, &id, ("00000000-0000-4000-8000-000000000001", "received")).await;
    office
        .does(
            "office.before = asked => asked.endsWith('/content') ? new Promise(then => office.delivers = then) : null;",
        )
        .await;
    let card = Card::of(visit.offline, &id, vec![there]);
    let (before, delivers) = (
        EDITORS.get(),
        "while (!office.delivers) await new Promise(then => setTimeout(then, 20)); office.delivers(); office.delivers = null;",
    );
    until(|| card.button("裁剪").is_some()).await;
    card.press("裁剪");
    until(|| card.reads().contains("正在打开")).await;
    card.chooses(WORDS);
    until(|| card.button("重拍").is_some()).await;
    office.does(delivers).await;
    sleep(Duration::from_millis(200)).await;
    assert_eq!(EDITORS.get(), before);
    card.press("不要这张");
    until(|| card.button("裁剪").is_some()).await;
    card.press("裁剪");
    office.does(delivers).await;
    until(|| EDITORS.get() == before + 1).await;
    drop(card);
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn what_a_picker_might_still_deliver_holds_nothing_back_once_its_page_was_left() {
    let visit = Visit::opened().await;
    let (id, _) = in_hand(&visit).await;
    let card = Card::of(visit.offline, &id, Vec::new());
    let undecided = || visit.offline.undecided(&id, &Pointer::item("id-front"));
    let opens = "[...root.querySelectorAll('input[type=file]')].pop().dispatchEvent(new MouseEvent('click', { bubbles: true }));
        window.dispatchEvent(new Event('focus'));";
    let opened = || Function::new_with_args("root", opens).call1(&JsValue::NULL, &card.root).unwrap();
    opened();
    until(|| undecided() == Some(Undecided::Coming)).await;
    card.page.set(false);
    until(|| undecided().is_none()).await;
    // In the same moment as another page is drawn in its place.
    card.page.set(true);
    until(|| card.root.query_selector("input[type=file]").unwrap().is_some()).await;
    opened();
    until(|| undecided() == Some(Undecided::Coming)).await;
    let other = Card::of(visit.offline, "another", Vec::new());
    card.page.set(false);
    other.page.set(false);
    other.page.set(true);
    until(|| undecided().is_none()).await;
}
