//! The words on the screen, in either language: from the same files that the app is built from, so that a journey
//! reads what is there and not what was there when it was written.
use anyhow::{Context, anyhow};
use serde_json::Value;
use std::{collections::HashMap, fs, path::Path};

/// One language's sentences, and the form's words in it.
pub struct Speech {
    /// `zh-CN` or `en`.
    pub language: &'static str,
    sentences: HashMap<String, String>,
    forms: Vec<Value>,
}

impl Speech {
    /// Reads the files of the project.
    pub fn of(language: &'static str) -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let text = fs::read_to_string(root.join(format!("locales/{language}.txt")))?;
        let lines = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
        let sentences = lines.map(|(key, words)| (key.trim().to_owned(), words.trim().to_owned())).collect();
        let form = |name: &str| -> anyhow::Result<Value> {
            Ok(serde_json::from_str(&fs::read_to_string(root.join(format!("forms/{name}.questionnaire.json")))?)?)
        };
        Ok(Self { language, sentences, forms: vec![form("health-certificate")?, form("report")?] })
    }

    /// A sentence that has no gaps.
    pub fn say(&self, key: &str) -> anyhow::Result<&str> {
        self.sentences.get(key).map(String::as_str).with_context(|| format!("there is no sentence {key}"))
    }

    /// Whether this is a sentence of the app, whole and without gaps.
    pub fn has(&self, words: &str) -> bool {
        self.sentences.values().any(|sentence| sentence == words)
    }

    /// What stands before the first gap of a sentence.
    pub fn begin(&self, key: &str) -> anyhow::Result<&str> {
        Ok(self.say(key)?.split(['{', '[']).next().unwrap_or_default().trim())
    }

    /// The longest part of a sentence that has no gap in it.
    pub fn part(&self, key: &str) -> anyhow::Result<&str> {
        let parts = self.say(key)?.split(['{', '}', '[', ']']).step_by(2).map(str::trim);
        parts.max_by_key(|part| part.len()).with_context(|| format!("{key} is all gaps"))
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
