//! Bytes on their way: tus uploads, kept piece by piece so that a restart loses none that was confirmed (contract §6).
use super::{
    Answer, Fault, Office, at_second, fresh_id,
    limits::{self, UPLOADED},
};
use bytes::Bytes;
use contract::api::{Instant, Slug, Uploads};
use object_store::{ObjectStoreExt as _, path::Path};
use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

/// Seconds an upload lives after its last byte.
pub const UPLOAD_LIFE: u64 = 72 * 3600;
/// Bytes of one file.
pub const MAX_SIZE: u64 = Uploads::USUAL_SIZE;
/// Media types taken.
pub const TYPES: [&str; 4] = ["image/jpeg", "image/png", "image/webp", "application/pdf"];

/// An upload as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Opaque.
    pub id: String,
    /// Application it is for.
    pub application: String,
    /// What its sender said its hash will be.
    pub sha256: String,
    /// Bytes in all.
    pub length: u64,
    /// Bytes confirmed.
    pub offset: u64,
    /// Gone after that.
    pub ends_at: Instant,
    pieces: Vec<u64>,
}

/// What a new upload says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewUpload {
    /// Bytes in all.
    pub length: u64,
    /// Application id.
    pub application: String,
    /// Document id.
    pub document: String,
    /// Hex.
    pub sha256: String,
    /// Media type.
    pub filetype: String,
}

/// Uploads that somebody writes to now.
#[derive(Default)]
pub(super) struct BusyUploads(Mutex<HashSet<String>>);

/// While this lives, nobody else writes to the upload.
pub struct UploadTurn {
    office: Office,
    id: String,
}

impl Drop for UploadTurn {
    fn drop(&mut self) {
        self.office.busy_uploads.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

fn piece(id: &str, offset: u64) -> Path {
    Path::from(format!("uploads/{id}/{offset:010}"))
}

impl Office {
    /// Begins an upload.
    ///
    /// # Errors
    /// `not-found`: the application is not this login's; `slow-down`.
    pub async fn begin_upload(&self, subject: &str, new: &NewUpload) -> Answer<Upload> {
        let now = self.now();
        let mut txn = self.store.write().await?;
        let owner: Option<String> = sqlx::query_scalar("SELECT subject FROM application WHERE id = ?")
            .bind(&new.application)
            .fetch_optional(txn.db())
            .await?;
        if owner.as_deref() != Some(subject) {
            return Err(Fault::not_found());
        }
        let length = i64::try_from(new.length).unwrap_or(i64::MAX);
        limits::count(txn.db(), &format!("upload:{subject}"), &UPLOADED, length, now).await?;
        let id = fresh_id();
        let ends_at = now.timestamp() + i64::try_from(UPLOAD_LIFE).unwrap_or_default();
        sqlx::query(
            "INSERT INTO upload (id, subject, application, document, sha256, filetype, length, offset, made_at, ends_at, pieces)
             VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, '[]')",
        )
        .bind(&id)
        .bind(subject)
        .bind(&new.application)
        .bind(&new.document)
        .bind(&new.sha256)
        .bind(&new.filetype)
        .bind(length)
        .bind(now.timestamp())
        .bind(ends_at)
        .execute(txn.db())
        .await?;
        txn.commit().await?;
        Ok(Upload {
            id,
            application: new.application.clone(),
            sha256: new.sha256.clone(),
            length: new.length,
            offset: 0,
            ends_at: at_second(ends_at),
            pieces: Vec::new(),
        })
    }

    /// An upload of this login.
    ///
    /// # Errors
    /// `not-found`: foreign or none; `upload-gone`: its time is over.
    pub async fn upload(&self, subject: &str, id: &str) -> Answer<Upload> {
        let mut db = self.store.read().await?;
        let row: Option<(String, String, i64, i64, i64, String)> = sqlx::query_as(
            "SELECT application, sha256, length, offset, ends_at, pieces FROM upload WHERE id = ? AND subject = ?",
        )
        .bind(id)
        .bind(subject)
        .fetch_optional(&mut *db)
        .await?;
        let (application, sha256, length, offset, ends_at, pieces) = row.ok_or_else(Fault::not_found)?;
        if ends_at <= self.now().timestamp() {
            return Err(Fault::new(Slug::UploadGone));
        }
        Ok(Upload {
            id: id.into(),
            application,
            sha256,
            length: u64::try_from(length).unwrap_or_default(),
            offset: u64::try_from(offset).unwrap_or_default(),
            ends_at: at_second(ends_at),
            pieces: serde_json::from_str(&pieces)?,
        })
    }

    /// Takes the turn to write to an upload; `None` while somebody else does.
    pub fn write_to_upload(&self, id: &str) -> Option<UploadTurn> {
        let mut busy = self.busy_uploads.0.lock().unwrap_or_else(PoisonError::into_inner);
        busy.insert(id.to_owned()).then(|| UploadTurn { office: self.clone(), id: id.into() })
    }

    /// Adds bytes at the offset; they are confirmed once they are stored.
    ///
    /// # Errors
    /// `too-large` past its length.
    pub async fn append(&self, upload: &mut Upload, bytes: Bytes) -> Answer<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let end = upload.offset + bytes.len() as u64;
        if end > upload.length {
            return Err(Fault::new(Slug::TooLarge).with(|p| p.limit = Some(upload.length)));
        }
        self.files.put(&piece(&upload.id, upload.offset), bytes.into()).await?;
        upload.pieces.push(upload.offset);
        let ends_at = self.now().timestamp() + i64::try_from(UPLOAD_LIFE).unwrap_or_default();
        let mut txn = self.store.write().await?;
        sqlx::query("UPDATE upload SET offset = ?, pieces = ?, ends_at = ? WHERE id = ?")
            .bind(i64::try_from(end).unwrap_or(i64::MAX))
            .bind(serde_json::to_string(&upload.pieces)?)
            .bind(ends_at)
            .bind(&upload.id)
            .execute(txn.db())
            .await?;
        txn.commit().await?;
        upload.offset = end;
        upload.ends_at = at_second(ends_at);
        Ok(())
    }

