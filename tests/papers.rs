//! What only a browser can prove of papers: that a card is straightened, that corners are moved by key and by pointer, and what
//! is said where there is no camera.
#![cfg(target_family = "wasm")]

#[path = "papers/lens.rs"]
mod lens;
#[path = "papers/pictures.rs"]
mod pictures;

use contract::documents::{Corner, Corners, FileRule, Place, Refusal, Wanted};
use health_certificate::api::sleep;
use health_certificate::documents::{Editing, editor, first_page, look_elsewhere};
use health_certificate::i18n::I18n;
use health_certificate::reactive::Signal;
use image_worker::{Job, look};
use js_sys::Function;
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
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
    let says = || root.query_selector("[role=status]").unwrap().unwrap().text_content().unwrap();
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

/// Workers as said from now on: the first fails, those after are there and call each file empty.
const WORKERS: &str = "let made = 0; globalThis.Worker = class {
    constructor() { const first = made++ === 0;
        setTimeout(() => first ? this.onerror?.(new Event('error')) : this.onmessage?.({ data: 'ready' })); }
    postMessage(job) { setTimeout(() => this.onmessage?.({ data: { id: job.id, code: 'empty' } })); }
    terminate() {}
};";

#[wasm_bindgen_test]
async fn a_worker_that_did_not_start_is_tried_again_with_the_next_photo() {
    run(WORKERS, document().body().unwrap().as_ref());
    let file = photo().await;
    assert!(look_elsewhere("", job(file.clone(), None)).await.is_ok(), "it is looked at on this thread");
    assert_eq!(look_elsewhere("", job(file, None)).await.err(), Some(Refusal::Empty), "that is the worker's word");
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
async fn what_was_found_is_proposed_turned_along_and_can_be_left() {
    let found = Corners::new(CARD.map(|(x, y)| Place::new(x, y))).unwrap();
    let (root, outcome) = opened(true, Some(found)).await;
    assert!(root.text_content().unwrap().contains("已找到证件的四边"));
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
    let said = root.text_content().unwrap();
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
    // The page around ours allows none.
    run("document.featurePolicy.allowsFeature = () => false", document().body().unwrap().as_ref());
    let said = refused_with("NotFoundError").await;
    run("document.featurePolicy.allowsFeature = () => true", document().body().unwrap().as_ref());
    assert!(said.contains("外面的网页没有允许") && said.contains("the other ways"), "{said}");
}
