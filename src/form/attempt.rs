//! Going on: what keeps the form, or a part of it, from being handed over, each with where and in words.

use super::filling::Filling;
use super::focus_errors::Found;
use super::passage::label_text;
use crate::i18n::K;
use crate::reactive::{Memo, memo};
use crate::ui::Mistake;
use contract::questionnaire::{Item, Pointer, Problem, ProblemCode, StepState, Value, Widget};
use leptos::prelude::*;
use std::ops::Range;

impl Filling {
    /// What the office did not take and is unchanged since: said, and no reason not to hand it in again.
    pub fn refused(self) -> Vec<(Pointer, String)> {
        self.beside.with(|beside| {
            self.looked.with(|e| {
                let refused = self.form.with_value(|form| beside.refused_now(form, e));
                let said = |at: &Pointer, problem: &Problem| (at.clone(), self.with_row(at, self.sentence(problem)));
                refused.into_iter().map(|error| said(&error.pointer, &error.into())).collect()
            })
        })
    }

    /// What keeps the form from being handed over, in the form's order: each with where and in words.
    pub fn left_to_do(self) -> Vec<(Pointer, String)> {
        let unconfirmed = self.unconfirmed();
        let mut left = Vec::new();
        self.looked.with(|e| {
            for state in e.items.iter().filter(|state| state.visible) {
                let pointer = &state.pointer;
                match e.problem_of(state) {
                    Some(problem) => left.push((pointer.clone(), self.with_row(pointer, self.sentence(problem)))),
                    None if unconfirmed.contains(pointer) => {
                        left.push((pointer.clone(), self.with_row(pointer, self.to_confirm_words(pointer))));
                    }
                    None => {}
                }
            }
        });
        left
    }

    fn unconfirmed(self) -> Vec<Pointer> {
        self.beside.with(|beside| {
            self.looked.with(|e| {
                let open = beside.unconfirmed(e).filter(|pointer| e.problem(pointer).is_none());
                open.cloned().collect()
            })
        })
    }

    pub(super) fn to_confirm_words(self, pointer: &Pointer) -> String {
        let label = self.form.with_value(|form| form.item_at(pointer).map(|item| label_text(self.i18n, item)));
        self.i18n.say(K::FormConfirmMissing, &[("label", label.unwrap_or_default().into())])
    }

    /// How far each step is; what is not confirmed yet is not filled in.
    pub fn steps(self) -> Memo<Vec<StepState>> {
        memo(move || {
            let mut steps = self.looked.with(|e| e.steps.clone());
            for pointer in self.unconfirmed() {
                let step = self.form.with_value(|form| form.step_of(&pointer.link_id()).map(|s| s.link_id.clone()));
                if let Some(state) = steps.iter_mut().find(|state| Some(&state.link_id) == step.as_ref()) {
                    state.problems += 1;
                }
            }
            steps
        })
    }

    /// What keeps the form from being handed over, each by its name.
    pub fn names_left(self) -> Vec<String> {
        let named = |(pointer, _): &(Pointer, String)| {
            self.form.with_value(|form| form.item_at(pointer).map(|item| label_text(self.i18n, item)))
        };
        self.left_to_do().iter().filter_map(named).collect()
    }

    /// The person wants to go on from the items that `here` names: everything is put in order and what is wrong said.
    ///
    /// True if nothing is wrong. With one mistake the page moves the focus there; with more the list takes it.
    pub fn attempt(self, here: &dyn Fn(&Pointer) -> bool) -> bool {
        self.draw_all();
        let places: Vec<Pointer> = self.looked.with_untracked(|e| {
            e.items.iter().filter(|s| s.visible && here(&s.pointer)).map(|s| s.pointer.clone()).collect()
        });
        for pointer in &places {
            if self.answers.with_untracked(|answers| answers.is_touched(pointer)) {
                self.tidy(pointer);
            }
        }
        let left = untrack(|| self.left_to_do());
        let here = left.into_iter().filter(|(pointer, _)| here(pointer));
        let found: Vec<Mistake> =
            here.map(|(pointer, words)| Mistake { control: self.wrong_control(&pointer), words }).collect();
        let fine = found.is_empty();
        // Where nothing is wrong nothing is said anew, and no item need be looked at again before the next page is seen.
        if !fine {
            self.left.update(|left| {
                for pointer in places {
                    left.insert(pointer, ());
                }
            });
        }
        if !fine || self.mistakes.with_untracked(|before| !before.all().is_empty()) {
            self.mistakes.set(Found::of(found));
        }
        fine
    }

    /// The control in which something is wrong: of several lines the one, of choices the first or the own words.
    fn wrong_control(self, pointer: &Pointer) -> String {
        let first = self.control_id(pointer);
        let part = self.form.with_value(|form| {
            let item = form.item_at(pointer)?;
            self.looked.with_untracked(|e| {
                let problem = e.problem(pointer)?;
                Some(untrack(|| self.with_answers(|answers| wrong_part(item, problem, answers.get(pointer)))))
            })
        });
        part_id(&first, part.unwrap_or_default())
    }

    /// Those of the mistakes whose items are still wrong, as they stand now.
    pub(super) fn there_still(self, found: &[Mistake]) -> Vec<Mistake> {
        if found.is_empty() {
            return Vec::new();
        }
        let left = self.left_to_do();
        let now = |it: &Mistake| {
            let (pointer, words) = left.iter().find(|(pointer, _)| is_part(&self.control_id(pointer), &it.control))?;
            Some(Mistake { control: self.wrong_control(pointer), words: words.clone() })
        };
        found.iter().filter_map(now).collect()
    }

    /// Problems of one step, by the pointers in it.
    pub fn is_in_step(self, step: &str) -> impl Fn(&Pointer) -> bool + use<> {
        let form = self.form();
        let tops = form.steps.iter().find(|it| it.link_id == step).map(|it| it.items.as_slice()).unwrap_or_default();
        let inside: Vec<Range<usize>> = tops.iter().filter_map(|top| Some(*top..form.items.get(*top)?.end)).collect();
        move |pointer| form.index_of(&pointer.link_id()).is_some_and(|at| inside.iter().any(|it| it.contains(&at)))
    }
}

/// One of the controls of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// One of several lines, or the only control.
    Line(usize),
    /// The field for own words beside a list.
    OwnWords,
}

impl Default for Part {
    fn default() -> Self {
        Self::Line(0)
    }
}

/// In which control of an item something is wrong.
pub(super) fn wrong_part(item: &Item, problem: &Problem, values: &[Value]) -> Part {
    let line = problem.line(values);
    if !matches!(item.widget(), Widget::Radios | Widget::Ticks) {
        return Part::Line(line);
    }
    let suspected = match problem.which {
        Some(_) => values.get(line..=line).unwrap_or_default(),
        // Too few or too many are no fault of the own words; that nothing is written there is.
        None if problem.code == ProblemCode::Count => &[],
        None => values,
    };
    item.own_words(suspected).map_or(Part::default(), |_| Part::OwnWords)
}

/// Whether this is the id of one of the controls of an item, whose first one has the id `first`.
fn is_part(first: &str, control: &str) -> bool {
    control.strip_prefix(first).is_some_and(|rest| !rest.contains('.'))
}

/// The id of one of the controls of an item.
pub(super) fn part_id(first: &str, part: Part) -> String {
    match part {
        Part::Line(0) => first.to_owned(),
        Part::Line(line) => format!("{first}-{line}"),
        Part::OwnWords => format!("{first}-other"),
    }
}
