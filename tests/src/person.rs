//! What a person does in a browser, in a person's words: press, fill, choose, see. Everything waits for its condition
//! and never for a time.
use crate::{browser::Browser, engine::Engine, find};
use anyhow::{Context, bail, ensure};
use std::{
    ops::Deref,
    path::Path,
    time::{Duration, Instant},
};
use thirtyfour::prelude::*;

/// Somebody in front of a browser.
pub struct Person<'a> {
    browser: &'a Browser,
    origin: String,
    /// The page around it, in whose frame it stands.
    around: Option<String>,
}

/// Generous: the machine may be shared. Nothing is asserted on time.
const PATIENCE: Duration = Duration::from_secs(30);
/// Control and A, and both let go, as WebDriver writes keys.
const CHOOSE_ALL: &str = "\u{e009}a\u{e000}";
const GLANCE: Duration = Duration::from_millis(120);

impl Deref for Person<'_> {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        self.browser
    }
}

impl<'a> Person<'a> {
    /// A person at this browser, who knows the app by its origin.
    pub fn new(browser: &'a Browser, origin: &str) -> Self {
        Self { browser, origin: origin.to_owned(), around: None }
    }

    /// The same, where the app stands in a frame of a page of another origin, which allows it nothing.
    pub fn in_a_frame(browser: &'a Browser, origin: &str, around: &str) -> Self {
        Self { around: Some(around.to_owned()), ..Self::new(browser, origin) }
    }

