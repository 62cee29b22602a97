//! The hole of a document, with all that the form says about it.

use super::below::after;
use super::hole::AttachmentHole;
use super::item::{Place, stands_above};
use super::{foreign, label, words_of};
use crate::reactive::derive;
use contract::questionnaire::{ItemKind, Text, Value};
use leptos::prelude::*;
use view::view;

/// The document of an item, as the feature draws it.
pub(super) fn attachment(place: &Place) -> AnyView {
    let (filling, item, pointer) = (place.filling, place.item.clone(), place.pointer.clone());
    let Some(draw) = filling.attachment() else { return ().into_any() };
    let i18n = filling.i18n();
    let form = filling.form();
    let (standing, around) = (place.standing, place.around);
    let above = form.children(place.at).filter_map(|child| form.items.get(child)).filter(|child| stands_above(child));
    let above: Vec<Text> = above.map(|child| child.text.clone()).collect();
    let returned = filling.returned(&pointer);
    let said = returned.clone().map(|said| said.bubble(i18n));
    let written = pointer.clone();
    let named = item.clone();
    let hole = AttachmentHole {
        application: filling.application(),
        answers: derive(move || {
            standing.with(|it| it.values.iter().filter_map(|v| v.as_attachment().cloned()).collect())
        }),
        on_change: Callback::new(move |documents: Vec<_>| {
            filling.write(&written, documents.into_iter().map(Value::Attachment).collect());
        }),
        label: derive(move || label(i18n, &named)),
        label_lang: foreign(i18n, item.label()),
        hint_lang: above.iter().find_map(|text| foreign(i18n, text)),
        hint: derive(move || {
            let words: Vec<String> = above.iter().map(|text| words_of(i18n, text)).collect();
            (!words.is_empty()).then(|| words.join(" "))
        }),
        because: filling.because(pointer.clone()),
        error: derive(move || around.with(|it| it.error.clone())),
        said,
        refused: returned.map(|said| said.refused).unwrap_or_default(),
        closed: filling.closed,
        consent: filling.consent_for(&item.link_id),
        input_id: place.id(),
        headed: filling.has_heading(&pointer),
        in_group: form.lineage(place.at).skip(1).any(|at| form.items.get(at).is_some_and(|it| it.parent.is_some())),
        first: is_first_document(place),
        item,
        pointer,
    };
    view! { {draw(hole)} {after(place)} }.into_any()
}

fn is_first_document(place: &Place) -> bool {
    let form = place.filling.form();
    let Some(step) = form.step_of(&place.item.link_id) else { return false };
    let one_page = place.filling.is_on_one_page();
    place.filling.evaluation().with_untracked(|evaluation| {
        let mut documents = evaluation.items.iter().filter(|state| {
            state.visible
                && form.items.get(state.item).is_some_and(|item| {
                    item.kind == ItemKind::Attachment
                        && (one_page || form.step_of(&item.link_id).is_some_and(|s| s.link_id == step.link_id))
                })
        });
        documents.next().is_some_and(|first| first.pointer == place.pointer)
    })
}
