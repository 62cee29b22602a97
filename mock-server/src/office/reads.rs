//! What an applicant reads: the record, the list, older events. The clock has acted before anybody reads.
use super::{
    Answer, Case, Fault, Office, Viewer, booking, clock,
    matter::{self, Matter},
    record,
};
use contract::api::{ApplicationRecord, Event};
use sqlx::SqliteConnection;

/// Rows of one page of a list.
const PAGE: usize = 20;

async fn build(
    db: &mut SqliteConnection,
    office: &Office,
    matter: &Matter,
    viewer: &Viewer,
) -> Answer<ApplicationRecord> {
    let hold = booking::hold_of(db, &matter.id).await?;
    let place = booking::place_of(db, &matter.id).await?;
    let seen = record::Seen { office, matter, hold: hold.as_ref(), place: place.as_ref(), fresh: &[] };
    record::build(db, &seen, viewer).await
}

impl Office {
    /// Lets the clock act on one application, if something is due.
    pub(super) async fn wake(&self, id: &str) -> Answer<()> {
        let mut db = self.store.read().await?;
        let due = clock::is_due(&mut db, id, self.now().timestamp()).await?;
        drop(db);
        if due && let Some(case) = Case::open(self, id).await? {
            case.finish_quietly().await?;
        }
        Ok(())
    }

    /// Whether an application is this login's.
    ///
    /// # Errors
    /// `not-found`: somebody else's, or none.
    pub async fn check_own(&self, id: &str, subject: &str) -> Answer<()> {
        let mut db = self.store.read().await?;
        let owner: Option<String> = sqlx::query_scalar("SELECT subject FROM application WHERE id = ?")
            .bind(id)
            .fetch_optional(&mut *db)
            .await?;
        if owner.as_deref() == Some(subject) { Ok(()) } else { Err(Fault::not_found()) }
    }

    /// The record of an application of this login.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn record(&self, id: &str, subject: &str, viewer: &Viewer) -> Answer<ApplicationRecord> {
        let matter = self.matter_of(id, subject).await?;
        let mut db = self.store.read().await?;
        build(&mut db, self, &matter, viewer).await
    }

    /// A page of this login's applications, newest first, and where the next begins.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn records(
        &self,
        subject: &str,
        before: Option<i64>,
        viewer: &Viewer,
    ) -> Answer<(Vec<ApplicationRecord>, Option<i64>)> {
        let mut db = self.store.read().await?;
        let mut rows: Vec<(i64, String)> =
            sqlx::query_as("SELECT seq, id FROM application WHERE subject = ? AND seq < ? ORDER BY seq DESC LIMIT ?")
                .bind(subject)
                .bind(before.unwrap_or(i64::MAX))
                .bind(i64::try_from(PAGE + 1).unwrap_or(i64::MAX))
                .fetch_all(&mut *db)
                .await?;
        drop(db);
        let next = (rows.len() > PAGE).then(|| rows.get(PAGE - 1).map(|(seq, _)| *seq)).flatten();
        rows.truncate(PAGE);
        let mut records = Vec::with_capacity(rows.len());
        for (_, id) in rows {
            self.wake(&id).await?;
            let mut db = self.store.read().await?;
            let matter = matter::load(&mut db, &id).await?.ok_or_else(Fault::not_found)?;
            records.push(build(&mut db, self, &matter, viewer).await?);
        }
        Ok((records, next))
    }

    /// A page of events, newest first, and where the next begins. Without a cursor: those after the record's own.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn events_of(
        &self,
        id: &str,
        subject: &str,
        before: Option<i64>,
        lang: &str,
    ) -> Answer<(Vec<Event>, Option<i64>)> {
        self.matter_of(id, subject).await?;
        let mut db = self.store.read().await?;
        let before = if let Some(before) = before {
            before
        } else {
            let newest = record::stored_events(&mut db, id, None, record::EVENTS).await?;
            if newest.len() < record::EVENTS { 0 } else { newest.last().map_or(0, |(seq, _)| *seq) }
        };
        let mut rows = record::stored_events(&mut db, id, Some(before), PAGE + 1).await?;
        let next = (rows.len() > PAGE).then(|| rows.get(PAGE - 1).map(|(seq, _)| *seq)).flatten();
        rows.truncate(PAGE);
        let localised = rows.into_iter().map(|(_, mut event)| {
            record::localise(self, &mut event, lang);
            event
        });
        Ok((localised.collect(), next))
    }
}
