//! One browser with one profile: where it goes, whether it has a network, and what went wrong in it.
use crate::{
    engine::{Driver, Engine, Screen},
    find,
};
use anyhow::ensure;
use serde_json::{Value, json};
use std::{fs, path::Path};
use thirtyfour::prelude::*;

/// A browser that has never been here before.
pub struct Browser {
    /// The WebDriver session.
    pub driver: WebDriver,
    engine: Engine,
    process: Driver,
}

/// Collects what the page's scripts did not catch, from the very beginning.
const LISTEN: &str = "globalThis.__errors = []; \
    addEventListener('error', e => __errors.push(String(e.message))); \
    addEventListener('unhandledrejection', e => __errors.push(String(e.reason))); \
    addEventListener('securitypolicyviolation', e => __errors.push('policy: ' + e.violatedDirective + ' ' + e.blockedURI));";

impl Browser {
    /// Opens one.
    pub async fn open(engine: Engine, screen: Screen) -> anyhow::Result<Self> {
        Self::open_in(engine, screen, None).await
    }

    /// Opens one whose profile lies in this folder and stays there.
    pub async fn open_in(engine: Engine, screen: Screen, profile: Option<&Path>) -> anyhow::Result<Self> {
        let process = Driver::start(engine).await?;
        let driver = process.window(screen, profile).await?;
        if engine == Engine::Chromium {
            let cdp = driver.cdp();
            cdp.send_raw("Page.enable", json!({})).await?;
            cdp.send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": LISTEN })).await?;
            cdp.send_raw("Emulation.setTimezoneOverride", json!({ "timezoneId": "Asia/Shanghai" })).await?;
        }
        Ok(Self { driver, engine, process })
    }

    /// Which engine.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Light or dark, as the phone is set.
    pub async fn set_scheme(&self, dark: bool) -> anyhow::Result<()> {
        let value = if dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.driver.cdp().send_raw("Emulation.setEmulatedMedia", features).await?;
        Ok(())
    }

    /// Cuts the network, or gives it back. The service worker's too.
    pub async fn set_offline(&self, offline: bool) -> anyhow::Result<()> {
        ensure!(self.engine == Engine::Chromium, "Only Chromium's network can be cut.");
        let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        let cdp = self.driver.cdp();
        cdp.send_raw("Network.enable", json!({})).await?;
        cdp.send_raw("Network.emulateNetworkConditions", conditions).await?;
        Ok(())
    }

    /// Requests whose address fits one of these patterns find no network.
    pub async fn block(&self, patterns: &[&str]) -> anyhow::Result<()> {
        let cdp = self.driver.cdp();
        cdp.send_raw("Network.enable", json!({})).await?;
        cdp.send_raw("Network.setBlockedURLs", json!({ "urls": patterns })).await?;
        Ok(())
    }

    /// What the page's scripts did not catch.
    pub async fn errors(&self) -> anyhow::Result<Vec<String>> {
        let list = self.driver.execute("return globalThis.__errors || []", vec![]).await?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(list.json().as_array().map(|all| all.iter().map(text).collect()).unwrap_or_default())
    }

    /// Where the focus is: the id of the control that has it.
    pub async fn focus(&self) -> anyhow::Result<String> {
        let at = self.driver.execute("return document.activeElement.id", vec![]).await?;
        Ok(at.json().as_str().unwrap_or_default().to_owned())
    }

    /// What a person who looks into a failure needs to see.
    pub async fn record(&self, folder: &Path, name: &str) -> anyhow::Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join(format!("{name}.png")), self.driver.screenshot_as_png().await?)?;
        fs::write(folder.join(format!("{name}.html")), self.driver.source().await?)?;
        let mut words = format!("{}\n\n", self.driver.current_url().await?);
        words += &find::text(&self.driver).await?;
        words += "\n\nErrors:\n";
        words += &self.errors().await?.join("\n");
        if self.engine == Engine::Chromium {
            words += "\n\nConsole:\n";
            for entry in self.driver.browser_log().await.unwrap_or_default() {
                words += &format!("{entry:?}\n");
            }
        }
        fs::write(folder.join(format!("{name}.txt")), words)?;
        Ok(())
    }

    /// Closes it with its driver.
    pub async fn close(self) -> anyhow::Result<()> {
        // The driver's end takes the browser with it, even where quitting does not answer.
        tokio::time::timeout(std::time::Duration::from_secs(5), self.driver.quit()).await.ok();
        self.process.end().await
    }
}
