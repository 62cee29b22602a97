//! A draft as it was saved in its person's account, under whichever form that was: as the form in use here reads it.
//!
//! Two phones, or one phone before and after its form changed, speak of the same answers by different names. You will not find
//! here who saves, nor when.
use super::answers::Answers;
use super::evaluate::Context;
use super::form::Form;
use super::migrate::{LeftOver, Migrated, migrate};
use super::pointer::Pointer;

/// What was saved, in the words of one form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Saved {
    /// The answers.
    pub answers: Answers,
    /// Which of them wait for their person's word.
    pub open: Vec<Pointer>,
    left_over: Vec<LeftOver>,
    suggestions: Vec<(Pointer, String)>,
}

impl Saved {
    /// As `form` reads what was saved under a questionnaire (`id|version`; empty: under this one).
    pub fn read(form: &Form, saved_under: &str, answers: Answers, open: Vec<Pointer>, context: &Context<'_>) -> Self {
        if saved_under.is_empty() || saved_under == form.canonical() {
            return Self { answers, open, ..Self::default() };
        }
        let Migrated { answers, left_over, places, suggestions } = migrate(form, saved_under, &answers, context);
        let open = places.into_iter().filter(|(from, _)| open.contains(from)).map(|(_, to)| to).collect();
        Self { answers, open, left_over, suggestions }
    }

    /// What this form has no place for, without what it had none for in `before` already: nobody here has seen it.
    pub fn left_since(self, before: &Self) -> (Vec<LeftOver>, Vec<(Pointer, String)>) {
        let left = self.left_over.into_iter().filter(|it| !before.left_over.contains(it)).collect();
        let suggested = self.suggestions.into_iter().filter(|it| !before.suggestions.contains(it)).collect();
        (left, suggested)
    }
}

/// Whether what was saved under `other` moves to `ours`, and not the other way round: `taken` are the forms that the office
/// takes now, the newest first.
pub fn is_newer(ours: &str, other: &str, taken: &[String]) -> bool {
    let age = |name: &str| taken.iter().position(|it| it == name).unwrap_or(usize::MAX);
    age(ours) < age(other)
}
