//! One draft: the answers, who may change them, and whether they are stored.
//!
//! The answers are written by the form and by nobody else; this room watches and stores them, and its news never go back.
use super::office::Told;
use super::stored::{Head, Record, Written, is_answered};
use super::turn::Turn;
use super::vault::Write;
use super::{EntryId, Inner, Offline, StoreError, WhyMemory, tabs::News};
use crate::api::page_millis;
use crate::reactive::{Memo, RwSignal, Signal, effect_from, memo};
use contract::api::{Instant, Words};
use contract::json::FromJson;
use contract::questionnaire::{Answers, Beside, Pointer};
use leptos::prelude::*;
use litemap::LiteMap;
use serde::Serialize;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

/// So long after the last change it is stored,
const PAUSE: f64 = 200.0;
/// and never later than this after the first one that is not.
const LATEST: f64 = 500.0;
/// So soon after a failure it is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Which form of an application is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, FromJson)]
#[serde(rename_all = "kebab-case")]
pub enum FormKind {
    /// The application itself.
    Application,
    /// The answers to returned items.
    Supplement,
    /// The report of an examination.
    Report,
}

/// Names one draft.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, FromJson)]
pub struct DraftId {
    /// The application's id.
    pub application: String,
    /// Which of its forms.
    pub form: FormKind,
    /// The record's `round` for a supplement, its `report_round` for a report, 0 for the application itself.
    #[serde(default)]
    pub round: u32,
}

impl DraftId {
    /// The draft of the application itself.
    pub fn application(id: &str) -> Self {
        Self { application: id.to_owned(), form: FormKind::Application, round: 0 }
    }

    /// The answers to what was returned in this round.
    pub fn supplement(id: &str, round: u32) -> Self {
        Self { application: id.to_owned(), form: FormKind::Supplement, round }
    }

    /// The report of this round.
    pub fn report(id: &str, round: u32) -> Self {
        Self { application: id.to_owned(), form: FormKind::Report, round }
    }

    pub(super) fn key(&self) -> String {
        let form = match self.form {
            FormKind::Application => "application",
            FormKind::Supplement => "supplement",
            FormKind::Report => "report",
        };
        format!("draft/{}/{form}/{}", self.application, self.round)
    }
}

/// Whether what is on the screen is stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SaveState {
    /// Nothing was filled in yet.
    Nothing,
    /// Something is not stored yet.
    Saving,
    /// All of it is stored, since then.
    Saved(Instant),
    /// Nothing is stored, and why; it can be sent nevertheless.
    MemoryOnly(WhyMemory),
    /// It was not stored, and why; it is tried again by itself.
    Failed(StoreError),
}

/// A draft that is open. Opening the same one again gives the same signals.
#[derive(Clone, Copy)]
pub struct Draft {
    /// The answers. The form writes them, one item at a time.
    pub answers: RwSignal<Answers>,
    /// Notes to the reviewer instead of a change, in a supplement.
    pub notes: RwSignal<LiteMap<Pointer, Words>>,
    /// What its person still has to look at: filled in for them, or left over from an older form.
    pub beside: RwSignal<Beside>,
    /// Where the person was: the linkId of a step.
    pub step: RwSignal<Option<String>>,
    /// The form it is filled in by, `id|version`.
    pub questionnaire: RwSignal<String>,
    pub(super) saved: RwSignal<SaveState>,
    pub(super) writable: RwSignal<bool>,
    /// The tab that has it could not store what was typed there, and keeps it.
    pub(super) kept_back: RwSignal<bool>,
    pub(super) id: StoredValue<DraftId>,
    frozen: Memo<Option<EntryId>>,
    may_be_written: Memo<bool>,
    pending: StoredValue<Pending>,
    /// Saves go one after the other.
    saving: StoredValue<Rc<Turn>, LocalStorage>,
    pub(super) offline: Offline,
}

