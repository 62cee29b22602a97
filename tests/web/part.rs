//! A part of the app that does not come at the first try.
use super::reading::Reads as _;
use super::visit::until;
use health_certificate::i18n::I18n;
use health_certificate::reactive::{RwSignal, memo};
use health_certificate::ui::{Loading, PartMissing, elements_in, live, part};
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
