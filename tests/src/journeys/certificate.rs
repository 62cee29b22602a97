//! The certificate: collected by its holder, verified by a stranger.
use super::codes::{is_noted, noted};
use crate::{applicant::Applicant, browser::Browser, find, house::House, house::refused};
use anyhow::{Context, ensure};
use contract::api::Words;
use mock_server::office::OfficeAct;
use serde_json::json;
use std::{fs, path::Path};

/// From nothing to a certificate in its holder's hands: through the screens to the receipt, then the office's and the
/// booking's calls. Gives back the application and the certificate.
pub(super) async fn collected(applicant: &Applicant<'_>) -> anyhow::Result<(String, String)> {
    let id = issued(applicant).await?;
    applicant.goes_to(&format!("/a/{id}/collect")).await?;
    applicant.collects().await?;
    let url = applicant.driver.current_url().await?.to_string();
    let certificate = url.split("/c/").nth(1).context("no certificate in the address")?.to_owned();
    Ok((id, certificate))
}

/// The same, up to a certificate that waits for its holder.
async fn issued(applicant: &Applicant<'_>) -> anyhow::Result<String> {
    let house = applicant.house;
    let id = applicant.has_handed_in().await?;
    house.accept(&id).await?;
    booked(applicant, &id).await?;
    house.act(&id, OfficeAct::Attend { site: None }).await?;
    house.record_normal(&id).await?;
    house.act(&id, OfficeAct::Pass).await?;
    house.act(&id, OfficeAct::Issue).await?;
    Ok(id)
}

pub(super) async fn locked(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let (speech, office) = (&applicant.speech, house.office()?);
    let id = issued(&applicant).await?;
    let page = format!("/a/{id}/collect");
    applicant.goes_to(&page).await?;
    // What was put right goes from the list of what is missing.
    applicant.says("collect.go").await?;
    for (left, field, typed) in [("3", "collect.name", applicant.name), ("2", "collect.tail", "000000")] {
        applicant.sees(&speech.say("form.errtitle")?.replace("{n}", left)).await?;
        applicant.fills(speech.begin(field)?, typed).await?;
    }
    applicant.sees(&speech.say("form.errtitle")?.replace("{n}", "1")).await?;
    applicant.no_longer_sees(speech.say("collect.e.name")?).await?;
    proves_on_a_page_that_is_lost(&applicant, applicant.name, ["00000", "0"]).await?;
    for left in ["2", "1"] {
        let words = speech.say("p.identity-mismatch")?.replace("{left}", left);
        applicant.sees(&words).await?;
        // At name and number, which it is about, and not at the code.
        let said = find::evaluate(&applicant.driver, &SAID_AT.replace("{words}", &words)).await?;
        ensure!(said == json!([true, true, false]), "it is said at {said}");
        applicant.fills(speech.begin("collect.tail")?, &format!("11111{left}")).await?;
        applicant.says("collect.go").await?;
    }
    // Until when, and what else can be done; also to whoever opens the page anew.
    applicant.sees(speech.part("p.slow-down.collection")?).await?;
    applicant.goes_to(&page).await?;
    applicant.sees(speech.part("p.slow-down.collection")?).await?;
    // Somebody who looks in now and then stays signed in.
    for minutes in [16, 15] {
        office.let_time_pass(chrono::Duration::minutes(minutes));
        applicant.goes_to("/home").await?;
        applicant.sees(speech.say("home.title")?).await?;
    }
    applicant.goes_to(&page).await?;
    applicant.collects().await?;
    // Whoever comes there once more is told that it is done, and led to it.
    applicant.goes_to(&page).await?;
    applicant.sees(speech.say("collect.done")?).await?;
    ensure!(!applicant.has("textbox", speech.say("collect.name")?).await?, "who it is is asked again");
    applicant.link(speech.say("progress.go.collected")?).await?;
    applicant.sees(speech.say("cert.title")?).await
}

