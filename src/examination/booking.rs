//! The conversation about a place in time: hold it, keep it, book it. What a reply means is decided here, in one table a call.
use super::trouble;
use crate::api::ApiError;
use crate::i18n::{I18n, K};
use crate::offline::Offline;
use crate::reactive::{Memo, RwSignal, Signal, memo};
use crate::route::{Nav, Route};
use crate::ui::{Announcer, Words};
use contract::api::{Hold, Instant, Slot, Slug};
use contract::application::State;
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// What this page did about a held place, and the record may not tell yet.
#[derive(Clone, PartialEq)]
enum Own {
    /// The server gave it.
    Held(Hold),
    /// What was held until then is over. A later one was held on another page, or another phone.
    Over(Instant),
}

/// A place that was chosen and is not asked for yet.
struct Next {
    slot: String,
    start: Instant,
    /// The person has come to rest on it.
    settled: bool,
}

/// How long somebody listens to a time that the arrow keys led to: then they have come to rest on it.
const LISTENED: Duration = Duration::from_secs(4);

/// One booking under way. Copy: signals that live as long as the page.
#[derive(Clone, Copy)]
pub(super) struct Booking {
    pub(super) offline: Offline,
    pub(super) i18n: I18n,
    nav: Nav,
    announcer: Announcer,
    pub(super) id: StoredValue<String>,
    phone: Signal<String>,
    own: RwSignal<Option<Own>>,
    /// The held place: what this page holds, else what the record tells, which may come later than the page is drawn.
    pub(super) hold: Memo<Option<Hold>>,
    /// The time of the visit that is booked already: one does not move to it.
    pub(super) booked: Memo<Option<String>>,
    /// What the last call said, if it needs words.
    pub(super) said: RwSignal<Option<Words>>,
    /// The place that is being asked for: it shows as chosen until the server answers.
    pub(super) wanted: RwSignal<Option<String>>,
    /// What was chosen and is not asked for yet.
    next: StoredValue<Option<Next>>,
    /// A place is being asked for.
    asking: StoredValue<bool>,
    /// Counts what is chosen in passing: only the last one waits for its time.
    passed: StoredValue<u32>,
    /// Until when it was last held longer from here.
    pub(super) kept: RwSignal<Option<Instant>>,
    /// It is held longer, and that has yet to be drawn: in place of the button that was pressed, which may be gone.
    pub(super) led: StoredValue<bool>,
    /// The visit is being booked.
    pub(super) going: RwSignal<bool>,
    /// Counts up when places left may have changed: days and slots are read again.
    pub(super) moved: RwSignal<u32>,
}

