//! Whether the server can be reached: told by every call, asked by a probe. `navigator.onLine` is only a hint.
use super::{Inner, Offline, tabs::News};
use crate::api::ApiError;
use crate::reactive::{Signal, derive};
use contract::api::{Maintenance, Slug};
use leptos::prelude::*;
use std::rc::Rc;
use std::time::Duration;

const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Whether the server can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// Not tried yet.
    Unknown,
    /// It answered last time.
    Online,
    /// No answer. Everything waits, nothing is lost.
    Offline,
    /// Something else answers in its place: a Wi-Fi that wants a sign-in of its own.
    Portal,
}

impl Network {
    /// Whether there is known to be no way to the office.
    #[must_use]
    pub const fn is_away(self) -> bool {
        match self {
            Self::Offline | Self::Portal => true,
            Self::Unknown | Self::Online => false,
        }
    }
}

impl Offline {
    /// Whether there is known to be no way to the office, followed.
    pub fn is_away(self) -> bool {
        self.inner().network.get().is_away()
    }

    /// Whether the server can be reached.
    pub fn network(self) -> Signal<Network> {
        self.inner().network.into()
    }

    /// "Try again now."
    pub fn retry_now(self) {
        let inner = self.inner();
        wasm_bindgen_futures::spawn_local(async move {
            inner.probe().await;
            inner.outbox.borrow_mut().wake();
            inner.bell.ring();
            inner.tell(&News::Alive);
        });
    }

    /// What the reply of a conversation tells beside its answer: whether there is a network, and who is signed in.
    ///
    /// # Errors
    /// The same as it was given.
    pub fn heard<T>(self, reply: Result<T, ApiError>) -> Result<T, ApiError> {
        self.inner().heard(reply)
    }

    /// How far this phone's clock is ahead of the server's, in seconds, once known.
    pub fn clock_ahead(self) -> Option<i64> {
        self.inner().api.clock_ahead()
    }
}

/// The office answers, and takes nothing for now, or nothing from a page as old as this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// No writes in this time.
    Maintenance(Maintenance),
    /// Only a newer build can talk to it.
    VersionGone,
}

impl Closed {
    fn from_refusal(why: &ApiError) -> Option<Self> {
        let refused = why.refused()?;
        match refused.slug? {
            Slug::VersionGone => Some(Self::VersionGone),
            Slug::Maintenance => {
                let (from, until) = (refused.problem.from?, refused.problem.until?);
                Some(Self::Maintenance(Maintenance { from, until }))
            }
            _ => None,
        }
    }
}

impl Offline {
    /// Why the office takes nothing, as it said last: planned, or by a refusal.
    pub fn closed(self) -> Signal<Option<Closed>> {
        let inner = self.inner();
        let (closed, service) = (inner.closed, inner.service);
        derive(move || {
            let planned = service.with(|service| service.as_ref().and_then(|service| service.value.maintenance));
            closed.get().or(planned.map(Closed::Maintenance))
        })
    }
}

impl Inner {
    /// Asks who is signed in: JSON here means reachable.
    pub(super) async fn probe(self: &Rc<Self>) -> bool {
        if self.network.try_get_untracked() == Some(Network::Unknown) {
            self.outbox.borrow_mut().went_away();
        }
        let known = self.ask_for_session().await;
        if self.network.try_get_untracked().is_some_and(Network::is_away) {
            self.outbox.borrow_mut().went_away();
        }
        known
    }

    /// Another page may have signed somebody in while this one was away: whose sign-in it is is asked anew, and from time to time
    /// until it is told.
    pub(super) async fn ask_whose(self: &Rc<Self>) {
        self.cookie.may_be_anothers();
        self.probe().await;
        if !self.cookie.is_known() {
            self.unreachable.ring();
        }
    }

    async fn ask_for_session(self: &Rc<Self>) -> bool {
        if !self.sign_out_first().await {
            return false;
        }
        let (as_of, asked) = (self.sign_ins.get(), self.cookie.asked());
        let answer = self.api.session().await;
        match self.heard(answer) {
            Ok(session) => {
                // Signed in or out meanwhile: what is known is newer.
                if as_of == self.sign_ins.get() && !self.cookie.is_outdated(asked) {
                    self.session_is(session, asked).await;
                }
                true
            }
            Err(_) => false,
        }
    }

    /// At the start: who is signed in, and what the backend is.
    pub(super) async fn greet(self: Rc<Self>) {
        self.opened().await;
        if self.probe().await {
            // The copy is as good until the next start.
            drop(self.refresh_service().await);
        }
    }

    /// Every reply tells something about the network and the session.
    pub(super) fn heard<T>(&self, reply: Result<T, ApiError>) -> Result<T, ApiError> {
        let network = match &reply {
            Ok(_) | Err(ApiError::SignedOut | ApiError::Refused(_) | ApiError::Unreadable) => Network::Online,
            Err(ApiError::Unreachable) => Network::Offline,
            Err(ApiError::Portal) => Network::Portal,
        };
        if matches!(reply, Err(ApiError::SignedOut)) {
            self.session_ended();
        }
        if let Some(closed) = reply.as_ref().err().and_then(Closed::from_refusal) {
            self.closed.try_set(Some(closed));
        }
        self.network_is(network);
        reply
    }

    /// Asks again while the server cannot be reached, or what is known is in doubt, and the page is seen; runs until the shell is
    /// gone.
    pub(super) async fn watch_network(self: Rc<Self>) {
        let mut pause = FIRST_PAUSE;
        while !self.over.get() {
            let network = self.network.try_get_untracked();
            let reached = matches!(network, Some(Network::Online | Network::Unknown));
            let is_in_doubt = self.is_in_doubt();
            if is_in_doubt {
                // Who was asked last has a moment to answer.
                self.unreachable.wait(pause).await;
                if self.over.get() || !self.is_in_doubt() {
                    pause = FIRST_PAUSE;
                    continue;
                }
            } else if reached {
                pause = FIRST_PAUSE;
                self.unreachable.wait(LONGEST_PAUSE).await;
                continue;
            }
            if !document().hidden() {
                self.probe().await;
            }
            let is_away = self.network.try_get_untracked().is_some_and(Network::is_away);
            let is_new = is_in_doubt && is_away;
            pause = if is_new { FIRST_PAUSE } else { pause.saturating_mul(2).min(LONGEST_PAUSE) };
            if is_away {
                self.unreachable.wait(pause).await;
            }
        }
    }

    /// There was an answer, and yet nobody has said who is signed in, or the browser says that there is no network: the answer
    /// may have come just before it went.
    fn is_in_doubt(&self) -> bool {
        let says_so = web_sys::window().is_none_or(|window| window.navigator().on_line());
        self.network.try_get_untracked() == Some(Network::Online) && !(self.cookie.is_known() && says_so)
    }

    pub(super) fn network_is(&self, network: Network) {
        let before = self.network.try_get_untracked();
        if before != Some(network) {
            self.network.try_set(network);
            // Also when it is back: however often it goes, each time it is asked soon, and then less and less often.
            self.unreachable.ring();
            if network == Network::Online {
                self.listening.ring();
            }
            if network == Network::Online && self.outbox.borrow_mut().came_back() {
                self.bell.ring();
                self.saves.ring();
                self.tell(&News::Alive);
            }
        }
    }
}
