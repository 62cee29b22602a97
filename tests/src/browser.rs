//! One browser with one profile: where it goes, whether it has a network, and what went wrong in it.
use crate::{
    engine::{Driver, Engine, Screen},
    find,
};
use anyhow::ensure;
use serde_json::json;
use std::{cell::RefCell, fs, path::Path, time::Duration};
use thirtyfour::{WindowHandle, common::log::BrowserLogEntry, prelude::*};

/// A browser that has never been here before.
pub struct Browser {
    /// The WebDriver session.
    pub driver: WebDriver,
    /// What may be among its errors.
    expects: &'static [&'static str],
    engine: Engine,
    process: Driver,
    /// The browser's log of all its pages so far; it gives each line once.
    log: RefCell<Vec<BrowserLogEntry>>,
    /// The same of a browser that has no log, from its pages.
    heard: RefCell<Vec<String>>,
}

/// What a log calls an error that no script caught, and what a policy has stopped.
const UNCAUGHT: [&str; 2] = ["javascript", "security"];

/// Gives what the page's scripts did not catch since it was last asked, and begins to listen on a page that is new.
const HEAR: &str = "if (!globalThis.__errors) { globalThis.__errors = []; \
    addEventListener('error', e => __errors.push(String(e.message))); \
    addEventListener('unhandledrejection', e => __errors.push(String(e.reason))); \
    addEventListener('securitypolicyviolation', e => __errors.push('policy: ' + e.violatedDirective + ' ' + e.blockedURI)); } \
    return __errors.splice(0);";

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
            cdp.send_raw("Emulation.setTimezoneOverride", json!({ "timezoneId": "Asia/Shanghai" })).await?;
        }
        Ok(Self { driver, expects: &[], engine, process, log: RefCell::default(), heard: RefCell::default() })
    }

    /// The same, whose pages may have these errors: parts of their words.
    #[must_use]
    pub fn expecting(self, expects: &'static [&'static str]) -> Self {
        Self { expects, ..self }
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

    /// The phone takes the page's memory away, without a word to it, perhaps in the middle of a save. Gives the tab that is
    /// no more; a new one is there.
    pub async fn kills_the_page(&self) -> anyhow::Result<WindowHandle> {
        let (dead, new) = (self.driver.window().await?, self.driver.new_tab().await?);
        self.driver.switch_to_window(dead.clone()).await?;
        let crash = async { self.driver.cdp().send_raw("Page.crash", json!({})).await };
        // It does not answer any more.
        tokio::time::timeout(Duration::from_secs(5), crash).await.ok();
        self.driver.switch_to_window(new).await?;
        Ok(dead)
    }

    /// What the scripts of all its pages so far did not catch, in all its tabs.
    pub async fn errors(&self) -> anyhow::Result<Vec<String>> {
        self.hears().await?;
        let log = self.log.borrow();
        let of_log = log.iter().filter(|line| line.source.as_deref().is_some_and(|it| UNCAUGHT.contains(&it)));
        Ok(of_log.map(|line| line.message.clone()).chain(self.heard.borrow().iter().cloned()).collect())
    }

    /// Keeps what went wrong until now. Where the browser has no log, each page has to be asked when it has opened, and
    /// again before it is left.
    pub async fn hears(&self) -> anyhow::Result<()> {
        if self.engine == Engine::Chromium {
            let fresh = self.driver.browser_log().await?;
            self.log.borrow_mut().extend(fresh);
        } else {
            let fresh: Vec<String> = self.driver.execute(HEAR, vec![]).await?.convert()?;
            self.heard.borrow_mut().extend(fresh);
        }
        Ok(())
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
            for entry in self.log.borrow().iter() {
                words += &format!("{entry:?}\n");
            }
        }
        fs::write(folder.join(format!("{name}.txt")), words)?;
        Ok(())
    }

    /// Closes it with its driver. Whoever walked well with it has left no error that nobody expected.
    pub async fn close<T>(self, walked: anyhow::Result<T>) -> anyhow::Result<T> {
        let ended = match walked {
            Ok(walked) => self.is_quiet().await.map(|()| walked),
            Err(why) => Err(why),
        };
        // The driver's end takes the browser with it, even where quitting does not answer.
        tokio::time::timeout(Duration::from_secs(5), self.driver.quit()).await.ok();
        self.process.end().await?;
        ended
    }

    /// No error but those that are expected.
    pub async fn is_quiet(&self) -> anyhow::Result<()> {
        let mut errors = self.errors().await?;
        errors.retain(|error| !self.expects.iter().any(|part| error.contains(part)));
        ensure!(errors.is_empty(), "errors on a page: {}", errors.join("; "));
        Ok(())
    }
}
