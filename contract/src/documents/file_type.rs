//! What kind of file some bytes are. Names and declared MIME types play no part.
use serde::{Deserialize, Serialize};

/// A kind of file that is told from its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FileType {
    /// A JPEG picture.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// A PNG picture.
    #[serde(rename = "image/png")]
    Png,
    /// A WebP picture.
    #[serde(rename = "image/webp")]
    WebP,
    /// An HEIC or HEIF picture, as phones of one maker take them.
    #[serde(rename = "image/heic")]
    Heic,
    /// An AVIF picture.
    #[serde(rename = "image/avif")]
    Avif,
    /// A PDF.
    #[serde(rename = "application/pdf")]
    Pdf,
    /// A GIF picture: never taken.
    #[serde(rename = "image/gif")]
    Gif,
    /// A TIFF picture: never taken, no browser but one shows it.
    #[serde(rename = "image/tiff")]
    Tiff,
    /// An SVG drawing: never taken, because it can carry script.
    #[serde(rename = "image/svg+xml")]
    Svg,
}

impl FileType {
    /// Tells the kind from the first bytes; 512 are enough.
    pub fn of(head: &[u8]) -> Option<Self> {
        const SIGNATURES: [(&[u8], FileType); 8] = [
            (b"\xFF\xD8\xFF", FileType::Jpeg),
            (b"\x89PNG\r\n\x1A\n", FileType::Png),
            (b"%PDF-", FileType::Pdf),
            (b"GIF87a", FileType::Gif),
            (b"GIF89a", FileType::Gif),
            (b"II*\0", FileType::Tiff),
            (b"MM\0*", FileType::Tiff),
            (b"II+\0", FileType::Tiff),
        ];
        if let Some((_, found)) = SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature)) {
            return Some(*found);
        }
        if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
            return Some(Self::WebP);
        }
        super::heif::brand(head).or_else(|| is_svg(head).then_some(Self::Svg))
    }

    /// The kind that a MIME type names; parameters after `;` are ignored.
    pub fn from_mime(mime: &str) -> Option<Self> {
        let name = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        Some(match name.as_str() {
            "image/jpeg" | "image/jpg" => Self::Jpeg,
            "image/png" => Self::Png,
            "image/webp" => Self::WebP,
            "image/heic" | "image/heif" => Self::Heic,
            "image/avif" => Self::Avif,
            "application/pdf" => Self::Pdf,
            "image/gif" => Self::Gif,
            "image/tiff" => Self::Tiff,
            "image/svg+xml" => Self::Svg,
            _ => return None,
        })
    }

    /// The MIME type as it is written on the wire.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Heic => "image/heic",
            Self::Avif => "image/avif",
            Self::Pdf => "application/pdf",
            Self::Gif => "image/gif",
            Self::Tiff => "image/tiff",
            Self::Svg => "image/svg+xml",
        }
    }

    /// Whether the app turns it into a JPEG of its own before it is sent.
    pub fn is_photo(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::WebP | Self::Heic | Self::Avif)
    }
}

/// SVG is text: a root element within the first 512 bytes, after whatever may stand before it.
fn is_svg(head: &[u8]) -> bool {
    let head = head.get(..head.len().min(512)).unwrap_or(head);
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    head.starts_with(b"<") && head.windows(4).any(|four| four.eq_ignore_ascii_case(b"<svg"))
}
