//! What committees write, and what a person must never be caught in because of it.
use super::*;

fn day(text: &str) -> NaiveDate {
    PartialDate::parse(text).unwrap().exact().unwrap()
}

fn rule(code: &str, more: &[Json]) -> Json {
    let parts: Vec<Json> =
        std::iter::once(json!({"url": "code", "valueCode": code})).chain(more.iter().cloned()).collect();
    json!({"url": format!("{OURS}rule"), "extension": parts})
}

fn said(form: &Form, link_id: &str, values: Vec<Value>) -> Option<&'static str> {
    let mut answers = Answers::new();
    answers.set(Pointer::item(link_id), values);
    evaluate(form, &answers, &context()).problem(&Pointer::item(link_id)).map(|problem| problem.code.as_str())
}

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

fn options_of(form: &Form, link_id: &str) -> Vec<(String, String)> {
    let words = |option: &AnswerOption| {
        (option.value.as_coding().unwrap().code.clone(), option.display.get("en").text.to_owned())
    };
    form.item(link_id).unwrap().options.iter().map(words).collect()
}

#[test]
fn a_value_set_lists_each_entry_once() {
    let entry = |code: &str| json!({"system": "s", "code": code, "display": code});
    let compose = json!({"include": [{"system": "s", "concept": [
        {"code": "a", "display": "甲", "designation": [{"language": "en", "value": "A"}]},
        {"code": "b", "display": "乙", "_display": {"extension": [{"url": format!("{FHIR}translation"), "extension": [
            {"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": "B"}]}]}},
        {"code": "c", "display": "丙", "concept": [{"code": "d", "display": "丁"}]}]}]});
    let nested = json!({"contains": [
        {"system": "s", "display": "All", "abstract": true, "contains": [entry("a"), {"system": "s", "code": "b", "display": "b",
            "contains": [entry("c")]}]}]});
    let excluding = |exclude: Json| {
        let mut compose = compose.clone();
        compose["exclude"] = exclude;
        json!({"compose": compose})
    };
    let one = |code: &str| json!([{"system": "s", "concept": [{"code": code}]}]);
    let filter = json!([{"system": "s", "filter": [{"property": "x", "op": "=", "value": "y"}]}]);
    for (what, set, codes, left_out) in [
        ("listed", json!({"compose": compose}), vec!["a", "b", "c", "d"], None),
        ("expanded", json!({"expansion": nested}), vec!["a", "b", "c"], None),
        ("both", json!({"compose": compose, "expansion": nested}), vec!["a", "b", "c"], None),
        (
            "expanded to nothing",
            json!({"compose": compose, "expansion": {"contains": []}}),
            vec!["a", "b", "c", "d"],
            None,
        ),
        ("some are taken out", excluding(one("b")), vec!["a", "c", "d"], None),
        ("some are taken out by what they are", excluding(filter.clone()), vec!["a", "b", "c", "d"], Some("exclude")),
        (
            "some are there by what they are",
            json!({"compose": {"include": [compose["include"][0], filter[0]]}}),
            vec!["a", "b", "c", "d"],
            Some("include"),
        ),
    ] {
        let mut set = set;
        set["resourceType"] = json!("ValueSet");
        set["id"] = json!("set");
        let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "language": "zh-CN",
            "contained": [set], "item": [{"linkId": "a", "type": "choice", "answerValueSet": "#set"}]}))
        .unwrap();
        let found: Vec<String> = options_of(&form, "a").into_iter().map(|(code, _)| code).collect();
        assert_eq!(found, codes, "{what}");
        let said: Vec<NoticeKind> = form.notices.iter().map(|notice| notice.kind.clone()).collect();
        let expected: Vec<NoticeKind> =
            left_out.iter().map(|part| NoticeKind::PartOfList(format!("#set ({part})"))).collect();
        assert_eq!(said, expected, "{what}");
        if what == "listed" {
            let words: Vec<String> = options_of(&form, "a").into_iter().map(|(_, words)| words).collect();
            assert_eq!(words, ["A", "B", "丙", "丁"]);
        }
    }
}

