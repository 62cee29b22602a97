//! Which administrative areas a number may begin with.
//!
//! Only the first two digits (province level) are known here. The county codes are not: about 3 000 of them are in use, more
//! have been abolished and new ones come every year, and an old number stays valid. So the answer is at most a note for the
//! reviewer and never a refusal.

/// Province-level codes of GB/T 2260, with 81 to 83 for residents of Hong Kong, Macau and Taiwan.
const PROVINCES: [u8; 34] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 81, 82, 83,
];

/// Whether the number begins with a province-level code in use (71, Taiwan, is reserved and was not given out).
pub fn is_known_area(number: &str) -> bool {
    let mut digits = number.chars().map(|c| c.to_digit(10));
    match (digits.next().flatten(), digits.next().flatten()) {
        (Some(tens), Some(ones)) => PROVINCES.iter().any(|p| u32::from(*p) == tens * 10 + ones),
        _ => false,
    }
}
