//! What is wrong with the answers of what is visible: required, type, bounds, rules by code.

use super::condition::is_before;
use super::date::PartialDate;
use super::decimal;
use super::evaluate::{Context, Evaluation, ItemState, Origin};
use super::form::{ConsentKind, Form, Item, ItemKind, Severity};
use super::pointer::Pointer;
use super::problem::{Problem, ProblemCode};
use super::rules::check_rule;
use super::value::{Quantity, Value};

/// Problems and warnings of everything visible, in document order.
#[derive(Default)]
pub(super) struct Checked {
    /// At most one a pointer.
    pub(super) problems: Vec<Problem>,
    /// Where in [`Evaluation::items`] the item of each problem stands.
    pub(super) places: Vec<usize>,
    pub(super) warnings: Vec<Problem>,
}

/// Looks at everything visible.
pub(super) fn check_items(form: &Form, evaluation: &Evaluation, context: &Context<'_>) -> Checked {
    let Checked { mut problems, mut places, mut warnings } = Checked::default();
    for (at, state) in evaluation.items.iter().enumerate().filter(|(_, state)| state.visible) {
        let Some(item) = form.items.get(state.item) else { continue };
        if item.is_plain_group() {
            problems.extend(check_group(form, evaluation, item, at));
        } else if item.is_row_group() {
            problems.extend(check_rows(form, evaluation, item, state));
        } else if item.is_question() {
            let check = Check { form, evaluation, item, state, context };
            match check.first_problem() {
                Some(problem) => {
                    problems.push(problem);
                    // A number that is wrong for its kind may be right for another one: that helps more than what is wrong.
                    let other = check.rules(Severity::Warning).into_iter();
                    warnings.extend(other.filter(|warning| warning.code == ProblemCode::OtherKind));
                }
                None => warnings.extend(check.rules(Severity::Warning)),
            }
        }
        if problems.len() > places.len() {
            places.push(at);
        }
    }
    Checked { problems, places, warnings }
}

/// Whether it is said of the item itself that nothing is there.
fn says_so_itself(item: &Item) -> bool {
    if item.is_row_group() { item.least_rows() > 0 } else { item.is_required() && item.kind != ItemKind::Display }
}

/// A group that has to be there holds one answer at least, if anything in it can be answered now. What is required in it says
/// so itself.
fn check_group(form: &Form, evaluation: &Evaluation, group: &Item, at: usize) -> Option<Problem> {
    let state = evaluation.items.get(at).filter(|_| group.is_required())?;
    let mut can_be_answered = false;
    for inside in evaluation.items.get(at + 1..)?.iter().take_while(|it| it.item > state.item && it.item < group.end) {
        let item = form.items.get(inside.item)?;
        if !inside.answers.is_empty() {
            return None;
        }
        // A row in it that was begun and holds nothing is as if it were not there.
        if inside.visible && inside.rows.len() == state.rows.len() {
            if says_so_itself(item) {
                return None;
            }
            can_be_answered |= !item.read_only && (item.is_question() || item.is_row_group());
        }
    }
    if can_be_answered { count_problem(&state.pointer, 0, 1, None) } else { None }
}

/// A row in which nothing stands is not sent, so it does not count. The first one is there before anybody begins it: what is
/// required in it says so itself.
fn check_rows(form: &Form, evaluation: &Evaluation, item: &Item, state: &ItemState) -> Option<Problem> {
    let least = item.least_rows();
    if least == 0 && item.limits.max_occurs.is_none() {
        return None;
    }
    let holds_something = |row: &&String| {
        let row = state.pointer.at_row(row);
        evaluation.items.iter().any(|inside| !inside.answers.is_empty() && row.contains(&inside.pointer))
    };
    let found = evaluation.rows(&state.pointer).iter().filter(holds_something).count();
    // Rows of rows that were begun and hold nothing are not sent either.
    let depth = state.rows.len() + 1;
    let inside = evaluation.items.iter();
    let inside = inside.filter(|it| it.visible && it.rows.len() == depth && state.pointer.contains(&it.pointer));
    let asks = inside.filter_map(|inside| form.items.get(inside.item)).any(says_so_itself);
    count_problem(&state.pointer, found.max(usize::from(least > 0 && asks)), least, item.limits.max_occurs)
}

fn count_problem(pointer: &Pointer, found: usize, least: u32, most: Option<u32>) -> Option<Problem> {
    let found = u32::try_from(found).unwrap_or(u32::MAX);
    let wrong = found < least || most.is_some_and(|most| found > most);
    wrong.then(|| {
        let problem = Problem::new(pointer.clone(), ProblemCode::Count).with("min", least);
        match most {
            Some(most) => problem.with("max", most),
            None => problem,
        }
    })
}

/// One question where it stands.
pub(super) struct Check<'a> {
    pub(super) form: &'a Form,
    pub(super) evaluation: &'a Evaluation,
    pub(super) item: &'a Item,
    pub(super) state: &'a ItemState,
    pub(super) context: &'a Context<'a>,
}

