//! Documents as they are kept: as they came, and as a working copy without metadata; and which of them a submission names.
//!
//! How bytes become one is in `binding`.
use super::{Answer, Case, Fault, Office, at_second, papers::FormKind, papers::sent_documents};
use bytes::Bytes;
use contract::{
    api::{Document, DocumentState, Slug},
    application::{Act, Actor},
    questionnaire::{Form, Pointer, place_now},
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

pub(super) fn original(application: &str, document: &str) -> Path {
    Path::from(format!("documents/{application}/{document}/original"))
}

pub(super) fn working_copy(application: &str, document: &str) -> Path {
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

/// Documents of an application in the order they came: those that are named, or all; the one of this id, or each.
async fn found(
    db: &mut SqliteConnection,
    application: &str,
    named_alone: bool,
    id: Option<&str>,
) -> Answer<Vec<Document>> {
    let rows = sqlx::query(
        "SELECT id, pointer, sha256, bound_at, body FROM document
         WHERE application = ?1 AND named >= ?2 AND id = coalesce(?3, id) ORDER BY bound_at, rowid",
    )
    .bind(application)
    .bind(named_alone)
    .bind(id)
    .fetch_all(db)
    .await;
    rows?.iter().map(read).collect()
}

/// All documents of an application, in the order they came.
pub(super) async fn all_of(db: &mut SqliteConnection, application: &str) -> Answer<Vec<Document>> {
    found(db, application, false, None).await
}

/// Those that the newest submission or report names.
pub(super) async fn named_of(db: &mut SqliteConnection, application: &str) -> Answer<Vec<Document>> {
    found(db, application, true, None).await
}

/// Whether the newest submission or report names it.
pub(super) async fn is_named(case: &mut Case, document: &str) -> Answer<bool> {
    let id = case.matter.id.clone();
    Ok(named_of(case.txn.db(), &id).await?.iter().any(|it| it.id == document))
}

pub(super) async fn one(db: &mut SqliteConnection, application: &str, id: &str) -> Answer<Option<Document>> {
    Ok(found(db, application, false, Some(id)).await?.pop())
}

pub(super) async fn store(db: &mut SqliteConnection, application: &str, document: &Document) -> Answer<()> {
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
         ON CONFLICT (application, id) DO UPDATE SET pointer = ?3, body = ?6",
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

impl Office {
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
        if gone > 0 {
            case.changed = true;
            case.to_erase.extend([original(id, document), working_copy(id, document)]);
        }
        case.finish_quietly().await
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

/// The documents that an act lists must be here, with the hash that it says; else it waits for them. One that came for an item
/// which the form calls otherwise by now is that item's. One that was returned is here too: whether it may be named again,
/// beside a new one or with a note, is asked of its item.
pub(super) async fn check_received(
    case: &mut Case,
    form: &Form,
    named: &[(String, Pointer)],
    listed: &BTreeMap<String, String>,
) -> Answer<()> {
    let mut missing = Vec::new();
    let id = case.matter.id.clone();
    for (document, pointer) in named {
        let Some(hash) = listed.get(document) else { continue };
        match one(case.txn.db(), &id, document).await? {
            Some(found)
                if ![Some(&found.pointer), place_now(form, "", &found.pointer).as_ref()].contains(&Some(pointer)) =>
            {
                return Err(Fault::invalid(pointer.clone(), "choice"));
            }
            // What a scan refused is no answer, whatever is said of it. It is here: to send it again would change nothing.
            Some(found) if found.state == DocumentState::Refused => {
                return Err(Fault::invalid(pointer.clone(), "required"));
            }
            Some(found)
                if [DocumentState::Received, DocumentState::Returned].contains(&found.state)
                    && found.sha256.eq_ignore_ascii_case(hash) => {}
            _ => missing.push(document.clone()),
        }
    }
    if !missing.is_empty() {
        return Err(Fault::new(Slug::DocumentsMissing).with(|p| p.documents = missing));
    }
    Ok(())
}

/// From now on a form names these documents and no others. A returned one that is named again was defended by a note.
pub(super) async fn name_only(case: &mut Case, kind: FormKind, named: &[(String, Pointer)]) -> Answer<()> {
    let (office, id) = (case.office.clone(), case.matter.id.clone());
    let other = if kind == FormKind::Application { FormKind::Report } else { FormKind::Application };
    let others = &office.form_for(&case.matter, other)?.form;
    let theirs = sent_documents(case.txn.db(), &office, &id, other).await?;
    for mut document in all_of(case.txn.db(), &id).await? {
        if theirs.contains(&document.id) || others.item_at(&document.pointer).is_some() {
            continue;
        }
        let place = named.iter().find(|(id, _)| *id == document.id).map(|(_, pointer)| pointer);
        let is_named = place.is_some();
        sqlx::query("UPDATE document SET named = ? WHERE application = ? AND id = ?")
            .bind(i64::from(is_named))
            .bind(&id)
            .bind(&document.id)
            .execute(case.txn.db())
            .await?;
        let is_back = is_named && document.state == DocumentState::Returned;
        if is_back {
            document.state = DocumentState::Received;
        }
        let place = place.filter(|place| **place != document.pointer);
        let has_moved = place.is_some();
        if let Some(place) = place {
            document.pointer.clone_from(place);
        }
        if is_back || has_moved {
            store(case.txn.db(), &id, &document).await?;
        }
    }
    Ok(())
}

/// What was sent was taken back: nothing names a document until it is sent again.
pub(super) async fn name_none(case: &mut Case) -> Answer<()> {
    sqlx::query("UPDATE document SET named = 0 WHERE application = ?")
        .bind(&case.matter.id)
        .execute(case.txn.db())
        .await?;
    Ok(())
}

/// The documents of a receipt: those that were named and listed.
pub(super) fn counted(named: &[(String, Pointer)], listed: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    named.iter().filter_map(|(id, _)| Some((id.clone(), listed.get(id)?.clone()))).collect()
}

async fn named_at(case: &mut Case, pointer: &Pointer) -> Answer<Vec<Document>> {
    let id = case.matter.id.clone();
    let named = named_of(case.txn.db(), &id).await?;
    let inside = |document: &Document| document.pointer == *pointer || pointer.contains(&document.pointer);
    Ok(named.into_iter().filter(inside).collect())
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
