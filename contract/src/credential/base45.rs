//! Base45 (RFC 9285): bytes as the characters that a QR code packs tightest.
//!
//! Strict: a group that stands for more than its bytes can hold is refused, so two texts never mean the same bytes.

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// The bytes as text.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(2) * 3);
    let digit = |n: u32| char::from(ALPHABET.get(n as usize).copied().unwrap_or(b'0'));
    for pair in bytes.chunks(2) {
        match *pair {
            [a, b] => {
                let n = u32::from(a) * 256 + u32::from(b);
                text.extend([digit(n % 45), digit(n / 45 % 45), digit(n / 2025)]);
            }
            [a] => text.extend([digit(u32::from(a) % 45), digit(u32::from(a) / 45)]),
            _ => {}
        }
    }
    text
}

/// The bytes that the text stands for; nothing if it is not base45.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text
        .bytes()
        .map(|letter| ALPHABET.iter().position(|&it| it == letter).and_then(|at| u32::try_from(at).ok()))
        .collect::<Option<Vec<u32>>>()?;
    let mut bytes = Vec::with_capacity(text.len() / 3 * 2 + 1);
    for group in digits.chunks(3) {
        match *group {
            [c, d, e] => bytes.extend(u16::try_from(c + d * 45 + e * 2025).ok()?.to_be_bytes()),
            [c, d] => bytes.push(u8::try_from(c + d * 45).ok()?),
            _ => return None,
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_rfc_and_what_it_forbids() {
        for (bytes, text) in
            [(&b"AB"[..], "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")]
        {
            assert_eq!(encode(bytes), text);
            assert_eq!(decode(text).as_deref(), Some(bytes));
        }
        for wrong in ["GGW", "::", "A", "ab8", "BB8Ä"] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
