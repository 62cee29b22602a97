//! Answers that were filled in for a person, in the fields themselves.
use chrono::NaiveDate;
use contract::questionnaire::{Answers, Beside, Form, Pointer, Value};
use health_certificate::form::{Filling, LoadWidgets, Setting, WIDGETS, step_items};
use health_certificate::reactive::RwSignal;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, HtmlInputElement};

const FORM: &str = r#"{"resourceType": "Questionnaire", "url": "https://committee.example/Questionnaire/f", "version": "1",
    "status": "active", "item": [{"linkId": "s", "type": "group", "text": "S", "item": [
        {"linkId": "name", "type": "string", "text": "Name"}, {"linkId": "height", "type": "decimal", "text": "Height"}]}]}"#;

/// A page with what a backend filled in that keeps it otherwise than we do.
fn page() -> (Filling, web_sys::Element, [Pointer; 2], Box<dyn std::any::Any>) {
    let asked = ["name", "height"].map(Pointer::item);
    let mut answers = Answers::new();
    answers.set(asked[0].clone(), vec![Value::Text(" Anna  Maria ".into())]);
    answers.set(asked[1].clone(), vec![Value::Integer(170)]);
    let beside = Beside { to_confirm: asked.to_vec(), ..Beside::default() };
    let root = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&root).unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    let handle = leptos::mount::mount_to(root.clone().unchecked_into(), move || {
        let filling = Filling::new(Setting {
            application: "sample".into(),
            form: Arc::new(Form::load(FORM).unwrap()),
            answers: RwSignal::new(answers),
            beside: RwSignal::new(beside),
            base: None,
            today: NaiveDate::from_ymd_opt(2026, 11, 26).unwrap().into(),
            now: Callback::new(|()| "2026-11-26T08:00:00+08:00".to_owned()),
            pages_per_item: 10,
            attachment: None,
            closed: false.into(),
        });
        tell.send(filling).unwrap();
        step_items(filling, "s", true)
    });
    (told.recv().unwrap(), root, asked, Box::new(handle))
}

fn field(filling: Filling, root: &web_sys::Element, pointer: &Pointer) -> HtmlInputElement {
    let selector = format!("[id=\"{}\"]", filling.control_id(pointer));
    root.query_selector(&selector).unwrap().unwrap().unchecked_into()
}

#[wasm_bindgen_test]
async fn putting_an_answer_in_order_is_no_word_of_its_person() {
    assert!(LoadWidgets(|| Box::pin(async { Some(WIDGETS) })).bring().await);
    let (filling, root, asked, _page) = page();
    let waiting = || filling.beside.with_untracked(|beside| beside.to_confirm.clone());
    // Through the fields by Tab, and on.
    for pointer in &asked {
        field(filling, &root, pointer).dispatch_event(&Event::new("blur").unwrap()).unwrap();
    }
    assert!(!filling.attempt(&|_| true));
    let values = asked.each_ref().map(|it| filling.answers.with_untracked(|answers| answers.get(it).to_vec()));
    assert_eq!(values, [vec![Value::Text("Anna  Maria".into())], vec![Value::Decimal(170.0)]]);
    assert_eq!(waiting(), asked);
    // What is typed is one.
    let name = field(filling, &root, &asked[0]);
    name.set_value("Anna");
    name.dispatch_event(&Event::new("input").unwrap()).unwrap();
    assert_eq!(waiting(), asked[1..]);
    root.remove();
}
