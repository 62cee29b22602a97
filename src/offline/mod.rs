//! What this phone keeps, and what waits to be sent: drafts, vault, outbox, reachability, the office's records.
//!
//! The only room that stores. You will not find a view here, nor a rule about what is valid.
//! Everything lives as long as the shell: pages come and go, a save or an upload under way does not care.

mod account;
mod again;
mod awaited;
mod begun;
mod bytes;
mod certificates;
mod choices;
mod document_state;
mod documents;
mod draft;
mod drafts;
mod driver;
mod erase;
mod error;
mod events;
mod expected;
mod freezing;
mod idb;
mod kept;
mod last_words;
mod lease;
mod lock;
mod naming;
mod network;
mod office;
mod outgoing;
mod public;
mod recall;
mod records;
mod renewal;
mod rescue;
mod session;
mod stored;
mod tabs;
mod turn;
mod vault;
mod watch;

pub use account::{Chosen, Differing, NotChosen, Settled};
pub use again::Needs;
pub use awaited::AwaitedCode;
pub use certificates::{CertificateFile, KeptCertificate};
pub use choices::{keep_choice, kept_choice};
pub use documents::{DocState, DocumentId, LocalDocument, NewDocument, Until};
pub use draft::{Draft, DraftId, FormKind, SaveState};
pub use drafts::{DraftState, DraftSummary, Owner, Unstored};
pub use erase::{Counts, Erased, Health};
pub use error::{StoreError, StoreStep, WhyMemory};
pub use events::Live;
pub use expected::{ExpectedPhoto, Undecided};
pub use kept::Kept;
pub use lock::{PinError, SHORTEST as SHORTEST_PIN};
pub use network::{Closed, Network};
pub use office::{LoadOffice, OFFICE, Office};
pub use outbox::{EntryId, NextStep, Reason, State, Step, TakeBackError, Why};
pub use outgoing::{OutboxRow, What};
pub use rescue::{Exported, ImportError};
pub use session::{Asker, SessionState, SignOutError};

use crate::api::Api;
use crate::reactive::{RwSignal, Signal, derive, provided};
use chrono::NaiveDate;
use contract::api::{ApplicationRecord, Instant, Receipt, Service};
use contract::questionnaire::{Context, NoPatterns};
use leptos::prelude::{Owner as Scope, *};
use leptos::reactive::owner::WeakOwner;
use litemap::LiteMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use vault::Vault;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};

/// The database's name. One an origin: every tab and every instance on a page shares it.
const DATABASE: &str = "hc";

/// Whether records outlive this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// Not known yet.
    Opening,
    /// A PIN is asked for first.
    Locked,
    /// Yes.
    Kept,
    /// Yes, but some older records cannot be opened any more: the key is gone, or they are damaged.
    KeptInPart,
    /// No, and why. What is filled in can still be sent.
    MemoryOnly(WhyMemory),
}

/// The day of the office that an instant falls on. The shell hands it in: time zones are not known in this room.
pub type DayAtOffice = Box<dyn Fn(Instant) -> NaiveDate>;

/// What this phone keeps. One an instance of the app, read from context at the top of a page.
#[derive(Clone, Copy)]
pub struct Offline(StoredValue<Rc<Inner>, LocalStorage>);

