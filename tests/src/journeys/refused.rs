//! What the desk refuses: an item that nobody asked to change, and in the end the whole application, by its own button.
use crate::{
    applicant::Applicant,
    browser::Browser,
    clerk::{Clerk, SentBack, at_the_desk},
    house::{House, refused},
};
use anyhow::ensure;

const REASON: &str = "示例：这个岗位不需要健康证。";
const APPEAL: &str = "示例区卫生健康委员会政策法规科";

pub(super) async fn at_the_end(house: &House, phone: &Browser) -> anyhow::Result<()> {
    at_the_desk(house, async |clerk| by(house, phone, clerk).await).await
}

async fn by(house: &House, phone: &Browser, clerk: &Clerk<'_>) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let id = applicant.hands_in().await?;
    clerk.opens(applicant.name).await?;
    clerk.does("开始审核").await?;
    let post = speech.short("work.post")?;
    clerk
        .sends_back(&SentBack { label: &post, reason: "填写不对", words: "示例：请写具体的岗位。" }, "退回 1 处")
        .await?;

    // Whoever knows the address of another step changes nothing there.
    applicant.has_status(&id, "returned").await?;
    applicant.goes_to(&format!("/a/{id}/step/contact")).await?;
    applicant.sees(speech.say("tasks.sent")?).await?;
    let address = applicant.finds("textbox", &speech.label("contact.residence.address")?).await?;
    let stood = address.value().await?;
    ensure!(stood.as_deref() == Some("示例路 1 号"), "of the address there is {stood:?}");
    // The driver refuses to type into what is read only.
    address.send_keys("9").await.ok();
    ensure!(address.value().await? == stood, "what was not returned can be changed");

    applicant.follows(&id, "progress.go.returned", "/returned").await?;
    applicant.types("work.post", "凉菜厨师").await?;
    applicant.says("ret.go").await?;
    applicant.sees(speech.say("receipt.supplement")?).await?;
    clerk.opens(applicant.name).await?;
    clerk.does("开始审核").await?;
    clerk.button("不予受理…").await?;
    clerk.fills("理由", REASON).await?;
    clerk.fills("不服怎么办：找谁、在哪里", APPEAL).await?;
    clerk.does("不予受理").await?;

    applicant.goes_to(&format!("/a/{id}")).await?;
    applicant.sees(speech.say("status.rejected")?).await?;
    applicant.finds("heading", speech.say("progress.decision")?).await?;
    for words in [REASON, APPEAL, speech.say("event.reject")?] {
        applicant.sees(words).await?;
    }
    // Two months run over the end of a year.
    let next = applicant.reads_line("next.rejected").await?;
    let full = house.office()?.full(&id, "a test").await.map_err(refused)?;
    let appeal = full.record.decision.as_ref().and_then(|decision| decision.appeal.as_ref());
    let year = appeal.map(|appeal| appeal.until.format("%Y").to_string()).unwrap_or_default();
    ensure!(next.contains(&format!("{year} 年")), "of an appeal until {year} is said {next:?}");
    ensure!(full.rounds.len() == 2, "{} rounds were sent", full.rounds.len());

    // The next one begins from here.
    applicant.says("cert.again.apply").await?;
    applicant.sees(speech.say("tasks.title.unnamed")?).await?;
    let begun = applicant.application().await?;
    ensure!(begun != id, "what was refused was opened again");
    Ok(())
}
