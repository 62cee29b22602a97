//! Several tabs of one origin: one sends, one may change a draft, all hear of what the others have stored.
//!
//! Where Web Locks are missing a lease takes their place.
use super::lease::{self, Lease};
use super::office::Told;
use super::vault::Vault;
use super::{Draft, DraftId, Inner, Storage, WhyMemory};
use contract::json::FromJson;
use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::*;
use serde::Serialize;
use std::cell::Cell;
use std::rc::{Rc, Weak};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{BroadcastChannel, MessageEvent};

const CHANNEL: &str = "hc";
const SENDER: &str = "hc/sender";
/// So long another tab has to store its draft and let it go.
const COURTESY: Duration = Duration::from_millis(1500);
/// So long after it began to wait, and so often, the tab that is seen asks whether the one that sends is awake,
const ASKING: Duration = Duration::from_secs(2);
/// and so long that one has to say so.
const ANSWERING: Duration = Duration::from_secs(3);
/// So long erasing takes at most.
const ERASING: Duration = Duration::from_secs(10);

/// What one tab tells the others. Names only, never what is in them.
#[derive(Clone, Debug, Serialize, FromJson)]
pub(super) enum News {
    Entry(String),
    Draft(DraftId),
    DraftGone(DraftId),
    /// This tab wants to change it.
    DraftWanted(DraftId),
    /// This tab has something of it that it can store nowhere, and keeps it.
    DraftKept(DraftId),
    Document(String),
    Record(String),
    Certificate,
    Session,
    /// Somebody signed out: nothing of theirs is shown any more.
    SignedOut,
    Erased,
    /// The office can be reached again, or somebody wants it tried now: the tab that sends may not be the one that is seen.
    Alive,
    /// Whether the tab that sends can hear this.
    WhoSends,
    /// It can.
    Sends,
    /// Everything that is kept is sealed under another key now, or there is nothing any more.
    Key,
}

/// The line to the other tabs.
pub(super) struct Tabs {
    channel: BroadcastChannel,
    _hear: Closure<dyn FnMut(MessageEvent)>,
}

impl Drop for Tabs {
    fn drop(&mut self) {
        self.channel.close();
    }
}

impl Tabs {
    pub(super) fn open(inner: &Rc<Inner>) -> Option<Self> {
        let channel = BroadcastChannel::new(CHANNEL).ok()?;
        let inner = Rc::downgrade(inner);
        let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let news = event.data().as_string().and_then(|text| contract::json::read(&text));
            // One that was taken from the page hears nothing any more.
            if let (Some(inner), Some(news)) = (inner.upgrade().filter(|inner| !inner.over.get()), news) {
                spawn_local(async move { inner.hear(news).await });
            }
        });
        channel.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        Some(Self { channel, _hear: hear })
    }
}

impl Inner {
    /// Tells the other tabs. If nobody hears it they read it when they start.
    pub(super) fn tell(&self, news: &News) {
        if let Some(tabs) = self.tabs.borrow().as_ref() {
            post(&tabs.channel, news);
        }
    }

