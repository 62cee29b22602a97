//! Which day, what time: the next days of a site, and the slots of one with the places left.
use super::{booking::Booking, first_free::FirstFree, places::Places, trouble};
use crate::api::ApiError;
use crate::i18n::{I18n, K, t, tv};
use crate::offline::Needs;
use crate::reactive::{RwSignal, Signal, derive, effect, effect_from, memo};
use crate::ui::{
    Button, Icon, Kind, Tone, Words, after_picture, alert, elements_in, focus_in_place, fresh_id, has_lost_focus, live,
    note, plain_note, skeleton,
};
use chrono::{Days, NaiveDate};
use contract::api::{DayState, Instant, SlotDay, SlotWatch, Slots};
use leptos::{html, prelude::*, task::spawn_local};
use view::view;
use wasm_bindgen::JsCast;

/// So many days are offered,
pub(super) const DAYS: u8 = 14;

/// and so many to whoever wants later ones: as many as are given at once.
const ALL_DAYS: u8 = 31;

/// How far the reading of a site's times has come.
#[derive(Clone, PartialEq)]
enum Times {
    /// On their way.
    Coming,
    /// Could not be read, and why.
    Missing(ApiError),
    /// There.
    Known(Slots),
}

/// How the wish to be told of a free place stands.
#[derive(Clone, Copy)]
struct Watch {
    /// The site for which the office has noted it: one wish an application.
    noted: RwSignal<Option<String>>,
    /// A change of it is on its way.
    asking: RwSignal<bool>,
    /// Why it could not be changed.
    failed: RwSignal<Option<Words>>,
}

/// Days and slots of the chosen place.
#[derive(Clone, Copy)]
pub(super) struct Calendar {
    booking: Booking,
    places: Places,
    times: RwSignal<Times>,
    /// So many days are asked for,
    days: RwSignal<u8>,
    /// and more of them than were known are on their way.
    later: RwSignal<bool>,
    /// Where the days are drawn.
    grid: NodeRef<html::Div>,
    day: RwSignal<Option<NaiveDate>>,
    category: StoredValue<String>,
    can_watch: Signal<bool>,
    watch: Watch,
    others: FirstFree,
}

impl Calendar {
    /// `booked` is the day of the visit that is to be moved, if there is one.
    pub(super) fn new(booking: Booking, places: Places, category: String, booked: Option<NaiveDate>) -> Self {
        let service = booking.offline.service();
        let can_watch = derive(move || {
            service.with(|it| it.as_ref().is_some_and(|it| it.value.features.iter().any(|name| name == "slot-watch")))
        });
        let held = booking.hold.with_untracked(|hold| hold.as_ref().map(|hold| hold.slot.start.date_naive()));
        let day = held.or(booked);
        let category = StoredValue::new(category);
        let calendar = Self {
            booking,
            places,
            times: RwSignal::new(Times::Coming),
            days: RwSignal::new(if day.is_some_and(|day| is_later(booking, day)) { ALL_DAYS } else { DAYS }),
            later: RwSignal::new(false),
            grid: NodeRef::new(),
            day: RwSignal::new(day),
            category,
            can_watch,
            watch: Watch { noted: RwSignal::new(None), asking: RwSignal::new(false), failed: RwSignal::new(None) },
            others: FirstFree::new(booking, places, category),
        };
        effect_from(move |before: Option<Option<String>>| {
            booking.moved.track();
            calendar.days.track();
            let site = places.chosen.get();
            if before.as_ref() != Some(&site) {
                calendar.times.set(Times::Coming);
                // These were asked at the other place.
                calendar.later.set(false);
                calendar.watch.failed.set(None);
            }
            if let Some(site) = site.clone() {
                calendar.read(site);
            }
            site
        });
        // A place that was taken instead of the chosen one brings its day and site along. Held longer, it is the same: whoever
        // looks at another day stays there.
        let taken = memo(move || booking.hold.with(|hold| hold.as_ref().map(|hold| hold.slot.id.clone())));
        effect(move || {
            taken.track();
            let slot = booking.hold.with_untracked(|hold| hold.as_ref().map(|hold| hold.slot.clone()));
            if let Some(slot) = slot {
                let day = slot.start.date_naive();
                if calendar.days.get_untracked() == DAYS && is_later(booking, day) {
                    calendar.days.set(ALL_DAYS);
                }
                calendar.day.set(Some(day));
                if places.chosen.with_untracked(|chosen| chosen.as_ref() != Some(&slot.site)) {
                    places.chosen.set(Some(slot.site));
                }
            }
        });
        // What was refused because nobody was signed in, or not reached.
        let is_missing =
            move || calendar.times.try_with_untracked(|times| matches!(times, Times::Missing(_))) == Some(true);
        booking.offline.when_back(Needs::SignIn, is_missing, move || calendar.again());
        calendar
    }

