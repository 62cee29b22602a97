//! Which control an item gets, and what choosing, adding and taking away does to the answer.
use super::*;

fn list(kind: &str, options: usize, repeats: bool, control: Option<&str>) -> Item {
    let options: Vec<Json> = (0..options).map(|n| json!({"valueCoding": {"code": n.to_string()}})).collect();
    let mut item = json!({"linkId": "a", "type": kind, "repeats": repeats, "answerOption": options});
    if let Some(code) = control {
        item["extension"] = json!([{"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl",
            "valueCodeableConcept": {"coding": [{"code": code}]}}]);
    }
    small(&json!([item])).items[0].clone()
}

#[test]
fn a_list_is_drawn_by_its_size_or_as_the_form_says() {
    for (kind, options, repeats, control, widget) in [
        ("choice", 2, false, None, Widget::Radios),
        ("choice", 7, false, None, Widget::Radios),
        ("choice", 8, false, None, Widget::Select),
        ("choice", 30, false, None, Widget::Select),
        ("choice", 31, false, None, Widget::List),
        ("choice", 250, false, None, Widget::List),
        ("choice", 7, true, None, Widget::Ticks),
        ("choice", 30, true, None, Widget::Ticks),
        ("choice", 31, true, None, Widget::List),
        ("open-choice", 7, false, None, Widget::Radios),
        ("open-choice", 8, false, None, Widget::List),
        ("open-choice", 8, true, None, Widget::Ticks),
        ("open-choice", 31, true, None, Widget::List),
        ("choice", 250, false, Some("radio-button"), Widget::Radios),
        ("choice", 250, true, Some("check-box"), Widget::Ticks),
        ("choice", 2, false, Some("drop-down"), Widget::Select),
        ("choice", 250, false, Some("drop-down"), Widget::Select),
        ("choice", 2, true, Some("drop-down"), Widget::Ticks),
        ("open-choice", 2, false, Some("drop-down"), Widget::Radios),
        ("choice", 2, false, Some("autocomplete"), Widget::List),
        ("choice", 2, true, Some("autocomplete"), Widget::List),
        ("choice", 250, false, Some("slider"), Widget::List),
    ] {
        let item = list(kind, options, repeats, control);
        assert_eq!(item.widget(), widget, "{options} of {kind}, repeats {repeats}, {control:?}");
        assert_eq!(item.takes_lines(), repeats && widget == Widget::List);
    }
}

#[test]
fn every_other_kind_has_its_widget() {
    for (kind, required, repeats, widget, lines) in [
        ("group", false, false, Widget::Group, false),
        ("group", false, true, Widget::Rows, false),
        ("display", false, false, Widget::Display, false),
        ("question", false, false, Widget::Nothing, false),
        ("boolean", true, false, Widget::Radios, false),
        ("boolean", false, false, Widget::Tick, false),
        ("integer", false, false, Widget::Line, false),
        ("integer", false, true, Widget::Line, true),
        ("decimal", false, true, Widget::Line, true),
        ("quantity", false, true, Widget::Line, true),
        ("date", false, true, Widget::Line, true),
        ("dateTime", false, true, Widget::Line, true),
        ("time", false, true, Widget::Line, true),
        ("string", false, true, Widget::Line, true),
        ("url", false, true, Widget::Line, true),
        ("reference", false, true, Widget::Line, true),
        ("text", false, true, Widget::Area, true),
        ("attachment", false, true, Widget::Document, false),
    ] {
        let form = small(&json!([{"linkId": "a", "type": kind, "required": required, "repeats": repeats}]));
        assert_eq!((form.items[0].widget(), form.items[0].takes_lines()), (widget, lines), "{kind}");
    }
}

#[test]
fn ticking_keeps_the_order_of_the_list_and_an_exclusive_entry_alone() {
    let alone =
        json!([{"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive", "valueBoolean": true}]);
    let form = small(&json!([
        {"linkId": "a", "type": "open-choice", "repeats": true, "answerOption": [
            {"valueString": "a"}, {"valueString": "b"}, {"valueString": "none", "extension": alone}]},
        {"linkId": "b", "type": "open-choice", "answerOption": [{"valueString": "a"}, {"valueString": "b"}]},
    ]));
    let words = |words: &[&str]| words.iter().map(|word| Value::Text((*word).to_owned())).collect::<Vec<_>>();
    for (item, before, value, on, after) in [
        (0, vec![], "a", true, vec!["a"]),
        (0, vec!["b"], "a", true, vec!["a", "b"]),
        (0, vec!["own", "b"], "a", true, vec!["a", "b", "own"]),
        (0, vec!["a", "b"], "a", false, vec!["b"]),
        (0, vec!["a", "b"], "none", true, vec!["none"]),
        (0, vec!["none"], "a", true, vec!["a"]),
        (0, vec!["none"], "none", false, vec![]),
        (0, vec!["none", "b"], "b", false, vec!["none"]),
        (1, vec!["b"], "a", true, vec!["a"]),
        (1, vec!["own"], "a", true, vec!["a"]),
    ] {
        let given = Value::Text(value.to_owned());
        let chosen = form.items[item].chosen(&words(&before), &given, on);
        assert_eq!(chosen, words(&after), "{before:?} {value} {on}");
    }
}

