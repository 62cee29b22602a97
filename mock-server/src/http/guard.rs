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

/// Which page asks, and whether it may read the answer (contract §1.9).
pub(super) struct Asker {
    public: bool,
    origin: Option<String>,
    own: bool,
    trusted: bool,
}

impl Asker {
    pub(super) fn of(front: &Front, request: &Request) -> Self {
        let headers = request.headers();
        let origin = text(headers, header::ORIGIN).map(str::to_owned);
        let own = origin.as_deref().is_some_and(|origin| is_own(origin, headers));
        let trusted = origin.as_deref().is_some_and(|origin| front.origins.iter().any(|known| known == origin));
        Self { public: is_public(request.uri()), origin, own, trusted }
    }

    const fn is_foreign(&self) -> bool {
        self.origin.is_some() && !self.own && !self.trusted
    }

    /// Lets the page read the answer, if it may.
    pub(super) fn may_read(&self, answer: &mut Response) {
        let out = answer.headers_mut();
        if self.public {
            put(out, "access-control-allow-origin", "*");
        } else if let Some(origin) = self.origin.as_deref().filter(|_| self.trusted) {
            put(out, "access-control-allow-origin", origin);
            put(out, "access-control-allow-credentials", "true");
        }
        if self.public || self.trusted {
            put(out, "access-control-expose-headers", EXPOSED);
        }
        if !self.public {
            out.append(header::VARY, HeaderValue::from_static("Origin"));
        }
    }
}

/// A body that says it is larger than any call takes, whoever sends it (contract §9); pieces of files are measured as they come.
fn too_large(request: &Request) -> Option<u64> {
    let path = request.uri().path().strip_prefix(contract::api::API_ROOT)?;
    let told: u64 = text(request.headers(), header::CONTENT_LENGTH)?.parse().ok()?;
    let limit = contract::api::Limits::default().body;
    (told > limit && !is_upload(path)).then_some(limit)
}

fn is_upload(path: &str) -> bool {
    path == "/uploads" || path.starts_with("/uploads/")
}

/// CORS and the guard against foreign pages (contract §1.9).
pub(super) async fn origins(State(front): State<Front>, request: Request, next: Next) -> Response {
    let asker = Asker::of(&front, &request);
    let headers = request.headers();
    let is_preflight = request.method() == Method::OPTIONS && headers.contains_key("access-control-request-method");
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let is_ours = text(headers, HeaderName::from_static("x-hc-request")) == Some("1");
    let mut answer = if is_preflight {
        StatusCode::NO_CONTENT.into_response()
    } else if !reads && (asker.is_foreign() || !is_ours) {
        Fault::new(Slug::NotAllowed).into_response()
    } else if let Some(limit) = too_large(&request) {
        Fault::new(Slug::TooLarge).with(|p| p.limit = Some(limit)).into_response()
    } else if let Some(closed) = front.office.no_writes().filter(|_| !reads && writes_here(request.uri())) {
        closed.into_response()
    } else {
        next.run(request).await
    };
    asker.may_read(&mut answer);
    if is_preflight && (asker.public || asker.trusted) {
        let out = answer.headers_mut();
        put(out, "access-control-allow-methods", ALLOWED_METHODS);
        put(out, "access-control-allow-headers", &allowed_headers());
        put(out, "access-control-max-age", "7200");
    }
    answer
}

/// What every answer of the API carries (contract §1.3, §1.8, §9).
pub(super) async fn headers(State(front): State<Front>, request: Request, next: Next) -> Response {
    let path = request.uri().path().strip_prefix(contract::api::API_ROOT);
    let is_tus = path.is_some_and(is_upload) && request.method() != Method::OPTIONS;
    let mut answer = next.run(request).await;
    let date = httpdate(front.office.now());
    let out = answer.headers_mut();
    put(out, "date", &date);
    put(out, "x-content-type-options", "nosniff");
    put(out, "referrer-policy", "no-referrer");
    put(out, "strict-transport-security", "max-age=31536000; includeSubDomains");
    // Refusals too (contract §6).
    if is_tus {
        put(out, "tus-resumable", "1.0.0");
    }
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
