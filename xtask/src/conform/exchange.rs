//! A request and its answer, written down for somebody who was not there. Nothing in it signs anybody in, opens a file or
//! tells who the login for tests is.
use reqwest::{Method, header::HeaderMap};
use std::fmt::Write as _;

/// Headers that sign somebody in: that they were there is told, and no more.
const SECRET: [&str; 3] = ["authorization", "cookie", "set-cookie"];
/// Members that tell whose login it is: where a code was sent to, and its subject.
const WHOSE: [&str; 2] = ["sent_to", "subject"];
/// What stands before the token of a link, which opens a file without a cookie.
const LINK: &str = "/downloads/";
/// What stands in the place of what is not told.
const LEFT_OUT: &str = "(left out)";
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
    covered(&format!("{method} {}{query}", url.path()))
}

/// Text that a request, an answer or what is said of them has, without what is not told.
pub(crate) fn covered(text: &str) -> String {
    let mut links = text.split(LINK);
    let mut covered = links.next().unwrap_or_default().to_owned();
    for link in links {
        let rest = link.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || "-._~%…".contains(letter));
        covered.extend([LINK, LEFT_OUT, rest]);
    }
    // A code that was sent stands beside its id; elsewhere `code` is a word of a list.
    let code = text.contains("\"code_id\"").then_some("code");
    WHOSE.into_iter().chain(code).fold(covered, |text, name| without(&text, name))
}

/// JSON, perhaps only its beginning, with no text in the members of this name.
fn without(json: &str, name: &str) -> String {
    let member = format!("\"{name}\"");
    let mut parts = json.split(&member);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(&member);
        let value = part.trim_start().strip_prefix(':').and_then(|value| value.trim_start().strip_prefix('"'));
        match value {
            Some(value) => {
                let rest = value.split_once('"').map_or("", |(_, rest)| rest);
                text.extend([": \"", LEFT_OUT, "\"", rest]);
            }
            None => text.push_str(part),
        }
    }
    text
}

fn written(head: String, headers: &HeaderMap, body: &[u8]) -> String {
    let mut text = head;
    for (name, value) in headers {
        let value = if SECRET.contains(&name.as_str()) { LEFT_OUT } else { value.to_str().unwrap_or("(no text)") };
        let value = covered(value);
        // Writing into a String cannot fail.
        writeln!(text, "{name}: {value}").unwrap_or_default();
    }
    if !body.is_empty() {
        text.push('\n');
        match std::str::from_utf8(body) {
            Ok(body) => {
                let body = covered(body);
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

#[cfg(test)]
mod tests {
    use super::covered;

    #[test]
    fn what_opens_something_or_tells_whose_it_is_is_not_told() {
        for (text, told) in [
            ("GET /api/v1/downloads/a1-B_2.c", "GET /api/v1/downloads/(left out)"),
            (
                r#"{"href":"/api/v1/downloads/a1","until":"2026"}, "/api/v1/downloads/b2""#,
                r#"{"href":"/api/v1/downloads/(left out)","until":"2026"}, "/api/v1/downloads/(left out)""#,
            ),
            (r#"{"code_id":"u1","code":"123456"}"#, r#"{"code_id":"u1","code": "(left out)"}"#),
            (r#"{"code": "12"#, r#"{"code": "12"#),
            (r#"{"code_id":"u1","code": "12"#, r#"{"code_id":"u1","code": "(left out)""#),
            (r#"{"act":"return","code":"other"}"#, r#"{"act":"return","code":"other"}"#),
            (r#"{"sent_to":"138****0001","subject":null}"#, r#"{"sent_to": "(left out)","subject":null}"#),
            (r#"{"subject" : "s1", "name": "b"}"#, r#"{"subject": "(left out)", "name": "b"}"#),
            ("plain", "plain"),
        ] {
            assert_eq!(covered(text), told);
        }
    }
}
