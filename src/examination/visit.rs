//! `/a/{id}/visit`: the appointment, its check-in code, what to prepare, changing and cancelling. All of it from the kept record: it works offline.
use super::{back, calendar, code, office, phone, record_of, sent_back, trouble};
use crate::i18n::{I18n, K, Office, spans, t};
use crate::offline::Offline;
use crate::reactive::{Memo, RwSignal};
use crate::route::{Nav, Route, next};
use crate::ui::{
    Announcer, Button, Dialog, Icon, Kind, LinkButton, PageTitle, Tone, Words, heading_level, icon, live, note,
    plain_note, section_title, small_icon, telephone_in,
};
use contract::api::{ApplicationRecord, Appointment, Slug};
use contract::application::{Act, State};
use leptos::{prelude::*, task::spawn_local};
use std::sync::Arc;
use view::view;

/// The page.
pub(super) fn page(id: String) -> AnyView {
    let (offline, nav) = (Offline::here(), Nav::here());
    let (record, asking) = record_of(offline, &id);
    let head = back(nav, &id);
    let said: RwSignal<Option<K>> = RwSignal::new(None);
    let (here, office) = (id.clone(), office(offline));
    let body = move || {
        let record = record.get()?;
        let visit = record.examination.appointment.clone();
        Some(match visit.filter(|_| record.state == State::Booked) {
            Some(visit) => booked(&here, &record, visit, office, said),
            None => not_booked(&here, &record, office),
        })
    };
    view! {
        {head}
        <PageTitle words=t(K::VisitTitle)/>
        {live(move || said.get().map(|key| note(Tone::Ok, Icon::Ok, true, view! { <p>{t(key)}</p> }.into_any())))}
        {trouble::waiting(record, asking)}
        {body}
    }
    .into_any()
}

fn booked(
    id: &str,
    record: &Arc<ApplicationRecord>,
    visit: Appointment,
    office: Memo<Office>,
    said: RwSignal<Option<K>>,
) -> AnyView {
    let i18n = I18n::here();
    let prepare = visit
        .prepare
        .iter()
        .map(|line| view! { <li>{icon(Icon::Check)}<span>{spans(line)}</span></li> })
        .collect_view();
    let spoken = i18n.say(K::VisitCode, &[("code", visit.check_in.code.as_str().into())]);
    let pass = code::check_in(&visit.check_in.text, &visit.check_in.code, move || spoken.clone());
    let list = (!visit.prepare.is_empty())
        .then(|| view! { {section_title(t(K::VisitBefore))} <ul class="hc-list">{prepare}</ul> });
    let moved =
        was_moved(record).then(|| note(Tone::Ok, Icon::Ok, true, view! { <p>{t(K::VisitMoved)}</p> }.into_any()));
    view! {
        {moved}
        {panel(i18n, record, &visit, office)}
        {section_title(t(K::ApptCode))}
        <div class="hc-card hc-pass">
            {pass}
            <p class="hc-meta">{small_icon(Icon::Phone)} " " {t(K::ApptOffline)}</p>
        </div>
        {list}
        {section_title(t(K::VisitAway))}
        {away(id, record, &visit, said)}
    }
    .into_any()
}

/// When and where, what to know of the place and its telephone, and the way into the phone's own calendar.
fn panel(i18n: I18n, record: &ApplicationRecord, visit: &Appointment, office: Memo<Office>) -> AnyView {
    let over = match &record.holder {
        Some(holder) => i18n.say(K::VisitOverName, &[("name", holder.name.as_str().into())]),
        None => i18n.text(K::VisitOver),
    };
    let arrive = i18n.say(K::VisitArrive, &[("time", i18n.time(visit.arrive_by).into())]);
    let site = visit.slot.site.clone();
    let there = move || {
        let site = office.with(|office| office.site(&site).cloned())?;
        let call = site.phone.as_ref().map(|phone| {
            let words = i18n.say(K::ExamCall, &[("phone", phone.as_str().into())]);
            view! { <p>{telephone_in(&words, phone)}</p> }
        });
        let notes = site.notes.into_iter().map(|words| view! { <p>{spans(&words)}</p> }).collect_view();
        Some(view! { {call} {notes} })
    };
    let id = crate::ui::fresh_id("visit");
    view! {
        <section class="hc-next" aria-labelledby=id.clone()>
            <p>{over}</p>
            <h2 class="hc-h1" id=id.clone() aria-level=heading_level(2)>{i18n.moment(visit.slot.start)}</h2>
            <p>{spans(&visit.place)}<br/>{arrive}</p>
            {live(there)}
            {add_to_calendar(i18n, visit)}
        </section>
        <p class="hc-hint">{t(K::VisitAddHow)}</p>
    }
    .into_any()
}

