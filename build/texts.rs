//! Reads the text tables in `locales/`, checks the languages against each other and writes what the app fetches.
//!
//! A sentence belongs to who says it: one that only a later part of the app says comes with that part ([`CHAPTERS`]), and what
//! anybody else says too with the first visit. What a code from the wire leads to is said by who looks it up ([`CODED`]).
//!
//! The build script makes the keys from it, the developer tool the file a language travels in. No dependencies, no I/O.

use std::collections::{BTreeMap, BTreeSet};

/// Groups whose keys are looked up by a code from the wire, and the part that alone looks there: they come first and keep
/// their names at run time.
const CODED: [(&str, &str); 9] = [
    ("actor.", "office"),
    ("do.", "office"),
    ("doc.e.", ""),
    ("event.", "office"),
    ("next.", ""),
    ("progress.go.", "office"),
    ("ret.code.", "office"),
    ("stage.", "office"),
    ("status.", "office"),
];

/// Parts of the app that bring their own sentences: the name, and the folders and files below `src` that only they draw.
pub(crate) const CHAPTERS: [(&str, &[&str]); 5] = [
    ("documents", &["documents/"]),
    ("examination", &["examination/"]),
    ("certificate", &["certificate/"]),
    ("verify", &["verify/"]),
    (
        "office",
        &[
            "apply/before.rs",
            "apply/check.rs",
            "apply/deleting.rs",
            "apply/export.rs",
            "apply/moved.rs",
            "apply/receipt.rs",
            "apply/report.rs",
            "apply/returned.rs",
            "apply/seldom.rs",
            "apply/sending.rs",
            "apply/sent.rs",
            "apply/set_aside.rs",
            "apply/taking_back.rs",
            "apply/two_phones.rs",
            "i18n/happened.rs",
            "progress/",
            "session/found.rs",
            "session/home.rs",
            "session/leaving.rs",
            "session/lookup.rs",
            "session/told.rs",
            "shell/lock.rs",
            "shell/rescue.rs",
            "shell/settings.rs",
            "shell/storage.rs",
            "shell/waiting.rs",
        ],
    ),
];

/// Which chapter says which sentence: by the names in `src`.
#[derive(Default)]
pub(crate) struct Sayers {
    /// By the name of the key in code: the chapters that say it, counted from 1; 0 is everybody else.
    chapters: BTreeMap<String, BTreeSet<usize>>,
}

impl Sayers {
    /// Takes in one file; `path` is below `src`, with slashes.
    pub(crate) fn read(&mut self, path: &str, source: &str) {
        let of = |(_, places): &(&str, &[&str])| places.iter().any(|place| path.starts_with(place));
        let chapter = CHAPTERS.iter().position(of).map_or(0, |at| at + 1);
        // Tests stand at the end of a file, and say nothing to anybody.
        let said = source.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        for after in said.split("K::").skip(1) {
            let end = after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len());
            let name = after.get(..end).unwrap_or_default();
            self.chapters.entry(name.to_owned()).or_default().insert(chapter);
        }
    }

    /// Whether anybody says it, as far as the names tell: to a coded one, a code leads.
    #[cfg(test)]
    pub(crate) fn is_said(&self, key: &str) -> bool {
        coded(key).is_some() || self.chapters.contains_key(&variant(key))
    }

    /// The chapter of a key, counted from 1; 0: it comes with the first visit.
    pub(crate) fn chapter(&self, key: &str) -> usize {
        let coded = coded(key)
            .and_then(|at| CODED.get(at))
            .map(|(_, part)| CHAPTERS.iter().position(|(name, _)| name == part).map_or(0, |at| at + 1));
        let said = self.chapters.get(&variant(key)).into_iter().flatten().copied().chain(coded);
        let said: BTreeSet<usize> = said.collect();
        match (said.first(), said.len()) {
            (Some(chapter), 1) => *chapter,
            _ => 0,
        }
    }
}

/// `returned.count` becomes `ReturnedCount`.
pub(crate) fn variant(key: &str) -> String {
    key.split(['.', '-', '_'])
        .map(|word| {
            let mut chars = word.chars();
            chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
        })
        .collect()
}

/// The group of a key that a code from the wire leads to, by its place among them.
pub(crate) fn coded(key: &str) -> Option<usize> {
    CODED.iter().position(|(group, _)| key.starts_with(group))
}

/// One language: sentences by key, in the order of the file.
pub(crate) struct Table {
    entries: Vec<(String, String)>,
}

impl Table {
    /// Reads a file of `key = sentence` lines; keys joined by a comma share the sentence.
    ///
    /// # Errors
    /// The first line that is neither a comment nor an entry, or a key that comes twice, in words.
    pub(crate) fn read(source: &str) -> Result<Self, String> {
        let mut entries = Vec::new();
        let mut seen = BTreeSet::new();
        for (number, line) in source.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let (keys, sentence) =
                line.split_once(" = ").ok_or_else(|| format!("line {}: not `key = sentence`", number + 1))?;
            for key in keys.split(", ") {
                if !seen.insert(key.to_owned()) {
                    return Err(format!("line {}: {key} comes twice", number + 1));
                }
                entries.push((key.to_owned(), sentence.trim().to_owned()));
            }
        }
        Ok(Self { entries })
    }

    /// All keys, in the order of the file.
    #[cfg(test)]
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(key, _)| key.as_str())
    }

    /// The sentence of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.entries.iter().find(|(k, _)| k == key).map(|(_, s)| s.as_str())
    }

    /// All keys in the order of the generated enum: chapter after chapter; in the first the coded groups come first.
    pub(crate) fn keys(&self, sayers: &Sayers) -> Vec<&str> {
        let mut keys: Vec<&str> = self.entries.iter().map(|(k, _)| k.as_str()).collect();
        keys.sort_by_key(|key| (sayers.chapter(key), coded(key).unwrap_or(CODED.len())));
        keys
    }

    /// Checks each sentence by itself: braces, and one form for each plural of the language.
    fn check(&self) -> Result<BTreeMap<&str, BTreeSet<String>>, String> {
        let plurals = self.get("lang.plurals").ok_or("lang.plurals is missing")?.split(' ').count();
        let mut names = BTreeMap::new();
        for (key, sentence) in &self.entries {
            let mut found = BTreeSet::new();
            arguments(sentence, plurals, &mut found).map_err(|why| format!("{key}: {why}"))?;
            names.insert(key.as_str(), found);
        }
        Ok(names)
    }
}

