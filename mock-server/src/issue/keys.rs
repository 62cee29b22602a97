//! The issuing office's signing keys: each is published some days before it signs, and stays for as long as what it signed holds.
use anyhow::Context as _;
use contract::credential::{IssuerKey, Jwks};
use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Published for so many seconds before it signs (contract §8): who verifies keeps keys for a while.
pub const BEFORE_FIRST_USE: i64 = 48 * 3600;
/// Nothing that a key signed holds longer than this once the next one signs: a year, and some days for clocks.
const AFTER_LAST_USE: i64 = 400 * 86_400;
/// The first key, there from the beginning.
const FIRST: &str = "issuer.key";

/// All keys of the office, the oldest first.
pub struct Keys {
    folder: PathBuf,
    all: Mutex<Vec<Dated>>,
}

struct Dated {
    key: IssuerKey,
    /// Signs from then on (seconds since 1970).
    from: i64,
}

/// A key as the office looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyShown {
    /// As it is published.
    pub kid: String,
    /// Signs from then on (seconds since 1970); 0 for the first.
    pub from: i64,
}

impl Keys {
    /// The keys of the folder; the first start makes one.
    ///
    /// # Errors
    /// The folder cannot be read or written, or a key in it is damaged. A new key would make all certificates forged, so none
    /// is made then.
    pub fn open(folder: PathBuf) -> anyhow::Result<Self> {
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let first = folder.join(FIRST);
        if !first.exists() {
            write_secret(&first, &IssuerKey::generate().secret())?;
        }
        let mut all = Vec::new();
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            if let Some(from) = path.file_name().and_then(|name| signs_from(&name.to_string_lossy())) {
                let secret = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                let key = IssuerKey::from_secret(&secret).with_context(|| format!("{} is damaged", path.display()))?;
                all.push(Dated { key, from });
            }
        }
        all.sort_by_key(|it| it.from);
        Ok(Self { folder, all: Mutex::new(all) })
    }

    /// Publishes another key at `now`; it signs after two days.
    ///
    /// # Errors
    /// It could not be written down: then it is not published either.
    pub fn add(&self, now: i64) -> anyhow::Result<()> {
        let mut all = self.all();
        // The file is called after its time: two keys of one second are two.
        let newest = all.iter().map(|it| it.from).max().unwrap_or_default();
        let (key, from) = (IssuerKey::generate(), (now + BEFORE_FIRST_USE).max(newest.saturating_add(1)));
        write_secret(&self.folder.join(format!("issuer-{from}.key")), &key.secret())?;
        all.push(Dated { key, from });
        all.sort_by_key(|it| it.from);
        Ok(())
    }

    /// What to publish at `now`: the next, the one that signs, and those whose certificates may still hold.
    pub fn jwks(&self, now: i64) -> Jwks {
        Jwks { keys: self.published(now, |it| it.key.jwk()) }
    }

    /// The same, to look at.
    pub fn shown(&self, now: i64) -> Vec<KeyShown> {
        self.published(now, |it| KeyShown { kid: it.key.jwk().kid, from: it.from })
    }

    fn published<T>(&self, now: i64, made: impl Fn(&Dated) -> T) -> Vec<T> {
        let all = self.all();
        let ends = |at: usize| all.get(at + 1).map_or(i64::MAX, |next| next.from.saturating_add(AFTER_LAST_USE));
        all.iter().enumerate().filter(|(at, _)| ends(*at) > now).map(|(_, it)| made(it)).rev().collect()
    }

    /// Signs with the key of that time. There always is one: the first signs from the beginning.
    pub fn signing<T>(&self, now: i64, sign: impl FnOnce(&IssuerKey) -> T) -> Option<T> {
        let all = self.all();
        all.iter().rfind(|it| it.from <= now).map(|it| sign(&it.key))
    }

    fn all(&self) -> MutexGuard<'_, Vec<Dated>> {
        // Nobody panics while holding it; and if so, the keys are still the keys.
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// From the name of a key's file; nothing for a file that is none.
fn signs_from(name: &str) -> Option<i64> {
    match name {
        FIRST => Some(0),
        other => other.strip_prefix("issuer-")?.strip_suffix(".key")?.parse().ok(),
    }
}

/// Readable by the owner alone, and whole or not there: a half-written key would be refused for ever.
fn write_secret(path: &Path, secret: &[u8]) -> anyhow::Result<()> {
    let half = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let write = || {
        let mut file = options.open(&half)?;
        file.write_all(secret)?;
        file.sync_all()?;
        fs::rename(&half, path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    #[test]
    fn a_key_is_published_before_it_signs_and_stays_while_what_it_signed_may_hold() {
        let folder = std::env::temp_dir().join(format!("hc-keys-{}", std::process::id()));
        fs::remove_dir_all(&folder).ok();
        let keys = Keys::open(folder.clone()).unwrap();
        let kid_at = |keys: &Keys, now| keys.signing(now, |key| key.jwk().kid).unwrap();
        let start = 1_764_000_000;
        let first = kid_at(&keys, start);
        keys.add(start).unwrap();
        let second = keys.jwks(start).keys[0].kid.clone();
        // After a restart as before it.
        for keys in [keys, Keys::open(folder).unwrap()] {
            for (what, now, signs, published) in [
                ("the same day", start, &first, 2),
                ("a second before its time", start + 2 * DAY - 1, &first, 2),
                ("its time", start + 2 * DAY, &second, 2),
                ("a year on", start + 367 * DAY, &second, 2),
                ("when all that the first signed has ended", start + 403 * DAY, &second, 1),
            ] {
                assert_eq!(&kid_at(&keys, now), signs, "{what}");
                assert_eq!(keys.jwks(now).keys.len(), published, "{what}");
            }
        }
    }
}
