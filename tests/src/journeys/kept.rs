//! What lies on the phone: under a PIN, never in plain text, and what happens when some of it is damaged.
use crate::{applicant::Applicant, browser::Browser, engine::Screen, find, house::House};
use anyhow::{Context, ensure};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};

const PIN: &str = "482915";

pub(super) async fn under_a_pin(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let id = begins_and_types(&applicant).await?;
    applicant.goes_to("/settings").await?;
    // What a forgotten PIN means is said before there is one.
    applicant.sees(speech.say("pin.about.forgot")?).await?;
    for (first, again, told) in [("123", "123", speech.part("pin.short")?), (PIN, "482916", speech.say("pin.differ")?)]
    {
        applicant.fills(speech.begin("pin.new")?, first).await?;
        applicant.fills(speech.say("pin.again")?, again).await?;
        applicant.says("pin.set").await?;
        applicant.sees(told).await?;
    }
    applicant.fills(speech.begin("pin.new")?, PIN).await?;
    applicant.fills(speech.say("pin.again")?, PIN).await?;
    applicant.says("pin.set").await?;
    applicant.sees(speech.begin("pin.is-set")?).await?;
    // The button went with all that was around it: whoever goes by keyboard is where its section begins.
    let title = speech.say("pin.section")?;
    applicant
        .waits("the focus at the section", async || {
            let focused = find::evaluate(&phone.driver, "document.activeElement.textContent").await?;
            Ok(focused.as_str() == Some(title))
        })
        .await?;
    // It goes on, sealed under the new key.
    applicant.goes_to(&format!("/a/{id}/step/contact")).await?;
    applicant.sees(speech.say("pin.ask")?).await?;
    ensure!(!applicant.reads().await?.contains(TYPED), "something is shown before the PIN");
    applicant.fills(speech.say("pin.field")?, "000000").await?;
    applicant.says("pin.open").await?;
    applicant.sees(speech.say("pin.wrong")?).await?;
    applicant.fills(speech.say("pin.field")?, PIN).await?;
    applicant.says("pin.open").await?;
    stands(&applicant, TYPED).await?;

    // Guessing costs time.
    applicant.driver.refresh().await?;
    applicant.sees(speech.say("pin.ask")?).await?;
    for _ in 0..5 {
        applicant.fills(speech.say("pin.field")?, "111111").await?;
        applicant.says("pin.open").await?;
        applicant
            .waits("the answer", async || {
                let text = applicant.reads().await?;
                Ok(text.contains(speech.say("pin.wrong")?) || text.contains(speech.part("pin.wait")?))
            })
            .await?;
    }
    applicant.fills(speech.say("pin.field")?, PIN).await?;
    applicant.says("pin.open").await?;
    applicant.sees(speech.part("pin.wait")?).await?;

    // Forgotten: everything goes, after a question.
    applicant.says("pin.forgot").await?;
    applicant.presses_within("dialog", speech.say("erase.go")?).await?;
    applicant.no_longer_sees(speech.say("pin.ask")?).await?;
    applicant.goes_to(&format!("/a/{id}/step/contact")).await?;
    applicant.sees(speech.say("tasks.gone.title")?).await
}

pub(super) const TYPED: &str = "示例路 7 号";

/// Signs in, begins, and types an address; gives back the application.
pub(super) async fn begins_and_types(applicant: &Applicant<'_>) -> anyhow::Result<String> {
    let id = applicant.begins_unnamed().await?;
    applicant.goes_to(&format!("/a/{id}/step/contact")).await?;
    let moment = applicant.moment().await?;
    applicant.types("contact.residence.address", TYPED).await?;
    applicant.is_saved_since(moment).await?;
    Ok(id)
}

pub(super) async fn stands(applicant: &Applicant<'_>, words: &str) -> anyhow::Result<()> {
    let label = applicant.speech.label("contact.residence.address")?;
    applicant
        .waits(words, async || Ok(applicant.finds("textbox", &label).await?.value().await?.as_deref() == Some(words)))
        .await
}

/// A name, a number and an address that nothing else on the phone contains.
const NEEDLES: [&str; 3] = ["谷雨欣", "110105199003070236", "春分巷九十九号"];
/// Put in plain text everywhere, so that the search is known to find something.
const CANARY: &str = "惊蛰canary";

