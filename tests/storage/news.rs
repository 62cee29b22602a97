//! News of the office, where the stream stands and the service behind it fails.
use super::empty_phone;
use super::hurried;
use super::office::Office;
use super::visit::{Visit, instead_of, until};
use health_certificate::offline::{Live, Network};
use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
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

#[wasm_bindgen_test]
async fn an_answer_that_comes_when_the_network_has_just_gone_does_not_make_it_be_there() {
    empty_phone().await;
    let office = Office::open();
    // One that stands: it does not end with the network, as one does not where a phone is between two cells.
    office.does("office.streams = new ReadableStream({ start: it => it.enqueue(office.hello) });").await;
    let visit = Visit::opened().await;
    let network = visit.offline.network();
    until(|| visit.offline.live().get_untracked() == Live::Stream).await;
    assert_eq!(network.get_untracked(), Network::Online);
    office
        .does(
            "office.before = asked => asked === 'GET /applications/*' ? new Promise(then => office.deliver = then) : null;
             Object.defineProperty(navigator, 'onLine', { get: () => false, configurable: true });",
        )
        .await;
    let offline = visit.offline;
    spawn_local(async move { drop(offline.refresh("11111111-0000-4000-8000-000000000001").await) });
    office
        .does(
            "while (!office.deliver) await new Promise(then => setTimeout(then, 20));
             office.reached = false; dispatchEvent(new Event('offline'));",
        )
        .await;
    assert_eq!(network.get_untracked(), Network::Offline);
    office.does("office.deliver();").await;
    until(|| network.get_untracked() == Network::Online).await;
    until(|| network.get_untracked() == Network::Offline).await;
    office.does("delete navigator.onLine;").await;
    drop(visit);
    drop(office);
}
