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

pub use ended::{DraftOwner, Ended, draft_owner, ended_note, other_persons};
pub use entrance::page as entrance;
pub use entrance::{counted, erased};
pub use home::page as home;
pub use lookup::page as lookup;
pub use sign_in::in_place;
pub use sign_in::page as sign_in;
