//! What this browser keeps beside the vault: language and looks, that a sign-in is still to be ended, and that nobody is here. Nothing about a person;
//! where storage is closed, it lasts for the visit.

/// What their names begin with.
pub(super) const PREFIX: &str = "hc.";

/// The browser's small storage, where it is open.
pub(super) fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// A choice that was made before.
pub fn kept_choice(name: &str) -> Option<String> {
    storage()?.get_item(&key(name)).ok().flatten()
}

/// Keeps a choice.
pub fn keep_choice(name: &str, value: &str) {
    if let Some(Err(why)) = storage().map(|s| s.set_item(&key(name), value)) {
        leptos::logging::warn!("the choice lasts for this visit only: {why:?}");
    }
}

/// It is not so any more.
pub(super) fn drop_choice(name: &str) {
    if let Some(storage) = storage() {
        // Without storage there is nothing to remove.
        drop(storage.remove_item(&key(name)));
    }
}

pub(super) fn key(name: &str) -> String {
    format!("{PREFIX}{name}")
}
