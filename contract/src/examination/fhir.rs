//! Results as FHIR R4 `Observation`: written by the office, read by the app.
//!
//! Text comes in Chinese with translations beside it (FHIR `translation`), so that what was recorded reads in either language.
use super::{
    entry::Entry,
    profile::{Code, Item, ItemValue, Person, Range, Texts, range_for},
    rule::{ItemOutcome, Side, judge, side},
};
use chrono::NaiveDate;
use serde_json::{Map, Value as Json, json};

const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";
const OUTCOME: &str = "https://health-certificate.example/fhir/StructureDefinition/item-outcome";
const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
const INTERPRETATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
const UCUM: &str = "http://unitsofmeasure.org";

/// How a value stands to what is usual. Source: HL7 v3 `ObservationInterpretation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interpretation {
    /// N
    Normal,
    /// L
    Low,
    /// H
    High,
    /// A
    Abnormal,
    /// NEG
    Negative,
    /// POS
    Positive,
    /// IND
    Indeterminate,
}

impl Interpretation {
    const TABLE: [(Self, &'static str); 7] = [
        (Self::Normal, "N"),
        (Self::Low, "L"),
        (Self::High, "H"),
        (Self::Abnormal, "A"),
        (Self::Negative, "NEG"),
        (Self::Positive, "POS"),
        (Self::Indeterminate, "IND"),
    ];

    fn code(self) -> &'static str {
        Self::TABLE.iter().find(|(it, _)| *it == self).map_or("N", |(_, code)| code)
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::TABLE.iter().find(|(_, it)| *it == code).map(|(it, _)| *it)
    }

    /// Nothing to look at.
    pub const fn is_usual(self) -> bool {
        matches!(self, Self::Normal | Self::Negative)
    }
}

/// The observation of one result.
pub fn observe(item: &Item, entry: &Entry, person: Person, on: NaiveDate) -> Json {
    let mut out = Map::new();
    let mut put = |name: &str, value: Json| out.insert(name.to_owned(), value);
    put("resourceType", json!("Observation"));
    put("status", json!("final"));
    if item.is_sensitive() {
        put("meta", json!({ "security": [{ "system": CONFIDENTIALITY, "code": "R" }] }));
    }
    put("category", json!([{ "coding": [{ "system": CATEGORY, "code": item.category }] }]));
    put("code", concept(&item.code, &item.name));
    put("effectiveDateTime", json!(on.to_string()));
    let outcome = judge(item, entry, person);
    put("extension", json!([{ "url": OUTCOME, "valueCode": outcome.code() }]));
    match (&item.value, entry) {
        (ItemValue::CodeableConcept { system, values, .. }, Entry::Finding { code, text }) => {
            if let Some(value) = values.iter().find(|it| it.code == *code) {
                let coded = Code { system: system.clone(), code: code.clone(), display: None };
                put("valueCodeableConcept", concept(&coded, &value.name));
            }
            put("interpretation", interpretation(of_finding(code, outcome)));
            if let Some(text) = text {
                put("note", json!([{ "text": text }]));
            }
        }
        (ItemValue::Quantity { unit, decimals, method, .. }, Entry::Number(number)) => {
            put("valueQuantity", quantity(*number, *decimals, &unit.code));
            if let Some(method) = method {
                put("method", json!({ "text": method }));
            }
            if let Some(range) = range_for(&item.reference_range, person) {
                put("interpretation", interpretation(of_side(side(*number, range))));
                put("referenceRange", json!([written(range, *decimals, &unit.code)]));
            }
        }
        (ItemValue::Components { components }, Entry::Parts(numbers)) => {
            let parts = components.iter().zip(numbers).filter_map(|(part, number)| {
                let ItemValue::Quantity { unit, decimals, .. } = &part.value else { return None };
                let mut one = json!({
                    "code": concept(&part.code, &part.name),
                    "valueQuantity": quantity(*number, *decimals, &unit.code),
                });
                if let (Some(range), Some(one)) = (range_for(&part.reference_range, person), one.as_object_mut()) {
                    one.insert("interpretation".into(), interpretation(of_side(side(*number, range))));
                    one.insert("referenceRange".into(), json!([written(range, *decimals, &unit.code)]));
                }
                Some(one)
            });
            put("component", parts.collect());
        }
        _ => {}
    }
    Json::Object(out)
}

fn of_side(side: Side) -> Interpretation {
    match side {
        Side::Below => Interpretation::Low,
        Side::Within => Interpretation::Normal,
        Side::Above => Interpretation::High,
    }
}

fn of_finding(code: &str, outcome: ItemOutcome) -> Interpretation {
    match code {
        "negative" => Interpretation::Negative,
        "positive" => Interpretation::Positive,
        "indeterminate" => Interpretation::Indeterminate,
        _ if outcome == ItemOutcome::None => Interpretation::Normal,
        _ => Interpretation::Abnormal,
    }
}

