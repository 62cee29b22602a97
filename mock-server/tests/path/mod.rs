//! A person with a phone, as far as the desk's tests need one: signs in, hands in the sample form, books, collects.
use base64::{Engine as _, engine::general_purpose::STANDARD};
use mock_server::{Config, Running, office::sha256_hex};
use reqwest::{Client, Method, Response, StatusCode};
use resvg::tiny_skia::{Color, Pixmap};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

pub(crate) mod form;

/// The address of the forms in this repository.
pub(crate) fn forms() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../forms")
}

/// The folder of the server of this name.
pub(crate) fn data(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("hc-desk-{}-{name}", std::process::id()))
}

/// A server of its own on a free port, with an empty folder.
pub(crate) async fn server(name: &str, auto: Option<std::time::Duration>) -> Running {
    let data = data(name);
    std::fs::remove_dir_all(&data).ok();
    let listen = "127.0.0.1:0".parse().unwrap();
    mock_server::start(Config { listen, data, dist: None, auto, forms: forms(), origins: Vec::new() }).await.unwrap()
}

/// Somebody signed in.
pub(crate) struct Person {
    client: Client,
    pub(crate) base: String,
    cookie: String,
    pub(crate) application: String,
    /// The answers of the last submission.
    pub(crate) answers: Value,
    pub(crate) documents: serde_json::Map<String, Value>,
}

pub(crate) fn id() -> String {
    let bytes = sha256_hex(
        &std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos().to_le_bytes(),
    );
    format!("{}-{}-4{}-8{}-{}", &bytes[..8], &bytes[8..12], &bytes[13..16], &bytes[17..20], &bytes[20..32])
}

/// A picture on which something is to be seen, different for each shade.
pub(crate) fn picture(shade: u8) -> Vec<u8> {
    let mut picture = Pixmap::new(640, 420).unwrap();
    picture.fill(Color::from_rgba8(shade, 120, 140, 255));
    for pixel in picture.data_mut().chunks_exact_mut(4).step_by(3) {
        pixel[0] = 20;
    }
    picture.encode_png().unwrap()
}

impl Person {
    /// Signs in by the code that the desk's messages page shows.
    pub(crate) async fn new(server: &Running, phone: &str) -> Self {
        let base = format!("http://localhost:{}", server.addr.port());
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let mut person = Self {
            client,
            base,
            cookie: String::new(),
            application: id(),
            answers: Value::Null,
            documents: serde_json::Map::new(),
        };
        let sent = person.post("/session/code", &json!({ "purpose": "sign-in", "phone": phone })).await;
        let sent: Value = sent.json().await.unwrap();
        let code = person.code(phone).await;
        let reply = person.post("/session", &json!({ "code_id": sent["code_id"], "code": code })).await;
        assert_eq!(reply.status(), StatusCode::OK);
        let cookie = reply.headers().get("set-cookie").unwrap().to_str().unwrap();
        cookie.split(';').next().unwrap().clone_into(&mut person.cookie);
        person
    }

