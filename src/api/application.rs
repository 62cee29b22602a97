//! Calls about one application: record, draft, acts, documents.
use super::exchange::Ask;
use super::office::{body, part};
use super::{Api, ApiError, Fresh, Page};
use contract::api::{
    ApplicationRecord, BindDocument, Document, Event, Items, Outcome, Receipt, ServerDraft, SubmissionMade,
};
use contract::application::{Act, State};
use contract::json::{self, FromJson};
use std::time::Duration;

/// Of an application only where it stands.
#[derive(FromJson)]
struct Standing {
    state: State,
}

/// An act that carries a key and frozen bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Post {
    /// The application, for the first time or again after a recall.
    Submission,
    /// The answers to returned items.
    Supplement,
    /// The report of an examination.
    Report,
    /// The end of the matter.
    Withdrawal,
}

impl Post {
    const ALL: [(Act, Self); 4] = [
        (Act::Submit, Self::Submission),
        (Act::Supplement, Self::Supplement),
        (Act::Report, Self::Report),
        (Act::Withdraw, Self::Withdrawal),
    ];

    /// What carries this act. `None`: no act that is sent so, such as one that a newer build put on its way.
    #[must_use]
    pub fn of(act: Act) -> Option<Self> {
        Self::ALL.into_iter().find(|(carried, _)| *carried == act).map(|(_, post)| post)
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Submission => "/submission",
            Self::Supplement => "/supplement",
            Self::Report => "/examination/report",
            Self::Withdrawal => "/withdrawal",
        }
    }
}

impl Api {
    /// The URL of something below an application.
    pub(super) fn at(&self, application: &str, rest: &str) -> String {
        self.url(&format!("/applications/{}{rest}", part(application)))
    }

    /// The applications of this login, newest first, twenty a page.
    ///
    /// # Errors
    /// As every call.
    pub async fn applications(&self, cursor: Option<&str>) -> Result<Page<ApplicationRecord>, ApiError> {
        let query = cursor.map(|cursor| format!("?cursor={cursor}")).unwrap_or_default();
        self.page(Ask::get(self.url(&format!("/applications{query}")), None)).await
    }

    /// Whether an application of this login has not ended, of the twenty newest: whoever asks waits no longer than this. Of each
    /// only that is read.
    ///
    /// # Errors
    /// As every call.
    pub async fn has_open_application(&self, limit: Duration) -> Result<bool, ApiError> {
        let ask = Ask::get(self.url("/applications"), None).mute().within(limit);
        let Fresh::New { value: text, .. } = self.fresh_text(ask).await? else { return Err(ApiError::Unreadable) };
        let page: Items<Standing> = json::read(&text).ok_or(ApiError::Unreadable)?;
        Ok(page.items.iter().any(|it| !it.state.is_end()))
    }

    /// One application as it stands.
    ///
    /// # Errors
    /// As every call.
    pub async fn application(&self, id: &str, etag: Option<&str>) -> Result<Fresh<ApplicationRecord>, ApiError> {
        self.fresh(Ask::get(self.at(id, ""), etag)).await
    }

    /// Makes an application with this id; if it is there it stays as it is. `frozen` is a `NewApplication`.
    ///
    /// # Errors
    /// `questionnaire-changed`, `application-elsewhere`, and as every call.
    pub async fn put_application(&self, id: &str, frozen: &str) -> Result<ApplicationRecord, ApiError> {
        self.json(Ask::put(self.at(id, ""), frozen)).await
    }

    /// The draft on the server.
    ///
    /// # Errors
    /// As every call.
    pub async fn draft(&self, id: &str, etag: Option<&str>) -> Result<Fresh<ServerDraft>, ApiError> {
        self.fresh(Ask::get(self.at(id, "/draft"), etag)).await
    }

