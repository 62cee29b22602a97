//! From what is typed to what is kept, and back to what stands in the control.
//!
//! Called when a control is left, never while typing; the server calls it too, so that both keep the same form.
use super::date::PartialDate;
use super::decimal;
use super::form::{Item, ItemKind, RuleCode, Unit};
use super::moment::{Moment, parse_time_typed};
use super::value::{Quantity, Reference, Value};
use crate::identity::{PersonName, Phone, compact, half_width};

/// What a text that was typed into an item's control means. What cannot be read stays as it was typed.
///
/// `compose` puts text into NFC: the browser's `normalize`, a crate elsewhere.
pub fn read_typed(item: &Item, typed: &str, compose: &dyn Fn(&str) -> String) -> Value {
    let trimmed = typed.trim();
    let read = match item.kind {
        ItemKind::Date => PartialDate::parse_typed(trimmed).map(Value::Date),
        ItemKind::Integer => without_unit(item, trimmed, integer_of).map(Value::Integer),
        ItemKind::Decimal => without_unit(item, trimmed, decimal_of).map(Value::Decimal),
        ItemKind::DateTime => Moment::parse_typed(trimmed).map(Value::DateTime),
        ItemKind::Time => parse_time_typed(trimmed).map(Value::Time),
        ItemKind::Quantity => quantity_of(item, trimmed).map(Value::Quantity),
        ItemKind::Reference if trimmed.is_empty() => None,
        ItemKind::Reference => {
            Some(Value::Reference(Reference { display: Some(compose(trimmed)), ..Reference::default() }))
        }
        ItemKind::String => Some(Value::Text(tidy_line(item, trimmed, compose))),
        ItemKind::Group
        | ItemKind::Display
        | ItemKind::Boolean
        | ItemKind::Text
        | ItemKind::Choice
        | ItemKind::OpenChoice
        | ItemKind::Attachment
        | ItemKind::Unsupported => None,
    };
    read.unwrap_or_else(|| Value::Text(compose(trimmed)))
}

/// The text that stands in an item's control for a value; empty for what is not typed.
pub fn typed_text(item: &Item, value: Option<&Value>) -> String {
    match value {
        Some(Value::Text(text)) if item.rule(RuleCode::Phone).is_some() => {
            Phone::parse(text).map_or_else(|_| text.clone(), |phone| phone.shown())
        }
        Some(Value::Quantity(quantity)) if item.other_units.is_empty() => decimal::shown(quantity.value),
        Some(Value::Boolean(_) | Value::Attachment(_) | Value::Coding(_)) | None => String::new(),
        Some(other) => other.plain(),
    }
}

/// An answer as it should be kept: what another writer left raw is read as if it had been typed.
pub fn normalised(item: &Item, value: &Value, compose: &dyn Fn(&str) -> String) -> Value {
    let is_list = matches!(item.kind, ItemKind::Choice | ItemKind::OpenChoice);
    if let Value::Text(text) = value
        && !is_list
    {
        return read_typed(item, text, compose);
    }
    if let Value::Integer(number) = value
        && item.kind == ItemKind::Decimal
    {
        #[expect(clippy::cast_precision_loss, reason = "answers of people are far below 2^53")]
        return Value::Decimal(*number as f64);
    }
    value.clone()
}

fn tidy_line(item: &Item, typed: &str, compose: &dyn Fn(&str) -> String) -> String {
    let kept = item.rules.iter().find_map(|rule| match rule.code {
        RuleCode::Phone => Some(Phone::parse(typed).map_or_else(|_| typed.to_owned(), |p| p.as_str().to_owned())),
        RuleCode::CnIdentityNumber | RuleCode::CnUscc => Some(compact(typed)),
        RuleCode::CertificateNumber => Some(typed.chars().map(half_width).collect()),
        RuleCode::PersonName => Some(PersonName::tidy(typed, compose).as_str().to_owned()),
        RuleCode::DateNotBefore | RuleCode::DateNotAfter => None,
    });
    kept.unwrap_or_else(|| compose(typed))
}

/// The number before this unit, which may be written in any language of the form or by its code.
fn before_unit<T>(unit: &Unit, typed: &str, read: fn(&str) -> Option<T>) -> Option<T> {
    let mut words = unit.shown.all().chain([unit.coding.code.as_str()]).filter(|word| !word.is_empty());
    // "70 kg" ends with "g" too: what stands before the unit has to be a number.
    words.find_map(|word| read(typed.strip_suffix(word)?.trim()))
}

/// A number that is kept alone: the unit that it is meant in may stand behind it, another one would be lost.
fn without_unit<T>(item: &Item, typed: &str, read: fn(&str) -> Option<T>) -> Option<T> {
    read(typed).or_else(|| before_unit(item.unit.as_ref()?, typed, read))
}

/// A number with its unit. The unit may be written after it; alone it is the usual one.
fn quantity_of(item: &Item, typed: &str) -> Option<Quantity> {
    let named = item.units().find_map(|unit| Some((before_unit(unit, typed, decimal_of)?, unit)));
    let (value, unit) = match named {
        Some((number, unit)) => (number, Some(unit)),
        None => (decimal_of(typed)?, item.unit.as_ref()),
    };
    Some(unit.map_or(Quantity { value, unit: None, code: None }, |unit| unit.of(value)))
}

fn integer_of(typed: &str) -> Option<i64> {
    let half: String = typed.chars().map(half_width).collect();
    ungrouped(&half)?.parse().ok()
}

fn decimal_of(typed: &str) -> Option<f64> {
    // An input method writes the point of a number as a full stop.
    let half: String = typed.chars().map(|c| if c == '。' { '.' } else { half_width(c) }).collect();
    let number = |text: &str| decimal::read(&ungrouped(text)?);
    // "1,000.5" and "1,000" group thousands; "72,5" and "0,125" cannot, so that comma stands before decimals.
    let comma = || (half.matches(',').count() == 1 && !half.contains('.')).then(|| half.replace(',', "."));
    number(&half).or_else(|| number(&comma()?))
}

/// A number without what groups its thousands; `None` if something else was grouped: "1,5" is not fifteen.
fn ungrouped(typed: &str) -> Option<String> {
    let digits = typed.trim_start_matches(['-', '\u{2212}', '+']).trim();
    let sign = match typed.trim_end().strip_suffix(digits)?.trim() {
        "\u{2212}" => "-",
        sign => sign,
    };
    let (whole, decimals) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let Some(mark) = whole.chars().find(|c| c.is_whitespace() || matches!(c, ',' | '\u{2019}')) else {
        return Some(format!("{sign}{digits}"));
    };
    let mut groups = whole.split(mark);
    let first = groups.next()?;
    let fits = (1..=3).contains(&first.len()) && !first.starts_with('0') && groups.all(|group| group.len() == 3);
    fits.then(|| format!("{sign}{}{decimals}", whole.replace(mark, "")))
}
