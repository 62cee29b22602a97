//! `cargo xtask run`: everything a person needs to look at the product, on two ports.
use crate::{
    build::{self, Profile},
    demo, files, form, tools,
};
use anyhow::{Context, anyhow};
use clap::Args;
use std::{
    fs,
    io::ErrorKind,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    time::Duration,
};

/// What `run` can be told.
#[derive(Args)]
pub(crate) struct Options {
    /// The app, its desk and its API listen here; the demo of somebody else's website on the next port
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Where the server keeps what it knows; delete the folder to begin afresh
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// The desk acts by itself after this many seconds, so that one person can see the whole way
    #[arg(long, value_name = "SECONDS")]
    auto: Option<u64>,
    /// Serve this questionnaire (FHIR R4 Questionnaire, JSON) in the place of the bundled one
    #[arg(long, value_name = "FILE")]
    form: Option<PathBuf>,
    /// The build as it ships; the first time takes some minutes
    #[arg(long)]
    release: bool,
    /// Build again whenever a file changes
    #[arg(long)]
    watch: bool,
}

/// Builds, starts and serves until Ctrl+C.
///
/// # Errors
/// One sentence that says what is in the way.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let port = options.port;
    let next = port.checked_add(1).context("The port must be below 65535: the demo takes the next one.")?;
    for port in [port, next] {
        free(port)?;
    }
    let forms = forms(options)?;
    let profile = Profile::from(options.release);
    build::build(profile)?;
    let mut watcher = options.watch.then(|| build::trunk("watch", profile).spawn()).transpose()?;

    let config = mock_server::Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        data: files::root().join(&options.data),
        dist: Some(profile.dist()),
        forms,
        auto: options.auto.map(Duration::from_secs),
        origins: vec![format!("http://localhost:{next}"), format!("http://127.0.0.1:{next}")],
    };
    let served = tokio::runtime::Runtime::new()?.block_on(serve(config, next));
    if let Some(watcher) = &mut watcher {
        watcher.kill()?;
        watcher.wait()?;
    }
    served
}

async fn serve(config: mock_server::Config, next: u16) -> anyhow::Result<()> {
    let app = format!("http://localhost:{}", config.listen.port());
    let data = config.data.clone();
    let running = mock_server::start(config).await?;
    let pages = files::root().join("tests/fixtures/host");
    let demo = demo::start(SocketAddr::from((Ipv4Addr::LOCALHOST, next)), &pages, &app).await?;
    println!(
        "\n  The app     {app}/\n  The desk    {app}/desk   (codes of the text messages are read there)\n  The API     {app}/openapi.json\n  \
         The demo    {}/   (somebody else's website with the app in it)\n\n  \
         What the server knows is in {}. Stop with Ctrl+C.\n",
        demo.origin,
        data.display()
    );
    tokio::signal::ctrl_c().await?;
    println!();
    drop(demo);
    // Open event streams do not end by themselves.
    match tokio::time::timeout(Duration::from_secs(2), running.stop()).await {
        Ok(()) | Err(_) => Ok(()),
    }
}

fn free(port: u16) -> anyhow::Result<()> {
    // A browser that is led to localhost may try the newer protocol first; a machine without it has nobody there.
    let newer = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).map(drop);
    let newer = newer.or_else(|why| if why.kind() == ErrorKind::AddrInUse { Err(why) } else { Ok(()) });
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map(drop).and(newer).map_err(|why| {
        let why = mock_server::cannot_listen(port, &why);
        anyhow!("{why} Choose another with --port N (N and N+1 must be free).")
    })
}

/// Copies the folder of the forms, with this questionnaire in the place of ours.
fn with_form(ours: &Path, bytes: &[u8], copy: &Path) -> anyhow::Result<()> {
    let text = String::from_utf8_lossy(bytes);
    let mut json: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))?;
    if let Some(members) = json.as_object_mut() {
        // The office knows its form by this name. Whatever was changed makes another version: what was sent under the one
        // before is read under that one.
        members.insert("id".into(), contract::api::APPLICATION_FORM.into());
        let said = members.get("version").and_then(serde_json::Value::as_str).unwrap_or("1").to_owned();
        let hash = mock_server::office::sha256_hex(bytes);
        members.insert("version".into(), format!("{said}-{}", hash.get(..8).unwrap_or_default()).into());
    }
    if copy.exists() {
        fs::remove_dir_all(copy)?;
    }
    fs::create_dir_all(copy)?;
    for entry in fs::read_dir(ours)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        // Versions of our own form would stand beside it, and one of them might be newer.
        let is_version = name.to_string_lossy().starts_with("health-certificate.");
        if path.extension().is_some_and(|it| it == "json") && !is_version {
            fs::copy(&path, copy.join(name))?;
        }
    }
    Ok(fs::write(copy.join("health-certificate.questionnaire.json"), json.to_string())?)
}

/// The folder of the forms, or a copy of it with another questionnaire in the place of ours.
fn forms(options: &Options) -> anyhow::Result<PathBuf> {
    let ours = files::root().join("forms");
    let Some(file) = &options.form else {
        return Ok(ours);
    };
    let bytes = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    form::load(&bytes).map_err(|why| anyhow!("{}: {why}", file.display()))?;
    let copy = files::target().join("xtask/forms");
    with_form(&ours, &bytes, &copy)?;
    tools::say(&format!("serving {} as the form", file.display()));
    Ok(copy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_of_ones_own_stands_alone_whatever_the_folders_are_called_and_each_change_is_a_version() {
        let folder = std::env::temp_dir().join(format!("hc-run-{}/health-certificate.git", std::process::id()));
        let (ours, copy) = (folder.join("forms"), folder.join("copy"));
        fs::create_dir_all(&ours).unwrap();
        for name in ["sites.json", "report.questionnaire.json", "health-certificate.v0.questionnaire.json", "README.md"]
        {
            fs::write(ours.join(name), "{}").unwrap();
        }
        let served = |text: &str| -> serde_json::Value {
            with_form(&ours, text.as_bytes(), &copy).unwrap();
            serde_json::from_slice(&fs::read(copy.join("health-certificate.questionnaire.json")).unwrap()).unwrap()
        };
        let first = served(r#"{"id": "mine", "version": "3", "title": "One"}"#);
        let mut names: Vec<String> =
            fs::read_dir(&copy).unwrap().map(|it| it.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        assert_eq!(names, ["health-certificate.questionnaire.json", "report.questionnaire.json", "sites.json"]);
        assert_eq!((&first["id"], &first["title"]), (&"health-certificate".into(), &"One".into()));
        let version = |json: &serde_json::Value| json["version"].as_str().unwrap().to_owned();
        assert!(version(&first).starts_with("3-"));
        assert_eq!(version(&served(r#"{"id": "mine", "version": "3", "title": "One"}"#)), version(&first));
        assert_ne!(version(&served(r#"{"id": "mine", "version": "3", "title": "Two"}"#)), version(&first));
        assert!(version(&served("\u{feff}{}")).starts_with("1-"));
        fs::remove_dir_all(folder.parent().unwrap()).unwrap();
    }
}
