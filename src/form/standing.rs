//! How one item stands: what is in it, and what is to be said around it. Two memos an item, and all that is drawn of it
//! follows them: each thing that is followed by itself costs a slow phone a piece of a step's opening.

use super::attempt::{Part, wrong_part};
use super::filling::Filling;
use super::sentences::is_for_the_person;
use crate::reactive::{Memo, memo};
use contract::questionnaire::{Origin, Pointer, Problem, Value};
use leptos::prelude::*;

/// How one item stands.
#[derive(PartialEq)]
pub(super) struct Standing {
    /// What stands in it: what was put there, or follows.
    pub(super) values: Vec<Value>,
    /// Where that comes from.
    pub(super) origin: Origin,
    /// Whether its person was there.
    touched: bool,
    problem: Option<Problem>,
    warnings: Vec<Problem>,
}

/// What is said around one item.
#[derive(PartialEq)]
pub(super) struct Around {
    /// What is wrong, once the person has left it.
    pub(super) error: Option<String>,
    /// In which of its controls.
    pub(super) part: Part,
    /// What is to be known about it. It blocks nothing.
    pub(super) warnings: Vec<String>,
    /// It was filled in for the person and waits for their word.
    pub(super) waits: bool,
    /// What was answered in an older form to a question that is put differently now.
    pub(super) before: Option<String>,
}

impl Filling {
    /// How an item stands.
    pub(super) fn standing(self, pointer: Pointer) -> Memo<Standing> {
        memo(move || {
            self.looked.with(|look| {
                // Every change of the answers is another look.
                let raw =
                    untrack(|| self.with_answers(|all| all.is_touched(&pointer).then(|| all.get(&pointer).to_vec())));
                let (origin, follows) =
                    look.state(&pointer).map_or((Origin::Nowhere, &[][..]), |s| (s.origin, &s.answers));
                let touched = raw.is_some();
                let values = match origin {
                    Origin::Derived | Origin::Initial => follows.to_vec(),
                    Origin::Given | Origin::Nowhere => raw.unwrap_or_default(),
                };
                let problem = look.problem(&pointer).cloned();
                Standing { touched, origin, values, problem, warnings: look.warnings_at(&pointer).cloned().collect() }
            })
        })
    }

    /// What is said around an item, in the language in use.
    pub(super) fn around(self, pointer: Pointer, standing: Memo<Standing>) -> Memo<Around> {
        let control = self.control_id(&pointer);
        memo(move || {
            let left = self.left.with(|left| left.contains_key(&pointer));
            standing.with(|it| {
                let (to_confirm, before, refused) = self.noted.with(|beside| {
                    let refused = beside.refusal(&pointer).map(Problem::from);
                    (beside.to_confirm.contains(&pointer), beside.suggestions.get(&pointer).cloned(), refused)
                });
                let waits = to_confirm && it.origin != Origin::Derived && !it.values.is_empty();
                // What was filled in for them says so beside the field; it is wrong only once they went past it.
                let passed_over = || self.mistakes.with(|all| all.iter().any(|it| it.control == control));
                let problem = it.problem.clone().filter(|_| left).or(refused);
                let error = match &problem {
                    Some(problem) => Some(self.sentence(problem)),
                    None => (waits && passed_over()).then(|| self.to_confirm_words(&pointer)),
                };
                // What follows from another answer is never left: it is said as soon as it follows.
                let known = left || it.touched || it.origin == Origin::Derived;
                let said = it.warnings.iter().filter(|warning| known && is_for_the_person(warning));
                Around {
                    error,
                    part: problem.map_or(Part::default(), |problem| self.part(&pointer, &problem, &it.values)),
                    warnings: said.map(|warning| self.sentence(warning)).collect(),
                    waits,
                    before,
                }
            })
        })
    }

    fn part(self, pointer: &Pointer, problem: &Problem, values: &[Value]) -> Part {
        self.form
            .with_value(|form| form.item_at(pointer).map_or(Part::default(), |item| wrong_part(item, problem, values)))
    }
}
