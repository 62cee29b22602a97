//! `cargo xtask conform`: asks a running backend whether it holds to the contract, row by row of contract.md §10, and says
//! what differs in words that its makers can act on.
//!
//! It speaks HTTP alone and looks into nothing: a backend of any making that has `POST /test/acts` can be asked. Without an
//! address it starts the mock server and asks that. You will not find a rule here: what is right comes from `contract`.
#![allow(clippy::indexing_slicing, reason = "a JSON value that has no such member is null, never a panic")]
mod caller;
mod exchange;
mod papers;
mod report;
mod rows;
mod stream;

use crate::files;
use anyhow::{Context, bail, ensure};
use caller::{Caller, Line, Other, Sign};
use clap::Args;
use exchange::Exchange;
use rows::{ROWS, Row};
use serde_json::{Value as Json, json};
use std::{
    io::Write as _,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    pin::Pin,
    time::Duration,
};

/// What `conform` can be told.
#[derive(Args)]
pub(crate) struct Options {
    /// The backend's origin, such as <https://hc.example.gov.cn>; without it, a mock server of our own
    #[arg(long, value_name = "URL", requires = "token", requires = "other_token")]
    api: Option<String>,
    /// A bearer token of a login that is there for tests
    #[arg(long, value_name = "TOKEN", requires = "api")]
    token: Option<String>,
    /// The token of another login, who must be told nothing of the first
    #[arg(long, value_name = "TOKEN", requires = "api")]
    other_token: Option<String>,
    /// The one-time code that this backend sends to the phone of the first login: always this one, or `ask` to be asked for it
    #[arg(long, value_name = "CODE", requires = "api")]
    code: Option<String>,
    /// Trust this authority too (PEM), where the backend's certificate is not from one that browsers know
    #[arg(long, value_name = "FILE", requires = "api")]
    ca: Option<PathBuf>,
    /// Write what was found into this file, as Markdown that can be handed on
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Wait also for what ends by time alone: a quarter of an hour for a grant, ten minutes for a link
    #[arg(long, requires = "api")]
    patient: bool,
    /// Only rows whose name begins so: C for core, U uploads, O offline-safe, V certificate
    #[arg(long, value_name = "ROW", default_value = "")]
    only: String,
}

/// Two logins at one backend.
pub(crate) struct Backend {
    line: Line,
    one: Sign,
    other: Sign,
    /// What it claims in `service.levels`.
    levels: Vec<String>,
    /// Our own, whose clock can be moved so that nobody waits for its limits by the minute.
    office: Option<mock_server::office::Office>,
    /// How the code in a text message is learnt, if it is.
    codes: Option<Reading>,
    /// Whether what ends after many minutes is waited for.
    patient: bool,
}

/// Learns the code that was sent, of which the backend says this.
type Reading = Box<dyn Fn(Json) -> Pin<Box<dyn Future<Output = anyhow::Result<String>>>>>;

impl Backend {
    /// Somebody's calls.
    pub(crate) fn one(&self) -> Caller {
        self.caller(&self.one)
    }

    /// The calls of somebody else.
    pub(crate) fn other(&self) -> Caller {
        self.caller(&self.other)
    }

    fn caller(&self, sign: &Sign) -> Caller {
        let mut caller = Caller::new(self.line.clone(), sign.clone());
        caller.takes_documents = self.claims("uploads");
        caller
    }

    /// Whether it claims a level.
    pub(crate) fn claims(&self, level: &str) -> bool {
        self.levels.iter().any(|it| it == level)
    }

    /// Between two of a row's many writes: our own backend's minute goes by at once, any other's is waited for.
    pub(crate) fn rest(&self) {
        if let Some(office) = &self.office {
            office.let_time_pass(chrono::Duration::minutes(1));
        }
    }

