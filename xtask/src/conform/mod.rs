//! `cargo xtask conform`: asks a running backend whether it holds to the contract, row by row of contract.md §10, and says
//! what differs in words that its makers can act on.
//!
//! It speaks HTTP alone and looks into nothing: a backend of any making that has `POST /test/acts` can be asked. Without an
//! address it starts the mock server and asks that. You will not find a rule here: what is right comes from `contract`.
#![allow(clippy::indexing_slicing, reason = "a JSON value that has no such member is null, never a panic")]
mod caller;
mod papers;
mod rows;

use crate::files;
use anyhow::{Context, bail, ensure};
use caller::{Caller, Sign};
use clap::Args;
use rows::{ROWS, Row};
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};

/// What `conform` can be told.
#[derive(Args)]
pub(crate) struct Options {
    /// The backend's origin, such as <http://localhost:9000>; without it, a mock server of our own
    #[arg(long, value_name = "URL", requires = "token", requires = "other_token")]
    api: Option<String>,
    /// A bearer token of a login that is there for tests
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// The token of another login, who must be told nothing of the first
    #[arg(long, value_name = "TOKEN")]
    other_token: Option<String>,
    /// Only rows whose name begins so: C for core, U uploads, O offline-safe, V certificate
    #[arg(long, value_name = "ROW", default_value = "")]
    only: String,
}

/// Two logins at one backend.
pub(crate) struct Backend {
    api: String,
    one: Sign,
    other: Sign,
    /// Our own, whose clock can be moved so that nobody waits for its limits by the minute.
    office: Option<mock_server::office::Office>,
}

impl Backend {
    /// Somebody's calls.
    pub(crate) fn one(&self) -> Caller {
        Caller::new(&self.api, self.one.clone())
    }

    /// The calls of somebody else.
    pub(crate) fn other(&self) -> Caller {
        Caller::new(&self.api, self.other.clone())
    }

    /// The calls of nobody.
    pub(crate) fn nobody(&self) -> Caller {
        Caller::new(&self.api, Sign::Out)
    }
}

/// How a row went.
enum Outcome {
    Holds,
    Differs(String),
}

/// Asks all rows and prints the report.
///
/// # Errors
/// The backend is not there, or a row differs.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        match (&options.api, &options.token, &options.other_token) {
            (Some(api), Some(one), Some(other)) => {
                let bearer = |token: &str| Sign::Bearer(token.to_owned());
                let api = api.trim_end_matches('/').to_owned();
                report(&Backend { api, one: bearer(one), other: bearer(other), office: None }, &options.only).await
            }
            _ => own(&options.only).await,
        }
    })
}

/// The same against a mock server of our own.
async fn own(only: &str) -> anyhow::Result<()> {
    let data = std::env::temp_dir().join(format!("hc-conform-{}", caller::fresh()));
    let running = mock_server::start(mock_server::Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        data: data.clone(),
        dist: None,
        auto: None,
        forms: files::root().join("forms"),
        origins: Vec::new(),
    })
    .await?;
    let api = format!("http://127.0.0.1:{}", running.addr.port());
    let asked = async {
        let one = sign_in(&running, &api, "+8613800000001").await?;
        let other = sign_in(&running, &api, "+8613800000002").await?;
        report(&Backend { api: api.clone(), one, other, office: Some(running.office.clone()) }, only).await
    };
    let outcome = asked.await;
    running.stop().await;
    std::fs::remove_dir_all(&data)?;
    outcome
}

/// Signs in with the code that the mock server's desk would show.
async fn sign_in(running: &mock_server::Running, api: &str, phone: &str) -> anyhow::Result<Sign> {
    let nobody = Caller::new(api, Sign::Out);
    let sent = nobody.post("/session/code", &json!({ "purpose": "sign-in", "phone": phone })).await?.is(202)?.json()?;
    let messages = running.office.messages(Some(phone), 1).await.ok().context("the messages cannot be read")?;
    let code = messages.into_iter().find_map(|message| message.code).context("no code was sent")?;
    let reply = nobody.post("/session", &json!({ "code_id": sent["code_id"], "code": code })).await?.is(200)?;
    let cookie = reply.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
    ensure!(!cookie.is_empty(), "signing in sets no cookie");
    Ok(Sign::Cookie(cookie))
}

async fn report(backend: &Backend, only: &str) -> anyhow::Result<()> {
    let service = backend.nobody().get("/service").await;
    let service = service.with_context(|| format!("Nobody answers at {}", backend.api))?.is(200)?.json()?;
    println!("{} · {} · levels {}", backend.api, service["name"], service["levels"]);
    ensure!(service["test"] == true, "service.test is not true: without POST /test/acts nobody can play the desk.");
    let mut differs = 0;
    for row in ROWS.iter().filter(|row| row.name.starts_with(only)) {
        if let Some(office) = &backend.office {
            office.let_time_pass(chrono::Duration::minutes(1));
        }
        match ask(row, backend).await {
            Outcome::Holds => println!("holds    {:<4} {}", row.name, row.says),
            Outcome::Differs(why) => {
                differs += 1;
                println!("DIFFERS  {:<4} {}\n         {why}", row.name, row.says);
            }
        }
    }
    if differs > 0 {
        bail!("{differs} rows differ from the contract (docs/contract.md §10).");
    }
    println!("All rows hold.");
    Ok(())
}

async fn ask(row: &Row, backend: &Backend) -> Outcome {
    match (row.check)(backend).await {
        Ok(()) => Outcome::Holds,
        Err(why) => Outcome::Differs(format!("{why:#}")),
    }
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn our_own_backend_conforms() {
        super::own("").await.unwrap();
    }
}
