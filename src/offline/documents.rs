//! Documents on this phone: our own bytes, encrypted, and how far each has come. The bytes never enter our own memory.
use super::bytes::{bare_key, blob, bytes_key, erased, sha256, thumbnail_key};
use super::expected::{EXPECTED, ExpectedPhoto, expected_key};
use super::outgoing::Outgoing;
use super::vault::{Vault, Write};
use super::{DraftId, FormKind, Inner, Offline, StoreError, tabs::News};
use crate::reactive::{Signal, derive};
use contract::api::{BindDocument, Document};
use contract::documents::Advice;
use contract::json::FromJson;
use contract::questionnaire::{Answers, Form, Pointer, place_now};
use js_sys::Uint8Array;
use leptos::prelude::*;
use outbox::{Body, Reason};
use serde::Serialize;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

/// A UUID made by the app.
pub type DocumentId = String;

const DOCUMENTS: &str = "document/";

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
    /// No stored draft names it yet, and then it takes the place of these. Until that it stays here.
    #[serde(default)]
    pub(super) unnamed: Option<Vec<DocumentId>>,
    /// This form, as it is stored, names it no more: it does not go out, and is erased as soon as that can be.
    #[serde(default)]
    pub(super) given_up: Option<FormKind>,
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

impl Inner {
    pub(super) async fn load_documents(&self, vault: &Vault) {
        let (documents, _) = vault.all::<Record>(DOCUMENTS).await.unwrap_or_default();
        let (expected, _) = vault.all::<ExpectedPhoto>(EXPECTED).await.unwrap_or_default();
        let mut expected: Vec<ExpectedPhoto> = expected.into_iter().map(|(_, photo)| photo).collect();
        expected.extend(documents.iter().filter(|(_, it)| it.unnamed.is_some()).map(|(_, it)| ExpectedPhoto {
            application: it.application.clone(),
            pointer: it.pointer.clone(),
            kept: true,
        }));
        self.documents.try_update(|known| {
            known.extend(documents.into_iter().map(|(_, record)| (record.id.clone(), record)));
        });
        self.expected.try_set(expected);
    }

    /// Another tab has kept, changed or removed one.
    pub(super) async fn reload_document(&self, id: &str) {
        let read = self.opened().await.read::<Record>(&record_key(id)).await;
        self.documents.try_update(|known| match read {
            Ok(record) => drop(known.insert(id.to_owned(), record)),
            Err(StoreError::Missing) => drop(known.remove(id)),
            // Not to be read now is not gone: what is known of it here holds it back from going out.
            Err(why) => leptos::logging::warn!("news of a document: {why:?}"),
        });
    }

    async fn keep_document(self: &Rc<Self>, new: NewDocument) -> Result<DocumentId, StoreError> {
        let vault = self.opened().await;
        let id = super::uuid();
        let mut instead = new.instead;
        // One that gives way before it was named had taken the place of others.
        let before = self.documents.try_with_untracked(|known| {
            let taken = instead.iter().filter_map(|id| known.get(id)?.unnamed.clone());
            taken.flatten().collect::<Vec<_>>()
        });
        instead.extend(before.unwrap_or_default());
        let record = Record {
            id: id.clone(),
            owner: self.owner_of(&new.application),
            application: new.application,
            form: new.form,
            pointer: new.pointer,
            media_type: new.media_type,
            size: u64::from(new.bytes.length()),
            sha256: sha256(&new.bytes).await?,
            pages: new.pages,
            insisted: new.insisted,
            chosen: new.chosen,
            received: None,
            paused: false,
            unnamed: Some(instead),
            given_up: None,
        };
        let mut writes =
            vec![Write::record(record_key(&id), &record), Write::Bytes { key: bytes_key(&id), bytes: new.bytes }];
        if let Some(bytes) = new.bare {
            writes.push(Write::Bytes { key: bare_key(&id), bytes });
        }
        if let Some(bytes) = new.thumbnail {
            writes.push(Write::Bytes { key: thumbnail_key(&id), bytes });
        }
        // In the same transaction: a page that is ended now says at its next start that the photo is here.
        let expected = expected_key(&record.application, &record.pointer);
        if !new.more {
            writes.push(Write::erase(expected.clone()));
        }
        vault.write(writes, true).await?;
        if !new.more {
            self.expecting.borrow_mut().retain(|it| *it != expected);
        }
        self.documents.try_update(|known| known.insert(id.clone(), record));
        self.tell(&News::Document(id.clone()));
        Ok(id)
    }

