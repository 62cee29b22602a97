//! What was sent before: read once, for a round of returned items and for looking at it again.

use super::opening::load_form;
use super::sending::context;
use crate::offline::{DraftId, DraftState, DraftSummary, FormKind, Offline};
use crate::reactive::RwSignal;
use contract::api::{ApplicationRecord, Event, OpenItem, REPORT_FORM};
use contract::application::Act;
use contract::questionnaire::{
    Answers, Beside, Form, Item, LeftOver, Pointer, Round, Sent, from_response, is_still_covered, migrate,
    without_covered,
};
use std::sync::Arc;

/// What was sent before, as the form in use reads it.
#[derive(Clone, PartialEq)]
pub(super) struct Before {
    pub(super) answers: Answers,
    /// As it was sent, where that was under another version.
    sent: Option<AsSent>,
    /// What the form in use has no place for.
    left: Vec<LeftOver>,
    /// It came from the office, which covers what is sensitive.
    covered: bool,
}

/// What was sent before, by the form that it was sent with.
#[derive(Clone)]
pub(super) struct AsSent {
    pub(super) form: Arc<Form>,
    pub(super) answers: Answers,
    covered: bool,
}

impl PartialEq for AsSent {
    fn eq(&self, other: &Self) -> bool {
        self.form.version == other.form.version && self.answers == other.answers
    }
}

impl Before {
    pub(super) fn round<'a>(&'a self, form: &'a Form, returned: &'a [Pointer], draft: &'a Answers) -> Round<'a> {
        let before = self.sent.as_ref().map(|sent| Sent { form: &sent.form, answers: &sent.answers });
        Round { form, before, submitted: &self.answers, returned, draft }
    }

    /// What was sent and has no place in the form in use is said beside the answers, until its person has looked at it.
    pub(super) fn leaves(&self, beside: RwSignal<Beside>, is_new: bool) {
        let Some(sent) = self.sent.as_ref().filter(|_| !self.left.is_empty()) else { return };
        if is_new || beside.with_untracked(|beside| beside.moved_from.is_some()) {
            let from = sent.form.canonical();
            beside.update(|beside| beside.leave(&from, self.left.clone(), Vec::new()));
        }
    }

    /// An item of the form that was sent, which the one in use does not have.
    pub(super) fn item_before(&self, pointer: &Pointer) -> Option<&Item> {
        self.sent.as_ref()?.form.item_at(pointer)
    }

    /// Only the office has some of the answers.
    pub(super) const fn is_in_part(&self) -> bool {
        self.covered
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

/// What the office has, of the rounds before `up_to`, as the form in use reads it.
pub(super) async fn answers_before(
    offline: Offline,
    record: &ApplicationRecord,
    kind: FormKind,
    up_to: u32,
) -> Option<Before> {
    let form = load_form(offline, &questionnaire(record, kind)).await?;
    let sent = as_sent(offline, record, kind, up_to).await?;
    let covered = sent.covered;
    if sent.form.version == form.version {
        return Some(Before { answers: sent.answers, sent: None, left: Vec::new(), covered });
    }
    // The office takes another version by now: what was sent is read as the newer form reads it.
    let moved = migrate(&form, &sent.form.canonical(), &sent.answers, &context(offline));
    let mut left = moved.left_over;
    // What came covered is judged by the office, which has it.
    left.retain(|left| !(covered && sent.form.item_at(&left.pointer).is_some_and(Item::is_masked)));
    Some(Before { answers: moved.answers, left, sent: Some(sent), covered })
}

/// What the office has, of the rounds before `up_to`: from the drafts on this phone, else from the office, where sensitive
/// answers come covered.
pub(super) async fn as_sent(
    offline: Offline,
    record: &ApplicationRecord,
    kind: FormKind,
    up_to: u32,
) -> Option<AsSent> {
    if let Some(here) = from_this_phone(offline, record, kind, up_to).await {
        return Some(here);
    }
    if kind == FormKind::Report {
        let form = load_form(offline, &questionnaire(record, kind)).await?;
        return Some(AsSent { form, answers: Answers::new(), covered: true });
    }
    let sent = offline.heard(offline.api().submission(&record.id, None).await).ok()?.submission;
    let form = load_form(offline, &sent.questionnaire).await?;
    let answers = from_response(&form, &sent.answers).0;
    Some(AsSent { form, answers, covered: true })
}

/// The form that a round is filled in by.
pub(super) fn questionnaire(record: &ApplicationRecord, kind: FormKind) -> String {
    match kind {
        FormKind::Report => record.report_questionnaire.clone().unwrap_or_else(|| REPORT_FORM.to_owned()),
        FormKind::Application | FormKind::Supplement => record.questionnaire.clone(),
    }
}

/// Whether what was handed in then is what a draft of this round became.
fn made_round(event: &Event, kind: FormKind, round: usize) -> bool {
    let act = if kind == FormKind::Report { Act::Report } else { Act::Supplement };
    event.act == act && event.round.is_some_and(|made| usize::try_from(made) == Ok(round + 1))
}

/// All rounds sent from this phone, one over the other, by the form of the last; `None` where one was sent elsewhere.
async fn from_this_phone(offline: Offline, record: &ApplicationRecord, kind: FormKind, up_to: u32) -> Option<AsSent> {
    let rounds: Vec<DraftId> = match kind {
        FormKind::Report => (0..record.report_round).map(|round| DraftId::report(&record.id, round)).collect(),
        FormKind::Application | FormKind::Supplement => std::iter::once(DraftId::application(&record.id))
            .chain((1..up_to).map(|round| DraftId::supplement(&record.id, round)))
            .collect(),
    };
    // What is only being filled in was not sent: another phone may have sent it, and with other answers.
    let sent = |draft: &&DraftSummary| draft.state == DraftState::Sent;
    let known: Vec<DraftId> =
        offline.drafts().with_untracked(|all| all.iter().filter(sent).map(|d| d.id.clone()).collect());
    let mut found: Option<AsSent> = None;
    for (at, id) in rounds.iter().enumerate() {
        if !known.contains(id) {
            // The first round is whole; of what came after it, only what was open. A number that was taken back names nothing.
            if at == 0 || record.events.iter().any(|event| made_round(event, kind, at)) {
                return None;
            }
            continue;
        }
        let Ok(draft) = offline.open_draft(id, &record.questionnaire).await else { continue };
        let (round, name) = (draft.answers.get_untracked(), draft.questionnaire.get_untracked());
        let form = load_form(offline, &name).await?;
        let answers = match found {
            Some(before) if before.form.version == form.version => before.answers.overlaid(&round, &|_| true),
            // The form changed between the rounds, for the office too.
            Some(before) => {
                let moved = migrate(&form, &before.form.canonical(), &before.answers, &context(offline));
                moved.answers.overlaid(&round, &|_| true)
            }
            None => round,
        };
        found = Some(AsSent { form, answers, covered: false });
    }
    found
}