/// Enters these facts and has a code sent; then the phone closes the page while its owner reads the message.
async fn proves_on_a_page_that_is_lost(applicant: &Applicant<'_>, name: &str, tail: [&str; 2]) -> anyhow::Result<()> {
    let (speech, phone) = (&applicant.speech, format!("+86{}", applicant.phone));
    let [before, after] = tail;
    applicant.fills(speech.say("collect.name")?, name).await?;
    applicant.fills(speech.begin("collect.tail")?, before).await?;
    let old = applicant.house.code_for(&phone).await?;
    applicant.says("signin.send").await?;
    applicant.waits("a new code", async || Ok(applicant.house.code_for(&phone).await? != old)).await?;
    // What is entered after that comes back, too.
    is_noted(applicant, "collect", None).await?;
    let without = noted(applicant, "collect").await?;
    applicant.finds("textbox", speech.begin("collect.tail")?).await?.send_keys(after).await?;
    is_noted(applicant, "collect", without.as_deref()).await?;
    applicant.driver.refresh().await?;
    applicant.sees(speech.part("signin.resend.wait")?).await?;
    applicant.fills(speech.say("collect.code")?, &applicant.house.code_for(&phone).await?).await?;
    applicant.says("collect.go").await
}

pub(super) async fn saved_offline(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let (_, certificate) = collected(&applicant).await?;
    // Fetched by itself, once.
    applicant.sees(speech.say("cert.kept.files")?).await?;
    applicant.is_kept().await?;
    seal_is_in_the_language_of_the_page(&applicant, &certificate).await?;
    let number = find::evaluate(&applicant.driver, &NUMBER.replace("{id}", &certificate)).await?;
    let number = number.as_str().context("no number")?.to_owned();
    let downloads = tempfile::tempdir()?;
    let allow = json!({ "behavior": "allow", "downloadPath": downloads.path() });
    phone.driver.cdp().send_raw("Browser.setDownloadBehavior", allow).await?;
    saved_again_and_again(&applicant, downloads.path()).await?;
    let signed = credential(&applicant, &certificate).await?;
    phone.set_offline(true).await?;
    house.stop().await;
    applicant.goes_to(&format!("/c/{certificate}")).await?;
    applicant.sees(speech.say("cert.kept.files")?).await?;
    applicant.says("cert.more").await?;
    let file_of = |end: &str| downloads.path().join(format!("health-certificate-{number}.{end}"));
    for (key, end, begins) in
        [("cert.pdf", "pdf", b"%PDF".as_slice()), ("cert.save", "png", b"\x89PNG"), ("cert.file", "hcz", b"HCZ1:")]
    {
        applicant.link(speech.say(key)?).await?;
        applicant.waits(end, async || Ok(fs::read(file_of(end))?.starts_with(begins))).await?;
    }
    ensure!(fs::read_to_string(file_of("hcz"))? == signed, "what is downloaded is not the text of the code");
    ensure!(!applicant.reads().await?.contains(speech.say("cert.e.offline")?), "it was saved, and said not to be");
    is_asked_for_again(&applicant, phone).await
}

/// It stays open until the network is back: photo, files and links are no longer those of before.
async fn is_asked_for_again(applicant: &Applicant<'_>, phone: &Browser) -> anyhow::Result<()> {
    ensure!(find::evaluate(&applicant.driver, GIVEN).await? == 0, "the office gave one without a network");
    applicant.house.start().await?;
    phone.set_offline(false).await?;
    applicant.waits("the photo of now", async || Ok(find::evaluate(&applicant.driver, GIVEN).await? != 0)).await
}

/// How often the office has given something to be downloaded, as a photo is, since the page was opened.
const GIVEN: &str = "performance.getEntriesByType('resource')
  .filter(it => it.name.includes('/downloads/') && it.responseStatus === 200).length";

