//! Level core: the table of contract §2.2, asked from every state that desk and clock lead to, and what the record offers there.
use super::{
    begun, booked,
    certificate::{granted, issued},
    only, record, reported, returned, submitted, visited,
};
use crate::conform::{
    Backend, NotAsked,
    caller::Caller,
    papers::{FORM, played},
};
use anyhow::{Context, ensure};
use chrono::{NaiveDate, NaiveTime};
use contract::api::{Action, ApplicationRecord, Instant, Route};
use contract::application::{Act, Actor, Facts, State, TABLE, Window, applicant_acts};
use reqwest::Method;
use serde_json::{Value as Json, json};

/// How a state is reached: from where, and by which acts. `collected` needs a code, and has a row of its own.
const WAYS: [(State, From, &[&str]); 18] = [
    (State::Draft, From::Begun, &[]),
    (State::Submitted, From::Submitted, &[]),
    (State::InReview, From::Submitted, &["begin"]),
    (State::Returned, From::Returned, &[]),
    (State::Resubmitted, From::Resubmitted, &[]),
    (State::Counter, From::Submitted, &["begin", "call-in"]),
    (State::Accepted, From::Submitted, &["begin", "accept"]),
    (State::Rejected, From::Submitted, &["begin", "reject"]),
    (State::Booked, From::Booked, &[]),
    (State::Missed, From::Booked, &["miss"]),
    (State::Examined, From::Visited, &[]),
    (State::ReportReview, From::Reported, &[]),
    (State::ReportReturned, From::Reported, &["return-report"]),
    (State::Referred, From::Visited, &["refer"]),
    (State::Passed, From::Visited, &["pass"]),
    (State::Issued, From::Visited, &["pass", "issue"]),
    (State::Lapsed, From::Returned, &["lapse"]),
    (State::Withdrawn, From::Withdrawn, &[]),
];

/// Where a way begins.
#[derive(Clone, Copy)]
enum From {
    Begun,
    Submitted,
    Returned,
    Resubmitted,
    Booked,
    Visited,
    Reported,
    Withdrawn,
}

async fn reached(caller: &Caller, from: From, acts: &[&str]) -> anyhow::Result<String> {
    let application = match from {
        From::Begun => begun(caller).await?,
        From::Submitted => submitted(caller).await?.0,
        From::Returned => returned(caller).await?,
        From::Resubmitted => {
            let application = returned(caller).await?;
            let answers = only("work.post", &json!({ "valueString": "热菜厨师" }));
            let better = json!({ "questionnaire": FORM, "round": 1, "answers": answers, "documents": {} });
            caller.post(&format!("{application}/supplement"), &better).await?.is(201)?;
            application
        }
        From::Booked => booked(caller).await?,
        From::Visited => visited(caller).await?,
        From::Reported => reported(caller).await?,
        From::Withdrawn => {
            let application = submitted(caller).await?.0;
            caller.post(&format!("{application}/withdrawal"), &json!({})).await?.is(201)?;
            application
        }
    };
    for act in acts {
        played(caller, &application, act, &needed(act)).await?;
    }
    Ok(application)
}

fn needed(act: &str) -> Json {
    match act {
        "return" => json!({ "pointers": ["#/work.post"] }),
        "return-report" => json!({ "pointers": ["#/report.examination.pages"] }),
        _ => json!({}),
    }
}

pub(super) async fn refused_acts(backend: &Backend) -> anyhow::Result<()> {
    in_every_state(backend, refused_in).await
}

pub(super) async fn offered_acts(backend: &Backend) -> anyhow::Result<()> {
    in_every_state(backend, offered_in).await
}

/// The state that only a code out of a text message leads to.
pub(super) async fn collected(backend: &Backend) -> anyhow::Result<()> {
    if !backend.claims("certificate") {
        return Err(NotAsked("certificates are collected at level certificate").into());
    }
    let one = backend.one();
    let application = issued(&one).await?;
    granted(backend, &one, &application).await?;
    let state = record(&one, &application).await?["state"].clone();
    ensure!(state == State::Collected.code(), "after its certificate was collected it is {state}");
    offered_in(&one, &application, State::Collected).await?;
    refused_in(&one, &application, State::Collected).await
}

/// Acts that the table does not have from this state are refused, and change nothing.
async fn refused_in(one: &Caller, application: &str, state: State) -> anyhow::Result<()> {
    let before = record(one, application).await?;
    refused_from(one, application, state).await?;
    refused_to_applicant(one, application, state).await?;
    let after = record(one, application).await?;
    ensure!(after == before, "in {}, refused acts have changed the record", state.code());
    Ok(())
}