/// A file that the phone's calendar opens. Made here, so it is there offline; where a browser keeps no such file, the line below says how.
fn add_to_calendar(i18n: I18n, visit: &Appointment) -> AnyView {
    let entry = calendar::Entry { title: i18n.text(K::VisitEvent), appointment: visit, now: Offline::here().now() };
    let address = blob_address(&calendar::file(&entry));
    let file = address.clone().map(|address| {
        view! { <a class="hc-btn" href=address download="health-examination.ics">{icon(Icon::Calendar)}{t(K::VisitAdd)}</a> }
    });
    on_cleanup(move || {
        if let Some(address) = &address
            && web_sys::Url::revoke_object_url(address).is_err()
        {
            leptos::logging::warn!("a calendar file was not given back");
        }
    });
    file.into_any()
}

fn blob_address(file: &str) -> Option<String> {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("text/calendar;charset=utf-8");
    let parts = js_sys::Array::of1(&wasm_bindgen::JsValue::from_str(file));
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
    web_sys::Url::create_object_url_with_blob(&blob).ok()
}

/// Until when it can be changed, and how.
fn away(id: &str, record: &ApplicationRecord, visit: &Appointment, said: RwSignal<Option<K>>) -> AnyView {
    let (nav, offline, i18n) = (Nav::here(), Offline::here(), I18n::here());
    let until = i18n.moment(visit.change_until);
    let open = visit.change_until > offline.now();
    let (can_change, can_cancel) = (record.action(Act::Change).is_some(), record.action(Act::Cancel).is_some());
    if !open || !(can_change || can_cancel) {
        let phone = phone(offline);
        let words = move || {
            let phone = phone.get();
            let args = [("until", until.as_str().into()), ("phone", phone.as_str().into())];
            telephone_in(&i18n.say(K::VisitLate, &args), &phone)
        };
        return view! { <p>{live(words)}</p> }.into_any();
    }
    let asked = RwSignal::new(false);
    let change = can_change
        .then(|| view! { <LinkButton to=nav.link(&Route::Examination(id.to_owned())) label=t(K::ActChange) kind=Kind::Quiet/> });
    let cancel =
        can_cancel.then(|| view! { <Button label=t(K::ActCancel) kind=Kind::Bad on_press=move |()| asked.set(true)/> });
    let phone = phone(offline);
    let words = move || {
        let phone = phone.get();
        let args = [("until", until.as_str().into()), ("phone", phone.as_str().into())];
        telephone_in(&i18n.say(K::VisitCutoff, &args), &phone)
    };
    view! {
        <p>{live(words)}</p>
        <div class="hc-row">{change}{cancel}</div>
        {cancelling(id, visit, asked, said)}
    }
    .into_any()
}

fn cancelling(id: &str, visit: &Appointment, asked: RwSignal<bool>, said: RwSignal<Option<K>>) -> AnyView {
    let (offline, i18n, announcer) = (Offline::here(), I18n::here(), Announcer::here());
    let busy = RwSignal::new(false);
    let phone = phone(offline);
    let trouble: RwSignal<Option<Words>> = RwSignal::new(None);
    let (id, slot) = (StoredValue::new(id.to_owned()), StoredValue::new(visit.slot.id.clone()));
    let body = i18n.say(
        K::VisitCancelBody,
        &[("day", i18n.date(visit.slot.start).into()), ("time", i18n.time(visit.slot.start).into())],
    );
    let act = move |()| {
        busy.set(true);
        trouble.set(None);
        let (id, slot, who) = (id.get_value(), slot.get_value(), offline.asker());
        spawn_local(async move {
            let reply = offline.heard(offline.api().cancel_visit(&id, &slot).await);
            busy.try_set(false);
            asked.try_set(false);
            match reply {
                Ok(outcome) => {
                    if said.try_set(Some(K::VisitCancelled)).is_none() {
                        announcer.say(&i18n.text(K::VisitCancelled));
                    }
                    offline.keep_outcome(&who, &outcome);
                }
                Err(error) => {
                    let moved_on = error.slug() == Some(Slug::ActRefused);
                    let words =
                        Words::from(move || i18n.failure(error.failure(), &phone.try_get().unwrap_or_default()));
                    let now = untrack(|| words.get());
                    if trouble.try_set(Some(words)).is_none() {
                        announcer.say(&now);
                    }
                    if moved_on {
                        // How it stands now comes with the record; a failure leaves what is known.
                        drop(offline.refresh(&id).await);
                    }
                }
            }
        });
    };
    view! {
        {live(move || trouble.get().map(|words| plain_note(Tone::Warn, Icon::Info, words)))}
        <Dialog
            open=asked
            title=t(K::VisitCancelTitle)
            body=body
            safe=t(K::VisitCancelKeep)
            act=t(K::ActCancel)
            busy=busy
            busy_label=t(K::VisitCancelGoing)
            on_safe=move |()| asked.set(false)
            on_act=act
        />
    }
    .into_any()
}

