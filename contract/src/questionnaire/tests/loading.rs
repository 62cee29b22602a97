//! Files: ours, other makers', and broken ones.
use super::*;

#[test]
fn our_forms_load_without_a_notice() {
    for (path, name, steps) in [
        ("forms/health-certificate.questionnaire.json", "health-certificate|2026.11.1", 7),
        ("forms/report.questionnaire.json", "health-report|2026.11.1", 3),
        ("forms/health-certificate.v0.questionnaire.json", "health-certificate|2025.06.1", 6),
    ] {
        let form = form(path);
        assert_eq!(form.notices, [], "{path}");
        assert_eq!(form.canonical(), name);
        assert_eq!(form.steps.len(), steps, "{path}");
    }
}

#[test]
fn forms_of_other_makers_load_and_say_what_they_lack() {
    for file in std::fs::read_dir(root().join("tests/fixtures/questionnaires")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|e| e != "json") {
            continue;
        }
        let form = Form::load(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let evaluation = evaluate(&form, &Answers::new(), &context());
        assert!(evaluation.items.iter().any(|state| state.visible), "{path:?}");
        if path.ends_with("questionnaire-sdc-test-all-data-types.json") {
            let noticed: Vec<&str> = form.notices.iter().map(|n| n.link_id.as_str()).collect();
            assert!(
                noticed.contains(&"id-choice") && !noticed.contains(&"id-datetime") && !noticed.contains(&"id-time")
            );
        }
    }
}

