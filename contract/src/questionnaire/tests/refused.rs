//! What the office said about an answer: where it stands, and until when.
use super::*;
use crate::api::ItemError;

#[test]
fn what_the_office_refused_stands_at_its_item_until_that_is_changed() {
    let error = |pointer: &str| ItemError::new(Pointer::from_text(pointer), "id-check");
    let errors = vec![error("#/person.id.number"), error("#/work.place"), error("#/person.name")];
    let mut beside = Beside { refused: errors, ..Beside::default() };
    let stored = serde_json::to_string(&beside).unwrap();
    assert_eq!(crate::json::read::<Beside>(&stored).as_ref(), Some(&beside));
    beside.changed(&Pointer::item("person.id.number"));
    beside.changed(&Pointer::from_text("#/work.place/r1/work.place.address"));
    beside.changed(&Pointer::item("person.sex"));
    let left: Vec<&str> = beside.refused.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(left, ["#/person.name"]);
    assert!(beside.refusal(&Pointer::item("person.name")).is_some());
}

#[test]
fn what_was_said_about_a_row_goes_with_it() {
    let error = |pointer: &str| ItemError::new(Pointer::from_text(pointer), "required");
    let all = ["#/place", "#/place/r1", "#/place/r1/address", "#/place/r2/address", "#/place/r10/address", "#/name"];
    let inside = Pointer::item("place").in_row("r1", "address");
    let mut beside = Beside {
        refused: all.map(error).to_vec(),
        to_confirm: vec![inside.clone(), Pointer::item("name")],
        suggestions: std::iter::once((inside, "old".to_owned())).collect(),
        ..Beside::default()
    };
    beside.removed(&Pointer::item("place").at_row("r1"));
    let left: Vec<&str> = beside.refused.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(left, ["#/place/r2/address", "#/place/r10/address", "#/name"]);
    assert_eq!(beside.to_confirm, [Pointer::item("name")]);
    assert!(beside.suggestions.is_empty());
}

#[test]
fn what_the_office_refused_is_said_only_where_something_is_asked() {
    let when = json!([{"question": "sick", "operator": "=", "answerBoolean": true}]);
    let form = small(&json!([{"linkId": "sick", "type": "boolean", "required": true},
        {"linkId": "since", "type": "string", "enableWhen": when},
        {"linkId": "place", "type": "group", "repeats": true, "item": [{"linkId": "address", "type": "string"}]}]));
    let all = ["#/sick", "#/since", "#/place", "#/place/r1", "#/place/r1/address", "#/place/r2/address", "#/gone"];
    let refused = |pointer: &str| ItemError::new(Pointer::from_text(pointer), "required");
    let beside = Beside { refused: all.map(refused).to_vec(), ..Beside::default() };
    let mut answers = Answers::new();
    answers.set(Pointer::item("place").in_row("r1", "address"), text("x"));
    let look = evaluate(&form, &answers, &context());
    let said: Vec<&str> = beside.refused_now(&form, &look).iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(said, ["#/sick", "#/place", "#/place/r1", "#/place/r1/address", "#/gone"]);
    answers.set(Pointer::item("sick"), vec![Value::Boolean(true)]);
    let look = evaluate(&form, &answers, &context());
    assert_eq!(beside.refused_now(&form, &look).len(), 6);
}
