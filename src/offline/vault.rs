//! The vault: every personal record encrypted under a key that no script can read out.
//!
//! AES-GCM, 256 bits, `extractable: false`, a new nonce a record, its name authenticated with it, so no record can be put
//! in another's place. It does not protect from script in our own origin, nor from a person with the unlocked phone.
//! Where nothing can be stored the same calls keep records in memory, and the reason is told.
use super::DATABASE;
use super::error::{StoreError, WhyMemory};
use super::idb::{Change, Idb, OPEN, VAULT, is_same};
use contract::json::{self, FromJson};
use js_sys::{Array, Object, Reflect, Uint8Array};
use litemap::LiteMap;
use serde::Serialize;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

/// The record that holds the key; not encrypted, and not to be read out.
pub(super) const KEY: &str = "key";
pub(super) const NONCE_BYTES: u32 = 12;

/// One change of a transaction of the vault.
pub(super) enum Write {
    /// A record as JSON.
    Record { key: String, json: String },
    /// Bytes that never enter our own memory.
    Bytes { key: String, bytes: Uint8Array },
    /// The same, unless there is a record of that name: then nothing of the transaction is done.
    First { key: String, bytes: Uint8Array },
    /// What anybody may know: kept as it is.
    Public { key: String, value: JsValue },
    /// A record goes.
    Erase { key: String },
    /// Nothing of the transaction is done unless this record still lies there as it was read.
    Expect { key: String, lies: JsValue },
    /// Nothing of the transaction is done once this is false: a save that hung is made once more, perhaps much later.
    While(Rc<dyn Fn() -> bool>),
}

impl Write {
    pub(super) fn record<T: Serialize>(key: impl Into<String>, value: &T) -> Self {
        // Our own records have text keys only, and then JSON cannot fail.
        Self::Record { key: key.into(), json: serde_json::to_string(value).unwrap_or_default() }
    }

    pub(super) fn erase(key: impl Into<String>) -> Self {
        Self::Erase { key: key.into() }
    }

    /// The name of its record, if it is about one.
    pub(super) fn key(&self) -> &str {
        match self {
            Self::Record { key, .. }
            | Self::Bytes { key, .. }
            | Self::First { key, .. }
            | Self::Public { key, .. }
            | Self::Expect { key, .. }
            | Self::Erase { key } => key,
            Self::While(_) => "",
        }
    }
}

/// Where records are kept.
#[derive(Clone)]
pub(super) enum Vault {
    Kept(Rc<Kept>),
    Memory(Rc<Memory>),
}

pub(super) struct Kept {
    pub(super) idb: Idb,
    pub(super) key: RefCell<CryptoKey>,
    /// How the key lies in storage: as it is, or sealed under the PIN.
    pub(super) stored: RefCell<JsValue>,
    pub(super) subtle: SubtleCrypto,
    /// All records are being sealed under another key: nobody writes meanwhile.
    pub(super) changing_key: Cell<bool>,
    /// All was erased, the key with it: whoever is late seals nothing under it beside what comes after.
    erased: Cell<bool>,
    /// Writes under way.
    pub(super) writing: Cell<u32>,
    /// Records were found that cannot be read.
    unreadable: Cell<bool>,
}

/// What is sealed.
pub(super) enum Plain {
    /// Text of ours.
    Text(String),
    /// Bytes outside of our memory.
    Bytes(Uint8Array),
}

/// A vault whose key lies under a PIN (`lock`).
#[derive(Clone)]
pub(super) struct Locked {
    pub(super) idb: Idb,
    pub(super) subtle: SubtleCrypto,
    /// The key as it lies there.
    pub(super) sealed: JsValue,
}

pub(super) struct Memory {
    why: WhyMemory,
    records: RefCell<LiteMap<String, Uint8Array>>,
    public: RefCell<LiteMap<String, JsValue>>,
}

impl Vault {
    /// Opens the vault of that name, or says why everything stays in memory. `Err`: its key lies under a PIN.
    pub(super) async fn open(name: &str) -> Result<Self, Locked> {
        match Kept::open(name).await {
            Ok(Ok(kept)) => Ok(Self::Kept(Rc::new(kept))),
            Ok(Err(locked)) => Err(locked),
            Err(why) => Ok(Self::in_memory(why)),
        }
    }

