//! The pages of what this login and this phone have. They are a part of the app of their own: a first visit fills in a form.

use super::{lock, missing, settings, waiting};
use crate::i18n::I18n;
use crate::offline::{Offline, Storage};
use crate::route::Route;
use crate::session::{self, Seldom};
use leptos::prelude::AnyView;

/// One of them, or what stands in place of another page.
#[derive(Clone)]
pub enum Account {
    /// Home, look-up, outbox and settings; in place of all, the question for the PIN.
    Page(Route),
    /// What of signing in few people see.
    SignIn(Seldom),
}

/// Draws it.
pub fn account(what: Account) -> AnyView {
    I18n::here().learn_office();
    match what {
        Account::Page(route) => page(&route),
        Account::SignIn(what) => what.drawn(),
    }
}

fn page(route: &Route) -> AnyView {
    if Offline::here().storage().get_untracked() == Storage::Locked {
        return lock::page();
    }
    match route {
        Route::Home => session::home(),
        Route::Lookup => session::lookup(),
        Route::Settings => settings::page(),
        Route::Outbox => waiting::page(),
        Route::Entrance
        | Route::SignIn
        | Route::Status(_)
        | Route::Tasks(_)
        | Route::Step(..)
        | Route::Check(_)
        | Route::Receipt(_)
        | Route::Returned(_)
        | Route::Examination(_)
        | Route::Visit(_)
        | Route::Report(_)
        | Route::Results(_)
        | Route::Collect(_)
        | Route::Certificate(_)
        | Route::Verify
        | Route::Unknown(_) => missing::page(),
    }
}
