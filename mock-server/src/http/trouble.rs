//! Makes the trouble that was asked for (`faults`).
use super::{Front, extract::token, guard::httpdate};
use crate::{faults::Trouble, office::Fault};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use contract::api::Slug;
use futures_util::{StreamExt as _, stream};

async fn asked_for(front: &Front, request: Request) -> (Option<Trouble>, Request) {
    let by_header = request.headers().get("x-hc-fault").and_then(|value| value.to_str().ok()?.parse().ok());
    if by_header.is_some() {
        return (by_header, request);
    }
    let faults = &front.office.faults;
    let (parts, body) = request.into_parts();
    let phone = match token(&parts) {
        Some(token) if faults.asks_who() => {
            front.office.session(&token, false).await.ok().flatten().map(|session| session.phone)
        }
        _ => None,
    };
    let trouble = faults.take(parts.method.as_str(), parts.uri.path(), phone.as_deref());
    (trouble, Request::from_parts(parts, body))
}

/// Ends the connection without a byte of an answer: the task that serves it unwinds, without a word in the log.
fn break_connection() -> Response {
    std::panic::resume_unwind(Box::new("trouble on purpose"))
}

fn cut(answer: Response, most: usize) -> Response {
    let (mut parts, body) = answer.into_parts();
    // With its whole length announced, the reader notices that the rest is missing.
    let mut left = most;
    let pieces = body.into_data_stream().flat_map(move |piece| {
        let piece = piece.unwrap_or_default();
        let part = piece.slice(..piece.len().min(left));
        let ends = part.len() < piece.len() || left == part.len();
        left -= part.len();
        let mut out: Vec<Result<Bytes, std::io::Error>> = vec![Ok(part)];
        if ends {
            out.push(Err(std::io::ErrorKind::ConnectionReset.into()));
        }
        stream::iter(out)
    });
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from_stream(pieces))
}

/// The middleware around everything else.
pub(super) async fn make(State(front): State<Front>, request: Request, next: Next) -> Response {
    let (trouble, request) = asked_for(&front, request).await;
    let Some(trouble) = trouble else { return next.run(request).await };
    match trouble {
        Trouble::Delay(time) => {
            tokio::time::sleep(time).await;
            next.run(request).await
        }
        Trouble::LostReply => {
            drop(next.run(request).await);
            break_connection()
        }
        Trouble::LostRequest => break_connection(),
        Trouble::Cut(bytes) => cut(next.run(request).await, bytes),
        Trouble::Status(code) => StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_GATEWAY).into_response(),
        Trouble::Html => {
            let mut page =
                Body::from("<!doctype html><title>Wi-Fi</title><p>Please sign in to this network.").into_response();
            page.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            page
        }
        Trouble::Clock(seconds) => {
            let mut answer = next.run(request).await;
            if let Ok(date) = HeaderValue::from_str(&httpdate(front.office.now() + chrono::Duration::seconds(seconds)))
            {
                answer.headers_mut().insert(header::DATE, date);
            }
            answer
        }
        Trouble::StorageFull => {
            let mut fault = Fault::new(Slug::Busy);
            fault.status = Some(507);
            fault.retry_after = Some(5);
            fault.into_response()
        }
    }
}
