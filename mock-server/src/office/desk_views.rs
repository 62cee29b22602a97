//! What the desk reads: the queue, one application in full, a site's day. Changes go through `acts`.
use super::{
    Answer, Case, Fault, Mark, Matter, Office, SlotId, Viewer, at_second, audit, documents, matter, papers::FormKind,
};
use chrono::NaiveDate;
use contract::{
    api::{ApplicationRecord, CertificateState, DecisionKind, Document, Instant, Words},
    application::{Act, State},
    identity::{ResidentId, compact},
    questionnaire::{Form, Pointer},
};
use serde_json::Value as Json;
use std::collections::{BTreeMap, HashMap};

/// What a reviewer should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flag {
    /// The number begins with no province that we know. Codes are abolished and added: this proves nothing.
    UnknownArea,
    /// Another login has an open application for the same number.
    AlsoElsewhere,
    /// Advice on a picture that the person overrode: item and advice.
    Insisted(Pointer, String),
    /// The kind of work was written in own words.
    OwnCategory(String),
}

/// Which applications are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// Those that somebody still has something to do with, the office or their applicant.
    Open,
    /// All that were ever submitted.
    Submitted,
    /// Drafts too.
    All,
}

/// One line of the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueRow {
    /// Application id.
    pub id: String,
    /// To read aloud.
    pub number: Option<String>,
    /// Where it stands.
    pub state: State,
    /// Since when, by its own clock.
    pub since: Instant,
    /// Holder's name.
    pub name: String,
    /// Code of the kind of work; empty for own words.
    pub category: String,
    /// Own words, or the title that the form gave it.
    pub category_words: String,
    /// Own words, where the office chose the code for them.
    pub category_own: Option<String>,
    /// Submissions so far.
    pub round: u32,
    /// What the applicant owes.
    pub due_on: Option<NaiveDate>,
    /// What the office owes.
    pub reply_by: Option<NaiveDate>,
    /// Certificate, once issued.
    pub certificate: Option<String>,
    /// That certificate holds no more: somebody has ended or stopped it, or its time is over.
    pub stopped: Option<CertificateState>,
    /// Why it was not accepted, where it was not.
    pub decision: Option<DecisionKind>,
    /// It waits for the office, and something about it should be looked at.
    pub flagged: bool,
}

/// One submission, supplement or report as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Round {
    /// Application or report.
    pub is_report: bool,
    /// Which.
    pub round: u32,
    /// When.
    pub at: Instant,
    /// `id|version`.
    pub questionnaire: String,
    /// The answers that count after it: a whole FHIR `QuestionnaireResponse`. `None` once erased.
    pub answers: Option<Json>,
    /// Only what was sent in this round.
    pub sent: Option<Json>,
    /// Notes to the reviewer.
    pub notes: BTreeMap<Pointer, Words>,
    /// It was taken back.
    pub recalled: bool,
}

/// A document with the item that it fills.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentAtDesk {
    /// As in the record.
    pub document: Document,
    /// The newest submission names it.
    pub named: bool,
}

/// One application in full.
pub struct FullApplication {
    /// As its applicant sees it.
    pub record: ApplicationRecord,
    /// What the office keeps. The ID number in it is read only through [`Office::id_number`].
    pub matter: Matter,
    /// Everything sent, newest first.
    pub rounds: Vec<Round>,
    /// All documents.
    pub documents: Vec<DocumentAtDesk>,
    /// What to look at.
    pub flags: Vec<Flag>,
    /// Open applications of other logins for the same ID number: id and number to read aloud.
    pub elsewhere: Vec<(String, String)>,
    /// That it was this that was looked at.
    pub mark: Mark,
}

/// Somebody who has a place, or had it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// The application.
    pub application: String,
    /// As it was submitted.
    pub name: String,
    /// The code to show or say.
    pub check_in: String,
}

