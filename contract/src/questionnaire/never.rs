//! What can never come about in a form: conditions that no answer fits, rules that nothing lets judge, values that their
//! source does not contain. What holds for some answers is in `condition` and `rules`.
use super::condition::{as_number, holds, same_unit};
use super::form::{Anchor, AnswerOption, Item, ItemKind, Operator, Rule, RuleCode};
use super::notice::NoticeKind;
use super::value::Value;
use crate::identity::IdKind;

/// Whether an answer to a question of this kind can be such a value. Of a list any entry can.
pub(super) fn takes(kind: ItemKind, value: &Value) -> bool {
    match kind {
        ItemKind::Boolean => matches!(value, Value::Boolean(_)),
        ItemKind::Integer => matches!(value, Value::Integer(_)),
        ItemKind::Decimal => matches!(value, Value::Decimal(_) | Value::Integer(_)),
        ItemKind::Quantity => matches!(value, Value::Quantity(_)),
        ItemKind::Date => matches!(value, Value::Date(_)),
        ItemKind::DateTime => matches!(value, Value::DateTime(_)),
        ItemKind::Time => matches!(value, Value::Time(_)),
        ItemKind::String | ItemKind::Text => matches!(value, Value::Text(_)),
        ItemKind::Reference => matches!(value, Value::Reference(_)),
        ItemKind::Attachment => matches!(value, Value::Attachment(_)),
        ItemKind::Choice | ItemKind::OpenChoice => true,
        ItemKind::Group | ItemKind::Display | ItemKind::Unsupported => false,
    }
}

/// Whether some answer to a question fits what a condition compares it with. Numbers, and days with or without their time, are
/// compared with one another; an entry of a list by its code alone too, and own words as if they were one.
pub(super) fn can_hold(question: &Item, operator: Operator, wanted: &Value) -> bool {
    if question.kind == ItemKind::Unsupported {
        // Left out: that is said there.
        return true;
    }
    if operator == Operator::Exists {
        return matches!(wanted, Value::Boolean(is_there) if question.is_question() || !is_there);
    }
    let by_words = || match wanted {
        Value::Text(_) => true,
        Value::Coding(coding) => coding.system.is_none() && !operator.needs_order(),
        _ => false,
    };
    let by_entry = || {
        let fits = if operator == Operator::NotEqual { Operator::Equal } else { operator };
        question.options.iter().any(|option| holds(fits, wanted, &[&option.value]))
    };
    match question.kind {
        ItemKind::Integer | ItemKind::Decimal => as_number(wanted).is_some(),
        ItemKind::Quantity => match wanted {
            Value::Quantity(wanted) => {
                question.unit.is_none() || question.units().any(|unit| same_unit(&unit.of(0.0), wanted))
            }
            wanted => as_number(wanted).is_some(),
        },
        ItemKind::Date | ItemKind::DateTime => matches!(wanted, Value::Date(_) | Value::DateTime(_)),
        ItemKind::Choice => by_entry(),
        ItemKind::OpenChoice => by_words() || by_entry(),
        ItemKind::String | ItemKind::Text => by_words(),
        // Of these none is more than another.
        ItemKind::Boolean | ItemKind::Reference | ItemKind::Attachment => {
            takes(question.kind, wanted) && !operator.needs_order()
        }
        ItemKind::Time => takes(question.kind, wanted),
        ItemKind::Group | ItemKind::Display | ItemKind::Unsupported => false,
    }
}

/// Why a rule never judges, or not as it says.
pub(super) fn missing_for<'a>(rule: &Rule, named: &dyn Fn(&str) -> Option<&'a Item>) -> Vec<NoticeKind> {
    let unknown = rule.names().filter(|name| named(name).is_none());
    let mut found: Vec<NoticeKind> = unknown.map(|name| NoticeKind::UnknownInRule(name.clone())).collect();
    let is_of_days = matches!(rule.code, RuleCode::DateNotBefore | RuleCode::DateNotAfter);
    if let Some(Anchor::Item(name)) = rule.anchor.as_ref().filter(|_| is_of_days)
        && named(name).is_some_and(|item| !matches!(item.kind, ItemKind::Date | ItemKind::DateTime))
    {
        found.push(NoticeKind::NoDayInRule(name.clone()));
    }
    let is_kind =
        |option: &AnswerOption| option.value.as_coding().is_some_and(|it| IdKind::from_code(&it.code).is_some());
    if let Some(name) = rule.item.as_ref().filter(|_| rule.code == RuleCode::CnIdentityNumber)
        && named(name).is_some_and(|item| !item.options.iter().any(is_kind))
    {
        found.push(NoticeKind::NoKindInRule(name.clone()));
    }
    for when in &rule.when {
        let question = named(&when.question);
        if question.is_some_and(|it| !can_hold(it, when.operator, &it.measured(&when.answer))) {
            found.push(NoticeKind::NoSuchAnswerInRule(when.question.clone()));
        }
    }
    found
}

/// Why the value of an item is never taken from where it says.
pub(super) fn missing_source<'a>(item: &Item, named: &dyn Fn(&str) -> Option<&'a Item>) -> Option<NoticeKind> {
    let from = &item.derived.as_ref()?.from;
    match named(from) {
        None => Some(NoticeKind::UnknownInRule(from.clone())),
        Some(source) if source.rule(RuleCode::CnIdentityNumber).is_none() => {
            Some(NoticeKind::NothingToDerive(from.clone()))
        }
        Some(_) => None,
    }
}
