//! Makes the trouble that was asked for (`faults`).
use super::{
    Front,
    extract::token,
    guard::{Asker, httpdate},
};
use crate::{
    faults::{RetryAfter, Trouble, of_browser},
    office::Fault,
};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use contract::api::{API_ROOT, Instant, SlotChoice, Slug};
use futures_util::{StreamExt as _, stream};
use serde_json::Value as Json;

/// The cookie by which one browser asks for trouble.
const COOKIE: &str = "hc-fault";
/// A page that no Wi-Fi of ours has.
const ELSEWHERE: &str = "/wifi-sign-in";
/// More than any call takes, so that a request can be made twice.
const TWICE_AT_MOST: usize = 64 << 20;
const HUGE: usize = 9 << 20;

async fn asked_for(front: &Front, request: Request) -> (Option<Trouble>, Request) {
    let path = request.uri().path().to_owned();
    let by_header = request.headers().get("x-hc-fault").and_then(|value| value.to_str().ok()?.parse().ok());
    let by_cookie = || cookie(request.headers(), COOKIE).and_then(|value| of_browser(value, &path));
    // The pages of the desk work in any weather, so that there is a way out.
    if let Some(trouble) = by_header.or_else(by_cookie).filter(|_| !path.starts_with("/desk")) {
        return (Some(trouble), request);
    }
    let faults = &front.office.faults;
    let (parts, body) = request.into_parts();
    let phone = match token(&parts) {
        Some(token) if faults.asks_who() => {
            front.office.session(&token, false).await.ok().flatten().map(|session| session.phone)
        }
        _ => None,
    };
    let trouble = faults.take(parts.method.as_str(), &path, phone.as_deref());
    (trouble, Request::from_parts(parts, body))
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
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

/// The reply with another body.
async fn with_body(answer: Response, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Response {
    let (mut parts, body) = answer.into_parts();
    let bytes = to_bytes(body, TWICE_AT_MOST).await.unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(change(bytes.into())))
}

/// The JSON of a reply as a newer server might say it. What is no JSON stays.
async fn newer(answer: Response, change: fn(&mut Json)) -> Response {
    with_body(answer, |bytes| {
        let Ok(mut json) = serde_json::from_slice::<Json>(&bytes) else { return bytes };
        change(&mut json);
        json.to_string().into_bytes()
    })
    .await
}

/// Codes are values of these members; what they mean is the contract's.
fn unknown_codes(json: &mut Json) {
    const CODED: [&str; 7] = ["state", "act", "actor", "code", "why", "from", "to"];
    match json {
        Json::Object(members) => {
            for (name, value) in members {
                match value {
                    // Times stand under the same names.
                    Json::String(text) if CODED.contains(&name.as_str()) && !text.contains(':') => {
                        "quantum".clone_into(text);
                    }
                    value => unknown_codes(value),
                }
            }
        }
        Json::Array(all) => all.iter_mut().for_each(unknown_codes),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

fn extra_members(json: &mut Json) {
    match json {
        Json::Object(members) => {
            for (name, value) in members.iter_mut() {
                // By document's id: what stands there is no member of a type.
                if name != "documents" || value.is_array() {
                    extra_members(value);
                }
            }
            members.insert("quantum".into(), serde_json::json!({ "new": [1, null] }));
        }
        Json::Array(all) => all.iter_mut().for_each(extra_members),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

async fn twice(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, TWICE_AT_MOST).await.unwrap_or_default();
    drop(next.clone().run(Request::from_parts(parts.clone(), Body::from(bytes.clone()))).await);
    next.run(Request::from_parts(parts, Body::from(bytes))).await
}

fn refused(code: u16, wait: Option<RetryAfter>, now: Instant) -> Response {
    let mut answer = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_GATEWAY).into_response();
    let wait = wait.map(|wait| match wait {
        RetryAfter::Seconds(seconds) => seconds.to_string(),
        RetryAfter::Date(seconds) => httpdate(now + chrono::Duration::seconds(i64::from(seconds))),
    });
    if let Some(Ok(value)) = wait.map(|wait| HeaderValue::from_str(&wait)) {
        answer.headers_mut().insert(header::RETRY_AFTER, value);
    }
    answer
}

fn wifi_page() -> Response {
    let mut page = Body::from("<!doctype html><title>Wi-Fi</title><p>Please sign in to this network.").into_response();
    page.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    page
}

/// The middleware around everything else.
pub(super) async fn make(State(front): State<Front>, request: Request, next: Next) -> Response {
    if request.uri().path() == ELSEWHERE {
        return wifi_page();
    }
    let (trouble, request) = asked_for(&front, request).await;
    let Some(trouble) = trouble else { return next.run(request).await };
    let asker = Asker::of(&front, &request);
    match trouble {
        Trouble::Delay(time) => {
            // What was done is known elsewhere before the one who asked hears of it.
            let answer = next.run(request).await;
            tokio::time::sleep(time).await;
            answer
        }
        Trouble::Stall => {
            drop(next.run(request).await);
            std::future::pending().await
        }
        Trouble::Held => {
            let answer = next.run(request).await;
            front.office.faults.held().await;
            answer
        }
        Trouble::LostReply => {
            drop(next.run(request).await);
            break_connection()
        }
        Trouble::LostRequest => break_connection(),
        Trouble::Cut(bytes) => cut(next.run(request).await, bytes),
        Trouble::Duplicate => twice(request, next).await,
        // The service itself says it, so its pages can read it; what stands in its place says nothing to them.
        Trouble::Status(code, wait) => {
            let mut answer = refused(code, wait, front.office.now());
            asker.may_read(&mut answer);
            answer
        }
        Trouble::Html => wifi_page(),
        // 307 keeps method and body, as portals do that were not made for programs.
        Trouble::Portal => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, ELSEWHERE)]).into_response(),
        Trouble::WrongType => {
            let mut answer = next.run(request).await;
            answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
            answer
        }
        Trouble::Bom => with_body(next.run(request).await, |bytes| [&b"\xef\xbb\xbf"[..], &bytes].concat()).await,
        Trouble::Empty => with_body(next.run(request).await, |_| Vec::new()).await,
        Trouble::Huge => {
            with_body(next.run(request).await, |mut bytes| {
                bytes.resize(bytes.len() + HUGE, b' ');
                bytes
            })
            .await
        }
        Trouble::UnknownCodes => newer(next.run(request).await, unknown_codes).await,
        Trouble::ExtraMembers => newer(next.run(request).await, extra_members).await,
        Trouble::Clock(seconds) => {
            let mut answer = next.run(request).await;
            if let Ok(date) = HeaderValue::from_str(&httpdate(front.office.now() + chrono::Duration::seconds(seconds)))
            {
                answer.headers_mut().insert(header::DATE, date);
            }
            answer
        }
        Trouble::SignedOut => {
            let (parts, body) = request.into_parts();
            if let Some(token) = token(&parts)
                && let Err(why) = front.office.sign_out(&token).await
            {
                return why.into_response();
            }
            next.run(Request::from_parts(parts, body)).await
        }
        Trouble::StorageFull => {
            let mut fault = Fault::new(Slug::Busy);
            fault.status = Some(507);
            fault.retry_after = Some(5);
            let mut answer = fault.into_response();
            asker.may_read(&mut answer);
            answer
        }
        Trouble::SlotTaken => match slot_taken(&front, request).await {
            Ok(fault) => {
                let mut answer = fault.into_response();
                asker.may_read(&mut answer);
                answer
            }
            Err(request) => next.run(request).await,
        },
    }
}

