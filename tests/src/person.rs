//! What a person does in a browser, in a person's words: press, fill, choose, see. Everything waits for its condition
//! and never for a time.
use crate::{browser::Browser, engine::Engine, find};
use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};
use std::{
    cell::RefCell,
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
            self.opens(&url).await?;
            return if has_a_log { Ok(()) } else { self.hears().await };
        };
        self.opens(around).await?;
        let frame = "const frame = document.createElement('iframe');
            Object.assign(frame, { src: arguments[0], width: 390, height: 800 }); document.body.replaceChildren(frame);";
        self.driver.execute(frame, vec![url.into()]).await?;
        Ok(self.driver.enter_frame(0).await?)
    }

    /// Opens an address, and waits until the page there has taken the place of the one before. Chromium's driver may answer when
    /// that is only about to happen: whatever is done then meets the old page, and a further address is never opened.
    async fn opens(&self, url: &str) -> anyhow::Result<()> {
        let page = async || -> anyhow::Result<(String, String, bool)> {
            Ok(self.driver.execute(PAGE, vec![]).await?.convert()?)
        };
        // One that was taken away tells nothing.
        let before = page().await.ok();
        self.driver.goto(url).await.with_context(|| format!("opening {url}"))?;
        let Some((before, address, _)) = before else { return Ok(()) };
        if url.split_once('#').is_some_and(|(page, _)| page == address) {
            return Ok(());
        }
        let is_there = async || page().await.map(|(now, _, whole)| whole && now != before);
        self.waits(&format!("the page at {url}"), is_there).await
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

    /// Touches something as a finger does: it is moved to the middle of the window, where nothing sticks over it, and the
    /// browser finds out what lies there. What is under a bar or a dialog, or has no size, cannot be touched.
    pub async fn touches(&self, element: &WebElement) -> anyhow::Result<()> {
        let middle = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.driver.execute(middle, vec![element.to_json()?]).await?;
        match element.click().await {
            // WebKit's driver does not find everything in a shadow root that stands before its eyes.
            Err(_) if self.engine() == Engine::WebKit => {
                self.driver.execute("arguments[0].click()", vec![element.to_json()?]).await?;
                Ok(())
            }
            touched => Ok(touched?),
        }
    }

    /// Ticks a box or a choice: its label is what is touched.
    pub async fn ticks(&self, role: &str, name: &str) -> anyhow::Result<()> {
        self.waits(&format!("{role} {name:?} to be ticked"), async || {
            let element = self.finds(role, name).await?;
            if element.is_selected().await? {
                return Ok(true);
            }
            self.touches_label(&element).await?;
            // Where something else moved under the finger, it is touched again, as one does.
            Ok(element.is_selected().await?)
        })
        .await
    }

    /// Touches a box or a choice, whatever comes of it.
    pub async fn touches_label(&self, element: &WebElement) -> anyhow::Result<()> {
        let label = "const [e] = arguments; return e.labels && e.labels[0] || e;";
        self.touches(&self.driver.execute(label, vec![element.to_json()?]).await?.element()?).await
    }

    /// Chooses the row with these words in the group with this question.
    pub async fn picks(&self, question: &str, words: &str) -> anyhow::Result<()> {
        self.waits(&format!("{question:?} with {words:?}"), async || {
            let Some(row) = self.row(question, words.into()).await? else { return Ok(false) };
            if self.is_chosen(&row).await? {
                return Ok(true);
            }
            self.touches(&row).await?;
            self.is_chosen(&row).await
        })
        .await
    }

    /// Chooses the `nth` row (from 0) that can be chosen in the group with this question; gives back its title.
    pub async fn takes(&self, question: &str, nth: usize) -> anyhow::Result<String> {
        let taken = RefCell::default();
        self.waits(&format!("the free row {nth} of {question:?}"), async || {
            let Some(row) = self.row(question, nth.into()).await? else { return Ok(false) };
            let title = self.title(&row).await?;
            self.touches(&row).await?;
            taken.replace(title);
            Ok(true)
        })
        .await?;
        Ok(taken.take())
    }

    /// The titles of the rows that can be chosen in the group with this question.
    pub async fn free(&self, question: &str) -> anyhow::Result<Vec<String>> {
        let mut titles = vec![];
        while let Some(row) = self.row(question, titles.len().into()).await? {
            titles.push(self.title(&row).await?);
        }
        Ok(titles)
    }

    async fn title(&self, row: &WebElement) -> anyhow::Result<String> {
        Ok(self.driver.execute(TITLE, vec![row.to_json()?]).await?.convert()?)
    }

    /// A row in the group with this question: the one with these words, or of those that are free the one with this number.
    async fn row(&self, question: &str, which: Value) -> anyhow::Result<Option<WebElement>> {
        Ok(self.driver.execute(ROW, vec![question.into(), which]).await?.elements()?.into_iter().next())
    }

    async fn is_chosen(&self, row: &WebElement) -> anyhow::Result<bool> {
        let chosen = "return arguments[0].querySelector('input').checked";
        Ok(self.driver.execute(chosen, vec![row.to_json()?]).await?.json() == true)
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
        let has_no_key = text.chars().any(|sign| u32::from(sign) > 0xffff);
        if self.engine() == Engine::Chromium && has_no_key {
            // Its driver has no keys for these.
            if by_keyboard {
                field.send_keys(CHOOSE_ALL).await?;
            }
            return self
                .driver
                .cdp()
                .send_raw("Input.insertText", json!({ "text": text }))
                .await
                .map(drop)
                .with_context(|| format!("typing into {name:?}"));
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
        let found = self.driver.execute(ENTRY, vec![list.to_json()?, entry.into()]).await?.elements()?;
        let option = found.first().with_context(|| format!("{name:?} has no entry {entry:?}"))?;
        if self.engine() == Engine::WebKit {
            return Ok(self.driver.execute(SELECT, vec![option.to_json()?]).await.map(drop)?);
        }
        // The driver chooses without opening the list, so it does not see what lies over it.
        let reached = self.driver.execute(REACHED, vec![list.to_json()?]).await?;
        ensure!(reached.json() == "", "over the list {name:?} lies {}", reached.json());
        Ok(option.click().await?)
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

/// Which document it is, where, and whether all of it is there.
const PAGE: &str =
    "return [String(performance.timeOrigin), location.href.split('#')[0], document.readyState === 'complete'];";

/// The row in a group as a list of one or none.
const ROW: &str = r#"
const [question, which] = arguments;
const squeeze = text => (text || '').replace(/\s+/g, ' ').trim();
const roots = [document];
for (const root of roots) for (const element of root.querySelectorAll('*')) if (element.shadowRoot) roots.push(element.shadowRoot);
for (const root of roots) for (const group of root.querySelectorAll('fieldset')) {
  const legend = group.querySelector('legend');
  if (!legend || !squeeze(legend.textContent).startsWith(squeeze(question))) continue;
  const rows = [...group.querySelectorAll('label')].filter(row => row.querySelector('input'));
  const row = typeof which === 'number' ? rows.filter(row => row.querySelector('input:not(:disabled)'))[which]
    : rows.find(row => squeeze(row.textContent) === squeeze(which));
  if (row) return [row];
}
return [];
"#;

/// What a row is called.
const TITLE: &str =
    r"const [row] = arguments; return (row.querySelector('b') || row).textContent.replace(/\s+/g, ' ').trim()";

/// The entry of a list with these words, as a list of one or none.
const ENTRY: &str =
    "const [list, words] = arguments; return [...list.options].filter(it => it.text.trim() === words).slice(0, 1)";

/// Chooses an entry, where no driver can.
const SELECT: &str = "const [option] = arguments, list = option.closest('select'); list.value = option.value;
    for (const kind of ['input', 'change']) list.dispatchEvent(new Event(kind, { bubbles: true }));";

/// What lies over the middle of an element, once that is in the middle of the window; nothing if it can be touched.
const REACHED: &str = "const [element] = arguments; element.scrollIntoView({ block: 'center', behavior: 'instant' });
    const place = element.getBoundingClientRect();
    const there = element.getRootNode().elementFromPoint(place.x + place.width / 2, place.y + place.height / 2);
    return element.contains(there) ? '' : there ? there.outerHTML.slice(0, 120) : 'what has no size';";