    /// Before a row begins with what ends only after so many minutes.
    ///
    /// # Errors
    /// `NotAsked`: it is not waited for.
    pub(crate) fn can_wait(&self, minutes: i64) -> anyhow::Result<()> {
        let waits = self.office.is_some() || self.patient;
        let so_long = if minutes > 10 { "it takes a quarter of an hour" } else { "it takes ten minutes" };
        if waits { Ok(()) } else { Err(NotAsked(so_long).into()) }
    }

    /// So many minutes go by: at our own backend at once.
    ///
    /// # Errors
    /// A login is not answered meanwhile.
    pub(crate) async fn wait(&self, minutes: i64) -> anyhow::Result<()> {
        self.can_wait(minutes)?;
        // A session that nobody uses ends.
        self.other().get("/applications").await?.is(200)?;
        match &self.office {
            Some(office) => office.let_time_pass(chrono::Duration::minutes(minutes)),
            None => tokio::time::sleep(chrono::Duration::minutes(minutes).to_std()?).await,
        }
        Ok(())
    }

    /// The code that was sent, as the answer to it says.
    ///
    /// # Errors
    /// `NotAsked`: nobody here reads the text messages of somebody else's backend, unless `--code` tells them.
    pub(crate) async fn code(&self, sent: &Json) -> anyhow::Result<String> {
        let read = self.codes.as_ref().ok_or(NotAsked("the code is in a text message; --code tells it"))?;
        read(sent.clone()).await
    }

    /// The calls of nobody.
    pub(crate) fn nobody(&self) -> Caller {
        Caller::new(self.line.clone(), Sign::Out)
    }
}

/// How a row went.
enum Outcome {
    Holds,
    Differs(Difference),
    /// It could not be asked of this backend.
    NotAsked(&'static str),
}

/// What a backend does otherwise than the contract says.
struct Difference {
    why: String,
    /// The answer that was expected; none where it is the row that says it.
    expected: Option<String>,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.why)
    }
}

/// A row that was asked, with all that was said.
struct Asked {
    row: &'static Row,
    outcome: Outcome,
    exchanges: Vec<Exchange>,
}

/// A row that cannot be asked of this backend, and why. It is said, and counts for nothing.
#[derive(Debug)]
pub(crate) struct NotAsked(pub(crate) &'static str);

impl std::fmt::Display for NotAsked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for NotAsked {}

/// The levels of contract.md §10, each with the letter of its rows. Each contains those before it.
const LEVELS: [(&str, char); 4] = [("core", 'C'), ("uploads", 'U'), ("offline-safe", 'O'), ("certificate", 'V')];

/// The rows to ask: those of the levels that are claimed, narrowed by their names.
fn chosen(only: &str, levels: &[String]) -> anyhow::Result<Vec<&'static Row>> {
    let claims = |level: &str| levels.iter().any(|it| it == level);
    let unknown = levels.iter().find(|level| LEVELS.iter().all(|(known, _)| known != level));
    ensure!(
        unknown.is_none(),
        "service.levels has a level that the contract does not: {}",
        unknown.cloned().unwrap_or_default()
    );
    let claimed: Vec<char> = LEVELS.iter().take_while(|(level, _)| claims(level)).map(|(_, letter)| *letter).collect();
    ensure!(
        claimed.len() == levels.len() && !claimed.is_empty(),
        "service.levels is {levels:?}: it begins with core, and each level contains those before it (docs/contract.md §10)."
    );
    let named: Vec<&Row> = ROWS.iter().filter(|row| row.name.starts_with(only)).collect();
    ensure!(
        !named.is_empty(),
        "No row's name begins with {only}. Rows are named as in docs/contract.md §10, C1 to V6."
    );
    let asked: Vec<&Row> = named.into_iter().filter(|row| row.name.starts_with(claimed.as_slice())).collect();
    ensure!(!asked.is_empty(), "The rows {only} are of a level that this backend does not claim: {levels:?}.");
    Ok(asked)
}

