//! What is on this phone, how safely it lies there, and removing all of it.
use super::choices::{PREFIX, key};
use super::{FormKind, Inner, Offline, StoreError, tabs::News};
use crate::reactive::Signal;
use js_sys::Reflect;
use leptos::prelude::*;
use litemap::LiteMap;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// How safely things lie on this phone.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Health {
    /// The browser has promised not to clear it by itself.
    pub persisted: bool,
    /// Bytes used by this site, as far as the browser says.
    pub usage: Option<f64>,
    /// Bytes it may use, as far as the browser says.
    pub quota: Option<f64>,
}

/// With less room than this a few photos more may not be kept.
const ENOUGH: f64 = 50_000_000.0;

impl Health {
    /// Bytes that are left, as far as the browser says.
    pub fn room(&self) -> Option<f64> {
        Some((self.quota? - self.usage?).max(0.0))
    }

    /// What lies here stays: the browser has promised it, and says that there is room.
    pub fn will_stay(&self) -> bool {
        self.persisted && self.room().is_some_and(|room| room >= ENOUGH)
    }
}

/// What is on this phone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Drafts not sent.
    pub drafts: usize,
    /// Photos and files.
    pub photos: usize,
    /// Entries of the outbox that have not arrived.
    pub unsent: usize,
    /// Certificates.
    pub certificates: usize,
    /// Applications that the office has, as far as this phone knows: those stay there.
    pub at_office: usize,
}

/// What was erased, and what the look afterwards found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// What lay here before.
    pub counts: Counts,
    /// The numbers of the applications that the office has, as far as this phone knew: the receipts that named them are gone.
    pub numbers: Vec<String>,
    /// Something beside the vault did not go: a file of the app's own, a choice of language.
    pub something_left: bool,
}

impl Counts {
    /// Nothing of anybody's lies here. What the office has is no matter of this phone's.
    pub const fn is_nothing(&self) -> bool {
        let Self { drafts, photos, unsent, certificates, at_office: _ } = *self;
        drafts == 0 && photos == 0 && unsent == 0 && certificates == 0
    }
}

impl Offline {
    /// How safely things lie on this phone.
    pub async fn health(self) -> Health {
        let Some(storage) = web_sys::window().map(|window| window.navigator().storage()) else {
            return Health::default();
        };
        if storage.is_undefined() {
            return Health::default();
        }
        let persisted = match storage.persisted() {
            Ok(promise) => JsFuture::from(promise).await.ok().and_then(|value| value.as_bool()).unwrap_or_default(),
            Err(_) => false,
        };
        let estimate = match storage.estimate() {
            Ok(promise) => JsFuture::from(promise).await.unwrap_or_default(),
            Err(_) => JsValue::UNDEFINED,
        };
        let member = |name: &str| Reflect::get(&estimate, &name.into()).ok().and_then(|value| value.as_f64());
        Health { persisted, usage: member("usage"), quota: member("quota") }
    }

    /// What is on this phone, to say before it is erased. Follows in a view.
    pub fn what_is_here(self) -> Counts {
        let inner = self.inner();
        let own = |head: &super::stored::Head| head.id.form == FormKind::Application && !head.sent;
        Counts {
            drafts: inner.drafts.with(|drafts| drafts.values().filter(|head| own(head)).count()),
            photos: inner.documents.with(LiteMap::len),
            unsent: inner.rows.with(|rows| rows.iter().filter(|entry| !entry.state.is_settled()).count()),
            certificates: inner.certificates.with(LiteMap::len),
            at_office: inner.records.with(LiteMap::len),
        }
    }

    /// Removes drafts, photos, certificates, outbox, copies, looks and the key from this phone. Everybody's, not only this
    /// person's. What the office has is not touched.
    ///
    /// # Errors
    /// Something is still there.
    pub async fn erase_all(self) -> Result<Erased, StoreError> {
        let inner = self.inner();
        let counts = untrack(|| self.what_is_here());
        let numbers = inner.records.with_untracked(|records| {
            records.values().filter_map(|kept| kept.value.number.clone()).collect::<Vec<_>>()
        });
        let vault = inner.opened().await;
        inner.end_sign_in().await;
        inner.forget_all();
        inner.tell(&News::Erased);
        vault.erase().await?;
        let something_left = !erase_beside(&inner.assets).await;
        inner.tell(&News::Key);
        // A new vault with a new key, for whoever comes next.
        let was_in_memory = vault.why_memory().is_some();
        let vault = super::Vault::open(super::DATABASE).await.ok();
        let why = vault.as_ref().map_or(Some(super::WhyMemory::Closed), super::Vault::why_memory);
        *inner.vault.borrow_mut() = vault;
        if was_in_memory {
            // It sent beside the other tabs; what comes next goes out in its turn.
            inner.leads.set(false);
            inner.bell.ring();
        }
        inner.storage.try_set(why.map_or(super::Storage::Kept, super::Storage::MemoryOnly));
        let erased = Erased { counts, numbers, something_left };
        inner.erased.set(Some(erased.clone()));
        // Whoever begins anew in this page has last words too.
        super::last_words::prepare(inner).await;
        Ok(erased)
    }

    /// Nothing that this page shows is so any more, here or in any tab: it has to begin anew.
    pub fn begins_anew(self) -> Signal<bool> {
        self.inner().anew.into()
    }

