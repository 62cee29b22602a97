//! The sentences of one language in memory: one text and where each line of it lies. No I/O: whoever fetches hands the text in.

use std::sync::Arc;

include!(concat!(env!("OUT_DIR"), "/keys.rs"));

/// A language that the app speaks.
#[derive(Debug, PartialEq, Eq)]
pub struct Language {
    /// Its BCP 47 tag.
    pub tag: &'static str,
    /// Its own name, in itself.
    pub name: &'static str,
    /// The same, short enough for the top bar.
    pub short: &'static str,
    /// Whether it is written from right to left.
    pub rtl: bool,
}

impl Language {
    /// The compiled-in language, which needs no file.
    pub fn default_language() -> &'static Self {
        // The build makes at least one.
        const { &LANGUAGES[0] }
    }

    /// The language that fits a tag best: the tag itself, else the same first subtag (`en-GB` finds `en`).
    pub fn find(tag: &str) -> Option<&'static Self> {
        let primary = |t: &str| t.split('-').next().unwrap_or_default().to_ascii_lowercase();
        LANGUAGES
            .iter()
            .find(|l| l.tag.eq_ignore_ascii_case(tag))
            .or_else(|| LANGUAGES.iter().find(|l| primary(l.tag) == primary(tag)))
    }

    /// Whether its sentences are compiled in.
    pub fn is_default(&self) -> bool {
        self.tag == Self::default_language().tag
    }

    /// Where its sentences lie below the app's files.
    pub fn file(&self) -> String {
        format!("locales/{}.txt", self.tag)
    }
}

impl K {
    /// The sentence that stands for a code from the wire: `K::from_key("p.", "slow-down.code")`.
    ///
    /// `None` for a code that a newer server invented, and for groups that no code leads to.
    pub fn from_key(group: &str, code: &str) -> Option<Self> {
        let at = CODED_NAMES.split('\n').position(|name| name.strip_prefix(group) == Some(code))?;
        CODED.get(at).copied()
    }
}

/// Why a fetched text cannot be used; the language before it stays.
#[derive(Debug, PartialEq, Eq)]
pub enum CatalogueError {
    /// It was made for another version of the app.
    OtherVersion,
}

/// The sentences of one language.
#[derive(Clone)]
pub(crate) struct Catalogue {
    pub(crate) language: &'static Language,
    text: Text,
    lines: Arc<[(u32, u32)]>,
}

#[derive(Clone)]
enum Text {
    CompiledIn(&'static str),
    Fetched(Arc<str>),
}

impl Catalogue {
    /// English, as the app would fetch it.
    #[cfg(test)]
    pub(crate) fn english() -> Self {
        let language = Language::find("en").expect("English is there");
        Self::fetched(language, include_str!(concat!(env!("OUT_DIR"), "/en.txt"))).expect("a whole file")
    }

    /// The compiled-in language.
    pub(crate) fn compiled_in() -> Self {
        let text = include_str!(concat!(env!("OUT_DIR"), "/default.txt"));
        Self { language: Language::default_language(), lines: lines(text), text: Text::CompiledIn(text) }
    }

    /// A language from its file.
    pub(crate) fn fetched(language: &'static Language, text: &str) -> Result<Self, CatalogueError> {
        let lines = lines(text);
        if text.lines().next() == Some(FINGERPRINT) && lines.len() == COUNT {
            Ok(Self { language, text: Text::Fetched(text.into()), lines })
        } else {
            Err(CatalogueError::OtherVersion)
        }
    }

    /// The sentence of a key.
    pub(crate) fn sentence(&self, key: K) -> &str {
        let text = match &self.text {
            Text::CompiledIn(text) => text,
            Text::Fetched(text) => text.as_ref(),
        };
        let (start, end) = self.lines.get(key as usize).copied().unwrap_or_default();
        text.get(start as usize..end as usize).unwrap_or_default()
    }
}

/// Where each line after the first begins and ends.
fn lines(text: &str) -> Arc<[(u32, u32)]> {
    let mut found = Vec::with_capacity(COUNT);
    let mut start = 0_u32;
    for line in text.split_inclusive('\n') {
        let length = u32::try_from(line.len()).unwrap_or_default();
        found.push((start, start + length - u32::from(line.ends_with('\n'))));
        start += length;
    }
    found.drain(..usize::from(!found.is_empty()));
    found.into()
}

#[cfg(test)]
mod tests {
    use super::{COUNT, Catalogue, CatalogueError, FINGERPRINT, K, Language};

    #[test]
    fn a_code_from_the_wire_finds_its_sentence() {
        for (group, code, expected) in [
            ("p.", "slow-down.code", Some(K::PSlowDownCode)),
            ("event.", "scan-return", Some(K::EventScanReturn)),
            ("status.", "in-review", Some(K::StatusInReview)),
            ("doc.e.", "locked-pdf", Some(K::DocELockedPdf)),
            ("status.", "teleported", None),
        ] {
            assert_eq!(K::from_key(group, code), expected, "{group}{code}");
        }
    }

    #[test]
    fn a_text_of_another_version_is_refused() {
        let english = Language::find("en-GB").expect("English is there");
        assert_eq!(Catalogue::fetched(english, "0\na\nb\n").err(), Some(CatalogueError::OtherVersion));
        let short = format!("{FINGERPRINT}\none\n");
        assert_eq!(Catalogue::fetched(english, &short).err(), Some(CatalogueError::OtherVersion));
        let whole = format!("{FINGERPRINT}\n{}", "word\n".repeat(COUNT));
        assert_eq!(
            Catalogue::fetched(english, &whole).map(|c| c.sentence(K::AppName).to_owned()),
            Ok("word".to_owned())
        );
    }

    #[test]
    fn the_default_language_needs_no_file() {
        assert_eq!(Catalogue::compiled_in().sentence(K::AppName), "健康证办理");
    }
}
