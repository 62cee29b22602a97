//! Places: who holds one, and who has one. A race for the last place has exactly one winner.
use super::{
    Answer, Case, Fault, Matter, Office, Sites, SlotId, SlotPlan, Viewer, at_second,
    limits::{self, HOLDS},
    slots::{bookable, category_of, chosen, is_fasting, nearest, shown, taken, wire},
    watch::tell_watchers,
};
use chrono::Duration;
use contract::{
    api::{ApplicationRecord, Appointment, CheckIn, Hold, Instant, Slot, Slug},
    application::{Act, Actor, State},
    credential::Number,
};
use sqlx::SqliteConnection;

/// A place that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) slot: SlotId,
    /// In the application's own time.
    pub(super) until: i64,
    /// Cannot be extended past this.
    pub(super) last: i64,
    /// The same `until` in the office's time, for counting.
    pub(super) real_until: i64,
}

/// A place that is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) slot: SlotId,
    pub(super) check_in: String,
}

impl Placed {
    pub(super) fn ends_at(&self, sites: &Sites) -> Instant {
        sites.slot(&self.slot).map_or_else(|| self.slot.starts_at() + Duration::minutes(30), |plan| plan.ends_at())
    }
}

pub(super) async fn hold_of(db: &mut SqliteConnection, id: &str) -> Answer<Option<Held>> {
    let row: Option<(String, i64, i64, i64)> =
        sqlx::query_as("SELECT slot, until, last, real_until FROM hold WHERE application = ?")
            .bind(id)
            .fetch_optional(db)
            .await?;
    Ok(row.and_then(|(slot, until, last, real_until)| {
        Some(Held { slot: SlotId::parse(&slot)?, until, last, real_until })
    }))
}

pub(super) async fn place_of(db: &mut SqliteConnection, id: &str) -> Answer<Option<Placed>> {
    let row: Option<(String, String)> =
        sqlx::query_as("SELECT slot, check_in FROM place WHERE application = ?").bind(id).fetch_optional(db).await?;
    Ok(row.and_then(|(slot, check_in)| Some(Placed { slot: SlotId::parse(&slot)?, check_in })))
}

/// The slot of the appointment, as events record it.
pub(super) async fn placed_slot(case: &mut Case) -> Answer<Option<Slot>> {
    let Some(place) = case.place.clone() else { return Ok(None) };
    let office = case.office.clone();
    shown(case.txn.db(), &office, &place.slot, &case.matter).await
}

/// Gives the hold back.
pub(super) async fn free_hold(case: &mut Case) -> Answer<()> {
    let Some(hold) = case.hold.take() else { return Ok(()) };
    sqlx::query("DELETE FROM hold WHERE application = ?").bind(&case.matter.id).execute(case.txn.db()).await?;
    case.changed = true;
    tell_watchers(case, &hold.slot).await
}

/// Gives the place back.
pub(super) async fn leave_place(case: &mut Case) -> Answer<()> {
    let Some(place) = case.place.take() else { return Ok(()) };
    sqlx::query("DELETE FROM place WHERE application = ?").bind(&case.matter.id).execute(case.txn.db()).await?;
    tell_watchers(case, &place.slot).await
}

/// Ends the visit and keeps its place from everybody: its person came, or the site is not open to anybody then.
pub(super) async fn spend_place(case: &mut Case, act: Act) -> Answer<()> {
    if case.place.take().is_none() {
        return Ok(());
    }
    sqlx::query("INSERT INTO spent SELECT slot, application, check_in, ?2 FROM place WHERE application = ?1")
        .bind(&case.matter.id)
        .bind(act.code())
        .execute(case.txn.db())
        .await?;
    sqlx::query("DELETE FROM place WHERE application = ?").bind(&case.matter.id).execute(case.txn.db()).await?;
    Ok(())
}

/// Which act a hold is for: booking, or moving a visit.
pub(super) const fn act_for(state: State) -> Act {
    if matches!(state, State::Booked) { Act::Change } else { Act::Book }
}

async fn slot_taken(case: &mut Case, slot: &SlotId) -> Fault {
    match nearest(case, slot).await {
        Ok(nearest) => Fault::new(Slug::SlotTaken).with(|p| p.nearest = nearest),
        Err(fault) => fault,
    }
}

/// Six characters to say: no letter or digit that is taken for another.
fn check_in_code() -> String {
    let alphabet = Number::ALPHABET;
    (0..6).filter_map(|_| alphabet.get(rand::random_range(0..alphabet.len()))).map(|byte| char::from(*byte)).collect()
}