#[test]
fn broken_files_are_named_and_never_panic() {
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    for (text, expected) in [
        ("", LoadError::NotJson),
        ("<html>", LoadError::NotJson),
        (deep.as_str(), LoadError::NotJson),
        ("[]", LoadError::NotQuestionnaire),
        (r#"{"resourceType":"Patient"}"#, LoadError::NotQuestionnaire),
        (r#"{"resourceType":"Questionnaire"}"#, LoadError::Empty),
        (r#"{"resourceType":"Questionnaire","item":[]}"#, LoadError::Empty),
        (r#"{"resourceType":"Questionnaire","item":"no"}"#, LoadError::Empty),
    ] {
        assert_eq!(Form::load(text).unwrap_err(), expected);
    }
    assert!(
        Form::load("\u{feff}{\"resourceType\":\"Questionnaire\",\"item\":[{\"linkId\":\"a\",\"type\":\"string\"}]}")
            .is_ok()
    );
}

#[test]
fn what_is_not_understood_is_reported_and_the_rest_works() {
    let rule = format!("{OURS}rule");
    let form = small(&json!([
        {"linkId": "a", "type": "string", "extension": [{"url": "http://vendor.example/x", "valueString": "y"}]},
        {"linkId": "a", "type": "string"},
        {"type": "string", "text": "no linkId"},
        {"linkId": "b", "type": "question"},
        {"linkId": "c", "type": "string", "enableWhen": [{"question": "nowhere", "operator": "exists", "answerBoolean": true}]},
        {"linkId": "d", "type": "choice"},
        {"linkId": "e", "type": "integer", "extension": [
            {"url": format!("{FHIR}minValue"), "valueString": {"no": 1}}]},
        {"linkId": "f", "type": "string", "repeats": true},
        {"linkId": "g", "type": "open-choice", "repeats": true, "answerOption": [{"valueString": "x"}]},
        {"linkId": "h", "type": "date", "extension": [{"url": rule, "extension": [
            {"url": "code", "valueCode": "date-not-after"}, {"url": "anchor", "valueString": "nobody"}]}]},
        {"linkId": "i", "type": "date", "extension": [{"url": rule, "extension": [
            {"url": "code", "valueCode": "date-not-after"}, {"url": "anchor", "valueString": "today"},
            {"url": "when", "extension": [{"url": "question", "valueString": "a"}]}]}]},
    ]));
    let said: Vec<(&str, &NoticeKind)> = form.notices.iter().map(|n| (n.link_id.as_str(), &n.kind)).collect();
    assert_eq!(
        said,
        [
            ("a", &NoticeKind::UnknownExtension("http://vendor.example/x".to_owned())),
            ("a", &NoticeKind::DuplicateLinkId),
            ("no linkId", &NoticeKind::MissingLinkId),
            ("b", &NoticeKind::UnknownType("question".to_owned())),
            ("d", &NoticeKind::MissingOptions(String::new())),
            ("e", &NoticeKind::BadExtension(format!("{FHIR}minValue"))),
            ("i", &NoticeKind::BadExtension(rule)),
            ("c", &NoticeKind::UnknownQuestion("nowhere".to_owned())),
            ("h", &NoticeKind::UnknownInRule("nobody".to_owned())),
        ]
    );
    let evaluation = evaluate(&form, &Answers::new(), &context());
    let visible: Vec<&str> = evaluation.items.iter().filter(|s| s.visible).map(|s| s.pointer.as_str()).collect();
    assert_eq!(visible, ["#/a", "#/e", "#/f", "#/g", "#/h", "#/i"]);
}

/// Another tool would fill these in; here a person is asked, which the committee has to know.
#[test]
fn what_another_tool_would_compute_is_reported_unless_we_have_our_own_way() {
    let computed =
        |name: &str| json!({"url": name, "valueExpression": {"language": "text/fhirpath", "expression": "1"}});
    let (sum, first) =
        (format!("{SDC}sdc-questionnaire-calculatedExpression"), format!("{SDC}sdc-questionnaire-initialExpression"));
    let variable = format!("{FHIR}variable");
    let derived = json!({"url": format!("{OURS}derived"), "extension": [
        {"url": "from", "valueString": "a"}, {"url": "by", "valueCode": "birth-date"}]});
    let prefill = json!({"url": format!("{OURS}prefill"), "valueCode": "session-phone"});
    let style = json!({"url": format!("{FHIR}rendering-style"), "valueString": "color:red"});
    let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "version": "1",
        "extension": [
            computed(&variable), style,
            {"url": "http://vendor.example/root", "valueString": "x"},
            {"url": format!("{FHIR}replaces"), "valueCanonical": "x|0"},
            {"url": format!("{OURS}retired-item"), "extension": [{"url": "linkId", "valueString": "old"}]},
            {"url": format!("{OURS}retired-item"), "extension": [{"url": "reason", "valueString": "which?"}]}],
        "modifierExtension": [{"url": "http://vendor.example/turned-round", "valueBoolean": true}],
        "item": [
            {"linkId": "a", "type": "string", "extension": [
                computed(&first), style, rule("cn-identity-number", &[])]},
            {"linkId": "b", "type": "date", "extension": [computed(&sum), derived]},
            {"linkId": "c", "type": "string", "extension": [computed(&first), prefill]},
            {"linkId": "d", "type": "group", "extension": [computed(&variable)], "item": [
                {"linkId": "e", "type": "decimal", "extension": [computed(&sum)]}]}]}))
    .unwrap();
    let mut said: Vec<(&str, NoticeKind)> = form.notices.iter().map(|n| (n.link_id.as_str(), n.kind.clone())).collect();
    said.sort_by_key(|(link_id, _)| *link_id);
    assert_eq!(
        said,
        [
            ("", NoticeKind::Computed(variable.clone())),
            ("", NoticeKind::UnknownExtension("http://vendor.example/root".to_owned())),
            ("", NoticeKind::BadExtension(format!("{OURS}retired-item"))),
            ("", NoticeKind::UnknownExtension("http://vendor.example/turned-round".to_owned())),
            ("a", NoticeKind::Computed(first)),
            ("d", NoticeKind::Computed(variable)),
            ("e", NoticeKind::Computed(sum)),
        ]
    );
    assert_eq!(form.retired.iter().map(|retired| retired.link_id.as_str()).collect::<Vec<_>>(), ["old"]);
}

#[test]
fn the_number_of_a_question_stands_before_it_and_not_in_sentences() {
    let translated = |words: &str| {
        json!({"extension": [{"url": format!("{FHIR}translation"), "extension": [
            {"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": words}]}]})
    };
    let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "language": "zh-CN", "item": [
        {"linkId": "page", "type": "group", "prefix": "甲", "_prefix": translated("A"), "text": "本人", "item": [
            {"linkId": "a", "type": "string", "prefix": "1.", "text": "姓名？", "_text": translated("Your name?")},
            {"linkId": "b", "type": "string", "prefix": "甲.", "_prefix": translated("A."), "text": "住址？",
                "_text": translated("Where do you live?"),
                "extension": [{"url": format!("{SDC}sdc-questionnaire-shortText"), "valueString": "住址"}]},
            {"linkId": "c", "type": "string", "text": "电话？"}]}]}))
    .unwrap();
    for (link_id, asked, in_english, named) in [
        ("page", "甲 本人", "甲 本人", "本人"),
        ("a", "1. 姓名？", "1. Your name?", "姓名？"),
        ("b", "甲. 住址？", "A. Where do you live?", "住址"),
        ("c", "电话？", "电话？", "电话？"),
    ] {
        let item = form.item(link_id).unwrap();
        assert_eq!(item.text.base(), asked);
        assert_eq!(item.text.get("en").text, in_english);
        assert_eq!(item.label().base(), named);
    }
    assert_eq!(form.steps[0].title.base(), "甲 本人");
}

