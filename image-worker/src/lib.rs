//! Looks at one chosen file: judges its bytes, shrinks and cleans a photo, measures it, and names the result by its hash.
//!
//! It runs in a worker (`main.rs`), and on the main thread where no worker can be had: all it needs of either is in
//! `place`. Rules are `contract::documents`; storage, network and words are the app's.
mod job;
mod photo;
mod place;
mod straight;

pub use job::{Answer, Job};
pub use photo::look;
pub use place::{copy, photograph, preview, sha256};

use contract::documents::{Advice, Corners, FileType, Pages, Refusal, Sha256};
use js_sys::Uint8Array;

/// What becomes of a chosen file.
#[derive(Clone, Debug)]
pub struct Looked {
    /// The bytes to keep and to send: a photo of our own making, or the PDF as it is.
    pub bytes: Uint8Array,
    /// The same without the words across it, where there are some: from these it is cut or turned later, and they are not sent.
    pub bare: Option<Uint8Array>,
    /// What these bytes are.
    pub kind: FileType,
    /// Their name.
    pub sha256: Sha256,
    /// A small JPEG to show; a PDF has none.
    pub thumbnail: Option<Uint8Array>,
    /// How many pages.
    pub pages: Pages,
    /// Width and height as sent; 0 for a PDF.
    pub size: (u32, u32),
    /// Quarter turns, clockwise, that were made: asked for, or on our own account.
    pub turned: u8,
    /// Where the paper lies in it, if that is sure; nothing once it was cut out.
    pub corners: Option<Corners>,
    /// What is worth a word.
    pub advice: Vec<Advice>,
    /// SHA-256 in hex of the file that was chosen; nothing where it cannot be had.
    pub chosen: Option<String>,
    /// The file had more frames than the first, which is the one that is kept.
    pub animated: bool,
}

/// The outcome of a look.
pub type Outcome = Result<Looked, Refusal>;
