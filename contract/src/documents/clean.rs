//! Takes out of a picture what is not picture: where and when it was taken, by whom, with what, thumbnails of an earlier cut.
//!
//! The app re-encodes each photo, which does the same more thoroughly. This is for a server's working copy, where nobody
//! may trust that the app did.
use super::{FileType, Orientation, Refusal, jpeg, pdf, png, webp};
use std::{borrow::Cow, ops::Range};

/// The same picture without metadata. How it must be turned is kept, colours too. A PDF: see [`pdf_without_metadata`].
///
/// # Errors
/// [`Refusal::Broken`] where the pieces of the file cannot be told apart, [`Refusal::Type`] for a kind that is never stored.
pub fn without_metadata(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Refusal> {
    match FileType::of(bytes) {
        Some(FileType::Jpeg) => clean_jpeg(bytes).map(Cow::Owned).ok_or(Refusal::Broken),
        Some(FileType::Png) => clean_png(bytes).map(Cow::Owned).ok_or(Refusal::Broken),
        Some(FileType::WebP) => clean_webp(bytes).map(Cow::Owned).ok_or(Refusal::Broken),
        Some(FileType::Pdf) => Ok(pdf_without_metadata(bytes)),
        Some(FileType::Heic | FileType::Avif | FileType::Gif | FileType::Tiff | FileType::Svg) | None => {
            Err(Refusal::Type)
        }
    }
}

/// Whether a JPEG, PNG or WebP carries anything that [`without_metadata`] would take out. For tests and for a server's log.
pub fn has_metadata(bytes: &[u8]) -> bool {
    without_metadata(bytes).is_ok_and(|clean| clean != bytes)
}

/// A zlib stream of no bytes; what stands behind it is not read.
const NOTHING: [u8; 8] = [0x78, 0x9C, 3, 0, 0, 0, 0, 1];
/// So many objects of one number, and so many that one names, are looked at: a file that has more is not the work of a program.
const MOST: usize = 64;
/// So many numbers in all: what tells of the making, and its words, are ten or so.
const LOOKED_FOR: usize = 256;

/// The same PDF without what it tells of its making: its author, dates and programs (`/Info`), its XMP, and what the photos in it
/// carry. Blanks take their place, so that every other byte stays where it is. One that is signed comes back as it is, since a
/// signature counts bytes; what lies packed in an object stream stays too.
pub fn pdf_without_metadata(bytes: &[u8]) -> Cow<'_, [u8]> {
    let traces = pdf::traces(bytes);
    // So many numbers are looked for, each object is looked at once, and no further than to where the next begins: whatever names
    // what, it takes as long as the file is.
    let (mut left, mut seen) = (LOOKED_FOR, vec![false; traces.objects.len()]);
    let mut values = |number: u32| {
        let mut found = Vec::new();
        if left > 0 {
            left -= 1;
            let ends = traces.objects.iter().skip(1).map(|(_, next)| *next).chain([bytes.len()]);
            for (((it, begin), end), seen) in traces.objects.iter().zip(ends).zip(&mut seen) {
                if *it == number && !*seen && found.len() < MOST {
                    *seen = true;
                    found.extend(bytes.get(..end).and_then(|bytes| pdf::inside(bytes, *begin)));
                }
            }
        }
        found
    };
    let mut infos: Vec<u32> = Vec::new();
    for number in &traces.infos {
        if infos.len() < MOST && !infos.contains(number) {
            infos.push(*number);
        }
    }
    let infos: Vec<_> = infos.into_iter().flat_map(&mut values).collect();
    let mut blank: Vec<Range<usize>> = Vec::new();
    for (place, named) in infos {
        blank.push(place);
        // Some programs give each of the words an object of its own.
        let words = named.into_iter().take(MOST).flat_map(&mut values).map(|(place, _)| place);
        blank.extend(words.filter(|it| !bytes.get(..it.start).is_some_and(|before| before.ends_with(b"<<"))));
    }
    let is_signed = pdf::find(bytes, b"/ByteRange").is_some();
    if is_signed || (blank.is_empty() && traces.xmp.is_empty() && traces.jpegs.is_empty()) {
        return Cow::Borrowed(bytes);
    }
    let mut clean = bytes.to_vec();
    for place in blank {
        fill(&mut clean, place, b' ');
    }
    for place in traces.jpegs {
        let start = place.start;
        let picture = bytes.get(place).unwrap_or_default();
        // A picture that is cut off is left as it is from there on.
        let _: Option<()> = jpeg::walk(picture, |piece| match piece {
            jpeg::Piece::Segment { marker, payload, .. } if !needed_to_draw(marker, payload) => {
                let at = start + payload.as_ptr().addr() - picture.as_ptr().addr();
                fill(&mut clean, at..at + payload.len(), 0);
            }
            jpeg::Piece::Segment { .. } | jpeg::Piece::Scan(_) => {}
        });
    }
    for (place, deflated) in traces.xmp {
        fill(&mut clean, place.clone(), b' ');
        if let Some(begin) = clean.get_mut(place).and_then(|it| it.get_mut(..NOTHING.len())).filter(|_| deflated) {
            begin.copy_from_slice(&NOTHING);
        }
    }
    Cow::Owned(clean)
}

