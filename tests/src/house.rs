//! A mock server of its own for each journey, with its own folder, and the website that embeds the app.
use crate::{
    browser::Browser,
    engine::{Engine, Screen},
    fixtures::Files,
    person::Person,
};
use anyhow::Context;
use mock_server::{Config, Running};
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// What a journey begins with.
pub struct House {
    /// The engine of this run.
    pub engine: Engine,
    /// The files that people send.
    pub files: Arc<Files>,
    dist: PathBuf,
    data: TempDir,
    port: u16,
    running: Option<Running>,
}

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

impl House {
    /// Starts a server that knows nothing yet.
    pub async fn open(engine: Engine, dist: &Path, files: Arc<Files>) -> anyhow::Result<Self> {
        let mut house = Self {
            engine,
            files,
            dist: dist.to_owned(),
            data: tempfile::tempdir()?,
            port: free_port().await?,
            running: None,
        };
        house.start().await?;
        Ok(house)
    }

    /// Starts the server again, on the same port and the same folder.
    pub async fn start(&mut self) -> anyhow::Result<()> {
        let config = Config {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)),
            data: self.data.path().to_owned(),
            dist: Some(self.dist.clone()),
            forms: root().join("forms"),
            auto: None,
            origins: vec![],
        };
        self.running = Some(mock_server::start(config).await?);
        Ok(())
    }

    /// Stops the server; whoever calls it now finds nobody.
    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// The server, as long as it runs.
    pub fn server(&self) -> anyhow::Result<&Running> {
        self.running.as_ref().context("the server is stopped")
    }

    /// Where the app is.
    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// A phone that has never been here.
    pub async fn phone(&self) -> anyhow::Result<Browser> {
        Browser::open(self.engine, Screen::PHONE).await
    }

    /// A person in front of a browser.
    pub fn person<'a>(&self, browser: &'a Browser) -> Person<'a> {
        Person::new(browser, &self.origin())
    }
}

async fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?.local_addr()?.port())
}
