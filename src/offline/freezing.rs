//! Freezing a draft into an entry, and thawing it again: whoever taps first freezes it, and the bytes never change.
use super::outgoing::{Outgoing, entry_key, write};
use super::stored::{Head, Record as DraftRecord};
use super::vault::{Vault, Write};
use super::{DraftId, EntryId, FormKind, Inner, StoreError, TakeBackError, tabs::News};
use contract::api::ApplicationRecord;
use contract::application::{Act, State as Stage};
use litemap::LiteMap;
use outbox::{Body, Carried, Entry, State};
use std::rc::Rc;
use std::time::Duration;

/// So often it is looked whether the tap before is done.
const MEANWHILE: Duration = Duration::from_millis(50);

impl Inner {
    /// Freezes it, or says which entry already carries it.
    pub(super) async fn freeze(
        self: &Rc<Self>,
        draft: &DraftId,
        act: Act,
        frozen: String,
        documents: Vec<String>,
    ) -> Result<EntryId, StoreError> {
        if self.freezing.borrow().contains(draft) {
            // Another tap came first: what comes of that one comes of this one too.
            while self.freezing.borrow().contains(draft) {
                crate::api::sleep(MEANWHILE).await;
            }
            return self.frozen_by(draft).ok_or(StoreError::Closed);
        }
        self.freezing.borrow_mut().push(draft.clone());
        let done = self.freeze_now(draft, act, frozen, documents).await;
        self.freezing.borrow_mut().retain(|other| other != draft);
        done
    }

    /// One transaction: the draft says that it is frozen, and the entry that carries it is there.
    async fn freeze_now(
        self: &Rc<Self>,
        draft: &DraftId,
        act: Act,
        frozen: String,
        documents: Vec<String>,
    ) -> Result<EntryId, StoreError> {
        if let Some(entry) = self.frozen_by(draft) {
            // It is on its way already.
            return Ok(entry);
        }
        let open = self.open_drafts.borrow().get(draft).copied();
        if let Some(open) = open {
            if open.writable.try_get_untracked() == Some(false) {
                // Another tab has it in hand: what stands here may be older.
                return Err(StoreError::Elsewhere);
            }
            open.save(true).await;
        }
        if let Some(entry) = self.frozen_by(draft) {
            return Ok(entry);
        }
        if act == Act::Submit
            && let Some(entry) = self.arrived_unnoted(draft)
        {
            // Set aside by one page, sent by another, and nobody could note it at the draft.
            self.arrived(draft, &entry).await;
            // What was changed since is not there with it.
            return if self.carries(&entry.id, &frozen) { Ok(entry.id) } else { Err(StoreError::UnderWay) };
        }
        if let Some(entry) = self.act_under_way(&draft.application, act) {
            // Set aside by a page that was taken for dead, while another one has it under way.
            if !self.carries(&entry, &frozen) {
                // What was changed since is not on its way with it.
                return Err(StoreError::UnderWay);
            }
            self.change_head(draft, |head| head.entry = Some(entry.clone())).await;
            return Ok(entry);
        }
        if self.subject().is_some() && self.owner_of(&draft.application).is_none() {
            // Who sends it while signed in makes it theirs.
            self.adopt(&draft.application).await?;
        }
        self.adopt_the_rest().await;
        self.give_consent(draft);
        for id in &documents {
            let held = |it: &super::documents::Record| {
                it.unnamed.is_some() || it.given_up.is_some() || it.paused || it.unasked
            };
            if self.documents.try_with_untracked(|known| known.get(id).is_some_and(held)) == Some(true) {
                // The draft could not be stored, and what is submitted names it all the same; or its upload was put on hold,
                // or it was not asked as far as this page had heard, and what waits for it would wait for ever.
                let goes = |record: &mut super::documents::Record| {
                    (record.unnamed, record.given_up) = (None, None);
                    (record.paused, record.unasked) = (false, false);
                };
                self.change_document(id, goes).await;
            }
        }
        self.send_documents(&draft.application).await;
        let vault = self.opened().await;
        let body = Body::Act { act, frozen, documents };
        let mut entries = self.as_entries(vec![Outgoing { application: draft.application.clone(), body }]);
        let Some(id) = entries.last().map(|entry| entry.id.clone()) else { return Err(StoreError::Closed) };
        let mut writes: Vec<Write> = entries.iter().map(write).collect();
        // If it cannot be read, what was frozen is whole in the entry all the same.
        if let Ok(mut record) = vault.read::<DraftRecord>(&draft.key()).await {
            if let Some(entry) = self.carried_by(&vault, &record.head).await {
                // Another tab was first, and its news are not here yet.
                self.reload_draft(draft).await;
                return Ok(entry);
            }
            record.head.entry = Some(id.clone());
            record.head.consent = true;
            writes.push(Write::record(draft.key(), &record));
        }
        self.drafts.try_update(|drafts| drafts.get_mut(draft).map(|head| head.entry = Some(id.clone())));
        // What was set aside before is replaced by this one.
        let mut replaced = self.set_aside(&draft.application, act);
        replaced.extend(self.superseded_by(&entries));
        writes.extend(replaced.iter().map(|id| Write::erase(entry_key(id))));
        if let Err(why) = vault.write(writes, true).await {
            self.drafts.try_update(|drafts| drafts.get_mut(draft).map(|head| head.entry = None));
            return Err(why);
        }
        {
            let mut outbox = self.outbox.borrow_mut();
            for entry in entries.drain(..) {
                outbox.take_in(entry);
            }
            for id in &replaced {
                outbox.forget(id);
            }
        }
        for id in replaced {
            self.tell(&News::Entry(id));
        }
        self.show_outbox();
        self.tell(&News::Entry(id.clone()));
        self.tell(&News::Draft(draft.clone()));
        self.bell.ring();
        Ok(id)
    }

