//! One walk past every screen, for those who look at all of them: the accessibility check and the camera.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::{Context, ensure};
use contract::{
    api::{ReturnCode, Words},
    questionnaire::Pointer,
};
use mock_server::office::{OfficeAct, Returning};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What is done at each stop.
pub enum Visitor {
    /// Asks axe, light and dark.
    Axe,
    /// Takes a picture at each size, light and dark, into this folder.
    Camera(PathBuf),
}

/// Sizes of the pictures: name, width, height, pixels for one, phone.
const SIZES: [(&str, u32, u32, f64, bool); 3] =
    [("390", 390, 844, 2.0, true), ("320", 320, 640, 2.0, true), ("1280", 1280, 900, 1.0, false)];

impl Visitor {
    async fn at(&self, applicant: &Applicant<'_>, place: &str) -> anyhow::Result<()> {
        // Fonts and pictures that are still on their way would be missing.
        applicant.driver.execute_async("document.fonts.ready.then(() => arguments[0]())", vec![]).await?;
        match self {
            Self::Axe => axe_both(applicant, place).await,
            Self::Camera(folder) => pictures(applicant, folder, place).await,
        }
    }
}

/// Walks past every screen that a person of this language comes to on the way to an accepted application.
///
/// # Errors
/// A screen does not come, or the visitor finds fault with one.
pub async fn walk(house: &House, phone: &Browser, language: &'static str, visitor: &Visitor) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), language)?;
    let speech = &applicant.speech;
    applicant.goes_to("/").await?;
    if language == "en" {
        applicant.presses("button", "EN English").await?;
    }
    applicant.sees(speech.say("entry.title")?).await?;
    visitor.at(&applicant, "01-entrance").await?;
    for (path, words, place) in [
        ("/settings", "settings.title", "02-settings"),
        ("/verify", "v.title", "03-verify"),
        ("/lookup", "lookup.title", "04-lookup"),
    ] {
        applicant.goes_to(path).await?;
        applicant.sees(speech.begin(words)?).await?;
        visitor.at(&applicant, place).await?;
    }
    applicant.goes_to("/sign-in").await?;
    applicant.sees(speech.say("signin.title")?).await?;
    visitor.at(&applicant, "05-sign-in").await?;
    applicant.says("signin.send").await?;
    applicant.sees(speech.say("signin.e.phone.empty")?).await?;
    visitor.at(&applicant, "06-sign-in-empty").await?;
    applicant.signs_in().await?;
    applicant.goes_to("/home").await?;
    applicant.sees(speech.say("home.title")?).await?;
    visitor.at(&applicant, "07-home-empty").await?;
    applicant.goes_to("/").await?;
    applicant.says("entry.start").await?;
    applicant.finds("heading", speech.say("tasks.title.unnamed")?).await?;
    visitor.at(&applicant, "08-tasks").await?;
    let id = applicant.application().await?;
    steps(&applicant, visitor, &id).await?;
    applicant.goes_to(&format!("/a/{id}/tasks")).await?;
    applicant.fills_in().await?;
    applicant.gives_papers().await?;
    visitor.at(&applicant, "18-documents-given").await?;
    applicant.continues_to("/step/consent").await?;
    applicant.agrees("consent.truth").await?;
    applicant.continues_to("/check").await?;
    visitor.at(&applicant, "19-check").await?;
    applicant.says("submit.go").await?;
    applicant.sees(speech.say("receipt.title")?).await?;
    visitor.at(&applicant, "20-receipt").await?;
    after_submission(house, &applicant, visitor, &id).await
}

/// Each step as it is first seen, and as it looks when one goes on without an answer.
async fn steps(applicant: &Applicant<'_>, visitor: &Visitor, id: &str) -> anyhow::Result<()> {
    let steps = ["category", "person", "contact", "work", "health", "documents", "consent"];
    for (number, step) in steps.into_iter().enumerate() {
        applicant.goes_to(&format!("/a/{id}/step/{step}")).await?;
        applicant.finds("button", applicant.speech.say("form.next")?).await?;
        let place = format!("{:02}-step-{step}", number + 9);
        visitor.at(applicant, &place).await?;
        applicant.says("form.next").await?;
        visitor.at(applicant, &format!("{place}-empty")).await?;
    }
    Ok(())
}