    pub(super) fn in_memory(why: WhyMemory) -> Self {
        Self::Memory(Rc::new(Memory { why, records: RefCell::default(), public: RefCell::default() }))
    }

    /// Why nothing outlives this page, if so.
    /// All of it was erased by another page: what is under way is kept nowhere.
    pub(super) fn was_erased(&self) {
        if let Self::Kept(kept) = self {
            kept.erased.set(true);
        }
    }

    pub(super) fn why_memory(&self) -> Option<WhyMemory> {
        match self {
            Self::Kept(_) => None,
            Self::Memory(memory) => Some(memory.why),
        }
    }

    /// Records were found that cannot be read: another key, damaged, tampered with, or of a newer version.
    pub(super) fn has_unreadable(&self) -> bool {
        matches!(self, Self::Kept(kept) if kept.unreadable.get())
    }

    /// Something of ours that lies elsewhere cannot be read.
    pub(super) fn note_unreadable(&self) {
        if let Self::Kept(kept) = self {
            kept.unreadable.set(true);
        }
    }

    /// Makes all changes or none; done means completed.
    pub(super) async fn write(&self, writes: Vec<Write>, strict: bool) -> Result<(), StoreError> {
        match self {
            Self::Kept(kept) => kept.write(writes, strict).await,
            Self::Memory(memory) => {
                memory.write(writes);
                Ok(())
            }
        }
    }

    /// For what can be had again: if it is not stored it is asked for once more, and nothing else is lost.
    pub(super) async fn write_copy(&self, writes: Vec<Write>) {
        if let Err(why) = self.write(writes, false).await {
            leptos::logging::warn!("a copy was not kept: {why:?}");
        }
    }

    /// A record.
    pub(super) async fn read<T: FromJson>(&self, key: &str) -> Result<T, StoreError> {
        let bytes = self.bytes(key).await?;
        parsed(&bytes).ok_or(StoreError::Unreadable)
    }

    /// A record, and as it lies there: for a change that is made only if nobody else has changed it.
    pub(super) async fn read_as_it_lies<T: FromJson>(&self, key: &str) -> Result<(T, JsValue), StoreError> {
        let (bytes, lies) = match self {
            Self::Kept(kept) => {
                let sealed = kept.idb.get(VAULT, key).await?.ok_or(StoreError::Missing)?;
                (kept.unseal(key, &sealed).await?, sealed)
            }
            Self::Memory(_) => (self.bytes(key).await?, JsValue::UNDEFINED),
        };
        parsed(&bytes).map(|value| (value, lies)).ok_or(StoreError::Unreadable)
    }

    /// The bytes of a record, outside of our memory.
    pub(super) async fn bytes(&self, key: &str) -> Result<Uint8Array, StoreError> {
        match self {
            Self::Kept(kept) => {
                let sealed = kept.idb.get(VAULT, key).await?.ok_or(StoreError::Missing)?;
                kept.unseal(key, &sealed).await
            }
            Self::Memory(memory) => memory.records.borrow().get(key).cloned().ok_or(StoreError::Missing),
        }
    }

    /// All records whose name begins like this. One that cannot be read is left out, left where it is, and counted.
    pub(super) async fn all<T: FromJson>(&self, prefix: &str) -> Result<(Vec<(String, T)>, usize), StoreError> {
        let (mut read, mut unreadable) = (Vec::new(), 0);
        let all = self.all_bytes(prefix).await;
        if let (Self::Kept(kept), Err(_)) = (self, &all) {
            kept.unreadable.set(true);
        }
        for (key, bytes) in all? {
            match bytes.and_then(|bytes| parsed(&bytes)) {
                Some(value) => read.push((key, value)),
                None => unreadable += 1,
            }
        }
        if let Self::Kept(kept) = self
            && unreadable > 0
        {
            kept.unreadable.set(true);
        }
        Ok((read, unreadable))
    }

