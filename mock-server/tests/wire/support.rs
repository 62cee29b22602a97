//! A server of its own for each test, and a phone that talks to it as the app does.
pub(crate) use crate::samples::{
    DOCUMENTS, attachment, cook, id_number, id_number_of_a_woman, jpeg, metadata, only, pdf, pdf_with, remove, set,
    sha256,
};
use mock_server::{Config, Running, start};
use reqwest::{Method, Response, header::HeaderMap};
use serde_json::{Value as Json, json};
use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

/// A server with a data folder that lives as long as the test.
pub(crate) struct Server {
    running: Option<Running>,
    folder: PathBuf,
    pub(crate) base: String,
}

pub(crate) fn forms() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../forms")
}

/// Our forms in another folder, those with a name that is kept.
fn copied(to: &Path, keeps: impl Fn(&str) -> bool) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(forms()).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        if keeps(&entry.file_name().to_string_lossy()) {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

pub(crate) const HOST_PAGE: &str = "https://city.example";

fn config(folder: &Path, port: u16) -> Config {
    Config {
        listen: ([127, 0, 0, 1], port).into(),
        data: folder.into(),
        dist: None,
        auto: None,
        forms: forms(),
        origins: vec![HOST_PAGE.into()],
    }
}

impl Server {
    pub(crate) async fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("hc-wire-{}", uuid::Uuid::new_v4()));
        let running = start(config(&folder, 0)).await.unwrap();
        let base = format!("http://127.0.0.1:{}", running.addr.port());
        Self { running: Some(running), folder, base }
    }

    /// An office whose certificate's form has these versions, each of them still taken.
    pub(crate) async fn asking(versions: &[Json]) -> Self {
        let folder = std::env::temp_dir().join(format!("hc-wire-{}", uuid::Uuid::new_v4()));
        let asked = folder.join("other-forms");
        copied(&asked, |name| !name.starts_with("health-certificate."));
        for (n, version) in versions.iter().enumerate() {
            let mut form = version.clone();
            let replaces = "http://hl7.org/fhir/StructureDefinition/replaces";
            form["id"] = json!("health-certificate");
            form["version"] = json!(format!("{n:05}"));
            form["extension"] = match n.checked_sub(1) {
                Some(before) => json!([{"url": replaces, "valueCanonical": format!("small|{before:05}")}]),
                None => json!([]),
            };
            std::fs::write(asked.join(format!("health-certificate.{n}.questionnaire.json")), form.to_string()).unwrap();
        }
        let running = start(Config { forms: asked, ..config(&folder, 0) }).await.unwrap();
        let base = format!("http://127.0.0.1:{}", running.addr.port());
        Self { running: Some(running), folder, base }
    }

    /// Stops and starts again on the same folder and port.
    pub(crate) async fn restart(&mut self) {
        self.restart_on(forms()).await;
    }

    /// Stops and starts again on the same folder and another port.
    pub(crate) async fn restart_elsewhere(&mut self) {
        let running = self.running.take().unwrap();
        // Taken, so that the same one is not given again.
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        running.stop().await;
        drop(taken);
        let running = start(config(&self.folder, 0)).await.unwrap();
        self.base = format!("http://127.0.0.1:{}", running.addr.port());
        self.running = Some(running);
    }

    async fn restart_on(&mut self, forms: PathBuf) {
        let running = self.running.take().unwrap();
        let port = running.addr.port();
        running.stop().await;
        self.running = Some(start(Config { forms, ..config(&self.folder, port) }).await.unwrap());
    }

    /// Starts again on the same folder with only this form of the certificate.
    pub(crate) async fn restart_with(&mut self, form: &Json) {
        let asked = self.folder.join("forms-of-another");
        copied(&asked, |name| !name.starts_with("health-certificate."));
        std::fs::write(asked.join("health-certificate.questionnaire.json"), form.to_string()).unwrap();
        self.restart_on(asked).await;
    }

    /// Starts again as an office that takes the newest form alone.
    pub(crate) async fn restart_without_older_forms(&mut self) {
        let forms = self.folder.join("newer-forms");
        copied(&forms, |_| true);
        let newest = forms.join("health-certificate.questionnaire.json");
        let mut form: Json = serde_json::from_slice(&std::fs::read(&newest).unwrap()).unwrap();
        let said = form["extension"].as_array_mut().unwrap();
        said.retain(|extension| !extension["url"].as_str().unwrap().ends_with("/replaces"));
        std::fs::write(newest, form.to_string()).unwrap();
        self.restart_on(forms).await;
    }

    pub(crate) fn office(&self) -> &mock_server::office::Office {
        &self.running.as_ref().unwrap().office
    }

    /// A phone that nobody is signed in on.
    pub(crate) fn phone(&self) -> Phone {
        // On this machine: whatever proxy there is knows nothing of it.
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Phone { http, base: self.base.clone(), cookie: None, number: String::new() }
    }

    /// A phone on which a person of their own is signed in.
    pub(crate) async fn signed_in(&self) -> Phone {
        let mut phone = self.phone();
        phone.sign_in(self, &fresh_number()).await;
        phone
    }

    /// Every file kept of an application's documents: their names below the application's folder.
    pub(crate) fn kept_of(&self, application: &str) -> Vec<String> {
        let folder = self.folder.join("files/documents").join(application);
        let documents = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let files = documents.flat_map(|document| std::fs::read_dir(document.path()).into_iter().flatten().flatten());
        files.map(|file| file.path().display().to_string()).collect()
    }

    /// How many bytes the database has, with what was written since it was last tidied.
    pub(crate) fn size(&self) -> u64 {
        let all = std::fs::read_dir(&self.folder).unwrap().flatten().filter(|entry| entry.path().is_file());
        all.map(|file| file.metadata().unwrap().len()).sum()
    }

    /// Where uploads and documents lie.
    pub(crate) fn files(&self) -> PathBuf {
        self.folder.join("files")
    }

    /// The bytes of a document as they came.
    pub(crate) fn original(&self, application: &str, document: &str) -> Vec<u8> {
        std::fs::read(self.folder.join(format!("files/documents/{application}/{document}/original"))).unwrap()
    }

    /// The newest code sent to a telephone, as the desk reads it.
    pub(crate) async fn code_for(&self, number: &str) -> String {
        let messages = self.office().messages(Some(number), 20).await.unwrap();
        messages.into_iter().find_map(|message| message.code).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

/// A sample telephone that no other test uses.
pub(crate) fn fresh_number() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("+86138{:08}", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn key() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    async fn of(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.unwrap_or_default().to_vec();
        Self { status, headers, body }
    }

    pub(crate) fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
    }

    /// The slug of a problem, or the status where there is none.
    pub(crate) fn slug(&self) -> String {
        let json: Json = serde_json::from_slice(&self.body).unwrap_or_default();
        let kind = json["type"].as_str().unwrap_or_default();
        kind.rsplit_once("/problems/").map_or_else(|| self.status.to_string(), |(_, slug)| slug.to_owned())
    }

    pub(crate) fn header(&self, name: &str) -> String {
        self.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }
}

