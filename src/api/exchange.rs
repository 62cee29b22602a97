//! One request and its reply: headers, time limit, and whether the body counts.
use super::{Api, ApiError, Refused, clock};
use contract::api::{Head, IDEMPOTENCY_HEADER, LARGEST_REPLY, Problem, REQUEST_HEADER, judge};
use contract::json::{self, FromJson};
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use std::time::Duration;
use wasm_bindgen::{JsCast, closure::Closure};

/// Nobody waits longer than this for a JSON reply, or for the sentences of a language.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// Nor longer than this for a picture: half a megabyte on a bad network.
const TIME_LIMIT_BYTES: Duration = Duration::from_mins(3);

/// A reply to a conditional GET.
#[derive(Clone, Debug, PartialEq)]
pub enum Fresh<T> {
    /// Another one than the one we keep.
    New {
        /// What it is.
        value: T,
        /// For the next `If-None-Match`.
        etag: Option<String>,
    },
    /// What we keep is what it is.
    Unchanged,
}

/// One page of a list, and where the next is.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// Newest first.
    pub items: Vec<T>,
    /// Opaque; `None` on the last page.
    pub next: Option<String>,
}

/// What goes out.
pub(super) struct Ask<'a> {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) key: Option<&'a str>,
    /// `If-None-Match` of a GET, `If-Match` of a PUT.
    pub(super) etag: Option<&'a str>,
    pub(super) body: Option<&'a str>,
    /// With cookies; false for what is public on every origin.
    pub(super) personal: bool,
    /// The reply holds words in the language that is asked for.
    pub(super) speaks: bool,
    /// How long it is waited for, where that is not as long as usual.
    pub(super) limit: Option<Duration>,
}

impl<'a> Ask<'a> {
    pub(super) fn get(url: String, etag: Option<&'a str>) -> Self {
        Self { method: Method::GET, url, key: None, etag, body: None, personal: true, speaks: true, limit: None }
    }

    pub(super) fn public(url: String, etag: Option<&'a str>) -> Self {
        Self { personal: false, ..Self::get(url, etag) }
    }

    /// What reads the same in every language.
    pub(super) fn mute(self) -> Self {
        Self { speaks: false, ..self }
    }

    /// What is of no use later than this.
    pub(super) fn within(self, limit: Duration) -> Self {
        Self { limit: Some(limit), ..self }
    }

    pub(super) fn post(url: String, key: &'a str, body: &'a str) -> Self {
        Self {
            method: Method::POST,
            url,
            key: Some(key),
            etag: None,
            body: Some(body),
            personal: true,
            speaks: false,
            limit: None,
        }
    }

    pub(super) fn put(url: String, body: &'a str) -> Self {
        Self {
            method: Method::PUT,
            url,
            key: None,
            etag: None,
            body: Some(body),
            personal: true,
            speaks: false,
            limit: None,
        }
    }

    pub(super) fn delete(url: String) -> Self {
        Self {
            method: Method::DELETE,
            url,
            key: None,
            etag: None,
            body: None,
            personal: true,
            speaks: false,
            limit: None,
        }
    }
}

/// A 2xx or 304 reply whose media type fits.
pub(super) struct Reply {
    response: Response,
    status: u16,
    /// The body is under the same limit as the head.
    _limit: TimeLimit,
}

impl Api {
    /// Sends and judges the head of the reply.
    async fn exchange(&self, ask: &Ask<'_>, accept: &str) -> Result<Reply, ApiError> {
        let is_small = matches!(accept, JSON | TEXT | "*/*");
        let usual = if is_small { TIME_LIMIT } else { TIME_LIMIT_BYTES };
        let limit = TimeLimit::start(ask.limit.unwrap_or(usual));
        let reading = matches!(ask.method, Method::GET | Method::HEAD);
        let mut request = RequestBuilder::new(&ask.url)
            .method(ask.method.clone())
            .header("Accept", accept)
            .header("Accept-Language", &self.language())
            .abort_signal(limit.signal().as_ref())
            .credentials(if ask.personal {
                web_sys::RequestCredentials::Include
            } else {
                web_sys::RequestCredentials::Omit
            });
        if !reading {
            request = request.header(REQUEST_HEADER, "1");
        }
        if let Some(key) = ask.key {
            request = request.header(IDEMPOTENCY_HEADER, key);
        }
        if let Some(etag) = ask.etag {
            request = request.header(if reading { "If-None-Match" } else { "If-Match" }, etag);
        }
        let request = built(request, ask.body)?;
        let response = request.send().await.map_err(|_| ApiError::Unreachable)?;
        // What is public may come from a cache of long ago, whatever its headers have become there.
        if ask.personal {
            self.take_time(&response);
        }
        self.judge(response, accept, limit).await
    }

