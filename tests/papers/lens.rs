//! The view of the live camera, with a camera that is a drawing: its lamp, its end, and a page that may have none.
use super::reading::Reads as _;
use super::{presses, run};
use health_certificate::api::sleep;
use health_certificate::documents::{Taking, camera};
use health_certificate::i18n::I18n;
use health_certificate::reactive::Signal;
use js_sys::{Function, JSON};
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

/// An open view, and how many pictures came out of it.
pub(super) async fn view() -> (HtmlElement, Rc<Cell<u32>>) {
    let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&root).unwrap();
    let taken = Rc::new(Cell::new(0));
    let told = StoredValue::new_local(taken.clone());
    leptos::mount::mount_to(root.clone(), move || {
        provide_context(I18n::new("zh-CN"));
        camera(Taking {
            aspect: 1.585,
            portrait: false,
            camera: "environment",
            label: Signal::derive(|| "证件人像面".to_owned()),
            on_done: Callback::new(move |picture: Option<_>| {
                told.with_value(|it| it.set(it.get() + u32::from(picture.is_some())));
            }),
            others: Callback::new(|()| view! { <p>"the other ways"</p> }.into_any()),
        })
    })
    .forget();
    sleep(Duration::from_millis(300)).await;
    (root, taken)
}

/// From now on the browser opens this camera: a grey picture, whose track can do what is said.
fn has_a_camera(able: &str) {
    let script = "document.featurePolicy.allowsFeature = () => true;
        const canvas = document.createElement('canvas'); canvas.width = 640; canvas.height = 480;
        const pen = canvas.getContext('2d'); pen.fillStyle = '#888'; pen.fillRect(0, 0, 640, 480);
        const stream = canvas.captureStream(5), [track] = stream.getTracks();
        globalThis.fake = { track, wishes: [] };
        track.getCapabilities = () => able;
        track.applyConstraints = wish => { fake.wishes.push(wish); return Promise.resolve(); };
        navigator.mediaDevices.getUserMedia = () => Promise.resolve(stream);";
    let able = JSON::parse(able).unwrap();
    Function::new_with_args("able", script).call1(&JsValue::NULL, &able).unwrap();
}

fn wishes() -> String {
    let wishes = Function::new_no_args("return JSON.stringify(fake.wishes)").call0(&JsValue::NULL).unwrap();
    wishes.as_string().unwrap()
}

fn words(root: &HtmlElement) -> String {
    root.words()
}

#[wasm_bindgen_test]
async fn a_lamp_is_offered_where_there_is_one_and_switched() {
    has_a_camera("{}");
    let (root, _) = view().await;
    assert!(!words(&root).contains("补光灯"), "{}", words(&root));
    presses(&root, "关闭").await;
    root.remove();

    has_a_camera(r#"{ "torch": true }"#);
    let (root, _) = view().await;
    presses(&root, "打开补光灯").await;
    assert_eq!(wishes(), r#"[{"advanced":[{"torch":true}]}]"#);
    presses(&root, "关掉补光灯").await;
    assert_eq!(wishes(), r#"[{"advanced":[{"torch":true}]},{"advanced":[{"torch":false}]}]"#);
    assert!(words(&root).contains("打开补光灯"));
    root.remove();
}

#[wasm_bindgen_test]
async fn a_camera_that_stops_is_told_and_its_last_picture_is_no_photo() {
    has_a_camera("{}");
    let (root, taken) = view().await;
    run("fake.track.dispatchEvent(new Event('ended'))", &root);
    sleep(Duration::from_millis(50)).await;
    assert!(words(&root).contains("相机已停止"), "{}", words(&root));
    presses(&root, "拍下").await;
    sleep(Duration::from_millis(200)).await;
    assert_eq!(taken.get(), 0);
    root.remove();
}

#[wasm_bindgen_test]
async fn a_camera_that_another_app_takes_for_a_moment_goes_on_after() {
    has_a_camera("{}");
    let (root, taken) = view().await;
    run("fake.track.dispatchEvent(new Event('mute'))", &root);
    sleep(Duration::from_millis(50)).await;
    assert!(words(&root).contains("相机已停止"));
    run("fake.track.dispatchEvent(new Event('unmute'))", &root);
    sleep(Duration::from_millis(50)).await;
    assert!(!words(&root).contains("相机已停止"));
    presses(&root, "拍下").await;
    for _ in 0..50 {
        if taken.get() > 0 {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(taken.get(), 1);
    root.remove();
}

#[wasm_bindgen_test]
async fn a_picture_that_was_not_taken_is_told_and_the_hints_go_on_after() {
    has_a_camera("{}");
    let (root, taken) = view().await;
    run(
        "globalThis.realBlob = OffscreenCanvas.prototype.convertToBlob;
         OffscreenCanvas.prototype.convertToBlob = () => Promise.reject(new Error('no memory'));",
        &root,
    );
    presses(&root, "拍下").await;
    sleep(Duration::from_millis(300)).await;
    assert!(words(&root).contains("没拍下来"), "{}", words(&root));
    run("OffscreenCanvas.prototype.convertToBlob = realBlob", &root);
    for _ in 0..80 {
        if !words(&root).contains("没拍下来") {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    assert!(!words(&root).contains("没拍下来"), "what is seen is told again: {}", words(&root));
    presses(&root, "拍下").await;
    sleep(Duration::from_millis(500)).await;
    assert_eq!(taken.get(), 1);
    root.remove();
}

#[wasm_bindgen_test]
async fn a_page_that_is_not_secure_has_no_camera_and_says_why() {
    run(
        "document.featurePolicy.allowsFeature = () => true;
         Object.defineProperty(navigator, 'mediaDevices', { value: undefined, configurable: true });",
        document().body().unwrap().as_ref(),
    );
    let (root, _) = view().await;
    run("delete navigator.mediaDevices", document().body().unwrap().as_ref());
    assert!(words(&root).contains("不是安全连接") && words(&root).contains("the other ways"), "{}", words(&root));
    root.remove();
}