/// The record offers what the contract's machine does, in its order and with its windows, and shows the days that bind somebody.
async fn offered_in(one: &Caller, application: &str, state: State) -> anyhow::Result<()> {
    let reply = one.get(application).await?.is(200)?;
    let now = chrono::DateTime::parse_from_rfc2822(reply.header("date"))?;
    let found: ApplicationRecord = serde_json::from_value(reply.json()?)?;
    let (due_on, reply_by, within) = (found.due_on, found.reply_by, state.code());
    ensure!(due_on.is_some() == state.can_lapse(), "in {within}: due_on is {due_on:?}");
    ensure!(
        state.shown_reply_by(reply_by) == reply_by,
        "in {within}: the office owes nothing, and reply_by is {reply_by:?}"
    );
    let right = applicant_acts(&facts_of(&found), now);
    let right = right.into_iter().map(|(act, Window { from, until })| Action { act, from, until });
    let (acts, right) = (in_words(found.actions.iter().cloned()), in_words(right));
    ensure!(acts == right, "in {within}: {acts:?}, not {right:?}");
    Ok(())
}

/// What the record itself says of what its `actions` follow from.
fn facts_of(record: &ApplicationRecord) -> Facts {
    let examination = &record.examination;
    let goes = |way| examination.routes.contains(&way);
    let midnight =
        |day: NaiveDate| day.succ_opt()?.and_time(NaiveTime::MIN).and_local_timezone(*record.since.offset()).single();
    Facts {
        onsite: goes(Route::Onsite),
        online: goes(Route::Online),
        book_from: examination.book_from,
        change_until: examination.appointment.as_ref().map(|visit| visit.change_until),
        collect_from: record.certificate.as_ref().and_then(|it| it.collection.locked_until),
        lapses_at: record.due_on.and_then(midnight),
        ..Facts::of(record.state)
    }
}

fn in_words(actions: impl Iterator<Item = Action>) -> Vec<String> {
    let window = |name: &str, at: Option<Instant>| at.map(|at| format!(" {name} {at}")).unwrap_or_default();
    let words = |it: Action| format!("{}{}{}", it.act.code(), window("from", it.from), window("until", it.until));
    actions.map(words).collect()
}

/// Leads an application of its own to each state, and asks there.
async fn in_every_state(
    backend: &Backend,
    asks: impl AsyncFn(&Caller, &str, State) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let one = backend.one();
    for (state, from, acts) in WAYS {
        if matches!(from, From::Reported) && !backend.claims("uploads") {
            continue;
        }
        backend.rest();
        // Many minutes go by, and a session that nobody uses ends.
        backend.other().get("/applications").await?.is(200)?;
        let application = reached(&one, from, acts).await.with_context(|| format!("on the way to {}", state.code()))?;
        let before = record(&one, &application).await?;
        ensure!(before["state"] == state.code(), "the way to {} ends in {}", state.code(), before["state"]);
        asks(&one, &application, state).await?;
        // What is not over would stand in the way of nobody, but there is no need for it.
        if before["actions"].as_array().is_some_and(|all| all.iter().any(|action| action["act"] == "withdraw")) {
            one.post(&format!("{application}/withdrawal"), &json!({})).await?.is(201)?;
        }
    }
    Ok(())
}

/// The applicant's own acts that the table does not have from this state, each by its call. Giving back what is not there is no
/// fault, so it is not asked.
async fn refused_to_applicant(one: &Caller, application: &str, state: State) -> anyhow::Result<()> {
    let answers = only("work.post", &json!({ "valueString": "厨师" }));
    let body = json!({ "questionnaire": FORM, "round": 0, "answers": answers, "documents": {} });
    let slot = json!({ "slot": "site-1.20261126T0800" });
    for (act, method, path, body) in [
        (Act::Submit, Method::POST, "submission", &body),
        (Act::Supplement, Method::POST, "supplement", &body),
        (Act::Withdraw, Method::POST, "withdrawal", &json!({})),
        (Act::Book, Method::PUT, "hold", &slot),
    ] {
        // A hold is for booking and for moving alike.
        let has = |act: Act| TABLE.iter().any(|row| row.act == act && row.from.contains(&state));
        if has(act) || act == Act::Book && has(Act::Change) {
            continue;
        }
        let request = one.request(method, &format!("{application}/{path}")).json(body);
        let reply = one.send(request.header("Idempotency-Key", crate::conform::caller::fresh())).await?;
        let problem = reply.problem(409, "act-refused");
        let problem = problem.with_context(|| format!("{} from {}", act.code(), state.code()))?;
        ensure!(problem["state"] == state.code(), "the refusal of {} does not say the state", act.code());
    }
    Ok(())
}

/// Every act of desk and clock that the table does not have from this state.
async fn refused_from(one: &Caller, application: &str, state: State) -> anyhow::Result<()> {
    let id = application.trim_start_matches("/applications/");
    let refused = TABLE.iter().filter(|row| row.actor != Actor::Applicant && !row.from.contains(&state));
    for row in refused {
        // What the clock did already is no other act, and a late scan is of a document.
        let done = matches!((row.act, state), (Act::Lapse, State::Lapsed) | (Act::Miss, State::Missed));
        if done || row.act == Act::ScanReturn {
            continue;
        }
        let mut body = needed(row.act.code());
        (body["application"], body["act"]) = (json!(id), json!(row.act.code()));
        let reply = one.post("/test/acts", &body).await?.problem(409, "act-refused");
        let problem = reply.with_context(|| format!("{} from {}", row.act.code(), state.code()))?;
        ensure!(problem["state"] == state.code(), "the refusal of {} does not say the state", row.act.code());
    }
    Ok(())
}
