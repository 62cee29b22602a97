//! Identity data as people write it: ID numbers, names, telephones, an employer's code, a one-time code.
//!
//! Everything here takes what was typed and gives back the kept form or the first thing that cannot be right. You will not
//! find a questionnaire, a sentence or a look-up in a register here: the rules say what a number can be, not whose it is.
mod area;
mod name;
mod number;
mod one_time_code;
mod phone;
mod resident_id;
mod tail;
mod uscc;

pub use area::is_known_area;
pub use name::{PersonName, has_digit};
pub use number::{IdKind, IdNumber, NumberError, check_number, other_kind};
pub use one_time_code::{OneTimeCodeError, one_time_code};
pub use phone::{Phone, PhoneError};
pub use resident_id::{ResidentId, ResidentIdError};
pub use tail::{COLLECTION_TAIL, LOOKUP_TAIL, tail};
pub use uscc::{Uscc, UsccError};

use serde::{Deserialize, Serialize};

/// Sex as a document says it; the codes are those of FHIR administrative gender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sex {
    /// 男
    Male,
    /// 女
    Female,
}

impl Sex {
    /// The code of FHIR administrative gender.
    pub fn code(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }
}

/// A full-width letter, digit or sign as its half-width twin; everything else as it is.
pub fn half_width(typed: char) -> char {
    match typed {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(typed as u32 - 0xfee0).unwrap_or(typed),
        other => other,
    }
}

/// True for what separates or decorates, and is never part of a number: spaces of any kind and marks without width.
fn is_filler(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// True for the dashes people put between groups of digits.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}')
}

/// What was typed as one half-width, upper-case run: without spaces, and without dashes between digits.
pub fn compact(typed: &str) -> String {
    typed.chars().map(half_width).filter(|c| !is_filler(*c) && !is_dash(*c)).map(|c| c.to_ascii_uppercase()).collect()
}

/// The eighteen characters of an ID card in the groups that they are made of: area, birth date, the rest. To be read, never
/// to be kept; any other number stays as it is.
pub fn grouped(number: &str) -> String {
    let is_card = number.chars().count() == 18
        && number.chars().enumerate().all(|(at, c)| c.is_ascii_digit() || c == '*' || (c == 'X' && at == 17));
    let parts = number.get(..6).zip(number.get(6..14)).zip(number.get(14..)).filter(|_| is_card);
    parts.map_or_else(|| number.to_owned(), |((area, born), rest)| format!("{area} {born} {rest}"))
}

/// A code in groups of three, to be said: `K7M2QX` as `K7M 2QX`.
pub fn spelt(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(3).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// A number with all but its ends covered, for lists and messages: `1101**********002X`.
///
/// Shorter numbers keep less; of one with fewer than five characters nothing is shown.
pub fn masked(number: &str) -> String {
    let characters: Vec<char> = number.chars().collect();
    let (head, tail) = match characters.len() {
        0..5 => (0, 0),
        5..11 => (1, 2),
        11..15 => (3, 3),
        _ => (4, 4),
    };
    let last = characters.len().saturating_sub(tail);
    characters.iter().enumerate().map(|(at, c)| if at < head || at >= last { *c } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_covered_but_for_their_ends() {
        for (number, shown) in [
            ("11010519491231002X", "1101**********002X"),
            ("E12345678", "E******78"),
            ("1234", "****"),
            ("", ""),
            ("13800000000", "138*****000"),
        ] {
            assert_eq!(masked(number), shown);
        }
    }

    #[test]
    fn a_card_s_number_is_shown_in_groups_and_read_back_without() {
        for (number, shown) in [
            ("11010519491231002X", "110105 19491231 002X"),
            ("440524188001010014", "440524 18800101 0014"),
            ("1101**********002X", "1101** ******** 002X"),
            // What is no card's number, or is wrong.
            ("E12345678", "E12345678"),
            ("ABC110190030712", "ABC110190030712"),
            ("1101051949123100X2", "1101051949123100X2"),
            ("1101051949123100", "1101051949123100"),
            ("一一〇一〇五一九四九一二三一〇〇二一", "一一〇一〇五一九四九一二三一〇〇二一"),
            ("", ""),
        ] {
            assert_eq!(grouped(number), shown);
            assert_eq!(compact(&grouped(number)), number);
        }
    }

    #[test]
    fn a_code_is_said_in_groups_of_three() {
        for (code, expected) in [("K7M2QX", "K7M 2QX"), ("K7M2", "K7M 2"), ("", "")] {
            assert_eq!(spelt(code), expected);
        }
    }

    #[test]
    fn full_width_and_spaces_are_forgiven() {
        for (typed, kept) in [
            ("１１０１０５", "110105"),
            (" 110105　1949-1231 002x\u{200b}", "11010519491231002X"),
            ("ｅ１２３", "E123"),
        ] {
            assert_eq!(compact(typed), kept);
        }
    }
}
