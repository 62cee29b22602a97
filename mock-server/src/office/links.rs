//! Links to files: unguessable, without a cookie, for ten minutes. A webview of a chat app can save what plain https serves.
use super::{
    Answer, Fault, Matter, Office, at_second, audit, bundle,
    certificates::{CertificateRow, OFFICE, load, photo_path, words_of},
    matter,
    papers::{self, FormKind},
    secret, sha256_hex,
};
use crate::issue::{self, Face};
use bytes::Bytes;
use contract::{
    api::{Link, Slug},
    documents::FileType,
    questionnaire::Attachment,
};
use object_store::{ObjectStoreExt as _, path::Path};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

/// Raised when certificates or seals are drawn in another way: what was kept of the old way is not served any more.
const DRAWING: u32 = 2;
/// Several files as one.
const ZIP: &str = "application/zip";
/// Seconds that a link works.
const LINK_SECONDS: i64 = 600;
/// How often a link is fetched: a chat app looks at it first and hands it to the system then.
const FETCHES: i64 = 2;

/// What a link opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Opens {
    Pdf { certificate: String, lang: String },
    Png { certificate: String, lang: String },
    Photo { certificate: String },
    Seal { lang: String },
    Document { application: String, document: String },
    Report { application: String, documents: Vec<String> },
}

/// Bytes behind a link.
pub struct Served {
    /// The bytes.
    pub bytes: Bytes,
    /// Their media type.
    pub media_type: String,
    /// The name they are saved under.
    pub file_name: String,
}

impl Office {
    pub(super) async fn link(&self, db: &mut SqliteConnection, opens: &Opens, media_type: &str) -> Answer<Link> {
        let (token, until) = (secret(), self.now().timestamp() + LINK_SECONDS);
        sqlx::query("INSERT INTO download (token_hash, what, until) VALUES (?, ?, ?)")
            .bind(sha256_hex(token.as_bytes()))
            .bind(serde_json::to_string(opens)?)
            .bind(until)
            .execute(db)
            .await?;
        Ok(Link {
            href: format!("{}/downloads/{token}", contract::api::API_ROOT),
            until: at_second(until),
            media_type: media_type.into(),
        })
    }

    /// A link to the report that an applicant sent, if there is one: the document, or all of them in one archive.
    pub(super) async fn report_link(&self, matter: &Matter) -> Answer<Option<Link>> {
        let mut txn = self.store.write().await?;
        let all = self.report_pages(txn.db(), &matter.id).await?;
        let application = matter.id.clone();
        let (opens, media_type) = match all.as_slice() {
            [] => return Ok(None),
            [one] => {
                let media_type = one.content_type.clone().unwrap_or_else(|| "application/pdf".into());
                (Opens::Document { application, document: one.document.clone() }, media_type)
            }
            several => {
                let documents = several.iter().map(|attachment| attachment.document.clone()).collect();
                (Opens::Report { application, documents }, ZIP.to_owned())
            }
        };
        let link = self.link(txn.db(), &opens, &media_type).await?;
        txn.commit().await?;
        Ok(Some(link))
    }

    /// What the last report is made of, in the order of its answers.
    async fn report_pages(&self, db: &mut SqliteConnection, id: &str) -> Answer<Vec<Attachment>> {
        let Some(sent) = papers::last_sent(db, id, FormKind::Report).await? else { return Ok(Vec::new()) };
        let Some(form) = self.catalogue.version(&sent.questionnaire).map(|file| &file.form) else {
            return Ok(Vec::new());
        };
        let (answers, _) = papers::read(form, &sent.merged);
        Ok(answers.documents().map(|(_, attachment)| attachment.clone()).collect())
    }

    /// The whole of the last report in one archive, for the desk, which notes it in the audit log.
    ///
    /// # Errors
    /// `not-found`: no report, or it was erased.
    pub async fn report_at_desk(&self, id: &str, who: &str) -> Answer<Served> {
        let mut txn = self.store.write().await?;
        let pages = self.report_pages(txn.db(), id).await?;
        audit::note(txn.db(), self.now(), who, "read-report", id).await?;
        txn.commit().await?;
        if pages.is_empty() {
            return Err(Fault::not_found());
        }
        let documents: Vec<String> = pages.into_iter().map(|page| page.document).collect();
        self.archive(id, &documents).await
    }

    async fn archive(&self, application: &str, documents: &[String]) -> Answer<Served> {
        let mut parts = Vec::new();
        for (at, document) in documents.iter().enumerate() {
            let (found, bytes) = self.content_for_staff(application, document).await?;
            parts.push((format!("report-{}{}", at + 1, extension(&found.media_type)), bytes));
        }
        let bytes = bundle::zipped(&parts).into();
        Ok(Served { bytes, media_type: ZIP.into(), file_name: "report.zip".into() })
    }

