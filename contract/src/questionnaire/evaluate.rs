//! One pure look at a form with some answers: what is visible, what follows, what is wrong, how far each step is.

use crate::api::Limits;
use chrono::NaiveDate;

use super::answers::{Answers, FIRST_ROW};
use super::check::check_items;
use super::condition::holds;
use super::derive::{Told, told};
use super::form::{Behaviour, Form, Item, ItemKind};
use super::pattern::Pattern;
use super::pointer::Pointer;
use super::problem::Problem;
use super::typed::read_typed;
use super::value::Value;

/// What is needed from outside.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The server's date, in the office's zone.
    pub today: NaiveDate,
    /// Matches the form's patterns.
    pub patterns: &'a dyn Pattern,
    /// Most pages of one document item that says nothing itself (`service.limits.pages_per_item`).
    pub pages_per_item: u32,
}

impl<'a> Context<'a> {
    /// With as many pages an item as is usual.
    pub fn new(today: NaiveDate, patterns: &'a dyn Pattern) -> Self {
        Self { today, patterns, pages_per_item: Limits::USUAL.pages_per_item }
    }
}

/// Where the answer of an item comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nothing is there.
    Nowhere,
    /// The person, or a pre-fill.
    Given,
    /// The form's initial value.
    Initial,
    /// Another answer contains it.
    Derived,
}

/// One item (in one row) as it stands.
#[derive(Clone, Debug)]
pub struct ItemState {
    /// Its name.
    pub pointer: Pointer,
    /// Where it is in [`Form::items`].
    pub item: usize,
    /// The state of the item it lies in.
    pub parent: Option<usize>,
    /// Asked, given the answers.
    pub enabled: bool,
    /// Asked and not hidden by the form.
    pub visible: bool,
    /// What counts as its answer now: blank text and hidden items answer nothing.
    pub answers: Vec<Value>,
    /// Where that comes from.
    pub origin: Origin,
    /// Which rows it lies in: one number for each repeating group around it.
    pub(super) rows: Vec<usize>,
    /// Where in [`Evaluation::problems`] what is wrong with it stands.
    problem: Option<usize>,
}

/// How far a step is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepState {
    /// Its name.
    pub link_id: String,
    /// False if nothing on it is asked or said now.
    pub visible: bool,
    /// Questions asked now.
    pub asked: usize,
    /// Of these, answered by the person.
    pub answered: usize,
    /// Things that keep it from being filled in.
    pub problems: usize,
    /// Required documents without an answer.
    pub missing_documents: Vec<Pointer>,
}

/// What a step is to its person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing yet.
    Todo,
    /// Something, not all.
    Begun,
    /// Nothing is missing or wrong.
    Filled,
}

impl StepState {
    /// What it is to its person.
    pub fn progress(&self) -> Progress {
        match (self.problems, self.answered) {
            (0, _) => Progress::Filled,
            (_, 0) => Progress::Todo,
            _ => Progress::Begun,
        }
    }
}

/// A form with some answers, looked at once.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// Every item in every row, in document order.
    pub items: Vec<ItemState>,
    /// What must change, in document order: at most one a pointer.
    pub problems: Vec<Problem>,
    /// What is only said.
    pub warnings: Vec<Problem>,
    /// The steps, in order, also those with nothing asked.
    pub steps: Vec<StepState>,
    /// Places in `items`, ordered by pointer.
    by_pointer: Vec<usize>,
}

impl Evaluation {
    /// The state of an item, visible or not.
    pub fn state(&self, pointer: &Pointer) -> Option<&ItemState> {
        self.items.get(self.place_of(pointer)?)
    }

    /// Where in `items` an item stands.
    pub fn place_of(&self, pointer: &Pointer) -> Option<usize> {
        let found =
            self.by_pointer.binary_search_by(|at| self.items.get(*at).map(|it| &it.pointer).cmp(&Some(pointer)));
        self.by_pointer.get(found.ok()?).copied()
    }

    /// Whether an item is asked and shown.
    pub fn is_visible(&self, pointer: &Pointer) -> bool {
        self.state(pointer).is_some_and(|state| state.visible)
    }

    /// What counts as the answer of an item.
    pub fn answers(&self, pointer: &Pointer) -> &[Value] {
        self.state(pointer).map_or(&[], |state| &state.answers)
    }

    /// What is wrong at an item.
    pub fn problem(&self, pointer: &Pointer) -> Option<&Problem> {
        self.problem_of(self.state(pointer)?)
    }

