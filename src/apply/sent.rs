//! What was sent, to look at: the answers the office has, grouped as on the check page of the form they were sent with, with
//! nothing to change.

use super::before::{AsSent, as_sent};
use super::check::{printed_mark, section};
use super::gone;
use super::opening::{Closed, now};
use crate::form::{Filling, Setting};
use crate::i18n::{I18n, K, t};
use crate::offline::{FormKind, Needs, Offline};
use crate::reactive::{RwSignal, derive};
use crate::route::{Nav, Route};
use crate::ui::{PageTitle, back_link, live, skeleton};
use contract::api::{ApplicationRecord, Limits};
use contract::application::{Act, State};
use contract::questionnaire::Beside;
use leptos::{prelude::*, reactive::computed::ScopedFuture, task::spawn_local};
use view::view;

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Opening,
    There,
    Missing,
}

/// The page.
pub(super) fn page(record: ApplicationRecord) -> AnyView {
    let offline = Offline::here();
    let stage = RwSignal::new(Stage::Opening);
    let found: StoredValue<Option<AsSent>> = StoredValue::new(None);
    let look = {
        let record = record.clone();
        move || {
            let record = record.clone();
            stage.set(Stage::Opening);
            spawn_local(ScopedFuture::new(async move {
                let sent = as_sent(offline, &record, FormKind::Application, record.round + 1).await;
                let next = if sent.is_some() { Stage::There } else { Stage::Missing };
                found.try_set_value(sent);
                stage.try_set(next);
            }));
        }
    };
    look();
    let is_missing = move || stage.try_get_untracked() == Some(Stage::Missing);
    offline.when_back(Needs::Network, is_missing, look.clone());
    let again = Callback::new(move |()| look());
    live(move || match (stage.get(), found.get_value()) {
        (Stage::There, Some(sent)) => untrack(|| shown(&record, sent)),
        (Stage::Missing, _) => gone::page(&record.id, Closed::NoForm, again),
        _ => skeleton(t(K::WaitOpen), 4),
    })
}

fn shown(record: &ApplicationRecord, AsSent { form, answers, .. }: AsSent) -> AnyView {
    let (nav, i18n, offline) = (Nav::here(), I18n::here(), Offline::here());
    let steps = form.steps.clone();
    let filling = Filling::new(Setting {
        application: record.id.clone(),
        form,
        answers: RwSignal::new(answers),
        beside: RwSignal::new(Beside::default()),
        base: None,
        today: derive(move || i18n.day_at_office(offline.now())),
        now: Callback::new(move |()| now(i18n, offline)),
        pages_per_item: Limits::USUAL.pages_per_item,
        attachment: None,
        on_gone: Callback::new(|_| ()),
        closed: derive(|| true),
    });
    let sections = steps.iter().map(|step| section(nav, filling, &record.id, step)).collect_view();
    view! {
        {back_link(nav.link(&Route::Status(record.id.clone())), t(K::FormUp))}
        <PageTitle words=t(K::SentTitle)/>
        <p>{t(body(record))}</p>
        {printed_mark(&filling.form())}
        {sections}
    }
    .into_any()
}

/// How something could still be changed, as it stands now.
fn body(record: &ApplicationRecord) -> K {
    if record.action(Act::Recall).is_some() {
        return K::SentBodyRecall;
    }
    match record.state {
        State::Submitted | State::InReview | State::Resubmitted => K::SentBodyReview,
        _ => K::SentBody,
    }
}
