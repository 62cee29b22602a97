//! A mock server of its own for each journey, with its own folder, and what only the office knows.
use crate::{
    browser::Browser,
    engine::{Engine, Screen},
    fixtures::Files,
    host::{self, Host},
    person::Person,
};
use anyhow::{Context, anyhow};
use mock_server::{
    Config, Running,
    office::{By, Fault, Office, OfficeAct},
};
use std::{
    cell::RefCell,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    rc::Rc,
};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// What a journey begins with.
pub struct House {
    /// The engine of this run.
    pub engine: Engine,
    /// The files that people send.
    pub files: Rc<Files>,
    dist: PathBuf,
    data: TempDir,
    port: u16,
    running: RefCell<Option<Running>>,
    host: Host,
}

/// The name that acts of the office carry in the journeys.
const CLERK: &str = "示例审核员";

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

impl House {
    /// Starts a server that knows nothing yet, and the website that embeds the app.
    pub async fn open(engine: Engine, dist: &Path, files: Rc<Files>) -> anyhow::Result<Self> {
        let port = free_port().await?;
        let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/host");
        let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let host = host::start(free, &pages, &format!("http://localhost:{port}")).await?;
        let data = tempfile::tempdir()?;
        let house = Self { engine, files, dist: dist.to_owned(), data, port, running: RefCell::default(), host };
        house.start().await?;
        Ok(house)
    }

    /// Starts the server again, on the same port and the same folder.
    pub async fn start(&self) -> anyhow::Result<()> {
        let config = Config {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)),
            data: self.data.path().to_owned(),
            dist: Some(self.dist.clone()),
            forms: root().join("forms"),
            auto: None,
            origins: vec![self.host.origin.clone()],
        };
        let running = mock_server::start(config).await?;
        self.running.replace(Some(running));
        Ok(())
    }

    /// Stops the server; whoever calls it now finds nobody.
    pub async fn stop(&self) {
        let running = self.running.take();
        if let Some(running) = running {
            running.stop().await;
        }
    }

    /// The office behind the server.
    pub fn office(&self) -> anyhow::Result<Office> {
        self.running.borrow().as_ref().map(|running| running.office.clone()).context("the server is stopped")
    }

    /// The office does something.
    pub async fn act(&self, application: &str, act: OfficeAct) -> anyhow::Result<()> {
        self.office()?.act(application, By(CLERK), act).await.map(drop).map_err(refused)
    }

    /// The examiner writes down results as they usually are.
    pub async fn record_normal(&self, application: &str) -> anyhow::Result<()> {
        self.office()?.record_normal_results(application, CLERK).await.map(drop).map_err(refused)
    }

    /// The code of the last text message to a phone.
    pub async fn code_for(&self, phone: &str) -> anyhow::Result<String> {
        let messages = self.office()?.messages(Some(phone), 20).await.map_err(refused)?;
        messages.into_iter().find_map(|message| message.code).with_context(|| format!("no code was sent to {phone}"))
    }

    /// Where the app is.
    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Where somebody else's website with the app in it is.
    pub fn host(&self) -> &str {
        &self.host.origin
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

/// What the office says no with.
pub fn refused(fault: Fault) -> anyhow::Error {
    anyhow!("the office: {fault:?}")
}

async fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?.local_addr()?.port())
}
