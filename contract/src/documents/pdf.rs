//! Reads what a PDF says about itself, without drawing it: locked, active, how many pages. Source: ISO 32000-1.
//!
//! It is a search and not a parser: names are looked for where a reader would find them (dictionaries, object streams), and
//! where only somebody who hides them would put them (stream data). Doubt refuses. A virus scanner is another's work.
use super::{Pages, Refusal};
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};

/// The end mark must stand within these last bytes, as readers have it.
const TAIL: usize = 1024;
/// The end record of a ZIP archive stands within these last bytes: itself and the longest comment.
const ARCHIVE_TAIL: usize = 22 + 65_535;
/// Object streams are inflated up to this many bytes in all; a file that has more hides something behind them.
const MOST_INFLATED: usize = 8 * 1024 * 1024;
/// Dictionaries inside dictionaries beyond this depth are not told apart.
const MOST_DEPTH: usize = 64;
/// Looked for in stream data too. Two letters after a slash are in every large picture; these are in none by chance.
const HIDDEN: [&[u8]; 4] = [b"/JavaScript", b"/OpenAction", b"/Launch", b"/EmbeddedFile"];

/// Reads a whole PDF.
///
/// # Errors
/// Cut off, locked, active, or more than `limit` pages.
pub(super) fn read(bytes: &[u8], limit: u32) -> Result<Pages, Refusal> {
    let tail = bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or(bytes);
    if find(tail, b"%%EOF").is_none() || find(bytes, b"obj").is_none() {
        return Err(Refusal::Broken);
    }
    // A file that is an archive too is opened as a program by whoever wants it to be one.
    let end = bytes.get(bytes.len().saturating_sub(ARCHIVE_TAIL)..).unwrap_or(bytes);
    if find(end, b"PK\x05\x06").is_some() {
        return Err(Refusal::ActivePdf);
    }
    let mut scan = Scan { left: MOST_INFLATED, ..Scan::default() };
    scan.objects(bytes, true);
    match scan.danger {
        Danger::None => {}
        Danger::Active => return Err(Refusal::ActivePdf),
        Danger::Locked => return Err(Refusal::LockedPdf),
    }
    // The tree's own count, where there is one: changed files carry old pages along, and old trees before the one that holds.
    match [scan.root, scan.counted, scan.pages].into_iter().find(|it| *it > 0).unwrap_or_default() {
        0 => Ok(Pages::Unknown),
        pages if pages > limit => Err(Refusal::Pages { limit }),
        pages => Ok(Pages::Counted(pages)),
    }
}

/// The worst met so far. A locked file hides the rest, so that is said first.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Danger {
    #[default]
    None,
    Active,
    Locked,
}

