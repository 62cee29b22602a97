//! The unified social credit code of an employer (GB 32100-2015).
use super::compact;

/// A code whose check character fits: 18 characters, upper case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uscc(String);

/// The code does not match its check character, or is not 18 characters of the code's alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsccError;

/// Digits and capitals without I, O, S, V, Z.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const LENGTH: usize = 18;

impl Uscc {
    /// Reads a code; spaces, dashes, full-width and small letters are forgiven.
    ///
    /// # Errors
    /// If it is not 18 characters of the alphabet with a fitting last one.
    pub fn parse(typed: &str) -> Result<Self, UsccError> {
        let code = compact(typed);
        let mut values = Vec::with_capacity(LENGTH);
        for c in code.chars() {
            values.push(ALPHABET.chars().position(|a| a == c).ok_or(UsccError)?);
        }
        let Some((check, body)) = values.split_last().filter(|_| values.len() == LENGTH) else { return Err(UsccError) };
        let mut sum = 0;
        let mut weight = 1;
        for value in body {
            sum += value * weight;
            weight = weight * 3 % 31;
        }
        if (31 - sum % 31) % 31 == *check { Ok(Self(code)) } else { Err(UsccError) }
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_as_people_type_them() {
        for (typed, good) in [
            ("91350100M000100Y43", true),
            ("91350100m000100y43", true),
            ("91350100 M000100Y43", true),
            ("９１３５０１００Ｍ０００１００Ｙ４３", true),
            ("91110105MA0000007L", true),
            ("91350100M000100Y44", false),
            ("91350100M000100Y4", false),
            ("91350100M000100Y433", false),
            ("91350100O000100Y43", false),
            ("", false),
        ] {
            assert_eq!(Uscc::parse(typed).is_ok(), good, "{typed}");
        }
    }
}
