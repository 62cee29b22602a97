//! Level core: the table of contract §2.2, asked from every state that desk and clock lead to.
use super::{begun, booked, record, reported, returned, submitted, visited};
use crate::conform::{Backend, caller::Caller, papers::played};
use anyhow::{Context, ensure};
use contract::application::{Act, Actor, State, TABLE};
use serde_json::{Value as Json, json};

/// How a state is reached: from where, and by which acts.
const WAYS: [(State, From, &[&str]); 17] = [
    (State::Draft, From::Begun, &[]),
    (State::Submitted, From::Submitted, &[]),
    (State::InReview, From::Submitted, &["begin"]),
    (State::Returned, From::Returned, &[]),
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
    let one = backend.one();
    for (state, from, acts) in WAYS {
        if matches!(from, From::Reported) && !backend.claims("uploads") {
            continue;
        }
        backend.rest();
        let application = reached(&one, from, acts).await.with_context(|| format!("on the way to {}", state.code()))?;
        let before = record(&one, &application).await?;
        ensure!(before["state"] == state.code(), "the way to {} ends in {}", state.code(), before["state"]);
        refused_from(&one, &application, state).await?;
        let after = record(&one, &application).await?;
        ensure!(after == before, "in {}, refused acts have changed the record", state.code());
        // What is not over would stand in the way of nobody, but there is no need for it.
        if before["actions"].as_array().is_some_and(|all| all.iter().any(|action| action["act"] == "withdraw")) {
            one.post(&format!("{application}/withdrawal"), &json!({})).await?.is(201)?;
        }
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