    fn act_under_way(&self, application: &str, act: Act) -> Option<EntryId> {
        let outbox = self.outbox.borrow();
        let same = |entry: &&&Entry| {
            entry.application == application
                && matches!(&entry.body, Body::Act { act: this, .. } if *this == act)
                && !entry.state.is_settled()
        };
        outbox.entries().iter().find(same).map(|entry| entry.id.clone())
    }

    /// The submission of a draft that is free here although the office has it.
    fn arrived_unnoted(&self, draft: &DraftId) -> Option<Entry> {
        let is_free = |drafts: &LiteMap<DraftId, Head>| drafts.get(draft).is_some_and(|head| head.entry.is_none());
        if draft.form != FormKind::Application || self.drafts.try_with_untracked(is_free) != Some(true) {
            return None;
        }
        let record = self.of_record(&draft.application, |record| (record.state, record.round));
        self.outbox.borrow().arrived(&draft.application, record).cloned()
    }

    /// Whether this entry says the same, whenever it was frozen and whichever copy of the account had been seen by then.
    fn carries(&self, entry: &str, frozen: &str) -> bool {
        let outbox = self.outbox.borrow();
        match outbox.entry(entry).map(|entry| &entry.body) {
            Some(Body::Act { frozen: before, .. }) => before == frozen || said(before) == said(frozen),
            _ => false,
        }
    }

    /// Entries of this act that did not go out.
    fn set_aside(&self, application: &str, act: Act) -> Vec<EntryId> {
        let outbox = self.outbox.borrow();
        let same = |entry: &&&Entry| {
            entry.application == application
                && matches!(&entry.body, Body::Act { act: this, .. } if *this == act)
                && matches!(entry.state, State::SetAside(_))
        };
        outbox.entries().iter().filter(same).map(|entry| entry.id.clone()).collect()
    }

    fn frozen_by(&self, draft: &DraftId) -> Option<EntryId> {
        let id = self.drafts.try_with_untracked(|drafts| drafts.get(draft).and_then(|head| head.entry.clone()))??;
        (!self.is_set_aside(&id)).then_some(id)
    }

    fn is_set_aside(&self, id: &str) -> bool {
        self.outbox.borrow().entry(id).is_some_and(|entry| matches!(entry.state, State::SetAside(_)))
    }

