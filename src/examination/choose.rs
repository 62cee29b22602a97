//! `/a/{id}/examination`: on site or by report; place, day and time on one page, because each narrows the next.
use super::{
    back,
    booking::Booking,
    days, hold, office, online, phone,
    places::{self, Places},
    record_of, sent_back, trouble,
};
use crate::i18n::{I18n, K, spans, t, tv};
use crate::offline::{Needs, Offline};
use crate::reactive::{Memo, RwSignal, derive, effect, effect_from, memo};
use crate::route::{Nav, Route};
use crate::ui::{
    Button, Choice, Icon, LinkButton, PageTitle, Tone, Words, action_bar, after_picture, back_link, bring_into_view,
    choice_group, focus_first_in, live, note, plain_note, section_title, skeleton,
};
use contract::api::{Action, ApplicationRecord, Examination, Route as Way};
use contract::application::{Act, State};
use leptos::{html, prelude::*, task::spawn_local};
use view::view;

/// The way that is looked at first.
const ON_SITE: &str = "onsite";

/// What the page is for, by what the record allows.
#[derive(Clone, Debug, PartialEq)]
enum Task {
    /// Take an appointment, or send a report, or either.
    Choose { book: Option<Action>, report: bool },
    /// Move the appointment.
    Change(Action),
    /// Neither, now.
    Nothing,
}

fn task(record: &ApplicationRecord) -> Task {
    let routes = &record.examination.routes;
    if let Some(change) = record.action(Act::Change) {
        return Task::Change(change.clone());
    }
    let book = record.action(Act::Book).filter(|_| routes.contains(&Way::Onsite)).cloned();
    let report = record.action(Act::Report).is_some() && routes.contains(&Way::Online);
    if book.is_none() && !report { Task::Nothing } else { Task::Choose { book, report } }
}

/// The page.
pub(super) fn page(id: String) -> AnyView {
    let (offline, nav) = (Offline::here(), Nav::here());
    let (record, asking) = record_of(offline, &id);
    let task = memo(move || record.with(|record| record.as_ref().map(|record| task(record))));
    let i18n = I18n::here();
    // Whoever mends a report does so on its own page: the one who comes here wants to be examined instead.
    let way = RwSignal::new(ON_SITE.to_owned());
    let title = move || match task.get() {
        Some(Task::Change(_)) => i18n.text(K::ExamTitleChange),
        Some(Task::Choose { book: None, .. }) => i18n.text(K::ExamTitleOnline),
        Some(Task::Choose { report: true, .. }) if way.with(|way| way != ON_SITE) => i18n.text(K::ExamTitleOnline),
        Some(Task::Choose { .. } | Task::Nothing) | None => i18n.text(K::ExamTitle),
    };
    // Whoever moves a visit comes from it.
    let moves = memo(move || task.with(|task| matches!(task, Some(Task::Change(_)))));
    let of_visit = id.clone();
    let head = move || {
        if moves.get() {
            back_link(nav.link(&Route::Visit(of_visit.clone())), t(K::VisitTitle))
        } else {
            back(nav, &of_visit)
        }
    };
    let is_back = memo(move || record.with(|record| record.as_ref().is_some_and(|it| it.sent_back().next().is_some())));
    let why = move || {
        is_back.get().then(|| {
            let office = office(offline);
            live(move || {
                let record = record.get()?;
                Some(office.with(|office| sent_back::notes(i18n, &record, office)))
            })
        })
    };
    let body = move || {
        let task = task.get()?;
        // What the record says beside the task is read once: a poll must not take a half-made choice away.
        let record = record.get_untracked()?;
        Some(body(&id, &task, &record, way))
    };
    view! {
        {live(head)}
        <PageTitle words=title/>
        {offline_note(offline, task)}
        {trouble::waiting(record, asking)}
        {live(why)}
        {live(body)}
    }
    .into_any()
}

fn body(id: &str, task: &Task, record: &ApplicationRecord, way: RwSignal<String>) -> AnyView {
    match task {
        Task::Nothing => nothing(id, record),
        Task::Change(_) => on_site(begun(id), record, true),
        Task::Choose { book: Some(book), report } => {
            let offline = Offline::here();
            match book.from.filter(|from| *from > offline.now()) {
                Some(from) if !report => {
                    let i18n = I18n::here();
                    plain_note(Tone::Plain, Icon::Clock, i18n.say(K::ExamFrom, &[("from", i18n.date(from).into())]))
                }
                Some(from) => {
                    let i18n = I18n::here();
                    let words = i18n.say(K::ExamFrom, &[("from", i18n.date(from).into())]);
                    view! {
                        {plain_note(Tone::Plain, Icon::Clock, words)}
                        {section_title(t(K::ExamOnline))}
                        {report_alone(id)}
                    }
                    .into_any()
                }
                None if *report => either(id, record, way),
                None => view! { <p>{t(K::ExamOnlyOnsite)}</p> {on_site(begun(id), record, false)} }.into_any(),
            }
        }
        Task::Choose { book: None, .. } => view! { <p>{t(K::ExamOnlyOnline)}</p> {report_alone(id)} }.into_any(),
    }
}

