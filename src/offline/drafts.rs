//! The drafts on this phone: begun, found again, taken over at sign-in, forgotten.
use super::office::Told;
use super::stored::{Head, Record};
use super::vault::{Vault, Write};
use super::{Draft, DraftId, FormKind, Inner, Offline, StoreError, tabs::News};
use crate::reactive::{Signal, derive};
use contract::api::Instant;
use contract::questionnaire::{Answers, Beside};
use leptos::prelude::GetValue as _;
use litemap::LiteMap;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Whose draft it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Begun signed out: belongs to this phone until somebody takes it over.
    ThisPhone,
    /// The one who is here.
    Me,
    /// Another sign-in: locked, and nothing of it is shown.
    SomebodyElse,
}

/// How far a draft is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftState {
    /// Being filled in.
    Editing,
    /// Frozen, waiting to be sent or on its way.
    Waiting,
    /// The office has it.
    Sent,
}

/// What is in the page's memory only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unstored {
    /// What was typed: the phone takes nothing more.
    Typed,
    /// A photo that is being looked at, was advised upon, or did not fit: its person has to decide.
    Photo,
}

/// One line of the list of drafts.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftSummary {
    /// Names it.
    pub id: DraftId,
    /// `id|version`.
    pub questionnaire: String,
    /// Whose it is.
    pub owner: Owner,
    /// When it was begun.
    pub begun_at: Instant,
    /// When it was last stored.
    pub saved_at: Option<Instant>,
    /// When something was last answered in it; `None`: nothing was yet.
    pub answered_at: Option<Instant>,
    /// The person it is for, once the name is filled in.
    pub holder: Option<String>,
    /// How far it is.
    pub state: DraftState,
}

impl Offline {
    /// The drafts on this phone: the one that was answered in last is the first, and those in which nothing was answered yet
    /// come after all others. Another person's are in it to be told apart, never to be shown.
    pub fn drafts(self) -> Signal<Vec<DraftSummary>> {
        let inner = self.inner();
        let (drafts, here) = (inner.drafts, inner.here);
        derive(move || {
            let here = here.get();
            let mut all: Vec<DraftSummary> = Vec::new();
            drafts.with(|drafts| {
                for draft in drafts.values().map(|head| summary(head, here.as_deref())) {
                    // There are few of them, and a sort is kilobytes of code.
                    let age = (draft.answered_at, draft.begun_at);
                    let place = all.iter().position(|other| (other.answered_at, other.begun_at) < age);
                    all.insert(place.unwrap_or(all.len()), draft);
                }
            });
            all
        })
    }

    /// Stores whatever is not stored yet: the page may then be left or loaded anew.
    ///
    /// # Errors
    /// What would be gone with the page.
    pub async fn store_all(self) -> Result<(), Unstored> {
        let inner = self.inner();
        inner.save_drafts().await;
        if inner.undecided.try_with_untracked(Vec::is_empty) == Some(false) {
            return Err(Unstored::Photo);
        }
        let open = inner.open_drafts.borrow();
        if open.values().any(|draft| draft.is_dirty()) { Err(Unstored::Typed) } else { Ok(()) }
    }

    /// Begins an application and gives its id, which is its URL too. Nothing leaves this phone.
    pub fn begin_draft(self, questionnaire: &str) -> String {
        let inner = self.inner();
        let id = DraftId::application(&super::uuid());
        let draft = inner.begin(self, id.clone(), questionnaire);
        // Its URL leads back to it from now on, also after the page was ended.
        spawn_local(async move {
            draft.save(true).await;
        });
        id.application
    }

