//! Documents: binding uploaded bytes to an item, looking at them again, taking them away.
use super::{
    extract::{Body, Own},
    reply::{Keep, tagged},
};
use crate::office::Answer;
use axum::{
    body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::api::{BindDocument, Document};

/// Binds uploaded bytes to an item. This alone is "received, identical".
#[utoipa::path(put, path = "/applications/{id}/documents/{d}", tag = "documents",
    params(("id" = String, Path, description = "Application."), ("d" = String, Path, description = "UUIDv4 made by the app.")),
    request_body = BindDocument,
    responses((status = 201, body = Document), (status = 200, description = "Bound already, the same bytes.", body = Document)))]
pub(super) async fn bind(own: Own, Body { value: bind, .. }: Body<BindDocument>) -> Answer<Response> {
    let (is_new, document) = own.office.bind(&own.id, &own.document, own.subject(), &bind).await?;
    Ok(own.says(if is_new { StatusCode::CREATED } else { StatusCode::OK }, &document))
}

/// The bytes, for their owner alone.
#[utoipa::path(get, path = "/applications/{id}/documents/{d}/content", tag = "documents",
    params(("id" = String, Path, description = "Application."), ("d" = String, Path, description = "Document.")),
    responses((status = 200, description = "A picture or a PDF, without metadata.", content_type = "application/octet-stream", body = Vec<u8>)))]
pub(super) async fn content(own: Own, headers: HeaderMap) -> Answer<Response> {
    let (found, bytes) = own.office.content(&own.id, &own.document, own.subject()).await?;
    let etag = super::reply::etag_of(&bytes);
    let mut answer = tagged(&headers, &etag, Keep::Never, body::Body::from(bytes).into_response());
    let out = answer.headers_mut();
    if let Ok(media_type) = HeaderValue::from_str(&found.media_type) {
        out.insert(header::CONTENT_TYPE, media_type);
    }
    out.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    out.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-site"));
    Ok(answer)
}

/// Takes a document away.
#[utoipa::path(delete, path = "/applications/{id}/documents/{d}", tag = "documents",
    params(("id" = String, Path, description = "Application."), ("d" = String, Path, description = "Document.")),
    responses((status = 204, description = "It is not there, or no longer counts.")))]
pub(super) async fn unbind(own: Own) -> Answer<Response> {
    own.office.unbind(&own.id, &own.document, own.subject()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
