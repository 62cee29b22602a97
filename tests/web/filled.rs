//! Answers that were filled in for a person, in the fields themselves.
use chrono::NaiveDate;
use contract::questionnaire::{Answers, Beside, Form, Pointer, Value};
use health_certificate::form::{Base, Filling, LoadWidgets, Setting, WIDGETS, errors_above, step_items};
use health_certificate::reactive::RwSignal;
use health_certificate::ui::{Announcer, live_region};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, HtmlInputElement};

const FORM: &str = r#"{"resourceType": "Questionnaire", "url": "https://committee.example/Questionnaire/f", "version": "1",
    "status": "active", "item": [{"linkId": "s", "type": "group", "text": "S", "item": [
        {"linkId": "name", "type": "string", "text": "Name"}, {"linkId": "height", "type": "decimal", "text": "Height"}]}]}"#;

/// A step on a page of its own, as long as this is kept.
pub(crate) struct Page {
    pub(crate) filling: Filling,
    pub(crate) root: web_sys::Element,
    /// The documents of rows that were taken away.
    pub(crate) gone: RwSignal<Vec<String>>,
    /// Another page fills it in.
    pub(crate) closed: RwSignal<bool>,
    _handle: Box<dyn std::any::Any>,
}

impl Page {
    /// The step `s` of a form, with what stands there.
    pub(crate) async fn of(form: &str, answers: Answers, beside: Beside, base: Option<Answers>) -> Self {
        assert!(LoadWidgets(|| Box::pin(async { Some(WIDGETS) })).bring().await);
        let form = Arc::new(Form::load(form).unwrap());
        let root = document().create_element("div").unwrap();
        document().body().unwrap().append_child(&root).unwrap();
        let (tell, told) = std::sync::mpsc::channel();
        let handle = leptos::mount::mount_to(root.clone().unchecked_into(), move || {
            let (gone, closed, announcer) = (RwSignal::new(Vec::new()), RwSignal::new(false), Announcer::new());
            provide_context(announcer);
            let filling = Filling::new(Setting {
                application: "sample".into(),
                form,
                answers: RwSignal::new(answers),
                beside: RwSignal::new(beside),
                base: base.map(Base::new),
                today: NaiveDate::from_ymd_opt(2026, 11, 26).unwrap().into(),
                now: Callback::new(|()| "2026-11-26T08:00:00+08:00".parse().unwrap()),
                pages_per_item: 10,
                attachment: None,
                on_gone: Callback::new(move |ids: Vec<String>| gone.update(|all| all.extend(ids))),
                closed: closed.into(),
            });
            tell.send((filling, gone, closed)).unwrap();
            (errors_above(filling), step_items(filling, "s", true), live_region(announcer))
        });
        let (filling, gone, closed) = told.recv().unwrap();
        Self { filling, root, gone, closed, _handle: Box::new(handle) }
    }

    /// What is found by this selector first.
    pub(crate) fn finds<T: JsCast>(&self, selector: &str) -> T {
        self.root.query_selector(selector).unwrap().unwrap().unchecked_into()
    }

    /// The first control of an item.
    pub(crate) fn field(&self, pointer: &Pointer) -> HtmlInputElement {
        self.finds(&format!("[id=\"{}\"]", self.filling.control_id(pointer)))
    }

    /// Types as a person does.
    pub(crate) fn types(&self, pointer: &Pointer, text: &str) {
        let field = self.field(pointer);
        field.set_value(text);
        field.dispatch_event(&Event::new("input").unwrap()).unwrap();
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.root.remove();
    }
}

#[wasm_bindgen_test]
async fn putting_an_answer_in_order_is_no_word_of_its_person() {
    let asked = ["name", "height"].map(Pointer::item);
    // As a backend fills it in that keeps it otherwise than we do.
    let mut answers = Answers::new();
    answers.set(asked[0].clone(), vec![Value::Text(" Anna  Maria ".into())]);
    answers.set(asked[1].clone(), vec![Value::Integer(170)]);
    let page = Page::of(FORM, answers, Beside { to_confirm: asked.to_vec(), ..Beside::default() }, None).await;
    let filling = page.filling;
    let waiting = || filling.beside.with_untracked(|beside| beside.to_confirm.clone());
    // Through the fields by Tab, and on.
    for pointer in &asked {
        page.field(pointer).dispatch_event(&Event::new("blur").unwrap()).unwrap();
    }
    assert!(!filling.attempt(&|_| true));
    let values = asked.each_ref().map(|it| filling.answers.with_untracked(|answers| answers.get(it).to_vec()));
    assert_eq!(values, [vec![Value::Text("Anna  Maria".into())], vec![Value::Decimal(170.0)]]);
    assert_eq!(waiting(), asked);
    // What is typed is one.
    page.types(&asked[0], "Anna");
    assert_eq!(waiting(), asked[1..]);
}
