//! What to send next: the outbox as a state machine.
//!
//! Replies, storage results and time come in; commands go out. You will not find a browser, a clock or a network here.
//! Exactly once comes from three things together: an entry is stored with its key before it is first sent, after a lost
//! reply the receipt is asked for before anything else, and the server answers the same key with the same receipt.

mod answer;
mod carried;
mod decide;
mod entry;
mod machine;
mod retry;
#[cfg(any(test, feature = "simulation"))]
pub mod simulation;

pub use answer::{Answer, Refusal};
pub use carried::Carried;
pub use entry::{Body, Entry, EntryId, NextStep, Reason, State, Step, Time, Why};
pub use machine::{Order, Outbox, Session, TakeBackError};
pub use retry::Moment;
