//! The desk's pages, past which a clerk goes with one application.
use super::{Visitor, axe};
use crate::person::Person;

impl Visitor {
    /// Stops at a page of the desk, once these words are on it; only axe looks there.
    pub(super) async fn at_the_desk(&self, clerk: &Person<'_>, path: &str, words: &str) -> anyhow::Result<()> {
        let Self::Axe = self else { return Ok(()) };
        clerk.goes_to(path).await?;
        clerk.sees(words).await?;
        axe::at_the_desk(clerk, &format!("{path} with {words:?}")).await
    }
}

/// The pages that are there whatever becomes of an application, and what is on them.
pub(super) const PAGES: [(&str, &str); 7] = [
    ("/desk", "工作台"),
    ("/desk?all=1", "只看交来的"),
    ("/desk/sites", "体检点"),
    ("/desk/messages", "短信"),
    ("/desk/faults", "故意出错"),
    ("/desk/upkeep", "值班"),
    ("/desk/log", "操作记录"),
];
