//! The desk: server-rendered pages at `/desk`, where a reviewer, an examiner and an issuer do their part.
//!
//! It has **no sign-in**: it is for development and demonstrations, and each page says so. You will not find rules here: acts go to
//! `office`, results are judged by `contract::examination`. Everything works without script; one small file counts
//! and asks, another keeps in the tab what was typed and not sent.
mod acting;
mod asked;
pub mod auto;
mod certificate;
mod clock;
mod entering;
mod examination;
mod faults;
mod fields;
mod guard;
mod history;
mod messages;
mod page;
mod queue;
mod recording;
mod results;
mod review;
mod rows;
mod said;
mod sheet;
mod sites;
mod upkeep;
mod words;
mod wrong;

use crate::office::{Answer, Fault, Office};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, Uri, header, uri::PathAndQuery},
    middleware,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use contract::api::Slug;
use tower_http::catch_panic::CatchPanicLayer;
pub(crate) use words::Language;

/// Who acts, in the audit log. A desk in earnest has people with names.
pub(crate) const WHO: &str = "desk";

/// The pages, to be nested at `/desk`.
pub fn router(office: Office) -> Router {
    Router::new()
        .route("/", get(queue::page))
        .route("/a/{id}", get(sheet::page))
        .route("/a/{id}/act/{act}", post(acting::act).get(sheet::of_act))
        .route("/a/{id}/results", post(recording::record).get(sheet::of_act))
        .route("/a/{id}/also", post(results::also).get(sheet::of_act))
        .route("/a/{id}/id-number", post(sheet::with_id_number).get(sheet::of_act))
        .route("/a/{id}/documents/{document}", get(document))
        .route("/a/{id}/report.zip", get(report))
        .route("/a/{id}/certificate/{mark}", post(certificate::mark).get(sheet::of_act))
        .route("/a/{id}/clock", post(clock::set).get(sheet::of_act))
        .route("/a/{id}/files/{file}", get(certificate::file))
        .route("/check-in", get(sites::to_check_in).post(sites::check_in))
        .route("/sites", get(sites::list))
        .route("/sites/{site}/{day}", get(sites::day))
        .route("/messages", get(messages::page))
        .route("/log", get(messages::log))
        .route("/upkeep", get(upkeep::page))
        .route("/upkeep/{what}", post(upkeep::act).get(async || Redirect::to("/desk/upkeep")))
        .route("/faults", get(faults::page).post(faults::plan))
        .route("/faults/end/{which}", post(faults::end).get(async || Redirect::to("/desk/faults")))
        .route("/language/{language}", get(language))
        .route("/desk.css", get(style))
        .route("/desk.js", get(async || script(include_str!("desk.js"))))
        .route("/kept.js", get(async || script(include_str!("kept.js"))))
        .route("/icon.svg", get(icon))
        .fallback(unknown)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(guard::guard))
        .with_state(office)
}

/// A panic in a page: a fault of ours with its reference, and the server lives on.
fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    page::refusal(Language::Chinese, &Fault::panicked(&*cause))
}

/// The working copy of a document, as it came, for the reviewer's eyes. Each read is noted by the office.
async fn document(State(office): State<Office>, l: Language, Path((id, document)): Path<(String, String)>) -> Response {
    match office.document_at_desk(&id, &document, WHO).await {
        Ok((found, bytes)) => {
            let headers = [
                (header::CONTENT_TYPE, found.media_type),
                (header::CONTENT_DISPOSITION, "inline".to_owned()),
                (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; style-src 'unsafe-inline'".to_owned()),
            ];
            (headers, bytes).into_response()
        }
        Err(fault) => page::refusal(l, &fault),
    }
}

/// All of the last report as one file. The read is noted by the office.
async fn report(State(office): State<Office>, l: Language, Path(id): Path<String>) -> Response {
    match office.report_at_desk(&id, WHO).await {
        Ok(served) => {
            let name = format!("attachment; filename=\"{}\"", served.file_name);
            ([(header::CONTENT_TYPE, served.media_type), (header::CONTENT_DISPOSITION, name)], served.bytes)
                .into_response()
        }
        Err(fault) => page::refusal(l, &fault),
    }
}

/// No page of the desk: said by the desk, which knows the way back.
async fn unknown(l: Language) -> Response {
    page::refusal(l, &Fault::new(Slug::NotFound))
}

/// Chinese or English, kept in a cookie of the desk, and back to the page that it was chosen on.
async fn language(headers: HeaderMap, Path(language): Path<String>) -> Response {
    let kept = if language == "en" { "en" } else { "zh-CN" };
    let cookie = format!("hc-desk-lang={kept}; Path=/desk; Max-Age=31536000; SameSite=Lax; HttpOnly");
    ([(header::SET_COOKIE, cookie)], Redirect::to(&came_from(&headers))).into_response()
}

/// The page of the desk that a link was followed on, if the browser says so.
fn came_from(headers: &HeaderMap) -> String {
    let page = headers.get(header::REFERER).and_then(|it| it.to_str().ok()?.parse::<Uri>().ok());
    let page = page.as_ref().and_then(Uri::path_and_query).map(PathAndQuery::as_str);
    let own = page.filter(|it| it.starts_with("/desk/") || it.starts_with("/desk?"));
    own.unwrap_or("/desk").to_owned()
}

async fn style() -> Response {
    const STYLE: &str = concat!(
        include_str!("../../../style/tokens.css"),
        include_str!("../../../style/base.css"),
        include_str!("desk.css")
    );
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

async fn icon() -> Response {
    const MARK: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#0f5563" stroke-width="1.8"><path d="M9 5l7 7-7 7-7-7zM15 5l7 7-7 7-7-7z"/><path d="M12 8l4 4-4 4-4-4z" fill="#0f5563" stroke="none"/></svg>"##;
    ([(header::CONTENT_TYPE, "image/svg+xml")], MARK).into_response()
}

fn script(text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], text).into_response()
}

/// A page, or what stands in its way.
fn answer(language: Language, page: Answer<maud::Markup>) -> Response {
    match page {
        Ok(page) => page.into_response(),
        Err(fault) => page::refusal(language, &fault),
    }
}
