//! Photos of what is not asked any more: a row that was taken away, a question that another answer hides.
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::{Context, ensure};
use serde_json::{Value, json};

/// A letter that an answer asks for, one in each row, and a photo that is always asked for.
fn form() -> Value {
    json!({ "resourceType": "Questionnaire", "version": "1", "language": "zh-CN", "status": "active", "title": "材料",
        "url": "https://committee.example/Questionnaire/unasked", "item": [{ "linkId": "page", "type": "group", "text": "材料", "item": [
            { "linkId": "page.employed", "type": "boolean", "required": true, "text": "有没有单位" },
            { "linkId": "page.letter", "type": "attachment", "text": "单位的信",
                "enableWhen": [{ "question": "page.employed", "operator": "=", "answerBoolean": true }] },
            { "linkId": "page.job", "type": "group", "repeats": true, "text": "以前的工作", "item": [
                { "linkId": "page.job.name", "type": "string", "text": "哪里" },
                { "linkId": "page.job.proof", "type": "attachment", "text": "工作证明" }] },
            { "linkId": "page.photo", "type": "attachment", "text": "近照" },
        ] }] })
}

/// Chosen without network, then hidden or taken away: neither leaves the phone, and what is asked again does.
pub(super) async fn photos(house: &House, phone: &Browser) -> anyhow::Result<()> {
    house.asks(&[form()]).await?;
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.begins_unnamed().await?;
    applicant.goes_to(&format!("/a/{id}/step/page")).await?;
    applicant.picks("有没有单位", applicant.speech.say("form.yes")?).await?;
    applicant.button("再加一处：以前的工作").await?;
    applicant.finds("textbox", "哪里").await?;
    phone.set_offline(true).await?;
    for (before, label) in ["单位的信", "工作证明"].into_iter().enumerate() {
        applicant.gives(label, &house.files.path("portrait.jpg")).await?;
        are_kept(&applicant, before + 1).await?;
    }
    let moment = applicant.moment().await?;
    applicant.picks("有没有单位", applicant.speech.say("form.no")?).await?;
    applicant.button("删掉以前的工作 1").await?;
    applicant.is_saved_since(moment).await?;
    // What is given last goes last: whatever else could go would be there before it.
    applicant.gives("近照", &house.files.path("portrait.jpg")).await?;
    are_kept(&applicant, 1).await?;
    phone.set_offline(false).await?;
    applicant.sees(applicant.speech.say("doc.received")?).await?;
    let there = at_the_office(phone, &id).await?;
    ensure!(there == ["#/page.photo"], "the office was given {there:?}");
    // Another visit holds it back too, and does not ask again for what was taken away.
    phone.driver.refresh().await?;
    applicant.sees(applicant.speech.say("doc.received")?).await?;
    applicant.picks("有没有单位", applicant.speech.say("form.yes")?).await?;
    applicant
        .waits("the letter at the office", async || {
            Ok(at_the_office(phone, &id).await? == ["#/page.letter", "#/page.photo"])
        })
        .await
}

/// Waits until so many photos stand on the page, each with a way to see it large.
async fn are_kept(applicant: &Applicant<'_>, count: usize) -> anyhow::Result<()> {
    let large = applicant.speech.begin("doc.view")?;
    let shown = async || Ok(applicant.reads().await?.matches(large).count() == count);
    applicant.waits(&format!("{count} photos to be kept"), shown).await
}

/// What the office has been given, by item.
async fn at_the_office(phone: &Browser, id: &str) -> anyhow::Result<Vec<String>> {
    let read =
        format!("fetch('/api/v1/applications/{id}', {{ headers: {{ 'X-HC-Request': '1' }} }}).then(a => a.json())");
    let record = find::evaluate(&phone.driver, &read).await?;
    let documents = record.get("documents").and_then(Value::as_array).with_context(|| format!("{record}"))?;
    let pointer = |it: &Value| it.get("pointer").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut pointers: Vec<String> = documents.iter().map(pointer).collect();
    pointers.sort();
    Ok(pointers)
}
