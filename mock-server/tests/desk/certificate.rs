//! A certificate that was issued at the desk, read by programs that know nothing of us.
use crate::{
    PHONE, USUAL, examined,
    path::{Person, server},
    results,
};
use coset::CborSerializable as _;
use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier as _};
use serde_json::{Value, json};
use std::io::Read as _;

/// What a library that knows nothing of us reads in a code: the claims, if the published key signed them.
fn verified(credential: &str, jwks: &Value) -> Option<ciborium::Value> {
    let packed = base45::decode(credential.strip_prefix("HCZ1:")?).ok()?;
    let mut bytes = Vec::new();
    flate2::read::ZlibDecoder::new(packed.as_slice()).read_to_end(&mut bytes).ok()?;
    let tagged = ciborium::from_reader::<ciborium::Value, _>(bytes.as_slice()).ok()?;
    let signed = match tagged {
        ciborium::Value::Tag(18, inner) => coset::CoseSign1::from_slice(&encode(&inner)).ok()?,
        _ => return None,
    };
    let key = &jwks["keys"][0];
    let part = |name: &str| {
        base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, key[name].as_str()?).ok()
    };
    assert_eq!(part("kid")?, signed.protected.header.key_id);
    let point = [vec![4], part("x")?, part("y")?].concat();
    let key = VerifyingKey::from_sec1_bytes(&point).ok()?;
    signed.verify_signature(b"", |signature, bytes| key.verify(bytes, &Signature::from_slice(signature)?)).ok()?;
    ciborium::from_reader(signed.payload?.as_slice()).ok()
}

fn encode(value: &ciborium::Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn claim(claims: &ciborium::Value, key: i64) -> ciborium::Value {
    let found = claims.as_map().unwrap().iter().find(|(name, _)| name.as_integer() == Some(key.into()));
    found.unwrap().1.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_certificate_verifies_with_a_foreign_library_and_prints_rare_names() {
    use contract::credential::Verdict;
    let server = server("certificate", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张𪚥").await;
    results(&person, &USUAL).await;
    person.act("pass", &[]).await;
    person.act("issue", &[]).await;
    let id = person.record().await["certificate"]["id"].as_str().unwrap().to_owned();
    let sent = person.post("/session/code", &json!({ "purpose": "collect", "application": person.application })).await;
    let sent: Value = sent.json().await.unwrap();
    let facts =
        json!({ "name": "张𪚥", "id_tail": "07021X", "code_id": sent["code_id"], "code": person.code(PHONE).await });
    let granted = person.post(&format!("/applications/{}/collection", person.application), &facts).await;
    assert_eq!(granted.status(), 200, "{}", granted.text().await.unwrap());
    let certificate = person.get(&format!("/certificates/{id}")).await;

    let jwks: Value = serde_json::from_slice(&person.bytes("/.well-known/jwks.json").await).unwrap();
    let credential = certificate["credential"].as_str().unwrap();
    let claims = verified(credential, &jwks).expect("signed by the published key");
    assert_eq!(claim(&claims, 1).as_text(), Some(person.base.as_str()));
    assert_eq!(claim(&claim(&claims, -65537), 5).as_text(), Some("张𪚥"));
    let photo = person.bytes(certificate["photo"]["href"].as_str().unwrap()).await;
    let hash = claim(&claim(&claims, -65537), 6);
    assert!(
        mock_server::office::sha256_hex(&photo)
            .starts_with(&hash.as_bytes().unwrap().iter().fold(String::new(), |all, it| format!("{all}{it:02x}")))
    );

    let file = |name: &str| std::env::temp_dir().join(format!("hc-desk-{}-{name}", std::process::id()));
    let (pdf, png) = (file("certificate.pdf"), file("certificate.png"));
    std::fs::write(&pdf, person.bytes(certificate["downloads"]["pdf"]["href"].as_str().unwrap()).await).unwrap();
    std::fs::write(&png, person.bytes(certificate["downloads"]["png"]["href"].as_str().unwrap()).await).unwrap();
    let text = std::process::Command::new("pdftotext").arg(&pdf).arg("-").output().expect("poppler-utils").stdout;
    assert!(String::from_utf8(text).unwrap().contains("张𪚥"));
    let code =
        std::process::Command::new("zbarimg").args(["--quiet", "--raw"]).arg(&png).output().expect("zbar-tools").stdout;
    assert_eq!(String::from_utf8(code).unwrap().trim_end(), credential);

    let list =
        || async { contract::credential::read_status_list(&person.bytes("/status-lists/1").await).unwrap().trust() };
    let code = || contract::credential::read(credential).unwrap();
    let judged = |list: contract::credential::StatusList| {
        let now = list.issued_at;
        let evidence = contract::credential::Evidence {
            signature: contract::credential::SignatureFound::Good,
            now,
            status: Some(&list),
        };
        contract::credential::judge(code(), &evidence).reason.verdict()
    };
    assert_eq!(judged(list().await), Verdict::Valid);
    let mark = |name: &str| format!("/a/{}/certificate/{name}", person.application);
    assert_eq!(person.press(&mark("suspend"), &[("words", "")]).await.0, 422);
    for (name, expected) in
        [("suspend", Verdict::NotValid), ("reinstate", Verdict::Valid), ("revoke", Verdict::NotValid)]
    {
        assert_eq!(person.press(&mark(name), &[("words", "示例原因")]).await.0, 303, "{name}");
        assert_eq!(judged(list().await), expected, "{name}");
        let page = person.desk(&format!("/a/{}?done={name}", person.application)).await;
        assert!(page.contains("已做：") && page.contains("role=\"status\""), "{name}: {page}");
    }
    assert_eq!(person.record().await["certificate"]["words"]["text"], "示例原因");
    server.stop().await;
}
