//! A small, complete, stateful backend for development and tests. Not a production service.
pub mod issue;
