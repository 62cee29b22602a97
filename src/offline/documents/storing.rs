//! The shelf: documents are put on it, changed and taken off, each time with what is told and sent of it in one transaction.
use super::{DOCUMENTS, DocumentId, NewDocument, Record, record_key};
use crate::offline::bytes::{bare_key, bytes_key, erased, sha256, thumbnail_key};
use crate::offline::expected::{EXPECTED, ExpectedPhoto, expected_key};
use crate::offline::outgoing::Outgoing;
use crate::offline::vault::{Vault, Write};
use crate::offline::{DraftId, Inner, StoreError, tabs::News};
use leptos::prelude::untrack;
use outbox::Body;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

impl Inner {
    pub(in crate::offline) async fn load_documents(&self, vault: &Vault) {
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
    pub(in crate::offline) async fn reload_document(&self, id: &str) {
        let read = self.opened().await.read::<Record>(&record_key(id)).await;
        self.documents.try_update(|known| match read {
            Ok(record) => drop(known.insert(id.to_owned(), record)),
            Err(StoreError::Missing) => drop(known.remove(id)),
            // Not to be read now is not gone: what is known of it here holds it back from going out.
            Err(why) => leptos::logging::warn!("news of a document: {why:?}"),
        });
    }

    pub(in crate::offline) async fn keep_document(self: &Rc<Self>, new: NewDocument) -> Result<DocumentId, StoreError> {
        let vault = self.opened().await;
        let id = crate::offline::uuid();
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
            unasked: false,
            unnamed: Some(instead),
            given_up: None,
            named_in: None,
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

    pub(in crate::offline) async fn change_document(self: &Rc<Self>, id: &str, change: impl FnOnce(&mut Record)) {
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

    pub(in crate::offline) async fn remove_document(self: &Rc<Self>, id: &str) -> Result<(), StoreError> {
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
        let on_server =
            left || known.is_some_and(|record| record.received.is_some()) || untrack(|| self.in_record(id)).is_some();
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

    /// What was withdrawn needs no photos any more: they leave this phone, and what would still send them.
    pub(in crate::offline) async fn forget_photos(&self, application: &str) {
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
        writes.extend(entries.iter().map(|id| Write::erase(crate::offline::outgoing::entry_key(id))));
        // What stays now goes when the record is read again.
        if self.opened().await.write(writes, true).await.is_ok() {
            self.documents.try_update(|known| known.retain(|id, _| !of_it.contains(id)));
            for id in of_it {
                self.tell(&News::Document(id));
            }
        }
        self.show_outbox();
    }

    pub(in crate::offline) fn documents_of(&self, draft: &DraftId) -> Vec<DocumentId> {
        self.documents
            .try_with_untracked(|known| {
                let ours = |record: &&Record| record.application == draft.application && record.form == draft.form;
                known.values().filter(ours).map(|record| record.id.clone()).collect()
            })
            .unwrap_or_default()
    }
}