struct Inner {
    api: Api,
    /// URL prefix of the files that ship with the app.
    assets: String,
    day_at_office: DayAtOffice,
    /// Fetches the side that faces the office,
    load_office: LoadOffice,
    /// and here it is,
    office: Cell<Option<Office>>,
    /// or on its way,
    fetching: RefCell<Option<js_sys::Promise>>,
    /// with everything that this phone keeps of it.
    whole: RwSignal<bool>,
    /// Signals made later than the first page belong to the shell too.
    owner: Option<WeakOwner>,
    vault: RefCell<Option<Vault>>,
    opening: RefCell<Option<js_sys::Promise>>,
    /// The vault lies under a PIN,
    locked: RefCell<Option<vault::Locked>>,
    /// until it was entered.
    unlocked: driver::Bell,
    storage: RwSignal<Storage>,
    /// The browser has not promised to keep it.
    cleared: RwSignal<bool>,
    session: RwSignal<SessionState>,
    /// Whose records are shown: the last one signed in, also while the sign-in has ended or is not known yet.
    here: RwSignal<Option<String>>,
    network: RwSignal<Network>,
    /// All was erased, and the sign-in ends first of all,
    signs_out_later: RwSignal<bool>,
    /// which is noted here where it cannot be noted beside the vault;
    owes_sign_out: Cell<bool>,
    /// one page asks for it once at a time.
    signing_out: turn::Turn,
    /// How often somebody has signed in or out.
    sign_ins: Cell<u32>,
    cookie: session::Cookie,
    /// What a refusal said of the office as a whole.
    closed: RwSignal<Option<network::Closed>>,
    drafts: RwSignal<LiteMap<DraftId, stored::Head>>,
    open_drafts: RefCell<LiteMap<DraftId, Draft>>,
    documents: RwSignal<LiteMap<DocumentId, documents::Record>>,
    /// How each draft stands with its copy in the account.
    account: RwSignal<LiteMap<String, account::Account>>,
    /// Wakes the one who saves there.
    saves: driver::Bell,
    /// One draft at a time is put together with its copy there,
    settling: turn::Turn,
    /// and not before this time of the page's clock: the account asked for rest.
    account_rests_until: Cell<f64>,
    /// What this phone knows of a copy there is changed by one at a time.
    copying: turn::Turn,
    /// How far the phone's clock is ahead of the page's, as the one who sends has seen it last.
    clock_ahead: Cell<Option<f64>>,
    /// Bytes under way, by document.
    sent: RwSignal<LiteMap<DocumentId, u64>>,
    /// Documents that go once a stored draft of that form does not name them.
    given_up: RefCell<Vec<(String, FormKind, DocumentId)>>,
    /// Items at which a chosen photo is neither kept nor left out yet.
    undecided: RwSignal<Vec<(String, expected::Undecided)>>,
    expected: RwSignal<Vec<ExpectedPhoto>>,
    /// The notes of the items that have a picker open, or a photo in memory only.
    expecting: RefCell<Vec<String>>,
    outbox: RefCell<outbox::Outbox>,
    rows: RwSignal<Vec<outbox::Entry>>,
    records: RwSignal<LiteMap<String, Kept<ApplicationRecord>>>,
    /// They are all that the one who is here has: the office has told.
    knows_all: RwSignal<bool>,
    receipts: RwSignal<LiteMap<String, Receipt>>,
    certificates: RwSignal<LiteMap<String, KeptCertificate>>,
    service: RwSignal<Option<Kept<Service>>>,
    live: RwSignal<Live>,
    /// Wakes the driver.
    bell: driver::Bell,
    listening: events::Listening,
    /// Whose turn it is to read again what could not be read.
    reading: Cell<u32>,
    /// Wakes the one who asks whether the server is back.
    unreachable: driver::Bell,
    /// When something was last sent, by the page's clock.
    acted_at: Cell<f64>,
    tabs: RefCell<Option<tabs::Tabs>>,
    /// This tab is the one that sends.
    leads: Cell<bool>,
    /// Another tab has said that it is.
    led: Cell<bool>,
    /// The phone that a code was last asked for.
    asked_phone: RefCell<Option<String>>,
    /// What was asked for at the sign-in and not answered, with its key.
    unanswered: RefCell<Option<(String, String)>>,
    /// All was erased, and not said yet.
    erased: Cell<Option<Erased>>,
    /// Somebody signed out here, and it is not said yet.
    signed_out: Cell<bool>,
    /// Nothing that this page shows is so any more: it has to begin anew.
    anew: RwSignal<bool>,
    /// The key under which a page that ends seals what is not stored yet.
    last_words: RefCell<Option<Vec<u8>>>,
    /// The drafts that are being frozen.
    freezing: RefCell<Vec<DraftId>>,
    /// Documents are put into the outbox by one at a time: whoever comes second sees what the first one put there.
    putting: turn::Turn,
    /// The drafts that this tab may change.
    held: RefCell<LiteMap<DraftId, tabs::Held>>,
    /// And those that it stands in the line for.
    queued: RefCell<Vec<DraftId>>,
    /// How many wrong PINs this page has seen, and since when by its own clock.
    wrong_pins: Cell<Option<(u32, f64)>>,
    /// Set when the shell is gone: tasks end.
    over: Cell<bool>,
}

impl Offline {
    /// Opens what this phone keeps and begins to send and to listen. Called once, by the shell, under the root owner.
    ///
    /// `assets` is the URL prefix of the files that ship with the app; `load_office` fetches the side that faces the office.
    pub fn start(api: Api, assets: &str, load_office: LoadOffice, day_at_office: DayAtOffice) -> Self {
        let inner = Rc::new(Inner::new(api, assets, load_office, day_at_office));
        let opening = {
            let inner = inner.clone();
            future_to_promise(async move {
                inner.open().await;
                Ok(wasm_bindgen::JsValue::UNDEFINED)
            })
        };
        *inner.opening.borrow_mut() = Some(opening);
        let offline = Self(StoredValue::new_local(inner.clone()));
        watch::browser(&inner);
        {
            let inner = send_wrapper::SendWrapper::new(inner.clone());
            on_cleanup(move || {
                // Taken from a page that goes on, it leaves its drafts to whoever comes next.
                inner.say_last_words();
                inner.over.set(true);
                inner.held.borrow_mut().clear();
                // A task may wait for its turn among the tabs and hold the rest until then; the line ends now.
                drop(inner.tabs.take());
                inner.bell.ring();
                inner.saves.ring();
                inner.listening.ring();
                inner.unreachable.ring();
            });
        }
        spawn_local(inner.clone().greet());
        spawn_local(inner.clone().watch_network());
        spawn_local(inner.fetch_office_if_kept());
        offline
    }

