//! Places: who holds one, who has one, and what is left. A race for the last place has exactly one winner.
use super::{
    Answer, Case, Fault, Matter, Office, SlotId, Viewer, at_second, audit, codes,
    limits::{self, HOLDS},
    sites::{Sites, SlotPlan},
};
use chrono::{Duration, NaiveDate};
use contract::{
    api::{ApplicationRecord, Appointment, CheckIn, DayState, Hold, Instant, Slot, SlotDay, Slots, Slug},
    application::{Act, Actor, State},
    questionnaire::Pointer,
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

/// What a person waits for: a place at these sites between these days.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Watch {
    /// Site ids.
    pub sites: Vec<String>,
    /// First day.
    #[schema(value_type = String, format = "date")]
    pub from: NaiveDate,
    /// Last day.
    #[schema(value_type = String, format = "date")]
    pub until: NaiveDate,
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

/// Places of a slot that are taken or held, not counting one application's own.
async fn taken(db: &mut SqliteConnection, slot: &SlotId, but: &str, real: i64) -> Answer<u32> {
    let count: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM place WHERE slot = ?1 AND application <> ?2)
              + (SELECT count(*) FROM hold WHERE slot = ?1 AND application <> ?2 AND real_until > ?3
                 AND application NOT IN (SELECT application FROM place WHERE slot = ?1))",
    )
    .bind(slot.to_string())
    .bind(but)
    .bind(real)
    .fetch_one(db)
    .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

fn wire(plan: &SlotPlan, left: u32, fasting: bool) -> Slot {
    Slot {
        id: plan.id.to_string(),
        site: plan.id.site.clone(),
        start: plan.id.starts_at(),
        end: plan.ends_at(),
        left,
        fasting: fasting && !plan.repeat_only,
    }
}

/// Whether this person can be examined in this slot.
fn is_for(office: &Office, matter: &Matter, plan: &SlotPlan) -> bool {
    let profiles = &office.catalogue.examination;
    let in_laboratory =
        |code: &String| profiles.items.values().any(|item| item.code.code == *code && item.category == "laboratory");
    let again = matter.findings.again.as_ref();
    !plan.repeat_only || again.is_some_and(|items| !items.is_empty() && !items.iter().any(in_laboratory))
}

/// A slot as the wire shows it.
pub(super) async fn shown(
    db: &mut SqliteConnection,
    office: &Office,
    slot: &SlotId,
    category: &str,
) -> Answer<Option<Slot>> {
    let Some(plan) = office.catalogue.sites.slot(slot) else { return Ok(None) };
    let used = taken(db, slot, "", office.now().timestamp()).await?;
    Ok(Some(wire(&plan, plan.capacity.saturating_sub(used), office.catalogue.is_fasting(category))))
}

fn category_of(case: &Case) -> String {
    case.matter.category.as_ref().map(|category| category.code.clone()).unwrap_or_default()
}