    /// What is wrong at an item that stands like this.
    pub fn problem_of(&self, state: &ItemState) -> Option<&Problem> {
        self.problems.get(state.problem?)
    }

    /// What is to be said at an item.
    pub fn warnings_at<'a>(&'a self, pointer: &'a Pointer) -> impl Iterator<Item = &'a Problem> {
        self.warnings.iter().filter(move |warning| warning.pointer == *pointer)
    }

    /// The first value of an item outside repeating groups.
    pub fn value_of(&self, link_id: &str) -> Option<&Value> {
        self.answers(&Pointer::item(link_id)).first()
    }

    /// The rows shown of a repeating group, begun or not.
    pub fn rows(&self, group: &Pointer) -> Vec<String> {
        let rows = self.items.iter().filter(|state| group.contains(&state.pointer) && state.pointer != *group);
        let mut ids: Vec<String> = Vec::new();
        for state in rows {
            let enclosing = std::iter::successors(state.pointer.enclosing_row(), |(outer, _)| outer.enclosing_row());
            for (_, row) in enclosing.filter(|(g, _)| g == group) {
                if !ids.contains(&row) {
                    ids.push(row);
                }
            }
        }
        ids
    }

    /// Which rows a place lies in, from the inside out: the group and the row's number, from 1. One that is alone has none.
    pub fn rows_around(&self, pointer: &Pointer) -> Vec<(Pointer, usize)> {
        let around = std::iter::successors(pointer.enclosing_row(), |(group, _)| group.enclosing_row());
        let numbered = around.filter_map(|(group, row)| {
            let rows = self.rows(&group);
            let at = rows.iter().position(|other| *other == row).filter(|_| rows.len() > 1)?;
            Some((group, at + 1))
        });
        numbered.collect()
    }

    /// Why an item is asked: the choices that made it visible, with where they were made.
    pub fn because<'a>(&'a self, form: &'a Form, pointer: &Pointer) -> Vec<(&'a Pointer, &'a Value)> {
        let mut reasons = Vec::new();
        let start = self.place_of(pointer);
        for at in std::iter::successors(start, |at| self.items.get(*at)?.parent) {
            let Some(state) = self.items.get(at) else { continue };
            let conditions = form.items.get(state.item).map_or(&[][..], |item| &item.conditions);
            for condition in conditions {
                for question in seen_from(form, &self.items, state, condition.question) {
                    let fitting =
                        question.answers.iter().find(|value| holds(condition.operator, &condition.answer, &[*value]));
                    if let Some(value) = fitting.filter(|value| value.as_coding().is_some())
                        && !reasons.iter().any(|(p, _)| *p == &question.pointer)
                    {
                        reasons.push((&question.pointer, value));
                    }
                }
            }
        }
        reasons
    }
}

/// Evaluates a form with answers: one pass in an order settled when the form was loaded.
///
/// The same answers give the same evaluation, whatever the order in which they were put there.
pub fn evaluate(form: &Form, answers: &Answers, context: &Context<'_>) -> Evaluation {
    let mut items = places(form, answers);
    let by_item = ByItem::new(form, &items);
    for item_at in &form.order {
        let Some(item) = form.items.get(*item_at) else { continue };
        for at in by_item.of(*item_at) {
            let Some(state) = items.get(*at) else { continue };
            let allowed = item.kind != ItemKind::Unsupported
                && state.parent.is_none_or(|p| items.get(p).is_some_and(|parent| parent.enabled))
                && conditions_hold(form, &items, &by_item, item, state);
            let elsewhere = if allowed && item.derived.is_some() {
                told_by_source(form, &items, &by_item, item, state, context.today)
            } else {
                Told::Never
            };
            let enabled = allowed && !matches!(elsewhere, Told::Later);
            let (values, origin) = match elsewhere {
                Told::Value(value) => (vec![value], Origin::Derived),
                Told::Never if enabled && item.is_question() => settled_answer(item, state, answers),
                Told::Later | Told::Never => (Vec::new(), Origin::Nowhere),
            };
            if let Some(state) = items.get_mut(*at) {
                state.enabled = enabled;
                state.answers = values;
                state.origin = origin;
            }
        }
    }
    for at in 0..items.len() {
        let Some(state) = items.get(at) else { continue };
        let above = state.parent.is_none_or(|p| items.get(p).is_some_and(|parent| parent.visible));
        let visible = above && state.enabled && form.items.get(state.item).is_some_and(|item| !item.hidden);
        if let Some(state) = items.get_mut(at) {
            state.visible = visible;
        }
    }
    let by_pointer = by_pointer(form, &items);
    let mut evaluation =
        Evaluation { items, problems: Vec::new(), warnings: Vec::new(), steps: Vec::new(), by_pointer };
    let found = check_items(form, &evaluation, context);
    for (number, at) in found.places.into_iter().enumerate() {
        if let Some(state) = evaluation.items.get_mut(at) {
            state.problem = Some(number);
        }
    }
    evaluation.problems = found.problems;
    evaluation.warnings = found.warnings;
    evaluation.steps = steps(form, &evaluation);
    evaluation
}

