//! tus 1.0.0: creation, creation-with-upload, expiration, termination, checksum (contract §6).
use super::{
    Front,
    extract::{METHOD_OVERRIDE, Signed},
    guard::httpdate,
};
use crate::office::{Answer, Fault, MAX_SIZE, NewUpload, Office, Upload, is_id, is_sha256};
use axum::{
    body::{Body, BodyDataStream},
    extract::{FromRequestParts, Path},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use base64::Engine as _;
use bytes::{Bytes, BytesMut};
use contract::api::{API_ROOT, Slug};
use futures_util::StreamExt as _;
use std::{collections::BTreeMap, time::Duration};

const VERSION: &str = "1.0.0";
const EXTENSIONS: &str = "creation,creation-with-upload,expiration,termination,checksum";
const ALGORITHMS: &str = "sha256,sha1";
/// Bytes are stored at least this often, so that a cut connection or a restart costs no more.
const FLUSH: usize = 512 * 1024;

fn put(answer: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(HeaderName::from_static(name), value);
    }
}

fn bare(status: StatusCode) -> Response {
    let mut answer = status.into_response();
    put(&mut answer, "tus-resumable", VERSION);
    answer
}

/// A status of tus that no problem of ours has: 409, 412, 423, 460.
fn refusal(status: u16) -> Response {
    bare(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// A request in our version of the protocol, by somebody who is signed in. Anything else is refused before it is looked at.
pub(super) struct Tus {
    office: Office,
    subject: String,
    headers: HeaderMap,
}

impl FromRequestParts<Front> for Tus {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Response> {
        let signed = Signed::from_request_parts(parts, front).await.map_err(IntoResponse::into_response)?;
        if text(&parts.headers, "tus-resumable") != Some(VERSION) {
            let mut answer = refusal(412);
            put(&mut answer, "tus-version", VERSION);
            return Err(answer);
        }
        Ok(Self { office: front.office.clone(), subject: signed.subject().to_owned(), headers: parts.headers.clone() })
    }
}

/// `Upload-Metadata`: pairs of a key and base64, by commas.
fn metadata(headers: &HeaderMap) -> Option<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for pair in text(headers, "upload-metadata").unwrap_or_default().split(',').filter(|pair| !pair.trim().is_empty()) {
        let (key, value) = pair.trim().split_once(' ').unwrap_or((pair.trim(), ""));
        let value = base64::engine::general_purpose::STANDARD.decode(value.trim()).ok()?;
        found.insert(key.to_owned(), String::from_utf8(value).ok()?);
    }
    Some(found)
}

fn new_upload(headers: &HeaderMap) -> Answer<NewUpload> {
    let malformed = || Fault::new(Slug::Malformed);
    let length: u64 =
        text(headers, "upload-length").and_then(|value| value.trim().parse().ok()).ok_or_else(malformed)?;
    if length == 0 || length > MAX_SIZE {
        return Err(Fault::new(Slug::TooLarge).with(|p| p.limit = Some(MAX_SIZE)));
    }
    let mut said = metadata(headers).ok_or_else(malformed)?;
    let mut take = |key: &str| said.remove(key).unwrap_or_default();
    let new = NewUpload {
        length,
        application: take("application"),
        document: take("document"),
        sha256: take("sha256").to_lowercase(),
        filetype: take("filetype"),
    };
    let whole = is_id(&new.application) && is_id(&new.document) && is_sha256(&new.sha256);
    if whole && new.filetype.len() <= 100 { Ok(new) } else { Err(malformed()) }
}

fn with_state(mut answer: Response, upload: &Upload) -> Response {
    put(&mut answer, "upload-offset", &upload.offset.to_string());
    put(&mut answer, "upload-expires", &httpdate(upload.ends_at));
    answer
}

/// What came of writing.
enum Written {
    /// All of it is stored.
    All,
    /// The connection broke; what came is stored.
    Cut,
    /// Its checksum does not fit: nothing is stored.
    WrongChecksum,
    /// The algorithm is not taken: nothing is stored.
    UnknownChecksum,
    /// More than was announced: what was stored before stays.
    TooLong,
}

/// Without a byte for so long, a connection counts as cut: a phone that is gone says nothing, and must not keep its upload to
/// itself.
const PATIENCE: Duration = Duration::from_mins(1);

/// The next bytes; an error where the connection is cut, or as good as.
async fn next_piece(stream: &mut BodyDataStream, patience: Duration) -> Option<Result<Bytes, Cut>> {
    match tokio::time::timeout(patience, stream.next()).await {
        Ok(piece) => piece.map(|piece| piece.map_err(|_| Cut)),
        Err(_) => Some(Err(Cut)),
    }
}

/// No more bytes will come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cut;

/// Stores a body as it comes. Runs to its end even if the connection, and with it the handler, is gone.
async fn write(office: Office, mut upload: Upload, checksum: Option<String>, body: Body) -> Answer<(Upload, Written)> {
    let mut stream = body.into_data_stream();
    let mut waiting = BytesMut::new();
    let room = usize::try_from(upload.length - upload.offset).unwrap_or(usize::MAX);
    let (mut came, mut cut) = (0_usize, false);
    while let Some(piece) = next_piece(&mut stream, PATIENCE).await {
        let Ok(piece) = piece else {
            cut = true;
            break;
        };
        came = came.saturating_add(piece.len());
        if came > room {
            return Ok((upload, Written::TooLong));
        }
        waiting.extend_from_slice(&piece);
        if checksum.is_none() && waiting.len() >= FLUSH {
            office.append(&mut upload, waiting.split().freeze()).await?;
        }
    }
    if let Some(checksum) = checksum {
        if cut {
            return Ok((upload, Written::Cut));
        }
        match Office::checksum_fits(&checksum, &waiting) {
            Some(true) => {}
            Some(false) => return Ok((upload, Written::WrongChecksum)),
            None => return Ok((upload, Written::UnknownChecksum)),
        }
    }
    office.append(&mut upload, waiting.freeze()).await?;
    Ok((upload, if cut { Written::Cut } else { Written::All }))
}

async fn take(
    office: &Office,
    subject: &str,
    (id, offset): (&str, u64),
    headers: &HeaderMap,
    body: Body,
) -> Answer<Result<Upload, Response>> {
    let Some(turn) = office.write_to_upload(id) else { return Ok(Err(refusal(423))) };
    // Looked at within the turn: before it, somebody else may still have been writing.
    let upload = office.upload(subject, id).await?;
    if upload.offset != offset {
        return Ok(Err(with_state(refusal(409), &upload)));
    }
    let checksum = text(headers, "upload-checksum").map(str::to_owned);
    let office = office.clone();
    let task = tokio::spawn(async move {
        // The turn ends when the bytes are stored, not when the connection is.
        let _turn = turn;
        write(office, upload, checksum, body).await
    });
    let (upload, written) = task.await.map_err(|why| Fault::ours(&why))??;
    Ok(match written {
        Written::All => Ok(upload),
        Written::Cut => Err(refusal(408)),
        Written::WrongChecksum => Err(with_state(refusal(460), &upload)),
        Written::UnknownChecksum => Err(refusal(400)),
        Written::TooLong => return Err(Fault::new(Slug::TooLarge).with(|p| p.limit = Some(upload.length))),
    })
}

fn has_body(headers: &HeaderMap) -> bool {
    let length = text(headers, "content-length").and_then(|value| value.parse::<u64>().ok()).unwrap_or(0);
    length > 0 || headers.contains_key(header::TRANSFER_ENCODING)
}

fn is_offset_stream(headers: &HeaderMap) -> bool {
    text(headers, "content-type") == Some("application/offset+octet-stream")
}

/// What this tus server can do.
#[utoipa::path(options, path = "/uploads", tag = "uploads", security(()), responses((status = 204, description = "In the headers Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm.")))]
pub(super) async fn options() -> Response {
    let mut answer = bare(StatusCode::NO_CONTENT);
    put(&mut answer, "tus-version", VERSION);
    put(&mut answer, "tus-extension", EXTENSIONS);
    put(&mut answer, "tus-max-size", &MAX_SIZE.to_string());
    put(&mut answer, "tus-checksum-algorithm", ALGORITHMS);
    answer
}

/// Begins an upload, perhaps with its first bytes.
#[utoipa::path(post, path = "/uploads", tag = "uploads",
    params(("Tus-Resumable" = String, Header, description = "1.0.0"), ("Upload-Length" = u64, Header, description = "Bytes in all."),
        ("Upload-Metadata" = String, Header, description = "application, document, sha256, filetype; values in base64.")),
    responses((status = 201, description = "In Location.")))]
