//! What we sign, opened and built by libraries that are not ours: coset (COSE) and ciborium (CBOR).
use super::*;
use ciborium::Value as Foreign;
use coset::{AsCborValue, CborSerializable, CoseSign1, CoseSign1Builder, HeaderBuilder, TaggedCborSerializable, iana};

fn credential(text: &str) -> Vec<u8> {
    let packed = super::super::base45::decode(text.strip_prefix(PREFIX).expect("prefix")).expect("base45");
    miniz_oxide::inflate::decompress_to_vec_zlib(&packed).expect("zlib")
}

fn member(map: &Foreign, key: i64) -> Foreign {
    let pairs = map.as_map().expect("a map");
    pairs.iter().find(|(name, _)| *name == Foreign::from(key)).map(|(_, value)| value.clone()).expect("a member")
}

#[test]
fn a_foreign_library_verifies_and_reads_what_we_signed() {
    let sign1 = CoseSign1::from_tagged_slice(&credential(&text_of(&claims()))).expect("COSE_Sign1");
    assert_eq!(sign1.protected.header.alg, Some(coset::Algorithm::Assigned(iana::Algorithm::ES256)));
    assert_eq!(sign1.protected.header.key_id, key().kid());
    assert!(sign1.unprotected.is_empty());
    let point = key().jwk().point().expect("a point");
    sign1
        .verify_signature(b"", |signature, bytes| {
            use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier};
            VerifyingKey::from_sec1_bytes(&point)?.verify(bytes, &Signature::from_slice(signature)?)
        })
        .expect("verifies");
    let payload: Foreign = ciborium::from_reader(sign1.payload.as_deref().expect("payload")).expect("CBOR");
    assert_eq!(member(&payload, 1), Foreign::from(ISSUER));
    assert_eq!(member(&payload, 4), Foreign::from(EXPIRES));
    let own = member(&payload, -65537);
    assert_eq!(member(&own, 1), Foreign::from("7Q4MK2WD93HXTR6C"));
    assert_eq!(member(&own, 3), Foreign::from(20_785));
    assert_eq!(member(&own, 5), Foreign::from("张伟"));
}

#[test]
fn we_read_and_verify_what_a_foreign_library_signed() {
    let ours = CoseSign1::from_tagged_slice(&credential(&text_of(&claims()))).expect("COSE_Sign1");
    let header = HeaderBuilder::new().algorithm(iana::Algorithm::ES256).key_id(key().kid().to_vec()).build();
    let theirs = CoseSign1Builder::new()
        .protected(header)
        .payload(ours.payload.expect("payload"))
        .create_signature(b"", |bytes| key().sign(bytes).to_vec())
        .build();
    let text = super::super::text::pack(&theirs.to_tagged_vec().expect("CBOR"));
    assert_eq!(Phone::new().judge(&text).reason, Reason::Fresh { checked: ISSUED });
}

#[test]
fn our_bytes_are_deterministic_cbor() {
    let list = list_bytes(5, CertificateStatus::Revoked, ISSUED);
    for bytes in [credential(&text_of(&claims())), list] {
        let sign1 = CoseSign1::from_tagged_slice(&bytes).expect("COSE_Sign1");
        let payload = sign1.payload.clone().expect("payload");
        let value: Foreign = ciborium::from_reader(payload.as_slice()).expect("CBOR");
        let mut again = Vec::new();
        ciborium::into_writer(&sorted(value), &mut again).expect("CBOR");
        assert_eq!(again, payload);
        let untagged = sign1.clone().to_cbor_value().expect("a value").as_array().expect("an array").len();
        assert_eq!((untagged, sign1.to_vec().expect("CBOR").len() + 1), (4, bytes.len()));
    }
}

/// Keys in the bytewise order of their encoding.
fn sorted(value: Foreign) -> Foreign {
    let Foreign::Map(pairs) = value else {
        return value;
    };
    let bytes = |value: &Foreign| {
        let mut bytes = Vec::new();
        ciborium::into_writer(value, &mut bytes).expect("CBOR");
        bytes
    };
    let mut pairs: Vec<_> = pairs.into_iter().map(|(key, value)| (key, sorted(value))).collect();
    pairs.sort_by_key(|(key, _)| bytes(key));
    Foreign::Map(pairs)
}

#[test]
fn the_key_id_is_the_thumbprint_of_the_rfc() {
    let jwk = key().jwk();
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, jwk.x, jwk.y);
    let thumbprint = <sha2::Sha256 as sha2::Digest>::digest(members);
    assert_eq!(base64url::decode(&jwk.kid).as_deref(), thumbprint.get(..8));
    let json = serde_json::to_value(&jwk).expect("JSON");
    assert_eq!((&json["use"], &json["alg"]), (&"sig".into(), &"ES256".into()));
}
