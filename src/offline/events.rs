//! News of the office: a stream of events, and asking from time to time where the stream fails (contract §7).
use super::{Inner, Network, Offline, driver::Bell};
use crate::api::{ApiError, Heard, Refused, page_millis, sleep};
use crate::reactive::Signal;
use contract::api::Instant;
use leptos::prelude::*;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

/// After so many failed openings it is asked instead,
const OPENINGS: u32 = 3;
/// and so long until the stream is tried again.
const STREAM_AGAIN: f64 = 600_000.0;
const RETRY: Duration = Duration::from_secs(3);
/// What could not be read is asked for this often, each time later, up to so far apart: then the next news, or the next opening, will tell.
const READINGS: u32 = 12;
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
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

/// What follows when a stream has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// It is opened again soon.
    Again,
    /// It is opened again when there is a network: that it is not there is no fault of the stream.
    Wait,
    /// It is asked from time to time.
    Poll,
}

/// How many openings in a row came to nothing.
#[derive(Default)]
struct Openings(u32);

impl Openings {
    /// `reachable`: the server answers what is no stream.
    fn ended(&mut self, why: &ApiError, reachable: bool) -> Then {
        match why {
            ApiError::SignedOut => return Then::Again,
            // Something in between holds the stream back: asking will do.
            ApiError::Unreadable => self.0 = OPENINGS,
            _ if !reachable => return Then::Wait,
            ApiError::Portal => self.0 = OPENINGS,
            ApiError::Unreachable | ApiError::Refused(_) => self.0 += 1,
        }
        if self.0 < OPENINGS {
            return Then::Again;
        }
        self.0 = 0;
        Then::Poll
    }
}

/// Runs until the shell is gone.
pub(super) async fn run(inner: Rc<Inner>) {
    let mut last = None;
    let mut openings = Openings::default();
    while !inner.over.get() {
        if !inner.session.try_get_untracked().is_some_and(|session| session.is_signed_in()) || !inner.is_leader() {
            inner.live.try_set(Live::Nothing);
            inner.listening.wait(Duration::from_mins(1)).await;
            continue;
        }
        let ended = {
            let mut heard = |news: Heard| {
                if news == Heard::Hello {
                    openings = Openings::default();
                }
                let inner = inner.clone();
                spawn_local(async move { inner.heard_of(news).await });
            };
            inner.api.listen(&mut last, &mut heard).await
        };
        let reachable = match ended {
            ApiError::SignedOut => {
                inner.session_ended();
                true
            }
            // Whatever it was, the server answered.
            ApiError::Unreadable | ApiError::Refused(_) => true,
            // What refuses answers, too.
            ApiError::Unreachable | ApiError::Portal => {
                inner.probe().await || inner.network.try_get_untracked() == Some(Network::Online)
            }
        };
        match openings.ended(&ended, reachable) {
            Then::Again => sleep(RETRY).await,
            Then::Wait => {
                inner.live.try_set(Live::Nothing);
                inner.listening.wait(Duration::from_mins(1)).await;
            }
            Then::Poll => {
                inner.live.try_set(Live::Polling);
                inner.poll().await;
            }
        }
    }
}

impl Inner {
    async fn heard_of(self: Rc<Self>, news: Heard) {
        self.network_is(Network::Online);
        match news {
            // After each opening everything is read once, whatever the stream will say.
            Heard::Hello => {
                self.live.try_set(Live::Stream);
                self.read(None).await;
            }
            Heard::Reset => self.read(None).await,
            Heard::Changed { application, version } => self.read(Some((&application, version))).await,
            Heard::Bye => {
                self.probe().await;
            }
        }
    }

    /// No version tells of it, and so no news will: places, and what to prepare, came in the language before.
    pub(super) async fn read_in_another_language(self: &Rc<Self>) {
        if self.session.try_get_untracked().is_some_and(|session| session.is_signed_in()) {
            self.read(None).await;
        }
    }

    /// Reads one application, up to this version, or all. What could not be read is not forgotten: all is read again.
    async fn read(self: &Rc<Self>, what: Option<(&str, u64)>) {
        let done = match what {
            Some((application, version)) if self.knows(application, version) => return,
            Some((application, _)) => self.refresh(application).await,
            None => {
                self.whose_reading();
                self.refresh_all().await
            }
        };
        if let Some(why) = again(done) {
            self.read_again(why).await;
        }
    }

    /// Reads all, less and less often, and never sooner than the office asks for. One does it for everybody: whoever comes
    /// later takes it over.
    async fn read_again(self: &Rc<Self>, mut why: ApiError) {
        let turn = self.whose_reading();
        let mut pause = RETRY;
        for _ in 1..READINGS {
            sleep(pause.max(rest(&why, self.api.now()))).await;
            if self.over.get() || self.reading.get() != turn {
                return;
            }
            match again(self.refresh_all().await) {
                Some(still) => why = still,
                None => return,
            }
            pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        }
    }

