//! The element that all views are drawn with.
use super::visit::until;
use health_certificate::reactive::RwSignal;
use health_certificate::ui::element::{Element, Value as _};
use leptos::prelude::*;
use std::sync::{Arc, Mutex};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

/// A button that says its round, has one attribute that comes and goes, and counts when it is pressed.
fn round(n: usize, pressed: &Arc<Mutex<Vec<usize>>>) -> Element {
    let pressed = pressed.clone();
    let mut button = Element::new("button");
    button.word("class", "same");
    n.give(&mut button, "data-round");
    (n % 2 == 0).give(&mut button, "hidden");
    button.on(leptos::ev::click, move |_| pressed.lock().unwrap().push(n));
    button.child(format!("round {n}").into_any());
    button
}

#[wasm_bindgen_test]
async fn what_is_drawn_anew_stays_in_the_page_and_only_what_differs_is_set() {
    let root = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&root).unwrap();
    let pressed: Arc<Mutex<Vec<usize>>> = Arc::default();
    let owner = leptos::prelude::Owner::new();
    let n = owner.with(|| RwSignal::new(1_usize));
    let heard = pressed.clone();
    let handle = leptos::mount::mount_to(root.clone().unchecked_into(), move || {
        move || if n.get() < 9 { round(n.get(), &heard) } else { Element::new("hr") }
    });
    let button = || root.query_selector("button").unwrap();
    let first: web_sys::HtmlElement = button().unwrap().unchecked_into();
    first.focus().unwrap();
    for round in [2_usize, 3] {
        n.set(round);
        until(|| button().is_some_and(|it| it.get_attribute("data-round") == Some(round.to_string()))).await;
        let now = button().unwrap();
        assert!(now.is_same_node(Some(&first)), "it is another element");
        assert_eq!(now.has_attribute("hidden"), round % 2 == 0);
        assert_eq!(now.text_content().unwrap(), format!("round {round}"));
        first.click();
    }
    assert_eq!(*pressed.lock().unwrap(), [2, 3], "each press is heard once, by what was drawn last");
    n.set(9);
    until(|| button().is_none()).await;
    assert!(root.query_selector("hr").unwrap().is_some());
    first.click();
    assert_eq!(*pressed.lock().unwrap(), [2, 3], "what is gone hears nothing");
    drop(handle);
    root.remove();
}
