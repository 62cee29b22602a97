//! A draft under three generations of a form: everything moves, is shown beside the new question, or is listed.
use super::*;

pub(super) fn renamed(from: &str, version: &str, how: &str, pairs: &[(&str, &str)]) -> Json {
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

pub(super) fn options(codes: &[&str]) -> Json {
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
fn what_one_change_left_over_stays_beside_what_the_next_one_leaves() {
    let load = |kind: &str| small(&json!([{"linkId": "kept", "type": "string"}, {"linkId": "x", "type": kind}]));
    let (second, third) = (load("boolean"), small(&json!([{"linkId": "kept", "type": "string"}])));
    let mut draft = Answers::new();
    draft.set(Pointer::item("x"), text("last spring"));
    let (beside, mut answers) = Beside::default().moved(&second, "small|1", &draft, &context());
    assert_eq!(left(&beside), pairs(&[("#/x", "last spring")]));
    // Nobody has looked at that yet. The second form asked something of its own.
    answers.set(Pointer::item("x"), vec![Value::Boolean(true)]);
    answers.set(Pointer::item("y"), text("only then"));
    let (beside, _) = beside.moved(&third, "small|2", &answers, &context());
    assert_eq!(left(&beside), pairs(&[("#/x", "last spring true"), ("#/y", "only then")]));
    // Each is named by the form that asked it.
    assert_eq!(["x", "y"].map(|link_id| beside.left_by(&Pointer::item(link_id))), [Some("small|1"), Some("small|2")]);
    let stored: Beside = crate::json::read(&serde_json::to_string(&beside).unwrap()).unwrap();
    assert_eq!(stored, beside);
    let mut seen = beside;
    seen.seen();
    assert_eq!(seen, Beside::default());
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
        let asked_again = now.item_at(pointer).is_some_and(|item| item.consent.is_some());
        assert!(moved || kept || listed || asked_again, "{pointer} was dropped");
        assert!(!(listed && asked_again), "{pointer} has its place");
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
fn only_the_places_that_are_taken_stay_in_the_list() {
    let form = form("forms/report.questionnaire.json").narrowed(SITE_SYSTEM, &["site-1".to_owned()]);
    let left: Vec<String> =
        form.item("report.examination.institution").unwrap().options.iter().map(|o| o.value.plain()).collect();
    assert_eq!(left, ["示例区疾病预防控制中心"]);
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
fn a_renewal_keeps_the_order_of_rows() {
    let form = certificate();
    let place = Pointer::item("work.place");
    let mut filled = Answers::new();
    for row in ["r1", "r0a", "z"] {
        filled.set(place.in_row(row, "work.place.address"), text(row));
    }
    // By their names, as the office lists them.
    let mut pointers: Vec<Pointer> = filled.iter().map(|(pointer, _)| pointer.clone()).collect();
    pointers.sort();
    let (mut beside, mut answers) = (Beside::default(), Answers::new());
    beside.take_over(&form, &mut answers, &filled, &pointers, &context(), &str::to_owned);
    assert_eq!(answers.rows(&place), ["r1", "r0a", "z"]);
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
