//! The draft on the server: kept whole, changed only by one who has seen the newest (contract §5).
use super::{
    Answer, Case, Fault, Matter, Office,
    papers::{self, FormKind},
};
use contract::{
    api::{Instant, ServerDraft, Slug},
    application::{Act, Actor, State},
    questionnaire::{Pointer, Problem, ProblemCode, evaluate, is_open},
};
use serde_json::{Value as Json, json};
use sqlx::SqliteConnection;

/// A draft lapses so many days after its last save.
pub const DRAFT_DAYS: u32 = 90;

/// A draft as it is kept.
pub(super) struct Saved {
    pub(super) etag: i64,
    /// The draft was this old when nobody had saved since the last act: an absent `draft` means this one.
    pub(super) base: i64,
    questionnaire: String,
    answers: Option<String>,
    prefilled: String,
}

pub(super) async fn saved(db: &mut SqliteConnection, id: &str) -> Answer<Saved> {
    let row: Option<(i64, i64, String, Option<String>, String)> =
        sqlx::query_as("SELECT etag, base, questionnaire, answers, prefilled FROM draft WHERE application = ?")
            .bind(id)
            .fetch_optional(db)
            .await?;
    let (etag, base, questionnaire, answers, prefilled) =
        row.ok_or_else(|| Fault::ours(&"an application has no draft"))?;
    Ok(Saved { etag, base, questionnaire, answers, prefilled })
}

/// The first draft of an application.
pub(super) async fn begin(
    db: &mut SqliteConnection,
    matter: &Matter,
    answers: Option<&Json>,
    prefilled: &[Pointer],
    now: Instant,
) -> Answer<()> {
    sqlx::query("INSERT INTO draft (application, etag, base, questionnaire, answers, prefilled, saved_at) VALUES (?, 0, 0, ?, ?, ?, ?)")
        .bind(&matter.id)
        .bind(&matter.questionnaire)
        .bind(answers.map(serde_json::to_string).transpose()?)
        .bind(serde_json::to_string(prefilled)?)
        .bind(now.timestamp())
        .execute(db)
        .await?;
    Ok(())
}

/// Empties the draft: from now on it holds open items only. Its mark stays, so that an old `If-Match` is stale.
pub(super) async fn start_anew(case: &mut Case) -> Answer<()> {
    sqlx::query(
        "UPDATE draft SET answers = NULL, prefilled = '[]', etag = etag + 1, base = etag + 1 WHERE application = ?",
    )
    .bind(&case.matter.id)
    .execute(case.txn.db())
    .await?;
    Ok(())
}

/// Fills the draft with what was sent: it was taken back.
pub(super) async fn take_back(case: &mut Case, questionnaire: &str, answers: &Json) -> Answer<()> {
    sqlx::query("UPDATE draft SET answers = ?, questionnaire = ?, prefilled = '[]', etag = etag + 1, base = etag + 1 WHERE application = ?")
        .bind(serde_json::to_string(answers)?)
        .bind(questionnaire)
        .bind(&case.matter.id)
        .execute(case.txn.db())
        .await?;
    Ok(())
}

/// What was sent had seen the newest draft, or nobody has saved one.
pub(super) async fn seen_newest(db: &mut SqliteConnection, id: &str, seen: Option<&str>) -> Answer<()> {
    let saved = saved(db, id).await?;
    let newest = format!("\"{}\"", saved.etag);
    let fits = seen.map_or(saved.etag == saved.base, |seen| weak(seen) == newest);
    if fits { Ok(()) } else { Err(Fault::new(Slug::DraftNewer).with(|p| p.etag = Some(newest))) }
}

/// An `ETag` without the mark that a proxy may have put before it.
fn weak(etag: &str) -> &str {
    etag.trim().strip_prefix("W/").unwrap_or(etag.trim())
}

fn empty() -> Json {
    json!({ "resourceType": "QuestionnaireResponse", "status": "in-progress", "item": [] })
}

impl Office {
    /// The draft and its mark.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn draft(&self, id: &str, subject: &str) -> Answer<(String, ServerDraft)> {
        self.matter_of(id, subject).await?;
        let mut db = self.store.read().await?;
        let saved = saved(&mut db, id).await?;
        let answers = saved.answers.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_else(empty);
        let prefilled = serde_json::from_str(&saved.prefilled)?;
        Ok((format!("\"{}\"", saved.etag), ServerDraft { questionnaire: saved.questionnaire, answers, prefilled }))
    }

    /// Saves a draft over the one that its writer has seen.
    ///
    /// # Errors
    /// `act-refused`, `etag-needed`, `stale`, `invalid`, `questionnaire-changed`.
    pub async fn save_draft(&self, id: &str, subject: &str, seen: Option<&str>, draft: &ServerDraft) -> Answer<String> {
        let mut case = Case::of(self, id, subject).await?;
        if !matches!(case.matter.state, State::Draft | State::Returned) {
            return Err(case.refuse().await);
        }
        case.may(Act::Edit, Actor::Applicant).await?;
        let seen = seen.ok_or_else(|| Fault::new(Slug::EtagNeeded))?;
        let saved = saved(case.txn.db(), id).await?;
        let newest = format!("\"{}\"", saved.etag);
        // `*` means whatever there is (RFC 9110 §13.1.1), and a draft is there from the beginning.
        if seen.trim() != "*" && weak(seen) != newest {
            return Err(Fault::new(Slug::Stale).with(|p| p.etag = Some(newest)));
        }
        let form = &self.form_named(FormKind::Application, &draft.questionnaire)?.form;
        if !draft.answers.is_object() {
            return Err(Fault::invalid(Pointer::member("answers"), "format"));
        }
        let (answers, mut problems) = papers::read(form, &draft.answers);
        if case.matter.state == State::Returned {
            let resumed = {
                let (office, matter) = (self.clone(), case.matter.clone());
                let resumed = papers::resume(case.txn.db(), &office, &matter, FormKind::Application, form).await?;
                let open = contract::questionnaire::open_items(
                    &resumed.round(&answers),
                    &papers::context(case.now.date_naive()),
                );
                answers
                    .iter()
                    .filter(|(pointer, values)| !values.is_empty() && !is_open(form, &open, pointer))
                    .map(|(pointer, _)| Problem::new(pointer.clone(), ProblemCode::NotOpen))
                    .collect::<Vec<_>>()
            };
            problems.extend(resumed);
        }
        if !problems.is_empty() {
            return Err(Fault::items(papers::item_errors(&problems)));
        }
        let waiting: Vec<&Pointer> = draft.prefilled.iter().filter(|it| !answers.get(it).is_empty()).collect();
        let etag = saved.etag + 1;
        sqlx::query("UPDATE draft SET etag = ?, questionnaire = ?, answers = ?, prefilled = ?, saved_at = ? WHERE application = ?")
            .bind(etag)
            .bind(&draft.questionnaire)
            .bind(serde_json::to_string(&draft.answers)?)
            .bind(serde_json::to_string(&waiting)?)
            .bind(case.now.timestamp())
            .bind(id)
            .execute(case.txn.db())
            .await?;
        if case.matter.state == State::Draft {
            let evaluation = evaluate(form, &answers, &papers::context(case.now.date_naive()));
            case.matter.facts = Some(papers::person_facts(form, &evaluation));
            case.matter.category = papers::category_fact(form, &evaluation);
            case.matter.questionnaire.clone_from(&draft.questionnaire);
            case.owe(i64::from(DRAFT_DAYS));
        }
        case.changed = true;
        case.finish_quietly().await?;
        Ok(format!("\"{etag}\""))
    }
}
