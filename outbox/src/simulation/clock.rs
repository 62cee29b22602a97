//! The phone's clock: it runs with the time, and now and then somebody sets it, by seconds or by weeks, forward or back.
use super::Flaw;
use super::world::World;
use crate::{Moment, Time};

/// What it shows in the beginning, in milliseconds: late enough to be set back.
pub(super) const BEGINNING: i64 = 1_000_000_000_000;
/// By so much at most it is set at a time: four weeks.
const FARTHEST: i64 = 28 * 24 * 60 * 60 * 1000;

impl World {
    /// What it shows.
    pub(super) fn clock(&self) -> Time {
        Time(self.now.saturating_add_signed(self.ahead))
    }

    /// Now, as a page sees it.
    pub(super) fn moment(&mut self) -> Moment {
        Moment { now: self.clock(), roll: u32::try_from(self.dice.below(1 << 32)).unwrap_or(0) }
    }

    /// Somebody sets it.
    pub(super) fn sets_clock(&mut self) {
        let most = if self.dice.percent(50) { FARTHEST } else { 60_000 };
        let by = i64::try_from(self.dice.below(most.unsigned_abs() * 2)).unwrap_or_default() - most;
        self.ahead += by;
    }

    /// A page that sends sees by its own clock, which only runs, that the phone's was set: what waits, waits as long as before.
    pub(super) fn keeps_clock(&mut self, at: usize) {
        let (ahead, flaw) = (self.ahead, self.flaw);
        let Some(tab) = self.tabs.get_mut(at).filter(|tab| tab.leads) else { return };
        if let Some(before) = tab.ahead.replace(ahead)
            && flaw != Some(Flaw::TrustsTheClock)
        {
            tab.outbox.clock_set(ahead - before);
        }
    }

    /// A page that begins to send does not know what the clock did before.
    pub(super) fn begins_with_clock(&mut self, at: usize) {
        let (now, flaw) = (self.clock(), self.flaw);
        let Some(tab) = self.tabs.get_mut(at) else { return };
        tab.ahead = None;
        if flaw != Some(Flaw::TrustsTheClock) {
            tab.outbox.no_longer_than_meant(now);
        }
    }
}
