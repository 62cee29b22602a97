//! A submission is taken back and its reply is lost: the record tells what became of it, and it is changed and sent again.
use super::returning::has_a_place;
use crate::{
    applicant::Applicant,
    browser::Browser,
    house::{House, refused},
};
use anyhow::ensure;
use mock_server::faults::{Plan, Trouble};

pub(super) async fn reply_lost(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.hands_in().await?;
    let faults = &house.office()?.faults;
    faults.plan(Plan { method: Some("DELETE".into()), ..Plan::once(Trouble::LostReply, "/submission") });
    applicant.goes_to(&format!("/a/{id}")).await?;
    applicant.says("act.recall").await?;
    let recall = applicant.speech.say("act.recall")?;
    applicant.presses_within("dialog", recall).await?;
    // Its button is gone while the reply is waited for, too: what became of it is known when the form is offered again.
    applicant.finds("link", applicant.speech.say("progress.go.draft")?).await?;
    has_a_place(&applicant).await?;
    ensure!(faults.planned().is_empty(), "no reply was lost");
    // It can be changed again, by the same phone,
    applicant.goes_to(&format!("/a/{id}/step/contact")).await?;
    let moment = applicant.moment().await?;
    applicant.types("contact.residence.address", "示例路 2 号").await?;
    applicant.is_saved_since(moment).await?;
    // and is sent again, as the second one.
    applicant.goes_to(&format!("/a/{id}/check")).await?;
    applicant.says("submit.go").await?;
    applicant.is_at("/receipt").await?;
    applicant.sees(applicant.speech.say("receipt.title")?).await?;
    let there = house.office()?.full(&id, "a test").await.map_err(refused)?;
    ensure!(there.rounds.len() == 2, "{} submissions instead of two", there.rounds.len());
    Ok(())
}