    /// Saves the draft on the server and gives its new `ETag`. After a lost reply: GET and compare.
    ///
    /// # Errors
    /// `stale`, `act-refused`, `invalid`, and as every call.
    pub async fn put_draft(&self, id: &str, draft: &ServerDraft, etag: &str) -> Result<Option<String>, ApiError> {
        let body = body(draft);
        self.done(Ask { etag: Some(etag), ..Ask::put(self.at(id, "/draft"), &body) }).await
    }

    /// Does an act with frozen bytes. After a lost reply: [`Api::receipt`] first.
    ///
    /// # Errors
    /// Contract §3.1, and as every call.
    pub async fn post(&self, post: Post, id: &str, key: &str, frozen: &str) -> Result<Outcome, ApiError> {
        self.json(Ask::post(self.at(id, post.path()), key, frozen)).await
    }

    /// What was sent in a round, sensitive answers masked; the last one without `round`.
    ///
    /// # Errors
    /// As every call.
    pub async fn submission(&self, id: &str, round: Option<u32>) -> Result<SubmissionMade, ApiError> {
        let query = round.map(|round| format!("?round={round}")).unwrap_or_default();
        self.json(Ask::get(self.at(id, &format!("/submission{query}")), None)).await
    }

    /// Takes a submission back to change it. After a lost reply: again.
    ///
    /// # Errors
    /// `act-refused`, and as every call.
    pub async fn recall(&self, id: &str, round: u32) -> Result<Outcome, ApiError> {
        self.json(Ask::delete(self.at(id, &format!("/submission?round={round}")))).await
    }

    /// Events older than those of the record.
    ///
    /// # Errors
    /// As every call.
    pub async fn events(&self, id: &str, cursor: Option<&str>) -> Result<Page<Event>, ApiError> {
        let query = cursor.map(|cursor| format!("?cursor={cursor}")).unwrap_or_default();
        self.page(Ask::get(self.at(id, &format!("/events{query}")), None)).await
    }

    /// "Did you get it?"
    ///
    /// # Errors
    /// `not-found`: it never arrived. And as every call.
    pub async fn receipt(&self, key: &str) -> Result<Receipt, ApiError> {
        self.json(Ask::get(self.url(&format!("/receipts/{}", part(key))), None)).await
    }

    /// Binds uploaded bytes to an item. A `Document` back means: received, identical. After a lost reply: again.
    ///
    /// # Errors
    /// `hash-mismatch`, `document-refused`, `document-differs`, `upload-gone`, `act-refused`, and as every call.
    pub async fn bind(&self, id: &str, document: &str, bind: &BindDocument) -> Result<Document, ApiError> {
        self.json(Ask::put(self.at(id, &format!("/documents/{}", part(document))), &body(bind))).await
    }

    /// Removes a document. After a lost reply: again.
    ///
    /// # Errors
    /// `act-refused`, and as every call.
    pub async fn remove_document(&self, id: &str, document: &str) -> Result<(), ApiError> {
        self.gone(Ask::delete(self.at(id, &format!("/documents/{}", part(document))))).await
    }

    /// The bytes of a document that the office has, for its owner.
    ///
    /// # Errors
    /// `not-found` also once the office no longer keeps it.
    pub async fn document_content(&self, id: &str, document: &str) -> Result<Vec<u8>, ApiError> {
        let url = self.at(id, &format!("/documents/{}/content", part(document)));
        match self.bytes(Ask::get(url, None), "image/*, application/pdf").await? {
            Fresh::New { value, .. } => Ok(value),
            Fresh::Unchanged => Err(ApiError::Unreadable),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_call_carries_is_never_taken_for_a_submission() {
        let carried: Vec<Act> = Act::ALL.into_iter().filter(|act| Post::of(*act).is_some()).collect();
        assert_eq!(carried.len(), 4);
        for (act, post) in Post::ALL {
            assert_eq!(Post::of(act), Some(post), "{act:?}");
        }
        assert_eq!(Post::of(Act::Unknown), None);
    }
}