/// The hold as the wire shows it.
pub(super) async fn hold_shown(
    db: &mut SqliteConnection,
    office: &Office,
    hold: &Held,
    matter: &Matter,
) -> Answer<Option<Hold>> {
    let slot = shown(db, office, &hold.slot, matter).await?;
    Ok(slot.map(|slot| Hold { slot, until: at_second(hold.until), limit: at_second(hold.last) }))
}

/// The appointment as the wire shows it.
pub(super) async fn appointment_shown(
    db: &mut SqliteConnection,
    office: &Office,
    place: &Placed,
    matter: &Matter,
    lang: &str,
) -> Answer<Option<Appointment>> {
    let slot = shown(db, office, &place.slot, matter).await?;
    let sites = &office.catalogue.sites;
    Ok(slot.map(|slot| Appointment {
        arrive_by: slot.start,
        change_until: sites.change_until(&place.slot),
        check_in: CheckIn { code: place.check_in.clone(), text: format!("HCV1:{}", place.check_in) },
        place: sites.place(&slot.site, lang),
        prepare: preparation(office, matter, &slot, lang),
        slot,
    }))
}

/// What is to be minded before this visit, in the words of its site where it has its own.
fn preparation(office: &Office, matter: &Matter, slot: &Slot, lang: &str) -> Vec<String> {
    let again = matter.findings.again.as_deref().unwrap_or_default();
    let all = office.catalogue.examination.preparations(category_of(matter), &matter.findings.added, again);
    let minded = all.into_iter().filter(|(_, it)| slot.fasting || !it.fasting);
    let own = |name: &str| office.catalogue.sites.preparation(&slot.site, name, lang);
    minded.map(|(name, it)| own(name).unwrap_or_else(|| it.words.get(lang)).to_owned()).collect()
}

impl Office {
    /// Takes, moves or extends the hold of an application. A refused move keeps the old hold.
    ///
    /// # Errors
    /// `act-refused`, `outside-window`, `slot-taken`, `slow-down`, `invalid`.
    pub async fn hold(&self, id: &str, subject: &str, slot: &str) -> Answer<Hold> {
        let mut case = Case::of(self, id, subject).await?;
        let act = act_for(case.matter.state);
        case.may(act, Actor::Applicant).await?;
        let plan = chosen(&case, slot)?;
        let booking = &self.catalogue.sites.booking;
        let now = case.now.timestamp();
        let extends = case.hold.as_ref().filter(|hold| hold.slot == plan.id).map(|hold| hold.last);
        if extends.is_none() {
            let real = case.real;
            limits::count(case.txn.db(), &format!("hold:{id}"), &HOLDS, 1, real).await?;
        }
        let (own, real) = (case.matter.id.clone(), case.real.timestamp());
        let used = taken(case.txn.db(), &plan.id, &own, real).await?;
        if used >= plan.capacity || !bookable(self, &plan, case.now) {
            return Err(slot_taken(&mut case, &plan.id).await);
        }
        let last = extends.unwrap_or(now + (booking.hold_minutes + booking.extend_minutes) * 60);
        let until = (now + booking.hold_minutes * 60).min(last);
        let held = Held { slot: plan.id.clone(), until, last, real_until: until - case.matter.clock_ahead };
        sqlx::query(
            "INSERT INTO hold (application, slot, until, last, real_until) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (application) DO UPDATE SET slot = ?2, until = ?3, last = ?4, real_until = ?5",
        )
        .bind(id)
        .bind(held.slot.to_string())
        .bind(held.until)
        .bind(held.last)
        .bind(held.real_until)
        .execute(case.txn.db())
        .await?;
        if let Some(old) = case.hold.replace(held.clone()).filter(|old| old.slot != held.slot) {
            tell_watchers(&mut case, &old.slot).await?;
        }
        case.changed = true;
        let shown = hold_shown(case.txn.db(), self, &held, &case.matter).await?.ok_or_else(Fault::not_found)?;
        case.finish_quietly().await?;
        Ok(shown)
    }

    /// Refuses a slot as if somebody else had just taken its last place, for who wants to see that: nothing is done. What would be
    /// refused anyway is refused for its own reason.
    pub async fn refuse_slot(&self, id: &str, subject: &str, slot: &str) -> Fault {
        let refused = async {
            let mut case = Case::of(self, id, subject).await?;
            let act = act_for(case.matter.state);
            case.may(act, Actor::Applicant).await?;
            let plan = chosen(&case, slot)?;
            Ok::<_, Fault>(slot_taken(&mut case, &plan.id).await)
        };
        refused.await.unwrap_or_else(|fault| fault)
    }

