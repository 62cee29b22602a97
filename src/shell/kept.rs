//! Small choices that this browser keeps: language and looks. Nothing about a person; where storage is closed, they last for the visit.

fn storage() -> Option<web_sys::Storage> {
    leptos::prelude::window().local_storage().ok().flatten()
}

/// A choice that was made before.
pub(crate) fn kept(name: &str) -> Option<String> {
    storage()?.get_item(&key(name)).ok().flatten()
}

/// Keeps a choice.
pub(crate) fn keep(name: &str, value: &str) {
    if let Some(Err(why)) = storage().map(|s| s.set_item(&key(name), value)) {
        leptos::logging::warn!("the choice lasts for this visit only: {why:?}");
    }
}

fn key(name: &str) -> String {
    format!("hc.{name}")
}

/// Forgets every choice.
pub(crate) fn forget() {
    let Some(storage) = storage() else { return };
    for name in ["lang", "theme", "size", "contrast"] {
        if let Err(why) = storage.remove_item(&key(name)) {
            leptos::logging::warn!("{name}: {why:?}");
        }
    }
}
