//! The pages that hand over: a button that stays what it is while things are saved, and what stands in its way.
use super::empty_phone;
use super::no_more_turns;
use super::office::Office;
use super::reading::Reads as _;
use super::visit::{Visit, in_javascript, instead_of, opened, photo, submission, until};
use contract::api::{Submission, Words};
use contract::questionnaire::{Answers, Attachment, Pointer, Value};
use health_certificate::apply::{DrawDocument, DrawSeldom, Seldom, after, step};
use health_certificate::form::{LoadWidgets, WIDGETS};
use health_certificate::i18n::I18n;
use health_certificate::offline::{Draft, DraftId, DraftState, NewDocument, Undecided, What};
use health_certificate::route::{Nav, Route, RouteMode};
use health_certificate::ui::{Announcer, element::Element, elements_in, live_region};
use leptos::prelude::*;
use std::cell::Cell;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, HtmlInputElement, Node};

/// A form that asks for one photo.
const TEXT: &str = r#"{ "resourceType": "Questionnaire", "id": "health-certificate", "version": "one-photo", "status": "active",
    "item": [{ "linkId": "documents", "type": "group", "text": "材料",
        "item": [{ "linkId": "documents.portrait", "type": "attachment", "text": "证件照", "required": true },
            { "linkId": "documents.firm", "type": "string", "text": "单位名称" },
            { "linkId": "documents.branch", "type": "string", "text": "门店名称", "required": true,
                "enableWhen": [{ "question": "documents.firm", "operator": "exists", "answerBoolean": true }] }] }] }"#;
const FORM: &str = "health-certificate|one-photo";
const PORTRAIT: &str = "documents.portrait";

/// A page that hands over, as long as this is kept.
struct Page {
    root: HtmlElement,
    _handle: Box<dyn std::any::Any>,
}

impl Page {
    fn open(visit: &Visit, route: Route) -> Self {
        let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&root).unwrap();
        let offline = visit.offline;
        let handle = leptos::mount::mount_to(root.clone(), move || {
            let announcer = Announcer::new();
            provide_context(I18n::new("Asia/Shanghai"));
            provide_context(Nav::new(RouteMode::Hash, "", None, false));
            provide_context(LoadWidgets(|| Box::pin(async { Some(WIDGETS) })));
            provide_context(DrawSeldom(Arc::new(Seldom::drawn)));
            provide_context(announcer);
            provide_context(offline);
            // A card that can be led to, and nothing else of a document.
            let documents: DrawDocument = Arc::new(|_, hole| {
                let mut card = Element::new("div");
                card.word("tabindex", "-1");
                card.say("id", Some(hole.input_id.into()));
                card.into_any()
            });
            let page = match &route {
                Route::Step(id, link) => step(id, link, documents),
                other => after(other, documents),
            };
            (page, live_region(announcer))
        });
        Self { root, _handle: Box::new(handle) }
    }

    fn reads(&self) -> String {
        self.root.words()
    }

    fn button(&self, words: &str) -> Option<HtmlElement> {
        elements_in(&self.root, "button").into_iter().find(|it| it.words() == words)
    }

    /// What of a button a finger or a mouse comes down on.
    async fn words_of(&self, button: &str) -> Node {
        until(|| self.button(button).is_some()).await;
        let first = self.button(button).unwrap().first_child();
        let mut all = std::iter::successors(first, Node::next_sibling);
        all.find(|it| it.words() == button).unwrap()
    }

    async fn presses(&self, button: &str) {
        self.words_of(button).await;
        self.button(button).unwrap().click();
    }

    fn has_focus(&self, words: &str) -> bool {
        let focused = document().active_element().unwrap();
        self.root.contains(Some(&focused)) && focused.words().contains(words)
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.root.remove();
    }
}

fn portrait() -> Pointer {
    Pointer::item(PORTRAIT)
}

async fn begun(visit: &Visit) -> (String, Draft) {
    let id = visit.offline.begin_draft(FORM);
    let draft = opened(visit, &id).await;
    assert!(draft.save_now().await);
    (id, draft)
}

