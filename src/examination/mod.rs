//! `/a/{id}/examination` and below: on site or online, place and time, the visit with its check-in code, the results.
//!
//! Slots, hold and appointment are conversations: direct calls, with a clear word when offline. The appointment itself is in the record,
//! so its page works without a network. The report form is drawn by `apply`; here stands what leads to it. No finding is in any URL or title.
mod booking;
mod calendar;
mod choose;
mod code;
mod days;
mod distance;
mod first_free;
mod hold;
mod online;
mod places;
mod reading;
mod referral;
mod results;
mod sent_back;
mod trouble;
mod visit;

use crate::i18n::{Chapter, I18n, Office};
use crate::offline::{Needs, Offline};
use crate::reactive::{Memo, RwSignal, Signal, derive, memo};
use crate::route::{Nav, Route};
use contract::api::ApplicationRecord;
use leptos::{prelude::*, task::spawn_local};
use std::sync::Arc;

/// The page of a place of this room.
pub fn page(route: &Route) -> AnyView {
    I18n::here().learn(Chapter::Examination, include_str!(concat!(env!("OUT_DIR"), "/zh-CN.examination.txt")));
    // What comes next and what has happened is said as it is on the page of the application.
    I18n::here().learn_office();
    let id = route.application().unwrap_or_default().to_owned();
    match route {
        Route::Visit(_) => visit::page(id),
        Route::Results(_) => results::page(id),
        _ => choose::page(id),
    }
}

/// The record of the application that a page is about.
type Record = Memo<Option<Arc<ApplicationRecord>>>;

/// How the reading of a record went, and the way to try again.
#[derive(Clone, Copy)]
struct Asking {
    failed: RwSignal<Option<crate::api::ApiError>>,
    again: Callback<()>,
}

/// The record as this phone knows it; the office is asked once while it shows.
fn record_of(offline: Offline, id: &str) -> (Record, Asking) {
    let kept = offline.record(id);
    let record = memo(move || kept.with(|kept| kept.as_ref().map(|kept| Arc::new(kept.value.clone()))));
    let failed = RwSignal::new(None);
    let id = id.to_owned();
    let again = Callback::new(move |()| {
        let id = id.clone();
        failed.set(None);
        spawn_local(async move {
            if let Err(why) = offline.refresh(&id).await {
                failed.try_set(Some(why));
            }
        });
    });
    again.run(());
    let is_missing = move || failed.try_with_untracked(Option::is_some) == Some(true);
    offline.when_back(Needs::SignIn, is_missing, move || again.run(()));
    (record, Asking { failed, again })
}

/// Where one comes from: how the application stands.
fn back(nav: Nav, id: &str) -> AnyView {
    crate::ui::back_link(nav.link(&Route::Status(id.to_owned())), crate::i18n::t(crate::i18n::K::ProgressTitleUnnamed))
}

/// How the office is reached and its sites, once they are known.
fn office(offline: Offline) -> Memo<Office> {
    let i18n = I18n::here();
    let sites = offline.places(move || {
        i18n.lang();
        true
    });
    memo(move || Office { contact: offline.contact(), sites: sites.get() })
}

/// The office's telephone, once it is known.
fn phone(offline: Offline) -> Signal<String> {
    derive(move || offline.contact().phone)
}
