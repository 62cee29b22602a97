//! Which day, what time: fourteen days of a site, and the slots of one with the places left.
use super::{booking::Booking, places::Places};
use crate::api::SlotWatch;
use crate::i18n::{I18n, K, t};
use crate::ui::{Button, Icon, Kind, Tone, fresh_id, note, plain_note, skeleton};
use chrono::{Days, NaiveDate};
use contract::api::{DayState, Slot, SlotDay, Slots};
use leptos::{prelude::*, task::spawn_local};

/// So many days are offered.
const DAYS: u8 = 14;

/// How far the reading of a site's times has come.
#[derive(Clone, PartialEq)]
enum Times {
    /// On their way.
    Coming,
    /// Could not be read.
    Missing,
    /// There.
    Known(Slots),
}

/// Days and slots of the chosen place.
#[derive(Clone, Copy)]
pub(super) struct Calendar {
    booking: Booking,
    places: Places,
    times: RwSignal<Times>,
    day: RwSignal<Option<NaiveDate>>,
    category: StoredValue<String>,
    can_watch: Signal<bool>,
    watching: RwSignal<bool>,
}

impl Calendar {
    pub(super) fn new(booking: Booking, places: Places, category: String) -> Self {
        let service = booking.offline.service();
        let can_watch = Signal::derive(move || {
            service.with(|it| it.as_ref().is_some_and(|it| it.value.features.iter().any(|name| name == "slot-watch")))
        });
        let held = booking.hold.with_untracked(|hold| hold.as_ref().map(|hold| hold.slot.start.date_naive()));
        let calendar = Self {
            booking,
            places,
            times: RwSignal::new(Times::Coming),
            day: RwSignal::new(held),
            category: StoredValue::new(category),
            can_watch,
            watching: RwSignal::new(false),
        };
        Effect::new(move |before: Option<Option<String>>| {
            booking.moved.track();
            let site = places.chosen.get();
            if before.as_ref() != Some(&site) {
                calendar.times.set(Times::Coming);
            }
            if let Some(site) = site.clone() {
                calendar.read(site);
            }
            site
        });
        // A place that was taken instead of the chosen one brings its day and site along.
        Effect::new(move |_| {
            let slot = booking.hold.with(|hold| hold.as_ref().map(|hold| hold.slot.clone()));
            if let Some(slot) = slot {
                calendar.day.set(Some(slot.start.date_naive()));
                if places.chosen.with_untracked(|chosen| chosen.as_ref() != Some(&slot.site)) {
                    places.chosen.set(Some(slot.site));
                }
            }
        });
        calendar
    }

    fn read(self, site: String) {
        let from = self.booking.offline.now().date_naive();
        let category = self.category.try_get_value().unwrap_or_default();
        spawn_local(async move {
            let reply = self.booking.offline.api().slots(&site, from, DAYS, &category).await;
            // The person may have chosen another place meanwhile.
            if self.places.chosen.try_get_untracked().flatten() != Some(site) {
                return;
            }
            match reply {
                Ok(slots) => {
                    self.day_that_can_be(&slots);
                    self.times.try_set(Times::Known(slots));
                }
                Err(_) if self.times.try_with_untracked(|times| matches!(times, Times::Known(_))) == Some(true) => {}
                Err(_) => {
                    self.times.try_set(Times::Missing);
                }
            }
        });
    }

    /// The chosen day, if it is open here; else the first open one.
    fn day_that_can_be(self, slots: &Slots) {
        let open = |day: &&SlotDay| day.state == DayState::Open;
        let held = self.booking.hold.with_untracked(|hold| hold.as_ref().map(|hold| hold.slot.start.date_naive()));
        let chosen = self.day.try_get_untracked().flatten();
        let stays = chosen.filter(|on| held == Some(*on) || slots.days.iter().filter(open).any(|day| day.on == *on));
        self.day.try_set(stays.or_else(|| slots.days.iter().find(open).map(|day| day.on)));
    }

    fn watch(self) {
        let Some(site) = self.places.chosen.get_untracked() else { return };
        let from = self.booking.offline.now().date_naive();
        let until = from.checked_add_days(Days::new(u64::from(DAYS) - 1)).unwrap_or(from);
        spawn_local(async move {
            let watch = SlotWatch { sites: vec![site], from, until };
            let reply = self.booking.offline.api().watch_slots(&self.booking.id(), &watch).await;
            self.watching.try_set(reply.is_ok());
        });
    }
}

