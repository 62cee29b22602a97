//! What comes back after its form has changed, and on a phone that has the answers covered which it follows from.
use super::forms::fixture;
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::{Context, ensure};
use contract::{
    api::{ReturnCode, Words},
    questionnaire::Pointer,
};
use mock_server::office::{OfficeAct, Returning};
use serde_json::{Value, json};

fn returning(link_id: &str, said: &str) -> Returning {
    Returning { pointer: Pointer::item(link_id), code: ReturnCode::Incorrect, words: Words::new(said, "zh-CN") }
}

/// The form in which the address is called otherwise and the post is not asked any more; the one before is not taken.
fn newer() -> anyhow::Result<Value> {
    let mut form = fixture("../forms/health-certificate.questionnaire.json")?;
    form["version"] = "2027.1.0".into();
    let said = form.get_mut("extension").and_then(Value::as_array_mut).context("no extensions")?;
    said.retain(|extension| extension.get("url").is_none_or(|url| !url.to_string().contains("/replaces")));
    reword(&mut form);
    Ok(form)
}

fn reword(item: &mut Value) {
    let Some(inside) = item.get_mut("item").and_then(Value::as_array_mut) else { return };
    inside.retain(|item| item["linkId"] != "work.post");
    for item in inside {
        if item["linkId"] == "contact.residence.address" {
            item["linkId"] = "contact.home".into();
            let renamed = json!({
                "url": "https://health-certificate.example/fhir/StructureDefinition/renamed-from",
                "extension": [{ "url": "linkId", "valueString": "contact.residence.address" },
                    { "url": "version", "valueString": "2026.11.1" }, { "url": "how", "valueCode": "copy" }],
            });
            if let Some(extensions) = item["extension"].as_array_mut() {
                extensions.push(renamed);
            }
        }
        reword(item);
    }
}

/// Both the reviewer's words are read: of what is called otherwise above its field, of what is not asked any more by
/// themselves; and the first alone is to be answered, with what the newer form wants agreed to.
pub(super) async fn form_changed(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.hands_in().await?;
    house.act(&id, OfficeAct::Begin).await?;
    let (address, post) = ("示例：门牌号和证件上的不一样。", "示例：岗位请写具体。");
    let items = vec![returning("contact.residence.address", address), returning("work.post", post)];
    house.act(&id, OfficeAct::Return(items)).await?;
    house.asks(&[newer()?]).await?;
    let not_asked = applicant.speech.say("ret.not-asked")?;
    applicant
        .waits("word of the newer form", async || {
            applicant.goes_to(&format!("/a/{id}/returned")).await?;
            applicant.finds("heading", "").await?;
            Ok(applicant.reads().await?.contains(not_asked))
        })
        .await?;
    // What was sent and has no place any more stands there with its answer.
    for words in [address, post, "：厨师"] {
        applicant.sees(words).await?;
    }
    // What was sent is read by the form that it was sent with.
    applicant.goes_to(&format!("/a/{id}/check")).await?;
    applicant.sees(applicant.speech.say("sent.title")?).await?;
    applicant.sees("厨师").await?;
    applicant.goes_to(&format!("/a/{id}/returned")).await?;
    applicant.types("contact.residence.address", "示例路 8 号").await?;
    // To a newer form nobody has agreed yet.
    for consent in ["health.consent", "documents.consent", "consent.truth"] {
        applicant.agrees(consent).await?;
    }
    applicant.says("ret.go").await?;
    applicant.sees(applicant.speech.say("receipt.supplement")?).await.context("it was not sent")?;
    let sent = house.office()?.full(&id, "reviewer").await.map_err(crate::house::refused)?;
    let now = sent.rounds.first().and_then(|round| round.answers.clone()).unwrap_or_default().to_string();
    ensure!(now.contains("示例路 8 号") && now.contains("contact.home"), "{now}");
    Ok(())
}

/// To another phone the office tells that there are sensitive answers, and not which: what came back and follows from them is
/// asked there all the same.
pub(super) async fn on_another_phone(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let here = Applicant::new(house, house.person(phone), "zh-CN")?;
    here.begins().await?;
    here.fills_in().await?;
    let papers = here.driver.current_url().await?.to_string();
    here.goes_to(&papers.replace("/step/documents", "/step/health")).await?;
    let moment = here.moment().await?;
    here.chooses("health.diseases", "hepatitis-a").await?;
    here.types("health.detail.since", "2026-01-05").await?;
    here.chooses("health.detail.state", "recovered").await?;
    here.types("health.detail.text", "示例：一月份得过").await?;
    here.is_saved_since(moment).await?;
    here.goes_to(&papers).await?;
    here.gives_papers().await?;
    let id = here.submits().await?;
    house.act(&id, OfficeAct::Begin).await?;
    let said = "示例：请写在哪家医院看的。";
    house.act(&id, OfficeAct::Return(vec![returning("health.detail.text", said)])).await?;

    let other = house.phone().await?;
    let walked = answers_there(house, &other, &id, said).await;
    if walked.is_err() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/journeys/the-other-phone");
        other.record(&folder, &house.engine.to_string()).await.ok();
    }
    other.close(walked).await
}

async fn answers_there(house: &House, other: &Browser, id: &str, said: &str) -> anyhow::Result<()> {
    let there = Applicant::new(house, house.person(other), "zh-CN")?;
    house.office()?.let_time_pass(chrono::Duration::seconds(61));
    there.goes_to("/home").await?;
    there.signs_in().await?;
    there.sees(there.speech.say("home.list")?).await?;
    there.goes_to(&format!("/a/{id}/returned")).await?;
    there.sees(said).await?;
    there.types("health.detail.text", "示例：在示例医院看的").await?;
    there.says("ret.go").await?;
    there.sees(there.speech.say("receipt.supplement")?).await.context("it was not sent")
}
