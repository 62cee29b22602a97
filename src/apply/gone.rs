//! There is no draft to fill in, or no form: why, and the way on.

use super::opening::Closed;
use crate::i18n::{K, t};
use crate::offline::{Offline, StoreError};
use crate::route::{Nav, Route};
use crate::ui::{Button, LinkButton, PageTitle};
use contract::questionnaire::LoadError;
use leptos::prelude::*;
use view::view;

/// Says why, and offers the one way on.
pub(super) fn page(application: &str, why: Closed, on_again: Callback<()>) -> AnyView {
    let nav = Nav::here();
    let known = untrack(|| Offline::here().has_record(application));
    let home = || view! { <LinkButton to=nav.link(&Route::Home) label=t(K::ReceiptHome)/> }.into_any();
    let again = || view! { <Button label=t(K::TasksAgain) on_press=on_again/> }.into_any();
    let (title, words, way) = match why {
        Closed::NoForm => (K::TasksNoformTitle, K::TasksNoform, again()),
        // Where a newer build is why, that stands above.
        Closed::NoPart => (K::TasksNoformTitle, K::PartFailed, again()),
        Closed::BadForm(LoadError::NotJson) => (K::TasksBadformTitle, K::TasksBadform, again()),
        Closed::BadForm(LoadError::NotQuestionnaire) => (K::TasksBadformTitle, K::TasksBadformOther, again()),
        Closed::BadForm(LoadError::Empty) => (K::TasksBadformTitle, K::TasksBadformEmpty, again()),
        Closed::Draft(StoreError::Missing) if known => {
            let to = nav.link(&Route::Status(application.to_owned()));
            (K::TasksSentTitle, K::TasksSent, view! { <LinkButton to=to label=t(K::TasksSentLook)/> }.into_any())
        }
        Closed::Draft(StoreError::Missing) => (K::TasksGoneTitle, K::TasksGone, home()),
        Closed::Draft(StoreError::Locked) => (
            K::TasksClosedTitle,
            K::TasksLockedAway,
            view! { <LinkButton to=nav.link(&Route::SignIn) label=t(K::ReceiptSigninGo)/> }.into_any(),
        ),
        Closed::Draft(StoreError::Unreadable) => (K::TasksClosedTitle, K::TasksUnreadable, again()),
        Closed::Draft(
            StoreError::Full
            | StoreError::Private
            | StoreError::Disabled
            | StoreError::Closed
            | StoreError::Elsewhere
            | StoreError::UnderWay,
        ) => (K::TasksClosedTitle, K::TasksUnreadable, again()),
    };
    view! {
        <PageTitle words=t(title)/>
        <p>{t(words)}</p>
        <div class="hc-row">{way}</div>
    }
    .into_any()
}
