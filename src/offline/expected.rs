//! Photos that are expected: noted before a camera or an album opens, because the page may not survive it.

use super::vault::Write;
use super::{Offline, StoreError};
use crate::reactive::Signal;
use contract::json::FromJson;
use contract::questionnaire::Pointer;
use serde::Serialize;
use wasm_bindgen_futures::spawn_local;

/// The notes, one an item.
pub(super) const EXPECTED: &str = "expected/";

/// A photo that was being taken when the page may have been ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
pub struct ExpectedPhoto {
    /// For which application.
    pub application: String,
    /// For which item.
    pub pointer: Pointer,
    /// It came, and is kept; only the page did not live to name it.
    #[serde(default)]
    pub kept: bool,
}

impl ExpectedPhoto {
    /// Whether it is of this item.
    pub fn is_of(&self, application: &str, pointer: &Pointer) -> bool {
        self.application == application && self.pointer == *pointer
    }
}

impl Offline {
    /// Notes that a photo for this item is about to be taken, and stores the draft with it: the page may not survive.
    ///
    /// # Errors
    /// The note was not stored; the picker may be opened all the same.
    pub async fn expect_photo(self, application: &str, pointer: &Pointer) -> Result<(), StoreError> {
        let inner = self.inner();
        let key = expected_key(application, pointer);
        inner.expecting.borrow_mut().push(key.clone());
        inner.save_drafts().await;
        let expected = ExpectedPhoto { application: application.to_owned(), pointer: pointer.clone(), kept: false };
        let vault = inner.opened().await;
        let written = vault.write(vec![Write::record(key.clone(), &expected)], true).await;
        if !inner.expecting.borrow().contains(&key) {
            // It came, or did not, while the note was being written.
            vault.write_copy(vec![Write::erase(key)]).await;
        }
        written
    }

    /// The photos that were being taken when the page was ended, to tell the person; at the start only.
    pub fn expected_photos(self) -> Signal<Vec<ExpectedPhoto>> {
        self.inner().expected.into()
    }

    /// Whether a chosen photo of this item is neither kept nor left out: handing over would go without it.
    pub fn is_undecided(self, application: &str, pointer: &Pointer) -> bool {
        self.inner().undecided.borrow().contains(&expected_key(application, pointer))
    }

    /// A photo of this item is being looked at or spoken about, or no longer is.
    pub fn note_undecided(self, application: &str, pointer: &Pointer, undecided: bool) {
        let (inner, key) = (self.inner(), expected_key(application, pointer));
        let mut all = inner.undecided.borrow_mut();
        all.retain(|it| *it != key);
        if undecided {
            all.push(key);
        }
    }

    /// Nothing of this item is in the page's memory only any more, or the person was told.
    pub fn forget_expected_photo(self, application: &str, pointer: &Pointer) {
        let inner = self.inner();
        let key = expected_key(application, pointer);
        inner.expected.try_update(|all| all.retain(|it| !it.is_of(application, pointer)));
        inner.expecting.borrow_mut().retain(|it| *it != key);
        spawn_local(async move {
            // A note that stays is told once too often, and nothing worse.
            inner.opened().await.write_copy(vec![Write::erase(key)]).await;
        });
    }
}

pub(super) fn expected_key(application: &str, pointer: &Pointer) -> String {
    format!("{EXPECTED}{application}/{}", pointer.as_str())
}
