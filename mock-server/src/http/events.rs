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
    // Listen first: what happens between looking back and listening would be lost.
    let listening = office.listen();
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let missed = match &last {
        Some(last) => match last.trim().parse() {
            Ok(after) => office.missed(signed.subject(), after).await?,
            Err(_) => None,
        },
        None => Some(Vec::new()),
    };
    let end = office.feed_end().await?;
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
    missed: Option<Vec<Heard>>,
    end: i64,
) -> impl futures_util::Stream<Item = Result<Bytes, Infallible>> {
    stream! {
        // A first id, so that a stream that breaks before any news can go on too.
        let hello = event("hello", Some(end), &serde_json::json!({ "at": office.now() }));
        yield Ok(Bytes::from(format!("retry: 3000\n\n{hello}")));
        let mut told_to = 0;
        match missed {
            None => yield Ok(Bytes::from(event("reset", Some(end), &serde_json::json!({})))),
            Some(missed) => for news in missed {
                if let Heard::Changed { id, .. } = news {
                    told_to = id;
                }
                yield Ok(Bytes::from(told(&news)));
            },
        }
        loop {
            match tokio::time::timeout(COMMENT_EVERY, listening.recv()).await {
                Err(_) => {
                    if still_signed_in(&office, &session) {
                        yield Ok(Bytes::from_static(b": \n\n"));
                    } else {
                        yield Ok(Bytes::from(bye()));
                        break;
                    }
                }
                Ok(Ok(news)) => match &news {
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
                Ok(Err(RecvError::Lagged(_))) => yield Ok(Bytes::from(event("reset", None, &serde_json::json!({})))),
                Ok(Err(RecvError::Closed)) => break,
            }
        }
    }
}

/// The session's longest time; a sign-out is told by itself.
fn still_signed_in(office: &Office, session: &SessionRow) -> bool {
    office.now() < session.ends_at
}
