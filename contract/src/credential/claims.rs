//! What a credential says: the signed claims, and their place in the bytes.
//!
//! Never the ID number and never a result: what is here can be read by anybody who sees the code.
use super::cbor::{Value, Writer, decode};
use chrono::NaiveDate;
use core::fmt;

const ISS: i64 = 1;
const EXP: i64 = 4;
const IAT: i64 = 6;
const STATUS: i64 = 65535;
const CERTIFICATE: i64 = -65537;
const NUMBER: i64 = 1;
const CATEGORY: i64 = 2;
const VALID_FROM: i64 = 3;
const VALID_UNTIL: i64 = 4;
const NAME: i64 = 5;
const PHOTO: i64 = 6;

/// The number of a certificate: 16 characters that are not mistaken for each other when read aloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// The characters a number is made of: no 0, 1, I, L, O, U.
    pub const ALPHABET: &'static [u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// A number, with or without its hyphens.
    pub fn parse(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(|&it| it != '-').collect();
        (plain.len() == 16 && plain.bytes().all(|it| Self::ALPHABET.contains(&it))).then_some(Self(plain))
    }

    /// Without hyphens, as it is signed.
    pub fn plain(&self) -> &str {
        &self.0
    }
}

/// In groups of four, as it is printed: `7Q4M-K2WD-93HX-TR6C`.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, letter) in self.0.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

/// Where a certificate's status is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReference {
    /// Which entry of the list.
    pub index: u64,
    /// The list, below the issuer's origin.
    pub uri: String,
}

/// All that is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The issuer's origin, at most 40 characters.
    pub issuer: String,
    /// 24:00 of the last valid day at the office, seconds since 1970.
    pub expires_at: i64,
    /// When it was signed, seconds since 1970.
    pub issued_at: i64,
    /// Where one asks whether it was revoked.
    pub status: StatusReference,
    /// The certificate's number.
    pub number: Number,
    /// The code of the category of work.
    pub category: String,
    /// The first valid day at the office.
    pub valid_from: NaiveDate,
    /// The last valid day at the office.
    pub valid_until: NaiveDate,
    /// The holder's name, NFC; a very long one ends in `…`.
    pub name: String,
    /// The first half of the SHA-256 of the photo file.
    pub photo_hash: [u8; 16],
}

impl Claims {
    /// The office's offset from UTC in seconds, as it follows from the last day and its 24:00.
    ///
    /// The claims carry no time zone; an office that changes its clocks is off by that hour for `valid_from` alone.
    fn office_offset(&self) -> i64 {
        let offset = ((days(self.valid_until) + 1) * 86_400).saturating_sub(self.expires_at);
        if offset.unsigned_abs() <= 14 * 3600 { offset } else { 0 }
    }

    /// 0:00 of the first valid day at the office, seconds since 1970.
    pub fn starts_at(&self) -> i64 {
        days(self.valid_from) * 86_400 - self.office_offset()
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        Writer::default()
            .map(5)
            .integer(ISS)
            .text(&self.issuer)
            .integer(EXP)
            .integer(self.expires_at)
            .integer(IAT)
            .integer(self.issued_at)
            .integer(STATUS)
            .map(1)
            .text("status_list")
            .map(2)
            .text("idx")
            .unsigned(self.status.index)
            .text("uri")
            .text(&self.status.uri)
            .integer(CERTIFICATE)
            .map(6)
            .integer(NUMBER)
            .text(self.number.plain())
            .integer(CATEGORY)
            .text(&self.category)
            .integer(VALID_FROM)
            .integer(days(self.valid_from))
            .integer(VALID_UNTIL)
            .integer(days(self.valid_until))
            .integer(NAME)
            .text(&self.name)
            .integer(PHOTO)
            .bytes(&self.photo_hash)
            .into_bytes()
    }

    /// Unknown claims are passed over (RFC 8392 §3); one of ours that is absent or of another kind is not.
    pub(super) fn decode(payload: &[u8]) -> Option<Self> {
        let claims = decode(payload)?;
        let certificate = claims.get(CERTIFICATE)?;
        let status = claims.get(STATUS)?.named("status_list")?;
        let second = |key| claims.get(key).and_then(Value::unsigned).and_then(|at| i64::try_from(at).ok());
        let own_text = |key| certificate.get(key).and_then(Value::text).map(str::to_owned);
        let day = |key| certificate.get(key).and_then(Value::integer).and_then(on_day);
        let issuer = claims.get(ISS)?.text()?;
        if issuer.chars().count() > 40 {
            return None;
        }
        Some(Self {
            issuer: issuer.to_owned(),
            expires_at: second(EXP)?,
            issued_at: second(IAT)?,
            status: StatusReference {
                index: status.named("idx")?.unsigned()?,
                uri: status.named("uri")?.text()?.to_owned(),
            },
            number: own_text(NUMBER).filter(|it| it.len() == 16).and_then(|it| Number::parse(&it))?,
            category: own_text(CATEGORY)?,
            valid_from: day(VALID_FROM)?,
            valid_until: day(VALID_UNTIL)?,
            name: own_text(NAME)?,
            photo_hash: certificate.get(PHOTO)?.bytes()?.try_into().ok()?,
        })
    }
}

/// Days since 1970-01-01 (RFC 8943).
fn days(day: NaiveDate) -> i64 {
    day.signed_duration_since(NaiveDate::default()).num_days()
}

fn on_day(days: i64) -> Option<NaiveDate> {
    NaiveDate::default().checked_add_signed(chrono::TimeDelta::try_days(days)?)
}
