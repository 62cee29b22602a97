//! Somebody who has to come, or does well to, reads where: on every page that says so, and without a network too.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::ensure;
use contract::{
    api::{ReturnCode, Words},
    questionnaire::Pointer,
};
use mock_server::office::{OfficeAct, Returning};

/// A site: what it is called, where it is, when it is open, its telephone.
const OFFICE: [&str; 4] =
    ["示例区疾病预防控制中心", "示例路 8 号 1 层体检中心", "周一至周五 08:00–11:30、13:30–16:30", "000-0000-0001"];
/// The other one where papers are looked at, and one where they are not.
const OTHER: &str = "示例街道社区卫生服务中心";
const NO_OFFICE: &str = "示例交通枢纽夜间体检点";

pub(super) async fn is_told_where(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let id = applicant.has_handed_in().await?;
    at_the_last_try(&applicant, &id).await?;

    house.act(&id, OfficeAct::Begin).await?;
    let words = Words::new("示例：请带原件来核对。", "zh-CN");
    house.act(&id, OfficeAct::CallIn { words, sites: vec!["site-1".into()], bring: vec!["身份证原件".into()] }).await?;
    applicant.goes_to("/home").await?;
    applicant
        .waits("home to name the office", async || Ok(applicant.reads_line("next.counter").await?.contains(OFFICE[0])))
        .await?;
    applicant.has_status(&id, "counter").await?;
    applicant.is_kept().await?;
    is_read(&applicant, OTHER, false).await?;
    phone.set_offline(true).await?;
    house.stop().await;
    applicant.has_status(&id, "counter").await?;
    applicant.says("progress.places").await?;
    let focus = "document.activeElement.textContent.includes('000-0000-0001')";
    ensure!(crate::find::evaluate(&applicant.driver, focus).await? == true, "the panel does not lead to the office");
    is_read(&applicant, OTHER, false).await?;
    ensure!(!applicant.reads().await?.contains(speech.say("progress.any-place")?), "any other will not do");
    Ok(())
}

/// Sent back for the third time: nobody has named an office, so those where papers are looked at are listed.
async fn at_the_last_try(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    for post in ["凉菜厨师", "面点厨师", ""] {
        let words = Words::new("示例：请写具体的岗位。", "zh-CN");
        let post_again = Returning { pointer: Pointer::item("work.post"), code: ReturnCode::Incorrect, words };
        for act in [OfficeAct::Begin, OfficeAct::Return(vec![post_again])] {
            applicant.house.act(id, act).await?;
        }
        applicant.goes_to(&format!("/a/{id}/returned")).await?;
        if !post.is_empty() {
            ensure!(!applicant.reads().await?.contains(OFFICE[1]), "it is not the last try yet");
            applicant.types("work.post", post).await?;
            applicant.says("ret.go").await?;
            applicant.sees(applicant.speech.say("receipt.supplement")?).await?;
        }
    }
    applicant.sees(applicant.speech.say("ret.last")?).await?;
    is_read(applicant, OTHER, true).await?;
    applicant.has_status(id, "returned").await?;
    applicant.says("progress.places").await?;
    applicant.sees(applicant.speech.say("progress.any-place")?).await?;
    is_read(applicant, OTHER, true).await?;
    applicant.goes_to(&format!("/a/{id}/returned")).await?;
    applicant.types("work.post", "冷荤厨师").await?;
    applicant.says("ret.go").await?;
    applicant.sees(applicant.speech.say("receipt.supplement")?).await
}

/// The whole card of the office stands on the page, with its telephone to press; the other office as it is said.
async fn is_read(applicant: &Applicant<'_>, other: &str, is_there: bool) -> anyhow::Result<()> {
    for words in OFFICE {
        applicant.sees(words).await?;
    }
    let call = applicant.finds("link", OFFICE[3]).await?.attr("href").await?;
    ensure!(call.as_deref() == Some("tel:000-0000-0001"), "the telephone leads to {call:?}");
    let text = applicant.reads().await?;
    ensure!(text.contains(other) == is_there, "{other:?} on the page:\n{text}");
    ensure!(!text.contains(NO_OFFICE), "somebody is sent where no papers are looked at:\n{text}");
    Ok(())
}
