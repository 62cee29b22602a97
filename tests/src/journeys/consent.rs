//! Before its owner agrees, nothing of what is filled in leaves the phone: by all that the page sent, and by what the office has.
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::ensure;
use serde_json::json;
use std::time::Duration;

pub(super) async fn nothing_before(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let note = json!({ "source": NOTE });
    phone.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", note).await?;
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.begins_unnamed().await?;
    applicant.is_kept().await?;
    // Filled in while there is no network, so that all of it could wait for one; then changed with one.
    phone.set_offline(true).await?;
    applicant.fills_in().await?;
    let papers = applicant.driver.current_url().await?.to_string();
    phone.set_offline(false).await?;
    applicant.goes_to(&papers.replace("/step/documents", "/step/contact")).await?;
    let moment = applicant.moment().await?;
    applicant.types("contact.residence.address", ADDRESS).await?;
    applicant.is_saved_since(moment).await?;
    applicant.goes_to(&papers).await?;
    applicant.finds("checkbox", &applicant.speech.label("documents.consent")?).await?;
    // Longer than what is typed ever waits for more of it before it goes out.
    tokio::time::sleep(Duration::from_secs(4)).await;
    let told = tells(&applicant).await?;
    ensure!(told.is_empty(), "before anybody agreed these were told: {told:?}");
    let sent = find::evaluate(&phone.driver, "sent().map(it => it.url).join(' ')").await?.to_string();
    ensure!(sent.contains("/session"), "it is not noted what is sent: {sent}");
    for place in ["/draft", "/documents", "/uploads", "/submission"] {
        ensure!(!sent.contains(place), "before anybody agreed something was sent to {place}: {sent}");
    }
    ensure!(house.office()?.full(&id, "a test").await.is_err(), "the office knows of the application");

    applicant.agrees("documents.consent").await?;
    applicant.sees(applicant.speech.begin("save.account")?).await?;
    let told = tells(&applicant).await?;
    ensure!(told.len() == secrets(&applicant).len(), "of what was agreed to, only these were told: {told:?}");
    ensure!(house.office()?.full(&id, "a test").await.is_ok(), "the office does not know of the application");
    Ok(())
}

const ADDRESS: &str = "示例路 7 号";

fn secrets<'a>(applicant: &Applicant<'a>) -> [&'a str; 4] {
    [applicant.name, applicant.number, ADDRESS, "厨师"]
}

/// Which of the answers stand in anything that was sent so far.
async fn tells<'a>(applicant: &Applicant<'a>) -> anyhow::Result<Vec<&'a str>> {
    let sent = find::evaluate(&applicant.driver, "JSON.stringify(sent())").await?;
    let sent = sent.as_str().unwrap_or_default().to_owned();
    Ok(secrets(applicant).into_iter().filter(|secret| sent.contains(secret)).collect())
}

/// Keeps of every request of this tab where it went and what it carried, over all its pages.
const NOTE: &str = r"{
  const kept = 'what was sent';
  globalThis.sent = () => JSON.parse(sessionStorage.getItem(kept) || '[]');
  const note = async (url, body) => {
    const bytes = await new Response(body ?? '').arrayBuffer();
    sessionStorage.setItem(kept, JSON.stringify([...sent(), { url: decodeURI(String(url)), body: new TextDecoder().decode(bytes) }]));
  };
  const { fetch, XMLHttpRequest, navigator } = globalThis;
  globalThis.fetch = async (what, more) => {
    const request = new Request(what, more);
    await note(request.url, request.body && request.clone().body);
    return fetch(request);
  };
  const { open, send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) { this.to = url; return open.call(this, method, url, ...rest); };
  XMLHttpRequest.prototype.send = function (body) { note(this.to, body); return send.call(this, body); };
  const beacon = navigator.sendBeacon.bind(navigator);
  navigator.sendBeacon = (url, body) => { note(url, body); return beacon(url, body); };
}";
