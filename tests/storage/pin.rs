//! Guessing a PIN costs time, whatever becomes of the phone's clock.
use super::visit::{Visit, instead_of, until};
use super::{PIN, begun};
use health_certificate::offline::{PinError, Storage};
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen_test::wasm_bindgen_test;

async fn locked() -> Visit {
    let visit = Visit::new();
    until(|| visit.offline.storage().get_untracked() == Storage::Locked).await;
    visit
}

#[wasm_bindgen_test]
async fn setting_the_clock_of_the_phone_shortens_no_wait_for_the_next_pin() {
    let visit = Visit::opened().await;
    begun(&visit).await;
    assert_eq!(visit.offline.set_pin(PIN).await, Ok(()));
    drop(visit);
    let visit = locked().await;
    assert_eq!(visit.offline.pin_wait().await, 0);
    for _ in 0..4 {
        assert_eq!(visit.offline.unlock("000000").await, Err(PinError::Wrong));
    }
    let waits = |tried| matches!(tried, Err(PinError::Wait(25..=30)));
    assert!(waits(visit.offline.unlock("000000").await));
    let date = Reflect::get(&window(), &"Date".into()).unwrap();
    let now = Reflect::get(&date, &"now".into()).unwrap();
    for shift in ["+ 7200000", "- 7200000"] {
        instead_of(&date, "now", &Function::new_no_args(&format!("return new Date().getTime() {shift}")));
        assert!(waits(visit.offline.unlock(PIN).await), "{shift}");
        instead_of(&date, "now", &now);
    }
    drop(visit);
    // A page that is opened anew has seen none of it, and waits as well, from its own beginning.
    health_certificate::api::sleep(Duration::from_millis(1500)).await;
    let visit = locked().await;
    assert_eq!(visit.offline.pin_wait().await, 30);
    visit.offline.erase_locked().await.unwrap();
    drop(visit);
}
