//! Documents: bound to an item once their bytes are proven, kept as they came and as a working copy without metadata.
use super::{
    Answer, Case, Fault, Office, at_second,
    papers::{self, FormKind},
    sha256_hex,
    uploads::{MAX_SIZE, TYPES, is_sha256},
};
use bytes::Bytes;
use contract::{
    api::{BindDocument, Document, DocumentState, ItemError, Limits, Slug},
    application::{Act, Actor, State},
    documents::{FileRule, Refusal, inspect, without_metadata},
    questionnaire::{ItemKind, Pointer, evaluate, is_open},
};
use object_store::{ObjectStoreExt as _, path::Path};
use serde::{Deserialize, Serialize};
use sqlx::{Row as _, SqliteConnection};
use std::collections::BTreeMap;

/// What is kept of a document beside its id, item and hash.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Facts {
    media_type: String,
    size: u64,
    pages: Option<u32>,
    state: DocumentState,
    scan: String,
    code: Option<String>,
    insisted: Vec<String>,
}

fn original(application: &str, document: &str) -> Path {
    Path::from(format!("documents/{application}/{document}/original"))
}

fn working_copy(application: &str, document: &str) -> Path {
    Path::from(format!("documents/{application}/{document}/clean"))
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Answer<Document> {
    let facts: Facts = serde_json::from_str(row.get(4))?;
    Ok(Document {
        id: row.get(0),
        pointer: Pointer::from_text(row.get::<String, _>(1)),
        sha256: row.get(2),
        bound_at: at_second(row.get(3)),
        size: facts.size,
        media_type: facts.media_type,
        pages: facts.pages,
        state: facts.state,
        scan: Some(facts.scan),
        code: facts.code,
        insisted: facts.insisted,
    })
}

const COLUMNS: &str = "SELECT id, pointer, sha256, bound_at, body FROM document WHERE application = ?1";

/// All documents of an application, in the order they came.
pub(super) async fn all_of(db: &mut SqliteConnection, application: &str) -> Answer<Vec<Document>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} ORDER BY bound_at, rowid")))
        .bind(application)
        .fetch_all(db)
        .await;
    rows?.iter().map(read).collect()
}

async fn one(db: &mut SqliteConnection, application: &str, id: &str) -> Answer<Option<Document>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} AND id = ?2")))
        .bind(application)
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(read).transpose()
}

async fn store(db: &mut SqliteConnection, application: &str, document: &Document) -> Answer<()> {
    let facts = Facts {
        media_type: document.media_type.clone(),
        size: document.size,
        pages: document.pages,
        state: document.state,
        scan: document.scan.clone().unwrap_or_default(),
        code: document.code.clone(),
        insisted: document.insisted.clone(),
    };
    sqlx::query(
        "INSERT INTO document (application, id, pointer, sha256, bound_at, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (application, id) DO UPDATE SET body = ?6",
    )
    .bind(application)
    .bind(&document.id)
    .bind(document.pointer.as_str())
    .bind(&document.sha256)
    .bind(document.bound_at.timestamp())
    .bind(serde_json::to_string(&facts)?)
    .execute(db)
    .await?;
    Ok(())
}

fn refused(why: Refusal) -> Fault {
    if let Refusal::TooLarge { limit } = why {
        return Fault::new(Slug::TooLarge).with(|p| p.limit = Some(limit));
    }
    Fault::new(Slug::DocumentRefused).with(|p| {
        p.code = Some(why.code().into());
        p.params = why.limit().map(|limit| serde_json::json!({ "limit": limit }));
    })
}

/// Whether an item takes documents now: it is one of the form that may be filled in, and open.
async fn check_place(case: &mut Case, pointer: &Pointer) -> Answer<FileRule> {
    let kind = FormKind::of(&case.matter);
    let (office, matter) = (case.office.clone(), case.matter.clone());
    let form = &office.form_for(&matter, kind)?.form;
    let item = form.item_at(pointer).filter(|item| item.kind == ItemKind::Attachment);
    let item = item.ok_or_else(|| Fault::invalid(pointer.clone(), "unknown-item"))?;
    if matches!(matter.state, State::Returned | State::ReportReturned) {
        let today = case.now.date_naive();
        let open = papers::open_set(case.txn.db(), &office, &matter, today).await?;
        let resumed = papers::resume(case.txn.db(), &office, &matter, kind, form).await?;
        // What the last submission did not ask for may be asked for now, by answers that are still on the phone.
        let asked_before = evaluate(form, &resumed.submitted, &papers::context(today)).is_visible(pointer);
        if asked_before && !is_open(form, &open, pointer) {
            return Err(Fault::invalid(pointer.clone(), "not-open"));
        }
    }
    // An item that says nothing, or wants what is never sent (HEIC), takes what the service takes.
    let taken: Vec<&str> =
        TYPES.into_iter().filter(|kind| item.limits.mime_types.iter().any(|mime| mime == kind)).collect();
    let types = if taken.is_empty() { TYPES.to_vec() } else { taken };
    Ok(FileRule::to_receive(&types, MAX_SIZE, Limits::default().pdf_pages))
}