/// A slot with who is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotAtDesk {
    /// Its name.
    pub id: String,
    /// Begins.
    pub start: Instant,
    /// Ends.
    pub end: Instant,
    /// Places.
    pub capacity: u32,
    /// Who has a place.
    pub booked: Vec<Visitor>,
    /// Whose visit is not to come any more and whose place nobody else has, and by which act.
    pub spent: Vec<(Visitor, Act)>,
    /// Places held for somebody who is choosing.
    pub held: u32,
}

/// Whether a number says an area, and one that we do not know. Other documents' numbers say none.
fn is_of_no_known_area(number: &str, today: NaiveDate) -> bool {
    ResidentId::parse(number, today).is_ok_and(|id| !id.has_known_area())
}

/// What to look at; a document that was replaced or discarded is nothing to look at.
fn flags(matter: &Matter, named: &[Document], today: NaiveDate) -> Vec<Flag> {
    let mut flags = Vec::new();
    let number = matter.facts.as_ref().map(|facts| facts.id_number.as_str()).unwrap_or_default();
    if is_of_no_known_area(number, today) {
        flags.push(Flag::UnknownArea);
    }
    if matter.also_elsewhere {
        flags.push(Flag::AlsoElsewhere);
    }
    if let Some(category) = matter.category.as_ref().filter(|category| category.code.is_empty()) {
        flags.push(Flag::OwnCategory(category.title.clone()));
    }
    for document in named {
        let insisted = document.insisted.iter();
        flags.extend(insisted.map(|advice| Flag::Insisted(document.pointer.clone(), advice.clone())));
    }
    flags
}

