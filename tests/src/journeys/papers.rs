//! What happens to a photo before it is kept: its page is left or closed by the phone, it is cancelled, it is insisted on.
use super::bad::{HOLD_LOOKS, HOLD_STORING, RELEASE, held, pictures};
use crate::{
    applicant::Applicant,
    browser::Browser,
    clerk::at_the_desk,
    house::{House, refused},
};
use anyhow::{Context, ensure};
use image::GenericImageView;
use thirtyfour::By;

const FRONT: &str = "documents.identity.front";
const BACK: &str = "documents.identity.back";
const PORTRAIT: &str = "documents.portrait";

pub(super) async fn left_while_looking(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    applicant.agrees("documents.consent").await?;
    let photo = house.files.large()?;
    applicant.gives(&applicant.speech.short("documents.identity.front")?, &photo).await?;
    applicant.link(applicant.speech.say("form.up")?).await?;
    applicant.is_at("/tasks").await?;
    phone.driver.back().await?;
    applicant.is_at("/step/documents").await?;
    let keep = applicant.speech.say("doc.keep")?;
    let there = applicant.speech.begin("doc.received")?;
    applicant
        .waits("the photo that was left", async || {
            if applicant.has("button", keep).await? {
                applicant.button(keep).await?;
            }
            Ok(applicant.reads().await?.contains(there))
        })
        .await
}

pub(super) async fn closed_while_taking(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    let lost = applicant.speech.say("save.restored.nophoto")?;
    ensure!(!applicant.reads().await?.contains(lost), "nothing was lost yet");
    // The camera of the phone opens; then the phone needs its memory, at worst before a note could be stored.
    applicant
        .waits("the note of the photo", async || {
            phone.driver.execute(OPEN_CAMERA, vec![]).await?;
            applicant.reads().await?;
            phone.driver.refresh().await?;
            applicant.finds("heading", &applicant.speech.short("documents.portrait")?).await?;
            Ok(applicant.reads().await?.contains(lost))
        })
        .await?;
    phone.driver.refresh().await?;
    applicant.finds("heading", &applicant.speech.short("documents.portrait")?).await?;
    applicant.no_longer_sees(lost).await
}

/// To cancel one photo ends no other's look, and what is being stored already is not kept.
pub(super) async fn cancelled(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    let (front, portrait) = (applicant.speech.short(FRONT)?, applicant.speech.short(PORTRAIT)?);
    phone.driver.execute(HOLD_LOOKS, vec![]).await?;
    // One is looked at, the other waits for it; the one that waits is cancelled.
    applicant.gives(&front, &house.files.path("id-front.jpg")).await?;
    applicant.waits("a look that is held", async || held(phone).await).await?;
    applicant.gives(&portrait, &house.files.path("portrait.jpg")).await?;
    applicant.waits("two looks", async || Ok(looks(&applicant).await? == 2)).await?;
    applicant.says_within(PORTRAIT, "doc.cancel").await?;
    applicant.waits("one look", async || Ok(looks(&applicant).await? == 1)).await?;
    phone.driver.execute(RELEASE, vec![]).await?;
    applicant.keeps(FRONT).await?;
    ensure!(pictures(phone).await? == 1, "what was cancelled was kept");

    // The one that is looked at is cancelled; the other has its turn.
    phone.driver.execute(HOLD_LOOKS, vec![]).await?;
    applicant.gives(&portrait, &house.files.path("portrait.jpg")).await?;
    applicant.waits("a look that is held", async || held(phone).await).await?;
    applicant.gives(&applicant.speech.short(BACK)?, &house.files.path("id-back.jpg")).await?;
    applicant.waits("two looks", async || Ok(looks(&applicant).await? == 2)).await?;
    applicant.says_within(PORTRAIT, "doc.cancel").await?;
    phone.driver.execute(RELEASE, vec![]).await?;
    applicant.keeps(BACK).await?;
    ensure!(pictures(phone).await? == 2, "what was cancelled was kept");

    // It is good and on its way into the storage.
    phone.driver.execute(HOLD_STORING, vec![]).await?;
    applicant.gives(&portrait, &house.files.path("portrait.jpg")).await?;
    applicant.waits("storing that is held", async || held(phone).await).await?;
    applicant.says_within(PORTRAIT, "doc.cancel").await?;
    applicant.waits("an empty item", async || Ok(looks(&applicant).await? == 0)).await?;
    phone.driver.execute(RELEASE, vec![]).await?;
    // It is written, and then either erased or named.
    let written = "return globalThis.__written >= 2;";
    let written = async || Ok(phone.driver.execute(written, vec![]).await?.json() == true);
    applicant.waits("what was being stored", written).await?;
    ensure!(pictures(phone).await? == 2, "what was cancelled was kept");
    // What is given after it is kept, and only that.
    let moment = applicant.moment().await?;
    applicant.hands(PORTRAIT, &house.files.path("another-portrait.jpg")).await?;
    applicant.is_saved_since(moment).await?;
    ensure!(pictures(phone).await? == 3, "what was cancelled was kept");
    phone.driver.refresh().await?;
    applicant.waits("what was kept", async || Ok(pictures(phone).await? == 3)).await?;
    applicant.agrees("documents.consent").await?;
    let id = applicant.submits().await?;
    let full = house.office()?.full(&id, "a test").await.map_err(refused)?;
    ensure!(full.documents.len() == 3, "{} documents were sent", full.documents.len());
    Ok(())
}

