//! What stands in a form and does nothing here: it is reported, so that no committee counts on it.
use super::*;

#[test]
fn a_rule_for_another_type_is_reported() {
    let bound = |name: &str, value: Json| {
        let mut extension = value;
        extension["url"] = json!(format!("{FHIR}{name}"));
        extension
    };
    let regex = || bound("regex", json!({"valueString": "[0-9]+"}));
    let today = json!({"url": "anchor", "valueString": "today"});
    let unit = |name: &str| bound(&format!("questionnaire-{name}"), json!({"valueCoding": {"code": "kg"}}));
    for (kind, extension, idle) in [
        ("date", rule("date-not-after", std::slice::from_ref(&today)), None),
        ("dateTime", rule("date-not-after", std::slice::from_ref(&today)), None),
        ("string", rule("date-not-after", &[today]), Some("date-not-after")),
        ("string", rule("phone", &[]), None),
        ("text", rule("cn-uscc", &[]), None),
        ("text", rule("person-name", &[]), Some("person-name")),
        ("integer", rule("phone", &[]), Some("phone")),
        ("string", regex(), None),
        ("open-choice", regex(), None),
        ("date", regex(), Some("regex")),
        ("integer", bound("minLength", json!({"valueInteger": 2})), Some("minLength")),
        ("decimal", bound("minValue", json!({"valueInteger": 2})), None),
        ("string", bound("minValue", json!({"valueInteger": 2})), Some("minValue")),
        ("date", bound("maxValue", json!({"valueInteger": 2})), Some("maxValue")),
        ("date", bound("maxValue", json!({"valueDateTime": "2026-01-01"})), None),
        ("quantity", bound("maxDecimalPlaces", json!({"valueInteger": 2})), None),
        ("date", bound("maxDecimalPlaces", json!({"valueInteger": 2})), Some("maxDecimalPlaces")),
        ("quantity", unit("unitOption"), None),
        ("integer", unit("unit"), None),
        ("date", unit("unit"), Some("questionnaire-unit")),
    ] {
        let form = small(&json!([{"linkId": "a", "type": kind, "extension": [extension],
            "answerOption": if kind == "open-choice" { json!([{"valueString": "x"}]) } else { json!([]) }}]));
        let said: Vec<NoticeKind> = form.notices.iter().map(|notice| notice.kind.clone()).collect();
        let expected: Vec<NoticeKind> = idle.iter().map(|name| NoticeKind::OfAnotherType((*name).to_owned())).collect();
        assert_eq!(said, expected, "{kind} {idle:?}");
    }
}

#[test]
fn a_control_that_we_do_not_draw_is_reported() {
    let drawn = |code: &str| {
        let control = json!({"url": format!("{FHIR}questionnaire-itemControl"),
            "valueCodeableConcept": {"coding": [{"code": code}]}});
        small(&json!([{"linkId": "a", "type": "integer", "extension": [control]}])).notices
    };
    assert_eq!(drawn("slider"), [Notice { link_id: "a".into(), kind: NoticeKind::UnknownControl("slider".into()) }]);
    for known in ["text-box", "spinner"] {
        assert_eq!(drawn(known), [], "{known}");
    }
    for other in ["page", "radio-button", "check-box", "drop-down", "autocomplete", "upper", "help"] {
        let said: Vec<NoticeKind> = drawn(other).into_iter().map(|notice| notice.kind).collect();
        assert_eq!(said, [NoticeKind::UnknownControl(other.to_owned())], "{other}");
    }
}

