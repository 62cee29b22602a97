//! The recovery screen: what it says of what is stored, and that it leaves nothing in the way of the next visit.
use super::empty_phone;
use super::visit::{Visit, begun, in_javascript, instead_of, opened, until};
use super::{hurried, text};
use health_certificate::offline::{SaveState, Storage};
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

/// Puts the screen on a page that stops. What it would hand out as a file is in `copy`.
pub(crate) async fn stops() {
    let script = include_str!("../../public/recovery.js");
    let stop = "
        const file = new Blob([\"const BUILD = { wasm: 'app-sample_bg.wasm', js: 'app-sample.js' };\" + name], { type: 'text/javascript' });
        const { watch } = await import(URL.createObjectURL(file));
        const root = document.createElement('div');
        document.body.append(root);
        watch({ root, lang: 'en' });
        globalThis.__hc_panic();
        await new Promise(done => setTimeout(done, 0));
        globalThis.screen_of = root;
        root.querySelector('.hc-recovery') || failed();";
    in_javascript(script, stop).await;
}

/// What the screen hands out as a file, and takes the screen away.
pub(crate) async fn copied() -> String {
    let press = "
        const make = URL.createObjectURL;
        const made = new Promise(done => { URL.createObjectURL = file => (done(file), '#'); });
        [...screen_of.querySelectorAll('button')].find(it => it.textContent === 'Export a copy').click();
        globalThis.handed_out = await (await made).text();
        URL.createObjectURL = make;";
    in_javascript("", press).await;
    let text = Function::new_no_args("return globalThis.handed_out;").call0(&JsValue::NULL).unwrap();
    forget().await;
    text.as_string().unwrap()
}

fn said() -> String {
    let said = Function::new_no_args("return globalThis.screen_of.textContent;").call0(&JsValue::NULL).unwrap();
    said.as_string().unwrap()
}

async fn forget() {
    in_javascript("", "screen_of.remove(); delete globalThis.__hc_saved; delete globalThis.__hc_memory; delete globalThis.__hc_changed;")
        .await;
}

#[wasm_bindgen_test]
async fn where_nothing_can_be_stored_the_screen_says_so_and_offers_the_copy_first() {
    empty_phone().await;
    in_javascript("", "globalThis.screen_of = document.createElement('p');").await;
    forget().await;
    let storage = Reflect::get(&window(), &"indexedDB".into()).unwrap();
    instead_of(&window(), "indexedDB", &JsValue::UNDEFINED);
    let visit = Visit::opened().await;
    assert!(matches!(visit.offline.storage().get_untracked(), Storage::MemoryOnly(_)));
    let (_, draft) = begun(&visit).await;
    draft.answers.set(text("only here"));
    until(|| matches!(draft.saved().get_untracked(), SaveState::MemoryOnly(_))).await;
    stops().await;
    instead_of(&window(), "indexedDB", &storage);
    let said = said();
    assert!(said.contains("Nothing can be stored on this phone") && !said.contains("is on this phone"), "{said}");
    assert!(said.find("Export a copy") < said.find("Open again"), "{said}");
    forget().await;
}

#[wasm_bindgen_test]
async fn where_it_is_stored_the_screen_says_since_when() {
    empty_phone().await;
    in_javascript("", "globalThis.screen_of = document.createElement('p');").await;
    forget().await;
    let visit = Visit::opened().await;
    let (_, draft) = begun(&visit).await;
    draft.answers.set(text("stored"));
    until(|| matches!(draft.saved().get_untracked(), SaveState::Saved(_))).await;
    stops().await;
    let said = said();
    assert!(said.contains("What you entered is on this phone, saved at"), "{said}");
    assert!(said.find("Open again") < said.find("Export a copy"), "{said}");
    forget().await;
}

#[wasm_bindgen_test]
async fn a_copy_made_before_anything_was_ever_stored_makes_no_empty_database() {
    empty_phone().await;
    Visit::opened().await.offline.erase_all().await.unwrap();
    in_javascript("hc", "await ask(indexedDB.deleteDatabase(name));").await;
    stops().await;
    copied().await;
    in_javascript(
        "",
        "if ((await indexedDB.databases()).some(it => it.name === 'hc')) throw new Error('there is one now');",
    )
    .await;
}

#[wasm_bindgen_test]
async fn a_database_that_was_left_without_its_stores_is_made_anew() {
    empty_phone().await;
    Visit::opened().await.offline.erase_all().await.unwrap();
    let empty = "await ask(indexedDB.deleteDatabase(name)); (await ask(indexedDB.open(name))).close();";
    in_javascript("hc", empty).await;
    let visit = Visit::opened().await;
    assert_eq!(visit.offline.storage().get_untracked(), Storage::Kept);
    let (id, _) = begun(&visit).await;
    drop(visit);
    opened(&Visit::opened().await, &id).await;
}

#[wasm_bindgen_test]
async fn a_storage_that_never_opens_keeps_nobody_from_the_copy_of_what_was_on_the_screen() {
    empty_phone().await;
    stops().await;
    let mute = js_sys::Object::new();
    Reflect::set(&mute, &"open".into(), &Function::new_no_args("return {}")).unwrap();
    let storage = Reflect::get(&window(), &"indexedDB".into()).unwrap();
    instead_of(&window(), "indexedDB", &mute);
    let timer = hurried();
    let copy = copied().await;
    instead_of(&window(), "setTimeout", &timer);
    instead_of(&window(), "indexedDB", &storage);
    assert!(!copy.is_empty(), "it says at least that the rest could not be opened");
}