    /// The one of the instance around the current view.
    ///
    /// # Panics
    /// Outside of the shell, which provides it before it draws anything.
    pub fn here() -> Self {
        provided()
    }

    /// The app was taken out of its page. What still comes has nobody to be drawn for, and nothing to be drawn with.
    pub fn is_over(self) -> bool {
        self.0.is_disposed()
    }

    fn inner(self) -> Rc<Inner> {
        // After the shell is gone there is nobody left to see anything: an empty one that keeps nothing.
        self.0.try_get_value().unwrap_or_else(|| {
            let day = Box::new(|at: Instant| at.date_naive());
            let inner = Inner::new(Api::new("", ""), "", || Box::pin(async { None }), day);
            *inner.vault.borrow_mut() = Some(Vault::in_memory(WhyMemory::Closed));
            Rc::new(inner)
        })
    }

    /// The backend, for conversations that do not wait: codes, slots, collection.
    pub fn api(self) -> Api {
        self.inner().api.clone()
    }

    /// The time by the server's clock, as far as it is known.
    pub fn now(self) -> Instant {
        self.inner().api.now()
    }

    /// Whether records outlive this page.
    pub fn storage(self) -> Signal<Storage> {
        self.inner().storage.into()
    }

    /// What outlives this page may be cleared by the browser all the same: it was asked not to, and has not promised it.
    pub fn may_be_cleared(self) -> Signal<bool> {
        let inner = self.inner();
        let (storage, cleared) = (inner.storage, inner.cleared);
        derive(move || cleared.get() && matches!(storage.get(), Storage::Kept | Storage::KeptInPart))
    }

    /// URL prefix of the files that ship with the app; opened in a window of its own it is the app itself.
    pub fn assets(self) -> String {
        self.inner().assets.clone()
    }

    /// The day at the office now, by the server's clock. Read once: nobody who asks here is told when its zone changes.
    pub fn today(self) -> NaiveDate {
        self.inner().today()
    }
}

impl Inner {
    fn new(api: Api, assets: &str, load_office: LoadOffice, day_at_office: DayAtOffice) -> Self {
        Self {
            api,
            assets: assets.to_owned(),
            day_at_office,
            load_office,
            office: Cell::new(None),
            fetching: RefCell::default(),
            whole: RwSignal::new(false),
            owner: Scope::current().map(|owner| owner.downgrade()),
            vault: RefCell::default(),
            opening: RefCell::default(),
            locked: RefCell::default(),
            unlocked: driver::Bell::default(),
            storage: RwSignal::new(Storage::Opening),
            cleared: RwSignal::new(false),
            session: RwSignal::new(SessionState::Unknown),
            here: RwSignal::new(None),
            network: RwSignal::new(Network::Unknown),
            signs_out_later: RwSignal::new(false),
            owes_sign_out: Cell::new(false),
            signing_out: turn::Turn::default(),
            sign_ins: Cell::new(0),
            cookie: session::Cookie::default(),
            closed: RwSignal::new(None),
            drafts: RwSignal::default(),
            open_drafts: RefCell::default(),
            documents: RwSignal::default(),
            account: RwSignal::default(),
            saves: driver::Bell::default(),
            settling: turn::Turn::default(),
            copying: turn::Turn::default(),
            account_rests_until: Cell::new(0.0),
            clock_ahead: Cell::new(None),
            sent: RwSignal::default(),
            given_up: RefCell::default(),
            undecided: RwSignal::default(),
            expected: RwSignal::new(Vec::new()),
            expecting: RefCell::default(),
            outbox: RefCell::default(),
            rows: RwSignal::default(),
            records: RwSignal::default(),
            knows_all: RwSignal::new(false),
            receipts: RwSignal::default(),
            certificates: RwSignal::default(),
            service: RwSignal::new(None),
            live: RwSignal::new(Live::Nothing),
            bell: driver::Bell::default(),
            listening: events::Listening::default(),
            reading: Cell::default(),
            asked_phone: RefCell::default(),
            unanswered: RefCell::default(),
            unreachable: driver::Bell::default(),
            acted_at: Cell::new(f64::NEG_INFINITY),
            tabs: RefCell::default(),
            leads: Cell::new(false),
            led: Cell::new(false),
            signed_out: Cell::new(false),
            erased: Cell::new(None),
            anew: RwSignal::new(false),
            last_words: RefCell::default(),
            freezing: RefCell::default(),
            putting: turn::Turn::default(),
            held: RefCell::default(),
            queued: RefCell::default(),
            wrong_pins: Cell::new(None),
            over: Cell::new(false),
        }
    }

