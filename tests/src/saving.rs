//! What saving costs: script time for a draft of 300 answers on a slow phone, opening a draft with twelve photos, and the bytes
//! that a photo takes. Printed, for docs/performance.md; nothing is asserted on time.
use crate::{
    applicant::Applicant,
    browser::Browser,
    find,
    house::{House, refused},
};
use anyhow::{Context, ensure};
use contract::api::ServerDraft;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::sleep;

const QUESTIONS: usize = 300;
/// A phone of 2019 against this machine, as Chromium's own tools take it.
const SLOW: u32 = 6;
const ROUNDS: usize = 5;

/// Measures and prints.
pub async fn print(house: &House, phone: &Browser) -> anyhow::Result<bool> {
    house.asks_more(QUESTIONS).await?;
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    applicant.gives_papers().await?;
    applicant.sees(applicant.speech.begin("save.account")?).await?;
    let id = applicant.application().await?;
    bytes(&applicant).await?;
    fill(&applicant, &id).await?;
    script(&applicant, &id).await?;
    photos(&applicant, &id).await?;
    Ok(true)
}

/// Somebody has answered all of them on another phone.
async fn fill(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    let office = applicant.house.office()?;
    let subject = office.full(id, "a test").await.map_err(refused)?.matter.subject;
    let (etag, draft) = office.draft(id, &subject).await.map_err(refused)?;
    let mut answers = draft.answers.clone();
    let steps = answers.get_mut("item").and_then(Value::as_array_mut).context("no steps")?;
    let work = steps.iter_mut().find(|step| step["linkId"] == "work").context("no step of the work")?;
    let items = work.get_mut("item").and_then(Value::as_array_mut).context("an empty step")?;
    for n in 0..QUESTIONS {
        let words = format!("示例回答 {n}，写得长一点，像真的一样");
        items.push(json!({ "linkId": format!("work.more.{n}"), "answer": [{ "valueString": words }] }));
    }
    let draft = ServerDraft { answers, ..draft };
    office.save_draft(id, &subject, Some(&etag), &draft).await.map_err(refused)?;
    applicant.driver.refresh().await?;
    applicant.goes_to(&format!("/a/{id}/step/work")).await?;
    let last = format!("示例问题 {}", QUESTIONS - 1);
    applicant
        .waits("the answers of the other phone", async || {
            let field = applicant.finds("textbox", &last).await?;
            Ok(field.value().await?.unwrap_or_default().contains("示例回答"))
        })
        .await
}

/// Script time of one save: what runs between the end of the key's own task and the completed transaction.
async fn script(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    applicant.goes_to(&format!("/a/{id}/step/contact")).await?;
    let field = applicant.finds("textbox", &applicant.speech.label("contact.residence.address")?).await?;
    field.click().await?;
    let cdp = applicant.driver.cdp();
    cdp.send_raw("Performance.enable", json!({})).await?;
    sleep(Duration::from_secs(4)).await;
    cdp.send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": SLOW })).await?;
    let (mut saves, mut keys) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        // What runs by itself meanwhile does not count.
        let quiet = spent(applicant).await?;
        sleep(Duration::from_millis(800)).await;
        let idle = spent(applicant).await? - quiet;
        let before = spent(applicant).await?;
        cdp.send_raw("Input.insertText", json!({ "text": "示" })).await?;
        sleep(Duration::from_millis(120)).await;
        let key = spent(applicant).await?;
        sleep(Duration::from_millis(800)).await;
        saves.push((spent(applicant).await? - key - idle).max(0.0));
        keys.push(key - before);
        sleep(Duration::from_secs(4)).await;
    }
    cdp.send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": 1 })).await?;
    println!(
        "saving {QUESTIONS} answers, {SLOW}x slower: {} script, outside of the key's own task ({})",
        middle(saves),
        middle(keys)
    );
    Ok(())
}

/// Script time of the page so far, in milliseconds.
async fn spent(applicant: &Applicant<'_>) -> anyhow::Result<f64> {
    let metrics = applicant.driver.cdp().send_raw("Performance.getMetrics", json!({})).await?;
    let list = metrics.get("metrics").and_then(Value::as_array).context("no metrics")?;
    let script = list.iter().find(|metric| metric["name"] == "ScriptDuration").context("no script time")?;
    Ok(script["value"].as_f64().unwrap_or_default() * 1000.0)
}

fn middle(mut all: Vec<f64>) -> String {
    all.sort_by(f64::total_cmp);
    let at = |share: usize| all.get((all.len() - 1) * share / 100).copied().unwrap_or_default();
    format!("median {:.1} ms, worst {:.1} ms", at(50), at(100))
}

