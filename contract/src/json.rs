//! Reading JSON: one way for all that comes over the wire or out of storage, small enough for a first visit.
//!
//! A text becomes a tree once, by one parser. A reader walks the tree without ever stopping: what is wrong is noted, and
//! whoever asked throws all of it away if anything was. That keeps readers free of branches, which is most of their size.
//! Readers are tolerant: unknown members are ignored, an absent member and `null` mean the same.
use crate::api::Instant;
use chrono::NaiveDate;
pub use from_json::FromJson;
use litemap::LiteMap;
use serde::{Serialize, Serializer};
use serde_json::Map;
pub use serde_json::Value as Json;
use std::{cell::Cell, collections::BTreeMap, sync::Arc};

/// A type that can be read out of a JSON tree.
pub trait FromJson: Sized {
    /// What the tree says. If it cannot be said, anything, and a note that it is wrong.
    fn from_json(json: &Json, wrong: &Wrong) -> Self;
}

/// Whether something could not be read.
#[derive(Debug, Default)]
pub struct Wrong(Cell<bool>);

impl Wrong {
    /// Notes that something is.
    pub fn note(&self) {
        self.0.set(true);
    }
}

static NULL: Json = Json::Null;

/// The tree of a text.
#[inline(never)]
pub fn tree(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok()
}

/// A value of this shape, if the text has it.
pub fn read<T: FromJson>(text: &str) -> Option<T> {
    from_tree(&tree(text)?)
}

/// A value of this shape, if the tree has it.
pub fn from_tree<T: FromJson>(json: &Json) -> Option<T> {
    let wrong = Wrong::default();
    let value = T::from_json(json, &wrong);
    (!wrong.0.get()).then_some(value)
}

/// For what takes serde's readers.
///
/// # Errors
/// It has another shape.
pub fn deserialize<'de, T: FromJson, D: serde::Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let json: Json = serde::Deserialize::deserialize(deserializer)?;
    from_tree(&json).ok_or_else(|| serde::de::Error::custom("another shape than expected"))
}

fn find<'a>(json: &'a Json, name: &str) -> &'a Json {
    json.get(name).unwrap_or(&NULL)
}

/// A member that must be there, unless its type can be absent.
pub fn member<T: FromJson>(json: &Json, name: &str, wrong: &Wrong) -> T {
    T::from_json(find(json, name), wrong)
}

/// A member that may be absent.
pub fn member_or_default<T: FromJson + Default>(json: &Json, name: &str, wrong: &Wrong) -> T {
    member_or(json, name, wrong, T::default())
}

/// A member that may be absent, and what then stands there.
pub fn member_or<T: FromJson>(json: &Json, name: &str, wrong: &Wrong, usual: T) -> T {
    match find(json, name) {
        Json::Null => usual,
        json => T::from_json(json, wrong),
    }
}

/// Which of these names, and what is inside: a text alone, or an object with one member. A name that is none of them is the
/// number behind the last, which is wrong unless there may be more of them some day.
pub fn variant<'a>(json: &'a Json, names: &[&str], tolerant: bool, wrong: &Wrong) -> (usize, &'a Json) {
    let (name, inside) = match json {
        Json::String(name) => (name, &NULL),
        Json::Object(members) if members.len() == 1 => match members.iter().next() {
            Some(only) => only,
            None => return none(names, wrong),
        },
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => return none(names, wrong),
    };
    let at = names.iter().position(|known| known == name);
    if at.is_none() && !tolerant {
        wrong.note();
    }
    (at.unwrap_or(names.len()), inside)
}

fn none(names: &[&str], wrong: &Wrong) -> (usize, &'static Json) {
    wrong.note();
    (names.len(), &NULL)
}

/// What is there, or the type's empty value and a note.
fn or_wrong<T: Default>(read: Option<T>, wrong: &Wrong) -> T {
    read.unwrap_or_else(|| {
        wrong.note();
        T::default()
    })
}

