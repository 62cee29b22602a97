//! The application record: all that the office says about one application, and all that the tracker needs offline.
use super::{CertificateSummary, ExaminationSummary, Instant, Words};
use crate::json::FromJson;
use crate::{
    application::{Act, Actor, State},
    questionnaire::Pointer,
};
use chrono::NaiveDate;
use serde::Serialize;

/// One application as it stands (contract §3.2). `ETag` = version.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApplicationRecord {
    /// UUID made by the app.
    pub id: String,
    /// Grows with every change.
    pub version: u64,
    /// To read aloud; opens nothing. `None` before the first submit.
    #[serde(default)]
    pub number: Option<String>,
    /// Where it stands.
    pub state: State,
    /// 1 to 4; an end keeps the stage it ended in.
    pub stage: u8,
    /// Since when it stands there.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub since: Instant,
    /// Submissions so far.
    #[serde(default)]
    pub round: u32,
    /// Reports so far.
    #[serde(default)]
    pub report_round: u32,
    /// Whom the certificate is for; `None` until saved.
    #[serde(default)]
    pub holder: Option<Holder>,
    /// Kind of work; `None` until known.
    #[serde(default)]
    pub category: Option<Category>,
    /// The version that the next submission or supplement names, `id|version`.
    pub questionnaire: String,
    /// `id|version` of the report form.
    #[serde(default)]
    pub report_questionnaire: Option<String>,
    /// Id of the certificate this one renews.
    #[serde(default)]
    pub renews: Option<String>,
    /// What the applicant may do now; the app draws exactly these.
    #[serde(default)]
    pub actions: Vec<Action>,
    /// What the applicant owes is due on this day, until its 24:00.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date"))]
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
    /// What the office owes is due on this day.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date"))]
    #[serde(default)]
    pub reply_by: Option<NaiveDate>,
    /// What came back, with words.
    #[serde(default)]
    pub returned: Vec<ReturnedItem>,
    /// What may be changed; empty where everything may.
    #[serde(default)]
    pub open: Vec<OpenItem>,
    /// `return` acts.
    #[serde(default)]
    pub attempts: Attempts,
    /// `return-report` acts.
    #[serde(default)]
    pub report_attempts: Attempts,
    /// The way in person, from the first return on.
    #[serde(default)]
    pub in_person: Option<InPerson>,
    /// Documents that the office has.
    #[serde(default)]
    pub documents: Vec<Document>,
    /// The draft on the server, where it keeps drafts.
    #[serde(default)]
    pub draft: Option<DraftMark>,
    /// Routes, hold, appointment, referral.
    #[serde(default)]
    pub examination: ExaminationSummary,
    /// Why it was not accepted.
    #[serde(default)]
    pub decision: Option<Decision>,
    /// Once issued.
    #[serde(default)]
    pub certificate: Option<CertificateSummary>,
    /// Masked phone that news go to.
    #[serde(default)]
    pub notify: Option<String>,
    /// Kept until this day.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date"))]
    #[serde(default)]
    pub kept_until: Option<NaiveDate>,
    /// The newest twenty, newest first.
    #[serde(default)]
    pub events: Vec<Event>,
}

impl ApplicationRecord {
    /// Whether it was refused, and whoever disagrees may still say so on this day.
    pub fn may_be_appealed_on(&self, today: NaiveDate) -> bool {
        let appeal = self.decision.as_ref().and_then(|decision| decision.appeal.as_ref());
        self.state == State::Rejected && appeal.is_some_and(|appeal| today <= appeal.until)
    }

    /// The action, if it may be done now or later.
    pub fn action(&self, act: Act) -> Option<&Action> {
        self.actions.iter().find(|action| action.act == act)
    }

    /// Whether it is under way and renews this certificate.
    pub fn is_renewing(&self, certificate: &str) -> bool {
        !self.state.is_end() && self.renews.as_deref() == Some(certificate)
    }
}

/// Whom the certificate is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Holder {
    /// In full.
    pub name: String,
    /// First four and last four.
    pub id_masked: String,
}

/// A kind of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Category {
    /// As in the form.
    pub code: String,
    /// In the language asked for.
    pub title: String,
}

/// An act the applicant may do, with its window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Action {
    /// Which.
    pub act: Act,
    /// Not before.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// Not at or after.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

/// An item or document that came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReturnedItem {
    /// Which.
    pub pointer: Pointer,
    /// Why, in a word.
    pub code: ReturnCode,
    /// The reviewer's words.
    #[serde(default)]
    pub words: Option<Words>,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    #[serde(default)]
    pub at: Option<Instant>,
    /// Bytes that will be refused here if they come again.
    #[serde(default)]
    pub refused_sha256: Vec<String>,
}

/// Why an item came back. Source: contract §2.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "named as on the wire; the words are `ret.code.…`")]
pub enum ReturnCode {
    Unreadable,
    Incomplete,
    WrongDocument,
    Expired,
    Mismatch,
    Incorrect,
    Missing,
    #[serde(other)]
    Other,
}

impl ReturnCode {
    /// Every code.
    pub const ALL: [Self; 8] = [
        Self::Unreadable,
        Self::Incomplete,
        Self::WrongDocument,
        Self::Expired,
        Self::Mismatch,
        Self::Incorrect,
        Self::Missing,
        Self::Other,
    ];

