//! The end of an ID number: what somebody is asked for who is not to say all of it.
use super::compact;

/// So many last characters of the ID number open a look-up,
pub const LOOKUP_TAIL: usize = 4;
/// and so many a certificate, or all of a number that has fewer.
pub const COLLECTION_TAIL: usize = 6;

/// The last characters of an ID number, at most so many, as [`compact`] writes them: of one that was typed in part, pasted
/// whole or copied with words and marks around it. A number has letters and digits only, so nothing else counts.
pub fn tail(number: &str, count: usize) -> String {
    let mut last: Vec<char> = compact(number).chars().filter(char::is_ascii_alphanumeric).rev().take(count).collect();
    last.reverse();
    last.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_number_however_it_is_written_the_end_is_the_same() {
        for (typed, four, six) in [
            ("11010519900307021X", "021X", "07021X"),
            ("110105 19900307 021x", "021X", "07021X"),
            ("１１０１０５－１９９００３０７－０２１Ｘ", "021X", "07021X"),
            ("\u{200e}11010519900307021X\n", "021X", "07021X"),
            ("021x", "021X", "021X"),
            (" ０２１ Ｘ", "021X", "021X"),
            ("021X（后四位）", "021X", "021X"),
            ("07-021X.", "021X", "07021X"),
            ("E1234", "1234", "E1234"),
            ("21X", "21X", "21X"),
            ("", "", ""),
        ] {
            assert_eq!(
                (tail(typed, LOOKUP_TAIL).as_str(), tail(typed, COLLECTION_TAIL).as_str()),
                (four, six),
                "{typed}"
            );
        }
    }
}
