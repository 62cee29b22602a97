//! Opens what was uploaded, as a viewer would: a picture must decode to something, a PDF must have pages that can be counted.
//!
//! `contract::documents` has read the header before anything comes here, so sizes are known and allowed. What decoding may
//! take is bounded: so many pixels at a time on this server, so many inflated bytes of one PDF, so many seconds of one file.
//! Nothing here looks at what a document shows.
use super::{Answer, Fault};
use bytes::Bytes;
use contract::{
    api::Slug,
    documents::{FileType, Inspected, MAX_PIXELS, MAX_SIDE, MEASURE_SIDE, Pages, Refusal, is_blank, measure},
};
use flate2::read::ZlibDecoder;
use image::{DynamicImage, ImageError, ImageFormat, ImageReader, Limits};
use std::{
    io::{Cursor, Read as _},
    sync::Arc,
    time::Duration,
};
use tokio::sync::Semaphore;

/// Millions of pixels that are decoded at a time: one picture of the largest size, or many of the usual one.
const MEGAPIXELS_AT_A_TIME: u32 = 60;
/// What reading a PDF counts as, in the same measure.
const PDF_AS_MEGAPIXELS: u32 = 20;
/// What the decoder itself may take for one picture: the largest size at eight bytes a pixel.
const PICTURE_BYTES: u64 = 8 * MAX_PIXELS as u64;
/// What the streams of a PDF may inflate to in all. A file of ten megabytes that needs more was made to hurt.
const INFLATED_BYTES: u64 = 256 * 1024 * 1024;
/// How long one file may take. Pictures of the largest size take one or two on a slow machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is being decoded now.
#[derive(Debug)]
pub(super) struct Decoding(Arc<Semaphore>);

impl Default for Decoding {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MEGAPIXELS_AT_A_TIME as usize)))
    }
}

fn weight(found: &Inspected) -> u32 {
    let Some(pixels) = found.pixels else { return PDF_AS_MEGAPIXELS };
    let millions = u64::from(pixels.width) * u64::from(pixels.height) / 1_000_000 + 1;
    u32::try_from(millions).unwrap_or(u32::MAX).min(MEGAPIXELS_AT_A_TIME)
}

impl Decoding {
    /// Decodes bytes whose header was taken; gives how many pages they have.
    ///
    /// # Errors
    /// `busy` where other files leave no room in time. Inside: why the file is not taken.
    pub(super) async fn pages(
        &self,
        bytes: Bytes,
        found: Inspected,
        limit: u32,
    ) -> Answer<Result<Option<u32>, Refusal>> {
        let room = tokio::time::timeout(PATIENCE, self.0.clone().acquire_many_owned(weight(&found))).await;
        let room = room.map_err(|_| Fault::new(Slug::Busy))?.map_err(|why| Fault::ours(&why))?;
        let work = tokio::task::spawn_blocking(move || {
            // Kept until the work is over, also when nobody waits for it any more.
            let _room = room;
            match found.kind {
                FileType::Pdf => pdf_pages(&bytes, found.pages, limit),
                kind => look(&bytes, kind).map(|()| found.pages.number()),
            }
        });
        Ok(match tokio::time::timeout(PATIENCE, work).await {
            Ok(Ok(judged)) => judged,
            // It took too long, or the reader of a hostile file gave up: either way nobody can open it.
            Err(_) | Ok(Err(_)) => Err(Refusal::Broken),
        })
    }
}

/// Decodes a picture and looks whether anything is to be seen.
fn look(bytes: &[u8], kind: FileType) -> Result<(), Refusal> {
    let format = match kind {
        FileType::Jpeg => ImageFormat::Jpeg,
        FileType::Png => ImageFormat::Png,
        FileType::WebP => ImageFormat::WebP,
        FileType::Heic | FileType::Avif | FileType::Gif | FileType::Tiff | FileType::Svg | FileType::Pdf => {
            return Err(Refusal::Type);
        }
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(PICTURE_BYTES);
    reader.limits(limits);
    let picture = reader.decode().map_err(|why| match why {
        ImageError::Limits(_) => Refusal::Pixels { limit: MAX_PIXELS },
        _ => Refusal::Broken,
    })?;
    if blank(&picture) { Err(Refusal::Blank) } else { Ok(()) }
}

/// Whether nothing is to be seen, by the measure that the app takes too.
fn blank(picture: &DynamicImage) -> bool {
    let longest = picture.width().max(picture.height());
    let small = if longest > MEASURE_SIDE { picture.thumbnail(MEASURE_SIDE, MEASURE_SIDE) } else { picture.clone() };
    let mut small = small.into_rgba8();
    // A viewer lays what is see-through on white paper.
    for pixel in small.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0.map(u32::from);
        let on_paper = |colour: u32| u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(255);
        pixel.0 = [on_paper(red), on_paper(green), on_paper(blue), 255];
    }
    let width = small.width();
    is_blank(&measure(&small, width, longest))
}

