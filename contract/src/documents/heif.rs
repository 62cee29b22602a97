//! Looks into the boxes of an HEIC, HEIF or AVIF picture. Source: ISO/IEC 14496-12, 23008-12.
use super::{FileType, Orientation, Pixels, be32};

/// Boxes looked at in all: a real picture has a few dozen.
const MOST_BOXES: usize = 4096;

/// Tells HEIC from AVIF by the brands of the first box.
pub(super) fn brand(head: &[u8]) -> Option<FileType> {
    (head.get(4..8)? == b"ftyp").then_some(())?;
    let length = usize::try_from(be32(head, 0)?).ok()?;
    let brands = head.get(8..length.min(head.len()))?;
    let mut found = None;
    // The second four bytes are a version and not a brand.
    for (place, four) in brands.chunks_exact(4).enumerate().take(32) {
        match four {
            _ if place == 1 => {}
            b"avif" | b"avis" => return Some(FileType::Avif),
            b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1" => {
                found = Some(FileType::Heic);
            }
            _ => {}
        }
    }
    found
}

/// What the boxes of a whole picture say.
pub(super) struct Heif {
    /// The largest size that a picture property names: tiles and thumbnails are smaller than the whole.
    pub(super) pixels: Pixels,
    pub(super) orientation: Orientation,
    pub(super) animated: bool,
}

/// Reads a picture; `None` if it is cut off, or names no size: one whose size is not known cannot be decoded safely.
pub(super) fn read(bytes: &[u8]) -> Option<Heif> {
    let mut left = MOST_BOXES;
    let meta = find(bytes, *b"meta", &mut left)?;
    // `meta` is a full box: four bytes of version and flags come first.
    let meta = meta.get(4..)?;
    // The picture itself, whole: a box that says more than there is is not found.
    find(bytes, *b"mdat", &mut left).or_else(|| find(meta, *b"idat", &mut left))?;
    let properties = find(meta, *b"iprp", &mut left)?;
    let mut rest = find(properties, *b"ipco", &mut left)?;
    let mut largest: Option<Pixels> = None;
    let mut orientation = Orientation::UPRIGHT;
    while let Some((name, payload, next)) = split(rest) {
        left = left.checked_sub(1)?;
        match &name {
            b"ispe" => {
                let found = Pixels { width: be32(payload, 4)?, height: be32(payload, 8)? };
                let area = |it: Pixels| u64::from(it.width) * u64::from(it.height);
                if largest.is_none_or(|it| area(found) > area(it)) {
                    largest = Some(found);
                }
            }
            // Thumbnails are turned as the whole is. EXIF in such a file is for show: this is what decoders obey.
            b"irot" => orientation = turned(*payload.first()?),
            _ => {}
        }
        rest = next;
    }
    let animated = bytes.get(8..12).is_some_and(|brand| matches!(brand, b"avis" | b"msf1" | b"hevc"));
    Some(Heif { pixels: largest?, orientation, animated })
}

/// Quarter turns against the clock, as an EXIF orientation.
fn turned(quarters: u8) -> Orientation {
    Orientation::from_exif(match quarters & 3 {
        1 => 8,
        2 => 3,
        3 => 6,
        _ => 1,
    })
}

fn find<'a>(mut rest: &'a [u8], wanted: [u8; 4], left: &mut usize) -> Option<&'a [u8]> {
    loop {
        *left = left.checked_sub(1)?;
        let (name, payload, next) = split(rest)?;
        if name == wanted {
            return Some(payload);
        }
        rest = next;
    }
}

/// The first box: name, payload, what follows it.
fn split(bytes: &[u8]) -> Option<([u8; 4], &[u8], &[u8])> {
    let name: [u8; 4] = bytes.get(4..8)?.try_into().ok()?;
    let (start, length) = match be32(bytes, 0)? {
        0 => (8, bytes.len()),
        1 => (16, usize::try_from(u64::from(be32(bytes, 8)?) << 32 | u64::from(be32(bytes, 12)?)).ok()?),
        length => (8, usize::try_from(length).ok()?),
    };
    Some((name, bytes.get(start..length)?, bytes.get(length..)?))
}
