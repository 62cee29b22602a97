//! Somebody else's website, on another origin, with the app embedded in it: hostile styles, links, a title and a router
//! of its own; and below `/kinds/` small pages of other kinds. They are in `tests/fixtures/host`. The journeys use this file too.
use axum::{
    Router,
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::{net::TcpListener, task::JoinHandle};

/// A site that is there until this goes.
pub(crate) struct Host {
    /// Where it is.
    pub(crate) origin: String,
    task: JoinHandle<()>,
}

impl Drop for Host {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Site {
    folder: PathBuf,
    /// The origin of the app that is embedded.
    app: String,
}

/// Serves the pages in `folder`, with the app of that origin in them.
///
/// # Errors
/// The port is in use.
pub(crate) async fn start(listen: SocketAddr, folder: &Path, app: &str) -> anyhow::Result<Host> {
    let listener = TcpListener::bind(listen).await?;
    let origin = format!("http://localhost:{}", listener.local_addr()?.port());
    let site = Site { folder: folder.to_owned(), app: app.into() };
    let router = Router::new().fallback(page).with_state(Arc::new(site));
    let task = tokio::spawn(async move {
        if let Err(why) = axum::serve(listener, router).await {
            eprintln!("The host's site stopped: {why}");
        }
    });
    Ok(Host { origin, task })
}

/// A file of the site or of its other kinds, or its one page for every path without a dot: it routes by itself.
async fn page(State(site): State<Arc<Site>>, uri: Uri) -> Response {
    let name = uri.path().rsplit('/').next().unwrap_or_default();
    let is_other = uri.path().starts_with("/kinds/");
    let folder = if is_other { site.folder.join("kinds") } else { site.folder.clone() };
    let name = if name.contains('.') { name } else { "index.html" };
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        _ => "text/html; charset=utf-8",
    };
    // What a page of its kind cannot do without.
    let (base, more) = match name {
        "base.html" if is_other => ("'self'", ""),
        "trusted.html" if is_other => ("'none'", "; trusted-types default; require-trusted-types-for 'script'"),
        _ => ("'none'", ""),
    };
    // What a host with a strict policy of its own has to allow.
    let policy = format!(
        "default-src 'none'; script-src 'self' {app} 'wasm-unsafe-eval'; style-src 'self' {app}; \
         connect-src {app}; img-src 'self' {app} blob: data:; worker-src blob: {app}; base-uri {base}; form-action 'self'{more}",
        app = site.app
    );
    match std::fs::read_to_string(folder.join(name)) {
        Ok(text) => (
            [(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, policy.as_str())],
            text.replace("{{app}}", &site.app),
        )
            .into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