    /// The newest code for a phone, read from the messages page as a developer reads it.
    pub(crate) async fn code(&self, phone: &str) -> String {
        let page = self.desk("/messages").await;
        let shown = contract::identity::Phone::parse(phone).unwrap().shown();
        let after = page.split(&shown).nth(1).unwrap();
        let code = after.split("hc-desk-code\">").nth(1).unwrap();
        code.split('<').next().unwrap().to_owned()
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Response {
        let mut call = self
            .client
            .request(method, format!("{}/api/v1{path}", self.base))
            .header("X-HC-Request", "1")
            .header("Cookie", &self.cookie);
        if let Some(body) = body {
            call = call.json(body);
        }
        call.header("Idempotency-Key", id()).send().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Response {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let reply = self.call(Method::GET, path, None).await;
        assert_eq!(reply.status(), StatusCode::OK, "{path}");
        reply.json().await.unwrap()
    }

    pub(crate) async fn record(&self) -> Value {
        self.get(&format!("/applications/{}", self.application)).await
    }

    pub(crate) async fn bytes(&self, path: &str) -> Vec<u8> {
        let reply = self.client.get(format!("{}{path}", self.base)).send().await.unwrap();
        assert_eq!(reply.status(), StatusCode::OK, "{path}");
        reply.bytes().await.unwrap().to_vec()
    }

    /// A page of the desk.
    pub(crate) async fn desk(&self, path: &str) -> String {
        let reply = self.client.get(format!("{}/desk{path}", self.base)).send().await.unwrap();
        assert_eq!(reply.status(), StatusCode::OK, "{path}");
        reply.text().await.unwrap()
    }

    /// What an address of the desk answers, and where it leads.
    pub(crate) async fn desk_status(&self, path: &str) -> (StatusCode, String) {
        let reply = self.client.get(format!("{}/desk{path}", self.base)).send().await.unwrap();
        let to = reply.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
        (reply.status(), to)
    }

    /// A form of the desk; gives the status and the page, if one came instead of a redirect.
    pub(crate) async fn press(&self, path: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let form = fields
            .iter()
            .fold(String::new(), |form, (name, value)| format!("{form}{}={}&", encoded(name), encoded(value)));
        let call = self
            .client
            .post(format!("{}/desk{path}", self.base))
            .header("Content-Type", "application/x-www-form-urlencoded");
        let reply = call.body(form).send().await.unwrap();
        (reply.status(), reply.text().await.unwrap())
    }

    /// An act of the desk on this application that must work.
    pub(crate) async fn act(&self, act: &str, fields: &[(&str, &str)]) {
        // Visits here are on any day, and the desk asks on another one.
        let sure = [("sure", "other-day")];
        let fields = [fields, if act == "attend" { &sure } else { &[] }].concat();
        let (status, page) = self.press(&format!("/a/{}/act/{act}", self.application), &fields).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{act}: {page}");
    }

    pub(crate) async fn page(&self) -> String {
        self.desk(&format!("/a/{}", self.application)).await
    }

    /// Uploads bytes and binds them to an item; gives the document's id.
    pub(crate) async fn hand_in(&mut self, pointer: &str, bytes: &[u8], media_type: &str) -> String {
        let (document, hash) = (id(), sha256_hex(bytes));
        let metadata: Vec<String> = [
            ("application", self.application.as_str()),
            ("document", &document),
            ("sha256", &hash),
            ("filetype", media_type),
        ]
        .iter()
        .map(|(name, value)| format!("{name} {}", STANDARD.encode(value)))
        .collect();
        let made = self
            .client
            .post(format!("{}/api/v1/uploads", self.base))
            .header("X-HC-Request", "1")
            .header("Cookie", &self.cookie)
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", bytes.len())
            .header("Upload-Metadata", metadata.join(","))
            .header("Content-Type", "application/offset+octet-stream")
            .body(bytes.to_vec())
            .send()
            .await
            .unwrap();
        assert_eq!(made.status(), StatusCode::CREATED);
        let location = made.headers().get("location").unwrap().to_str().unwrap().to_owned();
        let bind = json!({ "pointer": pointer, "upload": location, "sha256": hash, "size": bytes.len(), "type": media_type, "insisted": ["glare"] });
        let bound = self
            .call(Method::PUT, &format!("/applications/{}/documents/{document}", self.application), Some(&bind))
            .await;
        let status = bound.status();
        assert!(status.is_success(), "{status}: {}", bound.text().await.unwrap());
        self.documents.insert(document.clone(), Value::String(hash));
        document
    }

    /// Begins and hands in the sample cook's application under this name.
    pub(crate) async fn submit(&mut self, name: &str) {
        self.submit_for(name, None).await;
    }

    /// The same, for work in these own words.
    pub(crate) async fn submit_for(&mut self, name: &str, work: Option<&str>) {
        let text = std::fs::read_to_string(forms().join("responses/cook-resident-id.response.json")).unwrap();
        let mut answers: Value = serde_json::from_str(&text).unwrap();
        let canonical = answers["questionnaire"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let made = self
            .call(
                Method::PUT,
                &format!("/applications/{}", self.application),
                Some(&json!({ "questionnaire": canonical })),
            )
            .await;
        assert_eq!(made.status(), StatusCode::CREATED, "{}", made.text().await.unwrap());
        self.fill(&mut answers).await;
        // The sample's document is good until a day in 2036, and these tests are run on any day.
        let day = mock_server::office::server_now().date_naive() + chrono::Duration::days(1_000);
        *answer(&mut answers, "person.id.validity.until") = json!({ "valueDate": day });
        *answer(&mut answers, "person.name") = json!({ "valueString": name });
        if let Some(work) = work {
            *answer(&mut answers, "category.work") = json!({ "valueString": work });
        }
        let body = json!({ "questionnaire": canonical, "answers": answers, "documents": self.documents });
        let sent = self.post(&format!("/applications/{}/submission", self.application), &body).await;
        let status = sent.status();
        assert_eq!(status, StatusCode::CREATED, "{}", sent.text().await.unwrap());
        self.answers = answers;
    }

    /// Uploads a picture for every attachment and points the answers at it.
    async fn fill(&mut self, answers: &mut Value) {
        let mut shade = 40;
        for (pointer, attachment) in attachments(answers) {
            shade += 30;
            let bytes = picture(shade);
            let document = self.hand_in(&pointer, &bytes, "image/png").await;
            attachment["url"] = json!(format!("documents/{document}"));
            attachment["contentType"] = json!("image/png");
            attachment["size"] = json!(bytes.len());
            attachment["extension"][0]["valueString"] = json!(sha256_hex(&bytes));
        }
    }

    /// Sends the sample report instead of coming.
    pub(crate) async fn report(&mut self) {
        let text = std::fs::read_to_string(forms().join("responses/report.response.json")).unwrap();
        let mut answers: Value = serde_json::from_str(&text).unwrap();
        let canonical = answers["questionnaire"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        // A report counts for some time only, and these tests are run on any day.
        let day = mock_server::office::server_now().date_naive() - chrono::Duration::days(5);
        *answer(&mut answers, "report.examination.date") = json!({ "valueDate": day });
        self.documents.clear();
        self.fill(&mut answers).await;
        let body = json!({ "questionnaire": canonical, "round": 0, "answers": answers, "documents": self.documents });
        let sent = self.post(&format!("/applications/{}/examination/report", self.application), &body).await;
        let status = sent.status();
        assert_eq!(status, StatusCode::CREATED, "{}", sent.text().await.unwrap());
    }

    /// Takes the last open slot of a site.
    pub(crate) async fn book(&self) {
        let from = self.record().await["since"].as_str().unwrap()[..10].to_owned();
        let slots = self.get(&format!("/sites/site-2/slots?from={from}&days=14&category=food-catering")).await;
        let open = slots["items"].as_array().unwrap().iter().rfind(|slot| slot["left"].as_u64() > Some(0)).unwrap();
        let choice = json!({ "slot": open["id"] });
        self.take(&choice).await;
    }

    /// Moves the visit to the free slot before it.
    pub(crate) async fn move_visit(&self) {
        let record = self.record().await;
        let from = record["since"].as_str().unwrap()[..10].to_owned();
        let slots = self.get(&format!("/sites/site-2/slots?from={from}&days=14&category=food-catering")).await;
        let own = &record["examination"]["appointment"]["slot"]["id"];
        let is_other = |slot: &&Value| slot["left"].as_u64() > Some(0) && slot["id"] != *own;
        let other = slots["items"].as_array().unwrap().iter().rfind(is_other).unwrap();
        self.take(&json!({ "slot": other["id"] })).await;
    }

    async fn take(&self, choice: &Value) {
        for part in ["hold", "appointment"] {
            let reply =
                self.call(Method::PUT, &format!("/applications/{}/{part}", self.application), Some(choice)).await;
            assert_eq!(reply.status(), StatusCode::OK, "{part}: {}", reply.text().await.unwrap());
        }
    }
}

/// Every attachment with the pointer of its item.
fn attachments(value: &mut Value) -> Vec<(String, &mut Value)> {
    fn walk<'a>(item: &'a mut Value, found: &mut Vec<(String, &'a mut Value)>) {
        let link_id = item["linkId"].as_str().unwrap_or_default().to_owned();
        for (name, part) in item.as_object_mut().unwrap() {
            if name == "answer" {
                for answer in part.as_array_mut().unwrap() {
                    if let Some(attachment) = answer.get_mut("valueAttachment") {
                        found.push((format!("#/{link_id}"), attachment));
                    }
                }
            } else if name == "item" {
                part.as_array_mut().unwrap().iter_mut().for_each(|child| walk(child, found));
            }
        }
    }
    let mut found = Vec::new();
    walk(value, &mut found);
    found
}

/// The first answer of an item outside repeating groups.
pub(crate) fn answer<'a>(response: &'a mut Value, link_id: &str) -> &'a mut Value {
    fn find<'a>(item: &'a mut Value, link_id: &str) -> Option<&'a mut Value> {
        if item["linkId"] == link_id {
            return item.get_mut("answer")?.get_mut(0);
        }
        item.get_mut("item")?.as_array_mut()?.iter_mut().find_map(|child| find(child, link_id))
    }
    find(response, link_id).unwrap()
}

/// The response with only some items left, as a supplement sends them.
pub(crate) fn only(response: &Value, wanted: &[&str]) -> Value {
    fn keep(item: &Value, wanted: &[&str]) -> Option<Value> {
        if item["linkId"].as_str().is_some_and(|it| wanted.contains(&it)) {
            return Some(item.clone());
        }
        let children: Vec<Value> = item["item"].as_array()?.iter().filter_map(|child| keep(child, wanted)).collect();
        if children.is_empty() {
            return None;
        }
        let mut kept = item.clone();
        kept["item"] = Value::Array(children);
        Some(kept)
    }
    let mut kept = response.clone();
    kept["item"] = response["item"].as_array().unwrap().iter().filter_map(|item| keep(item, wanted)).collect();
    kept
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