/// A phone with its cookie.
#[derive(Clone)]
pub(crate) struct Phone {
    http: reqwest::Client,
    pub(crate) base: String,
    pub(crate) cookie: Option<String>,
    pub(crate) number: String,
}

impl Phone {
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let whole =
            ["/.well-known", "/status-lists", "/openapi.json", "/api/"].iter().any(|root| path.starts_with(root));
        let url = format!("{}{}{path}", self.base, if whole { "" } else { "/api/v1" });
        let mut request = self.http.request(method.clone(), url);
        if method != Method::GET && method != Method::HEAD {
            request = request.header("X-HC-Request", "1");
        }
        if let Some(cookie) = &self.cookie {
            request = request.header("Cookie", cookie);
        }
        request
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        Reply::of(request.send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Json) -> Reply {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send(self.request(Method::DELETE, path)).await
    }

    pub(crate) async fn post(&self, path: &str, key: &str, body: &Json) -> Reply {
        self.send(self.request(Method::POST, path).header("Idempotency-Key", key).json(body)).await
    }

    pub(crate) async fn sign_in(&mut self, server: &Server, number: &str) {
        let asked = json!({ "purpose": "sign-in", "phone": number });
        let sent = self.post("/session/code", &key(), &asked).await.expect(202).json();
        let code = server.code_for(number).await;
        let entered = json!({ "code_id": sent["code_id"], "code": code });
        let reply = self.post("/session", &key(), &entered).await.expect(200);
        self.take_cookie(&reply);
        number.clone_into(&mut self.number);
    }

