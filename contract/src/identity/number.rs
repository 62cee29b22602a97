//! Numbers of all the identity documents the form knows, by kind.
use chrono::NaiveDate;

use super::{ResidentId, ResidentIdError, Sex, compact};

/// A kind of identity document; the codes are those of the form's `identity-document` system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdKind {
    /// 居民身份证
    ResidentId,
    /// 外国人永久居留身份证
    ForeignPermanentId,
    /// 港澳台居民居住证
    HmtResidencePermit,
    /// 港澳居民来往内地通行证
    HkMacauTravelPermit,
    /// 台湾居民来往大陆通行证
    TaiwanTravelPermit,
    /// 护照
    Passport,
}

impl IdKind {
    /// Every kind, the most usual first.
    pub const ALL: [Self; 6] = [
        Self::ResidentId,
        Self::ForeignPermanentId,
        Self::HmtResidencePermit,
        Self::HkMacauTravelPermit,
        Self::TaiwanTravelPermit,
        Self::Passport,
    ];

    /// The kind of a code, if we know it.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The code in forms and on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::ResidentId => "resident-id",
            Self::ForeignPermanentId => "foreign-permanent-id",
            Self::HmtResidencePermit => "hmt-residence-permit",
            Self::HkMacauTravelPermit => "hk-macau-travel-permit",
            Self::TaiwanTravelPermit => "taiwan-travel-permit",
            Self::Passport => "passport",
        }
    }

    /// Whether a number of this kind, as far as it is typed, contains birth date and sex once it is whole.
    ///
    /// Foreign permanent residents have two cards: the number of the old one begins with letters and tells neither.
    pub fn tells_birth_date_and_sex(self, typed: &str) -> bool {
        match self {
            Self::ResidentId | Self::HmtResidencePermit => true,
            Self::ForeignPermanentId => !compact(typed).starts_with(|c: char| c.is_ascii_uppercase()),
            Self::HkMacauTravelPermit | Self::TaiwanTravelPermit | Self::Passport => false,
        }
    }
}

/// A number that can be right, with what it tells about its holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdNumber {
    /// As it is kept: half width, upper case, without spaces.
    pub text: String,
    /// The birth date, where the number contains it.
    pub birth_date: Option<NaiveDate>,
    /// The sex, where the number contains it.
    pub sex: Option<Sex>,
    /// False: the reviewer is told that the area is unknown. The person is not.
    pub known_area: bool,
}

/// Why a number cannot be one of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// An 18-character number with this fault.
    Resident(ResidentIdError),
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
    /// Written differently from what is printed on such a document.
    Shape,
}

/// Checks a number of a kind; a kind we do not know is checked for length only.
///
/// # Errors
/// The first thing that cannot be right.
///
/// Source: GB 11643-1999; the 2023 card for foreign permanent residents; travel permits of old and new cards.
pub fn check_number(kind: Option<IdKind>, typed: &str, today: NaiveDate) -> Result<IdNumber, NumberError> {
    let text = compact(typed);
    match kind {
        Some(IdKind::ResidentId) => eighteen(&text, today),
        Some(IdKind::HmtResidencePermit) => match text.get(..2) {
            Some("81" | "82" | "83") => eighteen(&text, today),
            Some(start) if start.chars().all(|c| c.is_ascii_digit()) => Err(NumberError::Shape),
            _ => eighteen(&text, today),
        },
        Some(IdKind::ForeignPermanentId) => foreign(text, today),
        Some(IdKind::HkMacauTravelPermit) => match text.chars().next() {
            Some('H' | 'M') => digits_after(text, 1),
            Some(_) => Err(NumberError::Shape),
            None => Err(NumberError::Short { missing: 9 }),
        },
        Some(IdKind::TaiwanTravelPermit) => digits_after(text, 0),
        Some(IdKind::Passport) => letters_and_digits(text, 5, 20),
        None => letters_and_digits(text, 1, 30),
    }
}

