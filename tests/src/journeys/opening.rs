//! Before the app is there: what a person sees on a slow network, and where it does not come at all.
use crate::{applicant::Applicant, browser::Browser, house::House, speech::Speech};
use anyhow::ensure;
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

/// What becomes of `config.json`, by the address: lost twice, always, not there, the page of a gateway in its place.
const CONFIGURATION: &str = "const fetched = fetch; let lost = 0; \
    globalThis.fetch = async (...all) => { \
        if (!String(all[0].url || all[0]).endsWith('/config.json')) return fetched.apply(globalThis, all); \
        const place = location.search; \
        if (place === '?none') return new Response('', { status: 404 }); \
        if (place === '?portal') return new Response('<p>', { headers: { 'content-type': 'text/html' } }); \
        lost += 1; \
        if (lost === 1 || place === '?never') throw new TypeError('sample: no network'); \
        return lost === 2 ? new Response('', { status: 502 }) : Response.json({ lang: 'en' }); };";

pub(super) async fn configured(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let source = json!({ "source": CONFIGURATION });
    phone.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", source).await?;
    let entrance = applicant.speech.say("entry.title")?;
    applicant.goes_to("/?lost").await?;
    applicant.sees(Speech::of("en")?.say("entry.title")?).await?;
    for place in ["/?never", "/?portal"] {
        applicant.goes_to(place).await?;
        applicant.sees("页面没有加载完").await?;
        ensure!(!applicant.reads().await?.contains(entrance), "it was opened without what was decided: {place}");
    }
    // Where nothing was decided there is nothing to wait for.
    applicant.goes_to("/?none").await?;
    applicant.sees(entrance).await
}
