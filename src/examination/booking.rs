//! The conversation about a place in time: hold it, keep it, book it. What a reply means is decided here, in one table a call.
use super::trouble;
use crate::api::ApiError;
use crate::i18n::{I18n, K};
use crate::offline::Offline;
use crate::route::{Nav, Route};
use crate::ui::Announcer;
use contract::api::{Hold, Instant, Slot, Slug};
use leptos::{prelude::*, task::spawn_local};

/// One booking under way. Copy: signals that live as long as the page.
#[derive(Clone, Copy)]
pub(super) struct Booking {
    pub(super) offline: Offline,
    pub(super) i18n: I18n,
    nav: Nav,
    announcer: Announcer,
    id: StoredValue<String>,
    phone: Signal<String>,
    /// The held place, as the server said last.
    pub(super) hold: RwSignal<Option<Hold>>,
    /// What the last call said, if it needs words.
    pub(super) said: RwSignal<Option<String>>,
    /// The place that is being asked for: it shows as chosen until the server answers.
    pub(super) wanted: RwSignal<Option<String>>,
    /// The visit is being booked.
    pub(super) going: RwSignal<bool>,
    /// Counts up when places left may have changed: days and slots are read again.
    pub(super) moved: RwSignal<u32>,
}

impl Booking {
    pub(super) fn new(id: &str, hold: Option<Hold>, phone: Signal<String>) -> Self {
        let offline = Offline::here();
        let hold = hold.filter(|hold| hold.until > offline.now());
        Self {
            offline,
            i18n: I18n::here(),
            nav: Nav::here(),
            announcer: Announcer::here(),
            id: StoredValue::new(id.to_owned()),
            phone,
            hold: RwSignal::new(hold),
            said: RwSignal::new(None),
            wanted: RwSignal::new(None),
            going: RwSignal::new(false),
            moved: RwSignal::new(0),
        }
    }

    /// Whether this place shows as chosen: the one asked for, else the one held.
    pub(super) fn is_chosen(self, slot: &str) -> bool {
        self.wanted.with(|wanted| match wanted {
            Some(wanted) => wanted == slot,
            None => self.hold.with(|hold| hold.as_ref().is_some_and(|hold| hold.slot.id == slot)),
        })
    }

    pub(super) fn id(self) -> String {
        self.id.try_get_value().unwrap_or_default()
    }

    /// The person chose a time: it is held at once.
    pub(super) fn choose(self, slot: String, start: Instant) {
        if self.wanted.with_untracked(Option::is_some) || self.going.get_untracked() {
            return;
        }
        self.wanted.set(Some(slot.clone()));
        self.said.set(None);
        spawn_local(async move {
            self.take(&slot, start).await;
            self.wanted.try_set(None);
        });
    }

    /// Holds a place; if it has just gone, the nearest one, once.
    async fn take(self, slot: &str, start: Instant) {
        match self.hold_slot(slot).await {
            Ok(hold) => self.held(hold, None),
            Err(error) => match nearest(&error) {
                Some(near) => {
                    let words = self.taken(start, near.start);
                    match self.hold_slot(&near.id).await {
                        Ok(hold) => self.held(hold, Some(words)),
                        Err(again) => self.say(self.words(&again)),
                    }
                }
                None => self.say(self.words(&error)),
            },
        }
        self.moved.try_update(|count| *count += 1);
    }

    async fn hold_slot(self, slot: &str) -> Result<Hold, ApiError> {
        self.offline.api().hold(&self.id(), slot).await
    }

    fn held(self, hold: Hold, words: Option<String>) {
        let time = self.i18n.moment(hold.slot.start);
        let words = words.unwrap_or_else(|| self.i18n.say(K::SlotHeld, &[("time", time.into())]));
        self.announcer.say(&words);
        self.hold.try_set(Some(hold));
        // A held place says so itself; only news about another one stays as a line.
        self.said.try_set(None);
        if self.is_news(&words) {
            self.said.try_set(Some(words));
        }
    }

    fn is_news(self, words: &str) -> bool {
        self.hold.with_untracked(|hold| {
            hold.as_ref().is_none_or(|hold| {
                let time = self.i18n.moment(hold.slot.start);
                self.i18n.say(K::SlotHeld, &[("time", time.into())]) != words
            })
        })
    }

    /// "Hold 5 more minutes", until the office's limit.
    pub(super) fn keep(self) {
        let held = self.hold.with_untracked(|hold| hold.as_ref().map(|hold| (hold.slot.id.clone(), hold.slot.start)));
        if let Some((slot, start)) = held {
            self.choose(slot, start);
        }
    }

    /// The hold is over: the place is free for everybody.
    pub(super) fn ended(self) {
        self.hold.try_set(None);
        self.say(self.i18n.text(K::SlotEnded));
        self.moved.try_update(|count| *count += 1);
    }

    /// Books what is held, or moves the visit to it.
    pub(super) fn book(self) {
        let Some(slot) = self.hold.with_untracked(|hold| hold.as_ref().map(|hold| hold.slot.id.clone())) else {
            return;
        };
        if self.going.get_untracked() {
            return;
        }
        self.going.set(true);
        self.said.set(None);
        // The page may be gone before the reply is here; the name of the application is not.
        let id = self.id();
        spawn_local(async move {
            match self.offline.api().book(&id, &slot).await {
                Ok(outcome) => {
                    self.offline.keep_outcome(&outcome);
                    // Who has left meanwhile stays where they are.
                    let here = Route::Examination(id.clone());
                    if self.nav.route().try_get_untracked() == Some(here) {
                        self.nav.replace(Route::Visit(id));
                    }
                }
                Err(error) => self.not_booked(&error).await,
            }
            self.going.try_set(false);
        });
    }

    async fn not_booked(self, error: &ApiError) {
        self.say(self.words(error));
        match error.slug() {
            // One more press books it: the free place, or the nearest, is held meanwhile.
            Some(Slug::HoldEnded | Slug::SlotTaken) => {
                self.hold.try_set(None);
                if let Some(slot) = free_again(error).or_else(|| nearest(error))
                    && let Ok(hold) = self.hold_slot(&slot.id).await
                {
                    self.hold.try_set(Some(hold));
                }
                self.moved.try_update(|count| *count += 1);
            }
            Some(Slug::ActRefused) => {
                // How it stands now comes with the record; a failure leaves what is known.
                drop(self.offline.refresh(&self.id()).await);
            }
            _ => {}
        }
    }

    /// What has just gone, and what is held instead. The refusal itself names only the second.
    fn taken(self, gone: Instant, near: Instant) -> String {
        let args = [("time", self.i18n.moment(gone).into()), ("near", self.i18n.moment(near).into())];
        self.i18n.say(K::PSlotTaken, &args)
    }

    fn words(self, error: &ApiError) -> String {
        trouble::words(self.i18n, error, &self.phone.try_get_untracked().unwrap_or_default())
    }

    fn say(self, words: String) {
        self.announcer.say(&words);
        self.said.try_set(Some(words));
    }
}

/// The nearest free place that a refusal names.
fn nearest(error: &ApiError) -> Option<Slot> {
    error.refused()?.problem.nearest.first().cloned()
}

/// The place itself, where only its hold had ended.
fn free_again(error: &ApiError) -> Option<Slot> {
    let problem = &error.refused()?.problem;
    problem.slot.clone().filter(|_| problem.free == Some(true))
}
