//! An applicant who knows the way: signs in, fills the form in, sends papers. Each is a way through the screens, by the
//! words on them; journeys put them together.
use crate::{house::House, person::Person, speech::Speech};
use anyhow::{Context, bail, ensure};
use std::{
    cell::{Cell, RefCell},
    ops::Deref,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// Somebody who wants a certificate.
pub struct Applicant<'a> {
    person: Person<'a>,
    /// The house that this happens in.
    pub house: &'a House,
    /// What is on the screen, in this person's language.
    pub speech: Speech,
    /// A mobile number without country code.
    pub phone: &'static str,
    /// As on the ID card.
    pub name: &'static str,
    /// Of the ID card.
    pub number: &'static str,
}

impl<'a> Deref for Applicant<'a> {
    type Target = Person<'a>;

    fn deref(&self) -> &Person<'a> {
        &self.person
    }
}

impl<'a> Applicant<'a> {
    /// The usual sample person, reading `language`.
    pub fn new(house: &'a House, person: Person<'a>, language: &'static str) -> anyhow::Result<Self> {
        let speech = Speech::of(language)?;
        Ok(Self { person, house, speech, phone: "13800000001", name: "张伟", number: "11010519900307021X" })
    }

    /// Presses the button with a sentence of ours on it.
    pub async fn says(&self, key: &str) -> anyhow::Result<()> {
        if let Ok(begin) = self.speech.begin(key) {
            return self.button(begin).await;
        }
        // It begins with what any button may begin with: the whole name says which one it is.
        let name = RefCell::default();
        self.waits(&format!("a button {:?}", self.speech.say(key)?), async || {
            Ok(self.button_of(key).await?.map(|found| name.replace(found)).is_some())
        })
        .await?;
        self.button(&name.take()).await
    }

    /// What the button with a sentence of ours on it is called, whatever stands in its gaps; nothing if it is not there now.
    pub async fn button_of(&self, key: &str) -> anyhow::Result<Option<String>> {
        let names: Vec<String> = self.driver.execute(BUTTON_NAMES, vec![]).await?.convert()?;
        Ok(names.into_iter().find(|name| self.speech.is(key, name)))
    }

    /// Waits for a line that is this sentence, whatever stands in its gaps; gives it back.
    pub async fn reads_line(&self, key: &str) -> anyhow::Result<String> {
        let line = RefCell::default();
        self.waits(&format!("a line {:?}", self.speech.say(key)?), async || {
            let text = self.reads().await?;
            let found = text.lines().map(str::trim).find(|line| self.speech.is(key, line)).map(str::to_owned);
            Ok(found.map(|found| line.replace(found)).is_some())
        })
        .await?;
        Ok(line.take())
    }

    /// From the entrance to a new, empty application.
    pub async fn begins(&self) -> anyhow::Result<()> {
        self.comes_in().await?;
        self.says("entry.start").await?;
        self.signs_in().await
    }

    /// Opens the entrance, in this person's language.
    pub async fn comes_in(&self) -> anyhow::Result<()> {
        self.goes_to("/").await?;
        // A browser may be set to the other language.
        let (start, other) =
            (self.speech.begin("entry.start")?, if self.speech.language == "en" { "EN" } else { "中文" });
        let chosen = Cell::new(false);
        // It is drawn anew when the app has come.
        self.waits("the entrance", async || {
            if !chosen.get() && !self.has("button", start).await? && self.has("button", other).await? {
                self.button(other).await?;
                chosen.set(true);
            }
            self.has("button", start).await
        })
        .await
    }

    /// The same, and waits for it: it has no name yet. Gives which application it is.
    pub async fn begins_unnamed(&self) -> anyhow::Result<String> {
        self.begins().await?;
        self.finds("heading", self.speech.say("tasks.title.unnamed")?).await?;
        self.application().await
    }

    /// With the phone, and the code from the message.
    pub async fn signs_in(&self) -> anyhow::Result<()> {
        self.fills(self.speech.say("signin.phone")?, self.phone).await?;
        self.asks_for_a_code().await?;
        let code = self.house.code_for(&format!("+86{}", self.phone)).await?;
        self.fills(self.speech.say("signin.code")?, &code).await?;
        self.says("signin.go").await
    }

