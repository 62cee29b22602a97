//! The issuing office: the credentials it signs, the status list it publishes.
use super::keys::Keys;
use chrono::{Days, NaiveDate, NaiveTime, TimeZone as _};
use contract::{
    api::Instant,
    credential::{
        CertificateStatus, Claims, IssueError, ListBytes, Number, StatusBits, StatusReference, sign_credential,
        sign_status_list,
    },
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::HashSet,
    path::Path,
    sync::{Mutex, PoisonError},
};

/// For how many seconds a published list counts as fresh. Short, so that a suspension shows soon; the contract allows a day.
pub const STATUS_TTL: i64 = 900;
/// A list says nothing at all after this many seconds.
const STATUS_LIFE: i64 = 7 * 86_400;
/// The same list is given out for so many seconds, as long as nothing in it changes: whoever has it is answered without it.
const STATUS_KEPT: i64 = 60;
/// So many entries that asking for the list names nobody (contract §8).
const ENTRIES: u64 = 131_072;

/// An office that issues: one origin, its keys, one status list.
pub struct Issuer {
    origin: String,
    keys: Keys,
    published: Mutex<Option<Published>>,
}

/// The list that was signed last.
struct Published {
    marks: Vec<(u64, CertificateStatus)>,
    at: i64,
    bytes: Vec<u8>,
}

/// The facts of a certificate that get signed.
pub struct NewCertificate<'a> {
    /// In full, NFC.
    pub name: &'a str,
    /// Code of the category.
    pub category: &'a str,
    /// First valid day at the office.
    pub valid_from: NaiveDate,
    /// Last valid day at the office.
    pub valid_until: NaiveDate,
    /// The bytes that the certificate's photo link will serve.
    pub photo: &'a [u8],
}

/// What signing made.
#[derive(Clone, Debug)]
pub struct Issued {
    /// With hyphens.
    pub number: String,
    /// Its entry in the status list, never used before.
    pub index: u64,
    /// `HCZ1:…`
    pub credential: String,
}

impl Issuer {
    /// The issuer whose keys lie in the data folder; the first start makes them.
    ///
    /// # Errors
    /// The folder cannot be read or written, or the key in it is damaged. A new key would make all certificates forged, so none is made then.
    pub fn open(data: &Path, origin: &str) -> anyhow::Result<Self> {
        Ok(Self { origin: origin.to_owned(), keys: Keys::open(data.join("keys"))?, published: Mutex::default() })
    }

    /// The origin that is signed as issuer and that publishes keys and lists.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Its keys.
    pub const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Signs a new certificate. `taken` are the entries of the status list that were ever used.
    ///
    /// # Errors
    /// The facts cannot be a credential.
    pub fn issue(&self, new: &NewCertificate<'_>, taken: &HashSet<u64>, now: Instant) -> Result<Issued, IssueError> {
        let midnight =
            new.valid_until.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX).and_time(NaiveTime::MIN);
        let expires_at = now.offset().from_local_datetime(&midnight).single().ok_or(IssueError::Claims)?.timestamp();
        let number = random_number().ok_or(IssueError::Claims)?;
        let index = free_index(taken);
        let mut photo_hash = [0; 16];
        for (to, from) in photo_hash.iter_mut().zip(Sha256::digest(new.photo)) {
            *to = from;
        }
        let claims = Claims {
            issuer: self.origin.clone(),
            expires_at,
            issued_at: now.timestamp(),
            status: StatusReference { index, uri: self.list_uri() },
            number: number.clone(),
            category: new.category.to_owned(),
            valid_from: new.valid_from,
            valid_until: new.valid_until,
            name: new.name.to_owned(),
            photo_hash,
        };
        let signed = self.keys.signing(now.timestamp(), |key| sign_credential(key, &claims));
        let credential = signed.ok_or(IssueError::Claims)??;
        Ok(Issued { number: number.to_string(), index, credential })
    }

    /// The signed status list, as it stands at `now` (seconds since 1970): the one of the last minute, if it says the same.
    /// Entries not named are valid.
    pub fn status_list(&self, marks: &[(u64, CertificateStatus)], now: i64) -> Vec<u8> {
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = published.as_ref()
            && last.marks == marks
            && (last.at..last.at + STATUS_KEPT).contains(&now)
        {
            return last.bytes.clone();
        }
        let bytes = self.signed_list(marks, now);
        *published = Some(Published { marks: marks.to_vec(), at: now, bytes: bytes.clone() });
        bytes
    }

    fn signed_list(&self, marks: &[(u64, CertificateStatus)], now: i64) -> Vec<u8> {
        let mut entries = StatusBits::new(usize::try_from(ENTRIES).unwrap_or(usize::MAX));
        for (index, status) in marks {
            if !entries.set(*index, *status) {
                eprintln!("issuing: status entry {index} is outside the list");
            }
        }
        let uri = self.list_uri();
        let list =
            ListBytes { uri: &uri, issued_at: now, expires_at: now + STATUS_LIFE, ttl: STATUS_TTL, entries: &entries };
        self.keys.signing(now, |key| sign_status_list(key, &list)).unwrap_or_default()
    }

    fn list_uri(&self) -> String {
        format!("{}/status-lists/1", self.origin)
    }
}

