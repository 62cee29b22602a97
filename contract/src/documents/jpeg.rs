//! Walks the segments of a JPEG. Source: ITU-T T.81 annex B.
use super::{Orientation, Pixels, be16, tiff};

/// What the segments of a whole JPEG say.
pub(super) struct Jpeg {
    pub(super) pixels: Pixels,
    pub(super) orientation: Orientation,
}

/// One piece of a JPEG, with all its bytes.
pub(super) enum Piece<'a> {
    /// A marker with its length and payload: the marker, the payload, and the bytes of all of it.
    Segment { marker: u8, payload: &'a [u8], whole: &'a [u8] },
    /// Entropy-coded data, restart markers included.
    Scan(&'a [u8]),
}

const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;

/// Reads a JPEG from its first to its last marker; `None` if it is cut off or has no frame.
pub(super) fn read(bytes: &[u8]) -> Option<Jpeg> {
    let mut pixels = None;
    let mut orientation = None;
    let mut scans = 0;
    walk(bytes, |piece| match piece {
        Piece::Segment { marker: 0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF, payload, .. } => {
            if let (Some(height), Some(width)) = (be16(payload, 1), be16(payload, 3)) {
                pixels.get_or_insert(Pixels { width: width.into(), height: height.into() });
            }
        }
        Piece::Segment { marker: 0xE1, payload, .. } => {
            if let Some(exif) = payload.strip_prefix(b"Exif\0\0") {
                orientation = orientation.or_else(|| tiff::orientation(exif));
            }
        }
        Piece::Segment { .. } => {}
        Piece::Scan(data) => scans += usize::from(!data.is_empty()),
    })?;
    (scans > 0).then_some(())?;
    Some(Jpeg { pixels: pixels?, orientation: orientation.unwrap_or(Orientation::UPRIGHT) })
}

/// Hands each piece between SOI and EOI to `seen`; `None` if EOI is never reached.
///
/// What stands after EOI (a second picture, a video, anything) is not looked at.
pub(super) fn walk<'a>(bytes: &'a [u8], mut seen: impl FnMut(Piece<'a>)) -> Option<()> {
    bytes.starts_with(&[0xFF, 0xD8]).then_some(())?;
    let mut at = 2;
    loop {
        (*bytes.get(at)? == 0xFF).then_some(())?;
        // Any number of fill bytes may stand before the marker.
        while *bytes.get(at.checked_add(1)?)? == 0xFF {
            at += 1;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            EOI => return Some(()),
            // Markers that stand alone, and those that cannot stand here.
            0x01 | 0xD0..=0xD7 => at += 2,
            0x00 | 0xD8 => return None,
            _ => {
                let length = usize::from(be16(bytes, at + 2)?);
                let end = at.checked_add(2)?.checked_add(length)?;
                let payload = bytes.get(at + 4..end)?;
                seen(Piece::Segment { marker, payload, whole: bytes.get(at..end)? });
                at = end;
                if marker == SOS {
                    let scan_end = end_of_scan(bytes, at)?;
                    seen(Piece::Scan(bytes.get(at..scan_end)?));
                    at = scan_end;
                }
            }
        }
    }
}

/// Where the entropy-coded data that begins at `from` meets a marker that ends it.
fn end_of_scan(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        match *bytes.get(at + 1)? {
            0x00 | 0xD0..=0xD7 => at += 2,
            0xFF => at += 1,
            _ => return Some(at),
        }
    }
}