    /// The entry that carries it, as it lies in the vault.
    async fn carried_by(&self, vault: &Vault, head: &Head) -> Option<EntryId> {
        let id = head.entry.clone()?;
        let waits = match vault.read::<Entry>(&entry_key(&id)).await {
            Ok(entry) => !matches!(entry.state, State::SetAside(_)),
            // Received long ago, it has left the list.
            Err(_) => head.sent,
        };
        waits.then_some(id)
    }

    fn give_consent(&self, draft: &DraftId) {
        if draft.form == FormKind::Application {
            self.drafts.try_update(|drafts| drafts.get_mut(draft).map(|head| head.consent = true));
        }
    }

    /// A draft can be changed again.
    pub(super) async fn thaw(self: &Rc<Self>, draft: &DraftId) {
        self.change_head(draft, |head| *head = thawed(head.clone())).await;
    }

    /// The office has it. Where another phone has taken it back already, it can be changed again. True: its record was read
    /// for that just now.
    pub(super) async fn arrived(self: &Rc<Self>, draft: &DraftId, entry: &Entry) -> bool {
        let (known, is_fresh) = self.submissions_with(draft, entry).await;
        self.change_head(draft, |head| {
            head.entry.get_or_insert_with(|| entry.id.clone());
            if let Some(carried) = head.carried().mended(Some(entry)) {
                let sent_as = if carried.sent_as == 0 { known } else { carried.sent_as };
                head.is_carried(Carried { sent_as, ..carried });
            }
        })
        .await;
        self.mend_taken_back(&draft.application).await;
        is_fresh
    }

    /// How many submissions the office counts with this one, where its receipt names no round; and whether it was asked.
    async fn submissions_with(self: &Rc<Self>, draft: &DraftId, entry: &Entry) -> (u32, bool) {
        let is_named =
            matches!(&entry.state, State::Received { receipt: Some(receipt), .. } if receipt.round.is_some());
        let is_fresh =
            !is_named && draft.form == FormKind::Application && self.refresh(&draft.application).await.is_ok();
        // An older record that says draft is one from before it; else the draft could be changed while the office has it.
        let count = |record: &ApplicationRecord| record.round + u32::from(!is_fresh && record.state == Stage::Draft);
        (self.of_record(&draft.application, count).unwrap_or_default(), is_fresh)
    }

    /// The office has given a submission back: its draft can be changed again. Whoever took it back, on whichever phone, and
    /// whether the reply to that came or not: its record says so.
    pub(super) async fn mend_taken_back(self: &Rc<Self>, application: &str) {
        let draft = DraftId::application(application);
        let Some((state, round)) = self.of_record(application, |record| (record.state, record.round)) else { return };
        let is_back = |head: &Head| head.carried().is_given_back(state, round);
        if self.drafts.try_with_untracked(|drafts| drafts.get(&draft).is_some_and(is_back)) == Some(true) {
            self.look_again(application);
            self.thaw(&draft).await;
        }
    }

    pub(super) async fn take_back(self: &Rc<Self>, id: &str) -> Result<(), TakeBackError> {
        let vault = self.opened().await;
        let draft = self.draft_of(id);
        // Another page may be sending it just now, and its news are not here yet: what lies in the vault is what is so.
        let (stored, lies) = match vault.read_as_it_lies::<Entry>(&entry_key(id)).await {
            Ok(found) => found,
            Err(StoreError::Missing) => return Err(TakeBackError::Missing),
            Err(_) => return Err(TakeBackError::NotStored),
        };
        // Where it was refused here, and that could not be stored, it lies there as it was before.
        let is_known = self.is_leader() && self.is_set_aside(id);
        if !is_known {
            self.outbox.borrow_mut().seen_elsewhere(stored, self.is_leader());
        }
        let entry = self.outbox.borrow_mut().take_back(id)?;
        self.show_outbox();
        // One transaction: a draft that says it is on its way has an entry that carries it.
        let mut writes = vec![Write::Expect { key: entry_key(id), lies }, Write::erase(entry_key(id))];
        if let Some(draft) = &draft
            && let Ok(record) = vault.read::<DraftRecord>(&draft.key()).await
        {
            writes.push(Write::record(draft.key(), &DraftRecord { head: thawed(record.head), ..record }));
        }
        if let Err(why) = vault.write(writes, true).await {
            // It would come back at the next start: so it stays now.
            self.outbox.borrow_mut().take_in(entry);
            if is_known {
                self.show_outbox();
            } else {
                self.reload_entry(id).await;
            }
            let has_left = why == StoreError::Elsewhere;
            return Err(if has_left { TakeBackError::MayHaveArrived } else { TakeBackError::NotStored });
        }
        self.tell(&News::Entry(id.to_owned()));
        if let Some(draft) = draft {
            self.thaw(&draft).await;
        }
        Ok(())
    }

