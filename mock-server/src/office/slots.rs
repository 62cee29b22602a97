//! Times at the sites: which there are, for whom, and how many places each has left.
use super::{Answer, Case, Fault, Matter, Office, SlotId, SlotPlan};
use chrono::{Duration, NaiveDate};
use contract::{
    api::{DayState, Instant, Slot, SlotDay, Slots},
    questionnaire::Pointer,
};
use sqlx::SqliteConnection;

/// Which times are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlotsAsked {
    /// First day; today, if none is named.
    pub from: Option<NaiveDate>,
    /// So many.
    pub days: u32,
    /// For a kind of work.
    pub category: Option<String>,
    /// For this application of the login.
    pub application: Option<String>,
}

/// Places of a slot that are taken or held, not counting one application's own.
pub(super) async fn taken(db: &mut SqliteConnection, slot: &SlotId, but: &str, real: i64) -> Answer<u32> {
    Ok(booked(db, slot, but).await?.saturating_add(held(db, slot, but, real).await?))
}

/// Places that somebody has or had: who came keeps it, and what the site cancelled is nobody's.
async fn booked(db: &mut SqliteConnection, slot: &SlotId, but: &str) -> Answer<u32> {
    let count = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM place WHERE slot = ?1 AND application <> ?2)
              + (SELECT count(*) FROM spent WHERE slot = ?1)",
    );
    let count: i64 = count.bind(slot.to_string()).bind(but).fetch_one(db).await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Places that are held by who has not one there already.
