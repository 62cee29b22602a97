//! A draft under three generations of a form: everything moves, is shown beside the new question, or is listed.
use super::*;

fn renamed(from: &str, version: &str, how: &str, pairs: &[(&str, &str)]) -> Json {
    let mut parts = vec![
        json!({"url": "linkId", "valueString": from}),
        json!({"url": "version", "valueString": version}),
        json!({"url": "how", "valueCode": how}),
    ];
    for (old, new) in pairs {
        parts.push(json!({"url": "value", "extension": [
            {"url": "from", "valueString": old}, {"url": "to", "valueCode": new}]}));
    }
    json!({"url": format!("{OURS}renamed-from"), "extension": parts})
}

fn options(codes: &[&str]) -> Json {
    codes.iter().map(|code| json!({"valueCoding": {"system": "s", "code": code, "display": code}})).collect()
}

/// A shop's form in its first year, its second and its third.
fn generations() -> [Form; 3] {
    let load = |version: &str, extension: Json, item: Json| {
        Form::from_json(&json!({"resourceType": "Questionnaire", "id": "shop", "version": version,
            "extension": extension, "item": item}))
        .unwrap()
    };
    let first = load(
        "1",
        json!([]),
        json!([
            {"linkId": "name", "type": "string"}, {"linkId": "place", "type": "string"},
            {"linkId": "work", "type": "choice", "repeats": true, "answerOption": options(&["cook", "sell", "clean"])},
            {"linkId": "again", "type": "boolean"}, {"linkId": "shoe-size", "type": "integer"},
            {"linkId": "about", "type": "text"}]),
    );
    let second = load(
        "2",
        json!([{"url": format!("{OURS}retired-item"), "extension": [
            {"url": "linkId", "valueString": "shoe-size"}, {"url": "version", "valueString": "1"},
            {"url": "reason", "valueString": "Nobody needed it"}]}]),
        json!([
            {"linkId": "name", "type": "string"},
            {"linkId": "town", "type": "string", "extension": [renamed("place", "1", "copy", &[])]},
            {"linkId": "kind", "type": "choice", "repeats": true, "answerOption": options(&["kitchen", "counter"]),
                "extension": [renamed("work", "1", "map", &[("cook", "kitchen"), ("sell", "counter")])]},
            {"linkId": "reason", "type": "choice", "answerOption": options(&["first", "renewal"]),
                "extension": [renamed("again", "1", "map", &[("true", "renewal"), ("false", "first")])]},
            {"linkId": "months", "type": "integer", "extension": [renamed("about", "1", "suggest", &[])]}]),
    );
    let third = load(
        "3",
        json!([]),
        json!([
            {"linkId": "name", "type": "string"},
            {"linkId": "site", "type": "group", "repeats": true, "item": [
                {"linkId": "site.town", "type": "string", "extension": [renamed("town", "2", "copy", &[])]}]},
            {"linkId": "kind", "type": "choice", "repeats": true, "answerOption": options(&["kitchen", "counter"])},
            {"linkId": "months", "type": "integer"}]),
    );
    [first, second, third]
}

fn first_draft(form: &Form) -> Answers {
    let mut draft = Answers::new();
    draft.set(Pointer::item("name"), text("张伟"));
    draft.set(Pointer::item("place"), text("示例区"));
    let work = ["cook", "clean"].map(|code| choose(form, "work", code)).concat();
    draft.set(Pointer::item("work"), work);
    draft.set(Pointer::item("again"), vec![Value::Boolean(true)]);
    draft.set(Pointer::item("shoe-size"), vec![Value::Integer(42)]);
    draft.set(Pointer::item("about"), text("a year"));
    draft
}