    /// Only the application itself asks for it; what comes later is covered by it.
    pub(super) fn has_consent(&self, record: &Record) -> bool {
        let id = DraftId::application(&record.application);
        let given = |head: &super::draft::Head| head.consent;
        record.form != FormKind::Application
            || self.drafts.try_with(|drafts| drafts.get(&id).is_some_and(given)).unwrap_or_default()
    }

    /// Puts every document of an application on its way that may go and is not under way yet.
    pub(super) async fn send_documents(self: &Rc<Self>, application: &str) {
        let _turn = self.putting.take().await;
        let under_way = |id: &str| {
            let outbox = self.outbox.borrow();
            outbox
                .entries()
                .iter()
                .any(|entry| matches!(&entry.body, Body::Document { document, .. } if document == id))
        };
        let ready: Vec<Record> = self
            .documents
            .try_with_untracked(|known| {
                let ready = |record: &&Record| {
                    record.application == application
                        && record.received.is_none()
                        && record.unnamed.is_none()
                        && record.given_up.is_none()
                };
                known.values().filter(ready).cloned().collect()
            })
            .unwrap_or_default();
        for record in ready {
            if untrack(|| self.has_consent(&record)) && !under_way(&record.id) {
                // If it cannot be stored now, the next save, start or submission tries again.
                drop(self.put(vec![Outgoing::document(&record)]).await);
            }
        }
        // What is under way may have been held back until now.
        self.bell.ring();
    }

    pub(super) async fn change_document(self: &Rc<Self>, id: &str, change: impl FnOnce(&mut Record)) {
        let changed = self
            .documents
            .try_update(|known| {
                let record = known.get_mut(id)?;
                change(record);
                Some(record.clone())
            })
            .flatten();
        if let Some(record) = changed {
            // What is lost of it is asked of the server again.
            self.opened().await.write_copy(vec![Write::record(record_key(id), &record)]).await;
            self.tell(&News::Document(id.to_owned()));
        }
    }

    /// A draft moves to a newer form: its documents lie where that one asks for them, and go there.
    pub(super) async fn move_documents(self: &Rc<Self>, draft: &DraftId, form: &Form, from: &str, answers: &Answers) {
        let of_it: Vec<(DocumentId, Pointer)> = self
            .documents
            .try_with_untracked(|known| {
                let ours = |it: &&Record| it.application == draft.application && it.form == draft.form;
                known.values().filter(ours).map(|it| (it.id.clone(), it.pointer.clone())).collect()
            })
            .unwrap_or_default();
        for (id, pointer) in of_it {
            let named = answers.documents().find(|(_, it)| it.document == id).map(|(at, _)| at.clone());
            let Some(to) = named.or_else(|| place_now(form, from, &pointer)).filter(|to| *to != pointer) else {
                continue;
            };
            self.change_document(&id, |record| record.pointer.clone_from(&to)).await;
            let entries = self.outbox.borrow_mut().move_document(&id, &to);
            for entry in entries {
                if let Err(why) = self.save_entry(&entry).await {
                    // The office knows its old name too.
                    leptos::logging::warn!("a document goes by its old name: {why:?}");
                }
            }
        }
    }

    pub(super) async fn remove_document(self: &Rc<Self>, id: &str) -> Result<(), StoreError> {
        self.opened().await;
        let known = self.documents.try_with_untracked(|known| known.get(id).cloned()).flatten();
        let Some(application) = known.as_ref().map(|record| record.application.clone()) else {
            return Err(StoreError::Missing);
        };
        let entry = self.outbox.borrow().entries().into_iter().find_map(|entry| {
            let Body::Document { document, location, .. } = &entry.body else { return None };
            (document == id).then(|| (entry.left, location.clone()))
        });
        let (left, begun) = entry.unwrap_or_default();
        let on_server = left || known.is_some_and(|record| record.received.is_some());
        self.withdraw_document(id).await;
        // In one transaction: what is gone here is also taken back there.
        let body = Body::Remove { document: id.to_owned() };
        let taken_back = on_server.then_some(Outgoing { application, body });
        self.put_with(taken_back.into_iter().collect(), erased(id)).await?;
        if let Some(location) = begun {
            // A part of it may be there already; one that is on its way at this moment is ended by the driver.
            let inner = self.clone();
            spawn_local(async move { drop(inner.api.end_upload(&location).await) });
        }
        self.documents.try_update(|known| known.remove(id));
        self.sent.try_update(|sent| sent.remove(id));
        self.tell(&News::Document(id.to_owned()));
        Ok(())
    }

