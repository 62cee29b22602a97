//! Why it was refused and how to disagree; the way in person; how often it came back. A finding is told apart from a fault of papers.

use super::event;
use super::page::Around;
use crate::i18n::{K, t};
use crate::ui::{self, Icon, Tone, live, plain_note, section_title};
use contract::api::{ApplicationRecord, InPerson, Referral};
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
        {decision(around, record)}
        {attempts(around, record)}
        {record.in_person.as_ref().filter(|_| offers_counter(record.state)).map(|way| in_person(around, way))}
    }
    .into_any()
}

/// Where the doctor sends the person now.
pub(super) fn referral(record: &ApplicationRecord) -> Option<&Referral> {
    record.examination.referral.as_ref().filter(|_| record.state == State::Referred)
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
        live(move || around.office.with(|office| ui::telephone_in(&words, &office.phone)))
    });
    Some(
        view! { {section_title(t(K::ProgressDecision))} {words} {appeal.map(|words| view! { <p>{words}</p> })} }
            .into_any(),
    )
}

/// How often it came back, while that still counts.
fn attempts(around: Around, record: &ApplicationRecord) -> Option<AnyView> {
    let of_papers = (record.state == State::Returned).then_some(record.attempts);
    let of_report = (record.state == State::ReportReturned).then_some(record.report_attempts);
    let attempts = of_papers.or(of_report).filter(|attempts| attempts.used > 0)?;
    let i18n = around.i18n;
    let words = if attempts.used >= attempts.limit {
        i18n.text(K::RetLast)
    } else {
        i18n.say(K::ProgressAttempts, &[("n", attempts.used.into()), ("m", attempts.limit.into())])
    };
    Some(view! { <p class="hc-meta">{words}</p> }.into_any())
}

/// Where the way in person is a way out.
fn offers_counter(state: State) -> bool {
    matches!(state, State::Returned | State::Counter | State::ReportReturned | State::Lapsed)
}

fn in_person(around: Around, way: &InPerson) -> AnyView {
    let i18n = around.i18n;
    let words = way.words.as_ref().map(|words| event::said(around, Actor::Reviewer, words));
    let bring = (!way.bring.is_empty()).then(|| i18n.say(K::ProgressBring, &[("list", i18n.list(&way.bring).into())]));
    let sites = way.sites.clone();
    let names = move || around.office.with(|office| i18n.list(&office.names(&sites)));
    ui::disclosure(t(K::ProgressInperson), view! { {words} <p>{live(names)}</p> <p>{bring}</p> }.into_any())
}
