//! What the house does for itself: times when nothing is written, and new signing keys.
use super::{Answer, Fault, Office, at_second};
use crate::issue::KeyShown;
use contract::api::{Instant, Maintenance, Slug};
use std::sync::{Mutex, PoisonError};

/// The one time that is planned, if any. It is told to whoever asks what this backend is, and forgotten with a restart.
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
        self.audit(who, if planned.is_some() { "plan-maintenance" } else { "end-maintenance" }, "").await?;
        self.planned.with(|it| *it = planned.map(|(from, until)| Maintenance { from, until }));
        Ok(())
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
