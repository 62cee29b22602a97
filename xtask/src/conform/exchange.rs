//! A request and its answer, written down for somebody who was not there. Nothing in it signs anybody in.
use reqwest::{Method, header::HeaderMap};
use std::fmt::Write as _;

/// Headers that sign somebody in: that they were there is told, and no more.
const SECRET: [&str; 3] = ["authorization", "cookie", "set-cookie"];
/// So many characters of a body are written down.
const SHOWN: usize = 2000;

/// One of them.
#[derive(Clone)]
pub(crate) struct Exchange {
    /// Method and path.
    pub(crate) asked: String,
    /// The status of the answer; none where none came.
    pub(crate) status: Option<u16>,
    /// The whole request, as HTTP writes it.
    pub(crate) request: String,
    /// The whole answer, likewise.
    pub(crate) answer: String,
}

impl Exchange {
    /// A request that goes out now.
    pub(crate) fn begun(request: &reqwest::Request) -> Self {
        let url = request.url();
        let asked = asked(request.method(), url);
        let body = request.body().map_or(&[][..], |body| body.as_bytes().unwrap_or_default());
        let head = format!("{asked}\nHost: {}\n", url.authority());
        Self { request: written(head, request.headers(), body), asked, status: None, answer: String::new() }
    }

    /// What came back.
    pub(crate) fn answered(&mut self, status: u16, headers: &HeaderMap, body: &[u8]) {
        self.status = Some(status);
        self.answer = written(format!("{status}\n"), headers, body);
    }
}

fn asked(method: &Method, url: &reqwest::Url) -> String {
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{method} {}{query}", url.path())
}

fn written(head: String, headers: &HeaderMap, body: &[u8]) -> String {
    let mut text = head;
    for (name, value) in headers {
        let value = if SECRET.contains(&name.as_str()) { "(left out)" } else { value.to_str().unwrap_or("(no text)") };
        // Writing into a String cannot fail.
        writeln!(text, "{name}: {value}").unwrap_or_default();
    }
    if !body.is_empty() {
        text.push('\n');
        match std::str::from_utf8(body) {
            Ok(body) => {
                text.extend(body.chars().take(SHOWN));
                let more = body.chars().count().saturating_sub(SHOWN);
                if more > 0 {
                    write!(text, "\n(and {more} more characters)").unwrap_or_default();
                }
            }
            Err(_) => write!(text, "({} bytes)", body.len()).unwrap_or_default(),
        }
    }
    text.trim_end().to_owned()
}
