//! From a look that is good to a document that the draft names, and the way back: what is removed is erased.
use super::Given;
use super::filling::{Chosen, Filling};
use crate::i18n::K;
use crate::offline::{DocState, LocalDocument, NewDocument};
use contract::questionnaire::Attachment;
use image_worker::Looked;
use leptos::{prelude::*, task::spawn_local};

impl Filling {
    /// Stores the bytes, then lets the draft name them: in this order nothing is ever named that is not there. A page that ends in
    /// between finds at its next start what is not named yet.
    pub(super) fn keep(self, looked: Looked) {
        if !self.may_name() {
            self.chosen.try_set(Chosen::Ready(looked));
            return;
        }
        let turn = self.turn.get_value();
        let (application, form, pointer) =
            self.given.with_value(|it| (it.hole.application.clone(), it.form, it.hole.pointer.clone()));
        let most = self.asks().most;
        let replaced = self.replacing.get_untracked();
        let replaced = replaced.as_slice();
        let instead = self.answers().with_untracked(|all| {
            all.iter().filter(|it| gives_way(it, replaced, most)).map(|it| it.document.clone()).collect()
        });
        let document = NewDocument {
            application,
            form,
            pointer,
            media_type: looked.kind.mime().to_owned(),
            pages: looked.pages.number(),
            insisted: looked.advice.clone(),
            chosen: looked.chosen.clone(),
            bytes: looked.bytes.clone(),
            bare: looked.bare.clone(),
            thumbnail: looked.thumbnail.clone(),
            instead,
            more: self.has_more(),
        };
        let offline = self.offline;
        spawn_local(async move {
            let kept = offline.keep_document(document).await;
            let wanted = self.turn.try_get_value() == Some(turn);
            match kept {
                // The person has cancelled it while it was being stored.
                Ok(id) if !wanted => drop(offline.remove_document(&id).await),
                Ok(id) => {
                    self.replacing.set(None);
                    self.name_kept();
                    self.tell_kept(&id);
                    // It is kept from here on: nothing of it is left to cancel, and the page may be left.
                    self.next();
                    // It goes out, and what it replaces goes, when this is stored.
                    offline.save_drafts().await;
                }
                Err(why) if wanted => {
                    self.chosen.set(Chosen::NotKept(why, looked));
                    self.settle();
                }
                Err(_) => {}
            }
        });
    }

    /// Whether the item is on a page whose answers may be changed.
    fn may_name(self) -> bool {
        let open = |given: &Given| given.hole.closed.try_get_untracked() == Some(false);
        self.is_shown() && self.given.try_with_value(open) == Some(true)
    }

    /// Tells who listens that it is kept, and how far it is.
    fn tell_kept(self, id: &str) {
        let waits = |it: &LocalDocument| matches!(it.state, DocState::WaitingForConsent);
        let here = self.offline.document(id).with_untracked(|it| it.as_ref().is_some_and(waits));
        let words = self.i18n.text(if here { K::DocHere } else { K::DocQueued });
        let label = self.label().try_get_untracked().unwrap_or_default();
        self.announcer.say(&self.i18n.say(K::FmtColon, &[("label", label.into()), ("words", words.into())]));
    }

    /// Lets the answers name what is kept of this item and named by none yet. Where the item is on no page, that waits until it is.
    pub(super) fn name_kept(self) {
        if !self.may_name() {
            return;
        }
        let most = self.asks().most;
        let mut answers = self.answers().get_untracked();
        let mut changed = false;
        let unnamed =
            self.given.with_value(|it| self.offline.unnamed_documents(&it.hole.application, it.form, &it.hole.pointer));
        for (document, instead) in unnamed {
            if !answers.iter().any(|it| it.document == document.id) {
                place(&mut answers, attachment(document), &instead, most);
                changed = true;
            }
        }
        if changed {
            self.given.with_value(|given| given.hole.on_change).run(answers);
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

    /// Takes a document out of the answers, and away: with it what was to take its place, which may be a copy of it.
    pub(super) fn remove(self, id: String) {
        if self.replacing.with_untracked(|it| it.as_ref() == Some(&id)) {
            self.dismiss();
        }
        let offline = self.offline;
        self.given.with_value(|given| offline.give_up_document(&given.hole.application, given.form, &id));
        let mut answers = self.answers().get_untracked();
        answers.retain(|it| it.document != id);
        self.given.with_value(|given| given.hole.on_change).run(answers);
        // It goes when this is stored.
        spawn_local(async move { offline.save_drafts().await });
    }
}

fn attachment(document: LocalDocument) -> Attachment {
    Attachment {
        document: document.id,
        sha256: Some(document.sha256),
        content_type: Some(document.media_type),
        size: Some(document.size),
        title: None,
    }
}

/// Whether this one goes for a new one: where one is asked for, all that is there does.
fn gives_way(it: &Attachment, replaced: &[String], most: usize) -> bool {
    most == 1 || replaced.contains(&it.document)
}

/// Puts a document in the place of what gives way to it, else behind the others.
fn place(answers: &mut Vec<Attachment>, document: Attachment, instead: &[String], most: usize) {
    let place = answers.iter().position(|it| gives_way(it, instead, most)).unwrap_or(answers.len());
    answers.retain(|it| !gives_way(it, instead, most));
    answers.insert(place, document);
}
