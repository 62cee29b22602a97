//! What a document must be, read from its bytes, and what a photo measures.
//!
//! Everything here is pure and bounded: bytes come in as a slice, no picture is decoded, no file is opened, nothing panics
//! whatever the bytes are. Decoding belongs to the browser (or to the server's picture library), words to the app,
//! the way of the bytes to the outbox.
mod advice;
mod clean;
mod corners;
mod file_type;
mod find_corners;
mod glance;
mod hash;
mod heif;
mod inspect;
mod jpeg;
mod measure;
mod pdf;
mod png;
mod refusal;
mod rule;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod shapes;
mod straighten;
#[cfg(test)]
mod tests;
mod tiff;
mod webp;

pub use advice::{Advice, Wanted, advise, quarter_turns};
pub use clean::{has_metadata, pdf_without_metadata, without_metadata};
pub use corners::{Corner, Corners, Place};
pub use file_type::FileType;
pub use find_corners::find_corners;
pub use glance::{GLANCE_SIDE, Glance, Watching};
pub use hash::{NotSha256, Sha256};
pub use inspect::{Inspected, Pages, inspect};
pub use measure::{Content, Edges, MEASURE_SIDE, Measures, Measuring, is_blank, measure};
pub use refusal::Refusal;
pub use rule::{FileRule, MAX_CHOSEN_BYTES, MAX_PIXELS, MAX_SIDE};
pub use straighten::{Mapping, Straightening};
pub use tiff::Orientation;

/// The longest side of a photo that is sent, in pixels.
pub const UPLOAD_SIDE: u32 = 2560;
/// What a photo that is sent should weigh at most; quality steps down until it does.
pub const UPLOAD_BYTES: u64 = 1_000_000;
/// JPEG qualities tried, best first; the last is taken whatever it weighs.
pub const UPLOAD_QUALITY: [f64; 4] = [0.88, 0.8, 0.7, 0.6];
/// The longest side of the small picture beside an item, in pixels.
pub const THUMBNAIL_SIDE: u32 = 360;

/// Width and height of a picture in pixels, as stored in the file (before its orientation is applied).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

impl Pixels {
    /// The same picture after `orientation` has been applied.
    #[must_use]
    pub fn oriented(self, orientation: Orientation) -> Self {
        if orientation.swaps_sides() { Self { width: self.height, height: self.width } } else { self }
    }

    /// The largest size of the same shape whose sides are at most `side`; never larger than the picture itself.
    #[must_use]
    pub fn within(self, side: u32) -> Self {
        let longest = self.width.max(self.height);
        if longest <= side {
            return self;
        }
        let shrink = |length: u32| {
            let scaled = u64::from(length) * u64::from(side) / u64::from(longest.max(1));
            u32::try_from(scaled).unwrap_or(side).max(1)
        };
        Self { width: shrink(self.width), height: shrink(self.height) }
    }
}

/// Two bytes at `at`, the first the more significant.
pub(crate) fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes(two.try_into().ok()?))
}

/// Four bytes at `at`, the first the most significant.
pub(crate) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

/// Four bytes at `at`, the first the least significant.
pub(crate) fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}
