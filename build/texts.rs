//! Reads the text tables in `locales/`, checks the languages against each other and writes what the app fetches.
//!
//! The build script makes the keys from it, the developer tool the file a language travels in. No dependencies, no I/O.

use std::collections::{BTreeMap, BTreeSet};

/// Groups whose keys are looked up by a code from the wire: they come first and keep their names at run time.
const CODED: [&str; 11] =
    ["act.", "actor.", "do.", "doc.e.", "event.", "next.", "p.", "progress.go.", "ret.code.", "stage.", "status."];

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

    /// The sentence of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.entries.iter().find(|(k, _)| k == key).map(|(_, s)| s.as_str())
    }

    /// All keys in the order of the generated enum: the coded groups first, each group together.
    pub(crate) fn keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = self.entries.iter().map(|(k, _)| k.as_str()).collect();
        keys.sort_by_key(|k| CODED.iter().position(|group| k.starts_with(group)).unwrap_or(CODED.len()));
        keys
    }

    /// How many of [`keys`](Self::keys) keep their names at run time.
    pub(crate) fn coded(&self) -> usize {
        self.entries.iter().filter(|(k, _)| CODED.iter().any(|group| k.starts_with(group))).count()
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
pub(crate) fn fingerprint(default: &Table) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in default.keys().join("\n").bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{hash:016x}")
}

/// What the app reads: the fingerprint, then one sentence a line in the order of [`Table::keys`].
pub(crate) fn emit(default: &Table, language: &Table) -> Result<String, String> {
    let mut lines = vec![fingerprint(default)];
    for key in default.keys() {
        lines.push(language.get(key).ok_or_else(|| format!("{key} is missing"))?.to_owned());
    }
    Ok(lines.join("\n") + "\n")
}

/// The file of one language as it is served: `zh` and `en` are the sources, `lang` the one wanted.
///
/// # Errors
/// What is wrong in the sources, or that there is no such language, in words.
pub(crate) fn runtime_file(zh: &str, en: &str, lang: &str) -> Result<String, String> {
    let (default, english) = (Table::read(zh)?, Table::read(en)?);
    compare(&default, &english)?;
    match lang {
        "zh-CN" => emit(&default, &default),
        "en" => emit(&default, &english),
        other => Err(format!("there is no language {other}")),
    }
}
