//! Two phones answered the same question differently: both answers, and when; the person says which is right, and finds the
//! other one again for a while.

use super::covered::covered;
use super::opening::Opened;
use crate::form::{label, values_text};
use crate::i18n::{I18n, K, t};
use crate::offline::{Chosen, Differing, NotChosen, Offline};
use crate::reactive::{Memo, RwSignal, memo};
use crate::ui::{Button, Icon, Kind, Tone, elements_in, focus_in_place, heading_level, live, note};
use contract::api::Instant;
use contract::questionnaire::{Item, ItemKind, Pointer, Value};
use leptos::{html, prelude::*};
use std::sync::Arc;
use view::view;

/// The choice, above the page, and what was not chosen earlier; nothing where both agree, and always did.
pub(super) fn choice(opened: Opened) -> AnyView {
    let (offline, application) = (Offline::here(), opened.filling.application());
    let (differing, kept) = (offline.differing(&application), offline.not_chosen(&application));
    // What was uncovered stays so while the draft is saved, which says nothing new of it.
    let differing = memo(move || differing.get());
    let to_choose = live(move || {
        let all = differing.get();
        (!all.is_empty()).then(|| {
            let rows = all.into_iter().map(|one| row(opened, one)).collect_view();
            let body = view! { <p><b>{t(K::PDraftNewer)}</b></p> <p>{t(K::TwoHow)}</p> {rows} };
            note(Tone::Warn, Icon::Phone, true, body.into_any())
        })
    });
    let form = opened.filling.form();
    // What the form does not ask any more is of no use, and a photo lies among the documents.
    let of_use =
        move |one: &NotChosen| form.item_at(&one.pointer).is_some_and(|item| item.kind != ItemKind::Attachment);
    let kept = memo(move || kept.get().into_iter().filter(&of_use).collect::<Vec<_>>());
    let any = memo(move || kept.with(|kept| !kept.is_empty()));
    view! { {to_choose} {live(move || any.get().then(|| not_chosen(opened, kept)))} }.into_any()
}

/// It stays open while one is put in the place of another.
fn not_chosen(opened: Opened, kept: Memo<Vec<NotChosen>>) -> AnyView {
    let fold: NodeRef<html::Details> = NodeRef::new();
    let rows = live(move || kept.get().into_iter().map(|one| kept_row(opened, one, fold)).collect_view());
    view! { <details node_ref=fold><summary class="hc-tap">{t(K::TwoKept)}</summary>{rows}</details> }.into_any()
}

fn row(opened: Opened, one: Differing) -> AnyView {
    let (offline, i18n, filling) = (Offline::here(), I18n::here(), opened.filling);
    let form = filling.form();
    let item = form.item_at(&one.pointer);
    // One press: what was pressed goes a moment later.
    let is_chosen = RwSignal::new(false);
    let side = |key: K, at: Option<Instant>, values: &Option<Vec<Value>>, chosen: Chosen| {
        let (pointer, values) = (one.pointer.clone(), values.clone().unwrap_or_default());
        let when = at.map(|at| i18n.moment(at)).unwrap_or_default();
        let choose = Callback::new(move |()| {
            if !is_chosen.get_untracked() {
                is_chosen.set(true);
                offline.choose(opened.draft(), &pointer, chosen);
            }
        });
        let label = match (item, chosen) {
            (Some(item), Chosen::Here) if item.is_masked() => i18n.text(K::TwoUseHere),
            (Some(item), Chosen::There) if item.is_masked() => i18n.text(K::TwoUseThere),
            _ => i18n.say(K::TwoUse, &[("value", words(i18n, item, &values).into())]),
        };
        view! {
            <p><span class="hc-meta">{i18n.say(key, &[("time", when.into())])}</span><br/>{shown(i18n, item, values)}</p>
            <p><Button kind=Kind::Quiet label=label on_press=choose/></p>
        }
    };
    view! {
        <section>
            {name(opened, &one.pointer)}
            {side(K::TwoHere, one.here_at, &one.here, Chosen::Here)}
            {side(K::TwoThere, one.there_at, &one.there, Chosen::There)}
        </section>
    }
    .into_any()
}

fn kept_row(opened: Opened, one: NotChosen, fold: NodeRef<html::Details>) -> AnyView {
    let (offline, i18n, filling) = (Offline::here(), I18n::here(), opened.filling);
    let form = filling.form();
    let item = form.item_at(&one.pointer);
    let until = i18n.say(K::TwoKeptUntil, &[("date", i18n.date(one.until()).into())]);
    let label = match item {
        Some(item) if item.is_masked() => i18n.text(K::TwoUseKept),
        _ => i18n.say(K::TwoUse, &[("value", words(i18n, item, one.values()).into())]),
    };
    let (name, value) = (name(opened, &one.pointer), shown(i18n, item, one.values().to_vec()));
    let is_chosen = RwSignal::new(false);
    let again = Callback::new(move |()| {
        if is_chosen.get_untracked() {
            return;
        }
        is_chosen.set(true);
        offline.choose_again(opened.draft(), one.clone());
        // The button goes with its answer.
        if let Some(head) = fold.get_untracked().and_then(|fold| elements_in(&fold, "summary").into_iter().next()) {
            focus_in_place(&head);
        }
    });
    view! {
        <section>
            {name}
            <p>{value}<br/><span class="hc-meta">{until}</span></p>
            <p><Button kind=Kind::Quiet label=label on_press=again/></p>
        </section>
    }
    .into_any()
}

/// Of two places of work both may have another address: it is said whose this is.
fn name(opened: Opened, pointer: &Pointer) -> AnyView {
    let filling = opened.filling;
    let form = filling.form();
    let item = form.item_at(pointer);
    let name = item.map(|item| filling.with_row(pointer, label(I18n::here(), item))).unwrap_or_default();
    view! { <h3 class="hc-h3" aria-level=heading_level(3)>{name}</h3> }.into_any()
}

/// An answer as people read it.
fn words(i18n: I18n, item: Option<&Item>, values: &[Value]) -> String {
    item.filter(|_| !values.is_empty()).map_or_else(|| i18n.text(K::CheckEmpty), |item| values_text(i18n, item, values))
}

fn shown(i18n: I18n, item: Option<&Item>, values: Vec<Value>) -> AnyView {
    match item {
        Some(item) if item.is_masked() && !values.is_empty() => {
            covered(i18n, Arc::new(item.clone()), move || values.clone())
        }
        _ => words(i18n, item, &values).into_any(),
    }
}
