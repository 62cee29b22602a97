//! Tables of good and broken codes, read as an inspector's phone would.
mod foreign;
mod never_panics;
mod verdicts;

use super::*;
use chrono::NaiveDate;

const ISSUER: &str = "https://hc.example.gov.cn";
/// 2026-11-28 09:00 in Shanghai.
const ISSUED: i64 = 1_795_827_600;
/// 2027-11-27, 24:00 in Shanghai.
const EXPIRES: i64 = 1_827_331_200;
const HOUR: i64 = 3600;

fn key() -> IssuerKey {
    IssuerKey::from_secret(&[7; 32]).expect("a key")
}

fn other_key() -> IssuerKey {
    IssuerKey::from_secret(&[8; 32]).expect("a key")
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

fn claims() -> Claims {
    Claims {
        issuer: ISSUER.into(),
        expires_at: EXPIRES,
        issued_at: ISSUED,
        status: StatusReference { index: 70_123, uri: format!("{ISSUER}/status-lists/1") },
        number: Number::parse("7Q4M-K2WD-93HX-TR6C").expect("a number"),
        category: "food".into(),
        valid_from: day(2026, 11, 28),
        valid_until: day(2027, 11, 27),
        name: "张伟".into(),
        photo_hash: *b"half of a SHA256",
    }
}

fn text_of(claims: &Claims) -> String {
    sign_credential(&key(), claims).expect("a credential")
}

/// A list of 100,000 entries with one of them set, published at `at`.
fn list_bytes(index: u64, status: CertificateStatus, at: i64) -> Vec<u8> {
    let mut entries = StatusBits::new(100_000);
    assert!(entries.set(index, status));
    let uri = &claims().status.uri;
    sign_status_list(
        &key(),
        &ListBytes { uri, issued_at: at, expires_at: at + 30 * 24 * HOUR, ttl: HOUR, entries: &entries },
    )
}

/// What a phone knows: the keys of the one issuer it trusts, and perhaps a list.
struct Phone {
    keys: Jwks,
    keys_age: Option<i64>,
    now: i64,
    list: Option<Vec<u8>>,
}

impl Phone {
    fn new() -> Self {
        let list = list_bytes(1, CertificateStatus::Revoked, ISSUED);
        Self {
            keys: Jwks { keys: vec![other_key().jwk(), key().jwk()] },
            keys_age: Some(HOUR),
            now: ISSUED + 60,
            list: Some(list),
        }
    }

    fn verifies(&self, signed: &Signed) -> bool {
        self.keys.matching(signed.kid).iter().any(|point| verify(point, signed))
    }

    fn judge(&self, text: &str) -> Judgement {
        let read = match read(text) {
            Ok(read) => read,
            Err(unreadable) => return unreadable.into(),
        };
        let signature = if read.issuer() != ISSUER {
            SignatureFound::UntrustedIssuer
        } else if self.keys.matching(read.signed().kid).is_empty() {
            SignatureFound::NoKey { keys_age: self.keys_age }
        } else if self.verifies(read.signed()) {
            SignatureFound::Good
        } else {
            SignatureFound::Wrong
        };
        let list = self.list.as_deref().and_then(read_status_list).filter(|list| self.verifies(list.signed()));
        let list = list.map(UnverifiedList::trust);
        judge(read, &Evidence { signature, now: self.now, status: list.as_ref() })
    }
}
