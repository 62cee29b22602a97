//! Drafts that nobody's app has written, and texts that nobody types: named, kept, and no harm.
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::ensure;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// A draft with answers of every wrong kind: linkIds that no form has, an answer of another type, a row of what is no group,
/// a pointer that names nothing.
fn tampered(application: &str) -> String {
    let head = json!({ "id": { "application": application, "form": "application", "round": 0 },
        "questionnaire": "health-certificate|2026.11.1", "owner": null, "begun_at": "2026-11-25T10:00:00+08:00" });
    let text = |words: &str| json!([{ "valueString": words }]);
    let values = json!({
        "#/person.name": text("张伟"),
        "#/nobody.asked": text("谁也没问过的"),
        "#/person.id.kind": text("不在列表里的"),
        "#/person.birth-date": [{ "valueInteger": 7 }],
        "#/health.other": text("是不是"),
        "#/work.place/r1/nobody.there": text("没有的一行"),
        "#/person.name/r9/person.name": text("不是一行"),
        "#/__proto__": text("x"),
        "no pointer": text("x"),
    });
    let rows =
        json!({ "#/work.place": ["r1", "r1", "r2", "r3", "r4", "r5"], "#/person.name": ["r9"], "#/nowhere": ["r1"] });
    let record = json!({ "head": head, "answers": { "values": values, "rows": rows, "consents": { "#/nobody.asked":
        { "version": "1", "language": "zh-CN", "at": "2026-11-25T10:00:00+08:00" } } } });
    let name = format!("draft/{application}/application/0");
    json!({ "kind": "health-certificate-application", "version": 1, "application": application,
        "records": { name: STANDARD.encode(record.to_string()) } })
    .to_string()
}

pub(super) async fn draft(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    applicant.begins_unnamed().await?;
    let id = "3f6f2b1c-8f0e-4c51-9d3a-0a1b2c3d4e5f";
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("tampered.json");
    std::fs::write(&file, tampered(id))?;
    applicant.goes_to("/outbox").await?;
    applicant.gives(speech.say("rescue.import")?, &file).await?;
    // Nobody has submitted it: that it goes out by itself would be waited for, and it is gone on with from here.
    applicant.sees(speech.say("rescue.done.draft")?).await?;
    applicant.finds("link", speech.say("entry.resume")?).await?;
    // Each step opens, and what no form asks is nowhere.
    for step in ["person", "work", "health", "category", "contact", "documents", "consent"] {
        applicant.goes_to(&format!("/a/{id}/step/{step}")).await?;
        applicant.finds("button", speech.say("form.next")?).await?;
        let errors = applicant.errors().await?;
        ensure!(errors.is_empty(), "{step}: {}", errors.join("; "));
        ensure!(!applicant.reads().await?.contains("谁也没问过的"), "{step} shows what is not asked");
    }
    applicant.goes_to(&format!("/a/{id}/step/person")).await?;
    let name = applicant.finds("textbox", &speech.label("person.name")?).await?;
    applicant.waits("the name", async || Ok(name.value().await?.as_deref() == Some("张伟"))).await?;
    applicant.chooses("person.id.kind", "resident-id").await?;
    applicant.types("person.id.number", applicant.number).await?;
    applicant.goes_to(&format!("/a/{id}/check")).await?;
    applicant.sees("张伟").await?;
    ensure!(!applicant.reads().await?.contains("谁也没问过的"), "the check page shows what is not asked");
    let errors = applicant.errors().await?;
    ensure!(errors.is_empty(), "the check page: {}", errors.join("; "));
    Ok(())
}

/// Ten thousand letters at once, into an address, a name and an ID number: kept as they are, and said to be too many.
pub(super) async fn paste(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let id = applicant.begins_unnamed().await?;
    let long = "字𠮷".repeat(5_000);
    for (step, link_id, before) in [
        ("contact", "contact.residence.address", None),
        ("person", "person.name", Some("person.id.kind")),
        ("person", "person.id.number", None),
    ] {
        applicant.goes_to(&format!("/a/{id}/step/{step}")).await?;
        if let Some(kind) = before {
            applicant.chooses(kind, "resident-id").await?;
        }
        let label = speech.label(link_id)?;
        let field = applicant.finds("textbox", &label).await?;
        let moment = applicant.moment().await?;
        phone.driver.execute("arguments[0].focus(); arguments[0].select()", vec![field.to_json()?]).await?;
        phone.driver.cdp().send_raw("Input.insertText", json!({ "text": long })).await?;
        applicant.waits("the paste", async || Ok(field.value().await?.as_deref() == Some(long.as_str()))).await?;
        applicant.is_saved_since(moment).await?;
        phone.driver.execute("arguments[0].blur()", vec![field.to_json()?]).await?;
        let wrong = async || Ok(field.attr("aria-invalid").await?.as_deref() == Some("true"));
        applicant.waits(&format!("{link_id} to be too long"), wrong).await?;
        // It is all there still, also after the page was opened anew.
        phone.driver.refresh().await?;
        let field = applicant.finds("textbox", &label).await?;
        applicant
            .waits("what was pasted to be kept", async || Ok(field.value().await?.as_deref() == Some(long.as_str())))
            .await?;
        let errors = applicant.errors().await?;
        ensure!(errors.is_empty(), "{link_id}: {}", errors.join("; "));
    }
    let wide = find::evaluate(&phone.driver, "document.documentElement.scrollWidth <= innerWidth").await?;
    ensure!(wide == Value::Bool(true), "the page has become wider than the window");
    applicant.goes_to(&format!("/a/{id}/check")).await?;
    applicant.sees("个字，现在有 10").await?;
    let wide = find::evaluate(&phone.driver, "document.documentElement.scrollWidth <= innerWidth").await?;
    ensure!(wide == Value::Bool(true), "the check page has become wider than the window");
    Ok(())
}
