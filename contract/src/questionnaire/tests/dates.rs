//! Dates that are judged by others: with a time, without a day, and from which day on somebody is old enough.
use super::*;

fn day(text: &str) -> NaiveDate {
    PartialDate::parse(text).unwrap().exact().unwrap()
}

#[test]
fn a_day_with_its_time_is_judged_by_its_day() {
    let today = json!({"url": "anchor", "valueString": "today"});
    let after = json!({"url": "anchor", "valueString": "began"});
    let form = small(&json!([
        {"linkId": "began", "type": "dateTime", "extension": [rule("date-not-after", &[today])]},
        {"linkId": "ended", "type": "date", "extension": [rule("date-not-before", &[after])]}]));
    assert_eq!(form.notices, []);
    for (began, ended, expected) in [
        ("2026-11-25 23:59", "2026-11-25", vec![]),
        ("2026-11-26 00:00", "2026-11-26", vec!["#/began"]),
        ("2026-11-20 08:00", "2026-11-19", vec!["#/ended"]),
        ("2026-11-20", "2026-11-20", vec![]),
    ] {
        let mut answers = Answers::new();
        for (link_id, typed) in [("began", began), ("ended", ended)] {
            answers.set(Pointer::item(link_id), vec![read_typed(form.item(link_id).unwrap(), typed, &str::to_owned)]);
        }
        let look = evaluate(&form, &answers, &context());
        let wrong: Vec<&str> = look.problems.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(wrong, expected, "{began} {ended}");
    }
}

#[test]
fn a_day_is_compared_with_the_whole_of_a_less_exact_one() {
    let rule = |code: &str| {
        let month = json!({"url": "offset", "valueDuration": {"value": 1, "code": "mo"}});
        [
            rule(code, &[json!({"url": "anchor", "valueString": "to"})]),
            rule(code, &[json!({"url": "anchor", "valueString": "to"}), month]),
        ]
    };
    for (code, from, to, fits) in [
        ("date-not-after", "2026-03-15", "2026-03", true),
        ("date-not-after", "2026-03-31", "2026-03", true),
        ("date-not-after", "2026-04-01", "2026-03", false),
        ("date-not-after", "2026-03", "2026", true),
        ("date-not-after", "2027", "2026", false),
        ("date-not-after", "2026-12", "2026-12-01", true),
        ("date-not-before", "2026-03-15", "2026-03", true),
        ("date-not-before", "2026-02-28", "2026-03", false),
        ("date-not-before", "2026", "2026-12", true),
        ("date-not-before", "2025", "2026", false),
    ] {
        let [same, later] = rule(code);
        let form = |rule: Json| {
            small(&json!([{"linkId": "from", "type": "date", "extension": [rule]}, {"linkId": "to", "type": "date"}]))
        };
        let judged = |form: &Form| {
            let mut answers = Answers::new();
            for (link_id, typed) in [("from", from), ("to", to)] {
                answers.set(Pointer::item(link_id), vec![Value::Date(PartialDate::parse(typed).unwrap())]);
            }
            evaluate(form, &answers, &context()).problems.is_empty()
        };
        assert_eq!(judged(&form(same)), fits, "{from} {code} {to}");
        if code == "date-not-after" && fits {
            assert!(judged(&form(later)), "{from} {code} {to} and a month");
        }
    }
}

#[test]
fn of_a_date_less_exact_than_its_bound_any_day_may_fit() {
    let bound = |name: &str, value: &str| json!({"url": format!("{FHIR}{name}"), "valueDate": value});
    let both = json!([bound("minValue", "2024-03-15"), bound("maxValue", "2024-05-15")]);
    let form = small(&json!([{"linkId": "date", "type": "date", "extension": both},
        {"linkId": "dateTime", "type": "dateTime", "extension": both}]));
    for (typed, code) in [
        ("2024-03-14", Some("range")),
        ("2024-03-15", None),
        ("2024-02", Some("range")),
        ("2024-03", None),
        ("2024-05", None),
        ("2024-05-15", None),
        ("2024-05-16", Some("range")),
        ("2024-06", Some("range")),
        ("2023", Some("range")),
        ("2024", None),
        ("2025", Some("range")),
    ] {
        for item in &form.items {
            let value = read_typed(item, typed, &str::to_owned);
            assert_eq!(said(&form, &item.link_id, vec![value]), code, "{} {typed}", item.link_id);
        }
    }
    // The last day has all its hours.
    let late = read_typed(&form.items[1], "2024-05-15 23:30", &str::to_owned);
    assert_eq!(said(&form, "dateTime", vec![late]), None);
}

