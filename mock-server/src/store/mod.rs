//! The database: one SQLite file in the data folder, one writer at a time.
//!
//! Tables are in `schema`; what is read and written is said where it is needed, in `office`. You will not find a rule here.
mod schema;

use sqlx::{
    Sqlite, SqliteConnection, SqlitePool, Transaction,
    pool::PoolConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Everything the office remembers, but for files.
#[derive(Clone, Debug)]
pub struct Store {
    pool: SqlitePool,
    turn: Arc<Mutex<()>>,
}

/// A turn to write. What is not committed did not happen.
pub struct Txn {
    inner: Transaction<'static, Sqlite>,
    _turn: OwnedMutexGuard<()>,
}

impl Store {
    /// Opens the database in this folder and brings its tables up to date.
    ///
    /// # Errors
    /// The file cannot be opened or is no database.
    pub async fn open(folder: &Path) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(folder.join("office.sqlite"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A receipt is a promise: it must survive a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        let pool = SqlitePoolOptions::new().max_connections(6).connect_with(options).await?;
        let store = Self { pool, turn: Arc::default() };
        schema::bring_up_to_date(&store).await?;
        Ok(store)
    }

    /// A connection to read with.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn read(&self) -> Result<PoolConnection<Sqlite>, sqlx::Error> {
        self.pool.acquire().await
    }

    /// Waits for the turn to write.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn write(&self) -> Result<Txn, sqlx::Error> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let inner = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        Ok(Txn { inner, _turn: turn })
    }

    /// Waits for open work and closes the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl Txn {
    /// The connection to read and write with.
    pub fn db(&mut self) -> &mut SqliteConnection {
        &mut self.inner
    }

    /// Makes it so.
    ///
    /// # Errors
    /// It could not be stored: nothing happened.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        self.inner.commit().await
    }
}
