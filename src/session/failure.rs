//! From a failed call to its sentence.

use crate::api::ApiError;
use crate::i18n::I18n;
use crate::offline::Offline;
use leptos::prelude::untrack;

/// What a person is told.
pub(super) fn words(i18n: I18n, error: &ApiError) -> String {
    i18n.failure(error.failure(), &phone())
}

/// The office's telephone, as far as it is known.
pub(super) fn phone() -> String {
    untrack(|| Offline::here().contact().phone)
}
