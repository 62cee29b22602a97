//! The rows of contract.md §10 that can be asked of any backend, each a sentence and what is done to see that it holds. A
//! level is a room; what several of them begin with stands here.
mod certificate;
mod core;
mod news;
mod offline_safe;
mod reports;
mod table;
mod uploads;
mod windows;

use super::{
    Backend,
    caller::Caller,
    papers::{begun, filled_in, played, report},
};
use serde_json::{Value as Json, json};
use std::{future::Future, pin::Pin};

type Checking<'a> = Pin<Box<dyn Future<Output = anyhow::Result<()>> + 'a>>;

/// One row.
pub(crate) struct Row {
    /// As contract.md §10 names it.
    pub(crate) name: &'static str,
    /// The sections of the contract that say more of it.
    pub(crate) section: &'static str,
    /// What must hold.
    pub(crate) says: &'static str,
    pub(crate) check: fn(&Backend) -> Checking<'_>,
}

macro_rules! rows {
    ($($name:literal $section:literal $says:literal $room:ident :: $check:ident),* $(,)?) => {
        /// All of them, in the contract's order.
        pub(crate) const ROWS: &[Row] = &[$(Row { name: $name, section: $section, says: $says, check: |backend| Box::pin($room::$check(backend)) }),*];
    };
}

rows! {
    "C1" "3.1, 3.2" "the public calls answer with their shapes, and the document names the calls" core::public_calls,
    "C1" "3.1" "an application begun twice is one application" core::begun_twice,
    "C2" "2.2" "from every state, acts of the office and of the applicant that the table does not have are refused and change nothing" table::refused_acts,
    "C3" "2.2, 2.3" "the record offers exactly the acts of the contract with their windows, in every state" table::offered_acts,
    "C2" "2.2, 8" "when the certificate was collected, collecting again is all that is left" table::collected,
    "C3" "2.2" "a visit is moved and given up until its time, and not from then on" windows::moving,
    "C3" "2.2" "after a missed visit, booking opens at its time" windows::after_a_missed_visit,
    "C3" "2.3" "what is owed can be sent until its day is over" windows::owed,
    "C3" "3.2" "a place is held until its time, at most to its limit, and is free then" windows::held,
    "C4" "2.3" "what is returned can be changed and sent back, and nothing else" core::returned_items,
    "C5" "4" "what cannot be read, is too large or has no key gets its problem" core::bad_requests,
    "C5" "4" "in a time of maintenance the service says so, a write is refused until it is over, and reading works" core::maintenance,
    "C5" "1, 4" "a version of the contract that is not served says so" core::version_gone,
    "C6" "9" "what is somebody else's is as what is not there" core::foreign,
    "C7" "1, 9" "every answer has its date and its headers, and a write needs X-HC-Request" core::headers,
    "C9" "2.3" "a finding opens nothing" core::findings,
    "C10" "2.3" "the clock acts by the time it is given" core::clock,
    "U1" "6" "tus 1.0.0: what it can do, and each wrong step" uploads::tus_steps,
    "U2" "6" "an upload that was cut goes on from the server's offset" uploads::cut_upload,
    "U3" "6" "bytes that are not those announced are never received" uploads::wrong_hash,
    "U4" "6" "a document bound again is the same, and other bytes under its id are refused" uploads::bound_again,
    "U4" "6" "a document is replaced, removed, and refused late by a scan" uploads::replaced_and_removed,
    "U5" "6" "a file that is not what it should be is refused with its code" uploads::hostile_files,
    "U6" "6" "a preview is for its owner" uploads::preview,
    "U7" "2.2, 3.2" "a report is sent, comes back item by item, and is sent again" reports::round_trip,
    "O1" "5" "the same key twice has one effect and one receipt, also when the matter has moved on" offline_safe::same_key,
    "O1" "5" "the same request twice at once has one effect" offline_safe::at_once,
    "O2" "5" "the same key with other bytes is refused" offline_safe::other_bytes,
    "O3" "5" "a refused key is not spent" offline_safe::unspent_key,
    "O6" "5" "a draft is saved over the one that was seen, or not at all" offline_safe::drafts,
    "O7" "3.1" "a repeated PUT or DELETE changes nothing" offline_safe::repeated,
    "O8" "1" "an answer that one has is not sent again" offline_safe::not_modified,
    "O8" "7" "news come as a stream, each without its content" news::stream,
    "O8" "7" "a stream goes on where it broke, also where it broke at once" news::resumed,
    "O8" "7" "a place that nobody knows means read all again" news::reset,
    "V1" "8" "nothing of a certificate is shown without a grant, and a wrong code gives none" certificate::no_grant,
    "V1" "8" "the right facts give a grant, to that session alone; wrong ones cost a try, and three lock" certificate::grant,
    "V1" "8" "a grant has ended after a quarter of an hour" windows::grant_ends,
    "V3" "8" "keys are ES256 at their place, for everybody" certificate::keys,
    "V3" "8" "a new key is published before it signs, and those before it stay" certificate::rotation,
    "V5" "8" "a link works without a cookie, twice, and has ended then" reports::link,
    "V5" "8" "a link has ended after ten minutes" windows::link_ends,
}

