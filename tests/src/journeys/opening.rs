//! Before the app is there: what a person sees on a slow network, and where it does not come at all.
use crate::{applicant::Applicant, browser::Browser, find, house::House, person::Person, speech::Speech};
use anyhow::{Context, ensure};
use serde_json::{Value, json};

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
    applicant.goes_to("/verify").await?;
    applicant.sees(opening).await?;
    applicant.sees("页面没有加载完").await?;
    applicant.no_longer_sees(opening).await?;
    // Who comes in has read meanwhile, and is told too.
    applicant.goes_to("/").await?;
    applicant.sees(entrance).await?;
    applicant.sees("页面没有加载完").await?;
    applicant.no_longer_sees(entrance).await?;
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

pub(super) async fn read_at_once(house: &House, phone: &Browser) -> anyhow::Result<()> {
    // On a phone that was never here, in each language, where the place has a name and a logo of its own, and in somebody else's
    // page: what is read before the app has come is what the app then draws.
    let named = json!({ "name": { "zh-CN": "示例市健康证", "en": "Sample town" }, "logo": "/icon.svg" });
    for (language, origin, config) in [
        ("zh-CN", house.origin(), json!({})),
        ("en", house.origin(), json!({ "lang": "en" })),
        ("zh-CN", house.origin(), named.clone()),
        ("zh-CN", house.host().to_owned(), json!({})),
    ] {
        let what = format!("{language} at {origin} with {config}");
        let visitor = house.phone().await?;
        let walked = same_as_later(house, &visitor, language, &origin, &config).await;
        visitor.close(walked.with_context(|| what)).await?;
    }
    for meanwhile in [false, true] {
        let visitor = house.phone().await?;
        let walked = held_all_the_way(house, &visitor, meanwhile).await;
        visitor.close(walked.with_context(|| format!("the app has come meanwhile: {meanwhile}"))).await?;
    }
    used_at_once(house, phone).await
}

/// What was pressed happens, though language and letters are changed after it: before the app has come, or while it waits for the
/// sentences of the language of before.
async fn held_all_the_way(house: &House, phone: &Browser, meanwhile: bool) -> anyhow::Result<()> {
    let (before, after) = if meanwhile { ("en", "zh-CN") } else { ("zh-CN", "en") };
    let applicant = Applicant::new(house, house.person(phone), before)?;
    let other = Speech::of(after)?;
    let held = format!(
        "{HELD} const asked = globalThis.fetch; globalThis.fetch = async (...all) =>
            String(all[0].url || all[0]).endsWith('/config.json') ? Response.json({{ lang: '{before}' }}) : asked.apply(globalThis, all);"
    );
    phone.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": held })).await?;
    applicant.goes_to("/").await?;
    applicant.link(applicant.speech.say("entry.lookup")?).await?;
    applicant.sees(applicant.speech.say("wait.open")?).await?;
    if meanwhile {
        go(phone).await?;
        applicant.waits("the app", async || Ok(find::evaluate(&phone.driver, MOUNTED).await? == true)).await?;
    }
    applicant.button(if meanwhile { "中文" } else { "EN" }).await?;
    applicant.button(other.say("app.big")?).await?;
    applicant.sees(other.say("wait.open")?).await?;
    phone.driver.execute("globalThis.__speak()", vec![]).await?;
    go(phone).await?;
    applicant.is_at("/lookup").await?;
    applicant.sees(other.say("lookup.lead")?).await
}

/// Whether the app is there and draws nothing yet.
const MOUNTED: &str = "[...document.querySelector('#hc').children].some(it => !it.matches('.hc-opening'))";

async fn same_as_later(
    house: &House,
    phone: &Browser,
    language: &'static str,
    origin: &str,
    config: &Value,
) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, Person::new(phone, origin), language)?;
    holds(phone, config).await?;
    // How long the form takes is not known before it is there: for this it never is.
    phone.block(&["*uestionnaire*"]).await?;
    applicant.goes_to("/").await?;
    applicant.sees(applicant.speech.say("entry.inperson")?).await?;
    let before = drawn(phone, true).await?;
    ensure!(before.is_array(), "nothing is to be read");
    go(phone).await?;
    applicant
        .waits("the app", async || Ok(drawn(phone, true).await?.is_null() && !drawn(phone, false).await?.is_null()))
        .await?;
    applicant
        .waits("the same entrance", async || {
            let after = drawn(phone, false).await?;
            let lines = before.as_array().into_iter().flatten().zip(after.as_array().into_iter().flatten());
            let other = lines.into_iter().find(|(before, after)| before != after);
            ensure!(other.is_none() && after.as_array().map(Vec::len) == before.as_array().map(Vec::len), "{other:?}");
            Ok(true)
        })
        .await
}

