//! The issuer's half, natively only: keys, signatures, and the same check that a browser makes.
use super::base64url;
use super::claims::Claims;
use super::cose::{KeyId, Signed};
use super::jwks::Jwk;
use super::status_list::ListBytes;
use super::text::{IssueError, issue};
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use p256::elliptic_curve::Generate;
use sha2::{Digest, Sha256};

/// A private key of an issuer, ES256.
#[derive(Clone)]
pub struct IssuerKey(SigningKey);

impl IssuerKey {
    /// A new key from the system's random source.
    pub fn generate() -> Self {
        Self(SigningKey::generate())
    }

    /// The key that was stored with [`Self::secret`].
    pub fn from_secret(secret: &[u8]) -> Option<Self> {
        SigningKey::from_slice(secret).ok().map(Self)
    }

    /// The 32 bytes to store where nobody else can read them.
    pub fn secret(&self) -> Vec<u8> {
        self.0.to_bytes().to_vec()
    }

    /// The first 8 bytes of the thumbprint (RFC 7638) of its public half.
    pub fn kid(&self) -> KeyId {
        let (x, y) = self.coordinates();
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let mut kid = KeyId::default();
        for (to, from) in kid.iter_mut().zip(Sha256::digest(members)) {
            *to = from;
        }
        kid
    }

    /// Its public half, as it is published.
    pub fn jwk(&self) -> Jwk {
        let (x, y) = self.coordinates();
        let kid = base64url::encode(&self.kid());
        Jwk { kty: "EC".into(), crv: "P-256".into(), alg: "ES256".into(), usage: "sig".into(), kid, x, y }
    }

    /// r and s over the SHA-256 of the bytes.
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(bytes);
        signature.to_bytes().into()
    }

    fn coordinates(&self) -> (String, String) {
        let point = self.0.verifying_key().to_sec1_point(false);
        let half = |bytes: Option<&[u8]>| base64url::encode(bytes.unwrap_or_default());
        (half(point.as_bytes().get(1..33)), half(point.as_bytes().get(33..)))
    }
}

/// The text of a new certificate, `HCZ1:…`.
///
/// # Errors
/// The claims cannot be a credential.
pub fn sign_credential(key: &IssuerKey, claims: &Claims) -> Result<String, IssueError> {
    issue(claims, key.kid(), |bytes| key.sign(bytes))
}

/// The bytes of a status list to publish.
pub fn sign_status_list(key: &IssuerKey, list: &ListBytes<'_>) -> Vec<u8> {
    list.issue(key.kid(), |bytes| key.sign(bytes))
}

/// Whether this public key (`04 x y`, see [`Jwk::point`]) signed this.
pub fn verify(point: &[u8], signed: &Signed) -> bool {
    let (Ok(key), Ok(signature)) = (VerifyingKey::from_sec1_bytes(point), Signature::from_slice(&signed.signature))
    else {
        return false;
    };
    key.verify(&signed.bytes, &signature).is_ok()
}
