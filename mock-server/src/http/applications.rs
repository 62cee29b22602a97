//! Applications: the list, the record, its draft and events, and the acts of the applicant that send something.
use super::{
    Front,
    extract::{Body, Own, Sent, Signed, parsed},
    reply::{Keep, json, tagged},
};
use crate::office::{Answer, Viewer, sha256_hex};
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use contract::api::{
    API_ROOT, ApplicationRecord, Event, Items, NewApplication, Outcome, Receipt, ServerDraft, Submission,
    SubmissionMade, Supplement, Withdrawal,
};
use serde::Deserialize;
use utoipa::IntoParams;

/// The mark of a record: its version, and what else decides how it reads.
fn mark(version: u64, viewer: &Viewer, besides: &str) -> String {
    let lang = if viewer.lang == "en" { ".en" } else { "" };
    format!("\"{version}{lang}{besides}\"")
}

/// A record as an answer.
fn record_answer(headers: &HeaderMap, status: StatusCode, signed: &Signed, record: &ApplicationRecord) -> Response {
    let is_granted = record.certificate.as_ref().is_some_and(|certificate| certificate.number.is_some());
    let granted = if is_granted { ".granted" } else { "" };
    // The forms of the office change without an act, and with them what is asked and what is open.
    let forms = format!("{} {}", record.questionnaire, record.report_questionnaire.as_deref().unwrap_or_default());
    let forms: String = sha256_hex(forms.as_bytes()).chars().take(8).collect();
    let etag = mark(record.version, &signed.viewer(), &format!("{granted}.{forms}"));
    tagged(headers, &etag, Keep::Never, json(status, signed.lang, record))
}

/// Where a page of a list begins.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// Opaque; from the `Link` of the page before.
    cursor: Option<String>,
}

impl Page {
    pub(super) fn before(&self) -> Answer<Option<i64>> {
        parsed(self.cursor.as_ref())
    }
}

/// Adds where the next page is.
pub(super) fn with_next(mut answer: Response, path: &str, next: Option<i64>) -> Response {
    if let Some(next) = next
        && let Ok(link) = HeaderValue::from_str(&format!("<{path}?cursor={next}>; rel=\"next\""))
    {
        answer.headers_mut().insert(header::LINK, link);
    }
    answer
}

/// The applications of this login, newest first.
#[utoipa::path(get, path = "/applications", tag = "application", params(Page),
    responses((status = 200, body = Items<ApplicationRecord>)))]
pub(super) async fn list(
    State(front): State<Front>,
    signed: Signed,
    Query(page): Query<Page>,
    headers: HeaderMap,
) -> Answer<Response> {
    let (records, next) = front.office.records(signed.subject(), page.before()?, &signed.viewer()).await?;
    let etag = super::reply::etag_of(&serde_json::to_vec(&records)?);
    let answer = json(StatusCode::OK, signed.lang, &Items { items: records });
    let answer = with_next(answer, &format!("{API_ROOT}/applications"), next);
    Ok(tagged(&headers, &etag, Keep::Never, answer))
}

/// One application as it stands.
#[utoipa::path(get, path = "/applications/{id}", tag = "application",
    params(("id" = String, Path, description = "Application.")), responses((status = 200, body = ApplicationRecord)))]
pub(super) async fn record(own: Own, headers: HeaderMap) -> Answer<Response> {
    let record = own.office.record(&own.id, own.subject(), &own.viewer()).await?;
    Ok(record_answer(&headers, StatusCode::OK, &own.signed, &record))
}

/// Begins an application under an id that the app made.
#[utoipa::path(put, path = "/applications/{id}", tag = "application",
    params(("id" = String, Path, description = "UUIDv4 made by the app.")), request_body = NewApplication,
    responses((status = 201, body = ApplicationRecord), (status = 200, description = "It is there already, unchanged; or the certificate is being renewed already, by the application that this is.", body = ApplicationRecord)))]
pub(super) async fn begin(
    State(front): State<Front>,
    signed: Signed,
    Path(id): Path<String>,
    Body { value: new, .. }: Body<NewApplication>,
) -> Answer<Response> {
    let (is_new, record) = front.office.begin_application(&id, signed.subject(), &new, &signed.viewer()).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(record_answer(&HeaderMap::new(), status, &signed, &record))
}

/// The draft on the server.
#[utoipa::path(get, path = "/applications/{id}/draft", tag = "application",
    params(("id" = String, Path, description = "Application.")), responses((status = 200, body = ServerDraft)))]
pub(super) async fn draft(own: Own, headers: HeaderMap) -> Answer<Response> {
    let (etag, draft) = own.office.draft(&own.id, own.subject()).await?;
    Ok(tagged(&headers, &etag, Keep::Never, own.says(StatusCode::OK, &draft)))
}

