//! Who is here: the entrance, signing in, what this login has, and a look at progress without signing in.
//!
//! You will not find the session itself here (that is `offline`'s), nor the form or what happened to an application.

mod art;
mod code;
mod ended;
mod entrance;
mod failure;
mod found;
mod home;
mod lookup;
mod sign_in;

pub use ended::{DraftOwner, Ended, draft_owner, ended_note, other_persons};
pub use sign_in::in_place;

use crate::route::Route;
use leptos::prelude::*;

/// The pages of this room; `None` for a place of another.
pub fn page(route: &Route) -> Option<AnyView> {
    match route {
        Route::Entrance => Some(entrance::page()),
        Route::SignIn => Some(sign_in::page()),
        Route::Home => Some(home::page()),
        Route::Lookup => Some(lookup::page()),
        Route::Status(_)
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
        | Route::Outbox
        | Route::Settings
        | Route::Unknown(_) => None,
    }
}