impl FromJson for Json {
    fn from_json(json: &Json, _: &Wrong) -> Self {
        json.clone()
    }
}

impl FromJson for String {
    fn from_json(json: &Json, wrong: &Wrong) -> Self {
        or_wrong(json.as_str().map(str::to_owned), wrong)
    }
}

impl FromJson for Arc<str> {
    fn from_json(json: &Json, wrong: &Wrong) -> Self {
        String::from_json(json, wrong).into()
    }
}

impl FromJson for bool {
    fn from_json(json: &Json, wrong: &Wrong) -> Self {
        or_wrong(json.as_bool(), wrong)
    }
}

impl FromJson for u64 {
    fn from_json(json: &Json, wrong: &Wrong) -> Self {
        or_wrong(json.as_u64(), wrong)
    }
}

impl FromJson for u32 {
    fn from_json(json: &Json, wrong: &Wrong) -> Self {
        or_wrong(json.as_u64().and_then(|number| number.try_into().ok()), wrong)
    }
}

impl FromJson for u16 {
    fn from_json(json: &Json, wrong: &Wrong) -> Self {
        or_wrong(json.as_u64().and_then(|number| number.try_into().ok()), wrong)
    }
}

impl FromJson for f64 {
    fn from_json(json: &Json, wrong: &Wrong) -> Self {
        or_wrong(json.as_f64(), wrong)
    }
}

impl FromJson for u8 {
    fn from_json(json: &Json, wrong: &Wrong) -> Self {
        or_wrong(json.as_u64().and_then(|number| number.try_into().ok()), wrong)
    }
}

impl FromJson for Instant {
    fn from_json(json: &Json, wrong: &Wrong) -> Self {
        or_wrong(json.as_str().and_then(|text| Self::parse_from_rfc3339(text).ok()), wrong)
    }
}

impl FromJson for NaiveDate {
    fn from_json(json: &Json, wrong: &Wrong) -> Self {
        or_wrong(json.as_str().and_then(day), wrong)
    }
}

/// `2026-11-25`.
fn day(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let is_number = |part: &str, digits: usize| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
    let fits = parts.next().is_none() && is_number(year, 4) && is_number(month, 2) && is_number(day, 2);
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).filter(|_| fits)
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(json: &Json, wrong: &Wrong) -> Self {
        (!json.is_null()).then(|| T::from_json(json, wrong))
    }
}

impl<T: FromJson> FromJson for Box<T> {
    fn from_json(json: &Json, wrong: &Wrong) -> Self {
        Self::new(T::from_json(json, wrong))
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: &Json, wrong: &Wrong) -> Self {
        or_wrong(json.as_array().map(|all| all.iter().map(|one| T::from_json(one, wrong)).collect()), wrong)
    }
}

impl<K: FromJson + Ord, T: FromJson> FromJson for BTreeMap<K, T> {
    fn from_json(json: &Json, wrong: &Wrong) -> Self {
        let mut map = Self::new();
        each_member(json, wrong, |key, value| drop(map.insert(key, value)));
        map
    }
}

impl<K: FromJson + Ord, T: FromJson> FromJson for LiteMap<K, T> {
    fn from_json(json: &Json, wrong: &Wrong) -> Self {
        let mut map = Self::new();
        each_member(json, wrong, |key, value| drop(map.insert(key, value)));
        map
    }
}

/// A flat map as the members of an object: `#[serde(serialize_with = "contract::json::members")]`.
///
/// # Errors
/// Those of the serializer.
pub fn members<K: Serialize + Ord, T: Serialize, S: Serializer>(
    map: &LiteMap<K, T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(map)
}

/// One by one: collecting would bring a sort for each type of map into the app.
fn each_member<K: FromJson, T: FromJson>(json: &Json, wrong: &Wrong, mut insert: impl FnMut(K, T)) {
    let Some(members) = json.as_object() else { return or_wrong(None, wrong) };
    for (name, value) in members {
        insert(K::from_json(&Json::String(name.clone()), wrong), T::from_json(value, wrong));
    }
}

