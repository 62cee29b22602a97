//! Documents on this phone: our own bytes, encrypted, and how far each has come. The bytes never enter our own memory.
mod asked;
mod sending;
mod storing;

use super::bytes::{bare_key, blob, bytes_key, thumbnail_key};
use super::{FormKind, Offline, StoreError};
use crate::reactive::{Signal, derive};
use contract::api::Document;
use contract::documents::Advice;
use contract::json::FromJson;
use contract::questionnaire::Pointer;
use js_sys::Uint8Array;
use leptos::prelude::*;
use outbox::Reason;
use serde::Serialize;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

/// A UUID made by the app.
pub type DocumentId = String;

/// The records, one a document.
pub(super) const DOCUMENTS: &str = "document/";

/// Bytes that a person chose, checked and cleaned.
#[derive(Clone, Debug)]
pub struct NewDocument {
    /// The application it belongs to.
    pub application: String,
    /// Which of its forms.
    pub form: FormKind,
    /// The item it fills.
    pub pointer: Pointer,
    /// By content.
    pub media_type: String,
    /// Of a PDF.
    pub pages: Option<u32>,
    /// Advice that the person overrode.
    pub insisted: Vec<Advice>,
    /// SHA-256 in hex of the file that it was made of.
    pub chosen: Option<String>,
    /// What is kept and sent.
    pub bytes: Uint8Array,
    /// The same without the words across it, where there are some.
    pub bare: Option<Uint8Array>,
    /// A small JPEG to show in lists.
    pub thumbnail: Option<Uint8Array>,
    /// What it takes the place of in the answers.
    pub instead: Vec<DocumentId>,
    /// Others were chosen with it, and are expected still.
    pub more: bool,
}

/// A document as this phone knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalDocument {
    /// Its id.
    pub id: DocumentId,
    /// The application it belongs to.
    pub application: String,
    /// The item it fills.
    pub pointer: Pointer,
    /// By content.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// Hex.
    pub sha256: String,
    /// Of a PDF.
    pub pages: Option<u32>,
    /// Advice that the person overrode.
    pub insisted: Vec<Advice>,
    /// SHA-256 in hex of the file that it was made of, where this phone made it.
    pub chosen: Option<String>,
    /// Its bytes are on this phone.
    pub here: bool,
    /// How far it has come.
    pub state: DocState,
}

/// How far a document has come.
#[derive(Clone, Debug, PartialEq)]
pub enum DocState {
    /// Kept here; it goes out in its turn.
    OnThisPhone,
    /// Kept here until the identity consent is given.
    WaitingForConsent,
    /// On its way.
    Sending {
        /// Bytes; not known before the server has said how far it has it.
        sent: Option<u64>,
        /// Bytes.
        total: u64,
    },
    /// It has stopped, and goes on from there.
    Paused {
        /// Bytes that the server has confirmed, where that is known.
        sent: Option<u64>,
        /// Bytes.
        total: u64,
        /// What it waits for.
        until: Until,
    },
    /// The server has it, identical.
    Received(Document),
    /// The office had it and sent it back, or a late scan refused it: its word on it.
    Returned(Document),
    /// It was not taken, and why.
    Refused(Reason),
    /// Its bytes on this phone cannot be read any more.
    Broken,
}

/// What a document that has stopped waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// The network; it goes on by itself.
    Network,
    /// The service, which is there and does not take it now; it goes on by itself.
    Service,
    /// The person, who stopped it.
    Person,
}

