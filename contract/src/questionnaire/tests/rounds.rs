//! After a return: what is open, and when it is answered.
use super::*;
use crate::api::{OpenItem, OpenWhy};

/// A round under the form that was submitted.
pub(super) fn round<'a>(
    form: &'a Form,
    submitted: &'a Answers,
    returned: &'a [Pointer],
    draft: &'a Answers,
) -> Round<'a> {
    Round { form, before: None, submitted, returned, draft }
}

/// The open set, as it is written here.
pub(super) fn named(open: &[OpenItem]) -> Vec<(&str, OpenWhy, Option<&str>)> {
    open.iter().map(|o| (o.pointer.as_str(), o.why, o.because.as_ref().map(Pointer::as_str))).collect()
}

#[test]
fn the_open_set_is_what_came_back_and_what_follows() {
    let form = certificate();
    let submitted = response(&form, "cook-resident-id");
    let returned = [Pointer::item("category.work")];
    let mut draft = Answers::new();
    assert_eq!(
        named(&open_items(&round(&form, &submitted, &returned, &draft), &context())),
        [("#/category.work", OpenWhy::Returned, None)]
    );
    draft.set(Pointer::item("category.work"), choose(&form, "category.work", "cosmetics"));
    draft.set(Pointer::item("person.name"), text("不该改"));
    let this = round(&form, &submitted, &returned, &draft);
    let open = open_items(&this, &context());
    assert_eq!(
        named(&open),
        [
            ("#/category.work", OpenWhy::Returned, None),
            ("#/health.hand-skin", OpenWhy::Consequence, Some("#/category.work")),
        ]
    );
    assert_eq!(this.now(&open).get(&Pointer::item("person.name")), text("张伟"));
    let said: Vec<_> = check_supplement(&this, &context()).iter().map(|p| (p.pointer.to_string(), p.code)).collect();
    assert_eq!(
        said,
        [("#/person.name".to_owned(), ProblemCode::NotOpen), ("#/health.hand-skin".to_owned(), ProblemCode::Required),]
    );
}

#[test]
fn what_follows_from_an_answer_is_returned_with_that_answer() {
    let form = certificate();
    let submitted = response(&form, "cook-resident-id");
    let (birth, number) = (Pointer::item("person.birth-date"), Pointer::item("person.id.number"));
    let returned = [birth.clone()];
    let mut draft = Answers::new();
    assert_eq!(
        named(&open_items(&round(&form, &submitted, &returned, &draft), &context())),
        [
            ("#/person.birth-date", OpenWhy::Returned, None),
            ("#/person.id.number", OpenWhy::Consequence, Some("#/person.birth-date")),
        ]
    );
    assert!(!is_answered(&round(&form, &submitted, &returned, &draft), &birth, false));
    draft.set(number.clone(), text("110105199003070252"));
    let this = round(&form, &submitted, &returned, &draft);
    assert!(is_answered(&this, &birth, false));
    assert_eq!(check_supplement(&this, &context()), []);
    // On a phone that has the number covered, it is the same.
    let shown = masked_answers(&form, &submitted);
    assert_eq!(open_items(&round(&form, &shown, &returned, &Answers::new()), &context())[1].pointer, number);
    // With the number itself, nothing more is open.
    let both = [birth, number];
    assert_eq!(open_items(&round(&form, &submitted, &both, &draft), &context()).len(), 2);
}

#[test]
fn a_returned_document_is_answered_by_other_bytes_only() {
    let form = certificate();
    let submitted = response(&form, "cook-resident-id");
    let portrait = Pointer::item("documents.portrait");
    let returned = [portrait.clone()];
    let document = |sha256: &str| {
        vec![Value::Attachment(Attachment {
            document: "new".to_owned(),
            sha256: Some(sha256.to_owned()),
            ..Attachment::default()
        })]
    };
    let old = submitted.first(&portrait).and_then(Value::as_attachment).and_then(|a| a.sha256.clone()).unwrap();
    for (sha256, note, expected) in [(old.as_str(), false, false), ("00ff", false, true), (old.as_str(), true, true)] {
        let mut draft = Answers::new();
        draft.set(portrait.clone(), document(sha256));
        assert_eq!(is_answered(&round(&form, &submitted, &returned, &draft), &portrait, note), expected, "{sha256}");
    }
}

#[test]
fn what_was_emptied_arrives_as_emptied() {
    let form = small(&json!([
        {"linkId": "usual", "type": "string", "initial": [{"valueString": "无"}],
            "item": [{"linkId": "usual.why", "type": "string"}]},
        {"linkId": "other", "type": "string"},
        {"linkId": "then", "type": "string", "required": true,
            "enableWhen": [{"question": "usual", "operator": "exists", "answerBoolean": true}]}]));
    let mut answers = Answers::new();
    for (link_id, values) in [("usual", vec![]), ("usual.why", text("x")), ("other", vec![])] {
        answers.set(Pointer::item(link_id), values);
    }
    let look = evaluate(&form, &answers, &context());
    assert_eq!(look.problems, []);
    let draft = Scope::Draft { withheld: &|_| false };
    let (back, unknown) = from_response(&form, &to_response(&form, &answers, draft, &Envelope::default()));
    assert_eq!((back, unknown), (answers.clone(), vec![]));

    let sent = to_response(&form, &answers, Scope::Visible(&look), &Envelope::default());
    let (there, unknown) = from_response(&form, &sent);
    assert_eq!(unknown, []);
    assert_eq!(evaluate(&form, &there, &context()).problems, []);
    // What nothing would fill in again is not named.
    let named: Vec<&str> = there.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(named, ["#/usual", "#/usual.why"]);
    // What may not leave the phone does not tell that it was touched.
    let silent = to_response(&form, &answers, Scope::Draft { withheld: &|_| true }, &Envelope::default());
    assert_eq!(from_response(&form, &silent).0, Answers::new());
}

#[test]
fn an_answer_that_came_back_is_answered_by_taking_it_away() {
    let form = small(&json!([{"linkId": "a", "type": "string"}, {"linkId": "b", "type": "string"}]));
    let (mut submitted, mut draft) = (Answers::new(), Answers::new());
    submitted.set(Pointer::item("a"), text("not so"));
    submitted.set(Pointer::item("b"), text("stays"));
    draft.set(Pointer::item("a"), text(""));
    let returned = [Pointer::item("a")];
    let here = round(&form, &submitted, &returned, &draft);
    let open = open_items(&here, &context());
    let now = here.now(&open);
    let look = evaluate(&form, &now, &context());
    let is_sent = |pointer: &Pointer| is_open(&form, &open, pointer);
    let sent = to_response(&form, &now, Scope::Open(&look, &is_sent), &Envelope::default());
    let (given, unknown) = from_response(&form, &sent);
    assert_eq!(unknown, []);
    let there = round(&form, &submitted, &returned, &given);
    assert!(is_answered(&there, &returned[0], false));
    let kept = there.now(&open_items(&there, &context()));
    assert_eq!(evaluate(&form, &kept, &context()).answers(&Pointer::item("a")), []);
    assert_eq!(kept.get(&Pointer::item("b")), text("stays"));
}