    /// Presses until a code is sent: there is one a minute for a phone, and that is never loosened.
    async fn asks_for_a_code(&self) -> anyhow::Result<()> {
        let (send, field) = (self.speech.say("signin.send")?, self.speech.say("signin.code")?);
        for _ in 0..60 {
            if self.has("button", send).await? {
                self.button(send).await?;
            }
            let until = Instant::now() + Duration::from_secs(2);
            while Instant::now() < until {
                if self.has("textbox", field).await? {
                    return Ok(());
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
        bail!("no code was sent. On the page:\n{}", self.reads().await?)
    }

    /// Chooses an option of a question: the row is its label.
    pub async fn chooses(&self, link_id: &str, code: &str) -> anyhow::Result<()> {
        let words = self.speech.option(link_id, code)?;
        self.picks(&self.speech.label(link_id)?, &words).await
    }

    /// Yes or no.
    pub async fn answers(&self, link_id: &str, yes: bool) -> anyhow::Result<()> {
        let words = self.speech.say(if yes { "form.yes" } else { "form.no" })?.to_owned();
        self.picks(&self.speech.label(link_id)?, &words).await
    }

    /// Types into a field of the form.
    pub async fn types(&self, link_id: &str, text: &str) -> anyhow::Result<()> {
        self.fills(&self.speech.label(link_id)?, text).await
    }

    /// Ticks a box of the form.
    pub async fn agrees(&self, link_id: &str) -> anyhow::Result<()> {
        self.ticks("checkbox", &self.speech.label(link_id)?).await
    }

    /// Goes on to the next step, which has this name in the address.
    pub async fn continues_to(&self, step: &str) -> anyhow::Result<()> {
        self.says("form.next").await?;
        self.is_at(step).await
    }

    /// Fills in everything but the papers, for somebody who looks for work; ends at the step of the papers.
    pub async fn fills_in(&self) -> anyhow::Result<()> {
        self.fills_in_for("food-sale").await
    }

    /// Somebody who works already, in a kitchen: a letter of the employer is asked for, of up to three pages. Ends at the papers.
    pub async fn fills_in_employed(&self) -> anyhow::Result<()> {
        self.fills_in_for("food-catering").await?;
        let papers = self.driver.current_url().await?.to_string();
        let moment = self.moment().await?;
        self.goes_to(&papers.replace("/step/documents", "/step/work")).await?;
        self.chooses("work.situation", "employed").await?;
        self.is_saved_since(moment).await?;
        self.goes_to(&papers).await?;
        self.finds("heading", &self.speech.short("documents.employment.letter")?).await.map(drop)
    }

    /// The same for another kind of work.
    async fn fills_in_for(&self, work: &str) -> anyhow::Result<()> {
        self.finds("heading", self.speech.say("tasks.title.unnamed")?).await?;
        self.link(self.speech.begin("tasks.begin")?).await?;
        self.is_at("/step/category").await?;
        self.chooses("category.work", work).await?;
        self.chooses("category.application", "first").await?;
        self.continues_to("/step/person").await?;
        self.chooses("person.id.kind", "resident-id").await?;
        self.types("person.id.number", self.number).await?;
        self.agrees("person.id.validity.long-term").await?;
        self.types("person.name", self.name).await?;
        self.continues_to("/step/contact").await?;
        self.types("contact.phone", self.phone).await?;
        self.types("contact.residence.region", "北京市朝阳区").await?;
        self.types("contact.residence.address", "示例路 1 号").await?;
        self.continues_to("/step/work").await?;
        self.chooses("work.situation", "seeking").await?;
        self.types("work.post", "厨师").await?;
        self.continues_to("/step/health").await?;
        self.agrees("health.consent").await?;
        self.chooses("health.diseases", "none").await?;
        self.answers("health.other", false).await?;
        self.chooses("health.symptoms", "none").await?;
        self.continues_to("/step/documents").await
    }

    /// Agrees, and gives the two sides of the card and the portrait.
    pub async fn gives_papers(&self) -> anyhow::Result<()> {
        self.agrees("documents.consent").await?;
        let mut moment = 0.0;
        for (link_id, file) in [
            ("documents.identity.front", "id-front.jpg"),
            ("documents.identity.back", "id-back.jpg"),
            ("documents.portrait", "portrait.jpg"),
        ] {
            moment = self.moment().await?;
            self.hands(link_id, &self.house.files.path(file)).await?;
        }
        self.is_saved_since(moment).await
    }

    /// Gives one file to an item; it is taken as it is.
    pub async fn hands(&self, link_id: &str, file: &Path) -> anyhow::Result<()> {
        self.gives_another(link_id, file).await?;
        self.keeps(link_id).await
    }

    /// Gives one file to an item, and insists on it against the advice that comes.
    pub async fn insists_on(&self, link_id: &str, file: &Path) -> anyhow::Result<()> {
        self.gives_another(link_id, file).await?;
        self.insists(link_id).await
    }

    /// Gives one file to an item, and waits until what stands there from before is gone: it says nothing about this one.
    async fn gives_another(&self, link_id: &str, file: &Path) -> anyhow::Result<()> {
        let label = self.speech.short(link_id)?;
        let before = self.pictures(&label).await?;
        self.gives(&label, file).await?;
        if before.is_empty() {
            return Ok(());
        }
        let is_another = async || Ok(self.pictures(&label).await? != before);
        self.waits(&format!("another picture of {label:?}"), is_another).await
    }

    /// Which pictures the card of one paper shows.
    pub async fn pictures(&self, label: &str) -> anyhow::Result<Vec<String>> {
        Ok(self.driver.execute(PICTURES, vec![label.into()]).await?.convert()?)
    }

    /// Waits until the photo of an item is kept, to which nothing was said.
    pub async fn keeps(&self, link_id: &str) -> anyhow::Result<()> {
        let label = self.speech.short(link_id)?;
        let keep = self.speech.say("doc.keep")?;
        // "Broken off" begins without the part that tells how far it came.
        let there: Vec<String> = ["doc.received", "doc.queued", "doc.here", "doc.paused"]
            .into_iter()
            .map(|key| self.speech.begin(key).map(str::to_owned))
            .collect::<anyhow::Result<_>>()?;
        self.waits(&format!("what is kept of {label:?}"), async || {
            let card = self.driver.execute(CARD, vec![label.as_str().into()]).await?;
            let card = card.json().as_str().unwrap_or_default().to_owned();
            ensure!(!card.contains(keep), "there is advice: {card:?}");
            Ok(there.iter().any(|words| card.contains(words)))
        })
        .await
    }

    /// Waits for advice about the photo of an item, insists on the photo, and waits until it is kept.
    pub async fn insists(&self, link_id: &str) -> anyhow::Result<()> {
        let insisted = async || self.says_within(link_id, "doc.keep").await.map(|()| true);
        self.waits(&format!("advice about {link_id}"), insisted).await?;
        self.keeps(link_id).await
    }

    /// Gives several files at once to the control of an item.
    pub async fn gives_all(&self, name: &str, files: &[PathBuf]) -> anyhow::Result<()> {
        let names: Vec<_> = files.iter().map(|it| it.to_string_lossy().into_owned()).collect();
        Ok(self.finds("file", name).await?.send_keys(names.join("\n")).await?)
    }

    /// Presses the button with a sentence of ours on the card of one paper.
    pub async fn says_within(&self, link_id: &str, key: &str) -> anyhow::Result<()> {
        let (label, words) = (self.speech.short(link_id)?, self.speech.begin(key)?);
        let found = self.driver.execute(BUTTONS, vec![label.as_str().into(), words.into()]).await?.elements()?;
        self.touches(found.first().with_context(|| format!("{label:?} has no {words:?}"))?).await
    }

    /// The page's clock, in milliseconds.
    pub async fn moment(&self) -> anyhow::Result<f64> {
        Ok(self.driver.execute("return Date.now()", vec![]).await?.json().as_f64().unwrap_or_default())
    }

    /// Waits until something was changed after this moment of the page's clock (milliseconds), and all of it is stored: a save
    /// that began before the last key does not count.
    pub async fn is_saved_since(&self, moment: f64) -> anyhow::Result<()> {
        self.waits("the save", async || Ok(self.driver.execute_async(SAVED, vec![moment.into()]).await?.json() == true))
            .await
    }

    /// Waits until the app is on this phone as a whole and would open without network.
    pub async fn is_kept(&self) -> anyhow::Result<()> {
        self.waits("the offline copy", async || Ok(self.driver.execute_async(KEPT, vec![]).await?.json() == true)).await
    }

    /// From the step of the papers to checking the answers.
    pub async fn comes_to_check(&self) -> anyhow::Result<()> {
        self.continues_to("/step/consent").await?;
        self.agrees("consent.truth").await?;
        self.continues_to("/check").await
    }

    /// From the step of the papers to the receipt.
    pub async fn submits(&self) -> anyhow::Result<String> {
        self.comes_to_check().await?;
        self.says("submit.go").await?;
        self.is_at("/receipt").await?;
        self.sees(self.speech.say("receipt.title")?).await?;
        self.application().await
    }

    /// From the entrance to the receipt, for somebody who looks for work.
    pub async fn hands_in(&self) -> anyhow::Result<String> {
        self.begins().await?;
        self.fills_in().await?;
        self.gives_papers().await?;
        self.submits().await
    }

    /// The application that the address names.
    pub async fn application(&self) -> anyhow::Result<String> {
        let url = self.driver.current_url().await?.to_string();
        let id =
            url.split("/a/").nth(1).and_then(|rest| rest.split('/').next()).context("no application in the address")?;
        ensure!(id.len() == 36, "{url} names no application");
        Ok(id.to_owned())
    }
}

/// The card of one paper: the one that is called so, else the first whose name has it in it ("Portrait" is not
/// "Portrait side of the ID").
macro_rules! card_of {
    ($then:literal) => {
        concat!(
            r#"
const [label, words] = arguments;
const squeeze = text => (text || '').replace(/\s+/g, ' ').trim();
const roots = [document];
for (const root of roots) for (const element of root.querySelectorAll('*')) if (element.shadowRoot) roots.push(element.shadowRoot);
const cards = roots.flatMap(root => [...root.querySelectorAll('[role=group],fieldset')]);
const named = card => squeeze((card.getAttribute('aria-label') || '') + ' ' + (card.getAttribute('aria-labelledby') || '').split(' ')
  .filter(Boolean).map(id => (card.getRootNode().getElementById(id) || {}).textContent || '').join(' '));
const card = cards.find(card => named(card) === squeeze(label)) || cards.find(card => named(card).includes(label));
"#,
            $then
        )
    };
}

/// The pictures on the card of one paper.
const PICTURES: &str = card_of!("return card ? [...card.querySelectorAll('img')].map(it => it.src) : [];");

/// The text of the card of one paper.
const CARD: &str = card_of!("return card ? card.innerText : '';");

/// The buttons with these words on the card of one paper.
const BUTTONS: &str =
    card_of!("return card ? [...card.querySelectorAll('button')].filter(it => it.textContent.includes(words)) : [];");

/// The names of all buttons, through open shadow roots.
const BUTTON_NAMES: &str = r"
const roots = [document];
for (const root of roots) for (const element of root.querySelectorAll('*')) if (element.shadowRoot) roots.push(element.shadowRoot);
return roots.flatMap(root => [...root.querySelectorAll('button')]).map(it => it.textContent.replace(/\s+/g, ' ').trim());";

/// Whether what was changed after a moment is stored. What a key has changed is noticed after its own task.
const SAVED: &str = r"
const [moment, done] = arguments;
setTimeout(() => done(globalThis.__hc_changed > moment && globalThis.__hc_saved >= globalThis.__hc_changed), 60);
";

/// Whether a build is whole in Cache Storage.
const KEPT: &str = r"
const done = arguments[0];
caches.keys().then(async names => {
  for (const name of names) if (await (await caches.open(name)).match('/hc-whole')) return done(true);
  done(false);
});";
