//! Decimal numbers as people write them, exactly.
//!
//! The standard library reads and writes any `f64` with tables of 25 KB; answers have few digits. Up to fifteen digits and
//! a power of ten up to 22 are exact in an `f64`, and so is the rounding of one division: the result is the nearest number.

/// More digits would be rounded without a word; then it is no number that can be kept.
const DIGITS: usize = 15;

/// Reads `-12`, `72.5`, `.5` and `72.`; nothing with an exponent, and nothing that would have to be rounded.
pub(super) fn read(text: &str) -> Option<f64> {
    let (negative, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() + fraction.len() == 0 {
        return None;
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    if whole.len() + fraction.len() > DIGITS {
        return None;
    }
    let mut mantissa = 0_u64;
    for digit in whole.chars().chain(fraction.chars()) {
        mantissa = mantissa * 10 + u64::from(digit.to_digit(10)?);
    }
    #[expect(clippy::cast_precision_loss, reason = "fifteen digits are below 2^53")]
    let number = mantissa as f64 / fraction.chars().fold(1.0, |power, _| power * 10.0);
    Some(if negative { -number } else { number })
}

/// The shortest text that reads as this number: `72.5`, `72`.
pub(super) fn shown(number: f64) -> String {
    let text = serde_json::Number::from_f64(number).map(|number| number.to_string()).unwrap_or_default();
    if let Some((mantissa, exponent)) = text.split_once('e') {
        return exponent.parse().map(|exponent| without_exponent(mantissa, exponent)).unwrap_or(text);
    }
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// `1.5e-7` as `0.00000015`: nobody types an exponent.
fn without_exponent(mantissa: &str, exponent: i32) -> String {
    let (sign, digits) = mantissa.strip_prefix('-').map_or(("", mantissa), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let zeros = |count: usize| "0".repeat(count);
    let places = exponent.unsigned_abs() as usize;
    if exponent < 0 {
        format!("{sign}0.{}{whole}{fraction}", zeros(places.saturating_sub(whole.len())))
    } else {
        format!("{sign}{whole}{fraction}{}", zeros(places.saturating_sub(fraction.len())))
    }
}

#[cfg(test)]
mod tests {
    use super::{read, shown};
    use proptest::prelude::*;

    #[test]
    fn numbers_as_they_are_typed() {
        let table: [(&str, Option<f64>); 14] = [
            ("72.5", Some(72.5)),
            ("-0.1", Some(-0.1)),
            ("\u{2212}3", Some(-3.0)),
            ("+3", Some(3.0)),
            (".5", Some(0.5)),
            ("72.", Some(72.0)),
            ("007.50", Some(7.5)),
            ("0", Some(0.0)),
            ("123456789012345", Some(123_456_789_012_345.0)),
            ("1234567890123456", None),
            ("1e5", None),
            ("inf", None),
            (".", None),
            ("", None),
        ];
        for (typed, expected) in table {
            assert_eq!(read(typed), expected, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn reads_as_the_standard_library_does(whole in 0_u64..1_000_000_000, fraction in 0_u32..1_000_000) {
            let text = format!("{whole}.{fraction:06}");
            prop_assert_eq!(read(&text), text.parse().ok());
        }

        #[test]
        fn a_small_number_is_shown_without_an_exponent(digits in -1_000_000_i32..1_000_000, places in 5_i32..12) {
            let number = f64::from(digits) / 10_f64.powi(places);
            prop_assert_eq!(shown(number), number.to_string());
        }

        #[test]
        fn what_is_shown_reads_as_the_same_number(cents in -1_000_000_000_i64..1_000_000_000) {
            let number = read(&format!("{}.{:02}", cents / 100, cents.abs() % 100)).unwrap();
            prop_assert_eq!(read(&shown(number)), Some(number));
            prop_assert_eq!(shown(number), number.to_string());
        }
    }
}