fn left(beside: &Beside) -> Vec<(String, String)> {
    let words = |(pointer, values): (&Pointer, &[Value])| {
        (pointer.to_string(), values.iter().map(Value::plain).collect::<Vec<_>>().join(" "))
    };
    beside.left_over.iter().map(words).collect()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[test]
fn a_draft_goes_through_three_generations_and_nothing_is_dropped() {
    let [first, second, third] = generations();
    let draft = first_draft(&first);
    let (beside, answers) = Beside::default().moved(&second, "shop|1", &draft, &context());
    assert_eq!(answers.get(&Pointer::item("name")), text("张伟"));
    assert_eq!(answers.get(&Pointer::item("town")), text("示例区"));
    assert_eq!(answers.get(&Pointer::item("kind")), choose(&second, "kind", "kitchen"));
    assert_eq!(answers.get(&Pointer::item("reason")), choose(&second, "reason", "renewal"));
    // What no pair takes, what is not asked any more, and what is only shown beside its new question.
    assert_eq!(left(&beside), pairs(&[("#/about", "a year"), ("#/shoe-size", "42"), ("#/work", "clean")]));
    assert_eq!(beside.suggestions.get(&Pointer::item("months")).map(String::as_str), Some("a year"));
    assert_eq!(beside.moved_from.as_deref(), Some("shop|1"));

    // Before anybody looked, the form changes once more: what was left then is still there.
    let (beside, answers) = beside.moved(&third, "shop|2", &answers, &context());
    let town = Pointer::item("site").in_row(FIRST_ROW, "site.town");
    assert_eq!(answers.get(&town), text("示例区"));
    assert_eq!(answers.get(&Pointer::item("kind")), choose(&third, "kind", "kitchen"));
    let expected = [("#/about", "a year"), ("#/reason", "renewal"), ("#/shoe-size", "42"), ("#/work", "clean")];
    assert_eq!(left(&beside), pairs(&expected));
    assert_eq!(beside.moved_from.as_deref(), Some("shop|1"));
    assert!(evaluate(&third, &answers, &context()).problems.is_empty());

    let mut seen = beside;
    seen.seen();
    assert!(seen.left_over.is_empty() && seen.moved_from.is_none());
}

#[test]
fn one_entry_that_is_gone_takes_no_other_tick_with_it() {
    let load = |items: Json| small(&items);
    let ticks =
        |form: &Form, codes: &[&str]| codes.iter().flat_map(|code| choose(form, "work", code)).collect::<Vec<_>>();
    let choice = |codes: &[&str], extension: Json| {
        load(json!([{"linkId": "work", "type": "choice", "repeats": true, "answerOption": options(codes),
            "extension": extension}]))
    };
    let old = choice(&["cook", "sell", "clean", "drive"], json!([]));
    let draft = |codes: &[&str]| {
        let mut draft = Answers::new();
        draft.set(Pointer::item("work"), ticks(&old, codes));
        draft
    };
    let same_name = json!([renamed("work", "1", "map", &[("cook", "kitchen")])]);
    for (what, now, ticked, kept, gone) in [
        ("all are there", choice(&["cook", "sell"], json!([])), vec!["cook", "sell"], vec!["cook", "sell"], ""),
        (
            "one is gone",
            choice(&["sell", "clean"], json!([])),
            vec!["cook", "sell", "clean"],
            vec!["sell", "clean"],
            "cook",
        ),
        ("all are gone", choice(&["wash"], json!([])), vec!["cook", "sell"], vec![], "cook sell"),
        (
            "one is called otherwise",
            choice(&["kitchen", "sell"], same_name),
            vec!["cook", "sell", "clean"],
            vec!["sell", "kitchen"],
            "clean",
        ),
    ] {
        let moved = migrate(&now, "small|1", &draft(&ticked), &context());
        assert_eq!(moved.answers.get(&Pointer::item("work")), ticks(&now, &kept), "{what}");
        let left: Vec<String> = moved.left_over.iter().flat_map(|left| left.values.iter().map(Value::plain)).collect();
        assert_eq!(left.join(" "), gone, "{what}");
    }
}

#[test]
fn the_draft_of_the_form_before_moves_and_all_of_it_is_accounted_for() {
    let (before, now) = (form("forms/health-certificate.v0.questionnaire.json"), certificate());
    let draft = response(&before, "draft-of-v0");
    let (beside, answers) = Beside::default().moved(&now, &before.canonical(), &draft, &context());
    for (pointer, values) in draft.iter().filter(|(_, values)| !values.is_empty()) {
        let renamed = |item: &&Item| item.renamed_from.iter().any(|r| r.link_id == pointer.link_id());
        let moved = now
            .items
            .iter()
            .filter(renamed)
            .any(|item| answers.iter().any(|(to, values)| to.link_id() == item.link_id && !values.is_empty()));
        let kept = answers.get(pointer) == values;
        let listed = !beside.left_over.get(pointer).is_empty();
        assert!(moved || kept || listed, "{pointer} was dropped");
    }
    // A consent is never moved, and what is not asked any more says why.
    assert!(now.consents().all(|(item, _)| !answers.is_touched(&Pointer::item(&item.link_id))));
    let education =
        migrate(&now, &before.canonical(), &draft, &context()).left_over.into_iter().find(|l| l.reason.is_some());
    assert_eq!(education.map(|left| left.pointer.to_string()), Some("#/applicant.education".to_owned()));
}

#[test]
fn a_draft_stays_with_its_form_as_long_as_the_office_takes_it() {
    let taken = ["shop|3", "shop|2", "report|7"].map(str::to_owned);
    for (name, expected) in [
        ("shop|3", None),
        ("shop|2", None),
        ("shop|1", Some("shop|3")),
        ("report|6", Some("report|7")),
        ("elsewhere|1", None),
        // Begun without a network, under whichever version came first.
        ("shop", None),
    ] {
        assert_eq!(newer_form(name, &taken), expected, "{name}");
    }
    assert_eq!(newer_form("shop|1", &[]), None);
}

#[test]
fn rows_keep_their_order_when_the_form_changes() {
    let form = certificate();
    let place = Pointer::item("work.place");
    let mut draft = Answers::new();
    for row in ["r1", "z", "a"] {
        draft.set(place.in_row(row, "work.place.address"), text(row));
    }
    let moved = migrate(&form, "health-certificate|2026.1.1", &draft, &context());
    assert_eq!(moved.answers.rows(&place), ["r1", "z", "a"]);
    assert_eq!(moved.left_over, []);
}

#[test]
fn what_the_sign_in_tells_is_filled_in_once_and_confirmed() {
    let form = certificate();
    let phone = Pointer::item("contact.phone");
    let (mut beside, mut answers) = (Beside::default(), Answers::new());
    assert!(beside.fill_in(&form, &mut answers, "+8613800000000"));
    assert_eq!(answers.get(&phone), text("+8613800000000"));
    let open = |beside: &Beside, answers: &Answers| {
        beside.unconfirmed(&evaluate(&form, answers, &context())).cloned().collect::<Vec<_>>()
    };
    assert_eq!(open(&beside, &answers), std::slice::from_ref(&phone));
    // Emptied by the person: it is not filled in again, and there is nothing to confirm.
    answers.set(phone.clone(), Vec::new());
    assert!(!beside.fill_in(&form, &mut answers, "+8613800000000"));
    assert_eq!(open(&beside, &answers), Vec::<Pointer>::new());
    beside.confirmed(&phone);
    let stored = serde_json::to_string(&beside).unwrap();
    assert_eq!(crate::json::read::<Beside>(&stored), Some(beside));
    assert_eq!(crate::json::read::<Beside>("{}"), Some(Beside::default()));
}

#[test]
fn a_renewal_takes_over_what_still_holds_and_asks_about_each() {
    let form = certificate();
    let mut filled = response(&form, "hotel-passport-renewal");
    let until = Pointer::item("person.id.validity.until");
    filled.set(until.clone(), vec![Value::Date(PartialDate::parse("2026-11-01").unwrap())]);
    let named = ["person.id.kind", "person.id.validity.until", "person.name", "work.post", "gone.from-the-form"];
    let pointers = named.map(Pointer::item);
    let (mut beside, mut answers) = (Beside::default(), Answers::new());
    answers.set(Pointer::item("work.post"), text("新的岗位"));
    beside.take_over(&form, &mut answers, &filled, &pointers, &context());
    // Typed before, run out since, or not in this form: not taken over.
    assert_eq!(beside.to_confirm, ["person.id.kind", "person.name"].map(Pointer::item));
    assert_eq!(answers.get(&Pointer::item("work.post")), text("新的岗位"));
    assert!(!answers.is_touched(&until));
    assert_eq!(beside.holder.as_deref(), answers.first(&Pointer::item("person.name")).and_then(Value::as_text));
    beside.confirmed(&Pointer::item("person.name"));
    assert_eq!(beside.to_confirm, [Pointer::item("person.id.kind")]);
}

#[test]
fn what_the_number_tells_is_not_to_be_confirmed() {
    let form = certificate();
    let filled = response(&form, "cook-resident-id");
    let (birth, name) = (Pointer::item("person.birth-date"), Pointer::item("person.name"));
    let mut given = filled.clone();
    given.set(birth.clone(), vec![Value::Date(PartialDate::parse("1990-03-07").unwrap())]);
    let (mut beside, mut answers) = (Beside::default(), Answers::new());
    beside.take_over(&form, &mut answers, &given, &[birth.clone(), name.clone()], &context());
    let number = Pointer::item("person.id.number");
    for (kind, number_typed, expected) in [
        ("resident-id", "11010519900307021X", vec![name.clone()]),
        ("passport", "E12345678", vec![birth, name.clone()]),
    ] {
        answers.set(Pointer::item("person.id.kind"), choose(&form, "person.id.kind", kind));
        answers.set(number.clone(), text(number_typed));
        let look = evaluate(&form, &answers, &context());
        assert_eq!(beside.unconfirmed(&look).cloned().collect::<Vec<_>>(), expected, "{kind}");
    }
}

#[test]
fn only_the_places_that_are_taken_stay_in_the_list() {
    let form = form("forms/report.questionnaire.json").narrowed(SITE_SYSTEM, &["site-1".to_owned()]);
    let left: Vec<String> =
        form.item("report.examination.institution").unwrap().options.iter().map(|o| o.value.plain()).collect();
    assert_eq!(left, ["示例区疾病预防控制中心"]);
}

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
        ("in rows of rows", json!([rows("outer", json!([rows("site", town())]))]), false),
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
fn what_was_emptied_on_purpose_stays_empty_when_the_form_changes() {
    let initial = json!([{"valueString": "usual"}]);
    let form = small(&json!([{"linkId": "kept", "type": "string", "initial": initial},
        {"linkId": "now", "type": "string", "initial": initial, "extension": [renamed("was", "0", "copy", &[])]},
        {"linkId": "new", "type": "string", "initial": initial}]));
    let mut old = Answers::new();
    old.set(Pointer::item("kept"), Vec::new());
    old.set(Pointer::item("was"), Vec::new());
    let moved = migrate(&form, "small|0", &old, &context());
    let look = evaluate(&form, &moved.answers, &context());
    assert_eq!(["kept", "now", "new"].map(|link_id| look.value_of(link_id).is_some()), [false, false, true]);
    assert_eq!(moved.left_over, []);
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