fn interpretation(it: Interpretation) -> Json {
    json!([{ "coding": [{ "system": INTERPRETATION, "code": it.code() }] }])
}

fn concept(code: &Code, name: &Texts) -> Json {
    let mut coding = json!({ "system": code.system, "code": code.code });
    if let (Some(display), Some(coding)) = (&code.display, coding.as_object_mut()) {
        coding.insert("display".into(), json!(display));
    }
    let mut out = json!({ "coding": [coding] });
    if let Some(out) = out.as_object_mut() {
        text(out, name);
    }
    out
}

/// `text` in Chinese, `_text` with its translations.
fn text(into: &mut Map<String, Json>, name: &Texts) {
    let others: Vec<Json> = name
        .iter()
        .filter(|(language, _)| *language != "zh-CN")
        .map(|(language, text)| {
            json!({ "url": TRANSLATION, "extension": [
                { "url": "lang", "valueCode": language }, { "url": "content", "valueString": text }] })
        })
        .collect();
    into.insert("text".into(), json!(name.get("zh-CN")));
    if !others.is_empty() {
        into.insert("_text".into(), json!({ "extension": others }));
    }
}

fn quantity(number: f64, decimals: u8, unit: &str) -> Json {
    json!({ "value": rounded(number, decimals), "unit": unit, "system": UCUM, "code": unit })
}

/// A JSON number with at most so many digits, whole numbers without a point.
fn rounded(number: f64, decimals: u8) -> Json {
    format!("{number:.*}", usize::from(decimals)).parse::<serde_json::Number>().map_or(Json::Null, Json::Number)
}

fn written(range: &Range, decimals: u8, unit: &str) -> Json {
    let mut out = Map::new();
    for (name, limit) in [("low", range.low), ("high", range.high)] {
        if let Some(limit) = limit {
            out.insert(name.to_owned(), quantity(limit, decimals, unit));
        }
    }
    if let Some(remark) = &range.text {
        text(&mut out, remark);
    }
    Json::Object(out)
}

/// An observation, as far as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Code of the item.
    pub code: String,
    /// Name of the item in the language asked for.
    pub title: String,
    /// The result.
    pub value: Value,
    /// Usual values, lowest and highest.
    pub range: (Option<String>, Option<String>),
    /// A remark to the range.
    pub range_words: Option<String>,
    /// How the value stands to what is usual.
    pub interpretation: Option<Interpretation>,
    /// What it means for the certificate.
    pub outcome: Option<ItemOutcome>,
    /// To be covered until tapped.
    pub sensitive: bool,
    /// The examiner's words.
    pub note: Option<String>,
}

