//! A page is left while it waits for the office. The reply then finds nobody: it leads no one away from where they went, says
//! nothing about what they left, and is true all the same.
use crate::{
    applicant::Applicant,
    browser::Browser,
    find,
    house::{House, refused},
};
use anyhow::ensure;
use mock_server::{
    faults::{Plan, Trouble},
    office::OfficeAct,
};

pub(super) async fn while_waiting(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    applicant.goes_to("/").await?;
    applicant.link(speech.say("entry.lookup")?).await?;
    applicant.fills(speech.say("lookup.number")?, "HC000000000").await?;
    applicant.fills(speech.say("lookup.tail")?, "021X").await?;
    applicant.fills(speech.say("lookup.phone")?, applicant.phone).await?;
    leaves(&applicant, "POST", "/session/code", "/", async || applicant.says("signin.send").await).await?;
    // Another code is sent after a minute.
    house.office()?.let_time_pass(chrono::Duration::seconds(61));

    let id = applicant.has_handed_in().await?;
    house.accept(&id).await?;
    chooses_a_time(&applicant, &id).await?;
    collects(&applicant, &id).await
}

/// Begins, and submits while the account takes its time: until what is held is answered; gives back which application.
async fn submits_slowly(house: &House, applicant: &Applicant<'_>) -> anyhow::Result<String> {
    applicant.begins().await?;
    submits_what_was_begun(house, applicant).await
}

async fn submits_what_was_begun(house: &House, applicant: &Applicant<'_>) -> anyhow::Result<String> {
    applicant.fills_in().await?;
    applicant.gives_papers().await?;
    let faults = &house.office()?.faults;
    // Nothing of what comes now is in the account yet when it is submitted.
    let away = Plan { method: Some("PUT".into()), times: None, ..Plan::once(Trouble::LostRequest, "/draft") };
    faults.plan(away);
    applicant.comes_to_check().await?;
    let id = applicant.application().await?;
    faults.clear();
    faults.plan(Plan::once(Trouble::Held, "/draft"));
    applicant.says("submit.go").await?;
    applicant.waits("the request", async || Ok(faults.planned().is_empty())).await?;
    Ok(id)
}

/// Submitting asks the account first, which takes its time; the page is left meanwhile. What stood there arrives, once, nobody
/// is led away, and the app goes on.
pub(super) async fn handing_over(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let id = submits_slowly(house, &applicant).await?;
    applicant.driver.back().await?;
    applicant.is_at("/step/consent").await?;
    house.office()?.faults.answer_held();
    let arrived = async || Ok(house.office()?.full(&id, "a test").await.map_err(refused)?.rounds.len() == 1);
    applicant.waits("the submission", arrived).await?;
    applicant.is_at("/step/consent").await?;
    ensure!(applicant.has("heading", &speech.short("consent")?).await?, "the page that was gone to is gone");
    applicant.goes_to(&format!("/a/{id}/receipt")).await?;
    applicant.sees(speech.say("receipt.title")?).await
}

/// The same, and by then the phone is full: it did not go, which stands on the page that was gone to, and leads back.
pub(super) async fn not_handed_over(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let id = submits_slowly(house, &applicant).await?;
    find::evaluate(&applicant.driver, FULL).await?;
    applicant.driver.back().await?;
    applicant.is_at("/step/consent").await?;
    house.office()?.faults.answer_held();
    applicant.sees(speech.say("check.store.full")?).await?;
    find::evaluate(&applicant.driver, ROOM).await?;
    applicant.link(speech.say("handed.not.look")?).await?;
    applicant.is_at("/check").await?;
    applicant.sees(speech.say("check.store.full")?).await?;
    applicant.says("submit.go").await?;
    applicant.sees(speech.say("receipt.title")?).await?;
    let rounds = house.office()?.full(&id, "a test").await.map_err(refused)?.rounds.len();
    ensure!(rounds == 1, "{rounds} submissions");
    let text = applicant.reads().await?;
    ensure!(!text.contains(speech.say("check.store.full")?), "it is still said that it did not go");
    Ok(())
}

/// It did not go, and then it goes from another page, or is deleted there: nothing is left to be said.
pub(super) async fn settled_elsewhere(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let words = speech.say("check.store.full")?;
    let mut gone = String::new();
    for deleted in [true, false] {
        let id = if deleted {
            submits_slowly(house, &applicant).await?
        } else {
            // What was deleted on this phone is a draft at the office still: whoever starts comes home to it.
            applicant.begins().await?;
            applicant.is_at("/home").await?;
            applicant.has_status(&gone, "draft").await?;
            applicant.goes_to("/home").await?;
            applicant.button(speech.say("home.another")?).await?;
            submits_what_was_begun(house, &applicant).await?
        };
        gone.clone_from(&id);
        find::evaluate(&applicant.driver, FULL).await?;
        applicant.driver.back().await?;
        applicant.is_at("/step/consent").await?;
        house.office()?.faults.answer_held();
        applicant.sees(words).await?;
        applicant.finds("link", speech.say("handed.not.look")?).await?;
        find::evaluate(&applicant.driver, ROOM).await?;

        let first = phone.driver.window().await?;
        let second = phone.driver.new_tab().await?;
        phone.driver.switch_to_window(second).await?;
        let place = if deleted { "tasks" } else { "check" };
        applicant.goes_to(&format!("/a/{id}/{place}")).await?;
        applicant.says("tab.take").await?;
        applicant.no_longer_sees(speech.say("tab.locked")?).await?;
        if deleted {
            applicant.says("tasks.more").await?;
            applicant.says("tasks.delete").await?;
            applicant.presses_within("dialog", speech.say("tasks.delete")?).await?;
            applicant.is_at("/home").await?;
        } else {
            applicant.says("submit.go").await?;
            applicant.sees(speech.say("receipt.title")?).await?;
        }
        phone.driver.close_window().await?;
        phone.driver.switch_to_window(first).await?;
        // What was spoken of it stays in the region that speaks.
        let back = speech.say("handed.not.look")?;
        applicant.waits("the end of the line", async || Ok(!applicant.has("link", back).await?)).await?;
        house.office()?.let_time_pass(chrono::Duration::seconds(61));
        applicant.driver.delete_all_cookies().await?;
    }
    Ok(())
}