pub(super) async fn nothing_readable(house: &House, _: &Browser) -> anyhow::Result<()> {
    let profile = tempfile::tempdir()?;
    let phone = Browser::open_in(house.engine, Screen::PHONE, Some(profile.path())).await?;
    let walked = plants(house, &phone).await;
    let photo = walked.is_ok().then(|| sent_photo(house)).transpose()?;
    // The browser writes what it has when it is closed.
    phone.close(walked).await?;
    let photo = photo.context("no photo")?;
    let mut needles: Vec<(String, Vec<u8>)> = vec![("the photo".into(), photo)];
    for needle in NEEDLES {
        needles.push((needle.into(), needle.into()));
        needles.push((format!("{needle} in UTF-16"), needle.encode_utf16().flat_map(u16::to_le_bytes).collect()));
    }
    // What a browser notes by itself of what is typed anywhere (docs/reliability.md): its own memory for forms, and the tabs to
    // open again.
    let theirs =
        |file: &Path| file.components().any(|part| matches!(part.as_os_str().to_str(), Some("Web Data" | "Sessions")));
    let (mut canaries, mut found) = (0, Vec::new());
    let canary: [Vec<u8>; 2] = [CANARY.into(), CANARY.encode_utf16().flat_map(u16::to_le_bytes).collect()];
    for file in files_below(profile.path()).into_iter().filter(|file| !theirs(file)) {
        let Ok(bytes) = fs::read(&file) else { continue };
        let has = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        canaries += usize::from(canary.iter().any(|canary| has(canary)));
        found.extend(
            needles.iter().filter(|(_, needle)| has(needle)).map(|(name, _)| format!("{name} in {}", file.display())),
        );
    }
    ensure!(canaries > 0, "the search finds nothing at all");
    ensure!(found.is_empty(), "readable on the disk: {found:#?}");
    Ok(())
}

async fn plants(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let mut applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    (applicant.name, applicant.number) = (NEEDLES[0], NEEDLES[1]);
    applicant.begins().await?;
    applicant.fills_in().await?;
    let id = applicant.application().await?;
    applicant.gives_papers().await?;
    applicant.goes_to(&format!("/a/{id}/step/contact")).await?;
    let moment = applicant.moment().await?;
    applicant.types("contact.residence.address", NEEDLES[2]).await?;
    applicant.is_saved_since(moment).await?;
    applicant.sees(applicant.speech.begin("save.account")?).await?;
    applicant.goes_to(&format!("/a/{id}/step/consent")).await?;
    applicant.agrees("consent.truth").await?;
    applicant.continues_to("/check").await?;
    applicant.says("submit.go").await?;
    applicant.sees(applicant.speech.say("receipt.title")?).await?;

    // What every script of the page can read.
    let seen = find::evaluate(&phone.driver, &format!("({READ_ALL})()")).await?;
    let text = seen.as_str().context("nothing was read")?;
    for needle in NEEDLES {
        ensure!(!text.contains(needle), "{needle} lies readable in the browser's storage");
    }
    let canary = find::evaluate(&phone.driver, &format!("({PLANT})({})", Value::from(CANARY))).await?;
    ensure!(canary.as_bool() == Some(true), "the canary was not planted");
    let text = find::evaluate(&phone.driver, &format!("({READ_ALL})()")).await?;
    let times = text.as_str().unwrap_or_default().matches(CANARY).count();
    ensure!(times == 5, "only {times} of five storages are searched");
    Ok(())
}

/// A piece out of the middle of a photo as it was sent.
fn sent_photo(house: &House) -> anyhow::Result<Vec<u8>> {
    let files = house.kept_files()?;
    let bytes = fs::read(files.first().context("no file")?)?;
    let middle = bytes.len() / 2;
    Ok(bytes.get(middle..middle + 48).context("a small file")?.to_vec())
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() => files.push(entry.path()),
                Ok(_) | Err(_) => {}
            }
        }
    }
    files
}

/// All that lies in IndexedDB, localStorage, sessionStorage, Cache Storage and the origin's private files, as text.
pub(super) const READ_ALL: &str = r"async () => {
  const parts = [], decode = bytes => { for (const kind of ['utf-8', 'utf-16le']) parts.push(new TextDecoder(kind).decode(bytes)); };
  const take = value => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) decode(value);
    else if (value instanceof CryptoKey) return;
    else if (value && typeof value === 'object') for (const key of Object.keys(value)) { parts.push(key); take(value[key]); }
    else parts.push(String(value));
  };
  const done = request => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = reject; });
  for (const { name } of await indexedDB.databases()) {
    const open = await done(indexedDB.open(name));
    for (const store of open.objectStoreNames) {
      const all = open.transaction(store).objectStore(store);
      take(await done(all.getAllKeys()));
      take(await done(open.transaction(store).objectStore(store).getAll()));
    }
    open.close();
  }
  for (const storage of [localStorage, sessionStorage]) for (let at = 0; at < storage.length; at++) parts.push(storage.key(at), storage.getItem(storage.key(at)));
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) { parts.push(request.url); decode(await (await cache.match(request)).arrayBuffer()); }
  }
  const walk = async folder => { for await (const [name, entry] of folder.entries()) {
    parts.push(name);
    if (entry.kind === 'file') decode(await (await entry.getFile()).arrayBuffer()); else await walk(entry);
  } };
  await walk(await navigator.storage.getDirectory());
  return parts.join('\n');
}";

