//! What an applicant does once the application is accepted: chooses a place and a time, reads results, collects.
use crate::applicant::Applicant;
use anyhow::{Context, ensure};

impl Applicant<'_> {
    /// Opens the status of an application and follows its link with this sentence. News may redraw the page under the
    /// finger: then one presses again.
    pub async fn follows(&self, application: &str, key: &str, ending: &str) -> anyhow::Result<()> {
        self.goes_to(&format!("/a/{application}")).await?;
        let go = self.speech.say(key)?;
        self.waits(&format!("{go:?} leading to …{ending}"), async || {
            if self.driver.current_url().await?.as_str().ends_with(ending) {
                return Ok(true);
            }
            if self.has("link", go).await? {
                self.link(go).await?;
            }
            Ok(false)
        })
        .await
    }

    /// Opens the status of an application and waits until it stands so: by the word for it, or by what is to be done.
    pub async fn has_status(&self, application: &str, state: &str) -> anyhow::Result<()> {
        self.goes_to(&format!("/a/{application}")).await?;
        let word = self.speech.say(&format!("status.{state}"))?;
        let act = self.speech.part(&format!("do.{state}")).unwrap_or(word);
        self.waits(&format!("the state {word:?}"), async || {
            let text = self.reads().await?;
            Ok(text.contains(word) || text.contains(act))
        })
        .await
    }

    /// Takes the `slot`th free time of the `day`th free day and gives back the time, once it is held.
    pub async fn takes_a_time(&self, day: usize, slot: usize) -> anyhow::Result<String> {
        self.takes(self.speech.say("exam.day")?, day).await?;
        let time = self.takes(self.speech.say("exam.time")?, slot).await?;
        self.waits(&format!("{time} to be held"), async || Ok(self.countdown().await?.contains(&time))).await?;
        Ok(time)
    }

    /// What the countdown of the held time says now.
    pub async fn countdown(&self) -> anyhow::Result<String> {
        Ok(self.finds("timer", "").await?.text().await?)
    }

    /// Looks at the countdown until it has moved.
    pub async fn sees_it_count_down(&self) -> anyhow::Result<()> {
        let first = self.countdown().await?;
        self.waits("the next second", async || Ok(self.countdown().await? != first)).await
    }

    /// Confirms the held time by the button with this sentence; gives back the check-in code.
    pub async fn books(&self, key: &str) -> anyhow::Result<String> {
        self.says(key).await?;
        self.is_at("/visit").await?;
        let before = self.speech.begin("visit.code")?;
        let shown = self.finds("img", before).await?.attr("aria-label").await?.context("a code without a name")?;
        let code = shown.strip_prefix(before).unwrap_or_default().trim().to_owned();
        ensure!(code.len() == 6, "{shown:?} is no check-in code");
        self.is_drawn().await?;
        Ok(code)
    }

    /// The code on the page is dark modules, not an empty square with a name.
    pub async fn is_drawn(&self) -> anyhow::Result<()> {
        let wide = self.driver.execute(DRAWN, vec![]).await?.json().as_f64().unwrap_or_default();
        ensure!(wide > 40.0, "the code is {wide} wide");
        Ok(())
    }

    /// Proves who they are, and has the certificate before them.
    pub async fn collects(&self) -> anyhow::Result<()> {
        let tail: String = self.number.chars().skip(self.number.len() - 6).collect();
        self.proves_with(self.name, &tail).await?;
        self.sees(self.speech.say("cert.title")?).await?;
        self.waits("the code on the card", async || self.is_drawn().await.map(|()| true)).await
    }

    /// Presses what sends a code, or another one where a page before this one asked for the first.
    pub async fn has_a_code_sent(&self) -> anyhow::Result<()> {
        self.waits("a way to have a code sent", async || {
            for key in ["signin.send", "signin.resend"] {
                if self.has("button", self.speech.say(key)?).await? {
                    self.says(key).await?;
                    return Ok(true);
                }
            }
            Ok(false)
        })
        .await
    }

    /// Enters these facts and the code of a new message, and sends them.
    pub async fn proves_with(&self, name: &str, tail: &str) -> anyhow::Result<()> {
        self.fills(self.speech.say("collect.name")?, name).await?;
        self.fills(self.speech.begin("collect.tail")?, tail).await?;
        let phone = format!("+86{}", self.phone);
        let before = self.house.code_for(&phone).await?;
        self.has_a_code_sent().await?;
        self.waits("a new code", async || Ok(self.house.code_for(&phone).await? != before)).await?;
        let code = self.house.code_for(&phone).await?;
        self.fills(self.speech.say("collect.code")?, &code).await?;
        self.says("collect.go").await
    }
}

/// How wide what is drawn of a code is, wherever in the page it stands.
const DRAWN: &str = "const roots = [document];
for (const root of roots) for (const element of root.querySelectorAll('*')) if (element.shadowRoot) roots.push(element.shadowRoot);
const path = roots.map(root => root.querySelector('.hc-qr path')).find(found => found);
return path ? path.getBoundingClientRect().width : 0;";
