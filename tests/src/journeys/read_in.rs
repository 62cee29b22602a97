//! An inspector reads a certificate in from a picture, and through the camera.
use super::certificate::{collected, credential};
use crate::{
    applicant::Applicant,
    browser::Browser,
    find,
    house::{House, refused},
};
use anyhow::{Context, ensure};
use std::{cell::Cell, fs, path::Path};

pub(super) async fn by_picture_and_camera(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let (_, certificate) = collected(&applicant).await?;
    // The picture that the holder saves and sends on, and the code as it stands on the holder's screen.
    let link = find::evaluate(&phone.driver, &PICTURE.replace("{id}", &certificate)).await?;
    let token = link.as_str().and_then(|link| link.rsplit('/').next()).context("no link to a picture")?.to_owned();
    let picture = house.office()?.download(&token, true).await.map_err(refused)?;
    let code = find::evaluate(&phone.driver, CODE).await?.as_str().context("no code on the screen")?.to_owned();
    let text = credential(&applicant, &certificate).await?;
    let files = tempfile::tempdir()?;
    let saved = files.path().join("certificate.png");
    fs::write(&saved, &picture.bytes)?;
    let other = house.phone().await?;
    let walked = inspects(house, &other, &saved, &code, &text).await;
    other.close(walked).await
}

const PICTURE: &str =
    "fetch('/api/v1/certificates/{id}').then(answer => answer.json()).then(found => found.downloads.png.href)";
const CODE: &str = "new XMLSerializer().serializeToString(document.querySelector('svg.hc-qr'))";

async fn inspects(house: &House, phone: &Browser, saved: &Path, code: &str, text: &str) -> anyhow::Result<()> {
    let inspector = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &inspector.speech;
    let (choose, fresh) = (speech.say("v.picture")?, speech.begin("v.fresh.title")?);
    inspector.goes_to("/verify").await?;
    inspector.gives(choose, saved).await?;
    is_read(&inspector).await?;
    for (file, said) in [("portrait.jpg", "v.noqr"), ("cut-off.jpg", "v.picture.bad"), ("text.jpg", "v.picture.bad")] {
        inspector.gives(choose, &house.files.path(file)).await?;
        inspector.sees(speech.say(said)?).await.with_context(|| file.to_owned())?;
        ensure!(!inspector.reads().await?.contains(fresh), "{file} leaves the verdict on another");
    }

    // Held before the camera a little askew; where another app takes the camera away, that is said until it gives it back. It
    // is let go of once the code is read.
    find::evaluate(&phone.driver, &CAMERA.replace("{svg}", &serde_json::to_string(code)?)).await?;
    inspector.says("v.scan").await?;
    let taken = |taken: bool| {
        let event = if taken { "mute" } else { "unmute" };
        format!(
            "Boolean(globalThis.__camera && (globalThis.__covered = {taken}, __camera.getTracks()[0].dispatchEvent(new Event('{event}'))))"
        )
    };
    let stopped = speech.say("v.cam.stopped")?;
    inspector
        .waits("the camera that stopped", async || {
            find::evaluate(&phone.driver, &taken(true)).await?;
            Ok(inspector.reads().await?.contains(stopped))
        })
        .await?;
    find::evaluate(&phone.driver, &taken(false)).await?;
    is_read(&inspector).await?;
    let live = "globalThis.__camera.getTracks().filter(track => track.readyState === 'live').length";
    inspector.waits("the camera to be let go of", async || Ok(find::evaluate(&phone.driver, live).await? == 0)).await?;

    // The same without a network; and a code that somebody has changed is green nowhere.
    inspector.is_kept().await?;
    phone.set_offline(true).await?;
    inspector.goes_to("/verify").await?;
    inspector.gives(choose, saved).await?;
    is_read(&inspector).await?;
    for (at, cut) in [(text.len() / 3, false), (text.len() / 2, false), (text.len() - 2, false), (text.len() / 2, true)]
    {
        let letters = text.chars().enumerate().take(if cut { at } else { text.len() });
        let spoiled: String = letters.map(|(n, it)| if n == at { other_than(it) } else { it }).collect();
        super::certificate::reads_in(&inspector, &spoiled).await?;
        // Whoever waits hears of nothing but the end of it.
        let green = Cell::new(false);
        inspector
            .waits(&format!("a verdict on what is changed at {at}"), async || {
                let page = inspector.reads().await?;
                green.set(green.get() || page.contains(fresh));
                Ok(page.contains(speech.begin("v.forged.title")?) || page.contains(speech.begin("v.damaged.title")?))
            })
            .await?;
        ensure!(!green.get(), "changed at {at}, it is valid");
        inspector.goes_to("/verify").await?;
    }
    Ok(())
}

/// Another character of the same alphabet.
const fn other_than(it: char) -> char {
    if it == '7' { '8' } else { '7' }
}

async fn is_read(inspector: &Applicant<'_>) -> anyhow::Result<()> {
    inspector.reads_the_verdict("v.fresh.title").await?;
    inspector.sees("张伟").await
}

/// A camera that shows the code, turned by some seven degrees on a grey table.
const CAMERA: &str = r#"(async () => {
  const picture = new Image();
  picture.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent({svg}.replace('<svg ', '<svg width="400" height="400" '));
  await picture.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 960 });
  const on = canvas.getContext('2d');
  const draw = () => {
    on.fillStyle = '#777';
    on.fillRect(0, 0, 1280, 960);
    on.save();
    on.translate(620, 470);
    on.rotate(0.12);
    on.fillStyle = '#fff';
    on.fillRect(-300, -300, 600, 600);
    if (!globalThis.__covered) on.drawImage(picture, -300, -300, 600, 600);
    on.restore();
    requestAnimationFrame(draw);
  };
  globalThis.__covered = true;
  draw();
  navigator.mediaDevices.getUserMedia = async () => (globalThis.__camera = canvas.captureStream(15));
  return true;
})()"#;
