//! One login's calls, and what came back.
use super::exchange::Exchange;
use anyhow::Context;
use reqwest::{Client, Method, RequestBuilder, header::HeaderMap};
use serde_json::Value as Json;
use std::{cell::RefCell, rc::Rc, time::Duration};

/// Seconds that a `Retry-After` is obeyed; a limit that lasts longer is a difference.
const LONGEST_WAIT: u64 = 60;

/// How somebody is known.
#[derive(Clone)]
pub(crate) enum Sign {
    /// Not at all.
    Out,
    /// By a cookie, with its name.
    Cookie(String),
    /// By a token.
    Bearer(String),
}

/// How a backend is reached, and what was said there since the row began.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) http: Client,
    /// The backend's origin.
    pub(crate) api: String,
    pub(crate) said: Rc<RefCell<Vec<Exchange>>>,
}

impl Line {
    pub(crate) fn to(http: Client, api: &str) -> Self {
        Self { http, api: api.trim_end_matches('/').to_owned(), said: Rc::default() }
    }

    /// Sends a request, and notes that it went out and what its answer began with. Gives its place among what was said.
    async fn send(&self, request: reqwest::Request) -> anyhow::Result<(usize, reqwest::Response)> {
        let asked = format!("{} {}", request.method(), request.url().path());
        let place = self.said.borrow().len();
        self.said.borrow_mut().push(Exchange::begun(&request));
        let answer = self.http.execute(request).await.with_context(|| format!("{asked} is not answered"))?;
        self.note(place, answer.status().as_u16(), answer.headers(), &[]);
        Ok((place, answer))
    }

    fn note(&self, place: usize, status: u16, headers: &HeaderMap, body: &[u8]) {
        if let Some(exchange) = self.said.borrow_mut().get_mut(place) {
            exchange.answered(status, headers, body);
        }
    }
}

/// Calls of one login.
pub(crate) struct Caller {
    line: Line,
    sign: Sign,
    /// Whether the backend claims level uploads.
    pub(crate) takes_documents: bool,
    /// The ID number that was filled in last.
    pub(crate) id_number: RefCell<String>,
}

/// A UUID that nobody has used.
pub(crate) fn fresh() -> String {
    mock_server::office::fresh_id()
}

impl Caller {
    pub(crate) fn new(line: Line, sign: Sign) -> Self {
        Self { line, sign, takes_documents: true, id_number: RefCell::default() }
    }

    /// A request. Paths of the API are written without its root, those outside it begin with `//`.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let path = match path.strip_prefix('/') {
            Some(outside) if outside.starts_with('/') => outside.to_owned(),
            _ if path.starts_with("/api/") => path.to_owned(),
            _ => format!("{}{path}", contract::api::API_ROOT),
        };
        let reads = matches!(method, Method::GET | Method::HEAD | Method::OPTIONS);
        let mut request = self.line.http.request(method, format!("{}{path}", self.line.api));
        if !reads {
            request = request.header("X-HC-Request", "1");
        }
        match &self.sign {
            Sign::Out => request,
            Sign::Cookie(cookie) => request.header("Cookie", cookie),
            Sign::Bearer(token) => request.bearer_auth(token),
        }
    }

    /// Sends a request; where too many have come, it waits as long as it is told to, as the app does.
    pub(crate) async fn send(&self, request: RequestBuilder) -> anyhow::Result<Reply> {
        let request = request.build()?;
        let again = request.try_clone();
        let reply = self.answer(request).await?;
        let wait = reply.header("retry-after").parse().ok().filter(|wait| reply.status == 429 && *wait <= LONGEST_WAIT);
        match (wait, again) {
            (Some(wait), Some(again)) => {
                println!("         (too many requests: waiting {wait} s)");
                tokio::time::sleep(Duration::from_secs(wait)).await;
                self.answer(again).await
            }
            _ => Ok(reply),
        }
    }

    async fn answer(&self, request: reqwest::Request) -> anyhow::Result<Reply> {
        let asked = format!("{} {}", request.method(), request.url().path());
        let (place, answer) = self.line.send(request).await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = answer.bytes().await.with_context(|| format!("{asked} breaks off"))?.to_vec();
        self.line.note(place, status, &headers, &body);
        Ok(Reply { asked, status, headers, body })
    }

    /// Sends a request whose answer is read as it comes.
    ///
    /// # Errors
    /// It is not answered.
    pub(crate) async fn open(&self, request: RequestBuilder) -> anyhow::Result<reqwest::Response> {
        Ok(self.line.send(request.build()?).await?.1)
    }

    pub(crate) async fn get(&self, path: &str) -> anyhow::Result<Reply> {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Json) -> anyhow::Result<Reply> {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> anyhow::Result<Reply> {
        self.send(self.request(Method::DELETE, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Json) -> anyhow::Result<Reply> {
        self.post_with(path, &fresh(), body).await
    }

    pub(crate) async fn post_with(&self, path: &str, key: &str, body: &Json) -> anyhow::Result<Reply> {
        self.send(self.request(Method::POST, path).header("Idempotency-Key", key).json(body)).await
    }

    /// A request of the upload protocol.
    pub(crate) fn tus(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).header("Tus-Resumable", "1.0.0")
    }
}

/// An answer that is another one than the contract has.
#[derive(Debug)]
pub(crate) struct Other {
    words: String,
    /// The one that it has.
    pub(crate) expected: String,
}

impl std::fmt::Display for Other {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words)
    }
}

impl std::error::Error for Other {}

/// What came back.
pub(crate) struct Reply {
    asked: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// This status and no other.
    ///
    /// # Errors
    /// What was answered in its place.
    pub(crate) fn is(self, status: u16) -> anyhow::Result<Self> {
        self.wants(status, || format!("status {status}"))
    }

    /// The same, where more than the status is expected.
    fn wants(self, status: u16, expected: impl FnOnce() -> String) -> anyhow::Result<Self> {
        if self.status == status {
            return Ok(self);
        }
        let said: String = String::from_utf8_lossy(&self.body).chars().take(300).collect();
        let words = format!("{} answers {}, not {status}: {said}", self.asked, self.status);
        Err(Other { words, expected: expected() }.into())
    }

    /// This problem, as `application/problem+json`.
    ///
    /// # Errors
    /// What was answered in its place.
    pub(crate) fn problem(self, status: u16, slug: &str) -> anyhow::Result<Json> {
        let expected = || format!("status {status}, application/problem+json, a type that ends in /problems/{slug}");
        let reply = self.wants(status, expected)?;
        let other = |words| Err(Other { words, expected: expected() }.into());
        let kind = reply.header("content-type");
        if !kind.starts_with("application/problem+json") {
            return other(format!("{} is refused as {kind}", reply.asked));
        }
        let problem = reply.json()?;
        let found = problem["type"].as_str().unwrap_or_default();
        if !found.ends_with(&format!("/problems/{slug}")) {
            return other(format!("{} is {found}, not {slug}", reply.asked));
        }
        Ok(problem)
    }

    pub(crate) fn json(&self) -> anyhow::Result<Json> {
        serde_json::from_slice(&self.body).with_context(|| format!("{} does not answer JSON", self.asked))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// A header must say this.
    ///
    /// # Errors
    /// What it says.
    pub(crate) fn says(&self, name: &str, expected: &str) -> anyhow::Result<()> {
        let found = self.header(name);
        if found == expected {
            return Ok(());
        }
        let words = format!("{}: {name} is \"{found}\", not \"{expected}\"", self.asked);
        Err(Other { words, expected: format!("{name}: {expected}") }.into())
    }
}
