//! After a return, on a phone that has the sensitive answers covered: what it shows, sends and opens.
use super::rounds::{named, round};
use super::*;
use crate::api::OpenWhy;

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
