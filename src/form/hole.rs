//! The places in the form that others fill: a document, and what stands with a consent. Who fills them is not known here.

use crate::reactive::Signal;
use crate::ui::Bubble;
use contract::questionnaire::{Attachment, Item, Pointer};
use leptos::prelude::*;
use std::sync::Arc;

/// Whether the consent that photos wait for is given, and what it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentAsked {
    /// Ticked.
    pub given: bool,
    /// Its short text; none where it is not asked yet, of a form that asks for it after some answers only.
    pub label: Option<String>,
}

/// One attachment item, as it is handed to the documents feature.
#[derive(Clone)]
pub struct AttachmentHole {
    /// Whose document it is.
    pub application: String,
    /// The item.
    pub pointer: Pointer,
    /// All that the form says about it.
    pub item: Arc<Item>,
    /// What answers it now.
    pub answers: Signal<Vec<Attachment>>,
    /// Another answer: run after the document is kept.
    pub on_change: Callback<Vec<Attachment>>,
    /// What it is called, with a capital.
    pub label: Signal<String>,
    /// Its language, where that is not the page's.
    pub label_lang: Option<String>,
    /// How to do it.
    pub hint: Signal<Option<String>>,
    /// Its language, where that is not the page's.
    pub hint_lang: Option<String>,
    /// "Because you chose …".
    pub because: Signal<Option<String>>,
    /// What is wrong, once the person went on.
    pub error: Signal<Option<String>>,
    /// The reviewer's words, if it came back.
    pub said: Option<Bubble>,
    /// SHA-256 (hex) of bytes that came back and will not be taken again.
    pub refused: Vec<String>,
    /// To look at only.
    pub closed: Signal<bool>,
    /// The consent it waits for.
    pub consent: Signal<ConsentAsked>,
    /// The id of its first control, for links from the list of errors.
    pub input_id: String,
    /// Its name stands above it already, as a heading of the page.
    pub headed: bool,
    /// It is one of a group with a heading.
    pub in_group: bool,
    /// The first of the page: the guide stands above it.
    pub first: bool,
}

/// A consent that is asked for apart from all else, as it is handed to whoever knows what it leads to.
#[derive(Clone)]
pub struct ConsentHole {
    /// What it is about.
    pub topic: String,
    /// Ticked.
    pub given: Signal<bool>,
    /// To look at only.
    pub closed: Signal<bool>,
    /// Unticks it.
    pub take_back: Callback<()>,
}

/// Draws what stands with such a consent.
pub type ConsentView = Arc<dyn Fn(ConsentHole) -> AnyView + Send + Sync>;

/// Draws a document.
pub type AttachmentView = Arc<dyn Fn(AttachmentHole) -> AnyView + Send + Sync>;
