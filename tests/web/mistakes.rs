//! What is wrong, in the list above a form and for who listens: it goes with what is put right.
use super::filled::Page;
use super::reading::Reads as _;
use super::visit::until;
use contract::questionnaire::{Answers, Beside, Pointer};
use health_certificate::api::sleep;
use health_certificate::ui::elements_in;
use std::time::Duration;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, Event};

const FORM: &str = r#"{"resourceType": "Questionnaire", "url": "https://committee.example/Questionnaire/f", "version": "1",
    "status": "active", "item": [{"linkId": "s", "type": "group", "text": "S", "item": [
        {"linkId": "name", "type": "string", "text": "Name", "required": true},
        {"linkId": "height", "type": "integer", "text": "Height", "required": true}]}]}"#;

async fn page() -> Page {
    Page::of(FORM, Answers::new(), Beside::default(), None).await
}

fn listed(page: &Page) -> Vec<String> {
    elements_in(&page.root, ".hc-errors li").iter().map(|it| it.words()).collect()
}

#[wasm_bindgen_test]
async fn what_is_put_right_goes_from_the_list_and_with_the_last_one_the_list() {
    let (page, [name, height]) = (page().await, ["name", "height"].map(Pointer::item));
    assert!(!page.filling.attempt(&|_| true));
    until(|| listed(&page).len() == 2).await;
    page.types(&name, "Anna");
    until(|| listed(&page).len() == 1).await;
    assert!(listed(&page)[0].contains("Height"), "{:?}", listed(&page));
    page.types(&height, "170");
    until(|| elements_in(&page.root, ".hc-errors").is_empty()).await;
    // What is spoilt again is said at its field, and nothing appears above it while somebody types.
    page.types(&name, "");
    sleep(Duration::from_millis(50)).await;
    assert!(elements_in(&page.root, ".hc-errors").is_empty());
    assert!(!page.filling.attempt(&|_| true));
    page.types(&height, "");
    assert!(!page.filling.attempt(&|_| true));
    until(|| listed(&page).len() == 2).await;
}

#[wasm_bindgen_test]
async fn who_listens_finds_nothing_of_what_was_put_right() {
    let (page, height) = (page().await, Pointer::item("height"));
    let heard = || page.finds::<Element>("[aria-live]").words();
    let leaves = || page.field(&height).dispatch_event(&Event::new("blur").unwrap()).unwrap();
    page.types(&height, "tall");
    leaves();
    until(|| heard().contains("错误：")).await;
    page.types(&height, "170");
    leaves();
    until(|| heard().is_empty()).await;
}