    /// The code on the wire, which is also the last part of the text key `ret.code.…`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Incomplete => "incomplete",
            Self::WrongDocument => "wrong-document",
            Self::Expired => "expired",
            Self::Mismatch => "mismatch",
            Self::Incorrect => "incorrect",
            Self::Missing => "missing",
            Self::Other => "other",
        }
    }
}

/// An item that may be changed although the rest may not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenItem {
    /// Which.
    pub pointer: Pointer,
    /// Why it is open.
    pub why: OpenWhy,
    /// For a consequence: the item whose change opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<Pointer>,
}

/// Why an item is open. Source: contract §2.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OpenWhy {
    /// It came back.
    Returned,
    /// Another change made it visible or required.
    Consequence,
    /// It is new in a newer form.
    FormChanged,
    /// A reason of a newer server.
    #[serde(other)]
    Unknown,
}

/// Tries used and allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attempts {
    /// So far.
    pub used: u32,
    /// At most.
    pub limit: u32,
}

/// The way in person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct InPerson {
    /// What the office says.
    pub words: Option<Words>,
    /// Site ids; none where any office will do.
    pub sites: Vec<String>,
    /// What to bring.
    pub bring: Vec<String>,
}

/// A document that the office has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Document {
    /// UUID made by the app.
    pub id: String,
    /// The item it fills.
    pub pointer: Pointer,
    /// Of the bytes received, hex.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// Media type, by content.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Pages of a PDF, else 1.
    #[serde(default)]
    pub pages: Option<u32>,
    /// Where it stands.
    pub state: DocumentState,
    /// `pending` or `clear`.
    #[serde(default)]
    pub scan: Option<String>,
    /// Document code, when refused.
    #[serde(default)]
    pub code: Option<String>,
    /// When it was received.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub bound_at: Instant,
    /// Advice that the person overrode.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub insisted: Vec<String>,
}

/// Where a document stands (contract §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DocumentState {
    /// Received, identical.
    Received,
    /// A late scan refused it.
    Refused,
    /// A reviewer returned it.
    Returned,
    /// A state of a newer server.
    #[serde(other)]
    Unknown,
}

/// The draft on the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftMark {
    /// For `If-Match`.
    pub etag: String,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub saved_at: Instant,
}

/// Why an application was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Decision {
    /// For papers or for a finding.
    pub kind: DecisionKind,
    /// The office's words.
    #[serde(default)]
    pub words: Option<Words>,
    /// How to disagree.
    #[serde(default)]
    pub appeal: Option<Appeal>,
}

/// What a decision is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DecisionKind {
    /// The papers.
    Papers,
    /// A finding; only the examination says which.
    Medical,
    /// A kind of a newer server.
    #[serde(other)]
    Unknown,
}

/// How to disagree with a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Appeal {
    /// Last day.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date"))]
    pub until: NaiveDate,
    /// Where, in the language asked for.
    #[serde(rename = "where")]
    pub place: String,
}

/// Something that happened (contract §2.2). Which members an act records is the last column there.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// Opaque.
    pub id: String,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub at: Instant,
    /// What was done.
    pub act: Act,
    /// By whom.
    pub actor: Actor,
    /// From which state.
    pub from: State,
    /// To which state.
    pub to: State,
    /// Returned items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ReturnedItem>,
    /// Due day it set.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// The actor's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    /// Submission it made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<u32>,
    /// Slot booked, left or missed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<super::Slot>,
    /// Where, in the language asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Of a re-examination: something that was found stands, and is not found anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub results_stand: bool,
    /// Receipt key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_may_be_appealed_until_its_last_day() {
        let appeal = r#""decision":{"kind":"papers","appeal":{"until":"2027-01-26","where":"x"}}"#;
        for (state, decision, day, expected) in [
            (State::Rejected, appeal, "2027-01-26", true),
            (State::Rejected, appeal, "2027-01-27", false),
            (State::Rejected, r#""decision":{"kind":"papers"}"#, "2027-01-01", false),
            (State::Rejected, "", "2027-01-01", false),
            (State::Withdrawn, appeal, "2027-01-01", false),
        ] {
            let record = ApplicationRecord::sample(state, decision);
            assert_eq!(record.may_be_appealed_on(day.parse().unwrap()), expected, "{state:?} {day}");
        }
    }

    #[test]
    fn a_record_of_a_newer_server_is_read() {
        let text = r##"{"id":"a","version":1,"state":"quantum","stage":2,"since":"2026-11-24T09:12:00+08:00","questionnaire":"q|1","holder":null,
            "actions":[{"act":"teleport"},{"act":"edit"}],"returned":[{"pointer":"#/x","code":"blurry","words":null}],"something":[1]}"##;
        let record: ApplicationRecord = serde_json::from_str(text).unwrap();
        assert_eq!(record.state, State::Unknown);
        assert_eq!(record.actions.iter().map(|a| a.act).collect::<Vec<_>>(), [Act::Unknown, Act::Edit]);
        assert_eq!(record.returned.first().map(|r| r.code), Some(ReturnCode::Other));
    }

    #[test]
    fn what_renews_a_certificate_does_so_until_its_end() {
        for (state, renews, expected) in [
            (State::Draft, r#""c""#, true),
            (State::InReview, r#""c""#, true),
            (State::Draft, r#""d""#, false),
            (State::Draft, "null", false),
            (State::Collected, r#""c""#, false),
            (State::Withdrawn, r#""c""#, false),
        ] {
            let record = ApplicationRecord::sample(state, &format!(r#""renews":{renews}"#));
            assert_eq!(record.is_renewing("c"), expected, "{state:?} {renews}");
        }
    }
}
