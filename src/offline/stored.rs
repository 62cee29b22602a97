//! A draft as it lies in the vault.
use super::{DraftId, EntryId};
use contract::api::{Instant, Words};
use contract::json::FromJson;
use contract::questionnaire::{Answers, Beside, Pointer};
use litemap::LiteMap;
use serde::Serialize;

/// All of a draft but its answers.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
pub(super) struct Head {
    pub(super) id: DraftId,
    pub(super) questionnaire: String,
    /// `None`: begun signed out, and belongs to this phone.
    pub(super) owner: Option<String>,
    #[serde(default)]
    pub(super) step: Option<String>,
    pub(super) begun_at: Instant,
    #[serde(default)]
    pub(super) saved_at: Option<Instant>,
    /// When its person answered something last; `None`: nothing was answered yet.
    #[serde(default)]
    pub(super) answered_at: Option<Instant>,
    /// How often its answers were stored: tells which of two copies is the newer one.
    #[serde(default)]
    pub(super) saves: u32,
    /// The identity consent is given: photos may leave this phone.
    #[serde(default)]
    pub(super) consent: bool,
    /// Frozen: this entry carries it.
    #[serde(default)]
    pub(super) entry: Option<EntryId>,
    /// The office has it,
    #[serde(default)]
    pub(super) sent: bool,
    /// as the submission of this number.
    #[serde(default)]
    pub(super) sent_as: u32,
    /// The name of the person it is for, once it is filled in.
    #[serde(default)]
    pub(super) holder: Option<String>,
}

/// A draft as it is stored.
#[derive(Serialize, FromJson)]
pub(super) struct Record {
    pub(super) head: Head,
    pub(super) answers: Answers,
    #[serde(default, serialize_with = "contract::json::members")]
    pub(super) notes: LiteMap<Pointer, Words>,
    #[serde(default)]
    pub(super) beside: Beside,
}

/// Whether it holds anything of anybody: what was filled in by the sign-in, and waits to be confirmed, is no answer.
pub(super) fn is_answered(answers: &Answers, beside: &Beside) -> bool {
    beside.holder.is_some() || answers.iter().any(|(pointer, _)| !beside.to_confirm.contains(pointer))
}

impl Record {
    /// One that was stored before it was noted when something was answered says it by its last save.
    pub(super) fn noted(mut self) -> Self {
        if is_answered(&self.answers, &self.beside) {
            let saved_at = self.head.saved_at.unwrap_or(self.head.begun_at);
            self.head.answered_at.get_or_insert(saved_at);
        }
        self
    }
}

/// The parts of a [`Record`] where they are.
#[derive(Serialize)]
struct Parts<'a> {
    head: &'a Head,
    answers: &'a Answers,
    #[serde(serialize_with = "members_of")]
    notes: &'a LiteMap<Pointer, Words>,
    beside: &'a Beside,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
fn members_of<S: serde::Serializer>(notes: &&LiteMap<Pointer, Words>, serializer: S) -> Result<S::Ok, S::Error> {
    contract::json::members(*notes, serializer)
}

/// A draft as the text of its record: made from what is on the screen without a copy of it.
pub(super) struct Written {
    pub(super) head: Head,
    pub(super) json: String,
    /// Nothing was ever put into it.
    pub(super) is_empty: bool,
}

impl Written {
    pub(super) fn new(head: Head, answers: &Answers, notes: &LiteMap<Pointer, Words>, beside: &Beside) -> Self {
        // Our own records have text keys only, and then JSON cannot fail.
        let json = serde_json::to_string(&Parts { head: &head, answers, notes, beside }).unwrap_or_default();
        Self { head, json, is_empty: answers.is_empty() }
    }
}

impl From<Record> for Written {
    fn from(Record { head, answers, notes, beside }: Record) -> Self {
        Self::new(head, &answers, &notes, &beside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::questionnaire::Value;

    fn head(more: &str) -> Head {
        let id = r#""id":{"application":"a","form":"application"}"#;
        let begun = r#""questionnaire":"f|1","owner":null,"begun_at":"2026-11-24T09:00:00+08:00""#;
        contract::json::read(&format!("{{{id},{begun}{more}}}")).unwrap()
    }

    #[test]
    fn what_waits_to_be_confirmed_is_no_answer() {
        let phone = Pointer::item("phone");
        let mut answers = Answers::new();
        let mut beside = Beside::default();
        assert!(!is_answered(&answers, &beside), "nothing");
        answers.set(phone.clone(), vec![Value::Text("+8613800000000".into())]);
        beside.to_confirm.push(phone.clone());
        assert!(!is_answered(&answers, &beside), "what the sign-in told");
        beside.confirmed(&phone);
        assert!(is_answered(&answers, &beside), "confirmed");
        let renews = Beside { to_confirm: vec![phone], holder: Some("张伟".into()), ..Beside::default() };
        assert!(is_answered(&answers, &renews), "begun for somebody, with what is known of them");
    }

    #[test]
    fn a_draft_of_before_it_was_noted_says_when_it_was_answered_by_its_last_save() {
        let (begun, saved, answered) = ("T09:00", "T10:00", "T09:30");
        let noted = |saved, answered| {
            let at = |name, time: &str| format!(r#","{name}":"2026-11-24{time}:00+08:00""#);
            [at("saved_at", saved), at("answered_at", answered)]
        };
        let [save, answer] = noted(saved, answered);
        let mut given = Answers::new();
        given.set(Pointer::item("name"), vec![Value::Text("张伟".into())]);
        for (what, more, answers, expected) in [
            ("nothing answered", save.clone(), Answers::new(), None),
            ("answered, and not noted when", save.clone(), given.clone(), Some(saved)),
            ("never stored", String::new(), given.clone(), Some(begun)),
            ("noted", format!("{save}{answer}"), given.clone(), Some(answered)),
        ] {
            let record = Record { head: head(&more), answers, notes: LiteMap::new(), beside: Beside::default() };
            let expected =
                expected.map(|time| Instant::parse_from_rfc3339(&format!("2026-11-24{time}:00+08:00")).unwrap());
            assert_eq!(record.noted().head.answered_at, expected, "{what}");
        }
    }
}
