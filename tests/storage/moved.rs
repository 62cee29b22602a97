//! A form that changes while drafts of it are on phones and in accounts: no answer goes, and photos are where they are asked for.
use super::empty_phone;
use super::office::Office;
use super::visit::{Visit, begun, opened, photo, until};
use contract::api::Words;
use contract::questionnaire::{Answers, Attachment, Form, Pointer, Value};
use health_certificate::offline::Draft;
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

pub(crate) async fn signed_in() -> Visit {
    let visit = Visit::opened().await;
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
    let today = visit.offline.now().date_naive();
    visit.offline.move_draft(draft, Arc::new(Form::load(SECOND).unwrap()), today).await;
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
