//! What committees write, and what a person must never be caught in because of it.
use super::*;

#[test]
fn what_cannot_be_changed_and_holds_nothing_is_not_required() {
    let sum = json!([{"url": format!("{SDC}sdc-questionnaire-calculatedExpression"),
        "valueExpression": {"language": "text/fhirpath", "expression": "1"}}]);
    let consent = json!([{"url": format!("{OURS}consent"), "extension": [
        {"url": "kind", "valueCode": "declaration"}, {"url": "topic", "valueCode": "truth"}]}]);
    let form = small(&json!([
        {"linkId": "bmi", "type": "decimal", "required": true, "readOnly": true, "extension": sum},
        {"linkId": "card", "type": "attachment", "required": true, "readOnly": true},
        {"linkId": "truth", "type": "boolean", "required": true, "readOnly": true, "extension": consent},
        {"linkId": "office", "type": "string", "required": true, "readOnly": true, "maxLength": 3,
            "initial": [{"valueString": "one"}]},
        {"linkId": "name", "type": "string", "required": true}]));
    let look = evaluate(&form, &Answers::new(), &context());
    assert_eq!(codes(&look), [("#/name".to_owned(), "required")]);
    assert_eq!(look.steps[0].missing_documents, []);
    // What does stand there is judged as anything else.
    assert_eq!(said(&form, "office", text("long")), Some("too-long"));
}

#[test]
fn a_page_that_only_says_something_is_a_page() {
    let when = json!([{"question": "sick", "operator": "=", "answerBoolean": true}]);
    let form = small(&json!([
        {"linkId": "hello", "type": "display", "text": "Welcome"},
        {"linkId": "you", "type": "group", "item": [{"linkId": "sick", "type": "boolean", "required": true}]},
        {"linkId": "advice", "type": "group", "enableWhen": when, "item": [
            {"linkId": "advice.words", "type": "display", "text": "See a doctor"}]},
        {"linkId": "hidden", "type": "group", "item": [{"linkId": "hidden.words", "type": "display",
            "extension": [{"url": format!("{FHIR}questionnaire-hidden"), "valueBoolean": true}]}]},
        {"linkId": "empty", "type": "group", "item": []}]));
    for (sick, expected) in [(false, [true, true, false, false, false]), (true, [true, true, true, false, false])] {
        let mut answers = Answers::new();
        answers.set(Pointer::item("sick"), vec![Value::Boolean(sick)]);
        let look = evaluate(&form, &answers, &context());
        let shown: Vec<bool> = look.steps.iter().map(|step| step.visible).collect();
        assert_eq!(shown, expected);
        assert_eq!((look.steps[0].asked, look.steps[0].progress()), (0, Progress::Filled));
    }
}

/// Nothing of an optional row is there before somebody adds one, and the way to add it is on that page.
#[test]
fn a_page_of_optional_rows_alone_is_a_page() {
    let rows = |more: Json| {
        let mut group = json!({"linkId": "job", "type": "group", "repeats": true, "item": [
            {"linkId": "job.place", "type": "string", "text": "Where"}]});
        group.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        group
    };
    let page = |group: Json| json!({"linkId": "jobs", "type": "group", "text": "Earlier jobs", "item": [group]});
    let hidden = json!({"extension": [{"url": format!("{FHIR}questionnaire-hidden"), "valueBoolean": true}]});
    let when = json!({"enableWhen": [{"question": "worked", "operator": "=", "answerBoolean": true}]});
    for (what, item, visible) in [
        ("on a page", page(rows(json!({}))), true),
        ("a page by itself", rows(json!({})), true),
        ("asked of some", page(rows(when)), false),
        ("never shown", page(rows(hidden)), false),
        ("not to be changed", page(rows(json!({"readOnly": true}))), false),
    ] {
        let form = small(&json!([item, {"linkId": "end", "type": "group", "item": [
            {"linkId": "worked", "type": "boolean"}]}]));
        let look = evaluate(&form, &Answers::new(), &context());
        assert_eq!(look.steps[0].visible, visible, "{what}");
        assert_eq!((look.steps[0].asked, look.steps[0].progress()), (0, Progress::Filled), "{what}");
    }
    // Nor does it go away with its last row.
    let form = small(&json!([page(rows(json!({})))]));
    let mut answers = Answers::new();
    answers.add_row(&Pointer::item("job"), "x");
    answers.remove_row(&Pointer::item("job"), "x");
    assert!(evaluate(&form, &answers, &context()).steps[0].visible);
}

#[test]
fn what_is_written_inside_words_is_asked_all_the_same() {
    let form = small(&json!([{"linkId": "page", "type": "group", "item": [
        {"linkId": "words", "type": "display", "text": "About your work", "item": [
            {"linkId": "inside", "type": "string", "required": true}]},
        {"linkId": "more", "type": "display", "text": "More", "item": [{"linkId": "more.words", "type": "display"}]}]}]));
    assert_eq!(form.item("words").unwrap().widget(), Widget::Group);
    assert_eq!(form.item("more").unwrap().widget(), Widget::Display);
    assert!(evaluate(&form, &Answers::new(), &context()).is_visible(&Pointer::item("inside")));
}

#[test]
fn of_two_consents_that_exclude_each_other_the_one_that_is_asked_counts() {
    let consent = json!({"url": format!("{OURS}consent"), "extension": [
        {"url": "kind", "valueCode": "separate-consent"}, {"url": "topic", "valueCode": "identity"},
        {"url": "version", "valueString": "1"}]});
    let asked = |who: &str, minor: bool| {
        json!({"linkId": who, "type": "boolean", "required": true, "extension": [consent],
            "enableWhen": [{"question": "minor", "operator": "=", "answerBoolean": minor}]})
    };
    let form = small(&json!([
        {"linkId": "p", "type": "group", "item": [
            {"linkId": "minor", "type": "boolean"}, asked("own", false), asked("guardian", true)]},
        {"linkId": "q", "type": "group", "item": [{"linkId": "x", "type": "string"}]}]));
    let identity = |_: &Item, consent: &Consent| consent.topic == "identity";
    for (minor, own, guardian, agreed) in [
        (None, false, false, false),
        (Some(false), true, false, true),
        (Some(false), false, true, false),
        (Some(true), false, true, true),
        (Some(true), true, false, false),
    ] {
        let mut answers = Answers::new();
        let ticks = [("minor", minor), ("own", Some(own)), ("guardian", Some(guardian))];
        for (link_id, tick) in ticks.into_iter().filter_map(|(link_id, tick)| Some((link_id, tick?))) {
            answers.set(Pointer::item(link_id), vec![Value::Boolean(tick)]);
        }
        let look = evaluate(&form, &answers, &context());
        assert_eq!(look.all_agreed(&form, &identity), agreed, "{minor:?} {own} {guardian}");
        let closed: Vec<&str> = look.steps_not_agreed(&form).collect();
        assert_eq!(closed, if agreed { vec![] } else { vec!["p"] }, "{minor:?} {own} {guardian}");
    }
    let none = small(&json!([{"linkId": "x", "type": "string"}]));
    let look = evaluate(&none, &Answers::new(), &context());
    assert!(look.all_agreed(&none, &identity), "who asks for none waits for none");
}
