//! One answer's value, and how FHIR writes it.
use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json};

use chrono::NaiveTime;

use super::date::PartialDate;
use super::decimal;
use super::extension::{SHA256, read_extension, string_of};
use super::moment::{Moment, fhir_time, parse_time, short_time};

/// What was put in one place of the form.
///
/// A field that does not (yet) hold what its type asks for keeps the raw text as [`Value::Text`]: nothing typed is lost, and
/// the evaluation says what is wrong with it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Ticked or not, yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number.
    Decimal(f64),
    /// A day, month or year.
    Date(PartialDate),
    /// A day with its time.
    DateTime(Moment),
    /// A time of day.
    Time(NaiveTime),
    /// Typed text; in an open choice, what was written beside the list.
    Text(String),
    /// A choice from a list.
    Coding(Coding),
    /// A number with its unit.
    Quantity(Quantity),
    /// Somebody or something, by its words.
    Reference(Reference),
    /// A document.
    Attachment(Attachment),
}

/// One entry of a list of choices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coding {
    /// The list it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// Its code.
    pub code: String,
    /// The words the person chose, in the questionnaire's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
}

impl Coding {
    /// The same entry, whatever its words: codes equal, and systems too where both name one.
    pub fn is(&self, other: &Self) -> bool {
        self.code == other.code
            && match (&self.system, &other.system) {
                (Some(a), Some(b)) => a == b,
                (None, _) | (_, None) => true,
            }
    }
}

/// A number with its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// The number.
    pub value: f64,
    /// The unit for people.
    pub unit: Option<String>,
    /// The unit's code (UCUM).
    pub code: Option<String>,
}

/// Something that is elsewhere. A person writes its name; what another writer knows of it besides is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// What it is called.
    pub display: Option<String>,
    /// Where it is.
    pub reference: Option<String>,
    /// Its number.
    pub identifier: Option<String>,
}

impl Reference {
    /// Its name, else its number, else its address.
    pub fn shown(&self) -> &str {
        let best = self.display.as_deref().or(self.identifier.as_deref()).or(self.reference.as_deref());
        best.unwrap_or_default()
    }
}

/// A document that answers an item. Its bytes are elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachment {
    /// The document's id.
    pub document: String,
    /// SHA-256 of its bytes in hex, once they are known.
    pub sha256: Option<String>,
    /// Media type, by content.
    pub content_type: Option<String>,
    /// Size in bytes.
    pub size: Option<u64>,
    /// What it is called on screen.
    pub title: Option<String>,
}

impl Value {
    /// True for the same answer: documents by their bytes, choices by their code, all else by value.
    pub fn same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Coding(a), Self::Coding(b)) => a.is(b),
            (Self::Attachment(a), Self::Attachment(b)) => match (&a.sha256, &b.sha256) {
                (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
                (None, _) | (_, None) => a.document == b.document,
            },
            (a, b) => a == b,
        }
    }

    /// The text of a text.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The entry of a choice.
    pub fn as_coding(&self) -> Option<&Coding> {
        if let Self::Coding(coding) = self { Some(coding) } else { None }
    }

    /// The document of an attachment.
    pub fn as_attachment(&self) -> Option<&Attachment> {
        if let Self::Attachment(attachment) = self { Some(attachment) } else { None }
    }

    /// The truth of a boolean.
    pub fn as_boolean(&self) -> Option<bool> {
        if let Self::Boolean(truth) = self { Some(*truth) } else { None }
    }

    /// The date of a date, also of one with its time.
    pub fn day(&self) -> Option<PartialDate> {
        match self {
            Self::Date(date) => Some(*date),
            Self::DateTime(moment) => Some(moment.date()),
            _ => None,
        }
    }

    /// Plain words for logs of a desk, comparison and search: numbers and dates as they are kept, a choice by its words.
    pub fn plain(&self) -> String {
        match self {
            Self::Boolean(truth) => truth.to_string(),
            Self::Integer(number) => number.to_string(),
            Self::Decimal(number) => decimal::shown(*number),
            Self::Date(date) => date.to_string(),
            Self::DateTime(moment) => moment.typed(),
            Self::Time(time) => short_time(*time),
            Self::Reference(reference) => reference.shown().to_owned(),
            Self::Text(text) => text.clone(),
            Self::Coding(coding) => coding.display.clone().unwrap_or_else(|| coding.code.clone()),
            Self::Quantity(q) => match q.unit.as_ref().or(q.code.as_ref()) {
                Some(unit) => format!("{} {unit}", decimal::shown(q.value)),
                None => decimal::shown(q.value),
            },
            Self::Attachment(attachment) => attachment.title.clone().unwrap_or_else(|| attachment.document.clone()),
        }
    }

    /// Writes `valueX` into an answer.
    pub fn write_fhir(&self, answer: &mut Map<String, Json>) {
        let (name, value) = match self {
            Self::Boolean(truth) => ("valueBoolean", Json::from(*truth)),
            Self::Integer(number) => ("valueInteger", Json::from(*number)),
            Self::Decimal(number) => ("valueDecimal", Json::from(*number)),
            Self::Date(date) => ("valueDate", Json::from(date.to_string())),
            Self::DateTime(moment) => ("valueDateTime", Json::from(moment.to_string())),
            Self::Time(time) => ("valueTime", Json::from(fhir_time(*time))),
            Self::Reference(reference) => ("valueReference", write_reference(reference)),
            Self::Text(text) => ("valueString", Json::from(text.as_str())),
            Self::Coding(coding) => ("valueCoding", write_coding(coding)),
            Self::Quantity(quantity) => ("valueQuantity", write_quantity(quantity)),
            Self::Attachment(attachment) => ("valueAttachment", write_attachment(attachment)),
        };
        answer.insert(name.to_owned(), value);
    }

    /// Reads the `valueX` (or `answerX`) member of an object; `None` if there is none we know.
    pub fn read_fhir(object: &Json, prefix: &str) -> Option<Self> {
        let members = object.as_object()?;
        let (name, value) = members.iter().find_map(|(name, value)| Some((name.strip_prefix(prefix)?, value)))?;
        match name {
            "Boolean" => value.as_bool().map(Self::Boolean),
            "Integer" => value.as_i64().map(Self::Integer),
            "Decimal" => value.as_f64().map(Self::Decimal),
            "Date" => value.as_str().and_then(PartialDate::parse).map(Self::Date),
            "DateTime" => value.as_str().and_then(Moment::parse).map(Self::DateTime),
            "Time" => value.as_str().and_then(parse_time).map(Self::Time),
            "String" | "Uri" | "Code" | "Markdown" => value.as_str().map(|s| Self::Text(s.to_owned())),
            "Reference" => read_reference(value).map(Self::Reference),
            "Coding" => read_coding(value).map(Self::Coding),
            "Quantity" => read_quantity(value).map(Self::Quantity),
            "Attachment" => read_attachment(value).map(Self::Attachment),
            _ => None,
        }
    }
}