async fn after_submission(house: &House, applicant: &Applicant<'_>, visitor: &Visitor, id: &str) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    let status = format!("/a/{id}");
    applicant.goes_to(&status).await?;
    applicant.sees(speech.begin("status.submitted")?).await?;
    visitor.at(applicant, "21-status-submitted").await?;
    applicant.goes_to("/home").await?;
    applicant.sees(speech.say("home.title")?).await?;
    visitor.at(applicant, "22-home").await?;
    house.act(id, OfficeAct::Begin).await?;
    let portrait = Returning {
        pointer: Pointer::item("documents.portrait"),
        code: ReturnCode::Unreadable,
        words: Words::new("示例：照片有点暗，请在窗边再拍一张。", "zh-CN"),
    };
    house.act(id, OfficeAct::Return(vec![portrait])).await?;
    applicant.goes_to(&status).await?;
    applicant.sees(speech.begin("status.returned")?).await?;
    visitor.at(applicant, "23-status-returned").await?;
    applicant.follows(id, "progress.go.returned", "/returned").await?;
    applicant.sees("照片有点暗").await?;
    visitor.at(applicant, "24-returned").await?;
    applicant.replaces("documents.portrait", &house.files.path("another-portrait.jpg")).await?;
    applicant.says("ret.go").await?;
    applicant.sees(speech.say("receipt.supplement")?).await?;
    house.act(id, OfficeAct::Begin).await?;
    house.act(id, OfficeAct::Accept { category: None }).await?;
    applicant.goes_to(&status).await?;
    applicant.sees(speech.begin("status.accepted")?).await?;
    visitor.at(applicant, "25-status-accepted").await?;
    applicant.goes_to(&format!("{status}/examination")).await?;
    applicant.sees(speech.say("exam.onsite")?).await?;
    visitor.at(applicant, "26-examination").await?;
    applicant.goes_to("/no/such/page").await?;
    applicant.finds("heading", "").await?;
    visitor.at(applicant, "27-unknown").await
}

async fn axe_both(applicant: &Applicant<'_>, place: &str) -> anyhow::Result<()> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../node_modules/axe-core/axe.min.js");
    let source = fs::read_to_string(&source).context("axe-core is missing: npm ci")?;
    for dark in [false, true] {
        applicant.set_scheme(dark).await?;
        applicant.driver.execute(&format!("if (!globalThis.axe) {{ {source} }}"), vec![]).await?;
        let found = applicant.driver.execute_async(AXE, vec![]).await?;
        let found = found.json().as_str().unwrap_or("axe gave no answer").to_owned();
        ensure!(found.is_empty(), "axe at {place}, {}:\n{found}", if dark { "dark" } else { "light" });
    }
    applicant.set_scheme(false).await
}

const AXE: &str = r"
const done = arguments[arguments.length - 1];
axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] }).then(
  result => done(result.violations.map(v => v.id + ': ' + v.help + '\n' + v.nodes.slice(0, 3).map(n => '  ' + n.html.slice(0, 200) + ' ' + (n.any[0] ? n.any[0].message : '')).join('\n')).join('\n')),
  why => done('axe failed: ' + why));";

async fn pictures(applicant: &Applicant<'_>, folder: &Path, place: &str) -> anyhow::Result<()> {
    let cdp = applicant.driver.cdp();
    for (name, width, height, scale, mobile) in SIZES {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": mobile });
        cdp.send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
        for dark in [false, true] {
            applicant.set_scheme(dark).await?;
            let wanted = json!({ "format": "png", "captureBeyondViewport": true });
            let taken = cdp.send_raw("Page.captureScreenshot", wanted).await?;
            let look = if dark { "dark" } else { "light" };
            let folder = folder.join(applicant.speech.language).join(format!("{name}-{look}"));
            fs::create_dir_all(&folder)?;
            let png = decoded(taken.get("data").and_then(|data| data.as_str()).context("no picture")?)?;
            fs::write(folder.join(format!("{place}.png")), png)?;
        }
    }
    applicant.set_scheme(false).await?;
    let phone = json!({ "width": 390, "height": 844, "deviceScaleFactor": 2.0, "mobile": true });
    cdp.send_raw("Emulation.setDeviceMetricsOverride", phone).await?;
    Ok(())
}

/// Base64, as the browser's protocol carries pictures.
fn decoded(text: &str) -> anyhow::Result<Vec<u8>> {
    use base64::Engine as _;
    Ok(base64::engine::general_purpose::STANDARD.decode(text)?)
}