/// What is not stored yet, in milliseconds of the page's clock.
#[derive(Clone, Copy, Default)]
struct Pending {
    first: Option<f64>,
    last: f64,
    /// A task waits for the pause.
    timer: bool,
    /// Grows with each change, so that a save knows whether it is still the newest.
    change: u64,
    /// An answer is among the changes.
    answered: bool,
    /// The page was hidden or about to end, and left what was not stored beside the vault.
    has_left_words: bool,
    /// How often it was shown as somebody else has left it.
    shown: u32,
}

impl Draft {
    pub(super) fn open(offline: Offline, record: Record, writable: bool) -> Self {
        let saved = record.head.saved_at.map_or(SaveState::Nothing, SaveState::Saved);
        let (drafts, id) = (offline.inner().drafts, record.head.id.clone());
        // Each save changes the heads; a button that is pressed at that moment must not be drawn anew for it.
        let frozen = memo(move || drafts.try_with(|drafts| drafts.get(&id)?.entry.clone()).flatten());
        let writable = RwSignal::new(writable);
        let draft = Self {
            answers: RwSignal::new(record.answers),
            notes: RwSignal::new(record.notes),
            beside: RwSignal::new(record.beside),
            step: RwSignal::new(record.head.step),
            questionnaire: RwSignal::new(record.head.questionnaire),
            saved: RwSignal::new(saved),
            writable,
            kept_back: RwSignal::new(false),
            id: StoredValue::new(record.head.id),
            frozen,
            may_be_written: memo(move || writable.get() && frozen.with(Option::is_none)),
            pending: StoredValue::new(Pending::default()),
            saving: StoredValue::new_local(Rc::default()),
            offline,
        };
        effect_from(move |before: Option<()>| {
            draft.answers.track();
            draft.notes.track();
            draft.beside.track();
            draft.step.track();
            draft.questionnaire.track();
            if before.is_some() {
                draft.changed();
            }
        });
        effect_from(move |before: Option<()>| {
            draft.answers.track();
            if before.is_some() && draft.writable.try_get_untracked() == Some(true) {
                draft.pending.try_update_value(|pending| pending.answered = true);
            }
        });
        draft
    }

    /// Names it.
    pub fn id(self) -> DraftId {
        self.id.get_value()
    }

    /// Whether what is on the screen is stored.
    pub fn saved(self) -> Signal<SaveState> {
        self.saved.into()
    }

    /// False where another tab fills it in; [`Draft::take_over`] changes that. Also false once it is frozen.
    pub fn writable(self) -> Signal<bool> {
        self.may_be_written.into()
    }

    /// "Continue here": the other tab can then only read.
    pub fn take_over(self) {
        let (offline, id) = (self.offline, self.id());
        spawn_local(async move { offline.inner().take_draft(&id).await });
    }

    /// "Continue here" was asked for, and the other tab has something that it can store nowhere.
    pub fn kept_back(self) -> Signal<bool> {
        self.kept_back.into()
    }

    /// The entry of the outbox that carries it: its answers are frozen.
    pub fn frozen(self) -> Signal<Option<EntryId>> {
        self.frozen.into()
    }

    /// Stores it now, before something that may end the page. True if it is stored.
    pub async fn save_now(self) -> bool {
        self.save(true).await
    }

    pub(super) fn is_dirty(self) -> bool {
        self.pending.try_with_value(|pending| pending.first.is_some()).unwrap_or_default()
    }

    /// As it would be stored next: newer than what is under way. Nothing where another tab has it.
    pub(super) fn last_words(self, inner: &Inner) -> Option<Written> {
        let under_way = self.saving.try_with_value(|saving| saving.is_taken())?;
        (self.writable.try_get_untracked() == Some(true)).then(|| self.written(inner, 1 + u32::from(under_way)))?
    }

    pub(super) fn has_left_words(self) {
        self.pending.try_update_value(|pending| pending.has_left_words = true);
    }

    /// Shown as another tab, or a page before this one, has left it: nothing of it waits to be stored here.
    pub(super) fn is_stored_elsewhere(self, at: Option<Instant>) {
        self.pending.try_update_value(|pending| {
            pending.first = None;
            pending.shown += 1;
        });
        self.saved.try_set(at.map_or(SaveState::Nothing, SaveState::Saved));
    }