    /// The bytes behind a link, as an attachment: works without a cookie, until its time is over or it was fetched twice. Who
    /// only asks what is there (`HEAD`) fetches nothing.
    ///
    /// # Errors
    /// `link-ended`.
    pub async fn download(&self, token: &str, fetches: bool) -> Answer<Served> {
        let ended = || Fault::new(Slug::LinkEnded);
        let mut txn = self.store.write().await?;
        let what: Option<String> = sqlx::query_scalar(
            "UPDATE download SET fetched = fetched + ? WHERE token_hash = ? AND until > ? AND fetched < ? RETURNING what",
        )
        .bind(i64::from(fetches))
        .bind(sha256_hex(token.as_bytes()))
        .bind(self.now().timestamp())
        .bind(FETCHES)
        .fetch_optional(txn.db())
        .await?;
        let opens: Opens = serde_json::from_str(&what.ok_or_else(ended)?)?;
        let (about, what) = match &opens {
            Opens::Pdf { certificate, .. } => (certificate.as_str(), "download-pdf"),
            Opens::Png { certificate, .. } => (certificate.as_str(), "download-png"),
            Opens::Photo { certificate } => (certificate.as_str(), "download-photo"),
            Opens::Seal { .. } => ("", "download-seal"),
            Opens::Document { document, .. } => (document.as_str(), "download-document"),
            Opens::Report { application, .. } => (application.as_str(), "download-report"),
        };
        audit::note(txn.db(), self.now(), "link", what, about).await?;
        let row = load(txn.db(), about).await?;
        txn.commit().await?;
        let file = |bytes: Bytes, media_type: &str, name: String| Served {
            bytes,
            media_type: media_type.into(),
            file_name: name,
        };
        match opens {
            Opens::Document { application, document } => {
                let (found, bytes) = self.content_for_staff(&application, &document).await.map_err(|_| ended())?;
                Ok(file(bytes, &found.media_type, format!("report{}", extension(&found.media_type))))
            }
            Opens::Report { application, documents } => {
                self.archive(&application, &documents).await.map_err(|_| ended())
            }
            Opens::Seal { lang } => {
                let name = words_of(&lang, OFFICE.0, OFFICE.1);
                let place = Path::from(format!("seals/{DRAWING}-{lang}.png"));
                let bytes = self.drawn(&place, move || issue::seal_png(&name)).await?;
                Ok(file(bytes, "image/png", "seal.png".into()))
            }
            Opens::Photo { certificate } => {
                let bytes = self.files.get(&photo_path(&certificate)).await?.bytes().await?;
                let media_type = FileType::of(&bytes).map_or("application/octet-stream", FileType::mime);
                Ok(file(bytes, media_type, format!("photo{}", extension(media_type))))
            }
            Opens::Pdf { lang, .. } => self.print(row.ok_or_else(ended)?, lang, true).await,
            Opens::Png { lang, .. } => self.print(row.ok_or_else(ended)?, lang, false).await,
        }
    }

    /// The certificate that came of an application, once the clock has acted on it. Nothing of the application is read.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn certificate_of(&self, application: &str) -> Answer<String> {
        self.wake(application).await?;
        let mut db = self.store.read().await?;
        matter::load(&mut db, application).await?.and_then(|matter| matter.certificate).ok_or_else(Fault::not_found)
    }

    /// A certificate as its holder gets it, to print or as a picture, for the desk, which notes it in the audit log.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn certificate_at_desk(&self, id: &str, lang: &str, on_paper: bool, who: &str) -> Answer<Served> {
        let row = self.certificate_row(id).await?;
        self.audit(who, "read-certificate", id).await?;
        self.print(row, lang.to_owned(), on_paper).await
    }

    async fn print(&self, row: CertificateRow, lang: String, on_paper: bool) -> Answer<Served> {
        let photo = self.files.get(&photo_path(&row.id)).await?.bytes().await?;
        let shown = self.shown(&row, &lang);
        let number = row.number.clone();
        let (media_type, end) = if on_paper { ("application/pdf", "pdf") } else { ("image/png", "png") };
        // All that is drawn is fixed when it is issued, but for whether it still holds.
        let place = format!("certificates/{}/{DRAWING}-{}-{lang}.{end}", row.id, row.state.code());
        let bytes = self
            .drawn(&Path::from(place), move || {
                let face = Face {
                    shown: &shown,
                    number: &row.number,
                    credential: &row.credential,
                    photo: &photo,
                    state: row.state,
                    language: &lang,
                };
                if on_paper { issue::pdf(&face) } else { issue::png(&face) }
            })
            .await?;
        // The number tells nobody's name, so neither does the file.
        Ok(Served { bytes, media_type: media_type.into(), file_name: format!("health-certificate-{number}.{end}") })
    }

    /// What was drawn here before; drawn now, if it never was.
    async fn drawn<F, E>(&self, place: &Path, drawing: F) -> Answer<Bytes>
    where
        F: FnOnce() -> Result<Vec<u8>, E> + Send + 'static,
        E: std::fmt::Debug + Send + 'static,
    {
        match self.files.get(place).await {
            Ok(kept) => return Ok(kept.bytes().await?),
            Err(object_store::Error::NotFound { .. }) => {}
            Err(other) => return Err(other.into()),
        }
        let drawn = tokio::task::spawn_blocking(drawing).await.map_err(|why| Fault::ours(&why))?;
        let bytes = Bytes::from(drawn.map_err(|why| Fault::ours(&format!("{why:?}")))?);
        self.files.put(place, bytes.clone().into()).await?;
        Ok(bytes)
    }
}

fn extension(media_type: &str) -> &'static str {
    match media_type {
        "image/jpeg" => ".jpg",
        "image/png" => ".png",
        "image/webp" => ".webp",
        "application/pdf" => ".pdf",
        _ => "",
    }
}
