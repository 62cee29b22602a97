//! After a return: groups that hold something, and rows.
use super::rounds::{named, round};
use super::*;
use crate::api::OpenWhy;

/// People in rows, each asked this.
fn people(version: &str, inside: &Json) -> Form {
    Form::from_json(&json!({"resourceType": "Questionnaire", "id": "people", "version": version, "item": [
        {"linkId": "note", "type": "string"},
        {"linkId": "person", "type": "group", "repeats": true, "item": inside}]}))
    .unwrap()
}

#[test]
fn a_returned_group_opens_its_rows() {
    let form = certificate();
    let submitted = response(&form, "cook-resident-id");
    let place = Pointer::item("work.place");
    let returned = [place.clone()];
    let mut draft = Answers::new();
    draft.add_row(&place, "r1");
    draft.set(place.in_row("x", "work.place.address"), text("示例路 3 号"));
    let this = round(&form, &submitted, &returned, &draft);
    assert_eq!(named(&open_items(&this, &context())), [("#/work.place", OpenWhy::Returned, None)]);
    assert_eq!(check_supplement(&this, &context()), []);
    assert!(is_answered(&this, &place, false));
    assert_eq!(this.now(&open_items(&this, &context())).rows(&place), ["r1", "x"]);
}

#[test]
fn a_group_that_must_hold_something_opens_when_it_does_not() {
    let form = small(&json!([{"linkId": "way", "type": "boolean"},
        {"linkId": "g", "type": "group", "required": true, "item": [
            {"linkId": "a", "type": "string", "enableWhen": [
                {"question": "way", "operator": "=", "answerBoolean": true}]},
            {"linkId": "b", "type": "string", "enableWhen": [
                {"question": "way", "operator": "=", "answerBoolean": false}]}]}]));
    let (mut submitted, mut draft) = (Answers::new(), Answers::new());
    submitted.set(Pointer::item("way"), vec![Value::Boolean(true)]);
    submitted.set(Pointer::item("a"), text("x"));
    draft.set(Pointer::item("way"), vec![Value::Boolean(false)]);
    let returned = [Pointer::item("way")];
    let said = |draft: &Answers| {
        let problems = check_supplement(&round(&form, &submitted, &returned, draft), &context());
        problems.iter().map(|problem| problem.pointer.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(said(&draft), ["#/g"]);
    draft.set(Pointer::item("b"), text("y"));
    assert_eq!(said(&draft), Vec::<String>::new());
}

#[test]
fn a_group_in_a_row_that_a_newer_form_demands_can_be_answered() {
    let inside = |required: bool| {
        json!([{"linkId": "name", "type": "string"},
            {"linkId": "way", "type": "group", "required": required, "item": [
                {"linkId": "way.phone", "type": "string"}, {"linkId": "way.mail", "type": "string"}]}])
    };
    let (before, form) = (people("1", &inside(false)), people("2", &inside(true)));
    let row = |row: &str, link_id: &str| Pointer::item("person").in_row(row, link_id);
    let (mut submitted, mut draft) = (Answers::new(), Answers::new());
    submitted.set(Pointer::item("note"), text("n"));
    submitted.set(row("r1", "name"), text("张伟"));
    submitted.set(row("r2", "name"), text("李娜"));
    submitted.set(row("r2", "way.phone"), text("1"));
    draft.set(Pointer::item("note"), text("m"));
    let returned = [Pointer::item("note")];
    let said = |draft: &Answers| {
        let sent = Sent { form: &before, answers: &submitted };
        let this = Round { before: Some(sent), ..round(&form, &submitted, &returned, draft) };
        assert_eq!(
            named(&open_items(&this, &context())),
            [("#/note", OpenWhy::Returned, None), ("#/person/r1/way", OpenWhy::Consequence, None)]
        );
        let problems = check_supplement(&this, &context());
        problems.iter().map(|problem| (problem.pointer.to_string(), problem.code)).collect::<Vec<_>>()
    };
    assert_eq!(said(&draft), [("#/person/r1/way".to_owned(), ProblemCode::Count)]);
    draft.set(row("r1", "way.mail"), text("a@example.org"));
    assert_eq!(said(&draft), []);
    // In the other row nothing was asked for.
    draft.set(row("r2", "way.mail"), text("b@example.org"));
    assert_eq!(said(&draft), [("#/person/r2/way.mail".to_owned(), ProblemCode::NotOpen)]);
}

#[test]
fn what_follows_from_an_answer_in_a_row_is_returned_with_that_answer() {
    let part = |name: &str| format!("{OURS}{name}");
    let form = people(
        "1",
        &json!([
            {"linkId": "number", "type": "string", "extension": [
                {"url": part("rule"), "extension": [{"url": "code", "valueCode": "cn-identity-number"}]}]},
            {"linkId": "born", "type": "date", "extension": [{"url": part("derived"), "extension": [
                {"url": "from", "valueString": "number"}, {"url": "by", "valueCode": "birth-date"}]}]}]),
    );
    let row = |row: &str, link_id: &str| Pointer::item("person").in_row(row, link_id);
    let mut submitted = Answers::new();
    for id in ["r1", "r2"] {
        submitted.set(row(id, "number"), text("11010519900307021X"));
    }
    let (returned, mut draft) = ([row("r2", "born")], Answers::new());
    assert_eq!(
        named(&open_items(&round(&form, &submitted, &returned, &draft), &context())),
        [
            ("#/person/r2/born", OpenWhy::Returned, None),
            ("#/person/r2/number", OpenWhy::Consequence, Some("#/person/r2/born")),
        ]
    );
    draft.set(row("r2", "number"), text("110105199003070252"));
    let this = round(&form, &submitted, &returned, &draft);
    assert!(is_answered(&this, &returned[0], false));
    assert_eq!(check_supplement(&this, &context()), []);
}

#[test]
fn a_group_that_came_back_may_lose_all_its_rows() {
    let form = small(&json!([{"linkId": "group", "type": "group", "repeats": true, "item": [
        {"linkId": "town", "type": "string"}]}]));
    let group = Pointer::item("group");
    let mut submitted = Answers::new();
    submitted.set(group.in_row("r1", "town"), text("示例区"));
    let mut draft = submitted.clone();
    draft.remove_row(&group, "r1");
    let returned = [group.clone()];
    let sent_with = |draft: &Answers| {
        let here = round(&form, &submitted, &returned, draft);
        let open = open_items(&here, &context());
        let now = here.now(&open);
        let look = evaluate(&form, &now, &context());
        let is_sent = |pointer: &Pointer| is_open(&form, &open, pointer);
        (
            is_answered(&here, &group, false),
            to_response(&form, &now, Scope::Open(&look, &is_sent), &Envelope::default()),
        )
    };
    let (ready, sent) = sent_with(&draft);
    assert!(ready);
    let (given, unknown) = from_response(&form, &sent);
    assert_eq!(unknown, []);
    let there = round(&form, &submitted, &returned, &given);
    assert!(is_answered(&there, &group, false));
    assert_eq!(there.now(&open_items(&there, &context())), draft);
    // Nothing of it was touched: it stays as it is.
    let (ready, sent) = sent_with(&Answers::new());
    assert!(!ready);
    let given = from_response(&form, &sent).0;
    let there = round(&form, &submitted, &returned, &given);
    assert!(!is_answered(&there, &group, false));
    assert_eq!(there.now(&open_items(&there, &context())), submitted);
}
