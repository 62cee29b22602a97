//! What one may do with a draft from its list of tasks: carry it away as a file, and delete it.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::ensure;

pub(super) async fn or_deleted(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let id = applicant.begins_unnamed().await?;
    applicant.says("tasks.more").await?;

    // That anybody can read the file is said before there is one.
    applicant.says("tasks.export").await?;
    applicant.sees(speech.say("rescue.open")?).await?;
    ensure!(!applicant.reads().await?.contains(speech.say("tasks.exported")?), "the file was made before one insisted");
    applicant.says("rescue.open.go").await?;
    applicant.sees(speech.say("tasks.exported")?).await?;
    // Under a passphrase; without one that button leads nowhere.
    applicant.says("tasks.export").await?;
    applicant.says("tasks.export.seal").await?;
    applicant.sees(speech.say("tasks.export.lacks")?).await?;
    applicant.fills(speech.say("rescue.words")?, "示例口令").await?;
    applicant.says("tasks.export.seal").await?;
    applicant.sees(speech.say("tasks.exported.sealed")?).await?;

    applicant.says("tasks.delete").await?;
    applicant.presses_within("dialog", speech.say("tasks.delete.keep")?).await?;
    applicant.no_longer_sees(speech.say("tasks.delete.title")?).await?;
    applicant.is_at(&format!("/a/{id}/tasks")).await?;
    applicant.says("tasks.delete").await?;
    applicant.presses_within("dialog", speech.say("tasks.delete")?).await?;
    applicant.is_at("/home").await?;
    applicant.goes_to(&format!("/a/{id}/tasks")).await?;
    applicant.finds("heading", speech.say("tasks.gone.title")?).await.map(drop)
}