/// Nothing is booked: missed, cancelled, or never.
fn not_booked(id: &str, record: &Arc<ApplicationRecord>, office: Memo<Office>) -> AnyView {
    let (nav, offline, i18n) = (Nav::here(), Offline::here(), I18n::here());
    // That the site cancelled it stands above.
    let cancelled = record.sent_back().any(|event| event.act == Act::CloseSlot);
    let words = match record.state {
        State::Missed => Some(missed(i18n, record)),
        State::Examined => Some(i18n.text(K::VisitAttended)),
        _ => (!cancelled).then(|| i18n.text(K::VisitNone)),
    };
    let now = offline.now();
    let step = next::place(record).zip(i18n.next_verb(record, now));
    let (place, label) = step.unwrap_or_else(|| (Route::Status(id.to_owned()), i18n.text(K::ProgressTitleUnnamed)));
    let tone = if record.state == State::Missed { Tone::Warn } else { Tone::Plain };
    // When one can book again is part of what comes next; why it has ended stands where the link leads.
    let next = if record.state.is_end() {
        i18n.status_word(record, now).into_any()
    } else {
        let record = Arc::clone(record);
        live(move || {
            office.with(|office| telephone_in(&i18n.next_sentence(&record, office, now), &office.contact.phone))
        })
    };
    let body = view! { {words.map(|words| view! { <p>{words}</p> })} <p>{next}</p> };
    let this = Arc::clone(record);
    view! {
        {live(move || office.with(|office| sent_back::notes(i18n, &this, office)))}
        {note(tone, Icon::Calendar, false, body.into_any())}
        <div class="hc-row"><LinkButton to=nav.link(&place) label=label/></div>
    }
    .into_any()
}

/// Whether the visit is one that was moved, with a new code: whoever kept a picture of the old one has to know.
fn was_moved(record: &ApplicationRecord) -> bool {
    let booked = record.events.iter().filter(|event| matches!(event.act, Act::Book | Act::Change));
    booked.max_by_key(|event| event.at).is_some_and(|event| event.act == Act::Change)
}

/// Which visit was missed, as the record's history tells.
fn missed(i18n: I18n, record: &ApplicationRecord) -> String {
    let event = record.events.iter().find(|event| event.act == Act::Miss);
    match event.and_then(|event| event.slot.as_ref()) {
        Some(slot) => {
            i18n.say(K::VisitMissed, &[("day", i18n.date(slot.start).into()), ("time", i18n.time(slot.start).into())])
        }
        None => i18n.text(K::VisitMissedPlain),
    }
}

#[cfg(test)]
mod tests {
    use super::{ApplicationRecord, State, was_moved};

    #[test]
    fn a_visit_that_was_moved_is_told_apart() {
        for (acts, expected) in [
            (&["book"][..], false),
            (&["change", "book"], true),
            (&["book", "change"], true),
            (&["book", "cancel", "change", "book"], false),
            (&[], false),
        ] {
            // The first is the newest, or the last: the times tell.
            let newest_first = acts.first() == Some(&"change") || acts.len() == 4;
            let event = |(at, act): (usize, &&str)| {
                let minute = if newest_first { 30 - at } else { at };
                format!(
                    r#"{{"id": "{at}", "at": "2026-11-24T09:{minute:02}:00+08:00", "act": "{act}", "actor": "applicant",
                        "from": "booked", "to": "booked"}}"#
                )
            };
            let events: Vec<String> = acts.iter().enumerate().map(event).collect();
            let record = ApplicationRecord::sample(State::Booked, &format!(r#""events": [{}]"#, events.join(",")));
            assert_eq!(was_moved(&record), expected, "{acts:?}");
        }
    }
}
