//! The certificate: collected by its holder, verified by a stranger.
use crate::{applicant::Applicant, browser::Browser, find, house::House, house::refused};
use anyhow::{Context, ensure};
use contract::api::Words;
use mock_server::office::OfficeAct;

/// From nothing to an issued certificate: through the screens to the receipt, then the office's and the booking's calls.
pub(super) async fn verified(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    applicant.gives_papers().await?;
    let id = applicant.submits().await?;
    house.accept(&id).await?;
    find::evaluate(&phone.driver, &BOOK.replace("{id}", &id)).await?;
    house.act(&id, OfficeAct::Attend { site: None }).await?;
    house.record_normal(&id).await?;
    house.act(&id, OfficeAct::Pass).await?;
    house.act(&id, OfficeAct::Issue).await.ok();
    applicant.goes_to(&format!("/a/{id}/collect")).await?;
    applicant.collects().await?;
    let url = phone.driver.current_url().await?.to_string();
    let certificate = url.split("/c/").nth(1).context("no certificate in the address")?.to_owned();
    let text = find::evaluate(&phone.driver, &CODE.replace("{id}", &certificate)).await?;
    let text = text.as_str().context("no credential")?.to_owned();

    // A list of revocations is good for its time to live: whoever has one need not ask again. So before and after are
    // two strangers, each with a phone of their own.
    stranger(house, &text, "v.fresh.title").await?;
    let words = Words::new("示例：登记有误。", "zh-CN");
    house.office()?.revoke(&certificate, "示例审核员", words).await.map_err(refused)?;
    stranger(house, &text, "v.revoked.title").await
}

/// Reads the text in twice: with a network, then without.
async fn stranger(house: &House, text: &str, verdict: &str) -> anyhow::Result<()> {
    let phone = house.phone().await?;
    let walked = inspects(house, &phone, text, verdict).await;
    phone.close().await?;
    walked
}

async fn inspects(house: &House, phone: &Browser, text: &str, verdict: &str) -> anyhow::Result<()> {
    let inspector = Applicant::new(house, house.person(phone), "zh-CN")?;
    let verdict = inspector.speech.begin(verdict)?;
    inspector.goes_to("/verify").await?;
    reads_in(&inspector, text).await?;
    inspector.sees(verdict).await?;
    inspector.is_kept().await?;
    phone.set_offline(true).await?;
    phone.driver.refresh().await?;
    reads_in(&inspector, text).await?;
    inspector.sees(verdict).await?;
    let page = inspector.reads().await?;
    ensure!(!page.contains("110105"), "the ID number is on the stranger's screen");
    Ok(())
}

async fn reads_in(inspector: &Applicant<'_>, text: &str) -> anyhow::Result<()> {
    inspector.presses("button", inspector.speech.say("v.paste")?).await?;
    inspector.fills(inspector.speech.say("v.paste.label")?, text).await?;
    inspector.says("v.paste.go").await
}

/// Takes the first free place anywhere, by the same calls as the page makes.
pub(super) const BOOK: &str = r#"(async () => {
  const key = () => crypto.randomUUID();
  const call = async (method, path, body) => {
    const answer = await fetch('/api/v1' + path, { method, credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', 'X-HC-Request': '1', 'Idempotency-Key': key() }, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(method + ' ' + path + ' ' + answer.status + ' ' + await answer.text());
    return answer.status === 204 ? null : answer.json();
  };
  const sites = await call('GET', '/sites');
  for (const site of sites.items) {
    const found = await call('GET', `/sites/${site.id}/slots?days=14`);
    const slots = found.items || [];
    const free = slots.find(slot => slot.left > 0);
    if (!free) continue;
    await call('PUT', '/applications/{id}/hold', { slot: free.id });
    await call('PUT', '/applications/{id}/appointment', { slot: free.id });
    return free.id;
  }
  throw new Error('no place is free');
})()"#;

const CODE: &str = r"fetch('/api/v1/certificates/{id}', { headers: { 'X-HC-Request': '1' } }).then(a => a.json()).then(c => c.credential)";
