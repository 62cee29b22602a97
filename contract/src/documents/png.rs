//! Walks the chunks of a PNG. Source: W3C PNG, third edition.
use super::{Pixels, be32};

/// The eight bytes that every PNG begins with.
pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1A\n";

/// What the chunks of a whole PNG say.
pub(super) struct Png {
    pub(super) pixels: Pixels,
    pub(super) animated: bool,
}

/// Reads a PNG from its header to its end chunk; `None` if it is cut off, or does not begin with a header.
pub(super) fn read(bytes: &[u8]) -> Option<Png> {
    let mut header = None;
    let mut animated = false;
    let mut first = true;
    let mut picture = false;
    walk(bytes, |name, payload, _| {
        match name {
            b"IHDR" if first && payload.len() == 13 => header = be32(payload, 0).zip(be32(payload, 4)),
            b"acTL" => animated = true,
            b"IDAT" => picture = true,
            _ => {}
        }
        first = false;
    })?;
    let (width, height) = header.filter(|_| picture)?;
    Some(Png { pixels: Pixels { width, height }, animated })
}

/// Hands name, payload and all bytes of each chunk to `seen`; `None` if the end chunk is never reached.
pub(super) fn walk<'a>(bytes: &'a [u8], mut seen: impl FnMut(&'a [u8; 4], &'a [u8], &'a [u8])) -> Option<()> {
    bytes.starts_with(SIGNATURE).then_some(())?;
    let mut at = SIGNATURE.len();
    loop {
        let length = usize::try_from(be32(bytes, at)?).ok()?;
        let name: &[u8; 4] = bytes.get(at.checked_add(4)?..at.checked_add(8)?)?.try_into().ok()?;
        let end = at.checked_add(12)?.checked_add(length)?;
        let whole = bytes.get(at..end)?;
        seen(name, bytes.get(at + 8..end - 4)?, whole);
        if name == b"IEND" {
            return Some(());
        }
        at = end;
    }
}
