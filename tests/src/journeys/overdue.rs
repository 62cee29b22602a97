//! What was opened a while ago: links to files end after ten minutes, and after two downloads.
use super::online;
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::ensure;
use chrono::Duration;
use mock_server::{
    faults::{Plan, Trouble},
    office::OfficeAct,
};
use serde_json::json;
use std::{fs, path::Path};

pub(super) async fn report(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.has_handed_in().await?;
    house.accept(&id).await?;
    online::sends_the_report(&applicant, &id).await?;
    house.record_normal(&id).await?;
    house.act(&id, OfficeAct::Pass).await?;
    let downloads = tempfile::tempdir()?;
    let allow = json!({ "behavior": "allow", "downloadPath": downloads.path() });
    phone.driver.cdp().send_raw("Browser.setDownloadBehavior", allow).await?;
    let results = format!("/a/{id}/examination/results");
    applicant.goes_to(&results).await?;
    for time in ["first", "second", "third", "fourth"] {
        is_saved(&applicant, time, downloads.path()).await?;
    }
    // Somebody who has saved it often enough leaves and comes back.
    applicant.goes_to("/home").await?;
    applicant.goes_to(&results).await?;
    is_saved(&applicant, "after coming back", downloads.path()).await?;

    eleven_minutes_pass(&applicant).await?;
    is_saved(&applicant, "after eleven minutes", downloads.path()).await?;
    // What cannot be had now is said, and the same press gets it later.
    eleven_minutes_pass(&applicant).await?;
    house.office()?.faults.plan(Plan::once(Trouble::Status(500, None), "/examination"));
    applicant.link(applicant.speech.say("res.report")?).await?;
    applicant.sees(applicant.speech.say("res.report.failed")?).await?;
    is_saved(&applicant, "when the office is well again", downloads.path()).await?;
    applicant.no_longer_sees(applicant.speech.say("res.report.failed")?).await
}

/// At the office, and on the phone.
async fn eleven_minutes_pass(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    applicant.house.office()?.let_time_pass(Duration::minutes(11));
    find::evaluate(&applicant.driver, "void (now => { Date.now = () => now() + 660_000 })(Date.now)").await.map(drop)
}

/// Pressed once, and the report is there, whole.
async fn is_saved(applicant: &Applicant<'_>, when: &str, folder: &Path) -> anyhow::Result<()> {
    applicant.link(applicant.speech.say("res.report")?).await?;
    applicant.waits(&format!("the report {when}"), async || takes_report(folder)).await
}

/// Takes away the report that was saved there, once it is whole; anything else that was is a fault.
fn takes_report(folder: &Path) -> anyhow::Result<bool> {
    let mut found = false;
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        if path.extension().is_some_and(|end| end == "crdownload") {
            continue;
        }
        ensure!(fs::read(&path)?.starts_with(b"%PDF"), "{} is no report", path.display());
        fs::remove_file(&path)?;
        found = true;
    }
    Ok(found)
}