    /// Opens a page of the app, or of any site by its whole address.
    pub async fn goes_to(&self, path: &str) -> anyhow::Result<()> {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.origin) };
        let has_a_log = self.engine() == Engine::Chromium;
        if !has_a_log {
            self.hears().await?;
        }
        let Some(around) = &self.around else {
            self.driver.goto(&url).await.with_context(|| format!("opening {url}"))?;
            return if has_a_log { Ok(()) } else { self.hears().await };
        };
        self.driver.goto(around).await?;
        let frame = "const frame = document.createElement('iframe');
            Object.assign(frame, { src: arguments[0], width: 390, height: 800 }); document.body.replaceChildren(frame);";
        self.driver.execute(frame, vec![url.into()]).await?;
        Ok(self.driver.enter_frame(0).await?)
    }

    /// Waits for the thing with this role and name.
    pub async fn finds(&self, role: &str, name: &str) -> anyhow::Result<WebElement> {
        let until = Instant::now() + PATIENCE;
        loop {
            // The page may be drawn anew between two questions.
            let fault = match find::by_role(&self.driver, role, name).await.map(|found| found.into_iter().next()) {
                Ok(Some(first)) => return Ok(first),
                Ok(None) => None,
                Err(why) => Some(why),
            };
            if Instant::now() > until {
                bail!("There is no {role} {name:?}.{} On the page:\n{}", said(fault), self.reads().await?);
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Whether it is there now.
    pub async fn has(&self, role: &str, name: &str) -> anyhow::Result<bool> {
        Ok(!find::by_role(&self.driver, role, name).await?.is_empty())
    }

    /// Presses something. Where the page is drawn anew under the finger, presses again.
    pub async fn presses(&self, role: &str, name: &str) -> anyhow::Result<()> {
        let mut last = None;
        for _ in 0..5 {
            let element = self.finds(role, name).await?;
            element.scroll_into_view().await.ok();
            match element.click().await {
                Ok(()) => return Ok(()),
                Err(why) => last = Some(why),
            }
            tokio::time::sleep(GLANCE).await;
        }
        bail!("{role} {name:?} cannot be pressed: {last:?}")
    }

    /// Presses a button.
    pub async fn button(&self, name: &str) -> anyhow::Result<()> {
        self.presses("button", name).await
    }

    /// Follows a link.
    pub async fn link(&self, name: &str) -> anyhow::Result<()> {
        self.presses("link", name).await
    }

    /// Ticks a box or a choice: its label is what is pressed.
    pub async fn ticks(&self, role: &str, name: &str) -> anyhow::Result<()> {
        let element = self.finds(role, name).await?;
        if !element.is_selected().await? {
            let script = "const e = arguments[0]; (e.labels && e.labels[0] || e).scrollIntoView({ block: 'center' }); e.click();";
            self.driver.execute(script, vec![element.to_json()?]).await?;
        }
        Ok(())
    }

    /// Chooses the row with these words in the group with this question.
    pub async fn picks(&self, question: &str, words: &str) -> anyhow::Result<()> {
        self.waits(&format!("{question:?} with {words:?}"), async || {
            let done = self.driver.execute(CHOOSE, vec![question.into(), words.into()]).await?;
            Ok(done.json().is_string())
        })
        .await
    }

    /// Chooses the `nth` row (from 0) that can be chosen in the group with this question; gives back its title.
    pub async fn takes(&self, question: &str, nth: usize) -> anyhow::Result<String> {
        let until = Instant::now() + PATIENCE;
        loop {
            let taken = self.driver.execute(CHOOSE, vec![question.into(), nth.into()]).await?;
            if let Some(title) = taken.json().as_str() {
                return Ok(title.to_owned());
            }
            if Instant::now() > until {
                bail!("There is no free row {nth} of {question:?}. On the page:\n{}", self.reads().await?);
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Empties a text field and types into it.
    pub async fn fills(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let field = self.finds("textbox", name).await?;
        field.scroll_into_view().await.ok();
        // What stands there is chosen, so that the next key replaces it. Chromium's driver puts the cursor to the end of
        // a field in a shadow root and so gives the choice up: there the keyboard chooses.
        let before = field.value().await?.unwrap_or_default();
        let by_keyboard = self.engine() == Engine::Chromium && !before.is_empty();
        if !by_keyboard {
            self.driver.execute("arguments[0].focus(); arguments[0].select()", vec![field.to_json()?]).await?;
        }
        let text = if by_keyboard { format!("{CHOOSE_ALL}{text}") } else { text.to_owned() };
        field.send_keys(text).await.with_context(|| format!("typing into {name:?}"))
    }

    /// Empties a text field.
    pub async fn empties(&self, name: &str) -> anyhow::Result<()> {
        let field = self.finds("textbox", name).await?;
        Ok(field.clear().await?)
    }

    /// Presses the button with this name that stands in something else, such as an open dialog.
    pub async fn presses_within(&self, role: &str, name: &str) -> anyhow::Result<()> {
        let around = self.finds(role, "").await?;
        for button in around.find_all(By::Tag("button")).await? {
            if button.text().await? == name {
                return Ok(button.click().await?);
            }
        }
        bail!("There is no button {name:?} in the {role}.")
    }

    /// Chooses an entry of a list by its words.
    pub async fn selects(&self, name: &str, entry: &str) -> anyhow::Result<()> {
        let list = self.finds("combobox", name).await?;
        let script = "const [list, words] = arguments; const option = [...list.options].find(o => o.text.trim() === words); \
            if (!option) return false; list.value = option.value; \
            for (const kind of ['input', 'change']) list.dispatchEvent(new Event(kind, { bubbles: true })); return true;";
        let done = self.driver.execute(script, vec![list.to_json()?, entry.into()]).await?;
        ensure!(done.json() == &serde_json::json!(true), "{name:?} has no entry {entry:?}");
        Ok(())
    }

    /// Gives files to the control with this name.
    pub async fn gives(&self, name: &str, file: &Path) -> anyhow::Result<()> {
        let control = self.finds("file", name).await?;
        control
            .send_keys(file.to_string_lossy().into_owned())
            .await
            .with_context(|| format!("giving {}", file.display()))
    }

    /// All text on the page.
    pub async fn reads(&self) -> anyhow::Result<String> {
        find::text(&self.driver).await
    }

    /// Waits until these words are on the page.
    pub async fn sees(&self, words: &str) -> anyhow::Result<()> {
        self.waits(&format!("the words {words:?}"), async || Ok(self.reads().await?.contains(words))).await
    }

    /// Waits until these words are no longer on the page.
    pub async fn no_longer_sees(&self, words: &str) -> anyhow::Result<()> {
        self.waits(&format!("the end of {words:?}"), async || Ok(!self.reads().await?.contains(words))).await
    }

    /// Waits until the address ends so.
    pub async fn is_at(&self, ending: &str) -> anyhow::Result<()> {
        self.waits(&format!("the address …{ending}"), async || {
            Ok(self.driver.current_url().await?.as_str().ends_with(ending))
        })
        .await
    }

    /// Waits for any condition. What it says no with is told at the end: a page that is drawn anew is asked again, and so
    /// is one that is not right yet.
    pub async fn waits(&self, what: &str, is_so: impl AsyncFn() -> anyhow::Result<bool>) -> anyhow::Result<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            let fault = match is_so().await {
                Ok(true) => return Ok(()),
                Ok(false) => None,
                Err(why) => Some(why),
            };
            if Instant::now() > until {
                bail!("Waited in vain for {what}.{} On the page:\n{}", said(fault), self.reads().await?);
            }
            tokio::time::sleep(GLANCE).await;
        }
    }
}

/// What the last look ended with, where it did not even say no.
fn said(fault: Option<anyhow::Error>) -> String {
    fault.map_or_else(String::new, |why| format!(" The last look ended with: {why:#}."))
}

/// Presses a row in the group with this question: the one with these words, or of those that are free the one with this number.
/// Gives back its title once it is chosen.
const CHOOSE: &str = r#"
const [question, which] = arguments;
const squeeze = text => (text || '').replace(/\s+/g, ' ').trim();
const is = typeof which === 'number' ? null : squeeze(which);
const roots = [document];
for (const root of roots) for (const element of root.querySelectorAll('*')) if (element.shadowRoot) roots.push(element.shadowRoot);
for (const root of roots) for (const group of root.querySelectorAll('fieldset')) {
  const legend = group.querySelector('legend');
  if (!legend || !squeeze(legend.textContent).startsWith(squeeze(question))) continue;
  const rows = [...group.querySelectorAll('label')].filter(row => row.querySelector('input'));
  const row = is === null ? rows.filter(row => row.querySelector('input:not(:disabled)'))[which] : rows.find(row => squeeze(row.textContent) === is);
  if (!row) continue;
  const input = row.querySelector('input');
  if (is === null || !input.checked) { row.scrollIntoView({ block: 'center' }); row.click(); }
  return is === null || input.checked ? squeeze((row.querySelector('b') || row).textContent) : null;
}
return null;
"#;
