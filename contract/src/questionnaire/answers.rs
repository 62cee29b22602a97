//! The answers of one person to one form: every pointer with its values, and the rows of repeating groups.
//!
//! Answers of hidden items stay here; leaving them out is the business of whoever sends.
use litemap::LiteMap;

use crate::json::{FromJson, Wrong};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use super::extension::string_of;
use super::pointer::Pointer;
use super::value::Value;

/// What was agreed to: which text, in which language, when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRecord {
    /// Version of the text.
    pub version: String,
    /// Language it was read in.
    pub language: String,
    /// When it was ticked, RFC 3339.
    pub at: String,
}

/// An answer set.
///
/// "Answered with nothing" and "not answered" differ: an item cleared on purpose does not fall back to its initial value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    values: LiteMap<Pointer, Vec<Value>>,
    rows: LiteMap<Pointer, Vec<String>>,
    consents: LiteMap<Pointer, ConsentRecord>,
}

/// The row a repeating group shows before anything was put into it.
pub const FIRST_ROW: &str = "r1";

impl Answers {
    /// No answers.
    pub fn new() -> Self {
        Self::default()
    }

    /// True if nothing was ever put here.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.rows.is_empty()
    }

    /// The values of an item; empty if there are none.
    pub fn get(&self, pointer: &Pointer) -> &[Value] {
        self.values.get(pointer).map_or(&[], Vec::as_slice)
    }

    /// The first value of an item.
    pub fn first(&self, pointer: &Pointer) -> Option<&Value> {
        self.get(pointer).first()
    }

    /// Whether the person (or a pre-fill) ever answered this, be it with nothing.
    pub fn is_touched(&self, pointer: &Pointer) -> bool {
        self.values.contains_key(pointer)
    }

    /// What the person (or a pre-fill) put there, be it nothing.
    pub fn given(&self, pointer: &Pointer) -> Option<&[Value]> {
        self.values.get(pointer).map(Vec::as_slice)
    }

    /// Every pointer with its values.
    pub fn iter(&self) -> impl Iterator<Item = (&Pointer, &[Value])> {
        self.values.iter().map(|(pointer, values)| (pointer, values.as_slice()))
    }

    /// Answers an item. A row that is answered exists from then on.
    pub fn set(&mut self, pointer: Pointer, values: Vec<Value>) {
        if let Some((group, row)) = pointer.enclosing_row() {
            self.add_row(&group, &row);
        }
        self.values.insert(pointer, values);
    }

    /// Takes an answer back: the initial value, if any, holds again.
    pub fn forget(&mut self, pointer: &Pointer) {
        self.values.remove(pointer);
        self.consents.remove(pointer);
    }

    /// The rows of a repeating group that were begun, in order.
    pub fn rows(&self, group: &Pointer) -> &[String] {
        self.rows.get(group).map_or(&[], Vec::as_slice)
    }

    /// Every repeating group with its rows.
    pub fn row_groups(&self) -> impl Iterator<Item = (&Pointer, &[String])> {
        self.rows.iter().map(|(group, rows)| (group, rows.as_slice()))
    }

    /// Adds a row at the end, unless it is there. Give it an id that no other device would give.
    pub fn add_row(&mut self, group: &Pointer, row: &str) {
        if let Some((outer, outer_row)) = group.enclosing_row() {
            self.add_row(&outer, &outer_row);
        }
        let rows = self.rows.entry(group.clone()).or_default();
        if !rows.iter().any(|r| r == row) {
            rows.push(row.to_owned());
        }
    }

    /// A repeating group that has none, said in as many words: where rows stood before there are none now.
    pub fn without_rows(&mut self, group: &Pointer) {
        self.rows.entry(group.clone()).or_default();
    }

    /// Removes a row with everything in it.
    pub fn remove_row(&mut self, group: &Pointer, row: &str) {
        let gone = group.at_row(row);
        if let Some(rows) = self.rows.get_mut(group) {
            rows.retain(|r| r != row);
        }
        self.values.retain(|pointer, _| !gone.contains(pointer));
        self.rows.retain(|pointer, _| !gone.contains(pointer));
        self.consents.retain(|pointer, _| !gone.contains(pointer));
    }

    /// What was recorded when this consent was ticked.
    pub fn consent(&self, pointer: &Pointer) -> Option<&ConsentRecord> {
        self.consents.get(pointer)
    }

    /// Records that a consent was ticked.
    pub fn record_consent(&mut self, pointer: Pointer, record: ConsentRecord) {
        self.consents.insert(pointer, record);
    }

    /// These answers with others put over them: what `over` answers at one of `places` counts, all else stays.
    #[must_use]
    pub fn overlaid(&self, over: &Self, places: &dyn Fn(&Pointer) -> bool) -> Self {
        let mut result = self.clone();
        for (group, rows) in over.rows.iter().filter(|(group, _)| places(group)) {
            let gone: Vec<String> = result.rows(group).iter().filter(|row| !rows.contains(row)).cloned().collect();
            for row in gone {
                result.remove_row(group, &row);
            }
            result.rows.insert(group.clone(), rows.clone());
        }
        for (pointer, values) in over.values.iter().filter(|(pointer, _)| places(pointer)) {
            result.set(pointer.clone(), values.clone());
            result.consents.remove(pointer);
            if let Some(record) = over.consents.get(pointer) {
                result.consents.insert(pointer.clone(), record.clone());
            }
        }
        result
    }

    /// A consent that was unticked has no record.
    pub fn drop_consent(&mut self, pointer: &Pointer) {
        self.consents.remove(pointer);
    }

    /// The documents named by any answer, with where.
    pub fn documents(&self) -> impl Iterator<Item = (&Pointer, &super::value::Attachment)> {
        self.values.iter().flat_map(|(pointer, values)| {
            values.iter().filter_map(move |value| Some((pointer, value.as_attachment()?)))
        })
    }
}

