//! The audit log: who did what to which id, when. Never the value that was read or written. Apart from the timeline.
use super::{Answer, Office, at_second};
use contract::api::Instant;
use sqlx::{Row as _, SqliteConnection};

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// When.
    pub at: Instant,
    /// A subject, a session's staff name, or a program of the office.
    pub who: String,
    /// What: `sign-in`, `read-id-number`, an act's code, …
    pub what: String,
    /// Id of the application, document or certificate; empty where there is none.
    pub about: String,
    /// The application that this is of: its id, its number to read aloud, and whom it is for.
    pub of: Option<(String, String, String)>,
}

/// Writes a line, in the transaction of what it tells of.
pub(super) async fn note(db: &mut SqliteConnection, now: Instant, who: &str, what: &str, about: &str) -> Answer<()> {
    sqlx::query("INSERT INTO audit (at, who, what, about) VALUES (?, ?, ?, ?)")
        .bind(now.timestamp())
        .bind(who)
        .bind(what)
        .bind(about)
        .execute(db)
        .await?;
    Ok(())
}

impl Office {
    /// Writes a line by itself: for reads.
    ///
    /// # Errors
    /// It cannot be stored; then what it tells of must not be done.
    pub async fn audit(&self, who: &str, what: &str, about: &str) -> Answer<()> {
        let mut txn = self.store.write().await?;
        note(txn.db(), self.now(), who, what, about).await?;
        txn.commit().await?;
        Ok(())
    }

    /// The newest lines, newest first; on request without those of looking and downloading, which are most of them.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn audit_rows(&self, most: u32, with_reads: bool) -> Answer<Vec<AuditRow>> {
        let mut db = self.store.read().await?;
        let rows = sqlx::query(
            "SELECT audit.at, audit.who, audit.what, audit.about, application.id, COALESCE(application.number, ''),
                COALESCE(json_extract(application.body, '$.facts.name'), '')
             FROM audit LEFT JOIN application ON application.id = CASE
                WHEN audit.what IN ('read-document', 'download-document') THEN (SELECT application FROM document WHERE document.id = audit.about)
                ELSE COALESCE((SELECT application FROM certificate WHERE certificate.id = audit.about), audit.about) END
             WHERE ? OR NOT (audit.what GLOB 'read-*' OR audit.what GLOB 'download-*')
             ORDER BY audit.id DESC LIMIT ?",
        )
            .bind(with_reads)
            .bind(most)
            .fetch_all(&mut *db)
            .await?;
        let line = |row: &sqlx::sqlite::SqliteRow| AuditRow {
            at: at_second(row.get(0)),
            who: row.get(1),
            what: row.get(2),
            about: row.get(3),
            of: row.get::<Option<String>, _>(4).map(|id| (id, row.get(5), row.get(6))),
        };
        Ok(rows.iter().map(line).collect())
    }
}
