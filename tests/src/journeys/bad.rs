//! Files that are no good: each gets its sentence, nothing crashes, and what was given before stays.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::ensure;
use base64::{Engine, prelude::BASE64_STANDARD};
use std::{
    fs::{self, File},
    io,
    path::Path,
    time::{Duration, SystemTime},
};

const LETTER: &str = "documents.employment.letter";
const PORTRAIT: &str = "documents.portrait";

pub(super) async fn files(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let (files, speech) = (&house.files, &applicant.speech);
    applicant.begins().await?;
    applicant.fills_in_employed().await?;
    applicant.hands("documents.identity.back", &files.path("id-back.jpg")).await?;

    let portrait = speech.short(PORTRAIT)?;
    for (name, why) in [
        ("empty.jpg", "doc.e.empty"),
        ("three-bytes.jpg", "doc.e.broken"),
        ("cut-off.jpg", "doc.e.broken"),
        ("flood.png", "doc.e.pixels"),
        ("text.jpg", "doc.e.photos"),
    ] {
        applicant.gives(&portrait, &files.path(name)).await?;
        applicant.sees(speech.begin(why)?).await?;
    }
    for (name, kind) in [("drawing.png", "SVG"), ("moving.jpg", "GIF")] {
        applicant.gives(&portrait, &files.path(name)).await?;
        applicant.sees(&speech.say("doc.e.kind")?.replace("{kind}", kind)).await?;
    }
    applicant.gives(&portrait, &files.enormous()?).await?;
    applicant.sees(speech.part("p.too-large")?).await?;

    // The person thinks again while it is looked at.
    applicant.gives(&portrait, &files.large()?).await?;
    applicant.says("doc.cancel").await?;
    let cancel = speech.say("doc.cancel")?;
    applicant.waits("an empty item", async || Ok(!applicant.has("button", cancel).await?)).await?;
    ensure!(pictures(phone).await? == 1, "what was cancelled was kept");

    // Gone between choosing and reading, and changed meanwhile.
    for spoil in [|path: &Path| fs::remove_file(path), overwritten] {
        let passing = files.passing("portrait.jpg")?;
        phone.driver.execute(HOLD_LOOKS, vec![]).await?;
        applicant.gives(&portrait, &passing).await?;
        applicant.waits("a look that is held", async || held(phone).await).await?;
        spoil(&passing)?;
        phone.driver.execute(RELEASE, vec![]).await?;
        applicant.sees(speech.begin("doc.e.changed")?).await?;
        applicant.gives(&portrait, &files.path("text.jpg")).await?;
        applicant.no_longer_sees(speech.begin("doc.e.changed")?).await?;
    }
    applicant.hands("documents.identity.front", &files.path("id-front.jpg")).await?;

    // Neither a name nor its ending plays a part.
    applicant.hands(PORTRAIT, &files.path("photo-called.pdf")).await?;
    applicant.says_within(PORTRAIT, "doc.remove").await?;
    applicant.presses_within("dialog", speech.say("doc.remove")?).await?;
    let control = applicant.finds("file", &portrait).await?.to_json()?;
    let bytes = BASE64_STANDARD.encode(fs::read(files.path("portrait.jpg"))?);
    phone.driver.execute(CALL_IT, vec![control, bytes.into(), ODD_NAME.into()]).await?;
    applicant.keeps(PORTRAIT).await?;
    ensure!(!applicant.reads().await?.contains("gpj"), "the name of a file is shown");

    let letter = speech.short(LETTER)?;
    for (name, why) in
        [("archive.pdf", "doc.e.active-pdf"), ("script.pdf", "doc.e.active-pdf"), ("text.jpg", "doc.e.type")]
    {
        applicant.gives(&letter, &files.path(name)).await?;
        applicant.sees(speech.begin(why)?).await?;
    }
    applicant.gives_all(&letter, &files.copies(60)?).await?;
    applicant.sees(&speech.say("doc.full")?.replace("{n}", "3")).await?;
    applicant.waits("three of sixty", async || Ok(pages(phone).await? == 3)).await?;

    phone.driver.refresh().await?;
    applicant.finds("heading", &letter).await?;
    applicant.waits("what was there before", async || Ok(pages(phone).await? == 3 && pictures(phone).await? == 6)).await
}

/// Another picture under the same name, an hour later.
fn overwritten(path: &Path) -> io::Result<()> {
    fs::write(path, b"\xff\xd8\xff something else")?;
    File::options().write(true).open(path)?.set_modified(SystemTime::now() + Duration::from_hours(1))
}

/// Whether something waits in what is held.
pub(super) async fn held(phone: &Browser) -> anyhow::Result<bool> {
    Ok(phone.driver.execute("return globalThis.__held.length > 0;", vec![]).await?.json() == true)
}

/// What is given to workers waits from now on until it is released.
pub(super) const HOLD_LOOKS: &str = r"
globalThis.__post ??= Worker.prototype.postMessage;
const held = globalThis.__held = [];
Worker.prototype.postMessage = function (...all) { held.push(() => __post.apply(this, all)); };
";

/// Photos that are sealed for this phone's storage wait from now on until they are released; what is written is counted.
pub(super) const HOLD_STORING: &str = r"
globalThis.__seal ??= SubtleCrypto.prototype.encrypt;
globalThis.__post ??= Worker.prototype.postMessage;
const held = globalThis.__held = [];
SubtleCrypto.prototype.encrypt = function (how, key, bytes) {
  if (bytes.byteLength < 20000) return __seal.call(this, how, key, bytes);
  return new Promise(done => held.push(() => done(__seal.call(this, how, key, bytes))));
};
const begin = IDBDatabase.prototype.transaction;
globalThis.__written = 0;
IDBDatabase.prototype.transaction = function (stores, mode, ...more) {
  const begun = begin.call(this, stores, mode, ...more);
  if (mode === 'readwrite') begun.addEventListener('complete', () => { __written += 1; });
  return begun;
};
";

/// All that is held goes on, and nothing is held any more.
pub(super) const RELEASE: &str = r"
if (globalThis.__post) Worker.prototype.postMessage = __post;
if (globalThis.__seal) SubtleCrypto.prototype.encrypt = __seal;
globalThis.__written = 0;
for (const go of globalThis.__held.splice(0)) go();
";

/// Ways up and out, a tag, a right-to-left override, quotes, a snowman, an emoji, a wide space and a program's ending.
const ODD_NAME: &str = "../..%2F<b>\u{202e}gpj'\"\\&?#;\u{2603}\u{1f4a5}\u{3000}\u{7}证件.exe";

/// Gives a file of any name to a control: a driver takes only those that a disk can have.
const CALL_IT: &str = r"
const [control, text, name] = arguments;
const files = new DataTransfer();
files.items.add(new File([Uint8Array.from(atob(text), it => it.charCodeAt(0))], name, { type: 'application/x-msdownload' }));
control.files = files.files;
control.dispatchEvent(new Event('change', { bubbles: true }));
";

async fn pages(phone: &Browser) -> anyhow::Result<u64> {
    count(phone, "[data-page]").await
}

/// How many pictures of documents stand on the page.
pub(super) async fn pictures(phone: &Browser) -> anyhow::Result<u64> {
    count(phone, ".hc-doc__pic img").await
}

async fn count(phone: &Browser, selector: &str) -> anyhow::Result<u64> {
    let script = "return document.querySelectorAll(arguments[0]).length;";
    Ok(phone.driver.execute(script, vec![selector.into()]).await?.json().as_u64().unwrap_or_default())
}