#[test]
fn what_an_entry_says_that_is_not_understood_is_reported() {
    let ordinal = "http://hl7.org/fhir/StructureDefinition/ordinalValue";
    let prefix = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionPrefix";
    let exclusive = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive";
    let form = small(&json!([{"linkId": "a", "type": "choice", "answerOption": [
        {"valueCoding": {"code": "x", "display": "X", "extension": [{"url": ordinal, "valueDecimal": 1}]}},
        {"valueCoding": {"code": "y", "display": "Y"}, "extension": [
            {"url": exclusive, "valueBoolean": true}, {"url": prefix, "valueString": "2."}]},
        {"valueOther": {}}]}]));
    let said: Vec<&NoticeKind> = form.notices.iter().map(|notice| &notice.kind).collect();
    let unknown = |url: &str| NoticeKind::UnknownExtension(url.to_owned());
    assert_eq!(said, [&unknown(ordinal), &unknown(prefix), &NoticeKind::PartOfList("answerOption (3)".to_owned())]);
    assert!(form.items[0].options[1].exclusive);
}

#[test]
fn an_entry_that_is_a_word_alone_has_its_translation() {
    let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "language": "zh-CN", "item": [
        {"linkId": "a", "type": "open-choice", "answerOption": [
            {"valueString": "早上", "_valueString": {"extension": [{"url": format!("{FHIR}translation"), "extension": [
                {"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": "Morning"}]}]}},
            {"valueInteger": 3}]}]}))
    .unwrap();
    let shown: Vec<&str> = form.items[0].options.iter().map(|option| option.display.get("en").text).collect();
    assert_eq!(shown, ["Morning", "3"]);
}

#[test]
fn a_day_with_its_time_is_judged_by_its_day() {
    let today = json!({"url": "anchor", "valueString": "today"});
    let after = json!({"url": "anchor", "valueString": "began"});
    let form = small(&json!([
        {"linkId": "began", "type": "dateTime", "extension": [rule("date-not-after", &[today])]},
        {"linkId": "ended", "type": "date", "extension": [rule("date-not-before", &[after])]}]));
    assert_eq!(form.notices, []);
    for (began, ended, expected) in [
        ("2026-11-25 23:59", "2026-11-25", vec![]),
        ("2026-11-26 00:00", "2026-11-26", vec!["#/began"]),
        ("2026-11-20 08:00", "2026-11-19", vec!["#/ended"]),
        ("2026-11-20", "2026-11-20", vec![]),
    ] {
        let mut answers = Answers::new();
        for (link_id, typed) in [("began", began), ("ended", ended)] {
            answers.set(Pointer::item(link_id), vec![read_typed(form.item(link_id).unwrap(), typed, &str::to_owned)]);
        }
        let look = evaluate(&form, &answers, &context());
        let wrong: Vec<&str> = look.problems.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(wrong, expected, "{began} {ended}");
    }
}

#[test]
fn a_day_is_compared_with_the_whole_of_a_less_exact_one() {
    let rule = |code: &str| {
        let month = json!({"url": "offset", "valueDuration": {"value": 1, "code": "mo"}});
        [
            rule(code, &[json!({"url": "anchor", "valueString": "to"})]),
            rule(code, &[json!({"url": "anchor", "valueString": "to"}), month]),
        ]
    };
    for (code, from, to, fits) in [
        ("date-not-after", "2026-03-15", "2026-03", true),
        ("date-not-after", "2026-03-31", "2026-03", true),
        ("date-not-after", "2026-04-01", "2026-03", false),
        ("date-not-after", "2026-03", "2026", true),
        ("date-not-after", "2027", "2026", false),
        ("date-not-after", "2026-12", "2026-12-01", true),
        ("date-not-before", "2026-03-15", "2026-03", true),
        ("date-not-before", "2026-02-28", "2026-03", false),
        ("date-not-before", "2026", "2026-12", true),
        ("date-not-before", "2025", "2026", false),
    ] {
        let [same, later] = rule(code);
        let form = |rule: Json| {
            small(&json!([{"linkId": "from", "type": "date", "extension": [rule]}, {"linkId": "to", "type": "date"}]))
        };
        let judged = |form: &Form| {
            let mut answers = Answers::new();
            for (link_id, typed) in [("from", from), ("to", to)] {
                answers.set(Pointer::item(link_id), vec![Value::Date(PartialDate::parse(typed).unwrap())]);
            }
            evaluate(form, &answers, &context()).problems.is_empty()
        };
        assert_eq!(judged(&form(same)), fits, "{from} {code} {to}");
        if code == "date-not-after" && fits {
            assert!(judged(&form(later)), "{from} {code} {to} and a month");
        }
    }
}

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

