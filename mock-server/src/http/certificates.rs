//! Taking a certificate, reading it under a grant, its files by link; and looking an application up.
use super::{
    Front,
    extract::{Body, Key, Lang, Sent, Signed},
    reply::{Keep, etag_of, json, tagged},
    session::Visitor,
};
use crate::office::{Answer, Scope};
use axum::{
    body,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::api::{Certificate, CollectionRequest, Grant, Lookup, LookupRequest, Outcome, TestAct, TestUpkeep};

/// Confirms who it is; the certificate can be read for a quarter of an hour.
#[utoipa::path(post, path = "/applications/{id}/collection", tag = "certificate",
    params(("id" = String, Path, description = "Application.")), request_body = CollectionRequest, responses((status = 200, body = Grant)))]
pub(super) async fn collect(Sent { own, once, value: asked }: Sent<CollectionRequest>) -> Answer<Response> {
    let grant = own.office.collect(&own.id, &own.signed.session, &once, &asked).await?;
    Ok(own.says(StatusCode::OK, &grant))
}

/// A certificate, for a session that has confirmed who it is.
#[utoipa::path(get, path = "/certificates/{c}", tag = "certificate",
    params(("c" = String, Path, description = "Certificate.")), responses((status = 200, body = Certificate)))]
pub(super) async fn certificate(
    State(front): State<Front>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<Response> {
    let certificate = front.office.certificate(&id, &signed.session, signed.lang).await?;
    Ok(json(StatusCode::OK, signed.lang, &certificate))
}

/// A file by an unguessable link: no cookie is needed, and it ends in time or when it was fetched twice.
#[utoipa::path(get, path = "/downloads/{token}", tag = "certificate", security(()),
    params(("token" = String, Path, description = "From a Link.")),
    responses((status = 200, description = "A PDF or a picture, as an attachment.", content_type = "application/octet-stream", body = Vec<u8>)))]
pub(super) async fn download(
    State(front): State<Front>,
    Path(token): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    let served = front.office.download(&token, method != Method::HEAD).await?;
    let etag = etag_of(&served.bytes);
    let mut answer = tagged(&headers, &etag, Keep::Never, body::Body::from(served.bytes).into_response());
    let out = answer.headers_mut();
    let disposition = format!("attachment; filename=\"{}\"", served.file_name);
    for (name, value) in [(header::CONTENT_TYPE, served.media_type), (header::CONTENT_DISPOSITION, disposition)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            out.insert(name, value);
        }
    }
    out.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    out.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-site"));
    Ok(answer)
}

/// Where an application stands, without signing in.
#[utoipa::path(post, path = "/lookups", tag = "application", security(()), request_body = LookupRequest,
    responses((status = 200, body = Lookup)))]
pub(super) async fn look_up(
    State(front): State<Front>,
    Lang(lang): Lang,
    visitor: Visitor,
    key: Key,
    Body { value: asked, bytes }: Body<LookupRequest>,
) -> Answer<Response> {
    let once = key.once(Scope::Code(asked.code_id.clone()), &bytes);
    let found = front.office.look_up(&once, &asked, visitor.address().as_deref()).await?;
    Ok(json(StatusCode::OK, lang, &found))
}

/// Plays desk and clock, for conformance runs.
#[utoipa::path(post, path = "/test/acts", tag = "test", request_body = TestAct, responses((status = 200, body = Outcome)))]
pub(super) async fn play(
    State(front): State<Front>,
    signed: Signed,
    key: Key,
    Body { value: act, bytes }: Body<TestAct>,
) -> Answer<Response> {
    let once = key.once(signed.scope(), &bytes);
    let outcome = front.office.play(signed.subject(), &once, &act, &signed.viewer()).await?;
    Ok(json(StatusCode::OK, signed.lang, &outcome))
}

/// Plays what the house does for itself, for conformance runs.
#[utoipa::path(put, path = "/test/upkeep", tag = "test", request_body = TestUpkeep, responses((status = 204)))]
pub(super) async fn play_upkeep(
    State(front): State<Front>,
    _signed: Signed,
    Body { value: asked, .. }: Body<TestUpkeep>,
) -> Answer<StatusCode> {
    front.office.play_upkeep(&asked).await?;
    Ok(StatusCode::NO_CONTENT)
}