impl Booking {
    pub(super) fn new(id: &str, phone: Signal<String>) -> Self {
        let offline = Offline::here();
        let own: RwSignal<Option<Own>> = RwSignal::new(None);
        let record = offline.record(id);
        let told = memo(move || record.with(|kept| kept.as_ref().and_then(|kept| kept.value.examination.hold.clone())));
        let hold = memo(move || {
            let over = match own.get() {
                Some(Own::Held(hold)) => return Some(hold),
                Some(Own::Over(until)) => Some(until),
                None => None,
            };
            told.get().filter(|hold| hold.until > offline.now() && over.is_none_or(|over| hold.until > over))
        });
        let booked = memo(move || {
            record.with(|kept| {
                let record = &kept.as_ref()?.value;
                let visit = record.examination.appointment.as_ref().filter(|_| record.state == State::Booked)?;
                Some(visit.slot.id.clone())
            })
        });
        Self {
            offline,
            i18n: I18n::here(),
            nav: Nav::here(),
            announcer: Announcer::here(),
            id: StoredValue::new(id.to_owned()),
            phone,
            own,
            hold,
            booked,
            said: RwSignal::new(None),
            wanted: RwSignal::new(None),
            next: StoredValue::new(None),
            asking: StoredValue::new(false),
            passed: StoredValue::new(0),
            kept: RwSignal::new(None),
            led: StoredValue::new(false),
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

    /// The person chose a time: it is held at once. With the arrow keys nobody can look through the times without choosing each:
    /// one that was chosen `in_passing` is held where they come to rest, for each hold counts at the office, and takes the place
    /// from somebody else.
    pub(super) fn choose(self, slot: String, start: Instant, in_passing: bool) {
        if self.going.get_untracked() {
            return;
        }
        self.wanted.set(Some(slot.clone()));
        self.next.set_value(Some(Next { slot, start, settled: !in_passing }));
        self.passed.update_value(|passed| *passed = passed.wrapping_add(1));
        let passed = self.passed.get_value();
        if in_passing {
            let rest = move || {
                if self.passed.try_get_value() == Some(passed) {
                    self.settle();
                }
            };
            set_timeout(rest, LISTENED);
        } else {
            self.go_on();
        }
    }

    /// The person stays with what they chose last, or goes on from there.
    pub(super) fn settle(self) {
        self.next.try_update_value(|next| {
            if let Some(next) = next {
                next.settled = true;
            }
        });
        self.go_on();
    }

    /// Asks for what was chosen last, where nothing else is being asked for.
    fn go_on(self) {
        let is_due = self.next.try_with_value(|next| next.as_ref().is_some_and(|next| next.settled)) == Some(true);
        if !is_due || self.asking.try_get_value() != Some(false) {
            return;
        }
        let Some(Some(Next { slot, start, .. })) = self.next.try_update_value(Option::take) else { return };
        // Back at the place that is held already.
        if self.hold.with_untracked(|hold| hold.as_ref().is_some_and(|hold| hold.slot.id == slot)) {
            self.wanted.set(None);
        } else {
            self.ask(slot, start, false);
        }
    }

    /// Asks for a place; `longer` where it is held already.
    fn ask(self, slot: String, start: Instant, longer: bool) {
        self.asking.set_value(true);
        self.wanted.set(Some(slot.clone()));
        self.said.set(None);
        self.led.set_value(false);
        let id = self.id.get_value();
        spawn_local(async move {
            self.take(&id, &slot, start, longer).await;
            self.asking.try_set_value(false);
            // Of several that are chosen while one is asked for, the last counts.
            if self.next.try_with_value(Option::is_none) == Some(true) {
                self.wanted.try_set(None);
            }
            self.go_on();
        });
    }

    /// Holds a place; if it has just gone, the nearest one, once.
    async fn take(self, id: &str, slot: &str, start: Instant, longer: bool) {
        match self.hold_slot(id, slot).await {
            Ok(hold) if longer => self.longer(hold),
            Ok(hold) => self.held(hold, None),
            Err(error) => match nearest(&error) {
                Some(near) => match self.hold_slot(id, &near.id).await {
                    Ok(hold) => self.held(hold, Some(self.taken(start, near.start))),
                    Err(again) => self.refused(id, again).await,
                },
                None => self.refused(id, error).await,
            },
        }
        self.moved.try_update(|count| *count += 1);
    }

    async fn hold_slot(self, id: &str, slot: &str) -> Result<Hold, ApiError> {
        let offline = self.offline;
        let held = offline.heard(offline.api().hold(id, slot).await)?;
        let id = id.to_owned();
        // The record tells of it too, whoever comes back to this page; no news may come of it.
        spawn_local(async move { drop(offline.refresh(&id).await) });
        Ok(held)
    }

    /// A held place says so itself; only news about another one stays as a line.
    fn held(self, hold: Hold, news: Option<Words>) {
        let i18n = self.i18n;
        let words = match &news {
            Some(news) => untrack(|| news.get()).to_string(),
            None => i18n.say(K::SlotHeld, &[("time", i18n.moment(hold.slot.start).into())]),
        };
        // Where another was chosen meanwhile, that one is spoken of.
        let is_it = |next: &Option<Next>| next.as_ref().is_none_or(|next| next.slot == hold.slot.id);
        let is_last = self.next.try_with_value(is_it) == Some(true);
        self.own.try_set(Some(Own::Held(hold)));
        if self.said.try_set(news).is_none() && is_last {
            self.announcer.say(&words);
        }
    }

    /// "Hold 5 more minutes", until the office's limit.
    pub(super) fn keep(self) {
        let held = self.hold.with_untracked(|hold| hold.as_ref().map(|hold| (hold.slot.id.clone(), hold.slot.start)));
        if let Some((slot, start)) = held
            && !self.going.get_untracked()
            && self.wanted.with_untracked(Option::is_none)
        {
            self.ask(slot, start, true);
        }
    }

    /// It is held longer, and until when.
    fn longer(self, hold: Hold) {
        let until = hold.until;
        self.led.try_update_value(|led| *led = true);
        self.kept.try_set(Some(until));
        self.own.try_set(Some(Own::Held(hold)));
        self.announcer.say(&self.i18n.say(K::SlotKept, &[("until", self.i18n.time(until).into())]));
    }

    /// What is held here is so no more.
    fn let_go(self) {
        if let Some(Some(until)) = self.hold.try_with_untracked(|hold| hold.as_ref().map(|hold| hold.until)) {
            self.own.try_set(Some(Own::Over(until)));
        }
    }

    /// The hold is over: the place is free for everybody.
    pub(super) fn ended(self) {
        self.let_go();
        let i18n = self.i18n;
        self.say(Words::from(move || i18n.text(K::SlotEnded)));
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
        // News of the booking may draw the page anew before the reply to it is here.
        let (id, asker) = (self.id.get_value(), self.offline.asker());
        spawn_local(async move {
            match self.offline.heard(self.offline.api().book(&id, &slot).await) {
                Ok(outcome) => {
                    self.offline.keep_outcome(&asker, &outcome);
                    if self.nav.is_at(&Route::Examination(id.clone())) {
                        self.nav.replace(Route::Visit(id));
                    }
                }
                Err(error) => self.not_booked(&id, error).await,
            }
            self.going.try_set(false);
        });
    }

    /// A call did not work: why, and where things have moved on, how they stand now. A failure of that leaves what is known.
    async fn refused(self, id: &str, error: ApiError) {
        let moved_on = error.slug() == Some(Slug::ActRefused);
        self.say(self.words(error));
        if moved_on {
            drop(self.offline.refresh(id).await);
        }
    }

    async fn not_booked(self, id: &str, error: ApiError) {
        self.refused(id, error.clone()).await;
        // One more press books it: the free place, or the nearest, is held meanwhile.
        if let Some(Slug::HoldEnded | Slug::SlotTaken) = error.slug() {
            self.let_go();
            if let Some(slot) = free_again(&error).or_else(|| nearest(&error))
                && let Ok(hold) = self.hold_slot(id, &slot.id).await
            {
                self.own.try_set(Some(Own::Held(hold)));
            }
            self.moved.try_update(|count| *count += 1);
        }
    }

    /// What has just gone, and what is held instead. The refusal itself names only the second.
    fn taken(self, gone: Instant, near: Instant) -> Words {
        let i18n = self.i18n;
        Words::from(move || {
            i18n.say(K::PSlotTaken, &[("time", i18n.moment(gone).into()), ("near", i18n.moment(near).into())])
        })
    }

    /// Why a call did not work.
    pub(super) fn words(self, error: ApiError) -> Words {
        trouble::said(self.i18n, error, self.phone)
    }

    /// To whoever is still here.
    pub(super) fn say(self, words: Words) {
        let now = untrack(|| words.get());
        if self.said.try_set(Some(words)).is_none() {
            self.announcer.say(&now);
        }
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
