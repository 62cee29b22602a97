//! Why it was refused and how to disagree; why one has to choose again; the way in person; how often it came back. A finding is
//! told apart from a fault of papers.

use super::event;
use super::page::Around;
use crate::i18n::{K, t};
use crate::reactive::memo;
use crate::ui::{self, Icon, Tone, live, plain_note, section_title};
use contract::api::{ApplicationRecord, Event, Referral};
use contract::application::{Actor, State};
use leptos::prelude::*;
use view::view;

/// The parts that apply to this record.
pub(super) fn parts(around: Around, record: &ApplicationRecord) -> AnyView {
    let finding = record.state == State::Referred || record.is_refused_for_finding();
    let referral = referral(record).map(|referral| {
        let words = referral.words.as_ref().map(|words| event::said(around, Actor::Examiner, words));
        let (place, address) = (referral.place.clone(), referral.address.clone());
        let where_to = view! { {ui::icon(Icon::Place)} <div><b>{place}</b> <br/> {address}</div> };
        view! { {words} {ui::card(view! { <ul class="hc-list"><li>{where_to}</li></ul> }.into_any())} }
    });
    view! {
        {finding.then(|| plain_note(Tone::Go, Icon::Info, t(K::ProgressMedical)))}
        {referral}
        {sent_back(around, record)}
        {decision(around, record)}
        {attempts(around, record)}
        {in_person(around, record)}
    }
    .into_any()
}

/// Where the doctor sends the person now.
pub(super) fn referral(record: &ApplicationRecord) -> Option<&Referral> {
    record.examination.referral.as_ref().filter(|_| record.state == State::Referred)
}

/// Who has sent somebody back to choosing how and when to be examined, in their words.
fn sent_back(around: Around, record: &ApplicationRecord) -> AnyView {
    let one = |event: &Event| {
        let (this, of) = (event.clone(), record.clone());
        let sentence = live(move || event::sentence(around, &of, &this));
        let words = event.words.as_ref().filter(|words| !words.text.is_empty());
        let words = words.map(|words| event::said(around, event.actor, words));
        let stands = around.i18n.still_stands(event).map(|stands| view! { <p>{stands}</p> });
        ui::card(view! { <p><b>{sentence}</b></p> {words} {stands} }.into_any())
    };
    record.sent_back().map(one).collect_view().into_any()
}

/// Reason and appeal.
fn decision(around: Around, record: &ApplicationRecord) -> Option<AnyView> {
    let i18n = around.i18n;
    let decision = record.decision.as_ref()?;
    let by = if record.is_refused_for_finding() { Actor::Examiner } else { Actor::Reviewer };
    let words = decision.words.as_ref().map(|words| event::said(around, by, words));
    let appeal = decision.appeal.as_ref().map(|appeal| {
        let args = [("until", i18n.day_year(appeal.until).into()), ("where", appeal.place.as_str().into())];
        let words = i18n.say(K::ProgressAppeal, &args);
        live(move || around.office.with(|office| ui::telephone_in(&words, &office.contact.phone)))
    });
    Some(
        view! { {section_title(t(K::ProgressDecision))} {words} {appeal.map(|words| view! { <p>{words}</p> })} }
            .into_any(),
    )
}

/// How often it came back, while that still counts.
fn attempts(around: Around, record: &ApplicationRecord) -> Option<AnyView> {
    let attempts = record.tries().filter(|attempts| attempts.used > 0)?;
    let i18n = around.i18n;
    let words = if attempts.is_last() {
        i18n.text(K::RetLast)
    } else {
        let of_report = record.state == State::ReportReturned;
        let key = if of_report { K::ProgressAttemptsReport } else { K::ProgressAttempts };
        i18n.say(key, &[("n", attempts.used.into()), ("m", attempts.limit.into())])
    };
    Some(view! { <p class="hc-meta">{words}</p> }.into_any())
}

/// Where to go in person and what to bring: in sight where that is the way, else folded away.
fn in_person(around: Around, record: &ApplicationRecord) -> Option<AnyView> {
    let (i18n, way) = (around.i18n, record.way_in_person()?);
    let words = way.words.as_ref().map(|words| event::said(around, Actor::Reviewer, words));
    let bring = (!way.bring.is_empty())
        .then(|| view! { <p>{i18n.say(K::ProgressBring, &[("list", i18n.list(&way.bring).into())])}</p> });
    let any = way.sites.is_empty();
    let places = memo(move || around.office.with(|office| office.places(&way)));
    let places = live(move || {
        let any = (any && places.with(|places| places.len() > 1)).then(|| view! { <p>{t(K::ProgressAnyPlace)}</p> });
        view! { {any} {ui::places(places.get())} }
    });
    let body = view! { {words} {bring} {places} }.into_any();
    if !record.leads_to_an_office() {
        return Some(ui::disclosure(t(K::ProgressInperson), body));
    }
    let card = ui::card(body);
    let stack = view! { <div class="hc-stack" tabindex="-1" node_ref=around.places>{section_title(t(K::ProgressInperson))} {card}</div> };
    Some(stack.into_any())
}