#[test]
fn conditions_in_a_circle_are_broken_at_one_item() {
    let when = |question: &str| json!([{"question": question, "operator": "exists", "answerBoolean": true}]);
    let form = small(&json!([
        {"linkId": "free", "type": "string"},
        {"linkId": "after", "type": "string", "enableWhen": when("b")},
        {"linkId": "a", "type": "string", "enableWhen": when("b")},
        {"linkId": "b", "type": "string", "enableWhen": when("a")},
        {"linkId": "g", "type": "group", "enableWhen": when("inside"), "item": [{"linkId": "inside", "type": "string"}]},
    ]));
    let cycles: Vec<&str> = form.notices.iter().map(|n| n.link_id.as_str()).collect();
    assert_eq!(cycles, ["a", "g"]);
    assert!(evaluate(&form, &Answers::new(), &context()).is_visible(&Pointer::item("a")));
}

#[test]
fn initial_values_that_cannot_stand_there_are_reported_and_left_out() {
    let consent = json!([{"url": format!("{OURS}consent"), "extension": [
        {"url": "kind", "valueCode": "declaration"}, {"url": "topic", "valueCode": "truth"},
        {"url": "version", "valueString": "1"}]}]);
    let form = small(&json!([
        {"linkId": "ticked", "type": "boolean", "initial": [{"valueBoolean": true}], "extension": consent},
        {"linkId": "unticked", "type": "boolean", "initial": [{"valueBoolean": false}], "extension": consent},
        {"linkId": "number", "type": "integer", "initial": [{"valueString": "5"}]},
        {"linkId": "whole", "type": "decimal", "initial": [{"valueInteger": 5}]},
        {"linkId": "day", "type": "date", "initial": [{"valueDateTime": "2026-11-25T08:00:00+08:00"}]}]));
    let reported: Vec<_> = form.notices.iter().map(|notice| (notice.link_id.as_str(), notice.kind.clone())).collect();
    assert_eq!(reported, ["ticked", "number", "day"].map(|link_id| (link_id, NoticeKind::BadInitial)));
    let kept: Vec<_> = form.items.iter().map(|item| item.initial.len()).collect();
    assert_eq!(kept, [0, 1, 0, 1, 0]);
}

#[test]
fn a_condition_that_no_answer_fits_is_reported() {
    let list = json!([{"valueCoding": {"system": "s", "code": "a"}}, {"valueCoding": {"code": "b"}}]);
    let when = |question: &str, operator: &str, kind: &str, answer: Json| json!([{"question": question, "operator": operator, format!("answer{kind}"): answer}]);
    for (conditions, never) in [
        (when("c", "=", "Coding", json!({"system": "s", "code": "a"})), false),
        (when("c", "=", "Coding", json!({"system": "s", "code": "z"})), true),
        (when("c", "!=", "Coding", json!({"system": "s", "code": "z"})), true),
        (when("c", "=", "Coding", json!({"system": "t", "code": "a"})), true),
        (when("c", "=", "String", json!("b")), false),
        (when("c", "exists", "Boolean", json!(true)), false),
        (when("n", ">", "Integer", json!(3)), false),
        (when("n", ">", "Decimal", json!(3.5)), false),
        (when("n", "=", "String", json!("3")), true),
        (when("b", "=", "Boolean", json!(true)), false),
        (when("b", "=", "String", json!("true")), true),
        (when("d", "<", "DateTime", json!("2026-11-25T08:00:00+08:00")), false),
        (when("d", "<", "Integer", json!(2026)), true),
        // Nobody answers a group, or words.
        (when("g", "exists", "Boolean", json!(true)), true),
        (when("g", "exists", "Boolean", json!(false)), false),
        (when("g", "=", "Boolean", json!(true)), true),
        (when("w", "exists", "Boolean", json!(true)), true),
        (when("w", "!=", "String", json!("x")), true),
        // Neither is more, nor less.
        (when("c", ">", "Coding", json!({"system": "s", "code": "a"})), true),
        (when("b", ">=", "Boolean", json!(true)), true),
        (when("o", "<", "Coding", json!({"system": "s", "code": "a"})), true),
        (when("r", ">", "Reference", json!({"display": "x"})), true),
        (when("r", "=", "Reference", json!({"display": "x"})), false),
        (when("t", ">", "String", json!("x")), false),
        (when("k", ">", "Integer", json!(3)), false),
        (when("k", ">", "Integer", json!(9)), true),
        // Own words are their own code.
        (when("o", "=", "Coding", json!({"system": "s", "code": "a"})), false),
        (when("o", "=", "Coding", json!({"system": "s", "code": "z"})), true),
        (when("o", "=", "Coding", json!({"code": "z"})), false),
        (when("o", "=", "String", json!("z")), false),
        (when("t", "=", "Coding", json!({"code": "z"})), false),
        (when("t", "=", "Coding", json!({"system": "s", "code": "z"})), true),
        // Nothing is converted.
        (when("q", ">", "Quantity", json!({"value": 50, "code": "kg"})), false),
        (when("q", ">", "Quantity", json!({"value": 50})), false),
        (when("q", ">", "Integer", json!(50)), false),
        (when("q", ">", "Quantity", json!({"value": 50, "code": "[lb_av]"})), true),
        (when("n", ">", "Quantity", json!({"value": 50, "code": "kg"})), false),
    ] {
        let unit = json!([{"url": format!("{FHIR}questionnaire-unit"), "valueCoding": {"code": "kg"}}]);
        let form = small(&json!([
            {"linkId": "c", "type": "choice", "answerOption": list}, {"linkId": "n", "type": "integer"},
            {"linkId": "b", "type": "boolean"}, {"linkId": "d", "type": "date"},
            {"linkId": "g", "type": "group", "item": [{"linkId": "w", "type": "display", "text": "x"}]},
            {"linkId": "o", "type": "open-choice", "answerOption": list}, {"linkId": "t", "type": "string"},
            {"linkId": "k", "type": "choice", "answerOption": [{"valueInteger": 1}, {"valueInteger": 5}]},
            {"linkId": "r", "type": "reference"}, {"linkId": "q", "type": "quantity", "extension": unit},
            {"linkId": "then", "type": "string", "enableWhen": conditions}]));
        let reported = form.notices.iter().any(|notice| matches!(notice.kind, NoticeKind::NoSuchAnswer(_)));
        assert_eq!(reported, never, "{conditions}");
    }
}