    /// Opens a draft. A supplement or a report that is not there yet is begun under `questionnaire`, with no answers.
    ///
    /// # Errors
    /// `Missing`, `Locked` (another person's), `Unreadable`; `Closed`: it, or what was left of it, is not to be read now.
    pub async fn open_draft(self, id: &DraftId, questionnaire: &str) -> Result<Draft, StoreError> {
        let inner = self.inner();
        if let Some(draft) = inner.open_drafts.borrow().get(id) {
            return Ok(*draft);
        }
        let vault = inner.opened().await;
        if !inner.knows_last_words(id).await {
            return Err(StoreError::Closed);
        }
        let head = inner.drafts.try_with_untracked(|drafts| drafts.get(id).cloned()).flatten();
        let here = inner.subject();
        let is_anothers = |head: &Head| summary(head, here.as_deref()).owner == Owner::SomebodyElse;
        if head.as_ref().is_some_and(is_anothers) {
            return Err(StoreError::Locked);
        }
        // What could not be read as this page began may lie there all the same: nothing is begun over it.
        match vault.read::<Record>(&id.key()).await {
            Ok(record) if head.is_none() && is_anothers(&record.head) => Err(StoreError::Locked),
            Ok(record) => {
                if head.is_none() {
                    inner.drafts.try_update(|known| known.insert(id.clone(), record.head.clone()));
                }
                Ok(inner.show(self, record))
            }
            Err(StoreError::Missing) if head.is_some() => Err(StoreError::Missing),
            Err(StoreError::Missing) if id.form == FormKind::Application => {
                inner.restored(self, id).await.ok_or(StoreError::Missing)
            }
            Err(StoreError::Missing) => Ok(inner.begin(self, id.clone(), questionnaire)),
            Err(why) => Err(why),
        }
    }

    /// Stores every open draft that has changed, at once: after something that a person does not do twice gladly.
    pub async fn save_drafts(self) {
        // What has just been answered is noticed by the draft in the next turn.
        leptos::task::tick().await;
        let inner = self.inner();
        inner.save_drafts().await;
    }

    /// What was begun signed out belongs to the one who is here from now on. Offered at sign-in, never done by itself.
    ///
    /// # Errors
    /// It was not stored; it still belongs to this phone.
    pub async fn adopt_draft(self, application: &str) -> Result<(), StoreError> {
        self.inner().adopt(application).await
    }

    /// Removes a draft from this phone, with its documents and what waits to be sent of it. What the office has is not touched.
    ///
    /// # Errors
    /// It is still there. `UnderWay`: it may have reached the office already.
    pub async fn forget_draft(self, id: &DraftId) -> Result<(), StoreError> {
        self.inner().forget_draft(id).await
    }

    /// Whether the identity consent of this application is given: until then photos wait on this phone.
    pub fn set_consent(self, application: &str, given: bool) {
        let inner = self.inner();
        let id = DraftId::application(application);
        let changed = inner.drafts.try_update(|drafts| match drafts.get_mut(&id) {
            Some(head) if head.consent != given => {
                head.consent = given;
                true
            }
            Some(_) | None => false,
        });
        if changed == Some(true) {
            let application = application.to_owned();
            spawn_local(async move {
                inner.store_head(&id).await;
                inner.saves.ring();
                inner.tell_office(Told::Consent(application)).await;
            });
        }
    }
}

fn summary(head: &Head, here: Option<&str>) -> DraftSummary {
    let owner = match head.owner.as_deref() {
        None => Owner::ThisPhone,
        owner if owner == here => Owner::Me,
        Some(_) => Owner::SomebodyElse,
    };
    let state = match (&head.entry, head.sent) {
        (_, true) => DraftState::Sent,
        (Some(_), false) => DraftState::Waiting,
        (None, false) => DraftState::Editing,
    };
    DraftSummary {
        id: head.id.clone(),
        questionnaire: head.questionnaire.clone(),
        owner,
        begun_at: head.begun_at,
        saved_at: head.saved_at,
        answered_at: head.answered_at,
        holder: head.holder.clone(),
        state,
    }
}

impl Draft {
    /// From here on it is this one, wherever it was written.
    pub(super) fn shows(self, record: Record) {
        self.answers.try_set(record.answers);
        self.notes.try_set(record.notes);
        self.beside.try_set(record.beside);
        self.step.try_set(record.head.step);
        self.questionnaire.try_set(record.head.questionnaire);
    }
}

impl Inner {
    pub(super) async fn load_drafts(&self, vault: &Vault) {
        // A draft that cannot be read is counted by the vault and left where it is.
        let (drafts, _) = vault.all::<Record>("draft/").await.unwrap_or_default();
        self.drafts.try_update(|known| {
            for (_, record) in drafts {
                // What was begun before the vault was open is newer.
                known.entry(record.head.id.clone()).or_insert(record.noted().head);
            }
        });
    }

