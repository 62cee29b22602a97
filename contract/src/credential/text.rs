//! The text of a code, `HCZ1:…`: a credential packed for a QR code, and the way back.
use super::claims::Claims;
use super::cose::{EnvelopeFault, KeyId, Signed, Unsigned, open};
use super::{base45, zlib};

/// What each code begins with.
pub const PREFIX: &str = "HCZ1:";
/// A QR code of version 16 at level M holds no more.
pub const MAX_TEXT: usize = 656;
/// A credential unpacks to less than 700 bytes; more is not one.
const MAX_CREDENTIAL: usize = 16 * 1024;

/// Why a text says nothing at all. All three are "not checked".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Some other code.
    NotOurs,
    /// One of ours, but part of it is missing or wrong.
    Damaged,
    /// Signed in a way that we do not know.
    UnknownMethod,
}

/// A code that was read, and of which nothing is believed yet: what it says comes out of [`judge`](super::judge) alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    pub(super) signed: Signed,
    pub(super) claims: Claims,
}

impl Read {
    /// The origin it claims to come from, to look for in the list of trusted issuers.
    pub fn issuer(&self) -> &str {
        &self.claims.issuer
    }

    /// What a key of that issuer must verify.
    pub fn signed(&self) -> &Signed {
        &self.signed
    }

    /// The list to ask, if it lies where the issuer's lists lie; nothing else is ever fetched.
    pub fn status_uri(&self) -> Option<&str> {
        let uri = self.claims.status.uri.as_str();
        let below = uri.strip_prefix(self.claims.issuer.as_str())?.strip_prefix("/status-lists/")?;
        (!below.is_empty() && below.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_'))
            .then_some(uri)
    }
}

/// Reads a code. Never panics, whatever the text. A mail or a PDF that it was copied from may have broken it into lines: no
/// code has a line end in it, while a space may be part of one.
///
/// # Errors
/// Why nothing can be said about it.
pub fn read(text: &str) -> Result<Read, Unreadable> {
    let text: String = text.trim().chars().filter(|c| !matches!(c, '\r' | '\n')).take(MAX_TEXT + 1).collect();
    let packed = text.strip_prefix(PREFIX).ok_or(Unreadable::NotOurs)?;
    if text.chars().count() > MAX_TEXT {
        return Err(Unreadable::NotOurs);
    }
    let packed = base45::decode(packed).ok_or(Unreadable::Damaged)?;
    let credential = zlib::inflate(&packed, MAX_CREDENTIAL).ok_or(Unreadable::Damaged)?;
    let (signed, payload) = open(&credential, None).map_err(|fault| match fault {
        EnvelopeFault::Shape => Unreadable::Damaged,
        EnvelopeFault::Method => Unreadable::UnknownMethod,
    })?;
    let claims = Claims::decode(payload).ok_or(Unreadable::Damaged)?;
    Ok(Read { signed, claims })
}

/// Why a certificate cannot be signed like this: a fault of the issuer's own settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueError {
    /// The issuer's origin has more than 40 characters, or a time lies before 1970.
    Claims,
    /// Too long for a printable code even without a name.
    TooLong,
}

/// The text of a newly signed certificate. A name that would make the code too dense is cut after a whole character and
/// ends in `…`; `sign` is asked again then.
///
/// # Errors
/// The claims cannot be a credential.
pub fn issue(claims: &Claims, kid: KeyId, sign: impl Fn(&[u8]) -> [u8; 64]) -> Result<String, IssueError> {
    if claims.issuer.chars().count() > 40 || claims.expires_at < 0 || claims.issued_at < 0 {
        return Err(IssueError::Claims);
    }
    let mut kept = claims.name.chars().count();
    let mut claims = claims.clone();
    loop {
        let unsigned = Unsigned::new(kid, None, claims.encode());
        let text = pack(&unsigned.seal(&sign(&unsigned.to_sign())));
        let Some(over) = text.len().checked_sub(MAX_TEXT + 1) else {
            return Ok(text);
        };
        if kept == 0 {
            return Err(IssueError::TooLong);
        }
        // A character takes at most four bytes, which are six of the text.
        kept = kept.saturating_sub(over / 6 + 1);
        claims.name = claims.name.chars().filter(|&it| it != '…').take(kept).chain(['…']).collect();
    }
}

pub(super) fn pack(credential: &[u8]) -> String {
    format!("{PREFIX}{}", base45::encode(&zlib::deflate(credential)))
}