#[test]
fn a_group_that_must_be_there_holds_an_answer() {
    let group = |inside: Json| small(&json!([{"linkId": "g", "type": "group", "required": true, "item": inside}]));
    let two = || json!([{"linkId": "a", "type": "string"}, {"linkId": "b", "type": "string"}]);
    let none: Vec<(&str, &str)> = vec![];
    for (what, inside, answered, expected) in [
        ("nothing is answered", two(), None, vec![("#/g", "count")]),
        ("blank is nothing", two(), Some(("b", " ")), vec![("#/g", "count")]),
        ("one is enough", two(), Some(("b", "x")), none.clone()),
        (
            "what is required in it says so",
            json!([{"linkId": "a", "type": "string", "required": true}]),
            None,
            vec![("#/a", "required")],
        ),
        (
            "nothing can be answered",
            json!([{"linkId": "a", "type": "display"},
            {"linkId": "b", "type": "string", "readOnly": true}]),
            None,
            none.clone(),
        ),
        (
            "nothing is asked now",
            json!([{"linkId": "a", "type": "string", "enableWhen": [
            {"question": "z", "operator": "exists", "answerBoolean": true}]}]),
            None,
            none.clone(),
        ),
        (
            "something holds from the start",
            json!([{"linkId": "a", "type": "string",
            "initial": [{"valueString": "x"}]}]),
            None,
            none,
        ),
        (
            "a group in it says so",
            json!([{"linkId": "in", "type": "group", "required": true, "item": two()}]),
            None,
            vec![("#/in", "count")],
        ),
        (
            "rows stand in it",
            json!([{"linkId": "rows", "type": "group", "repeats": true, "item": two()}]),
            None,
            vec![("#/g", "count")],
        ),
    ] {
        let form = group(inside);
        let mut answers = Answers::new();
        if let Some((link_id, words)) = answered {
            answers.set(Pointer::item(link_id), text(words));
        }
        let look = evaluate(&form, &answers, &context());
        let found = codes(&look);
        let found: Vec<(&str, &str)> = found.iter().map(|(pointer, code)| (pointer.as_str(), *code)).collect();
        assert_eq!(found, expected, "{what}");
        assert_eq!(look.steps[0].problems, expected.len(), "{what}");
    }
}

#[test]
fn a_row_that_was_begun_and_holds_nothing_is_no_answer_of_a_group() {
    let form = small(&json!([{"linkId": "g", "type": "group", "required": true, "item": [
        {"linkId": "rows", "type": "group", "repeats": true, "item": [
            {"linkId": "a", "type": "string", "required": true}]}]}]));
    let mut answers = Answers::new();
    answers.add_row(&Pointer::item("rows"), "x");
    // The office gets no such row, and says the same of the group.
    let said = codes(&evaluate(&form, &answers, &context()));
    assert_eq!(said, [("#/g".to_owned(), "count"), ("#/rows/x/a".to_owned(), "required")]);
    answers.set(Pointer::item("rows").in_row("x", "a"), text("x"));
    assert_eq!(codes(&evaluate(&form, &answers, &context())), []);
}

#[test]
fn a_row_of_rows_that_was_begun_and_holds_nothing_is_none() {
    let form = small(&json!([{"linkId": "outer", "type": "group", "repeats": true, "required": true, "item": [
        {"linkId": "b", "type": "string"},
        {"linkId": "rows", "type": "group", "repeats": true, "item": [
            {"linkId": "a", "type": "string", "required": true}]}]}]));
    let mut answers = Answers::new();
    answers.add_row(&Pointer::item("outer").at_row("r1").child("rows"), "x");
    let said = codes(&evaluate(&form, &answers, &context()));
    assert_eq!(said, [("#/outer".to_owned(), "count"), ("#/outer/r1/rows/x/a".to_owned(), "required")]);
}

#[test]
fn of_rows_each_group_that_must_be_there_holds_an_answer() {
    let form = small(&json!([{"linkId": "rows", "type": "group", "repeats": true, "required": true, "item": [
        {"linkId": "name", "type": "string"},
        {"linkId": "g", "type": "group", "required": true, "item": [{"linkId": "a", "type": "string"}]}]}]));
    let rows = Pointer::item("rows");
    // The row that stands there by itself says what is missing in it.
    assert_eq!(codes(&evaluate(&form, &Answers::new(), &context())), [("#/rows/r1/g".to_owned(), "count")]);
    let mut answers = Answers::new();
    for row in ["x", "y"] {
        answers.set(rows.in_row(row, "name"), text("x"));
    }
    answers.set(rows.in_row("x", "a"), text("x"));
    assert_eq!(codes(&evaluate(&form, &answers, &context())), [("#/rows/y/g".to_owned(), "count")]);
}

