//! A draft that is saved in its person's account while its form changes: nothing that stands here goes because it is called
//! otherwise there.
use super::{
    generations::{options, renamed},
    *,
};

fn version(version: &str, items: Json) -> Form {
    Form::from_json(&json!({"resourceType": "Questionnaire", "id": "shop", "version": version, "item": items})).unwrap()
}

fn page(link_id: &str, inside: Json) -> Json {
    json!({"linkId": link_id, "type": "group", "item": inside})
}

fn line(link_id: &str, was: Option<&str>) -> Json {
    let extension: Vec<Json> = was.into_iter().map(|was| renamed(was, "1", "copy", &[])).collect();
    json!({"linkId": link_id, "type": "string", "extension": extension})
}

/// A shop's first form.
fn first() -> Form {
    version(
        "1",
        json!([
            page("p", json!([line("a", None)])),
            page(
                "q",
                json!([line("b", None),
            {"linkId": "rows", "type": "group", "repeats": true, "item": [line("town", None)]}])
            )
        ]),
    )
}

/// What was typed under it, and what of it waits for a word.
fn typed() -> (Answers, Vec<Pointer>) {
    let mut typed = Answers::new();
    typed.set(Pointer::item("a"), text("甲"));
    typed.set(Pointer::item("b"), text("乙"));
    for row in ["z", "a"] {
        typed.set(Pointer::item("rows").in_row(row, "town"), text(row));
    }
    (typed, vec![Pointer::item("b")])
}

/// What the account has is read by the form that it was saved with, as another phone's is.
fn saved(form: &Form, by: &Form, answers: &Answers, open: &[Pointer]) -> Saved {
    let written = to_response(by, answers, Scope::Draft { withheld: &|_| false }, &Envelope::default());
    let read = from_response(by, &written).0;
    Saved::read(form, &by.canonical(), read, open.to_vec(), &context())
}

/// The same questions in other pages, and under other names.
fn later() -> Vec<(&'static str, Form, &'static str)> {
    let rows = |name: &str, was: Json, town: Json| json!({"linkId": name, "type": "group", "repeats": true, "extension": was, "item": [town]});
    let same = || rows("rows", json!([]), line("town", None));
    let shops = || rows("shops", json!([renamed("rows", "1", "copy", &[])]), line("place", Some("town")));
    vec![
        ("one page for two", version("2", json!([page("p", json!([line("a", None), line("b", None), same()]))])), "b"),
        (
            "a page is called otherwise",
            version("2", json!([page("p", json!([line("a", None)])), page("r", json!([line("b", None), same()]))])),
            "b",
        ),
        ("without the pages", version("2", json!([line("a", None), line("b", None), same()])), "b"),
        (
            "questions and rows are called otherwise",
            version("2", json!([line("x", Some("a")), line("y", Some("b")), shops()])),
            "y",
        ),
    ]
}

#[test]
fn a_form_that_changes_takes_nothing_out_of_a_draft_that_is_saved_in_the_account() {
    let old = first();
    let (typed, open) = typed();
    for (what, form, b) in later() {
        let (beside, here) =
            Beside { to_confirm: open.clone(), ..Beside::default() }.moved(&form, "shop|1", &typed, &context());
        assert!(beside.left_over.is_empty(), "{what}");
        // Nobody has changed anything since.
        let (base, there) = (saved(&form, &old, &typed, &open), saved(&form, &old, &typed, &open));
        let merged = merge(&base.answers, &here, &there.answers);
        assert_eq!((&merged.answers, merged.conflicts.len()), (&here, 0), "{what}");
        assert_eq!(there.open, [Pointer::item(b)], "{what}");
        assert_eq!(here.get(&there.open[0]), text("乙"), "{what}");
        assert_eq!(there.left_since(&base), (vec![], vec![]), "{what}");
        // And not if this phone knows nothing of what was saved.
        let merged = merge(&Answers::new(), &here, &saved(&form, &old, &typed, &open).answers);
        assert_eq!((&merged.answers, merged.conflicts.len()), (&here, 0), "{what}");
    }
}

#[test]
fn what_another_phone_saved_under_the_form_before_arrives_under_the_new_names() {
    let old = first();
    let (typed, open) = typed();
    for (what, form, b) in later() {
        let (_, here) = Beside::default().moved(&form, "shop|1", &typed, &context());
        let mut theirs = typed.clone();
        theirs.set(Pointer::item("b"), text("丙"));
        let (base, there) = (saved(&form, &old, &typed, &open), saved(&form, &old, &theirs, &[]));
        let merged = merge(&base.answers, &here, &there.answers);
        assert_eq!(merged.answers.get(&Pointer::item(b)), text("丙"), "{what}");
        assert!(merged.conflicts.is_empty() && there.open.is_empty(), "{what}");
    }
}

#[test]
fn what_another_phone_saved_and_the_new_form_has_no_place_for_is_shown_once() {
    let kind = |codes: &[&str]| json!({"linkId": "kind", "type": "choice", "answerOption": options(codes)});
    let old = version("1", json!([line("a", None), line("size", None), kind(&["cook", "sell"])]));
    let asks = json!([line("a", None), kind(&["cook"]),
        {"linkId": "months", "type": "integer", "extension": [renamed("a", "1", "suggest", &[])]}]);
    let form = version("2", asks);
    let mut typed = Answers::new();
    typed.set(Pointer::item("size"), text("42"));
    let (mut beside, here) = Beside::default().moved(&form, "shop|1", &typed, &context());
    assert_eq!(beside.left_over.get(&Pointer::item("size")), text("42"));
    beside.seen();
    let mut theirs = typed.clone();
    theirs.set(Pointer::item("kind"), choose(&old, "kind", "sell"));
    theirs.set(Pointer::item("a"), text("a year"));
    let (base, there) = (saved(&form, &old, &typed, &[]), saved(&form, &old, &theirs, &[]));
    assert_eq!(merge(&base.answers, &here, &there.answers).answers.get(&Pointer::item("a")), text("a year"));
    let (left, suggested) = there.left_since(&base);
    beside.leave("shop|1", left.clone(), suggested.clone());
    let shown: Vec<&Pointer> = beside.left_over.iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(shown, [&Pointer::item("kind")], "what was seen here before is not shown again");
    assert_eq!(beside.left_by(&Pointer::item("kind")), Some("shop|1"));
    assert_eq!(beside.suggestions.get(&Pointer::item("months")).map(String::as_str), Some("a year"));
    // Looked at twice, it stands there once.
    beside.leave("shop|1", left, suggested);
    assert_eq!(beside.left_over.get(&Pointer::item("kind")), choose(&old, "kind", "sell"));
}

#[test]
fn the_draft_of_the_newer_form_takes_in_the_older_one_and_never_the_other_way_round() {
    let taken = ["shop|3", "shop|2", "report|7"].map(str::to_owned);
    for (ours, other, expected) in [
        ("shop|3", "shop|2", true),
        ("shop|2", "shop|3", false),
        ("shop|3", "shop|1", true),
        ("shop|2", "shop|1", true),
        ("shop|1", "shop|3", false),
        // Which of two that are not taken is newer nobody can tell: this one moves first.
        ("shop|1", "shop|0", false),
    ] {
        assert_eq!(is_newer(ours, other, &taken), expected, "{ours} {other}");
    }
    assert!(!is_newer("shop|3", "shop|2", &[]));
}
