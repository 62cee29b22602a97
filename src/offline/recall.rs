//! What the office has is taken back: a submission, so that it can be changed, or the whole application.
use super::outgoing::{OutboxRow, Outgoing, What, json};
use super::{DraftId, EntryId, Offline, StoreError};
use crate::api::ApiError;
use contract::api::{Slug, Withdrawal, Words};
use contract::application::{Act, State as Stage};
use outbox::Body;

impl Offline {
    /// Puts a withdrawal on its way. One that waits already is the one: asked for again, from another page, nothing more goes.
    ///
    /// # Errors
    /// It was not stored, and is not on its way.
    pub async fn withdraw(self, application: &str, words: Option<Words>) -> Result<EntryId, StoreError> {
        let is_it = |row: &OutboxRow| row.application == application && row.what == What::Withdraw;
        let waits =
            self.outbox().with_untracked(|rows| rows.iter().find(|row| is_it(row) && !row.state.is_settled()).cloned());
        if let Some(row) = waits {
            return Ok(row.id);
        }
        let body = Body::Act { act: Act::Withdraw, frozen: json(&Withdrawal { words }), documents: Vec::new() };
        let made = self.inner().put(vec![Outgoing { application: application.to_owned(), body }]).await?;
        made.into_iter().next().ok_or(StoreError::Closed)
    }

    /// Takes a submission back at the office, so that it can be changed. A conversation: it does not wait for a network.
    ///
    /// # Errors
    /// `act-refused`: the review has begun. And as every call.
    pub async fn recall(self, application: &str) -> Result<(), ApiError> {
        let inner = self.inner();
        let known = inner.records.try_with_untracked(|records| records.get(application).map(|kept| kept.value.round));
        let round = known.flatten().unwrap_or(1);
        let asker = inner.asker();
        let reply = inner.api.recall(application, round).await;
        if !inner.is_here(&asker) {
            return Err(ApiError::SignedOut);
        }
        match inner.heard(reply) {
            Ok(outcome) => inner.keep_record(outcome.application, None).await,
            Err(why) if why.may_have_arrived() => {
                // What became of it stands in the record; else that comes by itself, later.
                drop(inner.refresh(application).await);
                let done = inner.of_record(application, |record| record.state == Stage::Draft);
                return if done == Some(true) { Ok(()) } else { Err(why) };
            }
            Err(why) => {
                if why.slug() == Some(Slug::ActRefused) {
                    // Things have moved on: how they stand now is told beside that.
                    drop(inner.refresh(application).await);
                }
                return Err(why);
            }
        }
        inner.look_again(application);
        inner.thaw(&DraftId::application(application)).await;
        Ok(())
    }
}
