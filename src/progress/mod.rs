//! `/a/{id}`: how an application stands, at a glance and in full: four stages, the one next step, what happened, how to withdraw.
//!
//! Everything on it follows from the one record that `offline` keeps; nothing is asked again because it was clicked.

mod acts;
mod decision;
mod earlier;
mod event;
mod page;
mod stages;
mod timeline;

pub use page::page;