// Stored as {"values": {pointer: [{"valueString": …}]}, "rows": {pointer: [row]}, "consents": {pointer: record}}: the
// values as FHIR writes them, so that one reader and writer serves the wire and the phone.
impl Serialize for Answers {
    /// Straight to text: this is done while somebody types, and a tree of JSON before it takes longer than all the rest.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut parts = serializer.serialize_struct("Answers", 3)?;
        parts.serialize_field("values", &Each(&self.values, |list: &Vec<Value>| list.as_slice()))?;
        parts.serialize_field("rows", &Each(&self.rows, |ids: &Vec<String>| ids.as_slice()))?;
        parts.serialize_field("consents", &Each(&self.consents, |consent: &ConsentRecord| consent))?;
        parts.end()
    }
}

/// The members of a map, each seen as something that can be written.
struct Each<'a, T, U: ?Sized>(&'a LiteMap<Pointer, T>, fn(&T) -> &U);

impl<T, U: Serialize + ?Sized> Serialize for Each<'_, T, U> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(pointer, value)| (pointer.as_str(), self.1(value))))
    }
}

impl FromJson for Answers {
    /// Tolerant: what cannot be read is left out.
    fn from_json(json: &Json, _: &Wrong) -> Self {
        let mut answers = Self::new();
        for (pointer, rows) in members(json, "rows") {
            let rows = rows.as_array().into_iter().flatten().filter_map(Json::as_str);
            answers.rows.insert(pointer, rows.map(str::to_owned).collect());
        }
        for (pointer, values) in members(json, "values") {
            let values = values.as_array().into_iter().flatten();
            answers.values.insert(pointer, values.filter_map(|v| Value::read_fhir(v, "value")).collect());
        }
        for (pointer, record) in members(json, "consents") {
            if let (Some(version), Some(language), Some(at)) =
                (string_of(record, "version"), string_of(record, "language"), string_of(record, "at"))
            {
                answers.consents.insert(pointer, ConsentRecord { version, language, at });
            }
        }
        answers
    }
}

impl<'de> Deserialize<'de> for Answers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::json::deserialize(deserializer)
    }
}

fn members<'a>(json: &'a Json, name: &str) -> impl Iterator<Item = (Pointer, &'a Json)> {
    let object = json.get(name).and_then(Json::as_object);
    object.into_iter().flatten().filter_map(|(key, value)| Some((Pointer::parse(key)?, value)))
}
