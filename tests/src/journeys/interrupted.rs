//! What goes wrong on the way: no network, a lost reply, a session that ends, a stream that dies, a panic.
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::ensure;
use mock_server::{
    faults::{Plan, Trouble},
    office::OfficeAct,
};
use serde_json::json;

async fn applications(house: &House) -> anyhow::Result<usize> {
    Ok(house.submitted().await?.len())
}

pub(super) async fn offline(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.is_kept().await?;
    phone.set_offline(true).await?;
    house.stop().await;
    applicant.fills_in().await?;
    applicant.gives_papers().await?;
    applicant.continues_to("/step/consent").await?;
    let moment = applicant.moment().await?;
    applicant.agrees("consent.truth").await?;
    applicant.continues_to("/check").await?;
    applicant.is_saved_since(moment).await?;
    phone.driver.refresh().await?;
    applicant.says("submit.go").await?;
    applicant.sees(applicant.speech.say("receipt.queued")?).await?;
    asks_for_nothing(&applicant).await?;
    house.start().await?;
    ensure!(applications(house).await? == 0, "something arrived without a network");
    find::evaluate(&phone.driver, LISTEN).await?;
    phone.set_offline(false).await?;
    let title = applicant.speech.say("receipt.title")?;
    applicant.sees(title).await?;
    applicant
        .waits("the title to be read out", async || {
            let heard = find::evaluate(&phone.driver, "globalThis.__heard.join(' / ')").await?;
            Ok(heard.as_str().is_some_and(|heard| heard.contains(title)))
        })
        .await?;
    ensure!(applications(house).await? == 1, "one application, and only one");
    Ok(())
}

/// Notes what gets the focus: that is what somebody who listens is told.
const LISTEN: &str = "(globalThis.__heard = [], \
    document.addEventListener('focusin', event => globalThis.__heard.push(event.target.textContent)))";

/// At home and on its own page, what was submitted waits for the network and no longer for the person.
async fn asks_for_nothing(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    let (waits, resume) = (applicant.speech.say("next.queued")?, applicant.speech.say("entry.resume")?);
    let id = applicant.application().await?;
    for (path, mark) in [("/home".to_owned(), "home.title"), (format!("/a/{id}"), "progress.title.unnamed")] {
        applicant.goes_to(&path).await?;
        applicant.sees(applicant.speech.say(mark)?).await?;
        applicant.sees(waits).await?;
        applicant.sees(applicant.speech.say("status.queued")?).await?;
        ensure!(
            !applicant.has("link", resume).await?,
            "at {path} the person is asked to go on with what was submitted"
        );
    }
    applicant.link(applicant.speech.say("sent.look")?).await?;
    applicant.sees(applicant.speech.say("receipt.queued")?).await
}

pub(super) async fn lost_reply(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    applicant.gives_papers().await?;
    applicant.continues_to("/step/consent").await?;
    phone.driver.execute(LOSE, vec![]).await?;
    applicant.agrees("consent.truth").await?;
    applicant.continues_to("/check").await?;
    applicant.says("submit.go").await?;
    applicant.sees(applicant.speech.say("receipt.title")?).await?;
    let lost = phone.driver.execute("return globalThis.lost", vec![]).await?;
    ensure!(lost.json() == 1, "no reply was lost, so nothing was tried");
    ensure!(applications(house).await? == 1, "one application, and only one");
    Ok(())
}

/// The server answers the first submission, and the answer never reaches the app.
const LOSE: &str = r"
globalThis.lost = 0;
const real = globalThis.fetch;
globalThis.fetch = async (...args) => {
  const url = String(args[0].url || args[0]);
  const answer = await real(...args);
  if (lost === 0 && /\/submission/.test(url)) { lost = 1; throw new TypeError('Failed to fetch'); }
  return answer;
};
";