/// Days, and the slots of the chosen one.
pub(super) fn calendar(calendar: Calendar) -> AnyView {
    let i18n = calendar.booking.i18n;
    let drawn = move || {
        if calendar.places.chosen.with(Option::is_none) {
            return ().into_any();
        }
        calendar.times.with(|times| match times {
            Times::Coming => skeleton(t(K::ExamLoading), 4),
            Times::Missing => again(calendar),
            Times::Known(slots) if slots.days.iter().all(|day| day.state != DayState::Open) => full(calendar),
            Times::Known(slots) => {
                view! { {days(i18n, calendar, slots)} {times_of_day(i18n, calendar, slots)} }.into_any()
            }
        })
    };
    drawn.into_any()
}

fn again(calendar: Calendar) -> AnyView {
    let read = move |()| {
        if let Some(site) = calendar.places.chosen.get_untracked() {
            calendar.times.set(Times::Coming);
            calendar.read(site);
        }
    };
    let body =
        view! { <p>{t(K::ExamDaysFailed)}</p> <p><Button label=t(K::AppRetry) kind=Kind::Text on_press=read/></p> };
    note(Tone::Warn, Icon::Offline, true, body.into_any())
}

fn full(calendar: Calendar) -> AnyView {
    let watch = move || {
        if calendar.watching.get() {
            plain_note(Tone::Ok, Icon::Ok, t(K::SlotWatching))
        } else if calendar.can_watch.get() {
            view! { <p><Button label=t(K::SlotWatch) kind=Kind::Text before=Icon::Phone on_press=move |()| calendar.watch()/></p> }
                .into_any()
        } else {
            ().into_any()
        }
    };
    note(Tone::Warn, Icon::Calendar, true, view! { <p>{t(K::SlotNone)}</p> {watch} }.into_any())
}

fn days(i18n: I18n, calendar: Calendar, slots: &Slots) -> AnyView {
    let name = fresh_id("day");
    let days = slots
        .days
        .iter()
        .map(|day| {
            let on = day.on;
            let note = match day.state {
                DayState::Open => i18n.say(K::SlotLeft, &[("n", day.left.into())]),
                DayState::Full => i18n.text(K::SlotFull),
                DayState::Closed => i18n.text(K::SlotClosed),
            };
            let words = format!("{} · {note}", i18n.weekday(on));
            let chosen = Signal::derive(move || calendar.day.get() == Some(on));
            let choose = move || calendar.day.set(Some(on));
            cell(&name, i18n.day_short(on), words, day.state != DayState::Open, chosen, choose)
        })
        .collect_view();
    view! { <fieldset class="hc-field"><legend class="hc-label">{t(K::ExamDay)}</legend><div class="hc-grid">{days}</div></fieldset> }
        .into_any()
}

fn times_of_day(i18n: I18n, calendar: Calendar, slots: &Slots) -> AnyView {
    let items = StoredValue::new(slots.items.clone());
    let drawn = move || {
        let day = calendar.day.get();
        let of_day: Vec<Slot> = items
            .with_value(|items| items.iter().filter(|slot| Some(slot.start.date_naive()) == day).cloned().collect());
        if of_day.is_empty() {
            return ().into_any();
        }
        let fasting = of_day.iter().any(|slot| slot.fasting);
        let name = fresh_id("slot");
        let cells = of_day.into_iter().map(|slot| time(i18n, calendar.booking, &name, slot)).collect_view();
        let legend = t(if fasting { K::ExamTimeFasting } else { K::ExamTime });
        view! { <fieldset class="hc-field"><legend class="hc-label">{legend}</legend><div class="hc-grid">{cells}</div></fieldset> }
            .into_any()
    };
    drawn.into_any()
}

fn time(i18n: I18n, booking: Booking, name: &str, slot: Slot) -> AnyView {
    let id = slot.id.clone();
    let held = Signal::derive(move || booking.hold.with(|hold| hold.as_ref().is_some_and(|hold| hold.slot.id == id)));
    let full = slot.left == 0 && !held.get_untracked();
    let words = if full { i18n.text(K::SlotFull) } else { i18n.say(K::SlotLeft, &[("n", slot.left.into())]) };
    let id = slot.id.clone();
    cell(name, i18n.time(slot.start), words, full, held, move || booking.choose(id.clone()))
}

/// A box that can be chosen, or is full and says so.
fn cell(
    name: &str,
    title: String,
    words: String,
    disabled: bool,
    chosen: Signal<bool>,
    choose: impl Fn() + 'static,
) -> AnyView {
    view! {
        <label class="hc-slot">
            <input class="hc-sr" type="radio" name=name.to_owned() disabled=disabled prop:checked=move || chosen.get() on:change=move |_| choose()/>
            <span><b class="hc-num">{title}</b><br/><span class="hc-meta">{words}</span></span>
        </label>
    }
    .into_any()
}
