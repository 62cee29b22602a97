//! One event as one sentence (`event.…`), with the office's words and what came back below it.

use super::page::Around;
use crate::i18n::K;
use crate::ui::{self, live};
use contract::api::{ApplicationRecord, Event, ReturnedItem, Words};
use contract::application::Actor;
use leptos::prelude::*;
use view::view;

/// What happened, in one sentence.
pub(super) fn sentence(around: Around, record: &ApplicationRecord, event: &Event) -> String {
    around.office.with(|office| around.i18n.event_sentence(record, event, office))
}

/// What follows below the sentence. What stands above the line already is not said twice: the reason of a decision, what the
/// doctor says of a referral, why one is called in, and why one is sent back to choosing.
pub(super) fn more(around: Around, record: &ApplicationRecord, event: &Event) -> Option<AnyView> {
    let decision = record.decision.as_ref().and_then(|decision| decision.words.as_ref());
    let referral = super::decision::referral(record).and_then(|referral| referral.words.as_ref());
    let called = record.in_person.as_ref().filter(|_| record.leads_to_an_office()).and_then(|way| way.words.as_ref());
    let is_above = record.sent_back().any(|above| above.id == event.id);
    let is_said = |words: &&Words| {
        !is_above
            && !words.text.is_empty()
            && decision.into_iter().chain(referral).chain(called).all(|said| said.text != words.text)
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
    ui::quote(around.i18n.words_of(by), &words.lang, words.text.clone())
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
