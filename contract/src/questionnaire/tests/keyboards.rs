//! Every field that is typed into, with what the browser is told about it.
use super::*;

#[test]
fn every_typed_field_offers_its_keyboard_and_its_autofill() {
    let expected = [
        ("category.previous-number", None, "off", true),
        ("person.id.number", None, "off", true),
        ("person.id.validity.until", Some("numeric"), "off", true),
        ("person.name", None, "name", false),
        ("person.birth-date", Some("numeric"), "bday", true),
        ("contact.phone", Some("tel"), "tel", true),
        ("contact.residence.region", None, "off", false),
        ("contact.residence.address", None, "street-address", false),
        ("contact.emergency.name", None, "off", false),
        ("contact.emergency.phone", Some("tel"), "off", true),
        ("work.post", None, "organization-title", false),
        ("work.employer.name", None, "organization", false),
        ("work.employer.uscc", None, "off", true),
        ("work.employer.start-date", Some("numeric"), "off", true),
        ("work.place.name", None, "off", false),
        ("work.place.address", None, "off", false),
        ("health.detail.since", Some("numeric"), "off", true),
        ("health.detail.text", None, "off", false),
    ];
    let form = certificate();
    let typed = form.items.iter().filter(|item| {
        matches!(item.kind, ItemKind::String | ItemKind::Text | ItemKind::Date | ItemKind::Integer | ItemKind::Decimal)
    });
    let told: Vec<_> =
        typed.map(|item| (item.link_id.as_str(), input_mode(item), autofill(item), is_number(item))).collect();
    assert_eq!(told, expected);
    let others = small(&json!([
        {"linkId": "i", "type": "integer"}, {"linkId": "n", "type": "decimal"}, {"linkId": "q", "type": "quantity"},
        {"linkId": "d", "type": "integer", "extension": [{"url": format!("{SDC}sdc-questionnaire-keyboard"), "valueCoding": {"code": "number"}}]},
        {"linkId": "e", "type": "string", "extension": [{"url": format!("{SDC}sdc-questionnaire-keyboard"), "valueCoding": {"code": "email"}}]}]));
    let told: Vec<_> = others.items.iter().map(input_mode).collect();
    assert_eq!(told, [None, None, None, Some("numeric"), Some("email")]);
}

/// The keys for numbers of an iPhone have no minus.
#[test]
fn a_number_that_may_be_below_zero_gets_the_whole_keyboard() {
    let bound = |name: &str, value: &Json| json!({"url": format!("{FHIR}{name}"), "valueInteger": value});
    for (kind, usual) in [("integer", "numeric"), ("decimal", "decimal"), ("quantity", "decimal")] {
        for (least, most, expected) in [
            (Json::Null, Json::Null, None),
            (json!(0), Json::Null, Some(usual)),
            (json!(0), json!(10), Some(usual)),
            (json!(1), Json::Null, Some(usual)),
            (json!(-40), json!(60), None),
            (json!(-40), Json::Null, None),
            (Json::Null, json!(-1), None),
            (Json::Null, json!(10), None),
        ] {
            let bounds = [bound("minValue", &least), bound("maxValue", &most)];
            let bounds: Vec<_> = bounds.into_iter().filter(|it| !it["valueInteger"].is_null()).collect();
            let form = small(&json!([{"linkId": "a", "type": kind, "extension": bounds}]));
            assert_eq!(input_mode(form.item("a").unwrap()), expected, "{kind} {least} {most}");
        }
    }
}

#[test]
fn the_example_of_a_day_is_one_that_may_be_typed() {
    let (certificate, report) = (certificate(), form("forms/report.questionnaire.json"));
    let every = form("tests/fixtures/forms/every-type.questionnaire.json");
    for (form, link_id, long, short) in [
        (&certificate, "person.id.validity.until", "2036-3-7", "20360307"),
        (&certificate, "person.birth-date", "1990-3-7", "19900307"),
        (&certificate, "work.employer.start-date", "2026-11-25", "20261125"),
        (&certificate, "health.detail.since", "2026-11-25", "20261125"),
        (&report, "report.examination.date", "2026-11-25", "20261125"),
        (&every, "typed.date", "2026-11-25", "20261125"),
        (&every, "typed.moment", "2036-3-7", "20360307"),
    ] {
        let item = form.item(link_id).unwrap_or_else(|| panic!("{link_id}"));
        let today = context().today;
        assert_eq!(example_day(item, today), (long.to_owned(), short.to_owned()), "{link_id}");
    }
}
