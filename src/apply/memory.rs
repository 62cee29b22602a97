//! That nothing outlives this page: why, and what helps. It is said before anything is lost.

use crate::i18n::{K, t};
use crate::offline::{Offline, Storage, WhyMemory};
use crate::ui::{Frame, Icon, Tone, live, note};
use leptos::prelude::*;
use view::view;

/// The line where that is so, on a page that has no save line.
pub(crate) fn memory_note() -> AnyView {
    let storage = Offline::here().storage();
    live(move || match storage.get() {
        Storage::MemoryOnly(why) => {
            let words = memory_words(why);
            let body = view! { <p>{t(words)}</p> {own_window(words).map(|link| view! { <p>{link}</p> })} };
            Some(note(Tone::Warn, Icon::Warning, true, body.into_any()))
        }
        Storage::Opening | Storage::Locked | Storage::Kept | Storage::KeptInPart => None,
    })
}

/// Why it is so.
pub(super) fn memory_words(why: WhyMemory) -> K {
    match why {
        WhyMemory::Private => K::SavePrivate,
        WhyMemory::Full => K::StorageMemoryFull,
        WhyMemory::Disabled if is_framed() => K::SaveNone,
        WhyMemory::Disabled => K::StorageMemoryDisabled,
        WhyMemory::Insecure => K::ErrInsecure,
        WhyMemory::Closed => K::StorageMemoryClosed,
        WhyMemory::Key => K::StorageMemoryKey,
    }
}

/// What leads to a window of the app's own, where the page around it is what lets nothing be stored.
pub(super) fn own_window(words: K) -> Option<AnyView> {
    (words == K::SaveNone).then(|| {
        let address = Offline::here().assets();
        view! { <a href=address target="_blank" rel="noopener">{t(K::SaveWindow)}</a> }.into_any()
    })
}

/// A part of somebody else's page, or in a frame of one.
fn is_framed() -> bool {
    Frame::here() == Frame::Embedded || window().parent().ok().flatten().is_some_and(|around| around != window())
}
