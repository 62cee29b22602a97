//! News of the office, where the stream stands and the service behind it fails.
use super::empty_phone;
use super::hurried;
use super::office::Office;
use super::visit::{Visit, instead_of, until};
use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn what_cannot_be_read_is_not_read_by_more_and_more_with_each_opening_of_the_stream() {
    empty_phone().await;
    let office = Office::open();
    office.does("office.streams = true; office.isBusy = true;").await;
    let page: JsValue = window().into();
    let timer = hurried();
    let visit = Visit::opened().await;
    let asked = |what: &str| {
        let count = Function::new_no_args(&format!("return office.asked.filter(it => it === '{what}').length;"));
        count.call0(&JsValue::NULL).unwrap().as_f64().unwrap()
    };
    for openings in 1..=15 {
        until(|| asked("GET /events") >= f64::from(openings)).await;
    }
    let readings = asked("GET /applications");
    instead_of(&page, "setTimeout", &timer);
    drop(visit);
    // Each opening reads at once, and once more before the next one.
    assert!((14.0..=30.0).contains(&readings), "{readings}");
}
