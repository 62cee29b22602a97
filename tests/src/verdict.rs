//! What an inspector is told of a code, word for word: "valid" stands on the page under every verdict that names days.
use crate::applicant::Applicant;
use anyhow::bail;
use std::cell::RefCell;

impl Applicant<'_> {
    /// Waits until this is the verdict on the screen, and no other one.
    pub async fn reads_the_verdict(&self, key: &str) -> anyhow::Result<()> {
        let (title, said) = (self.speech.say(key)?, RefCell::default());
        let is_said = async || {
            let found = self.driver.execute(VERDICTS, vec![]).await?.convert::<Vec<String>>()?;
            said.replace(found);
            Ok(*said.borrow() == [title])
        };
        match self.waits(&format!("the verdict {title:?}"), is_said).await {
            Ok(()) => Ok(()),
            Err(why) => bail!("The verdict is {:?}. {why}", said.borrow()),
        }
    }
}

/// The titles of all verdicts that stand there.
const VERDICTS: &str =
    "return [...document.querySelectorAll('section[role=status] h2')].map(it => it.textContent.trim())";
