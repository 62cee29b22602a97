//! A PIN: when it can be set and taken away, and that guessing costs time, whatever becomes of the phone's clock.
use super::empty_phone;
use super::visit::{Visit, answers, begun, in_javascript, instead_of, opened, until};
use health_certificate::offline::{PinError, Storage};
use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use wasm_bindgen_test::wasm_bindgen_test;

const PIN: &str = "482915";

async fn locked() -> Visit {
    let visit = Visit::new();
    until(|| visit.offline.storage().get_untracked() == Storage::Locked).await;
    visit
}

#[wasm_bindgen_test]
async fn a_pin_is_set_and_taken_away_only_while_no_other_page_has_something_in_hand() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (id, draft) = begun(&visit).await;
    draft.answers.set(answers());
    assert!(draft.save_now().await);

    let navigator: JsValue = window().navigator().into();
    let locks = Reflect::get(&navigator, &"locks".into()).unwrap();
    instead_of(&navigator, "locks", &JsValue::UNDEFINED);
    assert_eq!(visit.offline.set_pin(PIN).await, Err(PinError::NoLocks));
    instead_of(&navigator, "locks", &locks);

    // Another page has a draft in hand.
    in_javascript(
        "hc/draft/11111111-1111-4111-8111-111111111111/application/0",
        "await new Promise(held => navigator.locks.request(name, () => { held(); return new Promise(end => { globalThis.ends = end; }); }));",
    )
    .await;
    assert_eq!(visit.offline.set_pin(PIN).await, Err(PinError::OtherPages));
    assert!(!visit.offline.has_pin().await);
    in_javascript("", "globalThis.ends();").await;
    assert_eq!(visit.offline.set_pin(PIN).await, Ok(()));
    assert!(visit.offline.has_pin().await);
    drop(visit);

    let visit = Visit::new();
    until(|| visit.offline.storage().get_untracked() == Storage::Locked).await;
    assert!(visit.offline.drafts().get_untracked().is_empty());
    assert_eq!(visit.offline.unlock("000000").await, Err(PinError::Wrong));
    // Typed as some keyboards do, it is the same one.
    let wide: String = PIN.chars().filter_map(|it| char::from_u32(u32::from('０') + it.to_digit(10)?)).collect();
    assert_eq!(visit.offline.unlock(&wide).await, Ok(()));
    until(|| visit.offline.storage().get_untracked() == Storage::Kept).await;
    assert!(visit.offline.whole().await);
    assert_eq!(opened(&visit, &id).await.answers.get_untracked(), answers());
    assert_eq!(visit.offline.remove_pin("000000").await, Err(PinError::Wrong));
    assert!(visit.offline.has_pin().await);
    assert_eq!(visit.offline.remove_pin(PIN).await, Ok(()));
    assert!(!visit.offline.has_pin().await);
    drop(visit);

    let visit = Visit::opened().await;
    assert_eq!(visit.offline.storage().get_untracked(), Storage::Kept);
    assert_eq!(opened(&visit, &id).await.answers.get_untracked(), answers());
}

#[wasm_bindgen_test]
async fn setting_the_clock_of_the_phone_shortens_no_wait_for_the_next_pin() {
    empty_phone().await;
    let visit = Visit::opened().await;
    begun(&visit).await;
    assert_eq!(visit.offline.set_pin(PIN).await, Ok(()));
    drop(visit);
    let visit = locked().await;
    assert_eq!(visit.offline.pin_wait().await, 0);
    // An empty field, or half of one, is no guess.
    for typed in ["", "12345", "１２", "     "].repeat(3) {
        assert_eq!(visit.offline.unlock(typed).await, Err(PinError::Short));
    }
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

#[wasm_bindgen_test]
async fn guesses_of_two_pages_at_the_same_moment_are_two_guesses() {
    empty_phone().await;
    let visit = Visit::opened().await;
    begun(&visit).await;
    assert_eq!(visit.offline.set_pin(PIN).await, Ok(()));
    drop(visit);
    let (one, other) = (locked().await, locked().await);
    let guesses: Array = [one.offline, other.offline]
        .into_iter()
        .map(|offline| {
            future_to_promise(async move {
                assert_eq!(offline.unlock("000000").await, Err(PinError::Wrong));
                Ok(JsValue::UNDEFINED)
            })
        })
        .collect();
    JsFuture::from(Promise::all(&guesses)).await.unwrap();
    let counted = "const d = await ask(indexedDB.open('hc'));
        const [wrong] = await ask(d.transaction('open').objectStore('open').get('pin-tries')); d.close();
        if (wrong !== 2) throw new Error(wrong);";
    in_javascript("", counted).await;
    drop(other);
    one.offline.erase_locked().await.unwrap();
    drop(one);
}
