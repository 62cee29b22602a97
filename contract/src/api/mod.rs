//! Requests, responses and problems: every shape of the HTTP contract (contract §3, §4).
//!
//! Readers are tolerant: unknown members are ignored, an absent member and `null` mean the same.
//! You will not find a fetch here, nor a sentence: errors are codes, and the app has the words.
mod certificate;
mod chunk;
mod examination;
mod problem;
mod record;
mod reply;
mod requests;
#[cfg(any(test, feature = "samples"))]
mod samples;
mod service;
mod standing;
mod words;

pub use certificate::*;
pub use chunk::Chunk;
pub use examination::*;
pub use problem::*;
pub use record::*;
pub use reply::{Head, LARGEST_REPLY, judge, judge_upload};
pub use requests::*;
pub use service::*;
pub use words::*;

/// An instant on the wire: RFC 3339 with the office's offset.
pub type Instant = chrono::DateTime<chrono::FixedOffset>;

/// An instant as the wire has it, to the second.
pub fn rfc3339(at: Instant) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}

/// Where the API lives below its base.
pub const API_ROOT: &str = "/api/v1";
/// On every request but GET, HEAD and OPTIONS: forces a preflight, so no foreign page can post (contract §1.9).
pub const REQUEST_HEADER: &str = "X-HC-Request";
/// Makes a POST repeatable (contract §5).
pub const IDEMPOTENCY_HEADER: &str = "Idempotency-Key";
/// Media type of [`Problem`], RFC 9457.
pub const PROBLEM_TYPE: &str = "application/problem+json";
