//! What one page does late, or does not hear of, and another one has done meanwhile.
use super::moved::{first_form, signed_in, typed};
use super::office::Office;
use super::visit::{Visit, begun, in_javascript, instead_of, naming, opened, photo, submission, until};
use super::whose::another_comes;
use super::{empty_phone, prototype, text};
use contract::api::CodeEntered;
use health_certificate::offline::{DraftId, State, Storage, What};
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::wasm_bindgen_test;

/// A page that came to no storage: what it has is in its memory.
async fn keeps_nothing() -> Visit {
    let storage = Reflect::get(&window(), &"indexedDB".into()).unwrap();
    instead_of(&window(), "indexedDB", &JsValue::UNDEFINED);
    let visit = Visit::opened().await;
    instead_of(&window(), "indexedDB", &storage);
    assert!(matches!(visit.offline.storage().get_untracked(), Storage::MemoryOnly(_)));
    visit
}

#[wasm_bindgen_test]
async fn a_page_that_keeps_nothing_and_one_that_does_both_send_what_is_their_own() {
    for keeps_first in [false, true] {
        empty_phone().await;
        let office = Office::open();
        let (first, second) = if keeps_first {
            let keeps = Visit::opened().await;
            (keeps, keeps_nothing().await)
        } else {
            (keeps_nothing().await, Visit::opened().await)
        };
        for visit in [&first, &second] {
            until(|| visit.offline.session().get_untracked().is_signed_in()).await;
            let (id, _) = begun(visit).await;
            let entry = visit.offline.submit(&id, &submission()).await.unwrap();
            let rows = || visit.offline.outbox().get_untracked();
            until(|| rows().iter().any(|row| row.id == entry && matches!(row.state, State::Received { .. }))).await;
        }
        first.offline.sign_out().await.unwrap();
        drop((first, second));
        drop(office);
    }
}
