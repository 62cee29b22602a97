//! Beginning an application, sending it, taking it back, giving it up.
use super::{
    Answer, Case, Fault, Matter, Office, Once, Viewer, acts, audit, booking, certificates, documents, drafts, is_id,
    matter,
    papers::{self, FormKind, Judged},
    receipts,
};
use contract::{
    api::{ApplicationRecord, NewApplication, Outcome, Receipt, Slug, Submission, SubmissionMade, Words},
    application::{Act, Actor, State},
    questionnaire::{
        Answers, Envelope, Evaluation, Form, Item, Pointer, Scope, Sensitivity, answered_count, masked_answers,
        to_response,
    },
};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What is stored of one submission, supplement or report.
pub(super) struct Sending<'a> {
    pub(super) kind: FormKind,
    pub(super) round: u32,
    pub(super) questionnaire: &'a str,
    pub(super) body: &'a Json,
    pub(super) merged: &'a Json,
    pub(super) notes: &'a BTreeMap<Pointer, Words>,
    pub(super) receipt: &'a Receipt,
}

/// Stores what was sent.
pub(super) async fn store(case: &mut Case, sending: &Sending<'_>) -> Answer<()> {
    sqlx::query(
        "INSERT INTO submission (application, form, round, at, questionnaire, body, merged, notes, receipt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&case.matter.id)
    .bind(sending.kind.id())
    .bind(sending.round)
    .bind(case.now.timestamp())
    .bind(sending.questionnaire)
    .bind(serde_json::to_string(sending.body)?)
    .bind(serde_json::to_string(sending.merged)?)
    .bind(serde_json::to_string(sending.notes)?)
    .bind(serde_json::to_string(sending.receipt)?)
    .execute(case.txn.db())
    .await?;
    Ok(())
}

/// The answer to a key that was used before: the same receipt, and the application as it is now.
pub(super) async fn again(case: &mut Case, once: &Once, viewer: &Viewer) -> Answer<Option<Outcome>> {
    let Some(kept) = receipts::kept(case.txn.db(), once, case.real).await? else { return Ok(None) };
    Ok(Some(Outcome { receipt: kept.receipt, application: case.record(viewer).await? }))
}

/// Everything that follows from the answers: name, number, telephone, kind of work, whether to be reminded.
pub(super) fn take_facts(case: &mut Case, form: &Form, evaluation: &Evaluation) {
    case.matter.facts = Some(papers::person_facts(form, evaluation));
    case.matter.category = papers::category_fact(form, evaluation);
    case.matter.wants_reminder = evaluation.wants_reminder(form);
}

impl Office {
    /// Begins an application under the id that the app gave it; once more changes nothing. One that renews a certificate which
    /// is being renewed already is that other one: two phones may begin at the same moment.
    ///
    /// # Errors
    /// `application-elsewhere`, `questionnaire-changed`, `invalid`, `malformed` for what is no id.
    pub async fn begin_application(
        &self,
        id: &str,
        subject: &str,
        new: &NewApplication,
        viewer: &Viewer,
    ) -> Answer<(bool, ApplicationRecord)> {
        if !is_id(id) {
            return Err(Fault::new(Slug::Malformed));
        }
        if let Some(case) = Case::open(self, id).await? {
            if case.matter.subject != subject {
                return Err(Fault::new(Slug::ApplicationElsewhere));
            }
            return Ok((false, case.finish(viewer).await?));
        }
        let form = self.form_named(FormKind::Application, &new.questionnaire)?;
        let mut txn = self.store.write().await?;
        let now = self.now();
        if matter::load(txn.db(), id).await?.is_some() {
            drop(txn);
            return Box::pin(self.begin_application(id, subject, new, viewer)).await;
        }
        if let Some(certificate) = &new.renews
            && let Some(begun) = matter::renewing(txn.db(), subject, certificate).await?
        {
            let case = Case::open_in(self, txn, &begun).await?.ok_or_else(Fault::not_found)?;
            return Ok((false, case.finish(viewer).await?));
        }
        let mut matter = Matter::new(id, subject, &form.form.canonical(), now);
        matter.report_questionnaire = Some(self.catalogue.current_name(FormKind::Report.id()));
        matter.renews.clone_from(&new.renews);
        matter.language.clone_from(&viewer.lang);
        matter.version = 0;
        let (prefill, prefilled) =
            certificates::prefill(txn.db(), self, &form.form, subject, new.renews.as_deref()).await?;
        matter::save(txn.db(), &matter, None).await?;
        drafts::begin(txn.db(), &matter, prefill.as_ref(), &prefilled, now).await?;
        let mut case = Case::open_in(self, txn, id).await?.ok_or_else(Fault::not_found)?;
        case.owe(i64::from(drafts::DRAFT_DAYS));
        case.changed = true;
        audit::note(case.txn.db(), now, subject, "begin-application", id).await?;
        Ok((true, case.finish(viewer).await?))
    }

    /// Sends an application.
    ///
    /// # Errors
    /// Those of contract §3.1, `POST …/submission`.
    pub async fn submit(
        &self,
        id: &str,
        subject: &str,
        once: &Once,
        sent: &Submission,
        viewer: &Viewer,
    ) -> Answer<Outcome> {
        let _turn = self.take_turn(once)?;
        let mut case = Case::of(self, id, subject).await?;
        if let Some(outcome) = again(&mut case, once, viewer).await? {
            return Ok(outcome);
        }
        case.may(Act::Submit, Actor::Applicant).await?;
        let form = &self.form_named(FormKind::Application, &sent.questionnaire)?.form;
        drafts::seen_newest(case.txn.db(), id, sent.draft.as_deref()).await?;
        if !sent.answers.is_object() {
            return Err(Fault::invalid(Pointer::member("answers"), "format"));
        }
        let judged = papers::judge(form, &sent.answers, &sent.documents, case.now.date_naive());
        if !judged.errors.is_empty() {
            return Err(Fault::items(judged.errors));
        }
        let Judged { answers, evaluation, .. } = judged;
        let named = papers::named_documents(&evaluation);
        documents::check_received(&mut case, form, &named, &sent.documents).await?;
        documents::name_only(&mut case, FormKind::Application, &named).await?;
        take_facts(&mut case, form, &evaluation);
        self.check_no_other(&mut case).await?;
        if case.matter.number.is_none() {
            case.matter.number = Some(self.fresh_number(&mut case).await?);
        }
        case.matter.round += 1;
        case.matter.questionnaire = form.canonical();
        case.matter.language.clone_from(&viewer.lang);
        let round = case.matter.round;
        case.go(Act::Submit, Actor::Applicant).await?.round = Some(round);
        let on = case.now.date_naive() + chrono::Duration::days(acts::REVIEW_DAYS);
        case.matter.reply_by = Some(on);
        let counted = documents::counted(&named, &sent.documents);
        let receipt = case.receipt(once, Act::Submit, Some(round), answered_count(form, &evaluation), counted).await?;
        let merged = visible(form, &answers, &evaluation);
        let body = serde_json::to_value(sent)?;
        let sending = Sending {
            kind: FormKind::Application,
            round,
            questionnaire: &sent.questionnaire,
            body: &body,
            merged: &merged,
            notes: &BTreeMap::new(),
            receipt: &receipt,
        };
        store(&mut case, &sending).await?;
        drafts::start_anew(&mut case).await?;
        note_consents(&mut case, form, &evaluation, &answers).await?;
        Ok(Outcome { receipt: Some(receipt), application: case.finish(viewer).await? })
    }

    /// No other application of this login is open for the same number; one of another login is only told to the reviewer.
    async fn check_no_other(&self, case: &mut Case) -> Answer<()> {
        match look_elsewhere(case).await? {
            Some(id) => Err(Fault::new(Slug::ApplicationOpen).with(|p| p.application = Some(id))),
            None => Ok(()),
        }
    }

    /// A number to read aloud: the day and four digits that follow from nothing.
    async fn fresh_number(&self, case: &mut Case) -> Answer<String> {
        for _ in 0..50 {
            let number = format!("{}-{:04}", case.real.format("%Y-%m%d"), rand::random_range(0..10_000_u32));
            let taken: i64 = sqlx::query_scalar("SELECT count(*) FROM application WHERE number = ?")
                .bind(&number)
                .fetch_one(case.txn.db())
                .await?;
            if taken == 0 {
                return Ok(number);
            }
        }
        Ok(format!("{}-{:08}", case.real.format("%Y-%m%d"), rand::random_range(0..100_000_000_u32)))
    }

    /// Takes a submission back before the review begins; that it is taken back already is fine.
    ///
    /// # Errors
    /// `act-refused`.
    pub async fn recall(&self, id: &str, subject: &str, round: u32, viewer: &Viewer) -> Answer<Outcome> {
        let mut case = Case::of(self, id, subject).await?;
        let row: Option<(i64, String, Option<String>)> = sqlx::query_as(
            "SELECT recalled, questionnaire, merged FROM submission WHERE application = ? AND form = ? AND round = ?",
        )
        .bind(id)
        .bind(FormKind::Application.id())
        .bind(round)
        .fetch_optional(case.txn.db())
        .await?;
        match row {
            Some((0, questionnaire, merged)) if round == case.matter.round => {
                case.go(Act::Recall, Actor::Applicant).await?.round = Some(round);
                case.matter.reply_by = None;
                case.owe(i64::from(drafts::DRAFT_DAYS));
                sqlx::query("UPDATE submission SET recalled = 1 WHERE application = ? AND form = ? AND round = ?")
                    .bind(id)
                    .bind(FormKind::Application.id())
                    .bind(round)
                    .execute(case.txn.db())
                    .await?;
                let answers: Json = merged.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default();
                drafts::take_back(&mut case, &questionnaire, &answers).await?;
                documents::name_none(&mut case).await?;
            }
            Some((1, _, _)) => {}
            _ => return Err(case.refuse().await),
        }
        Ok(Outcome { receipt: None, application: case.finish(viewer).await? })
    }

    /// Gives the matter up: frees slot and hold, erases documents.
    ///
    /// # Errors
    /// `act-refused`, `invalid` for too many words, `key-reused`, `running`.
    pub async fn withdraw(
        &self,
        id: &str,
        subject: &str,
        once: &Once,
        words: Option<&Words>,
        viewer: &Viewer,
    ) -> Answer<Outcome> {
        let _turn = self.take_turn(once)?;
        let mut case = Case::of(self, id, subject).await?;
        if let Some(outcome) = again(&mut case, once, viewer).await? {
            return Ok(outcome);
        }
        if let Some(problem) = words.and_then(|words| words.too_long(Pointer::member("words"))) {
            return Err(Fault::items(papers::item_errors(&[problem])));
        }
        case.go(Act::Withdraw, Actor::Applicant).await?.words = words.cloned();
        booking::free_hold(&mut case).await?;
        booking::leave_place(&mut case).await?;
        documents::erase_all(&mut case).await?;
        case.matter.returned.clear();
        case.matter.reply_by = None;
        let receipt = case.receipt(once, Act::Withdraw, None, 0, BTreeMap::new()).await?;
        Ok(Outcome { receipt: Some(receipt), application: case.finish(viewer).await? })
    }

    /// What was sent, sensitive answers covered. The newest round, if none is named.
    ///
    /// # Errors
    /// `not-found`: nothing was sent in that round.
    pub async fn submission(&self, id: &str, subject: &str, round: Option<u32>) -> Answer<SubmissionMade> {
        type Row = (u32, String, Option<String>, Option<String>, String);
        self.matter_of(id, subject).await?;
        let mut db = self.store.read().await?;
        let row: Option<Row> = sqlx::query_as(
            "SELECT round, questionnaire, body, merged, receipt FROM submission
             WHERE application = ?1 AND form = ?2 AND (?3 IS NULL OR round = ?3) ORDER BY round DESC LIMIT 1",
        )
        .bind(id)
        .bind(FormKind::Application.id())
        .bind(round)
        .fetch_optional(&mut *db)
        .await?;
        let Some((round, questionnaire, Some(body), Some(merged), receipt)) = row else {
            return Err(Fault::not_found());
        };
        let form = &self.catalogue.version(&questionnaire).ok_or_else(Fault::not_found)?.form;
        let (answers, _) = papers::read(form, &serde_json::from_str(&merged)?);
        let masked = papers::write(form, &masked_answers(form, &answers));
        let body: Json = serde_json::from_str(&body)?;
        let member = |name: &str| body.get(name).cloned().unwrap_or_default();
        Ok(SubmissionMade {
            submission: Submission {
                questionnaire,
                answers: masked,
                documents: serde_json::from_value(member("documents")).unwrap_or_default(),
                draft: member("draft").as_str().map(str::to_owned),
            },
            round,
            receipt: Some(serde_json::from_str(&receipt)?),
        })
    }
}

/// Notes for the reviewer whether another login has an open application for the same number; gives one of this login's own.
pub(super) async fn look_elsewhere(case: &mut Case) -> Answer<Option<String>> {
    let number = case.matter.facts.as_ref().map(|facts| facts.id_number.clone()).unwrap_or_default();
    let others: Vec<(String, String, String)> =
        sqlx::query_as("SELECT id, subject, state FROM application WHERE id_number = ? AND id <> ? ORDER BY seq")
            .bind(&number)
            .bind(&case.matter.id)
            .fetch_all(case.txn.db())
            .await?;
    let is_open = |state: &str| State::from_code(state).is_some_and(|state| state != State::Draft && !state.is_end());
    let (own, foreign): (Vec<_>, Vec<_>) = others
        .into_iter()
        .filter(|(_, _, state)| is_open(state))
        .partition(|(_, subject, _)| *subject == case.matter.subject);
    case.matter.also_elsewhere = !foreign.is_empty();
    Ok(own.into_iter().next().map(|(id, _, _)| id))
}

/// The answers that count: visible ones, initial and derived too, as the office keeps them.
pub(super) fn visible(form: &Form, answers: &Answers, evaluation: &Evaluation) -> Json {
    let envelope = Envelope { status: "completed", language: None, authored: None };
    to_response(form, answers, Scope::Visible(evaluation), &envelope)
}

/// Consents that were sent are recorded with text version, the server's time and the subject: of those that `answers` has not
/// in it, the round that had is on record.
pub(super) async fn note_consents(
    case: &mut Case,
    form: &Form,
    evaluation: &Evaluation,
    answers: &Answers,
) -> Answer<()> {
    let places = form.consents().map(|(item, consent)| (item, consent, Pointer::item(&item.link_id)));
    for (item, consent, pointer) in places.filter(|(.., pointer)| answers.is_touched(pointer)) {
        let given =
            evaluation.answers(&pointer).first().and_then(contract::questionnaire::Value::as_boolean) == Some(true);
        if given {
            let version = answers.consent(&pointer).map_or(&consent.version, |record| &record.version);
            let what = format!("consent {} {version}", item.link_id);
            let (real, subject, id) = (case.real, case.matter.subject.clone(), case.matter.id.clone());
            audit::note(case.txn.db(), real, &subject, &what, &id).await?;
        }
    }
    Ok(())
}

/// Answers that only the examination needed are erased with its conclusion, from everything that was sent.
pub(super) async fn erase_after_examination(case: &mut Case) -> Answer<()> {
    type Row = (u32, String, Option<String>, Option<String>, Option<String>);
    let office = case.office.clone();
    // Nothing is open any more that it could hold.
    drafts::start_anew(case).await?;
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT round, questionnaire, body, merged, notes FROM submission WHERE application = ? AND form = ?",
    )
    .bind(&case.matter.id)
    .bind(FormKind::Application.id())
    .fetch_all(case.txn.db())
    .await?;
    for (round, questionnaire, body, merged, notes) in rows {
        let Some(file) = office.catalogue.version(&questionnaire) else { continue };
        let over = |item: &&Item| item.sensitivity.contains(&Sensitivity::DeleteAfterExamination);
        let erased: Vec<&str> = file.form.items.iter().filter(over).map(|item| item.link_id.as_str()).collect();
        let without = |text: Option<String>| -> Answer<Option<String>> {
            let Some(text) = text else { return Ok(None) };
            let mut json: Json = serde_json::from_str(&text)?;
            erase_items(&mut json, &erased);
            Ok(Some(serde_json::to_string(&json)?))
        };
        let (body, merged, notes) = (without(body)?, without(merged)?, without(notes)?);
        sqlx::query("UPDATE submission SET body = ?, merged = ?, notes = coalesce(?, notes) WHERE application = ? AND form = ? AND round = ?")
            .bind(body)
            .bind(merged)
            .bind(notes)
            .bind(&case.matter.id)
            .bind(FormKind::Application.id())
            .bind(round)
            .execute(case.txn.db())
            .await?;
    }
    Ok(())
}

fn erase_items(json: &mut Json, erased: &[&str]) {
    match json {
        Json::Array(list) => {
            let named =
                |entry: &Json| entry.get("linkId").and_then(Json::as_str).is_some_and(|id| erased.contains(&id));
            list.retain(|entry| !named(entry));
            for entry in list {
                erase_items(entry, erased);
            }
        }
        Json::Object(members) => {
            // A note stands under the pointer of its item.
            let is_note = |key: &str| Pointer::parse(key).is_some_and(|it| erased.contains(&it.link_id().as_str()));
            members.retain(|key, _| !is_note(key));
            for member in members.values_mut() {
                erase_items(member, erased);
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}
