//! The side of this room that faces the office: outbox, documents, records, certificates, events. It is a part of the app of
//! its own, fetched when this phone keeps something of it, when a page needs it, or while somebody is typing already: a
//! first visit fills in a form, and has none of it.
use super::naming::Named;
use super::outgoing::Stopped;
use super::{
    DocumentId, Draft, DraftId, EntryId, Exported, Inner, Offline, StoreError, account, driver, events, last_words,
    rescue, tabs::News,
};
use crate::api::in_time;
use crate::reactive::Signal;
use contract::api::Words;
use contract::questionnaire::{Form, Pointer, place_now};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};

/// What lies in the vault only if something was begun with the office.
const KEPT: [&str; 6] = ["certificate/", "document/", "entry/", "expected", "receipt/", "record/"];
/// What a page before this one has left waits so long for the part that reads it.
const FETCHING: Duration = Duration::from_secs(5);
/// After the first answer is stored: the network is left to the person for so long.
const QUIET: Duration = Duration::from_secs(3);

type Restoring = Pin<Box<dyn Future<Output = Option<Draft>>>>;
type Exporting = Pin<Box<dyn Future<Output = Result<Exported, StoreError>>>>;
type Stopping = Pin<Box<dyn Future<Output = Result<Stopped, StoreError>>>>;
type Doing = Pin<Box<dyn Future<Output = ()>>>;

/// The part, as its split point hands it out.
#[derive(Clone, Copy)]
pub struct Office {
    begin: fn(Rc<Inner>) -> Doing,
    told: fn(Rc<Inner>, Told) -> Doing,
    moves: fn(Rc<Inner>, Moving) -> Doing,
    restores: fn(Rc<Inner>, Offline, DraftId) -> Restoring,
    says_last_words: fn(&Inner) -> bool,
    takes_last_words_in: fn(Rc<Inner>) -> Doing,
    goes_on_with_last_words: fn(Rc<Inner>, DraftId) -> Doing,
    stops: fn(Rc<Inner>, DraftId) -> Stopping,
    exports: fn(Rc<Inner>, String, Option<String>) -> Exporting,
}

/// A draft whose form the office does not take any more, and the form it goes on with.
struct Moving {
    draft: Draft,
    form: Arc<Form>,
}

/// Fetches the part; `None` if it is not to be had now. The entry of the program makes it.
pub type LoadOffice = fn() -> Pin<Box<dyn Future<Output = Option<Office>>>>;

/// The part itself. Only its split point may name it.
pub const OFFICE: Office = Office {
    begin: |inner| Box::pin(begin(inner)),
    told: |inner, told| Box::pin(hear(inner, told)),
    moves: |inner, moving| Box::pin(moves(inner, moving)),
    restores: |inner, offline, id| Box::pin(account::restored(inner, offline, id)),
    says_last_words: last_words::say,
    takes_last_words_in: |inner| Box::pin(last_words::take_in(inner)),
    goes_on_with_last_words: |inner, id| Box::pin(last_words::go_on(inner, id)),
    stops: |inner, draft| Box::pin(async move { inner.stopped_by(&draft).await }),
    exports: |inner, application, passphrase| Box::pin(rescue::exported(inner, application, passphrase)),
};

/// What happens on the other side of this room and matters here.
pub(super) enum Told {
    /// Another person signed in, or one at all.
    SomebodyIsHere,
    /// Another tab has stored something.
    News(News),
    /// A draft that names these documents is stored.
    Named(Vec<Named>),
    /// A draft of this form is stored that names these no more.
    GivenUp(Vec<DocumentId>),
    /// The identity consent of an application was given or taken back.
    Consent(String),
    /// Which documents of an application are asked now, of those of which that has changed.
    Asked(String, Vec<DocumentId>),
    /// A draft was deleted, and with it these entries of the outbox.
    Stopped(Vec<EntryId>),
    /// The office answers in another language from here on.
    Language,
    /// What was begun signed out belongs to this subject now.
    Adopted {
        /// The application.
        application: String,
        /// Whose it is.
        subject: String,
    },
}

impl Offline {
    /// Moves a draft to a newer form. What does not fit stands beside it until it was looked at. If the part is not to be
    /// had now the draft stays as it is; opening it again tries again.
    pub async fn move_draft(self, draft: Draft, form: Arc<Form>) {
        let inner = self.inner();
        if inner.whole().await
            && let Some(office) = inner.office.get()
        {
            (office.moves)(inner, Moving { draft, form }).await;
        }
    }

