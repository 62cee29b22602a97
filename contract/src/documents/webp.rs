//! Walks the chunks of a WebP. Source: RFC 9649.
use super::{Orientation, Pixels, le32, tiff};

/// Where and how long one picture of a moving one stands, before its chunks.
const FRAME_HEADER: usize = 16;

/// What the chunks of a whole WebP say.
pub(super) struct WebP {
    pub(super) pixels: Pixels,
    pub(super) orientation: Orientation,
    pub(super) animated: bool,
}

/// Reads a WebP; `None` if it is cut off, has no picture, or one of another size than it says: decoders go by either.
pub(super) fn read(bytes: &[u8]) -> Option<WebP> {
    let mut canvas = None;
    let mut frames = Vec::new();
    let mut orientation = None;
    let mut animated = false;
    let mut is_first = true;
    let mut late = false;
    walk(bytes, |name, payload, _| {
        match name {
            b"VP8X" if is_first => {
                canvas = extended(payload);
                animated = payload.first().is_some_and(|flags| flags & 0x02 != 0);
            }
            // Who reads on from a picture that stands before it has another size in hand.
            b"VP8X" => late = true,
            b"VP8 " => frames.push(lossy(payload)),
            b"VP8L" => frames.push(lossless(payload)),
            b"ANMF" => {
                let inner = payload.get(FRAME_HEADER..).unwrap_or_default();
                let found = chunks(inner, |name, payload, _| match name {
                    b"VP8 " => frames.push(lossy(payload)),
                    b"VP8L" => frames.push(lossless(payload)),
                    _ => {}
                });
                late |= found.is_none();
            }
            b"EXIF" => orientation = tiff::orientation(payload.strip_prefix(b"Exif\0\0").unwrap_or(payload)),
            _ => {}
        }
        is_first = false;
    })?;
    let frames: Vec<Pixels> = frames.into_iter().collect::<Option<_>>()?;
    let pixels = canvas.or(frames.first().copied())?;
    // The pictures of a moving one may be smaller.
    let fits =
        |it: &Pixels| if animated { it.width <= pixels.width && it.height <= pixels.height } else { *it == pixels };
    let is_whole = !late && !frames.is_empty() && frames.iter().all(fits);
    is_whole.then_some(WebP { pixels, orientation: orientation.unwrap_or(Orientation::UPRIGHT), animated })
}

/// Hands name, payload and all bytes (padding included) of each chunk to `seen`; `None` if the file is shorter than it says.
pub(super) fn walk<'a>(bytes: &'a [u8], mut seen: impl FnMut(&'a [u8; 4], &'a [u8], &'a [u8])) -> Option<()> {
    let told = usize::try_from(le32(bytes, 4)?).ok()?.checked_add(8)?;
    let bytes = bytes.get(..told)?;
    (bytes.starts_with(b"RIFF") && bytes.get(8..12)? == b"WEBP").then_some(())?;
    chunks(bytes.get(12..)?, &mut seen)
}

/// The same for chunks that stand in a row.
fn chunks<'a>(bytes: &'a [u8], mut seen: impl FnMut(&'a [u8; 4], &'a [u8], &'a [u8])) -> Option<()> {
    let mut at = 0;
    while at < bytes.len() {
        let name: &[u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let length = usize::try_from(le32(bytes, at + 4)?).ok()?;
        let payload_end = at.checked_add(8)?.checked_add(length)?;
        let payload = bytes.get(at + 8..payload_end)?;
        // An odd payload is padded to an even place; some writers forget it at the end.
        let end = payload_end.checked_add(length % 2)?.min(bytes.len());
        seen(name, payload, bytes.get(at..end)?);
        at = end;
    }
    Some(())
}

fn le24(bytes: &[u8], at: usize) -> Option<u32> {
    let three = bytes.get(at..at.checked_add(3)?)?;
    Some(three.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
}

fn extended(payload: &[u8]) -> Option<Pixels> {
    Some(Pixels { width: le24(payload, 4)? + 1, height: le24(payload, 7)? + 1 })
}

fn lossy(payload: &[u8]) -> Option<Pixels> {
    (payload.get(3..6)? == [0x9D, 0x01, 0x2A]).then_some(())?;
    let sides = le32(payload, 6)?;
    Some(Pixels { width: sides & 0x3FFF, height: sides >> 16 & 0x3FFF })
}

fn lossless(payload: &[u8]) -> Option<Pixels> {
    (*payload.first()? == 0x2F).then_some(())?;
    let sides = le32(payload, 1)?;
    Some(Pixels { width: (sides & 0x3FFF) + 1, height: (sides >> 14 & 0x3FFF) + 1 })
}
