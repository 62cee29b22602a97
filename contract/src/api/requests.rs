//! What the applicant sends, and what the server says it has.
use super::{ApplicationRecord, Instant, Words};
use crate::json::FromJson;
use crate::{application::Act, questionnaire::Pointer};
use serde::Serialize;
use std::collections::BTreeMap;

/// `PUT /applications/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewApplication {
    /// `id|version`.
    pub questionnaire: String,
    /// Id of the certificate it renews.
    #[serde(default)]
    pub renews: Option<String>,
}

/// `GET`, `PUT /applications/{id}/draft`.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServerDraft {
    /// `id|version`.
    pub questionnaire: String,
    /// FHIR `QuestionnaireResponse`, hidden answers included.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub answers: serde_json::Value,
    /// Filled in by the office or the sign-in, and not confirmed yet: the app sends back what is left of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefilled: Vec<Pointer>,
}

/// `POST /applications/{id}/submission`: frozen bytes, made offline if need be.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Submission {
    /// `id|version`.
    pub questionnaire: String,
    /// FHIR `QuestionnaireResponse` of the visible items.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub answers: serde_json::Value,
    /// Document id to SHA-256 in hex; these and no others count.
    #[serde(default)]
    pub documents: BTreeMap<String, String>,
    /// `ETag` of the newest server draft merged in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<String>,
}

/// `GET /applications/{id}/submission`: what was sent, sensitive answers masked.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SubmissionMade {
    /// What was sent.
    #[serde(flatten)]
    pub submission: Submission,
    /// Which round.
    pub round: u32,
    /// That it arrived.
    pub receipt: Option<Receipt>,
}

/// `POST …/supplement` and `POST …/examination/report`: open items only.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Supplement {
    /// `id|version`.
    pub questionnaire: String,
    /// The record's `round`, or `report_round`.
    pub round: u32,
    /// FHIR `QuestionnaireResponse` of the open items.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub answers: serde_json::Value,
    /// Document id to SHA-256 in hex.
    #[serde(default)]
    pub documents: BTreeMap<String, String>,
    /// `ETag` of the newest server draft merged in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<String>,
    /// Notes to the reviewer, by pointer, instead of a change.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Words>))]
    pub notes: BTreeMap<Pointer, Words>,
}

impl Supplement {
    /// The note about this item, where something is to be said of it and not of the answer: `#/@notes/#~1work.post`.
    pub fn note_at(item: &Pointer) -> Pointer {
        Pointer::member("notes").child(item.as_str())
    }

    /// Whether a pointer names a note.
    pub fn is_note(pointer: &Pointer) -> bool {
        Pointer::member("notes").contains(pointer)
    }
}

/// `POST …/withdrawal`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Withdrawal {
    /// Why, if the person says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
}

/// `PUT /applications/{id}/documents/{d}`: binds uploaded bytes to an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BindDocument {
    /// The item it fills.
    pub pointer: Pointer,
    /// `Location` of the upload.
    pub upload: String,
    /// Of the bytes sent, hex.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// Media type, by content.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Advice that the person overrode.
    #[serde(default)]
    pub insisted: Vec<String>,
}

/// That the server has it. Receipt, event and new state are one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// The idempotency key.
    pub key: String,
    /// Still at work, or done.
    pub state: ReceiptState,
    /// What was done.
    pub act: Option<Act>,
    /// To which application.
    #[serde(default)]
    pub application: Option<String>,
    /// Its number.
    #[serde(default)]
    pub number: Option<String>,
    /// Which round.
    #[serde(default)]
    pub round: Option<u32>,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    #[serde(default)]
    pub received_at: Option<Instant>,
    /// Answers received.
    #[serde(default)]
    pub answers: u32,
    /// Documents received.
    #[serde(default)]
    pub documents: BTreeMap<String, String>,
    /// Of the body received, hex.
    #[serde(default)]
    pub body_sha256: Option<String>,
}

/// How far a request with a key has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ReceiptState {
    /// Ask again.
    Running,
    /// It is there.
    Done,
}

/// What an act answers.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Outcome {
    /// `None` for acts without a key.
    #[serde(default)]
    pub receipt: Option<Receipt>,
    /// The record as it is now.
    pub application: ApplicationRecord,
}

/// `POST /lookups`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LookupRequest {
    /// Application number, as typed: spaces, dashes and full width do not count.
    pub number: String,
    /// Last four of the ID number.
    pub id_tail: String,
    /// From `CodeSent`.
    pub code_id: String,
    /// As typed.
    pub code: String,
}

/// Status and days of what was asked for; nothing personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lookup {
    /// What it was asked by, as the office writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Where it stands.
    pub state: crate::application::State,
    /// How its certificate stands, once that is in its holder's hands or was stopped before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<super::CertificateState>,
    /// 1 to 4.
    pub stage: u8,
    /// Since when.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub since: Instant,
    /// What the applicant owes.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date"))]
    #[serde(default)]
    pub due_on: Option<chrono::NaiveDate>,
    /// What the office owes.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date"))]
    #[serde(default)]
    pub reply_by: Option<chrono::NaiveDate>,
}

/// `PUT /test/upkeep`: plays what the house does for itself, only where `service.test` is true.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestUpkeep {
    /// The time without writes that is planned or going on; none ends it.
    #[serde(default)]
    pub maintenance: Option<super::Maintenance>,
    /// At least so many signing keys are published: one more than there are, at most.
    #[serde(default)]
    pub keys: Option<u32>,
}

/// `POST /test/acts`: plays desk and clock, only where `service.test` is true.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestAct {
    /// Which application.
    pub application: String,
    /// What to do.
    pub act: Act,
    /// For `return` and `return-report`.
    #[serde(default)]
    pub pointers: Vec<Pointer>,
    /// For `return` and `return-report`.
    #[serde(default)]
    pub code: Option<super::ReturnCode>,
    /// The office's words.
    #[serde(default)]
    pub words: Option<String>,
    /// This application's clock from now on.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    #[serde(default)]
    pub at: Option<Instant>,
}
