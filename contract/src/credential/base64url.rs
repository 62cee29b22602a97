//! Base64url without padding (RFC 4648 §5), as keys write their coordinates and ids.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The bytes as text.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let n = (0..3).fold(0u32, |n, at| n << 8 | u32::from(group.get(at).copied().unwrap_or(0)));
        for at in 0..=group.len() {
            let digit = n >> (18 - 6 * at) & 63;
            text.push(char::from(ALPHABET.get(digit as usize).copied().unwrap_or(b'A')));
        }
    }
    text
}

/// The bytes that the text stands for; nothing if it is not base64url.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text
        .bytes()
        .map(|letter| ALPHABET.iter().position(|&it| it == letter).and_then(|at| u32::try_from(at).ok()))
        .collect::<Option<Vec<u32>>>()?;
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for group in digits.chunks(4) {
        let n = (0..4).fold(0u32, |n, at| n << 6 | group.get(at).copied().unwrap_or(0));
        let [_, a, b, c] = n.to_be_bytes();
        match group.len() {
            4 => bytes.extend([a, b, c]),
            3 if c == 0 => bytes.extend([a, b]),
            2 if b == 0 && c == 0 => bytes.push(a),
            _ => return None,
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_rfc_without_padding() {
        for (bytes, text) in
            [(&b""[..], ""), (b"f", "Zg"), (b"fo", "Zm8"), (b"foo", "Zm9v"), (b"foob", "Zm9vYg"), (b"\xfb\xff", "-_8")]
        {
            assert_eq!(encode(bytes), text);
            assert_eq!(decode(text).as_deref(), Some(bytes));
        }
        for wrong in ["Z", "Zh", "Zg==", "+/8"] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
