//! When an act may be done: the windows of contract §2.2 and §2.3, each asked on both sides of its end, and how long what is
//! lent (a hold, a grant, a link) stays lent. The application's clock is moved for the former; the latter are of the office's
//! own time, which goes by.
use super::{
    booked,
    certificate::{granted, issued},
    free_slot, record, reported, returned, submitted,
};
use crate::conform::{
    Backend,
    caller::Caller,
    papers::{FORM, played},
};
use anyhow::{Context, ensure};
use chrono::{DateTime, FixedOffset, NaiveTime, TimeDelta};
use serde_json::{Value as Json, json};

/// What the record says of an act that it offers.
fn action<'a>(record: &'a Json, act: &str) -> Option<&'a Json> {
    record["actions"].as_array()?.iter().find(|action| action["act"] == act)
}

pub(super) fn instant(value: &Json, what: &str) -> anyhow::Result<DateTime<FixedOffset>> {
    let text = value.as_str().with_context(|| format!("{what} is {value}"))?;
    DateTime::parse_from_rfc3339(text).with_context(|| format!("{what} is {text}"))
}

/// Moves the application's clock; gives the record as it is then.
async fn at(caller: &Caller, application: &str, when: DateTime<FixedOffset>) -> anyhow::Result<Json> {
    played(caller, application, "edit", &json!({ "at": when.to_rfc3339() })).await?;
    record(caller, application).await
}

/// A clock that is ahead of the others' is left behind: what it says of places is meant for nobody else.
async fn leave(caller: &Caller, application: &str) -> anyhow::Result<()> {
    caller.post(&format!("{application}/withdrawal"), &json!({})).await?.is(201).map(drop)
}

pub(super) async fn moving(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let application = booked(&one).await?;
    let before = record(&one, &application).await?;
    let slot = before["examination"]["appointment"]["slot"]["id"].clone();
    let end = instant(&before["examination"]["appointment"]["change_until"], "change_until")?;
    let open = at(&one, &application, end - TimeDelta::seconds(2)).await?;
    for act in ["change", "cancel"] {
        let offered = action(&open, act).with_context(|| format!("just before change_until, {act} is not offered"))?;
        let until = instant(&offered["until"], &format!("the until of {act}"))?;
        ensure!(until == end, "{act} is offered until {until}, not until change_until, which is {end}");
    }
    let closed = at(&one, &application, end).await?;
    for act in ["change", "cancel"] {
        ensure!(action(&closed, act).is_none(), "{act} is offered after change_until, {end}");
    }
    let held = one.put(&format!("{application}/hold"), &json!({ "slot": slot })).await?;
    let slot = slot.as_str().unwrap_or_default();
    let left = one.delete(&format!("{application}/appointment?slot={slot}")).await?;
    for (what, reply) in [("a hold for a move", held), ("giving the visit up", left)] {
        let problem = reply.problem(409, "outside-window").with_context(|| format!("after change_until, {what}"))?;
        ensure!(instant(&problem["until"], "until")? == end, "{what} was possible until {}", problem["until"]);
    }
    let after = record(&one, &application).await?;
    ensure!(after["examination"]["appointment"] == closed["examination"]["appointment"], "the visit has changed");
    leave(&one, &application).await
}

pub(super) async fn after_a_missed_visit(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let application = booked(&one).await?;
    played(&one, &application, "miss", &json!({})).await?;
    let missed = record(&one, &application).await?;
    let from = instant(&missed["examination"]["book_from"], "after a missed visit, book_from")?;
    let offered = action(&missed, "book").context("after a missed visit, book is not offered")?;
    ensure!(
        instant(&offered["from"], "the from of book")? == from,
        "book is offered from {}, not {from}",
        offered["from"]
    );
    let slot = free_slot(&one, &application).await?;
    let hold = format!("{application}/hold");
    let early = one.put(&hold, &json!({ "slot": slot })).await?;
    let problem = early.problem(409, "outside-window").context("a hold before book_from")?;
    ensure!(instant(&problem["from"], "from")? == from, "it is possible from {}, not {from}", problem["from"]);
    let open = at(&one, &application, from).await?;
    let offered = action(&open, "book").context("at book_from, book is not offered")?;
    ensure!(offered["from"].is_null(), "at book_from, book is still offered from {}", offered["from"]);
    let slot = free_slot(&one, &application).await?;
    one.put(&hold, &json!({ "slot": slot })).await?.is(200).context("a hold from book_from on")?;
    leave(&one, &application).await
}