impl Office {
    /// Applications, those that wait for the office longest first. None is left out for there being many: what nobody sees
    /// nobody decides.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn queue(&self, which: Listed) -> Answer<Vec<QueueRow>> {
        self.tick().await?;
        let mut db = self.store.read().await?;
        let over: Vec<&str> = State::ALL.into_iter().filter(|it| it.is_end()).map(State::code).collect();
        let bodies: Vec<String> = sqlx::query_scalar(
            "SELECT body FROM application WHERE (?1 OR number IS NOT NULL) AND NOT (?2 AND state IN (SELECT value FROM json_each(?3))) ORDER BY seq DESC",
        )
        .bind(which == Listed::All)
        .bind(which == Listed::Open)
        .bind(serde_json::to_string(&over)?)
        .fetch_all(&mut *db)
        .await?;
        let stopped: HashMap<String, String> =
            sqlx::query_as("SELECT id, state FROM certificate WHERE state IN ('suspended', 'revoked', 'expired')")
                .fetch_all(&mut *db)
                .await?
                .into_iter()
                .collect();
        let (mut rows, today) = (Vec::new(), self.now().date_naive());
        for body in bodies {
            let matter: Matter = serde_json::from_str(&body)?;
            let flagged = matter.state.waits_for_office()
                && !flags(&matter, &documents::named_of(&mut db, &matter.id).await?, today).is_empty();
            let category = matter.category.as_ref();
            rows.push(QueueRow {
                id: matter.id.clone(),
                number: matter.number.clone(),
                state: matter.state,
                since: matter.since,
                name: matter.facts.as_ref().map(|facts| facts.name.clone()).unwrap_or_default(),
                category: category.map(|category| category.code.clone()).unwrap_or_default(),
                category_words: category.map(|category| category.title.clone()).unwrap_or_default(),
                category_own: category.and_then(|category| category.own.clone()),
                round: matter.round,
                due_on: matter.state.shown_due_on(matter.due_on),
                reply_by: matter.state.shown_reply_by(matter.reply_by),
                certificate: matter.certificate.clone(),
                stopped: matter.certificate.as_ref().and_then(|id| stopped.get(id)).and_then(|state| {
                    let all = [CertificateState::Suspended, CertificateState::Revoked, CertificateState::Expired];
                    all.into_iter().find(|it| it.code() == state)
                }),
                decision: matter.decision.as_ref().map(|decision| decision.kind),
                flagged,
            });
        }
        rows.sort_by_key(|row| (!row.state.waits_for_office(), row.since));
        Ok(rows)
    }

    /// One application in full, without its ID number.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn full(&self, id: &str, who: &str) -> Answer<FullApplication> {
        self.full_in(id, who, "zh-CN").await
    }

    /// The same, with what the office says of itself in the language of its reader.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn full_in(&self, id: &str, who: &str, lang: &str) -> Answer<FullApplication> {
        let mut case = Case::open(self, id).await?.ok_or_else(Fault::not_found)?;
        let record = case.record(&Viewer::reading(lang)).await?;
        let named = documents::named_of(case.txn.db(), id).await?;
        let documents = documents::all_of(case.txn.db(), id).await?;
        let rounds = rounds(&mut case).await?;
        let flags = flags(&case.matter, &named, self.now().date_naive());
        let elsewhere = elsewhere(&mut case).await?;
        let matter = case.matter.clone();
        let real = case.real;
        audit::note(case.txn.db(), real, who, "read-application", id).await?;
        // What time did on the way is seen too.
        case.write("").await?;
        let mark = Mark::of(case.txn.db(), id, &matter.findings).await?;
        case.finish_quietly().await?;
        let at_desk =
            |document: Document| DocumentAtDesk { named: named.iter().any(|it| it.id == document.id), document };
        let documents = documents.into_iter().map(at_desk).collect();
        Ok(FullApplication { record, matter, rounds, documents, flags, elsewhere, mark })
    }

    /// The full ID number. Each read is noted.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn id_number(&self, id: &str, who: &str) -> Answer<String> {
        let mut db = self.store.read().await?;
        let matter = matter::load(&mut db, id).await?.ok_or_else(Fault::not_found)?;
        drop(db);
        self.audit(who, "read-id-number", id).await?;
        Ok(matter.facts.map(|facts| facts.id_number).unwrap_or_default())
    }

    /// The working copy of a document. Each read is noted.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn document_at_desk(&self, id: &str, document: &str, who: &str) -> Answer<(Document, bytes::Bytes)> {
        let found = self.content_for_staff(id, document).await?;
        self.audit(who, "read-document", document).await?;
        Ok(found)
    }

    /// The form that a round was sent under.
    pub fn form(&self, canonical: &str) -> Option<&Form> {
        self.catalogue.version(canonical).map(|file| &file.form)
    }

    /// The application that this check-in code belongs to; also when its time is over, for whoever comes late and is still taken.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn by_check_in(&self, typed: &str) -> Answer<String> {
        let code = check_in_code(typed);
        let mut db = self.store.read().await?;
        let found: Option<String> = sqlx::query_scalar(
            "SELECT application FROM place WHERE check_in = ?1 UNION ALL
             SELECT id FROM application WHERE state = 'missed' AND json_extract(body, '$.missed_code') = ?1",
        )
        .bind(code)
        .fetch_optional(&mut *db)
        .await?;
        found.ok_or_else(Fault::not_found)
    }

    /// The application whose visit had this check-in code before it was moved, and is still to come.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn moved_from(&self, typed: &str) -> Answer<Option<String>> {
        let mut db = self.store.read().await?;
        let found = sqlx::query_scalar(
            "SELECT application.id FROM application, json_each(application.body, '$.moved_codes') AS old
             WHERE old.value = ? AND application.state = 'booked'",
        );
        Ok(found.bind(check_in_code(typed)).fetch_optional(&mut *db).await?)
    }

    /// The slots of a site's day with who is in them.
    ///
    /// # Errors
    /// `not-found`: no such site.
    pub async fn day_at_site(&self, site: &str, day: NaiveDate) -> Answer<Vec<SlotAtDesk>> {
        if !self.catalogue.sites.has(site) {
            return Err(Fault::not_found());
        }
        let now = self.now().timestamp();
        let mut db = self.store.read().await?;
        let mut slots = Vec::new();
        for plan in self.catalogue.sites.slots(site, day, None) {
            let id = plan.id.to_string();
            let booked: Vec<(String, String, String)> = sqlx::query_as(
                "SELECT place.application, coalesce(body ->> '$.facts.name', ''), check_in FROM place JOIN application ON application.id = place.application WHERE slot = ?",
            )
            .bind(&id)
            .fetch_all(&mut *db)
            .await?;
            let spent: Vec<(String, String, String, String)> = sqlx::query_as(
                "SELECT spent.application, coalesce(body ->> '$.facts.name', ''), check_in, act FROM spent JOIN application ON application.id = spent.application WHERE slot = ?",
            )
            .bind(&id)
            .fetch_all(&mut *db)
            .await?;
            let visitor = |(application, name, check_in)| Visitor { application, name, check_in };
            let by_act = |(application, name, check_in, act): (_, _, _, String)| {
                (visitor((application, name, check_in)), Act::from_code(&act).unwrap_or(Act::Unknown))
            };
            let held: i64 = sqlx::query_scalar("SELECT count(*) FROM hold WHERE slot = ? AND real_until > ?")
                .bind(&id)
                .bind(now)
                .fetch_one(&mut *db)
                .await?;
            slots.push(SlotAtDesk {
                start: SlotId::starts_at(&plan.id),
                end: plan.ends_at(),
                capacity: plan.capacity,
                booked: booked.into_iter().map(visitor).collect(),
                spent: spent.into_iter().map(by_act).collect(),
                held: u32::try_from(held).unwrap_or_default(),
                id,
            });
        }
        Ok(slots)
    }
}