    pub(crate) fn take_cookie(&mut self, reply: &Reply) {
        self.cookie = reply.header("set-cookie").split(';').next().map(str::to_owned);
    }

    /// Plays desk or clock.
    pub(crate) async fn play(&self, application: &str, act: &str, more: Json) -> Reply {
        let mut body = json!({ "application": application, "act": act });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.post("/test/acts", &key(), &body).await
    }

    /// Begins an application; gives its id.
    pub(crate) async fn begin(&self) -> String {
        let id = key();
        let new = json!({ "questionnaire": "health-certificate|2026.11.1", "renews": null });
        self.put(&format!("/applications/{id}"), &new).await.expect(201);
        id
    }

    pub(crate) async fn record(&self, id: &str) -> Json {
        self.get(&format!("/applications/{id}")).await.expect(200).json()
    }

    /// Uploads bytes as one piece; gives the upload's address.
    pub(crate) async fn upload(&self, application: &str, document: &str, bytes: &[u8]) -> String {
        let request = self
            .tus(Method::POST, "/uploads")
            .header("Upload-Length", bytes.len())
            .header("Upload-Metadata", metadata(application, document, bytes))
            .header("Content-Type", "application/offset+octet-stream")
            .body(bytes.to_vec());
        self.send(request).await.expect(201).header("location")
    }

    /// Begins an upload without a byte; gives its address.
    pub(crate) async fn begin_upload(&self, application: &str, document: &str, bytes: &[u8]) -> String {
        let request = self
            .tus(Method::POST, "/uploads")
            .header("Upload-Length", bytes.len())
            .header("Upload-Metadata", metadata(application, document, bytes));
        self.send(request).await.expect(201).header("location")
    }

    /// The bytes from an offset on.
    pub(crate) async fn piece(&self, place: &str, offset: usize, bytes: &[u8]) -> Reply {
        let request = self.tus(Method::PATCH, place).header("Upload-Offset", offset);
        self.send(request.header("Content-Type", "application/offset+octet-stream").body(bytes.to_vec())).await
    }

    /// How much of an upload is stored.
    pub(crate) async fn offset(&self, place: &str) -> usize {
        let head = self.send(self.tus(Method::HEAD, place)).await.expect(200);
        head.header("upload-offset").parse().unwrap()
    }

    /// Begins to send all bytes and stops in the middle, with the line still open.
    pub(crate) async fn begin_piece(&self, place: &str, bytes: &[u8], sent: usize) -> tokio::net::TcpStream {
        use tokio::io::AsyncWriteExt as _;
        let address = self.base.trim_start_matches("http://");
        let mut line = tokio::net::TcpStream::connect(address).await.unwrap();
        let head = format!(
            "PATCH {place} HTTP/1.1\r\nHost: {address}\r\nCookie: {}\r\nX-HC-Request: 1\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n\
             Content-Type: application/offset+octet-stream\r\nContent-Length: {}\r\n\r\n",
            self.cookie.clone().unwrap(),
            bytes.len()
        );
        line.write_all(head.as_bytes()).await.unwrap();
        line.write_all(&bytes[..sent]).await.unwrap();
        line.flush().await.unwrap();
        line
    }

    pub(crate) fn tus(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.request(method, path).header("Tus-Resumable", "1.0.0")
    }

