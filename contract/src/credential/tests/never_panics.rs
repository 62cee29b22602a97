//! Whatever a stranger's code or list holds, there is a verdict and no panic.
use super::*;
use crate::credential::cbor::{Value, decode};
use crate::credential::text::pack;
use crate::credential::{base45, zlib};
use proptest::prelude::*;

/// Any second since 1970, and those at the end of what can be written.
fn seconds() -> impl Strategy<Value = i64> {
    prop_oneof![0..i64::MAX, (0..200_000_i64).prop_map(|less| i64::MAX - less)]
}

/// Any day, and those around 1970.
fn days() -> impl Strategy<Value = NaiveDate> {
    let day = |days: i32| NaiveDate::default() + chrono::TimeDelta::days(i64::from(days));
    prop_oneof![(-3..3_i32).prop_map(day), (-90_000_000..90_000_000_i32).prop_map(day)]
}

fn cases() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_text(text in any::<String>()) {
        prop_assert!(read(&text).is_err());
        let prefixed = format!("HCZ1:{text}");
        prop_assert!(read(&prefixed).is_err());
    }

    #[test]
    fn any_bytes_packed_as_a_code(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(read(&pack(&bytes)).is_err());
        prop_assert!(read_status_list(&bytes).is_none());
        prop_assert_eq!(base45::decode(&base45::encode(&bytes)), Some(bytes.clone()));
        prop_assert_eq!(base64url::decode(&base64url::encode(&bytes)), Some(bytes.clone()));
        prop_assert_eq!(zlib::inflate(&zlib::deflate(&bytes), 400), Some(bytes));
    }

    #[test]
    fn a_good_code_with_some_bytes_changed_is_never_valid_with_other_words(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let good = text_of(&claims());
        let mut bytes = zlib::inflate(&base45::decode(good.trim_start_matches(PREFIX)).expect("base45"), 16_384).expect("zlib");
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let found = Phone::new().judge(&pack(&bytes));
        prop_assert!(found.reason.verdict() != Verdict::Valid || found.certificate == Some(claims()));
    }

    #[test]
    fn what_is_signed_comes_back(name in "\\PC{0,50}", index in any::<u64>(), category in "[a-z-]{1,20}") {
        let given = Claims { name, category, status: StatusReference { index, ..claims().status }, ..claims() };
        let back = read(&text_of(&given)).expect("reads");
        prop_assert!(verify(&key().jwk().point().expect("a point"), back.signed()));
        let cut = back.claims.name.ends_with('…');
        prop_assert!(cut || back.claims == given);
    }

    #[test]
    fn a_trusted_issuer_may_have_signed_any_days_and_times(
        first in days(), last in days(), expires_at in seconds(), issued_at in seconds(), now in any::<i64>()
    ) {
        let given = Claims { valid_from: first, valid_until: last, expires_at, issued_at, ..claims() };
        let read = Read { claims: given.clone(), ..read(&text_of(&claims())).expect("reads") };
        let found = judge(read, &Evidence { signature: SignatureFound::Good, status: None, now });
        let begins = first.signed_duration_since(NaiveDate::default()).num_days() * 24 * HOUR;
        prop_assert!((given.starts_at() - begins).abs() <= 14 * HOUR, "that day, wherever on Earth: {found:?}");
    }

    #[test]
    fn cbor_says_what_another_reader_says(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        if let Some(value) = decode(&bytes) {
            let theirs: Result<ciborium::Value, _> = ciborium::from_reader(bytes.as_slice());
            if let (Ok(theirs), Value::Text(ours)) = (&theirs, &value) {
                prop_assert_eq!(theirs.as_text(), Some(*ours));
            }
            if let (Ok(theirs), Some(ours)) = (&theirs, value.integer()) {
                prop_assert_eq!(theirs.as_integer(), Some(ours.into()));
            }
        }
    }
}
