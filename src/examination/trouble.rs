//! Why something did not work, in words.
use super::{Asking, Record};
use crate::api::{ApiError, NextStep};
use crate::i18n::{I18n, K, t};
use crate::offline::Offline;
use crate::reactive::Signal;
use crate::ui::{Button, Icon, Kind, Tone, Words, alert, live, plain_note, skeleton, telephone_in};
use leptos::prelude::*;
use view::view;

/// The sentence for a failed call.
pub(super) fn words(i18n: I18n, error: &ApiError, phone: &str) -> String {
    if *error == ApiError::Unreachable { i18n.text(K::ExamOffline) } else { i18n.failure(error.failure(), phone) }
}

/// The same as it is said on the page, in whatever language that is.
pub(super) fn said(i18n: I18n, error: ApiError, phone: Signal<String>) -> Words {
    Words::from(move || words(i18n, &error, &phone.try_get().unwrap_or_default()))
}

/// That something could not be read, and why. `offline`: where there is no network, with what to do then; `otherwise`: for any
/// other reason, which is said below it.
pub(super) fn unread(why: Signal<Option<ApiError>>, offline: K, otherwise: K) -> AnyView {
    let (i18n, phone) = (I18n::here(), super::phone(Offline::here()));
    live(move || {
        why.get().map(|why| {
            if why == ApiError::Unreachable {
                return view! { <p>{t(offline)}</p> }.into_any();
            }
            let phone = phone.get();
            let words = telephone_in(&words(i18n, &why, &phone), &phone);
            view! { <p>{t(otherwise)}</p> <p>{words}</p> }.into_any()
        })
    })
}

/// Until a record is here: that it is coming, or why it is not, and the way to try again.
pub(super) fn waiting(record: Record, asking: Asking) -> AnyView {
    let (offline, i18n) = (Offline::here(), I18n::here());
    let phone = super::phone(offline);
    live(move || {
        if record.with(Option::is_some) {
            return ().into_any();
        }
        asking.failed.with(|why| match why {
            None => skeleton(t(K::WaitOpen), 6),
            Some(why) if why.next_step() == NextStep::Home => plain_note(Tone::Warn, Icon::Info, t(K::PNotFound)),
            Some(why) => {
                let said = match why {
                    ApiError::Unreachable => i18n.text(K::ProgressMissing),
                    other => words(i18n, other, &phone.get()),
                };
                let again = asking.again;
                let body = view! { <p>{said}</p> <p><Button label=t(K::AppRetry) kind=Kind::Text on_press=again/></p> };
                alert(Tone::Warn, Icon::Offline, body.into_any())
            }
        })
    })
}