/// As [`Value::write_fhir`] writes it into an object of its own; the kinds that people type straight to text.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.collect_map([("valueString", text)]),
            Self::Coding(coding) => serializer.collect_map([("valueCoding", coding)]),
            Self::Boolean(truth) => serializer.collect_map([("valueBoolean", truth)]),
            _ => {
                let mut object = Map::new();
                self.write_fhir(&mut object);
                serializer.collect_map(&object)
            }
        }
    }
}

/// An object of those texts that are there. The library's `json!` would take each for something that can fail.
fn texts(members: &[(&str, Option<&str>)]) -> Map<String, Json> {
    let mut object = Map::new();
    for (name, text) in members {
        if let Some(text) = text {
            object.insert((*name).to_owned(), Json::from(*text));
        }
    }
    object
}

/// Reads a `Coding`; one without a code is known by its words.
pub(super) fn read_coding(value: &Json) -> Option<Coding> {
    let display = string_of(value, "display");
    let code = string_of(value, "code").or_else(|| display.clone())?;
    Some(Coding { system: string_of(value, "system"), code, display })
}

fn write_coding(coding: &Coding) -> Json {
    let (system, display) = (coding.system.as_deref(), coding.display.as_deref());
    Json::Object(texts(&[("system", system), ("code", Some(&coding.code)), ("display", display)]))
}

fn write_quantity(quantity: &Quantity) -> Json {
    let system = quantity.code.as_ref().map(|_| "http://unitsofmeasure.org");
    let mut object =
        texts(&[("unit", quantity.unit.as_deref()), ("system", system), ("code", quantity.code.as_deref())]);
    object.insert("value".to_owned(), Json::from(quantity.value));
    Json::Object(object)
}

fn read_quantity(value: &Json) -> Option<Quantity> {
    Some(Quantity {
        value: value.get("value")?.as_f64()?,
        unit: string_of(value, "unit"),
        code: string_of(value, "code"),
    })
}

fn write_reference(reference: &Reference) -> Json {
    let mut object = texts(&[("reference", reference.reference.as_deref()), ("display", reference.display.as_deref())]);
    if let Some(number) = &reference.identifier {
        object.insert("identifier".to_owned(), Json::Object(texts(&[("value", Some(number))])));
    }
    Json::Object(object)
}

fn read_reference(value: &Json) -> Option<Reference> {
    let read = Reference {
        display: string_of(value, "display"),
        reference: string_of(value, "reference"),
        identifier: value.get("identifier").and_then(|identifier| string_of(identifier, "value")),
    };
    (!read.shown().is_empty()).then_some(read)
}

fn write_attachment(attachment: &Attachment) -> Json {
    let url = format!("documents/{}", attachment.document);
    let content_type = attachment.content_type.as_deref();
    let mut object =
        texts(&[("contentType", content_type), ("url", Some(&url)), ("title", attachment.title.as_deref())]);
    if let Some(sha256) = &attachment.sha256 {
        let extension = texts(&[("url", Some(SHA256)), ("valueString", Some(sha256))]);
        object.insert("extension".to_owned(), Json::Array(vec![Json::Object(extension)]));
    }
    if let Some(size) = attachment.size {
        object.insert("size".to_owned(), Json::from(size));
    }
    Json::Object(object)
}

fn read_attachment(value: &Json) -> Option<Attachment> {
    let url = string_of(value, "url")?;
    let document = url.strip_prefix("documents/").unwrap_or(&url).to_owned();
    Some(Attachment {
        document,
        sha256: read_extension(value, SHA256).and_then(|e| string_of(e, "valueString")),
        content_type: string_of(value, "contentType"),
        size: value.get("size").and_then(Json::as_u64),
        title: string_of(value, "title"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_straight_to_text_reads_as_fhir_writes_it() {
        let coding = Coding { system: Some("urn:a".to_owned()), code: "b\"".to_owned(), display: None };
        for value in [
            Value::Text("示例 \"1\"\n".to_owned()),
            Value::Coding(coding),
            Value::Coding(Coding { system: None, code: "c".to_owned(), display: Some("丙".to_owned()) }),
            Value::Boolean(true),
            Value::Integer(-3),
            Value::Decimal(1.5),
            Value::Quantity(Quantity { value: 36.5, unit: Some("°C".to_owned()), code: None }),
        ] {
            let mut object = Map::new();
            value.write_fhir(&mut object);
            let text = serde_json::to_string(&value).unwrap();
            assert_eq!(serde_json::from_str::<Json>(&text).unwrap(), Json::Object(object), "{value:?}");
        }
    }
}
