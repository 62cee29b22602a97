//! Somebody fills in a form in any order, in any weather, in two tabs, and the phone kills their page now and then.
//!
//! Which way is chosen by a seed that is printed; `HC_SEED` walks it again, `HC_STEPS` says how far. After each step the
//! promises are looked at: what was typed is there, nothing stands twice at the office, nothing fails in silence.
use super::{Place, full, plan};
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::{Context, ensure};
use std::{
    collections::BTreeMap,
    env,
    sync::OnceLock,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use thirtyfour::prelude::*;

/// As many as fit into a few minutes; `cargo xtask faults --browser` walks 200.
const STEPS: u64 = 60;

/// Fields that are typed into, and the step of each.
const FIELDS: [(&str, &str); 3] =
    [("contact.residence.address", "contact"), ("contact.residence.region", "contact"), ("work.post", "work")];
const PAPERS: [(&str, &str); 3] = [
    ("documents.portrait", "portrait.jpg"),
    ("documents.identity.front", "id-front.jpg"),
    ("documents.identity.back", "id-back.jpg"),
];
const TROUBLES: [&str; 12] = [
    "delay=700",
    "lost-request",
    "lost-reply",
    "cut=0",
    "cut=40",
    "duplicate",
    "status=500",
    "status=503/1s",
    "html",
    "portal",
    "empty",
    "extra-members",
];
const PLACES: [&str; 6] = ["/api/", "/uploads", "/documents/", "/submission", "/receipts/", "/draft"];

/// Why something does not go out, as the list says it.
const REASONS: [&str; 14] = [
    "doc.e.broken",
    "out.poison",
    "outbox.why.fix",
    "outbox.why.moved",
    "outbox.why.form",
    "outbox.why.two-phones",
    "outbox.why.before",
    "outbox.why.document",
    "outbox.why.fault",
    "p.application-elsewhere",
    "p.application-open",
    "p.hash-mismatch",
    "p.not-found",
    "p.other",
];

#[derive(Clone, Copy, Debug)]
enum Act {
    Type,
    Next,
    Back,
    Reload,
    Kill,
    Offline,
    Online,
    Upload,
    Submit,
    TakeBack,
    OtherTab,
    Trouble,
    Calm,
    LookAtAll,
}

/// How often each is chosen.
const ACTS: [(Act, u64); 14] = [
    (Act::Type, 30),
    (Act::Next, 8),
    (Act::Back, 8),
    (Act::Reload, 8),
    (Act::Kill, 6),
    (Act::Offline, 5),
    (Act::Online, 6),
    (Act::Upload, 6),
    (Act::Submit, 7),
    (Act::TakeBack, 5),
    (Act::OtherTab, 5),
    (Act::Trouble, 8),
    (Act::Calm, 6),
    (Act::LookAtAll, 3),
];

/// Numbers that look like chance and come again with the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % sides
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        let at = usize::try_from(self.roll(all.len() as u64)).unwrap_or(0);
        all[at]
    }

    fn act(&mut self) -> Act {
        let mut left = self.roll(ACTS.iter().map(|(_, weight)| weight).sum());
        for (act, weight) in ACTS {
            if left < weight {
                return act;
            }
            left -= weight;
        }
        Act::LookAtAll
    }
}

pub(in crate::journeys) async fn walk(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let number = |name: &str| env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    // Chosen once: what is walked again because it failed is the same walk, and not one that happens to end well.
    static CHOSEN: OnceLock<u64> = OnceLock::new();
    let chosen = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs());
    let seed = number("HC_SEED").unwrap_or_else(|| *CHOSEN.get_or_init(chosen)).max(1);
    let steps = number("HC_STEPS").unwrap_or(STEPS);
    println!("        the walk: again with HC_SEED={seed} HC_STEPS={steps}");
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let mut walker = Walker::prepared(applicant, Dice(seed)).await?;
    let mut way = Vec::new();
    for step in 1..=steps {
        let act = walker.dice.act();
        way.push(act);
        let tail: Vec<Act> = way.iter().rev().take(8).rev().copied().collect();
        let told = || format!("HC_SEED={seed}, step {step}, the last of {tail:?}");
        walker.does(act).await.with_context(told)?;
        walker.promises_hold().await.with_context(told)?;
        if step % 50 == 0 {
            println!("        the walk: {step} steps");
        }
    }
    walker.arrives().await.with_context(|| format!("HC_SEED={seed}, at the end"))
}

