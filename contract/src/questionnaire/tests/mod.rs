//! The forms and answers of this repository, and what must hold for any answers.
mod chance;
mod committees;
mod covered;
mod dates;
mod drawn;
mod filled_in;
mod generations;
mod groups;
mod hostile;
mod identity;
mod idle;
mod judging;
mod keyboards;
mod lists;
mod loading;
mod moved_rounds;
mod random_forms;
mod refused;
mod renamed;
mod round_rows;
mod rounds;
mod saved;
mod types;
mod units;
mod widgets;

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDate;
use serde_json::{Value as Json, json};

use super::{
    extension::{FHIR, OURS, SDC},
    *,
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

fn form(path: &str) -> Form {
    Form::load(&read(path)).unwrap()
}

fn certificate() -> Form {
    form("forms/health-certificate.questionnaire.json")
}

fn response(form: &Form, name: &str) -> Answers {
    let json: Json = serde_json::from_str(&read(&format!("forms/responses/{name}.response.json"))).unwrap();
    let (answers, problems) = from_response(form, &json);
    assert_eq!(problems, [], "{name}");
    answers
}

fn context() -> Context<'static> {
    Context::new(NaiveDate::from_ymd_opt(2026, 11, 25).unwrap(), &NativePatterns)
}

fn text(words: &str) -> Vec<Value> {
    vec![Value::Text(words.to_owned())]
}

fn choose(form: &Form, link_id: &str, code: &str) -> Vec<Value> {
    let options = &form.item(link_id).unwrap().options;
    let option = options.iter().find(|o| o.value.as_coding().is_some_and(|c| c.code == code));
    vec![option.unwrap_or_else(|| panic!("{link_id} {code}")).value.clone()]
}

fn codes(evaluation: &Evaluation) -> Vec<(String, &'static str)> {
    evaluation.problems.iter().map(|p| (p.pointer.to_string(), p.code.as_str())).collect()
}

fn small(items: &Json) -> Form {
    Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "version": "1", "item": items})).unwrap()
}

/// Our rule of this code, with these further parts.
fn rule(code: &str, more: &[Json]) -> Json {
    let parts: Vec<Json> =
        std::iter::once(json!({"url": "code", "valueCode": code})).chain(more.iter().cloned()).collect();
    json!({"url": format!("{OURS}rule"), "extension": parts})
}

/// What is wrong with an answer, if it is the only one.
fn said(form: &Form, link_id: &str, values: Vec<Value>) -> Option<&'static str> {
    let mut answers = Answers::new();
    answers.set(Pointer::item(link_id), values);
    evaluate(form, &answers, &context()).problem(&Pointer::item(link_id)).map(|problem| problem.code.as_str())
}
