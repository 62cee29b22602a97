//! One application as a file, to be carried to another phone: its records as they lie in the vault, sealed with a passphrase
//! or, if the person insists, open. Entries keep their idempotency keys, so whichever phone sends it, it counts once.
use super::bytes::{bare_key, bytes_key, thumbnail_key};
use super::documents::record_key;
use super::outgoing::entry_key;
use super::vault::{Write, random};
use super::{Draft, Inner, Offline, StoreError, tabs::News};
use crate::api::{in_time, page_millis};
use contract::json::{FromJson, read};
use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{CryptoKey, SubtleCrypto};

/// What the file is called inside, and the newest shape that is read.
const KIND: &str = "health-certificate-application";
const VERSION: u32 = 1;
/// OWASP's number for PBKDF2 with SHA-256.
const ROUNDS: u32 = 600_000;
/// What was typed last has so long to be stored first.
const SAVING: Duration = Duration::from_secs(2);
/// A storage that fails, and has taken so many milliseconds, is asked for nothing more.
const HANGING: f64 = 10_000.0;
/// What may lie in a file: nothing else is taken from it.
const TAKEN: [&str; 6] = ["bare/", "bytes/", "document/", "draft/", "entry/", "thumbnail/"];

/// Why a file was not taken in. Nothing of it was then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportError {
    /// Not a file of this app, or not all of it.
    NotWhole,
    /// Made by a newer version of the app.
    Newer,
    /// The passphrase does not fit, or the file was changed.
    Passphrase,
    /// It could not be stored.
    NotStored(StoreError),
}

/// An application as a file.
#[derive(Clone, Debug)]
pub struct Exported {
    /// What stands in the file.
    pub text: String,
    /// How many records are damaged, or not to be read now, and not in it.
    pub left_behind: usize,
}

#[derive(Serialize, FromJson)]
struct File {
    kind: String,
    version: u32,
    application: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed: Option<Sealed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    records: Option<Records>,
}

/// Base64 each.
#[derive(Serialize, FromJson)]
struct Sealed {
    salt: String,
    nonce: String,
    bytes: String,
}

/// Name to base64, as in the vault.
type Records = BTreeMap<String, String>;

/// Everything of an application on this phone as the text of a file.
pub(super) async fn exported(
    inner: Rc<Inner>,
    application: String,
    passphrase: Option<String>,
) -> Result<Exported, StoreError> {
    let (records, left_behind) = inner.records_of(&application).await?;
    let (sealed, records) = match passphrase {
        None => (None, Some(records)),
        Some(passphrase) => {
            let plain = serde_json::to_string(&records).map_err(|_| StoreError::Unreadable)?;
            (Some(seal(&passphrase, &application, plain.as_bytes()).await?), None)
        }
    };
    let file = File { kind: KIND.into(), version: VERSION, application, sealed, records };
    let text = serde_json::to_string(&file).map_err(|_| StoreError::Unreadable)?;
    Ok(Exported { text, left_behind })
}

impl Offline {
    /// Takes in a file of another phone, and gives its application. What is here already stays as it is. It goes out when the
    /// one it belongs to signs in.
    ///
    /// # Errors
    /// It was not taken in, not even in part.
    pub async fn import_application(self, text: &str, passphrase: &str) -> Result<String, ImportError> {
        let file: File = read(text).filter(|file: &File| file.kind == KIND).ok_or(ImportError::NotWhole)?;
        if file.version > VERSION {
            return Err(ImportError::Newer);
        }
        let records = match (&file.sealed, file.records) {
            (Some(sealed), _) => {
                let plain = unseal(passphrase, &file.application, sealed).await.ok_or(ImportError::Passphrase)?;
                read(&plain).ok_or(ImportError::NotWhole)?
            }
            (None, Some(records)) => records,
            (None, None) => return Err(ImportError::NotWhole),
        };
        self.inner().take_in_file(records).await?;
        Ok(file.application)
    }
}

