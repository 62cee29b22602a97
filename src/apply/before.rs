//! What was sent before: read once, for a round of returned items and for looking at it again.

use super::opening::load_form;
use super::sending::context;
use crate::i18n::I18n;
use crate::offline::{DraftId, DraftState, DraftSummary, FormKind, Offline};
use contract::api::{ApplicationRecord, OpenItem};
use contract::questionnaire::{
    Answers, Form, Pointer, Round, from_response, is_still_covered, migrate, without_covered,
};
use std::sync::Arc;

/// What was sent before, as the form in use reads it.
#[derive(Clone, PartialEq)]
pub(super) struct Before {
    pub(super) answers: Answers,
    /// The form it was sent with, where that was another version.
    form: Option<Version>,
    /// It came from the office, which covers what is sensitive.
    covered: bool,
}

impl Before {
    pub(super) fn round<'a>(&'a self, form: &'a Form, returned: &'a [Pointer], draft: &'a Answers) -> Round<'a> {
        let form_before = self.form.as_ref().map(|before| &*before.0);
        Round { form, form_before, submitted: &self.answers, returned, draft }
    }

    /// What is open, without what only seems unanswered because it is covered.
    pub(super) fn open_items(&self, form: &Form, open: Vec<OpenItem>) -> Vec<OpenItem> {
        if self.covered { without_covered(form, open) } else { open }
    }

    /// Whether this stands as the office showed it, covered: only the office has the answer itself.
    pub(super) fn is_covered(&self, form: &Form, draft: &Answers, pointer: &Pointer) -> bool {
        self.covered && is_still_covered(form, &self.answers, draft, pointer)
    }
}

/// A form, told apart by its version.
#[derive(Clone)]
struct Version(Arc<Form>);

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.0.version == other.0.version
    }
}

/// What the office has, of the rounds before `up_to`: from the drafts on this phone, else from the office, where sensitive
/// answers come covered.
pub(super) async fn answers_before(
    offline: Offline,
    i18n: I18n,
    record: &ApplicationRecord,
    kind: FormKind,
    up_to: u32,
) -> Option<Before> {
    let name = questionnaire(record, kind);
    let here = from_this_phone(offline, record, kind, up_to).await;
    let covered = here.is_none();
    let (sent_with, answers) = match here {
        Some(found) => found,
        None if kind == FormKind::Report => (name.clone(), Answers::new()),
        None => {
            let sent = offline.heard(offline.api().submission(&record.id, None).await).ok()?.submission;
            let form = load_form(offline, &sent.questionnaire).await?;
            (sent.questionnaire, from_response(&form, &sent.answers).0)
        }
    };
    if sent_with == name {
        return Some(Before { answers, form: None, covered });
    }
    // The office takes another version by now: what was sent is read as the newer form reads it.
    let form = load_form(offline, &name).await?;
    let before = load_form(offline, &sent_with).await.filter(|before| before.version != form.version);
    let answers = match before {
        Some(_) => migrate(&form, &sent_with, &answers, &context(i18n, offline)).answers,
        None => answers,
    };
    Some(Before { answers, form: before.map(Version), covered })
}

/// The form that a round is filled in by.
pub(super) fn questionnaire(record: &ApplicationRecord, kind: FormKind) -> String {
    match kind {
        FormKind::Report => record.report_questionnaire.clone().unwrap_or_else(|| super::report::FORM.to_owned()),
        FormKind::Application | FormKind::Supplement => record.questionnaire.clone(),
    }
}

/// All rounds sent from this phone, one over the other, with the form of the last; `None` where one was sent elsewhere.
async fn from_this_phone(
    offline: Offline,
    record: &ApplicationRecord,
    kind: FormKind,
    up_to: u32,
) -> Option<(String, Answers)> {
    let rounds: Vec<DraftId> = match kind {
        FormKind::Report => (0..record.report_round).map(|round| DraftId::report(&record.id, round)).collect(),
        FormKind::Application | FormKind::Supplement => std::iter::once(DraftId::application(&record.id))
            .chain((1..up_to).map(|round| DraftId::supplement(&record.id, round)))
            .collect(),
    };
    // What is only being filled in was not sent.
    let sent = |draft: &&DraftSummary| draft.id.round < record.round || draft.state == DraftState::Sent;
    let known: Vec<DraftId> =
        offline.drafts().with_untracked(|all| all.iter().filter(sent).map(|d| d.id.clone()).collect());
    let mut found: Option<(String, Answers)> = None;
    for (at, id) in rounds.iter().enumerate() {
        // The first round is whole; of what came after it, only what was open.
        if !known.contains(id) && at == 0 {
            return None;
        }
        if !known.contains(id) {
            continue;
        }
        let Ok(draft) = offline.open_draft(id, &record.questionnaire).await else { continue };
        let (round, name) = (draft.answers.get_untracked(), draft.questionnaire.get_untracked());
        found = Some(match found {
            Some((_, before)) => (name, before.overlaid(&round, &|_| true)),
            None => (name, round),
        });
    }
    found
}
