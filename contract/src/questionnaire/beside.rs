//! What stands beside the answers of a draft until its person has looked at it: what was filled in for them, and what a
//! newer form has no place for.
use litemap::LiteMap;

use serde::Serialize;

use super::answers::Answers;
use super::evaluate::{Context, Evaluation, ItemState, Origin, evaluate};
use super::form::{Form, Prefill, Role};
use super::migrate::{LeftOver, migrate};
use super::pointer::Pointer;
use super::typed::normalised;
use super::value::Value;
use crate::api::ItemError;
use crate::json::FromJson;

/// Kept with the draft, and never sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, FromJson)]
pub struct Beside {
    /// Filled in from elsewhere, and not confirmed yet.
    #[serde(default)]
    pub to_confirm: Vec<Pointer>,
    /// Answers to a form of before that the newer one does not ask, until they were looked at.
    #[serde(default)]
    pub left_over: Answers,
    /// The form that asked for what is left over, where that is not the one the draft was begun with.
    #[serde(default, serialize_with = "crate::json::members")]
    pub left_by: LiteMap<Pointer, String>,
    /// What was answered before to a question that is put differently now.
    #[serde(default, serialize_with = "crate::json::members")]
    pub suggestions: LiteMap<Pointer, String>,
    /// The form that the draft was begun with, if it has moved to a newer one and nobody has looked at it yet.
    #[serde(default)]
    pub moved_from: Option<String>,
    /// What the office said about answers that it did not take, until they are changed.
    #[serde(default)]
    pub refused: Vec<ItemError>,
    /// The name of the person it is for, so that several drafts are told apart before one is opened.
    #[serde(default)]
    pub holder: Option<String>,
}

impl Beside {
    /// Fills in what the sign-in tells, where nothing was ever answered. True if anything changed.
    pub fn fill_in(&mut self, form: &Form, answers: &mut Answers, phone: &str) -> bool {
        let open: Vec<Pointer> = told_by_sign_in(form).filter(|pointer| !answers.is_touched(pointer)).collect();
        for pointer in &open {
            answers.set(pointer.clone(), vec![Value::Text(phone.to_owned())]);
            self.ask(pointer.clone());
        }
        !open.is_empty()
    }

    /// Whether there is anything that [`Beside::fill_in`] would fill in.
    pub fn waits_for_sign_in(form: &Form, answers: &Answers) -> bool {
        told_by_sign_in(form).any(|pointer| !answers.is_touched(&pointer))
    }

    /// Takes over what the office filled in, put in order as if it had been typed, where nothing was ever answered and as far
    /// as it still holds: an ID that has run out since is asked for again.
    pub fn take_over(
        &mut self,
        form: &Form,
        answers: &mut Answers,
        filled: &Answers,
        pointers: &[Pointer],
        context: &Context<'_>,
        compose: &dyn Fn(&str) -> String,
    ) {
        let given = |pointer: &&Pointer| !filled.get(pointer).is_empty() && form.item_at(pointer).is_some();
        let fresh: Vec<&Pointer> = pointers.iter().filter(given).filter(|p| !answers.is_touched(p)).collect();
        // Rows first, for the pointers come in another order than the rows stood in.
        for (group, rows) in filled.row_groups() {
            let is_filled = |row: &&String| fresh.iter().any(|pointer| group.at_row(row).contains(pointer));
            for row in rows.iter().filter(is_filled) {
                answers.add_row(group, row);
            }
        }
        for pointer in &fresh {
            let Some(item) = form.item_at(pointer) else { continue };
            let values = filled.get(pointer).iter().map(|value| normalised(item, value, compose));
            answers.set((*pointer).clone(), values.collect());
        }
        let look = evaluate(form, answers, context);
        for pointer in fresh {
            if look.problem(pointer).is_some() {
                answers.forget(pointer);
            } else {
                self.ask(pointer.clone());
            }
        }
        let name = form.role(Role::Name).map(|item| Pointer::item(&item.link_id));
        self.holder = name.and_then(|name| Some(answers.first(&name)?.as_text()?.to_owned()));
    }

    /// Moves a draft to a newer form. What does not fit stays here until the person has seen it.
    #[must_use]
    pub fn moved(&self, form: &Form, from: &str, answers: &Answers, context: &Context<'_>) -> (Self, Answers) {
        let moved = migrate(form, from, answers, context);
        let mut beside = self.clone();
        beside.suggestions.retain(|pointer, _| form.item_at(pointer).is_some());
        beside.leave(from, moved.left_over, moved.suggestions);
        let mut to_confirm = Vec::new();
        for asked in &self.to_confirm {
            let now = moved.places.iter().filter(|(from, _)| from == asked).map(|(_, to)| to.clone());
            to_confirm.extend(now);
        }
        beside.to_confirm = to_confirm;
        beside.refused.clear();
        (beside, moved.answers)
    }