pub(super) async fn owed(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let application = returned(&one).await?;
    let before = record(&one, &application).await?;
    let offered = action(&before, "supplement").context("what was returned cannot be sent back")?;
    let until = instant(&offered["until"], "the until of supplement")?;
    let day = before["due_on"].as_str().unwrap_or_default();
    let midnight = until.time() == NaiveTime::MIN;
    let last = until.date_naive().pred_opt().map(|day| day.to_string()).unwrap_or_default();
    ensure!(midnight && last == day, "it is due on {day}, which ends at its 24:00, and offered until {until}");
    let open = at(&one, &application, until - TimeDelta::seconds(2)).await?;
    ensure!(open["state"] == "returned", "two seconds before, it is {}", open["state"]);
    let lapsed = at(&one, &application, until).await?;
    ensure!(lapsed["state"] == "lapsed", "once the day is over, it is {}", lapsed["state"]);
    let late = json!({ "questionnaire": FORM, "round": 1, "documents": {},
        "answers": super::only("work.post", &json!({ "valueString": "热菜厨师" })) });
    one.post(&format!("{application}/supplement"), &late).await?.problem(409, "act-refused").map(drop)
}

pub(super) async fn held(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let (application, _) = submitted(&one).await?;
    for act in ["begin", "accept"] {
        played(&one, &application, act, &json!({})).await?;
    }
    let choice = json!({ "slot": free_slot(&one, &application).await? });
    let (hold, appointment) = (format!("{application}/hold"), format!("{application}/appointment"));
    let mut until = DateTime::<FixedOffset>::MIN_UTC.fixed_offset();
    // Asked for again and again, it comes to its limit.
    for _ in 0..20 {
        let given = one.put(&hold, &choice).await?.is(200)?.json()?;
        let (next, limit) = (instant(&given["until"], "until")?, instant(&given["limit"], "limit")?);
        ensure!(next <= limit, "a hold until {next} is past its limit, {limit}");
        ensure!(next >= until, "asked for again, a hold ends earlier: {next}, not {until}");
        until = next;
        let open = at(&one, &application, until - TimeDelta::seconds(2)).await?;
        ensure!(!open["examination"]["hold"].is_null(), "two seconds before {until}, the place is not held");
        if until == limit {
            break;
        }
    }
    let over = at(&one, &application, until).await?;
    ensure!(over["examination"]["hold"].is_null(), "at {until}, the place is still held");
    let late = one.put(&appointment, &choice).await?.problem(409, "hold-ended")?;
    ensure!(late["free"] == true, "the place is free again, and the refusal says {}", late["free"]);
    one.put(&hold, &choice).await?.is(200)?;
    one.put(&appointment, &choice).await?.is(200)?;
    leave(&one, &application).await
}

pub(super) async fn grant_ends(backend: &Backend) -> anyhow::Result<()> {
    let (one, minutes) = (backend.one(), 15);
    backend.can_wait(minutes)?;
    let application = issued(&one).await?;
    let given = granted(backend, &one, &application).await?;
    let path = format!("/certificates/{}", given["certificate"].as_str().unwrap_or_default());
    let shown = one.get(&path).await?.is(200)?;
    let now = DateTime::parse_from_rfc2822(shown.header("date"))?;
    let until = instant(&given["until"], "the grant's until")?;
    ensure!(until <= now + TimeDelta::minutes(minutes) + TimeDelta::seconds(2), "a grant lasts until {until}");
    backend.wait(minutes).await?;
    one.get(&path).await?.problem(403, "grant-needed").context("after a quarter of an hour")?;
    let number = record(&one, &application).await?["certificate"]["number"].clone();
    ensure!(number.is_null(), "the grant has ended, and the number is still shown");
    Ok(())
}

pub(super) async fn link_ends(backend: &Backend) -> anyhow::Result<()> {
    let (one, minutes) = (backend.one(), 10);
    backend.can_wait(minutes)?;
    let application = reported(&one).await?;
    played(&one, &application, "pass", &json!({})).await?;
    let found = one.get(&format!("{application}/examination")).await?.is(200)?;
    let now = DateTime::parse_from_rfc2822(found.header("date"))?;
    let link = found.json()?["report"].clone();
    let until = instant(&link["until"], "the link's until")?;
    ensure!(until <= now + TimeDelta::minutes(minutes) + TimeDelta::seconds(2), "a link lasts until {until}");
    backend.wait(minutes).await?;
    let late = backend.nobody().get(link["href"].as_str().unwrap_or_default()).await?;
    late.problem(410, "link-ended").map(drop).context("after ten minutes, unfetched")
}
