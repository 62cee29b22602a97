//! An upload over everything that can come between: the phone closed, no network, a sign-in that ends.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::ensure;
use serde_json::json;

const FRONT: &str = "documents.identity.front";
const BACK: &str = "documents.identity.back";
const PORTRAIT: &str = "documents.portrait";
/// Bytes a second: a photo takes about a quarter of a minute.
const SLOW: u32 = 40_000;

pub(super) async fn interrupted(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    applicant.agrees("documents.consent").await?;
    let cdp = phone.driver.cdp();
    cdp.send_raw("Network.enable", json!({})).await?;
    let slow = json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW });
    cdp.send_raw("Network.emulateNetworkConditions", slow).await?;
    cdp.send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": LISTEN })).await?;

    applicant.gives(&applicant.speech.short(FRONT)?, &house.files.path("id-front.jpg")).await?;
    // More than the first chunk: only what a server has confirmed counts after the phone was closed.
    applicant.waits("half of it", async || Ok(percent(&applicant).await?.is_some_and(|it| it > 60))).await?;
    phone.driver.refresh().await?;
    applicant.waits("going on", async || Ok(percent(&applicant).await?.is_some_and(|it| it > 0))).await?;
    let asked = asked(phone).await?;
    ensure!(asked.contains("HEAD") && !asked.contains("POST"), "it began anew: {asked}");

    phone.set_offline(true).await?;
    applicant.sees(applicant.speech.begin("doc.paused")?).await?;
    ensure!(after(&applicant, "doc.paused").await?.is_some_and(|it| it > 0), "what the server has is not said");
    house.stop().await;
    phone.driver.delete_all_cookies().await?;
    house.start().await?;
    phone.set_offline(false).await?;
    applicant.says("signin.ended.here").await?;
    applicant.signs_in().await?;
    applicant.no_longer_sees(applicant.speech.say("signin.ended.here")?).await?;
    applicant.sees(applicant.speech.say("doc.received")?).await
}

/// Holding one document holds only that one; it goes on from where it was; one that is removed on its way is ended.
pub(super) async fn by_hand(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    applicant.agrees("documents.consent").await?;
    let cdp = phone.driver.cdp();
    cdp.send_raw("Network.enable", json!({})).await?;
    let network =
        |upload: i64| json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload });
    cdp.send_raw("Network.emulateNetworkConditions", network(SLOW.into())).await?;
    phone.driver.execute(LISTEN, vec![]).await?;

    applicant.gives(&applicant.speech.short(FRONT)?, &house.files.path("id-front.jpg")).await?;
    // More than the first chunk, as above.
    applicant.waits("half of it", async || Ok(percent(&applicant).await?.is_some_and(|it| it > 60))).await?;
    applicant.says("doc.hold").await?;
    applicant.sees(applicant.speech.begin("doc.held")?).await?;
    ensure!(after(&applicant, "doc.held").await?.is_some_and(|it| it > 0), "what the server has is not said");
    cdp.send_raw("Network.emulateNetworkConditions", network(-1)).await?;
    // What is given after it arrives, and it does not.
    applicant.gives(&applicant.speech.short(BACK)?, &house.files.path("id-back.jpg")).await?;
    applicant.sees(applicant.speech.say("doc.received")?).await?;
    applicant.sees(applicant.speech.begin("doc.held")?).await?;
    let before = asked(phone).await?;
    applicant.says("doc.resume").await?;
    applicant.no_longer_sees(applicant.speech.begin("doc.held")?).await?;
    let received = applicant.speech.say("doc.received")?;
    applicant.waits("both", async || Ok(applicant.reads().await?.matches(received).count() == 2)).await?;
    let after = asked(phone).await?;
    let of = |asked: &str, method: &str| asked.split(' ').filter(|it| *it == method).count();
    ensure!(of(&before, "POST") == of(&after, "POST"), "it began anew: {after}");
    ensure!(of(&after, "HEAD") > of(&before, "HEAD"), "it did not ask where to go on: {after}");
    ensure!(of(&after, "PATCH") > 2, "each went in one piece: {after}");

    cdp.send_raw("Network.emulateNetworkConditions", network(SLOW.into())).await?;
    applicant.gives(&applicant.speech.short(PORTRAIT)?, &house.files.path("portrait.jpg")).await?;
    applicant.waits("a part of it", async || Ok(percent(&applicant).await?.is_some_and(|it| it > 10))).await?;
    // Its card may be drawn a moment after the first bytes went.
    let removes = async || Ok(applicant.says_within(PORTRAIT, "doc.remove").await.is_ok());
    applicant.waits("the way to remove it", removes).await?;
    applicant.presses_within("dialog", applicant.speech.say("doc.remove")?).await?;
    applicant.no_longer_sees(applicant.speech.begin("doc.sending")?).await?;
    applicant.waits("its end at the server", async || Ok(asked(phone).await?.contains("DELETE"))).await?;
    ensure!(applicant.reads().await?.matches(received).count() == 2, "another document was touched");
    Ok(())
}