impl Reading {
    /// Whether its person has to do something because of it.
    pub const fn asks(&self) -> bool {
        match self.outcome {
            None | Some(ItemOutcome::None | ItemOutcome::Information) => false,
            Some(ItemOutcome::Repeat | ItemOutcome::SeeDoctor | ItemOutcome::NotEligible) => true,
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number as it was written, and its UCUM unit.
    Number(String, String),
    /// A finding in words.
    Words(String),
    /// Several that belong together.
    Parts(Vec<Reading>),
    /// Nothing that we can read.
    Absent,
}

/// Reads an observation. Nothing if it does not say of what it is; unknown members are passed over.
pub fn read(observation: &Json, language: &str) -> Option<Reading> {
    let concept = observation.get("code")?;
    let value = if let Some(quantity) = observation.get("valueQuantity") {
        let unit = quantity.get("unit").or_else(|| quantity.get("code")).and_then(Json::as_str).unwrap_or_default();
        quantity.get("value").map_or(Value::Absent, |number| Value::Number(plain(number), unit.to_owned()))
    } else if let Some(finding) = observation.get("valueCodeableConcept") {
        Value::Words(words(finding, language))
    } else if let Some(text) = observation.get("valueString").and_then(Json::as_str) {
        Value::Words(text.to_owned())
    } else if let Some(parts) = observation.get("component").and_then(Json::as_array) {
        Value::Parts(parts.iter().filter_map(|part| read(part, language)).collect())
    } else {
        Value::Absent
    };
    let range = observation.pointer("/referenceRange/0");
    let limit = |end: &str| range.and_then(|it| it.get(end)?.get("value")).map(plain);
    let codes = |list: &str| {
        let concepts = observation.get(list).and_then(Json::as_array);
        concepts.into_iter().flatten().filter_map(|it| it.pointer("/coding/0/code")?.as_str())
    };
    let security = observation.pointer("/meta/security").and_then(Json::as_array);
    let outcome = observation.get("extension").and_then(Json::as_array).and_then(|all| {
        let ours = all.iter().find(|it| it.get("url").and_then(Json::as_str) == Some(OUTCOME))?;
        ItemOutcome::from_code(ours.get("valueCode")?.as_str()?)
    });
    Some(Reading {
        code: concept.pointer("/coding/0/code").and_then(Json::as_str).unwrap_or_default().to_owned(),
        title: words(concept, language),
        value,
        range: (limit("low"), limit("high")),
        range_words: range.map(|it| words(it, language)).filter(|it| !it.is_empty()),
        interpretation: codes("interpretation").find_map(Interpretation::from_code),
        outcome,
        sensitive: security
            .is_some_and(|all| all.iter().any(|it| matches!(it.get("code").and_then(Json::as_str), Some("R" | "V")))),
        note: observation.pointer("/note/0/text").and_then(Json::as_str).map(str::to_owned),
    })
}

fn plain(number: &Json) -> String {
    number.as_str().map_or_else(|| number.to_string(), str::to_owned)
}

/// The text of a concept in a language, else its base text, else what its code system calls it.
fn words(concept: &Json, language: &str) -> String {
    let translated = concept.pointer("/_text/extension").and_then(Json::as_array).and_then(|all| {
        all.iter().find_map(|one| {
            let parts = one.get("extension")?.as_array()?;
            let part = |name: &str| parts.iter().find(|it| it.get("url").and_then(Json::as_str) == Some(name));
            let lang = part("lang")?.get("valueCode")?.as_str()?;
            let primary = language.split('-').next().unwrap_or_default();
            (lang == language || lang == primary).then(|| part("content")?.get("valueString")?.as_str())?
        })
    });
    translated
        .or_else(|| concept.get("text")?.as_str())
        .or_else(|| concept.pointer("/coding/0/display")?.as_str())
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::profile::Sex;
    use super::super::rule::tests::profiles;
    use super::*;

    fn reading(item: &str, entry: &Entry, language: &str) -> Reading {
        let man = Person { sex: Some(Sex::Male), age: Some(36) };
        let on = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        read(&observe(&profiles().items[item], entry, man, on), language).unwrap()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let number = |number: &str, unit: &str| Value::Number(number.into(), unit.into());
        let finding = |code: &str| Entry::Finding { code: code.into(), text: None };
        for (item, entry, value, interpretation, sensitive) in [
            ("alt", Entry::Number(23.0), number("23", "U/L"), Some(Interpretation::Normal), true),
            ("alt", Entry::Number(64.0), number("64", "U/L"), Some(Interpretation::High), true),
            ("height", Entry::Number(172.5), number("172.5", "cm"), None, false),
            ("vision-left", Entry::Number(5.0), number("5.0", "{5-mark}"), Some(Interpretation::Normal), false),
            ("hev-igm", finding("negative"), Value::Words("阴性".into()), Some(Interpretation::Negative), true),
            ("heart", finding("abnormal"), Value::Words("有异常".into()), Some(Interpretation::Abnormal), false),
        ] {
            let read = reading(item, &entry, "zh-CN");
            assert_eq!((read.value, read.interpretation, read.sensitive), (value, interpretation, sensitive), "{item}");
        }
    }

    #[test]
    fn parts_keep_their_own_ranges() {
        let Value::Parts(parts) = reading("blood-pressure", &Entry::Parts(vec![150.0, 76.0]), "en").value else {
            panic!("two parts")
        };
        let seen: Vec<_> = parts.iter().map(|it| (it.title.as_str(), it.interpretation, it.range.clone())).collect();
        let range = |low: &str, high: &str| (Some(low.to_owned()), Some(high.to_owned()));
        assert_eq!(
            seen,
            [
                ("Systolic", Some(Interpretation::High), range("90", "139")),
                ("Diastolic", Some(Interpretation::Normal), range("60", "89")),
            ]
        );
    }

    #[test]
    fn names_come_in_the_language_asked_for() {
        let entry = Entry::Finding { code: "negative".into(), text: None };
        for (language, title, value) in [
            ("zh-CN", "戊肝抗体（IgM）", "阴性"),
            ("en", "Hepatitis E antibody (IgM)", "Negative"),
            ("en-GB", "Hepatitis E antibody (IgM)", "Negative"),
            ("ar", "戊肝抗体（IgM）", "阴性"),
        ] {
            let read = reading("hev-igm", &entry, language);
            assert_eq!((read.title.as_str(), read.value), (title, Value::Words(value.into())), "{language}");
        }
    }

    #[test]
    fn foreign_observations_are_read_as_far_as_they_go() {
        let foreign = json!({ "code": { "coding": [{ "code": "8867-4", "display": "Heart rate" }] },
            "valueQuantity": { "value": 72.0 }, "interpretation": [{ "coding": [{ "code": "ZZ" }] }], "unknown": [] });
        let read = read(&foreign, "en").unwrap();
        assert_eq!((read.title.as_str(), read.interpretation, read.outcome), ("Heart rate", None, None));
        assert_eq!(super::read(&json!({ "valueString": "?" }), "en"), None);
    }
}