    /// Whether a place of the chosen site is held.
    fn holds(&self) -> bool {
        let held = self.booking.hold.with(|hold| hold.as_ref().map(|hold| hold.slot.site.clone()));
        held.is_some() && held == self.places.chosen.get()
    }

    /// The day of the place that is held.
    fn held_on(&self) -> Option<NaiveDate> {
        self.booking.hold.with(|hold| hold.as_ref().map(|hold| hold.slot.start.date_naive()))
    }

    /// "Try again."
    fn again(&self) {
        if let Some(site) = self.places.chosen.get_untracked() {
            self.times.set(Times::Coming);
            self.read(site);
        }
    }

    fn read(&self, site: String) {
        let this = *self;
        let (from, days, later) = (this.booking.offline.today(), this.days.get_untracked(), this.later.get_untracked());
        let category = this.category.try_get_value().unwrap_or_default();
        let id = this.booking.id.try_get_value().unwrap_or_default();
        spawn_local(async move {
            let offline = this.booking.offline;
            let reply = offline.heard(offline.api().slots(&id, &site, from, days, &category).await);
            // The person may have chosen another place meanwhile, or want more of this one.
            if this.places.chosen.try_get_untracked().flatten().as_ref() != Some(&site)
                || this.days.try_get_untracked() != Some(days)
            {
                return;
            }
            this.later.try_set(false);
            match reply {
                Ok(slots) => {
                    this.day_that_can_be(&slots);
                    if days == DAYS {
                        this.places.can_be_visited(&site, slots.first_open());
                    }
                    this.times.try_set(Times::Known(slots));
                    if later {
                        this.goes_on_at_later_days();
                    }
                    this.others.begin();
                }
                Err(why) if later => this.booking.say(this.booking.words(why)),
                Err(_) if this.times.try_with_untracked(|times| matches!(times, Times::Known(_))) == Some(true) => {}
                Err(why) => {
                    this.places.is_not_told();
                    this.times.try_set(Times::Missing(why));
                }
            }
        });
    }

    /// The chosen day, if it is open here; else the first open one.
    fn day_that_can_be(&self, slots: &Slots) {
        let open = |day: &&SlotDay| day.state == DayState::Open;
        let held = self.booking.hold.with_untracked(|hold| hold.as_ref().map(|hold| hold.slot.start.date_naive()));
        let chosen = self.day.try_get_untracked().flatten();
        let stays = chosen.filter(|on| held == Some(*on) || slots.days.iter().filter(open).any(|day| day.on == *on));
        self.day.try_set(stays.or_else(|| slots.first_open()));
    }

    /// Asks for the days after those that are here.
    fn go_on(&self) {
        self.later.set(true);
        self.booking.said.set(None);
        self.days.set(ALL_DAYS);
    }

