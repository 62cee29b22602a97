//! A one-time code as it is typed, or pasted with the message around it.

use super::{half_width, is_dash, is_filler};

/// Why what was typed cannot be a code of this length. Whether it is the right one, only the office says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OneTimeCodeError {
    /// There is no digit in it.
    Empty,
    /// Digits are missing.
    Short {
        /// How many.
        missing: u32,
    },
    /// There are more digits than a code has, and none among them that can be told to be the code.
    Long {
        /// How many.
        found: u32,
    },
}

/// The digits of a code of this length in what was typed.
///
/// A message around it is forgiven, as people paste it whole: where one number in it, and no other, is so long, that is the
/// code. A number may be parted by spaces, dashes and dots (`482 913`). Else all digits count, whatever stands between them.
///
/// # Errors
/// They are not as many as a code has. Such a one is not sent: each try counts.
pub fn one_time_code(typed: &str, length: u32) -> Result<String, OneTimeCodeError> {
    let typed: Vec<char> = typed.chars().map(half_width).collect();
    let whole = typed.split(|c| !c.is_ascii_digit());
    let parted = typed.split(|c| !c.is_ascii_digit() && !parts(*c));
    let digits = the_one(whole.chain(parted), length).unwrap_or_else(|| digits_of(&typed));
    let found = u32::try_from(digits.len()).unwrap_or(u32::MAX);
    match found {
        0 => Err(OneTimeCodeError::Empty),
        _ if found < length => Err(OneTimeCodeError::Short { missing: length - found }),
        _ if found > length => Err(OneTimeCodeError::Long { found }),
        _ => Ok(digits),
    }
}

/// What people and their keyboards put between the digits of one number.
fn parts(c: char) -> bool {
    is_filler(c) && c != '\n' || is_dash(c) || matches!(c, '.' | '·')
}

fn digits_of(typed: &[char]) -> String {
    typed.iter().filter(|c| c.is_ascii_digit()).collect()
}

/// The one number among these that has so many digits; a message may say it twice.
fn the_one<'a>(numbers: impl Iterator<Item = &'a [char]>, length: u32) -> Option<String> {
    let mut long_enough = numbers.map(digits_of).filter(|digits| u32::try_from(digits.len()) == Ok(length));
    let first = long_enough.next()?;
    long_enough.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::OneTimeCodeError::{Empty, Long, Short};
    use super::one_time_code;

    #[test]
    fn codes_as_people_type_and_paste_them() {
        for (typed, expected) in [
            ("482913", Ok("482913")),
            (" 482 913 ", Ok("482913")),
            ("48-29.13", Ok("482913")),
            ("４８２９１３", Ok("482913")),
            ("码:482913", Ok("482913")),
            ("4,8,2,9,1,3", Ok("482913")),
            ("您的验证码是 482913，10 分钟内有效。", Ok("482913")),
            ("您的验证码是 482 913，10 分钟内有效。", Ok("482913")),
            ("Your code is 482913. It is valid for 10 minutes; call 12345 with questions.", Ok("482913")),
            ("【示例】482913（482913），请勿告诉他人", Ok("482913")),
            ("482913\n10 分钟", Ok("482913")),
            ("", Err(Empty)),
            ("验证码", Err(Empty)),
            ("4829", Err(Short { missing: 2 })),
            ("Your code is 482", Err(Short { missing: 3 })),
            ("4829131", Err(Long { found: 7 })),
            ("482913 100000", Err(Long { found: 12 })),
            ("验证码 482 913，回复 100010 退订", Err(Long { found: 12 })),
            ("13800000001", Err(Long { found: 11 })),
        ] {
            assert_eq!(one_time_code(typed, 6), expected.map(str::to_owned), "{typed}");
        }
        assert_eq!(one_time_code("4829", 4), Ok("4829".to_owned()));
    }
}