    /// It is not stored as it is.
    pub(super) fn changed(self) {
        if self.writable.try_get_untracked() != Some(true) {
            // Somebody else's word, which is stored where it was said.
            return;
        }
        let now = page_millis();
        self.pending.try_update_value(|pending| {
            pending.first.get_or_insert(now);
            pending.last = now;
            pending.change += 1;
        });
        if self.saved.try_get_untracked().is_some_and(|state| state != SaveState::Saving) {
            self.saved.try_set(SaveState::Saving);
        }
        tell_recovery_screen("__hc_changed", js_sys::Date::now());
        self.save_soon();
    }

    /// After the pause, unless a task waits for it already.
    fn save_soon(self) {
        let begun = self.pending.try_update_value(|pending| std::mem::replace(&mut pending.timer, true));
        if begun == Some(false) {
            spawn_local(self.save_after_pause());
        }
    }

    async fn save_after_pause(self) {
        while let Some(Pending { first: Some(first), last, .. }) = self.pending.try_get_value() {
            let wait = (last + PAUSE).min(first + LATEST) - page_millis();
            if wait <= 0.0 {
                break;
            }
            crate::api::sleep(Duration::from_secs_f64(wait / 1000.0)).await;
        }
        self.pending.try_update_value(|pending| pending.timer = false);
        if self.is_dirty() {
            self.save(false).await;
        }
    }

    /// One save after the other: of two at a time the older one might be completed last, and lie over the newer one.
    pub(super) async fn save(self, strict: bool) -> bool {
        let Some(saving) = self.saving.try_get_value() else { return false };
        let _turn = saving.take().await;
        let Some(pending) = self.pending.try_get_value() else { return false };
        if pending.first.is_none() && !strict {
            return true;
        }
        let inner = self.offline.inner();
        let as_of = js_sys::Date::now();
        let result = match self.written(&inner, 1) {
            // Another tab has it: what is stored is newer than what is here.
            Some(_) if self.writable.try_get_untracked() != Some(true) => return false,
            Some(written) => inner.store_draft(written, strict, Some(self.while_in_hand())).await,
            None => Err(StoreError::Missing),
        };
        let state = match result {
            Ok(at) => {
                let newest = self.pending.try_update_value(|now| {
                    let newest = now.change == pending.change;
                    now.answered &= !newest;
                    now.first = (!newest).then_some(now.last);
                    (newest, newest && std::mem::take(&mut now.has_left_words))
                });
                let (newest, is_superfluous) = newest.unzip();
                let storage = inner.storage.try_get_untracked();
                // What lies in memory only does not make them superfluous.
                let is_kept = !matches!(storage, Some(super::Storage::MemoryOnly(_)));
                tell_recovery_screen(if is_kept { "__hc_saved" } else { "__hc_memory" }, as_of);
                if let (Some(true), true, Some(id)) = (is_superfluous, is_kept, self.id.try_get_value()) {
                    super::last_words::forget(&id);
                }
                if newest == Some(false) {
                    // What was changed meanwhile may have come while no task waited for a pause.
                    self.save_soon();
                }
                match storage {
                    Some(super::Storage::MemoryOnly(why)) => SaveState::MemoryOnly(why),
                    _ if newest == Some(true) => SaveState::Saved(at),
                    _ => SaveState::Saving,
                }
            }
            // Another tab has taken it over meanwhile.
            Err(StoreError::Elsewhere) => return false,
            Err(why) => {
                self.try_later();
                SaveState::Failed(why)
            }
        };
        self.saved.try_set(state);
        result.is_ok()
    }

    /// Whether another tab has taken it over since, also if it has come back: a save that hung is made once more, perhaps long
    /// after. A page that is taken away has nobody else who would store it.
    fn while_in_hand(self) -> Rc<dyn Fn() -> bool> {
        let shown = move || self.pending.try_with_value(|pending| pending.shown);
        let before = shown();
        Rc::new(move || {
            self.writable.try_get_untracked() != Some(false) && shown().is_none_or(|now| Some(now) == before)
        })
    }