/// Asks all rows, prints how they went, and writes the report.
///
/// # Errors
/// The backend is not there, or a row differs.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let (only, file) = (options.only.as_str(), options.report.as_deref());
    if let Some(file) = file {
        // What stands there from another time is not taken for what is found now.
        std::fs::write(file, "").with_context(|| format!("{} cannot be written", file.display()))?;
    }
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        match (&options.api, &options.token, &options.other_token) {
            (Some(api), Some(one), Some(other)) => {
                let bearer = |token: &str| Sign::Bearer(token.to_owned());
                let line = Line::to(client(options.ca.as_deref(), SILENCE)?.build()?, api);
                let codes = options.code.clone().map(told);
                let (one, other, patient) = (bearer(one), bearer(other), options.patient);
                let backend = Backend { line, one, other, levels: Vec::new(), office: None, codes, patient };
                look(backend, only, file).await
            }
            _ => own(only, file).await,
        }
    })
}

/// A backend that says nothing for so long has not answered: news say something each 20 seconds.
const SILENCE: Duration = Duration::from_mins(1);

/// What speaks HTTP for us, and waits so long for the next word; it trusts the authorities that browsers know, and this one.
fn client(authority: Option<&Path>, silence: Duration) -> anyhow::Result<reqwest::ClientBuilder> {
    let mut client = reqwest::Client::builder().connect_timeout(Duration::from_secs(10)).read_timeout(silence);
    if let Some(file) = authority {
        let cannot = || format!("{} cannot be read as a certificate (PEM)", file.display());
        let all = reqwest::Certificate::from_pem_bundle(&std::fs::read(file).with_context(cannot)?);
        let all = all.with_context(cannot)?;
        ensure!(!all.is_empty(), "{}", cannot());
        client = all.into_iter().fold(client, reqwest::ClientBuilder::add_root_certificate);
    }
    Ok(client)
}

/// The code that is always sent, or the one that somebody reads on a phone and types.
fn told(code: String) -> Reading {
    Box::new(move |sent| {
        let code = code.clone();
        Box::pin(async move { if code == "ask" { asked_at_terminal(&sent) } else { Ok(code) } })
    })
}

/// Nothing else goes on meanwhile.
fn asked_at_terminal(sent: &Json) -> anyhow::Result<String> {
    print!("         A code was sent to {}. It is: ", sent["sent_to"].as_str().unwrap_or("the phone"));
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let code = line.trim().to_owned();
    ensure!(!code.is_empty(), "no code was typed");
    Ok(code)
}

/// The newest code among the messages of our own office.
fn from_messages(office: mock_server::office::Office) -> Reading {
    Box::new(move |_| {
        let office = office.clone();
        Box::pin(async move {
            let messages = office.messages(None, 20).await.ok().context("the messages cannot be read")?;
            messages.into_iter().find_map(|message| message.code).context("no code was sent")
        })
    })
}

/// The same against a mock server of our own.
async fn own(only: &str, file: Option<&Path>) -> anyhow::Result<()> {
    with_own(&files::root().join("forms"), async |backend| look(backend, only, file).await).await?
}

/// Starts a mock server of our own that asks with these forms, with two people signed in, and takes it down again whatever was
/// found there.
async fn with_own<T>(forms: &Path, ask: impl AsyncFnOnce(Backend) -> T) -> anyhow::Result<T> {
    let data = std::env::temp_dir().join(format!("hc-conform-{}", caller::fresh()));
    let running = mock_server::start(mock_server::Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        data: data.clone(),
        dist: None,
        auto: None,
        forms: forms.to_owned(),
        origins: Vec::new(),
    })
    .await?;
    let asked = async {
        // On this machine: whatever proxy there is knows nothing of it.
        let http = client(None, SILENCE)?.no_proxy().build()?;
        let line = Line::to(http, &format!("http://127.0.0.1:{}", running.addr.port()));
        let one = sign_in(&running, &line, "+8613800000001").await?;
        let other = sign_in(&running, &line, "+8613800000002").await?;
        let (office, codes) = (Some(running.office.clone()), Some(from_messages(running.office.clone())));
        let levels = Vec::new();
        Ok(ask(Backend { line, one, other, levels, office, codes, patient: false }).await)
    };
    let outcome = asked.await;
    running.stop().await;
    std::fs::remove_dir_all(&data)?;
    outcome
}

