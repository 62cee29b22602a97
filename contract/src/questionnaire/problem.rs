//! What is wrong with an answer, as it goes over the wire: pointer, code, params (contract §4).
use serde_json::Value as Json;

use super::pointer::Pointer;
use super::text::Text;
use crate::api::ItemError;

/// One thing to change (or, as a warning, to know).
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Where.
    pub pointer: Pointer,
    /// What.
    pub code: ProblemCode,
    /// The numbers and days of the sentence.
    pub params: Params,
    /// The form's own sentence, which wins over ours. Not on the wire: the app has the form.
    pub message: Option<Text>,
    /// Which of several answers, counted from 0 among those that are not blank. Not on the wire: it is found again.
    pub which: Option<usize>,
}

/// The numbers and days of a problem's sentence, by name.
pub type Params = serde_json::Map<String, Json>;

impl Problem {
    /// A problem without params.
    pub fn new(pointer: Pointer, code: ProblemCode) -> Self {
        Self { pointer, code, params: Params::new(), message: None, which: None }
    }

    /// The same with one more param.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }

    /// A param as it is put into a sentence.
    pub fn param(&self, name: &str) -> Option<String> {
        self.params.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }
}

/// The codes of the contract, and those of our own notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemCode {
    /// Not answered.
    Required,
    /// Not from the list.
    Choice,
    /// {limit, found}
    TooLong,
    /// {limit, found}
    TooShort,
    /// {min, max}, one of which may be absent.
    Range,
    /// Written differently from what is asked. {limit}: of a number, the most decimal places, where it has more.
    Format,
    /// No real date. {need}: `day`, where it is one and names no day.
    Date,
    /// {on}: has passed.
    Past,
    /// {min, max}: too few or too many.
    Count,
    /// {missing}
    IdShort,
    /// {extra}
    IdLong,
    /// {at}, counted from 1.
    IdCharacter,
    /// Digits 7 to 14 are no date.
    IdDate,
    /// The last character does not fit.
    IdCheck,
    /// The old number of 15 digits.
    IdOld15,
    /// An employer's code that does not fit.
    UsccCheck,
    /// {found}
    PhoneLength,
    /// {age, on}
    TooYoung,
    /// {on}
    ExpiresBeforeExamination,
    /// Not ticked.
    Consent,
    /// Not to be changed this time.
    NotOpen,
    /// Not in this form.
    UnknownItem,
    /// {kind}: a warning; the number looks like that of another document.
    OtherKind,
    /// A warning for the reviewer alone.
    UnknownArea,
    /// A code of a newer contract.
    Unknown,
}

const CODES: [(ProblemCode, &str); 24] = [
    (ProblemCode::Required, "required"),
    (ProblemCode::Choice, "choice"),
    (ProblemCode::TooLong, "too-long"),
    (ProblemCode::TooShort, "too-short"),
    (ProblemCode::Range, "range"),
    (ProblemCode::Format, "format"),
    (ProblemCode::Date, "date"),
    (ProblemCode::Past, "past"),
    (ProblemCode::Count, "count"),
    (ProblemCode::IdShort, "id-short"),
    (ProblemCode::IdLong, "id-long"),
    (ProblemCode::IdCharacter, "id-character"),
    (ProblemCode::IdDate, "id-date"),
    (ProblemCode::IdCheck, "id-check"),
    (ProblemCode::IdOld15, "id-old-15"),
    (ProblemCode::UsccCheck, "uscc-check"),
    (ProblemCode::PhoneLength, "phone-length"),
    (ProblemCode::TooYoung, "too-young"),
    (ProblemCode::ExpiresBeforeExamination, "expires-before-examination"),
    (ProblemCode::Consent, "consent"),
    (ProblemCode::NotOpen, "not-open"),
    (ProblemCode::UnknownItem, "unknown-item"),
    (ProblemCode::OtherKind, "other-kind"),
    (ProblemCode::UnknownArea, "unknown-area"),
];

impl ProblemCode {
    /// Every code of the contract.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.iter().map(|(code, _)| *code)
    }

    /// The code on the wire.
    pub fn as_str(self) -> &'static str {
        CODES.iter().find(|(code, _)| *code == self).map_or("unknown", |(_, text)| text)
    }
}

impl From<&str> for ProblemCode {
    fn from(text: &str) -> Self {
        CODES.iter().find(|(_, t)| *t == text).map_or(Self::Unknown, |(code, _)| *code)
    }
}

impl From<&Problem> for ItemError {
    fn from(problem: &Problem) -> Self {
        Self {
            pointer: problem.pointer.clone(),
            code: problem.code.as_str().to_owned(),
            params: problem.params.clone(),
        }
    }
}

impl From<&ItemError> for Problem {
    fn from(error: &ItemError) -> Self {
        let code = ProblemCode::from(error.code.as_str());
        Self { pointer: error.pointer.clone(), code, params: error.params.clone(), message: None, which: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reads_and_writes_as_the_contract_says() {
        let wire = r##"{"pointer":"#/id-number","code":"id-short","params":{"missing":2}}"##;
        let problem = Problem::new(Pointer::item("id-number"), ProblemCode::IdShort).with("missing", 2);
        assert_eq!(serde_json::to_string(&ItemError::from(&problem)).unwrap(), wire);
        assert_eq!(Problem::from(&serde_json::from_str::<ItemError>(wire).unwrap()), problem);
        let newer: ItemError = serde_json::from_str(r##"{"pointer":"#/a","code":"newer"}"##).unwrap();
        assert_eq!(Problem::from(&newer).code, ProblemCode::Unknown);
    }
}
