//! Reads what a PDF says about itself, without drawing it: locked, active, how many pages. Source: ISO 32000-1.
//!
//! It is a search and not a parser: names are looked for where a reader would find them (dictionaries, object streams), and
//! where only somebody who hides them would put them (stream data). Doubt refuses. A virus scanner is another's work.
use super::{Pages, Refusal};
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};
use std::ops::Range;

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
    /// Where the file tells of its making, if that is asked.
    traces: Option<Traces>,
}

/// Where a file tells of who made it, when and with what. Places count from its first byte.
#[derive(Default)]
pub(super) struct Traces {
    /// Streams of XMP, and whether they are deflated.
    pub(super) xmp: Vec<(Range<usize>, bool)>,
    /// Streams that are a JPEG.
    pub(super) jpegs: Vec<Range<usize>>,
    /// The numbers of the objects that tell.
    pub(super) infos: Vec<u32>,
    /// The number of each object, and where it begins.
    pub(super) objects: Vec<(u32, usize)>,
}

/// Looks for them.
pub(super) fn traces(bytes: &[u8]) -> Traces {
    let mut scan = Scan { traces: Some(Traces::default()), ..Scan::default() };
    scan.objects(bytes, true);
    scan.traces.unwrap_or_default()
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Key {
    #[default]
    Other,
    Type,
    Count,
    Filter,
    Info,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Kind {
    #[default]
    Other,
    Page,
    PageTree,
    ObjectStream,
    Metadata,
}

/// How a stream is packed.
#[derive(Clone, Copy, Default, PartialEq)]
enum Packing {
    #[default]
    Not,
    Deflated,
    /// In a way that is not undone here: another filter, or one on top of the other.
    Otherwise,
}

#[derive(Clone, Copy, Default)]
struct Dictionary {
    kind: Kind,
    count: u32,
    /// It has a parent: of a page tree it is a branch.
    inner: bool,
    packing: Packing,
    /// It says where the first of several objects stands.
    first: bool,
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
                        Kind::Other | Kind::ObjectStream | Kind::Metadata => {}
                    }
                    2
                }
                b'0'..=b'9' => {
                    let (number, length) = number(rest);
                    let after = rest.get(length..).unwrap_or_default();
                    if let Some(traces) = &mut self.traces {
                        if let Some(object) = named_by(after, b"obj") {
                            traces.objects.push((number, at + length + object));
                        } else if named_by(after, b"R").is_some() && open.last().is_some_and(|it| it.key == Key::Info) {
                            traces.infos.push(number);
                        }
                    }
                    if let Some(dictionary) = open.last_mut().filter(|it| it.key == Key::Count) {
                        // A count that stands in another object is not looked up: the pages are counted instead.
                        if named_by(after, b"R").is_none() {
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
                    let (begin, content) = (at + rest.len() - content.len(), content.get(..length).unwrap_or(content));
                    match &mut self.traces {
                        Some(traces) => traces.stream(closed, begin, content),
                        None => self.stream(closed, content),
                    }
                    closed = Dictionary::default();
                    begin - at + length + b"endstream".len()
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
        // Readers take one for what it holds, whatever it is called.
        if about.kind == Kind::ObjectStream || about.first {
            match about.packing {
                // No program packs objects so, but for one that hides them.
                Packing::Otherwise => self.danger = self.danger.max(Danger::Active),
                Packing::Not => self.objects(content, false),
                Packing::Deflated => {
                    let inflated = decompress_to_vec_zlib_with_limit(content, self.left).unwrap_or_else(|error| {
                        if error.status == TINFLStatus::HasMoreOutput {
                            self.danger = self.danger.max(Danger::Active);
                        }
                        error.output
                    });
                    self.left = self.left.saturating_sub(inflated.len());
                    self.objects(&inflated, false);
                }
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

impl Traces {
    fn stream(&mut self, about: Dictionary, begin: usize, content: &[u8]) {
        // The end of the line before `endstream` is not the stream's.
        let place = begin..begin + content.trim_ascii_end().len();
        if about.kind == Kind::Metadata {
            self.xmp.push((place, about.packing == Packing::Deflated));
        } else if content.starts_with(&[0xFF, 0xD8, 0xFF]) {
            self.jpegs.push(place);
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
            b"Metadata" => Kind::Metadata,
            _ => Kind::Other,
        };
        match self.key {
            Key::Type => (self.kind, self.key) = (kind, Key::Other),
            Key::Filter => {
                let once = name == b"FlateDecode" && self.packing == Packing::Not;
                self.packing = if once { Packing::Deflated } else { Packing::Otherwise };
                self.key = Key::Other;
            }
            Key::Other | Key::Count | Key::Info => {
                self.inner |= name == b"Parent";
                self.first |= name == b"First";
                // Where a key should be this is the second of several filters.
                if name.ends_with(b"Decode") || name == b"DecodeParms" {
                    self.packing = Packing::Otherwise;
                }
                self.key = match name {
                    b"Type" => Key::Type,
                    b"Count" => Key::Count,
                    b"Filter" => Key::Filter,
                    b"Info" => Key::Info,
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

/// Whether the number before this is that of an object: a generation follows, and then this word. Where that ends.
fn named_by(after: &[u8], word: &[u8]) -> Option<usize> {
    let generation = after.trim_ascii_start();
    let (_, digits) = number(generation);
    let last = generation.get(digits..).unwrap_or_default();
    let is_one = digits > 0 && generation.len() < after.len() && last.first().is_some_and(u8::is_ascii_whitespace);
    let rest = last.trim_ascii_start().strip_prefix(word).filter(|_| is_one)?;
    Some(after.len() - rest.len())
}

/// The inside of the string or dictionary that stands at this place, and the numbers of the objects that it names.
pub(super) fn inside(bytes: &[u8], from: usize) -> Option<(Range<usize>, Vec<u32>)> {
    let blank = bytes.get(from..)?.iter().take_while(|it| it.is_ascii_whitespace()).count();
    let begin = from + blank;
    let edge = if bytes.get(begin..)?.starts_with(b"<<") { 2 } else { 1 };
    let (mut at, mut open, mut named) = (begin, 0_u32, Vec::new());
    loop {
        let rest = bytes.get(at..)?;
        at += match rest.first()? {
            b'(' => string(rest)?,
            b'<' if rest.starts_with(b"<<") => {
                open += 1;
                2
            }
            b'>' if rest.starts_with(b">>") => {
                open = open.checked_sub(1)?;
                2
            }
            b'<' => rest.iter().position(|it| *it == b'>')? + 1,
            b'0'..=b'9' if open > 0 => {
                let (number, length) = number(rest);
                named.extend(named_by(rest.get(length..)?, b"R").map(|_| number));
                length
            }
            _ if open == 0 => return None,
            _ => 1,
        };
        if open == 0 {
            return Some((begin + edge..at - edge, named));
        }
    }
}

/// How long the string is that begins with this bracket.
fn string(bytes: &[u8]) -> Option<usize> {
    let (mut open, mut at) = (0_u32, 0);
    loop {
        match bytes.get(at)? {
            b'\\' => at += 1,
            b'(' => open += 1,
            b')' => open -= 1,
            _ => {}
        }
        at += 1;
        if open == 0 {
            return Some(at);
        }
    }
}

/// A whole number and how many digits it takes; what does not fit is as large as can be.
fn number(bytes: &[u8]) -> (u32, usize) {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit());
    let length = digits.clone().count();
    (digits.fold(0, |sum: u32, digit| sum.saturating_mul(10).saturating_add(u32::from(digit - b'0'))), length)
}

pub(super) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