    /// The whole bytes of an upload.
    ///
    /// # Errors
    /// `upload-gone` where a piece is missing.
    pub(super) async fn uploaded_bytes(&self, upload: &Upload) -> Answer<Vec<u8>> {
        let mut all = Vec::with_capacity(usize::try_from(upload.length).unwrap_or_default());
        for offset in &upload.pieces {
            match self.files.get(&piece(&upload.id, *offset)).await {
                Ok(found) => all.extend(found.bytes().await?),
                Err(object_store::Error::NotFound { .. }) => return Err(Fault::new(Slug::UploadGone)),
                Err(other) => return Err(other.into()),
            }
        }
        Ok(all)
    }

    /// Forgets an upload and its bytes.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn end_upload(&self, upload: &Upload) -> Answer<()> {
        let mut txn = self.store.write().await?;
        sqlx::query("DELETE FROM upload WHERE id = ?").bind(&upload.id).execute(txn.db()).await?;
        txn.commit().await?;
        self.erase_pieces(&upload.id, &upload.pieces).await
    }

    pub(super) async fn erase_pieces(&self, id: &str, pieces: &[u64]) -> Answer<()> {
        for offset in pieces {
            self.erase_file(&piece(id, *offset)).await?;
        }
        Ok(())
    }

    /// Erases a file; that it is gone already is fine.
    pub(super) async fn erase_file(&self, path: &Path) -> Answer<()> {
        match self.files.delete(path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }

    /// Whether the checksum of some bytes is the one that came with them. `None` for an algorithm that is not taken.
    pub fn checksum_fits(header: &str, bytes: &[u8]) -> Option<bool> {
        use base64::Engine as _;
        use sha1::Digest as _;
        let (algorithm, sum) = header.trim().split_once(' ')?;
        let sum = base64::engine::general_purpose::STANDARD.decode(sum.trim()).ok()?;
        match algorithm {
            "sha256" => Some(sha2::Sha256::digest(bytes).as_slice() == sum),
            "sha1" => Some(sha1::Sha1::digest(bytes).as_slice() == sum),
            _ => None,
        }
    }
}

/// Whether a text is a SHA-256 in hexadecimal.
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
