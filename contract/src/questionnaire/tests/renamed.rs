//! What is called otherwise, or lies elsewhere, in the newer form: rows, names and entries of a list.
use super::{
    generations::{options, renamed},
    *,
};

#[test]
fn an_answer_whose_rows_are_gone_is_left_over_and_not_kept_unseen() {
    let load = |item: Json| {
        Form::from_json(&json!({"resourceType": "Questionnaire", "id": "shop", "version": "1", "item": item})).unwrap()
    };
    let rows = |group: &str, inside: Json| json!({"linkId": group, "type": "group", "repeats": true, "item": inside});
    let town = || json!([{"linkId": "town", "type": "string"}]);
    let old = || {
        let mut answers = Answers::new();
        answers.add_row(&Pointer::item("site"), "r1");
        answers.set(Pointer::item("site").in_row("r1", "town"), text("Example town"));
        answers
    };
    let at = Pointer::item("site").in_row("r1", "town");
    for (what, item, kept) in [
        ("as it was", json!([rows("site", town())]), true),
        ("in a group more", json!([{"linkId": "page", "type": "group", "item": [rows("site", town())]}]), true),
        ("the group is called otherwise", json!([rows("place", town())]), false),
        (
            "in another group",
            json!([rows("site", json!([{"linkId": "x", "type": "string"}])), rows("b", town())]),
            false,
        ),
        ("in no rows", town(), false),
    ] {
        let form = load(item);
        let moved = migrate(&form, "shop|1", &old(), &context());
        assert_eq!(!moved.answers.get(&at).is_empty(), kept, "{what}");
        let left: Vec<&Pointer> = moved.left_over.iter().map(|left| &left.pointer).collect();
        assert_eq!(left.is_empty(), kept, "{what}: {left:?}");
        // What is kept is asked, and what is not asked is not kept.
        let look = evaluate(&form, &moved.answers, &context());
        assert_eq!(look.is_visible(&at), kept, "{what}");
    }
}

#[test]
fn what_stood_in_fewer_rows_stands_in_the_first_of_each() {
    let rows = |group: &str, inside: Json| json!({"linkId": group, "type": "group", "repeats": true, "item": inside});
    let group = |inside: Json| json!({"linkId": "work", "type": "group", "item": inside});
    let name = || json!({"linkId": "work.name", "type": "string"});
    let hour = || json!({"linkId": "hour", "type": "string"});
    let mut old = Answers::new();
    old.set(Pointer::item("work.name"), text("示例店"));
    for row in ["z", "a"] {
        old.set(Pointer::item("shift").in_row(row, "hour"), text(row));
    }
    let inside = Pointer::item("work").at_row(FIRST_ROW).child("shift");
    for (what, items, name_at, shift) in [
        (
            "as it was",
            json!([group(json!([name()])), rows("shift", json!([hour()]))]),
            Pointer::item("work.name"),
            Pointer::item("shift"),
        ),
        (
            "the group repeats",
            json!([rows("work", json!([name()])), rows("shift", json!([hour()]))]),
            Pointer::item("work").in_row(FIRST_ROW, "work.name"),
            Pointer::item("shift"),
        ),
        (
            "rows stand in it",
            json!([rows("work", json!([name(), rows("shift", json!([hour()]))]))]),
            Pointer::item("work").in_row(FIRST_ROW, "work.name"),
            inside,
        ),
    ] {
        let form = small(&items);
        let moved = migrate(&form, "small|0", &old, &context());
        assert_eq!(moved.left_over, [], "{what}");
        assert_eq!(moved.answers.get(&name_at), text("示例店"), "{what}");
        assert_eq!(moved.answers.rows(&shift), ["z", "a"], "{what}");
        for row in ["z", "a"] {
            assert_eq!(moved.answers.get(&shift.in_row(row, "hour")), text(row), "{what}");
        }
        let look = evaluate(&form, &moved.answers, &context());
        assert!(moved.answers.iter().all(|(pointer, _)| look.is_visible(pointer)), "{what}");
    }
}

