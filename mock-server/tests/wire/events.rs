//! The stream of news, and polling beside it.
use crate::support::{Phone, Server};
use futures_util::StreamExt as _;
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

/// A stream that is read event by event.
struct Stream {
    bytes: futures_util::stream::BoxStream<'static, reqwest::Result<bytes::Bytes>>,
    text: String,
}

impl Stream {
    async fn open(phone: &Phone, last: Option<&str>) -> Self {
        let mut request = phone.request(Method::GET, "/events");
        if let Some(last) = last {
            request = request.header("Last-Event-ID", last);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self { bytes: response.bytes_stream().boxed(), text: String::new() }
    }

    /// Name, id and content of the next event.
    async fn next(&mut self) -> (String, String, serde_json::Value) {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let block: String = self.text.drain(..end + 2).collect();
                let field = |name: &str| {
                    block.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned()
                };
                if block.contains("event:") {
                    return (field("event:"), field("id:"), serde_json::from_str(&field("data:")).unwrap());
                }
                continue;
            }
            let piece = tokio::time::timeout(Duration::from_secs(10), self.bytes.next()).await.unwrap();
            self.text.push_str(std::str::from_utf8(&piece.expect("the stream ended").unwrap()).unwrap());
        }
    }
}

#[tokio::test]
async fn a_change_is_told_without_its_content() {
    let server = Server::new().await;
    let (phone, other) = (server.signed_in().await, server.signed_in().await);
    let mut stream = Stream::open(&phone, None).await;
    assert_eq!(stream.next().await.0, "hello");
    other.begin().await;
    let id = phone.begin().await;
    let (name, _, content) = stream.next().await;
    assert_eq!(name, "changed");
    assert_eq!(content, json!({ "application": id, "version": 1, "state": "draft" }));
}

#[tokio::test]
async fn a_broken_stream_goes_on_where_it_broke_also_after_a_restart() {
    let mut server = Server::new().await;
    let phone = server.signed_in().await;
    let mut stream = Stream::open(&phone, None).await;
    let (_, last, _) = stream.next().await;
    drop(stream);
    let id = phone.begin().await;
    server.restart().await;
    let mut stream = Stream::open(&phone, Some(&last)).await;
    assert_eq!(stream.next().await.0, "hello");
    let (name, at, content) = stream.next().await;
    assert_eq!((name.as_str(), content["application"].as_str()), ("changed", Some(id.as_str())));
    let mut stream = Stream::open(&phone, Some(&at)).await;
    assert_eq!(stream.next().await.0, "hello");
    let second = phone.begin().await;
    assert_eq!(stream.next().await.2["application"], second.as_str());
}

#[tokio::test]
async fn a_place_that_nobody_knows_means_read_all_again() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    for last in ["99999", "nonsense"] {
        let mut stream = Stream::open(&phone, Some(last)).await;
        assert_eq!(stream.next().await.0, "hello");
        assert_eq!(stream.next().await.0, "reset");
    }
}

#[tokio::test]
async fn signing_out_says_goodbye_to_the_stream() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let mut stream = Stream::open(&phone, None).await;
    stream.next().await;
    phone.delete("/session").await.expect(204);
    assert_eq!(stream.next().await.0, "bye");
}

#[tokio::test]
async fn a_session_that_ends_for_want_of_use_says_goodbye_to_its_stream() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let mut stream = Stream::open(&phone, None).await;
    stream.next().await;
    server.office().let_time_pass(chrono::Duration::minutes(31));
    assert_eq!(stream.next().await.0, "bye");
    phone.get("/applications").await.expect(401);
}

#[tokio::test]
async fn a_stream_that_opens_again_by_itself_is_nobodys_activity() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    server.office().let_time_pass(chrono::Duration::minutes(29));
    Stream::open(&phone, None).await.next().await;
    server.office().let_time_pass(chrono::Duration::minutes(2));
    phone.get("/applications").await.expect(401);
}

#[tokio::test]
async fn signing_in_again_with_the_same_key_says_goodbye_to_the_stream_of_the_first() {
    let server = Server::new().await;
    let (mut phone, number) = (server.phone(), crate::support::fresh_number());
    let asked = json!({ "purpose": "sign-in", "phone": number });
    let sent = phone.post("/session/code", &crate::support::key(), &asked).await.expect(202).json();
    let body = json!({ "code_id": sent["code_id"], "code": server.code_for(&number).await });
    let key = crate::support::key();
    let first = phone.post("/session", &key, &body).await.expect(200);
    phone.take_cookie(&first);
    let mut stream = Stream::open(&phone, None).await;
    stream.next().await;
    phone.post("/session", &key, &body).await.expect(200);
    assert_eq!(stream.next().await.0, "bye");
}

#[tokio::test]
async fn a_stream_that_is_cut_after_its_first_word_loses_nothing() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let mut stream = Stream::open(&phone, None).await;
    let (_, last, _) = stream.next().await;
    drop(stream);
    let id = phone.begin().await;
    let mut stream = Stream::open(&phone, Some(&last)).await;
    let (_, hello, _) = stream.next().await;
    drop(stream);
    // A browser sends the last id that it was told, or the one from before.
    let last = if hello.is_empty() { last } else { hello };
    let mut stream = Stream::open(&phone, Some(&last)).await;
    assert_eq!(stream.next().await.0, "hello");
    assert_eq!(stream.next().await.2["application"], id.as_str());
    // Nor does one that is told to read all again.
    let mut stream = Stream::open(&phone, Some("nonsense")).await;
    assert_eq!(stream.next().await.1, "", "an id here would end the need to read again");
}

#[tokio::test]
async fn polling_an_unchanged_record_costs_nothing() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let path = format!("/applications/{id}");
    let etag = phone.get(&path).await.expect(200).header("etag");
    let poll = || phone.request(Method::GET, &path).header("If-None-Match", etag.clone());
    assert!(phone.send(poll()).await.expect(304).body.is_empty());
    let english = poll().header("Accept-Language", "en");
    phone.send(english).await.expect(200);
}
