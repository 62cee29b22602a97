//! Groups and rows that must hold something.
use super::*;

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
fn rows_that_are_required_are_one_at_least_whatever_else_is_said() {
    let occurs = |least: u32| json!([{"url": format!("{FHIR}questionnaire-minOccurs"), "valueInteger": least}]);
    for (required, occurs, least) in
        [(false, json!([]), 0), (true, json!([]), 1), (true, occurs(0), 1), (false, occurs(2), 2), (true, occurs(2), 2)]
    {
        let form = small(&json!([{"linkId": "rows", "type": "group", "repeats": true, "required": required,
            "extension": occurs, "item": [{"linkId": "a", "type": "string"}]}]));
        assert_eq!(form.items[0].least_rows(), least, "{required} {occurs}");
    }
}