    async fn all_bytes(&self, prefix: &str) -> Result<Vec<(String, Option<Uint8Array>)>, StoreError> {
        match self {
            Self::Kept(kept) => {
                let mut all = Vec::new();
                for (key, sealed) in kept.idb.all(VAULT, prefix).await? {
                    let bytes = kept.unseal(&key, &sealed).await;
                    all.push((key, bytes.ok()));
                }
                Ok(all)
            }
            Self::Memory(memory) => {
                let records = memory.records.borrow();
                let ours = records.iter().filter(|(key, _)| key.starts_with(prefix));
                Ok(ours.map(|(key, bytes)| (key.clone(), Some(bytes.clone()))).collect())
            }
        }
    }

    /// Whether there is a record whose name begins like this.
    pub(super) async fn holds(&self, prefix: &str) -> bool {
        match self {
            // What cannot be read now may well be there: who looks for it says that it cannot be read.
            Self::Kept(kept) => kept.idb.holds(VAULT, prefix).await.unwrap_or(true),
            Self::Memory(memory) => memory.records.borrow().keys().any(|key| key.starts_with(prefix)),
        }
    }

    /// A public record.
    pub(super) async fn public(&self, key: &str) -> Result<Option<JsValue>, StoreError> {
        match self {
            Self::Kept(kept) => kept.idb.get(OPEN, key).await,
            Self::Memory(memory) => Ok(memory.public.borrow().get(key).cloned()),
        }
    }

    /// Removes everything, the key with it.
    pub(super) async fn erase(&self) -> Result<(), StoreError> {
        match self {
            Self::Kept(kept) => {
                kept.erased.set(true);
                let done = kept.idb.erase().await;
                kept.erased.set(done.is_ok());
                done
            }
            Self::Memory(memory) => {
                memory.records.borrow_mut().clear();
                memory.public.borrow_mut().clear();
                // What could not be opened lies there all the same.
                match Idb::remove(DATABASE).await {
                    // A page without storage cannot reach it either: what it has is in memory.
                    Err(StoreError::Disabled) => Ok(()),
                    removed => removed,
                }
            }
        }
    }
}

impl Kept {
    async fn open(name: &str) -> Result<Result<Self, Locked>, WhyMemory> {
        // `crypto.subtle` is absent on pages that are not secure, which the bindings do not know.
        let crypto = web_sys::window().and_then(|window| window.crypto().ok()).ok_or(WhyMemory::Insecure)?;
        let subtle = Reflect::get(&crypto, &"subtle".into()).unwrap_or_default();
        let subtle: SubtleCrypto = subtle.dyn_into().map_err(|_| WhyMemory::Insecure)?;
        let idb = Idb::open(name).await?;
        let key = match idb.get(OPEN, KEY).await? {
            Some(sealed) if js_sys::Array::is_array(&sealed) => return Ok(Err(Locked { idb, subtle, sealed })),
            // A browser that cannot open its own store of keys gives null in its place.
            Some(found) => found.dyn_into().map_err(|_| WhyMemory::Key)?,
            None => new_key(&idb, &subtle).await?,
        };
        let stored = key.clone().into();
        Ok(Ok(Self::with(idb, subtle, key, stored)))
    }

    pub(super) fn with(idb: Idb, subtle: SubtleCrypto, key: CryptoKey, stored: JsValue) -> Self {
        idb.is_known();
        let (changing_key, erased, writing, unreadable) = Default::default();
        let (key, stored) = (RefCell::new(key), RefCell::new(stored));
        Self { idb, key, stored, subtle, changing_key, erased, writing, unreadable }
    }

    async fn write(&self, writes: Vec<Write>, strict: bool) -> Result<(), StoreError> {
        while self.changing_key.get() {
            crate::api::sleep(std::time::Duration::from_millis(50)).await;
        }
        let _under_way = Writing::begin(&self.writing);
        self.write_now(writes, strict).await
    }