    /// The button that was pressed has gone: the focus goes on to the first of the days that came, if one of them is open.
    /// Whoever is elsewhere by then stays there.
    fn goes_on_at_later_days(self) {
        let grid = self.grid;
        after_picture(move || {
            if let Some(Some(grid)) = grid.try_get_untracked()
                && has_lost_focus(&grid)
            {
                let mut later = elements_in(&grid, "input").into_iter().skip(usize::from(DAYS));
                if let Some(day) = later.find(|day| !day.has_attribute("disabled")) {
                    focus_in_place(&day);
                }
            }
        });
    }

    /// How many days are known.
    fn known(&self) -> usize {
        self.find(|slots| Some(slots.days.len())).unwrap_or_default()
    }

    /// Something of the times, once they are known.
    fn find<T>(&self, what: impl FnOnce(&Slots) -> Option<T>) -> Option<T> {
        self.times.with(|times| match times {
            Times::Known(slots) => what(slots),
            Times::Coming | Times::Missing(_) => None,
        })
    }

    /// Asks to be told, or to be told no more.
    fn tell_me(&self, wanted: bool) {
        let this = *self;
        let Some(site) = this.places.chosen.get_untracked() else { return };
        if this.watch.asking.get_untracked() {
            return;
        }
        this.watch.asking.set(true);
        this.watch.failed.set(None);
        let from = this.booking.offline.today();
        let last = u64::from(this.days.get_untracked()).saturating_sub(1);
        let until = from.checked_add_days(Days::new(last)).unwrap_or(from);
        let id = this.booking.id.get_value();
        spawn_local(async move {
            let wish = SlotWatch { sites: vec![site.clone()], from, until };
            let offline = this.booking.offline;
            let api = offline.api();
            let reply = if wanted { api.watch_slots(&id, &wish).await } else { api.unwatch_slots(&id).await };
            let reply = offline.heard(reply);
            this.watch.asking.try_set(false);
            match reply {
                Ok(()) => drop(this.watch.noted.try_set(wanted.then_some(site))),
                // The person may have chosen another place meanwhile.
                Err(error) if this.places.chosen.try_get_untracked().flatten() == Some(site) => {
                    this.watch.failed.try_set(Some(this.booking.words(error)));
                }
                Err(_) => {}
            }
        });
    }
}

/// Whether a day comes after those that are offered at first.
fn is_later(booking: Booking, day: NaiveDate) -> bool {
    day.signed_duration_since(booking.offline.today()).num_days() >= i64::from(DAYS)
}

/// What stands on the page, apart from the numbers in it: those change in place, so that the focus stays where it is.
#[derive(Clone, PartialEq)]
enum Shape {
    Coming,
    Missing,
    Full,
    Days(Vec<NaiveDate>),
}

/// Days, and the slots of the chosen one.
pub(super) fn calendar(calendar: &Calendar) -> AnyView {
    let calendar = *calendar;
    let i18n = calendar.booking.i18n;
    let shape = memo(move || {
        calendar.times.with(|times| match times {
            Times::Coming => Shape::Coming,
            Times::Missing(_) => Shape::Missing,
            // Whoever holds the last place here sees it, and can let it go for another day.
            Times::Known(slots) if slots.days.iter().all(|day| day.state != DayState::Open) && !calendar.holds() => {
                Shape::Full
            }
            Times::Known(slots) => Shape::Days(slots.days.iter().map(|day| day.on).collect()),
        })
    });
    let drawn = move || {
        if calendar.places.chosen.with(Option::is_none) {
            return ().into_any();
        }
        match shape.get() {
            Shape::Coming => skeleton(t(K::ExamLoading), 4),
            Shape::Missing => again(&calendar),
            Shape::Full => full(&calendar),
            Shape::Days(on) => view! { {days(i18n, &calendar, &on)} {times_of_day(i18n, &calendar)} }.into_any(),
        }
    };
    drawn.into_any()
}

