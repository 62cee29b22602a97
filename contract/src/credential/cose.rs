//! `COSE_Sign1` (RFC 9052) with ES256 (RFC 9053), the only envelope we write or accept.
use super::cbor::{Value, Writer, decode};

/// The first 8 bytes of a key's RFC 7638 thumbprint: a hint which key signed, never a proof.
pub type KeyId = [u8; 8];

const TAG_SIGN1: u64 = 18;
const ALG: i64 = 1;
const CRIT: i64 = 2;
const KID: i64 = 4;
const TYP: i64 = 16;
const ES256: i64 = -7;

/// What has to be verified, and with which key: ES256 over `bytes` must give `signature`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Which key may have signed. More than one can have the same id.
    pub kid: KeyId,
    /// The `Sig_structure` (RFC 9052 §4.4), exactly what was signed.
    pub bytes: Vec<u8>,
    /// r and s, 32 bytes each.
    pub signature: [u8; 64],
}

/// Why bytes are not an envelope of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EnvelopeFault {
    /// Not the shape of a `COSE_Sign1` with a key id.
    Shape,
    /// Signed in a way that this code does not know, or must not ignore.
    Method,
}

/// Opens the envelope: what must be verified, and the payload that it is about.
pub(super) fn open<'a>(bytes: &'a [u8], typ: Option<&str>) -> Result<(Signed, &'a [u8]), EnvelopeFault> {
    use EnvelopeFault::{Method, Shape};
    let Some(Value::Tag(TAG_SIGN1, inner)) = decode(bytes) else {
        return Err(Shape);
    };
    let Value::Array(parts) = *inner else {
        return Err(Shape);
    };
    let [Value::Bytes(protected), unprotected, Value::Bytes(payload), Value::Bytes(signature)] = parts.as_slice()
    else {
        return Err(Shape);
    };
    let header = decode(protected).filter(Value::is_map).ok_or(Shape)?;
    if !unprotected.is_map() {
        return Err(Shape);
    }
    let alg = header.get(ALG).ok_or(Shape)?;
    if alg.integer() != Some(ES256) || header.get(CRIT).is_some() {
        return Err(Method);
    }
    if header.get(TYP).and_then(Value::text) != typ {
        return Err(Shape);
    }
    let kid = header.get(KID).and_then(Value::bytes).and_then(|kid| kid.try_into().ok()).ok_or(Shape)?;
    let signature = (*signature).try_into().map_err(|_| Shape)?;
    Ok((Signed { kid, bytes: sig_structure(protected, payload), signature }, payload))
}

/// A payload on its way into an envelope.
pub(super) struct Unsigned {
    protected: Vec<u8>,
    payload: Vec<u8>,
}

impl Unsigned {
    pub(super) fn new(kid: KeyId, typ: Option<&str>, payload: Vec<u8>) -> Self {
        let header = Writer::default().map(if typ.is_some() { 3 } else { 2 });
        let header = header.integer(ALG).integer(ES256).integer(KID).bytes(&kid);
        let header = match typ {
            Some(typ) => header.integer(TYP).text(typ),
            None => header,
        };
        Self { protected: header.into_bytes(), payload }
    }

    /// The bytes that the key signs.
    pub(super) fn to_sign(&self) -> Vec<u8> {
        sig_structure(&self.protected, &self.payload)
    }

    /// The whole envelope.
    pub(super) fn seal(&self, signature: &[u8; 64]) -> Vec<u8> {
        let envelope = Writer::default().tag(TAG_SIGN1).array(4).bytes(&self.protected).map(0);
        envelope.bytes(&self.payload).bytes(signature).into_bytes()
    }
}

fn sig_structure(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    Writer::default().array(4).text("Signature1").bytes(protected).bytes(&[]).bytes(payload).into_bytes()
}
