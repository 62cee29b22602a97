//! Every type a question can have: how it is typed, how it is written in FHIR, and what is said where it does not fit.
use super::*;

fn every_type() -> Form {
    form("tests/fixtures/forms/every-type.questionnaire.json")
}

#[test]
fn a_form_with_every_type_loads_without_a_notice() {
    let form = every_type();
    assert_eq!(form.notices, []);
    assert!(form.items.iter().all(|item| item.kind != ItemKind::Unsupported));
    assert_eq!(form.steps.len(), 3);
}

/// What stands in a field once it is left, what is written of it, and what is wrong with it.
#[test]
fn every_typed_type_as_people_type_it() {
    let form = every_type();
    let day = json!({"valueDate": "2026-09-01"});
    let half_past = json!({"valueTime": "14:30:00"});
    for (link_id, typed, shown, written, problem) in [
        ("typed.string", " Ab ", "Ab", json!({"valueString": "Ab"}), None),
        ("typed.string", "A", "A", json!({"valueString": "A"}), Some("too-short")),
        ("typed.string", "ab", "ab", json!({"valueString": "ab"}), Some("format")),
        (
            "typed.string",
            "A23456789012345678901",
            "A23456789012345678901",
            json!({"valueString": "A23456789012345678901"}),
            Some("too-long"),
        ),
        ("typed.text", "一\n二", "一\n二", json!({"valueString": "一\n二"}), None),
        ("typed.url", "https://a.example/", "https://a.example/", json!({"valueString": "https://a.example/"}), None),
        ("typed.integer", "４２", "42", json!({"valueInteger": 42}), None),
        ("typed.integer", "1,0", "1,0", json!({"valueString": "1,0"}), Some("format")),
        ("typed.integer", "100", "100", json!({"valueInteger": 100}), Some("range")),
        ("typed.integer", "4.2", "4.2", json!({"valueString": "4.2"}), Some("format")),
        ("typed.decimal", "３。５", "3.5", json!({"valueDecimal": 3.5}), None),
        ("typed.decimal", "3,5", "3.5", json!({"valueDecimal": 3.5}), None),
        ("typed.decimal", "3.55", "3.55", json!({"valueDecimal": 3.55}), Some("format")),
        ("typed.quantity", "７２．５", "72.5", quantity(72.5, "千克", "kg"), None),
        ("typed.quantity", "72.5 千克", "72.5", quantity(72.5, "千克", "kg"), None),
        ("typed.quantity", "72.5 kilograms", "72.5", quantity(72.5, "千克", "kg"), None),
        ("typed.quantity", "heavy", "heavy", json!({"valueString": "heavy"}), Some("format")),
        ("typed.units", "2", "2 克", quantity(2.0, "克", "g"), None),
        ("typed.units", "2 mg", "2 毫克", quantity(2.0, "毫克", "mg"), None),
        ("typed.units", "2毫克", "2 毫克", quantity(2.0, "毫克", "mg"), None),
        ("typed.units", "2 grams", "2 克", quantity(2.0, "克", "g"), None),
        ("typed.units", "2 spoons", "2 spoons", json!({"valueString": "2 spoons"}), Some("format")),
        ("typed.date", "2026年9月1日", "2026-09-01", day.clone(), None),
        ("typed.date", "２０２６０９０１", "2026-09-01", day, None),
        ("typed.date", "2026-11-26", "2026-11-26", json!({"valueDate": "2026-11-26"}), Some("range")),
        ("typed.date", "31.2.2026", "31.2.2026", json!({"valueString": "31.2.2026"}), Some("date")),
        ("typed.moment", "2026-9-1 8:30", "2026-09-01 08:30", json!({"valueDateTime": "2026-09-01T08:30:00"}), None),
        (
            "typed.moment",
            "2026年9月1日下午2点半",
            "2026-09-01 14:30",
            json!({"valueDateTime": "2026-09-01T14:30:00"}),
            None,
        ),
        ("typed.moment", "2026-9-1", "2026-09-01", json!({"valueDateTime": "2026-09-01"}), None),
        (
            "typed.moment",
            "2019-12-31 23:59",
            "2019-12-31 23:59",
            json!({"valueDateTime": "2019-12-31T23:59:00"}),
            Some("range"),
        ),
        ("typed.moment", "2026-9-1 25:00", "2026-9-1 25:00", json!({"valueString": "2026-9-1 25:00"}), Some("date")),
        ("typed.time", "下午2点半", "14:30", half_past.clone(), None),
        ("typed.time", "１４３０", "14:30", half_past, None),
        ("typed.time", "5:59", "05:59", json!({"valueTime": "05:59:00"}), Some("range")),
        ("typed.time", "soon", "soon", json!({"valueString": "soon"}), Some("format")),
        (
            "typed.reference",
            "示例医院李医生",
            "示例医院李医生",
            json!({"valueReference": {"display": "示例医院李医生"}}),
            None,
        ),
    ] {
        let item = form.item(link_id).unwrap();
        let value = read_typed(item, typed, &str::to_owned);
        assert_eq!(typed_text(item, Some(&value)), shown, "{link_id} {typed}");
        let mut answer = serde_json::Map::new();
        value.write_fhir(&mut answer);
        let answer = Json::Object(answer);
        assert_eq!(answer, written, "{link_id} {typed}");
        assert_eq!(Value::read_fhir(&answer, "value").as_ref(), Some(&value), "{link_id} {typed}");
        let again = read_typed(item, shown, &str::to_owned);
        assert_eq!(again, value, "{link_id} {typed}");
        let mut answers = Answers::new();
        answers.set(Pointer::item(link_id), vec![value]);
        let evaluation = evaluate(&form, &answers, &context());
        let code = evaluation.problem(&Pointer::item(link_id)).map(|problem| problem.code.as_str());
        assert_eq!(code, problem, "{link_id} {typed}");
    }
}

