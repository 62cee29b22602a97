//! The form was updated under a draft: what moved and what no longer fits, until the person has looked at it.

use super::opening::{Opened, load_form};
use crate::form::{label, values_text, words_of};
use crate::i18n::{I18n, K, t};
use crate::offline::Offline;
use crate::reactive::{RwSignal, memo};
use crate::ui::{Button, Icon, Kind, Tone, live, note};
use contract::questionnaire::{Beside, Form, Pointer, Value};
use leptos::{prelude::*, reactive::computed::ScopedFuture, task::spawn_local};
use std::sync::Arc;
use view::view;

/// Says it above the page; nothing where nothing moved.
pub(super) fn form_moved(opened: Opened) -> AnyView {
    let (offline, filling) = (Offline::here(), opened.filling);
    let beside = filling.beside;
    let from = memo(move || beside.with(|beside| beside.moved_from.clone()));
    // Each old form names its own questions. Where one is not to be had the answers stand alone.
    let mut before = Before::new();
    beside.with_untracked(|beside| {
        for name in beside.moved_from.iter().chain(beside.left_by.values()) {
            if before.iter().all(|(known, _)| known != name) {
                before.push((name.clone(), RwSignal::new(None)));
            }
        }
    });
    for (name, form) in before.clone() {
        spawn_local(ScopedFuture::new(async move {
            form.try_set(load_form(offline, &name).await);
        }));
    }
    live(move || from.get().map(|_| beside.with(|beside| moved(opened, &before, beside))))
}

/// The forms that the draft went through, by name.
type Before = Vec<(String, RwSignal<Option<Arc<Form>>>)>;

fn moved(opened: Opened, before: &Before, beside: &Beside) -> AnyView {
    let (i18n, filling) = (opened.filling.i18n(), opened.filling);
    let form = filling.form();
    let rows = rows(i18n, &form, before, beside);
    let words = match rows.len() {
        0 => i18n.text(K::FormChangedFits),
        n => i18n.say(K::PQuestionnaireChanged, &[("n", n.into())]),
    };
    let list = rows.into_iter().map(|(answer, reason)| {
        let why = reason.map(|reason| view! { <br/><span class="hc-meta">{reason}</span> });
        view! { <li>{answer} {why}</li> }
    });
    let seen = Callback::new(move |()| {
        if !filling.closed.get_untracked() {
            filling.beside.update(Beside::seen);
        }
    });
    let body = view! {
        <p>{words}</p>
        <ul>{list.collect_view()}</ul>
        <p><Button kind=Kind::Quiet label=t(K::FormChangedSeen) on_press=seen/></p>
    };
    note(Tone::Warn, Icon::Info, false, body.into_any())
}

/// Each answer that no question takes, with the form's own reason where it gives one.
fn rows(i18n: I18n, form: &Form, before: &Before, beside: &Beside) -> Vec<(String, Option<String>)> {
    let row = |(pointer, values): (&Pointer, &[Value])| {
        let retired = form.retired.iter().find(|retired| retired.link_id == pointer.link_id());
        let reason = retired.map(|retired| words_of(i18n, &retired.reason));
        let by = before.iter().find(|(name, _)| Some(name.as_str()) == beside.left_by(pointer));
        let by = by.and_then(|(_, form)| form.get());
        let answer = match by.as_ref().and_then(|form| form.item_at(pointer)) {
            Some(item) => {
                let old = values_text(i18n, item, values);
                i18n.say(K::FormChangedRow, &[("label", label(i18n, item).into()), ("old", old.into())])
            }
            None => i18n.list(&values.iter().map(Value::plain).collect::<Vec<_>>()),
        };
        (answer, reason)
    };
    beside.left_over.iter().map(row).collect()
}
