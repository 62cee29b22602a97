//! What only a browser can prove of papers: that a card is straightened, that corners are moved by key and by pointer, and what
//! is said where there is no camera.
#![cfg(target_family = "wasm")]

#[path = "papers/lens.rs"]
mod lens;
#[path = "papers/pictures.rs"]
mod pictures;
#[path = "reading.rs"]
mod reading;

use contract::documents::{Corner, Corners, FileRule, Place, Refusal, Wanted};
use health_certificate::api::sleep;
use health_certificate::documents::{Editing, Zoom, editor, first_page, look_elsewhere, stop_looking};
use health_certificate::i18n::I18n;
use health_certificate::reactive::Signal;
use image_worker::{Job, look};
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use reading::Reads as _;
use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Blob, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

/// Where the card lies in the picture: photographed from its lower side.
const CARD: [(f32, f32); 4] = [(0.25, 0.23), (0.75, 0.23), (0.87, 0.8), (0.13, 0.8)];

/// A picture of 800 by 600 with a printed card on a table.
async fn photo() -> Blob {
    let draw = Function::new_no_args(
        "const c = document.createElement('canvas'); c.width = 800; c.height = 600; const p = c.getContext('2d');
         p.fillStyle = '#5c4e40'; p.fillRect(0, 0, 800, 600);
         p.beginPath(); p.moveTo(200, 138); p.lineTo(600, 138); p.lineTo(696, 480); p.lineTo(104, 480); p.closePath();
         p.fillStyle = '#e6eae8'; p.fill(); p.clip(); p.fillStyle = '#223';
         for (let y = 160; y < 470; y += 18) for (let x = 120; x < 690; x += 9) p.fillRect(x, y, 4, 9);
         return c;",
    );
    let canvas = draw.call0(&JsValue::NULL).unwrap();
    image_worker::photograph(&canvas, contract::documents::Pixels { width: 800, height: 600 }).await.unwrap()
}

fn job(file: Blob, corners: Option<Corners>) -> Job {
    let wanted = Wanted { checks: Vec::new(), aspect: Some(1.585), portrait: false };
    let rule = FileRule::to_choose(&["image/jpeg".to_owned()], None, 1 << 20, 1);
    Job { id: 1, file, rule, wanted, turns: Some(0), corners, watermark: None, marked: false }
}

#[wasm_bindgen_test]
async fn a_card_on_a_table_is_found_and_straightened() {
    let file = photo().await;
    let found = look(&job(file.clone(), None)).await.unwrap().corners.expect("the card lies on plain ground");
    for (place, (x, y)) in found.places().into_iter().zip(CARD) {
        assert!((place.x - x).abs() < 0.015 && (place.y - y).abs() < 0.015, "{found:?}");
    }
    let straight = look(&job(file, Some(found))).await.unwrap();
    let (width, height) = straight.size;
    assert!((f64::from(width) / f64::from(height) / 1.585 - 1.0).abs() < 0.01, "{width} x {height}");
    assert_eq!(straight.corners, None, "what is cut out is not cut again");
}

type Outcome = Rc<RefCell<Option<Option<(u8, Corners)>>>>;

/// An open editor, and what came of it.
async fn opened(free: bool, found: Option<Corners>) -> (HtmlElement, Outcome) {
    opened_for(free, None, found).await
}

async fn opened_for(free: bool, shape: Option<f32>, found: Option<Corners>) -> (HtmlElement, Outcome) {
    let file = photo().await;
    let outcome = Outcome::default();
    let told = StoredValue::new_local(outcome.clone());
    let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&root).unwrap();
    leptos::mount::mount_to(root.clone(), move || {
        provide_context(I18n::new("zh-CN"));
        editor(Editing {
            file,
            turns: 0,
            corners: None,
            found: Signal::derive(move || found),
            free,
            shape,
            label: Signal::derive(|| "证件人像面".to_owned()),
            on_done: Callback::new(move |it| {
                told.with_value(|told| {
                    told.borrow_mut().replace(it);
                });
            }),
        })
    })
    .forget();
    sleep(Duration::from_millis(400)).await;
    (root, outcome)
}

fn run(script: &str, root: &HtmlElement) {
    Function::new_with_args("root", script).call1(&JsValue::NULL, root).unwrap();
}

async fn presses(root: &HtmlElement, words: &str) {
    run(&format!("[...root.querySelectorAll('button')].find(b => b.textContent.includes('{words}')).click()"), root);
    sleep(Duration::from_millis(50)).await;
}