/// The states of each item, one after the other: each item knows where its own begin.
struct ByItem {
    begins: Vec<usize>,
    states: Vec<usize>,
}

impl ByItem {
    fn new(form: &Form, states: &[ItemState]) -> Self {
        let mut begins = vec![0; form.items.len() + 1];
        for state in states {
            if let Some(count) = begins.get_mut(state.item + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for begin in &mut begins {
            sum += *begin;
            *begin = sum;
        }
        let (mut next, mut sorted) = (begins.clone(), vec![0; states.len()]);
        for (at, state) in states.iter().enumerate() {
            let Some(next) = next.get_mut(state.item) else { continue };
            if let Some(place) = sorted.get_mut(*next) {
                *place = at;
            }
            *next += 1;
        }
        Self { begins, states: sorted }
    }

    fn of(&self, item: usize) -> &[usize] {
        let range = self.begins.get(item).zip(self.begins.get(item + 1));
        range.and_then(|(begin, end)| self.states.get(*begin..*end)).unwrap_or_default()
    }
}

/// Outside of rows the names of items are the form's, and their order is known.
fn by_pointer(form: &Form, states: &[ItemState]) -> Vec<usize> {
    let as_in_form = |(at, state): (usize, &ItemState)| state.item == at && state.rows.is_empty();
    if states.len() == form.items.len() && states.iter().enumerate().all(as_in_form) {
        return form.by_pointer.clone();
    }
    let pointer = |at: usize| states.get(at).map(|it| &it.pointer);
    crate::order::places(states.len(), &mut |a, b| pointer(a).cmp(&pointer(b)))
}

/// Every item in every row, undecided.
fn places(form: &Form, answers: &Answers) -> Vec<ItemState> {
    let mut states: Vec<ItemState> = Vec::with_capacity(form.items.len());
    let tops = form.items.iter().enumerate().filter(|(_, item)| item.parent.is_none());
    for (at, _) in tops {
        place(form, answers, at, None, None, &[], &mut states);
    }
    states
}

fn place(
    form: &Form,
    answers: &Answers,
    at: usize,
    parent: Option<usize>,
    row: Option<&Pointer>,
    rows: &[usize],
    states: &mut Vec<ItemState>,
) {
    let Some(item) = form.items.get(at) else { return };
    let pointer = row.map_or_else(|| item.pointer.clone(), |row| row.child(&item.link_id));
    let here = states.len();
    states.push(ItemState {
        pointer: pointer.clone(),
        item: at,
        parent,
        enabled: false,
        visible: false,
        answers: Vec::new(),
        origin: Origin::Nowhere,
        rows: rows.to_vec(),
        problem: None,
    });
    if !item.is_row_group() {
        for child in form.children(at) {
            place(form, answers, child, Some(here), row, rows, states);
        }
        return;
    }
    let begun = answers.rows(&pointer);
    let implied = if begun.is_empty() && item.least_rows() > 0 { Some(FIRST_ROW) } else { None };
    for (number, id) in begun.iter().map(String::as_str).chain(implied).enumerate() {
        let row = pointer.at_row(id);
        let inside: Vec<usize> = rows.iter().copied().chain([number]).collect();
        for child in form.children(at) {
            place(form, answers, child, Some(here), Some(&row), &inside, states);
        }
    }
}

/// The states of a question as seen from another item: in the same rows, as far as they share them.
pub(super) fn seen_from<'a>(
    form: &'a Form,
    states: &'a [ItemState],
    from: &'a ItemState,
    question: usize,
) -> impl Iterator<Item = &'a ItemState> {
    let shared = shared_rows(form, from.item, question);
    states.iter().filter(move |state| state.item == question && state.rows.get(..shared) == from.rows.get(..shared))
}

fn shared_rows(form: &Form, a: usize, b: usize) -> usize {
    let groups = |at: usize| form.items.get(at).map_or(&[][..], |item| &item.row_groups);
    groups(a).iter().zip(groups(b)).take_while(|(a, b)| a == b).count()
}

