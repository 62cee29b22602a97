//! After a return, when the form has changed since: what is open, and under which name.
use super::generations::renamed;
use super::rounds::{named, round};
use super::*;
use crate::api::OpenWhy;

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
    let renamed_group = small(&json!([rows("shop", json!([renamed("site", "0", "copy", &[])]))]));
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

fn year(version: &str, items: &Json) -> Form {
    Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "version": version, "item": items}))
        .unwrap()
}

/// A question of the older form under its name of now.
fn now_called(link_id: &str, kind: &str, was: &str, pairs: &[(&str, &str)]) -> Json {
    let how = if pairs.is_empty() { "copy" } else { "map" };
    json!({"linkId": link_id, "type": kind, "required": true, "extension": [renamed(was, "1", how, pairs)]})
}

/// The form changes while somebody answers what came back, with some of it answered already by the older names.
#[test]
fn a_supplement_that_was_begun_under_an_older_form_goes_on_under_the_newer_one() {
    let list = |codes: [&str; 2]| codes.map(|code| json!({"valueCoding": {"system": "s", "code": code}}));
    let mut kind_now = now_called("work.kind", "choice", "kind", &[("a", "x"), ("b", "y")]);
    kind_now["answerOption"] = list(["x", "y"]).into();
    let old = year(
        "1",
        &json!([
            {"linkId": "name", "type": "string", "required": true}, {"linkId": "post", "type": "string"},
            {"linkId": "kind", "type": "choice", "answerOption": list(["a", "b"])},
            {"linkId": "school", "type": "string", "required": true}, {"linkId": "address", "type": "string"},
            {"linkId": "site", "type": "group", "repeats": true, "item": [
                {"linkId": "town", "type": "string"}, {"linkId": "note", "type": "string"}]}]),
    );
    let form = year(
        "2",
        &json!([
            now_called("person.name", "string", "name", &[]), {"linkId": "post", "type": "string"}, kind_now,
            {"linkId": "place", "type": "group", "repeats": true, "item": [
                now_called("place.address", "string", "address", &[])]},
            {"linkId": "shop", "type": "group", "repeats": true, "extension": [renamed("site", "1", "copy", &[])],
                "item": [now_called("shop.town", "string", "town", &[]), {"linkId": "note", "type": "string"}]},
            {"linkId": "fresh", "type": "string", "required": true}]),
    );
    let site = |row: &str, link_id: &str| Pointer::item("site").in_row(row, link_id);
    let mut sent = Answers::new();
    for (pointer, values) in [
        (Pointer::item("name"), text("甲")),
        (Pointer::item("post"), text("厨师")),
        (Pointer::item("kind"), choose(&old, "kind", "a")),
        (Pointer::item("school"), text("小学")),
        (Pointer::item("address"), text("一号")),
        (site("r1", "town"), text("东")),
        (site("r2", "town"), text("西")),
        (site("r2", "note"), text("二楼")),
    ] {
        sent.set(pointer, values);
    }
    let came_back = ["#/name", "#/kind", "#/school", "#/address", "#/site/r2/town"].map(Pointer::from_text);
    // What was answered by the older form: all of it, and something in the row beside, which is not open.
    let mut begun = Answers::new();
    begun.add_row(&Pointer::item("site"), "r1");
    for (pointer, values) in [
        (Pointer::item("name"), text("乙")),
        (Pointer::item("kind"), choose(&old, "kind", "b")),
        (Pointer::item("school"), text("中学")),
        (Pointer::item("address"), text("二号")),
        (site("r2", "town"), text("北")),
    ] {
        begun.set(pointer, values);
    }

    let from = old.canonical();
    let (beside, mut draft) = Beside::default().moved(&form, &from, &begun, &context());
    let left: Vec<(&str, &[Value])> =
        beside.left_over.iter().map(|(pointer, values)| (pointer.as_str(), values)).collect();
    assert_eq!(left, [("#/school", text("中学").as_slice())], "shown to the person, and never sent");
    assert_eq!(beside.moved_from.as_deref(), Some("small|1"));

    let submitted = migrate(&form, &from, &sent, &context()).answers;
    let returned: Vec<Pointer> =
        came_back.iter().map(|at| place_now(&form, &from, at).unwrap_or_else(|| at.clone())).collect();
    let before = Some(Sent { form: &old, answers: &sent });
    let this = |draft: &Answers| {
        let this = Round { before, ..round(&form, &submitted, &returned, draft) };
        let open = open_items(&this, &context());
        let waits = returned.iter().filter(|it| !is_answered(&this, it, false)).map(Pointer::to_string);
        let said = check_supplement(&this, &context()).into_iter().map(|it| (it.pointer.to_string(), it.code));
        (waits.collect::<Vec<_>>(), said.collect::<Vec<_>>(), this.now(&open), open)
    };
    // What came back is answered; what the newer form asks besides is not yet.
    let (waits, said, _, open) = this(&draft);
    assert_eq!((waits, said), (vec![], vec![("#/fresh".to_owned(), ProblemCode::Required)]));
    assert_eq!(open.last().map(|it| (it.pointer.as_str(), it.why)), Some(("#/fresh", OpenWhy::FormChanged)));
    draft.set(Pointer::item("fresh"), text("新"));

    // As it is sent, and as the office takes it.
    let (_, said, now, open) = this(&draft);
    assert_eq!(said, []);
    let look = evaluate(&form, &now, &context());
    let is_sent = |pointer: &Pointer| is_open(&form, &open, pointer);
    let body = to_response(&form, &now, Scope::Open(&look, &is_sent), &Envelope::default());
    let (given, unknown) = from_response(&form, &body);
    assert_eq!(unknown, []);
    let (waits, said, kept, _) = this(&given);
    assert_eq!((waits, said), (vec![], vec![]));
    for (pointer, words) in [
        ("#/person.name", "乙"),
        ("#/post", "厨师"),
        ("#/work.kind", "y"),
        ("#/place/r1/place.address", "二号"),
        ("#/shop/r1/shop.town", "东"),
        ("#/shop/r2/shop.town", "北"),
        ("#/shop/r2/note", "二楼"),
        ("#/fresh", "新"),
    ] {
        assert_eq!(kept.first(&Pointer::from_text(pointer)).map(Value::plain).as_deref(), Some(words), "{pointer}");
    }
    assert_eq!(kept.rows(&Pointer::item("shop")), ["r1", "r2"]);
}

