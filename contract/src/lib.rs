//! Vocabulary and rules of the electronic health certificate, shared by the app, the mock server and any vendor.
//!
//! You will not find a browser, a clock, a network or a sentence of our own here: what is needed from outside comes in as a value.
// The readers that derive(FromJson) makes name this crate, also in here.
extern crate self as contract;

pub mod api;
pub mod application;
pub mod credential;
pub mod documents;
pub mod examination;
pub mod identity;
pub mod json;
pub mod order;
pub mod questionnaire;
