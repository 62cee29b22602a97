//! Journeys in real browsers, each one sentence about what a person does, and the files they upload.
//!
//! You will not find tests of rules here (beside the rules, in `contract`), nor of the wire (beside the mock server).
pub mod applicant;
pub mod arriving;
pub mod browser;
pub mod clerk;
pub mod elsewhere;
pub mod engine;
pub mod everything;
pub mod find;
pub mod fixtures;
/// The same website that `cargo xtask run` shows on the second port.
#[path = "../../xtask/src/demo.rs"]
mod host;
pub mod house;
pub mod journeys;
pub mod later;
pub mod person;
pub mod photos;
pub mod report;
pub mod saving;
pub mod sizes;
pub mod speech;
pub mod speed;
pub mod tour;
pub mod verdict;
pub mod width;