fn conditions_hold(form: &Form, states: &[ItemState], by_item: &ByItem, item: &Item, state: &ItemState) -> bool {
    let mut outcomes = item.conditions.iter().map(|condition| {
        let shared = shared_rows(form, state.item, condition.question);
        let mut answers: Vec<&Value> = Vec::new();
        for question in by_item.of(condition.question).iter().filter_map(|at| states.get(*at)) {
            if question.enabled && question.rows.get(..shared) == state.rows.get(..shared) {
                answers.extend(&question.answers);
            }
        }
        holds(condition.operator, &condition.answer, &answers)
    });
    match item.behaviour {
        _ if item.conditions.is_empty() => true,
        Behaviour::All => outcomes.all(|held| held),
        Behaviour::Any => outcomes.any(|held| held),
    }
}

/// What the source of a derived item says, in the same rows as far as they share them; of further rows the first that is
/// answered.
fn told_by_source(
    form: &Form,
    states: &[ItemState],
    by_item: &ByItem,
    item: &Item,
    state: &ItemState,
    today: NaiveDate,
) -> Told {
    let source = |link_id: &str| {
        let question = form.index_of(link_id)?;
        let shared = shared_rows(form, state.item, question);
        let places = by_item.of(question).iter().filter_map(|at| states.get(*at));
        let mut asked = places.filter(|q| q.enabled && q.rows.get(..shared) == state.rows.get(..shared));
        // Rows in which nothing stands are not sent: the first one that is answered is the same everywhere, and nobody waits
        // for the others.
        let is_beside = form.items.get(question).is_some_and(|question| question.row_groups.len() == shared);
        let answered = asked.clone().find(|question| !question.answers.is_empty());
        answered.or_else(|| asked.next().filter(|_| is_beside))
    };
    let find = |link_id: &str| source(link_id).and_then(|q| q.answers.first());
    told(form, item, &find, &|link_id| source(link_id).is_some(), today)
}

fn settled_answer(item: &Item, state: &ItemState, answers: &Answers) -> (Vec<Value>, Origin) {
    if let Some(given) = answers.given(&state.pointer) {
        let given = given.iter().filter(|v| !is_blank(v));
        let given: Vec<Value> = given.map(|value| as_meant(item, value)).collect();
        let origin = if given.is_empty() { Origin::Nowhere } else { Origin::Given };
        return (given, origin);
    }
    if item.initial.is_empty() {
        return (Vec::new(), Origin::Nowhere);
    }
    (item.initial.clone(), Origin::Initial)
}

/// Numbers and dates count as soon as the raw text reads as one, so that an error goes while it is being mended.
fn as_meant(item: &Item, value: &Value) -> Value {
    match value.as_text().filter(|_| item.kind.is_read()) {
        Some(text) => read_typed(item, text, &str::to_owned),
        None => value.clone(),
    }
}

/// Nothing was put there, or white space.
pub(super) fn is_blank(value: &Value) -> bool {
    value.as_text().is_some_and(|text| text.trim().is_empty())
}

fn steps(form: &Form, evaluation: &Evaluation) -> Vec<StepState> {
    let mut top_step = vec![0; form.items.len()];
    for (number, step) in form.steps.iter().enumerate() {
        for top in &step.items {
            let end = form.items.get(*top).map_or(*top, |item| item.end);
            for place in top_step.get_mut(*top..end).into_iter().flatten() {
                *place = number;
            }
        }
    }
    let mut steps: Vec<StepState> = form
        .steps
        .iter()
        .map(|step| StepState {
            link_id: step.link_id.clone(),
            visible: false,
            asked: 0,
            answered: 0,
            problems: 0,
            missing_documents: Vec::new(),
        })
        .collect();
    for state in evaluation.items.iter().filter(|state| state.visible) {
        let Some(item) = form.items.get(state.item) else { continue };
        let Some(step) = top_step.get(state.item).and_then(|number| steps.get_mut(*number)) else { continue };
        step.problems += usize::from(state.problem.is_some());
        // A page may only say something, or have only rows that nobody has begun: they are added there.
        let says_something = item.kind == ItemKind::Display && !item.text.is_empty();
        let takes_rows = item.is_row_group() && !item.read_only;
        step.visible |= item.is_question() || says_something || takes_rows;
        if item.is_question() {
            step.asked += 1;
            step.answered += usize::from(state.origin == Origin::Given);
            if item.kind == ItemKind::Attachment && item.is_required() && state.answers.is_empty() {
                step.missing_documents.push(state.pointer.clone());
            }
        }
    }
    steps
}
