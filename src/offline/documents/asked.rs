//! Documents of what is not asked: answers that hide their item keep them, and they do not leave this phone until it is asked
//! again.
use super::{DocumentId, Record};
use crate::offline::office::Told;
use crate::offline::{Inner, Offline};
use outbox::Entry;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

impl Offline {
    /// Tells of the documents that answers name whether what they answer is asked now.
    pub fn asks_for_documents(self, application: &str, named: &[(DocumentId, bool)]) {
        let inner = self.inner();
        let changed: Vec<DocumentId> = inner
            .documents
            .try_with_untracked(|known| {
                let differs = |(id, asked): &&(DocumentId, bool)| known.get(id).is_some_and(|it| it.unasked == *asked);
                named.iter().filter(differs).map(|(id, _)| id.clone()).collect()
            })
            .unwrap_or_default();
        if changed.is_empty() {
            return;
        }
        // Noted at once and for all of them: what is told next is compared with this, whatever is stored by then.
        inner.documents.try_update(|known| {
            for id in &changed {
                if let Some(record) = known.get_mut(id) {
                    record.unasked = !record.unasked;
                }
            }
        });
        let application = application.to_owned();
        spawn_local(async move { inner.tell_office(Told::Asked(application, changed)).await });
    }
}

impl Inner {
    /// What is not asked any more is held back, and what is asked goes on its way.
    pub(in crate::offline) async fn are_asked(self: &Rc<Self>, application: &str, changed: Vec<DocumentId>) {
        for id in changed {
            // As it is noted by now.
            self.change_document(&id, |_| ()).await;
            let has_left = |entry: &Entry| entry.left && entry.document() == Some(id.as_str());
            let may_have_arrived = self.outbox.borrow().entries().into_iter().any(has_left);
            // Nothing waits for it, so it is no matter that waits either. It may be asked again by now.
            if !may_have_arrived && self.is_unasked(&id) {
                self.withdraw_document(&id).await;
            }
        }
        self.send_documents(application).await;
    }

    fn is_unasked(&self, document: &str) -> bool {
        self.documents
            .try_with_untracked(|known| known.get(document).is_some_and(|it: &Record| it.unasked))
            .unwrap_or_default()
    }
}