#[test]
fn several_conditions_that_are_not_joined_are_reported_and_all_must_hold() {
    let when = |link_id: &str| json!({"question": link_id, "operator": "exists", "answerBoolean": true});
    let one = json!([when("a")]);
    let two = json!([when("a"), when("b")]);
    for (conditions, joined, reported, shown_by_one) in [
        (&one, json!(null), false, true),
        (&two, json!("all"), false, false),
        (&two, json!("any"), false, true),
        (&two, json!(null), true, false),
        (&two, json!("either"), true, false),
    ] {
        let mut then = json!({"linkId": "then", "type": "string", "enableWhen": conditions});
        if !joined.is_null() {
            then["enableBehavior"] = joined.clone();
        }
        let form = small(&json!([{"linkId": "a", "type": "string"}, {"linkId": "b", "type": "string"}, then]));
        let notice = Notice { link_id: "then".to_owned(), kind: NoticeKind::NotJoined };
        assert_eq!(form.notices, if reported { vec![notice] } else { vec![] }, "{conditions} {joined}");
        let mut answers = Answers::new();
        answers.set(Pointer::item("a"), text("x"));
        let look = evaluate(&form, &answers, &context());
        assert_eq!(look.is_visible(&Pointer::item("then")), shown_by_one, "{conditions} {joined}");
    }
}

/// The office puts in order what it reads, so what nobody typed has to stand there in order too.
#[test]
fn an_initial_value_stands_there_as_if_it_had_been_typed() {
    let line = |link_id: &str, code: &str, initial: &str| json!({"linkId": link_id, "type": "string", "initial": [{"valueString": initial}], "extension": [rule(code, &[])]});
    let form = small(&json!([
        line("uscc", "cn-uscc", "91110000 100000000x"), line("phone", "phone", "138 0000 0000"),
        line("name", "person-name", " 阿依古丽.买买提 "),
        {"linkId": "number", "type": "decimal", "initial": [{"valueInteger": 5}]},
        {"linkId": "words", "type": "open-choice", "answerOption": [{"valueString": "a "}],
            "initial": [{"valueString": "a "}]}]));
    assert_eq!(form.notices, []);
    let look = evaluate(&form, &Answers::new(), &context());
    for (link_id, stands) in
        [("uscc", "91110000100000000X"), ("phone", "+8613800000000"), ("name", "阿依古丽·买买提"), ("words", "a ")]
    {
        let value = look.value_of(link_id).unwrap();
        assert_eq!(value, &Value::Text(stands.to_owned()), "{link_id}");
    }
    for item in &form.items {
        let again: Vec<Value> = item.initial.iter().map(|it| normalised(item, it, &str::to_owned)).collect();
        assert_eq!(again, item.initial, "{}", item.link_id);
    }
}