    fn today(&self) -> NaiveDate {
        untrack(|| (self.day_at_office)(self.api.now()))
    }

    /// What answers are judged by as they move to another form: what a moved one may hold depends on the day.
    fn judged_by(&self) -> Context<'static> {
        Context::new(self.today(), &NoPatterns)
    }

    /// Runs something whose signals live as long as the shell.
    fn under_shell<T: 'static>(&self, make: impl FnOnce() -> T + 'static) -> T {
        match self.owner.as_ref().and_then(WeakOwner::upgrade) {
            Some(owner) => owner.with(make),
            None => make(),
        }
    }

    async fn open(self: &Rc<Self>) {
        // Before the key is read: another page may be about to change it.
        *self.tabs.borrow_mut() = tabs::Tabs::open(self);
        let vault = match Vault::open(DATABASE).await {
            Ok(vault) => vault,
            Err(locked) => self.entered(locked).await,
        };
        // Unless its key was changed meanwhile: then nothing is sealed under it.
        let vault = self.vault.borrow_mut().get_or_insert(vault).clone();
        self.take_in_last_words().await;
        self.load(&vault).await;
        let why_memory = self.vault().await.why_memory();
        self.storage.try_set(why_memory.map_or(Storage::Kept, Storage::MemoryOnly));
        self.say_what_is_unreadable(&vault);
        watch::ask_to_persist(self);
    }

    /// Waits until the PIN was entered.
    async fn entered(&self, locked: vault::Locked) -> Vault {
        *self.locked.borrow_mut() = Some(locked);
        self.storage.try_set(Storage::Locked);
        loop {
            self.unlocked.wait(std::time::Duration::from_hours(1)).await;
            if let Some(vault) = self.vault.borrow().clone() {
                return vault;
            }
        }
    }

    /// Reads what is kept and needed at once. A record that cannot be read is left where it is and stops nothing else.
    async fn load(self: &Rc<Self>, vault: &Vault) {
        self.load_session(vault).await;
        self.load_drafts(vault).await;
        self.load_service(vault).await;
    }

    /// Records that cannot be read stay where they are; that there are some is said.
    fn say_what_is_unreadable(&self, vault: &Vault) {
        if vault.has_unreadable() {
            self.storage.try_set(Storage::KeptInPart);
        }
    }

    /// The vault, once it is open.
    async fn vault(&self) -> Vault {
        if let Some(vault) = self.vault.borrow().clone() {
            return vault;
        }
        let opening = self.opening.borrow().clone();
        if let Some(opening) = opening {
            // The promise is never rejected.
            drop(JsFuture::from(opening).await);
        }
        self.vault.borrow().clone().unwrap_or_else(|| Vault::in_memory(WhyMemory::Closed))
    }

    /// Waits until session, drafts and service have been read.
    async fn opened(&self) -> Vault {
        let opening = self.opening.borrow().clone();
        if let Some(opening) = opening {
            drop(JsFuture::from(opening).await);
        }
        self.vault().await
    }

    fn subject(&self) -> Option<String> {
        self.here.try_get_untracked().flatten()
    }
}

/// A key for a call that takes one: each new wish has its own, a repetition has the same.
pub fn new_key() -> String {
    uuid()
}

/// A new UUID, version 4. Also on a page that is not secure, where the browser's own function is missing.
fn uuid() -> String {
    let mut bytes = [0_u8; 16];
    let filled = web_sys::window().and_then(|w| w.crypto().ok()).map(|c| c.get_random_values_with_u8_array(&mut bytes));
    if !matches!(filled, Some(Ok(_))) {
        for byte in &mut bytes {
            *byte = roll().to_be_bytes()[0];
        }
    }
    let mut number = u128::from_be_bytes(bytes);
    number = number & !(0xf000 << 64) | 0x4000 << 64;
    number = number & !(0xc000 << 48) | 0x8000 << 48;
    let hex = format!("{number:032x}");
    let mut text = String::with_capacity(36);
    for (at, digit) in hex.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

/// A number that nobody can foretell well enough to matter: for waits, never for secrets.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 <= random < 1")]
fn roll() -> u32 {
    (js_sys::Math::random() * f64::from(u32::MAX)) as u32
}