/// Signs in with the code that the mock server's desk would show.
async fn sign_in(running: &mock_server::Running, line: &Line, phone: &str) -> anyhow::Result<Sign> {
    let nobody = Caller::new(line.clone(), Sign::Out);
    let sent = nobody.post("/session/code", &json!({ "purpose": "sign-in", "phone": phone })).await?.is(202)?.json()?;
    let messages = running.office.messages(Some(phone), 1).await.ok().context("the messages cannot be read")?;
    let code = messages.into_iter().find_map(|message| message.code).context("no code was sent")?;
    let reply = nobody.post("/session", &json!({ "code_id": sent["code_id"], "code": code })).await?.is(200)?;
    let cookie = reply.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
    ensure!(!cookie.is_empty(), "signing in sets no cookie");
    Ok(Sign::Cookie(cookie))
}

/// Asks all rows that are wanted.
async fn look(mut backend: Backend, only: &str, file: Option<&Path>) -> anyhow::Result<()> {
    let service = backend.nobody().get("/service").await;
    let service = service.with_context(|| format!("Nobody answers at {}", backend.line.api))?.is(200)?;
    let (at, service) = (service.header("date").to_owned(), service.json()?);
    println!("{} · {} · levels {}", backend.line.api, service["name"], service["levels"]);
    ensure!(service["test"] == true, "service.test is not true: without POST /test/acts nobody can play the desk.");
    let levels = service["levels"].as_array().into_iter().flatten().filter_map(Json::as_str);
    backend.levels = levels.map(str::to_owned).collect();
    let (mut asked, mut differs, mut unasked) = (Vec::new(), 0, 0);
    for row in chosen(only, &backend.levels)? {
        let outcome = ask(row, &backend).await;
        match &outcome {
            Outcome::NotAsked(why) => {
                unasked += 1;
                println!("-        {:<4} {}\n         not asked: {why}", row.name, row.says);
            }
            Outcome::Holds => println!("holds    {:<4} {}", row.name, row.says),
            Outcome::Differs(why) => {
                differs += 1;
                println!("DIFFERS  {:<4} {}\n         {why}", row.name, row.says);
            }
        }
        asked.push(Asked { row, outcome, exchanges: backend.line.said.take() });
    }
    if let Some(file) = file {
        let word = |name: &str| service[name].as_str().unwrap_or_default().to_owned();
        let about = report::About {
            api: backend.line.api.clone(),
            name: word("name"),
            version: word("api"),
            levels: backend.levels.clone(),
            at,
        };
        std::fs::write(file, report::markdown(&about, &asked))
            .with_context(|| format!("{} cannot be written", file.display()))?;
        println!("What was found is in {}.", file.display());
    }
    if differs > 0 {
        bail!("{differs} rows differ from the contract (docs/contract.md §10).");
    }
    match unasked {
        0 => println!("All rows hold."),
        _ => println!("All rows hold that could be asked; {unasked} could not."),
    }
    Ok(())
}

/// Asks a row. What is said for it begins anew, and a minute has gone by since the one before.
async fn ask(row: &Row, backend: &Backend) -> Outcome {
    backend.rest();
    backend.line.said.take();
    let Err(why) = (row.check)(backend).await else { return Outcome::Holds };
    if let Some(NotAsked(why)) = why.downcast_ref() {
        return Outcome::NotAsked(why);
    }
    let expected = why.downcast_ref::<Other>().map(|other| other.expected.clone());
    Outcome::Differs(Difference { why: format!("{why:#}"), expected })
}

#[cfg(test)]
mod tests;
