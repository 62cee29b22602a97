//! After a return, and under a newer form: what is open, and what moves.
use super::*;
use crate::api::{OpenItem, OpenWhy};

fn round<'a>(form: &'a Form, submitted: &'a Answers, returned: &'a [Pointer], draft: &'a Answers) -> Round<'a> {
    Round { form, before: None, submitted, returned, draft }
}

fn named(open: &[OpenItem]) -> Vec<(&str, OpenWhy, Option<&str>)> {
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
fn a_newer_form_opens_what_it_asks_anew() {
    let before = certificate();
    let mut json: Json = serde_json::from_str(&read("forms/health-certificate.questionnaire.json")).unwrap();
    json["version"] = json!("2026.12.1");
    json["item"][0]["item"]
        .as_array_mut()
        .unwrap()
        .push(json!({"linkId": "category.new", "type": "string", "required": true}));
    let form = Form::from_json(&json).unwrap();
    let submitted = response(&before, "cook-resident-id");
    let (returned, draft) = ([Pointer::item("person.name")], Answers::new());
    let sent = Sent { form: &before, answers: &submitted };
    let this = Round { before: Some(sent), ..round(&form, &submitted, &returned, &draft) };
    assert_eq!(
        named(&open_items(&this, &context())),
        [("#/person.name", OpenWhy::Returned, None), ("#/category.new", OpenWhy::FormChanged, None)]
    );
}

#[test]
fn an_old_draft_moves_into_the_new_form_and_nothing_is_lost_in_silence() {
    let (old_form, form) = (form("forms/health-certificate.v0.questionnaire.json"), certificate());
    let old = response(&old_form, "draft-of-v0");
    let migrated = migrate(&form, &old_form.canonical(), &old, &context());
    for (pointer, expected) in [
        ("#/person.name", "张伟"),
        ("#/person.id.kind", "居民身份证"),
        ("#/person.id.number", "11010519900307021X"),
        ("#/category.work", "公共场所服务"),
        ("#/category.place-kind", "宾馆、旅店"),
        ("#/category.application", "续办"),
        ("#/category.previous-number", "SAMPLE-2024-000009"),
        ("#/work.employer.name", "示例宾馆"),
        ("#/work.place/r1/work.place.address", "示例街 20 号"),
        ("#/contact.residence.address", "北京市朝阳区示例路 1 号"),
        ("#/health.diseases", "都没有"),
    ] {
        let pointer = Pointer::from_text(pointer);
        assert_eq!(migrated.answers.first(&pointer).map(Value::plain).as_deref(), Some(expected), "{pointer}");
    }
    let region = (Pointer::item("contact.residence.region"), "北京市朝阳区示例路 1 号".to_owned());
    assert_eq!(migrated.suggestions, [region]);
    assert!(migrated.answers.iter().all(|(p, _)| form.item_at(p).is_some_and(|item| item.consent.is_none())));
    let left: Vec<&str> = migrated.left_over.iter().map(|l| l.pointer.as_str()).collect();
    assert!(left.contains(&"#/applicant.education"), "{left:?}");
    let education = migrated.left_over.iter().find(|l| l.pointer.as_str() == "#/applicant.education").unwrap();
    assert!(education.reason.as_ref().unwrap().base().contains("不再收集"));
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

/// People in rows, each asked this.
fn people(version: &str, inside: &Json) -> Form {
    Form::from_json(&json!({"resourceType": "Questionnaire", "id": "people", "version": version, "item": [
        {"linkId": "note", "type": "string"},
        {"linkId": "person", "type": "group", "repeats": true, "item": inside}]}))
    .unwrap()
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
fn what_came_covered_is_not_sent_back_as_its_cover() {
    let form = certificate();
    let submitted = response(&form, "cook-resident-id");
    let shown = masked_answers(&form, &submitted);
    let address = Pointer::item("contact.residence.address");
    assert_ne!(shown.get(&address), submitted.get(&address));
    let returned = [address.clone()];
    let sent = |draft: &Answers| {
        let here = round(&form, &shown, &returned, draft);
        let open = open_items(&here, &context());
        let now = here.now(&open);
        let look = evaluate(&form, &now, &context());
        let is_sent = |pointer: &Pointer| *pointer == address && !is_still_covered(&form, &shown, draft, pointer);
        let sent = to_response(&form, &now, Scope::Open(&look, &is_sent), &Envelope::default());
        from_response(&form, &sent).0
    };
    let mut draft = Answers::new();
    assert_eq!(sent(&draft), Answers::new());
    draft.set(address.clone(), shown.get(&address).to_vec());
    assert_eq!(sent(&draft), Answers::new(), "typed and taken back");
    draft.set(address.clone(), text("示例路 3 号"));
    assert_eq!(sent(&draft).get(&address), text("示例路 3 号"));
    draft.set(address.clone(), Vec::new());
    assert!(sent(&draft).is_touched(&address), "emptied is an answer");
}

#[test]
fn a_covered_choice_does_not_read_as_answered_with_nothing() {
    let form = small(&json!([{"linkId": "day", "type": "date", "extension": [
        {"url": "https://health-certificate.example/fhir/StructureDefinition/sensitivity", "valueCode": "mask"}]}]));
    let day = Pointer::item("day");
    let mut submitted = Answers::new();
    submitted.set(day.clone(), vec![Value::Date(PartialDate::parse("1990-03-07").unwrap())]);
    assert!(!masked_answers(&form, &submitted).is_touched(&day));
    submitted.set(day.clone(), Vec::new());
    assert!(masked_answers(&form, &submitted).is_touched(&day), "what was emptied is told");
}

#[test]
fn what_came_covered_does_not_open_as_if_it_were_missing() {
    let form = certificate();
    let submitted = response(&form, "cook-resident-id");
    let shown = masked_answers(&form, &submitted);
    let returned = [Pointer::item("category.work")];
    let mut draft = Answers::new();
    for work in [None, Some("cosmetics")] {
        if let Some(work) = work {
            draft.set(returned[0].clone(), choose(&form, "category.work", work));
        }
        let open = |base: &Answers| open_items(&round(&form, base, &returned, &draft), &context());
        assert_eq!(without_covered(&form, open(&shown)), open(&submitted), "{work:?}");
    }
}

#[test]
fn what_came_back_under_an_older_form_is_answered_under_its_new_name() {
    let (old_form, form) = (form("forms/health-certificate.v0.questionnaire.json"), certificate());
    let old = response(&old_form, "draft-of-v0");
    let from = old_form.canonical();
    for (was, now) in [
        ("#/applicant.full-name", Some("#/person.name")),
        ("#/work.category", Some("#/category.work")),
        // One that fed two: the one that took the answer, not the one that only shows it.
        ("#/contact.address", Some("#/contact.residence.address")),
        ("#/work.address", Some("#/work.place/r1/work.place.address")),
        ("#/documents.id-photo-1", Some("#/documents.identity.front")),
        ("#/contact.phone", Some("#/contact.phone")),
        ("#/applicant.education", None),
    ] {
        let found = place_now(&form, &from, &Pointer::from_text(was));
        assert_eq!(found.as_ref().map(Pointer::as_str), now, "{was}");
    }

    let submitted = migrate(&form, &from, &old, &context()).answers;
    let returned = [Pointer::item("person.name"), Pointer::item("applicant.education")];
    let mut draft = Answers::new();
    let sent = Some(Sent { form: &old_form, answers: &old });
    let open = open_items(&Round { before: sent, ..round(&form, &submitted, &returned, &draft) }, &context());
    let why = |pointer: &str| open.iter().find(|it| it.pointer.as_str() == pointer).map(|it| it.why);
    assert_eq!(why("#/person.name"), Some(OpenWhy::Returned));
    assert_eq!(why("#/contact.residence.region"), Some(OpenWhy::FormChanged));
    // What is only called otherwise is not asked anew.
    for closed in ["#/category.work", "#/person.id.number", "#/contact.residence.address", "#/work.post"] {
        assert_eq!(why(closed), None, "{closed}");
    }
    let left = |draft: &Answers| {
        let this = Round { before: sent, ..round(&form, &submitted, &returned, draft) };
        returned.iter().filter(|it| !is_answered(&this, it, false)).map(Pointer::to_string).collect::<Vec<_>>()
    };
    assert_eq!(left(&draft), ["#/person.name"], "what is not asked any more waits for nobody");
    draft.set(returned[0].clone(), text("张玮"));
    assert_eq!(left(&draft), Vec::<String>::new());
}

#[test]
fn a_row_or_a_group_that_came_back_keeps_its_place_when_its_group_is_called_otherwise() {
    let town = || json!([{"linkId": "town", "type": "string"}]);
    let rows = |group: &str, was: Json| json!({"linkId": group, "type": "group", "repeats": true, "extension": was, "item": town()});
    let renamed_group = small(&json!([rows("shop", json!([super::generations::renamed("site", "0", "copy", &[])]))]));
    let plain = small(&json!([{"linkId": "site", "type": "group", "item": town()}]));
    for (form, was, now) in [
        (&renamed_group, "#/site", Some("#/shop")),
        (&renamed_group, "#/site/z", Some("#/shop/z")),
        (&renamed_group, "#/site/z/town", Some("#/shop/z/town")),
        (&plain, "#/site", Some("#/site")),
        (&plain, "#/site/z", Some("#/site")),
        (&plain, "#/gone/z", None),
    ] {
        let found = place_now(form, "small|0", &Pointer::from_text(was));
        assert_eq!(found.as_ref().map(Pointer::as_str), now, "{was}");
    }
}

#[test]
fn what_follows_from_a_covered_answer_that_came_back_may_be_answered_with_it() {
    let form = certificate();
    let with =
        |codes: &[&str]| codes.iter().flat_map(|code| choose(&form, "health.diseases", code)).collect::<Vec<_>>();
    let detail = |words: &str| {
        let mut answers = Answers::new();
        answers.set(Pointer::item("health.detail.since"), vec![Value::Date(PartialDate::parse("2026-01").unwrap())]);
        answers.set(Pointer::item("health.detail.state"), choose(&form, "health.detail.state", "recovered"));
        answers.set(Pointer::item("health.detail.text"), text(words));
        answers
    };
    let mut submitted = response(&form, "cook-resident-id").overlaid(&detail("before"), &|_| true);
    submitted.set(Pointer::item("health.diseases"), with(&["hepatitis-a"]));
    assert_eq!(evaluate(&form, &submitted, &context()).problems, []);

    // Another phone, which has all of that covered.
    let shown = masked_answers(&form, &submitted);
    let returned = [Pointer::item("health.diseases")];
    let mut draft = detail("now");
    draft.set(returned[0].clone(), with(&["hepatitis-a", "dysentery"]));
    let here = round(&form, &shown, &returned, &draft);
    let open = without_covered(&form, open_items(&here, &context()));
    assert!(is_open(&form, &open, &Pointer::item("health.detail.since")), "{open:?}");
    let now = here.now(&open);
    let look = evaluate(&form, &now, &context());
    let is_sent = |at: &Pointer| is_open(&form, &open, at) && !is_still_covered(&form, &shown, &draft, at);
    let (given, _) =
        from_response(&form, &to_response(&form, &now, Scope::Open(&look, &is_sent), &Envelope::default()));

    // The office, where it was asked before.
    let there = round(&form, &submitted, &returned, &given);
    assert_eq!(check_supplement(&there, &context()), []);
    let kept = there.now(&open_items(&there, &context()));
    assert_eq!(kept.get(&Pointer::item("health.detail.text")), text("now"));
    // What is not covered, or follows from nothing that came back, stays closed.
    let mut more = given.clone();
    more.set(Pointer::item("contact.residence.address"), text("示例路 9 号"));
    more.set(Pointer::item("work.post"), text("面点师"));
    let said = check_supplement(&round(&form, &submitted, &returned, &more), &context());
    let closed: Vec<&str> = said.iter().map(|problem| problem.pointer.as_str()).collect();
    assert_eq!(closed, ["#/contact.residence.address", "#/work.post"]);
}

/// The same where what follows is not covered itself: its condition is.
#[test]
fn what_a_covered_answer_had_asked_may_be_answered_with_it() {
    let mask = json!([{"url": "https://health-certificate.example/fhir/StructureDefinition/sensitivity", "valueCode": "mask"}]);
    let form = small(&json!([
        {"linkId": "ill", "type": "boolean", "extension": mask},
        {"linkId": "since", "type": "string", "enableWhen": [{"question": "ill", "operator": "=", "answerBoolean": true}]},
        {"linkId": "town", "type": "string"}]));
    let (ill, since) = (Pointer::item("ill"), Pointer::item("since"));
    assert!(
        form.may_seem_hidden(&ill) && form.may_seem_hidden(&since) && !form.may_seem_hidden(&Pointer::item("town"))
    );
    let mut submitted = Answers::new();
    submitted.set(ill.clone(), vec![Value::Boolean(true)]);
    submitted.set(since.clone(), text("before"));
    // Another phone answers both; the office had asked both before.
    let mut given = submitted.clone();
    given.set(since, text("now"));
    let there = round(&form, &submitted, std::slice::from_ref(&ill), &given);
    let said: Vec<ProblemCode> = check_supplement(&there, &context()).iter().map(|it| it.code).collect();
    assert!(!said.contains(&ProblemCode::NotOpen), "{said:?}");
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

#[test]
fn what_came_back_behind_a_covered_answer_is_asked_on_another_phone() {
    let form = certificate();
    let mut submitted = response(&form, "cook-resident-id");
    submitted.set(Pointer::item("health.diseases"), choose(&form, "health.diseases", "hepatitis-a"));
    submitted.set(Pointer::item("health.detail.since"), vec![Value::Date(PartialDate::parse("2026-01").unwrap())]);
    submitted.set(Pointer::item("health.detail.state"), choose(&form, "health.detail.state", "recovered"));
    submitted.set(Pointer::item("health.detail.text"), text("before"));
    let shown = masked_answers(&form, &submitted);
    let returned = [Pointer::item("health.detail.text")];
    let mut draft = Answers::new();
    draft.set(returned[0].clone(), text("now"));
    assert!(!evaluate(&form, &shown, &context()).is_visible(&returned[0]), "nothing there tells that it was asked");

    let asking = form.asking(&returned);
    let here = round(&asking, &shown, &returned, &draft);
    let open = without_covered(&asking, open_items(&here, &context()));
    assert_eq!(named(&open), [("#/health.detail.text", OpenWhy::Returned, None)]);
    let now = here.now(&open);
    let look = evaluate(&asking, &now, &context());
    assert!(look.is_visible(&returned[0]));
    let is_sent = |at: &Pointer| is_open(&asking, &open, at) && !is_still_covered(&asking, &shown, &draft, at);
    let sent = to_response(&asking, &now, Scope::Open(&look, &is_sent), &Envelope::default());

    let given = from_response(&form, &sent).0;
    let there = round(&form, &submitted, &returned, &given);
    assert_eq!(check_supplement(&there, &context()), []);
    assert!(is_answered(&there, &returned[0], false));
}
