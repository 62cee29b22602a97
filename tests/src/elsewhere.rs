//! What somebody has handed in on another computer, told by HTTP alone. Journeys about what comes after the form begin here; those
//! about the form and its photos go the whole way.
use crate::applicant::Applicant;
use anyhow::{Context, bail, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use contract::{
    api::{BindDocument, Submission},
    questionnaire::{
        Answers, Attachment, Coding, Context as Around, Envelope, Form, NativePatterns, Pointer, Scope, Value,
        evaluate, from_response, to_response,
    },
};
use http::{Method, StatusCode};
use mock_server::office::sha256_hex;
use std::{collections::BTreeMap, fs, path::Path};

/// A cook whose answers are those of [`Applicant::fills_in`], but for what is changed below.
const COOK: &str = "../forms/responses/cook-resident-id.response.json";
const PAPERS: [(&str, &str); 3] = [
    ("documents.identity.front", "id-front.jpg"),
    ("documents.identity.back", "id-back.jpg"),
    ("documents.portrait", "portrait.jpg"),
];

impl Applicant<'_> {
    /// Signs in on this phone, whose login has an application that was handed in elsewhere, for somebody who looks for work. Ends
    /// at home, and gives which application it is.
    ///
    /// # Errors
    /// The office does not take it.
    pub async fn has_handed_in(&self) -> anyhow::Result<String> {
        self.comes_in().await?;
        self.link(self.speech.say("signin.title")?).await?;
        self.signs_in().await?;
        self.finds("heading", self.speech.say("home.title")?).await?;
        let cookies = self.driver.get_all_cookies().await?;
        let cookie = cookies.iter().map(|it| format!("{}={}", it.name, it.value)).collect::<Vec<_>>().join("; ");
        let login = Login { client: reqwest::Client::new(), api: format!("{}/api/v1", self.house.origin()), cookie };

        let office = self.house.office()?;
        let form = &office.catalogue.current("health-certificate").context("no form")?.form;
        let application = self.names().await?;
        let place = format!("/applications/{application}");
        let begun = serde_json::json!({ "questionnaire": form.canonical() });
        login.tells(Method::PUT, &place, &self.names().await?, begun.to_string()).await?;
        let mut answers = self.answers_of_a_cook(form)?;
        let mut documents = BTreeMap::new();
        for (link_id, file) in PAPERS {
            let (document, bytes) = (self.names().await?, fs::read(self.house.files.path(file))?);
            let (sha256, size) = (sha256_hex(&bytes), bytes.len() as u64);
            let upload = login.uploads(&application, &document, &sha256, bytes).await?;
            let media_type = "image/jpeg".to_owned();
            let bound = BindDocument {
                pointer: Pointer::item(link_id),
                upload,
                sha256: sha256.clone(),
                size,
                media_type: media_type.clone(),
                insisted: vec![],
            };
            let body = serde_json::to_string(&bound)?;
            login.tells(Method::PUT, &format!("{place}/documents/{document}"), &self.names().await?, body).await?;
            let attachment = Attachment {
                document: document.clone(),
                sha256: Some(sha256.clone()),
                content_type: Some(media_type),
                size: Some(size),
                title: None,
            };
            answers.set(Pointer::item(link_id), vec![Value::Attachment(attachment)]);
            documents.insert(document, sha256);
        }
        let today = office.now().date_naive();
        let evaluation = evaluate(form, &answers, &Around::new(today, &NativePatterns));
        let envelope = Envelope { status: "completed", ..Envelope::default() };
        let answers = to_response(form, &answers, Scope::Visible(&evaluation), &envelope);
        let sent = Submission { questionnaire: form.canonical(), answers, documents, draft: None };
        login
            .tells(Method::POST, &format!("{place}/submission"), &self.names().await?, serde_json::to_string(&sent)?)
            .await?;
        Ok(application)
    }

    /// A name that nothing else has.
    async fn names(&self) -> anyhow::Result<String> {
        Ok(self.driver.execute("return crypto.randomUUID()", vec![]).await?.convert()?)
    }

    fn answers_of_a_cook(&self, form: &Form) -> anyhow::Result<Answers> {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(COOK))?;
        let (mut answers, problems) = from_response(form, &serde_json::from_str(&text)?);
        ensure!(problems.is_empty(), "{COOK}: {problems:?}");
        for (link_id, code) in [("category.work", "food-sale"), ("work.situation", "seeking")] {
            let item = Pointer::item(link_id);
            let [Value::Coding(before)] = answers.get(&item) else { bail!("{COOK} has no {link_id}") };
            let coding = Coding { code: code.into(), display: None, system: before.system.clone() };
            answers.set(item, vec![Value::Coding(coding)]);
        }
        for (link_id, text) in [
            ("person.id.number", self.number.to_owned()),
            ("person.name", self.name.to_owned()),
            ("contact.phone", format!("+86{}", self.phone)),
        ] {
            answers.set(Pointer::item(link_id), vec![Value::Text(text)]);
        }
        answers.set(Pointer::item("person.id.validity.long-term"), vec![Value::Boolean(true)]);
        Ok(answers)
    }
}

/// A session at the office, without a browser.
struct Login {
    client: reqwest::Client,
    api: String,
    cookie: String,
}

impl Login {
    fn asks(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let ask = self.client.request(method, format!("{}{path}", self.api));
        ask.header("X-HC-Request", "1").header("Cookie", &self.cookie)
    }

    async fn tells(&self, method: Method, path: &str, key: &str, body: String) -> anyhow::Result<()> {
        let ask = self.asks(method, path).header("Idempotency-Key", key).header("Content-Type", "application/json");
        let reply = ask.body(body).send().await?;
        let status = reply.status();
        ensure!(status.is_success(), "{path}: {status}, {}", reply.text().await?);
        Ok(())
    }

    /// Gives where the upload is.
    async fn uploads(&self, application: &str, document: &str, sha256: &str, bytes: Vec<u8>) -> anyhow::Result<String> {
        let named =
            [("application", application), ("document", document), ("sha256", sha256), ("filetype", "image/jpeg")];
        let metadata: Vec<_> = named.iter().map(|(name, value)| format!("{name} {}", STANDARD.encode(value))).collect();
        let reply = self
            .asks(Method::POST, "/uploads")
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", bytes.len())
            .header("Upload-Metadata", metadata.join(","))
            .header("Content-Type", "application/offset+octet-stream")
            .body(bytes)
            .send()
            .await?;
        ensure!(reply.status() == StatusCode::CREATED, "an upload: {}", reply.status());
        Ok(reply.headers().get("location").context("no place of the upload")?.to_str()?.to_owned())
    }
}
