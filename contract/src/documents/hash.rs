//! The name of some bytes: their SHA-256. Nothing here computes one: the browser and the server each have their own way.
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The SHA-256 of a document: 32 bytes, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9a-f]{64}$"))]
#[serde(try_from = "String", into = "String")]
pub struct Sha256([u8; 32]);

/// What was given as a SHA-256 is not 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSha256;

impl Sha256 {
    /// From the 32 bytes that a digest function returns.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes, for checksum headers.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Sha256({self})")
    }
}

impl fmt::Display for NotSha256 {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a SHA-256 is 64 hexadecimal digits")
    }
}

impl std::error::Error for NotSha256 {}

impl FromStr for Sha256 {
    type Err = NotSha256;

    fn from_str(typed: &str) -> Result<Self, NotSha256> {
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
        let mut bytes = [0; 32];
        if typed.len() != 64 {
            return Err(NotSha256);
        }
        for (to, pair) in bytes.iter_mut().zip(typed.as_bytes().chunks_exact(2)) {
            let [high, low] = pair else { return Err(NotSha256) };
            *to = digit(*high).zip(digit(*low)).map(|(high, low)| high * 16 + low).ok_or(NotSha256)?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Sha256 {
    type Error = NotSha256;

    fn try_from(typed: String) -> Result<Self, NotSha256> {
        typed.parse()
    }
}

impl From<Sha256> for String {
    fn from(hash: Sha256) -> Self {
        hash.to_string()
    }
}