#[test]
fn the_day_from_which_one_may_apply_is_a_day_on_which_one_may() {
    let years = json!({"url": "offset", "valueDuration": {"value": -18, "code": "a"}});
    let today = json!({"url": "anchor", "valueString": "today"});
    let form = small(&json!([{"linkId": "born", "type": "date", "extension": [rule("date-not-after", &[today, years]),
        {"url": format!("{OURS}autocomplete"), "valueCode": "bday"}]}]));
    let born = Pointer::item("born");
    for (birth, on) in [
        ("2008-02-29", "2026-03-01"),
        ("2008-02-28", "2026-02-28"),
        ("2008-03-01", "2026-03-01"),
        ("2008-11-26", "2026-11-26"),
    ] {
        let birth = PartialDate::parse(birth).unwrap();
        let mut answers = Answers::new();
        answers.set(born.clone(), vec![Value::Date(birth)]);
        let judged =
            |today: NaiveDate| evaluate(&form, &answers, &Context::new(today, &NativePatterns)).problem(&born).cloned();
        let problem = judged(day(on).pred_opt().unwrap()).unwrap();
        assert_eq!(problem.param("on").as_deref(), Some(on), "{birth}");
        assert_eq!(judged(day(on)), None, "{birth}");
    }
}

/// A row in which nothing stands is not sent, so who looks into rows from outside must not look at it here either.
#[test]
fn seen_from_outside_its_rows_a_question_is_the_first_that_is_answered() {
    let named = |part: &str, link_id: &str| json!({"url": part, "valueString": link_id});
    let form = small(&json!([
        {"linkId": "rows", "type": "group", "repeats": true, "item": [
            {"linkId": "began", "type": "date"},
            {"linkId": "number", "type": "string", "extension": [rule("cn-identity-number", &[])]}]},
        {"linkId": "ended", "type": "date", "extension": [rule("date-not-before", &[named("anchor", "began")])]},
        {"linkId": "born", "type": "date", "initial": [{"valueDate": "2000-01-01"}], "extension": [
            {"url": format!("{OURS}derived"), "extension": [named("from", "number"), named("by", "birth-date")]}]}]));
    assert_eq!(form.notices, []);
    let rows = Pointer::item("rows");
    let mut answers = Answers::new();
    answers.add_row(&rows, "r1");
    answers.set(rows.in_row("r2", "began"), vec![Value::Date(PartialDate::parse("2026-03-01").unwrap())]);
    answers.set(rows.in_row("r2", "number"), text("11010519491231002X"));
    answers.set(Pointer::item("ended"), vec![Value::Date(PartialDate::parse("2026-02-01").unwrap())]);
    let here = evaluate(&form, &answers, &context());
    let sent = to_response(&form, &answers, Scope::Visible(&here), &Envelope::default());
    let there = evaluate(&form, &from_response(&form, &sent).0, &context());
    for look in [here, there] {
        assert_eq!(codes(&look), [("#/ended".to_owned(), "range")]);
        assert_eq!(look.value_of("born").map(Value::plain).as_deref(), Some("1949-12-31"));
    }
}

/// Nor does anybody wait for what an empty row may come to hold: the office does not know of it.
#[test]
fn what_follows_from_rows_elsewhere_is_asked_while_nothing_stands_in_them() {
    let named = |part: &str, link_id: &str| json!({"url": part, "valueString": link_id});
    let form = small(&json!([
        {"linkId": "rows", "type": "group", "repeats": true, "item": [
            {"linkId": "number", "type": "string", "required": true, "extension": [rule("cn-identity-number", &[])]}]},
        {"linkId": "born", "type": "date", "required": true, "extension": [
            {"url": format!("{OURS}derived"), "extension": [named("from", "number"), named("by", "birth-date")]}]}]));
    let mut answers = Answers::new();
    for begun in [false, true] {
        if begun {
            answers.add_row(&Pointer::item("rows"), "r1");
        }
        let said = codes(&evaluate(&form, &answers, &context()));
        assert!(said.contains(&("#/born".to_owned(), "required")), "{begun} {said:?}");
    }
}