async fn submitted(caller: &Caller) -> anyhow::Result<(String, Json)> {
    let application = begun(caller).await?;
    let body = filled_in(caller, &application).await?;
    caller.post(&format!("{application}/submission"), &body).await?.is(201)?;
    Ok((application, body))
}

/// An application in review with its contact's post returned.
async fn returned(caller: &Caller) -> anyhow::Result<String> {
    let (application, _) = submitted(caller).await?;
    played(caller, &application, "begin", &json!({})).await?;
    let what = json!({ "pointers": ["#/work.post"], "code": "incorrect", "words": "请写全称。" });
    played(caller, &application, "return", &what).await?;
    Ok(application)
}

/// An application whose person sent a report instead of coming.
async fn reported(caller: &Caller) -> anyhow::Result<String> {
    let (application, _) = submitted(caller).await?;
    for act in ["begin", "accept"] {
        played(caller, &application, act, &json!({})).await?;
    }
    let body = report(caller, &application).await?;
    caller.post(&format!("{application}/examination/report"), &body).await?.is(201)?;
    Ok(application)
}

async fn record(caller: &Caller, application: &str) -> anyhow::Result<Json> {
    caller.get(application).await?.is(200)?.json()
}

fn only(link_id: &str, answer: &Json) -> Json {
    json!({ "resourceType": "QuestionnaireResponse", "status": "completed", "item": [{ "linkId": link_id, "answer": [answer] }] })
}

/// An application whose person came to the examination.
async fn visited(caller: &Caller) -> anyhow::Result<String> {
    let application = booked(caller).await?;
    played(caller, &application, "attend", &json!({})).await?;
    Ok(application)
}

async fn booked(caller: &Caller) -> anyhow::Result<String> {
    let (application, _) = submitted(caller).await?;
    for act in ["begin", "accept"] {
        played(caller, &application, act, &json!({})).await?;
    }
    let choice = json!({ "slot": free_slot(caller, &application).await? });
    caller.put(&format!("{application}/hold"), &choice).await?.is(200)?;
    caller.put(&format!("{application}/appointment"), &choice).await?.is(200)?;
    Ok(application)
}

/// A place that this application could have: the last in three weeks at the first site that has one.
async fn free_slot(caller: &Caller, application: &str) -> anyhow::Result<Json> {
    let sites = caller.get("/sites").await?.is(200)?.json()?;
    let since = record(caller, application).await?["since"].clone();
    let from: String = since.as_str().unwrap_or_default().chars().take(10).collect();
    let id = application.trim_start_matches("/applications/");
    for site in sites["items"].as_array().into_iter().flatten().filter_map(|site| site["id"].as_str()) {
        let asked = format!("/sites/{site}/slots?from={from}&days=21&application={id}");
        let slots = caller.get(&asked).await?.is(200)?.json()?;
        let free = slots["items"].as_array().and_then(|all| all.iter().rfind(|slot| slot["left"].as_u64() > Some(0)));
        if let Some(slot) = free.filter(|slot| slot["id"].is_string()) {
            return Ok(slot["id"].clone());
        }
    }
    anyhow::bail!("no site has a free place in three weeks")
}
