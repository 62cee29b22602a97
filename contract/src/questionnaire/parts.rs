//! The parts of an item: conditions, options, bounds, rules, and what our extensions say (forms/README.md §2).
use super::date::Offset;
use super::text::Text;
use super::value::{Coding, Quantity, Value};

/// One condition of `enableWhen`.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The item whose answer decides.
    pub question: usize,
    /// How it is compared.
    pub operator: Operator,
    /// With what.
    pub answer: Value,
}

/// How an answer is compared in a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Whether there is an answer.
    Exists,
    /// One of the answers is this.
    Equal,
    /// There are answers, and none of them is this (R4: false without an answer).
    NotEqual,
    /// Greater, or later.
    Greater,
    /// Less, or earlier.
    Less,
    /// Greater or equal.
    GreaterOrEqual,
    /// Less or equal.
    LessOrEqual,
}

impl Operator {
    /// Whether it asks which of two is more.
    pub const fn needs_order(self) -> bool {
        match self {
            Self::Exists | Self::Equal | Self::NotEqual => false,
            Self::Greater | Self::Less | Self::GreaterOrEqual | Self::LessOrEqual => true,
        }
    }
}

/// How conditions are joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behaviour {
    /// All must hold.
    #[default]
    All,
    /// One is enough.
    Any,
}

/// One entry of a list.
#[derive(Clone, Debug)]
pub struct AnswerOption {
    /// What is stored.
    pub value: Value,
    /// What is read.
    pub display: Text,
    /// Choosing it clears the others.
    pub exclusive: bool,
}

/// Bounds of an answer.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Fewest answers or rows.
    pub min_occurs: Option<u32>,
    /// Most answers or rows.
    pub max_occurs: Option<u32>,
    /// Fewest code points.
    pub min_length: Option<u32>,
    /// Most code points.
    pub max_length: Option<u32>,
    /// Least value.
    pub min_value: Option<Value>,
    /// Greatest value.
    pub max_value: Option<Value>,
    /// Most decimal places.
    pub max_decimal_places: Option<u32>,
    /// An ECMAScript pattern the whole text must match.
    pub regex: Option<String>,
    /// Media types that may be chosen.
    pub mime_types: Vec<String>,
    /// Largest file, in MB.
    pub max_size_mb: Option<f64>,
}

/// A rule by code (forms/README.md §5).
#[derive(Clone, Debug)]
pub struct Rule {
    /// Which rule.
    pub code: RuleCode,
    /// The item that tells more: the kind of ID.
    pub item: Option<String>,
    /// From where a date is measured.
    pub anchor: Option<Anchor>,
    /// How far from there.
    pub offset: Offset,
    /// Whether failing it blocks.
    pub severity: Severity,
    /// What to say instead of our own sentence.
    pub message: Option<Text>,
    /// For whom it holds: all of these.
    pub when: Vec<When>,
}

impl Rule {
    /// The items that it names.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.looks_at().chain(self.when.iter().map(|when| &when.question))
    }

    /// The items of which it takes one answer: the kind of document, the day from which it measures.
    pub fn looks_at(&self) -> impl Iterator<Item = &String> {
        let anchor = match &self.anchor {
            Some(Anchor::Item(link_id)) => Some(link_id),
            Some(Anchor::Today) | None => None,
        };
        self.item.iter().chain(anchor)
    }
}

/// An answer that a rule waits for.
#[derive(Clone, Debug)]
pub struct When {
    /// The linkId of the question.
    pub question: String,
    /// How its answer is compared.
    pub operator: Operator,
    /// With what.
    pub answer: Value,
}

/// The rules there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleCode {
    /// A number of an identity document.
    CnIdentityNumber,
    /// A person's name.
    PersonName,
    /// An employer's code.
    CnUscc,
    /// A telephone number.
    Phone,
    /// A number of an old certificate.
    CertificateNumber,
    /// On or after a day.
    DateNotBefore,
    /// On or before a day.
    DateNotAfter,
}

