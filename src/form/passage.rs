//! The questionnaire's own words in the page: in the person's language where there is a translation, else marked as foreign.

use crate::i18n::{I18n, upper};
use crate::ui::live;
use contract::questionnaire::{Item, Text};
use leptos::prelude::*;
use view::view;

/// A passage; one in another language than the page says so.
pub fn passage(text: &Text) -> AnyView {
    let (text, i18n) = (text.clone(), I18n::here());
    live(move || plain(i18n, &text))
}

/// A passage of what is drawn anew in another language (an item of a form): it follows nothing.
pub(super) fn plain(i18n: I18n, text: &Text) -> AnyView {
    let words = text.get(i18n.lang());
    if words.fallback {
        view! { <span lang=words.lang.to_owned()>{words.text.to_owned()}</span> }.into_any()
    } else {
        words.text.to_owned().into_any()
    }
}

/// A sentence of ours that ends with these passages, in this order: each that is in another language than the page says so.
pub(super) fn ending_with(i18n: I18n, sentence: &str, passages: &[&Text]) -> AnyView {
    let (mut parts, mut rest) = (Vec::new(), sentence);
    // From the end: before them stand words of ours, which may have the letters of a short one in them.
    for passage in passages.iter().rev().map(|text| text.get(i18n.lang())) {
        let Some((before, after)) = rest.rsplit_once(passage.text) else { continue };
        let lang = passage.fallback.then(|| passage.lang.to_owned());
        parts.push(view! { <span lang=lang>{passage.text.to_owned()}</span> {after.to_owned()} });
        rest = before;
    }
    parts.reverse();
    view! { {rest.to_owned()} {parts} }.into_any()
}

/// The language of a passage that stands in another one than the page, for the element whose words it is.
pub fn foreign(i18n: I18n, text: &Text) -> Option<String> {
    let words = text.get(i18n.lang());
    words.fallback.then(|| words.lang.to_owned())
}

/// The words of a passage, for attributes and sentences; an element of them alone says their language (`foreign`).
pub fn words_of(i18n: I18n, text: &Text) -> String {
    text.get(i18n.lang()).text.to_owned()
}

/// An item's short text inside a sentence.
pub fn label_text(i18n: I18n, item: &Item) -> String {
    words_of(i18n, item.label())
}

/// An item's short text where it stands alone: with a capital.
pub fn label(i18n: I18n, item: &Item) -> String {
    capitalised(&label_text(i18n, item))
}

/// With a capital first letter, in scripts that have them.
pub(super) fn capitalised(sentence: &str) -> String {
    let mut characters = sentence.chars();
    match characters.next() {
        Some(first) => upper(first.encode_utf8(&mut [0; 4])) + characters.as_str(),
        None => String::new(),
    }
}