async fn held(db: &mut SqliteConnection, slot: &SlotId, but: &str, real: i64) -> Answer<u32> {
    let count = sqlx::query_scalar(
        "SELECT count(*) FROM hold WHERE slot = ?1 AND application <> ?2 AND real_until > ?3
         AND application NOT IN (SELECT application FROM place WHERE slot = ?1)",
    );
    let count: i64 = count.bind(slot.to_string()).bind(but).bind(real).fetch_one(db).await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

pub(super) fn wire(plan: &SlotPlan, left: u32, fasting: bool) -> Slot {
    Slot {
        id: plan.id.to_string(),
        site: plan.id.site.clone(),
        start: plan.id.starts_at(),
        end: plan.ends_at(),
        left,
        fasting: fasting && !plan.repeat_only,
    }
}

/// Whether nothing is eaten before this application's next visit.
pub(super) fn is_fasting(office: &Office, matter: &Matter) -> bool {
    let again = matter.findings.again.as_deref().unwrap_or_default();
    office.catalogue.is_fasting(category_of(matter), &matter.findings.added, again)
}

/// The code of the kind of work; empty where it was typed.
pub(super) fn category_of(matter: &Matter) -> &str {
    matter.category.as_ref().map_or("", |category| category.code.as_str())
}

/// Whether this application can be examined in this slot: in one for repeat visits, only what goes to no laboratory and needs
/// no empty stomach.
pub(super) fn is_for(office: &Office, matter: &Matter, plan: &SlotPlan) -> bool {
    let profiles = &office.catalogue.examination;
    let in_laboratory =
        |code: &String| profiles.items.values().any(|item| item.code.code == *code && item.category == "laboratory");
    let again = matter.findings.again.as_ref();
    let light = |items: &Vec<String>| !items.is_empty() && !items.iter().any(in_laboratory);
    !plan.repeat_only || again.is_some_and(light) && !is_fasting(office, matter)
}

/// A slot as the wire shows it.
pub(super) async fn shown(
    db: &mut SqliteConnection,
    office: &Office,
    slot: &SlotId,
    matter: &Matter,
) -> Answer<Option<Slot>> {
    let Some(plan) = office.catalogue.sites.slot(slot) else { return Ok(None) };
    let used = taken(db, slot, "", office.now().timestamp()).await?;
    Ok(Some(wire(&plan, plan.capacity.saturating_sub(used), is_fasting(office, matter))))
}

/// The slot that a request names, if this application may go there.
pub(super) fn chosen(case: &Case, slot: &str) -> Answer<SlotPlan> {
    let id = SlotId::parse(slot);
    let plan = id.and_then(|id| open_to(&case.office, &case.matter, &id));
    plan.ok_or_else(|| Fault::invalid(Pointer::member("slot"), "choice"))
}

/// The slot of that name, if this application may go there: its kind of work is examined then, and it fits its visit.
pub(super) fn open_to(office: &Office, matter: &Matter, slot: &SlotId) -> Option<SlotPlan> {
    let profile = office.catalogue.profile_id(category_of(matter));
    let slots = office.catalogue.sites.slots(&slot.site, slot.start.date(), Some(profile));
    slots.into_iter().find(|plan| plan.id == *slot && is_for(office, matter, plan))
}

/// Whether a slot can still be booked at this time.
pub(super) fn bookable(office: &Office, plan: &SlotPlan, now: Instant) -> bool {
    let ahead = office.catalogue.sites.booking.days_ahead;
    plan.id.starts_at() > now && plan.id.start.date() <= now.date_naive() + Duration::days(ahead)
}

/// The three free slots nearest to one, best first: same site before another, then by how far in time.
pub(super) async fn nearest(case: &mut Case, slot: &SlotId) -> Answer<Vec<Slot>> {
    let office = case.office.clone();
    let profile = office.catalogue.profile_id(category_of(&case.matter)).to_owned();
    let fasting = is_fasting(&office, &case.matter);
    let sites = &office.catalogue.sites;
    let mut plans: Vec<SlotPlan> = Vec::new();
    for site in sites.ids() {
        for shift in -7..=7_i64 {
            let Some(day) = slot.start.date().checked_add_signed(Duration::days(shift)) else { continue };
            plans.extend(sites.slots(&site, day, Some(&profile)));
        }
    }
    plans.retain(|plan| plan.id != *slot && bookable(&office, plan, case.now) && is_for(&office, &case.matter, plan));
    plans.sort_by_key(|plan| {
        (plan.id.site != slot.site, (plan.id.start - slot.start).num_minutes().abs(), plan.id.start)
    });
    let (own, real) = (case.matter.id.clone(), case.real.timestamp());
    let mut found = Vec::new();
    for plan in plans {
        let used = taken(case.txn.db(), &plan.id, &own, real).await?;
        if used < plan.capacity {
            found.push(wire(&plan, plan.capacity - used, fasting));
        }
        if found.len() == 3 {
            break;
        }
    }
    Ok(found)
}

impl Office {
    /// The slots of a site for so many days. Days further ahead than one can book are closed. Times for repeat visits are shown
    /// to the application alone that may have them.
    ///
    /// # Errors
    /// `not-found`: no such site, or not this login's application.
    pub async fn slots(&self, subject: &str, site: &str, asked: &SlotsAsked) -> Answer<Slots> {
        let sites = &self.catalogue.sites;
        if !sites.has(site) {
            return Err(Fault::not_found());
        }
        let visitor = match &asked.application {
            Some(id) => Some(self.matter_of(id, subject).await?),
            None => None,
        };
        let now = match &visitor {
            Some(matter) => matter.now(self.now()),
            None => self.now() + Duration::seconds(self.clock_ahead(subject).await?),
        };
        let today = now.date_naive();
        let first = asked.from.unwrap_or(today);
        let last_bookable = today + Duration::days(sites.booking.days_ahead);
        let category = asked.category.as_deref().or(visitor.as_ref().map(category_of));
        let profile = category.map(|category| self.catalogue.profile_id(category));
        let fasting = match &visitor {
            Some(matter) => is_fasting(self, matter),
            None => category.is_none_or(|category| self.catalogue.is_fasting(category, &[], &[])),
        };
        // What somebody holds is still theirs to choose.
        let (own, real) = (asked.application.as_deref().unwrap_or_default(), self.now().timestamp());
        let mut db = self.store.read().await?;
        let mut all = Slots::default();
        for on in first.iter_days().take(asked.days as usize) {
            let bookable = on >= today && on <= last_bookable;
            let plans = if bookable { sites.slots(site, on, profile) } else { Vec::new() };
            let open = |plan: &SlotPlan| {
                let fits = |matter: &Matter| is_for(self, matter, plan);
                visitor.as_ref().map_or(!plan.repeat_only, fits) && plan.id.starts_at() > now
            };
            let plans: Vec<SlotPlan> = plans.into_iter().filter(open).collect();
            let mut left_on_day = 0;
            for plan in &plans {
                let used = booked(&mut db, &plan.id, "").await? + held(&mut db, &plan.id, own, real).await?;
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

    /// How far the clocks of a login's applications that have to do with places are ahead at most: a test has moved them.
    async fn clock_ahead(&self, subject: &str) -> Answer<i64> {
        let mut db = self.store.read().await?;
        let bodies: Vec<String> = sqlx::query_scalar(
            "SELECT body FROM application
             WHERE subject = ? AND state IN ('accepted', 'booked', 'missed', 'report-returned')",
        )
        .bind(subject)
        .fetch_all(&mut *db)
        .await?;
        let matters: Vec<Matter> = bodies.iter().map(|body| serde_json::from_str(body)).collect::<Result<_, _>>()?;
        Ok(matters.iter().map(|matter| matter.clock_ahead).max().unwrap_or_default())
    }
}
