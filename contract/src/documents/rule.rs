//! Which files an item takes. What a good photo is stands in `advice`.
use super::{FileType, Pixels, Refusal};

/// Pixels that a picture may have in all: what is sold as 50 megapixels has up to 8192 x 6144. A phone with 2 GB still decodes it.
pub const MAX_PIXELS: u32 = 51_000_000;
/// Pixels that a picture may have along one side.
pub const MAX_SIDE: u32 = 12_000;
/// What a photo may weigh when it is chosen. It is sent much smaller, so this only bounds what is read into memory.
pub const MAX_CHOSEN_BYTES: u64 = 64 * 1024 * 1024;

/// Which files are taken, and how large they may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRule {
    types: Vec<FileType>,
    photo_bytes: u64,
    sent_bytes: u64,
    pdf_pages: u32,
}

impl FileRule {
    /// What a person may choose for an item.
    ///
    /// `mime_types` and `max_size` (bytes) are the item's own; without types, photos and PDFs are taken. A photo may be larger
    /// than `max_size`, since it is made smaller before it is sent; a PDF is sent as it is.
    /// `service_max_size` and `pdf_pages` are `service.uploads.max_size` and `service.limits.pdf_pages`.
    pub fn to_choose(mime_types: &[String], max_size: Option<u64>, service_max_size: u64, pdf_pages: u32) -> Self {
        let mut types: Vec<_> =
            mime_types.iter().filter_map(|mime| FileType::from_mime(mime)).filter(|it| takeable(*it)).collect();
        if types.is_empty() {
            types = vec![FileType::Jpeg, FileType::Png, FileType::Pdf];
        }
        // Whoever takes photos takes any photo that a phone can read: it becomes a JPEG.
        if types.iter().any(|it| it.is_photo()) {
            types.retain(|it| !it.is_photo());
            types.extend([FileType::Jpeg, FileType::Png, FileType::WebP, FileType::Heic, FileType::Avif]);
        }
        let sent_bytes = max_size.unwrap_or(service_max_size).min(service_max_size);
        Self { types, photo_bytes: MAX_CHOSEN_BYTES, sent_bytes, pdf_pages }
    }

    /// What a server takes: `service.uploads.types` and `max_size`, `service.limits.pdf_pages`.
    pub fn to_receive<Mime: AsRef<str>>(mime_types: &[Mime], max_size: u64, pdf_pages: u32) -> Self {
        let types = mime_types
            .iter()
            .filter_map(|mime| FileType::from_mime(mime.as_ref()))
            .filter(|it| takeable(*it))
            .collect();
        Self { types, photo_bytes: max_size, sent_bytes: max_size, pdf_pages }
    }

    /// The same without a limit of pages: what draws the file counts them.
    #[must_use]
    pub fn without_page_limit(self) -> Self {
        Self { pdf_pages: u32::MAX, ..self }
    }

    /// The kinds taken.
    pub fn types(&self) -> &[FileType] {
        &self.types
    }

    /// Whether a PDF is taken.
    pub fn takes_pdf(&self) -> bool {
        self.types.contains(&FileType::Pdf)
    }

    /// The largest number of bytes worth reading at all.
    pub fn most_bytes(&self) -> u64 {
        self.photo_bytes.max(self.sent_bytes)
    }

    /// Value of the `accept` attribute of a file input that chooses from the album.
    ///
    /// Wide for photos (`image/*`): a narrow list makes some phones hide the album or convert nothing.
    pub fn accept(&self) -> &'static str {
        let photo = self.types.iter().any(|it| it.is_photo());
        match (photo, self.takes_pdf()) {
            (true, true) => "image/*,application/pdf",
            (false, true) => "application/pdf",
            (true | false, false) => "image/*",
        }
    }

    /// The limits that need no look into the file.
    ///
    /// # Errors
    /// The kind is not taken, or it weighs too much, or nothing.
    pub fn check_kind(&self, found: Option<FileType>, bytes: u64) -> Result<FileType, Refusal> {
        if bytes == 0 {
            return Err(Refusal::Empty);
        }
        let found = found.filter(|it| self.types.contains(it)).ok_or(Refusal::Type)?;
        let limit = if found.is_photo() { self.photo_bytes } else { self.sent_bytes };
        if bytes > limit { Err(Refusal::TooLarge { limit }) } else { Ok(found) }
    }

    /// The number of bytes that may be sent: a PDF is sent as it is, a photo is made smaller until it has no more.
    pub fn sent_bytes(&self) -> u64 {
        self.sent_bytes
    }

    /// The number of pages that a PDF may have.
    pub fn pdf_pages(&self) -> u32 {
        self.pdf_pages
    }
}

/// SVG can carry script, GIF and TIFF are not shown everywhere: no questionnaire makes us take them.
fn takeable(kind: FileType) -> bool {
    kind.is_photo() || kind == FileType::Pdf
}

/// Refuses a picture that would take too much memory to decode.
///
/// Source: a PNG of 30 KB can decode to 0.95 GiB, and asking the browser for a smaller result does not prevent it.
pub(super) fn check_pixels(pixels: Pixels) -> Result<(), Refusal> {
    if pixels.width == 0 || pixels.height == 0 {
        return Err(Refusal::Broken);
    }
    if pixels.width.max(pixels.height) > MAX_SIDE {
        return Err(Refusal::Pixels { limit: MAX_SIDE });
    }
    if u64::from(pixels.width) * u64::from(pixels.height) > u64::from(MAX_PIXELS) {
        return Err(Refusal::Pixels { limit: MAX_PIXELS });
    }
    Ok(())
}
