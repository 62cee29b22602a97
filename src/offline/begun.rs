//! What the one who is here has begun already: whoever wants to begin goes on with that.
use super::stored::Head;
use super::{DraftId, FormKind, Inner, Offline, SessionState};
use litemap::LiteMap;
use std::time::Duration;

/// Whoever wants to begin waits this long for the office to say what they have there.
const PATIENCE: Duration = Duration::from_secs(3);

impl Offline {
    /// An application in which nothing is answered: one that the one who is here has begun before, or else a new one. Whoever
    /// starts twice has one of them.
    pub fn blank_draft(self, questionnaire: &str) -> String {
        let blank = self.inner().blank(questionnaire);
        blank.unwrap_or_else(|| self.begin_draft(questionnaire))
    }

    /// The same, under the form that the office takes applications by now.
    pub fn blank_application(self) -> String {
        self.blank_draft(&self.application_form().get_untracked())
    }

    /// Whether the one who is here has begun something that has not ended: a form in which something is answered, or an
    /// application at the office. Where the office does not say so soon, it is as this phone knows.
    pub async fn has_begun(self) -> bool {
        let inner = self.inner();
        inner.opened().await;
        let known = inner.knows_of_something_begun();
        if known || inner.session.try_with_untracked(SessionState::is_signed_in) != Some(true) {
            return known;
        }
        // Where no answer comes in this time that says nothing about the network.
        inner.api.has_open_application(PATIENCE).await == Ok(true)
    }
}

/// The id of a form that is named `id|version` or `id`.
fn id_of(questionnaire: &str) -> &str {
    questionnaire.split_once('|').map_or(questionnaire, |(id, _)| id)
}

impl Head {
    /// An application that they began, and that the office does not have yet.
    fn is_unsent_of(&self, here: Option<&String>) -> bool {
        self.id.form == FormKind::Application && self.owner.as_ref() == here && !self.sent
    }
}

impl Inner {
    /// One of the one who is here, under this form, in which nothing is answered.
    fn blank(&self, questionnaire: &str) -> Option<String> {
        let (here, open) = (self.subject(), self.open_drafts.borrow());
        let is_blank = |head: &&Head| {
            head.is_unsent_of(here.as_ref())
                && head.answered_at.is_none()
                && head.entry.is_none()
                && id_of(&head.questionnaire) == id_of(questionnaire)
                // What was answered a moment ago is not stored yet.
                && !open.get(&head.id).is_some_and(|draft| draft.is_dirty())
        };
        let found =
            |drafts: &LiteMap<DraftId, Head>| drafts.values().find(is_blank).map(|head| head.id.application.clone());
        self.drafts.try_with_untracked(found)?
    }

    fn knows_of_something_begun(&self) -> bool {
        let here = self.subject();
        let has_ended =
            |head: &Head| self.of_record(&head.id.application, |record| record.state.is_end()) == Some(true);
        let is_begun = |head: &Head| head.is_unsent_of(here.as_ref()) && head.answered_at.is_some() && !has_ended(head);
        let in_drafts = self.drafts.try_with_untracked(|drafts| drafts.values().any(is_begun));
        let at_office = self.records.try_with_untracked(|all| all.values().any(|kept| !kept.value.state.is_end()));
        in_drafts == Some(true) || at_office == Some(true)
    }
}
