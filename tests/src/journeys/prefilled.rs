//! What the app fills in for a person is theirs only once they said so.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::ensure;

pub(super) async fn phone(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let id = applicant.begins_unnamed().await?;
    applicant.goes_to(&format!("/a/{id}/step/contact")).await?;
    let label = speech.label("contact.phone")?;
    let field = applicant.finds("textbox", &label).await?;
    applicant.waits("the phone", async || Ok(field.value().await?.unwrap_or_default().contains("138"))).await?;
    applicant.sees(speech.say("form.filled")?).await?;
    applicant.types("contact.residence.region", "北京市朝阳区").await?;
    applicant.types("contact.residence.address", "示例路 1 号").await?;

    // With nothing else wrong, going on stops here, and says so where the eye is.
    applicant.says("form.next").await?;
    let asked = speech.say("form.confirm.missing")?.replace("{label}", &label);
    applicant.sees(&asked).await?;
    let described = field.attr("aria-describedby").await?.unwrap_or_default();
    ensure!(described.split(' ').any(|id| id.ends_with("error")), "the field does not name its error: {described:?}");
    ensure!(phone.driver.current_url().await?.as_str().ends_with("/step/contact"), "it went on without a word");
    applicant.button(&speech.say("form.confirm.named")?.replace("{label}", &label)).await?;
    applicant.no_longer_sees(&asked).await?;
    applicant.continues_to("/step/work").await?;
    another_number(&applicant, &id).await
}

/// Whoever writes another number before the office has filled in that of the sign-in is not asked which phone is right: nobody
/// has said the other one.
async fn another_number(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    applicant.goes_to(&format!("/a/{id}/step/contact")).await?;
    let moment = applicant.moment().await?;
    applicant.types("contact.phone", "13900000009").await?;
    applicant.is_saved_since(moment).await?;
    applicant.goes_to(&format!("/a/{id}/step/documents")).await?;
    applicant.agrees("documents.consent").await?;
    applicant.sees(speech.begin("save.account")?).await?;
    applicant.goes_to(&format!("/a/{id}/check")).await?;
    applicant.sees("139 0000 0009").await?;
    let text = applicant.reads().await?;
    ensure!(!text.contains(speech.say("outbox.why.two-phones")?), "one phone is taken for two:\n{text}");
    Ok(())
}
