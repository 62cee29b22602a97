//! Past every screen, for those who look at all of them: the accessibility check and the camera.
//!
//! The walk has parts, each with a house and a phone of its own, so that they can be walked side by side.
mod apply;
pub(crate) mod axe;
mod certificate;
mod desk;
mod examination;
mod language;
mod others;
mod verify;
mod without;

use crate::{applicant::Applicant, browser::Browser, house::House, speech::Speech};
use anyhow::Context;
use language::switched;
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    pin::Pin,
};

/// One part of the walk.
pub type Part = for<'a> fn(&'a House, &'a Browser, &'static str, &'a Visitor) -> Walked<'a>;

/// How a part ends.
pub type Walked<'a> = Pin<Box<dyn Future<Output = anyhow::Result<()>> + 'a>>;

/// All of them, with what they go past.
pub const PARTS: [(&str, Part); 5] = [
    ("from the entrance to the receipt", |house, phone, language, visitor| {
        Box::pin(apply::walk(house, phone, language, visitor))
    }),
    ("from the review to the results", |house, phone, language, visitor| {
        Box::pin(examination::walk(house, phone, language, visitor))
    }),
    ("from the results to the verdicts", |house, phone, language, visitor| {
        Box::pin(certificate::walk(house, phone, language, visitor))
    }),
    ("other ways and other ends", |house, phone, language, visitor| {
        Box::pin(others::walk(house, phone, language, visitor))
    }),
    ("without network, and after a panic", |house, phone, language, visitor| {
        Box::pin(without::walk(house, phone, language, visitor))
    }),
];

/// What is done at each stop.
pub enum Visitor {
    /// Asks axe, light and dark, and whether it fits into the narrowest window and into a wide one; both in both languages.
    Axe,
    /// The same of a form whose words are there in Chinese alone.
    AxeInChinese,
    /// Takes a picture at each size, light and dark, and with large text on a phone, into this folder.
    Camera(PathBuf),
}

/// A question by its sentences: the button that asks it, its title, and the answer that changes nothing.
pub struct Question<'a> {
    /// What asks it.
    pub act: &'a str,
    /// The question.
    pub title: &'a str,
    /// No.
    pub keep: &'a str,
}

/// Sizes of the pictures: name, width, height, pixels for one, phone, large text.
const SIZES: [(&str, u32, u32, f64, bool, bool); 4] = [
    ("390", 390, 844, 2.0, true, false),
    ("390-large", 390, 844, 2.0, true, true),
    ("320", 320, 640, 2.0, true, false),
    ("1280", 1280, 900, 1.0, false, false),
];

impl Visitor {
    /// Stops where the applicant is; `place` names the picture.
    pub async fn at(&self, applicant: &Applicant<'_>, place: &str) -> anyhow::Result<()> {
        // Fonts and pictures that are still on their way would be missing.
        applicant.driver.execute_async("document.fonts.ready.then(() => arguments[0]())", vec![]).await?;
        match self {
            Self::Axe => axe::everything(applicant, true, place).await,
            Self::AxeInChinese => axe::everything(applicant, false, place).await,
            Self::Camera(folder) => pictures(applicant, folder, place).await,
        }
    }

    /// A question before an act: opened, looked at, and answered by what changes nothing; by axe in both languages.
    pub async fn at_question(
        &self,
        applicant: &Applicant<'_>,
        question: &Question<'_>,
        place: &str,
    ) -> anyhow::Result<()> {
        let Question { act, title, keep } = question;
        applicant.says(act).await?;
        applicant.finds("dialog", applicant.speech.say(title)?).await?;
        self.at(applicant, place).await?;
        applicant.says(keep).await?;
        if let Some(other) = self.in_the_other_language(applicant).await? {
            applicant.button(other.begin(act)?).await?;
            applicant.finds("dialog", other.say(title)?).await?;
            self.at(applicant, &format!("{place} in the other language")).await?;
            applicant.button(other.begin(keep)?).await?;
            switched(applicant).await?;
        }
        Ok(())
    }

    /// What stands for good in the language that it came in is asked for in the other one too, where only axe looks.
    pub async fn in_the_other_language(&self, applicant: &Applicant<'_>) -> anyhow::Result<Option<Speech>> {
        match self {
            Self::Axe | Self::AxeInChinese => {
                let other = if applicant.speech.language == "en" { "zh-CN" } else { "en" };
                switched(applicant).await?;
                Ok(Some(Speech::of(other)?))
            }
            Self::Camera(_) => Ok(None),
        }
    }
}

async fn pictures(applicant: &Applicant<'_>, folder: &Path, place: &str) -> anyhow::Result<()> {
    let cdp = applicant.driver.cdp();
    for (name, width, height, scale, mobile, large) in SIZES {
        let metrics =
            |height| json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": mobile });
        cdp.send_raw("Emulation.setDeviceMetricsOverride", metrics(height)).await?;
        let usual = applicant.driver.execute(TEXT_SIZE, vec![if large { "elder" } else { "" }.into()]).await?;
        // What sticks to the lower edge would hide what is behind it on a picture of the whole page.
        let whole = applicant.driver.execute(WHOLE, vec![]).await?.json().as_u64().unwrap_or_default();
        if let Ok(whole) = u32::try_from(whole)
            && whole > height
        {
            cdp.send_raw("Emulation.setDeviceMetricsOverride", metrics(whole)).await?;
        }
        for dark in [false, true] {
            applicant.set_scheme(dark).await?;
            let wanted = json!({ "format": "png", "captureBeyondViewport": true });
            let taken = cdp.send_raw("Page.captureScreenshot", wanted).await?;
            let look = if dark { "dark" } else { "light" };
            let folder = folder.join(applicant.speech.language).join(format!("{name}-{look}"));
            keep(&folder, &format!("{place}.png"), &file_of(&taken)?)?;
        }
        applicant.driver.execute(TEXT_SIZE, vec![usual.json().clone()]).await?;
    }
    applicant.set_scheme(false).await?;
    let phone = json!({ "width": 390, "height": 844, "deviceScaleFactor": 2.0, "mobile": true });
    cdp.send_raw("Emulation.setDeviceMetricsOverride", phone).await?;
    Ok(())
}

/// Sets the size of text as its button does, but keeps nothing; answers what it was.
const TEXT_SIZE: &str = "const root = document.querySelector('.hc');
    if (!root) return '';
    const usual = root.dataset.hcSize ?? '';
    root.dataset.hcSize = arguments[0];
    return usual;";

/// How high the page is; nothing while a dialog is open, which stands in the middle of the window.
const WHOLE: &str =
    "return document.querySelector('dialog[open]') ? 0 : Math.ceil(document.documentElement.scrollHeight)";

fn keep(folder: &Path, name: &str, file: &[u8]) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    Ok(fs::write(folder.join(name), file)?)
}

/// What the browser's protocol hands over: base64.
fn file_of(taken: &Value) -> anyhow::Result<Vec<u8>> {
    use base64::Engine as _;
    let text = taken.get("data").and_then(Value::as_str).context("no picture")?;
    Ok(base64::engine::general_purpose::STANDARD.decode(text)?)
}
