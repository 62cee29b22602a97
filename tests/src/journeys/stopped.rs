//! The app's own code stops in the middle of drawing. No panic is called from outside here: the browser refuses to make an
//! element while a press is answered, which the app holds to be impossible, so it panics as a build that ships does, without
//! words; and its hook alone tells the page.
use crate::{applicant::Applicant, browser::Browser, find, house::House, journeys::hands::STILL_CAMERA};
use anyhow::ensure;

/// From now on the next element that is made by the app is refused, once; and whoever tells the recovery screen is counted.
const BREAK: &str = r"
globalThis.__told = 0;
const told = globalThis.__hc_panic;
globalThis.__hc_panic = () => { globalThis.__told += 1; told(); };
const real = Document.prototype.createElement;
Document.prototype.createElement = function () {
  Document.prototype.createElement = real;
  globalThis.__where = new Error('sample').stack;
  throw new TypeError('sample: no element is made');
};
";

/// How often the app's hook told of its end, whether the refused element was the app's, and whether this is the page still.
const FOUND: &str = "[globalThis.__told, /\\.wasm|wasm-function/.test(globalThis.__where), document.querySelectorAll('.hc-recovery').length]";

/// While a view stands in front of the page: the app is told of a newer build, which it says in elements that are made for it.
const OUTDATED: &str = r"
globalThis.__tracks = document.querySelector('dialog[open] video').srcObject.getTracks();
dispatchEvent(new Event('hc-outdated'));
";

/// What has the focus, and whether the camera is still on.
const LET_GO: &str =
    "[document.activeElement.getAttribute('role'), globalThis.__tracks.some(it => it.readyState === 'live')]";

pub(super) async fn for_real(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.begins_unnamed().await?;
    applicant.goes_to(&format!("/a/{id}/step/person")).await?;
    for (name, again) in [("示例甲", false), ("示例乙", false), ("示例丙", true)] {
        let moment = applicant.moment().await?;
        applicant.types("person.name", name).await?;
        applicant.is_saved_since(moment).await?;
        phone.driver.execute(BREAK, vec![]).await?;
        // Much is missing on this page yet: it is said, in elements that are made for it.
        applicant.says("form.next").await?;
        applicant.sees("页面停住了").await?;
        let found = find::evaluate(&phone.driver, FOUND).await?;
        // A page that opens itself anew has forgotten all three.
        ensure!(found == serde_json::json!([1, true, 1]), "hook, refused element, recovery screens: {found}");
        ensure!(
            applicant.reads().await?.contains("又停住了") == again,
            "the third time it is said that it stops again"
        );
        applicant.button("重新打开").await?;
        let field = applicant.finds("textbox", &applicant.speech.label("person.name")?).await?;
        ensure!(field.value().await?.as_deref() == Some(name), "what was typed is gone");
    }
    // It works as before.
    applicant.says("form.next").await?;
    applicant.sees(applicant.speech.part("form.errtitle")?).await?;
    // With the camera open, in front of everything: the browser keeps what is behind it from being pressed.
    applicant.goes_to(&format!("/a/{id}/step/documents")).await?;
    phone.driver.execute(STILL_CAMERA, vec![]).await?;
    let take = format!("{} {}", applicant.speech.say("doc.take")?, applicant.speech.short("documents.portrait")?);
    applicant.button(&take).await?;
    applicant.finds("button", applicant.speech.say("doc.cam.light")?).await?;
    phone.driver.execute(format!("{BREAK}{OUTDATED}"), vec![]).await?;
    applicant.sees("页面停住了").await?;
    let found = find::evaluate(&phone.driver, FOUND).await?;
    ensure!(found == serde_json::json!([1, true, 1]), "hook, refused element, recovery screens: {found}");
    let found = find::evaluate(&phone.driver, LET_GO).await?;
    ensure!(found == serde_json::json!(["alert", false]), "the focus, and whether the camera is on: {found}");
    applicant.button("重新打开").await?;
    applicant.finds("button", &take).await.map(drop)
}