    fn try_later(self) {
        spawn_local(async move {
            crate::api::sleep(AGAIN).await;
            let failed = matches!(self.saved.try_get_untracked(), Some(SaveState::Failed(_)));
            if failed {
                self.save(false).await;
            }
        });
    }

    /// As it would be stored now, so many saves later.
    fn written(self, inner: &Inner, later: u32) -> Option<Written> {
        let id = self.id.try_get_value()?;
        let head = inner.drafts.try_with_untracked(|drafts| drafts.get(&id).cloned())??;
        let (step, questionnaire) = (self.step.try_get_untracked()?, self.questionnaire.try_get_untracked()?);
        let (at, saves) = (inner.api.now(), head.saves.saturating_add(later));
        let before = head.answered_at.filter(|_| !self.pending.try_with_value(|it| it.answered).unwrap_or_default());
        let write = |answers: &Answers, notes: &LiteMap<Pointer, Words>, beside: &Beside| {
            let holder = beside.holder.clone();
            let answered_at = is_answered(answers, beside).then(|| before.unwrap_or(at));
            let head = Head { questionnaire, step, saved_at: Some(at), answered_at, saves, holder, ..head };
            Written::new(head, answers, notes, beside)
        };
        self.answers.try_with_untracked(|answers| {
            self.notes
                .try_with_untracked(|notes| self.beside.try_with_untracked(|beside| write(answers, notes, beside)))
        })??
    }
}

impl Inner {
    /// Stores a draft, and tells the other tabs. The time is the one to show. `may_be`: only as long as this holds.
    pub(super) async fn store_draft(
        self: &Rc<Self>,
        draft: Written,
        strict: bool,
        may_be: Option<Rc<dyn Fn() -> bool>>,
    ) -> Result<Instant, StoreError> {
        let Written { head, json, is_empty } = draft;
        let (id, at) = (head.id.clone(), head.saved_at.unwrap_or_else(|| self.api.now()));
        // In one transaction: what is named is never without its name, and what is not does not leave.
        let named = self.named_by(&id, &json);
        let given_up = self.given_up_by(&id, &json, &named);
        if !is_empty {
            // Also where nothing can be stored: last words and the way out as a file are in that part.
            self.fetch_office_in_time();
        }
        let mut writes = vec![Write::Record { key: id.key(), json }];
        writes.extend(may_be.map(Write::While));
        writes.extend(named.iter().map(|it| Write::record(super::documents::record_key(&it.record.id), &it.record)));
        writes.extend(given_up.records.iter().map(|it| Write::record(super::documents::record_key(&it.id), it)));
        self.opened().await.write(writes, strict).await?;
        let given_up = self.are_given_up(given_up);
        if !given_up.is_empty() {
            self.tell_office(Told::GivenUp(given_up)).await;
        }
        if !named.is_empty() {
            self.tell_office(Told::Named(named)).await;
        }
        self.show_head(head);
        self.saves.ring();
        self.tell(&News::Draft(id));
        Ok(at)
    }

    /// What happened to a draft while its save was under way (frozen, consent) is not undone by it.
    fn show_head(&self, saved: Head) {
        self.drafts.try_update(|drafts| {
            // Erased meanwhile: it does not come back.
            if let Some(head) = drafts.get_mut(&saved.id) {
                head.step = saved.step;
                head.questionnaire = saved.questionnaire;
                head.saved_at = saved.saved_at;
                head.answered_at = saved.answered_at;
                head.saves = saved.saves;
                head.holder = saved.holder;
            }
        });
    }
}

/// Should the page stop later, the recovery screen says until when everything is stored, or that it is in memory only, and
/// whether something came after it.
fn tell_recovery_screen(name: &str, at: f64) {
    // Only for sentences on that screen.
    drop(js_sys::Reflect::set(&js_sys::global(), &name.into(), &at.into()));
}
