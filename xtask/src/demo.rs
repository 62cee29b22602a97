//! Somebody else's website, on another origin, with the app embedded in it. Its pages are in `tests/fixtures/host`.
use crate::files;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use std::{net::SocketAddr, path::PathBuf, sync::Arc};
use tokio::{net::TcpListener, task::JoinHandle};

struct Site {
    folder: PathBuf,
    /// The origin of the app that is embedded.
    app: String,
}

/// Serves the site until the task is aborted.
///
/// # Errors
/// The port is in use.
pub(crate) async fn start(listen: SocketAddr, app: &str) -> anyhow::Result<JoinHandle<()>> {
    let listener = TcpListener::bind(listen).await?;
    let site = Arc::new(Site { folder: files::root().join("tests/fixtures/host"), app: app.into() });
    let router = Router::new().fallback(page).with_state(site);
    Ok(tokio::spawn(async move {
        if let Err(why) = axum::serve(listener, router).await {
            eprintln!("The demo site stopped: {why}");
        }
    }))
}

/// A file of the site, or its one page for every path without a dot: it routes by itself.
async fn page(State(site): State<Arc<Site>>, uri: Uri) -> Response {
    let name = uri.path().rsplit('/').next().unwrap_or_default();
    let name = if name.contains('.') { name } else { "index.html" };
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        _ => "text/html; charset=utf-8",
    };
    // What a host with a strict policy of its own has to allow.
    let policy = format!(
        "default-src 'none'; script-src 'self' {app} 'wasm-unsafe-eval'; style-src 'self'; connect-src {app}; \
         img-src 'self' {app} blob: data:; worker-src blob:; base-uri 'none'; form-action 'self'",
        app = site.app
    );
    match std::fs::read_to_string(site.folder.join(name)) {
        Ok(text) => (
            [(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, policy.as_str())],
            text.replace("{{app}}", &site.app),
        )
            .into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