    /// From here on it is read again, if need be, by this one alone.
    fn whose_reading(&self) -> u32 {
        let turn = self.reading.get().wrapping_add(1);
        self.reading.set(turn);
        turn
    }

    fn knows(&self, application: &str, version: u64) -> bool {
        let known = self.records.try_with_untracked(|records| records.get(application).map(|kept| kept.value.version));
        known.flatten().is_some_and(|known| known >= version)
    }

    /// Asks from time to time, until the stream is worth another try: after a while, or when the network was away.
    async fn poll(self: &Rc<Self>) {
        let begun = page_millis();
        let mut pause = 30.0_f64;
        let mut was_away = false;
        while !self.over.get() && page_millis() - begun < STREAM_AGAIN {
            if !document().hidden() {
                for id in self.open_records() {
                    drop(self.refresh(&id).await);
                }
            }
            let away = self.network.try_get_untracked().is_some_and(Network::is_away);
            if was_away && !away {
                return;
            }
            was_away = away;
            let soon = page_millis() - self.acted_at.get() < SOON;
            let seconds = if soon { 5.0 } else { pause };
            if !soon {
                pause = (pause * 2.0).min(300.0);
            }
            let spread = 0.8 + 0.4 * js_sys::Math::random();
            // Seen again, something sent, or the network is back: ask at once.
            self.listening.wait(Duration::from_secs_f64(seconds * spread)).await;
        }
    }

    /// Something was sent, somebody signed in, the page is seen again: news may be near.
    pub(super) fn expect_news(&self) {
        self.acted_at.set(page_millis());
        self.listening.ring();
    }
}

/// Why it has to be read again, if so. What is not there, or not this person's, will not be there the next time.
fn again(done: Result<(), ApiError>) -> Option<ApiError> {
    match done {
        Ok(()) | Err(ApiError::SignedOut) => None,
        Err(why) if why.refused().is_some_and(|refused| refused.status == 404) => None,
        Err(why) => Some(why),
    }
}

/// For how long it is of no use to ask again.
fn rest(why: &ApiError, now: Instant) -> Duration {
    let until = why.refused().and_then(Refused::not_before);
    until.and_then(|until| until.signed_duration_since(now).to_std().ok()).unwrap_or_default()
}

/// Wakes whoever waits for news.
pub(super) type Listening = Bell;

#[cfg(test)]
mod tests {
    use super::*;
    use contract::api::Problem;

    #[test]
    fn a_stream_is_given_up_for_its_own_faults_and_not_for_those_of_the_network() {
        use ApiError::{Portal, SignedOut, Unreachable, Unreadable};
        use Then::{Again, Poll, Wait};
        for (why, ends, expected) in [
            ("blocked", vec![(Unreachable, true); 3], vec![Again, Again, Poll]),
            ("tried anew after asking", vec![(Unreachable, true); 4], vec![Again, Again, Poll, Again]),
            ("no network", vec![(Unreachable, false); 5], vec![Wait; 5]),
            (
                "in a lift",
                vec![(Unreachable, true), (Unreachable, false), (Unreachable, true)],
                vec![Again, Wait, Again],
            ),
            ("held back", vec![(Unreadable, true)], vec![Poll]),
            ("a portal for streams alone", vec![(Portal, true)], vec![Poll]),
            ("a portal", vec![(Portal, false)], vec![Wait]),
            ("signed out", vec![(SignedOut, true)], vec![Again]),
        ] {
            let mut openings = Openings::default();
            let found: Vec<_> = ends.iter().map(|(ended, reachable)| openings.ended(ended, *reachable)).collect();
            assert_eq!(found, expected, "{why}");
        }
    }

    #[test]
    fn what_was_refused_is_not_asked_for_before_the_time_that_was_told() {
        let at = |text: &str| Instant::parse_from_rfc3339(text).expect("an instant");
        let (then, now) = (at("2026-11-24T09:00:00+08:00"), at("2026-11-24T09:00:10+08:00"));
        let seconds = Duration::from_secs;
        for (told, expected) in
            [(None, Duration::ZERO), (Some(seconds(5)), Duration::ZERO), (Some(seconds(130)), seconds(120))]
        {
            let refused = Refused::new(503, Problem::default(), told, then);
            assert_eq!(rest(&ApiError::Refused(Box::new(refused)), now), expected, "{told:?}");
        }
        assert_eq!(rest(&ApiError::Unreachable, now), Duration::ZERO);
    }
}
