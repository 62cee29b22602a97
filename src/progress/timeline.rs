//! What happened, in order, then where it stands, then what is still to come.

use super::earlier::{Ask, Earlier};
use super::event;
use super::page::Around;
use crate::i18n::{K, t};
use crate::offline::Offline;
use crate::reactive::RwSignal;
use crate::ui::{Button, Kind, Moment, ThreadState, live, thread};
use contract::api::{ApplicationRecord, Instant};
use contract::application::{Act, State};
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
    let (failed, busy) = (RwSignal::new(None), RwSignal::new(false));
    let ask = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        let (record, from) = (Arc::clone(&record), from.clone());
        spawn_local(async move {
            let page = offline.heard(offline.api().events(&record.id, from.as_deref()).await);
            busy.try_set(false);
            match page {
                Ok(page) => {
                    let add = |earlier: &mut Earlier| earlier.add(&record.events, language, page.items, page.next);
                    around.earlier.try_update(add);
                }
                Err(why) => drop(failed.try_set(Some(why))),
            }
        });
    });
    let why = move || {
        let said = failed
            .get()
            .map(|why| around.office.with(|office| around.i18n.failure(why.failure(), &office.contact.phone)));
        said.map(|said| view! { <p class="hc-meta" role="alert">{said}</p> })
    };
    Some(view! { <p><Button label=t(K::ProgressEarlier) kind=Kind::Text on_press=ask/></p> {live(why)} }.into_any())
}

/// The line.
pub(super) fn drawn(offline: Offline, around: Around, record: &Arc<ApplicationRecord>) -> AnyView {
    let (i18n, now) = (around.i18n, offline.now());
    let before = around.earlier.with(|earlier| earlier.before(&record.events, i18n.lang()));
    let happened = before.iter().rev().chain(record.events.iter().rev()).map(|event| {
        let (this, record) = (event.clone(), Arc::clone(record));
        let body = event::more(around, &record, event);
        Moment {
            // A tick is for what went well.
            state: if event.to.is_end_without_certificate() || is_setback(event.act) {
                ThreadState::Past
            } else {
                ThreadState::Done
            },
            title: (move || event::sentence(around, &record, &this)).into(),
            meta: Some(i18n.moment(event.at).into()),
            body,
        }
    });
    let void = i18n.void(record, now).is_some();
    // Taken back or stopped, an event says so; run out, nothing else does, though the application has ended.
    let stands = if void { record.stopped().is_none() } else { !record.state.is_end() };
    let now = stands.then(|| Moment {
        state: ThreadState::Now,
        title: step(record.state)
            .filter(|_| !void)
            .map_or_else(|| i18n.status_word(record, now), |step| i18n.text(step))
            .into(),
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

/// An act after which less is there than before.
const fn is_setback(act: Act) -> bool {
    matches!(act, Act::Miss | Act::CloseSlot | Act::Suspend | Act::Revoke)
}

/// The step that a state is in: what happened is said by the events above it. None where only the state's own word fits.
const fn step(state: State) -> Option<K> {
    match state {
        State::Submitted | State::InReview | State::Resubmitted => Some(K::Stage2),
        State::Returned => Some(K::TlNowChange),
        State::Counter => Some(K::ProgressInperson),
        State::Accepted | State::Booked | State::Missed => Some(K::Stage3),
        State::Examined | State::ReportReview => Some(K::TlLaterResult),
        State::ReportReturned => Some(K::TlNowReport),
        State::Referred => Some(K::TlNowDoctor),
        State::Passed => Some(K::TlNowIssue),
        State::Issued => Some(K::TlLaterCollect),
        State::Draft | State::Collected | State::Rejected | State::Withdrawn | State::Lapsed | State::Unknown => None,
    }
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
        (Some(day), _) => {
            let is_to_book = record.state != State::ReportReturned && record.action(Act::Book).is_some();
            i18n.say(if is_to_book { K::TlDueBook } else { K::TlDue }, &[("date", i18n.day(day).into())])
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_now_is_not_what_may_come() {
        for state in State::ALL {
            let step = step(state);
            assert!(step.is_none_or(|step| !later(state).contains(&step)), "{state:?}");
            assert!(
                step.is_some() || state.is_end() || matches!(state, State::Draft | State::Collected | State::Unknown)
            );
        }
    }
}