/// Another language brings another seal: on the open page, and where the copy on the phone is in the one before.
async fn seal_is_in_the_language_of_the_page(applicant: &Applicant<'_>, certificate: &str) -> anyhow::Result<()> {
    let seal = async || find::evaluate(&applicant.driver, SEAL).await;
    let chinese = seal().await?;
    ensure!(chinese.is_string(), "no seal: {chinese}");
    applicant.button("EN").await?;
    applicant.waits("the English seal", async || Ok(seal().await? != chinese)).await?;
    applicant.is_kept().await?;
    applicant.goes_to("/home").await?;
    applicant.button("中文").await?;
    applicant.sees(applicant.speech.say("home.title")?).await?;
    // Its row leads to it, and from there to the progress.
    applicant.link(&applicant.speech.say("home.cert")?.replace("{name}", applicant.name)).await?;
    applicant.is_at(&format!("/c/{certificate}")).await?;
    applicant.finds("link", applicant.speech.say("receipt.look")?).await?;
    applicant.waits("the Chinese seal", async || Ok(seal().await? == chinese)).await
}

/// What is drawn of it, small.
const SEAL: &str = "(async () => {
  const seal = document.querySelector('.hc-cert__stamp');
  if (!seal) return null;
  await seal.decode();
  const small = document.createElement('canvas');
  small.width = small.height = 60;
  small.getContext('2d').drawImage(seal, 0, 0, 60, 60);
  return small.toDataURL();
})()";

/// A link works twice: the third press reads a new one, and asks nobody who they are. The picture shown is the one on the phone.
async fn saved_again_and_again(applicant: &Applicant<'_>, folder: &Path) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    let before = find::evaluate(&applicant.driver, FETCHED).await?;
    for times in 1..=3 {
        applicant.link(speech.say("cert.save")?).await?;
        applicant.waits(&format!("picture {times}"), async || takes_picture(folder)).await?;
        if times == 2 {
            ensure!(find::evaluate(&applicant.driver, FETCHED).await? == before, "the picture was fetched to be shown");
        }
    }
    applicant.sees(speech.say("cert.wechat")?).await?;
    ensure!(!applicant.reads().await?.contains(speech.say("cert.again")?), "the proof is demanded again");
    Ok(())
}

/// Takes away the picture that was saved there, once it is whole; anything else that was is a fault.
fn takes_picture(folder: &Path) -> anyhow::Result<bool> {
    let mut found = false;
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        let is_whole = path.is_file() && path.extension().is_none_or(|end| end != "crdownload");
        let bytes = if is_whole { fs::read(&path)? } else { Vec::new() };
        if bytes.is_empty() {
            continue;
        }
        ensure!(bytes.starts_with(b"\x89PNG"), "{} is no picture", path.display());
        fs::remove_file(&path)?;
        found = true;
    }
    Ok(found)
}

const FETCHED: &str = "performance.getEntriesByType('resource').filter(e => e.name.includes('/downloads/')).length";

pub(super) async fn verified(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let (id, certificate) = collected(&applicant).await?;
    let text = credential(&applicant, &certificate).await?;

    // A list of revocations is good for its time to live: whoever has one need not ask again. So before and after are
    // two strangers, each with a phone of their own.
    stranger(house, &text, "v.fresh.title").await?;
    let phone = house.phone().await?;
    let walked = comes_prepared(house, &phone, &text).await;
    phone.close(walked).await?;
    let words = Words::new(WHY, "zh-CN");
    house.office()?.revoke(&certificate, "示例审核员", None, words).await.map_err(refused)?;
    stranger(house, &text, "v.revoked.title").await?;
    its_holder_is_told(&applicant, &id, &certificate).await
}

/// The text of its code.
pub(super) async fn credential(applicant: &Applicant<'_>, certificate: &str) -> anyhow::Result<String> {
    let text = find::evaluate(&applicant.driver, &CODE.replace("{id}", certificate)).await?;
    Ok(text.as_str().context("no credential")?.to_owned())
}

const WHY: &str = "示例：登记有误。";

