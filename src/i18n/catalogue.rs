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
    /// The sentence that stands for a code from the wire: `K::from_key("doc.e.", "locked-pdf")`.
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

impl Chapter {
    const fn place(self) -> usize {
        self as usize
    }

    /// Where its sentences in a language lie below the app's files.
    pub fn file(self, language: &Language) -> String {
        let name = NAMES.get(self.place() - 1).copied().unwrap_or_default();
        format!("locales/{}.{name}.txt", language.tag)
    }
}

/// The sentences of one language, as far as they are here.
#[derive(Clone)]
pub(crate) struct Catalogue {
    pub(crate) language: &'static Language,
    chapters: [Option<Sentences>; CHAPTERS],
}

#[derive(Clone)]
struct Sentences {
    text: Text,
    lines: Arc<[(u32, u32)]>,
}

#[derive(Clone)]
enum Text {
    CompiledIn(&'static str),
    Fetched(Arc<str>),
}

impl Text {
    fn as_str(&self) -> &str {
        match self {
            Self::CompiledIn(text) => text,
            Self::Fetched(text) => text,
        }
    }
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
        let mut catalogue = Self { language: Language::default_language(), chapters: [const { None }; CHAPTERS] };
        // It is made by the same build.
        drop(catalogue.put(0, Text::CompiledIn(include_str!(concat!(env!("OUT_DIR"), "/zh-CN.txt")))));
        catalogue
    }

    /// A language from its file.
    pub(crate) fn fetched(language: &'static Language, text: &str) -> Result<Self, CatalogueError> {
        let mut catalogue = Self { language, chapters: [const { None }; CHAPTERS] };
        catalogue.put(0, Text::Fetched(text.into()))?;
        Ok(catalogue)
    }

    /// What the parts bring, for tests of their rules.
    #[cfg(test)]
    pub(crate) fn learn_all(&mut self) {
        self.learn(Chapter::Documents, include_str!(concat!(env!("OUT_DIR"), "/zh-CN.documents.txt")));
        self.learn(Chapter::Examination, include_str!(concat!(env!("OUT_DIR"), "/zh-CN.examination.txt")));
        self.learn(Chapter::Certificate, include_str!(concat!(env!("OUT_DIR"), "/zh-CN.certificate.txt")));
        self.learn(Chapter::Verify, include_str!(concat!(env!("OUT_DIR"), "/zh-CN.verify.txt")));
        self.learn(Chapter::Office, include_str!(concat!(env!("OUT_DIR"), "/zh-CN.office.txt")));
    }

    /// Takes in a chapter of the compiled-in language.
    pub(crate) fn learn(&mut self, chapter: Chapter, text: &'static str) {
        // It is made by the same build.
        drop(self.put(chapter.place(), Text::CompiledIn(text)));
    }

    /// Takes in a chapter from its file.
    pub(crate) fn add(&mut self, chapter: Chapter, text: &str) -> Result<(), CatalogueError> {
        self.put(chapter.place(), Text::Fetched(text.into()))
    }

    /// Whether a chapter is here.
    pub(crate) fn has(&self, chapter: Chapter) -> bool {
        self.chapters.get(chapter.place()).is_some_and(Option::is_some)
    }

    fn put(&mut self, chapter: usize, text: Text) -> Result<(), CatalogueError> {
        let (begin, end) = bounds(chapter);
        let lines = lines(text.as_str(), end - begin);
        let place = self.chapters.get_mut(chapter).ok_or(CatalogueError::OtherVersion)?;
        if text.as_str().lines().next() != Some(FINGERPRINT) || lines.len() != end - begin {
            return Err(CatalogueError::OtherVersion);
        }
        *place = Some(Sentences { text, lines });
        Ok(())
    }

    /// The sentence of a key.
    pub(crate) fn sentence(&self, key: K) -> &str {
        let at = key as usize;
        let chapter = ENDS.iter().position(|end| at < *end).unwrap_or_default();
        let (begin, _) = bounds(chapter);
        let Some(Some(sentences)) = self.chapters.get(chapter) else { return "" };
        let (start, end) = sentences.lines.get(at - begin).copied().unwrap_or_default();
        sentences.text.as_str().get(start as usize..end as usize).unwrap_or_default()
    }
}

/// Where a chapter begins and ends among the keys.
fn bounds(chapter: usize) -> (usize, usize) {
    let end = |at: usize| ENDS.get(at).copied().unwrap_or_default();
    (chapter.checked_sub(1).map_or(0, end), end(chapter))
}

/// Where each line after the first begins and ends.
fn lines(text: &str, about: usize) -> Arc<[(u32, u32)]> {
    let mut found = Vec::with_capacity(about + 1);
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
    use super::{Catalogue, CatalogueError, Chapter, ENDS, FINGERPRINT, K, Language, bounds};

    #[test]
    fn a_code_from_the_wire_finds_its_sentence() {
        for (group, code, expected) in [
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
        let whole = format!("{FINGERPRINT}\n{}", "word\n".repeat(ENDS[0]));
        assert_eq!(
            Catalogue::fetched(english, &whole).map(|c| c.sentence(K::AppName).to_owned()),
            Ok("word".to_owned())
        );
    }

    #[test]
    fn a_sentence_that_only_a_later_part_says_comes_with_that_part() {
        let mut catalogue = Catalogue::compiled_in();
        assert_eq!(catalogue.sentence(K::DocTurn), "", "it is in no first visit");
        catalogue.learn(Chapter::Documents, include_str!(concat!(env!("OUT_DIR"), "/zh-CN.documents.txt")));
        assert_eq!(catalogue.sentence(K::DocTurn), "转一下");
        assert_eq!(catalogue.sentence(K::DocEBroken), Catalogue::compiled_in().sentence(K::DocEBroken));
        // In another language, from its own file, and from no other version's.
        let english = Language::find("en").expect("English is there");
        let mut fetched =
            Catalogue::fetched(english, &format!("{FINGERPRINT}\n{}", "word\n".repeat(ENDS[0]))).expect("whole");
        assert_eq!(fetched.add(Chapter::Documents, "0\nTurn\n"), Err(CatalogueError::OtherVersion));
        assert!(!fetched.has(Chapter::Documents));
        let (begin, end) = bounds(Chapter::Documents as usize);
        let whole = format!("{FINGERPRINT}\n{}", "Turn\n".repeat(end - begin));
        assert_eq!(fetched.add(Chapter::Documents, &whole), Ok(()));
        assert_eq!(fetched.sentence(K::DocTurn), "Turn");
        assert_eq!(Chapter::Documents.file(english), "locales/en.documents.txt");
    }

    #[test]
    fn the_default_language_needs_no_file() {
        assert_eq!(Catalogue::compiled_in().sentence(K::AppName), "健康证办理");
    }
}