async fn chooses_a_time(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    let (house, speech) = (applicant.house, &applicant.speech);
    let status = format!("/a/{id}");
    applicant.follows(id, "progress.go.accepted", "/examination").await?;
    applicant.takes(speech.say("exam.day")?, 0).await?;
    leaves(applicant, "PUT", "/hold", &status, async || applicant.takes(speech.say("exam.time")?, 0).await.map(drop))
        .await?;
    applicant.follows(id, "progress.go.accepted", "/examination").await?;
    applicant.countdown().await?;
    leaves(applicant, "PUT", "/appointment", &status, async || applicant.says("exam.go").await).await?;
    house.act(id, OfficeAct::Attend { site: None }).await?;
    house.record_normal(id).await?;
    house.act(id, OfficeAct::Pass).await?;
    house.act(id, OfficeAct::Issue).await
}

async fn collects(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    let (house, speech) = (applicant.house, &applicant.speech);
    let status = format!("/a/{id}");
    applicant.follows(id, "progress.go.issued", "/collect").await?;
    leaves(applicant, "POST", "/session/code", &status, async || applicant.says("signin.send").await).await?;
    house.office()?.let_time_pass(chrono::Duration::seconds(61));
    applicant.follows(id, "progress.go.issued", "/collect").await?;
    let tail: String = applicant.number.chars().skip(applicant.number.len() - 6).collect();
    leaves(applicant, "POST", "/collection", &status, async || applicant.proves_with(applicant.name, &tail).await)
        .await?;
    applicant.finds("link", speech.say("progress.go.collected")?).await?;
    let certificate = full_certificate(house, id).await?;
    let read = format!("/certificates/{certificate}");
    leaves(applicant, "GET", &read, &status, async || applicant.link(speech.say("progress.go.collected")?).await)
        .await?;
    applicant.link(speech.say("progress.go.collected")?).await?;
    applicant.sees(speech.say("cert.title")?).await
}

async fn full_certificate(house: &House, id: &str) -> anyhow::Result<String> {
    let full = house.office()?.full(id, "a test").await.map_err(refused)?;
    full.record.certificate.map(|certificate| certificate.id).ok_or_else(|| anyhow::anyhow!("no certificate"))
}

/// Presses, goes back to `there` before the reply is here, and is still there when it is.
async fn leaves(
    applicant: &Applicant<'_>,
    method: &str,
    path: &str,
    there: &str,
    presses: impl AsyncFnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let faults = &applicant.house.office()?.faults;
    let before = answered(applicant, path).await?;
    faults.plan(Plan { method: Some(method.into()), ..Plan::once(Trouble::Held, path) });
    presses().await?;
    applicant.waits("the request", async || Ok(faults.planned().is_empty())).await?;
    applicant.driver.back().await?;
    applicant.is_at(there).await?;
    ensure!(answered(applicant, path).await? == before, "the reply of {path} was here before the page was left");
    faults.answer_held();
    applicant.waits("the reply", async || Ok(answered(applicant, path).await? > before)).await?;
    let said = find::evaluate(&applicant.driver, SAID).await?;
    let held = applicant.speech.part("slot.held")?;
    ensure!(!said.as_str().unwrap_or_default().contains(held), "after {path} the page that was left says {said}");
    applicant.is_at(there).await
}

/// How many such requests were answered since the page was loaded.
async fn answered(applicant: &Applicant<'_>, path: &str) -> anyhow::Result<u64> {
    let count = find::evaluate(&applicant.driver, &ANSWERED.replace("{path}", path)).await?;
    Ok(count.as_u64().unwrap_or_default())
}

const ANSWERED: &str = "(performance.setResourceTimingBufferSize(10000), performance.getEntriesByType('resource')
  .filter(entry => new URL(entry.name).pathname.endsWith('{path}') && entry.responseEnd > 0).length)";

const FULL: &str = "globalThis.realPut = IDBObjectStore.prototype.put,
  IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError') }, true";
const ROOM: &str = "IDBObjectStore.prototype.put = globalThis.realPut, true";

/// What a screen reader would still find in the region that speaks.
const SAID: &str = "document.querySelector('[aria-live=polite]').textContent.trim()";
