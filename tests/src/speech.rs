//! The words on the screen, in either language: from the same files that the app is built from, so that a journey
//! reads what is there and not what was there when it was written.
use anyhow::{Context, anyhow, ensure};
use serde_json::Value;
use std::{collections::HashMap, fs, path::Path};

/// One language's sentences, and the form's words in it.
pub struct Speech {
    /// `zh-CN` or `en`.
    pub language: &'static str,
    sentences: HashMap<String, String>,
    /// Those that say enough to be told from others, closed.
    telling: Vec<String>,
    forms: Vec<Value>,
}

impl Speech {
    /// Reads the files of the project.
    pub fn of(language: &'static str) -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let text = fs::read_to_string(root.join(format!("locales/{language}.txt")))?;
        let lines = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
        let sentences: HashMap<_, _> =
            lines.map(|(key, words)| (key.trim().to_owned(), words.trim().to_owned())).collect();
        let telling = sentences.values().filter(|it| is_telling(&outside_of_gaps(it))).map(|it| closed(it)).collect();
        let form = |name: &str| -> anyhow::Result<Value> {
            Ok(serde_json::from_str(&fs::read_to_string(root.join(format!("forms/{name}.questionnaire.json")))?)?)
        };
        Ok(Self { language, sentences, telling, forms: vec![form("health-certificate")?, form("report")?] })
    }

    /// A sentence that has no gaps.
    pub fn say(&self, key: &str) -> anyhow::Result<&str> {
        self.sentences.get(key).map(String::as_str).with_context(|| format!("there is no sentence {key}"))
    }

    /// Whether this is a sentence of the app, whatever stands in its gaps. One with too few letters of its own says nothing.
    pub fn may_say(&self, words: &str) -> bool {
        let words = closed(words);
        self.telling.iter().any(|sentence| fits(sentence, &words))
    }

    /// Whether this is that sentence, whatever stands in its gaps.
    pub fn is(&self, key: &str, words: &str) -> bool {
        self.say(key).is_ok_and(|sentence| reads(sentence, words))
    }

    /// The keys of this place whose sentence these words are.
    pub fn keys_of<'a>(&'a self, place: &'a str, words: &'a str) -> impl Iterator<Item = &'a str> {
        let of_place = self.sentences.iter().filter(move |(key, _)| key.starts_with(place));
        of_place.filter(move |(_, sentence)| reads(sentence, words)).map(|(key, _)| key.as_str())
    }

    /// What stands before the first gap of a sentence.
    ///
    /// # Errors
    /// It is too little to tell the sentence from others.
    pub fn begin(&self, key: &str) -> anyhow::Result<&str> {
        telling(key, self.say(key)?.split(['{', '[']).next().unwrap_or_default().trim())
    }

    /// The longest part of a sentence that has no gap in it.
    ///
    /// # Errors
    /// As `begin`.
    pub fn part(&self, key: &str) -> anyhow::Result<&str> {
        let parts = self.say(key)?.split(['{', '}', '[', ']']).step_by(2).map(str::trim);
        telling(key, parts.max_by_key(|part| part.len()).unwrap_or_default())
    }

    /// The label of an item of the form.
    pub fn label(&self, link_id: &str) -> anyhow::Result<String> {
        let item = self.item(link_id)?;
        self.words(item, "text").with_context(|| format!("{link_id} has no label"))
    }

    /// The short name of an item, as its card and its errors call it.
    pub fn short(&self, link_id: &str) -> anyhow::Result<String> {
        let item = self.item(link_id)?;
        let extensions = item.get("extension").and_then(Value::as_array).into_iter().flatten();
        let mut short =
            extensions.filter(|e| e.get("url").and_then(Value::as_str).is_some_and(|url| url.ends_with("shortText")));
        match short.next().and_then(|extension| self.words(extension, "valueString")) {
            Some(words) => Ok(capital(&words)),
            None => self.label(link_id),
        }
    }

    /// The words of one option of an item.
    pub fn option(&self, link_id: &str, code: &str) -> anyhow::Result<String> {
        let options = self.item(link_id)?.get("answerOption").and_then(Value::as_array).context("no options")?;
        let codings = options.iter().filter_map(|option| option.get("valueCoding"));
        let coding = codings.clone().find(|coding| coding.get("code").is_some_and(|found| found == code));
        self.words(coding.ok_or_else(|| anyhow!("{link_id} has no {code}"))?, "display").context("no display")
    }

    fn item(&self, link_id: &str) -> anyhow::Result<&Value> {
        let found = self.forms.iter().find_map(|form| find(form, link_id));
        found.with_context(|| format!("there is no item {link_id}"))
    }

    /// A text, or its translation (FHIR extension `translation`).
    fn words(&self, holder: &Value, key: &str) -> Option<String> {
        let plain = holder.get(key)?.as_str()?.to_owned();
        if self.language == "zh-CN" {
            return Some(plain);
        }
        let extensions = holder.get(format!("_{key}"))?.get("extension")?.as_array()?;
        let part = |extension: &Value, name: &str| {
            let parts = extension.get("extension")?.as_array()?;
            let part = parts.iter().find(|part| part.get("url").is_some_and(|url| url == name))?;
            let value =
                part.get("valueString").or_else(|| part.get("valueCode")).or_else(|| part.get("valueMarkdown"))?;
            value.as_str().map(str::to_owned)
        };
        extensions.iter().filter(|e| part(e, "lang").as_deref() == Some(self.language)).find_map(|e| part(e, "content"))
    }
}