fn again(calendar: &Calendar) -> AnyView {
    let calendar = *calendar;
    let read = move |()| calendar.again();
    let why = derive(move || {
        calendar.times.with(|times| match times {
            Times::Missing(why) => Some(why.clone()),
            Times::Coming | Times::Known(_) => None,
        })
    });
    let said = trouble::unread(why, K::ExamDaysFailed, K::ExamDaysFailedWhy);
    let body = view! { {said} <p><Button label=t(K::AppRetry) kind=Kind::Text on_press=read/></p> };
    alert(Tone::Warn, Icon::Offline, body.into_any())
}

fn full(calendar: &Calendar) -> AnyView {
    let calendar = *calendar;
    let Watch { noted, asking, failed } = calendar.watch;
    let noted = memo(move || noted.with(Option::is_some) && noted.get() == calendar.places.chosen.get());
    let why = move || failed.get().map(|words| plain_note(Tone::Warn, Icon::Info, words));
    let watch = move || {
        let press = move |()| calendar.tell_me(!noted.get_untracked());
        if noted.get() {
            let said = view! {
                <p>{t(K::SlotWatching)}</p>
                <p><Button label=t(K::SlotUnwatch) kind=Kind::Text busy=asking on_press=press/></p>
            };
            note(Tone::Ok, Icon::Ok, true, said.into_any())
        } else if calendar.can_watch.get() {
            view! { <p><Button label=t(K::SlotWatch) kind=Kind::Text before=Icon::Phone busy=asking on_press=press/></p> }
                .into_any()
        } else {
            ().into_any()
        }
    };
    let none = tv(K::SlotNone, move || vec![("n", calendar.known().into())]);
    let body = view! { <p>{live(none)}</p> {later(&calendar)} {live(watch)} {live(why)} };
    note(Tone::Warn, Icon::Calendar, true, body.into_any())
}

/// The way to the days after these, as long as there are some.
fn later(calendar: &Calendar) -> AnyView {
    let calendar = *calendar;
    let more = memo(move || calendar.known() < usize::from(ALL_DAYS));
    let press = move |()| calendar.go_on();
    live(move || {
        more.get().then(|| {
            view! { <p><Button label=t(K::ExamLater) kind=Kind::Text before=Icon::Calendar busy=calendar.later on_press=press/></p> }
        })
    })
}

fn days(i18n: I18n, calendar: &Calendar, all: &[NaiveDate]) -> AnyView {
    let calendar = *calendar;
    let name = fresh_id("day");
    let days = all
        .iter()
        .map(|on| {
            let on = *on;
            let day = memo(move || calendar.find(|slots| slots.days.iter().find(|day| day.on == on).cloned()));
            let words = derive(move || {
                let note = day.with(|day| match day {
                    Some(SlotDay { state: DayState::Open, left, .. }) => {
                        i18n.say(K::SlotLeft, &[("n", (*left).into())])
                    }
                    Some(SlotDay { state: DayState::Full, .. }) => i18n.text(K::SlotFull),
                    Some(SlotDay { state: DayState::Closed, .. }) | None => i18n.text(K::SlotClosed),
                });
                format!("{} {note}", i18n.weekday(on))
            });
            let closed = derive(move || {
                let is_open = day.with(|day| day.as_ref().is_some_and(|day| day.state == DayState::Open));
                // The last place of a day is no other's while it is held here.
                let is_ours = calendar.holds() && calendar.held_on() == Some(on);
                !(is_open || is_ours)
            });
            let chosen = derive(move || calendar.day.get() == Some(on));
            cell("hc-slot hc-slot--day", &name, i18n.day_short(on), words, closed, chosen, move || {
                calendar.day.set(Some(on));
            })
        })
        .collect_view();
    view! {
        <fieldset class="hc-field">
            <legend class="hc-label">{t(K::ExamDay)}</legend>
            <div class="hc-grid hc-days" node_ref=calendar.grid>{days}</div>
            {later(&calendar)}
        </fieldset>
    }
    .into_any()
}