struct Walker<'a> {
    applicant: Applicant<'a>,
    dice: Dice,
    id: String,
    /// What stands in each field.
    typed: BTreeMap<&'static str, String>,
    /// Typed at the moment of a kill, so that either may stand there: the field, and what stood there before.
    perhaps: Option<(&'static str, String)>,
    given: Vec<&'static str>,
    /// Handed over, and not taken back.
    frozen: bool,
    /// How often it was handed over.
    submissions: usize,
    tabs: Vec<WindowHandle>,
}

impl<'a> Walker<'a> {
    /// Everything is filled in but the papers.
    async fn prepared(applicant: Applicant<'a>, dice: Dice) -> anyhow::Result<Self> {
        applicant.begins().await?;
        applicant.fills_in().await?;
        let id = applicant.application().await?;
        applicant.agrees("documents.consent").await?;
        applicant.is_kept().await?;
        applicant.goes_to(&format!("/a/{id}/step/consent")).await?;
        let moment = applicant.moment().await?;
        applicant.agrees("consent.truth").await?;
        applicant.is_saved_since(moment).await?;
        let tabs = vec![applicant.driver.window().await?];
        let mut walker = Self {
            applicant,
            dice,
            id,
            typed: BTreeMap::new(),
            perhaps: None,
            given: Vec::new(),
            frozen: false,
            submissions: 0,
            tabs,
        };
        for (field, _) in FIELDS {
            walker.types(field, true).await?;
        }
        Ok(walker)
    }

    async fn does(&mut self, act: Act) -> anyhow::Result<()> {
        match act {
            Act::Type if !self.frozen => {
                let (field, _) = self.dice.one_of(&FIELDS);
                self.types(field, true).await
            }
            Act::Next => {
                let next = self.applicant.speech.say("form.next")?;
                if self.applicant.has("button", next).await? {
                    self.applicant.button(next).await?;
                }
                Ok(())
            }
            Act::Back => Ok(self.applicant.driver.back().await?),
            Act::Reload => Ok(self.applicant.driver.refresh().await?),
            Act::Kill => {
                if !self.frozen && self.dice.roll(2) == 0 {
                    let (field, _) = self.dice.one_of(&FIELDS);
                    self.types(field, false).await?;
                }
                self.is_killed().await?;
                self.finds_what_was_kept().await
            }
            Act::Offline => self.applicant.set_offline(true).await,
            Act::Online => self.applicant.set_offline(false).await,
            Act::Upload if !self.frozen => self.gives_a_paper().await,
            Act::Submit if !self.frozen => self.submits().await,
            Act::TakeBack if self.frozen => self.takes_back().await,
            Act::OtherTab => self.goes_on_in_another_tab().await,
            Act::Trouble => {
                let (trouble, path) = (self.dice.one_of(&TROUBLES), self.dice.one_of(&PLACES));
                let times = u32::try_from(1 + self.dice.roll(3))?;
                plan(self.applicant.house, trouble, &Place { method: None, path, times: Some(times) })
            }
            Act::Calm => self.calms().await,
            Act::LookAtAll if !self.frozen => self.looks_at_all().await,
            Act::Type | Act::Upload | Act::Submit | Act::TakeBack | Act::LookAtAll => Ok(()),
        }
    }

    async fn calms(&self) -> anyhow::Result<()> {
        self.applicant.house.office()?.faults.clear();
        self.applicant.set_offline(false).await
    }

    /// A page of the application, and the draft taken over if another tab has it.
    async fn opens(&self, path: &str) -> anyhow::Result<()> {
        let applicant = &self.applicant;
        let path = format!("/a/{}/{path}", self.id);
        if !applicant.driver.current_url().await?.as_str().ends_with(&path) {
            applicant.goes_to(&path).await?;
        }
        self.takes_over().await
    }

