//! The form as data: FHIR R4 `Questionnaire`, its evaluation and validation.
mod pointer;

pub use pointer::Pointer;
