//! A page that is loaded anew a moment after a key.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::ensure;

const ROUNDS: u32 = 20;

pub(super) async fn last_keys(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.begins_unnamed().await?;
    applicant.goes_to(&format!("/a/{id}/step/documents")).await?;
    applicant.agrees("documents.consent").await?;
    applicant.goes_to(&format!("/a/{id}/step/contact")).await?;
    let (label, in_account) =
        (applicant.speech.label("contact.residence.address")?, applicant.speech.begin("save.account")?);
    let mut lost = vec![];
    for round in 0..ROUNDS {
        let words = format!("示例路 {round} 号");
        // The page has been here for a moment: all of the app is.
        applicant.sees(in_account).await?;
        applicant.types("contact.residence.address", &words).await?;
        applicant.driver.refresh().await?;
        let field = applicant.finds("textbox", &label).await?;
        applicant
            .waits("what stands in the field", async || Ok(field.value().await?.is_some_and(|it| !it.is_empty())))
            .await?;
        let found = field.value().await?.unwrap_or_default();
        if found != words {
            lost.push(format!("{words}: {found}"));
        }
    }
    ensure!(lost.is_empty(), "{} of {ROUNDS} are lost: {lost:?}", lost.len());
    Ok(())
}