#[test]
fn a_control_that_is_not_for_its_item_is_reported() {
    let entries: Vec<Json> = (0..3).map(|n| json!({"valueCoding": {"code": format!("c{n}")}})).collect();
    for (what, item, codes) in [
        ("one of a list", json!({"type": "choice"}), vec!["radio-button", "drop-down", "autocomplete"]),
        ("several of a list", json!({"type": "choice", "repeats": true}), vec!["check-box", "autocomplete"]),
        ("a list or own words", json!({"type": "open-choice"}), vec!["radio-button", "autocomplete"]),
        ("yes or no", json!({"type": "boolean", "required": true}), vec!["radio-button"]),
        ("a tick", json!({"type": "boolean"}), vec!["check-box"]),
        ("words", json!({"type": "display"}), vec!["upper", "help"]),
        ("a page", json!({"type": "group"}), vec!["page"]),
        ("rows", json!({"type": "group", "repeats": true}), vec![]),
        ("a line", json!({"type": "string"}), vec![]),
    ] {
        for code in ["page", "radio-button", "check-box", "drop-down", "autocomplete", "upper", "help"] {
            let mut item = item.clone();
            item["linkId"] = json!("a");
            item["extension"] = json!([{"url": format!("{FHIR}questionnaire-itemControl"),
                "valueCodeableConcept": {"coding": [{"code": code}]}}]);
            if item["type"].as_str().unwrap().ends_with("choice") {
                item["answerOption"] = entries.clone().into();
            }
            let expected = if codes.contains(&code) {
                vec![]
            } else {
                vec![Notice { link_id: "a".into(), kind: NoticeKind::UnknownControl(code.to_owned()) }]
            };
            assert_eq!(small(&json!([item])).notices, expected, "{what} {code}");
            // Only a group that lies in no other is a page.
            if code == "page" && what == "a page" {
                let inside = small(&json!([{"linkId": "b", "type": "group", "item": [item]}]));
                assert_eq!(inside.notices.len(), 1);
            }
        }
    }
}

#[test]
fn a_length_of_what_is_no_text_and_what_does_not_repeat_are_reported() {
    let occurs =
        |name: &str, number: u32| json!([{"url": format!("{FHIR}questionnaire-{name}"), "valueInteger": number}]);
    let units = json!([
        {"url": format!("{FHIR}questionnaire-unitOption"), "valueCoding": {"code": "kg"}},
        {"url": format!("{FHIR}questionnaire-unitOption"), "valueCoding": {"code": "g"}}]);
    let of_another_type = |name: &str| vec![NoticeKind::OfAnotherType(name.to_owned())];
    let not_repeated = |name: &str| vec![NoticeKind::NotRepeated(name.to_owned())];
    for (item, said) in [
        (json!({"type": "string", "maxLength": 4}), vec![]),
        (json!({"type": "url", "maxLength": 4}), vec![]),
        (json!({"type": "integer", "maxLength": 4}), of_another_type("maxLength")),
        (json!({"type": "choice", "maxLength": 4}), of_another_type("maxLength")),
        (json!({"type": "boolean", "repeats": true}), of_another_type("repeats")),
        (json!({"type": "integer", "extension": units}), of_another_type("questionnaire-unitOption")),
        (json!({"type": "quantity", "extension": units}), vec![]),
        (json!({"type": "string", "repeats": true, "extension": occurs("minOccurs", 2)}), vec![]),
        (json!({"type": "string", "extension": occurs("minOccurs", 2)}), not_repeated("questionnaire-minOccurs")),
        (json!({"type": "string", "extension": occurs("minOccurs", 1)}), not_repeated("questionnaire-minOccurs")),
        (json!({"type": "group", "extension": occurs("minOccurs", 1)}), not_repeated("questionnaire-minOccurs")),
        // Some tools write these of everything, and they say no more than the rest.
        (json!({"type": "string", "required": true, "extension": occurs("minOccurs", 1)}), vec![]),
        (json!({"type": "string", "extension": occurs("minOccurs", 0)}), vec![]),
        (json!({"type": "string", "extension": occurs("maxOccurs", 1)}), vec![]),
        (json!({"type": "string", "extension": occurs("maxOccurs", 3)}), not_repeated("questionnaire-maxOccurs")),
    ] {
        let mut item = item;
        item["linkId"] = json!("a");
        if item["type"] == "choice" {
            item["answerOption"] = json!([{"valueString": "x"}]);
        }
        let form = small(&json!([item]));
        let found: Vec<NoticeKind> = form.notices.iter().map(|notice| notice.kind.clone()).collect();
        assert_eq!(found, said, "{item}");
    }
}

fn named(name: &str, link_id: &str) -> Json {
    json!({"url": name, "valueString": link_id})
}

