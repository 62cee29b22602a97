//! Journeys in real browsers, each one sentence about what a person does, and the files they upload.
//!
//! You will not find tests of rules here (beside the rules, in `contract`), nor of the wire (beside the mock server).
pub mod browser;
pub mod engine;
pub mod find;
pub mod fixtures;
pub mod house;
pub mod journeys;
pub mod person;
pub mod report;
