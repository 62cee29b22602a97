//! What is told of our own forms, of those of other makers, and of what is no form.
use super::*;
use crate::files;
use serde_json::json;

fn report(path: &str) -> Report {
    Report::of(&load(&std::fs::read(files::root().join(path)).unwrap()).unwrap())
}

#[test]
fn our_own_forms_are_supported_whole() {
    for name in ["health-certificate", "report"] {
        let report = report(&format!("forms/{name}.questionnaire.json"));
        assert_eq!(report.unsupported, Vec::<String>::new());
        assert!(!report.text.contains("Without a translation"), "{}", report.text);
    }
}

#[test]
fn a_form_that_asks_nobody_whether_to_be_reminded_is_said_to() {
    let ours = report("forms/health-certificate.questionnaire.json");
    assert!(ours.text.contains("reminder: consent.reminder"), "{}", ours.text);
    let other = report("tests/fixtures/questionnaires/questionnaire-sdc-test-required-field.json");
    assert!(other.text.contains("reminder: no consent has this topic"), "{}", other.text);
}

#[test]
fn forms_of_other_makers_are_told_step_by_step() {
    for (name, says, unsupported) in [
        ("profile-example-weight-height", "is computed by other tools, and asked here as any other question", 3),
        ("test-all-data-types", "id-datetime  date with time", 4),
        ("test-enablewhen", "s1-radio does not take: no such code in its list", 12),
        ("test-initial-value", "steps: 1", 1),
        ("test-repeatable-nested-groups", "steps: 1", 1),
        ("test-required-field", "required", 1),
    ] {
        let report = report(&format!("tests/fixtures/questionnaires/questionnaire-sdc-{name}.json"));
        assert!(report.text.contains(says), "{name}: {}", report.text);
        assert_eq!(report.unsupported.len(), unsupported, "{name}: {:?}", report.unsupported);
    }
}

/// Of an item that lies in another that is drawn as something else, what is said holds there too.
#[test]
fn what_lies_inside_another_question_is_told_and_asked() {
    let inside = |link_id: &str| json!([{"linkId": link_id, "type": "string", "text": "x", "required": true}]);
    let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "item": [
        {"linkId": "photo", "type": "attachment", "text": "x", "item": inside("photo.why")},
        {"linkId": "fixed", "type": "string", "text": "x", "readOnly": true, "item": inside("fixed.why")},
        {"linkId": "words", "type": "display", "text": "x", "item": inside("words.why")}]}))
    .unwrap();
    let report = Report::of(&form);
    let look = evaluate(&form, &Answers::new(), &Looking::new(NaiveDate::default(), &NativePatterns));
    for link_id in ["photo.why", "fixed.why", "words.why"] {
        assert!(report.text.contains(&format!("  {link_id}  line of text, required\n")), "{}", report.text);
        assert!(look.problem(&contract::questionnaire::Pointer::item(link_id)).is_some());
    }
    assert_eq!(report.unsupported, Vec::<String>::new());
}

#[test]
fn what_is_left_out_is_not_counted_as_asked() {
    let line = |link_id: &str| json!({"linkId": link_id, "type": "string", "text": "x"});
    let never = json!([{"question": "nowhere", "operator": "exists", "answerBoolean": true}]);
    let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "item": [
        {"linkId": "asked", "type": "group", "text": "A", "item": [line("a"),
            {"linkId": "odd", "type": "question", "text": "x", "item": [line("odd.in")]},
            {"linkId": "list", "type": "choice", "text": "x", "item": [line("list.in")]}]},
        {"linkId": "gone", "type": "group", "text": "G", "enableWhen": never, "item": [line("g")]},
        {"linkId": "late", "type": "group", "text": "L", "item": [line("l")],
            "enableWhen": [{"question": "a", "operator": "exists", "answerBoolean": true}]}]}))
    .unwrap();
    let text = Report::of(&form).text;
    let told: Vec<&str> = text.lines().skip(2).take_while(|line| !line.starts_with("What the office")).collect();
    let expected = [
        "steps: 3, questions: 2",
        "",
        "asked  A",
        "  a  line of text",
        "  odd.in  line of text, left out",
        "  list.in  line of text, left out",
        "gone  G, never asked",
        "  g  line of text, left out",
        "late  L, asked only after some answers",
        "  l  line of text",
        "",
    ];
    assert_eq!(told, expected, "{text}");
}

