//! Answering what came back, and sending a report: open items only, the rest stays as it was sent.
use super::{
    Answer, Case, Fault, Office, Once, Viewer, acts, booking, documents, drafts,
    papers::{self, FormKind},
    submit::{self, Sending},
};
use contract::{
    api::{Outcome, Supplement, Words},
    application::{Act, Actor, State},
    questionnaire::{
        Answers, Pointer, Problem, ProblemCode, answered_count, check_supplement, evaluate, is_answered, open_items,
    },
};

/// The question of the report's form that names its day.
const EXAMINED_ON: &str = "report.examination.date";

impl Office {
    /// Sends what was returned back.
    ///
    /// # Errors
    /// Those of contract §3.1, `POST …/supplement`.
    pub async fn supplement(
        &self,
        id: &str,
        subject: &str,
        once: &Once,
        sent: &Supplement,
        viewer: &Viewer,
    ) -> Answer<Outcome> {
        self.send_open(id, subject, once, sent, FormKind::Application, viewer).await
    }

    /// Sends a report of an examination, or what was returned of one.
    ///
    /// # Errors
    /// Those of contract §3.1, `POST …/examination/report`.
    pub async fn report(
        &self,
        id: &str,
        subject: &str,
        once: &Once,
        sent: &Supplement,
        viewer: &Viewer,
    ) -> Answer<Outcome> {
        self.send_open(id, subject, once, sent, FormKind::Report, viewer).await
    }

    async fn send_open(
        &self,
        id: &str,
        subject: &str,
        once: &Once,
        sent: &Supplement,
        kind: FormKind,
        viewer: &Viewer,
    ) -> Answer<Outcome> {
        let _turn = self.take_turn(once)?;
        let mut case = Case::of(self, id, subject).await?;
        if let Some(outcome) = submit::again(&mut case, once, viewer).await? {
            return Ok(outcome);
        }
        let act = if kind == FormKind::Report { Act::Report } else { Act::Supplement };
        case.may(act, Actor::Applicant).await?;
        let round = if kind == FormKind::Report { case.matter.report_round } else { case.matter.round };
        if sent.round != round {
            return Err(case.refuse().await);
        }
        let form = &self.form_named(kind, &sent.questionnaire)?.form;
        if kind == FormKind::Application {
            drafts::seen_newest(case.txn.db(), id, sent.draft.as_deref()).await?;
        }
        if !sent.answers.is_object() {
            return Err(Fault::invalid(Pointer::member("answers"), "format"));
        }
        let (said, unknown) = papers::read(form, &sent.answers);
        let mut given = said.clone();
        papers::only_listed(&mut given, &sent.documents);
        let today = case.now.date_naive();
        let whole = kind == FormKind::Report && case.matter.state != State::ReportReturned;
        let matter = case.matter.clone();
        let resumed = papers::resume(case.txn.db(), self, &matter, kind, form).await?;
        let (now, problems) = if whole {
            let look = evaluate(form, &given, &papers::context(today));
            papers::take_as_sent(form, &mut given, &look, &|_| true);
            let problems = evaluate(form, &given, &papers::context(today)).problems;
            (given, problems)
        } else {
            papers::take_open_as_sent(&resumed, &mut given, today);
            let round = resumed.round(&given);
            let mut problems = check_supplement(&round, &papers::context(today));
            problems.extend(unanswered(&round, sent));
            (round.now(&open_items(&round, &papers::context(today))), problems)
        };
        let problems: Vec<Problem> = unknown.into_iter().chain(problems).collect();
        if !problems.is_empty() {
            return Err(Fault::items(papers::item_errors(&problems)));
        }
        check_notes(&resumed.returned, sent)?;
        let evaluation = evaluate(form, &now, &papers::context(today));
        let all = papers::named_documents(&evaluation);
        let (fresh, _): (Vec<_>, Vec<_>) = all.iter().cloned().partition(|(id, _)| sent.documents.contains_key(id));
        documents::check_received(&mut case, form, &fresh, &sent.documents).await?;
        documents::name_only(&mut case, kind, &all).await?;
        if kind == FormKind::Application {
            submit::take_facts(&mut case, form, &evaluation);
            // What was sent stays: another application of this login for the same number is the reviewer's to see.
            submit::look_elsewhere(&mut case).await?;
            case.matter.questionnaire = form.canonical();
            case.matter.round += 1;
        } else {
            case.matter.report_questionnaire = Some(form.canonical());
            case.matter.report_round += 1;
            case.matter.findings.report_check.clear();
            // The day that the report names, not the day that somebody reads it.
            let day = evaluation.value_of(EXAMINED_ON).and_then(|value| value.plain().parse().ok());
            case.matter.findings.examined_on = day.or(case.matter.findings.examined_on);
        }
        case.matter.language.clone_from(&viewer.lang);
        let round = round + 1;
        case.go(act, Actor::Applicant).await?.round = Some(round);
        booking::free_hold(&mut case).await?;
        case.matter.returned.clear();
        case.matter.reply_by = Some(case.now.date_naive() + chrono::Duration::days(acts::REVIEW_DAYS));
        let counted = documents::counted(&fresh, &sent.documents);
        let answers = if whole { answered_count(form, &evaluation) } else { sent_count(&now, &said) };
        let receipt = case.receipt(once, act, Some(round), answers, counted).await?;
        let merged = submit::visible(form, &now, &evaluation);
        let body = serde_json::to_value(sent)?;
        let sending = Sending {
            kind,
            round,
            questionnaire: &sent.questionnaire,
            body: &body,
            merged: &merged,
            notes: &sent.notes,
            receipt: &receipt,
        };
        submit::store(&mut case, &sending).await?;
        submit::note_consents(&mut case, form, &evaluation, &said).await?;
        if kind == FormKind::Application {
            drafts::start_anew(&mut case).await?;
        }
        Ok(Outcome { receipt: Some(receipt), application: case.finish(viewer).await? })
    }
}

/// Returned items that are neither changed nor answered by a note.
fn unanswered(round: &contract::questionnaire::Round<'_>, sent: &Supplement) -> Vec<Problem> {
    let has_note = |pointer: &Pointer| sent.notes.get(pointer).is_some_and(|note| !note.text.trim().is_empty());
    let open = round.returned.iter().filter(|pointer| !is_answered(round, pointer, has_note(pointer)));
    open.map(|pointer| Problem::new(pointer.clone(), ProblemCode::Required)).collect()
}

/// Notes are short, and about returned items. What is wrong with one is said of it, and not of the answer that it is about.
fn check_notes(returned: &[Pointer], sent: &Supplement) -> Answer<()> {
    let wrong = |(pointer, note): (&Pointer, &Words)| {
        let place = Supplement::note_at(pointer);
        if returned.contains(pointer) { note.too_long(place) } else { Some(Problem::new(place, ProblemCode::NotOpen)) }
    };
    let problems: Vec<Problem> = sent.notes.iter().filter_map(wrong).collect();
    if problems.is_empty() { Ok(()) } else { Err(Fault::items(papers::item_errors(&problems))) }
}

/// How many answers a supplement carried.
fn sent_count(now: &Answers, said: &Answers) -> usize {
    said.iter().filter(|(pointer, values)| !values.is_empty() && now.is_touched(pointer)).count()
}
