//! A few words to the reviewer about what came back, beside an answer or instead of one.

use super::Answering;
use crate::apply::opening::Opened;
use crate::form::{label_text, problem_sentence};
use crate::i18n::{K, t};
use crate::reactive::{RwSignal, derive};
use crate::ui::{FieldShell, described_by, field, live};
use contract::api::{Supplement, Words};
use contract::questionnaire::{Pointer, Problem};
use leptos::prelude::*;
use view::view;

/// A few words to the reviewer, who may be wrong.
pub(super) fn note_field(answering: &Answering, pointer: &Pointer) -> AnyView {
    let (opened, filling) = (answering.opened, answering.opened.filling);
    let (notes, i18n) = (opened.draft().notes, filling.i18n());
    let (id, place) = (note_id(opened, pointer), Supplement::note_at(pointer));
    // What is written here must not draw the field anew.
    let first = notes.with_untracked(|notes| notes.get(pointer).map(|words| words.text.clone()).unwrap_or_default());
    // That it is too long is said once the field was left, or was to go as it is; not at a key.
    let (left, tried) = (RwSignal::new(!first.is_empty()), answering.tried);
    let (written, said_of) = (pointer.clone(), place.clone());
    let write = move |event: web_sys::Event| {
        let text = event_target_value(&event);
        notes.update(|notes| {
            if text.trim().is_empty() {
                notes.remove(&written);
            } else {
                notes.insert(written.clone(), Words::new(text, i18n.lang()));
            }
        });
        if filling.beside.with_untracked(|beside| beside.speaks_of(&said_of)) {
            filling.beside.update(|beside| beside.changed(&said_of));
        }
    };
    let this = pointer.clone();
    let error = derive(move || {
        let own =
            notes.with(|notes| note_problem(opened, &this, notes.get(&this)?)).filter(|_| left.get() || tried.get());
        let refused = || filling.beside.with(|beside| beside.refusal(&place).map(Problem::from));
        let problem = own.or_else(refused)?;
        Some(problem_sentence(i18n, &filling.form(), &problem))
    });
    // Several come back, and whoever listens is told which a note is about.
    let about = filling.form().item_at(pointer).cloned();
    let named = move |key: K| match &about {
        Some(item) => {
            let words = label_text(i18n, item);
            i18n.say(K::FmtColon, &[("label", i18n.text(key).into()), ("words", words.into())])
        }
        None => i18n.text(key),
    };
    let folded_named = named.clone();
    let closed = filling.closed;
    let control = view! {
        <textarea
            class="hc-input"
            id=id.clone()
            rows="3"
            autocomplete="off"
            enterkeyhint="enter"
            aria-label=move || named(K::RetNoteLabel)
            aria-describedby=described_by(&id, true, true)
            aria-invalid=move || error.with(Option::is_some).then_some("true")
            readonly=move || closed.get()
            prop:value=first.clone()
            on:input=write
            on:change=move |_| left.set(true)
        ></textarea>
    };
    let hint = move || i18n.say(K::RetNoteHint, &[("n", Words::LONGEST.into())]);
    let shell = FieldShell { id, label: t(K::RetNoteLabel).into(), hint: Some(hint.into()), error };
    let body = field(shell, control.into_any());
    // What goes is read, also where its field is folded away.
    let this = pointer.clone();
    let folded = move || {
        let words = notes.with(|notes| notes.get(&this).map(|words| words.text.trim().to_owned()));
        let words = words.filter(|words| !words.is_empty())?;
        Some(view! { <p class="hc-hint">{i18n.say(K::RetNoteGoes, &[("words", words.into())])}</p> })
    };
    view! {
        <details open=!first.is_empty()><summary class="hc-tap" aria-label=move || folded_named(K::RetNote)>{t(K::RetNote)}</summary>{body}</details>
        <div class="hc-folded">{live(folded)}</div>
    }
    .into_any()
}

pub(super) fn note_id(opened: Opened, pointer: &Pointer) -> String {
    opened.filling.control_id(&Supplement::note_at(pointer))
}

/// Why a note cannot go. To what is asked no more none goes.
pub(super) fn note_problem(opened: Opened, pointer: &Pointer, words: &Words) -> Option<Problem> {
    opened.filling.form().item_at(pointer)?;
    words.too_long(Supplement::note_at(pointer))
}