pub(super) async fn create(tus: Tus, body: Body) -> Answer<Response> {
    let new = new_upload(&tus.headers)?;
    let has_body = has_body(&tus.headers);
    if has_body && !is_offset_stream(&tus.headers) {
        return Ok(refusal(415));
    }
    let upload = tus.office.begin_upload(&tus.subject, &new).await?;
    let created = |upload: &Upload| with_state(bare(StatusCode::CREATED), upload);
    let mut answer = if has_body {
        match take(&tus.office, &tus.subject, (&upload.id, 0), &tus.headers, body).await {
            Ok(Ok(written)) => created(&written),
            Ok(Err(refused)) => refused,
            Err(fault) => fault.into_response(),
        }
    } else {
        created(&upload)
    };
    // It is there and counted whatever became of its first bytes: they may come again.
    put(&mut answer, "location", &format!("{API_ROOT}/uploads/{}", upload.id));
    Ok(answer)
}

/// How many bytes are stored.
#[utoipa::path(head, path = "/uploads/{u}", tag = "uploads", params(("u" = String, Path, description = "Upload.")),
    responses((status = 200, description = "In Upload-Offset and Upload-Length.")))]
pub(super) async fn offset(tus: Tus, Path(id): Path<String>) -> Answer<Response> {
    let upload = tus.office.upload(&tus.subject, &id).await?;
    let mut answer = with_state(bare(StatusCode::OK), &upload);
    put(&mut answer, "upload-length", &upload.length.to_string());
    put(&mut answer, "cache-control", "no-store");
    Ok(answer)
}