/// Saves the draft, over the one that its writer has seen.
#[utoipa::path(put, path = "/applications/{id}/draft", tag = "application",
    params(("id" = String, Path, description = "Application."), ("If-Match" = String, Header, description = "ETag of the draft it was made from.")),
    request_body = ServerDraft, responses((status = 200, body = ServerDraft)))]
pub(super) async fn save_draft(
    own: Own,
    headers: HeaderMap,
    Body { value: draft, .. }: Body<ServerDraft>,
) -> Answer<Response> {
    let seen = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok());
    let etag = own.office.save_draft(&own.id, own.subject(), seen, &draft).await?;
    Ok(tagged(&HeaderMap::new(), &etag, Keep::Never, own.says(StatusCode::OK, &draft)))
}

/// Sends the application.
#[utoipa::path(post, path = "/applications/{id}/submission", tag = "application",
    params(("id" = String, Path, description = "Application.")), request_body = Submission, responses((status = 201, body = Outcome)))]
pub(super) async fn submit(Sent { own, once, value: sent }: Sent<Submission>) -> Answer<Response> {
    let outcome = own.office.submit(&own.id, own.subject(), &once, &sent, &own.viewer()).await?;
    Ok(own.says(StatusCode::CREATED, &outcome))
}

/// Which submission.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichRound {
    /// Number of the submission; the newest, if none is named.
    round: Option<u32>,
}

/// What was sent, sensitive answers covered.
#[utoipa::path(get, path = "/applications/{id}/submission", tag = "application",
    params(("id" = String, Path, description = "Application."), WhichRound), responses((status = 200, body = SubmissionMade)))]
pub(super) async fn submission(own: Own, Query(asked): Query<WhichRound>, headers: HeaderMap) -> Answer<Response> {
    let made = own.office.submission(&own.id, own.subject(), asked.round).await?;
    let etag = super::reply::etag_of(&serde_json::to_vec(&made)?);
    Ok(tagged(&headers, &etag, Keep::Never, own.says(StatusCode::OK, &made)))
}

/// Which submission is taken back: a late double of the call then takes back no later one.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ThisRound {
    /// Number of the submission.
    round: u32,
}

/// Takes a submission back before the review begins.
#[utoipa::path(delete, path = "/applications/{id}/submission", tag = "application",
    params(("id" = String, Path, description = "Application."), ThisRound), responses((status = 200, body = Outcome)))]
pub(super) async fn recall(own: Own, Query(asked): Query<ThisRound>) -> Answer<Response> {
    let outcome = own.office.recall(&own.id, own.subject(), asked.round, &own.viewer()).await?;
    Ok(own.says(StatusCode::OK, &outcome))
}

/// Sends what was returned back.
#[utoipa::path(post, path = "/applications/{id}/supplement", tag = "application",
    params(("id" = String, Path, description = "Application.")), request_body = Supplement, responses((status = 201, body = Outcome)))]
pub(super) async fn supplement(Sent { own, once, value: sent }: Sent<Supplement>) -> Answer<Response> {
    let outcome = own.office.supplement(&own.id, own.subject(), &once, &sent, &own.viewer()).await?;
    Ok(own.says(StatusCode::CREATED, &outcome))
}

/// Gives the matter up.
#[utoipa::path(post, path = "/applications/{id}/withdrawal", tag = "application",
    params(("id" = String, Path, description = "Application.")), request_body = Withdrawal, responses((status = 201, body = Outcome)))]
pub(super) async fn withdraw(Sent { own, once, value: withdrawal }: Sent<Withdrawal>) -> Answer<Response> {
    let words = withdrawal.words.as_ref();
    let outcome = own.office.withdraw(&own.id, own.subject(), &once, words, &own.viewer()).await?;
    Ok(own.says(StatusCode::CREATED, &outcome))
}

/// Events, older ones than the record has by its cursor.
#[utoipa::path(get, path = "/applications/{id}/events", tag = "application",
    params(("id" = String, Path, description = "Application."), Page), responses((status = 200, body = Items<Event>)))]
pub(super) async fn events(own: Own, Query(page): Query<Page>) -> Answer<Response> {
    let (events, next) = own.office.events_of(&own.id, own.subject(), page.before()?, own.signed.lang).await?;
    let answer = own.says(StatusCode::OK, &Items { items: events });
    Ok(with_next(answer, &format!("{API_ROOT}/applications/{}/events", own.id), next))
}

/// Whether a request with this key arrived.
#[utoipa::path(get, path = "/receipts/{key}", tag = "application",
    params(("key" = String, Path, description = "Idempotency key of this login.")), responses((status = 200, body = Receipt)))]
pub(super) async fn receipt(State(front): State<Front>, signed: Signed, Path(key): Path<String>) -> Answer<Response> {
    let receipt = front.office.receipt(signed.subject(), &key).await?;
    let running = receipt.state == contract::api::ReceiptState::Running;
    let mut answer = json(StatusCode::OK, signed.lang, &receipt);
    if running {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    Ok(answer)
}