impl RuleCode {
    const ALL: [(Self, &'static str); 7] = [
        (Self::CnIdentityNumber, "cn-identity-number"),
        (Self::PersonName, "person-name"),
        (Self::CnUscc, "cn-uscc"),
        (Self::Phone, "phone"),
        (Self::CertificateNumber, "certificate-number"),
        (Self::DateNotBefore, "date-not-before"),
        (Self::DateNotAfter, "date-not-after"),
    ];

    /// The code of a rule.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(rule, _)| *rule == self).map_or("", |(_, code)| code)
    }

    /// The rule of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, c)| *c == code).map(|(rule, _)| *rule)
    }
}

/// From where a date is measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The server's date, in the office's zone.
    Today,
    /// The answer of another item.
    Item(String),
}

/// Whether failing a rule blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Severity {
    /// It blocks.
    #[default]
    Error,
    /// It is only said.
    Warning,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    /// The item that contains it.
    pub from: String,
    /// Which part.
    pub by: DerivedBy,
}

/// Which part of a number a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DerivedBy {
    /// The birth date.
    BirthDate,
    /// The sex.
    Sex,
}

/// How careful to be with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensitivity {
    /// Covered until tapped.
    Mask,
    /// Refused by the certificate's builder.
    NeverOnCertificate,
    /// Erased after the results.
    DeleteAfterExamination,
}

/// From where an answer may be filled in, to be confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefill {
    /// The phone of the sign-in.
    SessionPhone,
    /// The last certificate, on renewal.
    LastCertificate,
    /// That it is a renewal: the entry of this code.
    Renewal,
}

/// What a good picture of a document is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DocumentSpec {
    /// `id-front`, `portrait`, `letter`, …
    pub kind: String,
    /// What is looked at: `blur`, `glare`, …
    pub checks: Vec<String>,
    /// `environment` or `user`.
    pub capture: Option<String>,
    /// Width by height, for the frame.
    pub aspect: Option<f64>,
    /// Drawn into the copy that is sent, in the base language.
    pub watermark: Option<Text>,
}

/// What the office must find in any form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The applicant's name.
    Name,
    /// The number of the identity document.
    IdNumber,
    /// The telephone.
    Phone,
    /// The category of work.
    Category,
}

/// A consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// What sort of consent.
    pub kind: ConsentKind,
    /// About what: `identity`, `health`, …
    pub topic: String,
    /// Changes with any word of the text.
    pub version: String,
    /// The other way, for one who would rather not.
    pub refusal: Option<Text>,
}

/// What sort of consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentKind {
    /// To be asked apart, before the data it is about.
    SeparateConsent,
    /// That the answers are true.
    Declaration,
    /// A service one may have.
    Service,
}

/// Which answer of an older form an item takes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenamedFrom {
    /// Its linkId then.
    pub link_id: String,
    /// The version it was asked in.
    pub version: String,
    /// How.
    pub how: TakeOver,
    /// Pairs for [`TakeOver::Map`]: from, to.
    pub values: Vec<(String, String)>,
}

/// How an old answer is taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakeOver {
    /// As it is, if it passes type and rules.
    Copy,
    /// Through the pairs.
    Map,
    /// Only shown beside the new question.
    Suggest,
}

/// A question that is not asked any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetiredItem {
    /// Its linkId.
    pub link_id: String,
    /// The version it was last asked in.
    pub version: String,
    /// Why not any more.
    pub reason: Text,
}

/// The unit of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// For people.
    pub shown: Text,
    /// UCUM.
    pub coding: Coding,
}

impl Unit {
    /// So many of it.
    pub(super) fn of(&self, value: f64) -> Quantity {
        Quantity { value, unit: Some(self.shown.base().to_owned()), code: Some(self.coding.code.clone()) }
    }
}

/// Picture and time of a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepSpec {
    /// `certificate person phone work health camera check`.
    pub icon: Option<String>,
    /// How long it takes.
    pub minutes: Option<u32>,
    /// A sentence before the questions.
    pub lead: Option<Text>,
}

/// One page: a top-level group, or a run of top-level questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The group's linkId, or that of the first question. Names the step in URLs.
    pub link_id: String,
    /// What it is called.
    pub title: Text,
    /// Picture and time.
    pub spec: StepSpec,
    /// The top-level items on it.
    pub items: Vec<usize>,
}