const KEY: &str = "root.querySelector('.hc-edit__corner').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', shiftKey: true, bubbles: true }))";

#[wasm_bindgen_test]
async fn corners_are_moved_by_key_and_each_step_is_undone() {
    let (root, outcome) = opened(true, None).await;
    run(KEY, &root);
    run(KEY, &root);
    sleep(Duration::from_millis(50)).await;
    let name = root.query_selector(".hc-edit__corner").unwrap().unwrap().get_attribute("aria-label").unwrap();
    assert!(name.contains("左上角") && name.contains("10%"), "{name}");
    presses(&root, "撤销").await;
    presses(&root, "就这样").await;
    let (turns, corners) = outcome.borrow().flatten().expect("it was ended");
    assert_eq!(turns, 0);
    assert!((corners.place(Corner::UpperLeft).x - 0.05).abs() < 0.001, "{corners:?}");
    root.remove();
}

#[wasm_bindgen_test]
async fn a_proposal_a_turn_and_a_drag_are_one_step_back_each_and_a_press_is_none() {
    let found = Corners::new(CARD.map(|(x, y)| Place::new(x, y))).unwrap();
    let (root, outcome) = opened(true, Some(found)).await;
    let says = || root.query_selector("[role=status]").unwrap().unwrap().words();
    presses(&root, "转一下").await;
    assert_eq!(says(), "已旋转到 90°");
    run(
        "const stage = root.querySelector('.hc-edit__stage'), corner = root.querySelector('.hc-edit__corner'), box = stage.getBoundingClientRect();
         const at = (kind, x, y, on) => on.dispatchEvent(new PointerEvent(kind, { clientX: box.left + box.width * x, clientY: box.top + box.height * y, pointerId: 1, bubbles: true }));
         at('pointerdown', .3, .3, corner); at('pointerup', .3, .3, corner);
         at('pointerdown', .3, .3, corner); at('pointermove', .1, .1, corner); at('pointermove', .12, .1, corner); at('pointerup', .12, .1, corner);",
        &root,
    );
    for left in ["已撤销，还可撤销 2 步", "已撤销，还可撤销 1 步", "已撤销，还可撤销 0 步"] {
        presses(&root, "撤销").await;
        assert_eq!(says(), left);
    }
    let disabled = "return [...root.querySelectorAll('button')].find(b => b.textContent.includes('撤销')).getAttribute('aria-disabled') === 'true' || [...root.querySelectorAll('button')].find(b => b.textContent.includes('撤销')).disabled";
    let blocked = Function::new_with_args("root", disabled).call1(&JsValue::NULL, &root).unwrap();
    assert!(blocked.is_truthy(), "there is nothing left to go back to");
    presses(&root, "就这样").await;
    assert_eq!(outcome.borrow().flatten(), Some((0, Corners::WHOLE)));
    root.remove();
}

#[wasm_bindgen_test]
async fn a_pdf_that_never_opens_is_not_waited_for_and_not_held_against_it() {
    // A script that opens for ever, and a clock on which its time is over at once.
    run(
        "const real = globalThis.setTimeout; globalThis.setTimeout = (then, after, ...more) => real(then, after === 15000 ? 0 : after, ...more);",
        document().body().unwrap().as_ref(),
    );
    // Not even the script comes.
    let script = "data:text/javascript,await new Promise(() => {});//";
    let first = first_page(script, &photo().await, 50).await;
    assert!(matches!(first, Ok(None)));
    let script = "data:text/javascript,export const open = () => new Promise(() => {});//";
    let first = first_page(script, &photo().await, 50).await;
    assert!(matches!(first, Ok(None)));
}

#[wasm_bindgen_test]
async fn a_photo_is_made_as_light_as_the_service_takes_it() {
    let file = photo().await;
    let most = |bytes| Job {
        rule: FileRule::to_choose(&["image/jpeg".to_owned()], None, bytes, 1),
        ..job(file.clone(), None)
    };
    let looked = look(&most(15_000)).await.unwrap();
    assert!(looked.bytes.length() <= 15_000, "{} bytes", looked.bytes.length());
    assert!(looked.size.0 < 800 && looked.size.0.abs_diff(looked.size.1 * 4 / 3) < 3, "{:?}", looked.size);
    let refused = look(&most(500)).await.err();
    assert_eq!(refused, Some(Refusal::TooLarge { limit: 500 }), "said here, and not by the service");
}