/// Counts the pages of a PDF by opening it.
///
/// One that is packed in a way whose size cannot be told beforehand is left closed: what its bytes say of themselves counts.
fn pdf_pages(bytes: &Bytes, found: Pages, limit: u32) -> Result<Option<u32>, Refusal> {
    use hayro_syntax::{LoadPdfError, Pdf};
    if is_packed_twice(bytes) {
        return Ok(found.number());
    }
    if inflates_to_more_than(bytes, INFLATED_BYTES) {
        return Err(Refusal::Broken);
    }
    let pdf = Pdf::new(bytes.to_vec()).map_err(|why| match why {
        LoadPdfError::Decryption(_) => Refusal::LockedPdf,
        LoadPdfError::Invalid => Refusal::Broken,
    })?;
    match u32::try_from(pdf.pages().len()).unwrap_or(u32::MAX) {
        0 => Err(Refusal::Broken),
        pages if pages > limit => Err(Refusal::Pages { limit }),
        pages => Ok(Some(pages)),
    }
}

/// Filters that may hide a second packing.
const OTHER_FILTERS: [&[u8]; 8] =
    [b"ASCIIHexDecode", b"AHx", b"ASCII85Decode", b"A85", b"LZWDecode", b"LZW", b"RunLengthDecode", b"RL"];

/// Whether a stream may be packed by more than one plain deflation. Its filters stand beside it in the open: a dictionary of
/// a stream is never inside another stream.
fn is_packed_twice(bytes: &[u8]) -> bool {
    let mut names = bytes.split(|byte| *byte == b'/').skip(1).map(|rest| {
        let end = rest.iter().position(|byte| byte.is_ascii_whitespace() || b"()<>[]{}%\0".contains(byte));
        rest.split_at(end.unwrap_or(rest.len()))
    });
    let mut deflated = false;
    names.any(|(name, after)| {
        let before = std::mem::replace(&mut deflated, matches!(name, b"FlateDecode" | b"Fl"));
        let elsewhere = name == b"Filter" && after.trim_ascii_start().first().is_some_and(u8::is_ascii_digit);
        let escaped = name.contains(&b'#') && name.len() < 48;
        OTHER_FILTERS.contains(&name) || (before && deflated) || elsewhere || escaped
    })
}

/// Counts what is written to it.
struct Counter(u64);

impl std::io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Whether the deflated streams of a file, wherever they stand, come to more than this. Takes time, but no memory.
fn inflates_to_more_than(bytes: &[u8], most: u64) -> bool {
    let mut counter = Counter(0);
    let mut rest = bytes;
    while let Some(at) = rest.windows(6).position(|window| window == b"stream") {
        rest = rest.get(at + 6..).unwrap_or_default();
        let content = rest.strip_prefix(b"\r").unwrap_or(rest);
        let content = content.strip_prefix(b"\n").unwrap_or(content);
        let room = most.saturating_sub(counter.0) + 1;
        // What is no deflated stream ends at once; what breaks off counts as far as it went.
        if std::io::copy(&mut ZlibDecoder::new(content).take(room), &mut counter).is_err() && counter.0 == 0 {
            continue;
        }
        if counter.0 > most {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_picture_with_nothing_on_it_is_blank_also_where_it_is_see_through() {
        let noise = |alpha| {
            image::RgbaImage::from_fn(60, 60, |x, y| {
                let [red, green, blue] = [x * 4, y * 4, x ^ y].map(|tone| u8::try_from(tone).unwrap());
                image::Rgba([red, green, blue, alpha])
            })
        };
        for (picture, expected) in [
            (DynamicImage::new_luma8(60, 60), Err(Refusal::Blank)),
            (noise(0).into(), Err(Refusal::Blank)),
            (noise(255).into(), Ok(())),
        ] {
            assert_eq!(look(&png(&picture), FileType::Png), expected);
        }
    }

    #[test]
    fn what_a_pdf_may_inflate_to_is_known_before_it_is_opened() {
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&vec![0; 1_000_000]).unwrap();
        let file = [&b"1 0 obj << >> stream\r\n"[..], &packed.finish().unwrap(), b"\nendstream"].concat();
        assert!(inflates_to_more_than(&file, 999_999));
        assert!(!inflates_to_more_than(&file, 1_000_000));
        assert!(!inflates_to_more_than(b"stream\nplain words\nendstream", 0));
    }

    #[test]
    fn a_pdf_that_is_packed_twice_is_left_closed() {
        for (bytes, expected) in [
            (&b"/Filter /FlateDecode /Length 3"[..], false),
            (b"/Filter [/DCTDecode]", false),
            (b"/Filter [/FlateDecode/FlateDecode]", true),
            (b"/Filter [ /ASCII85Decode /FlateDecode ]", true),
            (b"/Filter 7 0 R", true),
            (b"/F#69lter /FlateDecode", true),
        ] {
            assert_eq!(is_packed_twice(bytes), expected, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