impl FromJson for Map<String, Json> {
    fn from_json(json: &Json, wrong: &Wrong) -> Self {
        or_wrong(json.as_object().cloned(), wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_one_way() {
        assert_eq!(day("2026-11-05"), NaiveDate::from_ymd_opt(2026, 11, 5));
        for none in
            ["2026-+1-+2", "+026-11-05", "2026-11-5", "2026-11-05-", "2026-02-30", "2026-11- 5", "２０２６-11-05", ""]
        {
            assert_eq!(day(none), None, "{none}");
        }
    }

    #[derive(Debug, PartialEq, Serialize, FromJson)]
    struct Record {
        id: String,
        #[serde(rename = "type")]
        kind: Kind,
        #[serde(default)]
        pages: Vec<u32>,
        due_on: Option<NaiveDate>,
        #[serde(flatten)]
        more: More,
    }

    #[derive(Debug, PartialEq, Serialize, FromJson)]
    #[serde(default)]
    struct More {
        body: u64,
        way: Way,
    }

    impl Default for More {
        fn default() -> Self {
            Self { body: 7, way: Way::Begin("x".into()) }
        }
    }

    #[derive(Debug, PartialEq, Serialize, FromJson)]
    #[serde(rename_all = "kebab-case")]
    enum Kind {
        WrongDocument,
        Missing,
        #[serde(other)]
        Unknown,
    }

    #[derive(Debug, PartialEq, Serialize, FromJson)]
    #[serde(rename_all = "kebab-case")]
    enum Way {
        Begin(String),
        UploadAgain { at: u8 },
        NotWhole,
    }

    #[test]
    fn shapes_are_read_as_they_are_written() {
        for (text, kind, pages, body, way) in [
            (r#"{"id":"a","type":"wrong-document"}"#, Kind::WrongDocument, vec![], 7, Way::Begin("x".into())),
            (r#"{"id":"a","type":"new","due_on":null,"x":1}"#, Kind::Unknown, vec![], 7, Way::Begin("x".into())),
            (
                r#"{"id":"a","type":"missing","pages":[1,2],"body":9}"#,
                Kind::Missing,
                vec![1, 2],
                9,
                Way::Begin("x".into()),
            ),
            (r#"{"id":"a","type":"missing","pages":null,"way":"not-whole"}"#, Kind::Missing, vec![], 7, Way::NotWhole),
            (
                r#"{"id":"a","type":"missing","way":{"upload-again":{"at":3}}}"#,
                Kind::Missing,
                vec![],
                7,
                Way::UploadAgain { at: 3 },
            ),
        ] {
            let expected = Record { id: "a".into(), kind, pages, due_on: None, more: More { body, way } };
            let read: Record = read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(read, expected);
            let again: Record = serde_json::from_str(&serde_json::to_string(&expected).unwrap()).unwrap();
            assert_eq!(again, expected);
        }
    }

    #[test]
    fn what_has_another_shape_is_not_read_at_all() {
        for text in [
            "",
            "null",
            "[]",
            r#"{"type":"missing"}"#,
            r#"{"id":1,"type":"missing"}"#,
            r#"{"id":"a","type":1}"#,
            r#"{"id":"a","type":"missing","pages":[1,"2"]}"#,
            r#"{"id":"a","type":"missing","pages":[4294967296]}"#,
            r#"{"id":"a","type":"missing","body":-1}"#,
            r#"{"id":"a","type":"missing","due_on":"2026-02-30"}"#,
            r#"{"id":"a","type":"missing","due_on":"26-2-3"}"#,
            r#"{"id":"a","type":"missing","way":"explode"}"#,
            r#"{"id":"a","type":"missing","way":{"upload-again":{"at":300}}}"#,
            r#"{"id":"a","type":"missing","way":{"begin":"a","upload-again":{"at":3}}}"#,
        ] {
            assert_eq!(read::<Record>(text), None, "{text}");
            assert!(serde_json::from_str::<Record>(text).is_err(), "{text}");
        }
    }
}
