//! News as a stream of server-sent events: one a login, never content (contract §7).
use super::{Front, extract::Signed};
use crate::office::{Answer, Heard, Office, SessionRow};
use async_stream::stream;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use std::{convert::Infallible, time::Duration};
use tokio::sync::broadcast::error::RecvError;

/// A line that says nothing keeps proxies from closing the stream.
const COMMENT_EVERY: Duration = Duration::from_secs(20);

fn event(name: &str, id: Option<i64>, content: &serde_json::Value) -> String {
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    format!("{id}event: {name}\ndata: {content}\n\n")
}

fn told(news: &Heard) -> String {
    match news {
        Heard::Changed { id, application, version, state, .. } => {
            let content = serde_json::json!({ "application": application, "version": version, "state": state.code() });
            event("changed", Some(*id), &content)
        }
        Heard::SignedOut { .. } | Heard::Stopping => bye(),
    }
}

fn bye() -> String {
    event("bye", None, &serde_json::json!({}))
}

/// News of this login, as they come.
#[utoipa::path(get, path = "/events", operation_id = "stream", tag = "events",
    params(("Last-Event-ID" = Option<String>, Header, description = "Where the stream broke.")),
    responses((status = 200, description = "Events hello, changed, reset, bye.", content_type = "text/event-stream", body = String)))]
pub(super) async fn events(State(front): State<Front>, signed: Signed, headers: HeaderMap) -> Answer<Response> {
    let office = front.office.clone();
    let end = office.feed_end().await?;
    // Listen, then look back: what happens between the two is heard twice and told once.
    let listening = office.listen();
    let last = headers.get("last-event-id").map(|value| value.to_str().ok()?.trim().parse().ok());
    let missed = match last {
        Some(Some(after)) => office.missed(signed.subject(), after).await?.map(|missed| (after, missed)),
        Some(None) => None,
        None => office.missed(signed.subject(), end).await?.map(|missed| (end, missed)),
    };
    let body = Body::from_stream(lines(office, signed.session, listening, missed, end));
    let mut answer = (StatusCode::OK, body).into_response();
    let out = answer.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    out.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(answer)
}

fn lines(
    office: Office,
    session: SessionRow,
    mut listening: tokio::sync::broadcast::Receiver<Heard>,
    missed: Option<(i64, Vec<Heard>)>,
    end: i64,
) -> impl futures_util::Stream<Item = Result<Bytes, Infallible>> {
    stream! {
        // A first id, so that a stream that breaks before any news can go on too: that of the last news that the reader has.
        // Who has to read all again is told none before that.
        let from = missed.as_ref().map(|(from, _)| *from);
        let hello = event("hello", from, &serde_json::json!({ "at": office.now() }));
        yield Ok(Bytes::from(format!("retry: 3000\n\n{hello}")));
        let mut told_to = from.unwrap_or_default();
        match missed {
            None => yield Ok(Bytes::from(event("reset", Some(end), &serde_json::json!({})))),
            Some((_, missed)) => for news in missed {
                if let Heard::Changed { id, .. } = news {
                    told_to = id;
                }
                yield Ok(Bytes::from(told(&news)));
            },
        }
        let mut comment = tokio::time::interval_at(tokio::time::Instant::now() + COMMENT_EVERY, COMMENT_EVERY);
        loop {
            // By the clock, not by silence: news of others would put it off without end.
            let heard = tokio::select! {
                heard = listening.recv() => Some(heard),
                _ = comment.tick() => None,
            };
            match heard {
                None => {
                    // A sign-out is told by itself, but may have been too much to hear.
                    if office.session_holds(&session.id).await.unwrap_or(true) {
                        yield Ok(Bytes::from_static(b": \n\n"));
                    } else {
                        yield Ok(Bytes::from(bye()));
                        break;
                    }
                }
                Some(Ok(news)) => match &news {
                    Heard::Changed { id, subject, .. } => {
                        if *subject == session.subject && *id > told_to {
                            yield Ok(Bytes::from(told(&news)));
                        }
                    }
                    Heard::SignedOut { session: ended } => {
                        if *ended == session.id {
                            yield Ok(Bytes::from(bye()));
                            break;
                        }
                    }
                    Heard::Stopping => {
                        yield Ok(Bytes::from(bye()));
                        break;
                    }
                },
                // Too slow to hear everything: read all again.
                Some(Err(RecvError::Lagged(_))) => yield Ok(Bytes::from(event("reset", None, &serde_json::json!({})))),
                Some(Err(RecvError::Closed)) => break,
            }
        }
    }
}
