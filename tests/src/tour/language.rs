//! The language of a page: switching it, and what stays behind in the one before.
use crate::{applicant::Applicant, speech::Speech};
use anyhow::ensure;
use std::sync::OnceLock;

/// The language that the page speaks.
pub(super) async fn spoken(applicant: &Applicant<'_>) -> anyhow::Result<&'static str> {
    let lang = applicant.driver.execute(SPOKEN, vec![]).await?;
    Ok(if lang.json() == "en" { "en" } else { "zh-CN" })
}

/// As whoever listens is told: by what stands there, or by what it stands in.
const SPOKEN: &str =
    "const [screen] = ['.hc-recovery', '.hc', ':root'].map(it => document.querySelector(it)).filter(Boolean);
    return screen.closest('[lang]').lang;";

/// Presses the button of the other language, if there is one, and waits until the page speaks it; gives back which.
pub(super) async fn switched(applicant: &Applicant<'_>) -> anyhow::Result<Option<&'static str>> {
    let before = spoken(applicant).await?;
    if applicant.driver.execute(OTHER_LANGUAGE, vec![]).await?.json() != true {
        return Ok(None);
    }
    let is_another = async || Ok(spoken(applicant).await? != before);
    applicant.waits("the page in the other language", is_another).await?;
    spoken(applicant).await.map(Some)
}

/// Behind an open dialog no finger reaches it.
const OTHER_LANGUAGE: &str = "const button = document.querySelector('.hc-top button[lang]');
    if (!button || document.querySelector('dialog[open], .hc-recovery')) return false;
    button.click();
    return true;";

/// No line of a page in this language is a sentence of the other one; in English none is Chinese at all, but for what
/// people and the office wrote.
pub(super) async fn left_behind(
    applicant: &Applicant<'_>,
    now: &'static str,
    is_translated: bool,
    place: &str,
) -> anyhow::Result<()> {
    static BOTH: OnceLock<[Speech; 2]> = OnceLock::new();
    let both = match BOTH.get() {
        Some(both) => both,
        None => {
            let read = [Speech::of("zh-CN")?, Speech::of("en")?];
            BOTH.get_or_init(|| read)
        }
    };
    let [other, now] = if now == "en" { [&both[0], &both[1]] } else { [&both[1], &both[0]] };
    // Without network a phone has the office's hours only in the language in which it was told them.
    let hours = if place.ends_with("-offline") { "周一至周五" } else { WRITTEN[0] };
    let written = || WRITTEN.into_iter().chain([hours]);
    let stays = |line: &str| {
        other.may_say(line) && !now.may_say(line)
            || now.language == "en" && is_translated && line.contains(is_han) && !written().any(|it| line.contains(it))
    };
    // What the office says is asked for anew in the other language, and takes a while.
    let nothing_is = async || {
        let text = applicant.reads().await?;
        // What says of itself that it is in another language may be: the switch, and the words on the card.
        let marked: Vec<String> = applicant.driver.execute(MARKED, vec![now.language.into()]).await?.convert()?;
        let is_named =
            |line: &str| marked.iter().any(|it| it == line) || other.say("lang.name").is_ok_and(|it| it == line);
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !is_named(line));
        let left: Vec<_> = lines.filter(|line| stays(line)).collect();
        ensure!(left.is_empty(), "{left:?}");
        Ok(true)
    };
    applicant.waits(&format!("all of {place} in {}", now.language), nothing_is).await
}

/// What is marked as being in another language than this one.
const MARKED: &str =
    "return [...document.querySelectorAll('[lang]')].filter(it => it.lang !== arguments[0] && !it.matches('html, .hc'))
    .map(it => it.innerText.trim())";

/// What was written in Chinese, and stays so.
const WRITTEN: [&str; 6] = ["张伟", "厨师", "示例", "北京市朝阳区", "身份证原件", "凉菜间"];

fn is_han(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}
