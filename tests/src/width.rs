//! Whether a page fits into its window, so that nothing has to be scrolled sideways.
use crate::{browser::Browser, find};
use anyhow::ensure;
use serde_json::json;

/// A window of this size; `scale` is how many pixels of the screen one of the page takes.
pub async fn resized(browser: &Browser, (width, height): (u32, u32), scale: f64) -> anyhow::Result<()> {
    let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false });
    browser.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
    Ok(())
}

/// Nothing on the page reaches past the right edge of the window.
pub async fn no_wider_than_the_window(browser: &Browser) -> anyhow::Result<()> {
    let found = find::evaluate(&browser.driver, WIDE).await?;
    ensure!(found == json!([]), "wider than the window: {found}");
    Ok(())
}

/// What reaches past the right edge of the window. A drawing may be larger than what it lies behind and is cut off by, and what
/// is in it larger than the drawing, which cuts it off.
const WIDE: &str = r"[...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && !e.closest('.hc-sr') && !e.parentElement?.closest('svg') && e.getBoundingClientRect().right > innerWidth + 1)
  .filter(e => { const box = e.closest('svg')?.parentElement; return !(box && getComputedStyle(box).overflowX !== 'visible' && box.getBoundingClientRect().right <= innerWidth + 1); })
  .slice(0, 5).map(e => e.tagName + '.' + e.getAttribute('class') + ' ' + (e.textContent || '').slice(0, 40)).concat(document.scrollingElement.scrollWidth > innerWidth ? ['the page: ' + document.scrollingElement.scrollWidth] : [])";
