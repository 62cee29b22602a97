//! The form was updated under a draft: what moved and what no longer fits, until the person has looked at it.

use super::opening::{Opened, load_form};
use crate::form::{label, values_text, words_of};
use crate::i18n::{I18n, K, t};
use crate::offline::Offline;
use crate::reactive::{RwSignal, memo};
use crate::ui::{Button, Icon, Kind, Tone, live, note};
use contract::questionnaire::{Answers, Form, Value};
use leptos::{prelude::*, reactive::computed::ScopedFuture, task::spawn_local};
use std::sync::Arc;
use view::view;

/// Says it above the page; nothing where nothing moved.
pub(super) fn form_moved(opened: Opened) -> AnyView {
    let (offline, filling) = (Offline::here(), opened.filling);
    let beside = filling.beside;
    let from = memo(move || beside.with(|beside| beside.moved_from.clone()));
    let before: RwSignal<Option<Arc<Form>>> = RwSignal::new(None);
    if let Some(name) = from.get_untracked() {
        // The old form names its questions. Where it is not to be had the answers stand alone.
        spawn_local(ScopedFuture::new(async move {
            before.try_set(load_form(offline, &name).await);
        }));
    }
    live(move || {
        from.get().map(|_| {
            let left = beside.with(|beside| beside.left_over.clone());
            moved(opened, before.get().as_deref(), &left)
        })
    })
}

fn moved(opened: Opened, before: Option<&Form>, left: &Answers) -> AnyView {
    let (i18n, filling) = (opened.filling.i18n(), opened.filling);
    let form = filling.form();
    let rows = rows(i18n, &form, before, left);
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
            filling.beside.update(contract::questionnaire::Beside::seen);
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
fn rows(i18n: I18n, form: &Form, before: Option<&Form>, left: &Answers) -> Vec<(String, Option<String>)> {
    let row = |(pointer, values): (&contract::questionnaire::Pointer, &[Value])| {
        let retired = form.retired.iter().find(|retired| retired.link_id == pointer.link_id());
        let reason = retired.map(|retired| words_of(i18n, &retired.reason));
        let answer = match before.and_then(|before| before.item_at(pointer)) {
            Some(item) => {
                let old = values_text(i18n, item, values);
                i18n.say(K::FormChangedRow, &[("label", label(i18n, item).into()), ("old", old.into())])
            }
            None => i18n.list(&values.iter().map(Value::plain).collect::<Vec<_>>()),
        };
        (answer, reason)
    };
    left.iter().map(row).collect()
}
