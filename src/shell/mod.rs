//! The frame around every page: places, titles and focus, language and looks, what to say when something does not open.
//!
//! You will not find a rule of the office here, nor what is on a page.

mod account;
pub mod app;
mod arrival;
mod config;
mod documents;
mod frame;
mod language;
mod lock;
mod looks;
mod missing;
mod rescue;
mod settings;
mod storage;
mod upkeep;
mod waiting;

pub use crate::route::{Nav, RouteMode};
pub use account::{Account, account};
pub use app::App;
pub use config::{Config, Parts};
pub use language::Languages;
pub use looks::Looks;