/// 16 characters, each equally likely: bytes past the last whole multiple of the alphabet are thrown away.
fn random_number() -> Option<Number> {
    let letters = Number::ALPHABET;
    let fair = 256 - 256 % letters.len();
    let mut text = String::new();
    while text.len() < 16 {
        let byte = usize::from(random::<1>().first().copied().unwrap_or_default());
        if byte < fair {
            text.extend(letters.get(byte % letters.len()).map(|it| char::from(*it)));
        }
    }
    Number::parse(&text)
}

/// An entry nobody can guess and nobody had: neighbours in the list are not neighbours in the queue.
fn free_index(taken: &HashSet<u64>) -> u64 {
    loop {
        let index = u64::from_le_bytes(random::<8>()) % ENTRIES;
        if !taken.contains(&index) || taken.len() as u64 >= ENTRIES {
            return index;
        }
    }
}

/// Bytes of the system's random source, asked again until it answers: a guessable number must never be issued.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    while getrandom::fill(&mut bytes).is_err() {
        std::thread::yield_now();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::credential::{Evidence, SignatureFound, Verdict, judge, read, read_status_list, verify};
    use std::{fs, path::PathBuf};

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("hc-issuer-{}-{name}", std::process::id()));
        fs::remove_dir_all(&folder).ok();
        folder
    }

    fn now() -> Instant {
        Instant::parse_from_rfc3339("2026-11-28T10:00:00+08:00").unwrap()
    }

    fn new(name: &str) -> NewCertificate<'_> {
        NewCertificate {
            name,
            category: "food-catering",
            valid_from: NaiveDate::from_ymd_opt(2026, 11, 28).unwrap(),
            valid_until: NaiveDate::from_ymd_opt(2027, 11, 27).unwrap(),
            photo: b"photo",
        }
    }

    #[test]
    fn a_damaged_key_is_not_replaced_in_silence() {
        let folder = folder("damaged");
        fs::create_dir_all(folder.join("keys")).unwrap();
        fs::write(folder.join("keys/issuer.key"), b"short").unwrap();
        assert!(Issuer::open(&folder, "http://localhost:8080").is_err());
    }

    #[test]
    fn what_was_issued_is_judged_by_its_status() {
        let office = Issuer::open(&folder("judged"), "http://localhost:8080").unwrap();
        let issued = office.issue(&new("张伟"), &HashSet::new(), now()).unwrap();
        for (mark, expected) in [
            (CertificateStatus::Valid, Verdict::Valid),
            (CertificateStatus::Suspended, Verdict::NotValid),
            (CertificateStatus::Revoked, Verdict::NotValid),
        ] {
            let code = read(&issued.credential).unwrap();
            let [point] = office.keys().jwks(now().timestamp()).matching(code.signed().kid)[..] else {
                panic!("one key")
            };
            assert!(verify(&point, code.signed()));
            let list = read_status_list(&office.status_list(&[(issued.index, mark)], now().timestamp())).unwrap();
            assert!(verify(&point, list.signed()));
            let list = list.trust();
            let evidence = Evidence { signature: SignatureFound::Good, now: now().timestamp(), status: Some(&list) };
            assert_eq!(judge(code, &evidence).reason.verdict(), expected, "{mark:?}");
        }
    }

    #[test]
    fn numbers_and_entries_do_not_repeat() {
        let office = Issuer::open(&folder("repeat"), "http://localhost:8080").unwrap();
        let mut taken = HashSet::new();
        let mut numbers = HashSet::new();
        for _ in 0..200 {
            let issued = office.issue(&new("李娜"), &taken, now()).unwrap();
            assert!(taken.insert(issued.index) && numbers.insert(issued.number));
        }
    }
}
