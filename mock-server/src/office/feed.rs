//! News of a login: kept for an hour so that a stream can go on where it broke, and told to whoever listens now.
use super::{Answer, Matter, Office};
use contract::{api::Instant, application::State};
use sqlx::{Row as _, SqliteConnection};
use tokio::sync::broadcast;

/// How long news are kept, in seconds.
pub(super) const KEPT_SECONDS: i64 = 3600;

/// One piece of news: never content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// An application changed.
    Changed {
        /// Place in the feed.
        id: i64,
        /// Whose.
        subject: String,
        /// Which.
        application: String,
        /// Its version now.
        version: u64,
        /// Its state now.
        state: State,
    },
    /// A session ended.
    SignedOut {
        /// Which.
        session: String,
    },
    /// The server stops.
    Stopping,
}

/// Those who listen now.
pub(super) struct Feed(broadcast::Sender<Heard>);

impl Feed {
    pub(super) fn new() -> Self {
        Self(broadcast::channel(1024).0)
    }

    /// Tells those who listen; nobody may.
    pub(super) fn tell(&self, news: Heard) {
        if self.0.send(news).is_err() {
            // Nobody listens now: the feed table has it for those who come back.
        }
    }
}

/// Stores a piece of news in the transaction of the change.
pub(super) async fn store(db: &mut SqliteConnection, matter: &Matter, now: Instant) -> Answer<Heard> {
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO feed (subject, application, version, state, at) VALUES (?, ?, ?, ?, ?) RETURNING id",
    )
    .bind(&matter.subject)
    .bind(&matter.id)
    .bind(i64::try_from(matter.version).unwrap_or(i64::MAX))
    .bind(matter.state.code())
    .bind(now.timestamp())
    .fetch_one(db)
    .await?;
    Ok(Heard::Changed {
        id,
        subject: matter.subject.clone(),
        application: matter.id.clone(),
        version: matter.version,
        state: matter.state,
    })
}

impl Office {
    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Heard> {
        self.feed.0.subscribe()
    }

    /// Says goodbye to all streams.
    pub fn say_goodbye(&self) {
        self.feed.tell(Heard::Stopping);
    }

    /// The newest place in the feed.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn feed_end(&self) -> Answer<i64> {
        let mut db = self.store.read().await?;
        Ok(sqlx::query_scalar("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'feed'")
            .fetch_one(&mut *db)
            .await?)
    }

    /// What a login missed after this place. `None` if that is not known any more: everything must be read again.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn missed(&self, subject: &str, after: i64) -> Answer<Option<Vec<Heard>>> {
        let end = self.feed_end().await?;
        let mut db = self.store.read().await?;
        let first: Option<i64> = sqlx::query_scalar("SELECT min(id) FROM feed").fetch_one(&mut *db).await?;
        // Ids have no gaps, so whatever lies between `after` and the first one kept is gone.
        let known = after <= end && after >= first.unwrap_or(end + 1) - 1;
        if !known {
            return Ok(None);
        }
        let rows =
            sqlx::query("SELECT id, application, version, state FROM feed WHERE subject = ? AND id > ? ORDER BY id")
                .bind(subject)
                .bind(after)
                .fetch_all(&mut *db)
                .await?;
        let heard = |row: &sqlx::sqlite::SqliteRow| Heard::Changed {
            id: row.get(0),
            subject: subject.to_owned(),
            application: row.get(1),
            version: u64::try_from(row.get::<i64, _>(2)).unwrap_or_default(),
            state: State::from_code(row.get(3)).unwrap_or(State::Unknown),
        };
        Ok(Some(rows.iter().map(heard).collect()))
    }
}
