//! Which documents the stored drafts name. One that none names yet waits; one that none names any more goes, and not before
//! the draft without it is stored: that says in the same transaction that it is given up, so that it is never sent should the
//! page end before it is erased.
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

/// The documents that a draft, as it is stored next, names no more.
pub(super) struct GivenUp {
    /// As they are from then on.
    pub(super) records: Vec<Record>,
    /// Those that the person has taken out; the part that erases them may not be here yet.
    listed: Vec<DocumentId>,
}

impl Offline {
    /// An answer of this form is about to name a document no more: it goes as soon as the draft is stored without it, and until
    /// then nothing of it. What the draft of an earlier round was the first to name belongs to the office: it is only named no more.
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

impl DraftId {
    /// Whether it was this draft, and none of an earlier round, that named the document first, or will.
    fn is_first_to_name(&self, record: &Record) -> bool {
        self.application == record.application
            && self.form == record.form
            && record.named_in.is_none_or(|round| round == self.round)
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
                record: Record { unnamed: None, named_in: Some(draft.round), ..record.clone() },
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

    /// The draft that names them is stored: they may go.
    pub(super) fn are_named(self: &Rc<Self>, named: Vec<Named>) {
        for Named { record, .. } in named {
            let application = record.application;
            self.documents.try_update(|known| {
                known.get_mut(&record.id).map(|it| (it.unnamed, it.named_in) = (None, record.named_in))
            });
            self.tell(&News::Document(record.id));
            let inner = self.clone();
            spawn_local(async move { inner.send_documents(&application).await });
        }
    }

    /// What this draft, as it is stored next, has given up: taken out by its person, given way to another one, or given up
    /// before and not erased yet.
    pub(super) fn given_up_by(&self, draft: &DraftId, json: &str, named: &[Named]) -> GivenUp {
        let listed: Vec<DocumentId> = {
            let given_up = self.given_up.borrow();
            let ours = given_up.iter().filter(|(application, form, id)| {
                *application == draft.application && *form == draft.form && !json.contains(id.as_str())
            });
            ours.map(|(_, _, id)| id.clone()).collect()
        };
        let gone = |it: &&Record| {
            let before = it.given_up == Some(draft.form) && it.application == draft.application;
            let now = listed.contains(&it.id) || named.iter().any(|named| named.gone.contains(&it.id));
            (before && !json.contains(&it.id)) || (now && draft.is_first_to_name(it))
        };
        let given_up = |it: &Record| Record { unnamed: None, given_up: Some(draft.form), ..it.clone() };
        let records = self.documents.try_with_untracked(|known| known.values().filter(gone).map(given_up).collect());
        GivenUp { records: records.unwrap_or_default(), listed }
    }

    /// The draft that names them no more is stored.
    pub(super) fn are_given_up(&self, gone: GivenUp) -> Vec<DocumentId> {
        let GivenUp { records, listed } = gone;
        if self.whole.try_get_untracked() == Some(true) {
            // From here on each of them says so itself.
            self.given_up.borrow_mut().retain(|(_, _, id)| !listed.contains(id));
        }
        let ids: Vec<DocumentId> = records.iter().map(|record| record.id.clone()).collect();
        self.documents.try_update(|known| {
            for record in records {
                if let Some(it) = known.get_mut(&record.id) {
                    (it.unnamed, it.given_up) = (None, record.given_up);
                }
            }
        });
        ids
    }

    /// Erases them. What cannot be erased now is not sent, and is erased with the next save of its draft or at the next start.
    pub(super) async fn erase_given_up(self: &Rc<Self>, ids: &[DocumentId]) {
        for id in ids {
            let given_up = self.documents.try_with_untracked(|known| known.get(id)?.given_up).flatten();
            if given_up.is_some()
                && let Err(why) = self.remove_document(id).await
            {
                self.tell(&News::Document(id.clone()));
                leptos::logging::warn!("a document is erased later: {why:?}");
            }
        }
    }

    /// At the start, before anything goes out: what was given up by a page that ended before it was erased.
    pub(super) async fn go_on_erasing(self: &Rc<Self>) {
        let is_given_up = |it: &&Record| it.given_up.is_some();
        let ids: Vec<DocumentId> = self
            .documents
            .try_with_untracked(|known| known.values().filter(is_given_up).map(|it| it.id.clone()).collect())
            .unwrap_or_default();
        self.erase_given_up(&ids).await;
        // What was taken out of the answers before the documents were here: the next save says so of them.
        let is_listed = |draft: &DraftId| {
            self.given_up
                .borrow()
                .iter()
                .any(|(application, form, _)| *application == draft.application && *form == draft.form)
        };
        let open: Vec<_> =
            self.open_drafts.borrow().iter().filter(|(id, _)| is_listed(id)).map(|(_, it)| *it).collect();
        for draft in open {
            spawn_local(async move {
                draft.save(true).await;
            });
        }
    }
}
