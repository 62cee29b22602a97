//! What was not to be had is asked for again by itself, once it can be.
use super::{Network, Offline, SessionState};
use crate::reactive::{effect_from, memo};
use leptos::prelude::*;
use std::{rc::Rc, time::Duration};

/// Not sooner after it was last asked for again: an address that alone does not answer looks like a network that comes and goes.
const PAUSE: Duration = Duration::from_secs(15);

/// What must be so before it is of use to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// A network.
    Network,
    /// A network, and somebody who is signed in.
    SignIn,
}

impl Offline {
    /// Does `ask` when what it needs is back, as long as something `is_missing`. Lives as long as the view around it.
    pub fn when_back(self, needs: Needs, is_missing: impl Fn() -> bool + 'static, ask: impl Fn() + 'static) {
        let (network, session) = (self.network(), self.session());
        let can = memo(move || {
            network.with(|network| *network == Network::Online)
                && (needs == Needs::Network || session.with(SessionState::is_signed_in))
        });
        let asked_at: StoredValue<f64> = StoredValue::new(f64::NEG_INFINITY);
        let waits = StoredValue::new(false);
        let again = Rc::new(move || {
            // The view may have gone while this was waited for.
            if waits.try_set_value(false).is_none() && untrack(&is_missing) {
                asked_at.set_value(js_sys::Date::now());
                untrack(&ask);
            }
        });
        effect_from(move |before: Option<bool>| {
            let now = can.get();
            // However often it comes and goes meanwhile, it is asked for once.
            if before == Some(false) && now && !waits.get_value() {
                let since = Duration::try_from_secs_f64((js_sys::Date::now() - asked_at.get_value()) / 1000.0);
                // A clock that was set back in between counts as no time at all.
                match PAUSE.saturating_sub(since.unwrap_or(PAUSE)) {
                    Duration::ZERO => again(),
                    wait => {
                        let again = Rc::clone(&again);
                        waits.set_value(true);
                        set_timeout(move || again(), wait);
                    }
                }
            }
            now
        });
    }
}
