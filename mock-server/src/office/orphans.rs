//! Files that no row tells of: left where the process ended between a row and its files. ID cards must not outlive what they
//! were sent for (contract §9), so they are looked for by name, too.
use super::{Answer, Office};
use futures_util::TryStreamExt as _;
use object_store::{ObjectMeta, ObjectStore as _, path::Path};
use std::collections::BTreeSet;

/// Younger files may still be waiting for their row, in seconds.
const WAITS: i64 = 3600;

impl Office {
    /// Erases what lies below `documents/` and `uploads/` and belongs to nothing that is known.
    ///
    /// # Errors
    /// The store does not answer.
    pub(super) async fn erase_orphans(&self) -> Answer<()> {
        let mut db = self.store.read().await?;
        let known: BTreeSet<String> = sqlx::query_scalar(
            "SELECT 'documents/' || application || '/' || id FROM document UNION ALL SELECT 'uploads/' || id FROM upload",
        )
        .fetch_all(&mut *db)
        .await?
        .into_iter()
        .collect();
        drop(db);
        let before = self.now().timestamp() - WAITS;
        for folder in ["documents", "uploads"] {
            let all: Vec<ObjectMeta> = self.files.list(Some(&Path::from(folder))).try_collect().await?;
            for file in all.into_iter().filter(|file| file.last_modified.timestamp() < before) {
                let owner = file.location.as_ref().rsplit_once('/').map_or("", |(owner, _)| owner);
                if !known.contains(owner) {
                    self.erase_file(&file.location).await?;
                }
            }
        }
        Ok(())
    }
}