/// The slot of the appointment, as events record it.
pub(super) async fn placed_slot(case: &mut Case) -> Answer<Option<Slot>> {
    let Some(place) = case.place.clone() else { return Ok(None) };
    let (office, category) = (case.office.clone(), category_of(case));
    shown(case.txn.db(), &office, &place.slot, &category).await
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

/// Writes to those who wait for a place at this site on this day, and may go there then. Each is told once.
async fn tell_watchers(case: &mut Case, slot: &SlotId) -> Answer<()> {
    let day = slot.start.date().to_string();
    let Some(plan) = case.office.catalogue.sites.slot(slot) else { return Ok(()) };
    let waiting: Vec<(String, String, String, String)> = sqlx::query_as(
        "SELECT watch.application, watch.sites, subject.phone, application.body FROM watch
         JOIN application ON application.id = watch.application JOIN subject ON subject.id = application.subject
         WHERE first <= ?1 AND last >= ?1 AND watch.application <> ?2",
    )
    .bind(&day)
    .bind(&case.matter.id)
    .fetch_all(case.txn.db())
    .await?;
    for (application, sites, phone, body) in waiting {
        let sites: Vec<String> = serde_json::from_str(&sites)?;
        let matter: Matter = serde_json::from_str(&body)?;
        if !sites.contains(&slot.site) || !is_for(&case.office, &matter, &plan) {
            continue;
        }
        let place = case.office.catalogue.sites.name(&slot.site, "zh-CN");
        let text = format!(
            "{place} {} 有空位了，请尽快预约。A place is free there on that day.",
            slot.start.format("%m-%d %H:%M")
        );
        codes::send(case.txn.db(), case.real, &phone, "place-free", &text, None).await?;
        sqlx::query("DELETE FROM watch WHERE application = ?").bind(&application).execute(case.txn.db()).await?;
    }
    Ok(())
}

/// Which act a hold is for: booking, or moving a visit.
const fn act_for(state: State) -> Act {
    if matches!(state, State::Booked) { Act::Change } else { Act::Book }
}

/// The slot that a request names, if this application may go there.
fn chosen(case: &Case, slot: &str) -> Answer<SlotPlan> {
    let unknown = || Fault::invalid(Pointer::member("slot"), "choice");
    let id = SlotId::parse(slot).ok_or_else(unknown)?;
    let catalogue = &case.office.catalogue;
    let profile = catalogue.profile_id(case.matter.category.as_ref().map_or("", |category| &category.code));
    let slots = catalogue.sites.slots(&id.site, id.start.date(), Some(profile));
    slots.into_iter().find(|plan| plan.id == id && is_for(&case.office, &case.matter, plan)).ok_or_else(unknown)
}

/// Whether a slot can still be booked at this time.
fn bookable(case: &Case, plan: &SlotPlan) -> bool {
    let ahead = case.office.catalogue.sites.booking.days_ahead;
    plan.id.starts_at() > case.now && plan.id.start.date() <= case.now.date_naive() + Duration::days(ahead)
}

/// The three free slots nearest to one, best first: same site before another, then by how far in time.
async fn nearest(case: &mut Case, slot: &SlotId) -> Answer<Vec<Slot>> {
    let office = case.office.clone();
    let category = category_of(case);
    let profile = office.catalogue.profile_id(&category).to_owned();
    let sites = &office.catalogue.sites;
    let mut plans: Vec<SlotPlan> = Vec::new();
    for site in sites.ids() {
        for shift in -7..=7_i64 {
            let Some(day) = slot.start.date().checked_add_signed(Duration::days(shift)) else { continue };
            plans.extend(sites.slots(&site, day, Some(&profile)));
        }
    }
    plans.retain(|plan| plan.id != *slot && bookable(case, plan) && is_for(&office, &case.matter, plan));
    plans.sort_by_key(|plan| {
        (plan.id.site != slot.site, (plan.id.start - slot.start).num_minutes().abs(), plan.id.start)
    });
    let (own, real) = (case.matter.id.clone(), case.real.timestamp());
    let mut found = Vec::new();
    for plan in plans {
        let used = taken(case.txn.db(), &plan.id, &own, real).await?;
        if used < plan.capacity {
            found.push(wire(&plan, plan.capacity - used, office.catalogue.is_fasting(&category)));
        }
        if found.len() == 3 {
            break;
        }
    }
    Ok(found)
}

async fn slot_taken(case: &mut Case, slot: &SlotId) -> Fault {
    match nearest(case, slot).await {
        Ok(nearest) => Fault::new(Slug::SlotTaken).with(|p| p.nearest = nearest),
        Err(fault) => fault,
    }
}

/// Six characters to say: no letter or digit that is taken for another.
fn check_in_code() -> String {
    const ALPHABET: &[u8] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
    (0..6).filter_map(|_| ALPHABET.get(rand::random_range(0..ALPHABET.len()))).map(|byte| char::from(*byte)).collect()
}

/// The hold as the wire shows it.
pub(super) async fn hold_shown(
    db: &mut SqliteConnection,
    office: &Office,
    hold: &Held,
    category: &str,
) -> Answer<Option<Hold>> {
    let slot = shown(db, office, &hold.slot, category).await?;
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
    let category = matter.category.as_ref().map_or("", |category| category.code.as_str());
    let slot = shown(db, office, &place.slot, category).await?;
    let sites = &office.catalogue.sites;
    Ok(slot.map(|slot| Appointment {
        arrive_by: slot.start,
        change_until: sites.change_until(&place.slot),
        check_in: CheckIn { code: place.check_in.clone(), text: format!("HCV1:{}", place.check_in) },
        place: sites.place(&slot.site, lang),
        prepare: office.catalogue.preparation(category, &matter.findings.added, lang, slot.fasting),
        slot,
    }))
}

impl Office {
    /// The slots of a site for so many days. Days further ahead than one can book are closed.
    ///
    /// # Errors
    /// `not-found`: no such site.
    pub async fn slots(
        &self,
        subject: &str,
        site: &str,
        from: Option<NaiveDate>,
        days: u32,
        category: Option<&str>,
    ) -> Answer<Slots> {
        let sites = &self.catalogue.sites;
        if !sites.has(site) {
            return Err(Fault::not_found());
        }
        let (now, visitors) = self.visitors(subject).await?;
        let today = now.date_naive();
        let first = from.unwrap_or(today);
        let last_bookable = today + Duration::days(sites.booking.days_ahead);
        let profile = category.map(|category| self.catalogue.profile_id(category));
        let fasting = category.is_none_or(|category| self.catalogue.is_fasting(category));
        let mut db = self.store.read().await?;
        let mut all = Slots::default();
        for on in first.iter_days().take(days as usize) {
            let bookable = on >= today && on <= last_bookable;
            let plans = if bookable { sites.slots(site, on, profile) } else { Vec::new() };
            let open = |plan: &SlotPlan| {
                let fits = !plan.repeat_only || visitors.iter().any(|matter| is_for(self, matter, plan));
                fits && plan.id.starts_at() > now
            };
            let plans: Vec<SlotPlan> = plans.into_iter().filter(open).collect();
            let mut left_on_day = 0;
            for plan in &plans {
                let used = taken(&mut db, &plan.id, "", self.now().timestamp()).await?;
                let left = plan.capacity.saturating_sub(used);
                left_on_day += left;
                all.items.push(wire(plan, left, fasting));
            }
            let state = match (plans.is_empty(), left_on_day) {
                (true, _) => DayState::Closed,
                (false, 0) => DayState::Full,
                (false, _) => DayState::Open,
            };
            all.days.push(SlotDay { on, state, left: left_on_day });
        }
        Ok(all)
    }

    /// A login's applications that have to do with places, and the latest of their clocks: the office's, unless a test has
    /// moved one.
    async fn visitors(&self, subject: &str) -> Answer<(Instant, Vec<Matter>)> {
        let mut db = self.store.read().await?;
        let bodies: Vec<String> = sqlx::query_scalar(
            "SELECT body FROM application
             WHERE subject = ? AND state IN ('accepted', 'booked', 'missed', 'report-returned')",
        )
        .bind(subject)
        .fetch_all(&mut *db)
        .await?;
        let matters: Vec<Matter> = bodies.iter().map(|body| serde_json::from_str(body)).collect::<Result<_, _>>()?;
        let ahead = matters.iter().map(|matter| matter.clock_ahead).max().unwrap_or_default();
        Ok((self.now() + Duration::seconds(ahead), matters))
    }

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
        if used >= plan.capacity || !bookable(&case, &plan) {
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
        let category = category_of(&case);
        let shown = hold_shown(case.txn.db(), self, &held, &category).await?.ok_or_else(Fault::not_found)?;
        case.finish_quietly().await?;
        Ok(shown)
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
        sqlx::query("DELETE FROM hold WHERE application = ?").bind(id).execute(case.txn.db()).await?;
        case.hold = None;
        leave_place(&mut case).await?;
        let place = Placed { slot: plan.id.clone(), check_in: check_in_code() };
        sqlx::query("INSERT INTO place (application, slot, check_in) VALUES (?, ?, ?)")
            .bind(id)
            .bind(place.slot.to_string())
            .bind(&place.check_in)
            .execute(case.txn.db())
            .await?;
        sqlx::query("DELETE FROM watch WHERE application = ?").bind(id).execute(case.txn.db()).await?;
        let category = category_of(&case);
        let shown = shown(case.txn.db(), self, &plan.id, &category).await?;
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
        let category = category_of(&case);
        let shown = shown(case.txn.db(), self, &place.slot, &category).await?;
        case.go(Act::Cancel, Actor::Applicant).await?.slot = shown;
        free_hold(&mut case).await?;
        leave_place(&mut case).await?;
        after_leaving(&mut case);
        case.finish(viewer).await
    }

    /// Waits for a place, or (`None`) waits no longer.
    ///
    /// # Errors
    /// `act-refused` where no visit can be booked, `invalid`.
    pub async fn watch(&self, id: &str, subject: &str, watch: Option<&Watch>) -> Answer<()> {
        let mut case = Case::of(self, id, subject).await?;
        sqlx::query("DELETE FROM watch WHERE application = ?").bind(id).execute(case.txn.db()).await?;
        if let Some(watch) = watch {
            let act = act_for(case.matter.state);
            if contract::application::allowed(act, Actor::Applicant, &case.facts()).is_err() {
                return Err(case.refuse().await);
            }
            if watch.sites.is_empty() || watch.sites.iter().any(|site| !self.catalogue.sites.has(site)) {
                return Err(Fault::invalid(Pointer::member("sites"), "choice"));
            }
            if watch.until < watch.from {
                return Err(Fault::invalid(Pointer::member("until"), "range"));
            }
            sqlx::query("INSERT INTO watch (application, sites, first, last) VALUES (?, ?, ?, ?)")
                .bind(id)
                .bind(serde_json::to_string(&watch.sites)?)
                .bind(watch.from.to_string())
                .bind(watch.until.to_string())
                .execute(case.txn.db())
                .await?;
        }
        let (real, subject) = (case.real, subject.to_owned());
        audit::note(case.txn.db(), real, &subject, "slot-watch", id).await?;
        case.finish_quietly().await
    }
}

/// Whoever can neither book nor move a visit waits for no place.
pub(super) async fn end_watch(case: &mut Case) -> Answer<()> {
    let books = matches!(case.matter.state, State::Accepted | State::Booked | State::Missed | State::ReportReturned);
    if !books {
        sqlx::query("DELETE FROM watch WHERE application = ?").bind(&case.matter.id).execute(case.txn.db()).await?;
    }
    Ok(())
}

/// Back before the examination: the old deadline holds, but leaves at least three days.
pub(super) fn after_leaving(case: &mut Case) {
    let old = case.matter.due_on;
    let least = case.owe(3);
    case.matter.due_on = old.max(Some(least));
}

async fn hold_ended(case: &mut Case, plan: &SlotPlan) -> Fault {
    let (own, real, category) = (case.matter.id.clone(), case.real.timestamp(), category_of(case));
    let fill = async {
        let used = taken(case.txn.db(), &plan.id, &own, real).await?;
        let free = used < plan.capacity && bookable(case, plan);
        let slot = wire(plan, plan.capacity.saturating_sub(used), case.office.catalogue.is_fasting(&category));
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
