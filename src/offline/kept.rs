//! Something of the server's that this phone keeps a copy of.
use contract::api::Instant;
use contract::json::FromJson;
use serde::Serialize;

/// A copy with its age.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
pub struct Kept<T> {
    /// As the server said it.
    pub value: T,
    /// When it was last known to be so, by the server's clock.
    pub at: Instant,
    /// For the next question whether it changed.
    #[serde(default)]
    pub etag: Option<String>,
}
