//! The last words of a page: what is not stored yet when it is hidden or ends.
//!
//! The vault encrypts only asynchronously, and a page that ends gets no more turns. So what is not stored is sealed here and
//! now, under a key of its own (ChaCha20-Poly1305; the key lies in the vault as every record does), and put into localStorage,
//! which answers at once. Whoever opens the draft next takes it into the vault, unless something newer lies there.
//! A part of `office`.
use super::choices::storage;
use super::stored::Record;
use super::vault::{Vault, Write, random};
use super::{Draft, DraftId, Inner};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce};
use std::rc::Rc;

/// What their names in localStorage begin with; the name of the record follows.
const PREFIX: &str = "hc-last/";
/// The record that holds the key.
const KEY: &str = "last-words";
const KEY_BYTES: u32 = 32;
const NONCE_BYTES: usize = 12;
/// Bytes are kept as letters from here on: each browser stores those as they are.
const FIRST_LETTER: u32 = 0x100;

/// Whether a page has left some. Needs nothing of the part.
pub(super) fn are_left() -> bool {
    storage().is_some_and(|storage| names(&storage).next().is_some())
}

/// Whether one has left some of this draft. Needs nothing of the part.
pub(super) fn are_left_of(id: &DraftId) -> bool {
    let name = format!("{PREFIX}{}", id.key());
    storage().is_some_and(|storage| storage.get_item(&name).is_ok_and(|left| left.is_some()))
}

/// What was left for a draft is not needed any more. Needs nothing of the part.
pub(super) fn forget(id: &DraftId) {
    if let Some(storage) = storage() {
        // Without storage there is nothing to remove.
        drop(storage.remove_item(&format!("{PREFIX}{}", id.key())));
    }
}

fn names(storage: &web_sys::Storage) -> impl Iterator<Item = String> + '_ {
    let all = (0..storage.length().unwrap_or_default()).filter_map(|at| storage.key(at).ok().flatten());
    all.filter(|name| name.starts_with(PREFIX))
}

/// Makes ready what is needed at the end: there is no time for it then.
pub(super) async fn prepare(inner: Rc<Inner>) {
    let vault = inner.vault().await;
    if let Some(key) = key(&vault).await {
        *inner.last_words.borrow_mut() = Some(key);
    }
}

/// Leaves what is not stored yet, in this very turn. True: all of it is.
pub(super) fn say(inner: &Inner) -> bool {
    let (Some(key), Some(storage)) = (inner.last_words.borrow().clone(), storage()) else { return false };
    let open: Vec<Draft> = inner.open_drafts.borrow().values().copied().collect();
    let mut all = true;
    for draft in open.into_iter().filter(|draft| draft.is_dirty()) {
        let Some(written) = draft.last_words(inner) else { continue };
        let name = written.head.id.key();
        if let Some(sealed) = seal(&key, &name, written.json.as_bytes())
            // A full one keeps nothing more; the save that is under way may still be completed.
            && storage.set_item(&format!("{PREFIX}{name}"), &sealed).is_ok()
        {
            draft.has_left_words();
        } else {
            all = false;
        }
    }
    all
}

/// What was left for a draft and is still there, because the vault takes nothing more, is gone on with in the tab that has it
/// in hand: it stands on the screen, and the save line says that it is not stored.
pub(super) async fn go_on(inner: Rc<Inner>, id: DraftId) {
    let open = inner.open_drafts.borrow().get(&id).copied();
    let (Some(storage), Some(draft)) = (storage(), open) else { return };
    let name = id.key();
    let Ok(Some(sealed)) = storage.get_item(&format!("{PREFIX}{name}")) else { return };
    let vault = inner.vault().await;
    let Some(record) = vault.bytes(KEY).await.ok().and_then(|key| unseal(&key.to_vec(), &name, &sealed)) else {
        return;
    };
    let is_ours = draft.writable.try_get_untracked() == Some(true) && !draft.is_dirty();
    if !is_ours || record.head.id != id || !is_newest(&vault, &record).await {
        return;
    }
    draft.shows(record);
    draft.has_left_words();
    draft.changed();
}

