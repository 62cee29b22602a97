//! Which items an applicant may change after a return, and what changed (contract §2.3).
//!
//! The same code runs in the app and at the server, so both draw the same doors open.
use super::answers::Answers;
use super::condition::holds;
use super::evaluate::{Context, Evaluation, Origin, evaluate};
use super::form::{Form, Item};
use super::pointer::Pointer;
use super::problem::{Problem, ProblemCode};
use super::value::Value;
use crate::api::{OpenItem, OpenWhy};

/// What the open set follows from.
#[derive(Clone, Copy)]
pub struct Round<'a> {
    /// The form the next supplement is for.
    pub form: &'a Form,
    /// The form of the last submission, if that was another version.
    pub form_before: Option<&'a Form>,
    /// The answers of the last submission (with its supplements).
    pub submitted: &'a Answers,
    /// What was returned.
    pub returned: &'a [Pointer],
    /// The answers of the open items so far.
    pub draft: &'a Answers,
}

impl Round<'_> {
    /// The answers as they are now: the last submission, overlaid with the draft's answers of what is open.
    #[must_use]
    pub fn now(&self, open: &[OpenItem]) -> Answers {
        self.submitted.overlaid(self.draft, &|pointer| is_open(self.form, open, pointer))
    }
}

/// The open set: returned items first, in the order they were returned; what follows from them, in document order.
///
/// What is open grows only through answers of what is open, so this ends after at most one look an item.
pub fn open_items(round: &Round<'_>, context: &Context<'_>) -> Vec<OpenItem> {
    let form = round.form;
    let mut open: Vec<OpenItem> = round
        .returned
        .iter()
        .map(|pointer| OpenItem { pointer: pointer.clone(), why: OpenWhy::Returned, because: None })
        .collect();
    let before = evaluate(round.form_before.unwrap_or(form), round.submitted, context);
    // What follows from another answer cannot be changed itself: that other answer is open with it. Where that one is covered,
    // what follows cannot be told, but is not asked either.
    for returned in round.returned {
        let follows = before.state(returned).is_some_and(|state| state.origin == Origin::Derived || !state.enabled);
        let source = source_of(form, returned).filter(|source| follows && !is_open(form, &open, source));
        open.extend(source.map(|source| OpenItem {
            pointer: source,
            why: OpenWhy::Consequence,
            because: Some(returned.clone()),
        }));
    }
    loop {
        let now = evaluate(form, &round.now(&open), context);
        let mut found = Vec::new();
        for state in now.items.iter().filter(|state| state.visible) {
            let Some(item) = form.items.get(state.item) else { continue };
            // What stands in a group without rows opens by itself, but where all of it is wanted for want of any.
            let stands_alone = item.is_question() || item.is_row_group();
            if !(stands_alone || item.is_plain_group()) || is_open(form, &open, &state.pointer) {
                continue;
            }
            if is_open(form, &found, &state.pointer) {
                continue;
            }
            let is_new = stands_alone && round.form_before.is_some_and(|before| before.item(&item.link_id).is_none());
            let was_hidden = stands_alone && !before.is_visible(&state.pointer);
            let unanswered = item.required && now.problem(&state.pointer).is_some_and(is_missing);
            if is_new {
                found.push(OpenItem { pointer: state.pointer.clone(), why: OpenWhy::FormChanged, because: None });
            } else if was_hidden || unanswered {
                let because = cause(form, &now, &open, &state.pointer);
                found.push(OpenItem { pointer: state.pointer.clone(), why: OpenWhy::Consequence, because });
            }
        }
        if found.is_empty() {
            return open;
        }
        open.extend(found);
    }
}

/// The open set as far as it can be told from answers that came covered: what seems unanswered there was answered, and the
/// office keeps it closed.
#[must_use]
pub fn without_covered(form: &Form, mut open: Vec<OpenItem>) -> Vec<OpenItem> {
    let seems_missing = |it: &OpenItem| it.why == OpenWhy::Consequence && it.because.is_none();
    open.retain(|it| !(seems_missing(it) && form.item_at(&it.pointer).is_some_and(Item::is_masked)));
    open
}

/// The answer that an item follows from, where it is not asked.
fn source_of(form: &Form, pointer: &Pointer) -> Option<Pointer> {
    let derived = form.item_at(pointer)?.derived.as_ref()?;
    Some(Pointer::item(&derived.from))
}

fn is_missing(problem: &Problem) -> bool {
    matches!(problem.code, ProblemCode::Required | ProblemCode::Consent | ProblemCode::Count)
}

