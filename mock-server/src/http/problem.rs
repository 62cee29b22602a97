//! How a fault of the office is answered: `application/problem+json`, never HTML.
use crate::office::Fault;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use contract::api::{PROBLEM_TYPE, Slug};

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut problem = self.problem;
        problem.status = status.as_u16();
        let body = serde_json::to_vec(&*problem).unwrap_or_default();
        let mut answer = (status, Body::from(body)).into_response();
        answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_TYPE));
        if let Some(seconds) = self.retry_after {
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        answer
    }
}

/// What axum answers by itself (no route, no method, a header or path it cannot read) in our words.
pub(super) async fn only_problems(request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    let status = answer.status();
    let content_type = answer.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let ours = content_type.is_some_and(|found| found.starts_with(PROBLEM_TYPE));
    // tus has statuses of its own (409, 412, 423, 460) that are no problem of the contract; they have no body.
    let tus = answer.headers().contains_key("tus-resumable");
    if ours || tus || !(status.is_client_error() || status.is_server_error()) {
        return answer;
    }
    let slug = match status {
        StatusCode::NOT_FOUND => Slug::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => Slug::TooLarge,
        StatusCode::UNAUTHORIZED => Slug::SignedOut,
        _ if status.is_server_error() => Slug::ServerError,
        _ => Slug::Malformed,
    };
    let mut fault = if slug == Slug::ServerError { Fault::ours(&"no handler answered") } else { Fault::new(slug) };
    fault.status = Some(status.as_u16());
    let allow = answer.headers().get(header::ALLOW).cloned();
    let mut problem = fault.into_response();
    if let Some(allow) = allow {
        problem.headers_mut().insert(header::ALLOW, allow);
    }
    problem
}

/// A panic in a handler: a fault of ours, and the server lives on.
pub(super) fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    Fault::panicked(&*cause).into_response()
}