fn nothing(id: &str, record: &ApplicationRecord) -> AnyView {
    let nav = Nav::here();
    let place = if record.state == State::Booked { Route::Visit(id.to_owned()) } else { Route::Status(id.to_owned()) };
    let label = if record.state == State::Booked { K::VisitTitle } else { K::ProgressTitleUnnamed };
    view! {
        {plain_note(Tone::Plain, Icon::Info, t(K::ExamNotNow))}
        <div class="hc-row"><LinkButton to=nav.link(&place) label=t(label)/></div>
    }
    .into_any()
}

/// Both ways are open: the person chooses.
fn either(id: &str, record: &ApplicationRecord, way: RwSignal<String>) -> AnyView {
    let offline = Offline::here();
    let known: Asked = RwSignal::new(None);
    read_examination(offline, id, known);
    // Each office sets its own, and until it is known none is said.
    let days = derive(move || {
        let days = known.with(|it| it.as_ref().and_then(|it| it.as_ref().ok()).map(|it| it.max_age_days));
        days.filter(|days| *days > 0)
    });
    let choices = vec![
        Choice { value: ON_SITE.into(), label: t(K::ExamOnsite).into(), hint: Some(t(K::ExamOnsiteHint).into()) },
        Choice {
            value: "online".into(),
            label: t(K::ExamOnline).into(),
            hint: Some(Words::from(tv(K::ExamOnlineHint, move || {
                days.get().map(|n| ("n", n.into())).into_iter().collect()
            }))),
        },
    ];
    let chosen = Callback::new(move |value| way.set(value));
    let online = memo(move || way.with(|way| way != ON_SITE));
    // A held place stays held while the person looks at the other way.
    let booking = begun(id);
    let (id, record) = (id.to_owned(), record.clone());
    let drawn = move || if online.get() { by_report(&id, known) } else { on_site(booking, &record, false) };
    view! { <div class="hc-field">{choice_group(t(K::ExamHow), choices, way.into(), chosen)}</div> {live(drawn)} }
        .into_any()
}

/// What the office asks of a report: nothing while it is on its way.
type Asked = RwSignal<Option<Result<Examination, crate::api::ApiError>>>;

fn read_examination(offline: Offline, id: &str, known: Asked) {
    let (i18n, id) = (I18n::here(), id.to_owned());
    let ask = move || {
        let id = id.clone();
        spawn_local(async move {
            let reply = offline.examination(&id).await;
            known.try_set(Some(reply.map(|kept| kept.value)));
        });
    };
    let is_missing = move || known.try_with_untracked(|it| matches!(it, Some(Err(_)))) == Some(true);
    offline.when_back(Needs::SignIn, is_missing, ask.clone());
    // What is examined is named in the language that it was asked for in.
    effect(move || {
        i18n.lang();
        ask();
    });
}

fn report_alone(id: &str) -> AnyView {
    let known = RwSignal::new(None);
    read_examination(Offline::here(), id, known);
    by_report(id, known)
}

fn by_report(id: &str, known: Asked) -> AnyView {
    let places = Places::new(None);
    let again = places.read(Offline::here(), None);
    let id = id.to_owned();
    let why = derive(move || known.with(|known| known.as_ref().and_then(|known| known.as_ref().err().cloned())));
    live(move || {
        known.with(|known| match known {
            Some(Ok(examination)) => online::lead(&id, examination, places, again),
            // What it must hold can be read later; the way on is open at once.
            Some(Err(_)) => {
                view! { {note(Tone::Plain, Icon::Offline, false, trouble::unread(why, K::ExamReportLater, K::ExamReportLaterWhy))} {onward(&id)} }.into_any()
            }
            None => view! { {skeleton(t(K::WaitOpen), 3)} {onward(&id)} }.into_any(),
        })
    })
}

fn onward(id: &str) -> AnyView {
    let to = Nav::here().link(&Route::Report(id.to_owned()));
    action_bar(None, view! { <LinkButton to=to label=t(K::ExamReportGo) after=Icon::Next/> }.into_any())
}

fn begun(id: &str) -> Booking {
    Booking::new(id, phone(Offline::here()))
}

/// Place, day, time, and the one button.
fn on_site(booking: Booking, record: &ApplicationRecord, change: bool) -> AnyView {
    let offline = Offline::here();
    let held_at = booking.hold.with_untracked(|hold| hold.as_ref().map(|hold| hold.slot.site.clone()));
    let booked_at = record.examination.appointment.as_ref().map(|visit| visit.slot.site.clone());
    let places = Places::new(held_at.or(booked_at));
    let category = record.category.as_ref().map(|category| category.code.clone()).unwrap_or_default();
    let again = places.read(offline, Some(category.clone()));
    let day = record.examination.appointment.as_ref().map(|visit| visit.slot.start.date_naive());
    let calendar = days::Calendar::new(booking, places, category, day);
    let now_booked = change.then(|| booked_until_now(booking));
    let area: NodeRef<html::Div> = NodeRef::new();
    keep_in_sight(booking, area);
    let there = memo(move || places.are_here());
    view! {
        {now_booked}
        {places.trouble(again)}
        {places::list(places)}
        <div node_ref=area>{days::calendar(&calendar)}</div>
        {live(move || there.get().then(|| untrack(|| bar(booking, change, area))))}
    }
    .into_any()
}