    pub(super) fn begin(self: &Rc<Self>, offline: Offline, id: DraftId, questionnaire: &str) -> Draft {
        let head = Head {
            id: id.clone(),
            questionnaire: questionnaire.to_owned(),
            owner: self.subject(),
            step: None,
            begun_at: self.api.now(),
            saved_at: None,
            answered_at: None,
            saves: 0,
            consent: id.form != FormKind::Application,
            entry: None,
            sent: false,
            sent_as: 0,
            holder: None,
        };
        self.drafts.try_update(|drafts| drafts.insert(id, head.clone()));
        self.show(
            offline,
            Record { head, answers: Answers::default(), notes: LiteMap::new(), beside: Beside::default() },
        )
    }

    /// Makes the signals of a draft, or gives those that are there.
    fn show(self: &Rc<Self>, offline: Offline, record: Record) -> Draft {
        let id = record.head.id.clone();
        if let Some(draft) = self.open_drafts.borrow().get(&id) {
            return *draft;
        }
        let draft = self.under_shell(move || Draft::open(offline, record, true));
        self.open_drafts.borrow_mut().insert(id.clone(), draft);
        self.hold_draft(&id, draft);
        self.saves.ring();
        draft
    }

    /// Another tab has stored a newer one: shown where this tab only reads.
    pub(super) async fn reload_draft(self: &Rc<Self>, id: &DraftId) {
        let vault = self.opened().await;
        let Ok(record) = vault.read::<Record>(&id.key()).await else { return };
        let record = record.noted();
        self.drafts.try_update(|drafts| drafts.insert(id.clone(), record.head.clone()));
        let open = self.open_drafts.borrow().get(id).copied();
        if let Some(draft) = open
            && draft.writable.try_get_untracked() == Some(false)
        {
            let saved_at = record.head.saved_at;
            draft.shows(record);
            draft.is_stored_elsewhere(saved_at);
        }
    }

    fn names_anew(&self, draft: Draft) -> bool {
        let Some(id) = draft.id.try_get_value() else { return false };
        let unnamed = self.unnamed_of(&id);
        let names = |answers: &Answers| answers.documents().any(|(_, it)| unnamed.contains(&it.document));
        !unnamed.is_empty() && draft.answers.try_with_untracked(names) == Some(true)
    }

    /// Stores everything that is not stored yet: before the page is hidden or ends.
    pub(super) async fn save_drafts(&self) {
        let open: Vec<Draft> = self.open_drafts.borrow().values().copied().collect();
        for draft in open {
            // What a page stored beside the vault as it ended may name documents that do not know it yet.
            let names_anew = self.names_anew(draft);
            if names_anew || draft.is_dirty() {
                draft.save(names_anew).await;
            }
        }
    }

    /// Stores what is known of a draft beside its answers.
    pub(super) async fn store_head(self: &Rc<Self>, id: &DraftId) -> bool {
        let open = self.open_drafts.borrow().get(id).copied();
        if let Some(draft) = open {
            return draft.save(true).await;
        }
        self.store_beside_answers(id).await
    }

    /// The answers stay as they lie in the vault.
    async fn store_beside_answers(self: &Rc<Self>, id: &DraftId) -> bool {
        let vault = self.opened().await;
        let Ok(record) = vault.read::<Record>(&id.key()).await else { return false };
        let Some(head) = self.drafts.try_with_untracked(|drafts| drafts.get(id).cloned()).flatten() else {
            return false;
        };
        let head = Head { saves: head.saves.max(record.head.saves), ..head };
        self.store_draft(Record { head, ..record }.into(), true, None).await.is_ok()
    }