/// Wherever the holder looks, the word and the reason; nothing shows it to an inspector any more.
async fn its_holder_is_told(applicant: &Applicant<'_>, id: &str, certificate: &str) -> anyhow::Result<()> {
    for path in ["/home".to_owned(), format!("/a/{id}"), format!("/c/{certificate}")] {
        applicant.goes_to(&path).await?;
        applicant.sees(WHY).await?;
        applicant.sees(applicant.speech.say("cert.state.revoked")?).await?;
    }
    let shows = applicant.speech.say("cert.show")?;
    ensure!(!applicant.has("button", shows).await?, "a revoked certificate offers itself to an inspector");
    Ok(())
}

/// Reads the text in twice: with a network, then without.
async fn stranger(house: &House, text: &str, verdict: &str) -> anyhow::Result<()> {
    let phone = house.phone().await?;
    let walked = inspects(house, &phone, text, verdict).await;
    phone.close(walked).await
}

async fn inspects(house: &House, phone: &Browser, text: &str, verdict: &str) -> anyhow::Result<()> {
    let inspector = Applicant::new(house, house.person(phone), "zh-CN")?;
    inspector.goes_to("/verify").await?;
    reads_in(&inspector, text).await?;
    inspector.reads_the_verdict(verdict).await?;
    inspector.is_kept().await?;
    phone.set_offline(true).await?;
    phone.driver.refresh().await?;
    reads_in(&inspector, text).await?;
    inspector.reads_the_verdict(verdict).await?;
    let page = inspector.reads().await?;
    ensure!(!page.contains("110105"), "the ID number is on the stranger's screen");
    Ok(())
}

/// Without a network nothing can be checked until the page was open once with one, which it says, and then it can.
async fn comes_prepared(house: &House, phone: &Browser, text: &str) -> anyhow::Result<()> {
    let inspector = Applicant::new(house, house.person(phone), "zh-CN")?;
    let (ready, unready) = (inspector.speech.say("v.lead")?, inspector.speech.say("v.lead.unready")?);
    inspector.goes_to("/").await?;
    inspector.is_kept().await?;
    phone.set_offline(true).await?;
    inspector.goes_to("/verify").await?;
    inspector.sees(unready).await?;
    phone.set_offline(false).await?;
    inspector.sees(ready).await?;
    phone.set_offline(true).await?;
    phone.driver.refresh().await?;
    inspector.sees(ready).await?;
    reads_in(&inspector, text).await?;
    inspector.reads_the_verdict("v.status-unknown.title").await
}

pub(super) async fn reads_in(inspector: &Applicant<'_>, text: &str) -> anyhow::Result<()> {
    inspector.presses("button", inspector.speech.say("v.paste")?).await?;
    inspector.fills(inspector.speech.say("v.paste.label")?, text).await?;
    inspector.says("v.paste.go").await
}

/// Takes the first free place anywhere, by the same calls as the page makes.
pub(super) async fn booked(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    let script = BOOK.replace("{id}", id).replace("{origin}", &applicant.house.origin());
    find::evaluate(&applicant.driver, &script).await.map(drop)
}

const BOOK: &str = r#"(async () => {
  const key = () => crypto.randomUUID();
  const call = async (method, path, body) => {
    const answer = await fetch('{origin}/api/v1' + path, { method, credentials: path === '/sites' ? 'omit' : 'include',
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

const NUMBER: &str =
    r"fetch('/api/v1/certificates/{id}', { headers: { 'X-HC-Request': '1' } }).then(a => a.json()).then(c => c.number)";

/// Which lines are marked, with this said of them.
const SAID_AT: &str = "[...document.querySelectorAll('.hc-form input')].map(line => line.getAttribute('aria-invalid') === 'true'
  && line.getAttribute('aria-describedby').split(' ').some(id => document.getElementById(id)?.textContent.includes('{words}')))";

const CODE: &str = r"fetch('/api/v1/certificates/{id}', { headers: { 'X-HC-Request': '1' } }).then(a => a.json()).then(c => c.credential)";