/// An item that takes one photo has one, whatever was refused, pressed and chosen in between; what is removed while a turned copy
/// of it is made does not come back as that copy.
pub(super) async fn one_and_the_same(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    applicant.begins().await?;
    applicant.fills_in().await?;
    applicant.agrees("documents.consent").await?;
    applicant.hands(BACK, &house.files.path("id-back.jpg")).await?;
    phone.driver.execute(HOLD_LOOKS, vec![]).await?;
    applicant.says_within(BACK, "doc.turn").await?;
    applicant.waits("a look that is held", async || held(phone).await).await?;
    applicant.says_within(BACK, "doc.remove").await?;
    applicant.presses_within("dialog", speech.say("doc.remove")?).await?;
    applicant.waits("its picture to go", async || Ok(pictures(phone).await? == 0)).await?;
    phone.driver.execute(RELEASE, vec![]).await?;
    // The look at another photo, and its way to the office, come after that of the turned copy.
    applicant.hands(PORTRAIT, &house.files.path("portrait.jpg")).await?;
    let take = format!("{} {}", speech.say("doc.take")?, speech.short(BACK)?);
    ensure!(applicant.has("button", &take).await?, "what was removed is back: {}", applicant.reads().await?);

    applicant.says_within(PORTRAIT, "doc.retake").await?;
    applicant.gives(&speech.short(PORTRAIT)?, &house.files.path("text.jpg")).await?;
    applicant.sees(speech.begin("doc.e.photos")?).await?;
    // While a refused one stands there nothing beside the picture leads to a third one: what speaks about the file does.
    let beside = phone.driver.execute(BESIDE_THE_PICTURE, vec![speech.say("doc.retake")?.into()]).await?.elements()?;
    ensure!(beside.is_empty(), "there are {} buttons for a third photo beside the picture", beside.len());
    applicant.gives(&speech.short(PORTRAIT)?, &house.files.path("another-portrait.jpg")).await?;
    let cancel = speech.say("doc.cancel")?;
    applicant.waits("the end of the look", async || Ok(!applicant.has("button", cancel).await?)).await?;
    applicant.hands(FRONT, &house.files.path("id-front.jpg")).await?;
    applicant.hands(BACK, &house.files.path("id-back.jpg")).await?;
    let id = applicant.submits().await?;
    let full = house.office()?.full(&id, "a test").await.map_err(refused)?;
    let sent: Vec<_> = full.documents.iter().map(|it| (it.document.pointer.as_str(), it.named)).collect();
    ensure!(sent.len() == 3, "documents that were sent, and whether they are named: {sent:?}");
    Ok(())
}