/// A short name stands alone on a card, so it begins as a line does.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn find<'a>(holder: &'a Value, link_id: &str) -> Option<&'a Value> {
    let items = holder.get("item")?.as_array()?;
    items.iter().find_map(|item| {
        if item.get("linkId").is_some_and(|id| id == link_id) { Some(item) } else { find(item, link_id) }
    })
}

/// A sentence without its gaps and without what may fall away.
fn outside_of_gaps(sentence: &str) -> String {
    let mut depth = 0;
    let mut left = String::new();
    for letter in sentence.chars() {
        match letter {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            letter if depth == 0 => left.push(letter),
            _ => {}
        }
    }
    left
}

/// Words that any page has say nothing of this one.
fn telling<'a>(key: &str, words: &'a str) -> anyhow::Result<&'a str> {
    ensure!(is_telling(words), "of {key} only {words:?} can be looked for, which says nothing");
    Ok(words)
}

/// Whether words say enough to be told from others: two Han, or four letters.
fn is_telling(words: &str) -> bool {
    let weight =
        |letter: char| if ('\u{4e00}'..='\u{9fff}').contains(&letter) { 2 } else { u32::from(letter.is_alphabetic()) };
    words.chars().map(weight).sum::<u32>() >= 4
}

/// The same whatever the spaces.
fn reads(sentence: &str, text: &str) -> bool {
    fits(&closed(sentence), &closed(text))
}

/// Without spaces: beside a full-width sign there is none, though the sentence has one beside its gap.
fn closed(words: &str) -> String {
    words.split_whitespace().collect()
}

/// Whether a text is this sentence with something in its gaps: `{name}` is anything, `{n:one/other}` one of its forms, and
/// `[a part]` may be absent.
fn fits(sentence: &str, text: &str) -> bool {
    if let Some(rest) = sentence.strip_prefix('{') {
        let Some((gap, rest)) = rest.split_once('}') else { return false };
        return match gap.split_once(':') {
            Some((_, forms)) => {
                forms.split('/').any(|form| text.strip_prefix(form).is_some_and(|text| fits(rest, text)))
            }
            None => text.char_indices().skip(1).map(|(at, _)| at).chain([text.len()]).any(|at| fits(rest, &text[at..])),
        };
    }
    if let Some((part, rest)) = sentence.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return fits(rest, text) || fits(&format!("{part}{rest}"), text);
    }
    let own = sentence.find(['{', '[']).unwrap_or(sentence.len());
    if own == 0 {
        return text.is_empty();
    }
    text.strip_prefix(&sentence[..own]).is_some_and(|text| fits(&sentence[own..], text))
}

#[cfg(test)]
mod tests {
    use super::{is_telling, outside_of_gaps, reads};

    #[test]
    fn sentences_with_something_in_their_gaps() {
        for (sentence, text, expected) in [
            ("Start now", "Start now", true),
            ("Start now", "Start now!", false),
            ("{name} 的申请", "张伟 的申请", true),
            ("{name} 的申请", "的申请", false),
            ("About {n} {n:minute/minutes}.", "About 12 minutes.", true),
            ("About {n} {n:minute/minutes}.", "About 12 hours.", false),
            ("[最晚 {by} 答复]。", "最晚 3 日（周四）答复。", true),
            ("Signed in[ with {phone}]", "Signed in", true),
            ("Signed in[ with {phone}]", "Signed in with 138", true),
            ("Signed in[ with {phone}]", "Signed in as 138", false),
        ] {
            assert_eq!(reads(sentence, text), expected, "{sentence} / {text}");
        }
    }

    #[test]
    fn words_that_say_enough() {
        for (sentence, expected) in [
            ("{a} · {b}", false),
            ("有效", true),
            ("无", false),
            ("Yes", false),
            ("Sent", true),
            ("{n} 项[，还有别的]", false),
        ] {
            assert_eq!(is_telling(&outside_of_gaps(sentence)), expected, "{sentence}");
        }
    }
}
