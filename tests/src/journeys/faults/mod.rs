//! Every fault of the mock server, in a real browser, where it hurts: a table a place, one phone for a whole table.
//!
//! After each row: what the person was told, that nothing is lost, and that there is exactly one of what was wanted.
//! What one request meets on the wire is the business of the mock server's own tests.
mod booking;
mod drafting;
mod submitting;
mod uploading;
mod walk;

pub(super) use booking::booking;
pub(super) use drafting::drafting;
pub(super) use submitting::submitting;
pub(super) use uploading::uploading;
pub(super) use walk::walk;

use crate::{
    applicant::Applicant,
    house::{House, refused},
};
use anyhow::{Context, anyhow, ensure};
use mock_server::{faults::Plan, office::FullApplication};

/// Where trouble strikes.
struct Place {
    method: Option<&'static str>,
    path: &'static str,
    times: Option<u32>,
}

impl Place {
    const fn once(method: &'static str, path: &'static str) -> Self {
        Self { method: Some(method), path, times: Some(1) }
    }
}

/// From now on there is trouble.
fn plan(house: &House, trouble: &str, place: &Place) -> anyhow::Result<()> {
    let trouble = trouble.parse().map_err(|_| anyhow!("there is no trouble {trouble:?}"))?;
    let plan = Plan {
        trouble,
        method: place.method.map(Into::into),
        path: place.path.into(),
        phone: None,
        times: place.times,
    };
    house.office()?.faults.plan(plan);
    Ok(())
}

/// The trouble was met, and is over. What was planned for the question after it need not have been: a browser repeats a
/// request by itself when a connection that it had used before turns out to be dead.
fn was_met(house: &House, trouble: &str) -> anyhow::Result<()> {
    let faults = &house.office()?.faults;
    let mut left = faults.planned();
    faults.clear();
    left.retain(|plan| plan.trouble.to_string() == trouble);
    ensure!(left.is_empty(), "nothing has met {trouble}: {left:?}");
    Ok(())
}

/// What the office has of an application.
async fn full(house: &House, id: &str) -> anyhow::Result<FullApplication> {
    house.office()?.full(id, "a test").await.map_err(refused)
}

/// The one application that the office has.
async fn is_the_only_one(house: &House, id: &str) -> anyhow::Result<()> {
    let all = house.submitted().await?;
    ensure!(all.len() == 1, "{} applications instead of one", all.len());
    ensure!(all.first().context("none")?.id == id, "it is another application");
    Ok(())
}

/// Signs in again in place, a minute later: codes are sent once a minute.
async fn signs_in_again(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    applicant.house.office()?.let_time_pass(chrono::Duration::seconds(61));
    applicant.says("signin.ended.here").await?;
    applicant.signs_in().await
}