#[test]
fn own_words_stand_beside_ticks_and_in_the_place_of_a_choice() {
    let alone =
        json!([{"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive", "valueBoolean": true}]);
    let options = json!([{"valueCoding": {"code": "a"}}, {"valueCoding": {"code": "none"}, "extension": alone}]);
    let form = small(&json!([
        {"linkId": "several", "type": "open-choice", "repeats": true, "answerOption": options},
        {"linkId": "one", "type": "open-choice", "answerOption": options},
    ]));
    let code = |code: &str| {
        form.items[0].options.iter().find(|o| o.value.as_coding().unwrap().code == code).unwrap().value.clone()
    };
    let own = Value::Text("own".to_owned());
    for (item, before, words, after) in [
        (0, vec![code("a")], Some("own"), vec![code("a"), own.clone()]),
        (0, vec![code("a"), own.clone()], None, vec![code("a")]),
        (0, vec![code("none")], Some("own"), vec![own.clone()]),
        (1, vec![code("a")], Some("own"), vec![own.clone()]),
        (1, vec![own.clone()], None, vec![]),
    ] {
        assert_eq!(form.items[item].with_own_words(&before, words), after, "{before:?} {words:?}");
    }
}

#[test]
fn an_entry_that_is_a_word_alone_is_no_own_word() {
    let options = json!([{"valueString": "a"}, {"valueString": "b"}]);
    let form = small(&json!([
        {"linkId": "several", "type": "open-choice", "repeats": true, "answerOption": options},
        {"linkId": "one", "type": "open-choice", "answerOption": options},
    ]));
    let words = |words: &[&str]| words.iter().map(|word| Value::Text((*word).to_owned())).collect::<Vec<_>>();
    for (item, before, own, typed, after) in [
        (0, vec!["a"], None, Some("own"), vec!["a", "own"]),
        (0, vec!["a", "own"], Some("own"), Some("more"), vec!["a", "more"]),
        (0, vec!["a", "own"], Some("own"), None, vec!["a"]),
        (0, vec!["a"], None, Some("a"), vec!["a"]),
        (0, vec![""], Some(""), None, vec![]),
        (1, vec!["a"], None, Some("own"), vec!["own"]),
        (1, vec!["a"], None, None, vec!["a"]),
        (1, vec!["own"], Some("own"), None, vec![]),
    ] {
        let (item, before) = (&form.items[item], words(&before));
        assert_eq!(item.own_words(&before), own, "{before:?}");
        assert_eq!(item.with_own_words(&before, typed), words(&after), "{before:?} {typed:?}");
    }
}

#[test]
fn a_keystroke_in_one_line_keeps_the_others() {
    let form = small(&json!([
        {"linkId": "several", "type": "string", "repeats": true},
        {"linkId": "one", "type": "string"},
    ]));
    let (several, one) = (&form.items[0], &form.items[1]);
    let lines = |words: &[&str]| words.iter().map(|word| Value::Text((*word).to_owned())).collect::<Vec<_>>();
    let typed = |word: &str| Value::Text(word.to_owned());
    assert_eq!(several.with_line(&lines(&["a", "b", "c"]), 0, typed("x")), lines(&["x", "b", "c"]));
    assert_eq!(several.with_line(&lines(&["a", "b", "c"]), 1, typed("x")), lines(&["a", "x", "c"]));
    assert_eq!(several.with_line(&[], 0, typed("x")), lines(&["x"]));
    assert_eq!(several.with_line(&[], 2, typed("x")), lines(&["", "", "x"]));
    assert_eq!(one.with_line(&lines(&["a"]), 0, typed("x")), lines(&["x"]));
    // The line that stands there before anything was put into it becomes a real one.
    assert_eq!(several.with_line_more(&[]), lines(&["", ""]));
    assert_eq!(several.with_line_more(&lines(&["a"])), lines(&["a", ""]));
    assert_eq!(several.without_line(&lines(&["a", "b", "c"]), 1), lines(&["a", "c"]));
    assert_eq!((several.lines(&[]), several.lines(&lines(&["a", ""]))), (1, 2));
    assert_eq!((several.most_rows(), one.most_rows()), (50, 1));
}