/// Whether an item is open: named itself, in a named row or repeating group, or inside a named group.
pub fn is_open(form: &Form, open: &[OpenItem], pointer: &Pointer) -> bool {
    let lineage: Vec<Pointer> = match form.index_of(&pointer.link_id()) {
        Some(at) => {
            form.lineage(at).filter_map(|at| form.items.get(at)).map(|item| Pointer::item(&item.link_id)).collect()
        }
        None => Vec::new(),
    };
    open.iter().any(|o| o.pointer.contains(pointer) || lineage.contains(&o.pointer))
}

/// The open item whose answer the conditions of this one ask about, nearest first.
fn cause(form: &Form, now: &Evaluation, open: &[OpenItem], pointer: &Pointer) -> Option<Pointer> {
    let at = form.index_of(&pointer.link_id())?;
    let conditions = form.lineage(at).filter_map(|at| form.items.get(at)).flat_map(|item| &item.conditions);
    let mut fallback = None;
    for condition in conditions {
        let question = form.items.get(condition.question)?;
        let places = now.items.iter().filter(|state| state.item == condition.question);
        for state in places.filter(|state| is_open(form, open, &state.pointer)) {
            let answers: Vec<&Value> = state.answers.iter().collect();
            if holds(condition.operator, &condition.answer, &answers) {
                return Some(state.pointer.clone());
            }
            fallback.get_or_insert_with(|| state.pointer.clone());
        }
        if fallback.is_none() && question.derived.is_some() {
            let source = question.derived.as_ref().map(|d| Pointer::item(&d.from));
            fallback = source.filter(|source| is_open(form, open, source));
        }
    }
    fallback
}

/// One item whose answer differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which.
    pub pointer: Pointer,
    /// What it was.
    pub before: Vec<Value>,
    /// What it is.
    pub after: Vec<Value>,
}

/// What differs between two answer sets, by pointer; documents by their bytes.
pub fn changes(before: &Answers, after: &Answers) -> Vec<Change> {
    let mut pointers: Vec<&Pointer> = before.iter().chain(after.iter()).map(|(pointer, _)| pointer).collect();
    pointers.sort();
    pointers.dedup();
    pointers
        .into_iter()
        .filter(|pointer| is_changed(before.get(pointer), after.get(pointer)))
        .map(|pointer| Change {
            pointer: pointer.clone(),
            before: before.get(pointer).to_vec(),
            after: after.get(pointer).to_vec(),
        })
        .collect()
}

/// Whether two answers of one item differ.
pub fn is_changed(before: &[Value], after: &[Value]) -> bool {
    before.len() != after.len() || before.iter().zip(after).any(|(a, b)| !a.same_as(b))
}

/// Whether a returned item was answered: changed (of a group: something in it; of what follows from another answer: that one),
/// or a note was written for it.
pub fn is_answered(round: &Round<'_>, returned: &Pointer, has_note: bool) -> bool {
    let answering = std::iter::once(returned.clone()).chain(source_of(round.form, returned));
    let open: Vec<OpenItem> =
        answering.map(|pointer| OpenItem { pointer, why: OpenWhy::Returned, because: None }).collect();
    let now = round.now(&open);
    let before_rows = round.submitted.rows(returned);
    has_note
        || (!now.rows(returned).is_empty() && now.rows(returned) != before_rows)
        || changes(round.submitted, &now).iter().any(|change| is_open(round.form, &open, &change.pointer))
}

/// Problems of a supplement: closed items that were sent, and what is wrong in what is open now.
pub fn check_supplement(round: &Round<'_>, context: &Context<'_>) -> Vec<Problem> {
    let open = open_items(round, context);
    let mut problems: Vec<Problem> = round
        .draft
        .iter()
        .filter(|(pointer, _)| !is_open(round.form, &open, pointer))
        .map(|(pointer, _)| Problem::new(pointer.clone(), ProblemCode::NotOpen))
        .collect();
    let now = evaluate(round.form, &round.now(&open), context);
    problems.extend(now.problems.into_iter().filter(|problem| is_open(round.form, &open, &problem.pointer)));
    problems
}

/// The questions an open set lets a person change, in document order.
pub fn open_questions<'a>(form: &'a Form, evaluation: &'a Evaluation, open: &[OpenItem]) -> Vec<&'a Pointer> {
    let question = |at: usize| form.items.get(at).is_some_and(Item::is_question);
    evaluation
        .items
        .iter()
        .filter(|state| state.visible && question(state.item) && is_open(form, open, &state.pointer))
        .map(|state| &state.pointer)
        .collect()
}
