//! The form as data: a FHIR R4 Questionnaire, the answers of one person, and what follows from both.
//!
//! One pure look, [`evaluate`], says what is asked, what follows, what is wrong and how far each step is; the app and the
//! server call the same. You will not find a view, a sentence of ours or a network here. How the form files are written:
//! forms/README.md.
mod answers;
mod beside;
mod check;
mod condition;
mod consents;
mod date;
mod decimal;
mod derive;
mod evaluate;
mod extension;
mod form;
mod item_extensions;
mod keyboard;
mod load;
mod merge;
mod migrate;
mod moment;
mod never;
mod notice;
mod open;
mod order;
mod papers;
mod parts;
mod pattern;
mod pointer;
mod problem;
mod response;
mod rules;
mod saved;
mod text;
mod typed;
mod value;
mod widget;

#[cfg(test)]
mod tests;

pub use answers::{Answers, ConsentRecord, FIRST_ROW};
pub use beside::Beside;
pub use consents::REMIND_DAYS;
pub use date::{Offset, PartialDate};
pub use evaluate::{Context, Evaluation, ItemState, Origin, Progress, StepState, evaluate};
pub use extension::SITE_SYSTEM;
pub use form::*;
pub use keyboard::{autofill, example_day, input_mode, is_number};
pub use merge::{Conflict, Merged, merge, take};
pub use migrate::{LeftOver, Migrated, migrate, newer_form, place_now};
pub use moment::{Moment, parse_time_typed};
pub use notice::{LoadError, Notice, NoticeKind};
pub use open::{
    Change, Round, Sent, changes, check_supplement, is_answered, is_changed, is_open, open_items, without_covered,
};
#[cfg(any(test, feature = "native"))]
pub use pattern::NativePatterns;
pub use pattern::{NoPatterns, PATTERN_CASES, Pattern};
pub use pointer::Pointer;
pub use problem::{Params, Problem, ProblemCode};
pub use response::{Envelope, Scope, answered_count, from_response, is_still_covered, masked_answers, to_response};
pub use saved::{Saved, is_newer};
pub use text::{Passage, Text};
pub use typed::{normalised, read_typed, typed_text};
pub use value::{Attachment, Coding, Quantity, Reference, Value};
pub use widget::Widget;
