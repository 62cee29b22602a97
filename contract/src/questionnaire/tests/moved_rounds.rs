//! After a return, when the form has changed since: what is open, and under which name.
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
