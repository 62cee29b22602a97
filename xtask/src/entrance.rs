//! The entrance as it is read before the app has come: `src/session/entrance.html` with the sentences of a language.

use crate::texts::Table;
use anyhow::{Context, ensure};

/// One language: its tag and its sentences.
pub(crate) type Language<'a> = (&'a str, &'a Table);

/// The entrance in one of the languages, without white space between its lines. `drawing` stands where the template says `art`.
///
/// # Errors
/// The template names a sentence that there is not, or one that needs a value, in words.
pub(crate) fn page(template: &str, drawing: &str, language: &str, all: &[Language<'_>]) -> anyhow::Result<String> {
    let (_, table) = all.iter().find(|(tag, _)| *tag == language).with_context(|| format!("there is no {language}"))?;
    // What it says of itself ends with its first line that is none.
    let (_, template) = template.split_once("-->").context("the template does not say what it is")?;
    let mut page: String = template.lines().map(str::trim).collect();
    let tongues =
        all.iter().filter(|(tag, _)| *tag != language).map(|other| tongue(*other)).collect::<Result<String, _>>()?;
    while let Some((before, name, after)) = hole(&page) {
        let filled = match name {
            "art" => drawing.lines().map(str::trim).collect(),
            "tongues" => tongues.clone(),
            key => escaped(&said(table, key)?),
        };
        page = format!("{before}{filled}{after}");
    }
    Ok(page)
}

/// What stands before the first hole, its name, and what stands after.
fn hole(page: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = page.split_once("{{")?;
    let (name, after) = rest.split_once("}}")?;
    Some((before, name, after))
}

/// A sentence of which nothing is known yet: what falls away without a value is away.
fn said(table: &Table, key: &str) -> anyhow::Result<String> {
    let mut sentence =
        table.get(key).with_context(|| format!("the entrance says {key}, which is no sentence"))?.to_owned();
    while let Some((before, rest)) = sentence.split_once('[') {
        let (part, after) = rest.split_once(']').with_context(|| format!("{key}: a [ without its ]"))?;
        let kept = if part.contains('{') { "" } else { part };
        sentence = format!("{before}{kept}{after}");
    }
    ensure!(!sentence.contains('{'), "the entrance says {key}, which needs a value: {sentence}");
    Ok(sentence)
}

/// The button that leads to another language, in that language; it is called what is seen of it and then by its whole name.
fn tongue((tag, table): Language<'_>) -> anyhow::Result<String> {
    let (name, short) = (said(table, "lang.name")?, said(table, "lang.short")?);
    let called = if name == short { name } else { format!("{short} {name}") };
    let (called, short) = (escaped(&called), escaped(&short));
    Ok(format!(r#"<button class="hc-tap" type="button" lang="{tag}" aria-label="{called}">{short}</button>"#))
}

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "<!-- What it is. -->\n<p>\n  {{hello}}\n</p>\n{{tongues}}\n<svg>{{art}}</svg>\n";

    fn table(hello: &str, name: &str, short: &str) -> Table {
        Table::read(&format!("lang.name = {name}\nlang.short = {short}\nhello = {hello}")).unwrap()
    }

    fn made(hello: &str) -> anyhow::Result<String> {
        let (zh, en) = (table("你好", "中文", "中文"), table(hello, "English", "EN"));
        page(TEMPLATE, "<g/>", "en", &[("zh-CN", &zh), ("en", &en)])
    }

    #[test]
    fn it_says_the_sentences_of_its_language_and_names_the_others() {
        let other = r#"<button class="hc-tap" type="button" lang="zh-CN" aria-label="中文">中文</button>"#;
        assert_eq!(made("Hello").unwrap(), format!("<p>Hello</p>{other}<svg><g/></svg>"));
        let (zh, en) = (table("你好", "中文", "中文"), table("Hello", "English", "EN"));
        let chinese = page(TEMPLATE, "", "zh-CN", &[("zh-CN", &zh), ("en", &en)]).unwrap();
        assert!(chinese.starts_with("<p>你好</p>") && chinese.contains(r#"aria-label="EN English">EN<"#), "{chinese}");
    }

    #[test]
    fn what_needs_a_value_falls_away_or_is_refused_and_nothing_becomes_markup() {
        for (sentence, expected) in
            [("[About {n}, ]at once", "<p>at once</p>"), ("a <b> & \"c\"", "<p>a &lt;b> &amp; &quot;c&quot;</p>")]
        {
            assert!(made(sentence).unwrap().starts_with(expected), "{sentence}");
        }
        let why = made("About {n}").unwrap_err().to_string();
        assert!(why.contains("hello") && why.contains("needs a value"), "{why}");
        let table = table("Hello", "English", "EN");
        let why = page("--><p>{{bye}}</p>", "", "en", &[("en", &table)]).unwrap_err().to_string();
        assert!(why.contains("bye"), "{why}");
    }
}
