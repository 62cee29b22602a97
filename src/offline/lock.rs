//! A PIN for shared phones: the vault's key lies wrapped under one that is made of the PIN, and is asked for at each start.
//!
//! It keeps out whoever picks up the unlocked phone. It does not stop somebody who copies the whole profile and tries
//! a million PINs elsewhere; a longer PIN makes that longer. A forgotten PIN opens nothing: what is left is erasing.
//! A part of `office`.
use super::idb::{Change, OPEN, VAULT};
use super::rescue::stretched;
use super::tabs::{News, call_out};
use super::vault::{KEY, Kept, Locked, NONCE_BYTES, Plain, Vault, algorithm, random};
use super::{Inner, Offline, StoreError};
use crate::api::{Api, in_time, page_millis};
use js_sys::{Array, Object, Reflect, Uint8Array};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

/// Digits at least.
pub const SHORTEST: usize = 6;
/// How often a wrong PIN was entered, and when the last one was by the server's clock, if that was known.
const TRIES: &str = "pin-tries";
/// So many wrong ones are free, each after it costs a wait that doubles, up to an hour.
const FREE: u32 = 4;
const FIRST_WAIT: f64 = 30_000.0;
const LONGEST_WAIT: f64 = 3_600_000.0;
/// The server's clock is asked for so long.
const CLOCK: Duration = Duration::from_secs(3);

/// Why it was not locked, or not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinError {
    /// Not six digits or more.
    Short,
    /// Another page of ours is open and still has the old key.
    OtherPages,
    /// This browser does not tell whether another page is open: a lock that takes a draft from one would cost answers.
    NoLocks,
    /// It is not that one.
    Wrong,
    /// Too many were wrong: so many seconds to go.
    Wait(u32),
    /// It was not stored: nothing has changed.
    NotStored,
}

impl From<StoreError> for PinError {
    fn from(_: StoreError) -> Self {
        Self::NotStored
    }
}

impl From<JsValue> for PinError {
    fn from(_: JsValue) -> Self {
        Self::NotStored
    }
}

impl Offline {
    /// Whether a PIN is asked for at the start.
    pub async fn has_pin(self) -> bool {
        let Vault::Kept(kept) = self.inner().vault().await else { return false };
        kept.idb.get(OPEN, KEY).await.ok().flatten().is_some_and(|key| Array::is_array(&key))
    }

    /// From the next start on this PIN is asked for. Everything is sealed anew, under a key that is nowhere without it.
    ///
    /// # Errors
    /// Nothing has changed.
    pub async fn set_pin(self, pin: &str) -> Result<(), PinError> {
        let pin = &narrow(pin);
        if is_short(pin) {
            return Err(PinError::Short);
        }
        let kept = self.alone().await?;
        let salt = random(16)?;
        let guard = stretched(pin, &salt).await.ok_or(PinError::NotStored)?;
        let raw = random(32)?;
        let key = imported(&kept.subtle, &raw).await?;
        let nonce = random(NONCE_BYTES)?;
        let wrapping = kept.subtle.encrypt_with_object_and_buffer_source(&algorithm(KEY, &nonce)?, &guard, &raw)?;
        let wrapped = JsFuture::from(wrapping).await?;
        raw.fill(0, 0, 32);
        self.change_key(&kept, key, Array::of3(&salt, &nonce, &wrapped).into()).await
    }

    /// No PIN any more. Asks for it once more.
    ///
    /// # Errors
    /// Nothing has changed.
    pub async fn remove_pin(self, pin: &str) -> Result<(), PinError> {
        let kept = self.alone().await?;
        let sealed = kept.idb.get(OPEN, KEY).await?.ok_or(PinError::NotStored)?;
        let locked = Locked { idb: kept.idb.clone(), subtle: kept.subtle.clone(), sealed };
        tried(&self.inner(), &locked, &narrow(pin)).await?;
        let raw = random(32)?;
        let key = imported(&kept.subtle, &raw).await?;
        raw.fill(0, 0, 32);
        self.change_key(&kept, key.clone(), key.into()).await
    }

    /// Opens what lies under the PIN; everything then goes on as at a start.
    ///
    /// # Errors
    /// It stays locked.
    pub async fn unlock(self, pin: &str) -> Result<(), PinError> {
        let inner = self.inner();
        let Some(locked) = inner.locked.borrow().clone() else { return Ok(()) };
        // Another page may have taken the PIN away meanwhile, or erased everything.
        let Some(sealed) = locked.idb.get(OPEN, KEY).await?.filter(Array::is_array) else {
            inner.anew.try_set(true);
            return Ok(());
        };
        let locked = Locked { sealed, ..locked };
        let key = tried(&inner, &locked, &narrow(pin)).await?;
        let kept = Kept::with(locked.idb, locked.subtle, key, locked.sealed);
        *inner.vault.borrow_mut() = Some(Vault::Kept(Rc::new(kept)));
        inner.locked.borrow_mut().take();
        inner.unlocked.ring();
        Ok(())
    }

