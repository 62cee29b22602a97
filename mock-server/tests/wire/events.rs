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
