//! An issuer's public keys (RFC 7517), as they lie at `/.well-known/jwks.json`.
use super::base64url;
use super::cose::KeyId;
use crate::json::FromJson;
use serde::Serialize;

/// The keys of one issuer. Keys of kinds that we do not know are kept out of the way, not refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, FromJson)]
pub struct Jwks {
    /// Newest first; order means nothing. Without this member it is no set of keys.
    pub keys: Vec<Jwk>,
}

/// One public key. Members that are absent are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, FromJson)]
#[serde(default)]
pub struct Jwk {
    /// `EC`
    pub kty: String,
    /// `P-256`
    pub crv: String,
    /// `ES256`
    pub alg: String,
    /// `sig`
    #[serde(rename = "use")]
    pub usage: String,
    /// Base64url of the first 8 bytes of the RFC 7638 thumbprint.
    pub kid: String,
    /// Base64url of 32 bytes.
    pub x: String,
    /// Base64url of 32 bytes.
    pub y: String,
}

impl Jwks {
    /// The keys that may have signed under this id, as uncompressed points: ready for the browser's `raw` import.
    pub fn matching(&self, kid: KeyId) -> Vec<[u8; 65]> {
        let kid = base64url::encode(&kid);
        self.keys.iter().filter(|key| key.kid == kid).filter_map(Jwk::point).collect()
    }
}

impl Jwk {
    /// The public point, `04 x y`; nothing if this is not a P-256 key for ES256.
    pub fn point(&self) -> Option<[u8; 65]> {
        let ours = self.kty == "EC"
            && self.crv == "P-256"
            && matches!(self.alg.as_str(), "ES256" | "")
            && matches!(self.usage.as_str(), "sig" | "");
        let (x, y) = (base64url::decode(&self.x)?, base64url::decode(&self.y)?);
        if !ours || x.len() != 32 || y.len() != 32 {
            return None;
        }
        [&[4], x.as_slice(), y.as_slice()].concat().try_into().ok()
    }
}
