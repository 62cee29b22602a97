//! What the page tells about the item that is to be filled: the form's own hole, and where the feature finds its things.
use super::{Editing, Taking};
use crate::form::AttachmentHole;
use crate::offline::FormKind;
use crate::ui::LoadPart;

/// One attachment item on a page. The answers are the draft's; bytes and their way are `offline`'s.
#[derive(Clone)]
pub struct Given {
    /// What the form says of it.
    pub hole: AttachmentHole,
    /// Which of the application's forms it is in.
    pub form: FormKind,
    /// URL prefix of the build's files; ends with `/`.
    pub assets: String,
    /// What is fetched when a person asks for it.
    pub parts: Parts,
}

/// What few people need, and nobody at first. The entry of the program has the split points.
#[derive(Clone, Copy)]
pub struct Parts {
    /// Cutting out, straightening, turning.
    pub editor: LoadPart<Editing>,
    /// The live camera.
    pub camera: LoadPart<Taking>,
}