    /// Drafts leave the screen, stored: another person is here now than before, or nobody.
    pub(super) async fn close_drafts(&self, before: Option<String>) {
        self.save_drafts().await;
        let is_left = self.say_last_words();
        // What belongs to this phone stays open where nobody was here: the one who signs in now began it.
        let drafts = self.drafts;
        self.open_drafts.borrow_mut().retain(|id, draft| {
            let owner = drafts.try_with_untracked(|drafts| drafts.get(id).map(|head| head.owner.clone()));
            let stays = before.is_none() && matches!(owner, Some(Some(None)));
            // One that is opened anew begins with what was left of it, and only that one is stored from then on. What could be
            // left nowhere is tried again by itself as long as the page is there.
            if !stays && (is_left || !draft.is_dirty()) {
                draft.writable.try_set(false);
            }
            stays
        });
        // What is not open any more is in nobody's hand.
        let open = self.open_drafts.borrow();
        self.held.borrow_mut().retain(|id, _| open.contains_key(id));
    }

    pub(super) async fn adopt(self: &Rc<Self>, application: &str) -> Result<(), StoreError> {
        let Some(subject) = self.subject() else { return Err(StoreError::Locked) };
        self.opened().await;
        let ids: Vec<DraftId> = self
            .drafts
            .try_update(|drafts| {
                let heads = drafts.iter_mut().map(|(_, head)| head);
                let free = heads.filter(|head| head.id.application == application && head.owner.is_none());
                free.map(|head| {
                    head.owner = Some(subject.clone());
                    head.id.clone()
                })
                .collect()
            })
            .unwrap_or_default();
        for (stored, id) in ids.iter().enumerate() {
            if !self.store_head(id).await {
                // What does not belong to them where it lies does not here either.
                self.drafts.try_update(|drafts| {
                    for id in ids.iter().skip(stored) {
                        if let Some(head) = drafts.get_mut(id) {
                            head.owner = None;
                        }
                    }
                });
                return Err(self.why_not_stored(id));
            }
        }
        self.tell_office(Told::Adopted { application: application.to_owned(), subject }).await;
        Ok(())
    }

    fn why_not_stored(&self, id: &DraftId) -> StoreError {
        let state = self.open_drafts.borrow().get(id).and_then(|draft| draft.saved.try_get_untracked());
        match state {
            Some(super::SaveState::Failed(why)) => why,
            Some(_) | None => StoreError::Closed,
        }
    }

    async fn forget_draft(self: &Rc<Self>, id: &DraftId) -> Result<(), StoreError> {
        let vault = self.opened().await;
        let mut writes = vec![Write::erase(id.key())];
        // What waits to be sent of it, and which photos are its own, is known to the part that faces the office.
        let mut stopped = Vec::new();
        if vault.holds(super::outgoing::ENTRIES).await || vault.holds(super::documents::DOCUMENTS).await {
            let more;
            (stopped, more) = self.stopped_with(id).await?;
            writes.extend(more);
        }
        if id.form == FormKind::Application {
            writes.push(Write::erase(super::account::copy_key(&id.application)));
        }
        let documents = self.documents_of(id);
        for document in &documents {
            writes.extend(super::bytes::erased(document));
        }
        match vault.write(writes, true).await {
            // It has left meanwhile.
            Err(StoreError::Elsewhere) => return Err(StoreError::UnderWay),
            done => done?,
        }
        self.tell_office(Told::Stopped(stopped)).await;
        super::last_words::forget(id);
        self.forget_head(id);
        self.documents.try_update(|known| known.retain(|document, _| !documents.contains(document)));
        self.tell(&News::DraftGone(id.clone()));
        Ok(())
    }

    /// It is nowhere any more.
    pub(super) fn forget_head(&self, id: &DraftId) {
        self.open_drafts.borrow_mut().remove(id);
        self.held.borrow_mut().remove(id);
        self.drafts.try_update(|drafts| drafts.remove(id));
    }

    /// Changes what is known of a draft that is frozen, and stores it. Nobody types in it, so whichever tab has it in hand.
    pub(super) async fn change_head(self: &Rc<Self>, id: &DraftId, change: impl FnOnce(&mut Head)) {
        let changed = self.drafts.try_update(|drafts| drafts.get_mut(id).map(change).is_some());
        if changed == Some(true) {
            let open = self.open_drafts.borrow().get(id).copied();
            match open {
                Some(draft) if draft.writable.try_get_untracked() == Some(true) => drop(draft.save(true).await),
                Some(_) | None => drop(self.store_beside_answers(id).await),
            }
        }
    }
}