    /// A page ended between two of its writes: a draft whose entry was set aside, or is not there, can be changed again; one
    /// whose entry was received is sent, also where another page had set it aside before and the draft does not name it.
    pub(super) async fn mend_frozen(self: &Rc<Self>, vault: &Vault) {
        let frozen = |head: &&Head| head.entry.is_some() && !head.sent;
        let ids: Vec<DraftId> = self
            .drafts
            .try_with_untracked(|drafts| drafts.values().filter(frozen).map(|head| head.id.clone()).collect())
            .unwrap_or_default();
        for id in ids {
            // Another page may have stored a newer one.
            let Ok(record) = vault.read::<DraftRecord>(&id.key()).await else { continue };
            let carried = record.head.carried();
            let Some(by) = carried.by.clone() else { continue };
            let entry = match vault.read::<Entry>(&entry_key(&by)).await {
                Ok(entry) => Some(entry),
                Err(StoreError::Missing) => None,
                // Not to be read: then nobody knows.
                Err(_) => continue,
            };
            match (carried.mended(entry.as_ref()), entry) {
                (Some(Carried { sent: true, .. }), Some(entry)) => drop(self.arrived(&id, &entry).await),
                (Some(_), _) => self.thaw(&id).await,
                (None, _) => {}
            }
        }
        let all = self.drafts.try_with_untracked(|drafts| drafts.keys().cloned().collect::<Vec<DraftId>>());
        for id in all.unwrap_or_default() {
            if let Some(entry) = self.arrived_unnoted(&id) {
                self.arrived(&id, &entry).await;
            }
        }
    }

    /// The draft that this act carries. One that another page had set aside, and that has arrived all the same, carries its
    /// application if nothing else does.
    pub(super) fn carried_draft(&self, entry: &Entry) -> Option<DraftId> {
        let id = DraftId::application(&entry.application);
        let is_submission = matches!(entry.body, Body::Act { act: Act::Submit, .. });
        let is_free = |drafts: &LiteMap<DraftId, Head>| drafts.get(&id).is_some_and(|head| head.entry.is_none());
        let carries_after_all = || {
            let is_received = is_submission && entry.state.is_received();
            is_received && self.drafts.try_with_untracked(is_free) == Some(true)
        };
        self.draft_of(&entry.id).or_else(|| carries_after_all().then(|| id.clone()))
    }

    pub(super) fn draft_of(&self, entry: &str) -> Option<DraftId> {
        let carried = |head: &&Head| head.entry.as_deref() == Some(entry);
        self.drafts.try_with_untracked(|drafts| drafts.values().find(carried).map(|head| head.id.clone())).flatten()
    }
}

/// What is said in something frozen.
fn said(frozen: &str) -> Option<serde_json::Value> {
    let mut all: serde_json::Value = serde_json::from_str(frozen).ok()?;
    all.as_object_mut()?.remove("draft");
    if let Some(answers) = all.get_mut("answers").and_then(serde_json::Value::as_object_mut) {
        answers.remove("authored");
    }
    Some(all)
}

fn thawed(mut head: Head) -> Head {
    head.is_carried(Carried::default());
    head
}

impl Head {
    fn carried(&self) -> Carried {
        Carried { by: self.entry.clone(), sent: self.sent, sent_as: self.sent_as }
    }

    fn is_carried(&mut self, Carried { by, sent, sent_as }: Carried) {
        (self.entry, self.sent, self.sent_as) = (by, sent, sent_as);
    }
}
