//! Answers with their `ETag`, their language and how long they may be kept.
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// How long an answer may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// Not at all.
    Never,
    /// Asked again each time.
    Ask,
    /// By anybody, for so many seconds.
    Public(u32),
    /// For ever: it never changes.
    Ever,
}

impl Keep {
    fn value(self) -> HeaderValue {
        match self {
            Self::Never => HeaderValue::from_static("no-store"),
            Self::Ask => HeaderValue::from_static("no-cache"),
            Self::Ever => HeaderValue::from_static("public, max-age=31536000, immutable"),
            Self::Public(seconds) => HeaderValue::from_str(&format!("public, max-age={seconds}"))
                .unwrap_or(HeaderValue::from_static("no-store")),
        }
    }
}

/// JSON with a status.
pub(super) fn json<T: Serialize>(status: StatusCode, lang: &str, value: &T) -> Response {
    let body = match serde_json::to_vec(value) {
        Ok(body) => body,
        Err(why) => return crate::office::Fault::from(why).into_response(),
    };
    let mut answer = (status, Body::from(body)).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    in_language(headers, lang);
    answer
}

/// Says which language, and that it depends on the one asked for.
pub(super) fn in_language(headers: &mut HeaderMap, lang: &str) {
    if let Ok(lang) = HeaderValue::from_str(lang) {
        headers.insert(header::CONTENT_LANGUAGE, lang);
    }
    headers.append(header::VARY, HeaderValue::from_static("Accept-Language"));
}

/// Whether the reader has this already.
fn has_it(request: &HeaderMap, etag: &str) -> bool {
    let asked = request.get_all(header::IF_NONE_MATCH).into_iter().filter_map(|value| value.to_str().ok());
    let mut tags = asked.flat_map(|line| line.split(',')).map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// An answer with an `ETag`: 304 without a body, if the reader has it.
pub(super) fn tagged(request: &HeaderMap, etag: &str, keep: Keep, answer: Response) -> Response {
    let mut answer = if has_it(request, etag) {
        let mut short = StatusCode::NOT_MODIFIED.into_response();
        for name in [header::CONTENT_LANGUAGE, header::VARY] {
            for value in answer.headers().get_all(&name) {
                short.headers_mut().append(name.clone(), value.clone());
            }
        }
        short
    } else {
        answer
    };
    if let Ok(etag) = HeaderValue::from_str(etag) {
        answer.headers_mut().insert(header::ETAG, etag);
    }
    answer.headers_mut().insert(header::CACHE_CONTROL, keep.value());
    answer
}

/// The `ETag` of some bytes.
pub(super) fn etag_of(bytes: &[u8]) -> String {
    let hash = crate::office::sha256_hex(bytes);
    format!("\"{}\"", hash.get(..32).unwrap_or(&hash))
}