#[test]
fn of_several_answers_it_is_said_which_one_is_wrong_and_blank_ones_do_not_count() {
    let occurs = |name: &str, n: u32| json!({"url": format!("http://hl7.org/fhir/StructureDefinition/questionnaire-{name}Occurs"), "valueInteger": n});
    let form = small(&json!([{"linkId": "days", "type": "date", "required": true, "repeats": true,
        "extension": [occurs("min", 2), occurs("max", 3)]}]));
    let days = Pointer::item("days");
    for (lines, code, line) in [
        (vec![], Some("required"), 0),
        (vec!["", " "], Some("required"), 0),
        (vec!["2026-03-07", ""], Some("count"), 0),
        (vec!["2026-03-07", "", "2026年3月8日"], None, 0),
        (vec!["2026-03-07", "", "soon"], Some("date"), 2),
        (vec!["soon", "2026-03-07"], Some("date"), 0),
        (vec!["2026-03-07", "2026-03-08", "2026-03-09", "2026-03-10"], Some("count"), 0),
    ] {
        let mut answers = Answers::new();
        let values: Vec<Value> = lines.iter().map(|line| Value::Text((*line).to_owned())).collect();
        answers.set(days.clone(), values.clone());
        let look = evaluate(&form, &answers, &context());
        let problem = look.problem(&days);
        assert_eq!(problem.map(|p| p.code.as_str()), code, "{lines:?}");
        assert_eq!(problem.map_or(0, |problem| problem.line(&values)), line, "{lines:?}");
    }
}

#[test]
fn a_row_in_which_nothing_stands_does_not_count() {
    let occurs = |name: &str, n: u32| json!({"url": format!("http://hl7.org/fhir/StructureDefinition/questionnaire-{name}Occurs"), "valueInteger": n});
    let form = small(&json!([{"linkId": "rows", "type": "group", "repeats": true,
        "extension": [occurs("min", 2), occurs("max", 2)], "item": [{"linkId": "rows.word", "type": "string"}]}]));
    let rows = Pointer::item("rows");
    for (words, code) in [
        (vec!["a", "b"], None),
        (vec!["a", ""], Some("count")),
        (vec!["a", "", "b"], None),
        (vec!["a", "b", "c"], Some("count")),
    ] {
        let mut answers = Answers::new();
        for (n, word) in words.iter().enumerate() {
            answers.set(rows.in_row(&format!("r{n}"), "rows.word"), text(word));
        }
        let here = evaluate(&form, &answers, &context());
        assert_eq!(here.problem(&rows).map(|p| p.code.as_str()), code, "{words:?}");
        let sent = to_response(&form, &answers, Scope::Visible(&here), &Envelope::default());
        let there = evaluate(&form, &from_response(&form, &sent).0, &context());
        assert_eq!(there.problem(&rows).map(|p| p.code.as_str()), code, "{words:?}");
    }
}

#[test]
fn a_box_left_alone_is_no_answer_and_a_question_or_a_consent_is() {
    let consent = json!([{"url": "https://health-certificate.example/fhir/StructureDefinition/consent", "extension": [
        {"url": "kind", "valueCode": "declaration"}, {"url": "topic", "valueCode": "truth"}]}]);
    let form = small(&json!([
        {"linkId": "box", "type": "boolean"}, {"linkId": "asked", "type": "boolean", "required": true},
        {"linkId": "consent", "type": "boolean", "required": true, "extension": consent}, {"linkId": "words", "type": "string"},
    ]));
    let (no, yes) = (vec![Value::Boolean(false)], vec![Value::Boolean(true)]);
    for (link_id, tick, alone) in
        [("box", true, true), ("asked", false, false), ("consent", true, false), ("words", false, false)]
    {
        let item = form.item(link_id).unwrap();
        let found = (item.is_tick(), item.is_left_alone(&no), item.is_left_alone(&[]), item.is_left_alone(&yes));
        assert_eq!(found, (tick, alone, alone, false), "{link_id}");
    }
}

/// On the way to "AB" the words are "A", which is an entry. Whoever else ticks or unticks meanwhile is heard.
#[test]
fn own_words_on_their_way_choose_no_entry_and_undo_no_tick() {
    let entry = |words: &str| json!({"valueString": words});
    let form = small(&json!([{"linkId": "a", "type": "open-choice", "repeats": true,
        "answerOption": [entry("A"), entry("B"), entry("C")]}]));
    let item = form.item("a").unwrap();
    let values = |words: &[&str]| words.iter().map(|words| Value::Text((*words).to_owned())).collect::<Vec<_>>();
    for (before, typed, elsewhere, expected) in [
        (&["B"][..], &["A", "AB"][..], &[][..], &["B", "AB"][..]),
        // One that was chosen before is still.
        (&["A", "B"], &["A", "AB"], &[], &["B", "A", "AB"]),
        // Another phone ticks C, or takes B back, while this one types.
        (&["B"], &["x", "xy"], &["B", "C", "x"], &["B", "C", "xy"]),
        (&["B"], &["x", "xy"], &["x"], &["xy"]),
        (&["B"], &["A", "AB"], &["B", "C", "A"], &["B", "C", "AB"]),
        (&["B"], &["AB", "A", ""], &[], &["B", ""]),
    ] {
        let (mut now, mut passed) = (values(before), None);
        for (at, words) in typed.iter().enumerate() {
            if at == 1 && !elsewhere.is_empty() {
                now = values(elsewhere);
            }
            now = item.with_own_words_on(&now, words, &mut passed);
        }
        assert_eq!(now, values(expected), "{before:?} {typed:?} {elsewhere:?}");
    }
}
