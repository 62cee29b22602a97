//! The part of CBOR (RFC 8949) that a credential is made of: definite lengths only, no floats needed, nothing nested deep.
//!
//! Written here because it is small, and because what a stranger's code says is bounded while it is read: depth, length,
//! double keys and a tail are refused. Tests compare it with another implementation.

/// How deep arrays, maps and tags may nest.
const MAX_DEPTH: u8 = 8;

/// One item, borrowing its strings.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Unsigned(u64),
    /// -1 - n
    Negative(u64),
    Bytes(&'a [u8]),
    Text(&'a str),
    Array(Vec<Value<'a>>),
    Map(Vec<(Value<'a>, Value<'a>)>),
    Tag(u64, Box<Value<'a>>),
    /// Simple values and floats, which nothing here asks for.
    Other,
}

impl<'a> Value<'a> {
    pub(super) fn unsigned(&self) -> Option<u64> {
        if let Self::Unsigned(n) = self { Some(*n) } else { None }
    }

    pub(super) fn integer(&self) -> Option<i64> {
        match self {
            Self::Unsigned(n) => i64::try_from(*n).ok(),
            Self::Negative(n) => i64::try_from(*n).ok().map(|n| -1 - n),
            Self::Bytes(_) | Self::Text(_) | Self::Array(_) | Self::Map(_) | Self::Tag(..) | Self::Other => None,
        }
    }

    pub(super) fn bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    pub(super) fn text(&self) -> Option<&'a str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn is_map(&self) -> bool {
        matches!(self, Self::Map(_))
    }

    /// The member with this number as its key.
    pub(super) fn get(&self, key: i64) -> Option<&Value<'a>> {
        let Self::Map(pairs) = self else { return None };
        pairs.iter().find_map(|(name, value)| (name.integer() == Some(key)).then_some(value))
    }

    /// The member with this text as its key.
    pub(super) fn named(&self, key: &str) -> Option<&Value<'a>> {
        let Self::Map(pairs) = self else { return None };
        pairs.iter().find_map(|(name, value)| (name.text() == Some(key)).then_some(value))
    }
}

/// The one item that the bytes are; nothing if they are anything else.
pub(super) fn decode(bytes: &[u8]) -> Option<Value<'_>> {
    let mut rest = bytes;
    let value = item(&mut rest, 0)?;
    rest.is_empty().then_some(value)
}

fn take<'a>(rest: &mut &'a [u8], count: u64) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(usize::try_from(count).ok()?)?;
    *rest = tail;
    Some(head)
}

fn item<'a>(rest: &mut &'a [u8], depth: u8) -> Option<Value<'a>> {
    if depth > MAX_DEPTH {
        return None;
    }
    let &[first] = take(rest, 1)? else {
        return None;
    };
    let size = match first & 31 {
        0..=23 => 0,
        info @ 24..=27 => 1 << (info - 24),
        _ => return None,
    };
    let number = match size {
        0 => u64::from(first & 31),
        size => take(rest, size)?.iter().fold(0, |n, &byte| n << 8 | u64::from(byte)),
    };
    // A length is not believed before the bytes are there: each member takes at least one.
    let members = |rest: &mut &'a [u8]| (0..number).map(|_| item(rest, depth + 1)).collect::<Option<Vec<_>>>();
    Some(match first >> 5 {
        0 => Value::Unsigned(number),
        1 => Value::Negative(number),
        2 => Value::Bytes(take(rest, number)?),
        3 => Value::Text(core::str::from_utf8(take(rest, number)?).ok()?),
        4 => Value::Array(members(rest)?),
        5 => Value::Map(pairs(rest, number, depth)?),
        6 => Value::Tag(number, Box::new(item(rest, depth + 1)?)),
        _ => Value::Other,
    })
}

fn pairs<'a>(rest: &mut &'a [u8], count: u64, depth: u8) -> Option<Vec<(Value<'a>, Value<'a>)>> {
    let mut pairs: Vec<(Value<'a>, Value<'a>)> = Vec::new();
    for _ in 0..count {
        let key = item(rest, depth + 1)?;
        if pairs.iter().any(|(other, _)| *other == key) {
            return None;
        }
        pairs.push((key, item(rest, depth + 1)?));
    }
    Some(pairs)
}

/// Writes deterministic CBOR (RFC 8949 §4.2.1); the caller gives map keys in their order.
#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn head(mut self, major: u8, number: u64) -> Self {
        let bytes = number.to_be_bytes();
        let (info, from) = match number {
            0..=23 => (u8::try_from(number).unwrap_or(0), 8),
            24..=0xff => (24, 7),
            0x100..=0xffff => (25, 6),
            0x1_0000..=0xffff_ffff => (26, 4),
            _ => (27, 0),
        };
        self.0.push(major << 5 | info);
        self.0.extend(bytes.iter().skip(from));
        self
    }

    pub(super) fn integer(self, number: i64) -> Self {
        match u64::try_from(number) {
            Ok(number) => self.head(0, number),
            Err(_) => self.head(1, number.unsigned_abs() - 1),
        }
    }

    pub(super) fn unsigned(self, number: u64) -> Self {
        self.head(0, number)
    }

    pub(super) fn bytes(self, bytes: &[u8]) -> Self {
        let mut written = self.head(2, bytes.len() as u64);
        written.0.extend(bytes);
        written
    }

    pub(super) fn text(self, text: &str) -> Self {
        let mut written = self.head(3, text.len() as u64);
        written.0.extend(text.bytes());
        written
    }

    pub(super) fn array(self, length: u64) -> Self {
        self.head(4, length)
    }

    pub(super) fn map(self, length: u64) -> Self {
        self.head(5, length)
    }

    pub(super) fn tag(self, tag: u64) -> Self {
        self.head(6, tag)
    }
}
