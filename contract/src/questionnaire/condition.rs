//! Whether one condition (of `enableWhen`, or of a rule) holds for the answers of its question (FHIR R4).
use std::cmp::Ordering;

use super::form::Operator;
use super::moment::Moment;
use super::value::{Quantity, Value};

/// For the answers of all places that count. Of several answers one has to fit, and for `!=` all.
pub(super) fn holds(operator: Operator, wanted: &Value, answers: &[&Value]) -> bool {
    let ordered = |fits: fn(Ordering) -> bool| answers.iter().any(|value| compare(value, wanted).is_some_and(fits));
    match operator {
        Operator::Exists => wanted.as_boolean().unwrap_or(true) != answers.is_empty(),
        Operator::Equal => answers.iter().any(|value| equal(value, wanted)),
        // Of several answers none may be it. R4: without an answer this is false; later versions say true.
        Operator::NotEqual => !answers.is_empty() && !answers.iter().any(|value| equal(value, wanted)),
        Operator::Greater => ordered(Ordering::is_gt),
        Operator::Less => ordered(Ordering::is_lt),
        Operator::GreaterOrEqual => ordered(Ordering::is_ge),
        Operator::LessOrEqual => ordered(Ordering::is_le),
    }
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        // A list of plain strings may be asked about by code, and the other way round.
        (Value::Text(text), Value::Coding(coding)) | (Value::Coding(coding), Value::Text(text)) => {
            coding.system.is_none() && coding.code == *text
        }
        _ => a.same_as(b) || compare(a, b) == Some(Ordering::Equal),
    }
}

/// How two values stand to each other; `None` where there is no order.
pub(super) fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Date(a), Value::Date(b)) => a.first_day()?.partial_cmp(&b.first_day()?),
        (Value::DateTime(a), Value::DateTime(b)) => a.order(*b),
        (Value::DateTime(a), Value::Date(b)) => a.order(Moment::Date(*b)),
        (Value::Date(a), Value::DateTime(b)) => Moment::Date(*a).order(*b),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.as_str().cmp(b)),
        (Value::Quantity(a), Value::Quantity(b)) if !same_unit(a, b) => None,
        _ => as_number(a)?.partial_cmp(&as_number(b)?),
    }
}

/// Whether all that one value can mean comes before all that another can: a month is not before a day in it.
pub(super) fn is_before(a: &Value, b: &Value) -> bool {
    let with_times = matches!((a, b), (Value::DateTime(Moment::At(..)), Value::DateTime(Moment::At(..))));
    match (a.day(), b.day()) {
        (Some(a), Some(b)) if !with_times => a.last_day().zip(b.first_day()).is_some_and(|(last, first)| last < first),
        _ => compare(a, b) == Some(Ordering::Less),
    }
}

/// Nothing is converted: two units are the same by their code, or by their words. One that is not named may be any.
pub(super) fn same_unit(a: &Quantity, b: &Quantity) -> bool {
    match (&a.code, &b.code, &a.unit, &b.unit) {
        (Some(a), Some(b), _, _) | (_, _, Some(a), Some(b)) => a == b,
        _ => true,
    }
}

/// The number that a value is, whatever its unit.
pub(super) fn as_number(value: &Value) -> Option<f64> {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "answers of people are far below 2^53")]
        Value::Integer(number) => Some(*number as f64),
        Value::Decimal(number) => Some(*number),
        Value::Quantity(quantity) => Some(quantity.value),
        Value::Boolean(_)
        | Value::Date(_)
        | Value::DateTime(_)
        | Value::Time(_)
        | Value::Text(_)
        | Value::Coding(_)
        | Value::Reference(_)
        | Value::Attachment(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questionnaire::{Coding, PartialDate};

    fn code(code: &str) -> Value {
        Value::Coding(Coding { system: Some("s".to_owned()), code: code.to_owned(), display: None })
    }

    fn date(text: &str) -> Value {
        Value::Date(PartialDate::parse(text).unwrap())
    }

    #[test]
    fn every_operator_on_every_kind_of_answer() {
        use Operator::{Equal, Exists, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        for (given, operator, answer, expected) in [
            (vec![], Exists, Value::Boolean(true), false),
            (vec![], Exists, Value::Boolean(false), true),
            (vec![code("a")], Exists, Value::Boolean(true), true),
            (vec![code("a")], Exists, Value::Boolean(false), false),
            (vec![code("a"), code("b")], Equal, code("b"), true),
            (vec![code("a")], Equal, code("b"), false),
            (vec![Value::Text("a".to_owned())], Equal, code("a"), false),
            (vec![], Equal, code("a"), false),
            (vec![], NotEqual, code("a"), false),
            (vec![code("b")], NotEqual, code("a"), true),
            (vec![code("a")], NotEqual, code("a"), false),
            (vec![code("a"), code("b")], NotEqual, code("a"), false),
            (vec![code("b"), code("a")], NotEqual, code("a"), false),
            (vec![code("b"), code("c")], NotEqual, code("a"), true),
            (vec![Value::Boolean(false)], Equal, Value::Boolean(false), true),
            (vec![Value::Integer(3)], Greater, Value::Integer(2), true),
            (vec![Value::Integer(3)], Greater, Value::Decimal(3.0), false),
            (vec![Value::Decimal(3.0)], GreaterOrEqual, Value::Integer(3), true),
            (vec![Value::Decimal(2.5)], Less, Value::Decimal(3.0), true),
            (vec![date("2026-11-25")], LessOrEqual, date("2026-11-25"), true),
            (vec![date("2026-11-26")], LessOrEqual, date("2026-11-25"), false),
            (vec![Value::Text("x".to_owned())], Greater, Value::Integer(1), false),
        ] {
            let given: Vec<&Value> = given.iter().collect();
            assert_eq!(holds(operator, &answer, &given), expected, "{given:?} {operator:?} {answer:?}");
        }
    }
}
