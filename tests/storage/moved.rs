//! A form that changes while drafts of it are on phones and in accounts: no answer goes, and photos are where they are asked for.
use super::empty_phone;
use super::office::Office;
use super::visit::{Visit, begun, opened, photo, until};
use chrono::NaiveDate;
use contract::api::Words;
use contract::questionnaire::{Answers, Attachment, Form, PartialDate, Pointer, Value};
use health_certificate::offline::{Draft, OFFICE};
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

/// Two pages, and a photo.
const FIRST: &str = r#"{"resourceType": "Questionnaire", "id": "health-certificate", "version": "2026.11.1", "item": [
    {"linkId": "p", "type": "group", "item": [{"linkId": "a", "type": "string"}]},
    {"linkId": "q", "type": "group", "item": [{"linkId": "b", "type": "string"}, {"linkId": "id-front", "type": "attachment"}]}]}"#;

/// The same on one page, where the photo is called otherwise.
const SECOND: &str = r#"{"resourceType": "Questionnaire", "id": "health-certificate", "version": "2027.1.0", "item": [
    {"linkId": "p", "type": "group", "item": [{"linkId": "a", "type": "string"}, {"linkId": "b", "type": "string"},
        {"linkId": "front", "type": "attachment", "extension": [
            {"url": "https://health-certificate.example/fhir/StructureDefinition/renamed-from", "extension": [
                {"url": "linkId", "valueString": "id-front"}, {"url": "version", "valueString": "2026.11.1"},
                {"url": "how", "valueCode": "copy"}]}]}]}]}"#;

/// A day; in the newer of two forms called otherwise, and none that lies ahead.
const DAYS: [&str; 2] = [
    r#"{"resourceType": "Questionnaire", "id": "health-certificate", "version": "2026.11.1", "item": [
        {"linkId": "p", "type": "group", "item": [{"linkId": "day", "type": "date"}]}]}"#,
    r#"{"resourceType": "Questionnaire", "id": "health-certificate", "version": "2027.1.0", "item": [
        {"linkId": "p", "type": "group", "item": [{"linkId": "since", "type": "date", "extension": [
            {"url": "https://health-certificate.example/fhir/StructureDefinition/renamed-from", "extension": [
                {"url": "linkId", "valueString": "day"}, {"url": "version", "valueString": "2026.11.1"},
                {"url": "how", "valueCode": "copy"}]},
            {"url": "https://health-certificate.example/fhir/StructureDefinition/rule", "extension": [
                {"url": "code", "valueCode": "date-not-after"}, {"url": "anchor", "valueString": "today"}]}]}]}]}"#,
];

pub(crate) async fn signed_in() -> Visit {
    is_signed_in(Visit::opened().await).await
}

async fn is_signed_in(visit: Visit) -> Visit {
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    visit.offline.refresh_service().await.unwrap();
    visit
}

pub(crate) fn first_form() -> Office {
    let office = Office::open();
    let page: JsValue = window().into();
    let there = Reflect::get(&page, &"office".into()).unwrap();
    Reflect::set(&there, &"form".into(), &FIRST.into()).unwrap();
    Reflect::set(&there, &"newer".into(), &SECOND.into()).unwrap();
    office
}

/// The committee takes the first form no more.
async fn changes(office: &Office) {
    office.does("office.taken = ['health-certificate|2027.1.0'];").await;
}

pub(crate) fn typed(pairs: &[(&str, &str)]) -> Answers {
    let mut answers = Answers::default();
    for (item, words) in pairs {
        answers.set(Pointer::item(item), vec![Value::Text((*words).into())]);
    }
    answers
}

fn in_account(id: &str) -> String {
    let text = format!("return office.drafts['{id}']?.text ?? '';");
    Function::new_no_args(&text).call0(&JsValue::NULL).unwrap().as_string().unwrap()
}

async fn moves(visit: &Visit, draft: Draft) {
    visit.offline.move_draft(draft, Arc::new(Form::load(SECOND).unwrap())).await;
}

/// A draft that is saved in the account under the first form.
async fn saved_under_the_first(office: &Office) -> (Visit, String, Draft) {
    office.does("office.taken = ['health-certificate|2026.11.1'];").await;
    let visit = signed_in().await;
    let (id, draft) = begun(&visit).await;
    visit.offline.set_consent(&id, true);
    draft.answers.set(typed(&[("a", "one"), ("b", "two")]));
    assert!(draft.save_now().await);
    visit.offline.settle_account(draft).await;
    assert!(in_account(&id).contains("two"));
    (visit, id, draft)
}

#[wasm_bindgen_test]
async fn a_form_that_changes_takes_nothing_out_of_a_draft_that_is_in_the_account() {
    empty_phone().await;
    let office = first_form();
    let (visit, id, _) = saved_under_the_first(&office).await;
    drop(visit);
    changes(&office).await;
    let visit = signed_in().await;
    let draft = opened(&visit, &id).await;
    moves(&visit, draft).await;
    visit.offline.settle_account(draft).await;
    assert_eq!(draft.answers.get_untracked(), typed(&[("a", "one"), ("b", "two")]));
    let there = in_account(&id);
    assert!(there.contains("2027.1.0") && there.contains("two"), "{there}");
    assert!(draft.beside.with_untracked(|beside| beside.left_over.is_empty()));
}