    async fn hear(self: Rc<Self>, news: News) {
        // A page that is opening, or locked, reads what is so when it opens. Only the key has it read by then, and it may have
        // read who is here.
        let opens = matches!(self.storage.try_get_untracked(), Some(Storage::Opening | Storage::Locked));
        if opens && !matches!(news, News::Key | News::SignedOut) {
            return;
        }
        match news {
            News::Draft(id) => self.reload_draft(&id).await,
            News::DraftGone(id) => self.forget_head(&id),
            News::DraftWanted(id) => self.let_go(&id).await,
            News::DraftKept(id) => {
                let open = self.open_drafts.borrow().get(&id).copied();
                if let Some(draft) = open {
                    draft.kept_back.try_set(true);
                }
            }
            News::Entry(_) | News::Document(_) | News::Record(_) | News::Certificate => {
                self.tell_office(Told::News(news)).await;
            }
            News::Session => {
                self.ask_whose().await;
            }
            News::SignedOut => {
                self.opened().await;
                self.nobody_is_here().await;
            }
            News::Erased => {
                self.forget_all();
                if let Some(vault) = self.vault.borrow().as_ref() {
                    vault.was_erased();
                }
                // Nothing is sealed under a key that is gone.
                *self.vault.borrow_mut() = Some(Vault::in_memory(WhyMemory::Closed));
                self.storage.try_set(Storage::MemoryOnly(WhyMemory::Closed));
                // Should the page that erases end before it says that all is gone.
                crate::api::sleep(ERASING).await;
                self.anew.try_set(true);
            }
            News::Alive => {
                // A page that slept hears of the network before it hears of what was done meanwhile.
                let is_hidden = leptos::prelude::document().hidden();
                if is_hidden {
                    self.cookie.may_be_anothers();
                }
                self.outbox.borrow_mut().wake();
                self.bell.ring();
                if is_hidden || self.network.try_get_untracked() != Some(super::Network::Online) {
                    self.probe().await;
                }
            }
            News::WhoSends => {
                // A frozen page hears this, but its timers stand still, and so does what it sends.
                crate::api::sleep(Duration::ZERO).await;
                if self.leads.get() && !self.is_in_memory() {
                    self.tell(&News::Sends);
                }
            }
            News::Sends => self.led.set(true),
            // Nothing is open here, or all of it was erased: else no key is changed. Should something have been typed in between,
            // it is left beside the vault, whose old key seals nothing any more.
            News::Key => {
                self.say_last_words();
                *self.vault.borrow_mut() = Some(Vault::in_memory(WhyMemory::Closed));
                self.storage.try_set(Storage::MemoryOnly(WhyMemory::Closed));
                self.anew.try_set(true);
            }
        }
    }

    fn is_in_memory(&self) -> bool {
        self.vault.borrow().as_ref().is_some_and(|vault| vault.why_memory().is_some())
    }

    pub(super) fn is_leader(&self) -> bool {
        self.leads.get()
    }

    /// Resolves when this tab is the one that sends; it stays so until the page ends, or another one had to take it for dead.
    /// One that keeps nothing sends what is its own, beside the one that sends for all others.
    pub(super) async fn lead(self: &Rc<Self>) -> Held {
        self.vault().await;
        if self.is_in_memory() {
            // What lies in its memory no other tab can send, and what others have stored is not seen here.
            self.leads.set(true);
            return Held::default();
        }
        let inner = Rc::downgrade(self);
        let lost = move || {
            if let Some(inner) = inner.upgrade() {
                inner.leads.set(false);
                inner.bell.ring();
            }
        };
        spawn_local(self.clone().wait_for_no_frozen_one());
        let held = lock(SENDER, Ask::Queue, lost).await;
        self.leads.set(true);
        held.unwrap_or_default()
    }

    /// While this tab is seen and waits for its turn: a tab that the system has frozen keeps it, sends nothing, and says
    /// nothing. It is taken from that one, and goes to the next in the line. Should it only have been slow, two send for a
    /// moment.
    async fn wait_for_no_frozen_one(self: Rc<Self>) {
        loop {
            crate::api::sleep(ASKING).await;
            if self.leads.get() || self.over.get() {
                return;
            }
            // Without a line to the others nobody can answer.
            if self.tabs.borrow().is_none() || document().hidden() {
                continue;
            }
            self.led.set(false);
            self.tell(&News::WhoSends);
            crate::api::sleep(ANSWERING).await;
            if !self.led.get() && !self.leads.get() && !self.over.get() {
                drop(lock(SENDER, Ask::Steal, || ()).await);
            }
        }
    }

    /// Opens a draft for changes if no other tab has it, and then goes on with what a page before this one has left of it; else
    /// as soon as that one lets it go.
    pub(super) fn hold_draft(self: &Rc<Self>, id: &DraftId, draft: Draft) {
        let (inner, id) = (Rc::downgrade(self), id.clone());
        spawn_local(async move {
            let name = lock_name(&id);
            if let Some(held) = lock(&name, Ask::IfFree, stolen(&inner, &id)).await {
                keep(&inner, id.clone(), held);
                if let Some(inner) = inner.upgrade() {
                    inner.go_on_with_last_words(&id).await;
                }
                return;
            }
            draft.writable.try_set(false);
            wait_for_draft(inner, id).await;
        });
    }