/// Takes into the vault what pages have left. What cannot be opened stays where it is, and is counted.
pub(super) async fn take_in(inner: Rc<Inner>) {
    let Some(storage) = storage() else { return };
    let vault = inner.vault().await;
    let key = vault.bytes(KEY).await;
    let is_gone = vault.why_memory().is_none() && matches!(key, Err(super::StoreError::Missing));
    let left: Vec<String> = names(&storage).collect();
    for name in left {
        let (Ok(Some(sealed)), Some(draft)) = (storage.get_item(&name), name.strip_prefix(PREFIX)) else { continue };
        let Some(record) = key.as_ref().ok().and_then(|key| unseal(&key.to_vec(), draft, &sealed)) else {
            vault.note_unreadable();
            if is_gone {
                // The browser has cleared the vault with its key, and kept this: nobody can open it any more.
                drop(storage.remove_item(&name));
            }
            continue;
        };
        if record.head.id.key() == draft && is_newest(&vault, &record).await {
            let write = Write::record(draft, &record);
            if vault.write(vec![write], true).await.is_err() {
                // It stays, for the next time.
                continue;
            }
            inner.drafts.try_update(|known| known.insert(record.head.id.clone(), record.head));
        }
        drop(storage.remove_item(&name));
    }
}

/// Nothing newer lies in the vault, and it was not handed over. A draft that is not there at all was never stored: one that is
/// forgotten takes its last words with it.
async fn is_newest(vault: &Vault, record: &Record) -> bool {
    match vault.read::<Record>(&record.head.id.key()).await {
        Ok(there) => there.head.saves < record.head.saves && there.head.entry.is_none() && !there.head.sent,
        Err(why) => why == super::StoreError::Missing,
    }
}

/// The key, made at the first time. Of two pages that make one at the same moment the first one's stays.
async fn key(vault: &Vault) -> Option<Vec<u8>> {
    if vault.why_memory().is_some() {
        return None;
    }
    if let Ok(key) = vault.bytes(KEY).await {
        return Some(key.to_vec());
    }
    let made = random(KEY_BYTES).ok()?;
    let kept = vault.write(vec![Write::First { key: KEY.into(), bytes: made }], true).await;
    // Where another page was first, that one's is read.
    match vault.bytes(KEY).await {
        Ok(key) => Some(key.to_vec()),
        Err(why) => {
            leptos::logging::warn!("no last words: {why:?}, {kept:?}");
            None
        }
    }
}

fn seal(key: &[u8], name: &str, text: &[u8]) -> Option<String> {
    let nonce = random(u32::try_from(NONCE_BYTES).ok()?).ok()?.to_vec();
    let cipher = ChaCha20Poly1305::new_from_slice(key).ok()?;
    let payload = Payload { msg: text, aad: name.as_bytes() };
    let sealed = cipher.encrypt(&Nonce::try_from(nonce.as_slice()).ok()?, payload).ok()?;
    Some(nonce.into_iter().chain(sealed).filter_map(|byte| char::from_u32(FIRST_LETTER + u32::from(byte))).collect())
}

fn unseal(key: &[u8], name: &str, letters: &str) -> Option<Record> {
    let byte = |letter: char| u8::try_from(u32::from(letter).checked_sub(FIRST_LETTER)?).ok();
    let sealed: Vec<u8> = letters.chars().map(byte).collect::<Option<_>>()?;
    let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES)?;
    let cipher = ChaCha20Poly1305::new_from_slice(key).ok()?;
    let payload = Payload { msg: sealed, aad: name.as_bytes() };
    let text = cipher.decrypt(&Nonce::try_from(nonce).ok()?, payload).ok()?;
    contract::json::read(&String::from_utf8(text).ok()?)
}
