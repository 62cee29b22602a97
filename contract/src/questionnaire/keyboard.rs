//! What a browser is told about a field that is typed into: which keyboard, what it may fill in, whether to correct.
use std::cmp::Ordering;

use chrono::{Datelike, NaiveDate};

use super::condition::{as_number, compare};
use super::date::PartialDate;
use super::form::{Anchor, Entry, Item, ItemKind, RuleCode, Severity};
use super::value::Value;

/// The keyboard to offer, as `inputmode`; `None` is the usual one. A number of an ID keeps that, because of X.
pub fn input_mode(item: &Item) -> Option<&'static str> {
    match (item.keyboard.as_deref(), item.kind) {
        (Some("phone"), _) => Some("tel"),
        (Some("email"), _) => Some("email"),
        (Some("url"), _) => Some("url"),
        (Some("number"), _) | (_, ItemKind::Date) => Some("numeric"),
        // A colon, or a unit after the number, needs the whole keyboard.
        (_, ItemKind::Quantity) if !item.other_units.is_empty() => None,
        // The keys for numbers of an iPhone have no minus.
        (_, ItemKind::Integer | ItemKind::Decimal | ItemKind::Quantity) if goes_below_zero(item) => None,
        (_, ItemKind::Integer) => Some("numeric"),
        (_, ItemKind::Decimal | ItemKind::Quantity) => Some("decimal"),
        _ if item.rule(RuleCode::Phone).is_some() => Some("tel"),
        _ => None,
    }
}

/// Whether a number may be below zero: the form does not say that it may not.
fn goes_below_zero(item: &Item) -> bool {
    item.limits.min_value.as_ref().and_then(as_number).is_none_or(|least| least < 0.0)
}

/// The token of `autocomplete`. What the form does not name is not the person's own to fill in: somebody else's telephone,
/// a number, a date.
pub fn autofill(item: &Item) -> &str {
    item.autocomplete.as_deref().unwrap_or("off")
}

/// Numbers, codes and dates: compared by eye, so in even digits, and never "corrected".
pub fn is_number(item: &Item) -> bool {
    let by_rule = [RuleCode::CnIdentityNumber, RuleCode::CnUscc, RuleCode::Phone, RuleCode::CertificateNumber];
    let by_kind = matches!(item.kind.entry(), Entry::Number | Entry::Time);
    by_kind || by_rule.into_iter().any(|code| item.rule(code).is_some())
}

/// A day that the item would take, written with and without its dashes, to show how a day may be typed.
pub fn example_day(item: &Item, today: NaiveDate) -> (String, String) {
    let days = [NaiveDate::from_ymd_opt(2036, 3, 7), Some(today), NaiveDate::from_ymd_opt(1990, 3, 7)];
    let day = days.into_iter().flatten().find(|day| takes(item, *day, today)).unwrap_or(today);
    let (year, month, number) = (day.year(), day.month(), day.day());
    (format!("{year}-{month}-{number}"), format!("{year:04}{month:02}{number:02}"))
}

/// Whether the bounds that need no other answer let a day through.
fn takes(item: &Item, day: NaiveDate, today: NaiveDate) -> bool {
    let value = Value::Date(PartialDate::Day(day));
    let above = item.limits.min_value.as_ref().and_then(|least| compare(&value, least)).is_none_or(Ordering::is_ge);
    let below = item.limits.max_value.as_ref().and_then(|most| compare(&value, most)).is_none_or(Ordering::is_le);
    let rules = item.rules.iter().filter(|it| it.anchor == Some(Anchor::Today) && it.severity == Severity::Error);
    let mut bounds = rules.filter_map(|rule| Some((rule.code, rule.offset.from_day(today)?)));
    above
        && below
        && bounds.all(|(code, bound)| match code {
            RuleCode::DateNotBefore => day >= bound,
            RuleCode::DateNotAfter => day <= bound,
            _ => true,
        })
}
