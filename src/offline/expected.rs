//! Photos that are expected: noted before a camera or an album opens, because the page may not survive it.

use super::vault::Write;
use super::{DraftSummary, FormKind, Offline, Owner, StoreError};
use crate::reactive::{Signal, derive};
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

/// What is neither kept nor left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// A photo is being looked at, or the phone has not handed it over yet: nothing but waiting helps.
    Coming,
    /// The person was asked about one.
    Asked,
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

    /// The photo of this item that is noted as expected now, by whichever page.
    pub async fn photo_expected(self, application: &str, pointer: &Pointer) -> Option<ExpectedPhoto> {
        self.inner().opened().await.read(&expected_key(application, pointer)).await.ok()
    }

    /// What of this item is neither kept nor left out: handing over would go without it. Who asks follows it.
    pub fn undecided(self, application: &str, pointer: &Pointer) -> Option<Undecided> {
        let key = expected_key(application, pointer);
        self.inner().undecided.with(|all| all.iter().find(|(it, _)| *it == key).map(|(_, undecided)| *undecided))
    }

    /// A photo of this item is being looked at or spoken about, or no longer is.
    pub fn note_undecided(self, application: &str, pointer: &Pointer, undecided: Option<Undecided>) {
        let key = expected_key(application, pointer);
        self.inner().undecided.try_update(|all| {
            all.retain(|(it, _)| *it != key);
            all.extend(undecided.map(|undecided| (key, undecided)));
        });
    }

    /// Whether the person who is here may see the forms of this kind of an application: nobody has erased them, and nobody
    /// signed out of them.
    pub fn is_theirs(self, application: &str, form: FormKind) -> Signal<bool> {
        let (application, drafts) = (application.to_owned(), self.drafts());
        derive(move || {
            drafts.with(|all| {
                let this = |it: &&DraftSummary| it.id.application == application && it.id.form == form;
                all.iter().filter(this).any(|it| it.owner != Owner::SomebodyElse)
            })
        })
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