/// Adds bytes at the offset.
#[utoipa::path(patch, path = "/uploads/{u}", tag = "uploads",
    params(("u" = String, Path, description = "Upload."), ("Upload-Offset" = u64, Header, description = "Where they begin."),
        ("Upload-Checksum" = Option<String>, Header, description = "sha256 or sha1, a space, base64.")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "Stored.")))]
pub(super) async fn append(tus: Tus, Path(id): Path<String>, body: Body) -> Answer<Response> {
    tus.office.upload(&tus.subject, &id).await?;
    if !is_offset_stream(&tus.headers) {
        return Ok(refusal(415));
    }
    let at: Option<u64> = text(&tus.headers, "upload-offset").and_then(|value| value.trim().parse().ok());
    let at = at.ok_or_else(|| Fault::new(Slug::Malformed))?;
    Ok(match take(&tus.office, &tus.subject, (&id, at), &tus.headers, body).await? {
        Ok(upload) => with_state(bare(StatusCode::NO_CONTENT), &upload),
        Err(answer) => answer,
    })
}

/// Where a browser or proxy knows no PATCH or DELETE: the same as those.
#[utoipa::path(post, path = "/uploads/{u}", tag = "uploads",
    params(("u" = String, Path, description = "Upload."),
        ("X-HTTP-Method-Override" = String, Header, description = "`PATCH` or `DELETE`."),
        ("Upload-Offset" = Option<u64>, Header, description = "For PATCH: where they begin."),
        ("Upload-Checksum" = Option<String>, Header, description = "sha256 or sha1, a space, base64.")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "Stored, or it is gone.")))]
pub(super) async fn overridden(tus: Tus, path: Path<String>, body: Body) -> Answer<Response> {
    match text(&tus.headers, METHOD_OVERRIDE) {
        Some("PATCH") => append(tus, path, body).await,
        Some("DELETE") => end(tus, path).await,
        _ => {
            let mut fault = Fault::new(Slug::Malformed);
            fault.status = Some(405);
            Err(fault)
        }
    }
}

/// Gives an upload up.
#[utoipa::path(delete, path = "/uploads/{u}", tag = "uploads", params(("u" = String, Path, description = "Upload.")),
    responses((status = 204, description = "It is gone.")))]
pub(super) async fn end(tus: Tus, Path(id): Path<String>) -> Answer<Response> {
    let upload = tus.office.upload(&tus.subject, &id).await?;
    // Held until it is gone: a piece that came meanwhile would stay.
    let Some(_turn) = tus.office.write_to_upload(&id) else { return Ok(refusal(423)) };
    tus.office.end_upload(&upload).await?;
    Ok(bare(StatusCode::NO_CONTENT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;
    use std::convert::Infallible;

    #[tokio::test]
    async fn a_connection_that_only_stays_silent_counts_as_cut() {
        let first = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"abc"))]);
        let mut silent = Body::from_stream(first.chain(stream::pending())).into_data_stream();
        assert_eq!(next_piece(&mut silent, PATIENCE).await, Some(Ok(Bytes::from_static(b"abc"))));
        assert_eq!(next_piece(&mut silent, Duration::from_millis(1)).await, Some(Err(Cut)));
        let mut whole = Body::from("abc").into_data_stream();
        assert_eq!(next_piece(&mut whole, PATIENCE).await, Some(Ok(Bytes::from_static(b"abc"))));
        assert_eq!(next_piece(&mut whole, PATIENCE).await, None);
    }
}