    async fn write_now(&self, writes: Vec<Write>, strict: bool) -> Result<(), StoreError> {
        let mut changes = Vec::with_capacity(writes.len());
        // All is encrypted before the transaction begins: it would end by itself while we wait.
        for write in writes {
            changes.push(match write {
                Write::Record { key, json } => {
                    Change::Put { store: VAULT, value: self.seal(&key, Plain::Text(json)).await?, key }
                }
                Write::Bytes { key, bytes } => {
                    Change::Put { store: VAULT, value: self.seal(&key, Plain::Bytes(bytes)).await?, key }
                }
                Write::First { key, bytes } => {
                    Change::Add { store: VAULT, value: self.seal(&key, Plain::Bytes(bytes)).await?, key }
                }
                Write::Public { key, value } => Change::Put { store: OPEN, key, value },
                Write::Erase { key } => Change::Delete { store: VAULT, key },
                Write::Expect { key, lies } => Change::Expect { store: VAULT, key, value: Some(lies) },
                Write::While(is_so) => Change::While(is_so),
            });
        }
        self.looks_whose_it_is().await?;
        self.idb.change(&changes, strict).await?;
        // It may have been opened anew for this very write.
        self.looks_whose_it_is().await
    }

    async fn looks_whose_it_is(&self) -> Result<(), StoreError> {
        if self.erased.get() {
            return Err(StoreError::Closed);
        }
        if self.idb.is_unknown().await? {
            self.own_key_lies_there().await?;
            self.idb.is_known();
        }
        Ok(())
    }

    /// The person may have cleared the browser under an open page, or a deletion took longer than somebody waited for it. What
    /// is sealed under a key that lies nowhere could be read by nobody after this page: so the key is put back where none lies.
    ///
    /// # Errors
    /// Whoever began anew there has a key of their own: `Closed`.
    async fn own_key_lies_there(&self) -> Result<(), StoreError> {
        let stored = self.stored.borrow().clone();
        let mut found = self.idb.get(OPEN, KEY).await?;
        if self.erased.get() {
            return Err(StoreError::Closed);
        }
        if found.is_none() {
            let put = [Change::Add { store: OPEN, key: KEY.into(), value: stored.clone() }];
            let put = self.idb.change(&put, true).await;
            // Another page may have been quicker.
            found = self.idb.get(OPEN, KEY).await?;
            if found.is_none() {
                return put;
            }
        }
        let is_own = match found {
            // Sealed under a PIN.
            Some(found) if Array::is_array(&found) => is_same(&found, &stored),
            Some(found) => self.opens_what_is_sealed_here(found).await,
            None => false,
        };
        if is_own { Ok(()) } else { Err(StoreError::Closed) }
    }

    /// Keys do not say what they are, but one opens what the other has sealed.
    async fn opens_what_is_sealed_here(&self, other: JsValue) -> bool {
        let (Ok(other), Ok(sealed)) = (other.dyn_into(), self.seal(KEY, Plain::Text(String::new())).await) else {
            return false;
        };
        self.unseal_under(&other, KEY, &sealed).await.is_ok()
    }

    /// `[nonce, ciphertext]`.
    async fn seal(&self, name: &str, plain: Plain) -> Result<JsValue, StoreError> {
        let key = self.key.borrow().clone();
        self.seal_under(&key, name, plain).await
    }

    pub(super) async fn seal_under(&self, key: &CryptoKey, name: &str, plain: Plain) -> Result<JsValue, StoreError> {
        let nonce = random(NONCE_BYTES)?;
        let algorithm = algorithm(name, &nonce).map_err(|why| StoreError::from_js(&why))?;
        // The browser takes its own copy before it answers.
        let promise = match plain {
            Plain::Text(text) => self.subtle.encrypt_with_object_and_u8_array(&algorithm, key, text.as_bytes()),
            Plain::Bytes(bytes) => self.subtle.encrypt_with_object_and_buffer_source(&algorithm, key, &bytes),
        };
        let promise = promise.map_err(|why| StoreError::from_js(&why))?;
        let sealed = JsFuture::from(promise).await.map_err(|why| StoreError::from_js(&why))?;
        Ok(Array::of2(&nonce, &sealed).into())
    }

    pub(super) async fn unseal(&self, name: &str, sealed: &JsValue) -> Result<Uint8Array, StoreError> {
        let key = self.key.borrow().clone();
        self.unseal_under(&key, name, sealed).await
    }

