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
mod leaving;
mod lookup;
mod sign_in;
mod told;

pub use ended::{DraftOwner, Ended, draft_owner, ended_note};
pub use entrance::page as entrance;
pub use entrance::{counted, erased};
pub use home::page as home;
pub use lookup::page as lookup;
pub use sign_in::in_place;
pub use sign_in::page as sign_in;

use leptos::prelude::{AnyView, Callback};

/// What of signing in few people see: it comes with the pages of what this login has.
#[derive(Clone)]
pub enum Seldom {
    /// In place of a page whose draft is another person's.
    OtherPersons,
    /// Somebody is signed in, and there are other numbers.
    AnotherNumber,
    /// A draft that was found on this phone, and how to go on without it.
    Found(String, Callback<()>),
}

impl Seldom {
    /// Draws it. Only its part may.
    pub fn drawn(self) -> AnyView {
        match self {
            Self::OtherPersons => leaving::other_persons(),
            Self::AnotherNumber => leaving::another_number(),
            Self::Found(application, on_no) => found::offer(&application, on_no),
        }
    }
}