fn quantity(value: f64, unit: &str, code: &str) -> Json {
    json!({"valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": code}})
}

#[test]
fn a_reference_of_another_writer_keeps_what_it_knows() {
    let known =
        json!({"valueReference": {"reference": "Practitioner/7", "display": "李", "identifier": {"value": "G7"}}});
    let value = Value::read_fhir(&known, "value").unwrap();
    assert_eq!(value.plain(), "李");
    let mut again = serde_json::Map::new();
    value.write_fhir(&mut again);
    assert_eq!(Json::Object(again), known);
    for (only, shown) in [
        (json!({"valueReference": {"identifier": {"value": "G7"}}}), Some("G7")),
        (json!({"valueReference": {"reference": "Practitioner/7"}}), Some("Practitioner/7")),
        (json!({"valueReference": {}}), None),
    ] {
        assert_eq!(Value::read_fhir(&only, "value").map(|value| value.plain()).as_deref(), shown);
    }
}

#[test]
fn conditions_on_times_and_moments_hold_as_they_read() {
    let form = every_type();
    let (inner, late) = (Pointer::item("rows.outer.inner.note"), Pointer::item("rows.outer.inner.late"));
    for (time, moment, choice, shown) in [
        ("21:59", "2026-09-01 08:00", "a", (false, false)),
        ("22:00", "2026-09-01 08:00", "a", (true, true)),
        ("22:00", "2025-09-01 08:00", "a", (true, false)),
        ("8:00", "2026-09-01 08:00", "b", (true, false)),
    ] {
        let mut answers = Answers::new();
        for (link_id, typed) in [("typed.time", time), ("typed.moment", moment)] {
            let read = read_typed(form.item(link_id).unwrap(), typed, &str::to_owned);
            answers.set(Pointer::item(link_id), vec![read]);
        }
        answers.set(Pointer::item("chosen.radio"), choose(&form, "chosen.radio", choice));
        let look = evaluate(&form, &answers, &context());
        assert_eq!((look.is_visible(&inner), look.is_visible(&late)), shown, "{time} {moment} {choice}");
    }
}