impl Inner {
    async fn records_of(self: &Rc<Self>, application: &str) -> Result<(Records, usize), StoreError> {
        // What cannot be stored is taken from the screen: nobody waits for a storage that hangs.
        let inner = self.clone();
        let saved = future_to_promise(async move {
            inner.save_drafts().await;
            Ok(JsValue::UNDEFINED)
        });
        drop(in_time(SAVING, JsFuture::from(saved)).await);
        let vault = self.opened().await;
        let of_drafts = |head: &super::stored::Head| head.id.application == application;
        let mut names: Vec<String> = self
            .drafts
            .try_with_untracked(|drafts| drafts.values().filter(|h| of_drafts(h)).map(|h| h.id.key()).collect())
            .unwrap_or_default();
        {
            let outbox = self.outbox.borrow();
            names.extend(outbox.entries().iter().filter(|e| e.application == application).map(|e| entry_key(&e.id)));
        }
        let documents = self.documents.try_with_untracked(|known| {
            let ours = known.values().filter(|record| record.application == application);
            let keys = |id: &str| [record_key(id), bytes_key(id), bare_key(id), thumbnail_key(id)];
            ours.flat_map(|record| keys(&record.id)).collect()
        });
        names.extend::<Vec<String>>(documents.unwrap_or_default());
        // A phone whose storage takes or gives nothing more is just where this file is wanted: what stands on the screen is
        // newer, and is in it whatever else can be read.
        let mut records = Records::new();
        for (id, draft) in
            self.open_drafts.borrow().iter().filter(|(id, draft)| id.application == application && draft.is_dirty())
        {
            if let Some(words) = self.on_screen(*draft) {
                records.insert(id.key(), words);
            }
        }
        names.retain(|name| !records.contains_key(name));
        let (mut left_behind, mut failed, began) = (0, None, page_millis());
        for name in names {
            let read = match failed {
                Some(why) if page_millis() - began > HANGING => Err(why),
                Some(_) | None => vault.bytes(&name).await,
            };
            match read {
                Ok(bytes) => drop(records.insert(name, base64(&bytes))),
                // A small picture need not be there, nor one without words.
                Err(StoreError::Missing) => {}
                Err(why) => {
                    failed = Some(why);
                    // Stored, and open: it stands on the screen too.
                    let open =
                        self.open_drafts.borrow().iter().find(|(id, _)| id.key() == name).map(|(_, draft)| *draft);
                    match open.and_then(|draft| self.on_screen(draft)) {
                        Some(words) => drop(records.insert(name, words)),
                        None => left_behind += 1,
                    }
                }
            }
        }
        if records.is_empty() {
            return Err(failed.unwrap_or(StoreError::Missing));
        }
        Ok((records, left_behind))
    }

    /// A draft as it would be stored now.
    fn on_screen(&self, draft: Draft) -> Option<String> {
        draft.last_words(self).map(|written| base64(&Uint8Array::from(written.json.as_bytes())))
    }

    async fn take_in_file(self: &Rc<Self>, records: Records) -> Result<(), ImportError> {
        let vault = self.opened().await;
        let mut writes = Vec::new();
        for (key, text) in records {
            if !TAKEN.iter().any(|taken| key.starts_with(taken)) {
                continue;
            }
            let bytes = from_base64(&text).ok_or(ImportError::NotWhole)?;
            match vault.bytes(&key).await {
                Err(StoreError::Missing) => writes.push(Write::Bytes { key, bytes }),
                // What is here was not written by a file that somebody carried.
                Ok(_) | Err(StoreError::Unreadable) => {}
                // Whether it is here is not to be known now.
                Err(why) => return Err(ImportError::NotStored(why)),
            }
        }
        let mut taken: Vec<String> = writes.iter().map(|write| write.key().to_owned()).collect();
        vault.write(writes, true).await.map_err(ImportError::NotStored)?;
        self.load_drafts(&vault).await;
        self.load_documents(&vault).await;
        self.load_entries(&vault).await;
        self.say_what_is_unreadable(&vault);
        self.bell.ring();
        // The tab that sends may be another one. It hears of an entry last: what that carries is there then.
        taken.sort();
        for news in taken.iter().filter_map(|key| self.news_of(key)) {
            self.tell(&news);
        }
        Ok(())
    }