/// From now on there are as many workers as are made: those of `come` are there and call each file empty, unless `dying`; the
/// others fail.
const WORKERS: &str = "globalThis.made = 0; globalThis.come = []; globalThis.dying = false; globalThis.Worker = class {
    constructor() { const here = come.includes(++made);
        setTimeout(() => here ? this.onmessage?.({ data: 'ready' }) : this.onerror?.(new Event('error'))); }
    postMessage(job) { setTimeout(() => dying ? this.onerror?.(new Event('error')) : this.onmessage?.({ data: { id: job.id, code: 'empty' } })); }
    terminate() {}
};";

#[wasm_bindgen_test]
async fn a_worker_that_did_not_start_is_tried_again_with_the_next_photo_three_times_in_a_row() {
    let page: HtmlElement = document().body().unwrap();
    let file = photo().await;
    let looks = async || look_elsewhere("", job(file.clone(), None)).await.map(drop);
    let here = Ok(());
    let there = Err(Refusal::Empty);
    run(&format!("{WORKERS} come = [3];"), &page);
    assert_eq!([looks().await, looks().await, looks().await], [here, here, there], "the third is tried, and came");
    // A browser whose workers have no canvas: the worker is not asked.
    run("globalThis.canvas = OffscreenCanvas; delete globalThis.OffscreenCanvas;", &page);
    assert_eq!(looks().await, here);
    run("globalThis.OffscreenCanvas = canvas;", &page);
    assert_eq!(looks().await, there);
    run("dying = true;", &page);
    assert_eq!(looks().await, Err(Refusal::Blank), "it died of the photo");
    assert_eq!([looks().await, looks().await, looks().await], [here; 3]);
    run("come = [7];", &page);
    assert_eq!(looks().await, here, "three in a row did not come: none is tried any more");
    assert_eq!(js_sys::Reflect::get(&js_sys::global(), &"made".into()).unwrap(), 6);

    // What looks on this thread is stopped too, and the next one has its turn.
    let stops = async {
        sleep(Duration::from_millis(0)).await;
        stop_looking(1);
    };
    let (stopped, ()) = both(look_elsewhere("", job(file.clone(), None)), stops).await;
    assert_eq!(stopped.map(drop), Err(Refusal::Blank));
    assert_eq!(looks().await, here);
}

