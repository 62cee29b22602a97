//! The list that says which certificates are revoked or suspended: Token Status List, CWT form (IETF draft 21).
use super::cbor::{Value, Writer, decode};
use super::cose::{KeyId, Signed, Unsigned, open};
use super::zlib;

const TYPE: &str = "application/statuslist+cwt";
const SUB: i64 = 2;
const EXP: i64 = 4;
const IAT: i64 = 6;
const LIST: i64 = 65533;
const TTL: i64 = 65534;
/// A list older than a day is asked for again, whatever it says.
const MAX_TTL: i64 = 86_400;
/// A list that unpacks to more is not read.
const MAX_LIST: usize = 1024 * 1024;

/// What a list says about one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateStatus {
    /// Nothing against it.
    Valid,
    /// Ended by the issuer, for good.
    Revoked,
    /// Stopped by the issuer, perhaps for a while.
    Suspended,
}

impl CertificateStatus {
    fn bits(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Revoked => 1,
            Self::Suspended => 2,
        }
    }
}

/// The entries of a list, 2 bits each, the first in the lowest bits of the first byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusBits(Vec<u8>);

impl StatusBits {
    /// All valid. A list should hold at least 100,000 entries, so that asking names nobody.
    pub fn new(entries: usize) -> Self {
        Self(vec![0; entries.div_ceil(4)])
    }

    /// Notes what is so now. An index outside changes nothing and says so.
    #[must_use = "false: the index is outside the list"]
    pub fn set(&mut self, index: u64, status: CertificateStatus) -> bool {
        let place = usize::try_from(index / 4).ok().and_then(|at| self.0.get_mut(at));
        let Some(byte) = place else { return false };
        let shift = index % 4 * 2;
        *byte = *byte & !(3 << shift) | status.bits() << shift;
        true
    }
}

/// The signed bytes of a list and what they say, of which nothing is believed yet.
#[derive(Clone, Debug)]
pub struct UnverifiedList {
    signed: Signed,
    list: StatusList,
}

impl UnverifiedList {
    /// What a key of the list's issuer must verify.
    pub fn signed(&self) -> &Signed {
        &self.signed
    }

    /// The list, once a key of its issuer has verified [`Self::signed`]; not before.
    pub fn trust(self) -> StatusList {
        self.list
    }
}

/// A list whose signature was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusList {
    /// The address it was published at.
    pub uri: String,
    /// When the issuer signed it, seconds since 1970: what it says was true then.
    pub issued_at: i64,
    /// From then on it says nothing.
    pub expires_at: i64,
    /// For how many seconds after `issued_at` it counts as fresh.
    pub ttl: i64,
    bits: u8,
    entries: Vec<u8>,
}

impl StatusList {
    /// The number at this index; nothing outside the list.
    pub(super) fn value(&self, index: u64) -> Option<u8> {
        let per_byte = u64::from(8 / self.bits);
        let byte = self.entries.get(usize::try_from(index / per_byte).ok()?)?;
        let mask = u8::MAX >> (8 - self.bits);
        Some(byte >> (index % per_byte * u64::from(self.bits)) & mask)
    }
}

/// Reads a list as it came from its address. Nothing if it breaks a rule: such a list is as none.
pub fn read_status_list(bytes: &[u8]) -> Option<UnverifiedList> {
    let (signed, payload) = open(bytes, Some(TYPE)).ok()?;
    let claims = decode(payload)?;
    let second = |key| claims.get(key).and_then(Value::unsigned).and_then(|at| i64::try_from(at).ok());
    let packed = claims.get(LIST)?;
    let bits = packed
        .named("bits")?
        .unsigned()
        .and_then(|bits| u8::try_from(bits).ok())
        .filter(|bits| matches!(bits, 1 | 2 | 4 | 8))?;
    let list = StatusList {
        uri: claims.get(SUB)?.text()?.to_owned(),
        issued_at: second(IAT)?,
        expires_at: second(EXP)?,
        ttl: second(TTL).filter(|ttl| *ttl <= MAX_TTL)?,
        bits,
        entries: zlib::inflate(packed.named("lst")?.bytes()?, MAX_LIST)?,
    };
    Some(UnverifiedList { signed, list })
}

/// A list to be signed and published.
#[derive(Clone, Debug)]
pub struct ListBytes<'a> {
    /// The address it will be published at.
    pub uri: &'a str,
    /// When it is signed, seconds since 1970.
    pub issued_at: i64,
    /// When it ends to say anything.
    pub expires_at: i64,
    /// For how many seconds it counts as fresh, at most a day.
    pub ttl: i64,
    /// What it says.
    pub entries: &'a StatusBits,
}

impl ListBytes<'_> {
    /// The signed bytes to publish as `application/statuslist+cwt`.
    pub fn issue(&self, kid: KeyId, sign: impl Fn(&[u8]) -> [u8; 64]) -> Vec<u8> {
        let claims = Writer::default()
            .map(5)
            .integer(SUB)
            .text(self.uri)
            .integer(EXP)
            .integer(self.expires_at)
            .integer(IAT)
            .integer(self.issued_at)
            .integer(LIST)
            .map(2)
            .text("lst")
            .bytes(&zlib::deflate(&self.entries.0))
            .text("bits")
            .unsigned(2)
            .integer(TTL)
            .integer(self.ttl.min(MAX_TTL));
        let unsigned = Unsigned::new(kid, Some(TYPE), claims.into_bytes());
        unsigned.seal(&sign(&unsigned.to_sign()))
    }
}