/// The kind whose number this looks like, if it is not the chosen one.
///
/// Only documents that can be told apart by their number are offered: nearly anything could be a passport, but one or two
/// letters before seven or eight digits is one where the chosen kind has no such number.
pub fn other_kind(chosen: IdKind, typed: &str, today: NaiveDate) -> Option<IdKind> {
    let text = compact(typed);
    let likely = if text.len() == 18 {
        match text.get(..2) {
            Some("81" | "82" | "83") => IdKind::HmtResidencePermit,
            Some(start) if start.starts_with('9') => IdKind::ForeignPermanentId,
            _ => IdKind::ResidentId,
        }
    } else if text.starts_with(['H', 'M']) && matches!(text.len(), 9 | 11) {
        IdKind::HkMacauTravelPermit
    } else if text.len() == 15 && text.chars().take(3).all(|c| c.is_ascii_uppercase()) {
        IdKind::ForeignPermanentId
    } else if looks_like_passport(&text) && !is_begun(chosen, &text) {
        IdKind::Passport
    } else {
        return None;
    };
    (likely != chosen && check_number(Some(likely), &text, today).is_ok()).then_some(likely)
}

/// Whether this may still become a number of the kind: a permit that lacks a digit is no passport.
fn is_begun(kind: IdKind, text: &str) -> bool {
    kind == IdKind::HkMacauTravelPermit && text.starts_with(['H', 'M'])
}

fn looks_like_passport(text: &str) -> bool {
    let letters = text.chars().take_while(char::is_ascii_uppercase).count();
    let digits = text.chars().skip(letters).filter(char::is_ascii_digit).count();
    matches!(letters, 1 | 2) && matches!(digits, 7 | 8) && letters + digits == text.chars().count()
}

fn eighteen(text: &str, today: NaiveDate) -> Result<IdNumber, NumberError> {
    let id = ResidentId::parse(text, today).map_err(NumberError::Resident)?;
    Ok(IdNumber {
        birth_date: id.birth_date(),
        sex: Some(id.sex()),
        known_area: id.has_known_area(),
        text: id.as_str().to_owned(),
    })
}

/// 18 characters beginning with 9 since 2023-12-01; before, three letters and twelve digits, still valid.
fn foreign(text: String, today: NaiveDate) -> Result<IdNumber, NumberError> {
    let old = text.chars().take(3).all(|c| c.is_ascii_uppercase()) && !text.is_empty();
    if !old {
        return if text.starts_with('9') || text.is_empty() { eighteen(&text, today) } else { Err(NumberError::Shape) };
    }
    if text.chars().skip(3).any(|c| !c.is_ascii_digit()) {
        return Err(NumberError::Shape);
    }
    exactly(text, &[15])
}

fn digits_after(text: String, letters: usize) -> Result<IdNumber, NumberError> {
    if text.chars().skip(letters).any(|c| !c.is_ascii_digit()) {
        return Err(NumberError::Shape);
    }
    exactly(text, &[letters + 8, letters + 10])
}

fn exactly(text: String, lengths: &[usize]) -> Result<IdNumber, NumberError> {
    let found = text.chars().count();
    let (Some(least), Some(most)) = (lengths.first(), lengths.last()) else { return Ok(plain(text)) };
    match found {
        _ if lengths.contains(&found) => Ok(plain(text)),
        _ if found < *least => Err(NumberError::Short { missing: least - found }),
        _ if found > *most => Err(NumberError::Long { extra: found - most }),
        _ => Err(NumberError::Short { missing: most - found }),
    }
}

fn letters_and_digits(text: String, least: usize, most: usize) -> Result<IdNumber, NumberError> {
    let found = text.chars().count();
    if text.chars().any(|c| !c.is_ascii_alphanumeric()) {
        return Err(NumberError::Shape);
    }
    match found {
        _ if found < least => Err(NumberError::Short { missing: least - found }),
        _ if found > most => Err(NumberError::Long { extra: found - most }),
        _ => Ok(plain(text)),
    }
}

