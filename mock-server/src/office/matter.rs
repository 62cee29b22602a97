//! One application as the office keeps it: what the record is made from, and how it is read and stored.
use super::{Answer, Fault};
use chrono::{Duration, NaiveDate};
use contract::{
    api::{Appeal, DecisionKind, ExaminationOutcome, Instant, ReportCheck, ReturnedItem, Route, Words},
    application::State,
    questionnaire::Pointer,
};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use std::collections::BTreeMap;

/// What the office knows of one application, but for answers, documents and events, which are kept beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Matter {
    /// UUID made by the app.
    pub id: String,
    /// Whose login.
    pub subject: String,
    /// Grows with every change.
    pub version: u64,
    /// Where it stands.
    pub state: State,
    /// 1 to 4; an end keeps the stage it ended in.
    pub stage: u8,
    /// Since when.
    pub since: Instant,
    /// When it was begun.
    pub made_at: Instant,
    /// To read aloud.
    pub number: Option<String>,
    /// Submissions so far.
    pub round: u32,
    /// Reports so far.
    pub report_round: u32,
    /// `id|version` that the next submission names.
    pub questionnaire: String,
    /// `id|version` of the report form.
    pub report_questionnaire: Option<String>,
    /// Certificate it renews.
    pub renews: Option<String>,
    /// Whom it is for, in full.
    pub facts: Option<PersonFacts>,
    /// Kind of work.
    pub category: Option<CategoryFact>,
    /// What the applicant owes.
    pub due_on: Option<NaiveDate>,
    /// What the office owes.
    pub reply_by: Option<NaiveDate>,
    /// What came back and is not answered yet.
    pub returned: Vec<ReturnedItem>,
    /// Bytes that were ever refused, by pointer.
    pub refused: BTreeMap<Pointer, Vec<String>>,
    /// `return` acts.
    pub attempts: u32,
    /// `return-report` acts.
    pub report_attempts: u32,
    /// The way in person, from the first return on.
    pub in_person: Option<WayInPerson>,
    /// Ways of examination left, where an examiner narrowed them.
    pub routes: Option<Vec<Route>>,
    /// Booking is possible from then on.
    pub book_from: Option<Instant>,
    /// The check-in code of a visit that was missed: who comes late shows it.
    #[serde(default)]
    pub missed_code: Option<String>,
    /// The check-in codes that its visit had before it was moved: the desk says so of one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved_codes: Vec<String>,
    /// Where to see a doctor.
    pub referral: Option<ReferralFact>,
    /// Why it was not accepted.
    pub decision: Option<DecisionFact>,
    /// What the examination found.
    pub findings: Findings,
    /// Tries at collection.
    pub collection: CollectionTries,
    /// Certificate, once issued.
    pub certificate: Option<String>,
    /// Its last day, while time can still end it.
    #[serde(default)]
    pub certificate_ends: Option<NaiveDate>,
    /// Its person wants to be told of its end in good time.
    #[serde(default)]
    pub wants_reminder: bool,
    /// The day that they are told on, until they were.
    #[serde(default)]
    pub remind_on: Option<NaiveDate>,
    /// Another login has an open application for this ID number. For the reviewer alone.
    pub also_elsewhere: bool,
    /// Its clock differs from the office's by so many seconds (moved for tests, by `/test/acts`
    /// or at the desk).
    pub clock_ahead: i64,
    /// The language its person was last seen reading.
    pub language: String,
    /// Answers and documents were erased.
    pub erased: bool,
}

/// The facts that the office must find in any form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonFacts {
    /// As on the document, NFC.
    pub name: String,
    /// In full: read by staff only through an audited call.
    pub id_number: String,
    /// E.164.
    pub phone: String,
}

/// A kind of work: a code of the form, or own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryFact {
    /// Empty for own words.
    pub code: String,
    /// Own words, or the form's base language.
    pub title: String,
    /// Own words, where the office chose a code for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<String>,
}

/// The way in person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayInPerson {
    /// What the office says.
    pub words: Option<Words>,
    /// Site ids.
    pub sites: Vec<String>,
    /// What to bring.
    pub bring: Vec<String>,
}

/// Where to see a doctor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralFact {
    /// Name.
    pub place: String,
    /// Address.
    pub address: String,
    /// What to bring.
    pub bring: Vec<String>,
    /// The examiner's words.
    pub words: Option<Words>,
}

/// Why it was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionFact {
    /// For papers or for a finding.
    pub kind: DecisionKind,
    /// The office's words.
    pub words: Option<Words>,
    /// How to disagree.
    pub appeal: Option<Appeal>,
}