fn fill(bytes: &mut [u8], place: Range<usize>, with: u8) {
    if let Some(part) = bytes.get_mut(place) {
        part.fill(with);
    }
}

fn clean_jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let orientation = jpeg::read(bytes)?.orientation;
    let mut clean = vec![0xFF, 0xD8];
    if orientation != Orientation::UPRIGHT {
        let exif = super::tiff::only_orientation(orientation);
        clean.extend([0xFF, 0xE1]);
        clean.extend(u16::try_from(exif.len() + 2).ok()?.to_be_bytes());
        clean.extend(exif);
    }
    jpeg::walk(bytes, |piece| match piece {
        jpeg::Piece::Segment { marker, payload, whole } => {
            if needed_to_draw(marker, payload) {
                clean.extend(whole);
            }
        }
        jpeg::Piece::Scan(data) => clean.extend(data),
    })?;
    clean.extend([0xFF, 0xD9]);
    Some(clean)
}

/// Application segments are dropped but for three that change how the picture looks: JFIF, colour profile, Adobe's transform.
fn needed_to_draw(marker: u8, payload: &[u8]) -> bool {
    match marker {
        0xE0 => payload.starts_with(b"JFIF\0"),
        0xE2 => payload.starts_with(b"ICC_PROFILE\0"),
        0xEE => payload.starts_with(b"Adobe"),
        0xE1..=0xEF | 0xFE => false,
        _ => true,
    }
}

fn clean_png(bytes: &[u8]) -> Option<Vec<u8>> {
    const KEPT: [&[u8; 4]; 13] = [
        b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs",
        b"cICP",
    ];
    png::read(bytes)?;
    let mut clean = png::SIGNATURE.to_vec();
    png::walk(bytes, |name, _, whole| {
        if KEPT.contains(&name) {
            clean.extend(whole);
        }
    })?;
    Some(clean)
}

fn clean_webp(bytes: &[u8]) -> Option<Vec<u8>> {
    const KEPT: [&[u8; 4]; 7] = [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
    /// Flags of the extended header that announce EXIF and XMP.
    const ANNOUNCED: u8 = 0x08 | 0x04;
    let orientation = webp::read(bytes)?.orientation;
    let mut clean = b"RIFF\0\0\0\0WEBP".to_vec();
    let turned = orientation != Orientation::UPRIGHT;
    webp::walk(bytes, |name, payload, whole| {
        if name == b"VP8X" {
            let flags = payload.first().copied().unwrap_or_default() & !ANNOUNCED | if turned { 0x08 } else { 0 };
            clean.extend(whole.get(..8).unwrap_or_default());
            clean.push(flags);
            clean.extend(whole.get(9..).unwrap_or_default());
        } else if KEPT.contains(&name) {
            clean.extend(whole);
            if whole.len() % 2 == 1 {
                clean.push(0);
            }
        }
    })?;
    if turned {
        let exif = super::tiff::only_orientation(orientation);
        let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(&exif);
        clean.extend(b"EXIF");
        clean.extend(u32::try_from(tiff.len()).ok()?.to_le_bytes());
        clean.extend(tiff);
    }
    let length = u32::try_from(clean.len() - 8).ok()?.to_le_bytes();
    clean.get_mut(4..8)?.copy_from_slice(&length);
    Some(clean)
}
