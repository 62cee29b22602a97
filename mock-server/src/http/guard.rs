//! What every request meets first: where it comes from, the header that forces a preflight, and what every answer carries.
use super::Front;
use crate::office::Fault;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use contract::api::{IDEMPOTENCY_HEADER, REQUEST_HEADER, Slug};

const ALLOWED_METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
const EXPOSED: &str = "Date, ETag, Location, Link, Retry-After, Content-Language, Tus-Resumable, Tus-Version, Tus-Extension, \
    Tus-Max-Size, Tus-Checksum-Algorithm, Upload-Length, Upload-Offset, Upload-Metadata, Upload-Expires, Upload-Checksum";

fn allowed_headers() -> String {
    format!(
        "Content-Type, Accept, Accept-Language, Authorization, If-Match, If-None-Match, Last-Event-ID, {IDEMPOTENCY_HEADER}, \
         {REQUEST_HEADER}, Tus-Resumable, Upload-Length, Upload-Offset, Upload-Metadata, Upload-Checksum, X-HTTP-Method-Override, X-HC-Fault"
    )
}

/// What anybody's page may read, without a cookie.
fn is_public(uri: &Uri) -> bool {
    let path = uri.path();
    let api = path.strip_prefix(contract::api::API_ROOT);
    api.is_some_and(|path| path == "/service" || path == "/sites" || path.starts_with("/questionnaires/"))
        || path == "/openapi.json"
        || path.starts_with("/.well-known/")
        || path.starts_with("/status-lists/")
}

/// Whether a call that changes something is the office's affair in a time without writes. Tests play the office itself.
fn writes_here(uri: &Uri) -> bool {
    uri.path().strip_prefix(contract::api::API_ROOT).is_some_and(|path| !path.starts_with("/test/"))
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether an `Origin` is the page of this very server.
fn is_own(origin: &str, headers: &HeaderMap) -> bool {
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && host == text(headers, header::HOST)
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// CORS and the guard against foreign pages (contract §1.9).
pub(super) async fn origins(State(front): State<Front>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let origin = text(headers, header::ORIGIN).map(str::to_owned);
    let public = is_public(request.uri());
    let own = origin.as_deref().is_some_and(|origin| is_own(origin, headers));
    let trusted = origin.as_deref().is_some_and(|origin| front.origins.iter().any(|known| known == origin));
    let is_preflight = request.method() == Method::OPTIONS && headers.contains_key("access-control-request-method");
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let foreign = origin.is_some() && !own && !trusted;
    let mut answer = if is_preflight {
        StatusCode::NO_CONTENT.into_response()
    } else if !reads && (foreign || text(headers, HeaderName::from_static("x-hc-request")) != Some("1")) {
        Fault::new(Slug::NotAllowed).into_response()
    } else if let Some(closed) = front.office.no_writes().filter(|_| !reads && writes_here(request.uri())) {
        closed.into_response()
    } else {
        next.run(request).await
    };
    let out = answer.headers_mut();
    if public {
        put(out, "access-control-allow-origin", "*");
    } else if let Some(origin) = origin.filter(|_| trusted) {
        put(out, "access-control-allow-origin", &origin);
        put(out, "access-control-allow-credentials", "true");
    }
    if public || trusted {
        put(out, "access-control-expose-headers", EXPOSED);
        if is_preflight {
            put(out, "access-control-allow-methods", ALLOWED_METHODS);
            put(out, "access-control-allow-headers", &allowed_headers());
            put(out, "access-control-max-age", "7200");
        }
    }
    if !public {
        out.append(header::VARY, HeaderValue::from_static("Origin"));
    }
    answer
}

/// What every answer of the API carries (contract §1.3, §1.8, §9).
pub(super) async fn headers(State(front): State<Front>, request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    let date = httpdate(front.office.now());
    let out = answer.headers_mut();
    put(out, "date", &date);
    put(out, "x-content-type-options", "nosniff");
    put(out, "referrer-policy", "no-referrer");
    put(out, "strict-transport-security", "max-age=31536000; includeSubDomains");
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    ] {
        out.entry(name).or_insert(HeaderValue::from_static(value));
    }
    answer
}

/// `Date` as HTTP writes it.
pub(super) fn httpdate(at: contract::api::Instant) -> String {
    at.to_utc().format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
