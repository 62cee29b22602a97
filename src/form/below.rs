//! What stands below a control: what to know, and advice that an answer calls for. And at the end of a step: why it asks.

use super::filling::Filling;
use super::item::{Place, is_always_asked, placed, stands_above, with_inside};
use super::passage::{label, label_text, plain};
use crate::i18n::K;
use crate::reactive::RwSignal;
use crate::ui::{Icon, Tone, focus_by_id, live, note};
use contract::questionnaire::{Item, Pointer};
use leptos::prelude::*;
use view::view;
use wasm_bindgen::JsCast;

/// All of it, and what is asked under it.
pub(super) fn after(place: &Place) -> AnyView {
    let form = place.filling.form();
    let row = place.pointer.enclosing_row().map(|(group, row)| group.at_row(&row));
    let advice: Vec<AnyView> = form
        .children(place.at)
        .filter(|child| form.items.get(*child).is_some_and(|child| !stands_above(child)))
        .map(|child| placed(place.filling, child, row.as_ref()))
        .collect();
    view! { {notes(place)} {advice} }.into_any()
}

/// Why each of some questions, and each inside of them, is asked, behind one line: under each of them it made the page half as
/// long again. Drawn once somebody wants to know: nothing of it is followed while people type.
pub(super) fn reasons(filling: Filling, items: &[usize]) -> AnyView {
    let form = filling.form();
    let asked: Vec<usize> =
        with_inside(&form, items).filter(|at| form.items.get(*at).is_some_and(|item| item.purpose.is_some())).collect();
    if asked.is_empty() {
        return ().into_any();
    }
    let wanted = RwSignal::new(false);
    let look = move |_| {
        if !wanted.get_untracked() {
            wanted.set(true);
        }
    };
    let reasons =
        move || wanted.get().then(|| untrack(|| asked.iter().filter_map(|at| reason(filling, *at)).collect_view()));
    view! {
        <details class="hc-why" on:toggle=look>
            <summary class="hc-tap">{filling.i18n().text(K::FormWhy)}</summary>
            <dl>{live(reasons)}</dl>
        </details>
    }
    .into_any()
}

/// Why an item is asked, as long as it is. What stands in rows is asked where its group is, however many there are.
fn reason(filling: Filling, at: usize) -> Option<AnyView> {
    let (form, i18n, item) = (filling.form(), filling.i18n(), filling.item(at)?);
    let drawn = move |item: &Item| {
        let purpose = item.purpose.as_ref()?;
        Some(view! { <div><dt>{label(i18n, item)}</dt><dd>{plain(i18n, purpose)}</dd></div> }.into_any())
    };
    if is_always_asked(&form, at) {
        return drawn(&item);
    }
    let rows = item.row_groups.first().and_then(|group| form.items.get(*group));
    let asked = filling.is_visible(Pointer::item(rows.map_or(&item.link_id, |rows| &rows.link_id)));
    Some(live(move || asked.with(|it| *it).then(|| drawn(&item))))
}

/// What was filled in for the person, with the way to say that it is right; what was answered before; what is to be known.
fn notes(place: &Place) -> AnyView {
    let (filling, pointer, around) = (place.filling, place.pointer.clone(), place.around);
    let (id, item) = (place.id(), place.item.clone());
    let i18n = filling.i18n();
    live(move || {
        around.with(|it| {
            if !it.waits && it.before.is_none() && it.warnings.is_empty() {
                return ().into_any();
            }
            let confirm = (it.waits && !filling.closed.get()).then(|| {
                let (pointer, id) = (pointer.clone(), id.clone());
                let confirm = move |event: web_sys::MouseEvent| {
                    // The button goes; the focus stays at the field it is about.
                    if let Some(near) = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) {
                        focus_by_id(&near, &id);
                    }
                    filling.confirm(&pointer);
                };
                let named = i18n.say(K::FormConfirmNamed, &[("label", label_text(i18n, &item).into())]);
                let (said, words) = (i18n.text(K::FormFilled), i18n.text(K::FormConfirm));
                let said = view! {
                    <p>{said}</p>
                    <p><button type="button" class="hc-btn hc-btn--quiet" aria-label=named on:click=confirm>{words}</button></p>
                };
                note(Tone::Warn, Icon::Info, true, said.into_any())
            });
            let before = it.before.clone().map(|old| {
                view! { <p class="hc-hint">{i18n.say(K::FormBefore, &[("old", old.into())])}</p> }
            });
            let warnings: Vec<AnyView> = it
                .warnings
                .iter()
                .map(|words| note(Tone::Warn, Icon::Info, true, view! { <p>{words.clone()}</p> }.into_any()))
                .collect();
            view! { {confirm} {before} {warnings} }.into_any()
        })
    })
}
