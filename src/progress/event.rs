//! One event as one sentence (`event.…`), with the office's words and what came back below it.

use super::page::Around;
use crate::i18n::{Arg, K};
use crate::ui::{self, Icon, live, small_icon};
use contract::api::{ApplicationRecord, Event, ReturnedItem, Words};
use contract::application::{Act, Actor, State};
use leptos::prelude::*;
use view::view;

/// What happened, in one sentence.
pub(super) fn sentence(around: Around, record: &ApplicationRecord, event: &Event) -> String {
    let i18n = around.i18n;
    let mut args: Vec<(&'static str, Arg)> =
        vec![("n", event.items.len().into()), ("actor", actor(around, event.actor).into())];
    if let Some(day) = event.due_on {
        args.push(("due_on", i18n.day(day).into()));
    }
    if let Some(slot) = &event.slot {
        args.push(("date", i18n.date(slot.start).into()));
        args.push(("time", i18n.time(slot.start).into()));
    }
    args.push(("place", place(around, record, event).into()));
    let key = match event.act {
        Act::Unknown => K::EventUnknown,
        Act::Report if event.from == State::ReportReturned => K::EventReportAgain,
        act => K::from_key("event.", act.code()).unwrap_or(K::EventUnknown),
    };
    i18n.say(key, &args)
}

/// Where it was: said by the event, or the name of the slot's site, or the kind of place.
fn place(around: Around, record: &ApplicationRecord, event: &Event) -> String {
    let i18n = around.i18n;
    let site = event.slot.as_ref().map(|slot| slot.site.clone());
    let visit = record
        .examination
        .appointment
        .as_ref()
        .filter(|visit| Some(&visit.slot.id) == event.slot.as_ref().map(|s| &s.id));
    event
        .place
        .clone()
        .or_else(|| site.and_then(|site| around.office.with(|office| office.names(&[site]).pop())))
        .or_else(|| visit.map(|visit| visit.place.clone()))
        .unwrap_or_else(|| {
            let at_a_site = matches!(event.act, Act::Attend | Act::Book | Act::Change | Act::CloseSlot);
            i18n.text(if at_a_site { K::ActorExaminer } else { K::ProgressOffice })
        })
}

/// Who did it.
pub(super) fn actor(around: Around, actor: Actor) -> String {
    around.i18n.text(K::from_key("actor.", actor.code()).unwrap_or(K::ActorSystem))
}

/// What follows below the sentence. The reason of a decision, and what the doctor says of a referral, stand above the line already.
pub(super) fn more(around: Around, record: &ApplicationRecord, event: &Event) -> Option<AnyView> {
    let decision = record.decision.as_ref().and_then(|decision| decision.words.as_ref());
    let referral = super::decision::referral(record).and_then(|referral| referral.words.as_ref());
    let is_said = |words: &&Words| {
        !words.text.is_empty() && decision.into_iter().chain(referral).all(|said| said.text != words.text)
    };
    let words = event.words.as_ref().filter(is_said).map(|words| said(around, event.actor, words));
    let items = (!event.items.is_empty()).then(|| {
        let rows = event.items.iter().map(|item| view! { <li>{returned(around, item)}</li> }).collect_view();
        ui::disclosure(
            around.i18n.text(K::ProgressReturnedShow),
            view! { <ul class="hc-said-list">{rows}</ul> }.into_any(),
        )
    });
    (words.is_some() || items.is_some()).then(|| view! { {words} {items} }.into_any())
}

/// Somebody's words, as they are and in their language.
pub(super) fn said(around: Around, by: Actor, words: &Words) -> AnyView {
    let head = around.i18n.say(K::ProgressWords, &[("actor", actor(around, by).into())]);
    let lang = Some(words.lang.clone()).filter(|lang| !lang.is_empty());
    view! {
        <div class="hc-note">
            {small_icon(Icon::Words)}
            <div><p class="hc-meta">{head}</p><p lang=lang>{words.text.clone()}</p></div>
        </div>
    }
    .into_any()
}

/// One returned item: its name, why in a word, and the reviewer's words.
fn returned(around: Around, item: &ReturnedItem) -> AnyView {
    let i18n = around.i18n;
    let pointer = item.pointer.clone();
    let why = i18n.text(K::from_key("ret.code.", item.code.code()).unwrap_or(K::RetCodeOther));
    let name = move || {
        around.label(&pointer).map_or_else(
            || why.clone(),
            |label| i18n.say(K::FmtColon, &[("label", label.into()), ("words", why.clone().into())]),
        )
    };
    let words = item.words.as_ref().map(|words| {
        let lang = Some(words.lang.clone()).filter(|lang| !lang.is_empty());
        view! { <p lang=lang>{words.text.clone()}</p> }
    });
    view! { <p class="hc-h3">{live(name)}</p> {words} }.into_any()
}
