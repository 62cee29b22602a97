//! The rules by code (forms/README.md §5), each with the code and params of what it says.
use chrono::NaiveDate;

use super::check::Check;
use super::condition::holds;
use super::date::{Offset, PartialDate};
use super::derive::anchor_day;
use super::evaluate::seen_from;
use super::form::{Anchor, DerivedBy, Item, Role, Rule, RuleCode, Severity, When};
use super::problem::{Problem, ProblemCode};
use super::value::Value;
use crate::identity::{IdKind, NumberError, Phone, PhoneError, ResidentIdError, Uscc, check_number, other_kind};

/// What this rule says about a value, if it is of this severity.
pub(super) fn check_rule(check: &Check<'_>, rule: &Rule, value: &Value, severity: Severity) -> Option<Problem> {
    let blocks = severity == Severity::Error;
    // An ID number is wrong or only strange, whatever its rule says; all other rules say one thing.
    let speaks = match rule.code {
        RuleCode::CnIdentityNumber => true,
        RuleCode::DateNotBefore | RuleCode::DateNotAfter => rule.severity == severity,
        _ => blocks,
    };
    if !speaks || !rule.when.iter().all(|when| is_so(check, when)) {
        return None;
    }
    match (rule.code, value) {
        (RuleCode::CnIdentityNumber, Value::Text(typed)) => identity_number(check, rule, typed, blocks),
        (RuleCode::CnUscc, Value::Text(typed)) => {
            Uscc::parse(typed).is_err().then(|| check.problem(ProblemCode::UsccCheck))
        }
        (RuleCode::Phone, Value::Text(typed)) => phone(check, typed),
        (RuleCode::DateNotBefore | RuleCode::DateNotAfter, value) => date_bound(check, rule, value.day()?),
        // A name is refused for emptiness and length only, an old certificate's number for nothing.
        _ => None,
    }
}

fn is_so(check: &Check<'_>, when: &When) -> bool {
    let question = check.form.index_of(&when.question);
    let places = question.map(|question| seen_from(check.form, &check.evaluation.items, check.state, question));
    let asked = places.into_iter().flatten().filter(|state| state.enabled);
    let answers: Vec<&Value> = asked.flat_map(|state| &state.answers).collect();
    let item = question.and_then(|question| check.form.items.get(question));
    item.is_some_and(|item| holds(when.operator, &item.measured(&when.answer), &answers))
}

fn identity_number(check: &Check<'_>, rule: &Rule, typed: &str, blocks: bool) -> Option<Problem> {
    let today = check.context.today;
    let chosen = rule.item.as_deref();
    let kind = match chosen {
        // A form that asks for one kind only.
        None => Some(IdKind::ResidentId),
        Some(link_id) => {
            answer_of(check, link_id).and_then(Value::as_coding).and_then(|kind| IdKind::from_code(&kind.code))
        }
    };
    let read = check_number(kind, typed, today);
    if blocks {
        let error = read.err()?;
        return Some(number_problem(check, error));
    }
    // A kind that the form does not offer helps nobody.
    let offered = |other: &IdKind| {
        let question = chosen.and_then(|link_id| check.form.item(link_id));
        let codes = question.into_iter().flat_map(|question| &question.options).filter_map(|it| it.value.as_coding());
        codes.into_iter().any(|coding| coding.code == other.code())
    };
    let other = kind.and_then(|kind| other_kind(kind, typed, today)).filter(offered);
    if let Some(other) = other {
        return Some(check.problem(ProblemCode::OtherKind).with("kind", other.code()));
    }
    read.is_ok_and(|number| !number.known_area).then(|| check.problem(ProblemCode::UnknownArea))
}

fn number_problem(check: &Check<'_>, error: NumberError) -> Problem {
    let problem = |code| check.problem(code);
    match error {
        NumberError::Resident(ResidentIdError::FifteenDigits) => problem(ProblemCode::IdOld15),
        NumberError::Resident(ResidentIdError::Character { at }) => problem(ProblemCode::IdCharacter).with("at", at),
        NumberError::Resident(ResidentIdError::Date) => problem(ProblemCode::IdDate),
        NumberError::Resident(ResidentIdError::Check) => problem(ProblemCode::IdCheck),
        NumberError::Resident(ResidentIdError::Short { missing }) | NumberError::Short { missing } => {
            problem(ProblemCode::IdShort).with("missing", missing)
        }
        NumberError::Resident(ResidentIdError::Long { extra }) | NumberError::Long { extra } => {
            problem(ProblemCode::IdLong).with("extra", extra)
        }
        NumberError::Shape => problem(ProblemCode::Format),
    }
}

