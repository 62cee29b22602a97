//! Where an application stands: nineteen states in four stages (contract §2.1).
use crate::json::FromJson;
use serde::Serialize;

/// Where an application stands.
///
/// Source: contract §2.1. A state that a newer server knows and we do not is read as [`State::Unknown`] and shown as "in progress".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Being filled in, not yet sent.
    Draft,
    /// The office has it; nobody has looked yet.
    Submitted,
    /// A reviewer is looking.
    InReview,
    /// Items came back and wait for the applicant.
    Returned,
    /// The applicant has answered the returned items.
    Resubmitted,
    /// The matter goes on in person.
    Counter,
    /// Papers are in order; an examination is due.
    Accepted,
    /// A visit is booked.
    Booked,
    /// The visit was missed.
    Missed,
    /// Examined on site; results are awaited.
    Examined,
    /// A report is being checked.
    ReportReview,
    /// Parts of the report came back.
    ReportReturned,
    /// A doctor must be seen first: a finding, not a paper fault.
    Referred,
    /// Passed; the certificate is being issued.
    Passed,
    /// Ready to collect.
    Issued,
    /// In the applicant's hands.
    Collected,
    /// Not accepted, for papers or for a finding.
    Rejected,
    /// Withdrawn by the applicant.
    Withdrawn,
    /// Closed because time ran out.
    Lapsed,
    /// A state of a newer server.
    #[serde(other)]
    Unknown,
}

/// One of the four stages a person sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// 1: the form and its documents.
    Apply,
    /// 2: the department looks.
    Review,
    /// 3: on site, or a report.
    Examination,
    /// 4: issued and collected.
    Certificate,
}

/// Who has to do something, the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// The applicant.
    Applicant,
    /// The office.
    Office,
    /// Nobody: it has ended.
    Nobody,
}

impl Stage {
    /// The stages in their order.
    pub const ALL: [Self; 4] = [Self::Apply, Self::Review, Self::Examination, Self::Certificate];

    /// 1 to 4, as on the wire.
    pub const fn number(self) -> u8 {
        match self {
            Self::Apply => 1,
            Self::Review => 2,
            Self::Examination => 3,
            Self::Certificate => 4,
        }
    }

    /// The stage of that number, if there is one.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.number() == number)
    }
}

impl State {
    /// Every state we know, in the order of contract §2.1.
    pub const ALL: [Self; 19] = [
        Self::Draft,
        Self::Submitted,
        Self::InReview,
        Self::Returned,
        Self::Resubmitted,
        Self::Counter,
        Self::Accepted,
        Self::Booked,
        Self::Missed,
        Self::Examined,
        Self::ReportReview,
        Self::ReportReturned,
        Self::Referred,
        Self::Passed,
        Self::Issued,
        Self::Collected,
        Self::Rejected,
        Self::Withdrawn,
        Self::Lapsed,
    ];

    /// The stage this state belongs to; an end keeps the stage it ended in, which only the record knows.
    pub const fn stage(self) -> Option<Stage> {
        match self {
            Self::Draft => Some(Stage::Apply),
            Self::Submitted | Self::InReview | Self::Returned | Self::Resubmitted | Self::Counter => {
                Some(Stage::Review)
            }
            Self::Accepted
            | Self::Booked
            | Self::Missed
            | Self::Examined
            | Self::ReportReview
            | Self::ReportReturned
            | Self::Referred => Some(Stage::Examination),
            Self::Passed | Self::Issued | Self::Collected => Some(Stage::Certificate),
            Self::Rejected | Self::Withdrawn | Self::Lapsed | Self::Unknown => None,
        }
    }

    /// Nothing more will happen, but that a collected certificate may be collected again.
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Collected) || self.is_end_without_certificate()
    }

    /// It has ended, and no certificate came of it.
    pub const fn is_end_without_certificate(self) -> bool {
        matches!(self, Self::Rejected | Self::Withdrawn | Self::Lapsed)
    }

    /// Whose turn it is. A state of a newer server asks nothing of somebody whose app cannot say what.
    pub const fn turn(self) -> Turn {
        match self {
            Self::Draft
            | Self::Returned
            | Self::Counter
            | Self::Accepted
            | Self::Booked
            | Self::Missed
            | Self::ReportReturned
            | Self::Referred
            | Self::Issued => Turn::Applicant,
            Self::Submitted
            | Self::InReview
            | Self::Resubmitted
            | Self::Examined
            | Self::ReportReview
            | Self::Passed
            | Self::Unknown => Turn::Office,
            Self::Collected | Self::Rejected | Self::Withdrawn | Self::Lapsed => Turn::Nobody,
        }
    }

    /// Whether the office has to do the next step.
    pub const fn waits_for_office(self) -> bool {
        matches!(self.turn(), Turn::Office)
    }

    /// The code on the wire, which is also the last part of the text keys `status.…` and `next.…`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::InReview => "in-review",
            Self::Returned => "returned",
            Self::Resubmitted => "resubmitted",
            Self::Counter => "counter",
            Self::Accepted => "accepted",
            Self::Booked => "booked",
            Self::Missed => "missed",
            Self::Examined => "examined",
            Self::ReportReview => "report-review",
            Self::ReportReturned => "report-returned",
            Self::Referred => "referred",
            Self::Passed => "passed",
            Self::Issued => "issued",
            Self::Collected => "collected",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
            Self::Unknown => "unknown",
        }
    }

    /// The state with that code on the wire.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}