#[wasm_bindgen_test]
async fn a_phone_that_has_the_older_form_open_loses_nothing_to_one_that_has_moved() {
    empty_phone().await;
    let office = first_form();
    let (visit, id, _) = saved_under_the_first(&office).await;
    // Another phone opens the newer form, changes an answer and saves.
    changes(&office).await;
    let there = r#"{"questionnaire":"health-certificate|2027.1.0","answers":{"resourceType":"QuestionnaireResponse","item":[
        {"linkId":"p","item":[{"linkId":"a","answer":[{"valueString":"one"}]},{"linkId":"b","answer":[{"valueString":"three"}]}]}]}}"#;
    office.does(&format!("office.drafts['{id}'] = {{ etag: 90, text: `{there}` }};")).await;
    drop(visit);
    let visit = signed_in().await;
    let here = opened(&visit, &id).await;
    here.answers.set(typed(&[("a", "one more"), ("b", "two")]));
    assert!(here.save_now().await);
    visit.offline.settle_account(here).await;
    assert_eq!(here.answers.get_untracked(), typed(&[("a", "one more"), ("b", "two")]), "it waits until it has moved");
    assert!(in_account(&id).contains("three"));
    moves(&visit, here).await;
    visit.offline.settle_account(here).await;
    assert_eq!(here.answers.get_untracked(), typed(&[("a", "one more"), ("b", "three")]));
    assert!(in_account(&id).contains("one more"));
}

#[wasm_bindgen_test]
async fn a_photo_goes_where_the_newer_form_asks_for_it() {
    empty_phone().await;
    let office = first_form();
    let (visit, id, draft) = saved_under_the_first(&office).await;
    // Nothing of it has come there yet.
    office.does("office.reached = false;").await;
    let kept = visit.offline.keep_document(photo(&id, b"jpeg")).await.unwrap();
    draft.answers.update(|answers| {
        let named = Attachment { document: kept.clone(), ..Attachment::default() };
        answers.set(Pointer::item("id-front"), vec![Value::Attachment(named)]);
    });
    let words = Words { text: "没有写错。".to_owned(), lang: "zh-CN".to_owned() };
    draft.notes.update(|notes| drop(notes.insert(Pointer::item("id-front"), words)));
    assert!(draft.save_now().await);
    changes(&office).await;
    moves(&visit, draft).await;
    // What was said to the reviewer stands at its item too.
    let noted: Vec<Pointer> = draft.notes.with_untracked(|notes| notes.keys().cloned().collect());
    assert_eq!(noted, [Pointer::item("front")]);
    assert_eq!(draft.answers.with_untracked(|answers| answers.get(&Pointer::item("front")).len()), 1);
    let at = |visit: &Visit| visit.offline.document(&kept).get_untracked().map(|it| it.pointer);
    assert_eq!(at(&visit), Some(Pointer::item("front")));
    assert!(draft.save_now().await);
    drop(visit);
    let visit = Visit::opened().await;
    assert_eq!(at(&visit), Some(Pointer::item("front")));
    let waits = visit.offline.outbox().get_untracked().into_iter().filter(|row| row.document.as_ref() == Some(&kept));
    assert_eq!(waits.count(), 1);
}

#[wasm_bindgen_test]
async fn what_another_phone_has_saved_is_judged_by_the_day_of_the_office() {
    empty_phone().await;
    let office = first_form();
    let [first, second] = DAYS;
    let taken = "['health-certificate|2027.1.0', 'health-certificate|2026.11.1']";
    office.does(&format!("office.form = `{first}`; office.newer = `{second}`; office.taken = {taken};")).await;
    // Further on than the phone's day, in whichever zone, as China is from midnight until eight of Greenwich.
    let today = |_| NaiveDate::from_ymd_opt(2099, 1, 2).unwrap();
    let visit = is_signed_in(Visit::on(|| Box::pin(async { Some(OFFICE) }), today).open().await).await;
    let id = visit.offline.begin_draft("health-certificate|2027.1.0");
    let there = r#"{"questionnaire":"health-certificate|2026.11.1","answers":{"resourceType":"QuestionnaireResponse","item":[
        {"linkId":"p","item":[{"linkId":"day","answer":[{"valueDate":"2099-01-02"}]}]}]}}"#;
    office.does(&format!("office.drafts['{id}'] = {{ etag: 90, text: `{there}` }};")).await;
    let draft = opened(&visit, &id).await;
    visit.offline.set_consent(&id, true);
    assert!(draft.save_now().await);
    visit.offline.settle_account(draft).await;
    let day = vec![Value::Date(PartialDate::parse("2099-01-02").unwrap())];
    assert_eq!(draft.answers.with_untracked(|answers| answers.get(&Pointer::item("since")).to_vec()), day);
    assert!(draft.beside.with_untracked(|beside| beside.left_over.is_empty()));
}
