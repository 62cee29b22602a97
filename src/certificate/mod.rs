//! The last stage: proof that it is the person, the certificate itself, and every way to keep it.
//!
//! You will not find issuing or judging here: what the office signed is shown as it is, and `verify` judges codes.
mod art;
mod collect;
mod face;
mod holder;
mod picture;
mod proof;
mod renew;
mod save;
mod show;
mod standing;

use crate::i18n::{Chapter, I18n};
use crate::route::Route;
use leptos::prelude::*;

/// The pages `/a/{id}/collect` and `/c/{id}`.
pub fn page(route: Route) -> AnyView {
    I18n::here().learn(Chapter::Certificate, include_str!(concat!(env!("OUT_DIR"), "/zh-CN.certificate.txt")));
    // The shell sends no other place here.
    if let Route::Collect(id) = route {
        collect::page(id)
    } else if let Route::Certificate(id) = route {
        holder::page(id)
    } else {
        ().into_any()
    }
}