impl Check<'_> {
    pub(super) fn problem(&self, code: ProblemCode) -> Problem {
        Problem::new(self.state.pointer.clone(), code)
    }

    fn first_problem(&self) -> Option<Problem> {
        let (item, given) = (self.item, &self.state.answers);
        let is_consent = item.consent.as_ref().is_some_and(|consent| consent.kind != ConsentKind::Service);
        if item.is_required() && is_consent && given.first() != Some(&Value::Boolean(true)) {
            return Some(self.problem(ProblemCode::Consent));
        }
        if given.is_empty() {
            return item.is_required().then(|| self.problem(ProblemCode::Required));
        }
        let unlimited = if item.kind == ItemKind::Attachment { Some(self.context.pages_per_item) } else { None };
        let most = if item.repeats { item.limits.max_occurs.or(unlimited) } else { Some(1) };
        let least = if item.repeats { item.limits.min_occurs.unwrap_or(0) } else { 0 };
        count_problem(&self.state.pointer, given.len(), least, most)
            .or_else(|| self.each(|value| self.check_type(value)))
            .or_else(|| self.check_exclusive())
            .or_else(|| self.each(|value| self.check_limits(value)))
            // What follows from another answer was checked there; the rules still hold (too young).
            .or_else(|| self.each(|value| self.failed(value, Severity::Error).next()))
    }

    /// The first of the answers with which something is wrong; of several it is said which.
    fn each(&self, check: impl Fn(&Value) -> Option<Problem>) -> Option<Problem> {
        let found = self.state.answers.iter().enumerate().find_map(|(at, value)| Some((at, check(value)?)));
        found.map(|(at, problem)| Problem { which: self.item.repeats.then_some(at), ..problem })
    }

    /// The rules of a severity that fail, in the form's order.
    fn rules(&self, severity: Severity) -> Vec<Problem> {
        self.state.answers.iter().flat_map(|value| self.failed(value, severity)).collect()
    }

    fn failed<'a>(&'a self, value: &'a Value, severity: Severity) -> impl Iterator<Item = Problem> + 'a {
        self.item.rules.iter().filter_map(move |rule| check_rule(self, rule, value, severity))
    }

    fn check_type(&self, value: &Value) -> Option<Problem> {
        let item = self.item;
        let code = match (item.kind, value) {
            (ItemKind::Boolean, Value::Boolean(_))
            | (ItemKind::Integer, Value::Integer(_))
            | (ItemKind::Decimal, Value::Decimal(_) | Value::Integer(_))
            | (ItemKind::Quantity, Value::Quantity(_))
            | (ItemKind::String | ItemKind::Text | ItemKind::OpenChoice, Value::Text(_))
            | (ItemKind::Attachment, Value::Attachment(_))
            | (ItemKind::DateTime, Value::DateTime(_))
            | (ItemKind::Time, Value::Time(_))
            | (ItemKind::Reference, Value::Reference(_))
            | (ItemKind::Date, Value::Date(PartialDate::Day(_))) => return None,
            (ItemKind::Date, Value::Date(_)) if item.derived.is_none() => return None,
            // The birth date must be a day: a number is compared with it.
            (ItemKind::Date, Value::Date(_)) => return Some(self.problem(ProblemCode::Date).with("need", "day")),
            (ItemKind::Date | ItemKind::DateTime, _) => ProblemCode::Date,
            (ItemKind::Choice | ItemKind::OpenChoice, value) => {
                if item.option(value).is_some() || self.state.origin == Origin::Derived {
                    return None;
                }
                ProblemCode::Choice
            }
            _ => ProblemCode::Format,
        };
        Some(self.problem(code))
    }

    fn check_exclusive(&self) -> Option<Problem> {
        let given = &self.state.answers;
        let alone = |value: &Value| self.item.option(value).is_some_and(|option| option.exclusive);
        (given.len() > 1 && given.iter().any(alone)).then(|| self.problem(ProblemCode::Choice))
    }

    fn check_limits(&self, value: &Value) -> Option<Problem> {
        let limits = &self.item.limits;
        if let Value::Text(text) = value {
            let found = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
            if let Some(limit) = limits.max_length.filter(|limit| found > *limit) {
                return Some(self.problem(ProblemCode::TooLong).with("limit", limit).with("found", found));
            }
            if let Some(limit) = limits.min_length.filter(|limit| found < *limit) {
                return Some(self.problem(ProblemCode::TooShort).with("limit", limit).with("found", found));
            }
            if let Some(pattern) = &limits.regex
                && self.context.patterns.matches(pattern, text) == Some(false)
            {
                return Some(self.problem(ProblemCode::Format));
            }
        }
        if let (Some(places), Value::Decimal(number) | Value::Quantity(Quantity { value: number, .. })) =
            (limits.max_decimal_places, value)
        {
            let found = decimal::shown(*number).split_once('.').map_or(0, |(_, after)| after.len());
            if found > places as usize {
                return Some(self.problem(ProblemCode::Format).with("limit", places));
            }
        }
        let below = limits.min_value.as_ref().is_some_and(|least| is_before(value, &self.item.measured(least)));
        let above = limits.max_value.as_ref().is_some_and(|most| is_before(&self.item.measured(most), value));
        (below || above).then(|| {
            let mut problem = self.problem(ProblemCode::Range);
            for (name, bound) in [("min", &limits.min_value), ("max", &limits.max_value)] {
                if let Some(bound) = bound {
                    problem.params.insert(name.to_owned(), bound.plain().into());
                }
            }
            problem
        })
    }
}
