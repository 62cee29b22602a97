//! Why somebody has to choose again: the site cancelled the visit, or a part of the examination is to be done once more.
use crate::i18n::{I18n, Office};
use crate::ui::{Icon, Tone, note, quote};
use contract::api::{ApplicationRecord, Event};
use leptos::prelude::*;
use view::view;

/// Who did it, in their words, and what stands all the same. Nothing where nobody has.
pub(super) fn notes(i18n: I18n, record: &ApplicationRecord, office: &Office) -> AnyView {
    let one = |event: &Event| {
        let sentence = i18n.event_sentence(record, event, office);
        let words = event.words.as_ref().filter(|words| !words.text.is_empty());
        let words = words.map(|words| quote(i18n.words_of(event.actor), &words.lang, words.text.clone()));
        let stands = i18n.still_stands(event).map(|stands| view! { <p>{stands}</p> });
        view! {
            {note(Tone::Warn, Icon::Calendar, false, view! { <p><b>{sentence}</b></p> {stands} }.into_any())}
            {words}
        }
    };
    record.sent_back().map(one).collect_view().into_any()
}
