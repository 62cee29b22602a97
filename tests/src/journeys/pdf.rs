//! PDFs: shown in the page, page by page, without asking anybody for anything but files of our own.
use crate::{applicant::Applicant, browser::Browser, house::House, person::Person, tour::Visitor};
use anyhow::ensure;
use serde_json::Value;

const LETTER: &str = "documents.employment.letter";

pub(super) async fn pages(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.is_kept().await?;
    applicant.fills_in_employed().await?;
    let label = applicant.speech.short(LETTER)?;
    let heavy = house.files.heavy()?;
    ensure!(!is(phone, FETCHED).await?, "what draws PDFs is fetched before there is one");
    for (file, why) in [
        ("locked.pdf", "doc.e.locked-pdf"),
        ("no-page.pdf", "doc.e.broken"),
        ("damaged.pdf", "doc.e.broken"),
        ("two-hundred.pdf", "doc.e.pages"),
    ] {
        applicant.gives(&label, &house.files.path(file)).await?;
        applicant.sees(applicant.speech.begin(why)?).await?;
    }
    applicant.gives(&label, &heavy).await?;
    applicant.sees(applicant.speech.part("p.too-large")?).await?;

    applicant.hands(LETTER, &house.files.path("letter.pdf")).await?;
    applicant.waits("the first page on the card", async || is(phone, THUMBNAIL).await).await?;
    opens(&applicant).await?;
    applicant.sees(&at(&applicant, 1, 3)?).await?;
    applicant.waits("the Chinese on the first page", async || is(phone, INK).await).await?;
    Visitor::Axe.at(&applicant, "pages of a PDF").await?;
    // The other language, which nobody reaches behind an open view, draws the step anew.
    if !is(phone, "all('.hc-view__room').length > 0").await? {
        opens(&applicant).await?;
        applicant.sees(&at(&applicant, 1, 3)?).await?;
    }
    phone.driver.execute(LAST, vec![]).await?;
    applicant.sees(&at(&applicant, 3, 3)?).await?;
    applicant.button(applicant.speech.say("doc.close")?).await?;

    applicant.button(applicant.speech.say("doc.remove")?).await?;
    applicant.presses_within("dialog", applicant.speech.say("doc.remove")?).await?;
    applicant.hands(LETTER, &house.files.path("fifty.pdf")).await?;
    opens(&applicant).await?;
    for n in [1, 50] {
        applicant.sees(&at(&applicant, n, 50)?).await?;
        applicant.waits("a page", async || is(phone, "canvases.some(it => it.width > 0)").await).await?;
        ensure!(is(phone, "canvases.filter(it => it.width > 0).length < 12").await?, "all pages are in memory");
        phone.driver.execute(LAST, vec![]).await?;
    }
    // What draws is kept from the first time on.
    phone.set_offline(true).await?;
    phone.driver.refresh().await?;
    opens(&applicant).await?;
    applicant.sees(&at(&applicant, 1, 50)?).await?;
    applicant.waits("a page without network", async || is(phone, "canvases.some(it => it.width > 0)").await).await?;
    let asked = phone.driver.execute(ASKED, vec![]).await?;
    ensure!(asked.json().as_array().is_some_and(Vec::is_empty), "somebody else was asked for {:?}", asked.json());
    Ok(())
}

/// From another origin, in a shadow root.
pub(super) async fn embedded(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, Person::new(phone, house.host()), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in_employed().await?;
    applicant.hands(LETTER, &house.files.path("letter.pdf")).await?;
    applicant.waits("the first page on the card", async || is(phone, THUMBNAIL).await).await?;
    opens(&applicant).await?;
    applicant.sees(&at(&applicant, 1, 3)?).await?;
    applicant.waits("the Chinese on the first page", async || is(phone, INK).await).await?;
    applicant.button(applicant.speech.say("doc.close")?).await?;
    let left = "return [...document.fonts].filter(it => /^g_d/.test(it.family)).length;";
    applicant
        .waits("no font of the PDF in the page", async || Ok(phone.driver.execute(left, vec![]).await?.json() == 0))
        .await
}

async fn opens(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    let (open, label) = (applicant.speech.say("doc.open")?, applicant.speech.short(LETTER)?);
    applicant.button(&format!("{open} {label}")).await
}

fn at(applicant: &Applicant<'_>, n: u32, of: u32) -> anyhow::Result<String> {
    Ok(applicant.speech.say("doc.paper.at")?.replace("{n}", &n.to_string()).replace("{of}", &of.to_string()))
}

async fn is(phone: &Browser, condition: &str) -> anyhow::Result<bool> {
    let script = format!("{ALL} const canvases = all('.hc-view__pages canvas'); return {condition};");
    Ok(phone.driver.execute(&script, vec![]).await?.json() == &Value::Bool(true))
}

/// Also in somebody else's page.
const ALL: &str = "const roots = [document]; \
    for (const root of roots) for (const it of root.querySelectorAll('*')) if (it.shadowRoot) roots.push(it.shadowRoot); \
    const all = selector => roots.flatMap(root => [...root.querySelectorAll(selector)]);";

const THUMBNAIL: &str =
    "all('.hc-doc__pic img').some(it => it.naturalWidth > 100 && it.naturalHeight > it.naturalWidth)";

/// Dark points where the Chinese line stands, and between them the white of the sheet: a page of empty boxes has fewer.
const INK: &str = "(() => { const it = canvases[0]; if (!it || !it.width) return false; \
    const x = it.width * 72 / 595, y = it.height * 140 / 842, w = it.width * 330 / 595, h = it.height * 46 / 842; \
    const dots = it.getContext('2d').getImageData(x, y, w, h).data; let dark = 0; \
    for (let at = 0; at < dots.length; at += 4) if (dots[at] < 128) dark++; \
    const share = dark / (dots.length / 4); return share > .06 && share < .4; })()";

/// Something of what draws PDFs.
const FETCHED: &str = "performance.getEntriesByType('resource').some(it => it.name.includes('/paper'))";

const LAST: &str = "const room = document.querySelector('.hc-view__room'); room.scrollTo(0, room.scrollHeight);";

/// What was fetched from other places than our own.
const ASKED: &str = "return performance.getEntriesByType('resource').map(it => it.name).filter(it => !it.startsWith(location.origin) && !it.startsWith('blob:'));";