    async fn unseal_under(&self, key: &CryptoKey, name: &str, sealed: &JsValue) -> Result<Uint8Array, StoreError> {
        let parts: &Array = sealed.dyn_ref().ok_or(StoreError::Unreadable)?;
        let nonce: Uint8Array = parts.get(0).dyn_into().map_err(|_| StoreError::Unreadable)?;
        let sealed: js_sys::ArrayBuffer = parts.get(1).dyn_into().map_err(|_| StoreError::Unreadable)?;
        let algorithm = algorithm(name, &nonce).map_err(|why| StoreError::from_js(&why))?;
        let promise = self
            .subtle
            .decrypt_with_object_and_buffer_source(&algorithm, key, &Uint8Array::new(&sealed))
            .map_err(|_| StoreError::Unreadable)?;
        // Damaged, tampered with, or sealed with a key that is gone: the browser does not say which.
        let plain = JsFuture::from(promise).await.map_err(|_| StoreError::Unreadable)?;
        Ok(Uint8Array::new(&plain))
    }
}

/// A write is under way as long as this lives, also if whoever waits for it goes.
struct Writing<'a>(&'a Cell<u32>);

impl<'a> Writing<'a> {
    fn begin(count: &'a Cell<u32>) -> Self {
        count.update(|count| count + 1);
        Self(count)
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.0.update(|count| count.saturating_sub(1));
    }
}

impl Memory {
    fn write(&self, writes: Vec<Write>) {
        let (mut records, mut public) = (self.records.borrow_mut(), self.public.borrow_mut());
        for write in writes {
            match write {
                Write::Record { key, json } => drop(records.insert(key, Uint8Array::from(json.as_bytes()))),
                Write::Bytes { key, bytes } | Write::First { key, bytes } => drop(records.insert(key, bytes)),
                Write::Public { key, value } => drop(public.insert(key, value)),
                Write::Erase { key } => drop(records.remove(&key)),
                // Nobody else has this memory.
                Write::Expect { .. } | Write::While(_) => {}
            }
        }
    }
}

fn parsed<T: FromJson>(bytes: &Uint8Array) -> Option<T> {
    json::read(&String::from_utf8(bytes.to_vec()).ok()?)
}

async fn new_key(idb: &Idb, subtle: &SubtleCrypto) -> Result<CryptoKey, StoreError> {
    let asked = || {
        let algorithm = Object::new();
        Reflect::set(&algorithm, &"name".into(), &"AES-GCM".into())?;
        Reflect::set(&algorithm, &"length".into(), &256.into())?;
        let uses = Array::of2(&"encrypt".into(), &"decrypt".into());
        subtle.generate_key_with_object(&algorithm, false, &uses)
    };
    let promise = asked().map_err(|why| StoreError::from_js(&why))?;
    let made = JsFuture::from(promise).await.map_err(|why| StoreError::from_js(&why))?;
    let added = idb.change(&[Change::Add { store: OPEN, key: KEY.into(), value: made }], true).await;
    // Of two tabs that open for the first time the first one's key stays, and both use it.
    let Some(kept) = idb.get(OPEN, KEY).await? else { return Err(added.err().unwrap_or(StoreError::Private)) };
    kept.dyn_into().map_err(|_| StoreError::Private)
}

pub(super) fn algorithm(name: &str, nonce: &Uint8Array) -> Result<Object, JsValue> {
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &"AES-GCM".into())?;
    Reflect::set(&algorithm, &"iv".into(), nonce)?;
    Reflect::set(&algorithm, &"additionalData".into(), &Uint8Array::from(name.as_bytes()))?;
    Ok(algorithm)
}

pub(super) fn random(bytes: u32) -> Result<Uint8Array, StoreError> {
    let array = Uint8Array::new_with_length(bytes);
    web_sys::window()
        .and_then(|window| window.crypto().ok())
        .and_then(|crypto| crypto.get_random_values_with_js_u8_array(&array).ok())
        .ok_or(StoreError::Disabled)?;
    Ok(array)
}
