//! What the house does for itself: times when nothing is written, and new signing keys.
use super::{Answer, Fault, Office, at_second, audit, test_acts::YEARS};
use crate::issue::KeyShown;
use chrono::Datelike as _;
use contract::{
    api::{Instant, Maintenance, Slug, TestUpkeep},
    questionnaire::Pointer,
};
use sqlx::Row as _;
use std::sync::{Mutex, PoisonError};

/// The one time that is planned, if any, as it stands in the database. It is told to whoever asks what this backend is.
#[derive(Default)]
pub(super) struct Planned(Mutex<Option<Maintenance>>);

impl Planned {
    fn with<T>(&self, change: impl FnOnce(&mut Option<Maintenance>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Office {
    /// The time that is planned or going on; nothing once it is over.
    pub fn maintenance(&self) -> Option<Maintenance> {
        let now = self.now();
        self.planned.with(|planned| planned.filter(|it| it.until > now))
    }

    /// Plans a time without writing. Nothing: what was planned does not happen, or ends now.
    ///
    /// # Errors
    /// It could not be noted.
    pub async fn plan_maintenance(&self, who: &str, planned: Option<(Instant, Instant)>) -> Answer<()> {
        let mut txn = self.store.write().await?;
        let what = if planned.is_some() { "plan-maintenance" } else { "end-maintenance" };
        audit::note(txn.db(), self.now(), who, what, "").await?;
        sqlx::query("DELETE FROM maintenance").execute(txn.db()).await?;
        if let Some((from, until)) = planned {
            sqlx::query("INSERT INTO maintenance (one, starts_at, ends_at) VALUES (1, ?, ?)")
                .bind(from.timestamp())
                .bind(until.timestamp())
                .execute(txn.db())
                .await?;
        }
        txn.commit().await?;
        self.planned.with(|it| *it = planned.map(|(from, until)| Maintenance { from, until }));
        Ok(())
    }

    /// What was planned before this server was started.
    pub(super) async fn remember_maintenance(&self) -> Result<(), sqlx::Error> {
        let mut db = self.store.read().await?;
        let row = sqlx::query("SELECT starts_at, ends_at FROM maintenance").fetch_optional(&mut *db).await?;
        let planned = row.map(|row| Maintenance { from: at_second(row.get(0)), until: at_second(row.get(1)) });
        self.planned.with(|it| *it = planned);
        Ok(())
    }

    /// Plays the house for a conformance run: the time without writing is the one asked for, and at least so many keys are
    /// published. Asked again, nothing more comes of it than a line in the audit trail.
    ///
    /// # Errors
    /// `invalid`: a time that ends before it begins or lies too far away, or more than one key more than there are.
    pub async fn play_upkeep(&self, asked: &TestUpkeep) -> Answer<()> {
        let is_far = |at: &Instant| !YEARS.contains(&at.year());
        if asked.maintenance.is_some_and(|it| it.until <= it.from || [it.from, it.until].iter().any(is_far)) {
            return Err(Fault::invalid(Pointer::member("maintenance"), "range"));
        }
        let published = self.keys_shown().len();
        let wanted = asked.keys.map_or(published, |keys| usize::try_from(keys).unwrap_or(usize::MAX));
        if wanted > published.saturating_add(1) {
            return Err(Fault::invalid(Pointer::member("keys"), "range"));
        }
        // In the office's own time, as it would be read back.
        let planned = asked.maintenance.map(|it| (at_second(it.from.timestamp()), at_second(it.until.timestamp())));
        self.plan_maintenance("test", planned).await?;
        if wanted > published { self.add_key("test").await } else { Ok(()) }
    }

    /// The refusal of everything that writes, while nothing is written.
    pub fn no_writes(&self) -> Option<Fault> {
        let now = self.now();
        let it = self.maintenance().filter(|it| it.from <= now)?;
        let mut fault = Fault::new(Slug::Maintenance).with(|problem| {
            problem.from = Some(it.from);
            problem.until = Some(it.until);
        });
        fault.retry_after = u64::try_from((it.until - now).num_seconds()).ok();
        Some(fault)
    }

    /// Publishes another signing key; it signs after two days, and those before it stay.
    ///
    /// # Errors
    /// It could not be written down.
    pub async fn add_key(&self, who: &str) -> Answer<()> {
        self.audit(who, "add-key", "").await?;
        self.issuer.keys().add(self.now().timestamp()).map_err(|why| Fault::ours(&why))
    }

    /// The keys that are published, and when each signs.
    pub fn keys_shown(&self) -> Vec<(KeyShown, Instant)> {
        let keys = self.issuer.keys().shown(self.now().timestamp());
        keys.into_iter().map(|key| (key.clone(), at_second(key.from))).collect()
    }
}
