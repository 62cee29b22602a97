//! Fills an item that asks for a document: choosing, looking, advice, keeping, and what is said while it is sent.
//!
//! You will not find rules here (`contract::documents`), pixels (`image_worker`), storage or network (`offline`), nor the step
//! around the item: [`attachment`] draws one item from what it is [`Given`].
mod adding;
mod asks;
mod camera;
mod editing;
mod editor;
mod filling;
mod given;
mod guide;
mod item;
mod keeping;
mod kept;
mod lens;
mod looker;
mod object_url;
mod order;
mod over;
mod pages;
mod paper;
mod picker;
mod resumed;
mod said;
mod stage;
mod viewer;
mod zoom;

/// The media type of what has pages of its own.
const PDF: &str = "application/pdf";

pub use camera::{Taking, camera};
pub use editor::{Editing, editor};
pub use given::{Given, Parts};
pub use item::attachment;
pub(crate) use looker::let_go;
pub use looker::{looked as look_elsewhere, stop as stop_looking};
pub use object_url::{ObjectUrl, loaded};
pub use paper::{First, first as first_page};
pub use zoom::Zoom;

use crate::i18n::{Chapter, I18n};

/// What only this room says and wears comes with it.
const SENTENCES: &str = include_str!(concat!(env!("OUT_DIR"), "/zh-CN.documents.txt"));
const STYLES: &str = include_str!(concat!(env!("OUT_DIR"), "/documents.css"));

/// Before anything of it is drawn.
fn speak() {
    I18n::here().learn(Chapter::Documents, SENTENCES);
}
