//! A step of the draft while everything that asks the office meets trouble: it needs no network, and says so.
use super::{Place, plan};
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::{Context, ensure};

/// What the person is told on the page of a step while all requests fare so.
const ROWS: [(&str, Option<&str>); 21] = [
    ("delay=1500", None),
    ("stall", None),
    ("lost-request", Some("net.off.nothing")),
    ("lost-reply", Some("net.off.nothing")),
    ("cut=0", Some("net.off.nothing")),
    ("cut=10", Some("net.off.nothing")),
    ("duplicate", None),
    ("status=500", None),
    ("status=503/7s", None),
    ("status=429/7d", None),
    ("html", Some("net.captive")),
    ("portal", Some("net.captive")),
    ("wrong-type", None),
    ("bom", None),
    ("empty", None),
    ("huge", None),
    ("unknown-codes", None),
    ("extra-members", None),
    ("storage-full", None),
    ("clock=3600", Some("err.clock")),
    ("signed-out", None),
];

pub(in crate::journeys) async fn drafting(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.begins_unnamed().await?;
    applicant.is_kept().await?;
    applicant.goes_to(&format!("/a/{id}/step/contact")).await?;
    let moment = applicant.moment().await?;
    applicant.types("contact.residence.address", "示例路 0 号").await?;
    applicant.is_saved_since(moment).await?;
    for (row, (trouble, told)) in ROWS.into_iter().enumerate() {
        one(&applicant, trouble, told, &format!("示例路 {} 号", row + 1)).await.with_context(|| trouble.to_owned())?;
    }
    house.office()?.faults.clear();
    Ok(())
}

async fn one(applicant: &Applicant<'_>, trouble: &str, told: Option<&str>, words: &str) -> anyhow::Result<()> {
    let faults = &applicant.house.office()?.faults;
    faults.clear();
    plan(applicant.house, trouble, &Place { method: None, path: "/api/", times: None })?;
    applicant.driver.refresh().await?;
    let label = applicant.speech.label("contact.residence.address")?;
    let stands = async || -> anyhow::Result<String> {
        Ok(applicant.finds("textbox", &label).await?.value().await?.unwrap_or_default())
    };
    applicant.waits("what was typed before", async || Ok(!stands().await?.is_empty())).await?;
    if let Some(key) = told {
        applicant.sees(applicant.speech.part(key)?).await?;
    }
    let moment = applicant.moment().await?;
    applicant.types("contact.residence.address", words).await?;
    applicant.is_saved_since(moment).await?;
    let line = applicant.reads().await?;
    let saved = ["save.phone", "save.offline"].map(|key| applicant.speech.begin(key));
    ensure!(saved.into_iter().flatten().any(|saved| line.contains(saved)), "nothing says that it is saved:\n{line}");
    applicant.driver.refresh().await?;
    applicant.waits("what was typed", async || Ok(stands().await? == words)).await
}