#[test]
fn of_a_date_less_exact_than_its_bound_any_day_may_fit() {
    let bound = |name: &str, value: &str| json!({"url": format!("{FHIR}{name}"), "valueDate": value});
    let both = json!([bound("minValue", "2024-03-15"), bound("maxValue", "2024-05-15")]);
    let form = small(&json!([{"linkId": "date", "type": "date", "extension": both},
        {"linkId": "dateTime", "type": "dateTime", "extension": both}]));
    for (typed, code) in [
        ("2024-03-14", Some("range")),
        ("2024-03-15", None),
        ("2024-02", Some("range")),
        ("2024-03", None),
        ("2024-05", None),
        ("2024-05-15", None),
        ("2024-05-16", Some("range")),
        ("2024-06", Some("range")),
        ("2023", Some("range")),
        ("2024", None),
        ("2025", Some("range")),
    ] {
        for item in &form.items {
            let value = read_typed(item, typed, &str::to_owned);
            assert_eq!(said(&form, &item.link_id, vec![value]), code, "{} {typed}", item.link_id);
        }
    }
    // The last day has all its hours.
    let late = read_typed(&form.items[1], "2024-05-15 23:30", &str::to_owned);
    assert_eq!(said(&form, "dateTime", vec![late]), None);
}

#[test]
fn rows_that_must_be_there_hold_something() {
    let rows = |least: u32, inside: Json| {
        small(&json!([{"linkId": "rows", "type": "group", "repeats": true, "item": inside,
            "extension": [{"url": format!("{FHIR}questionnaire-minOccurs"), "valueInteger": least}]}]))
    };
    let optional = json!([{"linkId": "a", "type": "string"}, {"linkId": "b", "type": "string"}]);
    let required = json!([{"linkId": "a", "type": "string", "required": true}]);
    for (what, form, expected) in [
        ("nothing has to be there", rows(0, optional.clone()), vec![]),
        ("nothing in it is required", rows(1, optional.clone()), vec![("#/rows", "count")]),
        ("what is required in it says so", rows(1, required.clone()), vec![("#/rows/r1/a", "required")]),
        ("two of them", rows(2, required), vec![("#/rows", "count"), ("#/rows/r1/a", "required")]),
    ] {
        let look = evaluate(&form, &Answers::new(), &context());
        let found = codes(&look);
        let found: Vec<(&str, &str)> = found.iter().map(|(pointer, code)| (pointer.as_str(), *code)).collect();
        assert_eq!(found, expected, "{what}");
    }
    let mut answers = Answers::new();
    answers.set(Pointer::item("rows").in_row("r1", "b"), text("x"));
    assert_eq!(codes(&evaluate(&rows(1, optional), &answers, &context())), []);
}

#[test]
fn the_day_from_which_one_may_apply_is_a_day_on_which_one_may() {
    let years = json!({"url": "offset", "valueDuration": {"value": -18, "code": "a"}});
    let today = json!({"url": "anchor", "valueString": "today"});
    let form = small(&json!([{"linkId": "born", "type": "date", "extension": [rule("date-not-after", &[today, years]),
        {"url": format!("{OURS}autocomplete"), "valueCode": "bday"}]}]));
    let born = Pointer::item("born");
    for (birth, on) in [
        ("2008-02-29", "2026-03-01"),
        ("2008-02-28", "2026-02-28"),
        ("2008-03-01", "2026-03-01"),
        ("2008-11-26", "2026-11-26"),
    ] {
        let birth = PartialDate::parse(birth).unwrap();
        let mut answers = Answers::new();
        answers.set(born.clone(), vec![Value::Date(birth)]);
        let judged =
            |today: NaiveDate| evaluate(&form, &answers, &Context::new(today, &NativePatterns)).problem(&born).cloned();
        let problem = judged(day(on).pred_opt().unwrap()).unwrap();
        assert_eq!(problem.param("on").as_deref(), Some(on), "{birth}");
        assert_eq!(judged(day(on)), None, "{birth}");
    }
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