/// Whom the reviewer compares with, where two logins have an application for one ID number.
async fn elsewhere(case: &mut Case) -> Answer<Vec<(String, String)>> {
    let number = case.matter.facts.as_ref().map(|facts| facts.id_number.clone()).filter(|it| !it.is_empty());
    let Some(number) = number.filter(|_| case.matter.also_elsewhere) else { return Ok(Vec::new()) };
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT id, number, state FROM application WHERE id_number = ? AND subject <> ? AND number IS NOT NULL ORDER BY seq",
    )
    .bind(number)
    .bind(&case.matter.subject)
    .fetch_all(case.txn.db())
    .await?;
    let is_open = |state: &str| State::from_code(state).is_some_and(|state| !state.is_end());
    Ok(rows.into_iter().filter(|(.., state)| is_open(state)).map(|(id, number, _)| (id, number)).collect())
}

async fn rounds(case: &mut Case) -> Answer<Vec<Round>> {
    type Row = (String, u32, i64, String, Option<String>, Option<String>, String, i64);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT form, round, at, questionnaire, body, merged, notes, recalled FROM submission WHERE application = ? ORDER BY at DESC, round DESC",
    )
    .bind(&case.matter.id)
    .fetch_all(case.txn.db())
    .await?;
    let json = |text: Option<String>| text.map(|text| serde_json::from_str::<Json>(&text)).transpose();
    rows.into_iter()
        .map(|(form, round, at, questionnaire, body, merged, notes, recalled)| {
            Ok(Round {
                is_report: form == FormKind::Report.id(),
                round,
                at: at_second(at),
                questionnaire,
                answers: json(merged)?,
                sent: json(body)?.and_then(|mut body| Some(body.get_mut("answers")?.take())),
                notes: serde_json::from_str(&notes)?,
                recalled: recalled != 0,
            })
        })
        .collect()
}

/// A check-in code as it is kept: the phone shows it in two groups, a scanner reads more than it, a Chinese keyboard leaves wide signs.
fn check_in_code(typed: &str) -> String {
    let typed = compact(typed);
    typed.strip_prefix("HCV1:").unwrap_or(&typed).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_number_that_says_an_area_can_be_of_an_unknown_one() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 27).unwrap();
        let rows = [
            ("11010519491231002X", false, "Beijing"),
            // Somebody who lives here for good, from abroad: the 9 is no part of the area.
            ("911156199003070017", false, "Beijing, foreign permanent resident"),
            ("990105194912310023", true, "no province"),
            ("AB1234567890123456", false, "a passport"),
            ("", false, "nothing"),
        ];
        for (number, unknown, what) in rows {
            assert_eq!(is_of_no_known_area(number, today), unknown, "{what}");
        }
    }
}