    /// What was begun signed out belongs to somebody now: its documents too and what waits to be sent, in one transaction; and
    /// they may go out.
    pub(super) async fn adopted(self: &Rc<Self>, application: &str, subject: &str) {
        let documents: Vec<Record> = self
            .documents
            .try_with_untracked(|known| {
                let free = |record: &&Record| record.application == application && record.owner.is_none();
                let ours = |record: &Record| Record { owner: Some(subject.to_owned()), ..record.clone() };
                known.values().filter(free).map(ours).collect()
            })
            .unwrap_or_default();
        let entries = self.outbox.borrow().adoptable(application, subject);
        let mut writes: Vec<Write> = entries.iter().map(super::outgoing::write).collect();
        writes.extend(documents.iter().map(|record| Write::record(record_key(&record.id), record)));
        if let Err(why) = self.opened().await.write(writes, true).await {
            // They stay this phone's for now; the tab that sends looks for them when it begins to.
            leptos::logging::warn!("documents were not taken over: {why:?}");
            return;
        }
        self.documents.try_update(|known| known.extend(documents.into_iter().map(|it| (it.id.clone(), it))));
        self.outbox.borrow_mut().adopt(application, subject);
        self.show_outbox();
        for entry in entries {
            self.tell(&News::Entry(entry.id));
        }
        self.send_documents(application).await;
        self.bell.ring();
    }

    /// A page ended, or a phone was full, while a draft was taken over: what belongs to it follows.
    pub(super) async fn adopt_the_rest(self: &Rc<Self>) {
        let left: Vec<String> = {
            let outbox = self.outbox.borrow();
            let free = outbox.entries().into_iter().filter(|entry| entry.owner.is_none());
            free.map(|entry| entry.application.clone()).collect()
        };
        for application in left {
            if let Some(subject) = self.owner_of_draft(&application) {
                self.adopted(&application, &subject).await;
            }
        }
    }

    /// What was withdrawn needs no photos any more: they leave this phone, and what would still send them.
    pub(super) async fn forget_photos(&self, application: &str) {
        let of_it: Vec<DocumentId> = self
            .documents
            .try_with_untracked(|known| {
                known.values().filter(|it| it.application == application).map(|it| it.id.clone()).collect()
            })
            .unwrap_or_default();
        if of_it.is_empty() {
            return;
        }
        let entries: Vec<_> = of_it.iter().flat_map(|id| self.outbox.borrow_mut().remove_document(id)).collect();
        let mut writes: Vec<Write> = of_it.iter().flat_map(|id| erased(id)).collect();
        writes.extend(entries.iter().map(|id| Write::erase(super::outgoing::entry_key(id))));
        // What stays now goes when the record is read again.
        if self.opened().await.write(writes, true).await.is_ok() {
            self.documents.try_update(|known| known.retain(|id, _| !of_it.contains(id)));
            for id in of_it {
                self.tell(&News::Document(id));
            }
        }
        self.show_outbox();
    }

    pub(super) fn documents_of(&self, draft: &DraftId) -> Vec<DocumentId> {
        self.documents
            .try_with_untracked(|known| {
                let ours = |record: &&Record| record.application == draft.application && record.form == draft.form;
                known.values().filter(ours).map(|record| record.id.clone()).collect()
            })
            .unwrap_or_default()
    }
}

impl Outgoing {
    pub(super) fn document(record: &Record) -> Self {
        let bind = BindDocument {
            pointer: record.pointer.clone(),
            upload: String::new(),
            sha256: record.sha256.clone(),
            size: record.size,
            media_type: record.media_type.clone(),
            insisted: record.insisted.iter().map(|advice| advice.code().to_owned()).collect(),
        };
        let body = Body::Document { document: record.id.clone(), bind, location: None };
        Self { application: record.application.clone(), body }
    }
}

pub(super) fn record_key(id: &str) -> String {
    format!("{DOCUMENTS}{id}")
}
