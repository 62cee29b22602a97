//! Rules of the examination: what an observation says, and what a set of them proposes.
//!
//! Items, ranges and outcomes are data (`forms/examination-profiles.json`); results are FHIR R4 `Observation`s. A program proposes,
//! an examiner concludes. You will not find a slot or an appointment here: their wire shapes are in `api`, their rules in `application`.
mod entry;
mod fhir;
mod profile;
mod rule;

pub use entry::{Entry, EntryProblem, Typed, bmi, decimal_of_mark};
pub use fhir::{Interpretation, Reading, Value, observe, read};
pub use profile::{
    Code, FiveMark, Item, ItemValue, Limits, Months, Part, Person, Preparation, Profile, ProfileError, Profiles, Range,
    Sex, Texts, range_for,
};
pub use rule::{ItemOutcome, Proposal, judge, propose};