#[test]
fn a_group_that_must_hold_something_and_a_number_of_one_kind_are_told() {
    let rule = json!([{"url": "https://health-certificate.example/fhir/StructureDefinition/rule",
        "extension": [{"url": "code", "valueCode": "cn-identity-number"}]}]);
    let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "item": [
        {"linkId": "g", "type": "group", "text": "G", "required": true, "item": [
            {"linkId": "n", "type": "string", "text": "x", "extension": rule}]}]}))
    .unwrap();
    let report = Report::of(&form);
    assert!(report.text.contains("\n  g  group, at least one answer in it\n"), "{}", report.text);
    assert!(report.text.contains("  n: its rule names no question for the kind of document"), "{}", report.text);
    assert_eq!(report.unsupported, Vec::<String>::new());
}

#[test]
fn whoever_reads_only_the_beginning_has_heard_enough() {
    struct Closed(std::io::ErrorKind);
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    assert!(tell(&mut Closed(std::io::ErrorKind::BrokenPipe), "words").is_ok());
    assert!(tell(&mut Closed(std::io::ErrorKind::StorageFull), "words").is_err());
}

/// The block of this language in the page that teaches forms.
fn example(language: &str) -> String {
    let page = std::fs::read_to_string(files::root().join("docs/forms.md")).unwrap();
    let (_, rest) = page.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

#[test]
fn the_example_of_the_documentation_is_supported_and_told_as_it_says() {
    let form = load(example("json").as_bytes()).unwrap();
    let report = Report::of(&form);
    assert_eq!(report.unsupported, Vec::<String>::new());
    assert_eq!(report.text, example("text"));
    let kitchen = form.item("person.work").unwrap().options[0].value.clone();
    let since = contract::questionnaire::Pointer::item("person.since");
    for (work, asked) in [(Vec::new(), false), (vec![kitchen], true)] {
        let mut answers = Answers::new();
        answers.set(contract::questionnaire::Pointer::item("person.work"), work);
        let look = evaluate(&form, &answers, &Looking::new(NaiveDate::default(), &NativePatterns));
        assert_eq!(look.is_visible(&since), asked);
    }
}

#[test]
fn what_is_no_questionnaire_gets_one_sentence() {
    let deep = format!("{{\"resourceType\":\"Questionnaire\",\"item\":{}1{}}}", "[".repeat(5000), "]".repeat(5000));
    for (bytes, says) in [
        (&b""[..], "it is empty."),
        (b"  \n", "it is empty."),
        (b"<html>", "not JSON (line 1"),
        (b"{\"resourceType\":", "not JSON (line 1"),
        (&[0xff, 0xfe, 0x00], "not UTF-8"),
        (b"[]", "no FHIR Questionnaire"),
        (b"null", "no FHIR Questionnaire"),
        (b"{\"resourceType\":\"Patient\"}", "no FHIR Questionnaire"),
        (b"{\"resourceType\":\"Questionnaire\"}", "asks nothing"),
        (deep.as_bytes(), "nested deeper"),
    ] {
        let why = load(bytes).unwrap_err();
        assert!(why.contains(says), "{why}");
    }
}

#[test]
fn items_inside_items_five_hundred_deep_are_refused_in_words() {
    let mut deep = json!({"linkId": "in", "type": "string"});
    for n in 0..500 {
        deep = json!({"linkId": n.to_string(), "type": "group", "item": [deep]});
    }
    let text = json!({"resourceType": "Questionnaire", "item": [deep]}).to_string();
    assert!(load(text.as_bytes()).unwrap_err().contains("nested deeper"));
}

#[test]
fn five_megabytes_and_the_same_linkid_again_are_no_trouble() {
    let mut items: Vec<_> = (0..20_000)
        .map(|n| {
            json!({"linkId": format!("q{n}"), "type": "string", "text": "A question ".repeat(20), "enableWhen": [
                {"question": format!("q{}", n + 1), "operator": "exists", "answerBoolean": true}]})
        })
        .collect();
    items.push(json!({"linkId": "q7", "type": "string"}));
    let text = json!({"resourceType": "Questionnaire", "item": items}).to_string();
    assert!(text.len() > 5_000_000);
    let report = Report::of(&load(text.as_bytes()).unwrap());
    let expected = [
        "q7: a second item has this linkId; left out with what is inside it",
        "q19999: is asked depending on q20000, which is not in the form; that condition never holds",
    ];
    assert_eq!(report.unsupported, expected);
}

/// What never comes about is named, and does not read as if it held.
#[test]
fn what_never_holds_is_told_in_words() {
    let rule = |more: &[serde_json::Value]| {
        let mut parts = vec![json!({"url": "code", "valueCode": "date-not-after"})];
        parts.extend(more.iter().cloned());
        json!([{"url": "https://health-certificate.example/fhir/StructureDefinition/rule", "extension": parts}])
    };
    let named = |part: &str, link_id: &str| json!({"url": part, "valueString": link_id});
    let bar = json!({"url": "when", "extension": [named("question", "work"),
        {"url": "answer", "valueCoding": {"system": "s", "code": "bra"}}]});
    let when = |link_id: &str| json!({"question": link_id, "operator": "exists", "answerBoolean": true});
    let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "title": "x", "item": [
        {"linkId": "work", "type": "choice", "text": "x", "answerOption": [{"valueCoding": {"system": "s", "code": "bar"}}]},
        {"linkId": "age", "type": "date", "text": "x", "extension": rule(&[named("anchor", "today"), bar])},
        {"linkId": "loose", "type": "date", "text": "x", "extension": rule(&[])},
        {"linkId": "from-work", "type": "date", "text": "x", "extension": rule(&[named("anchor", "work")])},
        {"linkId": "page", "type": "group", "text": "x", "item": [
            {"linkId": "a", "type": "string", "text": "x", "enableWhen": [when("page2")]},
            {"linkId": "b", "type": "string", "text": "x", "enableWhen": [when("work"), when("age")]}]},
        {"linkId": "page2", "type": "group", "text": "x", "item": [
            {"linkId": "c", "type": "integer", "text": "x", "maxLength": 4, "extension": [
                {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-maxOccurs", "valueInteger": 3}]}]}]}))
    .unwrap();
    let report = Report::of(&form);
    for line in [
        "age: a rule never judges, for it waits for an answer that work does not take: no such code in its list, another \
         type or unit, or an order that its answers do not have",
        "loose: an extension is written differently and ignored: \
         https://health-certificate.example/fhir/StructureDefinition/rule",
        "from-work: a rule never judges, for it measures from work, which is no date",
        "a: is asked depending on an answer of page2, which takes none; that condition never holds",
        "b: has several conditions, and no enableBehavior that says whether all or any must hold; all must",
        "c: its maxLength does not look at answers of this type; ignored",
        "c: its questionnaire-maxOccurs counts what repeats, and it does not repeat; ignored",
    ] {
        assert!(report.unsupported.iter().any(|told| told == line), "{line}\n{:#?}", report.unsupported);
    }
    assert_eq!(report.unsupported.len(), 7, "{:#?}", report.unsupported);
    assert!(report.text.contains("\n  loose  date\n"), "{}", report.text);
}
