//! One look at a file before anything decodes it.
use super::{FileRule, FileType, Orientation, Pixels, Refusal, heif, jpeg, pdf, png, rule, webp};

/// What the header of a taken file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// Told from the content.
    pub kind: FileType,
    /// Size as stored; `None` for a PDF.
    pub pixels: Option<Pixels>,
    /// How a viewer must turn the stored picture.
    pub orientation: Orientation,
    /// How many pages it has.
    pub pages: Pages,
    /// More than one frame: only the first is sent.
    pub animated: bool,
}

/// How many pages a document has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pages {
    /// Counted.
    Counted(u32),
    /// A PDF that does not tell within the bounds we set ourselves.
    Unknown,
}

impl Pages {
    /// The number, where it is known.
    pub fn number(self) -> Option<u32> {
        match self {
            Self::Counted(number) => Some(number),
            Self::Unknown => None,
        }
    }
}

/// Reads the header of a whole file and judges it by `rule`.
///
/// Runs in time proportional to the file, with a fixed bound of extra memory, and never panics.
///
/// # Errors
/// The first reason not to take it: empty, kind, weight, then what is inside.
pub fn inspect(bytes: &[u8], rule: &FileRule) -> Result<Inspected, Refusal> {
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let kind = rule.check_kind(FileType::of(bytes), length)?;
    let picture =
        |pixels, orientation, animated| Inspected { kind, pixels, orientation, pages: Pages::Counted(1), animated };
    let inspected = match kind {
        FileType::Jpeg => {
            let found = jpeg::read(bytes).ok_or(Refusal::Broken)?;
            picture(Some(found.pixels), found.orientation, false)
        }
        FileType::Png => {
            let found = png::read(bytes).ok_or(Refusal::Broken)?;
            picture(Some(found.pixels), Orientation::UPRIGHT, found.animated)
        }
        FileType::WebP => {
            let found = webp::read(bytes).ok_or(Refusal::Broken)?;
            picture(Some(found.pixels), found.orientation, found.animated)
        }
        FileType::Heic | FileType::Avif => {
            let found = heif::read(bytes).ok_or(Refusal::Broken)?;
            picture(Some(found.pixels), found.orientation, found.animated)
        }
        FileType::Pdf => {
            let pages = pdf::read(bytes, rule.pdf_pages())?;
            Inspected { kind, pixels: None, orientation: Orientation::UPRIGHT, pages, animated: false }
        }
        FileType::Gif | FileType::Tiff | FileType::Svg => return Err(Refusal::Type),
    };
    if let Some(pixels) = inspected.pixels {
        rule::check_pixels(pixels)?;
    }
    Ok(inspected)
}
