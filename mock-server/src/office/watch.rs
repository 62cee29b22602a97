//! Who waits for a place at a site, and is told once when one comes free that they may have.
use super::{
    Answer, Case, Fault, Matter, Office, SlotId, audit,
    booking::{act_for, place_of},
    case::facts,
    codes,
    slots::{bookable, open_to},
};
use contract::{
    api::SlotWatch,
    application::{Actor, State, apply},
    questionnaire::Pointer,
};

/// Writes to those who wait for a place at this site on this day, and could hold it now: nobody hears of a time that has begun,
/// that their work is not examined in, or that comes before they may book again. Each is told once.
pub(super) async fn tell_watchers(case: &mut Case, slot: &SlotId) -> Answer<()> {
    let day = slot.start.date().to_string();
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
        if !sites.contains(&slot.site) || !may_hold(case, &matter, slot).await? {
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

/// Whether another application may hold this slot now, as far as it goes by the slot and its own state.
async fn may_hold(case: &mut Case, matter: &Matter, slot: &SlotId) -> Answer<bool> {
    let place = place_of(case.txn.db(), &matter.id).await?;
    let (office, now) = (&case.office, matter.now(case.real));
    let facts = facts(office, matter, place.as_ref());
    let may = apply(act_for(matter.state), Actor::Applicant, &facts, now).is_ok();
    Ok(may && open_to(office, matter, slot).is_some_and(|plan| bookable(office, &plan, now)))
}

impl Office {
    /// Waits for a place, or (`None`) waits no longer.
    ///
    /// # Errors
    /// `act-refused` where no visit can be booked, `invalid`.
    pub async fn watch(&self, id: &str, subject: &str, watch: Option<&SlotWatch>) -> Answer<()> {
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
