//! Which documents the stored drafts name. One that none names yet waits; one that none names any more goes, and not before
//! the draft without it is stored.
use super::documents::{DocumentId, LocalDocument, Record};
use super::{DraftId, FormKind, Inner, Offline, tabs::News};
use contract::questionnaire::Pointer;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// A document that a draft is the first to name.
pub(super) struct Named {
    /// As it is from then on.
    pub(super) record: Record,
    gone: Vec<DocumentId>,
}

impl Offline {
    /// An answer of this form is about to name a document no more: it goes as soon as the draft is stored without it, and until
    /// then nothing of it. What an earlier submission names belongs to the office: a supplement only stops naming it.
    pub fn give_up_document(self, application: &str, form: FormKind, id: &str) {
        self.inner().given_up.borrow_mut().push((application.to_owned(), form, id.to_owned()));
    }

    /// The documents of an item that no stored draft names yet, and what each takes the place of.
    pub fn unnamed_documents(
        self,
        application: &str,
        form: FormKind,
        pointer: &Pointer,
    ) -> Vec<(LocalDocument, Vec<DocumentId>)> {
        let inner = self.inner();
        let mut found: Vec<(DocumentId, Vec<DocumentId>)> = inner
            .documents
            .try_with_untracked(|known| {
                let here = |it: &&Record| it.application == application && it.form == form && it.pointer == *pointer;
                let waits = |it: &Record| Some((it.id.clone(), it.unnamed.clone()?));
                known.values().filter(here).filter_map(waits).collect()
            })
            .unwrap_or_default();
        // One that gave way before it was named stays out.
        let gone: Vec<DocumentId> = found.iter().flat_map(|(_, instead)| instead.clone()).collect();
        found.retain(|(id, _)| !gone.contains(id));
        let look = |(id, instead): (DocumentId, _)| Some((untrack(|| inner.look_at(&id))?, instead));
        found.into_iter().filter_map(look).collect()
    }
}

impl Inner {
    /// The documents that this draft, as it is stored next, is the first to name; and what has given way to each.
    pub(super) fn named_by(&self, draft: &DraftId, json: &str) -> Vec<Named> {
        let first = |record: &Record| {
            let instead = record.unnamed.as_ref()?;
            let ours = record.application == draft.application && record.form == draft.form;
            (ours && json.contains(&record.id)).then(|| Named {
                gone: instead.iter().filter(|id| !json.contains(id.as_str())).cloned().collect(),
                record: Record { unnamed: None, ..record.clone() },
            })
        };
        self.documents.try_with_untracked(|known| known.values().filter_map(first).collect()).unwrap_or_default()
    }

    /// Documents of a draft that it does not name yet, as it is stored.
    pub(super) fn unnamed_of(&self, draft: &DraftId) -> Vec<DocumentId> {
        let ours = |it: &&Record| it.application == draft.application && it.form == draft.form && it.unnamed.is_some();
        self.documents
            .try_with_untracked(|known| known.values().filter(ours).map(|it| it.id.clone()).collect())
            .unwrap_or_default()
    }

    /// The draft that names them is stored: they may go, and what has given way goes.
    pub(super) fn are_named(self: &Rc<Self>, named: Vec<Named>) {
        for Named { record, gone } in named {
            let (form, application) = (record.form, record.application);
            self.documents.try_update(|known| known.get_mut(&record.id).map(|it| it.unnamed = None));
            self.tell(&News::Document(record.id));
            let inner = self.clone();
            spawn_local(async move {
                for old in gone {
                    inner.give_up_document(form, &old).await;
                }
                inner.send_documents(&application).await;
            });
        }
    }

    /// What this draft, as it is stored next, has given up.
    pub(super) fn given_up_by(&self, draft: &DraftId, json: &str) -> Vec<DocumentId> {
        let given_up = self.given_up.borrow();
        let ours = given_up.iter().filter(|(application, form, id)| {
            *application == draft.application && *form == draft.form && !json.contains(id.as_str())
        });
        ours.map(|(_, _, id)| id.clone()).collect()
    }

    pub(super) async fn give_up_document(self: &Rc<Self>, form: FormKind, id: &str) {
        let sent = untrack(|| self.look_at(id)).is_some_and(|it| it.is_received());
        if form != FormKind::Supplement || !sent {
            // What could not be erased now is erased with the draft; no answer names it any more.
            self.remove_document(id).await.ok();
        }
    }
}