    /// Binds bytes to an item under a fresh id; gives the id.
    pub(crate) async fn document(&self, application: &str, pointer: &str, bytes: &[u8]) -> String {
        let document = key();
        let upload = self.upload(application, &document, bytes).await;
        self.bind(application, &document, pointer, &upload, bytes).await.expect(201);
        document
    }

    pub(crate) async fn bind(
        &self,
        application: &str,
        document: &str,
        pointer: &str,
        upload: &str,
        bytes: &[u8],
    ) -> Reply {
        let kind = match bytes {
            [b'%', b'P', b'D', b'F', ..] => "application/pdf",
            [0x89, b'P', b'N', b'G', ..] => "image/png",
            [b'R', b'I', b'F', b'F', ..] => "image/webp",
            _ => "image/jpeg",
        };
        let body =
            json!({ "pointer": pointer, "upload": upload, "sha256": sha256(bytes), "size": bytes.len(), "type": kind });
        self.put(&format!("/applications/{application}/documents/{document}"), &body).await
    }

    /// Everything that a cook sends: the body of a submission, its documents bound.
    pub(crate) async fn filled_in(&self, application: &str) -> Json {
        let mut answers = cook();
        set(&mut answers, "contact.phone", &json!({ "valueString": self.number }));
        set(&mut answers, "person.id.number", &json!({ "valueString": id_number(&self.number) }));
        let mut documents = serde_json::Map::new();
        for (item, kind) in DOCUMENTS {
            let bytes = if kind == "pdf" { pdf() } else { jpeg() };
            let id = self.document(application, &format!("#/{item}"), &bytes).await;
            set(&mut answers, item, &attachment(&id));
            documents.insert(id, json!(sha256(&bytes)));
        }
        json!({ "questionnaire": "health-certificate|2026.11.1", "answers": answers, "documents": documents })
    }

    /// An application that was submitted; gives id and outcome.
    pub(crate) async fn submitted(&self) -> (String, Json) {
        let id = self.begin().await;
        let body = self.filled_in(&id).await;
        let outcome = self.post(&format!("/applications/{id}/submission"), &key(), &body).await.expect(201).json();
        (id, outcome)
    }

    /// An application whose papers are accepted.
    pub(crate) async fn accepted(&self) -> String {
        let (id, _) = self.submitted().await;
        self.play(&id, "begin", json!({})).await.expect(200);
        self.play(&id, "accept", json!({})).await.expect(200);
        id
    }

    /// An application whose certificate can be collected.
    pub(crate) async fn issued(&self) -> String {
        let id = self.accepted().await;
        self.book_somewhere(&id).await;
        for act in ["attend", "pass", "issue"] {
            self.play(&id, act, json!({})).await.expect(200);
        }
        id
    }

    /// Free slots at a site for a cook, soonest first, from the day after tomorrow on, so that they can still be moved.
    pub(crate) async fn free_slots(&self, site: &str) -> Vec<String> {
        self.free_slots_for(site, "").await
    }

    /// The same for an application, with those that are for repeat visits where it may have them.
    pub(crate) async fn free_slots_for(&self, site: &str, id: &str) -> Vec<String> {
        let from = (mock_server::office::server_now() + chrono::Duration::days(3)).date_naive();
        let whose = if id.is_empty() { String::new() } else { format!("&application={id}") };
        let path = format!("/sites/{site}/slots?from={from}&days=10&category=food-catering{whose}");
        let slots = self.get(&path).await.expect(200).json();
        let free = slots["items"].as_array().unwrap().iter().filter(|slot| slot["left"].as_u64().unwrap() > 0);
        free.map(|slot| slot["id"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) async fn book_somewhere(&self, id: &str) -> String {
        let slot = self.free_slots("site-2").await[0].clone();
        self.put(&format!("/applications/{id}/hold"), &json!({ "slot": slot })).await.expect(200);
        self.put(&format!("/applications/{id}/appointment"), &json!({ "slot": slot })).await.expect(200);
        slot
    }
}