    /// So many seconds nothing is tried, from now on. Asked for when the page opens: the wait is counted from there.
    pub async fn pin_wait(self) -> u32 {
        let inner = self.inner();
        let Some(locked) = inner.locked.borrow().clone() else { return 0 };
        let kept = locked.idb.get(OPEN, TRIES).await.ok().flatten();
        seconds(still_to_wait(&inner, tries(kept.as_ref())).await)
    }

    /// The PIN is forgotten: everything on this phone goes, and the page begins anew.
    ///
    /// # Errors
    /// Something is still there.
    pub async fn erase_locked(self) -> Result<(), StoreError> {
        let inner = self.inner();
        let Some(locked) = inner.locked.borrow().clone() else { return Err(StoreError::Missing) };
        inner.end_sign_in().await;
        call_out(&News::Erased);
        locked.idb.erase().await?;
        // The vault is what the PIN kept; the app's own files say nothing of anybody.
        super::erase::erase_beside(&inner.assets).await;
        call_out(&News::Key);
        inner.anew.try_set(true);
        Ok(())
    }

    /// This is the only page that has something of ours open, and its vault.
    async fn alone(self) -> Result<Rc<Kept>, PinError> {
        let inner = self.inner();
        if !super::tabs::has_locks() {
            return Err(PinError::NoLocks);
        }
        inner.save_drafts().await;
        let Vault::Kept(kept) = inner.opened().await else { return Err(PinError::NotStored) };
        // The page before this one may hold on to something for a moment.
        for _ in 0..20 {
            // A draft that was opened a moment ago is ours only now.
            let ours: Vec<String> = inner.held.borrow().keys().map(super::DraftId::key).collect();
            if inner.is_leader() && super::tabs::nobody_else(&ours).await {
                return Ok(kept);
            }
            crate::api::sleep(Duration::from_millis(150)).await;
        }
        Err(PinError::OtherPages)
    }

    /// Seals every record under another key, and keeps that key, all or nothing. What cannot be read stays as it is.
    async fn change_key(self, kept: &Rc<Kept>, key: CryptoKey, stored: JsValue) -> Result<(), PinError> {
        // Stretching the PIN took its time: another page may have been opened meanwhile.
        self.alone().await?;
        kept.changing_key.set(true);
        let changed = changed(kept, &key, stored.clone()).await;
        if changed.is_ok() {
            *kept.key.borrow_mut() = key;
            *kept.stored.borrow_mut() = stored;
            // Pages with nothing open begin anew.
            self.inner().tell(&News::Key);
        }
        kept.changing_key.set(false);
        changed
    }
}

async fn changed(kept: &Kept, key: &CryptoKey, stored: JsValue) -> Result<(), PinError> {
    while kept.writing.get() > 0 {
        crate::api::sleep(Duration::from_millis(20)).await;
    }
    let mut changes = vec![Change::Put { store: OPEN, key: KEY.into(), value: stored }];
    for (name, sealed) in kept.idb.all(VAULT, "").await? {
        if let Ok(plain) = kept.unseal(&name, &sealed).await {
            let value = kept.seal_under(key, &name, Plain::Bytes(plain)).await?;
            changes.push(Change::Put { store: VAULT, key: name, value });
        }
    }
    Ok(kept.idb.change(&changes, true).await?)
}

/// Digits of a keyboard for Chinese may be wide.
fn narrow(pin: &str) -> String {
    let one = |letter: char| match letter {
        '\u{ff10}'..='\u{ff19}' => char::from_u32(u32::from(letter) - 0xff10 + u32::from('0')).unwrap_or(letter),
        _ => letter,
    };
    pin.chars().map(one).collect()
}

/// What so many wrong ones cost, in milliseconds.
fn wait_after(wrong: u32) -> f64 {
    match wrong.checked_sub(FREE + 1) {
        None => 0.0,
        Some(more) => (FIRST_WAIT * f64::from(2_u32.saturating_pow(more))).min(LONGEST_WAIT),
    }
}