#[derive(Default)]
struct Scan {
    danger: Danger,
    /// Page objects seen.
    pages: u32,
    /// The count of the page tree's root: of the last one, as what is changed later stands behind.
    root: u32,
    /// The largest count of a page tree.
    counted: u32,
    /// Bytes that may still be inflated.
    left: usize,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Key {
    #[default]
    Other,
    Type,
    Count,
    Filter,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Kind {
    #[default]
    Other,
    Page,
    PageTree,
    ObjectStream,
}

#[derive(Clone, Copy, Default)]
struct Dictionary {
    kind: Kind,
    count: u32,
    /// It has a parent: of a page tree it is a branch.
    inner: bool,
    deflated: bool,
    key: Key,
}

impl Scan {
    /// Goes through objects; streams among them only where they can stand.
    fn objects(&mut self, bytes: &[u8], with_streams: bool) {
        let mut open: Vec<Dictionary> = Vec::new();
        let mut closed = Dictionary::default();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let rest = bytes.get(at..).unwrap_or_default();
            at += match byte {
                b'/' => {
                    let (name, length) = name(rest);
                    if !(name == b"OpenAction" && is_place(rest.get(length..).unwrap_or_default())) {
                        self.named(&name);
                    }
                    if let Some(dictionary) = open.last_mut() {
                        dictionary.named(&name);
                    }
                    length
                }
                b'<' if rest.starts_with(b"<<") => {
                    if open.len() < MOST_DEPTH {
                        open.push(Dictionary::default());
                    }
                    2
                }
                b'>' if rest.starts_with(b">>") => {
                    closed = open.pop().unwrap_or_default();
                    match closed.kind {
                        Kind::Page => self.pages = self.pages.saturating_add(1),
                        Kind::PageTree => {
                            self.counted = self.counted.max(closed.count);
                            if !closed.inner {
                                self.root = closed.count;
                            }
                        }
                        Kind::Other | Kind::ObjectStream => {}
                    }
                    2
                }
                b'0'..=b'9' => {
                    let (number, length) = number(rest);
                    if let Some(dictionary) = open.last_mut().filter(|it| it.key == Key::Count) {
                        // A count that stands in another object is not looked up: the pages are counted instead.
                        if !is_reference(rest.get(length..).unwrap_or_default()) {
                            dictionary.count = number;
                        }
                        dictionary.key = Key::Other;
                    }
                    length
                }
                b's' if with_streams && rest.starts_with(b"stream") => {
                    open.clear();
                    let content = rest.get(6..).unwrap_or_default();
                    let content = content.strip_prefix(b"\r").unwrap_or(content);
                    let content = content.strip_prefix(b"\n").unwrap_or(content);
                    let length = find(content, b"endstream").unwrap_or(content.len());
                    self.stream(closed, content.get(..length).unwrap_or(content));
                    closed = Dictionary::default();
                    rest.len() - content.len() + length + b"endstream".len()
                }
                // Nothing of interest begins here: on to the next byte that could begin it.
                _ => {
                    1 + rest
                        .iter()
                        .skip(1)
                        .take_while(|it| !matches!(it, b'/' | b'<' | b'>' | b's' | b'0'..=b'9'))
                        .count()
                }
            };
        }
    }

    /// A name is dangerous wherever it stands.
    fn named(&mut self, name: &[u8]) {
        self.danger = self.danger.max(match name {
            b"Encrypt" => Danger::Locked,
            b"JavaScript" | b"JS" | b"OpenAction" | b"Launch" => Danger::Active,
            _ if name.starts_with(b"EmbeddedFile") => Danger::Active,
            _ => Danger::None,
        });
    }

    fn stream(&mut self, about: Dictionary, content: &[u8]) {
        if about.kind == Kind::ObjectStream {
            if about.deflated {
                let inflated = decompress_to_vec_zlib_with_limit(content, self.left).unwrap_or_else(|error| {
                    if error.status == TINFLStatus::HasMoreOutput {
                        self.danger = self.danger.max(Danger::Active);
                    }
                    error.output
                });
                self.left = self.left.saturating_sub(inflated.len());
                self.objects(&inflated, false);
            } else {
                self.objects(content, false);
            }
            return;
        }
        let mut rest = content;
        while let Some(slash) = rest.iter().position(|byte| *byte == b'/') {
            rest = rest.get(slash..).unwrap_or_default();
            if HIDDEN.iter().any(|name| rest.starts_with(name)) {
                self.danger = self.danger.max(Danger::Active);
            }
            rest = rest.get(1..).unwrap_or_default();
        }
    }
}

impl Dictionary {
    /// Takes a name as the value of the key before it, or as the next key.
    fn named(&mut self, name: &[u8]) {
        let kind = match name {
            b"Page" => Kind::Page,
            b"Pages" => Kind::PageTree,
            b"ObjStm" => Kind::ObjectStream,
            _ => Kind::Other,
        };
        match self.key {
            Key::Type => (self.kind, self.key) = (kind, Key::Other),
            Key::Filter => (self.deflated, self.key) = (name == b"FlateDecode", Key::Other),
            Key::Other | Key::Count => {
                self.inner |= name == b"Parent";
                self.key = match name {
                    b"Type" => Key::Type,
                    b"Count" => Key::Count,
                    b"Filter" => Key::Filter,
                    _ => Key::Other,
                }
            }
        }
    }
}

/// The name that begins with this slash, its `#xx` undone, and how many bytes it takes. Only the first letters are kept.
fn name(bytes: &[u8]) -> (Vec<u8>, usize) {
    let regular = |byte: &u8| {
        !byte.is_ascii_whitespace()
            && !matches!(byte, 0 | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
    };
    let written = bytes.get(1..).unwrap_or_default();
    let length = written.iter().take_while(|byte| regular(byte)).count();
    let mut letters = written.iter().take(length);
    let mut name = Vec::with_capacity(length.min(16));
    while let Some(&letter) = letters.next() {
        if name.len() == 16 {
            break;
        }
        let digit =
            |byte: Option<&u8>| byte.and_then(|it| char::from(*it).to_digit(16)).and_then(|it| u8::try_from(it).ok());
        let mut ahead = letters.clone();
        match (letter == b'#').then(|| digit(ahead.next()).zip(digit(ahead.next()))).flatten() {
            Some((high, low)) => {
                name.push(high * 16 + low);
                letters = ahead;
            }
            None => name.push(letter),
        }
    }
    (name, 1 + length)
}

/// Whether what follows is a place to open at, which is an array. Anything else, as a reference, may be an action.
fn is_place(value: &[u8]) -> bool {
    let blank = |byte: &&u8| byte.is_ascii_whitespace() || **byte == 0;
    value.iter().find(|byte| !blank(byte)) == Some(&b'[')
}

/// Whether the number before this is that of an object: a generation and `R` follow.
fn is_reference(after: &[u8]) -> bool {
    let after = after.trim_ascii_start();
    let (_, digits) = number(after);
    let last = after.get(digits..).unwrap_or_default();
    digits > 0 && last.first().is_some_and(u8::is_ascii_whitespace) && last.trim_ascii_start().starts_with(b"R")
}

/// A whole number and how many digits it takes; what does not fit is as large as can be.
fn number(bytes: &[u8]) -> (u32, usize) {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit());
    let length = digits.clone().count();
    (digits.fold(0, |sum: u32, digit| sum.saturating_mul(10).saturating_add(u32::from(digit - b'0'))), length)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
