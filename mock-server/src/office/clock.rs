//! What time alone does: a missed visit, a matter that lapses, a hold, a lock or a certificate that ends, a reminder of that.
//!
//! It acts at the next read or when due, whichever is first (`sweep`), so no reader sees a state that is over.
use super::{
    Answer, Case, Fault, Mark, Office, Viewer, booking, case::day_after, certificates, matter::COLLECTION_TRIES,
    reminder,
};
use contract::{
    api::{ApplicationRecord, Instant},
    application::{Act, Actor, State, clock_act},
};
use sqlx::SqliteConnection;

/// Lets the clock act on an open application.
pub(super) async fn run(case: &mut Case) -> Answer<()> {
    if case.hold.as_ref().is_some_and(|hold| hold.real_until <= case.real.timestamp()) {
        booking::free_hold(case).await?;
    }
    certificates::expire(case).await?;
    reminder::send(case).await?;
    if case.matter.collection.locked_until.is_some_and(|until| until <= case.now) {
        case.matter.collection.locked_until = None;
        case.matter.collection.left = COLLECTION_TRIES;
        case.changed = true;
    }
    // A missed visit may have been so long ago that the matter has lapsed since.
    for _ in 0..2 {
        let facts = case.facts();
        let Some(act) = clock_act(&facts, case.now) else { break };
        if act == Act::Miss {
            let at = facts.missed_at.unwrap_or(case.now);
            miss(case, at).await?;
        } else {
            lapse(case).await?;
        }
    }
    Ok(())
}

async fn miss(case: &mut Case, at: Instant) -> Answer<()> {
    let wait = case.office.catalogue.sites.booking.after_missed_days;
    let slot = booking::placed_slot(case).await?;
    booking::free_hold(case).await?;
    case.matter.missed_code = case.place.as_ref().map(|place| place.check_in.clone());
    booking::leave_place(case).await?;
    case.matter.book_from = Some(day_after(at, wait));
    let due_on = at.date_naive() + chrono::Duration::days(30);
    case.matter.due_on = Some(due_on);
    let event = case.put(Act::Miss, Actor::Clock, State::Missed, at);
    event.slot = slot;
    event.due_on = Some(due_on);
    Ok(())
}

async fn lapse(case: &mut Case) -> Answer<()> {
    let at = case.facts().lapses_at.unwrap_or(case.now);
    let due_on = case.matter.due_on;
    booking::free_hold(case).await?;
    case.matter.returned.clear();
    let event = case.put(Act::Lapse, Actor::Clock, State::Lapsed, at);
    event.due_on = due_on;
    Ok(())
}

/// When the clock must look at an application next, in seconds of the office's own time.
pub(super) fn wake_at(case: &Case) -> Option<i64> {
    let facts = case.facts();
    let lapses_at = facts.lapses_at.filter(|_| case.matter.state.can_lapse());
    let missed_at = facts.missed_at.filter(|_| case.matter.state == State::Booked);
    let ahead = case.matter.clock_ahead;
    let ends_at = case.matter.certificate_ends.map(super::end_of);
    let unlocks_at = case.matter.collection.locked_until;
    let reminds_at = case.matter.remind_on.map(reminder::at);
    let own =
        [lapses_at, missed_at, ends_at, unlocks_at, reminds_at].into_iter().flatten().map(|at| at.timestamp() - ahead);
    own.chain(case.hold.as_ref().map(|hold| hold.real_until)).min()
}

/// Whether the clock has something to do for an application, without opening it.
pub(super) async fn is_due(db: &mut SqliteConnection, id: &str, now: i64) -> Answer<bool> {
    let wake_at: Option<i64> =
        sqlx::query_scalar("SELECT wake_at FROM application WHERE id = ?").bind(id).fetch_optional(db).await?.flatten();
    Ok(wake_at.is_some_and(|at| at <= now))
}

impl Office {
    /// Takes a visit as missed before its time, for a desk that shows what happens then. No clock is moved: what follows is
    /// reckoned from now.
    ///
    /// # Errors
    /// `act-refused` where no visit is booked; `not-found`.
    pub async fn take_as_missed(&self, id: &str, who: &str, seen: Option<&Mark>) -> Answer<ApplicationRecord> {
        let mut case = Case::open(self, id).await?.ok_or_else(Fault::not_found)?;
        case.may(Act::Miss, Actor::Clock).await?;
        case.is_as_seen(seen).await?;
        let now = case.now;
        miss(&mut case, now).await?;
        case.write(who).await?;
        case.finish(&Viewer::reading("zh-CN")).await
    }

    /// Lets the clock act wherever it is due, the longest first. Where it cannot, the others do not wait for it.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn tick(&self) -> Answer<()> {
        let now = self.now().timestamp();
        let mut db = self.store.read().await?;
        let due: Vec<String> =
            sqlx::query_scalar("SELECT id FROM application WHERE wake_at <= ? ORDER BY wake_at LIMIT 100")
                .bind(now)
                .fetch_all(&mut *db)
                .await?;
        drop(db);
        for id in due {
            if let Err(fault) = self.wake(&id).await {
                eprintln!("the clock stumbled over application {id}: {}", fault.problem.title);
            }
        }
        Ok(())
    }
}