    fn news_of(&self, key: &str) -> Option<News> {
        let (kind, name) = key.split_once('/')?;
        match kind {
            "document" => Some(News::Document(name.to_owned())),
            "draft" => {
                let ids = self.drafts.try_with_untracked(|all| all.keys().find(|id| id.key() == key).cloned());
                ids.flatten().map(News::Draft)
            }
            "entry" => Some(News::Entry(name.to_owned())),
            _ => None,
        }
    }
}

async fn seal(passphrase: &str, name: &str, plain: &[u8]) -> Result<Sealed, StoreError> {
    let (salt, nonce) = (random(16)?, random(12)?);
    let key = stretched(passphrase, &salt).await.ok_or(StoreError::Disabled)?;
    let algorithm = super::vault::algorithm(name, &nonce).map_err(|why| StoreError::from_js(&why))?;
    let sealing = subtle()
        .and_then(|s| s.encrypt_with_object_and_buffer_source(&algorithm, &key, &Uint8Array::from(plain)).ok())
        .ok_or(StoreError::Disabled)?;
    let sealed = JsFuture::from(sealing).await.map_err(|why| StoreError::from_js(&why))?;
    Ok(Sealed { salt: base64(&salt), nonce: base64(&nonce), bytes: base64(&Uint8Array::new(&sealed)) })
}

async fn unseal(passphrase: &str, name: &str, sealed: &Sealed) -> Option<String> {
    let [salt, nonce, bytes] = [&sealed.salt, &sealed.nonce, &sealed.bytes].map(|text| from_base64(text));
    let key = stretched(passphrase, &salt?).await?;
    let algorithm = super::vault::algorithm(name, &nonce?).ok()?;
    let bytes = bytes?;
    let opening = subtle()?.decrypt_with_object_and_buffer_source(&algorithm, &key, &bytes).ok()?;
    let plain = JsFuture::from(opening).await.ok()?;
    String::from_utf8(Uint8Array::new(&plain).to_vec()).ok()
}

/// From a passphrase, slowly, so that trying many of them takes long.
pub(super) async fn stretched(passphrase: &str, salt: &Uint8Array) -> Option<CryptoKey> {
    let subtle = subtle()?;
    let member = |object: &Object, name: &str, value: &JsValue| Reflect::set(object, &name.into(), value).ok();
    let words = Uint8Array::from(passphrase.as_bytes());
    let uses = Array::of1(&"deriveKey".into());
    let base = subtle.import_key_with_str("raw", words.as_ref(), "PBKDF2", false, &uses).ok()?;
    let base: CryptoKey = JsFuture::from(base).await.ok()?.dyn_into().ok()?;
    let (how, what) = (Object::new(), Object::new());
    member(&how, "name", &"PBKDF2".into())?;
    member(&how, "hash", &"SHA-256".into())?;
    member(&how, "iterations", &ROUNDS.into())?;
    member(&how, "salt", salt)?;
    member(&what, "name", &"AES-GCM".into())?;
    member(&what, "length", &256.into())?;
    let uses = Array::of2(&"encrypt".into(), &"decrypt".into());
    let made = subtle.derive_key_with_object_and_object(&how, &base, &what, false, &uses).ok()?;
    JsFuture::from(made).await.ok()?.dyn_into().ok()
}

/// Absent on pages that are not secure, which the bindings do not know.
fn subtle() -> Option<SubtleCrypto> {
    let crypto = web_sys::window()?.crypto().ok()?;
    Reflect::get(&crypto, &"subtle".into()).ok()?.dyn_into().ok()
}

fn base64(bytes: &Uint8Array) -> String {
    // Every byte is one character of the text that the browser's function takes.
    let text: String = bytes.to_vec().into_iter().map(char::from).collect();
    window().btoa(&text).unwrap_or_default()
}

fn from_base64(text: &str) -> Option<Uint8Array> {
    let text = window().atob(text).ok()?;
    let bytes: Option<Vec<u8>> = text.chars().map(|character| u8::try_from(character).ok()).collect();
    Some(Uint8Array::from(bytes?.as_slice()))
}
