//! News of the office: a stream of events, and asking from time to time where the stream fails (contract §7).
use super::{Inner, Offline, driver::Bell};
use crate::api::{ApiError, Heard, sleep};
use crate::reactive::Signal;
use leptos::prelude::*;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

/// After so many failed openings it is asked instead,
const OPENINGS: u32 = 3;
/// and so long until the stream is tried again.
const STREAM_AGAIN: f64 = 600_000.0;
const RETRY: Duration = Duration::from_secs(3);
/// Just after an act the answer may come soon.
const SOON: f64 = 60_000.0;

/// How news come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Live {
    /// Not at all: signed out, offline, or another tab listens for us.
    Nothing,
    /// As they happen.
    Stream,
    /// Every now and then.
    Polling,
}

impl Offline {
    /// How news of the office come in.
    pub fn live(self) -> Signal<Live> {
        self.inner().live.into()
    }
}

/// Runs until the shell is gone.
pub(super) async fn run(inner: Rc<Inner>) {
    let mut last = None;
    let mut failed = 0;
    while !inner.over.get() {
        if !inner.session.try_get_untracked().is_some_and(|session| session.is_signed_in()) || !inner.is_leader() {
            inner.live.try_set(Live::Nothing);
            inner.listening.wait(Duration::from_mins(1)).await;
            continue;
        }
        let ended = {
            let mut heard = |news: Heard| {
                if news == Heard::Hello {
                    failed = 0;
                }
                let inner = inner.clone();
                spawn_local(async move { inner.heard_of(news).await });
            };
            inner.api.listen(&mut last, &mut heard).await
        };
        match ended {
            ApiError::SignedOut => inner.session_ended(),
            // Something in between holds the stream back: asking will do.
            ApiError::Unreadable | ApiError::Portal => failed = OPENINGS,
            ApiError::Unreachable | ApiError::Refused(_) => failed += 1,
        }
        if failed >= OPENINGS {
            inner.live.try_set(Live::Polling);
            inner.poll().await;
            failed = 0;
        } else {
            sleep(RETRY).await;
        }
    }
}

impl Inner {
    async fn heard_of(self: Rc<Self>, news: Heard) {
        self.network_is(super::Network::Online);
        match news {
            // After each opening everything is read once, whatever the stream will say.
            Heard::Hello => {
                self.live.try_set(Live::Stream);
                drop(self.refresh_all().await);
            }
            Heard::Reset => drop(self.refresh_all().await),
            Heard::Changed { application, version } => {
                let older = |known: u64| known < version;
                let known =
                    self.records.try_with_untracked(|records| records.get(&application).map(|k| k.value.version));
                if known.flatten().is_none_or(older) {
                    drop(self.refresh(&application).await);
                }
            }
            Heard::Bye => {
                self.probe().await;
            }
        }
    }

    /// Asks from time to time, until the stream is worth another try.
    async fn poll(self: &Rc<Self>) {
        let begun = js_sys::Date::now();
        let mut pause = 30.0_f64;
        while !self.over.get() && js_sys::Date::now() - begun < STREAM_AGAIN {
            if !document().hidden() {
                for id in self.open_records() {
                    drop(self.refresh(&id).await);
                }
            }
            let soon = js_sys::Date::now() - self.acted_at.get() < SOON;
            let seconds = if soon { 5.0 } else { pause };
            if !soon {
                pause = (pause * 2.0).min(300.0);
            }
            let spread = 0.8 + 0.4 * js_sys::Math::random();
            // Seen again, or something sent: ask at once.
            self.listening.wait(Duration::from_secs_f64(seconds * spread)).await;
        }
    }

    /// Something was sent, somebody signed in, the page is seen again: news may be near.
    pub(super) fn expect_news(&self) {
        self.acted_at.set(js_sys::Date::now());
        self.listening.ring();
    }
}

/// Wakes whoever waits for news.
pub(super) type Listening = Bell;