/// What the examination found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Findings {
    /// Day of the visit or of the report.
    pub examined_on: Option<NaiveDate>,
    /// Results are due.
    pub results_by: Option<NaiveDate>,
    /// The conclusion.
    pub outcome: Option<ExaminationOutcome>,
    /// FHIR `Observation`s.
    pub observations: Vec<serde_json::Value>,
    /// What was found, in words.
    pub finding: Option<Words>,
    /// What the examiner advises.
    pub advice: Option<Words>,
    /// What the examiner found in the report.
    pub report_check: Vec<ReportCheck>,
    /// Profiles that the office added to what the work asks for.
    pub added: Vec<String>,
    /// Codes of what is examined again, once it is; empty for all of it.
    pub again: Option<Vec<String>>,
}

/// Tries at collection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionTries {
    /// Left.
    pub left: u32,
    /// Locked until then.
    pub locked_until: Option<Instant>,
}

/// Tries before collection is locked.
pub(super) const COLLECTION_TRIES: u32 = 3;
/// `return` acts that the office allows.
pub const ATTEMPTS: u32 = 3;
/// `return-report` acts that the office allows.
pub const REPORT_ATTEMPTS: u32 = 2;

impl Matter {
    /// A fresh draft.
    pub fn new(id: &str, subject: &str, questionnaire: &str, now: Instant) -> Self {
        Self {
            id: id.into(),
            subject: subject.into(),
            version: 1,
            state: State::Draft,
            stage: 1,
            since: now,
            made_at: now,
            number: None,
            round: 0,
            report_round: 0,
            questionnaire: questionnaire.into(),
            report_questionnaire: None,
            renews: None,
            facts: None,
            category: None,
            due_on: None,
            reply_by: None,
            returned: Vec::new(),
            refused: BTreeMap::new(),
            attempts: 0,
            report_attempts: 0,
            in_person: None,
            routes: None,
            book_from: None,
            missed_code: None,
            moved_codes: Vec::new(),
            referral: None,
            decision: None,
            findings: Findings::default(),
            collection: CollectionTries { left: COLLECTION_TRIES, locked_until: None },
            certificate: None,
            certificate_ends: None,
            wants_reminder: false,
            remind_on: None,
            also_elsewhere: false,
            clock_ahead: 0,
            language: "zh-CN".into(),
            erased: false,
        }
    }

    /// This application's time.
    pub fn now(&self, office: Instant) -> Instant {
        office + Duration::seconds(self.clock_ahead)
    }

    /// Whether it is the report form that may be filled in now.
    pub fn at_report(&self) -> bool {
        matches!(self.state, State::Accepted | State::Missed | State::ReportReturned)
    }
}

/// An application by its id.
pub(super) async fn load(db: &mut SqliteConnection, id: &str) -> Answer<Option<Matter>> {
    let body: Option<String> =
        sqlx::query_scalar("SELECT body FROM application WHERE id = ?").bind(id).fetch_optional(db).await?;
    body.map(|body| serde_json::from_str(&body).map_err(Fault::from)).transpose()
}

/// The application of this person that renews a certificate and is not at an end.
pub(super) async fn renewing(db: &mut SqliteConnection, subject: &str, certificate: &str) -> Answer<Option<String>> {
    let all = renewals(db, subject, certificate).await?;
    Ok(all.into_iter().find(|matter| !matter.state.is_end()).map(|matter| matter.id))
}

/// Whether this person has sent in a renewal of a certificate, and it did not come to nothing: they may have its certificate
/// already.
pub(super) async fn is_renewed(db: &mut SqliteConnection, subject: &str, certificate: &str) -> Answer<bool> {
    let sent = |matter: &Matter| matter.state != State::Draft && !matter.state.is_end_without_certificate();
    Ok(renewals(db, subject, certificate).await?.iter().any(sent))
}

/// The applications of this person that renew a certificate, the oldest first.
async fn renewals(db: &mut SqliteConnection, subject: &str, certificate: &str) -> Answer<Vec<Matter>> {
    let query = "SELECT body FROM application WHERE subject = ? AND json_extract(body, '$.renews') = ? ORDER BY seq";
    let bodies: Vec<String> = sqlx::query_scalar(query).bind(subject).bind(certificate).fetch_all(db).await?;
    bodies.iter().map(|body| Ok(serde_json::from_str(body)?)).collect()
}

/// Stores an application. `wake_at` is when the clock must look at it.
pub(super) async fn save(db: &mut SqliteConnection, matter: &Matter, wake_at: Option<i64>) -> Answer<()> {
    sqlx::query(
        "INSERT INTO application (id, subject, state, number, id_number, made_at, seq, wake_at, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, (SELECT coalesce(max(seq), 0) + 1 FROM application), ?7, ?8)
         ON CONFLICT (id) DO UPDATE SET state = ?3, number = ?4, id_number = ?5, wake_at = ?7, body = ?8",
    )
    .bind(&matter.id)
    .bind(&matter.subject)
    .bind(matter.state.code())
    .bind(&matter.number)
    .bind(matter.facts.as_ref().map(|facts| facts.id_number.clone()).filter(|number| !number.is_empty()))
    .bind(matter.made_at.timestamp())
    .bind(wake_at)
    .bind(serde_json::to_string(matter)?)
    .execute(db)
    .await?;
    Ok(())
}