/// The buttons with these words beside pictures.
const BESIDE_THE_PICTURE: &str = "const [words] = arguments; \
    return [...document.querySelectorAll('.hc-doc .hc-taps button')].filter(it => it.textContent.includes(words));";

/// How many photos are being looked at, or wait for that.
async fn looks(applicant: &Applicant<'_>) -> anyhow::Result<usize> {
    Ok(applicant.driver.find_all(By::Css(".hc-doc__blank--busy")).await?.len())
}

/// A blurred photo: the words, another one beside it, insisting, and what the reviewer reads.
pub(super) async fn insisted(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    let front = applicant.speech.short(FRONT)?;
    applicant.gives(&front, &house.files.blurred()?).await?;
    applicant.sees(applicant.speech.say("doc.q.blur")?).await?;
    applicant.says_within(FRONT, "doc.keep").await?;
    applicant.keeps(FRONT).await?;
    applicant.agrees("documents.consent").await?;
    // Turned by the app, and taken so.
    applicant.gives(&applicant.speech.short(BACK)?, &house.files.sideways()?).await?;
    applicant.sees(applicant.speech.say("doc.q.turn")?).await?;
    applicant.says_within(BACK, "doc.keep").await?;
    applicant.keeps(BACK).await?;
    applicant.hands(PORTRAIT, &house.files.path("portrait.jpg")).await?;
    let id = applicant.submits().await?;
    let full = house.office()?.full(&id, "a test").await.map_err(refused)?;
    let turned = |it: &contract::api::Document| it.insisted.iter().any(|advice| advice == "turn");
    ensure!(
        full.documents.iter().all(|it| turned(&it.document) == it.document.pointer.as_str().contains(BACK)),
        "the office does not learn what was turned"
    );
    let said = |it: &contract::api::Document| it.insisted.iter().any(|advice| advice == "blur");
    ensure!(
        full.documents.iter().all(|it| said(&it.document) == it.document.pointer.as_str().contains(FRONT)),
        "the office is told of another document, or of none"
    );
    at_the_desk(house, async |clerk| {
        clerk.opens(applicant.name).await?;
        clerk.sees("本人坚持用的").await?;
        ensure!(clerk.reads().await?.contains("模糊"), "it is not said what was wrong with it");
        Ok(())
    })
    .await
}

/// Nobody fetches anything of documents before the first document is asked for.
pub(super) async fn fetched_late(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    let early = fetched(phone).await?;
    applicant.finds("heading", applicant.speech.say("tasks.title.unnamed")?).await?;
    applicant.link(applicant.speech.begin("tasks.begin")?).await?;
    applicant.is_at("/step/category").await?;
    applicant.chooses("category.work", "food-sale").await?;
    let form = fetched(phone).await?;
    let id = applicant.application().await?;
    applicant.goes_to(&format!("/a/{id}/step/documents")).await?;
    applicant.hands(PORTRAIT, &house.files.path("portrait.jpg")).await?;
    let late = fetched(phone).await?;
    for part in ["split_documents", "image-worker", "/paper"] {
        ensure!(!early.contains(part) && !form.contains(part), "{part} came with the first visit: {form}");
    }
    for part in ["split_documents", "image-worker"] {
        ensure!(late.contains(part), "{part} is called otherwise now: {late}");
    }
    ensure!(!late.contains("/paper"), "what draws PDFs came without a PDF: {late}");
    Ok(())
}

/// The paths of all that this page has fetched.
async fn fetched(phone: &Browser) -> anyhow::Result<String> {
    let script = "return performance.getEntriesByType('resource').map(it => it.name).join(' ');";
    Ok(phone.driver.execute(script, vec![]).await?.json().as_str().unwrap_or_default().to_owned())
}

