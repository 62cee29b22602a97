//! Past every screen, for those who look at all of them: the accessibility check and the camera.
//!
//! The walk has parts, each with a house and a phone of its own, so that they can be walked side by side.
mod apply;
mod certificate;
mod examination;
mod others;
mod verify;
mod without;

use crate::{applicant::Applicant, browser::Browser, house::House, speech::Speech};
use anyhow::{Context, ensure};
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
    /// Asks axe, light and dark.
    Axe,
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
            Self::Axe => axe_both(applicant, place).await,
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
            Self::Axe => {
                let other = if applicant.speech.language == "en" { "zh-CN" } else { "en" };
                switched(applicant).await?;
                Ok(Some(Speech::of(other)?))
            }
            Self::Camera(_) => Ok(None),
        }
    }
}

async fn axe_both(applicant: &Applicant<'_>, place: &str) -> anyhow::Result<()> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../node_modules/axe-core/axe.min.js");
    let source = fs::read_to_string(&source).context("axe-core is missing: npm ci")?;
    applicant.driver.execute(&format!("if (!globalThis.axe) {{ {source} }}"), vec![]).await?;
    axe(applicant, Rules::All, &format!("{place}, light")).await?;
    applicant.set_scheme(true).await?;
    axe(applicant, Rules::Colours, &format!("{place}, dark")).await?;
    applicant.set_scheme(false).await?;
    // The same place in the other language, without going anywhere.
    if let Some(other) = switched(applicant).await? {
        axe(applicant, Rules::AllButColours, &format!("{place}, {other}")).await?;
        let left = left_behind(applicant, if other == "en" { "en" } else { "zh-CN" }).await?;
        ensure!(left.is_empty(), "at {place} these stay as they were when the language is switched: {left:?}");
        switched(applicant).await?;
    }
    Ok(())
}

/// What axe is asked for: the page in the dark has other colours and the same elements, in the other language other
/// words and the same colours, and the colours take axe most of its time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rules {
    All,
    Colours,
    AllButColours,
}

async fn axe(applicant: &Applicant<'_>, rules: Rules, what: &str) -> anyhow::Result<()> {
    let all = json!({ "type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
    let asked = match rules {
        Rules::All => json!({ "runOnly": all }),
        Rules::Colours => json!({ "runOnly": { "type": "rule", "values": COLOURS } }),
        Rules::AllButColours => {
            let off: serde_json::Map<_, _> =
                COLOURS.iter().map(|rule| ((*rule).to_owned(), json!({ "enabled": false }))).collect();
            json!({ "runOnly": all, "rules": off })
        }
    };
    let found = applicant.driver.execute_async(AXE, vec![asked]).await?;
    let found = found.json().as_str().unwrap_or("axe gave no answer").to_owned();
    ensure!(found.is_empty(), "axe at {what}:\n{found}");
    Ok(())
}

/// Lines on the page that are still sentences of the language before.
async fn left_behind(applicant: &Applicant<'_>, now: &'static str) -> anyhow::Result<Vec<String>> {
    let (before, now) = (&applicant.speech, Speech::of(now)?);
    let text = applicant.reads().await?;
    // The switch itself says the other language's name.
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !["中文", "EN"].contains(line));
    Ok(lines.filter(|line| before.has(line) && !now.has(line)).map(str::to_owned).collect())
}

/// Presses the button of the other language, if there is one, and waits until the page speaks it; gives back which.
async fn switched(applicant: &Applicant<'_>) -> anyhow::Result<Option<String>> {
    let pressed = applicant.driver.execute(OTHER_LANGUAGE, vec![]).await?;
    let Some(language) = pressed.json().as_str().map(str::to_owned) else { return Ok(None) };
    applicant
        .waits(&format!("the page in {language}"), async || {
            let speaks = applicant.driver.execute("return document.querySelector('.hc')?.lang", vec![]).await?;
            Ok(*speaks.json() == language)
        })
        .await?;
    Ok(Some(language))
}

/// Behind an open dialog no finger reaches it.
const OTHER_LANGUAGE: &str = "const button = document.querySelector('.hc-top button[lang]');
    if (!button || document.querySelector('dialog[open], .hc-recovery')) return null;
    button.click();
    return button.lang;";

/// axe's rules that look at colours.
const COLOURS: [&str; 2] = ["color-contrast", "link-in-text-block"];

/// What sticks to the lower edge lies over something at every place of the scroll bar: a finger moves that, axe does not.
const AXE: &str = r"
const done = arguments[arguments.length - 1];
const loose = new CSSStyleSheet();
loose.replaceSync('.hc-actions{position:static !important}');
if (!document.adoptedStyleSheets.some(sheet => sheet.cssRules[0]?.cssText.includes('.hc-actions'))) document.adoptedStyleSheets.push(loose);
axe.run(document, { ...arguments[0], resultTypes: ['violations'] }).then(
  result => done(result.violations.map(v => v.id + ': ' + v.help + '\n' + v.nodes.slice(0, 3).map(n => '  ' + n.html.slice(0, 200) + ' ' + (n.any[0] ? n.any[0].message : '')).join('\n')).join('\n')),
  why => done('axe failed: ' + why));";

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
