//! Values that another answer contains: birth date and sex of an identity number.
use chrono::NaiveDate;

use super::date::PartialDate;
use super::form::{Anchor, DerivedBy, Form, Item, RuleCode};
use super::value::{Coding, Value};
use crate::identity::{IdKind, check_number};

/// What another answer says about the value of an item.
pub(super) enum Told {
    /// It contains it.
    Value(Value),
    /// It will, once it is there and right: nobody is asked the same twice.
    Later,
    /// It never does: the question is asked.
    Never,
}

/// What the source of an item says about its value. `find` gives the answer of a linkId, and `None` where it is not asked.
pub(super) fn told<'a>(
    form: &Form,
    item: &Item,
    find: &dyn Fn(&str) -> Option<&'a Value>,
    is_asked: &dyn Fn(&str) -> bool,
    today: NaiveDate,
) -> Told {
    let Some(derived) = item.derived.as_ref().filter(|derived| is_asked(&derived.from)) else { return Told::Never };
    let Some(rule) = form.item(&derived.from).and_then(|from| from.rule(RuleCode::CnIdentityNumber)) else {
        return Told::Never;
    };
    // Nobody waits for what need not be given.
    let will_come = |link_id: &str| is_asked(link_id) && form.item(link_id).is_some_and(Item::is_required);
    let number = find(&derived.from).and_then(Value::as_text).unwrap_or_default();
    let kind = match rule.item.as_deref() {
        None => Some(IdKind::ResidentId),
        Some(link_id) => match find(link_id) {
            // Which document it will be is not known yet.
            None if will_come(link_id) => return Told::Later,
            kind => kind.and_then(Value::as_coding).and_then(|coding| IdKind::from_code(&coding.code)),
        },
    };
    if number.is_empty() && !will_come(&derived.from) {
        return Told::Never;
    }
    let Some(kind) = kind.filter(|kind| kind.tells_birth_date_and_sex(number)) else { return Told::Never };
    let Ok(read) = check_number(Some(kind), number, today) else { return Told::Later };
    let value = match derived.by {
        DerivedBy::BirthDate => read.birth_date.map(|day| Value::Date(PartialDate::Day(day))),
        DerivedBy::Sex => read.sex.map(|sex| sex_value(item, sex.code())),
    };
    value.map_or(Told::Never, Told::Value)
}

fn sex_value(item: &Item, code: &str) -> Value {
    let option = item.options.iter().find(|o| o.value.as_coding().is_some_and(|c| c.code == code));
    option.map_or_else(
        || Value::Coding(Coding { system: None, code: code.to_owned(), display: None }),
        |option| option.value.clone(),
    )
}

/// The day a rule's anchor means: of one that is less exact its last day, or its first.
pub(super) fn anchor_day<'a>(
    anchor: Option<&Anchor>,
    last: bool,
    find: &dyn Fn(&str) -> Option<&'a Value>,
    today: NaiveDate,
) -> Option<NaiveDate> {
    match anchor? {
        Anchor::Today => Some(today),
        Anchor::Item(link_id) => {
            let day = find(link_id)?.day()?;
            if last { day.last_day() } else { day.first_day() }
        }
    }
}
