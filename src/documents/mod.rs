//! Fills an item that asks for a document: choosing, looking, advice, keeping, and what is said while it is sent.
//!
//! You will not find rules here (`contract::documents`), pixels (`image_worker`), storage or network (`offline`), nor the step
//! around the item: [`attachment`] draws one item from what it is [`Given`].
mod adding;
mod asks;
mod filling;
mod given;
mod guide;
mod item;
mod kept;
mod looker;
mod object_url;
mod picker;
mod resumed;
mod said;
mod viewer;

pub use given::Given;
pub use item::attachment;
pub(crate) use looker::let_go;
