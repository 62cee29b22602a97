//! The server's side: what the contract promises, and no more.
use super::Dice;
use super::drafts::Record;
use crate::{Answer, Body, Entry, Refusal, Step};
use contract::api::{Problem, Receipt, ReceiptState, Slug};
use contract::application::{Act, State};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A request under way, with everything it carries.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) entry: Entry,
    pub(super) step: Step,
}

#[derive(Default)]
pub(super) struct Server {
    pub(super) applications: BTreeMap<String, Stage>,
    /// Whether all bytes are as they left: a repetition finds the same.
    uploads: BTreeMap<String, bool>,
    pub(super) documents: BTreeSet<String>,
    pub(super) receipts: BTreeMap<String, Receipt>,
    /// Documents that were removed, and of these what a late request put there once more: nobody names that, and it is gone
    /// after a day.
    removed: BTreeSet<String>,
    pub(super) bound_late: BTreeSet<String>,
    /// Every act that was carried out.
    pub(super) done: Vec<(String, Act)>,
    /// How often each application has changed, and how often it was submitted.
    versions: BTreeMap<String, (u64, u32)>,
    counter: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Draft,
    Submitted,
    Withdrawn,
}

impl Server {
    /// The record of an application, as it is now.
    pub(super) fn record(&self, application: &str) -> Option<Record> {
        let state = match self.applications.get(application)? {
            Stage::Draft => State::Draft,
            Stage::Submitted => State::Submitted,
            Stage::Withdrawn => State::Withdrawn,
        };
        let (version, submissions) = self.versions.get(application).copied().unwrap_or_default();
        Some(Record { version, state, submissions })
    }

    /// Takes a submission back. False: there is none.
    pub(super) fn recall(&mut self, application: &str) -> bool {
        let is_submitted = self.applications.get(application) == Some(&Stage::Submitted);
        if is_submitted {
            self.applications.insert(application.to_owned(), Stage::Draft);
            self.versions.entry(application.to_owned()).or_default().0 += 1;
        }
        is_submitted
    }

    /// What a server of the contract does and says.
    pub(super) fn answer(&mut self, request: &Request, dice: &mut Dice, storm: bool) -> Answer {
        let entry = &request.entry;
        if request.step == Step::Ask {
            return self
                .receipts
                .get(&entry.id)
                .map_or(Answer::NeverArrived, |receipt| Answer::Receipt(receipt.clone()));
        }
        if let Some(refused) = is_retired(entry) {
            return refused;
        }
        if let Body::Begin(_) = entry.body {
            self.applications.entry(entry.application.clone()).or_insert(Stage::Draft);
            return Answer::Done;
        }
        let Some(stage) = self.applications.get(&entry.application).copied() else {
            return refused(Slug::NotFound, None);
        };
        match &entry.body {
            Body::Begin(_) => Answer::Done,
            Body::Document { document, location, .. } => {
                if request.step == Step::Upload {
                    self.counter += 1;
                    let at = format!("upload{}", self.counter);
                    let whole = !(storm && dice.percent(3));
                    self.uploads.insert(at.clone(), whole);
                    return Answer::Uploaded(at);
                }
                if self.documents.contains(document) {
                    return Answer::Done;
                }
                let at = location.clone().unwrap_or_default();
                if storm && dice.percent(5) {
                    self.uploads.remove(&at);
                }
                let Some(whole) = self.uploads.get(&at).copied() else {
                    return refused(Slug::UploadGone, None);
                };
                if document.starts_with("poisoned") {
                    return refused(Slug::DocumentRefused, None);
                }
                if !whole {
                    return refused(Slug::HashMismatch, None);
                }
                if self.removed.contains(document) {
                    self.bound_late.insert(document.clone());
                }
                self.documents.insert(document.clone());
                Answer::Done
            }
            Body::Remove { document } => {
                self.documents.remove(document);
                self.removed.insert(document.clone());
                Answer::Done
            }
            Body::Act { act, documents, .. } => self.act(entry, *act, documents, stage),
        }
    }

    fn act(&mut self, entry: &Entry, act: Act, documents: &[String], stage: Stage) -> Answer {
        if let Some(receipt) = self.receipts.get(&entry.id) {
            return Answer::Receipt(receipt.clone());
        }
        let next = match (act, stage) {
            // A server may take a second submission for a new round: only the key tells a repetition from a second wish.
            (Act::Submit, Stage::Draft | Stage::Submitted) => Stage::Submitted,
            (Act::Withdraw, Stage::Draft | Stage::Submitted) => Stage::Withdrawn,
            _ => return refused(Slug::ActRefused, None),
        };
        let missing: Vec<String> = documents.iter().filter(|id| !self.documents.contains(*id)).cloned().collect();
        if !missing.is_empty() {
            let problem = Problem { documents: missing, ..Problem::new(Slug::DocumentsMissing) };
            let slug = Some(Slug::DocumentsMissing);
            return Answer::Refused(Box::new(Refusal { status: 409, slug, problem, wait: None }));
        }
        let changes = self.versions.entry(entry.application.clone()).or_default();
        changes.0 += 1;
        changes.1 += u32::from(act == Act::Submit);
        let round = changes.1;
        let receipt = Receipt {
            key: entry.id.clone(),
            state: ReceiptState::Done,
            act: Some(act),
            application: Some(entry.application.clone()),
            number: None,
            round: Some(round),
            received_at: None,
            answers: 0,
            documents: BTreeMap::new(),
            body_sha256: None,
        };
        self.receipts.insert(entry.id.clone(), receipt.clone());
        self.done.push((entry.application.clone(), act));
        self.applications.insert(entry.application.clone(), next);
        Answer::Receipt(receipt)
    }
}

/// What the office says to a beginning whose form was retired.
fn is_retired(entry: &Entry) -> Option<Answer> {
    let Body::Begin(form) = &entry.body else { return None };
    (form == "old").then(|| refused(Slug::QuestionnaireChanged, None))
}

pub(super) fn refused(slug: Slug, seconds: Option<u64>) -> Answer {
    let problem = Problem::new(slug);
    Answer::Refused(Box::new(Refusal {
        status: slug.status(),
        slug: Some(slug),
        problem,
        wait: seconds.map(Duration::from_secs),
    }))
}
