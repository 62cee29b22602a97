//! The contract's calls over HTTP: routes, what every request meets first, what every answer carries.
//!
//! A handler reads a request, calls one function of `office` and writes the answer. You will not find a rule here.
mod applications;
mod certificates;
mod cookie;
mod documents;
mod events;
mod examination;
mod extract;
mod guard;
mod openapi;
mod problem;
mod reply;
mod service;
mod session;
mod trouble;
mod uploads;

use crate::{Config, desk, office::Office, site};
use axum::{Router, extract::DefaultBodyLimit, middleware, routing::any};
use contract::api::{API_ROOT, Limits};
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::{router::OpenApiRouter, routes};

/// What handlers share.
#[derive(Clone)]
pub(crate) struct Front {
    office: Office,
    /// Exact origins whose pages may call with a cookie.
    origins: Arc<[String]>,
}

fn calls() -> OpenApiRouter<Front> {
    OpenApiRouter::new()
        .routes(routes!(service::service))
        .routes(routes!(service::questionnaire))
        .routes(routes!(service::sites))
        .routes(routes!(session::session, session::sign_in, session::sign_out))
        .routes(routes!(session::send_code))
        .routes(routes!(applications::list))
        .routes(routes!(applications::record, applications::begin))
        .routes(routes!(applications::draft, applications::save_draft))
        .routes(routes!(applications::submit, applications::submission, applications::recall))
        .routes(routes!(applications::supplement))
        .routes(routes!(applications::withdraw))
        .routes(routes!(applications::events))
        .routes(routes!(applications::receipt))
        .routes(routes!(documents::bind, documents::unbind))
        .routes(routes!(documents::content))
        .routes(routes!(examination::slots))
        .routes(routes!(examination::hold, examination::let_go))
        .routes(routes!(examination::book, examination::cancel))
        .routes(routes!(examination::watch, examination::unwatch))
        .routes(routes!(examination::examination))
        .routes(routes!(examination::report))
        .routes(routes!(certificates::collect))
        .routes(routes!(certificates::certificate))
        .routes(routes!(certificates::download))
        .routes(routes!(certificates::look_up))
        .routes(routes!(certificates::play))
        .routes(routes!(certificates::play_upkeep))
        .routes(routes!(events::events))
}

/// Bytes of files: as large as an upload may be, counted as they come.
fn upload_calls() -> OpenApiRouter<Front> {
    OpenApiRouter::new().routes(routes!(uploads::options, uploads::create)).routes(routes!(
        uploads::offset,
        uploads::append,
        uploads::overridden,
        uploads::end
    ))
}

fn root_calls() -> OpenApiRouter<Front> {
    OpenApiRouter::new().routes(routes!(service::jwks)).routes(routes!(service::status_list))
}

/// Everything that is served.
pub(crate) fn app(office: &Office, config: &Config) -> Router {
    let front = Front { office: office.clone(), origins: config.origins.clone().into() };
    let limit = usize::try_from(Limits::default().body).unwrap_or(262_144);
    let calls = calls().layer(DefaultBodyLimit::max(limit));
    let uploads = upload_calls().layer(DefaultBodyLimit::disable());
    let (router, document) = OpenApiRouter::with_openapi(openapi::start())
        .nest(API_ROOT, calls.merge(uploads))
        .merge(root_calls())
        .split_for_parts();
    let document = Arc::<str>::from(openapi::finished(document));
    let api = router
        .route("/openapi.json", axum::routing::get(move || std::future::ready(openapi::serve(&document))))
        .route("/api/{*rest}", any(unknown_call))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(middleware::from_fn(problem::only_problems))
        .layer(middleware::from_fn_with_state(front.clone(), guard::origins))
        .layer(middleware::from_fn_with_state(front.clone(), guard::headers))
        .layer(middleware::from_fn_with_state(front.clone(), trouble::make))
        .with_state(front)
        // The desk has its own guard: it is for people in a browser, not for the app.
        .route("/desk/", axum::routing::get(async || axum::response::Redirect::permanent("/desk")))
        .nest("/desk", desk::router(office.clone()));
    match config.dist.as_deref() {
        Some(dist) => api.fallback_service(site::site(dist)),
        None => api,
    }
}

/// Another version of the contract, or a path that it does not have.
async fn unknown_call(uri: axum::http::Uri) -> crate::office::Fault {
    let version = uri.path().trim_start_matches("/api/").split('/').next().unwrap_or_default();
    let digits = version.strip_prefix('v').unwrap_or_default();
    if version != "v1" && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        crate::office::Fault::new(contract::api::Slug::VersionGone)
    } else {
        crate::office::Fault::not_found()
    }
}
