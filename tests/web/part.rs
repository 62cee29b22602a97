//! A part of the app that does not come at the first try.
use super::reading::Reads as _;
use super::visit::{in_javascript, until};
use health_certificate::i18n::{I18n, K};
use health_certificate::reactive::{RwSignal, derive, memo};
use health_certificate::ui::{Announcer, Loading, PartMissing, Reopen, elements_in, live, live_region, part};
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

/// Comes at the second try, with a view that reads what was made for it.
fn second_try(tries: &Cell<u32>) -> Loading {
    tries.set(tries.get() + 1);
    let comes = tries.get() > 1;
    Box::pin(async move {
        health_certificate::api::sleep(std::time::Duration::from_millis(10)).await;
        if !comes {
            return Err(PartMissing);
        }
        let pressed = RwSignal::new(0);
        let words = memo(move || format!("pressed {} times", pressed.get()));
        let view = leptos::html::button().on(leptos::ev::click, move |_| pressed.update(|n| *n += 1));
        Ok(view.child(live(move || words.get())).into_any())
    })
}

#[wasm_bindgen_test]
async fn a_part_that_came_at_the_second_try_is_drawn_and_answers() {
    let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&root).unwrap();
    let tries = Cell::new(0);
    let handle = leptos::mount::mount_to(root.clone(), move || {
        provide_context(I18n::new("Asia/Shanghai"));
        part(move || second_try(&tries))
    });
    let reads = || root.words();
    let press = || elements_in(&root, "button").pop().unwrap().click();
    until(|| root.query_selector("button").unwrap().is_some()).await;
    press();
    until(|| reads().contains("pressed 0 times")).await;
    press();
    until(|| reads().contains("pressed 1 times")).await;
    drop(handle);
    root.remove();
}

#[wasm_bindgen_test]
async fn a_part_that_neither_comes_nor_fails_is_told_of_and_can_be_opened_again() {
    let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&root).unwrap();
    // Time passes when it is told to: what waits longer than a blink waits for that.
    in_javascript(
        "",
        "const wait = globalThis.waited = setTimeout; let due = []; \
         globalThis.setTimeout = (act, ms) => ms >= 500 ? (due.push([ms, act]), 0) : wait(act, ms); \
         globalThis.pass = until => { const now = due.filter(it => it[0] <= until); due = due.filter(it => it[0] > until); now.forEach(it => it[1]()) }",
    )
    .await;
    let (tell, told) = std::sync::mpsc::channel();
    let handle = leptos::mount::mount_to(root.clone(), move || {
        let (i18n, announcer, pressed) = (I18n::new("Asia/Shanghai"), Announcer::new(), RwSignal::new(false));
        provide_context(i18n);
        provide_context(announcer);
        let go = Callback::new(move |()| pressed.set(true));
        provide_context(Reopen { may: derive(|| true), go, hurdle: RwSignal::new(None) });
        tell.send((i18n, pressed)).unwrap();
        view! { {part(|| Box::pin(std::future::pending()))} {live_region(announcer)} }
    });
    let (i18n, pressed) = told.recv().unwrap();
    let heard = || root.query_selector("[role=status]").unwrap().unwrap().words();
    for (passed, key) in [(1_000, K::WaitOpen), (5_000, K::WaitSlow), (60_000, K::WaitStalled)] {
        in_javascript("", &format!("globalThis.pass({passed})")).await;
        until(|| heard() == i18n.text(key)).await;
    }
    in_javascript("", "globalThis.setTimeout = globalThis.waited").await;
    assert!(root.query_selector("[aria-busy=true] [role=status]").unwrap().is_none(), "what is busy is silent");
    let button = elements_in(&root, "button").pop().unwrap();
    assert!(button.words().contains(&i18n.text(K::WaitReopen)));
    button.click();
    assert!(pressed.get_untracked());
    drop(handle);
    root.remove();
}
