//! The narrowest and most enlarged pages, and those in the colours of the system.
use super::keyed::{Way, stop};
use crate::everything::{STEPS, answers_for_everything, begun};
use crate::{applicant::Applicant, browser::Browser, find, house::House, speech::Speech, width};
use anyhow::{Context, ensure};
use serde_json::json;

/// At 320 pixels, and at 400 % of a window of 1280: nothing has to be scrolled sideways, in any language, in any step.
pub(super) async fn narrow_and_enlarged(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let (applicant, id) = begun(house, phone).await?;
    answers_for_everything(&applicant, &id).await?;
    for language in ["zh-CN", "en"] {
        if language == "en" {
            applicant.button("EN").await?;
        }
        let speech = Speech::of(language)?;
        for (height, scale) in [(640, 2.0), (256, 4.0)] {
            width::resized(phone, (320, height), scale).await?;
            for (step, _) in STEPS {
                applicant.goes_to(&format!("/a/{id}/step/{step}")).await?;
                applicant.button(speech.say("form.next")?).await?;
                width::no_wider_than_the_window(phone)
                    .await
                    .with_context(|| format!("{step}, {language}, {height}"))?;
            }
            applicant.goes_to(&format!("/a/{id}/check")).await?;
            applicant.finds("heading", speech.say("check.title")?).await?;
            width::no_wider_than_the_window(phone).await.with_context(|| format!("check, {language}, {height}"))?;
        }
    }
    Ok(())
}

/// With the colours of the system, whatever can be pressed or filled has an edge, and the focus and a tick are seen.
pub(super) async fn forced_colours(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let (applicant, id) = begun(house, phone).await?;
    answers_for_everything(&applicant, &id).await?;
    let features = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
    phone.driver.cdp().send_raw("Emulation.setEmulatedMedia", features).await?;
    for (step, _) in STEPS {
        applicant.goes_to(&format!("/a/{id}/step/{step}")).await?;
        applicant.finds("button", applicant.speech.say("form.next")?).await?;
        let forced = find::evaluate(&phone.driver, "matchMedia('(forced-colors: active)').matches").await?;
        ensure!(forced == true, "the colours are not forced");
        let edgeless = find::evaluate(&phone.driver, EDGES).await?;
        ensure!(edgeless == json!([]), "{step}: without an edge: {edgeless}");
        stop(&applicant, Way::On).await?;
    }
    applicant.goes_to(&format!("/a/{id}/step/person")).await?;
    entry_is_seen(&applicant).await
}

/// Of the entries below a field the one that Enter takes is told from the others by more than a colour.
async fn entry_is_seen(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    applicant.finds("combobox", "").await?.send_keys("\u{e009}a\u{e000}国\u{e015}").await?;
    let outline = "(() => { const row = document.querySelector('.hc-options__row.is-active'); return row && getComputedStyle(row).outlineStyle; })()";
    applicant
        .waits("an entry in hand", async || Ok(find::evaluate(&applicant.driver, outline).await?.is_string()))
        .await?;
    let outline = find::evaluate(&applicant.driver, outline).await?;
    ensure!(outline != "none", "nothing but a colour tells it");
    Ok(())
}

/// What can be pressed or filled and has no edge of its own that is drawn.
const EDGES: &str = r"[...document.querySelectorAll('.hc-form input, .hc-form select, .hc-form textarea, .hc-form button')]
  .filter(e => e.checkVisibility() && !e.closest('[aria-hidden=true]') && e.type !== 'file' && !e.classList.contains('hc-tap'))
  .filter(e => { const s = getComputedStyle(e); const native = ['radio', 'checkbox'].includes(e.type) && s.appearance !== 'none';
    return !native && (s.borderTopStyle === 'none' || parseFloat(s.borderTopWidth) === 0); })
  .map(e => e.outerHTML.slice(0, 120))";
