//! Draws a questionnaire: one widget a type, errors, focus.
//!
//! A page makes a [`Filling`] from a form and the draft's answers, draws a step with [`step_items`] (or single items with
//! [`item_view`]) and asks it to [`Filling::attempt`] when the person wants to go on. You will not find storage or network
//! here; a document is a hole ([`AttachmentHole`]) that the documents feature fills; the rules are in `contract`.

mod attempt;
mod autocomplete;
mod below;
mod choices;
mod document;
mod enter;
mod fetched;
mod filling;
mod focus_errors;
mod glyph;
mod hole;
mod item;
mod lines;
mod passage;
mod pattern;
mod picker;
mod press;
mod rows;
mod sentences;
mod shown;
mod standing;
mod told;
mod turns;
mod typed;
mod typed_field;
mod writing;

pub use fetched::{Fetching, LoadWidgets, WIDGETS, Widgets, needs_widgets};
pub use filling::{Base, Filling, Returned, Setting};
pub use focus_errors::{errors_above, page_name};
pub use hole::{AttachmentHole, AttachmentView, ConsentAsked, ConsentHole, ConsentView};
pub use item::{item_view, step_items};
pub use passage::{foreign, label, label_text, passage, words_of};
pub use pattern::{BrowserPatterns, compose};
pub use press::keep_focus;
pub use sentences::{in_rows, problem_sentence};
pub use shown::{masked_value, value_text, values_lang, values_text};