/// An application of which the office has sent back the portrait, and the draft of what is changed in it.
async fn sent_back(office: &Office, visit: &Visit) -> (String, Draft) {
    office.does(&format!("office.form = {};", serde_json::to_string(TEXT).unwrap())).await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    let (id, draft) = begun(visit).await;
    let sent = NewDocument { pointer: portrait(), ..photo(&id, b"jpeg") };
    let sent = visit.offline.keep_document(sent).await.unwrap();
    let sent = Attachment { document: sent, sha256: None, content_type: None, size: None, title: None };
    let mut answers = Answers::default();
    answers.set(portrait(), vec![Value::Attachment(sent)]);
    draft.answers.set(answers);
    assert!(draft.save_now().await);
    visit.offline.submit(&id, &Submission { questionnaire: FORM.into(), ..submission() }).await.unwrap();
    let is_sent = || {
        let drafts = visit.offline.drafts().get_untracked();
        drafts.iter().any(|draft| draft.id == DraftId::application(&id) && draft.state == DraftState::Sent)
    };
    until(is_sent).await;
    office
        .does(&format!(
            "office.change(office.all['{id}'], {{ state: 'returned', stage: 2, questionnaire: '{FORM}',
                actions: [{{ act: 'supplement' }}], returned: [{{ pointer: '{}', code: 'unreadable' }}] }});",
            portrait().as_str()
        ))
        .await;
    visit.offline.refresh(&id).await.unwrap();
    let draft = visit.offline.open_draft(&DraftId::supplement(&id, 1), FORM).await.unwrap();
    (id, draft)
}

