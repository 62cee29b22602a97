//! What somebody at the desk had before them when they decided: an act on what has changed since is theirs to take again.
use super::{Answer, Case, Fault, Findings, Office, matter, record, sha256_hex};
use contract::api::{Event, Slug};
use sqlx::SqliteConnection;
use std::fmt;

/// An application as it was looked at. Not its version: that grows too when its applicant only types, or mistypes a code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// The last thing that had happened, by its place in the timeline.
    pub event: i64,
    /// What was found so far, as a hash.
    pub findings: String,
}

impl Mark {
    /// Reads it back from where a page carried it.
    pub fn read(text: &str) -> Option<Self> {
        let (event, findings) = text.split_once('-')?;
        Some(Self { event: event.parse().ok()?, findings: findings.to_owned() })
    }

    pub(super) async fn of(db: &mut SqliteConnection, id: &str, findings: &Findings) -> Answer<Self> {
        let event: Option<i64> =
            sqlx::query_scalar("SELECT max(seq) FROM event WHERE application = ?").bind(id).fetch_one(db).await?;
        let hash = sha256_hex(&serde_json::to_vec(findings)?);
        Ok(Self { event: event.unwrap_or_default(), findings: hash.chars().take(12).collect() })
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.event, self.findings)
    }
}

impl Mark {
    /// Refuses what was decided on something else than this, which is how it stands now.
    fn is_what_was_seen(&self, seen: Option<&Self>) -> Answer<()> {
        if seen.is_none_or(|seen| seen == self) { Ok(()) } else { Err(Fault::new(Slug::Stale)) }
    }
}

impl Case {
    /// Refuses what was decided on something else than what there is now. Who says nothing of it has seen it.
    ///
    /// # Errors
    /// `stale`.
    pub(super) async fn is_as_seen(&mut self, seen: Option<&Mark>) -> Answer<()> {
        Mark::of(self.txn.db(), &self.matter.id, &self.matter.findings).await?.is_what_was_seen(seen)
    }
}

impl Office {
    /// The same before something is asked. What is done looks for itself, in its own transaction.
    ///
    /// # Errors
    /// `stale`, `not-found`.
    pub async fn is_as_seen(&self, id: &str, seen: Option<&Mark>) -> Answer<()> {
        let mut db = self.store.read().await?;
        let matter = matter::load(&mut db, id).await?.ok_or_else(Fault::not_found)?;
        Mark::of(&mut db, id, &matter.findings).await?.is_what_was_seen(seen)
    }

    /// What has happened since somebody looked, newest first.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn news_since(&self, id: &str, seen: &Mark, lang: &str) -> Answer<Vec<Event>> {
        let mut db = self.store.read().await?;
        let events = record::stored_events(&mut db, id, None, record::EVENTS).await?;
        let news = events.into_iter().filter(|(seq, _)| *seq > seen.event).map(|(_, mut event)| {
            record::localise(self, &mut event, lang);
            event
        });
        Ok(news.collect())
    }
}
