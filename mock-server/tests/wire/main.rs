//! The HTTP contract against a running server on a free port: one sentence a test, one fact a sentence.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "helpers of tests are no #[test] themselves: whatever fails here must fail loudly"
)]
mod support;

mod agreement;
mod applications;
mod booking;
mod calls;
mod certificate;
mod conformance;
mod events;
mod every_route;
mod faults;
mod front;
mod hostile_files;
mod limits;
mod moved;
mod reminder;
mod repeating;
mod reports;
mod returned;
mod samples;
mod session;
mod time;
mod upkeep;
mod uploads;
mod waiting;
