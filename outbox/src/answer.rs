//! What came of one step.
use contract::api::{Problem, Receipt, Slug};
use std::time::Duration;

/// What came of one step.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The server has it.
    Done,
    /// The server has it, with a receipt; also what asking for one gave.
    Receipt(Receipt),
    /// All bytes are there: bind them now.
    Uploaded(String),
    /// Asked for the receipt: it never arrived.
    NeverArrived,
    /// No reply; it may have arrived.
    Lost,
    /// It did not leave this phone, or something else answered in the server's place.
    NotSent,
    /// The person holds it back: it goes on as soon as they let it.
    Held,
    /// Nobody is signed in any more.
    SignedOut,
    /// The server says why not.
    Refused(Box<Refusal>),
    /// The bytes on this phone cannot be read.
    Broken,
}

/// A refusal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// As far as we know it.
    pub slug: Option<Slug>,
    /// As far as there was one.
    pub problem: Problem,
    /// From `Retry-After` or `until`.
    pub wait: Option<Duration>,
}
