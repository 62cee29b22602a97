//! What can go wrong on the wire: RFC 9457 problems, read by their slug (contract §4).
use super::{Instant, Slot};
use crate::json::FromJson;
use crate::{
    application::{Act, State},
    questionnaire::Pointer,
};
use serde::Serialize;

/// Where our problem types are documented; only the part after it counts, so a vendor may use its own.
pub const PROBLEM_BASE: &str = "https://health-certificate.example/problems/";

/// Why something did not work, as far as the words go.
#[derive(Clone, Copy, Debug)]
pub enum Failure<'a> {
    /// No network, or no answer in time.
    Unreachable,
    /// A captive portal answered.
    Portal,
    /// The sign-in has ended.
    SignedOut,
    /// The answer could not be read.
    Unreadable,
    /// The office says why not.
    Refused(&'a Problem),
}

/// The kind of a problem: the last part of its `type`.
///
/// What a person is told and does next is contract §4, one row a slug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "named as on the wire; the meaning is the table of contract §4")]
pub enum Slug {
    Invalid,
    ActRefused,
    OutsideWindow,
    DocumentsMissing,
    QuestionnaireChanged,
    Stale,
    DraftNewer,
    ApplicationOpen,
    ApplicationElsewhere,
    Running,
    SignedOut,
    CodeWrong,
    CodeEnded,
    SlowDown,
    Busy,
    Maintenance,
    ServerError,
    UploadGone,
    HashMismatch,
    DocumentRefused,
    SlotTaken,
    HoldEnded,
    IdentityMismatch,
    GrantNeeded,
    LinkEnded,
    NoMatch,
    NotFound,
    TooLarge,
    VersionGone,
    Malformed,
    NotAllowed,
    EtagNeeded,
    KeyReused,
    DocumentDiffers,
}

impl Slug {
    /// Each slug with its code on the wire, its status and an English title for people who read logs.
    pub const TABLE: [(Self, &'static str, u16, &'static str); 34] = [
        (Self::Invalid, "invalid", 422, "Some items need a change"),
        (Self::ActRefused, "act-refused", 409, "This is not possible in the present state"),
        (Self::OutsideWindow, "outside-window", 409, "This is not possible at this time"),
        (Self::DocumentsMissing, "documents-missing", 409, "Some documents have not arrived yet"),
        (Self::QuestionnaireChanged, "questionnaire-changed", 409, "The form has a newer version"),
        (Self::Stale, "stale", 412, "There is a newer draft"),
        (Self::DraftNewer, "draft-newer", 409, "There is a newer draft"),
        (Self::ApplicationOpen, "application-open", 409, "An application for this number is open"),
        (Self::ApplicationElsewhere, "application-elsewhere", 409, "The application belongs to another sign-in"),
        (Self::Running, "running", 409, "The first request with this key is still at work"),
        (Self::SignedOut, "signed-out", 401, "Nobody is signed in"),
        (Self::CodeWrong, "code-wrong", 422, "The code does not match"),
        (Self::CodeEnded, "code-ended", 410, "The code has expired"),
        (Self::SlowDown, "slow-down", 429, "Too many requests"),
        (Self::Busy, "busy", 503, "Many people at once"),
        (Self::Maintenance, "maintenance", 503, "Maintenance"),
        (Self::ServerError, "server-error", 500, "A fault of the server"),
        (Self::UploadGone, "upload-gone", 410, "The upload has expired"),
        (Self::HashMismatch, "hash-mismatch", 422, "The stored bytes differ"),
        (Self::DocumentRefused, "document-refused", 422, "The document is not taken"),
        (Self::SlotTaken, "slot-taken", 409, "The place is taken"),
        (Self::HoldEnded, "hold-ended", 409, "The hold has ended"),
        (Self::IdentityMismatch, "identity-mismatch", 422, "The facts differ from the application"),
        (Self::GrantNeeded, "grant-needed", 403, "Identity has to be confirmed again"),
        (Self::LinkEnded, "link-ended", 410, "The link has ended"),
        (Self::NoMatch, "no-match", 404, "No application fits"),
        (Self::NotFound, "not-found", 404, "Nothing here, or not yours"),
        (Self::TooLarge, "too-large", 413, "Too large"),
        (Self::VersionGone, "version-gone", 410, "This version of the contract is gone"),
        (Self::Malformed, "malformed", 400, "The request cannot be read"),
        (Self::NotAllowed, "not-allowed", 403, "The request is not allowed"),
        (Self::EtagNeeded, "etag-needed", 428, "If-Match is needed"),
        (Self::KeyReused, "key-reused", 422, "The key was used for another request"),
        (Self::DocumentDiffers, "document-differs", 409, "Another document has this id"),
    ];

