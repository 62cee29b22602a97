//! Starting a browser and its driver, and ending both with everything they started.
use anyhow::{Context, bail, ensure};
use serde_json::json;
use std::{fmt, path::Path, process::Stdio, str::FromStr, sync::OnceLock, time::Duration};
use thirtyfour::prelude::*;
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    time::sleep,
};

/// Whose browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Debian's Chromium.
    Chromium,
    /// WebKitGTK's small browser: the nearest to Safari that runs here.
    WebKit,
}

impl FromStr for Engine {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> anyhow::Result<Self> {
        match name {
            "chromium" => Ok(Self::Chromium),
            "webkit" => Ok(Self::WebKit),
            _ => bail!("There is no engine {name}: chromium or webkit."),
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chromium => "chromium",
            Self::WebKit => "webkit",
        })
    }
}

/// What a browser looks like from outside.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
    /// A phone: touch, two pixels each way for one.
    pub phone: bool,
}

impl Screen {
    /// The phone of the journeys.
    pub const PHONE: Self = Self { width: 390, height: 844, phone: true };
    /// The smallest that is supported.
    pub const SMALL: Self = Self { width: 320, height: 640, phone: true };
    /// A computer.
    pub const WIDE: Self = Self { width: 1280, height: 900, phone: false };
}

const WEBKIT: &str = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";
/// Generous: the machine may be shared.
const STARTING: Duration = Duration::from_secs(60);

/// A browser's driver, in a process group of its own.
pub struct Driver {
    child: Child,
    port: u16,
    engine: Engine,
}

impl Driver {
    /// Starts the driver of an engine on a free port.
    pub async fn start(engine: Engine) -> anyhow::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
        let mut command = match engine {
            Engine::Chromium => {
                let mut command = Command::new("chromedriver");
                command.arg(format!("--port={port}"));
                command
            }
            Engine::WebKit => {
                let mut command = Command::new("xvfb-run");
                command.args(["-a", "-s", "-screen 0 1400x1200x24", "WebKitWebDriver"]).arg(format!("--port={port}"));
                command
            }
        };
        let child = command
            // WebKit takes the person's language from here.
            .envs([("LANGUAGE", "zh_CN:zh"), ("LANG", "zh_CN.UTF-8"), ("TZ", "Asia/Shanghai")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("The driver of {engine} is missing; `cargo xtask test` installs it."))?;
        Ok(Self { child, port, engine })
    }

    /// A window with a profile that has never been used; in this folder, which then stays, or in one that goes with it.
    pub async fn window(&self, screen: Screen, profile: Option<&Path>) -> anyhow::Result<WebDriver> {
        let wanted = capabilities(self.engine, screen, profile)?;
        let opening = async {
            loop {
                match WebDriver::new(format!("http://127.0.0.1:{}", self.port), wanted.clone()).await {
                    Ok(driver) => break driver,
                    Err(_) => sleep(Duration::from_millis(200)).await,
                }
            }
        };
        let driver = tokio::time::timeout(STARTING, opening).await.context("The browser does not start.")?;
        driver.set_script_timeout(Duration::from_secs(30)).await?;
        driver.set_page_load_timeout(Duration::from_secs(60)).await?;
        if self.engine == Engine::WebKit {
            driver.set_window_rect(0, 0, screen.width.max(447), screen.height).await?;
        }
        Ok(driver)
    }

    /// Ends the driver and all that it started.
    pub async fn end(mut self) -> anyhow::Result<()> {
        if let Some(id) = self.child.id() {
            let ended = Command::new("kill").args(["-KILL", "--", &format!("-{id}")]).status().await?;
            ensure!(ended.success(), "The driver of {} could not be ended.", self.engine);
        }
        self.child.wait().await?;
        Ok(())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(id) = self.child.id() {
            // A journey that was stopped in the middle must leave nothing behind either.
            std::process::Command::new("kill").args(["-KILL", "--", &format!("-{id}")]).status().ok();
        }
    }
}

/// Chromium for machines without a screen, where it is there in the version that the driver speaks to.
fn windowless() -> Option<&'static str> {
    const SHELL: &str = "/usr/bin/chromium-headless-shell";
    static FOUND: OnceLock<bool> = OnceLock::new();
    let version = |program: &str| {
        let told = std::process::Command::new(program).arg("--version").output().ok()?;
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        told.split_whitespace().find(|word| word.contains('.')).map(str::to_owned)
    };
    let fits = || version(SHELL).is_some_and(|shell| version("/usr/bin/chromedriver") == Some(shell));
    FOUND.get_or_init(fits).then_some(SHELL)
}

fn capabilities(engine: Engine, screen: Screen, profile: Option<&Path>) -> anyhow::Result<Capabilities> {
    if engine == Engine::WebKit {
        let mut wanted = Capabilities::default();
        wanted.set("browserName", "MiniBrowser")?;
        wanted.set("webkitgtk:browserOptions", json!({"binary": WEBKIT, "args": ["--automation"]}))?;
        return Ok(wanted);
    }
    let mut wanted = DesiredCapabilities::chrome();
    for arg in [
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--lang=zh-CN",
        // What is written for it in the preferences is read by the whole browser alone.
        "--accept-lang=zh-CN,zh",
        // A colour half-way between light and dark is no state that anybody reads.
        "--force-prefers-reduced-motion",
        &format!("--window-size={},{}", screen.width, screen.height),
        // A camera that shows a test picture, and no question about it.
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
    ] {
        wanted.add_arg(arg)?;
    }
    if let Some(folder) = profile {
        wanted.add_arg(&format!("--user-data-dir={}", folder.display()))?;
    }
    // The same engine without the windows around it: half the work. It keeps no profile of ours.
    let shell = if profile.is_none() { windowless() } else { None };
    wanted.set_binary(shell.unwrap_or("/usr/bin/chromium"))?;
    wanted.add_experimental_option("prefs", json!({"intl.accept_languages": "zh-CN,zh"}))?;
    if screen.phone {
        let metrics =
            json!({"width": screen.width, "height": screen.height, "pixelRatio": 2.0, "touch": true, "mobile": true});
        wanted.add_experimental_option("mobileEmulation", json!({"deviceMetrics": metrics}))?;
    }
    Ok(wanted.into())
}
