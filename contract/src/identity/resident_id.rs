//! The number on a resident ID card, and the check digit that other 18-character numbers share with it.
use chrono::{Datelike, NaiveDate};

use super::{Sex, compact, is_known_area};

/// A resident ID number that can be right: 18 characters, half width, `X` upper case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResidentId(String);

/// The first thing, from the left, that cannot be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResidentIdError {
    /// The old number of 15 digits; the 18-digit one is on the current card.
    FifteenDigits,
    /// Neither a digit nor, at the end, `X`; counted from 1, without spaces.
    Character {
        /// Position as a person counts it.
        at: usize,
    },
    /// Characters are missing.
    Short {
        /// How many.
        missing: usize,
    },
    /// Characters are too many.
    Long {
        /// How many.
        extra: usize,
    },
    /// Digits 7 to 14 are no day between 1880 and today.
    Date,
    /// The last character does not fit the others.
    Check,
}

const LENGTH: usize = 18;
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
const EARLIEST_YEAR: i32 = 1880;

impl ResidentId {
    /// Reads a number as people type or paste it.
    ///
    /// Spaces, dashes, full-width digits and a small `x` are forgiven. An unknown area code is accepted: codes are abolished
    /// and added (see [`Self::has_known_area`]).
    ///
    /// # Errors
    /// The first thing that cannot be right, from the left.
    ///
    /// Source: GB 11643-1999; ISO 7064 MOD 11-2.
    pub fn parse(typed: &str, today: NaiveDate) -> Result<Self, ResidentIdError> {
        let number = compact(typed);
        let characters: Vec<char> = number.chars().collect();
        if characters.len() == 15 && characters.iter().all(char::is_ascii_digit) {
            return Err(ResidentIdError::FifteenDigits);
        }
        let wrong = |(at, c): (usize, &char)| !(c.is_ascii_digit() || (at == LENGTH - 1 && *c == 'X'));
        if let Some(at) = characters.iter().enumerate().position(wrong) {
            return Err(ResidentIdError::Character { at: at + 1 });
        }
        if characters.len() < LENGTH {
            return Err(ResidentIdError::Short { missing: LENGTH - characters.len() });
        }
        if characters.len() > LENGTH {
            return Err(ResidentIdError::Long { extra: characters.len() - LENGTH });
        }
        let id = Self(number);
        match id.read_birth_date() {
            Some(day) if day.year() >= EARLIEST_YEAR && day <= today => {}
            _ => return Err(ResidentIdError::Date),
        }
        if check_character(&characters) == characters.last().copied() { Ok(id) } else { Err(ResidentIdError::Check) }
    }

    /// The 18 characters as they are kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day in digits 7 to 14.
    pub fn birth_date(&self) -> Option<NaiveDate> {
        self.read_birth_date()
    }

