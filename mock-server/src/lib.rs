//! A small, complete, stateful backend for development and tests. Not a production service.
pub mod issue;
pub mod site;

use anyhow::Context;
use std::{net::SocketAddr, path::PathBuf, time::Duration};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// How a server is to run.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder that holds everything it remembers. Made if it is not there.
    pub data: PathBuf,
    /// The built app to serve, if any.
    pub dist: Option<PathBuf>,
    /// The folder of the questionnaires, sites and examination profiles.
    pub forms: PathBuf,
    /// The desk acts by itself after this time, for demonstrations.
    pub auto: Option<Duration>,
    /// The exact origins whose pages may call the API with a person's cookie.
    pub origins: Vec<String>,
}

/// A server that runs until it is stopped.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    /// Stops listening and waits until open answers are given.
    pub async fn stop(self) {
        if self.stop.send(()).is_ok() {
            self.task.await.unwrap_or_default();
        }
    }
}

/// Starts a server in this process.
///
/// # Errors
/// The port is in use, or the data folder cannot be made.
pub async fn start(config: Config) -> anyhow::Result<Running> {
    std::fs::create_dir_all(&config.data)
        .with_context(|| format!("The folder {} cannot be made", config.data.display()))?;
    let listener =
        TcpListener::bind(config.listen).await.with_context(|| format!("Port {} is in use", config.listen.port()))?;
    let addr = listener.local_addr()?;
    let app = config.dist.as_deref().map_or_else(axum::Router::new, site::site);
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(async move {
        let quiet = async { stopped.await.unwrap_or_default() };
        if let Err(why) = axum::serve(listener, app).with_graceful_shutdown(quiet).await {
            eprintln!("The server on {addr} stopped: {why}");
        }
    });
    Ok(Running { addr, stop, task })
}
