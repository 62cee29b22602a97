//! The life of an application: states, acts, and the one table that says who may do what when (contract §2).
//!
//! You will not find answers, documents or HTTP here. What an act needs to know about them comes in as a [`Facts`] value.
mod acts;
mod clock;
mod machine;
mod states;

pub use acts::{Act, Actor};
pub use clock::clock_act;
pub use machine::{Facts, Guard, LEAST_DUE, Refusal, Row, TABLE, Window, allowed, applicant_acts, apply};
pub use states::{Stage, State, Turn};