pub(super) async fn session_ends(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    applicant.agrees("documents.consent").await?;
    applicant.sees(applicant.speech.begin("save.account")?).await?;
    // Half an hour in which nobody touches anything. The office says that it is over, and the page hears it by itself.
    house.office()?.let_time_pass(chrono::Duration::minutes(31));
    applicant.finds("button", applicant.speech.say("signin.ended.here")?).await?;
    applicant.hands("documents.portrait", &house.files.path("portrait.jpg")).await?;
    applicant.says("signin.ended.here").await?;
    applicant.signs_in().await?;
    applicant.no_longer_sees(applicant.speech.say("signin.ended.here")?).await?;
    applicant.hands("documents.identity.front", &house.files.path("id-front.jpg")).await?;
    applicant.hands("documents.identity.back", &house.files.path("id-back.jpg")).await?;
    applicant.submits().await.map(drop)
}

pub(super) async fn stream_killed(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.hands_in().await?;
    // The next stream breaks in the middle of the first news; those that are asked for in its place are refused.
    let faults = &house.office()?.faults;
    faults.plan(Plan::once(Trouble::Cut(MIDDLE_OF_NEWS), STREAM));
    applicant.goes_to(&format!("/a/{id}")).await?;
    applicant.waits("the stream", async || Ok(faults.planned().is_empty())).await?;
    faults.plan(Plan { times: None, ..Plan::once(Trouble::Status(404, None), STREAM) });
    applicant.sees(applicant.speech.say("status.submitted")?).await?;
    let ended = async || find::evaluate(&phone.driver, ENDED).await;
    ensure!(ended().await? == 0, "the stream did not stand");
    house.act(&id, OfficeAct::Begin).await?;
    applicant.sees(applicant.speech.say("status.in-review")?).await?;
    applicant.waits("the end of the stream", async || Ok(ended().await?.as_u64() > Some(0))).await
}

const STREAM: &str = "/api/v1/events";
/// Bytes of a stream: its greeting has fewer than a hundred, and no news is as short as what is left.
const MIDDLE_OF_NEWS: usize = 130;
/// How many streams of this page are over.
const ENDED: &str = "performance.getEntriesByType('resource').filter(it => it.name.endsWith('/api/v1/events') && it.responseEnd > 0).length";

pub(super) async fn after_a_panic(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.begins_unnamed().await?;
    applicant.goes_to(&format!("/a/{id}/step/person")).await?;
    let moment = applicant.moment().await?;
    applicant.types("person.name", applicant.name).await?;
    applicant.is_saved_since(moment).await?;
    // An office whose zone this browser does not know.
    phone.driver.execute("globalThis.__hc_zone = 'Asia/Beijing'; __hc_panic()", vec![]).await?;
    applicant.sees("页面停住了").await?;
    // The copy is there to be read and copied as well: in the window of a chat no file comes of the link, and nothing says so.
    applicant.button("导出一份").await?;
    let copy = applicant.finds("textbox", "如果没有出现文件").await?;
    ensure!(copy.value().await?.is_some_and(|text| text.contains(applicant.name)), "the name is not in the copy");
    for clipboard in ["", "Object.defineProperty(navigator, 'clipboard', { value: undefined })"] {
        phone.driver.execute(clipboard, vec![]).await?;
        applicant.button("导出一份").await?;
        applicant.no_longer_sees("已经复制").await?;
        applicant.button("复制文字").await?;
        applicant.sees("已经复制").await?;
    }
    applicant.button("重新打开").await?;
    let name = applicant.finds("textbox", &applicant.speech.label("person.name")?).await?;
    ensure!(name.value().await?.as_deref() == Some(applicant.name), "what was typed is gone");
    // Where a page is not secure, the link leads to the same place: one in somebody else's page has it behind the path.
    let source = json!({ "source": "Object.defineProperty(globalThis, 'isSecureContext', { value: false })" });
    phone.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", source).await?;
    applicant.goes_to("/verify?a=b#/hc/home").await?;
    let link = applicant.finds("link", "这个网址不安全").await?.attr("href").await?;
    ensure!(link.as_ref().is_some_and(|link| link.ends_with("/verify?a=b#/hc/home")), "the secure page is {link:?}");
    Ok(())
}
