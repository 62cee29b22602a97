//! A small, complete, stateful backend for development and tests, with the reviewer's desk. Not a production service.
//!
//! `office` is the whole domain without HTTP, `http` is the contract's calls over it, `desk` the pages of the people who decide,
//! `store` is the database.
pub mod desk;
pub mod faults;
mod http;
pub mod issue;
pub mod office;
pub mod site;
pub mod store;

use anyhow::Context as _;
use issue::FontReport;
use office::Office;
use std::{
    io::ErrorKind,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};
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
    /// The desk acts by itself after this time, for demonstrations.
    pub auto: Option<Duration>,
    /// The folder of the questionnaires, sites and examination profiles.
    pub forms: PathBuf,
    /// The exact origins whose pages may call the API with a person's cookie.
    pub origins: Vec<String>,
}

/// A server that runs until it is stopped.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The office behind it, for tests that play the desk.
    pub office: Office,
    stop: oneshot::Sender<()>,
    tasks: Vec<JoinHandle<()>>,
    server: JoinHandle<()>,
}

/// How long open answers may take once the server is to stop.
const PATIENCE: Duration = Duration::from_secs(3);

impl Running {
    /// Stops listening, waits until open answers are given and everything is written.
    pub async fn stop(self) {
        self.office.say_goodbye();
        if self.stop.send(()).is_ok() && tokio::time::timeout(PATIENCE, self.server).await.is_err() {
            eprintln!("Some connections did not end in time.");
        }
        for task in self.tasks {
            task.abort();
        }
        self.office.store.close().await;
    }
}

/// Why nothing can listen at a port, and what to do, in one sentence.
pub fn cannot_listen(port: u16, why: &std::io::Error) -> String {
    match why.kind() {
        ErrorKind::AddrInUse => format!("Port {port} cannot be used: something else listens there."),
        ErrorKind::PermissionDenied => {
            format!("Port {port} cannot be used: this account may not listen there (below 1024 most may not).")
        }
        _ => format!("Port {port} cannot be used: {why}."),
    }
}

/// Starts a server in this process.
///
/// # Errors
/// The port is in use, or the data folder or the forms cannot be read.
pub async fn start(config: Config) -> anyhow::Result<Running> {
    std::fs::create_dir_all(&config.data)
        .with_context(|| format!("The folder {} cannot be made", config.data.display()))?;
    let listener = TcpListener::bind(config.listen).await;
    let listener = listener.map_err(|why| anyhow::anyhow!(cannot_listen(config.listen.port(), &why)))?;
    let addr = listener.local_addr()?;
    let office = Office::open(&config, issuer_of(&config.data, addr)?).await?;
    let app = http::app(&office, &config).into_make_service_with_connect_info::<SocketAddr>();
    let (stop, stopped) = oneshot::channel();
    let server = tokio::spawn(async move {
        let quiet = async { stopped.await.unwrap_or_default() };
        if let Err(why) = axum::serve(listener, app).with_graceful_shutdown(quiet).await {
            eprintln!("The server on {addr} stopped: {why}");
        }
    });
    let mut tasks = vec![tokio::spawn(office.clone().keep_time())];
    // Reading all fonts takes a second or two; nobody waits for it.
    tasks.push(tokio::task::spawn_blocking(say_missing_fonts));
    tasks.extend(config.auto.map(|every| tokio::spawn(desk::auto::run(office.clone(), every))));
    Ok(Running { addr, office, stop, tasks, server })
}

/// What the office calls itself in all that it issues: by where it first was. Codes are printed, so it keeps this name at any
/// other port too; whoever reaches it asks for its keys where it is now.
fn issuer_of(data: &Path, addr: SocketAddr) -> anyhow::Result<String> {
    let kept = data.join("issuer.txt");
    match std::fs::read_to_string(&kept) {
        Ok(issuer) => Ok(issuer.trim().to_owned()),
        Err(why) if why.kind() == ErrorKind::NotFound => {
            let issuer = format!("http://localhost:{}", addr.port());
            std::fs::write(&kept, &issuer).with_context(|| format!("{} cannot be written", kept.display()))?;
            Ok(issuer)
        }
        Err(why) => Err(why).with_context(|| format!("{} cannot be read", kept.display())),
    }
}

/// A certificate is made with what fonts there are, so a machine without them is told so at the start.
fn say_missing_fonts() {
    match issue::font_report() {
        FontReport::Complete => {}
        FontReport::NoRareCharacters => eprintln!(
            "Fonts: rare characters of names cannot be printed on certificates here. Debian: apt install fonts-hanazono"
        ),
        FontReport::NoChinese => eprintln!(
            "Fonts: no Chinese font is installed, so certificates are printed without their text. Debian: apt install fonts-noto-cjk fonts-hanazono"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_a_port_cannot_be_used_is_said_as_it_is() {
        for (kind, said) in [
            (ErrorKind::AddrInUse, "something else listens"),
            (ErrorKind::PermissionDenied, "may not listen"),
            (ErrorKind::AddrNotAvailable, "address not available"),
        ] {
            let sentence = cannot_listen(80, &kind.into());
            assert!(sentence.contains("Port 80") && sentence.contains(said), "{sentence}");
        }
    }
}
