//! What a form of the desk sent: names and values, some names more than once.
use contract::api::Words;

/// The fields of one form, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    /// What the form was for.
    to: String,
    pairs: Vec<(String, String)>,
}

/// Nothing was sent.
static NOTHING: Fields = Fields { to: String::new(), pairs: Vec::new() };

impl Fields {
    pub(super) fn sent(to: &str, pairs: Vec<(String, String)>) -> Self {
        Self { to: to.into(), pairs }
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
        let is_own =
            |(name, value): &(String, String)| !name.starts_with("c:") && value != "pass" && !value.trim().is_empty();
        self.pairs.iter().any(is_own).then_some(self.to.as_str())
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
    fn words_keep_the_language_they_are_in() {
        for (text, expected) in
            [("照片反光", "zh-CN"), ("Too dark", "en"), ("请带 ID", "zh-CN"), ("", "zh-CN"), ("123", "zh-CN")]
        {
            assert_eq!(language_of(text), expected, "{text}");
        }
    }
}
