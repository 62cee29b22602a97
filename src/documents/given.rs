//! What the page tells about the item that is to be filled.
use super::{Editing, Taking};
use crate::offline::FormKind;
use crate::ui::LoadPart;
use contract::api::Words;
use contract::questionnaire::{Attachment, Item, Pointer};
use leptos::prelude::*;
use std::sync::Arc;

/// One attachment item on a page. The answers are the draft's; bytes and their way are `offline`'s.
#[derive(Clone)]
pub struct Given {
    /// The application's id.
    pub application: String,
    /// Which of its forms the item is in.
    pub form: FormKind,
    /// The item.
    pub pointer: Pointer,
    /// What the questionnaire says of it.
    pub item: Arc<Item>,
    /// The documents that answer it, in order.
    pub answers: Signal<Vec<Attachment>>,
    /// Other documents answer it now.
    pub on_change: Callback<Vec<Attachment>>,
    /// Its short name.
    pub label: Signal<String>,
    /// How to answer.
    pub hint: Signal<Option<String>>,
    /// Why it is asked of this person.
    pub because: Signal<Option<String>>,
    /// What is wrong, once the person wanted to go on.
    pub error: Signal<Option<String>>,
    /// The reviewer's words, if it came back.
    pub words: Signal<Option<Words>>,
    /// When they said so, to be read.
    pub said_at: Signal<Option<String>>,
    /// SHA-256 (hex) of what a reviewer returned for it.
    pub refused: Vec<String>,
    /// It is shown and may not be changed.
    pub closed: Signal<bool>,
    /// The first of its page: what holds for all is said before it.
    pub first: bool,
    /// Whether the person agreed that pictures are sent, and what that consent is called.
    pub consent: Signal<(bool, String)>,
    /// The id that links to this item lead to.
    pub id: String,
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
