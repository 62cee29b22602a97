//! The page for a URL that leads nowhere.

use crate::i18n::{K, t};
use crate::route::{Nav, Route};
use crate::ui::{LinkButton, PageTitle};
use leptos::prelude::*;
use view::view;

/// Nothing here: said in words, with a way on.
pub(crate) fn page() -> AnyView {
    let nav = Nav::here();
    view! {
        <PageTitle words=t(K::PageNone)/>
        <p>{t(K::PNotFound)}</p>
        <div class="hc-row"><LinkButton to=nav.link(&Route::Home) label=t(K::HomeTitle)/></div>
    }
    .into_any()
}