    /// The `Date` of a reply that no cache keeps.
    fn take_time(&self, response: &Response) {
        let headers = response.headers();
        if headers.get("Cache-Control").is_some_and(|kept| kept.contains("no-store"))
            && let Some(date) = headers.get("Date")
        {
            self.0.clock.told(&date);
        }
    }

    async fn judge(&self, response: Response, accept: &str, limit: TimeLimit) -> Result<Reply, ApiError> {
        let status = response.status();
        // The API sends nobody on: what refuses there is a portal that was not made for programs.
        let sent_on = response.redirected();
        let headers = response.headers();
        let header = |name: &str| headers.get(name);
        let retry_after = || header("Retry-After").and_then(|text| self.retry_after(&text));
        match judge(status, &header("Content-Type").unwrap_or_default(), accept) {
            Head::Body | Head::Nothing => Ok(Reply { response, status, _limit: limit }),
            Head::Problem | Head::Refused if sent_on => Err(ApiError::Portal),
            Head::Portal => Err(ApiError::Portal),
            Head::Unreachable => Err(ApiError::Unreachable),
            Head::Unreadable => Err(ApiError::Unreadable),
            Head::Problem => {
                let text = response.text().await.map_err(|_| ApiError::Unreachable)?;
                Err(self.refusal(status, json::read(&text).unwrap_or_default(), retry_after()))
            }
            Head::Refused => Err(self.refusal(status, Problem::default(), retry_after())),
        }
    }

    fn refusal(&self, status: u16, problem: Problem, retry_after: Option<Duration>) -> ApiError {
        if status == 401 {
            return ApiError::SignedOut;
        }
        ApiError::Refused(Box::new(Refused::new(status, problem, retry_after, self.now())))
    }

    /// Seconds or a date, as a length of time from now.
    pub(super) fn retry_after(&self, text: &str) -> Option<Duration> {
        if let Ok(seconds) = text.trim().parse() {
            return Some(Duration::from_secs(seconds));
        }
        let wait = clock::parse_http_date(text)? - self.0.clock.now_millis();
        Some(Duration::from_millis(u64::try_from(wait).unwrap_or_default()))
    }

    /// A text that is not JSON.
    pub(super) async fn plain(&self, ask: Ask<'_>) -> Result<String, ApiError> {
        Ok(self.text(ask, TEXT).await?.0)
    }

    /// Words in a language that is not shown any more are asked for again: a slow reply would stand where a newer one does.
    async fn text(&self, ask: Ask<'_>, accept: &str) -> Result<(String, Reply), ApiError> {
        loop {
            let asked_in = self.language();
            let answer = self.answer(&ask, accept).await;
            if !ask.speaks || answer.is_err() || self.language() == asked_in {
                return answer;
            }
        }
    }

    async fn answer(&self, ask: &Ask<'_>, accept: &str) -> Result<(String, Reply), ApiError> {
        let reply = self.exchange(ask, accept).await?;
        if reply.status == 304 {
            return Ok((String::new(), reply));
        }
        let text = reply.response.text().await.map_err(|_| ApiError::Unreachable)?;
        if text.len() > LARGEST_REPLY { Err(ApiError::Unreadable) } else { Ok((text, reply)) }
    }

    /// A reply of this shape.
    pub(super) async fn json<T: FromJson>(&self, ask: Ask<'_>) -> Result<T, ApiError> {
        let (text, _) = self.text(ask, JSON).await?;
        read(&text)
    }

    /// A reply of this shape, or that nothing changed.
    pub(super) async fn fresh<T: FromJson>(&self, ask: Ask<'_>) -> Result<Fresh<T>, ApiError> {
        Ok(match self.fresh_text(ask).await? {
            Fresh::Unchanged => Fresh::Unchanged,
            Fresh::New { value, etag } => Fresh::New { value: read(&value)?, etag },
        })
    }

    /// A JSON reply as it came, or that nothing changed.
    pub(super) async fn fresh_text(&self, ask: Ask<'_>) -> Result<Fresh<String>, ApiError> {
        let (text, reply) = self.text(ask, JSON).await?;
        let etag = reply.response.headers().get("ETag");
        Ok(if reply.status == 304 { Fresh::Unchanged } else { Fresh::New { value: text, etag } })
    }