/// A picture of 48 megapixels goes through the worker and arrives small.
pub(super) async fn huge(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    applicant.agrees("documents.consent").await?;
    let control = applicant.finds("file", &applicant.speech.short(FRONT)?).await?.to_json()?;
    let weighs = phone.driver.execute_async(DRAW, vec![control]).await?.json().as_u64().context("no picture")?;
    ensure!(weighs > 4_000_000, "it weighs {weighs} bytes only");
    applicant.keeps(FRONT).await?;
    applicant.hands(BACK, &house.files.path("id-back.jpg")).await?;
    applicant.hands(PORTRAIT, &house.files.path("portrait.jpg")).await?;
    let asked = phone.driver.execute("return globalThis.__asked;", vec![]).await?.json().as_u64();
    ensure!(asked.is_some_and(|it| it >= 3), "it was not the worker that looked: {asked:?}");
    let id = applicant.submits().await?;
    let full = house.office()?.full(&id, "a test").await.map_err(refused)?;
    let front = full.documents.iter().find(|it| it.document.pointer.as_str().contains(FRONT)).context("no front")?;
    let read = house.office()?.document_at_desk(&full.record.id, &front.document.id, "a test").await;
    let (_, bytes) = read.map_err(refused)?;
    ensure!(bytes.len() < 1_100_000, "{} bytes arrived", bytes.len());
    let (width, height) = image::load_from_memory(&bytes)?.dimensions();
    ensure!((width, height) == (2560, 1920), "{width} x {height} arrived");
    Ok(())
}

/// Draws a card of 8000 by 6000 pixels, with grain, and gives it to a control; counts what workers are asked.
const DRAW: &str = r"
const [control, done] = arguments;
globalThis.__asked = 0;
const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (...all) { __asked += 1; return post.apply(this, all); };
const grain = new OffscreenCanvas(256, 256), dots = new ImageData(256, 256);
for (let at = 0; at < dots.data.length; at += 4) dots.data.set([255, 255, 255, (at * 2654435761 >>> 13) % 40], at);
grain.getContext('2d').putImageData(dots, 0, 0);
const canvas = new OffscreenCanvas(8000, 6000), pen = canvas.getContext('2d');
pen.fillStyle = '#6b5d50'; pen.fillRect(0, 0, 8000, 6000);
pen.fillStyle = '#e6eae8'; pen.fillRect(600, 900, 6800, 4289);
pen.fillStyle = '#1c2c34';
for (let y = 1300; y < 4800; y += 300) for (let x = 1000; x < 5000; x += 160) pen.fillRect(x, y, 60, 150);
pen.fillStyle = pen.createPattern(grain, 'repeat'); pen.fillRect(0, 0, 8000, 6000);
canvas.convertToBlob({ type: 'image/jpeg', quality: .9 }).then(blob => {
  const files = new DataTransfer();
  files.items.add(new File([blob], 'huge.jpg'));
  control.files = files.files;
  control.dispatchEvent(new Event('change', { bubbles: true }));
  done(blob.size);
}, why => done(String(why)));
";

/// Where the page counts as not secure the browser has no live camera: that is said, and the other ways are there.
pub(super) async fn insecure(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    let words = applicant.speech.say("doc.cam.insecure")?;
    ensure!(!applicant.reads().await?.contains(words), "it is secure still");
    // The loader lets nobody begin on such a page; what a host does later is another matter.
    let script = "Object.defineProperty(window, 'isSecureContext', { value: false }); \
        Object.defineProperty(navigator, 'mediaDevices', { value: undefined });";
    phone.driver.execute(script, vec![]).await?;
    applicant.link(applicant.speech.say("form.up")?).await?;
    applicant.is_at("/tasks").await?;
    phone.driver.back().await?;
    applicant.is_at("/step/documents").await?;
    applicant.sees(words).await?;
    applicant.hands(PORTRAIT, &house.files.path("portrait.jpg")).await
}

/// A press that the browser does not take for a person's: the control hears it, and no window opens.
const OPEN_CAMERA: &str = "document.querySelector('input[type=file]').dispatchEvent(new MouseEvent('click'));";