#[test]
fn a_rule_that_can_never_judge_is_reported() {
    let day = || named("anchor", "day");
    let years = json!({"url": "offset", "valueDuration": {"value": -21, "code": "a"}});
    let when = |answer: Json| {
        let mut answer = answer;
        answer["url"] = json!("answer");
        json!({"url": "when", "extension": [named("question", "work"), answer]})
    };
    let code = |code: &str| when(json!({"valueCoding": {"system": "s", "code": code}}));
    let bad = || Some(NoticeKind::BadExtension(format!("{OURS}rule")));
    for (kind, rule, said) in [
        ("date", rule("date-not-after", &[day(), code("bar")]), None),
        ("date", rule("date-not-after", &[day(), code("bra")]), Some(NoticeKind::NoSuchAnswerInRule("work".into()))),
        (
            "date",
            rule("date-not-after", &[day(), when(json!({"valueBoolean": true}))]),
            Some(NoticeKind::NoSuchAnswerInRule("work".into())),
        ),
        ("string", rule("phone", &[code("bra")]), Some(NoticeKind::NoSuchAnswerInRule("work".into()))),
        ("date", rule("date-not-after", std::slice::from_ref(&years)), bad()),
        ("date", rule("date-not-before", &[]), bad()),
        ("date", rule("date-not-before", &[named("anchor", "today"), years]), None),
        ("date", rule("date-not-before", &[named("anchor", "moment")]), None),
        ("date", rule("date-not-before", &[named("anchor", "work")]), Some(NoticeKind::NoDayInRule("work".into()))),
        ("date", rule("date-not-before", &[named("anchor", "gone")]), Some(NoticeKind::UnknownInRule("gone".into()))),
        ("string", rule("cn-identity-number", &[named("item", "kind")]), None),
        ("string", rule("cn-identity-number", &[named("item", "work")]), Some(NoticeKind::NoKindInRule("work".into()))),
        ("string", rule("cn-identity-number", &[named("item", "day")]), Some(NoticeKind::NoKindInRule("day".into()))),
    ] {
        let list = |code: &str| json!([{"valueCoding": {"system": "s", "code": code}}]);
        let form = small(&json!([
            {"linkId": "day", "type": "date"}, {"linkId": "moment", "type": "dateTime"},
            {"linkId": "work", "type": "choice", "answerOption": list("bar")},
            {"linkId": "kind", "type": "choice", "answerOption": list("passport")},
            {"linkId": "a", "type": kind, "extension": [rule]}]));
        let found: Vec<&NoticeKind> = form.notices.iter().map(|notice| &notice.kind).collect();
        assert_eq!(found, said.iter().collect::<Vec<_>>(), "{rule}");
    }
}

#[test]
fn what_cannot_be_taken_from_its_source_is_reported_and_asked() {
    let derived = |from: &str, by: &str| {
        json!([{"url": format!("{OURS}derived"), "extension": [
            named("from", from), {"url": "by", "valueCode": by}]}])
    };
    let nothing = |from: &str| Some(NoticeKind::NothingToDerive(from.to_owned()));
    let other = || Some(NoticeKind::OfAnotherType("derived".to_owned()));
    for (kind, from, by, said) in [
        ("date", "number", "birth-date", None),
        ("choice", "number", "sex", None),
        ("open-choice", "number", "sex", None),
        ("date", "note", "birth-date", nothing("note")),
        ("date", "gone", "birth-date", Some(NoticeKind::UnknownInRule("gone".to_owned()))),
        ("string", "number", "birth-date", other()),
        ("dateTime", "number", "birth-date", other()),
        ("choice", "number", "birth-date", other()),
        ("date", "number", "sex", other()),
        ("string", "number", "sex", other()),
    ] {
        let form = small(&json!([
            {"linkId": "note", "type": "string"},
            {"linkId": "number", "type": "string", "extension": [rule("cn-identity-number", &[])]},
            {"linkId": "a", "type": kind, "extension": derived(from, by), "answerOption":
                if kind.ends_with("choice") { json!([{"valueCoding": {"system": "s", "code": "male"}}]) } else { json!([]) }}]));
        let found: Vec<&NoticeKind> = form.notices.iter().map(|notice| &notice.kind).collect();
        assert_eq!(found, said.iter().collect::<Vec<_>>(), "{kind} {from} {by}");
        // Nobody is left with a value that does not fit and cannot be changed.
        let mut answers = Answers::new();
        answers.set(Pointer::item("number"), text("11010519491231002X"));
        let look = evaluate(&form, &answers, &context());
        assert_eq!(codes(&look), [], "{kind} {from} {by}");
        let state = look.state(&Pointer::item("a")).unwrap();
        assert_eq!((state.visible, state.origin == Origin::Derived), (true, said.is_none()), "{kind} {from} {by}");
    }
}
