//! Somebody comes back after the sign-in has ended: what was heard last is shown, and to sign in again is offered above it.
use super::certificate;
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::ensure;
use mock_server::faults::{Plan, Trouble};

pub(super) async fn the_next_day(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let id = applicant.has_handed_in().await?;
    house.accept(&id).await?;
    applicant.has_status(&id, "accepted").await?;

    // The page is opened anew, and the server knows nobody.
    ends(&applicant).await?;
    applicant.goes_to(&format!("/a/{id}/examination")).await?;
    signs_in_again(&applicant).await?;
    applicant.takes(speech.say("exam.day")?, 0).await?;

    // It ends while a time is chosen, and while the visit is given up.
    ends(&applicant).await?;
    applicant.takes(speech.say("exam.time")?, 0).await?;
    signs_in_again(&applicant).await?;
    // Held is held, also where no news come: who opens the page anew finds it.
    phone.block(&["*/events*"]).await?;
    // Days ahead: the day before a visit it can no longer be given up here.
    let time = applicant.takes_a_time(4, 0).await?;
    applicant.goes_to(&format!("/a/{id}/examination")).await?;
    applicant.waits("the held time", async || Ok(applicant.countdown().await?.contains(&time))).await?;
    applicant.books("exam.go").await?;
    ends(&applicant).await?;
    applicant.says("act.cancel").await?;
    applicant.presses_within("dialog", speech.say("act.cancel")?).await?;
    signs_in_again(&applicant).await?;
    applicant.says("act.cancel").await?;
    applicant.presses_within("dialog", speech.say("act.cancel")?).await?;
    applicant.sees(speech.say("visit.cancelled")?).await?;

    // What was not given for want of a sign-in comes with it.
    ends(&applicant).await?;
    applicant.goes_to(&format!("/a/{id}/examination/results")).await?;
    let again = speech.say("app.retry")?;
    applicant.finds("button", again).await?;
    signs_in_again(&applicant).await?;
    applicant.waits("the results to be read", async || Ok(!applicant.has("button", again).await?)).await?;
    // So many codes an hour are given to a phone.
    house.office()?.let_time_pass(chrono::Duration::hours(1));

    // Where the page itself asks to sign in, it is not asked twice; and whoever signed out is not asked at all.
    ends(&applicant).await?;
    applicant.goes_to("/home").await?;
    signs_in_again(&applicant).await?;
    applicant.goes_to("/verify").await?;
    applicant.sees(speech.say("v.title")?).await?;
    ensure!(!applicant.reads().await?.contains(speech.say("p.signed-out")?), "an inspector is asked to sign in");
    Ok(())
}

pub(super) async fn refused_for_now(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    applicant.begins().await?;
    // Signed in, that is.
    applicant.finds("heading", speech.say("tasks.title.unnamed")?).await?;
    let (nowhere, absent) = ("0b8f6c1e-4f0e-4c51-9d3a-0a1b2c3d4e5f", speech.say("p.not-found")?);
    for page in ["", "/examination", "/collect"] {
        house.office()?.faults.plan(Plan::once(Trouble::Status(500, None), &format!("/applications/{nowhere}")));
        applicant.goes_to(&format!("/a/{nowhere}{page}")).await?;
        applicant.sees(speech.say("p.other")?).await?;
        ensure!(!applicant.reads().await?.contains(absent), "a refusal is called an absence");
        applicant.says("app.retry").await?;
        applicant.sees(absent).await?;
    }
    Ok(())
}

pub(super) async fn somebody_else(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let holder = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &holder.speech;
    certificate::collected(&holder).await?;
    holder.sees(holder.name).await?;
    ends(&holder).await?;
    // What is called otherwise in the other language is asked for anew.
    holder.button("EN").await?;
    holder.button("中文").await?;
    // A phone that a family shares: whoever signs in above the page is not its holder.
    let mut other = Applicant::new(house, house.person(phone), "zh-CN")?;
    other.phone = "13800000002";
    signs_in_again(&other).await?;
    other.sees(speech.say("cert.e.absent")?).await?;
    ensure!(!other.reads().await?.contains(holder.name), "somebody else reads the certificate");
    Ok(())
}

async fn ends(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    applicant.driver.delete_all_cookies().await?;
    Ok(())
}

/// By the note above the page, which goes then.
async fn signs_in_again(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    applicant.sees(speech.say("p.signed-out")?).await?;
    applicant.says("signin.ended.here").await?;
    // One code a minute for a phone, and the last may be younger.
    applicant.house.office()?.let_time_pass(chrono::Duration::seconds(61));
    applicant.signs_in().await?;
    applicant.no_longer_sees(speech.say("signin.ended.here")?).await?;
    has_a_place(applicant).await
}

/// Whoever goes on by key or listens is not sent to the top of the page.
pub(super) async fn has_a_place(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    let is_somewhere = "document.activeElement !== document.body";
    applicant
        .waits("the focus to be somewhere", async || Ok(find::evaluate(&applicant.driver, is_somewhere).await? == true))
        .await
}
