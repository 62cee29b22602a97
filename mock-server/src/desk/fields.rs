//! What a form of the desk sent: names and values, some names more than once.
//!
//! A form carries the mark of what its page was drawn from. Where several people may fill in one form, it carries beside each
//! field what stood there (`was:…`): only what somebody changed is theirs.
use crate::office::Mark;
use contract::api::Words;

/// The fields of one form, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    /// What the form was for.
    to: String,
    /// What its page was drawn from, as it said.
    drawn: Option<String>,
    pairs: Vec<(String, String)>,
}

/// Nothing was sent.
static NOTHING: Fields = Fields { to: String::new(), drawn: None, pairs: Vec::new() };
/// What a button names, and nobody types.
const PRESSED: [&str; 4] = ["sure", "document", "profile", "leave-out"];
/// The name under which a form says what its page was drawn from.
pub(super) const DRAWN: &str = "drawn";

impl Fields {
    pub(super) fn sent(to: &str, pairs: Vec<(String, String)>) -> Self {
        let (drawn, pairs): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(name, _)| name == DRAWN);
        Self { to: to.into(), drawn: drawn.into_iter().next().map(|(_, mark)| mark), pairs }
    }

    /// What the form was for.
    pub(super) fn form(&self) -> &str {
        &self.to
    }

    /// What its page was drawn from, where it says so. What cannot be read fits nothing.
    pub(super) fn drawn(&self) -> Option<Mark> {
        self.drawn.as_deref().map(|text| Mark::read(text).unwrap_or_default())
    }

    /// What stood in a field when its page was drawn, if the form says so.
    pub(super) fn was(&self, name: &str) -> Option<&str> {
        self.given(&format!("was:{name}"))
    }

    /// Whether somebody put something else there than what stood there. A form that does not say what stood there means all of it.
    pub(super) fn is_changed(&self, name: &str) -> bool {
        self.given(name).is_some_and(|given| self.was(name) != Some(given))
    }

    /// Whether something was typed, or emptied, where the form says what stood there.
    pub(super) fn has_changes(&self) -> bool {
        self.pairs.iter().any(|(name, _)| self.was(name).is_some() && self.is_changed(name))
    }

    /// What stands in a field after a refusal: what somebody put there, else what is stored by now.
    pub(super) fn or<'a>(&'a self, name: &str, stored: &'a str) -> &'a str {
        if self.is_changed(name) { self.get(name) } else { stored }
    }

    /// What was sent to one form of a page that has several: words typed for one act stand in no other.
    pub(super) fn to(&self, form: &str) -> &Self {
        if self.to == form { self } else { &NOTHING }
    }

    /// Whether nothing was sent.
    pub(super) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Which form has marks or words of a person that wait to be sent: not what stands chosen by itself.
    pub(super) fn unsent(&self) -> Option<&str> {
        self.own().next().map(|_| self.to.as_str())
    }

    /// Marks and words of a person, by field.
    pub(super) fn own(&self) -> impl Iterator<Item = (&str, &str)> {
        let is_own = |(name, value): &&(String, String)| {
            let comes_along = name.starts_with("c:") || name.starts_with("was:") || value == "pass";
            !comes_along && !PRESSED.contains(&name.as_str()) && !value.trim().is_empty() && self.is_changed(name)
        };
        self.pairs.iter().filter(is_own).map(|(name, value)| (name.as_str(), value.trim()))
    }

    /// The first value of a name, trimmed, if the form had such a field: left empty is an answer too.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(it, _)| it == name).map(|(_, value)| value.trim())
    }

    /// The first value of a name, trimmed; empty if there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.given(name).unwrap_or_default()
    }

    /// Every value of a name that is not empty.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        let values = self.pairs.iter().filter(|(it, _)| it == name).map(|(_, value)| value.trim());
        values.filter(|it| !it.is_empty()).map(str::to_owned).collect()
    }

    /// Names below a prefix that have this value.
    pub(super) fn below<'a>(&'a self, prefix: &'a str, value: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(_, it)| it == value).filter_map(move |(name, _)| name.strip_prefix(prefix))
    }

    /// Words for the applicant, in the language they were written in: Chinese, unless no Han is in them.
    pub(super) fn words(&self, name: &str) -> Words {
        let text = self.get(name);
        Words::new(text, language_of(text))
    }

    /// The same, if anything was written.
    pub(super) fn words_if_any(&self, name: &str) -> Option<Words> {
        Some(self.words(name)).filter(|it| !it.text.is_empty())
    }

    /// One line, one thing.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        self.get(name).lines().map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
    }
}

/// A guess that is right for the two languages of this desk; it decides how the words are read aloud.
fn language_of(text: &str) -> &'static str {
    let han = text.chars().any(|it| matches!(u32::from(it), 0x3400..=0x9fff | 0x2_0000..=0x3_ffff));
    let latin = text.chars().any(|it| it.is_ascii_alphabetic());
    if latin && !han { "en" } else { "zh-CN" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_button_names_waits_for_nobody() {
        let sent = |name: &str| Fields::sent("scan-return", vec![(name.to_owned(), "x".to_owned())]);
        for name in PRESSED {
            assert_eq!(sent(name).unsent(), None, "{name}");
        }
        assert_eq!(sent("words").unsent(), Some("scan-return"));
    }

    #[test]
    fn words_keep_the_language_they_are_in() {
        for (text, expected) in
            [("照片反光", "zh-CN"), ("Too dark", "en"), ("请带 ID", "zh-CN"), ("", "zh-CN"), ("123", "zh-CN")]
        {
            assert_eq!(language_of(text), expected, "{text}");
        }
    }
}
