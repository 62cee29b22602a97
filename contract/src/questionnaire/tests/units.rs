//! Numbers with units: bounds and conditions hold in their own unit only, since nothing is converted.
use super::*;

/// A weight in kilograms or grams, between two bounds, with what is asked after it.
fn weighed(least: &Json, most: &Json, condition: &Json) -> Form {
    let unit = |name: &str, code: &str| {
        json!({"url": format!("{FHIR}questionnaire-{name}"),
            "valueCoding": {"system": "http://unitsofmeasure.org", "code": code}})
    };
    let bound = |name: &str, value: &Json| {
        let mut extension = value.clone();
        extension["url"] = json!(format!("{FHIR}{name}"));
        extension
    };
    let mut when = condition.clone();
    when["question"] = json!("weight");
    small(&json!([
        {"linkId": "weight", "type": "quantity", "extension": [unit("unit", "kg"), unit("unitOption", "g"),
            bound("minValue", least), bound("maxValue", most),
            {"url": format!("{FHIR}maxDecimalPlaces"), "valueInteger": 1}]},
        {"linkId": "then", "type": "string", "enableWhen": [when]}]))
}

fn of(value: f64, code: &str) -> Json {
    json!({"valueQuantity": {"value": value, "system": "http://unitsofmeasure.org", "code": code}})
}

#[test]
fn bounds_hold_in_their_own_unit() {
    let condition = json!({"operator": "exists", "answerBoolean": true});
    let plain = weighed(&json!({"valueDecimal": 30.0}), &json!({"valueInteger": 300}), &condition);
    let named = weighed(&of(30.0, "kg"), &of(300.0, "kg"), &condition);
    let grams = weighed(&of(30_000.0, "g"), &of(300_000.0, "g"), &condition);
    for (typed, of_kilograms, of_grams) in [
        ("70", None, None),
        ("70 kg", None, None),
        ("29.9 kg", Some("range"), None),
        ("300.5", Some("range"), None),
        ("70000 g", None, None),
        ("200 g", None, Some("range")),
        ("400000 g", None, Some("range")),
        ("70.55", Some("format"), Some("format")),
        ("70000.55 g", Some("format"), Some("format")),
    ] {
        for (form, expected) in [(&plain, of_kilograms), (&named, of_kilograms), (&grams, of_grams)] {
            let mut answers = Answers::new();
            let item = form.item("weight").unwrap();
            answers.set(Pointer::item("weight"), vec![read_typed(item, typed, &str::to_owned)]);
            let look = evaluate(form, &answers, &context());
            assert_eq!(look.problem(&Pointer::item("weight")).map(|p| p.code.as_str()), expected, "{typed}");
        }
    }
}

#[test]
fn conditions_hold_in_their_own_unit() {
    let answer = |value: f64, code: &str| json!({"answerQuantity": of(value, code)["valueQuantity"]});
    for (operator, wanted, typed, holds) in [
        ("=", answer(70.0, "kg"), "70", true),
        ("=", answer(70.0, "kg"), "70 kg", true),
        ("=", answer(70.0, "kg"), "70 g", false),
        ("!=", answer(70.0, "kg"), "70 g", true),
        ("!=", answer(70.0, "kg"), "70", false),
        ("=", json!({"answerDecimal": 70.0}), "70", true),
        ("=", json!({"answerDecimal": 70.0}), "70 g", false),
        (">", answer(50.0, "kg"), "70 kg", true),
        (">", answer(50.0, "kg"), "70 g", false),
        ("<", answer(50.0, "kg"), "70 g", false),
        (">", json!({"answerInteger": 50}), "70", true),
        (">", json!({"answerInteger": 50}), "70 g", false),
        (">", answer(50.0, "g"), "70 g", true),
    ] {
        let mut condition = wanted.clone();
        condition["operator"] = json!(operator);
        let form = weighed(&json!({"valueInteger": 0}), &json!({"valueInteger": 300}), &condition);
        let mut answers = Answers::new();
        let item = form.item("weight").unwrap();
        answers.set(Pointer::item("weight"), vec![read_typed(item, typed, &str::to_owned)]);
        let look = evaluate(&form, &answers, &context());
        assert_eq!(look.is_visible(&Pointer::item("then")), holds, "{typed} {operator} {wanted}");
    }
}

/// R4 puts a unit on numbers too. The answer is the number alone, so only the unit that it is meant in may stand behind it.
#[test]
fn a_number_may_be_written_with_its_unit() {
    let english = json!({"extension": [{"url": format!("{FHIR}translation"), "extension": [
        {"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": "kilograms"}]}]});
    let unit = json!([{"url": format!("{FHIR}questionnaire-unit"), "valueCoding": {
        "system": "http://unitsofmeasure.org", "code": "kg", "display": "千克", "_display": english}}]);
    let form = small(&json!([
        {"linkId": "whole", "type": "integer", "extension": unit},
        {"linkId": "part", "type": "decimal", "extension": unit},
        {"linkId": "plain", "type": "decimal"}]));
    let words = |typed: &str| Value::Text(typed.to_owned());
    for (link_id, typed, expected) in [
        ("whole", "72 kg", Value::Integer(72)),
        ("whole", "７２千克", Value::Integer(72)),
        ("whole", "72 kilograms", Value::Integer(72)),
        ("whole", "72.5 kg", words("72.5 kg")),
        ("whole", "72 g", words("72 g")),
        ("whole", "kg", words("kg")),
        ("part", "72.5 kg", Value::Decimal(72.5)),
        ("part", "72,5千克", Value::Decimal(72.5)),
        ("part", "72.5 lb", words("72.5 lb")),
        ("part", "72.5", Value::Decimal(72.5)),
        ("plain", "72.5 kg", words("72.5 kg")),
    ] {
        let item = form.item(link_id).unwrap();
        let read = read_typed(item, typed, &str::to_owned);
        assert_eq!(read, expected, "{link_id} {typed}");
        assert_eq!(normalised(item, &words(typed), &str::to_owned), expected, "{link_id} {typed}");
    }
}
