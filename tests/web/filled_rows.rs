//! Rows: in a round of returned items whatever is done in one leaves those beside it, and a row that goes takes its documents
//! along.
use super::filled::Page;
use contract::questionnaire::{Answers, Attachment, Beside, Pointer, Value};
use leptos::prelude::untrack;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

const FORM: &str = r#"{"resourceType": "Questionnaire", "url": "https://committee.example/Questionnaire/f", "version": "1",
    "status": "active", "item": [{"linkId": "s", "type": "group", "text": "S", "item": [
        {"linkId": "job", "type": "group", "text": "Job", "repeats": true, "item": [
            {"linkId": "place", "type": "string", "text": "Where"},
            {"linkId": "food", "type": "boolean", "text": "With food"},
            {"linkId": "letter", "type": "attachment", "text": "Letter"},
            {"linkId": "duty", "type": "group", "text": "Duty", "repeats": true, "item": [
                {"linkId": "what", "type": "string", "text": "What"}]}]}]}]}"#;

fn job() -> Pointer {
    Pointer::item("job")
}

fn duty(job: &str) -> Pointer {
    self::job().in_row(job, "duty")
}

/// Three jobs of two duties each, as they were sent.
fn sent() -> Answers {
    let mut answers = Answers::new();
    for row in ["j3", "j1", "j2"] {
        answers.set(job().in_row(row, "place"), vec![Value::Text(row.into())]);
        for inner in ["d2", "d1"] {
            answers.set(duty(row).in_row(inner, "what"), vec![Value::Text(format!("{row} {inner}"))]);
        }
    }
    answers
}

/// In a round of returned items the draft is empty at first.
async fn returned() -> Page {
    Page::of(FORM, Answers::new(), Beside::default(), Some(sent())).await
}

/// The rows on the page: of the jobs, and of the duties of the first.
fn rows(page: &Page) -> [Vec<String>; 2] {
    untrack(|| page.filling.with_answers(|answers| [job(), duty("j1")].map(|group| answers.rows(&group).to_vec())))
}

fn press(page: &Page, selector: &str) {
    page.finds::<HtmlElement>(selector).click();
}

/// What is done on the page, and what it is called.
type Act = (&'static str, fn(&Page));

const ACTS: [Act; 6] = [
    ("a tick", |page| page.field(&job().in_row("j1", "food")).click()),
    ("typed", |page| page.types(&job().in_row("j1", "place"), "elsewhere")),
    ("typed in a row of a row", |page| page.types(&duty("j1").in_row("d1", "what"), "another")),
    ("a row added", |page| press(page, &format!("[id=\"{}-add\"]", page.filling.control_id(&job())))),
    ("a row added in a row", |page| press(page, &format!("[id=\"{}-add\"]", page.filling.control_id(&duty("j1"))))),
    ("a row of a row taken away", |page| press(page, "[data-row=j2] [data-row=d1] > button.hc-tap")),
];

#[wasm_bindgen_test]
async fn whatever_is_done_in_a_row_of_a_returned_round_leaves_those_beside_it() {
    let mut lost = Vec::new();
    for (what, act) in ACTS {
        let page = returned().await;
        act(&page);
        let [jobs, duties] = rows(&page);
        // What was added stands behind them.
        if !jobs.starts_with(&["j3", "j1", "j2"].map(str::to_owned))
            || !duties.starts_with(&["d2", "d1"].map(str::to_owned))
        {
            lost.push((what, jobs, duties));
        }
    }
    assert!(lost.is_empty(), "{lost:?}");
}

#[wasm_bindgen_test]
async fn what_is_ticked_and_added_and_taken_away_in_a_row_is() {
    let page = returned().await;
    page.field(&job().in_row("j1", "food")).click();
    let food = untrack(|| page.filling.with_answers(|it| it.get(&job().in_row("j1", "food")).to_vec()));
    assert_eq!(food, [Value::Boolean(true)]);
    press(&page, &format!("[id=\"{}-add\"]", page.filling.control_id(&duty("j1"))));
    assert_eq!(rows(&page)[1].len(), 3);
    press(&page, "[data-row=j1] [data-row=d2] > button.hc-tap");
    assert_eq!(rows(&page)[1].first().map(String::as_str), Some("d1"));
    press(&page, "[data-row=j3] > button.hc-tap");
    assert_eq!(rows(&page)[0], ["j1", "j2"]);
}

#[wasm_bindgen_test]
async fn a_row_that_is_taken_away_takes_its_documents_along() {
    let letter =
        |id: &str| Attachment { document: id.into(), sha256: None, content_type: None, size: None, title: None };
    let mut answers = Answers::new();
    for (row, id) in [("j1", "one"), ("j2", "two")] {
        answers.set(job().in_row(row, "letter"), vec![Value::Attachment(letter(id))]);
    }
    let page = Page::of(FORM, answers, Beside::default(), None).await;
    press(&page, "[data-row=j1] > button.hc-tap");
    assert_eq!(page.gone.get_untracked(), ["one"]);
    let named = |it: &Answers| it.documents().map(|(_, it)| it.document.clone()).collect::<Vec<_>>();
    let named = untrack(|| page.filling.with_answers(named));
    assert_eq!(named, ["two"]);
}