/// The bar grows by the countdown once a time is held: the time that was chosen does not end up behind it.
fn keep_in_sight(booking: Booking, area: NodeRef<html::Div>) {
    let held = memo(move || booking.hold.with(|hold| hold.as_ref().map(|hold| hold.slot.id.clone())));
    effect_from(move |before: Option<Option<String>>| {
        let held = held.get();
        if held.is_some() && before.is_some_and(|before| before != held) {
            after_picture(move || {
                if let Some(Some(area)) = area.try_get_untracked()
                    && let Ok(Some(time)) = area.query_selector(CHOSEN)
                {
                    bring_into_view(&time);
                }
            });
        }
        held
    });
}

/// The visit that is to be moved, as the record tells it: its place in the language of the page.
fn booked_until_now(booking: Booking) -> AnyView {
    let (i18n, kept) = (booking.i18n, booking.offline.record(&booking.id.get_value()));
    let booked = memo(move || kept.with(|kept| kept.as_ref()?.value.examination.appointment.clone()));
    live(move || {
        let visit = booked.get()?;
        let args = [
            ("day", i18n.date(visit.slot.start).into()),
            ("time", i18n.time(visit.slot.start).into()),
            ("place", spans(&visit.place).into()),
        ];
        Some(plain_note(Tone::Plain, Icon::Calendar, i18n.say(K::SlotNow, &args)))
    })
}

/// What the network is for here: the frame says that there is none, and that what is here can be gone on with.
fn offline_note(offline: Offline, task: Memo<Option<Task>>) -> AnyView {
    let books = memo(move || task.with(|it| matches!(it, Some(Task::Change(_) | Task::Choose { book: Some(_), .. }))));
    live(move || (books.get() && offline.is_away()).then(|| plain_note(Tone::Warn, Icon::Offline, t(K::ExamOffline))))
}

/// A time of the chosen day that can be taken.
const TIME: &str = ".hc-slot:not(.hc-slot--day) input:not(:disabled)";

/// The one that was.
const CHOSEN: &str = ".hc-slot:not(.hc-slot--day) input:checked";

fn bar(booking: Booking, change: bool, area: NodeRef<html::Div>) -> AnyView {
    let i18n = booking.i18n;
    let label = move || {
        let start = booking.hold.with(|hold| hold.as_ref().map(|hold| hold.slot.start));
        let Some(start) = start else { return i18n.text(K::ExamGoFirst) };
        let key = if change { K::ExamGoChange } else { K::ExamGo };
        i18n.say(key, &[("day", i18n.date(start).into()), ("time", i18n.time(start).into())])
    };
    // While another time is asked for, what is held is not what was chosen.
    let blocked = derive(move || booking.hold.with(Option::is_none) || booking.wanted.with(Option::is_some));
    let press = move |()| {
        if !blocked.get_untracked() {
            booking.book();
        } else if let Some(area) = area.get_untracked() {
            // The times stand there once a day is chosen: then it is one of them that is missing.
            if !focus_first_in(&area, TIME) {
                focus_first_in(&area, "input:not(:disabled)");
            }
        }
    };
    let button = view! {
        <Button label=label busy=booking.going busy_label=t(K::ExamGoBusy) blocked=blocked on_press=press/>
    };
    let told = live(move || booking.said.get().map(|words| plain_note(Tone::Warn, Icon::Info, words)));
    // However many times there are, how long the chosen one is held, and that it is not any more, stands in sight, above the
    // act that it is for.
    action_bar(Some(view! { {told} {hold::line(booking)} }.into_any()), button.into_any())
}

#[cfg(test)]
mod tests {
    use super::{Task, task};
    use contract::api::ApplicationRecord;
    use contract::application::State;

    fn record(state: State, actions: &str, routes: &str) -> ApplicationRecord {
        ApplicationRecord::sample(state, &format!(r#""actions": [{actions}], "examination": {{"routes": [{routes}]}}"#))
    }

    #[test]
    fn the_page_offers_what_the_record_allows() {
        let (book, report, change) = (r#"{"act": "book"}"#, r#"{"act": "report"}"#, r#"{"act": "change"}"#);
        for (state, actions, routes, expected) in [
            (State::Accepted, format!("{book}, {report}"), r#""onsite", "online""#, (true, true, false)),
            (State::Accepted, format!("{book}, {report}"), r#""onsite""#, (true, false, false)),
            (State::Accepted, report.to_owned(), r#""online""#, (false, true, false)),
            (State::Booked, change.to_owned(), r#""onsite", "online""#, (false, false, true)),
            (State::Submitted, String::new(), r#""onsite""#, (false, false, false)),
        ] {
            let found = match task(&record(state, &actions, routes)) {
                Task::Choose { book, report } => (book.is_some(), report, false),
                Task::Change(_) => (false, false, true),
                Task::Nothing => (false, false, false),
            };
            assert_eq!(found, expected, "{state:?} {actions} {routes}");
        }
    }
}
