//! How one item stands: what is in it, and what is to be said around it. Two things an item, and all that is drawn of it
//! follows them: each thing that is followed by itself costs a slow phone a piece of a step's opening.

use super::attempt::{Part, wrong_part};
use super::filling::Filling;
use super::sentences::is_for_the_person;
use super::told::{Followed, Spot, Watch, follow};
use crate::reactive::{Memo, memo};
use contract::questionnaire::{Answers, Evaluation, Origin, Pointer, Problem, Value};
use leptos::prelude::*;

/// How one item stands.
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

/// How one item stands by a look, before anything of it is kept.
struct Seen<'a> {
    values: &'a [Value],
    origin: Origin,
    touched: bool,
    problem: Option<&'a Problem>,
    warnings: Vec<&'a Problem>,
}

impl<'a> Seen<'a> {
    fn of(spot: &'a Spot, look: &'a Evaluation, answers: &'a Answers) -> Self {
        let state = spot.state(look);
        let (origin, follows) = state.map_or((Origin::Nowhere, &[][..]), |state| (state.origin, &state.answers));
        let raw = answers.given(spot.pointer());
        let values = match origin {
            Origin::Derived | Origin::Initial => follows,
            Origin::Given | Origin::Nowhere => raw.unwrap_or_default(),
        };
        let problem = state.and_then(|state| look.problem_of(state));
        Self { values, origin, touched: raw.is_some(), problem, warnings: look.warnings_at(spot.pointer()).collect() }
    }

    fn is(&self, before: &Standing) -> bool {
        self.origin == before.origin
            && self.touched == before.touched
            && self.values == before.values
            && self.problem == before.problem.as_ref()
            && self.warnings.iter().copied().eq(&before.warnings)
    }

    fn kept(&self) -> Standing {
        Standing {
            values: self.values.to_vec(),
            origin: self.origin,
            touched: self.touched,
            problem: self.problem.cloned(),
            warnings: self.warnings.iter().copied().cloned().collect(),
        }
    }
}

/// Follows how an item stands.
struct Whole(Spot);

impl Watch for Whole {
    type Seen = Standing;

    fn see(&self, look: &Evaluation, answers: &Answers) -> Standing {
        Seen::of(&self.0, look, answers).kept()
    }

    fn holds(&self, before: &Standing, look: &Evaluation, answers: &Answers) -> bool {
        Seen::of(&self.0, look, answers).is(before)
    }
}

/// Follows whether an item is asked and shown.
struct Shown(Spot);

impl Watch for Shown {
    type Seen = bool;

    fn see(&self, look: &Evaluation, _: &Answers) -> bool {
        self.0.state(look).is_some_and(|state| state.visible)
    }

    fn holds(&self, before: &bool, look: &Evaluation, answers: &Answers) -> bool {
        *before == self.see(look, answers)
    }
}

impl Filling {
    /// How an item stands.
    pub(super) fn standing(self, pointer: Pointer) -> Followed<Standing> {
        follow(self.board, Whole(Spot::new(pointer)))
    }

    /// Whether an item is asked and shown, where that depends on answers.
    pub(super) fn is_visible(self, pointer: Pointer) -> Followed<bool> {
        follow(self.board, Shown(Spot::new(pointer)))
    }

    /// What is said around an item, in the language in use.
    pub(super) fn around(self, pointer: Pointer, standing: Followed<Standing>) -> Memo<Around> {
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
                let passed_over = || self.mistakes.with(|found| found.all().iter().any(|it| it.control == control));
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