/// The names in `{…}` of one sentence, nested ones included.
fn arguments(sentence: &str, plurals: usize, found: &mut BTreeSet<String>) -> Result<(), String> {
    let mut rest = sentence;
    while let Some(start) = rest.find(['{', '}', '[', ']']) {
        let (_, tail) = rest.split_at(start);
        if tail.starts_with('[') || tail.starts_with(']') {
            rest = tail.get(1..).unwrap_or_default();
            continue;
        }
        if tail.starts_with('}') {
            return Err("a } without its {".into());
        }
        let end = closing(tail).ok_or("a { without its }")?;
        let inside = tail.get(1..end).unwrap_or_default();
        if let Some((name, forms)) = inside.split_once(':') {
            found.insert(name.to_owned());
            let forms = split_forms(forms);
            if plurals < 2 || forms.len() != plurals {
                return Err(format!("{{{name}:…}} has {} forms, the language has {plurals}", forms.len()));
            }
            for form in forms {
                arguments(form, plurals, found)?;
            }
        } else {
            found.insert(inside.to_owned());
        }
        rest = tail.get(end + 1..).unwrap_or_default();
    }
    Ok(())
}

/// Where the brace that `text` begins with is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// Splits `day/days` at the slashes that stand outside braces.
fn split_forms(forms: &str) -> Vec<&str> {
    let mut depth = 0;
    forms
        .split(|c| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            c == '/' && depth == 0
        })
        .collect()
}

/// Checks that two languages say the same things with the same arguments.
///
/// # Errors
/// The first key that is missing on one side, or whose arguments differ, in words.
pub(crate) fn compare(default: &Table, other: &Table) -> Result<(), String> {
    let (mine, theirs) = (default.check()?, other.check()?);
    for (key, names) in &mine {
        let found = theirs.get(key).ok_or_else(|| format!("{key} is missing"))?;
        if found != names {
            return Err(format!("{key}: takes {found:?}, the default language {names:?}"));
        }
    }
    match theirs.keys().find(|key| !mine.contains_key(*key)) {
        Some(key) => Err(format!("{key} is not in the default language")),
        None => Ok(()),
    }
}

/// Tells a file made for another version of the app from one made for this: a hash (FNV-1a) of the list of keys.
pub(crate) fn fingerprint(default: &Table, sayers: &Sayers) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let keys = default.keys(sayers).into_iter().map(|key| format!("{} {key}\n", sayers.chapter(key)));
    for byte in keys.collect::<String>().bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{hash:016x}")
}

/// What the app reads of one chapter: the fingerprint, then one sentence a line in the order of [`Table::keys`].
fn emit(default: &Table, language: &Table, sayers: &Sayers, chapter: usize) -> Result<String, String> {
    let mut lines = vec![fingerprint(default, sayers)];
    for key in default.keys(sayers).into_iter().filter(|key| sayers.chapter(key) == chapter) {
        lines.push(bound(key, language.get(key).ok_or_else(|| format!("{key} is missing"))?));
    }
    Ok(lines.join("\n") + "\n")
}

/// A sentence with no-break spaces where a line must not end: between the parts of a date, between a count and its word, and
/// before a dot that parts two things.
fn bound(key: &str, sentence: &str) -> String {
    if key.starts_with("fmt.day") || key == "fmt.month.year" {
        return sentence.replace(' ', "\u{a0}");
    }
    let counts = ["n", "m", "s", "d"].map(|name| format!("{{{name}}} "));
    let bind = |text: String, count: &String| text.replace(count, &format!("{}\u{a0}", count.trim_end()));
    counts.iter().fold(sentence.replace(" · ", "\u{a0}· "), bind)
}

/// The files of one language as they are served, by their names: `zh` and `en` are the sources, `lang` the one wanted.
///
/// # Errors
/// What is wrong in the sources, or that there is no such language, in words.
pub(crate) fn runtime_files(zh: &str, en: &str, lang: &str, sayers: &Sayers) -> Result<Vec<(String, String)>, String> {
    let (default, english) = (Table::read(zh)?, Table::read(en)?);
    compare(&default, &english)?;
    let language = match lang {
        "zh-CN" => &default,
        "en" => &english,
        other => return Err(format!("there is no language {other}")),
    };
    let names = std::iter::once(String::new()).chain(CHAPTERS.iter().map(|(name, _)| format!(".{name}")));
    names
        .enumerate()
        .map(|(chapter, name)| Ok((format!("{lang}{name}.txt"), emit(&default, language, sayers, chapter)?)))
        .collect()
}