    /// Gives a hold back; another or none is fine too.
    ///
    /// # Errors
    /// `not-found`: not this login's application.
    pub async fn let_go(&self, id: &str, subject: &str, slot: Option<&str>) -> Answer<()> {
        let mut case = Case::of(self, id, subject).await?;
        if case.hold.as_ref().is_some_and(|hold| slot.is_none_or(|slot| hold.slot.to_string() == slot)) {
            free_hold(&mut case).await?;
        }
        case.finish_quietly().await
    }

    /// Books the held place, or moves the visit to it; both places change in one transaction.
    ///
    /// # Errors
    /// `act-refused`, `outside-window`, `hold-ended`, `slot-taken`.
    pub async fn book(&self, id: &str, subject: &str, slot: &str, viewer: &Viewer) -> Answer<ApplicationRecord> {
        let mut case = Case::of(self, id, subject).await?;
        let already = case.place.as_ref().is_some_and(|place| place.slot.to_string() == slot);
        if already && case.matter.state == State::Booked {
            return case.finish(viewer).await;
        }
        let act = act_for(case.matter.state);
        case.may(act, Actor::Applicant).await?;
        let plan = chosen(&case, slot)?;
        if case.hold.as_ref().is_none_or(|hold| hold.slot != plan.id) {
            return Err(hold_ended(&mut case, &plan).await);
        }
        // A hold may outlast the minute in which its time begins.
        if !bookable(self, &plan, case.now) {
            return Err(slot_taken(&mut case, &plan.id).await);
        }
        sqlx::query("DELETE FROM hold WHERE application = ?").bind(id).execute(case.txn.db()).await?;
        case.hold = None;
        let before = case.place.as_ref().map(|place| place.check_in.clone());
        case.matter.moved_codes.extend(before);
        leave_place(&mut case).await?;
        let place = Placed { slot: plan.id.clone(), check_in: check_in_code() };
        sqlx::query("INSERT INTO place (application, slot, check_in) VALUES (?, ?, ?)")
            .bind(id)
            .bind(place.slot.to_string())
            .bind(&place.check_in)
            .execute(case.txn.db())
            .await?;
        sqlx::query("DELETE FROM watch WHERE application = ?").bind(id).execute(case.txn.db()).await?;
        let shown = shown(case.txn.db(), self, &plan.id, &case.matter).await?;
        case.go(act, Actor::Applicant).await?.slot = shown;
        case.place = Some(place);
        case.matter.missed_code = None;
        case.matter.returned.clear();
        case.finish(viewer).await
    }

    /// Gives a visit up; if it is not that slot any more, nothing is done.
    ///
    /// # Errors
    /// `act-refused`, `outside-window`.
    pub async fn cancel(
        &self,
        id: &str,
        subject: &str,
        slot: Option<&str>,
        viewer: &Viewer,
    ) -> Answer<ApplicationRecord> {
        let mut case = Case::of(self, id, subject).await?;
        let Some(place) = case.place.clone().filter(|place| slot.is_none_or(|slot| place.slot.to_string() == slot))
        else {
            return case.finish(viewer).await;
        };
        let shown = shown(case.txn.db(), self, &place.slot, &case.matter).await?;
        case.go(Act::Cancel, Actor::Applicant).await?.slot = shown;
        free_hold(&mut case).await?;
        leave_place(&mut case).await?;
        after_leaving(&mut case);
        case.finish(viewer).await
    }
}

/// Back before the examination: the old deadline holds, but leaves at least three days.
pub(super) fn after_leaving(case: &mut Case) {
    let old = case.matter.due_on;
    let least = case.owe(3);
    case.matter.due_on = old.max(Some(least));
}

async fn hold_ended(case: &mut Case, plan: &SlotPlan) -> Fault {
    let (own, real) = (case.matter.id.clone(), case.real.timestamp());
    let fasting = is_fasting(&case.office, &case.matter);
    let fill = async {
        let used = taken(case.txn.db(), &plan.id, &own, real).await?;
        let free = used < plan.capacity && bookable(&case.office, plan, case.now);
        let slot = wire(plan, plan.capacity.saturating_sub(used), fasting);
        let nearest = nearest(case, &plan.id).await?;
        Ok::<_, Fault>((slot, free, nearest))
    };
    match fill.await {
        Ok((slot, free, nearest)) => Fault::new(Slug::HoldEnded).with(|p| {
            p.slot = Some(slot);
            p.free = Some(free);
            p.nearest = nearest;
        }),
        Err(fault) => fault,
    }
}