    /// Everything of an application on this phone as the text of a file, as it stands on the screen. Without a passphrase
    /// anybody can read it. What is damaged, or not to be read now, stays behind, for this is the last way out for the rest.
    ///
    /// # Errors
    /// Nothing is here, or nothing of it can be read; `Closed`: the part is not to be had now.
    pub async fn export_application(self, application: &str, passphrase: Option<&str>) -> Result<Exported, StoreError> {
        let inner = self.inner();
        if !inner.whole().await {
            return Err(StoreError::Closed);
        }
        let office = inner.office.get().ok_or(StoreError::Closed)?;
        (office.exports)(inner, application.to_owned(), passphrase.map(str::to_owned)).await
    }

    /// Waits until outbox, documents, records and certificates are here, and fetches the part for it if need be. False: it is
    /// not to be had now; asking again may help.
    pub async fn whole(self) -> bool {
        self.inner().whole().await
    }

    /// The office is asked in another language from here on: what it has said of itself and of each application came in the
    /// one before, and is read again. Without a network it stays so until there is one.
    pub async fn reads_in_another_language(self) {
        let inner = self.inner();
        drop(inner.refresh_service().await);
        inner.tell_office(Told::Language).await;
    }

    /// Whether outbox, documents, records and certificates are here.
    pub fn is_whole(self) -> Signal<bool> {
        self.inner().whole.into()
    }
}

impl Inner {
    pub(super) async fn whole(self: &Rc<Self>) -> bool {
        if self.whole.try_get_untracked() == Some(false) || self.fetching.borrow().is_some() {
            let begun = self.fetching.borrow().clone();
            let coming = begun.unwrap_or_else(|| {
                let inner = self.clone();
                let coming = future_to_promise(async move {
                    inner.fetch_office().await;
                    Ok(JsValue::UNDEFINED)
                });
                *self.fetching.borrow_mut() = Some(coming.clone());
                coming
            });
            // The promise is never rejected.
            drop(JsFuture::from(coming).await);
        }
        self.whole.try_get_untracked() == Some(true)
    }

    /// What goes out no more once this draft is gone.
    pub(super) async fn stopped_with(self: &Rc<Self>, draft: &DraftId) -> Result<Stopped, StoreError> {
        if !self.whole().await {
            return Err(StoreError::Closed);
        }
        (self.office.get().ok_or(StoreError::Closed)?.stops)(self.clone(), draft.clone()).await
    }

    /// A draft that is being filled in on another phone, begun here with what stands in its person's account.
    pub(super) async fn restored(self: &Rc<Self>, offline: Offline, id: &DraftId) -> Option<Draft> {
        if !self.whole().await {
            return None;
        }
        (self.office.get()?.restores)(self.clone(), offline, id.clone()).await
    }

    /// The page is hidden or ends: what is not stored yet is left beside the vault, in this very turn. True: all of it is.
    pub(super) fn say_last_words(&self) -> bool {
        self.office.get().is_some_and(|office| (office.says_last_words)(self))
    }

    /// What a page before this one has left is taken into the vault, before anything is read there.
    pub(super) async fn take_in_last_words(self: &Rc<Self>) {
        if !last_words::are_left() {
            return;
        }
        if self.office.get().is_none() {
            // A network that stalls keeps nobody from what lies in the vault.
            self.office.set(in_time(FETCHING, (self.load_office)()).await.flatten());
        }
        if let Some(office) = self.office.get() {
            (office.takes_last_words_in)(self.clone()).await;
        }
    }

    /// Whether what a page before this one has left of a draft is taken in, before it is opened: what is stored after that counts
    /// as newer. False: what reads it is not to be had now.
    pub(super) async fn knows_last_words(self: &Rc<Self>, id: &DraftId) -> bool {
        !last_words::are_left_of(id) || in_time(FETCHING, Box::pin(self.whole())).await == Some(true)
    }

    /// What was left for this draft and could not be taken into the vault (the phone is full) is shown, and not stored yet.
    pub(super) async fn go_on_with_last_words(self: &Rc<Self>, id: &DraftId) {
        if let Some(office) = self.office.get().filter(|_| last_words::are_left()) {
            (office.goes_on_with_last_words)(self.clone(), id.clone()).await;
        }
    }

    async fn fetch_office(self: &Rc<Self>) {
        let found = match self.office.get() {
            None => (self.load_office)().await,
            found => found,
        };
        if let Some(office) = found {
            self.office.set(Some(office));
            // It may not have been to be had as this page began.
            self.take_in_last_words().await;
            (office.begin)(self.clone()).await;
            self.whole.try_set(true);
        }
        *self.fetching.borrow_mut() = None;
    }

