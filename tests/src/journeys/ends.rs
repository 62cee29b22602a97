//! A page that ends: it is loaded anew a moment after a key, or its phone takes its memory away.
use super::words::pastes;
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

const ADDRESS: &str = "contact.residence.address";
const PORTRAIT: &str = "documents.portrait";

/// Nothing tells the page that it ends. What was said to be kept is there in the next tab; of what was pasted a moment
/// before there is what stood there before or all of it.
pub(super) async fn killed(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.begins_unnamed().await?;
    let (kept, hurried) = ("示例路 1 号", "示例路 2 号");
    let label = applicant.speech.label(ADDRESS)?;
    let opens = async |step: &str| {
        applicant.goes_to(&format!("/a/{id}/step/{step}")).await?;
        applicant.finds("button", applicant.speech.say("form.next")?).await.map(drop)
    };
    let stands = async || anyhow::Ok(applicant.finds("textbox", &label).await?.value().await?.unwrap_or_default());
    opens("contact").await?;
    let moment = applicant.moment().await?;
    applicant.types(ADDRESS, kept).await?;
    applicant.is_saved_since(moment).await?;
    phone.kills_the_page().await?;
    opens("contact").await?;
    applicant.waits("what was typed", async || Ok(stands().await? == kept)).await?;

    pastes(&applicant, &label, hurried).await?;
    phone.kills_the_page().await?;
    opens("contact").await?;
    applicant.waits("what was typed", async || Ok([kept, hurried].contains(&stands().await?.as_str()))).await?;

    opens("documents").await?;
    let moment = applicant.moment().await?;
    applicant.hands(PORTRAIT, &house.files.path("portrait.jpg")).await?;
    applicant.is_saved_since(moment).await?;
    phone.kills_the_page().await?;
    opens("documents").await?;
    applicant.keeps(PORTRAIT).await?;
    let pictures = applicant.pictures(&applicant.speech.short(PORTRAIT)?).await?;
    ensure!(pictures.len() == 1, "of one photo there are {} pictures", pictures.len());
    Ok(())
}