    async fn takes_over(&self) -> anyhow::Result<()> {
        let applicant = &self.applicant;
        let (locked, take) = (applicant.speech.say("tab.locked")?, applicant.speech.say("tab.take")?);
        applicant.finds("heading", "").await?;
        if applicant.reads().await?.contains(locked) {
            applicant.button(take).await?;
            applicant.no_longer_sees(locked).await?;
        }
        Ok(())
    }

    async fn types(&mut self, field: &'static str, is_awaited: bool) -> anyhow::Result<()> {
        let step = FIELDS.iter().find(|(known, _)| *known == field).context("no such field")?.1;
        self.opens(&format!("step/{step}")).await?;
        let words = format!("示例 {}", self.dice.roll(1_000_000));
        let moment = self.applicant.moment().await?;
        self.applicant.types(field, &words).await?;
        let before = self.typed.insert(field, words);
        self.perhaps = before.map(|before| (field, before));
        if is_awaited {
            self.applicant.is_saved_since(moment).await?;
            self.perhaps = None;
        }
        Ok(())
    }

    /// The phone takes the page's memory away.
    async fn is_killed(&mut self) -> anyhow::Result<()> {
        let dead = self.applicant.kills_the_page().await?;
        self.tabs.retain(|tab| *tab != dead);
        self.tabs.push(self.applicant.driver.window().await?);
        self.applicant.goes_to(&format!("/a/{}/tasks", self.id)).await
    }

    /// What was typed last may have been stored before the kill, or not: what stands there now counts.
    async fn finds_what_was_kept(&mut self) -> anyhow::Result<()> {
        let Some((field, before)) = self.perhaps.take() else { return Ok(()) };
        let step = FIELDS.iter().find(|(known, _)| *known == field).context("no such field")?.1;
        self.opens(&format!("step/{step}")).await?;
        let typed = self.typed.get(field).cloned().unwrap_or_default();
        let found = self.stands_in(field, |found| found == before || found == typed).await?;
        self.typed.insert(field, found);
        Ok(())
    }

    async fn gives_a_paper(&mut self) -> anyhow::Result<()> {
        let (item, file) = self.dice.one_of(&PAPERS);
        if self.given.contains(&item) {
            return Ok(());
        }
        self.opens("step/documents").await?;
        self.applicant.hands(item, &self.applicant.house.files.path(file)).await?;
        self.given.push(item);
        Ok(())
    }

    /// Hands over if all is there; else what is missing is said.
    async fn submits(&mut self) -> anyhow::Result<()> {
        self.opens("check").await?;
        self.applicant.says("submit.go").await?;
        if self.given.len() < PAPERS.len() {
            self.applicant.sees(self.applicant.speech.part("check.left")?).await?;
            return Ok(());
        }
        self.applicant.is_at("/receipt").await?;
        self.frozen = true;
        self.submissions += 1;
        Ok(())
    }

    /// In good weather it arrives; then it is taken back to be changed.
    async fn takes_back(&mut self) -> anyhow::Result<()> {
        self.calms().await?;
        let applicant = &self.applicant;
        applicant.goes_to(&format!("/a/{}/receipt", self.id)).await?;
        applicant.sees(applicant.speech.say("receipt.title")?).await?;
        applicant.goes_to(&format!("/a/{}", self.id)).await?;
        applicant.says("act.recall").await?;
        applicant.presses_within("dialog", applicant.speech.say("act.recall")?).await?;
        let recall = applicant.speech.say("act.recall")?;
        applicant.waits("the end of it", async || Ok(!applicant.has("button", recall).await?)).await?;
        self.frozen = false;
        self.opens("check").await?;
        self.applicant.finds("button", self.applicant.speech.say("submit.go")?).await.map(drop)
    }

    /// One more tab, or one that is open already.
    async fn goes_on_in_another_tab(&mut self) -> anyhow::Result<()> {
        // The network is the phone's, and this browser cuts it for one tab only.
        self.applicant.set_offline(false).await?;
        let driver = &self.applicant.driver;
        if self.tabs.len() < 3 {
            let new = driver.new_tab().await?;
            driver.switch_to_window(new.clone()).await?;
            self.tabs.push(new);
            let step = self.dice.one_of(&FIELDS).1;
            self.applicant.goes_to(&format!("/a/{}/step/{step}", self.id)).await?;
        } else {
            let other = self.dice.roll(2) as usize;
            let tab = self.tabs[other].clone();
            driver.switch_to_window(tab).await?;
        }
        // What the other tab has not stored yet it stores when it is asked for the draft.
        if self.frozen { Ok(()) } else { self.takes_over().await }
    }