/// What the vault takes for each photo, against the photo's own bytes.
async fn bytes(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    let taken = find::evaluate(&applicant.driver, &format!("({TAKEN})()")).await?;
    for (name, sizes) in taken.as_object().context("no photos")? {
        let size = |kind: &str| sizes.get(kind).and_then(Value::as_f64).unwrap_or_default();
        let (own, small, record) = (size("bytes"), size("thumbnail"), size("document"));
        // 16 bytes of each record are the seal's own.
        let share = (own + small + record) / (own - 16.0) * 100.0 - 100.0;
        println!(
            "photo {name}: {own} bytes sealed, {small} of its small picture, {record} of its record: {share:+.1} %"
        );
    }
    Ok(())
}

/// From the press on the step to twelve small pictures.
async fn photos(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    // Where no draft is open, so that nobody writes over it.
    applicant.goes_to("/verify").await?;
    applicant.sees(applicant.speech.say("v.title")?).await?;
    let planted = find::evaluate(&applicant.driver, &format!("({TWELVE})({})", json!(id))).await?;
    ensure!(planted.as_u64() == Some(12), "not twelve photos: {planted}");
    for rate in [1, SLOW] {
        let mut all = Vec::new();
        for _ in 0..5 {
            applicant.goes_to(&format!("/a/{id}/tasks")).await?;
            applicant.finds("heading", applicant.speech.begin("tasks.fill")?).await?;
            sleep(Duration::from_secs(4)).await;
            let cdp = applicant.driver.cdp();
            cdp.send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await?;
            let opened = find::evaluate(&applicant.driver, &format!("({OPENED})()")).await?;
            cdp.send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": 1 })).await?;
            all.push(opened.as_f64().context("the photos do not appear")?);
        }
        println!("opening a step with 12 photos, {rate}x slower: {}", middle(all));
    }
    Ok(())
}

const TAKEN: &str = r"async () => {
  const done = request => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = reject; });
  const open = await done(indexedDB.open('hc')), sizes = {};
  const store = open.transaction('vault').objectStore('vault');
  for (const key of await done(store.getAllKeys())) {
    const [kind, id] = key.split('/');
    if (!['bytes', 'thumbnail', 'document'].includes(kind)) continue;
    (sizes[id] ||= {})[kind] = (await done(store.get(key)))[1].byteLength;
  }
  open.close();
  return sizes;
}";

/// Twelve copies of one photo, sealed as the app does, and named by the item for letters.
const TWELVE: &str = r"async application => {
  const done = request => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = reject; });
  const open = await done(indexedDB.open('hc'));
  const key = await done(open.transaction('open').objectStore('open').get('key'));
  const text = new TextEncoder(), read = new TextDecoder();
  const get = async name => {
    const [iv, sealed] = await done(open.transaction('vault').objectStore('vault').get(name));
    return crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: text.encode(name) }, key, sealed);
  };
  const put = async (name, bytes) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: text.encode(name) }, key, bytes);
    await done(open.transaction('vault', 'readwrite').objectStore('vault').put([iv, sealed], name));
  };
  const names = await done(open.transaction('vault').objectStore('vault').getAllKeys());
  const first = names.find(name => name.startsWith('document/')).split('/')[1];
  const record = read.decode(await get('document/' + first));
  const [bytes, small] = [await get('bytes/' + first), await get('thumbnail/' + first)];
  const draftName = 'draft/' + application + '/application/0';
  const draft = JSON.parse(read.decode(await get(draftName)));
  const values = draft.answers.values, pattern = Object.entries(values).find(([, list]) => JSON.stringify(list).includes(first));
  const pointer = '#/documents.employment.letter', answers = [];
  for (let n = 0; n < 12; n++) {
    const id = crypto.randomUUID();
    await put('document/' + id, text.encode(record.replaceAll(first, id).replaceAll(pattern[0], pointer)));
    await put('bytes/' + id, bytes);
    await put('thumbnail/' + id, small);
    answers.push(...JSON.parse(JSON.stringify(pattern[1]).replaceAll(first, id)));
  }
  values[pointer] = answers;
  values['#/category.work'] = JSON.parse(JSON.stringify(values['#/category.work']).replaceAll('food-sale', 'food-catering'));
  await put(draftName, text.encode(JSON.stringify(draft)));
  open.close();
  return answers.length;
}";

const OPENED: &str = r"() => new Promise((resolve, reject) => {
  const link = [...document.querySelectorAll('a[href]')].find(link => link.href.endsWith('/step/documents'));
  const begun = performance.now();
  link.click();
  const look = () => {
    // Those out of sight are not drawn before somebody scrolls there.
    const all = [...document.images].filter(image => image.src), there = all.length;
    const seen = all.filter(image => image.getBoundingClientRect().top < innerHeight);
    if (there >= 12 && seen.every(image => image.complete)) return resolve(performance.now() - begun);
    if (performance.now() - begun > 20000) return reject(new Error('only ' + there + ': ' + document.body.innerText.slice(0, 2000)));
    requestAnimationFrame(look);
  };
  look();
})";
