//! The driver: does what the outbox says, one order after the other, in the one tab that sends.
use super::outgoing::{Outgoing, now};
use super::{DocumentId, FormKind, Inner, StoreError, account, documents};
use crate::api::{ApiError, Post, Sent, TusUpload, page_millis};
use contract::api::BindDocument;
use contract::application::Act;
use leptos::prelude::*;
use outbox::{Answer, Body, Entry, Moment, Order, Reason, Refusal, State, Time};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Looks at least this often, should a wake-up be lost.
const LONGEST: Duration = Duration::from_mins(1);
/// Asks again who is signed in, as long as nobody has answered.
const ASK_AGAIN: Duration = Duration::from_secs(20);
/// Received acts stay to be seen this long.
const SEEN: u64 = 24 * 60 * 60 * 1000;

/// Wakes the driver.
#[derive(Default)]
pub(super) struct Bell {
    rung: Cell<bool>,
    waiting: RefCell<Option<js_sys::Function>>,
}

impl Bell {
    pub(super) fn ring(&self) {
        self.rung.set(true);
        if let Some(wake) = self.waiting.borrow_mut().take() {
            // Resolving a promise cannot fail.
            drop(wake.call0(&JsValue::NULL));
        }
    }

    /// By how much it was longer, not by the clock that a person sets: far longer is a page that slept.
    pub(super) async fn wait(&self, at_most: Duration) -> Duration {
        if self.rung.replace(false) {
            return Duration::ZERO;
        }
        let began = page_millis();
        let millis = i32::try_from(at_most.as_millis()).unwrap_or(i32::MAX);
        let mut timer = None;
        let woken = js_sys::Promise::new(&mut |resolve, _| {
            timer = web_sys::window()
                .and_then(|w| w.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis).ok());
            *self.waiting.borrow_mut() = Some(resolve);
        });
        drop(JsFuture::from(woken).await);
        self.rung.set(false);
        if let (Some(window), Some(timer)) = (web_sys::window(), timer) {
            window.clear_timeout_with_handle(timer);
        }
        let waited = Duration::try_from_secs_f64((page_millis() - began) / 1000.0).unwrap_or_default();
        waited.saturating_sub(at_most)
    }
}

/// Runs until the shell is gone.
pub(super) async fn run(inner: Rc<Inner>) {
    while !inner.over.get() {
        let held = inner.lead().await;
        send(&inner).await;
        drop(held);
    }
}

