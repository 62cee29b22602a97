//! Values that another answer contains: birth date and sex of an identity number.
use chrono::NaiveDate;

use super::date::PartialDate;
use super::form::{Anchor, DerivedBy, Form, Item, RuleCode};
use super::value::{Coding, Value};
use crate::identity::{IdKind, check_number};

/// The value of an item that another answer contains, if it does. `find` gives the answer of a linkId.
pub(super) fn derived_value<'a>(
    form: &Form,
    item: &Item,
    find: &dyn Fn(&str) -> Option<&'a Value>,
    today: NaiveDate,
) -> Option<Value> {
    let derived = item.derived.as_ref()?;
    let number = find(&derived.from)?.as_text()?;
    let kind_item = form.item(&derived.from)?.rule(RuleCode::CnIdentityNumber)?.item.as_ref();
    let kind = kind_item.and_then(|link_id| find(link_id)).and_then(Value::as_coding);
    let read = check_number(Some(IdKind::from_code(&kind?.code)?), number, today).ok()?;
    match derived.by {
        DerivedBy::BirthDate => Some(Value::Date(PartialDate::Day(read.birth_date?))),
        DerivedBy::Sex => {
            let code = read.sex?.code();
            let option = item.options.iter().find(|o| o.value.as_coding().is_some_and(|c| c.code == code));
            Some(option.map_or_else(
                || Value::Coding(Coding { system: None, code: code.to_owned(), display: None }),
                |option| option.value.clone(),
            ))
        }
    }
}

/// The day a rule's anchor means.
pub(super) fn anchor_day<'a>(
    anchor: Option<&Anchor>,
    find: &dyn Fn(&str) -> Option<&'a Value>,
    today: NaiveDate,
) -> Option<NaiveDate> {
    match anchor? {
        Anchor::Today => Some(today),
        Anchor::Item(link_id) => find(link_id)?.as_date()?.first_day(),
    }
}
