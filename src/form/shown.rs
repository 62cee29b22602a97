//! Answers as they are read back: choices in the person's language, dates and numbers by its rules, documents by name.

use super::passage::{foreign, label, words_of};
use super::sentences::yes_no;
use crate::i18n::{I18n, K};
use contract::identity::{grouped, masked};
use contract::questionnaire::{Item, ItemKind, PartialDate, RuleCode, Value, typed_text};

/// One answer.
pub fn value_text(i18n: I18n, item: &Item, value: &Value) -> String {
    // An entry of a list reads as the list has it, be it a code, a word, a number or a day.
    if let Some(option) = item.option(value) {
        return words_of(i18n, &option.display);
    }
    match value {
        Value::Boolean(_) => yes_no(i18n, value).unwrap_or_default(),
        Value::Date(PartialDate::Day(day)) => i18n.day_plain(*day),
        Value::DateTime(moment) => match (moment.date(), moment.time()) {
            (PartialDate::Day(day), Some(_)) => {
                let typed = moment.typed();
                let time = typed.split_once(' ').map_or("", |(_, time)| time).to_owned();
                i18n.say(K::FmtMoment, &[("day", i18n.day_plain(day).into()), ("time", time.into())])
            }
            (PartialDate::Day(day), None) => i18n.day_plain(day),
            (PartialDate::Month(..) | PartialDate::Year(_), _) => value.plain(),
        },
        Value::Quantity(quantity) => {
            let unit = item.units().find(|unit| Some(&unit.coding.code) == quantity.code.as_ref());
            let base = quantity.unit.as_deref().or(quantity.code.as_deref()).unwrap_or_default();
            let plain = value.plain();
            match (unit, plain.strip_suffix(base)) {
                (Some(unit), Some(number)) => format!("{number}{}", words_of(i18n, &unit.shown)),
                _ => plain,
            }
        }
        Value::Text(text) if item.kind == ItemKind::String => {
            let shown = typed_text(item, Some(value));
            match () {
                () if item.rule(RuleCode::Phone).is_some() => shown,
                () if item.rule(RuleCode::CnIdentityNumber).is_some() => grouped(text),
                () => text.clone(),
            }
        }
        Value::Attachment(_) => label(i18n, item),
        // Its unit stands with the question, and is read with the answer.
        Value::Integer(_) | Value::Decimal(_) => match &item.unit {
            Some(unit) => format!("{} {}", value.plain(), words_of(i18n, &unit.shown)),
            None => value.plain(),
        },
        Value::Coding(_) | Value::Date(_) | Value::Time(_) | Value::Text(_) | Value::Reference(_) => value.plain(),
    }
}

/// All answers of an item, as a list.
pub fn values_text(i18n: I18n, item: &Item, values: &[Value]) -> String {
    let words = each_told(item.kind, values.iter().map(|value| value_text(i18n, item, value)).collect());
    match words.as_slice() {
        [one] => one.clone(),
        several => i18n.list(several),
    }
}

/// The language of answers that read back in another one than the page: entries of a list that has no words in it.
pub fn values_lang(i18n: I18n, item: &Item, values: &[Value]) -> Option<String> {
    let mut langs = values.iter().map(|value| foreign(i18n, &item.option(value)?.display));
    let lang = langs.next().flatten()?;
    langs.all(|other| other.as_ref() == Some(&lang)).then_some(lang)
}

/// The pages of a document have one name; of all else the same answer twice is two answers.
fn each_told(kind: ItemKind, mut words: Vec<String>) -> Vec<String> {
    if kind == ItemKind::Attachment {
        words.dedup();
    }
    words
}

/// The same, covered: numbers keep their ends, all else is dots.
pub fn masked_value(item: &Item, values: &[Value]) -> String {
    match values.first() {
        Some(Value::Text(text)) if item.kind == ItemKind::String && text.chars().all(|c| c.is_ascii_alphanumeric()) => {
            grouped(&masked(text))
        }
        _ => "••••••".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_answers_are_told_each_and_pages_once() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        for (kind, given, told) in [
            (ItemKind::Integer, ["5", "5"], vec!["5", "5"]),
            (ItemKind::String, ["a", "b"], vec!["a", "b"]),
            (ItemKind::Attachment, ["ID", "ID"], vec!["ID"]),
        ] {
            assert_eq!(each_told(kind, words(&given)), words(&told), "{kind:?}");
        }
    }
}
