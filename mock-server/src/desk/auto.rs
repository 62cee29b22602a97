//! `--auto`: the desk acts by itself, one step at a time, so that a demonstration runs without a second person.
//!
//! It only ever does what is usual: accept, attend, normal results, pass, issue. Returning and refusing stay with people, and so
//! does everybody in whom something was found.
use super::{WHO, recording, results};
use crate::office::{Answer, By, Listed, Office, OfficeAct, QueueRow};
use chrono::TimeDelta;
use contract::{
    application::State,
    examination::{Proposal, propose},
};
use std::time::Duration;

/// Acts for as long as the server runs: each application moves one step when it has waited `every` in its state.
pub async fn run(office: Office, every: Duration) {
    let look = (every / 2).clamp(Duration::from_millis(200), Duration::from_secs(2));
    let wait = TimeDelta::from_std(every).unwrap_or_else(|_| TimeDelta::seconds(1));
    loop {
        tokio::time::sleep(look).await;
        steps(&office, wait).await;
    }
}

/// One step for each application that has waited so long in its state.
pub async fn steps(office: &Office, wait: TimeDelta) {
    let rows = match office.queue(Listed::Open).await {
        Ok(rows) => rows,
        Err(fault) => {
            eprintln!("auto: the queue cannot be read: {:?}", fault.problem.slug());
            return;
        }
    };
    for row in rows.iter().filter(|row| office.now() - row.since >= wait) {
        if let Err(fault) = step(office, row).await {
            eprintln!("auto: {} stays {}: {:?}", row.id, row.state.code(), fault.problem.slug());
        }
    }
}

/// The next usual act, if the office owes one.
async fn step(office: &Office, row: &QueueRow) -> Answer<()> {
    let act = match row.state {
        State::Submitted | State::Resubmitted => OfficeAct::Begin,
        State::InReview => OfficeAct::Accept { category: None },
        State::Booked => OfficeAct::Attend { site: None },
        State::Examined | State::ReportReview => {
            if propose(results::found(&office.full(&row.id, WHO).await?)) != Proposal::Pass {
                return Ok(());
            }
            recording::record_usual(office, &row.id).await?;
            OfficeAct::Pass
        }
        State::Passed => OfficeAct::Issue,
        State::Draft
        | State::Returned
        | State::Counter
        | State::Accepted
        | State::Referred
        | State::Missed
        | State::ReportReturned
        | State::Issued
        | State::Collected
        | State::Rejected
        | State::Withdrawn
        | State::Lapsed
        | State::Unknown => return Ok(()),
    };
    office.act(&row.id, By(WHO), act).await.map(|_| ())
}
