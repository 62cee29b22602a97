//! An inspector, and a server that gives lists of revocations as it should not: older ones, broken ones, late ones.
use super::certificate::{collected, credential, reads_in};
use crate::{
    applicant::Applicant,
    browser::Browser,
    find,
    house::{House, refused},
};
use anyhow::{Context, ensure};
use chrono::Duration;
use contract::api::Words;

pub(super) async fn lists(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let (_, certificate) = collected(&applicant).await?;
    let text = credential(&applicant, &certificate).await?;
    let other = house.phone().await?;
    let walked = inspects(house, &other, &certificate, &text).await;
    other.close(walked).await
}

async fn inspects(house: &House, phone: &Browser, certificate: &str, text: &str) -> anyhow::Result<()> {
    let inspector = Applicant::new(house, house.person(phone), "zh-CN")?;
    let revoked = "v.revoked.title";
    inspector.goes_to("/verify").await?;
    reads_in(&inspector, text).await?;
    inspector.reads_the_verdict("v.fresh.title").await?;
    let old = find::evaluate(&phone.driver, OLD).await?;
    let old = old.as_str().context("no list was asked for")?.to_owned();

    let words = Words::new("示例：登记有误。", "zh-CN");
    house.office()?.revoke(certificate, "示例审核员", None, words).await.map_err(refused)?;
    comes_later(&inspector).await?;
    reads_in(&inspector, text).await?;
    inspector.reads_the_verdict(revoked).await?;
    for kind in ["old", "old", "broken"] {
        comes_later(&inspector).await?;
        find::evaluate(&phone.driver, &GIVE.replace("{old}", &old).replace("{kind}", kind)).await?;
        reads_in(&inspector, text).await?;
        inspector.waits("the list", async || Ok(find::evaluate(&phone.driver, "lists.taken").await? == true)).await?;
        inspector.reads_the_verdict(revoked).await.with_context(|| format!("after a list that is {kind}"))?;
    }
    comes_late(&inspector, &old, text).await?;
    inspector.is_kept().await?;
    phone.set_offline(true).await?;
    phone.driver.refresh().await?;
    reads_in(&inspector, text).await?;
    inspector.reads_the_verdict(revoked).await
}

/// The next person stands there before the answer on the one before is here.
async fn comes_late(inspector: &Applicant<'_>, old: &str, text: &str) -> anyhow::Result<()> {
    let speech = &inspector.speech;
    comes_later(inspector).await?;
    find::evaluate(&inspector.driver, &GIVE.replace("{old}", old).replace("{kind}", "late")).await?;
    reads_in(inspector, text).await?;
    inspector.sees(speech.say("v.checking")?).await?;
    inspector.empties(speech.say("v.paste.label")?).await?;
    inspector.says("v.paste.go").await?;
    inspector.sees(speech.say("v.paste.empty")?).await?;
    find::evaluate(&inspector.driver, "lists.release()").await?;
    inspector.waits("the list", async || Ok(find::evaluate(&inspector.driver, "lists.taken").await? == true)).await?;
    find::evaluate(&inspector.driver, FRAMES).await?;
    let page = inspector.reads().await?;
    ensure!(!page.contains(speech.begin("v.revoked.title")?), "a late verdict is shown:\n{page}");
    Ok(())
}

/// The page is opened so much later that a list is asked for again.
async fn comes_later(inspector: &Applicant<'_>) -> anyhow::Result<()> {
    inspector.house.office()?.let_time_pass(Duration::seconds(90));
    inspector.goes_to("/verify").await?;
    // The office's clock is heard with its first reply.
    let asked = "performance.getEntriesByType('resource').some(e => e.name.endsWith('/session') && e.responseEnd > 0)";
    inspector.waits("the first reply", async || Ok(find::evaluate(&inspector.driver, asked).await? == true)).await
}

/// The list as it is given now.
const OLD: &str = r"(async () => {
  const entry = performance.getEntriesByType('resource').find(e => e.name.includes('/status-lists/'));
  const bytes = new Uint8Array(await (await fetch(entry.name)).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
})()";

/// From now on this page is given the old list, or a broken one, or the old one once it is released.
const GIVE: &str = r"(() => {
  const bytes = Uint8Array.from(atob('{old}'), letter => letter.charCodeAt(0));
  if ('{kind}' === 'broken') bytes[bytes.length - 1] ^= 1;
  globalThis.lists = { taken: false };
  const released = new Promise(release => { lists.release = () => { release(); return true; }; });
  if ('{kind}' !== 'late') lists.release();
  const real = globalThis.fetch;
  globalThis.fetch = async (...args) => {
    if (!String(args[0].url || args[0]).includes('/status-lists/')) return real(...args);
    await released;
    setTimeout(() => { lists.taken = true; });
    return new Response(bytes, { status: 200, headers: { 'Content-Type': 'application/statuslist+cwt' } });
  };
  return true;
})()";

/// What follows from a reply has been drawn.
const FRAMES: &str = r"(async () => {
  for (let n = 0; n < 30; n++) await new Promise(requestAnimationFrame);
  return true;
})()";
