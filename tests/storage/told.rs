//! What the office has told to wait waits so long: in both forms of `Retry-After`, and whatever becomes of the phone's clock.
use super::empty_phone;
use super::hurried;
use super::office::Office;
use super::visit::{Visit, begun, instead_of, submission, until};
use contract::questionnaire::{Answers, Pointer, Value};
use health_certificate::offline::{Draft, State, What, Why};
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use wasm_bindgen_test::wasm_bindgen_test;

const FORM: &str = include_str!("../../forms/health-certificate.questionnaire.json");
/// What is asked for, in seconds, of a page whose own timers are hurried.
const IN_SECONDS: &str = "office.rests = '2';";
/// The same as a date, which has no parts of a second.
const AS_A_DATE: &str = "office.rests = new Date(Date.now() + 3000).toUTCString();";

async fn signed_in() -> Visit {
    let visit = Visit::opened().await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    visit
}

fn lives_at(street: &str) -> Answers {
    let mut answers = Answers::default();
    answers.set(Pointer::item("contact.residence.address"), vec![Value::Text(street.into())]);
    answers
}

fn asked(what: &str) -> f64 {
    let count = Function::new_no_args(&format!("return office.asked.filter(it => it === '{what}').length;"));
    count.call0(&JsValue::NULL).unwrap().as_f64().unwrap()
}

fn saved() -> f64 {
    asked("PUT /applications/*/draft")
}

/// As `until`, while time is hurried.
async fn at_last(mut met: impl FnMut() -> bool) {
    for _ in 0..2500 {
        if met() {
            return;
        }
        health_certificate::api::sleep(Duration::from_millis(100)).await;
    }
    panic!("waited in vain");
}

async fn types(draft: Draft, street: &str) {
    draft.answers.set(lives_at(street));
    assert!(draft.save_now().await);
}

#[wasm_bindgen_test]
async fn the_account_is_left_in_peace_as_long_as_it_has_told_in_both_forms() {
    empty_phone().await;
    let office = Office::open();
    let page: JsValue = window().into();
    Reflect::set(&Reflect::get(&page, &"office".into()).unwrap(), &"form".into(), &FORM.into()).unwrap();
    let visit = signed_in().await;
    let (id, draft) = begun(&visit).await;
    visit.offline.set_consent(&id, true);
    let timer = hurried();
    types(draft, "one").await;
    at_last(|| saved() >= 1.0).await;
    for (told, street) in [(IN_SECONDS, "two"), (AS_A_DATE, "three")] {
        office.does("office.asked = [];").await;
        office.does(told).await;
        types(draft, street).await;
        at_last(|| saved() >= 1.0).await;
        office.does("office.rests = null;").await;
        // Who types on and who hands over meanwhile ask nothing of it.
        types(draft, &format!("{street}, upstairs")).await;
        health_certificate::api::sleep(Duration::from_secs(15)).await;
        visit.offline.settle_account(draft).await;
        assert!(saved() <= 1.0, "{told}: {}", saved());
        at_last(|| saved() >= 2.0).await;
    }
    instead_of(&page, "setTimeout", &timer);
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn two_that_settle_a_draft_at_the_same_moment_save_it_once() {
    empty_phone().await;
    let office = Office::open();
    let page: JsValue = window().into();
    Reflect::set(&Reflect::get(&page, &"office".into()).unwrap(), &"form".into(), &FORM.into()).unwrap();
    let visit = signed_in().await;
    // It keeps drafts: nothing was kept of that where no other test has asked before.
    visit.offline.refresh_service().await.unwrap();
    let (id, draft) = begun(&visit).await;
    types(draft, "one").await;
    visit.offline.set_consent(&id, true);
    let both: js_sys::Array = (0..2)
        .map(|_| {
            let offline = visit.offline;
            future_to_promise(async move {
                offline.settle_account(draft).await;
                Ok(JsValue::UNDEFINED)
            })
        })
        .collect();
    JsFuture::from(Promise::all(&both)).await.unwrap();
    assert!((saved() - 1.0).abs() < 0.5, "{}", saved());
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn a_clock_that_is_set_makes_no_told_wait_longer_or_shorter() {
    empty_phone().await;
    let date = Reflect::get(&window(), &"Date".into()).unwrap();
    let now = Reflect::get(&date, &"now".into()).unwrap();
    let shifted = |by: &str| Function::new_no_args(&format!("return new Date().getTime() {by}"));
    for (told, shift, stays) in [("2", "- 7200000", false), ("60", "+ 7200000", true)] {
        let office = Office::open();
        office.does(&format!("office.rests = '{told}';")).await;
        let visit = signed_in().await;
        let (id, _) = begun(&visit).await;
        visit.offline.submit(&id, &submission()).await.unwrap();
        let waits = || {
            let rows = visit.offline.outbox().get_untracked();
            let begins = rows.into_iter().find(|row| row.application == id && row.what == What::Begin);
            begins.is_some_and(|row| matches!(row.state, State::Waiting { why: Why::Told, .. }))
        };
        until(waits).await;
        office.does("office.rests = null;").await;
        instead_of(&date, "now", &shifted(shift));
        visit.offline.retry_now();
        if stays {
            health_certificate::api::sleep(Duration::from_millis(500)).await;
            assert!(waits(), "set forward");
        } else {
            until(|| !waits()).await;
        }
        instead_of(&date, "now", &now);
        drop(visit);
        drop(office);
    }
}

#[wasm_bindgen_test]
async fn a_clock_that_was_set_while_another_page_had_its_turn_makes_no_told_wait_longer_or_shorter() {
    empty_phone().await;
    let office = Office::open();
    office.does("office.rests = '60';").await;
    let visit = signed_in().await;
    let (id, _) = begun(&visit).await;
    visit.offline.submit(&id, &submission()).await.unwrap();
    let waits = || {
        let rows = visit.offline.outbox().get_untracked();
        let begins = rows.into_iter().find(|row| row.application == id && row.what == What::Begin)?;
        if let State::Waiting { until, why: Why::Told, .. } = begins.state { Some(until) } else { None }
    };
    until(|| waits().is_some()).await;
    let before = waits().unwrap();
    let takes =
        "navigator.locks.request('hc/sender', { steal: true }, () => new Promise(done => { office.ends = done; }));";
    office.does(takes).await;
    health_certificate::api::sleep(Duration::from_millis(200)).await;
    let date = Reflect::get(&window(), &"Date".into()).unwrap();
    let now = Reflect::get(&date, &"now".into()).unwrap();
    instead_of(&date, "now", &Function::new_no_args("return new Date().getTime() - 3600000"));
    office.does("office.ends();").await;
    until(|| waits().is_some_and(|at| at < before)).await;
    health_certificate::api::sleep(Duration::from_millis(200)).await;
    assert!((asked("PUT /applications/*") - 1.0).abs() < 0.5, "{}", asked("PUT /applications/*"));
    instead_of(&date, "now", &now);
    drop(visit);
    drop(office);
}