#[wasm_bindgen_test]
async fn a_save_leaves_the_button_that_hands_over_as_it_is() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    let (id, supplement) = sent_back(&office, &visit).await;
    let (begun, draft) = begun(&visit).await;
    for (route, words, draft) in [
        (Route::Check(begun.clone()), "提交申请", draft),
        (Route::Returned(id.clone()), "交回（还差 1 处）", supplement),
    ] {
        let page = Page::open(&visit, route);
        let under_the_finger = page.words_of(words).await;
        assert!(draft.save_now().await);
        health_certificate::api::sleep(std::time::Duration::from_millis(100)).await;
        assert!(under_the_finger.is_connected(), "{words} was drawn anew: a press that had begun is lost");
    }
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn what_is_in_the_way_of_handing_over_is_led_to_and_told_as_it_is_now() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    let (id, _) = sent_back(&office, &visit).await;
    let page = Page::open(&visit, Route::Returned(id.clone()));
    let notes = |undecided| visit.offline.note_undecided(&id, &portrait(), undecided);
    notes(Some(Undecided::Coming));
    page.presses("交回（还差 1 处）").await;
    until(|| page.has_focus("照片还在检查")).await;
    notes(Some(Undecided::Asked));
    until(|| page.reads().contains("还没决定用不用") && !page.reads().contains("照片还在检查")).await;
    notes(None);
    until(|| !page.reads().contains("还没决定用不用")).await;

    // Nothing of the item is anywhere: the item itself is what is missing.
    page.presses("交回（还差 1 处）").await;
    let card = page.root.query_selector(&format!("[id*=\"{PORTRAIT}\"][tabindex]")).unwrap().unwrap();
    until(|| document().active_element().as_ref() == Some(&card)).await;
    let said = page.root.query_selector("[aria-live]").unwrap().unwrap();
    until(|| said.words().contains("还差 1 处，改好或写句话就能交回")).await;
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn what_could_not_be_stored_is_said_and_led_to() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    let (id, draft) = sent_back(&office, &visit).await;
    let page = Page::open(&visit, Route::Returned(id.clone()));
    draft.notes.update(|notes| drop(notes.insert(portrait(), Words::new("看得清".to_owned(), "zh-CN"))));
    let button = page.words_of("交回").await;
    let (store, put) = no_more_turns();
    button.parent_element().unwrap().unchecked_into::<HtmlElement>().click();
    until(|| page.has_focus("存满")).await;
    let said = page.root.query_selector("[aria-live]").unwrap().unwrap();
    assert!(said.words().contains("存满"));
    instead_of(&store, "put", &put);
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn a_reason_that_was_chosen_stands_beside_the_words() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    let (id, _) = sent_back(&office, &visit).await;
    let firm = Pointer::item("documents.firm");
    office
        .does(&format!(
            "office.all['{id}'].version = 3; office.all['{id}'].returned = [{{ pointer: '{}', code: 'incorrect',
                words: {{ text: '请写全称', lang: 'zh-CN' }} }}];",
            firm.as_str()
        ))
        .await;
    visit.offline.refresh(&id).await.unwrap();
    let page = Page::open(&visit, Route::Returned(id.clone()));
    until(|| page.reads().contains("请写全称")).await;
    let said = page.root.query_selector(".hc-said").unwrap().unwrap().words();
    assert!(said.contains("填写不对"), "{said}");
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn what_another_phone_has_sent_is_read_from_the_office_and_not_from_what_was_begun_here() {
    empty_phone().await;
    let office = Office::open();
    office.does(&format!("office.form = {};", serde_json::to_string(TEXT).unwrap())).await;
    let visit = Visit::opened().await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    let firm = Pointer::item("documents.firm");
    let (id, draft) = begun(&visit).await;
    draft.answers.update(|answers| answers.set(firm.clone(), vec![Value::Text("begun here".into())]));
    assert!(draft.save_now().await);
    office
        .does(&format!(
            "office.sent = {{ questionnaire: '{FORM}', round: 1, receipt: null, documents: {{}}, answers: {{ resourceType: 'QuestionnaireResponse',
                status: 'completed', item: [{{ linkId: 'documents', item: [
                    {{ linkId: 'documents.firm', answer: [{{ valueString: 'sent from there' }}] }}] }}] }} }};
             office.all['{id}'] = {{ id: '{id}', version: 3, state: 'returned', stage: 2, round: 1, since: '2026-11-26T08:00:00+08:00',
                questionnaire: '{FORM}', actions: [{{ act: 'supplement' }}],
                returned: [{{ pointer: '{}', code: 'incorrect' }}] }};",
            firm.as_str()
        ))
        .await;
    visit.offline.refresh(&id).await.unwrap();
    let page = Page::open(&visit, Route::Returned(id.clone()));
    let field = || -> Option<HtmlInputElement> {
        page.root.query_selector("input[type=text]").unwrap().map(JsCast::unchecked_into)
    };
    until(|| field().is_some()).await;
    until(|| field().unwrap().value() == "sent from there").await;
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn the_field_that_is_typed_into_stays_where_its_answer_opens_another_item() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    let (id, _) = sent_back(&office, &visit).await;
    office
        .does(&format!(
            "office.change(office.all['{id}'], {{ returned: [{{ pointer: '{}', code: 'missing' }}] }});",
            Pointer::item("documents.firm").as_str()
        ))
        .await;
    visit.offline.refresh(&id).await.unwrap();
    let page = Page::open(&visit, Route::Returned(id.clone()));
    until(|| page.reads().contains("单位名称") && !page.reads().contains("门店名称")).await;
    let field: HtmlInputElement = page.root.query_selector("input[type=text]").unwrap().unwrap().unchecked_into();
    field.focus().unwrap();
    field.set_value("蜀");
    in_javascript("", "document.activeElement.dispatchEvent(new Event('input', { bubbles: true }));").await;
    until(|| page.reads().contains("门店名称")).await;
    assert!(field.is_connected(), "another field took its place: what is typed next goes nowhere");
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn a_note_is_read_also_where_its_field_is_folded_away() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    let (id, draft) = sent_back(&office, &visit).await;
    let page = Page::open(&visit, Route::Returned(id.clone()));
    until(|| page.root.query_selector("details textarea").unwrap().is_some()).await;
    draft.notes.update(|notes| drop(notes.insert(portrait(), Words::new("看得清楚".to_owned(), "zh-CN"))));
    until(|| page.reads().contains("看得清楚")).await;
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn what_is_as_it_was_is_named_above_the_button() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    let (id, _) = sent_back(&office, &visit).await;
    let page = Page::open(&visit, Route::Returned(id.clone()));
    let above = || page.root.query_selector(".hc-actions .hc-save").unwrap().map(|it| it.words());
    until(|| above().is_some_and(|words| words.contains("证件照"))).await;
    drop(visit);
    drop(office);
}