/// What is wrong with the request itself.
fn check_request(bind: &BindDocument) -> Answer<()> {
    let wrong = |name: &str| ItemError {
        pointer: Pointer::member(name),
        code: "format".into(),
        params: serde_json::Map::new(),
    };
    let mut errors = Vec::new();
    if !is_sha256(&bind.sha256) {
        errors.push(wrong("sha256"));
    }
    if bind.insisted.len() > 20 || bind.insisted.iter().any(|advice| advice.len() > 40) {
        errors.push(wrong("insisted"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Fault::items(errors)) }
}

impl Office {
    /// Binds uploaded bytes to an item. This alone is "received, identical". The flag tells whether it is new.
    ///
    /// # Errors
    /// Those of contract §3.1, `PUT …/documents/{d}`.
    pub async fn bind(&self, id: &str, document: &str, subject: &str, bind: &BindDocument) -> Answer<(bool, Document)> {
        if !super::is_id(document) {
            return Err(Fault::not_found());
        }
        check_request(bind)?;
        let hash = bind.sha256.to_lowercase();
        let rule = {
            let mut case = Case::of(self, id, subject).await?;
            if let Some(found) = one(case.txn.db(), id, document).await? {
                return if found.sha256 == hash { Ok((false, found)) } else { Err(Fault::new(Slug::DocumentDiffers)) };
            }
            case.may(Act::Edit, Actor::Applicant).await?;
            let rule = check_place(&mut case, &bind.pointer).await?;
            let count = all_of(case.txn.db(), id).await?.len();
            if count >= Limits::default().documents as usize {
                return Err(Fault::invalid(bind.pointer.clone(), "count"));
            }
            if case.matter.refused.get(&bind.pointer).is_some_and(|refused| refused.contains(&hash)) {
                return Err(refused(Refusal::SameAsReturned));
            }
            case.finish_quietly().await?;
            rule
        };
        let (upload_id, upload) = self.whole_upload(subject, id, &bind.upload).await?;
        let _turn = self.write_to_upload(&upload_id).ok_or_else(|| Fault::new(Slug::UploadGone))?;
        let bytes = self.uploaded_bytes(&upload).await?;
        let (found, size) = (sha256_hex(&bytes), bytes.len() as u64);
        if found != hash || size != bind.size {
            self.end_upload(&upload).await?;
            return Err(Fault::new(Slug::HashMismatch).with(|p| {
                p.sha256 = Some(found);
                p.size = Some(size);
            }));
        }
        let judged = match self.judge(bytes.into(), &rule, &bind.media_type).await? {
            Ok(judged) => judged,
            Err(why) => {
                self.end_upload(&upload).await?;
                return Err(refused(why));
            }
        };
        self.files.put(&original(id, document), judged.bytes.clone().into()).await?;
        self.files.put(&working_copy(id, document), judged.clean.clone().into()).await?;
        let mut case = Case::of(self, id, subject).await?;
        if let Some(found) = one(case.txn.db(), id, document).await? {
            return if found.sha256 == hash { Ok((false, found)) } else { Err(Fault::new(Slug::DocumentDiffers)) };
        }
        case.may(Act::Edit, Actor::Applicant).await?;
        let bound = Document {
            id: document.into(),
            pointer: bind.pointer.clone(),
            sha256: hash,
            size,
            media_type: judged.media_type.into(),
            pages: judged.pages,
            state: DocumentState::Received,
            scan: Some("clear".into()),
            code: None,
            bound_at: case.now,
            insisted: bind.insisted.clone(),
        };
        store(case.txn.db(), id, &bound).await?;
        case.changed = true;
        case.finish_quietly().await?;
        self.end_upload(&upload).await?;
        Ok((true, bound))
    }

    /// The upload that a `Location` names: this login's, for this application, whole.
    async fn whole_upload(&self, subject: &str, application: &str, location: &str) -> Answer<(String, super::Upload)> {
        let gone = || Fault::new(Slug::UploadGone);
        let upload_id = location.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        let upload = self
            .upload(subject, &upload_id)
            .await
            .map_err(|fault| if fault.is(Slug::NotFound) { gone() } else { fault })?;
        if upload.application != application || upload.offset != upload.length {
            return Err(gone());
        }
        Ok((upload_id, upload))
    }

    /// The working copy of a document, for its owner.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn content(&self, id: &str, document: &str, subject: &str) -> Answer<(Document, Bytes)> {
        self.matter_of(id, subject).await?;
        self.content_for_staff(id, document).await
    }

    /// The working copy of a document, whoever asks: the desk, which notes it in the audit log.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn content_for_staff(&self, id: &str, document: &str) -> Answer<(Document, Bytes)> {
        let mut db = self.store.read().await?;
        let found = one(&mut db, id, document).await?.ok_or_else(Fault::not_found)?;
        match self.files.get(&working_copy(id, document)).await {
            Ok(file) => Ok((found, file.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => Err(Fault::not_found()),
            Err(other) => Err(other.into()),
        }
    }

    /// Takes a document away. One that a submission names stays until a newer one no longer does.
    ///
    /// # Errors
    /// `act-refused` where nothing may be changed.
    pub async fn unbind(&self, id: &str, document: &str, subject: &str) -> Answer<()> {
        let mut case = Case::of(self, id, subject).await?;
        if one(case.txn.db(), id, document).await?.is_none() {
            return Ok(());
        }
        case.may(Act::Edit, Actor::Applicant).await?;
        let gone = sqlx::query("DELETE FROM document WHERE application = ? AND id = ? AND named = 0")
            .bind(id)
            .bind(document)
            .execute(case.txn.db())
            .await?
            .rows_affected();
        case.changed |= gone > 0;
        case.finish_quietly().await?;
        if gone > 0 {
            self.erase_file(&original(id, document)).await?;
            self.erase_file(&working_copy(id, document)).await?;
        }
        Ok(())
    }

    /// Erases what no submission names a day after it came.
    pub(super) async fn erase_unnamed(&self) -> Answer<()> {
        let before = self.now().timestamp() - 86_400;
        let mut txn = self.store.write().await?;
        // While something is still being filled in, what it will name is not known.
        let gone: Vec<(String, String)> = sqlx::query_as(
            "DELETE FROM document WHERE named = 0 AND bound_at < ? AND application IN
             (SELECT id FROM application WHERE state NOT IN ('draft', 'returned', 'accepted', 'missed', 'report-returned'))
             RETURNING application, id",
        )
        .bind(before)
        .fetch_all(txn.db())
        .await?;
        txn.commit().await?;
        for (application, id) in gone {
            self.erase_file(&original(&application, &id)).await?;
            self.erase_file(&working_copy(&application, &id)).await?;
        }
        Ok(())
    }
}

/// A file that passed.
struct Judged {
    bytes: Bytes,
    clean: Bytes,
    media_type: &'static str,
    pages: Option<u32>,
}

impl Office {
    /// Repeats the rules of `contract` on the bytes themselves, and opens them: what the app said of them counts for nothing.
    async fn judge(&self, bytes: Bytes, rule: &FileRule, said: &str) -> Answer<Result<Judged, Refusal>> {
        let found = match inspect(&bytes, rule) {
            Ok(found) if found.kind.mime() == said => found,
            Ok(_) => return Ok(Err(Refusal::Type)),
            Err(why) => return Ok(Err(why)),
        };
        let pages = match self.decoding.pages(bytes.clone(), found, rule.pdf_pages()).await? {
            Ok(pages) => pages,
            Err(why) => return Ok(Err(why)),
        };
        Ok(without_metadata(&bytes).map(|clean| Judged {
            clean: Bytes::from(clean.into_owned()),
            bytes: bytes.clone(),
            media_type: found.kind.mime(),
            pages,
        }))
    }
}

/// The documents that an act lists must be here, with the hash that it says; else it waits for them.
pub(super) async fn check_received(
    case: &mut Case,
    named: &[(String, Pointer)],
    listed: &BTreeMap<String, String>,
) -> Answer<()> {
    let mut missing = Vec::new();
    let id = case.matter.id.clone();
    for (document, pointer) in named {
        let Some(hash) = listed.get(document) else { continue };
        match one(case.txn.db(), &id, document).await? {
            Some(found) if found.pointer != *pointer => {
                return Err(Fault::invalid(pointer.clone(), "choice"));
            }
            Some(found) if found.state == DocumentState::Received && found.sha256.eq_ignore_ascii_case(hash) => {}
            _ => missing.push(document.clone()),
        }
    }
    if !missing.is_empty() {
        return Err(Fault::new(Slug::DocumentsMissing).with(|p| p.documents = missing));
    }
    for (document, _) in named {
        sqlx::query("UPDATE document SET named = 1 WHERE application = ? AND id = ?")
            .bind(&id)
            .bind(document)
            .execute(case.txn.db())
            .await?;
    }
    Ok(())
}

/// From now on a form names these documents and no others. A returned one that is named again was defended by a note.
pub(super) async fn name_only(case: &mut Case, kind: FormKind, named: &[(String, Pointer)]) -> Answer<()> {
    let (office, id) = (case.office.clone(), case.matter.id.clone());
    let form = &office.form_for(&case.matter, kind)?.form;
    for mut document in all_of(case.txn.db(), &id).await? {
        if form.item_at(&document.pointer).is_none() {
            continue;
        }
        let is_named = named.iter().any(|(id, _)| *id == document.id);
        sqlx::query("UPDATE document SET named = ? WHERE application = ? AND id = ?")
            .bind(i64::from(is_named))
            .bind(&id)
            .bind(&document.id)
            .execute(case.txn.db())
            .await?;
        if is_named && document.state == DocumentState::Returned {
            document.state = DocumentState::Received;
            store(case.txn.db(), &id, &document).await?;
        }
    }
    Ok(())
}

/// The documents of a receipt: those that were named and listed.
pub(super) fn counted(named: &[(String, Pointer)], listed: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    named.iter().filter_map(|(id, _)| Some((id.clone(), listed.get(id)?.clone()))).collect()
}

async fn named_at(case: &mut Case, pointer: &Pointer) -> Answer<Vec<Document>> {
    let id = case.matter.id.clone();
    let named: Vec<String> = sqlx::query_scalar("SELECT id FROM document WHERE application = ? AND named = 1")
        .bind(&id)
        .fetch_all(case.txn.db())
        .await?;
    let all = all_of(case.txn.db(), &id).await?;
    let inside = |document: &Document| document.pointer == *pointer || pointer.contains(&document.pointer);
    Ok(all.into_iter().filter(|document| named.contains(&document.id) && inside(document)).collect())
}

/// Hashes of what a submission names at an item.
pub(super) async fn hashes_at(case: &mut Case, pointer: &Pointer) -> Answer<Vec<String>> {
    Ok(named_at(case, pointer).await?.into_iter().map(|document| document.sha256).collect())
}

/// Marks what a submission names at an item as returned; gives its hashes, which are refused there from now on.
pub(super) async fn mark_returned(case: &mut Case, pointer: &Pointer) -> Answer<Vec<String>> {
    let id = case.matter.id.clone();
    let mut hashes = Vec::new();
    for mut document in named_at(case, pointer).await? {
        document.state = DocumentState::Returned;
        hashes.push(document.sha256.clone());
        store(case.txn.db(), &id, &document).await?;
    }
    Ok(hashes)
}

/// What was returned was settled in person.
pub(super) async fn settle_returned(case: &mut Case) -> Answer<()> {
    let id = case.matter.id.clone();
    for mut document in all_of(case.txn.db(), &id).await? {
        if document.state == DocumentState::Returned {
            document.state = DocumentState::Received;
            store(case.txn.db(), &id, &document).await?;
        }
    }
    Ok(())
}

/// The document that a test names: by `#/@` and its id, or the newest one that a submission names at an item.
pub(super) async fn meant(case: &mut Case, pointer: &Pointer) -> Answer<String> {
    if let Some(id) = pointer.as_str().strip_prefix("#/@") {
        return Ok(id.to_owned());
    }
    let newest = named_at(case, pointer).await?.pop();
    newest.map(|document| document.id).ok_or_else(Fault::not_found)
}

/// A late scan refused a document; gives the item it fills.
pub(super) async fn refuse_late(case: &mut Case, document: &str, code: &str) -> Answer<Pointer> {
    let id = case.matter.id.clone();
    let mut found = one(case.txn.db(), &id, document).await?.ok_or_else(Fault::not_found)?;
    found.state = DocumentState::Refused;
    found.code = Some(code.into());
    store(case.txn.db(), &id, &found).await?;
    case.changed = true;
    let refused = case.matter.refused.entry(found.pointer.clone()).or_default();
    refused.push(found.sha256.clone());
    Ok(found.pointer)
}

/// Erases all documents of an application, bytes too.
pub(super) async fn erase_all(case: &mut Case) -> Answer<()> {
    let id = case.matter.id.clone();
    for document in all_of(case.txn.db(), &id).await? {
        case.to_erase.push(original(&id, &document.id));
        case.to_erase.push(working_copy(&id, &document.id));
    }
    sqlx::query("DELETE FROM document WHERE application = ?").bind(&id).execute(case.txn.db()).await?;
    Ok(())
}