/// Sends as long as this tab is the one that does.
async fn send(inner: &Rc<Inner>) {
    // The tab that sent until now may have left something behind.
    let vault = inner.opened().await;
    inner.reload_entries(&vault).await;
    inner.mend_frozen(&vault).await;
    inner.adopt_the_rest().await;
    inner.say_what_is_unreadable(&vault);
    inner.listening.ring();
    inner.clear_seen().await;
    // What the clock did before is in none of these waits: another tab may have begun them since.
    inner.clock_ahead.set(None);
    inner.outbox.borrow_mut().no_longer_than_meant(Time(now()));
    while !inner.over.get() && inner.is_leader() {
        inner.keep_clock();
        inner.hold_documents();
        let is_known = inner.cookie.is_known();
        let orders = if is_known { inner.outbox.borrow_mut().due(moment()) } else { Vec::new() };
        inner.carry_out(orders).await;
        let next = inner.outbox.borrow().next_at();
        let wait = next.map_or(LONGEST, |at| Duration::from_millis(at.0.saturating_sub(now())));
        // What waits for an answer is not due, whatever its time.
        let wait = if is_known { wait.min(LONGEST) } else { ASK_AGAIN };
        let slept = inner.bell.wait(wait).await;
        if slept > ASK_AGAIN {
            inner.cookie.may_be_anothers();
        }
        // Where there is no network it is asked elsewhere, and where nothing is to be sent when the page is seen again.
        let is_online = inner.network.try_get_untracked() == Some(super::Network::Online);
        if !inner.cookie.is_known() && is_online && inner.has_unsent() {
            inner.probe().await;
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "milliseconds, rounded")]
fn whole(millis: f64) -> i64 {
    millis.round() as i64
}

fn moment() -> Moment {
    Moment { now: Time(now()), roll: super::roll() }
}

impl Inner {
    fn has_unsent(&self) -> bool {
        let unsent = |rows: &Vec<Entry>| rows.iter().any(|entry| !entry.state.is_settled());
        self.rows.try_with_untracked(unsent) == Some(true)
    }

    /// Does orders in their order; what goes over the network goes on beside.
    pub(super) async fn carry_out(self: &Rc<Self>, orders: Vec<Order>) {
        self.show_outbox();
        let mut held_back = Vec::new();
        for order in orders {
            match order {
                Order::Save(id) => {
                    // The entry and its key were stored when it was put in. If this note of how far it is cannot be, it may
                    // be sent once more after a crash, with the same key: that does no harm. An act that leaves is noted
                    // first: else it could be taken back after it has arrived.
                    if let Err(why) = self.save_entry(&id).await {
                        leptos::logging::warn!("a note of the outbox was not kept: {why:?}");
                        held_back.push(id);
                    }
                }
                Order::Send(id) if held_back.contains(&id) && self.is_act(&id) => {
                    self.outbox.borrow_mut().not_left(&id, moment());
                    self.show_outbox();
                }
                Order::Upload(id) | Order::Send(id) | Order::Ask(id) => {
                    let inner = self.clone();
                    spawn_local(async move { inner.step(id).await });
                }
                Order::Settled(id) => self.settled(&id).await,
                Order::Reread(application) => {
                    let inner = self.clone();
                    spawn_local(async move { drop(inner.refresh(&application).await) });
                }
                Order::Fetch { documents, .. } => self.fetch(&documents).await,
                Order::SignIn => self.session_ended(),
            }
        }
    }

    pub(super) fn is_act(&self, id: &str) -> bool {
        self.outbox.borrow().entry(id).is_some_and(|entry| matches!(entry.body, Body::Act { .. }))
    }

    /// One step over the network, and what comes of it.
    async fn step(self: Rc<Self>, id: String) {
        let Some(entry) = self.outbox.borrow().entry(&id).cloned() else { return };
        let State::Busy(step) = entry.state else { return };
        let as_of = self.sign_ins.get();
        let answer = match step {
            outbox::Step::Upload => self.upload(&entry).await,
            outbox::Step::Send => self.send(&entry).await,
            outbox::Step::Ask => self.ask(&id).await,
        };
        // Somebody has signed in or out since: this is a word of the sign-in before.
        let answer = match answer {
            Answer::SignedOut if as_of != self.sign_ins.get() => Answer::Held,
            answer => answer,
        };
        self.keep_clock();
        let orders = self.outbox.borrow_mut().answered(&id, answer, moment());
        self.carry_out(orders).await;
        self.bell.ring();
    }

    async fn upload(self: &Rc<Self>, entry: &Entry) -> Answer {
        let Body::Document { document, bind, location } = &entry.body else { return Answer::NotSent };
        let bytes = match self.opened().await.bytes(&super::bytes::bytes_key(document)).await {
            Ok(bytes) => bytes,
            Err(StoreError::Missing | StoreError::Unreadable) => return Answer::Broken,
            // Not to be read now is not gone: the browser may have closed its storage for a moment.
            Err(_) => return Answer::NotSent,
        };
        let Some(uploads) = self.uploads().await else { return Answer::NotSent };
        let upload = TusUpload {
            application: entry.application.clone(),
            document: document.clone(),
            sha256: bind.sha256.clone(),
            media_type: bind.media_type.clone(),
            bytes,
            location: location.clone(),
        };
        let begun = RefCell::new(location.clone());
        let confirmed = Cell::new(None);
        let told = |sent: Sent| match sent {
            Sent::Created(at) => {
                begun.replace(Some(at.clone()));
                let orders = self.outbox.borrow_mut().upload_begun(&entry.id, &at);
                let inner = self.clone();
                spawn_local(async move { inner.carry_out(orders).await });
            }
            Sent::Confirmed(bytes) => {
                confirmed.set(Some(bytes));
                self.sent.try_update(|sent| sent.insert(document.clone(), bytes));
            }
            Sent::Bytes(bytes) => {
                self.sent.try_update(|sent| sent.insert(document.clone(), bytes));
            }
        };
        // What is left of it would go out under somebody else's sign-in.
        let is_anothers = || entry.owner != self.subject();
        let is_withdrawn = || self.outbox.borrow().entry(&entry.id).is_none();
        let sent = {
            let mut sending = pin!(self.api.upload(&upload, &uploads, &told));
            // Each sign of progress is a moment to stop at.
            poll_fn(|context| {
                if self.is_held(document) || is_withdrawn() || is_anothers() {
                    return Poll::Ready(None);
                }
                sending.as_mut().poll(context).map(Some)
            })
            .await
        };
        // What was only on its way does not count where it stops.
        if let Some(bytes) = confirmed.get() {
            self.sent.try_update(|sent| sent.insert(document.clone(), bytes));
        }
        match sent {
            None => {
                if let Some(location) = begun.take()
                    && is_withdrawn()
                    && self.is_removed(document).await
                {
                    // Nobody needs it any more. Where this does not arrive, the server ends it in its own time.
                    drop(self.api.end_upload(&location).await);
                }
                Answer::Held
            }
            Some(Ok(at)) => Answer::Uploaded(at),
            Some(Err(why)) => self.answer(why),
        }
    }

    /// Its person has removed it, in whichever tab. That its entry is gone does not say so: another tab, which took this one
    /// for dead, may have sent it. One that is about to be removed takes itself back at the office, after this.
    async fn is_removed(&self, document: &str) -> bool {
        let stored = self.opened().await.read::<documents::Record>(&documents::record_key(document)).await;
        matches!(stored, Err(StoreError::Missing))
    }

    /// It was removed here while it was being bound there: the removal may have come first and met nothing, so it goes once
    /// more, now that whatever could be there is there.
    async fn remove_again(self: &Rc<Self>, application: &str, document: &str) {
        let body = Body::Remove { document: document.to_owned() };
        let again = Outgoing { application: application.to_owned(), body };
        if let Err(why) = self.put_with(vec![again], Vec::new()).await {
            // The removal that was stored with the deed itself goes out all the same.
            leptos::logging::warn!("a removal was not repeated: {why:?}");
        }
    }

    /// Unless somebody else is here meanwhile.
    async fn keep_record_of(self: &Rc<Self>, entry: &Entry, record: contract::api::ApplicationRecord) {
        if entry.owner == self.subject() {
            self.keep_record(record, None).await;
        }
    }

    async fn uploads(&self) -> Option<contract::api::Uploads> {
        let known = || self.service.try_get_untracked().flatten().and_then(|kept| kept.value.uploads);
        if known().is_none() {
            // Without it there is nothing to send to.
            drop(self.refresh_service().await);
        }
        known()
    }

    async fn send(self: &Rc<Self>, entry: &Entry) -> Answer {
        let application = &entry.application;
        match &entry.body {
            Body::Begin(frozen) => match self.api.put_application(application, frozen).await {
                Ok(record) => {
                    self.network_is(super::Network::Online);
                    self.keep_record_of(entry, record).await;
                    Answer::Done
                }
                Err(why) => self.answer(why),
            },
            Body::Document { document, bind, location } => {
                let bind = BindDocument { upload: location.clone().unwrap_or_default(), ..bind.clone() };
                let bound = self.api.bind(application, document, &bind).await;
                let is_gone = self.outbox.borrow().entry(&entry.id).is_none();
                if is_gone && self.is_removed(document).await {
                    self.remove_again(application, document).await;
                }
                match bound {
                    Ok(received) => {
                        self.change_document(document, |record| record.received = Some(received)).await;
                        Answer::Done
                    }
                    Err(why) => self.answer(why),
                }
            }
            Body::Remove { document } => match self.api.remove_document(application, document).await {
                Ok(()) => Answer::Done,
                Err(why) if why.slug() == Some(contract::api::Slug::NotFound) => Answer::Done,
                Err(why) => self.answer(why),
            },
            Body::Act { act, frozen, .. } => {
                let Some(post) = Post::of(*act) else { return Answer::Broken };
                match self.api.post(post, application, &entry.id, frozen).await {
                    Ok(outcome) => {
                        self.keep_record_of(entry, outcome.application).await;
                        outcome.receipt.map_or(Answer::Done, Answer::Receipt)
                    }
                    Err(why) => self.answer(why),
                }
            }
        }
    }

    async fn ask(self: &Rc<Self>, key: &str) -> Answer {
        match self.api.receipt(key).await {
            Ok(receipt) => Answer::Receipt(receipt),
            Err(why) if why.slug() == Some(contract::api::Slug::NotFound) => Answer::NeverArrived,
            Err(why) => self.answer(why),
        }
    }

    fn answer(&self, why: ApiError) -> Answer {
        if why == ApiError::SignedOut {
            // Whose sign-in that was is seen by whoever made the step.
            self.network_is(super::Network::Online);
            return Answer::SignedOut;
        }
        let why = match self.heard::<()>(Err(why)) {
            Ok(()) => return Answer::Done,
            Err(why) => why,
        };
        match why {
            // A portal answers in the server's place, but a doubt costs only one question.
            ApiError::Unreachable | ApiError::Unreadable | ApiError::Portal => Answer::Lost,
            ApiError::SignedOut => Answer::SignedOut,
            ApiError::Refused(refused) => {
                let until = refused.not_before().map(|until| (until - refused.at).to_std().unwrap_or_default());
                Answer::Refused(Box::new(Refusal {
                    status: refused.status,
                    slug: refused.slug,
                    problem: refused.problem,
                    wait: until,
                }))
            }
        }
    }

    /// An entry is received or set aside.
    async fn settled(self: &Rc<Self>, id: &str) {
        let Some(entry) = self.outbox.borrow().entry(id).cloned() else { return };
        let draft = self.carried_draft(&entry);
        match (&entry.body, &entry.state) {
            (Body::Act { .. }, State::Received { receipt, .. }) => {
                if let Some(receipt) = receipt.as_ref().filter(|_| entry.owner == self.subject()) {
                    self.keep_receipt((**receipt).clone()).await;
                }
                let is_fresh = match draft {
                    Some(draft) => self.arrived(&draft, &entry).await,
                    None => false,
                };
                self.expect_news();
                if !is_fresh {
                    drop(self.refresh(&entry.application).await);
                }
            }
            (Body::Act { act, frozen, documents }, State::SetAside(reason)) => {
                // It can be changed, and sent again under a new key; what was frozen stays here to be seen.
                if let Some(draft) = draft {
                    self.thaw(&draft).await;
                    if *act == Act::Submit && *reason == Reason::TwoPhones {
                        let again = account::submit_again(self.clone(), draft, frozen.clone(), documents.clone());
                        spawn_local(again);
                    }
                }
            }
            (_, State::Received { .. }) => {
                if let Some(document) = entry.document() {
                    self.sent.try_update(|sent| sent.remove(document));
                }
                self.outbox.borrow_mut().forget(id);
                self.erase_entry(id).await;
                self.show_outbox();
            }
            _ => {}
        }
    }

    /// The server lacks documents: those that are in the vault go up again.
    async fn fetch(self: &Rc<Self>, wanted: &[DocumentId]) {
        let records: Vec<documents::Record> = self
            .documents
            .try_with_untracked(|known| wanted.iter().filter_map(|id| known.get(id).cloned()).collect())
            .unwrap_or_default();
        for record in records {
            self.change_document(&record.id, |record| record.received = None).await;
            // Tried again when the server asks again.
            drop(self.put(vec![Outgoing::document(&record)]).await);
        }
    }

    /// Waits go by the phone's clock, so that they outlive the page; the page's own clock, which only runs, tells when that one
    /// was set meanwhile.
    fn keep_clock(&self) {
        let ahead = js_sys::Date::now() - crate::api::page_millis();
        if let Some(before) = self.clock_ahead.replace(Some(ahead)) {
            self.outbox.borrow_mut().clock_set(whole(ahead - before));
        }
    }

    fn hold_documents(&self) {
        let held: BTreeSet<DocumentId> = self
            .documents
            .try_with_untracked(|known| known.keys().filter(|id| self.is_held(id)).cloned().collect())
            .unwrap_or_default();
        self.outbox.borrow_mut().hold(held);
    }

    /// Paused by the person, not agreed to (any more), not asked now, or given up.
    fn is_held(&self, document: &str) -> bool {
        let record = self.documents.try_with_untracked(|known| known.get(document).cloned()).flatten();
        record.is_some_and(|record| {
            let agreed = record.form != FormKind::Application || untrack(|| self.has_consent(&record));
            record.paused || !agreed || record.unasked || record.given_up.is_some()
        })
    }

    /// Received acts that were there long enough to be seen leave the list; their receipts stay.
    async fn clear_seen(self: &Rc<Self>) {
        let old: Vec<String> = {
            let outbox = self.outbox.borrow();
            let old = |entry: &&&Entry| match entry.state {
                State::Received { at, .. } => at.0.saturating_add(SEEN) < now(),
                State::Queued(_) | State::Busy(_) | State::Waiting { .. } | State::SetAside(_) => false,
            };
            let known: Vec<String> =
                self.records.try_with_untracked(|records| records.keys().cloned().collect()).unwrap_or_default();
            let mut old: Vec<String> = outbox.entries().iter().filter(old).map(|entry| entry.id.clone()).collect();
            // What the office knows was begun, by whichever phone.
            old.extend(outbox.superseded(&known));
            old
        };
        for id in old {
            self.outbox.borrow_mut().forget(&id);
            self.erase_entry(&id).await;
        }
        self.show_outbox();
    }
}
