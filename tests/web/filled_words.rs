//! What a form says in its own words, in fields and read back: here its base language is English, and the page speaks Chinese.
use super::filled::Page;
use super::reading::Reads as _;
use super::visit::until;
use contract::questionnaire::{Answers, Beside, Coding, Pointer, Quantity, Value};
use health_certificate::form::{value_text, values_text};
use health_certificate::ui::elements_in;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

/// A question with these members, among others: `zh` stands for a translation.
fn form(items: &str) -> String {
    let zh = |words: &str| {
        format!(
            r#"{{"extension": [{{"url": "http://hl7.org/fhir/StructureDefinition/translation", "extension": [
                {{"url": "lang", "valueCode": "zh"}}, {{"url": "content", "valueString": "{words}"}}]}}]}}"#
        )
    };
    let mut items = items.to_owned();
    for words in ["毫克", "千克", "厨房", "夜里"] {
        items = items.replace(&format!("zh:{words}"), &zh(words));
    }
    format!(
        r#"{{"resourceType": "Questionnaire", "url": "https://committee.example/Questionnaire/f", "version": "1",
            "language": "en", "status": "active", "item": [
                {{"linkId": "s", "type": "group", "text": "S", "item": [{items}]}}]}}"#
    )
}

const MEASURES: &str = r#"
    {"linkId": "dose", "type": "quantity", "text": "Dose", "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption", "valueCoding": {
            "system": "http://unitsofmeasure.org", "code": "mg", "display": "milligrams", "_display": zh:毫克}},
        {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption", "valueCoding": {
            "system": "http://unitsofmeasure.org", "code": "g", "display": "grams"}}]},
    {"linkId": "weight", "type": "decimal", "text": "Weight", "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unit", "valueCoding": {
            "system": "http://unitsofmeasure.org", "code": "kg", "display": "kilograms", "_display": zh:千克}}]},
    {"linkId": "beats", "type": "integer", "text": "Beats", "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unit", "valueCoding": {
            "system": "http://unitsofmeasure.org", "code": "/min", "display": "a minute"}}]},
    {"linkId": "children", "type": "integer", "text": "Children"}"#;

#[wasm_bindgen_test]
async fn a_unit_stands_in_the_language_of_its_person_and_says_where_it_cannot() {
    let dose = Pointer::item("dose");
    let mut answers = Answers::new();
    let two = Quantity { value: 2.0, unit: Some("milligrams".into()), code: Some("mg".into()) };
    answers.set(dose.clone(), vec![Value::Quantity(two)]);
    let page = Page::of(&form(MEASURES), answers, Beside::default(), None).await;
    until(|| !page.field(&dose).value().is_empty()).await;
    assert_eq!(page.field(&dose).value(), "2 毫克");
    let hint: Element = page.finds(&format!("[id=\"{}-hint\"]", page.filling.control_id(&dose)));
    let marked = elements_in(&hint, "[lang]").into_iter();
    let foreign: Vec<_> = marked.map(|it| (it.words(), it.get_attribute("lang"))).collect();
    assert_eq!(foreign, [("grams".to_owned(), Some("en".to_owned()))]);
    assert!(hint.words().contains("毫克"), "{:?}", hint.words());
}

#[wasm_bindgen_test]
async fn a_number_is_read_back_with_its_unit() {
    let page = Page::of(&form(MEASURES), Answers::new(), Beside::default(), None).await;
    let (i18n, form) = (page.filling.i18n(), page.filling.form());
    for (link_id, value, told) in [
        ("weight", Value::Decimal(72.5), "72.5 千克"),
        ("beats", Value::Integer(64), "64 a minute"),
        ("children", Value::Integer(2), "2"),
        (
            "dose",
            Value::Quantity(Quantity { value: 2.0, unit: Some("milligrams".into()), code: Some("mg".into()) }),
            "2 毫克",
        ),
    ] {
        assert_eq!(value_text(i18n, form.item(link_id).unwrap(), &value), told, "{link_id}");
    }
}

