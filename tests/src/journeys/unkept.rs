//! A browser that keeps nothing, or does not promise to: said before anything is lost, with what helps.
use crate::{applicant::Applicant, browser::Browser, house::House, person::Person};
use anyhow::ensure;
use serde_json::json;

/// In a frame of somebody else's page that is given no storage.
pub(super) async fn framed(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let from_the_start = json!({ "source": "Object.defineProperty(globalThis, 'indexedDB', { value: undefined })" });
    phone.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", from_the_start).await?;
    let person = Person::in_a_frame(phone, house.host(), &house.empty_page().await?);
    let applicant = Applicant::new(house, person, "zh-CN")?;
    let speech = &applicant.speech;
    let (none, window) = (speech.say("save.none")?, speech.say("save.window")?);
    applicant.goes_to("/").await?;
    applicant.sees(none).await?;
    applicant.reads_line("tasks.minutes").await?;
    let text = applicant.reads().await?;
    for promise in [speech.part("entry.time")?, speech.say("entry.privacy")?] {
        ensure!(!text.contains(promise), "it promises {promise:?} all the same");
    }
    let leads = applicant.finds("link", window).await?.prop("href").await?;
    ensure!(leads == Some(format!("{}/", house.origin())), "it leads to {leads:?}");

    // The same on the list of tasks, before anything is filled in; and what is filled in can still be carried away.
    applicant.begins().await?;
    applicant.finds("heading", speech.say("tasks.title.unnamed")?).await?;
    applicant.sees(none).await?;
    applicant.finds("link", window).await?;
    applicant.finds("button", speech.say("out.export")?).await.map(drop)
}

/// Whether a browser that keeps drafts has promised to go on with it.
pub(super) async fn not_promised(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let words = applicant.speech.say("save.nopersist")?;
    let id = applicant.begins_unnamed().await?;
    for promised in [false, true] {
        let source = format!("StorageManager.prototype.persist = async () => {promised}");
        phone.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await?;
        applicant.goes_to(&format!("/a/{id}/tasks")).await?;
        if promised {
            applicant.no_longer_sees(words).await?;
        } else {
            applicant.sees(words).await?;
        }
    }
    Ok(())
}
