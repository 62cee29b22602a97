//! A stream of news, read event by event.
use super::caller::Caller;
use anyhow::{Context, ensure};
use reqwest::Method;
use serde_json::Value as Json;
use std::time::Duration;

/// The stream says something at least every 20 seconds.
const PATIENCE: Duration = Duration::from_secs(45);

/// An open stream.
pub(crate) struct Stream {
    answer: reqwest::Response,
    text: String,
}

/// One event of it.
pub(crate) struct Told {
    pub(crate) name: String,
    /// Empty, if it has none.
    pub(crate) id: String,
    pub(crate) content: Json,
}

impl Stream {
    /// Opens the news of a login, perhaps where an earlier stream broke.
    ///
    /// # Errors
    /// There is no such stream, or it is not one of events.
    pub(crate) async fn open(caller: &Caller, last: Option<&str>) -> anyhow::Result<Self> {
        let mut request = caller.request(Method::GET, "/events");
        if let Some(last) = last {
            request = request.header("Last-Event-ID", last);
        }
        let answer = caller.open(request).await?;
        ensure!(answer.status() == 200, "GET /events answers {}", answer.status());
        for (name, expected) in [("content-type", "text/event-stream"), ("cache-control", "no-store")] {
            let found = answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            ensure!(found.starts_with(expected), "GET /events: {name} is \"{found}\", not \"{expected}\"");
        }
        Ok(Self { answer, text: String::new() })
    }

    /// The next event; comments are passed over.
    ///
    /// # Errors
    /// It ends, or stays silent.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Told> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    let value = block.lines().find_map(|line| line.strip_prefix(name));
                    value.unwrap_or_default().trim().to_owned()
                };
                let name = field("event:");
                if !name.is_empty() {
                    let content = serde_json::from_str(&field("data:"));
                    let content = content.with_context(|| format!("the data of {name} is no JSON"))?;
                    return Ok(Told { name, id: field("id:"), content });
                }
            }
            let piece = tokio::time::timeout(PATIENCE, self.answer.chunk()).await;
            let piece = piece.context("the stream says nothing, not even a comment, for 45 s")??;
            self.text.push_str(&String::from_utf8_lossy(&piece.context("the stream ends")?).replace('\r', ""));
        }
    }

    /// The next event, which must be this one.
    ///
    /// # Errors
    /// It is another.
    pub(crate) async fn tells(&mut self, name: &str) -> anyhow::Result<Told> {
        let told = self.next().await?;
        ensure!(told.name == name, "the stream says {}, not {name}", told.name);
        Ok(told)
    }
}