    /// What was answered under an older form (`id|version`) and has no place in the one in use: it is to be looked at. What a
    /// still older one left, and nobody has looked at, stays before it.
    pub fn leave(&mut self, from: &str, left_over: Vec<LeftOver>, suggestions: Vec<(Pointer, String)>) {
        for left in left_over {
            let mut values = self.left_over.get(&left.pointer).to_vec();
            if values.is_empty() && self.moved_from.is_some() {
                self.left_by.insert(left.pointer.clone(), from.to_owned());
            }
            for value in left.values {
                if !values.contains(&value) {
                    values.push(value);
                }
            }
            self.left_over.set(left.pointer, values);
        }
        for (pointer, words) in suggestions {
            self.suggestions.insert(pointer, words);
        }
        self.moved_from.get_or_insert_with(|| from.to_owned());
    }

    /// The form that asked for what is left over there: it names the question.
    pub fn left_by(&self, pointer: &Pointer) -> Option<&str> {
        self.left_by.get(pointer).or(self.moved_from.as_ref()).map(String::as_str)
    }

    /// Whether its person has begun to fill in the form: what was filled in for them, and they have not confirmed, is no beginning.
    pub fn is_begun(&self, evaluation: &Evaluation) -> bool {
        let theirs = |it: &ItemState| it.origin == Origin::Given && !self.to_confirm.contains(&it.pointer);
        evaluation.items.iter().any(theirs)
    }

    /// What is to be confirmed now: asked, with something in it.
    pub fn unconfirmed<'a>(&'a self, evaluation: &'a Evaluation) -> impl Iterator<Item = &'a Pointer> {
        // What follows from another answer was said there.
        let own = |pointer: &Pointer| evaluation.state(pointer).is_some_and(|state| state.origin != Origin::Derived);
        let asked = move |pointer: &&Pointer| {
            evaluation.is_visible(pointer) && own(pointer) && !evaluation.answers(pointer).is_empty()
        };
        self.to_confirm.iter().filter(asked)
    }

    fn ask(&mut self, pointer: Pointer) {
        if !self.to_confirm.contains(&pointer) {
            self.to_confirm.push(pointer);
        }
    }

    /// An answer is right, as its person says.
    pub fn confirmed(&mut self, pointer: &Pointer) {
        self.to_confirm.retain(|open| open != pointer);
    }

    /// An answer was changed by its person: what was to be said about the old one is over.
    pub fn changed(&mut self, pointer: &Pointer) {
        self.confirmed(pointer);
        self.refused.retain(|error| !error.pointer.contains(pointer));
    }

    /// A row was taken away: with it goes what was to be said about it, and about what stood in it.
    pub fn removed(&mut self, row: &Pointer) {
        self.changed(row);
        self.refused.retain(|error| !row.contains(&error.pointer));
        self.to_confirm.retain(|open| !row.contains(open));
        self.suggestions.retain(|pointer, _| !row.contains(pointer));
    }

    /// Whether anything is to be said about this answer that a change ends.
    pub fn speaks_of(&self, pointer: &Pointer) -> bool {
        self.to_confirm.contains(pointer) || self.refused.iter().any(|error| error.pointer.contains(pointer))
    }

    /// What the office said about an answer.
    pub fn refusal(&self, pointer: &Pointer) -> Option<&ItemError> {
        self.refused.iter().find(|error| error.pointer == *pointer)
    }

    /// What the office did not take of what is asked now. A place that this form does not have is said as well.
    pub fn refused_now(&self, form: &Form, evaluation: &Evaluation) -> Vec<&ItemError> {
        let is_asked = |at: &Pointer| evaluation.items.iter().any(|state| state.visible && at.contains(&state.pointer));
        let stays = |error: &&ItemError| form.item_at(&error.pointer).is_none() || is_asked(&error.pointer);
        self.refused.iter().filter(stays).collect()
    }

    /// The person has looked at what the newer form left over: nothing of it is kept any longer.
    pub fn seen(&mut self) {
        self.left_over = Answers::new();
        self.left_by = LiteMap::new();
        self.moved_from = None;
    }
}

/// What the sign-in tells.
fn told_by_sign_in(form: &Form) -> impl Iterator<Item = Pointer> {
    let asked = form.items.iter().filter(|item| item.prefill.contains(&Prefill::SessionPhone));
    asked.filter(|item| item.row_groups.is_empty()).map(|item| Pointer::item(&item.link_id))
}