/// Both at once.
async fn both<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> (A, B) {
    let (mut one, mut other) = (Box::pin(one), Box::pin(other));
    let (mut first, mut second) = (None, None);
    poll_fn(|context| {
        if first.is_none()
            && let Poll::Ready(it) = one.as_mut().poll(context)
        {
            first = Some(it);
        }
        if second.is_none()
            && let Poll::Ready(it) = other.as_mut().poll(context)
        {
            second = Some(it);
        }
        if first.is_some() && second.is_some() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    (first.unwrap(), second.unwrap())
}

#[wasm_bindgen_test]
async fn a_file_that_is_too_large_to_read_is_judged_by_its_first_bytes() {
    // Sixty-five megabytes that begin so.
    let file = |head: &str| {
        let script = "const part = new Uint8Array(1 << 20); return new Blob([head, ...Array(65).fill(part)]);";
        Function::new_with_args("head", script).call1(&JsValue::NULL, &head.into()).unwrap().unchecked_into::<Blob>()
    };
    let types = ["image/jpeg".to_owned(), "application/pdf".to_owned()];
    let both = FileRule::to_choose(&types, None, 10 << 20, 50);
    let photos = FileRule::to_choose(&types[..1], None, 10 << 20, 50);
    for (head, rule, expected) in [
        ("%PDF-1.7", &both, Refusal::TooLarge { limit: 10 << 20 }),
        ("%PDF-1.7", &photos, Refusal::Type),
        ("a film", &both, Refusal::Type),
        ("RIFF....WEBP", &both, Refusal::TooLarge { limit: 64 << 20 }),
    ] {
        let told = look(&Job { rule: rule.clone(), ..job(file(head), None) }).await.err();
        assert_eq!(told, Some(expected), "{head}");
    }
}

#[wasm_bindgen_test]
async fn corners_are_dragged_and_of_a_portrait_they_stay_upright() {
    let (root, outcome) = opened(false, None).await;
    run(
        "const stage = root.querySelector('.hc-edit__stage'), corner = root.querySelectorAll('.hc-edit__corner')[2], box = stage.getBoundingClientRect();
         const at = (kind, x, y, on) => on.dispatchEvent(new PointerEvent(kind, { clientX: box.left + box.width * x, clientY: box.top + box.height * y, pointerId: 1, bubbles: true }));
         at('pointerdown', 1, 1, corner); at('pointermove', .6, .7, corner); at('pointerup', .6, .7, corner); at('pointermove', .1, .1, corner);",
        &root,
    );
    presses(&root, "就这样").await;
    let (_, corners) = outcome.borrow().flatten().expect("it was ended");
    let near = |place: Place, x: f32, y: f32| (place.x - x).abs() < 0.02 && (place.y - y).abs() < 0.02;
    assert!(near(corners.place(Corner::LowerRight), 0.6, 0.7), "{corners:?}");
    assert!(near(corners.place(Corner::UpperRight), 0.6, 0.0), "it stays upright: {corners:?}");
    root.remove();
}

#[wasm_bindgen_test]
async fn the_frame_of_a_portrait_keeps_the_shape_that_its_item_asks() {
    let (root, outcome) = opened_for(false, Some(0.75), None).await;
    let kept = || {
        let outline = root.query_selector(".hc-edit__shade polygon").unwrap().unwrap().get_attribute("points").unwrap();
        let numbers: Vec<f64> = outline.split([' ', ',']).map(|it| it.parse().unwrap()).collect();
        let picture = root.query_selector(".hc-edit__picture").unwrap().unwrap();
        let side = |name: &str| Reflect::get(&picture, &name.into()).unwrap().as_f64().unwrap();
        let shape = (numbers[2] - numbers[0]) * side("width") / ((numbers[5] - numbers[1]) * side("height"));
        assert!((shape / 0.75 - 1.0).abs() < 0.01, "{outline}");
        outline
    };
    let mut before = kept();
    for (how, script) in [
        (
            "finger",
            "at('pointerdown', 1, 1, corners[2]); at('pointermove', .7, .6, corners[2]); at('pointerup', .7, .6, corners[2]);",
        ),
        (
            "mouse",
            "at('pointerdown', .4, .3, stage); at('pointermove', .5, .4, stage); at('pointerup', .5, .4, stage);",
        ),
        (
            "key",
            "corners[0].dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', shiftKey: true, bubbles: true }));",
        ),
        (
            "button",
            "[...root.querySelectorAll('button')].find(b => b.getAttribute('aria-label')?.startsWith('左上角往下')).click();",
        ),
        ("turn", "[...root.querySelectorAll('button')].find(b => b.textContent.includes('转一下')).click();"),
    ] {
        let begin = "const stage = root.querySelector('.hc-edit__stage'), corners = root.querySelectorAll('.hc-edit__corner'), box = stage.getBoundingClientRect();
            const at = (kind, x, y, on) => on.dispatchEvent(new PointerEvent(kind, { clientX: box.left + box.width * x, clientY: box.top + box.height * y, pointerId: 1, bubbles: true }));";
        run(&format!("{begin} {script}"), &root);
        sleep(Duration::from_millis(50)).await;
        let after = kept();
        assert_ne!(after, before, "{how}");
        before = after;
    }
    presses(&root, "就这样").await;
    let (turns, corners) = outcome.borrow().flatten().expect("it was ended");
    assert_eq!(turns, 1);
    assert!(corners.is_whole(), "turned, the picture has that shape");
    root.remove();
}

/// As a screen reader on a phone does it: it clicks, and neither drags nor presses keys.
#[wasm_bindgen_test]
async fn corners_are_moved_by_clicks_alone() {
    let (root, outcome) = opened(true, None).await;
    let says = || root.query_selector("[role=status]").unwrap().unwrap().words();
    let clicks = async |name: &str| {
        run(
            &format!(
                "[...root.querySelectorAll('button')].find(b => b.getAttribute('aria-label')?.startsWith('{name}')).click()"
            ),
            &root,
        );
        sleep(Duration::from_millis(50)).await;
    };
    clicks("左上角往右").await;
    clicks("右下角，").await;
    assert!(says().starts_with("右下角"), "{}", says());
    for way in ["右下角往左", "右下角往左", "右下角往上", "右下角往下", "右下角往上"] {
        clicks(way).await;
    }
    assert!(says().contains("96%") && says().contains("98%"), "{}", says());
    presses(&root, "就这样").await;
    let (_, corners) = outcome.borrow().flatten().expect("it was ended");
    let near = |place: Place, x: f32, y: f32| (place.x - x).abs() < 0.001 && (place.y - y).abs() < 0.001;
    assert!(near(corners.place(Corner::UpperLeft), 0.02, 0.0), "{corners:?}");
    assert!(near(corners.place(Corner::LowerRight), 0.96, 0.98), "{corners:?}");
    root.remove();
}

/// A room of 200 pixels around something larger, and how far it is scrolled.
#[wasm_bindgen_test]
async fn a_mouse_that_let_go_outside_does_not_hang_on_to_the_picture() {
    let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    root.style().set_property("width", "200px").unwrap();
    document().body().unwrap().append_child(&root).unwrap();
    leptos::mount::mount_to(root.clone(), move || {
        provide_context(I18n::new("zh-CN"));
        Zoom::new().room(view! { <div style="width: 900px; height: 900px"></div> }.into_any())
    })
    .forget();
    run(
        "const room = root.querySelector('.hc-view__room'); room.style.cssText = 'overflow: auto; width: 200px; height: 200px';",
        &root,
    );
    let event = |kind: &str, x: i32, buttons: i32| {
        run(
            &format!(
                "root.querySelector('.hc-view__room').dispatchEvent(new PointerEvent('{kind}', {{ clientX: {x}, clientY: 50, pointerId: 1, pointerType: 'mouse', buttons: {buttons}, bubbles: true }}))"
            ),
            &root,
        );
    };
    let at = || root.query_selector(".hc-view__room").unwrap().unwrap().scroll_left();
    event("pointerdown", 150, 1);
    event("pointermove", 100, 1);
    assert_eq!(at(), 50);
    // It was let go of outside, where nobody heard it.
    event("pointermove", 60, 0);
    event("pointermove", 20, 0);
    assert_eq!(at(), 50, "nothing holds it");
    // Pressed, lost before it moved far enough to be held, and pressed again: one pointer is no two fingers.
    event("pointerdown", 150, 1);
    event("pointerdown", 150, 1);
    event("pointermove", 120, 1);
    assert_eq!(at(), 80);
    event("pointerup", 120, 0);
    root.remove();
}

#[wasm_bindgen_test]
async fn what_was_found_is_proposed_turned_along_and_can_be_left() {
    let found = Corners::new(CARD.map(|(x, y)| Place::new(x, y))).unwrap();
    let (root, outcome) = opened(true, Some(found)).await;
    assert!(root.words().contains("已找到证件的四边"));
    presses(&root, "转一下").await;
    presses(&root, "就这样").await;
    assert_eq!(outcome.borrow().flatten(), Some((1, found.turned())));
    root.remove();
    let (root, outcome) = opened(true, Some(found)).await;
    presses(&root, "不改了").await;
    assert_eq!(*outcome.borrow(), Some(None), "nothing is changed");
    root.remove();
}

/// The view of the camera where the browser answers with this error; what it says.
async fn refused_with(name: &str) -> String {
    // No camera may open in a test, whatever the machine has.
    run(
        &format!("navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', '{name}'))"),
        document().body().unwrap().as_ref(),
    );
    let (root, _) = lens::view().await;
    let said = root.words();
    root.remove();
    said
}

#[wasm_bindgen_test]
async fn without_a_camera_it_is_said_why_and_the_other_ways_are_there() {
    run("document.featurePolicy.allowsFeature = () => true", document().body().unwrap().as_ref());
    for (name, words) in [
        ("NotFoundError", "没有找到相机"),
        ("NotAllowedError", "没有让用相机"),
        ("NotReadableError", "相机正被别的应用用着"),
        ("AbortError", "相机正被别的应用用着"),
    ] {
        let said = refused_with(name).await;
        assert!(said.contains(words) && said.contains("the other ways"), "{name}: {said}");
    }
    // A browser that does not tell whether the page around ours allows any.
    run(
        "Object.defineProperty(document, 'featurePolicy', { configurable: true, value: undefined });
         globalThis.around = window.parent; window.parent = {};",
        document().body().unwrap().as_ref(),
    );
    let said = refused_with("NotAllowedError").await;
    run("delete document.featurePolicy; window.parent = around;", document().body().unwrap().as_ref());
    assert!(said.contains("也可能是外面的网页没有允许") && said.contains("the other ways"), "{said}");
    // The page around ours allows none.
    run("document.featurePolicy.allowsFeature = () => false", document().body().unwrap().as_ref());
    let said = refused_with("NotFoundError").await;
    run("document.featurePolicy.allowsFeature = () => true", document().body().unwrap().as_ref());
    assert!(said.contains("外面的网页没有允许") && said.contains("the other ways"), "{said}");
}
