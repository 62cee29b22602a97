//! One draft: the answers, who may change them, and whether they are stored.
//!
//! The answers are written by the form and by nobody else; this room watches and stores them, and its news never go back.
use super::vault::Write;
use super::{EntryId, Inner, Offline, StoreError, WhyMemory, tabs::News};
use crate::reactive::{derive, effect_from};
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

/// All of a draft but its answers.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
pub(super) struct Head {
    pub(super) id: DraftId,
    pub(super) questionnaire: String,
    /// `None`: begun signed out, and belongs to this phone.
    pub(super) owner: Option<String>,
    #[serde(default)]
    pub(super) step: Option<String>,
    pub(super) begun_at: Instant,
    #[serde(default)]
    pub(super) saved_at: Option<Instant>,
    /// The identity consent is given: photos may leave this phone.
    #[serde(default)]
    pub(super) consent: bool,
    /// Frozen: this entry carries it.
    #[serde(default)]
    pub(super) entry: Option<EntryId>,
    /// The office has it.
    #[serde(default)]
    pub(super) sent: bool,
    /// The name of the person it is for, once it is filled in.
    #[serde(default)]
    pub(super) holder: Option<String>,
}

/// A draft as it is stored.
#[derive(Serialize, FromJson)]
pub(super) struct Record {
    pub(super) head: Head,
    pub(super) answers: Answers,
    #[serde(default, serialize_with = "contract::json::members")]
    pub(super) notes: LiteMap<Pointer, Words>,
    #[serde(default)]
    pub(super) beside: Beside,
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
    pub(super) id: StoredValue<DraftId>,
    pending: StoredValue<Pending>,
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
}

impl Draft {
    pub(super) fn open(offline: Offline, record: Record, writable: bool) -> Self {
        let saved = record.head.saved_at.map_or(SaveState::Nothing, SaveState::Saved);
        let draft = Self {
            answers: RwSignal::new(record.answers),
            notes: RwSignal::new(record.notes),
            beside: RwSignal::new(record.beside),
            step: RwSignal::new(record.head.step),
            questionnaire: RwSignal::new(record.head.questionnaire),
            saved: RwSignal::new(saved),
            writable: RwSignal::new(writable),
            id: StoredValue::new(record.head.id),
            pending: StoredValue::new(Pending::default()),
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
        let frozen = self.frozen();
        derive(move || self.writable.get() && frozen.with(Option::is_none))
    }

    /// "Continue here": the other tab can then only read.
    pub fn take_over(self) {
        let (offline, id) = (self.offline, self.id());
        spawn_local(async move { offline.inner().take_draft(&id).await });
    }

    /// The entry of the outbox that carries it: its answers are frozen.
    pub fn frozen(self) -> Signal<Option<EntryId>> {
        let (drafts, id) = (self.offline.inner().drafts, self.id());
        derive(move || drafts.with(|drafts| drafts.get(&id).and_then(|head| head.entry.clone())))
    }

    /// Stores it now, before something that may end the page. True if it is stored.
    pub async fn save_now(self) -> bool {
        self.save(true).await
    }

    pub(super) fn is_dirty(self) -> bool {
        self.pending.try_with_value(|pending| pending.first.is_some()).unwrap_or_default()
    }

    fn changed(self) {
        let now = page_millis();
        let start = self.pending.try_update_value(|pending| {
            pending.first.get_or_insert(now);
            pending.last = now;
            pending.change += 1;
            !std::mem::replace(&mut pending.timer, true)
        });
        if self.saved.try_get_untracked().is_some_and(|state| state != SaveState::Saving) {
            self.saved.try_set(SaveState::Saving);
        }
        if start == Some(true) {
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

    pub(super) async fn save(self, strict: bool) -> bool {
        let Some(pending) = self.pending.try_get_value() else { return false };
        if pending.first.is_none() && !strict {
            return true;
        }
        let inner = self.offline.inner();
        let result = match self.record(&inner) {
            // Another tab has it: what is stored is newer than what is here.
            Some(_) if self.writable.try_get_untracked() != Some(true) => return false,
            Some(record) => inner.store_draft(record, strict).await,
            None => Err(StoreError::Missing),
        };
        let state = match result {
            Ok(at) => {
                tell_recovery_screen(&inner);
                let newest = self.pending.try_update_value(|now| {
                    let newest = now.change == pending.change;
                    now.first = (!newest).then_some(now.last);
                    newest
                });
                match inner.storage.try_get_untracked() {
                    Some(super::Storage::MemoryOnly(why)) => SaveState::MemoryOnly(why),
                    _ if newest == Some(true) => SaveState::Saved(at),
                    _ => SaveState::Saving,
                }
            }
            Err(why) => {
                self.try_later();
                SaveState::Failed(why)
            }
        };
        self.saved.try_set(state);
        result.is_ok()
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

    /// As it would be stored now.
    fn record(self, inner: &Inner) -> Option<Record> {
        let id = self.id.try_get_value()?;
        let head = inner.drafts.try_with_untracked(|drafts| drafts.get(&id).cloned())??;
        let beside = self.beside.try_get_untracked()?;
        Some(Record {
            head: Head {
                step: self.step.try_get_untracked()?,
                questionnaire: self.questionnaire.try_get_untracked()?,
                saved_at: Some(inner.api.now()),
                holder: beside.holder.clone(),
                ..head
            },
            answers: self.answers.try_get_untracked()?,
            notes: self.notes.try_get_untracked()?,
            beside,
        })
    }
}

impl Inner {
    /// Stores a draft, and tells the other tabs. The time is the one to show.
    pub(super) async fn store_draft(self: &Rc<Self>, record: Record, strict: bool) -> Result<Instant, StoreError> {
        let at = record.head.saved_at.unwrap_or_else(|| self.api.now());
        let key = record.head.id.key();
        let write = Write::record(key, &record);
        self.opened().await.write(vec![write], strict).await?;
        let id = record.head.id.clone();
        if !record.answers.is_empty() {
            self.fetch_office_in_time();
        }
        self.show_head(record.head);
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
                head.holder = saved.holder;
            }
        });
    }

    /// Stores everything that is not stored yet: before the page is hidden or ends.
    pub(super) async fn save_drafts(&self) {
        let open: Vec<Draft> = self.open_drafts.borrow().values().copied().collect();
        for draft in open.into_iter().filter(|draft| draft.is_dirty()) {
            draft.save(false).await;
        }
    }
}

/// Should the page stop later, the recovery screen says until when everything is stored.
fn tell_recovery_screen(inner: &Inner) {
    if matches!(inner.storage.try_get_untracked(), Some(super::Storage::Kept | super::Storage::KeptInPart)) {
        // Only for a sentence on that screen.
        drop(js_sys::Reflect::set(&js_sys::global(), &"__hc_saved".into(), &js_sys::Date::now().into()));
    }
}

fn page_millis() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or_else(js_sys::Date::now, |clock| clock.now())
}