    /// A page of a list.
    pub(super) async fn page<T: FromJson>(&self, ask: Ask<'_>) -> Result<Page<T>, ApiError> {
        let (text, reply) = self.text(ask, JSON).await?;
        let items: contract::api::Items<T> = read(&text)?;
        let next = reply.response.headers().get("Link").and_then(|link| next_cursor(&link));
        Ok(Page { items: items.items, next })
    }

    /// A reply without a body; its `ETag`, if it has one.
    pub(super) async fn done(&self, ask: Ask<'_>) -> Result<Option<String>, ApiError> {
        let reply = self.exchange(&ask, "*/*").await?;
        Ok(reply.response.headers().get("ETag"))
    }

    /// Word that something is gone, which has a status of its own: whatever stands in between says 200 to anything.
    pub(super) async fn gone(&self, ask: Ask<'_>) -> Result<(), ApiError> {
        let reply = self.exchange(&ask, "*/*").await?;
        if reply.status == 204 { Ok(()) } else { Err(ApiError::Unreadable) }
    }

    /// Bytes of a media type, or that nothing changed.
    pub(super) async fn bytes(&self, ask: Ask<'_>, accept: &str) -> Result<Fresh<Vec<u8>>, ApiError> {
        let reply = self.exchange(&ask, accept).await?;
        if reply.status == 304 {
            return Ok(Fresh::Unchanged);
        }
        let etag = reply.response.headers().get("ETag");
        let value = reply.response.binary().await.map_err(|_| ApiError::Unreachable)?;
        Ok(Fresh::New { value, etag })
    }
}

/// What JSON calls accept; questionnaires and keys may come in media types of their own.
const TEXT: &str = "text/plain";
const JSON: &str = "application/json, application/fhir+json, application/jwk-set+json";

fn built(request: RequestBuilder, body: Option<&str>) -> Result<Request, ApiError> {
    // It can only fail for a URL or header that no browser takes: a fault of the configuration.
    match body {
        Some(body) => request.header("Content-Type", "application/json").body(body),
        None => request.build(),
    }
    .map_err(|_| ApiError::Unreadable)
}

fn read<T: FromJson>(text: &str) -> Result<T, ApiError> {
    json::read(text).ok_or(ApiError::Unreadable)
}

/// The cursor in `<…?cursor=abc>; rel="next"`.
fn next_cursor(link: &str) -> Option<String> {
    let (url, rel) = link.split_once('>')?;
    if !rel.contains("next") {
        return None;
    }
    let (_, query) = url.split_once("cursor=")?;
    query.split('&').next().map(str::to_owned)
}

/// Stops a request that takes too long. Dropping it lets the request be.
struct TimeLimit {
    controller: Option<web_sys::AbortController>,
    timer: Option<i32>,
    _abort: Closure<dyn FnMut()>,
}

impl TimeLimit {
    fn start(limit: Duration) -> Self {
        let controller = web_sys::AbortController::new().ok();
        let aborted = controller.clone();
        let abort = Closure::once(move || {
            if let Some(controller) = aborted {
                controller.abort();
            }
        });
        let millis = i32::try_from(limit.as_millis()).unwrap_or(i32::MAX);
        let timer = web_sys::window().and_then(|window| {
            window.set_timeout_with_callback_and_timeout_and_arguments_0(abort.as_ref().unchecked_ref(), millis).ok()
        });
        Self { controller, timer, _abort: abort }
    }

    fn signal(&self) -> Option<web_sys::AbortSignal> {
        self.controller.as_ref().map(web_sys::AbortController::signal)
    }
}

impl Drop for TimeLimit {
    fn drop(&mut self) {
        if let (Some(window), Some(timer)) = (web_sys::window(), self.timer) {
            window.clear_timeout_with_handle(timer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_where_the_link_says() {
        for (link, expected) in [
            (r#"</api/v1/applications?cursor=abc>; rel="next""#, Some("abc")),
            (r#"<https://x/a?cursor=a%20b&x=1>; rel="next""#, Some("a%20b")),
            (r#"</api/v1/applications?cursor=abc>; rel="prev""#, None),
            (r#"</api/v1/applications>; rel="next""#, None),
            ("", None),
        ] {
            assert_eq!(next_cursor(link).as_deref(), expected, "{link}");
        }
    }
}