/// The refusal of a place that is held or booked now, with the nearest that are really free. Any other request comes back.
async fn slot_taken(front: &Front, request: Request) -> Result<Fault, Request> {
    let path = request.uri().path();
    let mut parts_of = path.strip_prefix(API_ROOT).unwrap_or(path).split('/').skip(1);
    let (Some("applications"), Some(id), Some("hold" | "appointment"), None, &Method::PUT) =
        (parts_of.next(), parts_of.next(), parts_of.next(), parts_of.next(), request.method())
    else {
        return Err(request);
    };
    let id = id.to_owned();
    let (parts, body) = request.into_parts();
    let session = match token(&parts) {
        Some(token) => front.office.session(&token, true).await.ok().flatten(),
        None => None,
    };
    let bytes = to_bytes(body, TWICE_AT_MOST).await.unwrap_or_default();
    match (session, serde_json::from_slice::<SlotChoice>(&bytes)) {
        (Some(session), Ok(choice)) => Ok(front.office.refuse_slot(&id, &session.subject, &choice.slot).await),
        (None, _) | (_, Err(_)) => Err(Request::from_parts(parts, Body::from(bytes))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_newer_server_changes_codes_and_leaves_times_and_answers() {
        let mut json =
            json!({ "state": "draft", "id": "a", "actions": [{ "act": "edit", "from": "2026-11-25T09:00:00+08:00" }] });
        unknown_codes(&mut json);
        assert_eq!(
            json,
            json!({ "state": "quantum", "id": "a", "actions": [{ "act": "quantum", "from": "2026-11-25T09:00:00+08:00" }] })
        );
        extra_members(&mut json);
        assert_eq!(json["actions"][0]["quantum"]["new"], json!([1, null]));
    }
}