    fn entry(self) -> &'static (Self, &'static str, u16, &'static str) {
        static FALLBACK: (Slug, &str, u16, &str) = (Slug::ServerError, "server-error", 500, "A fault of the server");
        static TABLE: [(Slug, &str, u16, &str); 34] = Slug::TABLE;
        TABLE.iter().find(|entry| entry.0 == self).unwrap_or(&FALLBACK)
    }

    /// The code on the wire, which is also the last part of the text key `p.…`.
    pub fn code(self) -> &'static str {
        self.entry().1
    }

    /// The HTTP status it comes with.
    pub fn status(self) -> u16 {
        self.entry().2
    }

    /// For people who read logs; never shown.
    pub fn title(self) -> &'static str {
        self.entry().3
    }

    /// The slug with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::TABLE.iter().find(|entry| entry.1 == code).map(|entry| entry.0)
    }
}

/// A problem body. All members beside the first four belong to single slugs (contract §4).
#[derive(Clone, Debug, Default, PartialEq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Problem {
    /// URI whose part after `/problems/` is the slug.
    #[serde(rename = "type")]
    pub problem_type: String,
    /// For logs.
    pub title: String,
    /// As the response's.
    pub status: u16,
    /// Told to the person with unexpected failures, and in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// `invalid`: what to change where.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ItemError>,
    /// `act-refused`: where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// `act-refused`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<u32>,
    /// `act-refused`: what may be done instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Act>,
    /// `outside-window`, `maintenance`.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// `outside-window`, `maintenance`, `slow-down`.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// `documents-missing`: their ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    /// `questionnaire-changed`: the one to use, `id|version`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub questionnaire: Option<String>,
    /// `stale`, `draft-newer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `application-open`, `grant-needed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// Tries left: `code-wrong`, `identity-mismatch`, `no-match`; `code-ended`: none, where it ended with its tries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<u32>,
    /// `identity-mismatch`: tries in all; `too-large`: bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// `slow-down`: `code`, `tries`, `day`, `collection`, `rate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// `hash-mismatch`: what the server stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// `hash-mismatch`: bytes the server stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// `document-refused`: a document code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// `document-refused`: its params.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub params: Option<serde_json::Value>,
    /// `hold-ended`: the slot that was held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<Slot>,
    /// `hold-ended`: it is still free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free: Option<bool>,
    /// `slot-taken`, `hold-ended`: the nearest three, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nearest: Vec<Slot>,
}

impl Problem {
    /// A problem of that kind with nothing more to say.
    pub fn new(slug: Slug) -> Self {
        Self {
            problem_type: format!("{PROBLEM_BASE}{}", slug.code()),
            title: slug.title().into(),
            status: slug.status(),
            ..Self::default()
        }
    }

    /// What kind it is; `None` for a type we do not know, which is handled by its status.
    pub fn slug(&self) -> Option<Slug> {
        let (_, code) = self.problem_type.rsplit_once("/problems/")?;
        Slug::from_code(code)
    }
}

/// One thing to change. Codes: contract §4.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ItemError {
    /// The item, or `#/@member` of the request.
    pub pointer: Pointer,
    /// What is wrong: the last part of the text key `e.…`.
    pub code: String,
    /// Numbers and dates for the sentence.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub params: serde_json::Map<String, serde_json::Value>,
}

impl ItemError {
    /// A thing to change that needs no numbers to be said.
    pub fn new(pointer: Pointer, code: &str) -> Self {
        Self { pointer, code: code.into(), params: serde_json::Map::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_read_after_problems_whoever_documents_it() {
        for (_, code, status, _) in Slug::TABLE {
            let slug = Slug::from_code(code).unwrap();
            assert_eq!((slug.code(), slug.status()), (code, status));
            let vendor =
                Problem { problem_type: format!("https://vendor.example/x/problems/{code}"), ..Problem::default() };
            assert_eq!(vendor.slug(), Some(slug));
        }
        assert_eq!(Problem::default().slug(), None);
    }

    #[test]
    fn a_problem_with_strange_members_is_read() {
        let read: Problem = serde_json::from_str(
            r##"{"type":"x/problems/invalid","new":1,"errors":[{"pointer":"#/a","code":"required"}]}"##,
        )
        .unwrap();
        assert_eq!(read.errors.len(), 1);
    }
}
