//! What fingers and keys do with documents: the large view is made larger and moved, pages are put in order.
use crate::{applicant::Applicant, browser::Browser, find, house::House, person::Person, tour::Visitor, width};
use anyhow::{Context, ensure};
use serde_json::{Value, json};
use std::time::Duration;

const LETTER: &str = "documents.employment.letter";

/// Where something is on the screen: across, down, wide, high.
struct Frame(f64, f64, f64, f64);

impl Frame {
    async fn of(phone: &Browser, selector: &str) -> anyhow::Result<Self> {
        let script = "const it = document.querySelector(arguments[0]); if (!it) return null; \
            const box = it.getBoundingClientRect(); return [box.left, box.top, box.width, box.height];";
        let found = phone.driver.execute(script, vec![selector.into()]).await?;
        let numbers: Vec<f64> = found.json().as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
        match numbers[..] {
            [left, top, width, height] => Ok(Self(left, top, width, height)),
            _ => anyhow::bail!("there is no {selector}"),
        }
    }

    fn middle(&self) -> (f64, f64) {
        (self.0 + self.2 / 2.0, self.1 + self.3 / 2.0)
    }
}

/// Fingers on the screen, as the phone tells the browser.
async fn fingers(phone: &Browser, kind: &str, at: &[(f64, f64)]) -> anyhow::Result<()> {
    let points: Vec<Value> = at
        .iter()
        .enumerate()
        .map(|(id, (x, y))| json!({ "x": x, "y": y, "id": id, "radiusX": 8, "radiusY": 8 }))
        .collect();
    phone.driver.cdp().send_raw("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points })).await?;
    Ok(())
}

/// Fingers go from here to there and let go.
async fn go(phone: &Browser, from: &[(f64, f64)], to: &[(f64, f64)]) -> anyhow::Result<()> {
    fingers(phone, "touchStart", from).await?;
    for step in 1..=8 {
        let share = f64::from(step) / 8.0;
        let now: Vec<_> =
            from.iter().zip(to).map(|(a, b)| (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share)).collect();
        fingers(phone, "touchMove", &now).await?;
    }
    fingers(phone, "touchEnd", &[]).await
}

pub(super) async fn large_view(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    applicant.hands("documents.portrait", &house.files.path("portrait.jpg")).await?;
    let (view, label) = (applicant.speech.say("doc.view")?, applicant.speech.short("documents.portrait")?);
    applicant.button(&format!("{view} {label}")).await?;
    applicant.waits("the picture", async || Ok(Frame::of(phone, PICTURE).await?.3 > 100.0)).await?;
    let room = Frame::of(phone, ".hc-view__room").await?;
    let (x, y) = room.middle();
    let width = async || Ok::<f64, anyhow::Error>(Frame::of(phone, PICTURE).await?.2);
    ensure!((width().await? - room.2).abs() < 2.0, "it begins as wide as the room");

    go(phone, &[(x - 40.0, y), (x + 40.0, y)], &[(x - 120.0, y), (x + 120.0, y)]).await?;
    applicant.waits("a picture three times as wide", async || Ok((width().await? / room.2 - 3.0).abs() < 0.2)).await?;
    let before = Frame::of(phone, PICTURE).await?;
    ensure!((before.0 + before.2 / 2.0 - x).abs() < 12.0, "what was between the fingers stays there");
    go(phone, &[(x, y)], &[(x - 60.0, y - 90.0)]).await?;
    let moved = async || {
        let now = Frame::of(phone, PICTURE).await?;
        Ok(now.0 < before.0 - 40.0 && now.1 < before.1 - 60.0)
    };
    applicant.waits("a picture that was drawn aside by one finger", moved).await?;
    go(phone, &[(x - 150.0, y), (x + 150.0, y)], &[(x - 20.0, y), (x + 20.0, y)]).await?;
    applicant.waits("the whole width", async || Ok((width().await? - room.2).abs() < 2.0)).await?;

    let keys = "document.querySelector('.hc-view__room').focus(); return true;";
    phone.driver.execute(keys, vec![]).await?;
    press(phone, "+").await?;
    applicant.waits("a key that makes it larger", async || Ok((width().await? / room.2 - 1.5).abs() < 0.05)).await?;
    applicant.sees("放大到 150%").await?;
    press(phone, "0").await?;
    applicant.waits("a key that shows all", async || Ok((width().await? - room.2).abs() < 2.0)).await?;
    applicant.button(applicant.speech.say("doc.zoom.in")?).await?;
    applicant.waits("a button that makes it larger", async || Ok((width().await? / room.2 - 1.5).abs() < 0.05)).await?;
    let wheel = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": -300, "modifiers": 2 });
    phone.driver.cdp().send_raw("Input.dispatchMouseEvent", wheel).await?;
    applicant.waits("a wheel that makes it larger", async || Ok(width().await? / room.2 > 2.0)).await
}

async fn press(phone: &Browser, key: &str) -> anyhow::Result<()> {
    Ok(phone.driver.active_element().await?.send_keys(key).await?)
}

/// The browser shows a test picture in place of a camera.
pub(super) async fn camera(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    phone.driver.execute(KEEP_STREAMS, vec![]).await?;
    let (take, label) = (applicant.speech.say("doc.take")?, applicant.speech.short("documents.portrait")?);
    applicant.button(&format!("{take} {label}")).await?;
    let shoot = applicant.speech.say("doc.cam.shoot")?;
    applicant.finds("button", shoot).await?;
    let seen = "return [...document.querySelectorAll('video')].some(it => it.videoWidth > 0 && !it.paused);";
    let seen = async || Ok(phone.driver.execute(seen, vec![]).await?.json() == &Value::Bool(true));
    applicant.waits("a picture of the camera", seen).await?;
    // It may take one by itself meanwhile, and then closes; else the press must reach it.
    applicant
        .waits("the photo", async || {
            let found = find::by_role(&phone.driver, "button", shoot).await?;
            let Some(button) = found.first() else { return Ok(true) };
            applicant.touches(button).await.map(|()| true)
        })
        .await?;
    // What this camera draws moves: now and then something in it looks like a face, and advice comes with it.
    if tokio::time::timeout(Duration::from_secs(8), applicant.keeps("documents.portrait")).await.is_err() {
        applicant.insists("documents.portrait").await?;
    }
    let off = "const tracks = streams.flatMap(it => it.getTracks()); \
        return tracks.length > 0 && tracks.every(it => it.readyState === 'ended');";
    ensure!(phone.driver.execute(off, vec![]).await?.json() == &Value::Bool(true), "the camera is still on");
    Ok(())
}

/// In a frame of a page of another origin, which does not allow it a camera: that is said, and the other ways are there.
pub(super) async fn framed(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let person = Person::in_a_frame(phone, house.host(), &house.empty_page().await?);
    let applicant = Applicant::new(house, person, "zh-CN")?;
    applicant.begins().await?;
    applicant.finds("heading", applicant.speech.say("tasks.title.unnamed")?).await?;
    phone.driver.execute("location.hash = location.hash.replace('/tasks', '/step/documents')", vec![]).await?;
    let (take, label) = (applicant.speech.say("doc.take")?, applicant.speech.short("documents.portrait")?);
    applicant.button(&format!("{take} {label}")).await?;
    applicant.sees(applicant.speech.say("doc.cam.host")?).await?;
    applicant.presses_within("dialog", applicant.speech.say("doc.close")?).await?;
    applicant.hands("documents.portrait", &house.files.path("portrait.jpg")).await
}

/// The views over the page, asked by axe: the live camera with a lamp, the editor, the large view.
pub(super) async fn views(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    phone.driver.execute(STILL_CAMERA, vec![]).await?;
    let (take, label) = (applicant.speech.say("doc.take")?, applicant.speech.short("documents.portrait")?);
    applicant.button(&format!("{take} {label}")).await?;
    applicant.finds("button", applicant.speech.say("doc.cam.light")?).await?;
    Visitor::Axe.at(&applicant, "the live camera").await?;
    applicant.presses_within("dialog", applicant.speech.say("doc.close")?).await?;

    applicant.hands("documents.identity.front", &house.files.path("id-front.jpg")).await?;
    applicant.says_within("documents.identity.front", "doc.straighten").await?;
    applicant.finds("button", applicant.speech.say("doc.edit.upper-left")?).await?;
    Visitor::Axe.at(&applicant, "the editor").await?;
    // At 400 % of a usual window something is left of the picture, and each corner can be taken.
    width::resized(phone, (320, 256), 4.0).await?;
    let room = async || Frame::of(phone, ".hc-edit__room").await;
    applicant.waits("some room", async || Ok(room().await?.3 >= 150.0)).await?;
    let outside = find::evaluate(&phone.driver, OUTSIDE).await?;
    ensure!(outside == json!([]), "corners that cannot be taken: {outside}");
    width::resized(phone, (390, 844), 3.0).await?;
    applicant.presses_within("dialog", applicant.speech.say("doc.edit.cancel")?).await?;

    let (view, label) = (applicant.speech.say("doc.view")?, applicant.speech.short("documents.identity.front")?);
    applicant.button(&format!("{view} {label}")).await?;
    applicant.waits("the picture", async || Ok(Frame::of(phone, PICTURE).await?.3 > 100.0)).await?;
    Visitor::Axe.at(&applicant, "the large view").await
}

/// The corners of what is cut out that lie outside of the room around the picture.
const OUTSIDE: &str = "(() => { const room = document.querySelector('.hc-edit__room').getBoundingClientRect(); \
    return [...document.querySelectorAll('.hc-edit__corner')].filter(it => { const box = it.getBoundingClientRect(); \
        return box.left < room.left || box.right > room.right || box.top < room.top || box.bottom > room.bottom; }) \
        .map(it => it.getAttribute('aria-label')); })()";

/// A camera that shows a picture that stays as it is, of which no photo is taken by itself; it has a lamp.
pub(super) const STILL_CAMERA: &str = r"
const canvas = document.createElement('canvas'); canvas.width = 640; canvas.height = 480;
const pen = canvas.getContext('2d'); pen.fillStyle = '#888'; pen.fillRect(0, 0, 640, 480);
const stream = canvas.captureStream(5);
stream.getTracks()[0].getCapabilities = () => ({ torch: true });
navigator.mediaDevices.getUserMedia = () => Promise.resolve(stream);
";

/// Holds on to every stream that the page asks for, also when nothing of it is on the page any more.
const KEEP_STREAMS: &str = r"
const devices = navigator.mediaDevices, open = devices.getUserMedia.bind(devices);
window.streams = [];
devices.getUserMedia = async (...wishes) => {
    const stream = await open(...wishes);
    window.streams.push(stream);
    return stream;
};
";

const PICTURE: &str = ".hc-view__sheet > img";

pub(super) async fn order(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in_employed().await?;
    for (number, file) in ["report.pdf", "letter.pdf", "id-back.jpg"].into_iter().enumerate() {
        applicant.hands(LETTER, &house.files.path(file)).await?;
        applicant.waits("the page", async || Ok(pages(phone).await?.len() > number)).await?;
    }
    let [first, second, third] = <[String; 3]>::try_from(pages(phone).await?).ok().context("not three pages")?;

    Visitor::Axe.at(&applicant, "three pages").await?;

    // By finger: the third above the first.
    let grip = |id: &str| format!("[data-page=\"{id}\"] [data-order=grip]");
    phone
        .driver
        .execute(
            "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' });",
            vec![grip(&second).into()],
        )
        .await?;
    let from = Frame::of(phone, &grip(&third)).await?.middle();
    let above = Frame::of(phone, &format!("[data-page=\"{first}\"]")).await?;
    go(phone, &[from], &[(from.0, above.1 + 4.0)]).await?;
    stand(&applicant, phone, &[&third, &first, &second]).await?;
    applicant
        .waits("the focus on what was moved", async || Ok(focused(phone).await? == format!("{third} grip")))
        .await?;
    let page = applicant.speech.say("doc.part")?.replace("{n}", "1");
    applicant.sees(&applicant.speech.say("doc.moved")?.replace("{page}", &page)).await?;

    // By keys: down twice, then up by the button; the focus goes along.
    let down = "\u{e015}";
    for now in [[&first, &third, &second], [&first, &second, &third]] {
        press(phone, down).await?;
        stand(&applicant, phone, &now).await?;
        applicant.waits("the focus", async || Ok(focused(phone).await? == format!("{third} grip"))).await?;
    }
    let earlier = format!("[data-page=\"{third}\"] [data-order=earlier] button");
    phone.driver.execute("document.querySelector(arguments[0]).focus();", vec![earlier.into()]).await?;
    press(phone, "\u{e007}").await?;
    stand(&applicant, phone, &[&first, &third, &second]).await?;
    applicant
        .waits("the focus on the button", async || Ok(focused(phone).await? == format!("{third} earlier")))
        .await?;
    press(phone, "\u{e007}").await?;
    stand(&applicant, phone, &[&third, &first, &second]).await?;
    // There is no way further up: the handle of the same page has the focus.
    applicant.waits("the focus on the handle", async || Ok(focused(phone).await? == format!("{third} grip"))).await?;
    let moment = applicant.moment().await?;
    press(phone, down).await?;
    stand(&applicant, phone, &[&first, &third, &second]).await?;
    applicant.is_saved_since(moment).await?;
    phone.driver.refresh().await?;
    stand(&applicant, phone, &[&first, &third, &second]).await
}

/// Waits until the pages stand so.
async fn stand(applicant: &Applicant<'_>, phone: &Browser, wanted: &[&String; 3]) -> anyhow::Result<()> {
    let so = async || Ok(pages(phone).await?.iter().collect::<Vec<_>>() == wanted.to_vec());
    applicant.waits("that order", so).await
}

async fn pages(phone: &Browser) -> anyhow::Result<Vec<String>> {
    let found = phone
        .driver
        .execute("return [...document.querySelectorAll('[data-page]')].map(it => it.dataset.page);", vec![])
        .await?;
    Ok(found.json().as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// Which page has the focus, and which of its controls.
async fn focused(phone: &Browser) -> anyhow::Result<String> {
    let script = "const it = document.activeElement, page = it && it.closest('[data-page]'), by = it && it.closest('[data-order]'); \
        return `${page ? page.dataset.page : ''} ${by ? by.dataset.order : ''}`;";
    Ok(phone.driver.execute(script, vec![]).await?.json().as_str().unwrap_or_default().to_owned())
}
