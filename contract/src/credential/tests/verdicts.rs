//! Each verdict of the contract, from a code that deserves it.
use super::*;
use crate::credential::cbor::Writer;
use crate::credential::cose::Unsigned;
use crate::credential::text::pack;
use crate::credential::{base45, zlib};

fn changed(change: impl FnOnce(&mut Claims)) -> String {
    let mut changed = claims();
    change(&mut changed);
    text_of(&changed)
}

fn credential() -> Vec<u8> {
    zlib::inflate(&base45::decode(text_of(&claims()).strip_prefix(PREFIX).expect("prefix")).expect("base45"), 16_384)
        .expect("zlib")
}

/// The credential with one byte of it changed.
fn tampered(find: &[u8], put: &[u8]) -> String {
    let mut bytes = credential();
    let at = bytes.windows(find.len()).position(|it| it == find).expect("found");
    bytes[at..at + find.len()].copy_from_slice(put);
    pack(&bytes)
}

fn signed(payload: Vec<u8>) -> String {
    let unsigned = Unsigned::new(key().kid(), None, payload);
    pack(&unsigned.seal(&key().sign(&unsigned.to_sign())))
}

fn deep(levels: u64) -> Vec<u8> {
    (0..levels).fold(Writer::default(), |w, _| w.array(1)).unsigned(0).into_bytes()
}

#[test]
fn broken_codes_get_the_reason_that_fits_and_show_nothing() {
    let good = text_of(&claims());
    let cut: String = good.chars().take(good.len() - 40).collect();
    let last = credential()[credential().len() - 3..].to_vec();
    let by_somebody_else = issue(&claims(), key().kid(), |bytes| other_key().sign(bytes)).expect("a credential");
    let other_signer = sign_credential(&other_key(), &claims()).expect("a credential");
    for (what, text, expected) in [
        ("empty", String::new(), "not-ours"),
        ("some other code", "https://example.com/pay".into(), "not-ours"),
        ("another version", good.replace("HCZ1:", "HCZ2:"), "not-ours"),
        ("longer than any code of ours", format!("HCZ1:{}", "A".repeat(652)), "not-ours"),
        ("nothing after the prefix", "HCZ1:".into(), "damaged"),
        ("cut off", cut, "damaged"),
        ("lower case", good.replace("HCZ1:", "").to_lowercase().replacen("", PREFIX, 1), "damaged"),
        ("one character changed", good.replacen('A', "B", 1), "damaged"),
        ("two joined", good.clone() + "AAA", "damaged"),
        ("a bomb", pack(&vec![0; 60_000]), "damaged"),
        ("not CBOR", pack(b"hello"), "damaged"),
        ("trailing bytes", pack(&[credential(), vec![0]].concat()), "damaged"),
        ("too deep", pack(&deep(9)), "damaged"),
        ("payload too deep", signed(deep(9)), "damaged"),
        (
            "payload that lacks a claim",
            signed(Writer::default().map(1).integer(1).text(ISSUER).into_bytes()),
            "damaged",
        ),
        ("no tag", pack(&credential()[1..]), "damaged"),
        ("a double key", tampered(&[0xa2, 0x01, 0x26, 0x04], &[0xa2, 0x01, 0x26, 0x01]), "damaged"),
        ("signed otherwise", tampered(&[0xa2, 0x01, 0x26], &[0xa2, 0x01, 0x27]), "unknown-method"),
        ("name changed", tampered("张伟".as_bytes(), "张炜".as_bytes()), "forged"),
        ("signature changed", tampered(&last, b"\x01\x02\x03"), "forged"),
        ("another's key, same issuer's name", by_somebody_else, "forged"),
        ("an issuer nobody knows", changed(|it| it.issuer = "https://fake.example".into()), "unknown-issuer"),
    ] {
        let found = Phone::new().judge(&text);
        assert_eq!(found.reason.code(), expected, "{what}");
        assert_eq!(found.certificate, None, "{what}");
    }
    assert_eq!(Phone::new().judge(&other_signer).reason.code(), "fresh", "a second key of the issuer signs as well");
}

