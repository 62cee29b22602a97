//! From a look that is good to a document that the draft names, and the way back: what is removed is erased.
use super::filling::{Chosen, Filling};
use crate::offline::{FormKind, LocalDocument, NewDocument, Offline};
use contract::documents::Advice;
use contract::questionnaire::Attachment;
use image_worker::Looked;
use leptos::{prelude::*, task::spawn_local};

impl Filling {
    /// Stores the bytes, then lets the draft name them: in this order nothing is ever named that is not there.
    pub(super) fn keep(self, looked: Looked) {
        if !self.is_shown() {
            self.chosen.try_set(Chosen::Ready(looked));
            return;
        }
        let turn = self.turn.get_value();
        let (application, form, pointer) =
            self.given.with_value(|it| (it.hole.application.clone(), it.form, it.hole.pointer.clone()));
        let insisted = looked.advice.iter().copied().filter(|it| *it != Advice::Turn).collect();
        let sha256 = looked.sha256.to_string();
        let media_type = looked.kind.mime().to_owned();
        let size = u64::from(looked.bytes.length());
        let again = looked.clone();
        let document = NewDocument {
            application,
            form,
            pointer,
            media_type: media_type.clone(),
            pages: looked.pages.number(),
            insisted,
            bytes: looked.bytes,
            thumbnail: looked.thumbnail,
        };
        let offline = self.offline;
        spawn_local(async move {
            let kept = offline.keep_document(document).await;
            let wanted = self.turn.try_get_value() == Some(turn);
            match kept {
                // The person has cancelled it while it was being stored.
                Ok(id) if !wanted => drop(offline.remove_document(&id).await),
                Ok(id) => {
                    let attachment = Attachment {
                        document: id,
                        sha256: Some(sha256),
                        content_type: Some(media_type),
                        size: Some(size),
                        title: None,
                    };
                    self.named(attachment, again).await;
                }
                Err(why) if wanted => drop(self.chosen.try_set(Chosen::NotKept(why))),
                Err(_) => {}
            }
        });
    }

    async fn named(self, attachment: Attachment, looked: Looked) {
        if !self.is_shown() {
            // The person went to another page meanwhile: no answer names it yet, so it must not be sent either.
            self.offline.remove_document(&attachment.document).await.ok();
            self.keep(looked);
            return;
        }
        self.offline.forget_expected_photo();
        let replaced = self.replacing.try_update(Option::take).flatten();
        let mut answers = self.answers().get_untracked();
        match answers.iter_mut().find(|it| Some(&it.document) == replaced.as_ref()) {
            Some(place) => *place = attachment,
            None => answers.push(attachment),
        }
        self.given.with_value(|given| given.hole.on_change).run(answers);
        let (offline, supplement) = (self.offline, self.is_supplement());
        // It is kept from here on: nothing of it is left to cancel, and the page may be left.
        self.next();
        // A page that ends now must not leave a picture that no answer names.
        offline.save_drafts().await;
        if let Some(old) = replaced {
            erase(offline, supplement, old).await;
        }
    }

    /// Puts a document to another place, counted from 0; gives the one it has then, counted from 1.
    pub(super) fn put(self, id: &str, to: usize) -> Option<usize> {
        let mut answers = self.answers().get_untracked();
        let from = answers.iter().position(|it| it.document == id)?;
        let to = to.min(answers.len() - 1);
        if to == from {
            return None;
        }
        let moved = answers.remove(from);
        answers.insert(to, moved);
        self.given.with_value(|given| given.hole.on_change).run(answers);
        Some(to + 1)
    }

    /// Takes a document out of the answers, and away.
    pub(super) fn remove(self, id: String) {
        let mut answers = self.answers().get_untracked();
        answers.retain(|it| it.document != id);
        self.given.with_value(|given| given.hole.on_change).run(answers);
        spawn_local(erase(self.offline, self.is_supplement(), id));
    }

    fn is_supplement(self) -> bool {
        self.given.with_value(|given| given.form == FormKind::Supplement)
    }
}

/// What an earlier submission names belongs to the office: a supplement only stops naming it.
async fn erase(offline: Offline, supplement: bool, id: String) {
    let sent = offline.document(&id).with_untracked(|it| it.as_ref().is_some_and(LocalDocument::is_received));
    if !(supplement && sent) {
        // What could not be erased now is erased with the draft; no answer names it any more.
        offline.remove_document(&id).await.ok();
    }
}
