//! A sentence of the questionnaire, with its translations.

/// What a questionnaire says in its own language, and in others where somebody translated it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    base: String,
    language: String,
    translations: Vec<(String, String)>,
}

/// A passage to show: words with the language they are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage<'a> {
    /// The words.
    pub text: &'a str,
    /// The language of the words: set `lang` on the passage if it is not the page's.
    pub lang: &'a str,
    /// True where the asked language was missing and the base stands in.
    pub fallback: bool,
}

impl Text {
    /// Words in the questionnaire's own language, with translations as (language, words).
    pub fn new(base: impl Into<String>, language: impl Into<String>, translations: Vec<(String, String)>) -> Self {
        Self { base: base.into(), language: language.into(), translations }
    }

    /// The words in this language, or in the nearest one there is.
    pub fn get<'a>(&'a self, lang: &str) -> Passage<'a> {
        let found = |wanted: &str| self.translations.iter().find(|(l, _)| l.eq_ignore_ascii_case(wanted));
        if self.language.eq_ignore_ascii_case(lang) {
            return self.own(false);
        }
        let primary = lang.split('-').next().unwrap_or(lang);
        let near = || self.translations.iter().find(|(l, _)| l.split('-').next() == Some(primary));
        match found(lang).or_else(|| found(primary)).or_else(near) {
            Some((lang, text)) => Passage { text, lang, fallback: false },
            None => self.own(self.language.split('-').next() != Some(primary)),
        }
    }

    /// The words of the base language.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The words in every language.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.base()).chain(self.translations.iter().map(|(_, words)| words.as_str()))
    }

    /// These words with others before them.
    #[must_use]
    pub(super) fn after(&self, before: &Self) -> Self {
        let words = |lang: &str, own: &str| format!("{} {own}", before.get(lang).text).trim().to_owned();
        let translations = self.translations.iter().map(|(lang, own)| (lang.clone(), words(lang, own))).collect();
        Self::new(words(&before.language, &self.base), before.language.clone(), translations)
    }

    /// Whether there are no words at all.
    pub fn is_empty(&self) -> bool {
        self.base.is_empty()
    }

    /// The languages it is translated into.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.translations.iter().map(|(lang, _)| lang.as_str())
    }

    fn own(&self, fallback: bool) -> Passage<'_> {
        Passage { text: &self.base, lang: &self.language, fallback }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_language_is_taken_and_named() {
        let name = Text::new("姓名", "zh-CN", vec![("en".to_owned(), "Name".to_owned())]);
        for (asked, text, lang, fallback) in [
            ("zh-CN", "姓名", "zh-CN", false),
            ("zh-TW", "姓名", "zh-CN", false),
            ("en", "Name", "en", false),
            ("en-GB", "Name", "en", false),
            ("ar", "姓名", "zh-CN", true),
        ] {
            assert_eq!(name.get(asked), Passage { text, lang, fallback }, "{asked}");
        }
    }
}