fn times_of_day(i18n: I18n, calendar: &Calendar) -> AnyView {
    let calendar = *calendar;
    let of_day = memo(move || {
        let day = calendar.day.get();
        let on_day = |slots: &Slots| {
            let slots = slots.items.iter().filter(|slot| Some(slot.start.date_naive()) == day);
            Some(slots.map(|slot| (slot.id.clone(), slot.start, slot.fasting)).collect::<Vec<_>>())
        };
        calendar.find(on_day).unwrap_or_default()
    });
    let drawn = move || {
        let of_day = of_day.get();
        if of_day.is_empty() {
            return ().into_any();
        }
        let fasting = of_day.iter().any(|(_, _, fasting)| *fasting);
        let name = fresh_id("slot");
        // A radio that an arrow key leads to is chosen by that: the key is heard of before.
        let by_arrow = StoredValue::new(false);
        let cells =
            of_day.into_iter().map(|(id, start, _)| time(i18n, &calendar, by_arrow, &name, &id, start)).collect_view();
        let legend = t(if fasting { K::ExamTimeFasting } else { K::ExamTime });
        let booking = calendar.booking;
        let pressed = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
            "Enter" | " " => booking.settle(),
            key => by_arrow.set_value(key.starts_with("Arrow")),
        };
        view! {
            <fieldset
                class="hc-field"
                on:keydown=pressed
                on:keyup=move |_| by_arrow.set_value(false)
                on:focusout=move |event| {
                    if !stays_within(&event) {
                        booking.settle();
                    }
                }
            >
                <legend class="hc-label">{legend}</legend>
                <div class="hc-grid">{cells}</div>
            </fieldset>
        }
        .into_any()
    };
    drawn.into_any()
}

/// Whether the focus goes from one control of a group to another of the same.
fn stays_within(left: &web_sys::FocusEvent) -> bool {
    let group = left.current_target().and_then(|it| it.dyn_into::<web_sys::Node>().ok());
    let next = left.related_target().and_then(|it| it.dyn_into::<web_sys::Node>().ok());
    group.is_some_and(|group| group.contains(next.as_ref()))
}

fn time(i18n: I18n, calendar: &Calendar, by_arrow: StoredValue<bool>, name: &str, id: &str, start: Instant) -> AnyView {
    let calendar = *calendar;
    let booking = calendar.booking;
    let id = id.to_owned();
    let (mine, visit, wanted) = (id.clone(), id.clone(), id.clone());
    let held = derive(move || booking.is_chosen(&mine));
    let ours = memo(move || booking.booked.with(|booked| booked.as_ref() == Some(&visit)));
    let left = memo(move || {
        calendar.find(|slots| slots.items.iter().find(|slot| slot.id == id).map(|slot| slot.left)).unwrap_or_default()
    });
    let full = derive(move || left.get() == 0 && !held.get());
    let closed = derive(move || ours.get() || full.get());
    let words = derive(move || match (ours.get(), full.get()) {
        (true, _) => i18n.text(K::SlotYours),
        (false, true) => i18n.text(K::SlotFull),
        (false, false) => i18n.say(K::SlotLeft, &[("n", left.get().into())]),
    });
    cell("hc-slot", name, i18n.time(start), words, closed, held, move || {
        booking.choose(wanted.clone(), start, by_arrow.get_value());
    })
}

/// A box that can be chosen, or is full and says so.
fn cell(
    class: &'static str,
    name: &str,
    title: String,
    words: Signal<String>,
    disabled: Signal<bool>,
    chosen: Signal<bool>,
    choose: impl Fn() + 'static,
) -> AnyView {
    view! {
        <label class=class>
            <input
                class="hc-sr"
                type="radio"
                name=name.to_owned()
                disabled=move || disabled.get()
                prop:checked=move || chosen.get()
                on:change=move |_| choose()
            />
            <span><b class="hc-num">{title}</b><br/><span class="hc-meta">{live(move || words.get())}</span></span>
        </label>
    }
    .into_any()
}
