//! Parts of a page that know no product word: sentences and acts come in, markup goes out.
//!
//! You will not find state, storage, network or navigation here; a link is handed over as its two attributes (`Nav::link`).

mod announce;
mod blank;
mod bubble;
pub mod button;
mod choice;
mod clipboard;
mod code;
pub mod dialog;
pub mod element;
mod error;
mod field;
mod file;
mod focus;
pub mod heading;
mod icon;
mod later;
mod live;
mod note;
mod pages;
mod panel;
mod part;
mod places;
mod print;
mod progress;
mod rows;
mod sheet;
mod telephone;
mod thread;

pub use announce::{Announcer, live_region};
pub use blank::{Reopen, empty, skeleton};
pub use bubble::{Bubble, bubble};
pub use button::{Button, Kind, Link, LinkButton, back_link, tap_link};
pub use choice::{Choice, choice_group, choice_row};
pub use clipboard::{can_copy, copy_text};
pub use code::code;
pub use dialog::Dialog;
pub use error::{Mistake, error_line, error_list, error_summary, error_words};
pub use field::{FieldShell, described_by, field};
pub use file::{download, save_file};
pub use focus::{
    bring_into_view, elements_in, focus_by_id, focus_first_in, focus_in_place, focus_moved, focus_once_there, focused,
    has_lost_focus, lead_to,
};
pub use heading::{FirstHeading, Frame, PageTitle, Shown, Title, heading_level, section_title};
pub use icon::{Icon, drawn, icon, small_icon, turning_icon};
pub use later::after_picture;
pub use live::live;
pub use note::{Tone, alert, failure_note, note, plain_note, quote, tag};
pub use pages::Pages;
pub use panel::{action_bar, card, disclosure, next_panel, save_line};
pub use part::{LoadPart, Loading, PartMissing, part, part_in};
pub use places::places;
pub use print::{can_print, print_page};
pub use progress::{progress_bar, steps_bar};
pub use rows::{SummaryRow, Task, summary_list, task_list, task_row};
pub use sheet::wear;
pub use telephone::telephone_in;
pub use thread::{Moment, ThreadState, thread};

use std::cell::Cell;

/// A sentence, fixed or following the language: a `&'static str`, a `String`, or what `t` and `tv` give.
pub type Words = leptos::text_prop::TextProp;

/// An id that no other element of the page has, also when the app stands on it twice.
pub fn fresh_id(what: &str) -> String {
    thread_local! {
        static LAST: Cell<u32> = const { Cell::new(0) };
    }
    let next = LAST.get().wrapping_add(1);
    LAST.set(next);
    format!("hc-{what}-{next}")
}