async fn used_at_once(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let english = Speech::of("en")?;
    let is_large = async |large: bool| {
        let said = phone.driver.execute(LARGE, vec![]).await?.json().clone();
        ensure!(said == json!([large, large, large.to_string()]), "the letters are {said}");
        anyhow::Ok(())
    };
    holds(phone, &json!({})).await?;
    applicant.goes_to("/").await?;
    applicant.sees(applicant.speech.say("entry.lead")?).await?;
    // What was pressed waits, also where the language and the letters change meanwhile.
    applicant.link(applicant.speech.say("entry.lookup")?).await?;
    applicant.sees(applicant.speech.say("wait.open")?).await?;
    applicant.button("EN").await?;
    applicant.sees(english.say("wait.open")?).await?;
    applicant.sees(english.say("entry.lead")?).await?;
    let focused = phone.driver.execute("return document.activeElement.textContent", vec![]).await?.json().clone();
    ensure!(focused == "中文", "the focus is on {focused}");
    applicant.button(english.say("app.big")?).await?;
    is_large(true).await?;
    applicant.sees(english.say("wait.open")?).await?;
    // Pressed too early, twice: the last counts.
    applicant.link(english.say("entry.verify")?).await?;
    applicant.sees(english.say("wait.open")?).await?;
    applicant.link(english.say("entry.lookup")?).await?;
    applicant.sees(english.say("entry.verify")?).await?;
    applicant.sees("The network is slow").await?;
    go(phone).await?;
    applicant.is_at("/lookup").await?;
    is_large(true).await?;
    // Whoever has been here finds their own entrance, and nothing that may be another.
    applicant.goes_to("/").await?;
    applicant.sees(english.say("wait.open")?).await?;
    go(phone).await?;
    applicant.sees(english.say("entry.lead")?).await
}

/// Holds the app back, with this configuration in the place of the one that is served.
async fn holds(phone: &Browser, config: &Value) -> anyhow::Result<()> {
    let source = format!(
        "const real = WebAssembly.instantiateStreaming, fetched = fetch; \
        const gate = new Promise(done => {{ globalThis.__go = done; }}); \
        WebAssembly.instantiateStreaming = async (...all) => {{ await gate; return real.apply(WebAssembly, all); }}; \
        globalThis.fetch = async (...all) => {{ \
            if (String(all[0].url || all[0]).endsWith('/config.json')) return Response.json({config}); \
            return fetched.apply(globalThis, all); }};"
    );
    phone.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await?;
    Ok(())
}

async fn go(phone: &Browser) -> anyhow::Result<()> {
    phone.driver.execute("globalThis.__go()", vec![]).await?;
    Ok(())
}

/// What stands in the root, before the app has come or after it, element by element and without what only the app has use for;
/// null where it is not so.
async fn drawn(phone: &Browser, before: bool) -> anyhow::Result<Value> {
    Ok(phone.driver.execute(DRAWN, vec![json!(before)]).await?.json().clone())
}

const DRAWN: &str = r#"
const element = document.querySelector('health-certificate');
const root = element ? element.shadowRoot : document.querySelector('#hc');
const frame = [...root.children].find(it => it.matches(arguments[0] ? '.hc-opening' : '.hc:not(.hc-opening)'));
if (!frame || !frame.querySelector('h1, h2')) return null;
const copy = frame.cloneNode(true);
for (const own of copy.querySelectorAll('.hc-skip, [aria-live]')) own.remove();
for (const link of copy.querySelectorAll('a')) link.removeAttribute('data-to');
const comments = document.createNodeIterator(copy, NodeFilter.SHOW_COMMENT);
for (let it = comments.nextNode(); it; it = comments.nextNode()) it.remove();
return copy.innerHTML.replace(/>\s+</g, '><').replaceAll('><', '>\n<').split('\n');
"#;

/// Whether the page and the frame have large letters, and what the button says of it.
const LARGE: &str =
    "return [document.documentElement, document.querySelector('#hc > .hc')].map(it => it.dataset.hcSize === 'elder')
    .concat(document.querySelector('[aria-pressed]').getAttribute('aria-pressed'));";

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
