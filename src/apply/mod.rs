//! Filling in and handing over: the list of tasks, a step, checking the answers, submitting, the receipt; what came back,
//! and the report for online verification.
//!
//! You will not find rules here (they are in `contract`), nor storage and sending (`offline`), nor how an item is drawn (`form`).

mod before;
mod check;
mod consent;
mod covered;
mod deleting;
mod export;
mod gone;
mod handing;
mod memory;
mod moved;
mod opening;
mod papers;
mod receipt;
mod report;
mod returned;
mod save;
mod seldom;
mod sending;
mod sent;
mod set_aside;
mod steps;
mod taking_back;
mod tasks;
mod two_phones;
mod unsaid;

pub(crate) use export::{Carried, export_file, insist_open, passphrase};
pub(crate) use memory::memory_note;
pub use opening::DrawDocument;
pub(crate) use opening::load_form;
pub use seldom::{DrawSeldom, Seldom};
pub(crate) use set_aside::window;
pub use steps::page as step;
pub use tasks::page as tasks;
pub(crate) use unsaid::{Unsaid, unsaid_line};

use crate::i18n::I18n;
use crate::route::Route;
use leptos::prelude::*;

/// The topic of the consent under which photos and answers leave this phone.
const IDENTITY: &str = "identity";

/// What comes after the last step. It is a part of the app of its own: a first visit begins to fill in.
pub fn after(route: &Route, documents: DrawDocument) -> AnyView {
    I18n::here().learn_office();
    match route {
        Route::Check(id) => check::page(id, documents),
        Route::Receipt(id) => receipt::page(id),
        Route::Returned(id) => returned::page(id, documents),
        Route::Report(id) => report::page(id, documents),
        _ => ().into_any(),
    }
}
