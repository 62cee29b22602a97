//! A network that goes away while the progress is looked at, and comes back.
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::{Context, ensure};
use mock_server::office::OfficeAct;

pub(super) async fn progress_is_open(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.hands_in().await?;
    applicant.goes_to(&format!("/a/{id}")).await?;
    applicant.sees(applicant.speech.say("status.submitted")?).await?;
    find::evaluate(&phone.driver, "globalThis.__here = true").await?;
    let known = age(&applicant).await?;

    // The phone has no network: the office goes on without it.
    phone.set_offline(true).await?;
    is_said_to_be_old(&applicant, &known).await?;
    house.act(&id, OfficeAct::Begin).await?;
    phone.set_offline(false).await?;
    is_back(&applicant, "status.in-review").await?;

    // The phone has one, and nobody is there: no event tells that it is over, only asking again does.
    let known = age(&applicant).await?;
    house.stop().await;
    is_said_to_be_old(&applicant, &known).await?;
    house.start().await?;
    house.act(&id, OfficeAct::Accept { category: None }).await?;
    is_back(&applicant, "do.accepted").await
}

/// The line that says of when the progress is.
async fn age(applicant: &Applicant<'_>) -> anyhow::Result<String> {
    let begin = applicant.speech.begin("age.today")?;
    let text = applicant.reads().await?;
    let line = text.lines().find(|line| line.contains(begin)).context("the progress has no age")?;
    Ok(line.to_owned())
}

/// All that was known stays, with its age, and nobody is asked to do anything.
async fn is_said_to_be_old(applicant: &Applicant<'_>, age: &str) -> anyhow::Result<()> {
    if let Err(why) = applicant.sees(applicant.speech.say("progress.stale")?).await {
        let hint = find::evaluate(&applicant.driver, "navigator.onLine").await?;
        return Err(why.context(format!("the browser's own word on the network: {hint}")));
    }
    applicant.sees(age).await
}

/// By itself: nothing is pressed, and the page is the same one.
async fn is_back(applicant: &Applicant<'_>, state: &str) -> anyhow::Result<()> {
    applicant.sees(applicant.speech.say(state)?).await?;
    applicant.no_longer_sees(applicant.speech.say("progress.stale")?).await?;
    let loaded = find::evaluate(&applicant.driver, "globalThis.__here").await?;
    ensure!(loaded == true, "the page was loaded anew");
    Ok(())
}
