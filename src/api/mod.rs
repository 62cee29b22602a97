//! The HTTP contract from the app's side: one function a call, and nobody else fetches.
//!
//! You will not find storage here, nor signals, nor retries: what must arrive goes through the outbox (room `offline`).
//! A body counts only if status, media type and shape agree; anything else is a failure with a name.

mod application;
mod certificate;
mod clock;
mod error;
mod examination;
mod exchange;
mod links;
mod office;
mod stream;
mod tus;

pub use application::Post;
pub use clock::{in_time, page_millis, sleep};
pub use error::{ApiError, NextStep, Refused};
pub use exchange::{Fresh, Page};
pub use links::Followed;
pub use stream::Heard;
pub use tus::{Sent, TusUpload};

use clock::ServerClock;
use contract::api::{API_ROOT, Instant};
use std::sync::{Arc, Mutex, PoisonError};

/// The backend. Cheap to clone; one an instance of the app, provided by the shell.
#[derive(Clone, Debug)]
pub struct Api(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Origin and folder in front of `/api/v1`, without a slash at the end; empty means this page's own origin.
    base: String,
    language: Mutex<String>,
    clock: ServerClock,
}

impl Api {
    /// A backend below `base` (`""` or `https://office.example`), whose own texts are asked for in `language`.
    pub fn new(base: &str, language: &str) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        Self(Arc::new(Inner { base, language: Mutex::new(language.to_owned()), clock: ServerClock::default() }))
    }

    /// From now on texts of the office are asked for in this language.
    pub fn set_language(&self, tag: &str) {
        tag.clone_into(&mut self.0.language.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn language(&self) -> String {
        self.0.language.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The time by the server's clock, as far as it is known; the phone's where no reply has come yet.
    pub fn now(&self) -> Instant {
        self.0.clock.now()
    }

    /// The server's time, in milliseconds since 1970, by a clock that nobody sets; once a reply has told.
    pub fn told_millis(&self) -> Option<i64> {
        self.0.clock.told_millis()
    }

    /// How far this phone's clock is ahead of the server's, in seconds, once a reply has told.
    pub fn clock_ahead(&self) -> Option<i64> {
        self.0.clock.ahead_seconds()
    }

    /// The URL of a path of the contract, `"/service"`.
    fn url(&self, path: &str) -> String {
        format!("{}{API_ROOT}{path}", self.0.base)
    }

    /// The URL of something the server named: a path at its root, or a whole URL.
    pub fn resolve(&self, href: &str) -> String {
        if href.contains("://") { href.to_owned() } else { format!("{}{href}", self.0.base) }
    }
}