    /// From the seventeenth digit: odd is male.
    pub fn sex(&self) -> Sex {
        let digit = self.0.chars().nth(16).and_then(|c| c.to_digit(10)).unwrap_or(0);
        if digit % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// Whether the area is one we know. If not, the reviewer gets a note; the person hears nothing.
    pub fn has_known_area(&self) -> bool {
        match self.0.strip_prefix('9') {
            Some(rest) => is_known_area(rest),
            None => is_known_area(&self.0),
        }
    }

    fn read_birth_date(&self) -> Option<NaiveDate> {
        let number: u32 = self.0.get(6..14)?.parse().ok()?;
        NaiveDate::from_ymd_opt(i32::try_from(number / 10_000).ok()?, number / 100 % 100, number % 100)
    }
}

/// The check character of ISO 7064 MOD 11-2 over the first 17 digits; `None` if one of them is no digit.
fn check_character(characters: &[char]) -> Option<char> {
    let mut sum = 0;
    for (weight, c) in WEIGHTS.iter().zip(characters) {
        sum += weight * c.to_digit(10)?;
    }
    CHECKS.get((sum % 11) as usize).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ResidentIdError::*, *};

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 25).unwrap()
    }

    /// Seventeen digits with their check character.
    fn whole(prefix: &str) -> String {
        let characters: Vec<char> = prefix.chars().collect();
        format!("{prefix}{}", check_character(&characters).unwrap())
    }

    #[test]
    fn resident_ids_as_people_type_them() {
        for (typed, expected) in [
            ("11010519491231002X", Ok(())),
            ("11010519491231002x", Ok(())),
            ("110105 19491231 002x", Ok(())),
            ("１１０１０５１９４９１２３１００２Ｘ", Ok(())),
            ("110105-19491231-002X", Ok(())),
            ("\u{200e}11010519491231002X\n", Ok(())),
            ("440524188001010014", Ok(())),
            ("110105194912310021", Err(Check)),
            ("11010519491231002", Err(Short { missing: 1 })),
            ("11010519491231002XX", Err(Character { at: 19 })),
            ("1101051949123100211", Err(Long { extra: 1 })),
            ("1101051949123A002X", Err(Character { at: 14 })),
            ("1101051949123X002X", Err(Character { at: 14 })),
            ("110105491231002", Err(FifteenDigits)),
            ("", Err(Short { missing: 18 })),
            ("张伟", Err(Character { at: 1 })),
        ] {
            assert_eq!(ResidentId::parse(typed, today()).map(|_| ()), expected, "{typed}");
        }
    }

    #[test]
    fn areas_and_dates_of_the_vector_table() {
        for (prefix, known, expected) in [
            ("11010419491231002", true, Ok(())),
            ("33011319900307001", true, Ok(())),
            ("65901219900307001", true, Ok(())),
            ("81000019900307001", true, Ok(())),
            ("82000019900307001", true, Ok(())),
            ("83000019900307001", true, Ok(())),
            ("91115619900307001", true, Ok(())),
            ("99999919900307001", false, Ok(())),
            ("00000019900307001", false, Ok(())),
            ("11010519910229001", true, Err(Date)),
            ("11010519920229001", true, Ok(())),
            ("11010520990101001", true, Err(Date)),
            ("11010518791231001", true, Err(Date)),
            ("11010519901301001", true, Err(Date)),
            ("11010519900001001", true, Err(Date)),
            ("11010520261125001", true, Ok(())),
            ("11010520261126001", true, Err(Date)),
        ] {
            let read = ResidentId::parse(&whole(prefix), today());
            assert_eq!(read.clone().map(|_| ()), expected, "{prefix}");
            if let Ok(id) = read {
                assert_eq!(id.has_known_area(), known, "{prefix}");
            }
        }
    }

    #[test]
    fn birth_date_and_sex_come_from_the_number() {
        let woman = ResidentId::parse("11010519491231002X", today()).unwrap();
        assert_eq!((woman.birth_date(), woman.sex()), (NaiveDate::from_ymd_opt(1949, 12, 31), Sex::Female));
        let man = ResidentId::parse("11010519900307021X", today()).unwrap();
        assert_eq!((man.birth_date(), man.sex()), (NaiveDate::from_ymd_opt(1990, 3, 7), Sex::Male));
    }

    proptest! {
        #[test]
        fn any_one_changed_digit_is_noticed(at in 0usize..17, by in 1u32..10) {
            let good = "11010519491231002X";
            let changed: String = good.chars().enumerate().map(|(i, c)| match c.to_digit(10) {
                Some(d) if i == at => char::from_digit((d + by) % 10, 10).unwrap(),
                _ => c,
            }).collect();
            prop_assert!(ResidentId::parse(&changed, today()).is_err());
        }

        #[test]
        fn nothing_typed_panics(typed in any::<String>()) {
            let read = ResidentId::parse(&typed, today());
            if let Ok(id) = read {
                prop_assert_eq!(id.as_str().len(), 18);
            }
        }
    }
}
