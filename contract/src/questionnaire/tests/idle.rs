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
