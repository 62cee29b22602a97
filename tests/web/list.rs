//! A long list that one types into.
use super::filled::Page;
use super::reading::Reads as _;
use super::visit::until;
use contract::questionnaire::{Answers, Beside, Pointer, Value};
use health_certificate::ui::elements_in;
use js_sys::Function;
use wasm_bindgen_test::wasm_bindgen_test;

const FORM: &str = r#"{"resourceType": "Questionnaire", "url": "https://committee.example/Questionnaire/f", "version": "1",
    "status": "active", "item": [{"linkId": "s", "type": "group", "text": "S", "item": [
        {"linkId": "land", "type": "open-choice", "text": "Land", "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl", "valueCodeableConcept": {"coding": [
                {"system": "http://hl7.org/fhir/questionnaire-item-control", "code": "autocomplete"}]}}],
         "answerOption": [{"valueCoding": {"code": "KR", "display": "Korea"}}, {"valueCoding": {"code": "KE", "display": "Kenya"}},
            {"valueCoding": {"code": "PE", "display": "Peru"}}]}]}]}"#;

async fn page() -> Page {
    let page = Page::of(FORM, Answers::new(), Beside::default(), None).await;
    // Nobody types before a page has come to rest.
    leptos::task::tick().await;
    page
}

fn land() -> Pointer {
    Pointer::item("land")
}

fn answer(page: &Page) -> Vec<String> {
    page.filling.answers.with_untracked(|all| all.get(&land()).iter().map(Value::plain).collect())
}

fn in_sight(page: &Page) -> Vec<String> {
    let rows = elements_in(&page.root, "ul:not([hidden]) > [role=option]");
    rows.iter().map(|row| row.words()).collect()
}

/// What a keyboard does to the field.
fn does(page: &Page, what: &str) {
    let compose = "const tell = (kind, name, more) => field.dispatchEvent(new kind(name, { bubbles: true, cancelable: true, ...more }));
        const composes = words => { field.value = words; tell(InputEvent, 'input', { isComposing: true }); };
        const presses = key => tell(KeyboardEvent, 'keydown', { key });";
    let act = Function::new_with_args("field", &format!("{compose} {what}"));
    act.call1(&page.field(&land()), &page.field(&land())).unwrap();
}

#[wasm_bindgen_test]
async fn a_list_follows_what_a_keyboard_composes_and_leaves_the_field_to_it() {
    let page = page().await;
    does(&page, "tell(CompositionEvent, 'compositionstart'); composes('K');");
    until(|| in_sight(&page) == ["Korea", "Kenya"]).await;
    assert_eq!(page.field(&land()).value(), "K");
    does(&page, "composes('Ko');");
    until(|| in_sight(&page) == ["Korea"]).await;
    does(&page, "composes('Kox');");
    until(|| in_sight(&page).is_empty()).await;
    does(&page, "composes('Ko'); field.value = 'Kor'; tell(CompositionEvent, 'compositionend');");
    until(|| in_sight(&page) == ["Korea"]).await;
    assert_eq!((page.field(&land()).value(), answer(&page)), ("Kor".to_owned(), vec!["Kor".to_owned()]));
}

#[wasm_bindgen_test]
async fn an_entry_that_was_pressed_while_a_keyboard_composed_closes_the_list() {
    let page = page().await;
    does(&page, "tell(CompositionEvent, 'compositionstart'); composes('Ko');");
    until(|| in_sight(&page) == ["Korea"]).await;
    let press = "field.parentElement.querySelector('[role=option]').dispatchEvent(new MouseEvent('mousedown', { bubbles: true }));";
    does(&page, press);
    until(|| page.field(&land()).value() == "Korea").await;
    // The keyboard gives up what it had.
    does(&page, "tell(CompositionEvent, 'compositionend');");
    until(|| in_sight(&page).is_empty()).await;
    assert_eq!(answer(&page), ["Korea"]);
}

#[wasm_bindgen_test]
async fn a_list_that_is_closed_is_not_chosen_from() {
    let page = page().await;
    page.types(&land(), "Ke");
    until(|| in_sight(&page) == ["Kenya"]).await;
    // Another page fills it in from here on.
    page.closed.set(true);
    does(&page, "presses('ArrowDown'); presses('Enter');");
    leptos::task::tick().await;
    assert_eq!((page.field(&land()).value(), answer(&page)), ("Ke".to_owned(), vec!["Ke".to_owned()]));
    does(&page, "presses('Escape');");
    until(|| in_sight(&page).is_empty()).await;
    does(&page, "presses('ArrowDown');");
    leptos::task::tick().await;
    assert!(in_sight(&page).is_empty());
}
