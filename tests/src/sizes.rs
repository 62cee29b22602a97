//! What a first visit transfers until the first field of the form takes a key, as a browser with a cold profile
//! fetches it.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::Context;
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path};

/// Kilobytes (1000 bytes).
const BUDGET: f64 = 140.0;

/// Prints the list; says whether the budget holds.
///
/// # Errors
/// The form cannot be reached.
pub async fn print(house: &House, phone: &Browser, dist: &Path) -> anyhow::Result<bool> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    let mut fetched = fetched_by(phone).await?;
    applicant.finds("heading", applicant.speech.say("tasks.title.unnamed")?).await?;
    applicant.link(applicant.speech.begin("tasks.begin")?).await?;
    applicant.finds("radiogroup", &applicant.speech.label("category.work")?).await?;
    // What is fetched from here on is fetched while somebody is answering already.
    for (path, plain) in fetched_by(phone).await? {
        let bytes = fetched.entry(path).or_default();
        *bytes = plain.max(*bytes);
    }
    applicant.chooses("category.work", "food-sale").await?;

    println!("{:>9}  file (brotli)", "bytes");
    let mut sum = 0;
    for (path, plain) in fetched {
        // The static files as a server sends them: chromium asks for brotli only over https.
        let small = fs::metadata(dist.join(format!("{}.br", path.trim_start_matches('/')))).map(|found| found.len());
        let (bytes, how) = match (small, path.as_str()) {
            (Ok(bytes), _) => (bytes, ""),
            (Err(_), api) if api.starts_with("/api/") => match packed(house, api).await? {
                Some(bytes) => (bytes, ""),
                None => (compressed(phone, api).await?, ""),
            },
            (Err(_), "/") => (fs::metadata(dist.join("index.html.br")).context("index.html.br")?.len(), ""),
            (Err(_), _) => (plain, "  (as it is)"),
        };
        println!("{bytes:>9}  {path}{how}");
        sum += bytes;
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 bytes")]
    let kilobytes = sum as f64 / 1000.0;
    println!("first visit: {kilobytes:.0} KB (budget {BUDGET:.0})");
    Ok(kilobytes <= BUDGET)
}

/// A reply that the server sends packed, as it comes over https; `None` where it does not pack it.
async fn packed(house: &House, path: &str) -> anyhow::Result<Option<u64>> {
    let ask =
        reqwest::Client::new().get(format!("{}{path}", house.origin())).header(http::header::ACCEPT_ENCODING, "br");
    let reply = ask.send().await?;
    if reply.headers().get(http::header::CONTENT_ENCODING).is_none_or(|coding| coding != "br") {
        return Ok(None);
    }
    Ok(Some(reply.bytes().await?.len() as u64))
}

/// A reply of the API as a server would compress it while it sends.
async fn compressed(phone: &Browser, path: &str) -> anyhow::Result<u64> {
    let script = "const [path, done] = arguments; fetch(path).then(reply => reply.text()).then(done, () => done(''))";
    let reply = phone.driver.execute_async(script, vec![path.into()]).await?;
    let text = reply.json().as_str().context("no text")?.to_owned();
    let settings = brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut text.as_bytes(), &mut small, &settings)?;
    Ok(small.len() as u64)
}

/// Path and length of everything that this page has fetched, itself included.
async fn fetched_by(phone: &Browser) -> anyhow::Result<BTreeMap<String, u64>> {
    let script = "return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]\
        .map(e => [new URL(e.name).pathname, e.encodedBodySize])";
    let entries = phone.driver.execute(script, vec![]).await?;
    let pair = |entry: &Value| {
        let path = entry.get(0)?.as_str()?.to_owned();
        Some((if path.contains('.') || path.starts_with("/api") { path } else { "/".into() }, entry.get(1)?.as_u64()?))
    };
    Ok(entries.json().as_array().context("no list")?.iter().filter_map(pair).collect())
}
