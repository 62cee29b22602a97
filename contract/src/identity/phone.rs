//! Telephone numbers, kept as E.164.
use super::{half_width, is_dash, is_filler};

/// A number in E.164: `+8613800000000`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(String);

/// Why what was typed is no telephone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneError {
    /// A mainland mobile has 11 digits.
    Length {
        /// How many digits there are.
        found: usize,
    },
    /// A number with the code of its country has 7 to 15 digits.
    LengthAbroad {
        /// How many digits there are, with those of the country.
        found: usize,
    },
    /// 11 digits, but no mobile begins like this.
    Beginning,
    /// Something that is no digit, or a country code that begins with 0.
    Shape,
}

/// How mainland mobiles begin; `10` is Beijing's area code.
const MOBILE: [&str; 7] = ["13", "14", "15", "16", "17", "18", "19"];

impl Phone {
    /// How many digits a number has that begins with the code of its country, that code counted in.
    pub const DIGITS_ABROAD: std::ops::RangeInclusive<usize> = 7..=15;

    /// Reads a number as people type it: a mainland mobile by default, any country with `+` or `00`.
    ///
    /// # Errors
    /// The length if that is wrong, else the shape.
    pub fn parse(typed: &str) -> Result<Self, PhoneError> {
        let text: String = typed
            .chars()
            .map(half_width)
            .filter(|c| !is_filler(*c) && !is_dash(*c) && !matches!(c, '(' | ')' | '.'))
            .collect();
        let international = text.strip_prefix('+').or_else(|| text.strip_prefix("00"));
        let digits = international.unwrap_or(&text);
        let found = digits.chars().count();
        if digits.chars().any(|c| !c.is_ascii_digit()) {
            return Err(PhoneError::Shape);
        }
        match (international, digits.strip_prefix("86")) {
            (Some(_), Some(rest)) if MOBILE.iter().any(|start| rest.starts_with(start)) => Self::mainland(rest),
            (Some(_), _) if digits.starts_with('0') => Err(PhoneError::Shape),
            (Some(_), _) if Self::DIGITS_ABROAD.contains(&found) => Ok(Self(format!("+{digits}"))),
            (Some(_), _) => Err(PhoneError::LengthAbroad { found }),
            (None, Some(rest)) if found == 13 => Self::mainland(rest),
            (None, _) => Self::mainland(digits),
        }
    }

    fn mainland(digits: &str) -> Result<Self, PhoneError> {
        let found = digits.chars().count();
        if found != 11 {
            return Err(PhoneError::Length { found });
        }
        if MOBILE.iter().any(|start| digits.starts_with(start)) {
            Ok(Self(format!("+86{digits}")))
        } else {
            Err(PhoneError::Beginning)
        }
    }

    /// In E.164.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As people read it: `138 0000 0000`, `+44 2071234567`.
    pub fn shown(&self) -> String {
        let Some(mobile) = self.0.strip_prefix("+86").filter(|rest| rest.len() == 11) else { return self.0.clone() };
        match (mobile.get(..3), mobile.get(3..7), mobile.get(7..)) {
            (Some(a), Some(b), Some(c)) => format!("{a} {b} {c}"),
            _ => self.0.clone(),
        }
    }

    /// Covered but for its ends: `138****0000`.
    pub fn masked(&self) -> String {
        let local = self.0.strip_prefix("+86").filter(|rest| rest.len() == 11).unwrap_or(&self.0);
        let count = local.chars().count();
        local.chars().enumerate().map(|(at, c)| if at < 3 || at + 4 >= count { c } else { '*' }).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{PhoneError::*, *};

    #[test]
    fn phones_as_people_type_them() {
        for (typed, expected) in [
            ("13800000000", Ok("+8613800000000")),
            ("138 0000 0000", Ok("+8613800000000")),
            ("１３８００００００００", Ok("+8613800000000")),
            ("138-0000-0000", Ok("+8613800000000")),
            ("+86 138 0000 0000", Ok("+8613800000000")),
            ("86 138 0000 0000", Ok("+8613800000000")),
            ("0086 13800000000", Ok("+8613800000000")),
            ("+44 (20) 7123 4567", Ok("+442071234567")),
            ("+86 10 1234 5678", Ok("+861012345678")),
            ("1380000000", Err(Length { found: 10 })),
            ("138000000000", Err(Length { found: 12 })),
            ("12800000000", Err(Beginning)),
            ("8612800000000", Err(Beginning)),
            ("1380000000a", Err(Shape)),
            ("+12345", Err(LengthAbroad { found: 5 })),
            ("+44 20 7123 4567 8901 234", Err(LengthAbroad { found: 19 })),
            ("+86 138 0000", Err(Length { found: 7 })),
            ("+0123456789", Err(Shape)),
            ("", Err(Length { found: 0 })),
        ] {
            assert_eq!(Phone::parse(typed).map(|p| p.0), expected.map(str::to_owned), "{typed}");
        }
    }

    #[test]
    fn phones_are_shown_and_covered() {
        let phone = Phone::parse("13800000000").unwrap();
        assert_eq!((phone.shown().as_str(), phone.masked().as_str()), ("138 0000 0000", "138****0000"));
    }

    proptest! {
        #[test]
        fn what_is_kept_reads_the_same_again(typed in any::<String>()) {
            if let Ok(phone) = Phone::parse(&typed) {
                prop_assert_eq!(Phone::parse(phone.as_str()), Ok(phone));
            }
        }
    }
}
