//! A mock server of its own for each journey, with its own folder, and what only the office knows.
use crate::{
    browser::Browser,
    engine::{Engine, Screen},
    fixtures::Files,
    host::{self, Host},
    person::Person,
};
use anyhow::{Context, anyhow, ensure};
use contract::examination::{Entry, Item, ItemValue, Person as Examined, Sex, observe};
use mock_server::{
    Config, Running,
    office::{By, Fault, Listed, Office, OfficeAct, QueueRow, Recording},
};
use serde_json::Value;
use std::{
    cell::RefCell,
    fs,
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
    forms: RefCell<PathBuf>,
    data: TempDir,
    port: u16,
    running: RefCell<Option<Running>>,
    host: Host,
    expects: &'static [&'static str],
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
        let (dist, forms) = (dist.to_owned(), RefCell::new(root().join("forms")));
        let house = Self { engine, files, dist, forms, data, port, running: RefCell::default(), host, expects: &[] };
        house.start().await?;
        Ok(house)
    }

    /// The same, where pages may have these errors: parts of their words.
    #[must_use]
    pub fn expecting(self, expects: &'static [&'static str]) -> Self {
        Self { expects, ..self }
    }

    /// Starts the server again, on the same port and the same folder.
    pub async fn start(&self) -> anyhow::Result<()> {
        let config = Config {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)),
            data: self.data.path().to_owned(),
            dist: Some(self.dist.clone()),
            forms: self.forms.borrow().clone(),
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

    /// Opens again as a smaller office: every time has so many places.
    pub async fn has_places_a_time(&self, places: u32) -> anyhow::Result<()> {
        self.stop().await;
        let forms = self.copied_forms()?;
        let mut sites: Value = serde_json::from_slice(&fs::read(forms.join("sites.json"))?)?;
        for site in sites.get_mut("sites").and_then(Value::as_array_mut).into_iter().flatten() {
            for pattern in site.get_mut("slotPattern").and_then(Value::as_array_mut).into_iter().flatten() {
                pattern["capacity"] = places.into();
            }
        }
        fs::write(forms.join("sites.json"), sites.to_string())?;
        self.forms.replace(forms);
        self.start().await
    }

    /// Opens again with so many more questions about the work, which nobody has to answer.
    pub async fn asks_more(&self, questions: usize) -> anyhow::Result<()> {
        let path = root().join("forms/health-certificate.questionnaire.json");
        let mut form: Value = serde_json::from_slice(&fs::read(path)?)?;
        let steps = form.get_mut("item").and_then(Value::as_array_mut).context("no steps")?;
        let work = steps.iter_mut().find(|step| step["linkId"] == "work").context("no step of the work")?;
        let items = work.get_mut("item").and_then(Value::as_array_mut).context("an empty step")?;
        for n in 0..questions {
            let text = format!("示例问题 {n}");
            items.push(serde_json::json!({ "linkId": format!("work.more.{n}"), "type": "string", "text": text }));
        }
        always_asked(&mut form, "documents.employment");
        self.asks(&[form]).await
    }

    /// Opens again with other files of the certificate's form: each is JSON, and the newest version is the one that is asked.
    pub async fn asks(&self, questionnaires: &[Value]) -> anyhow::Result<()> {
        self.stop().await;
        let forms = self.copied_forms()?;
        for entry in fs::read_dir(&forms)?.flatten() {
            if entry.file_name().to_string_lossy().starts_with("health-certificate.") {
                fs::remove_file(entry.path())?;
            }
        }
        for (number, questionnaire) in questionnaires.iter().enumerate() {
            let mut form = questionnaire.clone();
            // The office knows its form by this name.
            form["id"] = "health-certificate".into();
            fs::write(forms.join(format!("health-certificate.{number}.questionnaire.json")), form.to_string())?;
        }
        self.forms.replace(forms);
        self.start().await
    }

    /// A copy of the forms that this house may change.
    fn copied_forms(&self) -> anyhow::Result<PathBuf> {
        // Beside what the server keeps of each form that it ever served.
        let forms = self.data.path().join("forms-of-the-house");
        fs::create_dir_all(&forms)?;
        for entry in fs::read_dir(root().join("forms"))?.flatten().filter(|entry| entry.path().is_file()) {
            fs::copy(entry.path(), forms.join(entry.file_name()))?;
        }
        Ok(forms)
    }

    /// Every file that the server keeps of what people sent.
    pub fn kept_files(&self) -> anyhow::Result<Vec<PathBuf>> {
        let (mut folders, mut files) = (vec![self.data.path().join("files")], vec![]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        ensure!(!files.is_empty(), "the server keeps no file");
        Ok(files)
    }

    /// The office behind the server.
    pub fn office(&self) -> anyhow::Result<Office> {
        self.running.borrow().as_ref().map(|running| running.office.clone()).context("the server is stopped")
    }

    /// All that was submitted.
    pub async fn submitted(&self) -> anyhow::Result<Vec<QueueRow>> {
        self.office()?.queue(Listed::Submitted).await.map_err(refused)
    }

    /// The office does something.
    pub async fn act(&self, application: &str, act: OfficeAct) -> anyhow::Result<()> {
        self.office()?.act(application, By(CLERK), act).await.map(drop).map_err(refused)
    }

    /// The office reviews and accepts.
    pub async fn accept(&self, application: &str) -> anyhow::Result<()> {
        self.act(application, OfficeAct::Begin).await?;
        self.act(application, OfficeAct::Accept { category: None }).await
    }

    /// The examiner writes down what is found in a healthy man who handles food.
    pub async fn record_normal(&self, application: &str) -> anyhow::Result<()> {
        let office = self.office()?;
        let profiles = &office.catalogue.examination;
        let profile = profiles.for_category("food-sale").context("no profile")?;
        let (person, day) = (Examined { sex: Some(Sex::Male), age: Some(36) }, office.now().date_naive());
        let usual = |item: &Item| match &item.value {
            ItemValue::CodeableConcept { values, .. } => {
                values.first().map(|value| Entry::Finding { code: value.code.clone(), text: None })
            }
            ItemValue::Quantity { .. } => Some(Entry::Number(23.0)),
            ItemValue::Components { .. } => None,
        };
        let found = profiles.items_of(profile).filter_map(|(_, item)| Some(observe(item, &usual(item)?, person, day)));
        office
            .record_results(application, CLERK, Recording { observations: found.collect(), ..Recording::default() })
            .await
            .map(drop)
            .map_err(refused)
    }

    /// The code of the last text message to a phone.
    pub async fn code_for(&self, phone: &str) -> anyhow::Result<String> {
        let messages = self.office()?.messages(Some(phone), 20).await.map_err(refused)?;
        messages.into_iter().find_map(|message| message.code).with_context(|| format!("no code was sent to {phone}"))
    }

    /// The build that is served.
    pub fn dist(&self) -> &Path {
        &self.dist
    }

    /// Where the app is.
    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// An empty page on an origin of its own, which lets any page stand in its frames.
    pub(crate) async fn empty_page(&self) -> anyhow::Result<String> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let origin = format!("http://localhost:{}", listener.local_addr()?.port());
        let page =
            axum::Router::new().fallback(|| async { axum::response::Html("<!doctype html><title>示例</title>") });
        tokio::spawn(async move { axum::serve(listener, page).await });
        Ok(origin)
    }

    /// Where somebody else's website with the app in it is.
    pub fn host(&self) -> &str {
        &self.host.origin
    }

    /// A phone that has never been here.
    pub async fn phone(&self) -> anyhow::Result<Browser> {
        Ok(Browser::open(self.engine, Screen::PHONE).await?.expecting(self.expects))
    }

    /// The computer of somebody who works here.
    pub async fn computer(&self) -> anyhow::Result<Browser> {
        Ok(Browser::open(self.engine, Screen::WIDE).await?.expecting(self.expects))
    }

    /// A person in front of a browser.
    pub fn person<'a>(&self, browser: &'a Browser) -> Person<'a> {
        Person::new(browser, &self.origin())
    }
}

/// Items of this name and below are asked of everybody.
fn always_asked(item: &mut Value, name: &str) {
    if item["linkId"].as_str().is_some_and(|link| link.starts_with(name))
        && let Some(item) = item.as_object_mut()
    {
        item.remove("enableWhen");
    }
    for inner in item.get_mut("item").and_then(Value::as_array_mut).into_iter().flatten() {
        always_asked(inner, name);
    }
}

/// What the office says no with.
pub fn refused(fault: Fault) -> anyhow::Error {
    anyhow!("the office: {fault:?}")
}

async fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?.local_addr()?.port())
}
