//! Before the app is there: what a person sees on a slow network, and where it does not come at all.
use crate::{applicant::Applicant, browser::Browser, house::House, speech::Speech};
use serde_json::json;

/// Holds the app back until it is let go, and then the sentences of its language, as a slow network does.
const HELD: &str = "const real = WebAssembly.instantiateStreaming, fetched = fetch; \
    const gate = new Promise(done => { globalThis.__go = done; }); \
    const speech = new Promise(done => { globalThis.__speak = done; }); \
    WebAssembly.instantiateStreaming = async (...all) => { await gate; return real.apply(WebAssembly, all); }; \
    globalThis.fetch = async (...all) => { \
        if (String(all[0].url || all[0]).includes('/locales/')) await speech; \
        return fetched.apply(globalThis, all); };";

pub(super) async fn slowly(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let opening = applicant.speech.say("wait.open")?;
    let entrance = applicant.speech.say("entry.title")?;
    let cdp = phone.driver.cdp();
    // What did not come, with the network there: tried again by itself, and then said.
    phone.block(&["*_bg.wasm*"]).await?;
    applicant.goes_to("/").await?;
    applicant.sees(opening).await?;
    applicant.sees("页面没有加载完").await?;
    applicant.no_longer_sees(opening).await?;
    phone.block(&[]).await?;
    let held = cdp.send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": HELD })).await?;
    applicant.button("再试一次").await?;
    applicant.sees(entrance).await?;
    // What is slow.
    applicant.goes_to("/verify").await?;
    applicant.sees(opening).await?;
    applicant.sees("网络有点慢").await?;
    phone.driver.execute("globalThis.__go()", vec![]).await?;
    applicant.no_longer_sees("网络有点慢").await?;
    applicant.sees(applicant.speech.say("v.title")?).await?;
    // In another language the sentences come after the app: the page is never white.
    phone.driver.execute("globalThis.__speak()", vec![]).await?;
    applicant.button("EN").await?;
    let english = Speech::of("en")?;
    applicant.sees(english.say("v.title")?).await?;
    applicant.goes_to("/").await?;
    applicant.sees("Opening").await?;
    phone.driver.execute("globalThis.__go()", vec![]).await?;
    applicant.sees("The network is slow").await?;
    phone.driver.execute("globalThis.__speak()", vec![]).await?;
    applicant.sees(english.say("entry.title")?).await?;
    applicant.no_longer_sees("The network is slow").await?;
    let script = json!({ "identifier": held.get("identifier") });
    cdp.send_raw("Page.removeScriptToEvaluateOnNewDocument", script).await?;
    Ok(())
}