/// The same with a group of rows that came back whole: one changed, one taken away, one added.
#[test]
fn rows_of_a_supplement_move_with_the_name_of_their_group() {
    let town = |link_id: &str, more: Json| json!([{"linkId": link_id, "type": "string", "extension": more}]);
    let old =
        year("1", &json!([{"linkId": "site", "type": "group", "repeats": true, "item": town("town", json!([]))}]));
    let form = year(
        "2",
        &json!([{"linkId": "shop", "type": "group", "repeats": true, "extension": [renamed("site", "1", "copy", &[])],
            "item": town("shop.town", json!([renamed("town", "1", "copy", &[])]))}]),
    );
    let site = |row: &str| Pointer::item("site").in_row(row, "town");
    let (mut sent, from) = (Answers::new(), old.canonical());
    for (row, words) in [("r1", "东"), ("r2", "西")] {
        sent.set(site(row), text(words));
    }
    let mut begun = sent.clone();
    begun.set(site("r2"), text("北"));
    begun.set(site("x"), text("南"));
    begun.remove_row(&Pointer::item("site"), "r1");
    let mut none = sent.clone();
    for row in ["r1", "r2"] {
        none.remove_row(&Pointer::item("site"), row);
    }
    let submitted = migrate(&form, &from, &sent, &context()).answers;
    let returned = [place_now(&form, &from, &Pointer::item("site")).unwrap()];
    let shop = Pointer::item("shop");
    for (begun, rows) in [(begun, vec!["r2", "x"]), (none, vec![])] {
        let (beside, draft) = Beside::default().moved(&form, &from, &begun, &context());
        assert_eq!(beside.left_over, Answers::new());
        let before = Some(Sent { form: &old, answers: &sent });
        let this = Round { before, ..round(&form, &submitted, &returned, &draft) };
        assert!(is_answered(&this, &shop, false), "{rows:?}");
        assert_eq!(check_supplement(&this, &context()), []);
        assert_eq!(this.now(&open_items(&this, &context())).rows(&shop), rows);
    }
}