fn plain(text: String) -> IdNumber {
    IdNumber { text, birth_date: None, sex: None, known_area: true }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{IdKind::*, NumberError::*, *};

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 25).unwrap()
    }

    #[test]
    fn numbers_of_each_kind() {
        for (kind, typed, expected) in [
            (ResidentId, "11010519900307021X", Ok(())),
            (ResidentId, "1101051990030702", Err(Resident(ResidentIdError::Short { missing: 2 }))),
            (ForeignPermanentId, "911156199003070019", Err(Resident(ResidentIdError::Check))),
            (ForeignPermanentId, "911156199003070017", Ok(())),
            (ForeignPermanentId, "ABC110190030712", Ok(())),
            (ForeignPermanentId, "abc 1101 9003 0712", Ok(())),
            (ForeignPermanentId, "ABC11019003071", Err(Short { missing: 1 })),
            (ForeignPermanentId, "11010519900307021X", Err(Shape)),
            (HmtResidencePermit, "11010519900307021X", Err(Shape)),
            (HmtResidencePermit, "810000199003070015", Ok(())),
            (HmtResidencePermit, "810000199003070016", Err(Resident(ResidentIdError::Check))),
            (HkMacauTravelPermit, "H12345678", Ok(())),
            (HkMacauTravelPermit, "m1234567890", Ok(())),
            (HkMacauTravelPermit, "H123456789", Err(Short { missing: 1 })),
            (HkMacauTravelPermit, "A12345678", Err(Shape)),
            (HkMacauTravelPermit, "H1234567", Err(Short { missing: 1 })),
            (TaiwanTravelPermit, "12345678", Ok(())),
            (TaiwanTravelPermit, "1234567890", Ok(())),
            (TaiwanTravelPermit, "1234567", Err(Short { missing: 1 })),
            (TaiwanTravelPermit, "A2345678", Err(Shape)),
            (Passport, "E12345678", Ok(())),
            (Passport, "e 1234 5678", Ok(())),
            (Passport, "E123", Err(Short { missing: 1 })),
            (Passport, "ABCDEFGHIJ0123456789A", Err(Long { extra: 1 })),
            (Passport, "E1234567号", Err(Shape)),
        ] {
            assert_eq!(check_number(Some(kind), typed, today()).map(|_| ()), expected, "{kind:?} {typed}");
        }
        assert!(check_number(None, "anything 123", today()).is_ok());
    }

    #[test]
    fn another_kind_is_noticed_only_where_the_number_tells_it() {
        for (chosen, typed, expected) in [
            (Passport, "11010519900307021X", Some(ResidentId)),
            (ResidentId, "11010519900307021X", None),
            (ResidentId, "H12345678", Some(HkMacauTravelPermit)),
            (ResidentId, "ABC110190030712", Some(ForeignPermanentId)),
            (ResidentId, "E12345678", Some(Passport)),
            (ResidentId, "E123456", None),
            (HkMacauTravelPermit, "H1234567", None),
            (HkMacauTravelPermit, "E12345678", Some(Passport)),
            (Passport, "110105199003070211", None),
        ] {
            assert_eq!(other_kind(chosen, typed, today()), expected, "{chosen:?} {typed}");
        }
    }

    #[test]
    fn only_numbers_with_a_date_tell_the_birth_date() {
        let born = NaiveDate::from_ymd_opt(1990, 3, 7);
        for (kind, typed, sex) in [
            (ResidentId, "11010519900307021X", Sex::Male),
            (ForeignPermanentId, "911156199003070017", Sex::Male),
            (HmtResidencePermit, "810000199003070015", Sex::Male),
        ] {
            let read = check_number(Some(kind), typed, today()).unwrap();
            assert_eq!((read.birth_date, read.sex), (born, Some(sex)), "{kind:?}");
        }
        assert_eq!(check_number(Some(Passport), "E12345678", today()).unwrap().birth_date, None);
    }

    proptest! {
        #[test]
        fn nothing_typed_panics(typed in any::<String>(), kind in 0usize..6) {
            let checked = check_number(Some(IdKind::ALL[kind]), &typed, today());
            if let Ok(number) = checked {
                prop_assert_eq!(check_number(Some(IdKind::ALL[kind]), &number.text, today()).map(|n| n.text), Ok(number.text));
            }
        }
    }
}
