//! What happened, in order, then where it stands, then what is still to come.

use super::earlier::{Ask, Earlier};
use super::event;
use super::page::Around;
use crate::i18n::{K, t};
use crate::offline::Offline;
use crate::reactive::RwSignal;
use crate::ui::{Button, Kind, Moment, ThreadState, live, thread};
use contract::api::{ApplicationRecord, Instant};
use contract::application::State;
use leptos::{prelude::*, task::spawn_local};
use std::sync::Arc;
use view::view;

/// The record carries the newest events; the way to those before them.
pub(super) fn earlier(offline: Offline, around: Around, record: &Arc<ApplicationRecord>) -> Option<AnyView> {
    const CARRIED: usize = 20;
    if record.events.len() < CARRIED {
        return None;
    }
    let language = around.i18n.lang();
    let from = match around.earlier.with(|earlier| earlier.ask(&record.events, language)) {
        Ask::BeforeCarried => None,
        Ask::At(cursor) => Some(cursor),
        Ask::Nothing => return None,
    };
    let record = Arc::clone(record);
    let (failed, busy) = (RwSignal::new(false), RwSignal::new(false));
    let ask = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(false);
        let (record, from) = (Arc::clone(&record), from.clone());
        spawn_local(async move {
            let page = offline.heard(offline.api().events(&record.id, from.as_deref()).await);
            busy.try_set(false);
            match page {
                Ok(page) => {
                    let add = |earlier: &mut Earlier| earlier.add(&record.events, language, page.items, page.next);
                    around.earlier.try_update(add);
                }
                Err(_) => drop(failed.try_set(true)),
            }
        });
    });
    let why = move || failed.get().then(|| view! { <p class="hc-meta" role="status">{t(K::PUnreachable)}</p> });
    Some(view! { <p><Button label=t(K::ProgressEarlier) kind=Kind::Text on_press=ask/></p> {live(why)} }.into_any())
}

/// The line.
pub(super) fn drawn(offline: Offline, around: Around, record: &Arc<ApplicationRecord>) -> AnyView {
    let (i18n, now) = (around.i18n, offline.now());
    let before = around.earlier.with(|earlier| earlier.before(&record.events, i18n.lang()));
    let happened = before.iter().rev().chain(record.events.iter().rev()).map(|event| {
        let (this, record) = (event.clone(), Arc::clone(record));
        Moment {
            state: ThreadState::Done,
            title: (move || event::sentence(around, &record, &this)).into(),
            meta: Some(i18n.moment(event.at).into()),
            body: event::more(around, event),
        }
    });
    // A certificate that was taken back or has run out is where it stands now, though the application has ended.
    let now = (!record.state.is_end() || i18n.void(record, now).is_some()).then(|| Moment {
        state: ThreadState::Now,
        title: i18n.status_word(record, now).into(),
        meta: Some(now_line(around, record, now).into()),
        body: None,
    });
    let later = later(record.state).iter().map(|key| Moment {
        state: ThreadState::Later,
        title: t(*key).into(),
        meta: None,
        body: None,
    });
    thread(happened.chain(now).chain(later).collect())
}

/// The day that matters now.
fn now_line(around: Around, record: &ApplicationRecord, now: Instant) -> String {
    let i18n = around.i18n;
    if let Some((certificate, said)) = i18n.void(record, now) {
        let why = certificate.words.as_ref().map_or("", |words| words.text.as_str());
        return i18n.say(said, &[("why", why.into())]);
    }
    if let Some(visit) = record.examination.appointment.as_ref().filter(|_| record.state == State::Booked) {
        let start = visit.slot.start;
        return i18n.say(K::HomeVisit, &[("date", i18n.date(start).into()), ("time", i18n.time(start).into())]);
    }
    match (record.due_on, record.reply_by) {
        (Some(day), _) => i18n.say(K::TlDue, &[("date", i18n.day(day).into())]),
        (None, Some(day)) => i18n.say(K::TlReply, &[("date", i18n.day(day).into())]),
        (None, None) => i18n.text(K::ProgressNowWait),
    }
}

/// What may come after a state.
fn later(state: State) -> &'static [K] {
    match state {
        State::Draft => &[K::Stage2, K::TlLaterExam, K::TlLaterResult, K::TlLaterCollect],
        State::Submitted | State::InReview | State::Returned | State::Resubmitted | State::Counter => {
            &[K::TlLaterExam, K::TlLaterResult, K::TlLaterCollect]
        }
        State::Accepted | State::Booked | State::Missed | State::ReportReturned => {
            &[K::TlLaterResult, K::TlLaterCollect]
        }
        State::Examined | State::ReportReview | State::Referred | State::Passed | State::Unknown => {
            &[K::TlLaterCollect]
        }
        State::Issued | State::Collected | State::Rejected | State::Withdrawn | State::Lapsed => &[],
    }
}