/// A phone's clock can be set by whoever holds it. So what counts is what has passed by the clock of this page, which only
/// runs, since it has seen this number; or by the server's, where both of its times are known.
async fn still_to_wait(inner: &Inner, (wrong, told): (u32, f64)) -> f64 {
    let api = &inner.api;
    let wait = wait_after(wrong);
    let now = page_millis();
    let since = match inner.wrong_pins.get() {
        Some((seen, since)) if seen == wrong => since,
        _ => now,
    };
    inner.wrong_pins.set(Some((wrong, since)));
    let mut passed = now - since;
    if passed < wait && told > 0.0 {
        passed = asked_millis(api).await.map_or(passed, |now| passed.max(now - told));
    }
    (wait - passed).max(0.0)
}

/// The server's clock, which is asked for where it is not known.
async fn asked_millis(api: &Api) -> Option<f64> {
    if api.told_millis().is_none() {
        // Any reply tells the time; what else it says is nobody's business yet.
        drop(in_time(CLOCK, Box::pin(api.session())).await);
    }
    server_millis(api)
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are exact")]
fn server_millis(api: &Api) -> Option<f64> {
    api.told_millis().map(|millis| millis as f64)
}

fn is_short(pin: &str) -> bool {
    pin.chars().filter(char::is_ascii_digit).count() < SHORTEST
}

/// The key, if it is this PIN; a wrong one is counted before it is tried. What is no PIN at all is none that was tried.
async fn tried(inner: &Inner, locked: &Locked, pin: &str) -> Result<CryptoKey, PinError> {
    let api = &inner.api;
    // Two pages that guess at the same moment have guessed twice: whoever comes second looks again.
    let (wrong, wait) = loop {
        let kept = locked.idb.get(OPEN, TRIES).await?;
        let before = tries(kept.as_ref());
        let left = still_to_wait(inner, before).await;
        if left > 0.0 {
            return Err(PinError::Wait(seconds(left)));
        }
        if is_short(pin) {
            return Err(PinError::Short);
        }
        let wrong = before.0.saturating_add(1);
        let wait = wait_after(wrong);
        let told = if wait > 0.0 { asked_millis(api).await } else { server_millis(api) };
        let as_read = Change::Expect { store: OPEN, key: TRIES.into(), value: kept };
        match locked.idb.change(&[as_read, counted(wrong, told.unwrap_or_default())], true).await {
            Err(StoreError::Elsewhere) => {}
            done => break done.map(|()| (wrong, wait))?,
        }
    };
    inner.wrong_pins.set(Some((wrong, page_millis())));
    let parts: &Array = locked.sealed.dyn_ref().ok_or(PinError::NotStored)?;
    let [salt, nonce] = [parts.get(0), parts.get(1)].map(JsCast::dyn_into::<Uint8Array>);
    let guard = stretched(pin, &salt?).await.ok_or(PinError::NotStored)?;
    let wrapped = Uint8Array::new(&parts.get(2));
    let opening = locked.subtle.decrypt_with_object_and_buffer_source(&algorithm(KEY, &nonce?)?, &guard, &wrapped)?;
    let Ok(raw) = JsFuture::from(opening).await else {
        return Err(if wait > 0.0 { PinError::Wait(seconds(wait)) } else { PinError::Wrong });
    };
    let key = imported(&locked.subtle, &Uint8Array::new(&raw)).await?;
    locked.idb.change(&[counted(0, 0.0)], true).await?;
    inner.wrong_pins.set(None);
    Ok(key)
}

/// The number of wrong ones, and when the last one was.
fn tries(kept: Option<&JsValue>) -> (u32, f64) {
    let parts = kept.and_then(|kept| kept.dyn_ref::<Array>());
    let number = |at: u32| parts.and_then(|parts| parts.get(at).as_f64()).unwrap_or_default();
    (seconds(number(0) * 1000.0), number(1))
}

fn counted(wrong: u32, told: f64) -> Change {
    Change::Put { store: OPEN, key: TRIES.into(), value: Array::of2(&wrong.into(), &told.into()).into() }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, and is never negative")]
fn seconds(millis: f64) -> u32 {
    (millis / 1000.0).ceil() as u32
}

async fn imported(subtle: &SubtleCrypto, raw: &Uint8Array) -> Result<CryptoKey, PinError> {
    let what = Object::new();
    Reflect::set(&what, &"name".into(), &"AES-GCM".into())?;
    let uses = Array::of2(&"encrypt".into(), &"decrypt".into());
    let importing = subtle.import_key_with_object("raw", raw.as_ref(), &what, false, &uses)?;
    JsFuture::from(importing).await?.dyn_into().map_err(|_| PinError::NotStored)
}
