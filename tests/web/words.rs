//! Sentences that are asked for once, in answer to a press or when a reply has come.
use super::visit::{instead_of, until};
use health_certificate::i18n::{I18n, K};
use health_certificate::reactive::{RwSignal, effect};
use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_sentence_that_nobody_follows_warns_nobody_and_who_follows_it_hears_of_the_language() {
    let console = Reflect::get(&window(), &"console".into()).unwrap();
    let (warn, said) = (Reflect::get(&console, &"warn".into()).unwrap(), Array::new());
    let listen = Function::new_with_args("said", "return (...words) => said.push(words.join(' '))");
    instead_of(&console, "warn", &listen.call1(&console, &said).unwrap());
    let (asks, asked) = std::sync::mpsc::channel();
    let root = document().create_element("div").unwrap();
    let _handle = leptos::mount::mount_to(root.unchecked_into(), move || {
        let (i18n, drawn) = (I18n::new(""), RwSignal::new(0));
        effect(move || {
            i18n.text(K::AppRetry);
            drawn.try_update_untracked(|times| *times += 1);
        });
        asks.send((i18n, drawn)).unwrap();
    });
    let (i18n, drawn) = asked.recv().unwrap();
    i18n.text(K::AppRetry);
    until(|| drawn.get_untracked() == 1).await;
    i18n.use_default();
    until(|| drawn.get_untracked() == 2).await;
    instead_of(&console, "warn", &warn);
    assert_eq!(said.length(), 0, "{said:?}");
}