/// Puts these words into each of them.
const PLANT: &str = r"async words => {
  const open = await new Promise((resolve, reject) => { const request = indexedDB.open('planted'); request.onupgradeneeded = () => request.result.createObjectStore('s'); request.onsuccess = () => resolve(request.result); request.onerror = reject; });
  await new Promise(resolve => { const change = open.transaction('s', 'readwrite'); change.objectStore('s').put({ words }, 'key'); change.oncomplete = resolve; });
  open.close();
  localStorage.setItem('planted', words);
  sessionStorage.setItem('planted', words);
  await (await caches.open('planted')).put('/planted', new Response(words));
  const file = await (await (await navigator.storage.getDirectory()).getFileHandle('planted', { create: true })).createWritable();
  await file.write(words);
  await file.close();
  return true;
}";

/// One draft is tampered with, one record comes from a future version: both are set aside and said, the rest works.
pub(super) async fn damaged(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let first = begins_and_types(&applicant).await?;
    applicant.goes_to("/home").await?;
    applicant.button(speech.say("home.another")?).await?;
    applicant.waits("another application", async || Ok(applicant.application().await? != first)).await?;
    let second = applicant.application().await?;
    applicant.goes_to(&format!("/a/{second}/step/contact")).await?;
    let moment = applicant.moment().await?;
    applicant.types("contact.residence.address", TYPED).await?;
    applicant.is_saved_since(moment).await?;
    let spoiled = find::evaluate(&phone.driver, &format!("({SPOIL})({})", Value::from(first.as_str()))).await?;
    ensure!(spoiled.as_u64() == Some(1), "no record was spoiled: {spoiled}");
    for page in ["/home", "/settings"] {
        applicant.goes_to(page).await?;
        applicant.sees(speech.say("storage.part")?).await?;
    }
    applicant.goes_to(&format!("/a/{second}/step/contact")).await?;
    stands(&applicant, TYPED).await?;

    // Files that are no good change nothing, and are told apart.
    applicant.goes_to("/outbox").await?;
    let folder = tempfile::tempdir()?;
    for (name, text, told) in [
        ("cut.json", r#"{"kind":"health-certificate-ap"#, "rescue.e.whole"),
        ("other.json", r#"{"hello":1}"#, "rescue.e.whole"),
        ("newer.json", NEWER, "rescue.e.newer"),
        ("words.json", SEALED, "rescue.e.sealed"),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, text)?;
        applicant.gives(speech.say("rescue.import")?, &file).await?;
        applicant.sees(speech.say(told)?).await.with_context(|| name.to_owned())?;
    }
    // The one under a passphrase waits for it: nobody chooses it a second time.
    applicant.fills(speech.say("rescue.words")?, "not these").await?;
    applicant.says("rescue.sealed.go").await?;
    applicant.sees(speech.say("rescue.e.words")?).await?;
    applicant.goes_to(&format!("/a/{second}/step/contact")).await?;
    stands(&applicant, TYPED).await
}

const NEWER: &str = r#"{"kind":"health-certificate-application","version":99,"application":"x"}"#;
const SEALED: &str = r#"{"kind":"health-certificate-application","version":1,"application":"x","sealed":{"salt":"AAAAAAAAAAAAAAAAAAAAAA==","nonce":"AAAAAAAAAAAAAAAA","bytes":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}"#;

/// Turns one bit of the record of this application's draft, and puts one there that only a newer version could have written.
const SPOIL: &str = r"async application => {
  const done = request => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = reject; });
  const open = await done(indexedDB.open('hc'));
  const store = open.transaction('vault', 'readwrite').objectStore('vault');
  let count = 0;
  for (const key of await done(store.getAllKeys())) if (key.startsWith('draft/' + application)) {
    const [nonce, sealed] = await done(store.get(key));
    new Uint8Array(sealed)[7] ^= 1;
    await done(store.put([nonce, sealed], key));
    count++;
  }
  await done(store.put({ of: 'a newer version' }, 'draft/future/application/0'));
  open.close();
  return count;
}";

/// Who signs in on a phone where somebody else has begun sees nothing of theirs.
pub(super) async fn somebody_elses(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = begins_and_types(&applicant).await?;
    applicant.driver.delete_all_cookies().await?;
    let mut other = Applicant::new(house, house.person(phone), "zh-CN")?;
    other.phone = "13800000002";
    other.goes_to("/sign-in").await?;
    other.signs_in().await?;
    other.waits("the sign-in", async || Ok(!other.driver.current_url().await?.as_str().ends_with("/sign-in"))).await?;
    other.goes_to(&format!("/a/{id}/step/contact")).await?;
    other.sees(other.speech.say("signin.other.title")?).await?;
    ensure!(!other.reads().await?.contains(TYPED), "somebody else's answers are shown");
    // The one it belongs to has it again.
    other.driver.delete_all_cookies().await?;
    house.office()?.let_time_pass(chrono::Duration::seconds(61));
    applicant.goes_to("/sign-in").await?;
    applicant.signs_in().await?;
    applicant
        .waits("the sign-in", async || Ok(!applicant.driver.current_url().await?.as_str().ends_with("/sign-in")))
        .await?;
    applicant.goes_to(&format!("/a/{id}/step/contact")).await?;
    stands(&applicant, TYPED).await
}