#[test]
fn an_item_takes_as_many_answers_as_it_shows_and_the_rest_is_left_over() {
    let item = |link_id: &str, most: Option<u32>, was: Option<&str>| {
        let mut item = json!({"linkId": link_id, "type": "string", "repeats": most != Some(1), "extension": []});
        let parts = item["extension"].as_array_mut().unwrap();
        parts.extend(
            most.filter(|most| *most > 1)
                .map(|most| json!({"url": format!("{FHIR}questionnaire-maxOccurs"), "valueInteger": most})),
        );
        parts.extend(was.map(|was| renamed(was, "0", "copy", &[])));
        item
    };
    let words = |all: &[&str]| all.iter().map(|word| Value::Text((*word).to_owned())).collect::<Vec<_>>();
    for (most, given, kept, left) in [
        (None, vec!["甲", "乙", "丙"], vec!["甲", "乙", "丙"], vec![]),
        (Some(2), vec!["甲", "乙", "丙"], vec!["甲", "乙"], vec!["丙"]),
        (Some(1), vec!["甲", "乙"], vec!["甲"], vec!["乙"]),
        // A line in which nothing stands is no answer, and nothing is lost with it.
        (Some(1), vec!["", "乙"], vec!["乙"], vec![]),
        (Some(1), vec!["甲", " "], vec!["甲"], vec![]),
        (Some(1), vec![""], vec![""], vec![]),
    ] {
        for (from, form) in
            [("a", small(&json!([item("a", most, None)]))), ("was", small(&json!([item("a", most, Some("was"))])))]
        {
            let mut old = Answers::new();
            old.set(Pointer::item(from), words(&given));
            let moved = migrate(&form, "small|0", &old, &context());
            let what = format!("{from} {most:?} {given:?}");
            let here: Vec<Value> = moved.answers.get(&Pointer::item("a")).to_vec();
            let shown = |all: &[Value]| all.iter().map(Value::plain).filter(|it| !it.is_empty()).collect::<Vec<_>>();
            assert_eq!(shown(&here), shown(&words(&kept)), "{what}");
            assert!(moved.answers.is_touched(&Pointer::item("a")), "{what}");
            let rest: Vec<Value> = moved.left_over.iter().flat_map(|left| left.values.clone()).collect();
            assert_eq!(rest, words(&left), "{what}");
            assert_eq!(evaluate(&form, &moved.answers, &context()).problems, [], "{what}");
        }
    }
}

#[test]
fn what_is_called_otherwise_keeps_its_rows_and_their_order() {
    let item = |link_id: &str, was: &[&str]| {
        let extension: Vec<Json> = was.iter().map(|was| renamed(was, "1", "copy", &[])).collect();
        json!({"linkId": link_id, "type": "string", "extension": extension})
    };
    let rows = |group: &str, was: &[&str], inside: Json| {
        let mut group = json!({"linkId": group, "type": "group", "repeats": true, "item": inside});
        group["extension"] = was.iter().map(|was| renamed(was, "1", "copy", &[])).collect();
        group
    };
    let mut old = Answers::new();
    let site = Pointer::item("site");
    for row in ["z", "a"] {
        old.set(site.in_row(row, "town"), text(row));
        let shift = site.in_row(row, "shift");
        old.set(shift.in_row("2", "hour"), text("late"));
        old.set(shift.in_row("1", "hour"), text("early"));
    }
    old.add_row(&site, "empty");
    let shifts = || rows("shift", &[], json!([item("hour", &[])]));
    for (what, items, town, hour) in [
        ("as it was", rows("site", &[], json!([item("town", &[]), shifts()])), "site/*/town", "site/*/shift/*/hour"),
        (
            "a question",
            rows("site", &[], json!([item("place", &["town"]), shifts()])),
            "site/*/place",
            "site/*/shift/*/hour",
        ),
        (
            "the group",
            rows("shop", &["site"], json!([item("town", &[]), shifts()])),
            "shop/*/town",
            "shop/*/shift/*/hour",
        ),
        (
            "both",
            rows("shop", &["site"], json!([item("place", &["town"]), shifts()])),
            "shop/*/place",
            "shop/*/shift/*/hour",
        ),
        (
            "the group inside",
            rows("site", &[], json!([item("town", &[]), rows("turn", &["shift"], json!([item("at", &["hour"])]))])),
            "site/*/town",
            "site/*/turn/*/at",
        ),
        (
            "a question, in a group that says nothing of it",
            rows("shop", &[], json!([item("place", &["town"]), rows("turn", &[], json!([item("at", &["hour"])]))])),
            "shop/*/place",
            "shop/*/turn/*/at",
        ),
    ] {
        let form = small(&json!([items]));
        let moved = migrate(&form, "small|1", &old, &context());
        assert_eq!(moved.left_over, [], "{what}");
        let group = Pointer::item(town.split('/').next().unwrap());
        let begun: Vec<&str> =
            moved.answers.rows(&group).iter().map(String::as_str).filter(|row| *row != "empty").collect();
        assert_eq!(begun, ["z", "a"], "{what}");
        for row in ["z", "a"] {
            let at = Pointer::from_text(format!("#/{}", town.replacen('*', row, 1)));
            assert_eq!(moved.answers.get(&at), text(row), "{what}");
            for (shift, words) in [("2", "late"), ("1", "early")] {
                let at = Pointer::from_text(format!("#/{}", hour.replacen('*', row, 1).replacen('*', shift, 1)));
                assert_eq!(moved.answers.get(&at), text(words), "{what}");
                let group = at.enclosing_row().unwrap().0;
                assert_eq!(moved.answers.rows(&group), ["2", "1"], "{what}");
            }
        }
        if what != "a question, in a group that says nothing of it" {
            assert_eq!(moved.answers.rows(&group), ["z", "a", "empty"], "{what}");
        }
    }
    // More rows than there are places for: none is thrown onto another.
    let form = small(&json!([item("place", &["town"])]));
    let moved = migrate(&form, "small|1", &old, &context());
    assert!(moved.answers.is_empty());
    assert_eq!(moved.left_over.len(), 6);
}