impl LocalDocument {
    /// The server has it, identical.
    pub const fn is_received(&self) -> bool {
        matches!(self.state, DocState::Received(_))
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
pub(super) struct Record {
    pub(super) id: DocumentId,
    pub(super) application: String,
    pub(super) form: FormKind,
    pub(super) pointer: Pointer,
    pub(super) media_type: String,
    pub(super) size: u64,
    pub(super) sha256: String,
    #[serde(default)]
    pub(super) pages: Option<u32>,
    #[serde(default)]
    pub(super) insisted: Vec<Advice>,
    #[serde(default)]
    pub(super) chosen: Option<String>,
    #[serde(default)]
    pub(super) owner: Option<String>,
    /// The server has confirmed length and hash.
    #[serde(default)]
    pub(super) received: Option<Document>,
    /// The person stopped it.
    #[serde(default)]
    pub(super) paused: bool,
    /// What it answers is not asked now: it stays here until it is.
    #[serde(default)]
    pub(super) unasked: bool,
    /// No stored draft names it yet, and then it takes the place of these. Until that it stays here.
    #[serde(default)]
    pub(super) unnamed: Option<Vec<DocumentId>>,
    /// This form, as it is stored, names it no more: it does not go out, and is erased as soon as that can be.
    #[serde(default)]
    pub(super) given_up: Option<FormKind>,
    /// The round of the draft that was the first to name it; once that was handed over it belongs to the office.
    #[serde(default)]
    pub(super) named_in: Option<u32>,
}

impl Offline {
    /// Keeps bytes in the vault; resolves when they are stored. They go on their way once a stored draft names them, and the
    /// consent is given.
    ///
    /// # Errors
    /// They were not stored; nothing was.
    pub async fn keep_document(self, new: NewDocument) -> Result<DocumentId, StoreError> {
        self.inner().keep_document(new).await
    }

    /// One document, of this phone or of the office's record.
    pub fn document(self, id: &str) -> Signal<Option<LocalDocument>> {
        let id = id.to_owned();
        derive(move || self.inner().look_at(&id))
    }

    /// The documents of an application, those that another phone has sent too.
    pub fn documents_of(self, application: &str) -> Signal<Vec<LocalDocument>> {
        let application = application.to_owned();
        derive(move || {
            let inner = self.inner();
            let mut ids: Vec<DocumentId> = inner.documents.with(|known| {
                let ours = known.values().filter(|record| record.application == application);
                ours.map(|record| record.id.clone()).collect()
            });
            inner.records.with(|records| {
                let office = records.get(&application).map(|kept| kept.value.documents.as_slice()).unwrap_or_default();
                let others: Vec<DocumentId> =
                    office.iter().map(|document| document.id.clone()).filter(|id| !ids.contains(id)).collect();
                ids.extend(others);
            });
            ids.iter().filter_map(|id| inner.look_at(id)).collect()
        })
    }

    /// A document's bytes to show: this phone's, else the office's.
    ///
    /// # Errors
    /// `Missing`: neither has it (any more).
    pub async fn document_blob(self, id: &str) -> Result<Blob, StoreError> {
        let inner = self.inner();
        let kept = inner.documents.try_with_untracked(|known| known.get(id).cloned()).flatten();
        let vault = inner.opened().await;
        if let Some(record) = kept {
            return blob(&vault.bytes(&bytes_key(id)).await?, &record.media_type);
        }
        let (application, document) = untrack(|| inner.in_record(id)).ok_or(StoreError::Missing)?;
        let reply = inner.api.document_content(&application, id).await;
        let bytes = inner.heard(reply).map_err(|_| StoreError::Missing)?;
        blob(&Uint8Array::from(bytes.as_slice()), &document.media_type)
    }

    /// A picture's bytes to make another one of: without the words across it where this phone made it. Whether they are in it.
    ///
    /// # Errors
    /// `Missing`: neither this phone nor the office has it (any more).
    pub async fn document_to_change(self, id: &str) -> Result<(Blob, bool), StoreError> {
        match self.inner().opened().await.bytes(&bare_key(id)).await {
            Ok(bytes) => Ok((blob(&bytes, "image/jpeg")?, false)),
            // One without words has none, and none of another phone's is here.
            Err(_) => Ok((self.document_blob(id).await?, true)),
        }
    }

    /// The small picture of a document, if there is one.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn document_thumbnail(self, id: &str) -> Result<Option<Blob>, StoreError> {
        let vault = self.inner().opened().await;
        match vault.bytes(&thumbnail_key(id)).await {
            Ok(bytes) => blob(&bytes, "image/jpeg").map(Some),
            Err(StoreError::Missing) => Ok(None),
            Err(why) => Err(why),
        }
    }

    /// Removes a document from this phone and, if it is there, from the office.
    ///
    /// # Errors
    /// It is still there.
    pub async fn remove_document(self, id: &str) -> Result<(), StoreError> {
        self.inner().remove_document(id).await
    }

    /// The person stops an upload for now.
    pub fn pause_document(self, id: &str) {
        self.set_paused(id, true);
    }

    /// The person lets it go on.
    pub fn resume_document(self, id: &str) {
        self.set_paused(id, false);
    }

    fn set_paused(self, id: &str, paused: bool) {
        let (inner, id) = (self.inner(), id.to_owned());
        spawn_local(async move {
            inner.change_document(&id, |record| record.paused = paused).await;
            inner.bell.ring();
        });
    }
}

pub(super) fn record_key(id: &str) -> String {
    format!("{DOCUMENTS}{id}")
}