    /// What was erased a moment ago: told once, for the page that comes after.
    pub fn was_erased(self) -> Option<Erased> {
        self.inner().erased.take()
    }
}

impl Inner {
    /// Nothing of what was kept is shown any more.
    pub(super) fn forget_all(&self) {
        self.last_words.borrow_mut().take();
        self.held.borrow_mut().clear();
        self.open_drafts.borrow_mut().clear();
        *self.outbox.borrow_mut() = outbox::Outbox::default();
        self.another_sign_in();
        self.here.try_set(None);
        self.session.try_set(super::SessionState::Unknown);
        self.drafts.try_update(LiteMap::clear);
        self.documents.try_update(LiteMap::clear);
        self.records.try_update(LiteMap::clear);
        self.receipts.try_update(LiteMap::clear);
        self.certificates.try_update(LiteMap::clear);
        self.account.try_update(LiteMap::clear);
        self.expected.try_set(Vec::new());
        self.expecting.borrow_mut().clear();
        self.given_up.borrow_mut().clear();
        self.rows.try_update(Vec::clear);
    }
}

/// Erases what lies beside the vault, and looks again: whether nothing is left.
pub(super) async fn erase_beside(assets: &str) -> bool {
    erase_looks();
    end_worker(assets).await;
    erase_caches().await;
    our_looks().is_empty() && our_caches().await.1.is_empty()
}

/// The worker that keeps the app's own files goes before them; the next start registers it anew, and it fetches them again.
async fn end_worker(assets: &str) {
    let Some(workers) = web_sys::window()
        .and_then(|window| Reflect::get(&window.navigator(), &"serviceWorker".into()).ok())
        .filter(JsValue::is_object)
    else {
        return;
    };
    let Some(asked) = call(&workers, "getRegistration", &assets.into()) else { return };
    let Ok(registration) = JsFuture::from(asked).await else { return };
    // Above an embedded app there may be one of the site around it.
    let is_ours = ["active", "waiting", "installing"].into_iter().any(|state| {
        let worker = Reflect::get(&registration, &state.into()).ok().filter(JsValue::is_object);
        let script = worker.and_then(|worker| Reflect::get(&worker, &"scriptURL".into()).ok()?.as_string());
        script.is_some_and(|script| script.ends_with(&format!("{assets}sw.js")))
    });
    if let Some(ended) = is_ours.then(|| call(&registration, "unregister", &JsValue::UNDEFINED)).flatten() {
        drop(JsFuture::from(ended).await);
    }
}

/// A method that answers later.
fn call(object: &JsValue, name: &str, argument: &JsValue) -> Option<js_sys::Promise> {
    let method: js_sys::Function = Reflect::get(object, &name.into()).ok()?.dyn_into().ok()?;
    method.call1(object, argument).ok()?.dyn_into().ok()
}

/// Language and looks, and what the scripts around the app note.
fn erase_looks() {
    for (storage, name) in our_looks() {
        // Without storage there is nothing to remove; what stays is found by the look afterwards.
        drop(storage.remove_item(&name));
    }
}

/// Each with where it lies. The mark that a sign-in is to be ended first is no look: it goes once that is done.
fn our_looks() -> Vec<(web_sys::Storage, String)> {
    let stays = key(super::session::SIGN_OUT_FIRST);
    let storages = web_sys::window().map(|window| [window.local_storage(), window.session_storage()]);
    let storages = storages.into_iter().flatten().filter_map(Result::ok).flatten();
    let ours = |storage: web_sys::Storage| {
        let names = (0..storage.length().unwrap_or_default()).filter_map(|at| storage.key(at).ok().flatten());
        let ours = names.filter(|name| (name.starts_with(PREFIX) || name.starts_with("hc-")) && *name != stays);
        ours.map(|name| (storage.clone(), name)).collect::<Vec<_>>()
    };
    storages.flat_map(ours).collect()
}

/// The app's own files; they are fetched again at the next visit.
async fn erase_caches() {
    let (caches, ours) = our_caches().await;
    for name in ours {
        if let Some(deleted) = call(&caches, "delete", &name) {
            drop(JsFuture::from(deleted).await);
        }
    }
}

/// Where files are kept, and under which names those of the app are.
async fn our_caches() -> (JsValue, Vec<JsValue>) {
    let caches = web_sys::window().and_then(|window| Reflect::get(&window, &"caches".into()).ok()).unwrap_or_default();
    let keys = match call(&caches, "keys", &JsValue::UNDEFINED) {
        Some(keys) => JsFuture::from(keys).await.ok().and_then(|keys| keys.dyn_into::<js_sys::Array>().ok()),
        None => None,
    };
    let is_ours = |name: &JsValue| name.as_string().is_some_and(|name| name.starts_with("hc"));
    (caches, keys.unwrap_or_default().iter().filter(is_ours).collect())
}

#[cfg(test)]
mod tests {
    use super::Health;

    #[test]
    fn that_drafts_stay_is_said_where_it_was_promised_and_there_is_room() {
        let most = Some(2e9);
        for (persisted, usage, quota, expected) in [
            (true, Some(1e6), most, true),
            (true, Some(1.99e9), most, false),
            (true, Some(3e9), most, false),
            (true, None, None, false),
            (true, Some(1e6), None, false),
            (false, Some(1e6), most, false),
        ] {
            let health = Health { persisted, usage, quota };
            assert_eq!(health.will_stay(), expected, "{health:?}");
        }
    }
}
