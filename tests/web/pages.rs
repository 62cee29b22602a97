//! Pages that come in one another's place.
use super::visit::{instead_of, until};
use health_certificate::api::sleep;
use health_certificate::reactive::RwSignal;
use health_certificate::route::nav::Arrival;
use health_certificate::route::{Nav, Route, RouteMode};
use health_certificate::ui::element::Element;
use health_certificate::ui::{Pages, live};
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use leptos::task::tick;
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Event;

thread_local! {
    static ENDED: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
    static HEARD: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

fn ended() -> Vec<u32> {
    ENDED.with_borrow(Clone::clone)
}

/// A page with a field, which says when it ends and when its field was left.
fn page(number: u32) -> AnyView {
    on_cleanup(move || ENDED.with_borrow_mut(|all| all.push(number)));
    let mut field = Element::new("input");
    field.on(leptos::ev::blur, move |_| HEARD.with_borrow_mut(|all| all.push(number)));
    field.into_any()
}

#[wasm_bindgen_test]
async fn a_page_ends_once_after_the_next_was_seen_and_hears_nothing_from_then_on() {
    let root = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&root).unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    let _handle = leptos::mount::mount_to(root.clone().unchecked_into(), move || {
        let (place, pages) = (RwSignal::new(0), SendWrapper::new(Pages::here()));
        tell.send(place).unwrap();
        live(move || {
            let number = place.get();
            pages.next(number < 10, || page(number))
        })
    });
    let place: RwSignal<u32> = told.recv().unwrap();
    let field = || root.query_selector("input").unwrap().unwrap();
    let leave = |field: &web_sys::Element| field.dispatch_event(&Event::new("blur").unwrap()).unwrap();
    let first = field();
    leave(&first);
    place.set(1);
    tick().await;
    assert!(ended().is_empty(), "the next one was not seen yet");
    assert!(!first.is_connected());
    leave(&first);
    assert_eq!(HEARD.with_borrow(Clone::clone), [0], "what has gone from the screen hears nothing");
    until(|| ended() == [0]).await;
    leave(&field());
    assert_eq!(HEARD.with_borrow(Clone::clone), [0, 1]);
    // Two before one picture: the earlier one ends when the later one comes.
    place.set(2);
    tick().await;
    place.set(3);
    tick().await;
    until(|| ended() == [0, 1, 2]).await;
    leave(&field());
    assert_eq!(HEARD.with_borrow(Clone::clone), [0, 1, 3]);
    // To a page of another kind, and back.
    place.set(10);
    until(|| ended() == [0, 1, 2, 3]).await;
    place.set(4);
    tick().await;
    assert_eq!(ended(), [0, 1, 2, 3, 10], "one that does not end later ends at once");
    sleep(Duration::from_millis(100)).await;
    assert_eq!(ended(), [0, 1, 2, 3, 10]);
    assert_eq!(root.child_element_count(), 1);
    root.remove();
}

/// The location, at a place of its own below which nothing of ours lies, and what takes it away.
fn nav() -> (Nav, impl Drop) {
    let root = document().create_element("div").unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    let handle = leptos::mount::mount_to(root.unchecked_into(), move || {
        let nav = Nav::new(RouteMode::Query, "", None, false);
        nav.listen();
        tell.send(nav).unwrap();
    });
    (told.recv().unwrap(), handle)
}

#[wasm_bindgen_test]
async fn no_press_of_back_leads_to_where_one_is() {
    let (nav, handle) = nav();
    let history = window().history().unwrap();
    nav.go(Route::Settings);
    let gone = history.length().unwrap();
    nav.go(Route::Settings);
    assert_eq!(history.length().unwrap(), gone, "where one is already there is nowhere to go");
    // As whoever signs in at a page, and is led back to it.
    nav.go(Route::SignIn);
    nav.replace(Route::Settings);
    until(|| nav.is_at(&Route::Settings)).await;
    history.back().unwrap();
    until(|| nav.is_at(&Route::Entrance)).await;
    drop(handle);
}

#[wasm_bindgen_test]
async fn what_is_led_back_to_is_gone_back_to_once_and_begins_at_its_top() {
    let (nav, handle) = nav();
    let history = window().history().unwrap();
    let tall = document().create_element("div").unwrap();
    tall.set_attribute("style", "block-size: 9000px").unwrap();
    document().body().unwrap().append_child(&tall).unwrap();
    nav.go(Route::Settings);
    let left_at = || {
        window().scroll_to_with_x_and_y(0.0, 500.0);
        window().scroll_y().unwrap()
    };
    assert!(left_at() > 0.0);
    nav.go(Route::SignIn);
    let back = Reflect::get(&history, &"back".into()).unwrap();
    let counted = "globalThis.backs = 0; return () => { globalThis.backs += 1; History.prototype.back.call(history); }";
    instead_of(&history, "back", &Function::new_no_args(counted).call0(&JsValue::NULL).unwrap());
    // Two who heard of it.
    nav.replace(Route::Settings);
    nav.replace(Route::Settings);
    let backs = Reflect::get(&window(), &"backs".into()).unwrap();
    instead_of(&history, "back", &back);
    until(|| nav.is_at(&Route::Settings)).await;
    assert_eq!(backs, 1, "gone back so often");
    assert_eq!(nav.arrival(), Arrival::CameBack { scroll: 0 }, "where it was left");

    // Whoever goes back by themselves is where they were.
    left_at();
    nav.go(Route::SignIn);
    history.back().unwrap();
    until(|| nav.is_at(&Route::Settings)).await;
    assert!(matches!(nav.arrival(), Arrival::CameBack { scroll } if scroll > 0), "{:?}", nav.arrival());
    history.back().unwrap();
    until(|| nav.is_at(&Route::Entrance)).await;
    tall.remove();
    drop(handle);
}
