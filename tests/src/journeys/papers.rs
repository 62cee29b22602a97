//! What happens to a photo whose page is left, or closed by the phone, before it is kept.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::ensure;

pub(super) async fn left_while_looking(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    applicant.agrees("documents.consent").await?;
    let photo = house.files.large()?;
    applicant.gives(&applicant.speech.short("documents.identity.front")?, &photo).await?;
    applicant.link(applicant.speech.say("form.up")?).await?;
    applicant.is_at("/tasks").await?;
    phone.driver.back().await?;
    applicant.is_at("/step/documents").await?;
    let keep = applicant.speech.say("doc.keep")?;
    let there = applicant.speech.begin("doc.received")?;
    applicant
        .waits("the photo that was left", async || {
            if applicant.has("button", keep).await? {
                applicant.button(keep).await?;
            }
            Ok(applicant.reads().await?.contains(there))
        })
        .await
}

pub(super) async fn closed_while_taking(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    let lost = applicant.speech.say("save.restored.nophoto")?;
    ensure!(!applicant.reads().await?.contains(lost), "nothing was lost yet");
    // The camera of the phone opens; then the phone needs its memory, at worst before a note could be stored.
    applicant
        .waits("the note of the photo", async || {
            phone.driver.execute(OPEN_CAMERA, vec![]).await?;
            applicant.reads().await?;
            phone.driver.refresh().await?;
            applicant.finds("heading", &applicant.speech.short("documents.portrait")?).await?;
            Ok(applicant.reads().await?.contains(lost))
        })
        .await?;
    phone.driver.refresh().await?;
    applicant.finds("heading", &applicant.speech.short("documents.portrait")?).await?;
    applicant.no_longer_sees(lost).await
}

/// A press that the browser does not take for a person's: the control hears it, and no window opens.
const OPEN_CAMERA: &str = "document.querySelector('input[type=file]').dispatchEvent(new MouseEvent('click'));";