    /// Another tab wants it: what is not stored yet is stored, or left beside the vault where that tab finds it, then it may
    /// have it. What can be put nowhere stays here, and that is said there.
    async fn let_go(self: &Rc<Self>, id: &DraftId) {
        let open = self.open_drafts.borrow().get(id).copied();
        let Some(draft) = open.filter(|draft| draft.writable.try_get_untracked() == Some(true)) else { return };
        // Storing may take longer than that tab waits.
        let is_safe = !draft.is_dirty() || self.say_last_words();
        if !is_safe {
            self.tell(&News::DraftKept(id.clone()));
        }
        if !draft.save(true).await && !is_safe {
            return;
        }
        draft.writable.try_set(false);
        self.held.borrow_mut().remove(id);
        spawn_local(wait_for_draft(Rc::downgrade(self), id.clone()));
    }

    /// "Continue here."
    pub(super) async fn take_draft(self: &Rc<Self>, id: &DraftId) {
        let open = self.open_drafts.borrow().get(id).copied();
        let Some(draft) = open else { return };
        if self.held.borrow().contains_key(id) {
            draft.writable.try_set(true);
            return;
        }
        draft.kept_back.try_set(false);
        self.tell(&News::DraftWanted(id.clone()));
        crate::api::sleep(COURTESY).await;
        if self.held.borrow().contains_key(id) || draft.kept_back.try_get_untracked() == Some(true) {
            return;
        }
        // That tab does not answer: frozen by the system, or hung.
        if let Some(held) = lock(&lock_name(id), Ask::Steal, stolen(&Rc::downgrade(self), id)).await {
            self.has_in_hand(id, held).await;
        }
    }

    /// From now on this tab changes it, and begins with what was left by the one that had it.
    async fn has_in_hand(self: &Rc<Self>, id: &DraftId, held: Held) {
        self.take_in_last_words().await;
        self.reload_draft(id).await;
        // What was read there is no change of this tab's: it is noticed before anything may be changed here.
        leptos::task::tick().await;
        keep(&Rc::downgrade(self), id.clone(), held);
        self.go_on_with_last_words(id).await;
    }
}

/// Tells the other tabs from a page that hears nothing itself, because it is locked.
pub(super) fn call_out(news: &News) {
    if let Ok(channel) = BroadcastChannel::new(CHANNEL) {
        post(&channel, news);
        channel.close();
    }
}

fn post(channel: &BroadcastChannel, news: &News) {
    if let Ok(text) = serde_json::to_string(news) {
        drop(channel.post_message(&JsValue::from_str(&text)));
    }
}

/// Waits in the line for a draft, then shows what the other tab has stored and lets this one change it.
async fn wait_for_draft(weak: Weak<Inner>, id: DraftId) {
    let is_queued = weak.upgrade().is_none_or(|inner| inner.queued.borrow().contains(&id));
    if is_queued {
        // Its place in the line is the one of a page that was left meanwhile.
        return;
    }
    if let Some(inner) = weak.upgrade() {
        inner.queued.borrow_mut().push(id.clone());
    }
    let held = lock(&lock_name(&id), Ask::Queue, stolen(&weak, &id)).await;
    if let Some(inner) = weak.upgrade() {
        inner.queued.borrow_mut().retain(|queued| *queued != id);
        if let Some(held) = held {
            // The tab that had it may have ended between a key and its save.
            inner.has_in_hand(&id, held).await;
        }
    }
}

/// Unless it was closed meanwhile: then whoever comes next may have it.
fn keep(inner: &Weak<Inner>, id: DraftId, held: Held) {
    if let Some(inner) = inner.upgrade().filter(|inner| !inner.over.get())
        && let Some(draft) = inner.open_drafts.borrow().get(&id)
    {
        draft.writable.try_set(true);
        draft.kept_back.try_set(false);
        inner.held.borrow_mut().insert(id, held);
    }
}

fn stolen(inner: &Weak<Inner>, id: &DraftId) -> impl FnOnce() + 'static {
    let (inner, id) = (inner.clone(), id.clone());
    move || {
        let Some(strong) = inner.upgrade() else { return };
        strong.held.borrow_mut().remove(&id);
        if let Some(draft) = strong.open_drafts.borrow().get(&id) {
            draft.writable.try_set(false);
        }
        spawn_local(wait_for_draft(inner, id));
    }
}

fn lock_name(id: &DraftId) -> String {
    format!("hc/{}", id.key())
}

