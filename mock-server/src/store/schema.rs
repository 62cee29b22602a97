//! The tables, as numbered steps: a data folder of an older version is brought up to date at start.
//!
//! Instants are seconds since 1970; what is only read as a whole is JSON.
use super::Store;

/// Each step once, in this order. A step that was ever released is never changed: add another.
const STEPS: &[&str] = &[
    "
    CREATE TABLE subject (id TEXT PRIMARY KEY, phone TEXT NOT NULL UNIQUE, made_at INTEGER NOT NULL) STRICT;
    CREATE TABLE session (
        token_hash TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, subject TEXT NOT NULL REFERENCES subject(id),
        made_at INTEGER NOT NULL, last_at INTEGER NOT NULL, ends_at INTEGER NOT NULL) STRICT;
    CREATE TABLE code (
        id TEXT PRIMARY KEY, purpose TEXT NOT NULL, phone TEXT NOT NULL, application TEXT, hash TEXT NOT NULL,
        made_at INTEGER NOT NULL, ends_at INTEGER NOT NULL, tries_left INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0) STRICT;
    CREATE TABLE message (
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, phone TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, code TEXT) STRICT;
    CREATE INDEX message_by_phone ON message (phone, id);
    CREATE TABLE application (
        id TEXT PRIMARY KEY, subject TEXT NOT NULL REFERENCES subject(id), state TEXT NOT NULL, number TEXT UNIQUE,
        id_number TEXT, made_at INTEGER NOT NULL, seq INTEGER NOT NULL, wake_at INTEGER, body TEXT NOT NULL) STRICT;
    CREATE INDEX application_by_subject ON application (subject, seq);
    CREATE INDEX application_by_id_number ON application (id_number);
    CREATE INDEX application_by_wake ON application (wake_at);
    CREATE TABLE event (
        seq INTEGER PRIMARY KEY, application TEXT NOT NULL REFERENCES application(id), body TEXT NOT NULL) STRICT;
    CREATE INDEX event_by_application ON event (application, seq);
    CREATE TABLE draft (
        application TEXT PRIMARY KEY REFERENCES application(id), etag INTEGER NOT NULL, base INTEGER NOT NULL,
        questionnaire TEXT NOT NULL, answers TEXT, prefilled TEXT NOT NULL, saved_at INTEGER NOT NULL) STRICT;
    CREATE TABLE submission (
        application TEXT NOT NULL REFERENCES application(id), form TEXT NOT NULL, round INTEGER NOT NULL,
        at INTEGER NOT NULL, questionnaire TEXT NOT NULL, body TEXT, merged TEXT, notes TEXT NOT NULL, receipt TEXT NOT NULL,
        recalled INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (application, form, round)) STRICT;
    CREATE TABLE document (
        application TEXT NOT NULL REFERENCES application(id), id TEXT NOT NULL, pointer TEXT NOT NULL, sha256 TEXT NOT NULL,
        named INTEGER NOT NULL DEFAULT 0, bound_at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (application, id)) STRICT;
    CREATE TABLE upload (
        id TEXT PRIMARY KEY, subject TEXT NOT NULL, application TEXT NOT NULL, document TEXT NOT NULL, sha256 TEXT NOT NULL,
        filetype TEXT NOT NULL, length INTEGER NOT NULL, offset INTEGER NOT NULL, made_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,
        pieces TEXT NOT NULL) STRICT;
    CREATE INDEX upload_by_end ON upload (ends_at);
    CREATE TABLE receipt (
        scope TEXT NOT NULL, key TEXT NOT NULL, path TEXT NOT NULL, body_sha256 TEXT NOT NULL, status INTEGER NOT NULL,
        application TEXT, receipt TEXT, reply TEXT, made_at INTEGER NOT NULL, ends_at INTEGER, PRIMARY KEY (scope, key)) STRICT;
    CREATE TABLE hold (
        application TEXT PRIMARY KEY REFERENCES application(id), slot TEXT NOT NULL, until INTEGER NOT NULL, last INTEGER NOT NULL,
        real_until INTEGER NOT NULL) STRICT;
    CREATE INDEX hold_by_slot ON hold (slot);
    CREATE TABLE place (application TEXT PRIMARY KEY REFERENCES application(id), slot TEXT NOT NULL, check_in TEXT NOT NULL) STRICT;
    CREATE INDEX place_by_slot ON place (slot);
    CREATE INDEX place_by_check_in ON place (check_in);
    CREATE TABLE watch (
        application TEXT PRIMARY KEY REFERENCES application(id), sites TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL) STRICT;
    CREATE TABLE certificate (
        id TEXT PRIMARY KEY, application TEXT NOT NULL REFERENCES application(id), number TEXT NOT NULL UNIQUE, idx INTEGER NOT NULL UNIQUE,
        state TEXT NOT NULL, body TEXT NOT NULL) STRICT;
    CREATE TABLE certificate_grant (
        session TEXT NOT NULL, certificate TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (session, certificate)) STRICT;
    CREATE TABLE download (token_hash TEXT PRIMARY KEY, what TEXT NOT NULL, until INTEGER NOT NULL) STRICT;
    CREATE TABLE feed (
        id INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL, application TEXT NOT NULL, version INTEGER NOT NULL,
        state TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
    CREATE INDEX feed_by_subject ON feed (subject, id);
    CREATE TABLE hit (scope TEXT NOT NULL, at INTEGER NOT NULL, amount INTEGER NOT NULL) STRICT;
    CREATE INDEX hit_by_scope ON hit (scope, at);
    CREATE TABLE audit (
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, about TEXT NOT NULL) STRICT;
    ",
    "
    CREATE TABLE maintenance (
        one INTEGER PRIMARY KEY CHECK (one = 1), starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL) STRICT;
    ",
    "
    ALTER TABLE download ADD COLUMN fetched INTEGER NOT NULL DEFAULT 0;
    ",
    // What was opened in a session closes with it, however it ends.
    "
    CREATE TRIGGER session_over AFTER DELETE ON session BEGIN
        DELETE FROM certificate_grant WHERE session = OLD.id;
    END;
    ",
    // Places of visits that are no longer to come, and that nobody else may have: their person came, or the site cancelled.
    "
    CREATE TABLE spent (
        slot TEXT NOT NULL, application TEXT NOT NULL REFERENCES application(id), check_in TEXT NOT NULL, act TEXT NOT NULL) STRICT;
    CREATE INDEX spent_by_slot ON spent (slot);
    ",
];

/// Runs the steps that this file has not seen.
pub(super) async fn bring_up_to_date(store: &Store) -> Result<(), sqlx::Error> {
    let mut txn = store.write().await?;
    let done: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(txn.db()).await?;
    let done = usize::try_from(done).unwrap_or(usize::MAX);
    for (number, step) in STEPS.iter().enumerate().skip(done) {
        sqlx::raw_sql(*step).execute(txn.db()).await?;
        let mark = format!("PRAGMA user_version = {}", number + 1);
        sqlx::raw_sql(sqlx::AssertSqlSafe(mark)).execute(txn.db()).await?;
    }
    txn.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_opened_in_a_session_closes_with_that_session_alone() {
        let folder = std::env::temp_dir().join(format!("hc-schema-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        let store = Store::open(&folder).await.unwrap();
        let mut txn = store.write().await.unwrap();
        for statement in [
            "INSERT INTO subject VALUES ('somebody', '+8613800000001', 0)",
            "INSERT INTO session VALUES ('a', 'one', 'somebody', 0, 0, 9), ('b', 'two', 'somebody', 0, 0, 9)",
            "INSERT INTO certificate_grant VALUES ('one', 'x', 9), ('one', 'y', 9), ('two', 'x', 9)",
            "DELETE FROM session WHERE id = 'one'",
        ] {
            sqlx::query(statement).execute(txn.db()).await.unwrap();
        }
        let left: Vec<String> =
            sqlx::query_scalar("SELECT session FROM certificate_grant").fetch_all(txn.db()).await.unwrap();
        txn.commit().await.unwrap();
        store.close().await;
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(left, ["two"]);
    }
}
