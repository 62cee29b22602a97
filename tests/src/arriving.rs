//! How long somebody who comes in for the first time waits on a bad network: until the entrance can be read, and until the app is
//! there; beside it the same where nothing is to be read before. A table and no verdict: it depends on the machine.
use crate::{browser::Browser, house::House};
use anyhow::Context;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Name, milliseconds for the first byte of a reply, bytes a second.
const NETWORKS: [(&str, u32, u32); 2] = [("400 kbit/s, 400 ms", 400, 50_000), ("1.6 Mbit/s, 150 ms", 150, 200_000)];
const PATIENCE: Duration = Duration::from_mins(2);
/// So many rounds; the one in the middle counts.
const ROUNDS: usize = 3;

/// Prints the table.
///
/// # Errors
/// The app does not come.
pub async fn print(house: &House) -> anyhow::Result<bool> {
    println!("| network | entrance | to be read, s | the app is there, s |");
    println!("|--|--|--|--|");
    for (name, latency, rate) in NETWORKS {
        for (how, before) in [("at once", ""), ("with the app", NOTHING_AT_ONCE)] {
            let mut rounds = vec![];
            for _ in 0..ROUNDS {
                // What was fetched once is there.
                let phone = house.phone().await?;
                let came = comes_in(house, &phone, latency, rate, before).await;
                rounds.push(phone.close(came).await?);
            }
            rounds.sort_by(|one, other| one.1.total_cmp(&other.1));
            let (read, there) = rounds.get(ROUNDS / 2).context("no round")?;
            println!("| {name} | {how} | {:.1} | {:.1} |", read / 1000.0, there / 1000.0);
        }
    }
    Ok(true)
}

/// Milliseconds from the press on the link until the entrance is seen, and until the app has drawn it.
async fn comes_in(house: &House, phone: &Browser, latency: u32, rate: u32, before: &str) -> anyhow::Result<(f64, f64)> {
    let cdp = phone.driver.cdp();
    let source = format!("{before}{WATCH}");
    cdp.send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await?;
    cdp.send_raw("Network.enable", json!({})).await?;
    let bad = json!({ "offline": false, "latency": latency, "downloadThroughput": rate, "uploadThroughput": rate });
    cdp.send_raw("Network.emulateNetworkConditions", bad).await?;
    phone.driver.goto(&house.origin()).await?;
    let until = Instant::now() + PATIENCE;
    loop {
        let seen: Value = phone.driver.execute("return globalThis.seen", vec![]).await?.json().clone();
        let time = |name: &str| seen.get(name).and_then(Value::as_f64);
        if let (Some(read), Some(there)) = (time("read"), time("there")) {
            return Ok((read, there));
        }
        anyhow::ensure!(Instant::now() < until, "the app has not come: {seen}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Where it is not known whether somebody was here before, nothing stands there for the app.
const NOTHING_AT_ONCE: &str = "indexedDB.databases = () => Promise.reject();";

/// Notes at each picture what is in it.
const WATCH: &str = "globalThis.seen = {}; const look = () => { \
    const now = performance.now(), has = what => document.querySelector(what); \
    if (!seen.read && has('#hc h1')) seen.read = now; \
    if (!seen.there && has('#hc > .hc:not(.hc-opening) h1')) seen.there = now; \
    if (!seen.there) requestAnimationFrame(look); }; requestAnimationFrame(look);";