/// A form that asks for the consent under which photos leave this phone.
const AGREES: &str = r#"{ "resourceType": "Questionnaire", "id": "health-certificate", "version": "agrees", "status": "active",
    "item": [{ "linkId": "documents", "type": "group", "text": "材料", "item": [
        { "linkId": "documents.consent", "type": "boolean", "text": "我同意", "required": true, "extension": [
            { "url": "https://health-certificate.example/fhir/StructureDefinition/consent", "extension": [
                { "url": "kind", "valueCode": "separate-consent" }, { "url": "topic", "valueCode": "identity" },
                { "url": "version", "valueString": "1" }] }] }] }] }"#;

#[wasm_bindgen_test]
async fn a_consent_is_taken_back_alone_and_with_what_the_office_has_the_application() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    office.does(&format!("office.form = {};", serde_json::to_string(AGREES).unwrap())).await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    let form = "health-certificate|agrees";
    let id = visit.offline.begin_draft(form);
    assert!(opened(&visit, &id).await.save_now().await);
    let page = Page::open(&visit, Route::Step(id.clone(), "documents".into()));
    let tick = || -> Option<HtmlInputElement> {
        page.root.query_selector("input[type=checkbox]").unwrap().map(JsCast::unchecked_into)
    };
    until(|| tick().is_some()).await;
    let offered = || elements_in(&page.root, "button.hc-tap").iter().any(|it| it.words() == "撤回同意");
    assert!(!offered());
    tick().unwrap().click();
    page.presses("撤回同意").await;
    until(|| !tick().unwrap().checked()).await;
    until(|| !offered()).await;

    // The office has something of it by now.
    tick().unwrap().click();
    office
        .does(&format!(
            "office.all['{id}'] = {{ id: '{id}', version: 2, state: 'draft', stage: 1, round: 0, since: '2026-11-26T08:00:00+08:00',
                questionnaire: '{form}', actions: [{{ act: 'withdraw' }}] }};"
        ))
        .await;
    visit.offline.refresh(&id).await.unwrap();
    page.presses("撤回同意").await;
    until(|| elements_in(&page.root, "dialog[open]").len() == 1).await;
    let last = elements_in(&page.root, "dialog button").into_iter().rfind(|it| it.words() == "撤回同意");
    last.unwrap().click();
    until(|| {
        visit.offline.outbox().get_untracked().iter().any(|row| row.application == id && row.what == What::Withdraw)
    })
    .await;
    until(|| !tick().is_some_and(|tick| tick.checked())).await;
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn a_form_that_comes_after_the_app_was_taken_out_of_its_page_stops_nothing() {
    empty_phone().await;
    thread_local! {
        static STOPPED: Cell<bool> = const { Cell::new(false) };
    }
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |why| {
        STOPPED.set(true);
        before(why);
    }));
    let office = Office::open();
    let slow = TEXT.replace("one-photo", "slow");
    office
        .does(&format!(
            "office.form = {};
             office.before = asked => asked.includes('/questionnaires/') ? new Promise(then => office.delivers = then) : null;",
            serde_json::to_string(&slow).unwrap()
        ))
        .await;
    let visit = Visit::opened().await;
    let id = visit.offline.begin_draft("health-certificate|slow");
    opened(&visit, &id).await;
    let page = Page::open(&visit, Route::Step(id, "documents".into()));
    office.does("while (!office.delivers) await new Promise(then => setTimeout(then, 20));").await;
    drop(page);
    drop(visit);
    office.does("office.delivers();").await;
    health_certificate::api::sleep(std::time::Duration::from_millis(200)).await;
    assert!(!STOPPED.get());
    drop(office);
}
