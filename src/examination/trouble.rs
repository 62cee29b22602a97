//! Why something did not work, in words.
use super::Record;
use crate::api::ApiError;
use crate::i18n::{Failure, I18n, K, t};
use crate::reactive::{RwSignal, Signal};
use crate::ui::{Icon, Tone, Words, live, plain_note, skeleton};
use leptos::prelude::*;

/// The sentence for a failed call.
pub(super) fn words(i18n: I18n, error: &ApiError, phone: &str) -> String {
    let failure = match error {
        ApiError::Unreachable => return i18n.text(K::ExamOffline),
        ApiError::Portal => Failure::Portal,
        ApiError::SignedOut => Failure::SignedOut,
        ApiError::Unreadable => Failure::Unreadable,
        ApiError::Refused(refused) => Failure::Refused(&refused.problem),
    };
    i18n.failure(failure, phone)
}

/// The same as it is said on the page, in whatever language that is.
pub(super) fn said(i18n: I18n, error: ApiError, phone: Signal<String>) -> Words {
    Words::from(move || words(i18n, &error, &phone.try_get().unwrap_or_default()))
}

/// Until a record is here: that it is coming, or why it is not.
pub(super) fn waiting(record: Record, trouble: RwSignal<Option<ApiError>>) -> AnyView {
    live(move || {
        if record.with(Option::is_some) {
            return ().into_any();
        }
        trouble.with(|why| match why {
            None => skeleton(t(K::WaitOpen), 6),
            Some(ApiError::Refused(_)) => plain_note(Tone::Warn, Icon::Info, t(K::PNotFound)),
            Some(ApiError::Portal) => plain_note(Tone::Warn, Icon::Offline, t(K::ErrHtml)),
            Some(ApiError::Unreachable | ApiError::SignedOut | ApiError::Unreadable) => {
                plain_note(Tone::Warn, Icon::Offline, t(K::ProgressMissing))
            }
        })
    })
}
