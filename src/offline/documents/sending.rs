//! Which documents may go out, under which name, and whose they are.
use super::{DocumentId, Record, record_key};
use crate::offline::outgoing::Outgoing;
use crate::offline::vault::Write;
use crate::offline::{DraftId, FormKind, Inner, tabs::News};
use contract::api::BindDocument;
use contract::questionnaire::{Answers, Form, Pointer, place_now};
use leptos::prelude::*;
use outbox::Body;
use std::rc::Rc;

impl Inner {
    /// Only the application itself asks for it; what comes later is covered by it.
    pub(in crate::offline) fn has_consent(&self, record: &Record) -> bool {
        let id = DraftId::application(&record.application);
        let given = |head: &crate::offline::stored::Head| head.consent;
        record.form != FormKind::Application
            || self.drafts.try_with(|drafts| drafts.get(&id).is_some_and(given)).unwrap_or_default()
    }

    /// Puts every document of an application on its way that may go and is not under way yet.
    pub(in crate::offline) async fn send_documents(self: &Rc<Self>, application: &str) {
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
                        && !record.unasked
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

    /// A draft moves to a newer form: its documents lie where that one asks for them, and go there.
    pub(in crate::offline) async fn move_documents(
        self: &Rc<Self>,
        draft: &DraftId,
        form: &Form,
        from: &str,
        answers: &Answers,
    ) {
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

    /// What was begun signed out belongs to somebody now: its documents too and what waits to be sent, in one transaction; and
    /// they may go out.
    pub(in crate::offline) async fn adopted(self: &Rc<Self>, application: &str, subject: &str) {
        let documents: Vec<Record> = self
            .documents
            .try_with_untracked(|known| {
                let free = |record: &&Record| record.application == application && record.owner.is_none();
                let ours = |record: &Record| Record { owner: Some(subject.to_owned()), ..record.clone() };
                known.values().filter(free).map(ours).collect()
            })
            .unwrap_or_default();
        let entries = self.outbox.borrow().adoptable(application, subject);
        let mut writes: Vec<Write> = entries.iter().map(crate::offline::outgoing::write).collect();
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
    pub(in crate::offline) async fn adopt_the_rest(self: &Rc<Self>) {
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
}

impl Outgoing {
    pub(in crate::offline) fn document(record: &Record) -> Self {
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