fn phone(check: &Check<'_>, typed: &str) -> Option<Problem> {
    match Phone::parse(typed).err()? {
        PhoneError::Length { found } => Some(check.problem(ProblemCode::PhoneLength).with("found", found)),
        PhoneError::LengthAbroad { found } => {
            let problem = check.problem(ProblemCode::PhoneLength).with("found", found);
            Some(problem.with("min", *Phone::DIGITS_ABROAD.start()).with("max", *Phone::DIGITS_ABROAD.end()))
        }
        PhoneError::Beginning | PhoneError::Shape => Some(check.problem(ProblemCode::Format)),
    }
}

/// Dates are compared as whole spans: a month passes if any of its days does, for any day of a month it is compared with.
fn date_bound(check: &Check<'_>, rule: &Rule, date: PartialDate) -> Option<Problem> {
    let find = |link_id: &str| answer_of(check, link_id);
    let is_last = rule.code == RuleCode::DateNotAfter;
    let bound = rule.offset.from_day(anchor_day(rule.anchor.as_ref(), is_last, &find, check.context.today)?)?;
    let fits = if is_last { date.first_day()? <= bound } else { date.last_day()? >= bound };
    if fits {
        return None;
    }
    let mut problem = match bound_meaning(check, rule) {
        Meaning::Past => check.problem(ProblemCode::Past).with("on", date.to_string()),
        Meaning::Expires => check.problem(ProblemCode::ExpiresBeforeExamination).with("on", date.to_string()),
        Meaning::TooYoung { years } => {
            let from = first_day_of_age(date.first_day()?, years)?;
            check.problem(ProblemCode::TooYoung).with("age", years).with("on", from.to_string())
        }
        Meaning::From => check.problem(ProblemCode::Range).with("min", bound.to_string()),
        Meaning::Until => check.problem(ProblemCode::Range).with("max", bound.to_string()),
    };
    problem.message.clone_from(&rule.message);
    Some(problem)
}

/// The first day on which somebody is so old. Who was born on 29 February is so on 1 March where there is no such day: it is
/// then as many years ago.
fn first_day_of_age(born: NaiveDate, years: i32) -> Option<NaiveDate> {
    let age = Offset { months: years * 12, days: 0 };
    let day = age.from_day(born)?;
    if age.reversed().from_day(day)? < born { day.succ_opt() } else { Some(day) }
}

enum Meaning {
    Past,
    Expires,
    TooYoung { years: i32 },
    From,
    Until,
}

/// Which sentence of the contract a bound is: the wire has words for how long a document lasts and for a birth date, a range
/// for any other day.
fn bound_meaning(check: &Check<'_>, rule: &Rule) -> Meaning {
    let today = rule.anchor == Some(Anchor::Today);
    let Offset { months, days } = rule.offset;
    let whole_years = days == 0 && months <= -12 && months % 12 == 0;
    match rule.code == RuleCode::DateNotBefore {
        true if today && months >= 0 && days >= 0 && is_of_the_document(check) => {
            if months == 0 && days == 0 {
                Meaning::Past
            } else {
                Meaning::Expires
            }
        }
        true => Meaning::From,
        false if today && whole_years && is_birth_date(check.item) => Meaning::TooYoung { years: months.abs() / 12 },
        false => Meaning::Until,
    }
}

/// Whether the item stands in the group of the identity number: a day there is when the document ends.
fn is_of_the_document(check: &Check<'_>) -> bool {
    let parent = |item: &Item| item.parent.and_then(|at| check.form.items.get(at));
    // A page holds more than the document.
    let group = check.form.role(Role::IdNumber).and_then(parent).filter(|group| group.parent.is_some());
    group.is_some_and(|group| {
        let mut around = std::iter::successors(parent(check.item), |item| parent(item));
        around.any(|outer| outer.link_id == group.link_id)
    })
}

fn is_birth_date(item: &Item) -> bool {
    let is_derived = item.derived.as_ref().is_some_and(|derived| derived.by == DerivedBy::BirthDate);
    is_derived || item.autocomplete.as_deref() == Some("bday")
}

fn answer_of<'a>(check: &Check<'a>, link_id: &str) -> Option<&'a Value> {
    let question = check.form.index_of(link_id)?;
    let places = seen_from(check.form, &check.evaluation.items, check.state, question);
    // Of further rows the first that is answered: one in which nothing stands is not sent.
    places.filter(|state| state.enabled).find_map(|state| state.answers.first())
}