#[wasm_bindgen_test]
async fn an_entry_of_a_list_is_read_back_in_the_language_of_its_person() {
    let items = r#"
        {"linkId": "where", "type": "choice", "repeats": true, "text": "Where", "answerOption": [
            {"valueCoding": {"system": "s", "code": "kitchen", "display": "Kitchen", "_display": zh:厨房}},
            {"valueCoding": {"system": "s", "code": "bar", "display": "Bar"}}]},
        {"linkId": "when", "type": "choice", "text": "When", "answerOption": [
            {"valueString": "At night", "_valueString": zh:夜里}]},
        {"linkId": "letter", "type": "attachment", "text": "Letter", "enableBehavior": "any", "enableWhen": [
            {"question": "where", "operator": "=", "answerCoding": {"system": "s", "code": "kitchen"}},
            {"question": "where", "operator": "=", "answerCoding": {"system": "s", "code": "bar"}}]}"#;
    let code = |code: &str| {
        Value::Coding(Coding { system: Some("s".into()), code: code.into(), display: Some(code.to_uppercase()) })
    };
    let where_ = vec![code("kitchen"), code("bar")];
    let mut answers = Answers::new();
    answers.set(Pointer::item("where"), where_.clone());
    let page = Page::of(&form(items), answers, Beside::default(), None).await;
    let (i18n, form) = (page.filling.i18n(), page.filling.form());
    // As the check page and what was sent read it.
    for (link_id, values, told) in
        [("where", where_, "厨房和Bar"), ("when", vec![Value::Text("At night".into())], "夜里")]
    {
        assert_eq!(values_text(i18n, form.item(link_id).unwrap(), &values), told, "{link_id}");
    }
    let because = page.filling.because(Pointer::item("letter")).get_untracked().unwrap_or_default();
    assert!(because.contains("厨房"), "{because:?}");
}

#[wasm_bindgen_test]
async fn an_address_of_the_net_is_not_corrected() {
    const KEYBOARD: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-keyboard";
    let items: Vec<String> = ["email", "url", "chat"]
        .map(|keys| {
            format!(
                r#"{{"linkId": "{keys}", "type": "string", "text": "{keys}",
                    "extension": [{{"url": "{KEYBOARD}", "valueCode": "{keys}"}}]}}"#
            )
        })
        .to_vec();
    let page = Page::of(&form(&items.join(",")), Answers::new(), Beside::default(), None).await;
    for (keys, spellcheck, capitals) in
        [("email", Some("false"), Some("off")), ("url", Some("false"), Some("off")), ("chat", None, None)]
    {
        let field = page.field(&Pointer::item(keys));
        let told = ["spellcheck", "autocapitalize"].map(|name| field.get_attribute(name));
        assert_eq!(told.each_ref().map(Option::as_deref), [spellcheck, capitals], "{keys}");
    }
}

#[wasm_bindgen_test]
async fn rows_that_the_form_does_not_name_have_no_empty_heading() {
    let items = r#"{"linkId": "row", "type": "group", "repeats": true, "required": true, "item": [
        {"linkId": "what", "type": "string", "text": "What"}]}"#;
    let page = Page::of(&form(items), Answers::new(), Beside::default(), None).await;
    assert!(elements_in(&page.root, "h1, h2, h3").is_empty());
    // What is wrong with them leads there all the same.
    page.finds::<Element>(&format!("[id=\"{}\"]", page.filling.control_id(&Pointer::item("row"))));
}

#[wasm_bindgen_test]
async fn rows_that_the_form_does_not_name_are_called_by_what_they_stand_in() {
    let items = r#"{"linkId": "row", "type": "group", "repeats": true, "required": true, "item": [
        {"linkId": "what", "type": "string", "text": "What"}]}"#;
    let page = Page::of(&form(items), Answers::new(), Beside::default(), None).await;
    let legend: Element = page.finds("legend");
    assert_eq!(legend.words(), "S 1");
}

#[wasm_bindgen_test]
async fn an_answer_that_is_only_read_says_its_language() {
    let items = r#"
        {"linkId": "where", "type": "choice", "readOnly": true, "text": "Where", "answerOption": [
            {"valueCoding": {"system": "s", "code": "bar", "display": "Bar"}}]},
        {"linkId": "when", "type": "choice", "readOnly": true, "text": "When", "answerOption": [
            {"valueString": "At night", "_valueString": zh:夜里}]}"#;
    let mut answers = Answers::new();
    let bar = Coding { system: Some("s".into()), code: "bar".into(), display: None };
    answers.set(Pointer::item("where"), vec![Value::Coding(bar)]);
    answers.set(Pointer::item("when"), vec![Value::Text("At night".into())]);
    let page = Page::of(&form(items), answers, Beside::default(), None).await;
    let read = |words: &str| {
        let told = elements_in(&page.root, "p").into_iter().find(|it| it.words() == words);
        told.map(|it| it.get_attribute("lang"))
    };
    until(|| read("Bar").is_some()).await;
    assert_eq!((read("Bar"), read("夜里")), (Some(Some("en".to_owned())), Some(None)));
}