    /// At the start: what this phone keeps of it is shown, and goes out.
    pub(super) async fn fetch_office_if_kept(self: Rc<Self>) {
        let vault = self.opened().await;
        if last_words::are_left() {
            self.whole().await;
            return;
        }
        for prefix in KEPT {
            if vault.holds(prefix).await {
                self.whole().await;
                return;
            }
        }
    }

    /// Somebody is typing: what comes later is fetched meanwhile.
    pub(super) fn fetch_office_in_time(self: &Rc<Self>) {
        if self.whole.try_get_untracked() == Some(false) && self.fetching.borrow().is_none() {
            let inner = self.clone();
            spawn_local(async move {
                crate::api::sleep(QUIET).await;
                if !inner.over.get() {
                    inner.whole().await;
                }
            });
        }
    }

    /// Tells the part, if it is here or on its way. Else there is nothing that it would have to know: it reads what is so when
    /// it begins.
    pub(super) async fn tell_office(self: &Rc<Self>, told: Told) {
        let coming = self.fetching.borrow().clone();
        if let Some(coming) = coming {
            drop(JsFuture::from(coming).await);
        }
        if let Some(office) = self.office.get().filter(|_| self.whole.try_get_untracked() == Some(true)) {
            (office.told)(self.clone(), told).await;
        }
    }
}

/// Reads what is kept, then sends and listens until the shell is gone.
async fn begin(inner: Rc<Inner>) {
    let vault = inner.opened().await;
    inner.load_documents(&vault).await;
    inner.load_records(&vault).await;
    inner.load_certificates(&vault).await;
    inner.load_entries(&vault).await;
    inner.go_on_erasing().await;
    inner.say_what_is_unreadable(&vault);
    spawn_local(last_words::prepare(inner.clone()));
    spawn_local(driver::run(inner.clone()));
    spawn_local(events::run(inner.clone()));
    spawn_local(account::run(inner));
}

async fn moves(inner: Rc<Inner>, Moving { draft, form }: Moving) {
    let context = inner.judged_by();
    let (id, from) = (draft.id(), draft.questionnaire.get_untracked());
    let moved = || {
        let (beside, answers) = (draft.beside.get_untracked(), draft.answers.get_untracked());
        beside.moved(&form, &from, &answers, &context)
    };
    // Documents first: should the page end in between, the draft moves once more, and they stay where they are.
    inner.move_documents(&id, &form, &from, &moved().1).await;
    // What was answered meanwhile moves too.
    let (beside, answers) = moved();
    draft.answers.set(answers);
    draft.beside.set(beside);
    draft.notes.update(|notes| {
        let renamed =
            |(pointer, words): (Pointer, Words)| (place_now(&form, &from, &pointer).unwrap_or(pointer), words);
        *notes = std::mem::take(notes).into_iter().map(renamed).collect();
    });
    draft.questionnaire.set(form.canonical());
    inner.look_again(&id.application);
}

async fn hear(inner: Rc<Inner>, told: Told) {
    match told {
        Told::SomebodyIsHere => {
            let vault = inner.opened().await;
            inner.load_records(&vault).await;
            inner.load_certificates(&vault).await;
            inner.say_what_is_unreadable(&vault);
        }
        Told::News(News::Entry(id)) => inner.reload_entry(&id).await,
        Told::News(News::Document(id)) => inner.reload_document(&id).await,
        Told::News(News::Record(id)) => inner.reload_record(&id).await,
        Told::News(News::Certificate) => {
            let vault = inner.opened().await;
            inner.load_certificates(&vault).await;
        }
        // The other side's.
        Told::News(
            News::Draft(_)
            | News::DraftGone(_)
            | News::DraftWanted(_)
            | News::DraftKept(_)
            | News::Session
            | News::SignedOut
            | News::Erased
            | News::Alive
            | News::WhoSends
            | News::Sends
            | News::Key,
        ) => {}
        Told::Consent(application) => inner.send_documents(&application).await,
        Told::Asked(application, changed) => inner.are_asked(&application, changed).await,
        Told::Named(named) => inner.are_named(named),
        Told::GivenUp(ids) => inner.erase_given_up(&ids).await,
        Told::Stopped(entries) => inner.stop(&entries),
        Told::Language => inner.read_in_another_language().await,
        Told::Adopted { application, subject } => inner.adopted(&application, &subject).await,
    }
}
