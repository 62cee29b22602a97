//! What a form of the desk sent: names and values, some names more than once.
use contract::api::Words;

/// The fields of one form, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    /// The first value of a name, trimmed; empty if there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(it, _)| it == name).map_or("", |(_, value)| value.trim())
    }

    /// Every value of a name that is not empty.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        let values = self.0.iter().filter(|(it, _)| it == name).map(|(_, value)| value.trim());
        values.filter(|it| !it.is_empty()).map(str::to_owned).collect()
    }

    /// Names below a prefix that have this value.
    pub(super) fn below<'a>(&'a self, prefix: &'a str, value: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(_, it)| it == value).filter_map(move |(name, _)| name.strip_prefix(prefix))
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
