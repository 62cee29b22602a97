//! Who follows an item is told when it stands differently: by a press, by answers from outside, and within one press.
use super::visit::until;
use chrono::NaiveDate;
use contract::questionnaire::{Answers, Beside, Form, Pointer, Value};
use health_certificate::form::{Filling, LoadWidgets, Setting, WIDGETS, step_items};
use health_certificate::reactive::RwSignal;
use health_certificate::ui::elements_in;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlInputElement};

const FORM: &str = r#"{"resourceType": "Questionnaire", "url": "https://committee.example/Questionnaire/t", "version": "1",
    "status": "active", "item": [{"linkId": "s", "type": "group", "text": "S", "item": [
        {"linkId": "work", "type": "choice", "repeats": true, "text": "Work", "answerOption": [
            {"valueCoding": {"system": "s", "code": "cook", "display": "Cook"}},
            {"valueCoding": {"system": "s", "code": "shop", "display": "Shop"}}]},
        {"linkId": "name", "type": "string", "text": "Name"},
        {"linkId": "where", "type": "string", "text": "Where", "enableWhen": [
            {"question": "work", "operator": "exists", "answerBoolean": true}]}]}]}"#;

fn page() -> (Filling, Element, Box<dyn std::any::Any>) {
    let root = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&root).unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    let handle = leptos::mount::mount_to(root.clone().unchecked_into(), move || {
        let filling = Filling::new(Setting {
            application: "sample".into(),
            form: Arc::new(Form::load(FORM).unwrap()),
            answers: RwSignal::new(Answers::new()),
            beside: RwSignal::new(Beside::default()),
            base: None,
            today: NaiveDate::from_ymd_opt(2026, 11, 26).unwrap().into(),
            now: Callback::new(|()| "2026-11-26T08:00:00+08:00".parse().unwrap()),
            pages_per_item: 10,
            attachment: None,
            closed: false.into(),
            on_gone: Callback::new(|_| ()),
        });
        tell.send(filling).unwrap();
        step_items(filling, "s", true)
    });
    (told.recv().unwrap(), root, Box::new(handle))
}

fn field(filling: Filling, root: &Element, link_id: &str) -> Option<HtmlInputElement> {
    let selector = format!("[id=\"{}\"]", filling.control_id(&Pointer::item(link_id)));
    root.query_selector(&selector).unwrap().map(JsCast::unchecked_into)
}

#[wasm_bindgen_test]
async fn two_presses_within_one_turn_of_the_browser_both_count() {
    assert!(LoadWidgets(|| Box::pin(async { Some(WIDGETS) })).bring().await);
    let (filling, root, _page) = page();
    let boxes = || elements_in(&root, "input[type=checkbox]");
    until(|| boxes().len() == 2).await;
    // A script presses both, as one that fills in forms does: nobody who follows was told of the first by then.
    for tick in boxes() {
        tick.unchecked_into::<HtmlInputElement>().click();
    }
    let chosen = filling.answers.with_untracked(|answers| answers.get(&Pointer::item("work")).len());
    assert_eq!(chosen, 2);
    root.remove();
}

#[wasm_bindgen_test]
async fn what_changes_elsewhere_is_told_here_and_what_is_asked_since_appears() {
    assert!(LoadWidgets(|| Box::pin(async { Some(WIDGETS) })).bring().await);
    let (filling, root, _page) = page();
    let reads = |link_id: &str| field(filling, &root, link_id).map(|field| field.value());
    until(|| reads("name").is_some()).await;
    assert_eq!(reads("where"), None);
    // Another tab, or another phone.
    filling.answers.update(|answers| {
        answers.set(Pointer::item("name"), vec![Value::Text("Anna".into())]);
        let cook = Form::load(FORM).unwrap().item("work").unwrap().options[0].value.clone();
        answers.set(Pointer::item("work"), vec![cook]);
    });
    until(|| reads("name").as_deref() == Some("Anna") && reads("where").is_some()).await;
    // What was not asked when the page was drawn is told too.
    filling.answers.update(|answers| answers.set(Pointer::item("where"), vec![Value::Text("Market".into())]));
    until(|| reads("where").as_deref() == Some("Market")).await;
    filling.answers.update(|answers| answers.forget(&Pointer::item("work")));
    until(|| reads("where").is_none()).await;
    root.remove();
}
