//! What may be done to an application, and by whom (contract §2.2).
use crate::json::FromJson;
use serde::Serialize;

/// Something done to an application.
///
/// Source: contract §2.2. An act that a newer server knows and we do not is read as [`Act::Unknown`]: as an action it is not drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Fill in what is open. Makes no event.
    Edit,
    /// Send the application.
    Submit,
    /// Take it back before the review begins.
    Recall,
    /// Give the matter up.
    Withdraw,
    /// A reviewer opens it.
    Begin,
    /// Items go back, each with a code and words.
    Return,
    /// A late scan refused a document. Costs no attempt.
    ScanReturn,
    /// Answer the returned items.
    Supplement,
    /// Ask the person to come to an office.
    CallIn,
    /// Take in person what was brought.
    Receive,
    /// The papers are in order.
    Accept,
    /// The papers will not do.
    Reject,
    /// Take an appointment.
    Book,
    /// Move the appointment.
    Change,
    /// Give the appointment up.
    Cancel,
    /// The site cancels.
    CloseSlot,
    /// The person did not come.
    Miss,
    /// The person came.
    Attend,
    /// Send an examination report.
    Report,
    /// Parts of the report go back.
    ReturnReport,
    /// Something must be examined again or added.
    ReExamine,
    /// Passed.
    Pass,
    /// A finding: see a doctor.
    Refer,
    /// Not fit for this work.
    Unfit,
    /// The credential is signed.
    Issue,
    /// Take the certificate.
    Collect,
    /// Time ran out.
    Lapse,
    /// A certificate may not be used for now (contract §2.3): like the next two no act of the table, told in an event.
    Suspend,
    /// It may be used again.
    Reinstate,
    /// A certificate is ended for good.
    Revoke,
    /// An act of a newer server.
    #[serde(other)]
    Unknown,
}

/// Who does an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// The person the certificate is for, or who fills in for them.
    Applicant,
    /// The department's reviewer.
    Reviewer,
    /// The examination centre.
    Examiner,
    /// The office that issues.
    Issuer,
    /// A program of the office.
    System,
    /// Time passing.
    Clock,
    /// An actor of a newer server.
    #[serde(other)]
    Unknown,
}

impl Act {
    /// Every act of the table, in the order of contract §2.2.
    pub const ALL: [Self; 27] = [
        Self::Edit,
        Self::Submit,
        Self::Recall,
        Self::Withdraw,
        Self::Begin,
        Self::Return,
        Self::ScanReturn,
        Self::Supplement,
        Self::CallIn,
        Self::Receive,
        Self::Accept,
        Self::Reject,
        Self::Book,
        Self::Change,
        Self::Cancel,
        Self::CloseSlot,
        Self::Miss,
        Self::Attend,
        Self::Report,
        Self::ReturnReport,
        Self::ReExamine,
        Self::Pass,
        Self::Refer,
        Self::Unfit,
        Self::Issue,
        Self::Collect,
        Self::Lapse,
    ];

    /// The code on the wire, which is also the last part of the text keys `act.…` and `event.…`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Submit => "submit",
            Self::Recall => "recall",
            Self::Withdraw => "withdraw",
            Self::Begin => "begin",
            Self::Return => "return",
            Self::ScanReturn => "scan-return",
            Self::Supplement => "supplement",
            Self::CallIn => "call-in",
            Self::Receive => "receive",
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Book => "book",
            Self::Change => "change",
            Self::Cancel => "cancel",
            Self::CloseSlot => "close-slot",
            Self::Miss => "miss",
            Self::Attend => "attend",
            Self::Report => "report",
            Self::ReturnReport => "return-report",
            Self::ReExamine => "re-examine",
            Self::Pass => "pass",
            Self::Refer => "refer",
            Self::Unfit => "unfit",
            Self::Issue => "issue",
            Self::Collect => "collect",
            Self::Lapse => "lapse",
            Self::Suspend => "suspend",
            Self::Reinstate => "reinstate",
            Self::Revoke => "revoke",
            Self::Unknown => "unknown",
        }
    }

    /// The act of the table with that code on the wire.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == code)
    }
}

impl Actor {
    /// The code on the wire, which is also the last part of the text key `actor.…`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Applicant => "applicant",
            Self::Reviewer => "reviewer",
            Self::Examiner => "examiner",
            Self::Issuer => "issuer",
            Self::System => "system",
            Self::Clock => "clock",
            Self::Unknown => "unknown",
        }
    }
}