#[test]
fn a_name_is_taken_as_the_version_had_it() {
    let form = |was: &[(&str, &str, &str)]| {
        let extension: Vec<Json> =
            was.iter().map(|(from, version, to)| renamed(from, version, "map", &[("a", to)])).collect();
        small(&json!([{"linkId": "kind", "type": "choice", "answerOption": options(&["x", "y"]),
            "extension": extension}]))
    };
    let both = form(&[("work", "1", "x"), ("work", "2", "y")]);
    let one = form(&[("work", "1", "x")]);
    let names = form(&[("other", "2", "y"), ("work", "1", "x")]);
    let mut old = Answers::new();
    old.set(Pointer::item("work"), text("a"));
    for (form, from, code) in [
        (&both, "small|1", "x"),
        (&both, "small|2", "y"),
        // Names are never used for another meaning: one that is not given for the version is better than none.
        (&both, "small|3", "x"),
        (&both, "small", "x"),
        (&one, "small|2", "x"),
        (&names, "small|2", "x"),
    ] {
        let moved = migrate(form, from, &old, &context());
        assert_eq!(moved.answers.get(&Pointer::item("kind")), choose(form, "kind", code), "{from}");
    }
}

#[test]
fn an_entry_of_any_type_stays_chosen_when_the_form_changes() {
    let list = |kind: &str, extension: Json| {
        small(&json!([{"linkId": "a", "type": kind, "extension": extension, "answerOption": [
            {"valueString": "word"}, {"valueInteger": 3}, {"valueDate": "2026-01-01"}, {"valueTime": "08:30:00"},
            {"valueCoding": {"code": "c"}}]}]))
    };
    let own = Value::Text("own".to_owned());
    for kind in ["choice", "open-choice"] {
        let form = list(kind, json!([]));
        let entries = form.items[0].options.iter().map(|option| option.value.clone());
        for value in entries.chain([own.clone()]) {
            let mut old = Answers::new();
            old.set(Pointer::item("a"), vec![value.clone()]);
            let moved = migrate(&form, "small|0", &old, &context());
            let takes = kind == "open-choice" || value != own;
            assert_eq!(moved.answers.first(&Pointer::item("a")), takes.then_some(&value), "{kind}");
            assert_eq!(moved.left_over.is_empty(), takes, "{kind} {value:?}");
        }
    }
    // An entry that is a word alone is found by a pair as one with a code is.
    let form = list("choice", json!([renamed("was", "0", "map", &[("yes", "word")])]));
    let mut old = Answers::new();
    old.set(Pointer::item("was"), text("yes"));
    assert_eq!(migrate(&form, "small|0", &old, &context()).answers.get(&Pointer::item("a")), text("word"));
}

#[test]
fn what_is_to_be_confirmed_is_asked_under_its_new_name_too() {
    let rows = |group: &str, extension: Json, inside: Json| json!({"linkId": group, "type": "group", "repeats": true, "extension": extension, "item": inside});
    let form = small(&json!([{"linkId": "same", "type": "string"}, {"linkId": "alone", "type": "string"},
        {"linkId": "now", "type": "string", "extension": [renamed("was", "0", "copy", &[])]},
        rows("shop", json!([renamed("site", "0", "copy", &[])]), json!([{"linkId": "town", "type": "string"}]))]));
    let town = |group: &str| Pointer::item(group).in_row("r1", "town");
    let mut old = Answers::new();
    let places = [Pointer::item("same"), Pointer::item("was"), town("site"), Pointer::item("gone")];
    for pointer in &places {
        old.set(pointer.clone(), text("x"));
    }
    let beside = Beside { to_confirm: places.to_vec(), ..Beside::default() };
    let (beside, _) = beside.moved(&form, "small|0", &old, &context());
    assert_eq!(beside.to_confirm, [Pointer::item("same"), Pointer::item("now"), town("shop")]);
}