/// One that is put on hold after its application was submitted holds that back too: it is said, and let go on from there.
pub(super) async fn held_after_submitting(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    applicant.begins().await?;
    applicant.fills_in().await?;
    let cdp = phone.driver.cdp();
    cdp.send_raw("Network.enable", json!({})).await?;
    applicant.agrees("documents.consent").await?;
    for (link_id, file) in [(FRONT, "id-front.jpg"), (BACK, "id-back.jpg")] {
        applicant.hands(link_id, &house.files.path(file)).await?;
    }
    // What is seen to be sent is the third, then.
    let received = speech.say("doc.received")?;
    applicant.waits("both", async || Ok(applicant.reads().await?.matches(received).count() == 2)).await?;
    // Minutes for the third, until it is let go on.
    let network =
        |upload: i64| json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload });
    cdp.send_raw("Network.emulateNetworkConditions", network((SLOW / 5).into())).await?;
    applicant.gives(&speech.short(PORTRAIT)?, &house.files.path("portrait.jpg")).await?;
    applicant.sees(speech.begin("doc.sending")?).await?;
    applicant.comes_to_check().await?;
    let id = applicant.application().await?;
    applicant.says("submit.go").await?;
    applicant.is_at("/receipt").await?;
    applicant.goes_to(&format!("/a/{id}/step/documents")).await?;
    applicant.says("doc.hold").await?;
    applicant.sees(speech.begin("doc.held")?).await?;
    applicant.goes_to("/outbox").await?;
    applicant.sees(speech.say("outbox.held")?).await?;
    applicant.goes_to(&format!("/a/{id}/receipt")).await?;
    applicant.sees(speech.say("receipt.held")?).await?;
    cdp.send_raw("Network.emulateNetworkConditions", network(-1)).await?;
    applicant.says("receipt.held.go").await?;
    applicant.no_longer_sees(speech.say("receipt.held")?).await?;
    applicant.sees(speech.say("receipt.title")?).await
}

/// What was asked of the uploads since this page began to listen.
async fn asked(phone: &Browser) -> anyhow::Result<String> {
    let asked = phone.driver.execute("return globalThis.__asked.join(' ');", vec![]).await?;
    Ok(asked.json().as_str().unwrap_or_default().to_owned())
}

/// How far it says that it is.
async fn percent(applicant: &Applicant<'_>) -> anyhow::Result<Option<u32>> {
    after(applicant, "doc.sending").await
}

/// The number in the part of a sentence that may be missing.
async fn after(applicant: &Applicant<'_>, key: &str) -> anyhow::Result<Option<u32>> {
    let (text, sentence) = (applicant.reads().await?, applicant.speech.say(key)?);
    let begin = sentence.split("{p}").next().unwrap_or_default().replace('[', "");
    let number = text.split(begin.trim()).nth(1).and_then(|rest| rest.trim().split('%').next());
    Ok(number.and_then(|it| it.trim().parse().ok()))
}

/// What is asked of the uploads, from the start of a page on.
const LISTEN: &str = r"
globalThis.__asked = [];
const open = XMLHttpRequest.prototype.open;
XMLHttpRequest.prototype.open = function (method, url, ...more) {
  if (/\/uploads/.test(url)) __asked.push(method);
  return open.call(this, method, url, ...more);
};
";
