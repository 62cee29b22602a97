//! Filling in and handing over: the list of tasks, a step, checking the answers, submitting, the receipt; what came back,
//! and the report for online verification.
//!
//! You will not find rules here (they are in `contract`), nor storage and sending (`offline`), nor how an item is drawn (`form`).

mod check;
mod deleting;
mod export;
mod gone;
mod opening;
mod receipt;
mod report;
mod returned;
mod save;
mod sending;
mod set_aside;
mod steps;
mod tasks;

pub use opening::DrawDocument;

use crate::route::Route;
use leptos::prelude::*;

/// The page of a place; `None` where the place is not of this room.
pub fn page(route: &Route, documents: DrawDocument) -> Option<AnyView> {
    Some(match route {
        Route::Tasks(id) => tasks::page(id, documents),
        Route::Step(id, link) => steps::page(id, link, documents),
        Route::Check(id) => check::page(id, documents),
        Route::Receipt(id) => receipt::page(id),
        Route::Returned(id) => returned::page(id, documents),
        Route::Report(id) => report::page(id, documents),
        Route::Entrance
        | Route::SignIn
        | Route::Home
        | Route::Status(_)
        | Route::Examination(_)
        | Route::Visit(_)
        | Route::Results(_)
        | Route::Collect(_)
        | Route::Certificate(_)
        | Route::Verify
        | Route::Lookup
        | Route::Outbox
        | Route::Settings
        | Route::Unknown(_) => return None,
    })
}