    async fn looks_at_all(&mut self) -> anyhow::Result<()> {
        for (field, step) in FIELDS {
            self.opens(&format!("step/{step}")).await?;
            let wanted = self.typed.get(field).cloned().unwrap_or_default();
            self.stands_in(field, |found| found == wanted).await?;
        }
        let applicant = &self.applicant;
        applicant.goes_to("/outbox").await?;
        applicant.finds("heading", applicant.speech.say("outbox.title")?).await?;
        // Our own save whose reply was lost looks like another phone's for a moment; it is handed over again by itself.
        applicant
            .waits("the end of what was set aside", async || {
                let page = applicant.reads().await?;
                let reasons = REASONS.into_iter().map(|key| applicant.speech.part(key));
                Ok(!reasons.collect::<anyhow::Result<Vec<_>>>()?.into_iter().any(|reason| page.contains(reason)))
            })
            .await
    }

    /// What stands in a field, once it is as it should be.
    async fn stands_in(&self, field: &str, is_right: impl Fn(&str) -> bool) -> anyhow::Result<String> {
        let label = self.applicant.speech.label(field)?;
        let until = Instant::now() + Duration::from_secs(15);
        loop {
            let field = self.applicant.finds("textbox", &label).await?;
            let found = field.value().await.unwrap_or_default().unwrap_or_default();
            if is_right(&found) {
                return Ok(found);
            }
            ensure!(Instant::now() < until, "{label} holds {found:?}; typed was {:?}", self.typed);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// What must be true at any moment.
    async fn promises_hold(&self) -> anyhow::Result<()> {
        let applicant = &self.applicant;
        let url = applicant.driver.current_url().await?.to_string();
        if !url.starts_with(&applicant.house.origin()) {
            // Back beyond the first page.
            applicant.goes_to(&format!("/a/{}/tasks", self.id)).await?;
        }
        applicant.finds("heading", "").await?;
        ensure!(!applicant.reads().await?.contains(applicant.speech.say("crash.title")?), "the page has stopped");
        let there = applicant.house.submitted().await?;
        ensure!(there.len() <= 1, "{} applications", there.len());
        if !there.is_empty() {
            let rounds = full(applicant.house, &self.id).await?.rounds.len();
            ensure!(rounds <= self.submissions, "{rounds} submissions of {}", self.submissions);
        }
        let step = FIELDS.iter().find(|(_, step)| url.ends_with(&format!("/step/{step}")));
        for (field, _) in FIELDS.iter().filter(|(_, here)| !self.frozen && step.is_some_and(|(_, step)| step == here)) {
            let wanted = self.typed.get(field).cloned().unwrap_or_default();
            self.stands_in(field, |found| found == wanted).await?;
        }
        Ok(())
    }

    /// At last the weather is good, and everything is at the office: once, and as it was typed.
    async fn arrives(&mut self) -> anyhow::Result<()> {
        self.calms().await?;
        if self.frozen {
            self.takes_back().await?;
        }
        for (item, file) in PAPERS {
            if !self.given.contains(&item) {
                self.opens("step/documents").await?;
                self.applicant.hands(item, &self.applicant.house.files.path(file)).await?;
                self.given.push(item);
            }
        }
        self.submits().await?;
        self.applicant.sees(self.applicant.speech.say("receipt.title")?).await?;
        let there = full(self.applicant.house, &self.id).await?;
        super::is_the_only_one(self.applicant.house, &self.id).await?;
        ensure!(there.rounds.len() == self.submissions, "{} of {} submissions", there.rounds.len(), self.submissions);
        ensure!(there.documents.len() == PAPERS.len(), "{} documents", there.documents.len());
        let sent = there.rounds.first().and_then(|round| round.answers.clone()).context("no answers")?.to_string();
        for (field, words) in &self.typed {
            ensure!(sent.contains(words), "{field} did not arrive as {words:?}: {sent}");
        }
        Ok(())
    }
}