/// A list with nothing against anybody, changed in one way.
fn list_with(change: impl FnOnce(&mut ListBytes<'_>), entries: usize, signer: &IssuerKey) -> Vec<u8> {
    let entries = StatusBits::new(entries);
    let uri = &claims().status.uri;
    let mut list = ListBytes { uri, issued_at: ISSUED, expires_at: EXPIRES, ttl: HOUR, entries: &entries };
    change(&mut list);
    list.issue(key().kid(), |bytes| signer.sign(bytes))
}

/// What a phone says about a good code at this time with this list; the certificate is shown in any case.
fn found(now: i64, list: Option<Vec<u8>>) -> Reason {
    let found = Phone { now, list, ..Phone::new() }.judge(&text_of(&claims()));
    assert_eq!(found.certificate, Some(claims()));
    found.reason
}

#[test]
fn a_code_that_a_mail_has_broken_into_lines_is_read() {
    let good = text_of(&claims());
    let letters: Vec<char> = good.chars().collect();
    for (end, length) in [("\n", 76), ("\r\n", 64), ("\n", 3)] {
        let lines: Vec<String> = letters.chunks(length).map(|line| line.iter().collect()).collect();
        let broken = format!("\n{}\n", lines.join(end));
        assert_eq!(read(&broken), read(&good), "lines of {length}");
        assert!(read(&broken).is_ok());
    }
}

#[test]
fn a_good_code_is_judged_by_its_list() {
    use CertificateStatus::{Revoked, Suspended};
    let own = claims().status.index;
    let now = ISSUED + 60;
    let days_later = ISSUED + 48 * HOUR;
    let listed = |index, status| Some(list_bytes(index, status, ISSUED));
    for (what, now, list, expected) in [
        ("list of this hour", now, listed(1, Revoked), Reason::Fresh { checked: ISSUED }),
        ("list of yesterday", days_later, listed(1, Revoked), Reason::Stale { checked: ISSUED }),
        ("end of its ttl", ISSUED + HOUR, listed(1, Revoked), Reason::Stale { checked: ISSUED }),
        ("revoked", now, listed(own, Revoked), Reason::Revoked { seen: ISSUED }),
        ("revoked of old", days_later, listed(own, Revoked), Reason::Revoked { seen: ISSUED }),
        ("suspended", now, listed(own, Suspended), Reason::Suspended { seen: ISSUED }),
        ("its neighbour", now, listed(own + 1, Revoked), Reason::Fresh { checked: ISSUED }),
        ("index outside", now, Some(list_with(|_| {}, 8, &key())), Reason::StatusBroken),
        // Revoked is an end, whatever became of the list since, and whatever the clock of this phone says.
        (
            "revoked, and the list past its end",
            ISSUED + 30 * 24 * HOUR,
            listed(own, Revoked),
            Reason::Revoked { seen: ISSUED },
        ),
        (
            "suspended, and the list past its end",
            ISSUED + 30 * 24 * HOUR,
            listed(own, Suspended),
            Reason::StatusUnknown,
        ),
    ] {
        assert_eq!(found(now, list), expected, "{what}");
    }
}

/// The issuer has signed a list later than it is here: then it is this clock that is wrong, and nothing on it says "now".
#[test]
fn a_list_from_the_future_shows_that_the_clock_is_behind() {
    use CertificateStatus::Revoked;
    let own = claims().status.index;
    for (what, ahead, index, expected) in [
        ("five minutes", 300, own + 1, Reason::Fresh { checked: ISSUED + 360 }),
        ("a second more", 301, own + 1, Reason::Clock),
        ("two days", 48 * HOUR, own + 1, Reason::Clock),
        ("two days, and revoked", 48 * HOUR, own, Reason::Revoked { seen: ISSUED + 60 + 48 * HOUR }),
    ] {
        let list = list_bytes(index, Revoked, ISSUED + 60 + ahead);
        assert_eq!(found(ISSUED + 60, Some(list)), expected, "{what}");
    }
}

#[test]
fn a_list_that_breaks_a_rule_is_as_none() {
    let elsewhere = |list: &mut ListBytes<'_>| list.uri = "https://hc.example.gov.cn/status-lists/2";
    for (what, list) in [
        ("none", None),
        ("past its own end", Some(list_with(|it| it.expires_at = ISSUED + 60, 100_000, &key()))),
        ("another list", Some(list_with(elsewhere, 100_000, &key()))),
        ("signed by somebody else", Some(list_with(|_| {}, 100_000, &other_key()))),
        ("a web page", Some(b"<!doctype html>".to_vec())),
        ("a credential", Some(credential())),
        ("more than unpacks to a megabyte", Some(list_with(|_| {}, 5_000_000, &key()))),
    ] {
        assert_eq!(found(ISSUED + 60, list), Reason::StatusUnknown, "{what}");
    }
}

#[test]
fn a_good_code_is_judged_by_the_clock() {
    for (what, now, expected) in [
        ("expired, to the second", EXPIRES, Reason::Expired { on: day(2027, 11, 27) }),
        ("a second before", EXPIRES - 1, Reason::StatusUnknown),
        ("clock four minutes behind", ISSUED - 240, Reason::StatusUnknown),
        ("clock six minutes behind", ISSUED - 360, Reason::Clock),
    ] {
        assert_eq!(found(now, None), expected, "{what}");
    }
}

#[test]
fn a_certificate_begins_at_midnight_of_the_office() {
    let later = changed(|it| it.valid_from = day(2026, 12, 1));
    let midnight = ISSUED - 9 * HOUR + 3 * 24 * HOUR;
    for (now, expected) in [(midnight - 1, "not-yet"), (midnight, "status-unknown")] {
        assert_eq!(Phone { now, list: None, ..Phone::new() }.judge(&later).reason.code(), expected);
    }
}

#[test]
fn a_key_that_is_not_there_is_a_forgery_only_when_the_keys_are_fresh() {
    let stranger = sign_credential(&IssuerKey::from_secret(&[9; 32]).expect("a key"), &claims()).expect("a credential");
    for (keys_age, expected) in [(Some(HOUR), "forged"), (Some(24 * HOUR), "no-key"), (None, "no-key")] {
        assert_eq!(Phone { keys_age, ..Phone::new() }.judge(&stranger).reason.code(), expected);
    }
}

#[test]
fn a_list_elsewhere_is_never_asked() {
    for (uri, fits) in [
        ("https://hc.example.gov.cn/status-lists/1", true),
        ("https://hc.example.gov.cn/status-lists/", false),
        ("https://hc.example.gov.cn/status-lists/../api/v1/session", false),
        ("https://hc.example.gov.cn.evil.example/status-lists/1", false),
        ("https://evil.example/status-lists/1", false),
    ] {
        let text = changed(|it| it.status.uri = uri.into());
        assert_eq!(read(&text).expect("reads").status_uri().is_some(), fits, "{uri}");
    }
}

/// So many different Han, which no packing makes shorter.
fn different(first: char, count: usize) -> String {
    (first..).step_by(97).take(count).collect()
}

#[test]
fn sizes_stay_within_what_paper_can_hold() {
    let longest_list = format!("{ISSUER}/status-lists/12");
    for (name, at_most, whole) in [
        ("张伟".to_owned(), 450, true),
        ("欧阳".repeat(7) + "娜", 450, true),
        ("Wolfeschlegelsteinhausenbergerdorff-Maximilian".into(), 490, true),
        (different('\u{4e00}', 50), 656, true),
        (different('\u{4e00}', 200), 656, false),
        (different('\u{20000}', 200), 656, false),
    ] {
        let text = changed(|it| {
            it.name.clone_from(&name);
            it.status.uri.clone_from(&longest_list);
        });
        assert!(text.len() <= at_most, "{name}: {}", text.len());
        let signed = read(&text).expect("reads").claims.name;
        assert_eq!(signed == name, whole, "{name}");
        assert!(whole || (signed.ends_with('…') && name.starts_with(signed.trim_end_matches('…'))), "{signed}");
    }
}
