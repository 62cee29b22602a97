//! A document among the answers that are looked through once more: its pages small, how many there are, and how far they
//! are on their way as this phone knows it.

use crate::documents::{ObjectUrl, loaded};
use crate::form::{Filling, label_text};
use crate::i18n::{I18n, K};
use crate::offline::{DocState, Offline, Undecided};
use crate::reactive::{Memo, memo};
use crate::ui::{Icon, icon, live};
use contract::questionnaire::{Item, Pointer, ProblemCode, Value};
use leptos::prelude::*;
use std::sync::Arc;
use view::view;

/// The document of an item.
pub(super) fn papers(i18n: I18n, item: &Arc<Item>, values: Memo<Vec<Value>>) -> AnyView {
    let offline = Offline::here();
    let files = memo(move || values.with(|all| all.iter().filter_map(document_of).collect::<Vec<String>>()));
    let item = item.clone();
    view! {
        {live(move || {
            let pictures = files.get().into_iter().enumerate();
            let drawn = pictures.map(|(number, id)| untrack(|| picture(i18n, offline, item.clone(), number, id)));
            view! { <span class="hc-papers">{drawn.collect_view()}</span> }
        })}
        {live(move || values.with(|all| papers_text(i18n, offline, all)))}
    }
    .into_any()
}

fn document_of(value: &Value) -> Option<String> {
    value.as_attachment().map(|attachment| attachment.document.clone())
}

/// One page, small, in a place that stands there from the first: what lies below never moves under a finger. Where this
/// phone has no picture, of a PDF or of what was sent from another phone, a sheet lies there.
fn picture(i18n: I18n, offline: Offline, item: Arc<Item>, number: usize, id: String) -> AnyView {
    let small = loaded(move || async move { offline.document_thumbnail(&id).await.ok().flatten() });
    let drawn = live(move || match small.with(|it| it.as_ref().map(ObjectUrl::text)) {
        Some(source) => {
            let args = [("label", label_text(i18n, &item).into()), ("n", (number + 1).into())];
            view! { <img src=source alt=i18n.say(K::CheckPicture, &args)/> }.into_any()
        }
        None => icon(Icon::Document),
    });
    view! { <span class="hc-papers__one">{drawn}</span> }.into_any()
}

/// The items whose documents neither this phone nor the office has, or at which a photo is looked at or not decided on, and
/// what is to be done: handing over would go without it.
pub(super) fn lost(filling: Filling, offline: Offline) -> Vec<(Pointer, String)> {
    let (i18n, form, application) = (filling.i18n(), filling.form(), filling.application());
    // Before what this phone keeps was read, nothing of it is lost.
    let whole = offline.is_whole().get();
    filling.evaluation().with(|evaluation| {
        let visible = evaluation.items.iter().filter(|state| state.visible);
        let told = visible.filter_map(|state| {
            let mut documents = state.answers.iter().filter_map(document_of);
            let words = if whole && documents.any(|id| offline.document(&id).with(Option::is_none)) {
                K::CheckElsewhere
            } else {
                // An item that is empty says so itself.
                let is_said = evaluation.problem_of(state).is_some_and(|it| it.code == ProblemCode::Required);
                match offline.undecided(&application, &state.pointer).filter(|_| !is_said)? {
                    Undecided::Coming => K::CheckLooking,
                    Undecided::Asked => K::CheckUndecided,
                }
            };
            let label = label_text(i18n, form.items.get(state.item)?);
            Some((state.pointer.clone(), i18n.say(words, &[("label", label.into())])))
        });
        told.collect()
    })
}

/// How many files there are, and how far they are.
fn papers_text(i18n: I18n, offline: Offline, files: &[Value]) -> String {
    let whole = offline.is_whole().get();
    let known = files.iter().filter_map(|file| {
        let document = offline.document(&file.as_attachment()?.document);
        document.with(|it| it.as_ref().map(|it| way(&it.state))).or_else(|| whole.then_some((0, K::CheckNotHere)))
    });
    let count = i18n.say(K::CheckFiles, &[("n", files.len().into())]);
    // The one that is farthest behind speaks for all.
    match known.min_by_key(|(behind, _)| *behind) {
        Some((_, key)) => format!("{count} · {}", i18n.text(key)),
        None => count,
    }
}

const fn way(state: &DocState) -> (u8, K) {
    match state {
        DocState::Refused(_) | DocState::Broken => (0, K::OutRefused),
        DocState::Returned(_) => (1, K::StatusReturned),
        DocState::WaitingForConsent | DocState::OnThisPhone => (2, K::OutHere),
        DocState::Sending { .. } | DocState::Paused { .. } => (3, K::OutSending),
        DocState::Received(_) => (4, K::OutGot),
    }
}
