//! The office answers and takes nothing: for some time, or from a page that is too old.
use crate::{
    applicant::Applicant,
    browser::Browser,
    house::{House, refused},
};
use anyhow::ensure;
use chrono::Duration;

pub(super) async fn maintenance(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    applicant.gives_papers().await?;
    applicant.comes_to_check().await?;
    let office = house.office()?;
    let now = office.now();
    office.plan_maintenance("a test", Some((now, now + Duration::seconds(20)))).await.map_err(refused)?;
    applicant.says("submit.go").await?;
    applicant.sees(applicant.speech.part("p.maintenance")?).await?;
    ensure!(house.submitted().await?.is_empty(), "something was taken in maintenance");
    applicant.sees(applicant.speech.say("receipt.title")?).await?;
    ensure!(house.submitted().await?.len() == 1, "one application, and only one");
    Ok(())
}

pub(super) async fn version_gone(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let id = applicant.begins_unnamed().await?;
    applicant.goes_to(&format!("/a/{id}/step/person")).await?;
    let moment = applicant.moment().await?;
    applicant.types("person.name", applicant.name).await?;
    applicant.is_saved_since(moment).await?;
    phone.driver.execute(GONE, vec![]).await?;
    applicant.link(speech.say("app.name")?).await?;
    applicant.is_at("/home").await?;
    let words = speech.say("p.version-gone")?;
    applicant.sees(words).await?;
    applicant.says("update.now").await?;
    // Opened anew, it talks to the office again, and nothing is lost.
    applicant.no_longer_sees(words).await?;
    applicant.goes_to(&format!("/a/{id}/step/person")).await?;
    let name = applicant.finds("textbox", &speech.label("person.name")?).await?;
    ensure!(name.value().await?.as_deref() == Some(applicant.name), "what was typed is gone");
    Ok(())
}

/// The calls of this page, until it is opened anew, are of a version that the office no longer speaks.
const GONE: &str = r#"
const real = globalThis.fetch;
globalThis.fetch = async (...args) => {
  if (!/\/api\/v1\/applications/.test(String(args[0].url || args[0]))) return real(...args);
  const problem = { type: 'https://office.example/problems/version-gone', title: 'Gone', status: 410 };
  return new Response(JSON.stringify(problem), { status: 410, headers: { 'Content-Type': 'application/problem+json' } });
};
"#;
