//! The page on which one looks through it all once more: what stands there, and what does not.
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::{Context, ensure};
use serde_json::{Value, json};

/// Printed answers say so, documents are small pictures, each consent stands by itself, and what is not asked any more is away.
pub(super) async fn looked_through(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    applicant.begins().await?;
    applicant.fills_in().await?;
    let papers = applicant.driver.current_url().await?.to_string();
    applicant.gives_papers().await?;
    // Answered, and then not asked any more.
    let moment = applicant.moment().await?;
    applicant.goes_to(&papers.replace("/step/documents", "/step/category")).await?;
    applicant.chooses("category.application", "renewal").await?;
    applicant.types("category.previous-number", "SAMPLE-2024-000009").await?;
    applicant.chooses("category.application", "first").await?;
    applicant.is_saved_since(moment).await?;
    applicant.goes_to(&papers).await?;
    applicant.comes_to_check().await?;
    applicant.sees(speech.say("check.ready")?).await?;
    let portrait = speech.say("check.picture")?.replace("{label}", &speech.short("documents.portrait")?);
    applicant
        .waits("the small picture", async || {
            Ok(row(&applicant, "documents.portrait").await?["pictures"]
                == serde_json::json!([portrait.replace("{n}", "1")]))
        })
        .await?;
    let (printed, one_file) = (speech.say("check.printed")?, speech.say("check.files")?.replace("{n}", "1"));
    for (link_id, words, is_printed) in [
        ("person.name", applicant.name, true),
        ("person.id.number", printed, true),
        ("work.post", "厨师", false),
        ("documents.portrait", printed, true),
        ("contact.residence.region", "北京市朝阳区", false),
        ("documents.identity.front", &one_file, false),
        ("documents.consent", speech.say("check.agreed")?, false),
        ("health.consent", speech.say("check.agreed")?, false),
        ("consent.reminder", speech.say("check.unwanted")?, false),
        ("consent.truth", speech.say("check.confirmed")?, false),
    ] {
        let found = row(&applicant, link_id).await?;
        let text = found["text"].as_str().unwrap_or_default();
        ensure!(text.contains(words), "{link_id} reads {text:?}");
        ensure!(
            text.contains(printed) == is_printed,
            "{link_id} is {}printed: {text:?}",
            if is_printed { "not " } else { "" }
        );
    }
    let text = applicant.reads().await?;
    let gone = speech.short("category.previous-number")?;
    ensure!(!text.contains("SAMPLE-2024-000009") && !text.contains(&gone), "what is not asked stands there:\n{text}");
    // Covered until one asks for it.
    ensure!(!text.contains("19900307"), "the number is read without a press:\n{text}");
    Ok(())
}

/// Whatever is fetched when it is first needed takes a while.
const LATE: &str = "const fetched = fetch; globalThis.fetch = async (...all) => { \
    if (String(all[0].url || all[0]).endsWith('.wasm')) await new Promise(done => setTimeout(done, 500)); \
    return fetched.apply(globalThis, all); };";

/// The page was opened anew, so that what draws documents is not here yet: the link to a missing one leads to it all the same.
pub(super) async fn led_to_a_document(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    let id = applicant.application().await?;
    phone.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": LATE })).await?;
    applicant.goes_to(&format!("/a/{id}/check")).await?;
    applicant.finds("heading", applicant.speech.say("check.title")?).await?;
    let link = "(() => { const link = document.querySelector('.hc-main li a[data-to$=\"portrait\"]'); \
        if (link) link.click(); return !!link; })()";
    applicant.waits("the link", async || Ok(find::evaluate(&phone.driver, link).await? == true)).await?;
    let is_there = "document.activeElement.id.includes('documents.portrait')";
    applicant.waits("the photo to be led to", async || Ok(find::evaluate(&phone.driver, is_there).await? == true)).await
}

/// What stands beside the name of an item, and the names of its pictures.
async fn row(applicant: &Applicant<'_>, link_id: &str) -> anyhow::Result<Value> {
    let label = applicant.speech.short(link_id)?;
    let found = applicant.driver.execute(ROW, vec![label.as_str().into()]).await?;
    Some(found.json().clone()).filter(Value::is_object).with_context(|| format!("{label:?} is not on the page"))
}

const ROW: &str = "const found = [...document.querySelectorAll('.hc-sum > div')].find(row => \
    row.querySelector('dt').textContent.trim() === arguments[0]); \
    return found && { text: found.querySelector('dd').textContent.replace(/\\xa0/g, ' '), \
    pictures: [...found.querySelectorAll('img')].map(picture => picture.alt.replace(/\\xa0/g, ' ')) }";