/// A lock that is held until this is dropped.
#[derive(Default)]
pub(super) struct Held {
    release: Option<Function>,
    _lease: Option<Lease>,
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(release) = self.release.take() {
            // Resolving a promise cannot fail.
            drop(release.call0(&JsValue::NULL));
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ask {
    Queue,
    IfFree,
    Steal,
}

/// Asks for a Web Lock, or for a lease where there are none. `None`: it is not free.
async fn lock(name: &str, ask: Ask, on_stolen: impl FnOnce() + 'static) -> Option<Held> {
    let on_stolen: Stolen = Rc::new(Cell::new(Some(Box::new(on_stolen))));
    if let Some(manager) = lock_manager()
        && let Some(answer) = web_lock(manager, name, ask, on_stolen.clone()).await
    {
        return answer;
    }
    let lease = lease::take(name, ask == Ask::Queue, ask == Ask::Steal, on_stolen.take()?).await?;
    Some(Held { release: None, _lease: Some(lease) })
}

/// Told once.
type Stolen = Rc<Cell<Option<Box<dyn FnOnce()>>>>;

/// The lock, or that it is not free; `None` if this page may not ask (a sandbox without an origin).
async fn web_lock(
    (locks, request): (JsValue, Function),
    name: &str,
    ask: Ask,
    on_stolen: Stolen,
) -> Option<Option<Held>> {
    let options = Object::new();
    let option = match ask {
        Ask::Queue => None,
        Ask::IfFree => Some("ifAvailable"),
        Ask::Steal => Some("steal"),
    };
    if let Some(option) = option {
        // Setting a member of a plain object cannot fail.
        drop(Reflect::set(&options, &option.into(), &JsValue::TRUE));
    }
    let mut release = None;
    let until_released = Promise::new(&mut |resolve, _| release = Some(resolve));
    let mut answer = None;
    let answered = Promise::new(&mut |resolve, _| answer = Some(resolve));
    let (release, answer) = (release?, answer?);
    let refused = answer.clone();
    let granted = Closure::once_into_js(move |lock: JsValue| {
        drop(answer.call1(&JsValue::NULL, &lock));
        if lock.is_null() { JsValue::UNDEFINED } else { until_released.into() }
    });
    let requested: Promise = request.call3(&locks, &name.into(), &options, &granted).ok()?.dyn_into().ok()?;
    let is_held = Rc::new(Cell::new(false));
    let was_held = is_held.clone();
    spawn_local(async move {
        if JsFuture::from(requested).await.is_ok() {
            return;
        }
        if !was_held.get() {
            drop(refused.call1(&JsValue::NULL, &JsValue::UNDEFINED));
        } else if let Some(on_stolen) = on_stolen.take() {
            on_stolen();
        }
    });
    let lock = JsFuture::from(answered).await.ok().filter(|lock| !lock.is_undefined())?;
    is_held.set(!lock.is_null());
    Some((!lock.is_null()).then_some(Held { release: Some(release), _lease: None }))
}

/// Whether no other page of ours sends, waits to send, or has a draft in hand. `ours`: the drafts that this page has.
pub(super) async fn nobody_else(ours: &[String]) -> bool {
    let asked = || {
        let (locks, _) = lock_manager()?;
        let query: Function = Reflect::get(&locks, &"query".into()).ok()?.dyn_into().ok()?;
        query.call0(&locks).ok()?.dyn_into::<Promise>().ok()
    };
    let Some(asked) = asked() else { return false };
    let Ok(state) = JsFuture::from(asked).await else { return false };
    let names = |which: &str| -> Vec<String> {
        let list = Reflect::get(&state, &which.into()).unwrap_or_default();
        let name = |lock: JsValue| Reflect::get(&lock, &"name".into()).ok()?.as_string();
        js_sys::Array::from(&list).iter().filter_map(name).collect()
    };
    let other = |name: &String| name.starts_with("hc/draft/") && !ours.iter().any(|key| name.ends_with(key));
    !names("pending").iter().any(|name| name.starts_with("hc/")) && !names("held").iter().any(other)
}

/// Whether this browser has Web Locks, and says who holds them.
pub(super) fn has_locks() -> bool {
    lock_manager().is_some()
}

fn lock_manager() -> Option<(JsValue, Function)> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
    let request = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    Some((locks, request))
}
