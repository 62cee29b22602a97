//! What a code is worth: one verdict, always with its reason.
use super::claims::Claims;
use super::status_list::StatusList;
use super::text::{Read, Unreadable};
use chrono::NaiveDate;

/// An issuer's clock may be ahead of ours by this many seconds.
const CLOCK_TOLERANCE: i64 = 300;
/// Keys younger than this many seconds are all the keys there are.
const KEYS_FRESH: i64 = 86_400;

/// The conclusion in three words; the [`Reason`] says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The issuer signed it, and nothing known speaks against it.
    Valid,
    /// Known to be of no use.
    NotValid,
    /// Neither can be said.
    NotChecked,
}

/// Why. Times are seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Valid, and the list that says so is fresh.
    Fresh {
        /// When the list was signed.
        checked: i64,
    },
    /// Valid, but the list is old.
    Stale {
        /// When the list was signed.
        checked: i64,
    },
    /// Valid, and no list was to be had.
    StatusUnknown,
    /// The signature is not the issuer's.
    Forged,
    /// Over.
    Expired {
        /// The last day it was valid.
        on: NaiveDate,
    },
    /// Not begun.
    NotYet {
        /// The first day it will be valid.
        from: NaiveDate,
    },
    /// Ended by the issuer.
    Revoked {
        /// When the list that says so was signed.
        seen: i64,
    },
    /// Stopped by the issuer.
    Suspended {
        /// When the list that says so was signed.
        seen: i64,
    },
    /// Some other code.
    NotOurs,
    /// Part of it is missing or wrong.
    Damaged,
    /// Signed in a way that we do not know.
    UnknownMethod,
    /// From an issuer that is not on the list.
    UnknownIssuer,
    /// The issuer's key is not here.
    NoKey,
    /// By our clock it has not been issued yet.
    Clock,
    /// The issuer's list says nothing sensible about it.
    StatusBroken,
}

impl Reason {
    /// The conclusion that follows.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Fresh { .. } | Self::Stale { .. } | Self::StatusUnknown => Verdict::Valid,
            Self::Forged
            | Self::Expired { .. }
            | Self::NotYet { .. }
            | Self::Revoked { .. }
            | Self::Suspended { .. } => Verdict::NotValid,
            Self::NotOurs
            | Self::Damaged
            | Self::UnknownMethod
            | Self::UnknownIssuer
            | Self::NoKey
            | Self::Clock
            | Self::StatusBroken => Verdict::NotChecked,
        }
    }

    /// The code of this reason in the contract.
    pub fn code(self) -> &'static str {
        match self {
            Self::Fresh { .. } => "fresh",
            Self::Stale { .. } => "stale",
            Self::StatusUnknown => "status-unknown",
            Self::Forged => "forged",
            Self::Expired { .. } => "expired",
            Self::NotYet { .. } => "not-yet",
            Self::Revoked { .. } => "revoked",
            Self::Suspended { .. } => "suspended",
            Self::NotOurs => "not-ours",
            Self::Damaged => "damaged",
            Self::UnknownMethod => "unknown-method",
            Self::UnknownIssuer => "unknown-issuer",
            Self::NoKey => "no-key",
            Self::Clock => "clock",
            Self::StatusBroken => "status-broken",
        }
    }
}

impl From<Unreadable> for Reason {
    fn from(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::NotOurs => Self::NotOurs,
            Unreadable::Damaged => Self::Damaged,
            Unreadable::UnknownMethod => Self::UnknownMethod,
        }
    }
}

/// What came of the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureFound {
    /// The issuer is not one of those we trust; its keys were not asked.
    UntrustedIssuer,
    /// No key of the issuer has this id; the keys we have are this many seconds old (none: there are no keys at all).
    NoKey {
        /// Age of the keys in seconds.
        keys_age: Option<i64>,
    },
    /// None of the keys with this id verifies it.
    Wrong,
    /// One of them does.
    Good,
}

/// What was found out about a code that was read.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// What came of the signature.
    pub signature: SignatureFound,
    /// The server's time if it is known, else the phone's; seconds since 1970.
    pub now: i64,
    /// The newest list of this code's address whose signature a key of this issuer verified.
    pub status: Option<&'a StatusList>,
}

/// The verdict, and what may be shown of the certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Why.
    pub reason: Reason,
    /// What the issuer signed; nothing unless it did.
    pub certificate: Option<Claims>,
}

impl From<Unreadable> for Judgement {
    fn from(unreadable: Unreadable) -> Self {
        Self { reason: unreadable.into(), certificate: None }
    }
}

/// Judges a code that was read, from what was found out about it.
pub fn judge(read: Read, evidence: &Evidence<'_>) -> Judgement {
    let unsigned = match evidence.signature {
        SignatureFound::UntrustedIssuer => Some(Reason::UnknownIssuer),
        SignatureFound::NoKey { keys_age: Some(age) } if age < KEYS_FRESH => Some(Reason::Forged),
        SignatureFound::NoKey { .. } => Some(Reason::NoKey),
        SignatureFound::Wrong => Some(Reason::Forged),
        SignatureFound::Good => None,
    };
    if let Some(reason) = unsigned {
        return Judgement { reason, certificate: None };
    }
    let reason = in_time(&read.claims, evidence.now).unwrap_or_else(|| by_status(&read, evidence));
    Judgement { reason, certificate: Some(read.claims) }
}

fn in_time(claims: &Claims, now: i64) -> Option<Reason> {
    if claims.issued_at > now.saturating_add(CLOCK_TOLERANCE) {
        Some(Reason::Clock)
    } else if now < claims.starts_at() {
        Some(Reason::NotYet { from: claims.valid_from })
    } else if now >= claims.expires_at {
        Some(Reason::Expired { on: claims.valid_until })
    } else {
        None
    }
}

fn by_status(read: &Read, evidence: &Evidence<'_>) -> Reason {
    let Some(list) = evidence.status.filter(|list| Some(list.uri.as_str()) == read.status_uri()) else {
        return Reason::StatusUnknown;
    };
    let (at, value) = (list.issued_at, list.value(read.claims.status.index));
    // Revoked is an end: no later list takes it back, and none that has ended makes it forgotten.
    if value == Some(1) {
        return Reason::Revoked { seen: at };
    }
    // The issuer has signed this list, so its time was: a clock before it is wrong, and nothing here says "now".
    if at > evidence.now.saturating_add(CLOCK_TOLERANCE) {
        return Reason::Clock;
    }
    if evidence.now >= list.expires_at {
        return Reason::StatusUnknown;
    }
    match value {
        Some(0) if evidence.now < at.saturating_add(list.ttl) => Reason::Fresh { checked: at },
        Some(0) => Reason::Stale { checked: at },
        Some(2) => Reason::Suspended { seen: at },
        Some(_) | None => Reason::StatusBroken,
    }
}
