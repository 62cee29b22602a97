//! Why a document is not taken. The sentences are the app's.

/// Why a document is not taken; each lets the person do something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Neither a photo nor a PDF, or not what this item takes: choose another.
    Type,
    /// No bytes at all: choose another.
    Empty,
    /// Cut off, or not what its first bytes say: choose another.
    Broken,
    /// A PDF with a password: remove it first.
    LockedPdf,
    /// A PDF with script, attachments or an action of its own: print it as a plain one.
    ActivePdf,
    /// A PDF of more than `limit` pages: keep only those needed.
    Pages {
        /// Pages allowed.
        limit: u32,
    },
    /// More pixels than can be decoded on a small phone: take it in normal mode.
    Pixels {
        /// Pixels allowed: in all, or along one side, whichever was passed.
        limit: u32,
    },
    /// Nothing came out of decoding: close other apps and try again.
    Blank,
    /// The very bytes that a reviewer returned: take a new one.
    SameAsReturned,
    /// A virus, found later: take a photo, or choose another.
    Infected,
    /// Heavier than may be sent. Said before sending; a server says `too-large` on its own account.
    TooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// An HEIC photo that this browser cannot decode, be it that it decodes none or that this one is torn: use the camera, or
    /// save it as JPG. Never on the wire.
    Heic,
    /// The same of an AVIF photo. Never on the wire.
    Avif,
    /// It was changed, moved or deleted after it was chosen: choose it again. Never on the wire.
    Changed,
}

impl Refusal {
    /// The code on the wire, and the end of the key of its sentence.
    pub fn code(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Empty => "empty",
            Self::Broken => "broken",
            Self::LockedPdf => "locked-pdf",
            Self::ActivePdf => "active-pdf",
            Self::Pages { .. } => "pages",
            Self::Pixels { .. } => "pixels",
            Self::Blank => "blank",
            Self::SameAsReturned => "same-as-returned",
            Self::Infected => "infected",
            Self::TooLarge { .. } => "too-large",
            Self::Heic => "heic",
            Self::Avif => "avif",
            Self::Changed => "changed",
        }
    }

    /// The one number that its sentence needs, which is called `limit` on the wire.
    pub fn limit(self) -> Option<u64> {
        match self {
            Self::Pages { limit } | Self::Pixels { limit } => Some(u64::from(limit)),
            Self::TooLarge { limit } => Some(limit),
            Self::Type
            | Self::Empty
            | Self::Broken
            | Self::LockedPdf
            | Self::ActivePdf
            | Self::Blank
            | Self::SameAsReturned
            | Self::Infected
            | Self::Heic
            | Self::Avif
            | Self::Changed => None,
        }
    }

    /// A refusal as another side wrote it; `None` for a code of a later version.
    pub fn from_wire(code: &str, limit: Option<u64>) -> Option<Self> {
        let small = || u32::try_from(limit.unwrap_or_default()).unwrap_or(u32::MAX);
        Some(match code {
            "type" => Self::Type,
            "empty" => Self::Empty,
            "broken" => Self::Broken,
            "locked-pdf" => Self::LockedPdf,
            "active-pdf" => Self::ActivePdf,
            "pages" => Self::Pages { limit: small() },
            "pixels" => Self::Pixels { limit: small() },
            "blank" => Self::Blank,
            "same-as-returned" => Self::SameAsReturned,
            "infected" => Self::Infected,
            "too-large" => Self::TooLarge { limit: limit.unwrap_or_default() },
            "heic" => Self::Heic,
            "avif" => Self::Avif,
            "changed" => Self::Changed,
            _ => return None,
        })
    }
}
