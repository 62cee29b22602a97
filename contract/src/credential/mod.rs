//! The signed bytes of a certificate: written by an issuer, read and judged by anybody.
//!
//! Text in, verdict out, in two pure steps: [`read`] says what must be verified, [`judge`] says what it is worth once
//! somebody has verified it. You will not find a signature check here (the browser's own or, natively, the feature
//! `sign` does it), no clock, no network and no key store. Format and steps: docs/backend.md, "Certificate".
mod base45;
pub mod base64url;
mod cbor;
mod claims;
mod cose;
mod jwks;
#[cfg(any(test, feature = "sign"))]
mod sign;
mod status_list;
#[cfg(test)]
mod tests;
mod text;
mod verdict;
mod zlib;

pub use claims::{Claims, Number, StatusReference};
pub use cose::{KeyId, Signed};
pub use jwks::{Jwk, Jwks};
#[cfg(any(test, feature = "sign"))]
pub use sign::{IssuerKey, sign_credential, sign_status_list, verify};
pub use status_list::{CertificateStatus, ListBytes, StatusBits, StatusList, UnverifiedList, read_status_list};
pub use text::{IssueError, MAX_TEXT, PREFIX, Read, Unreadable, issue, read};
pub use verdict::{Evidence, Judgement, Reason, SignatureFound, Verdict, judge};
