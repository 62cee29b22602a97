//! Which items an applicant may change after a return, and what changed (contract §2.3).
//!
//! The same code runs in the app and at the server, so both draw the same doors open.
use super::answers::Answers;
use super::condition::holds;
use super::evaluate::{Context, Evaluation, Origin, evaluate};
use super::form::{Form, Item};
use super::migrate::place_now;
use super::pointer::Pointer;
use super::problem::{Problem, ProblemCode};
use super::value::Value;
use crate::api::{OpenItem, OpenWhy};

/// What the open set follows from.
#[derive(Clone, Copy)]
pub struct Round<'a> {
    /// The form the next supplement is for.
    pub form: &'a Form,
    /// The last submission as it was sent, if that was under another version.
    pub before: Option<Sent<'a>>,
    /// The answers of the last submission (with its supplements), as this form reads them.
    pub submitted: &'a Answers,
    /// What was returned, by the names of this form ([`super::place_now`]) where it has one.
    pub returned: &'a [Pointer],
    /// The answers of the open items so far.
    pub draft: &'a Answers,
}

/// Answers with the form that they were sent under.
#[derive(Clone, Copy)]
pub struct Sent<'a> {
    /// The form.
    pub form: &'a Form,
    /// By its own names.
    pub answers: &'a Answers,
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
    let before = evaluate(form, round.submitted, context);
    let past = Past::of(round, &before, context);
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
            let unanswered = item.required && now.problem(&state.pointer).is_some_and(is_missing);
            let (why, opens) = match past.look(&state.pointer) {
                Looked::Unknown if stands_alone => (OpenWhy::FormChanged, true),
                Looked::Hidden if stands_alone => (OpenWhy::Consequence, true),
                _ => (OpenWhy::Consequence, unanswered),
            };
            // Whoever has its condition covered cannot tell that it was asked before, and answers it with what it follows from.
            let answered_anew = round.draft.is_touched(&state.pointer) && form.may_seem_hidden(&state.pointer);
            let follows = why == OpenWhy::Consequence && (opens || answered_anew);
            let because = follows.then(|| cause(form, &now, &open, &state.pointer)).flatten();
            if opens || because.is_some() {
                found.push(OpenItem { pointer: state.pointer.clone(), why, because });
            }
        }
        if found.is_empty() {
            return open;
        }
        open.extend(found);
    }
}

/// What was asked in the last submission, by the names of the form in use.
enum Past<'a> {
    /// That is the same form.
    Same(&'a Evaluation),
    /// Each place of the form before, and whether it was asked.
    Moved(Vec<(Pointer, bool)>),
}

/// What the last submission did with a place.
enum Looked {
    Asked,
    Hidden,
    /// Its form did not know it.
    Unknown,
}

impl<'a> Past<'a> {
    fn of(round: &Round<'_>, same: &'a Evaluation, context: &Context<'_>) -> Self {
        let Some(before) = round.before else { return Self::Same(same) };
        let sent = evaluate(before.form, before.answers, context);
        let from = before.form.canonical();
        let known = sent.items.iter().filter_map(|it| Some((place_now(round.form, &from, &it.pointer)?, it.visible)));
        Self::Moved(known.collect())
    }

    fn look(&self, pointer: &Pointer) -> Looked {
        let visible = match self {
            Self::Same(before) => Some(before.is_visible(pointer)),
            Self::Moved(known) => known.iter().filter(|(at, _)| at == pointer).map(|(_, visible)| *visible).max(),
        };
        match visible {
            Some(true) => Looked::Asked,
            Some(false) => Looked::Hidden,
            None => Looked::Unknown,
        }
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
    form.beside(pointer, form.index_of(&derived.from)?)
}

fn is_missing(problem: &Problem) -> bool {
    matches!(problem.code, ProblemCode::Required | ProblemCode::Consent | ProblemCode::Count)
}

/// Whether an item is open: named itself, in a named row or repeating group, or inside a named group, be that one in a row.
pub fn is_open(form: &Form, open: &[OpenItem], pointer: &Pointer) -> bool {
    let around = |at: usize| {
        let anywhere = form.items.get(at).map(|item| Pointer::item(&item.link_id));
        anywhere.into_iter().chain(form.beside(pointer, at))
    };
    let lineage: Vec<Pointer> = match form.index_of(&pointer.link_id()) {
        Some(at) => form.lineage(at).flat_map(around).collect(),
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
            let source = form.beside(pointer, condition.question).and_then(|question| source_of(form, &question));
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
/// or a note was written for it. What the form asks no more has nothing to answer.
pub fn is_answered(round: &Round<'_>, returned: &Pointer, has_note: bool) -> bool {
    if round.form.item_at(returned).is_none() {
        return true;
    }
    let answering = std::iter::once(returned.clone()).chain(source_of(round.form, returned));
    let open: Vec<OpenItem> =
        answering.map(|pointer| OpenItem { pointer, why: OpenWhy::Returned, because: None }).collect();
    let now = round.now(&open);
    has_note
        || now.rows(returned) != round.submitted.rows(returned)
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
