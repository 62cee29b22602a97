//! A simulated phone, network and server that look for a way to lose or double something.
//!
//! Each run is one seed: a person with up to three applications and two tabs, who removes photos, taps twice (in either tab),
//! takes back what has not left and what the office has (here or on another phone) and hands it over again, begins anew what
//! was refused, and tries once more what was set aside; a network that loses requests and replies and
//! delivers some twice or late, a server that fails before and after it commits, sessions that end, a full disk, tabs that
//! die between any two steps, now and then two tabs that both believe they are the one that sends, and a clock that is set
//! forward and back. Then the weather clears, the phone is switched off and on again, and everything promised must have come
//! to an end that both sides agree on.
mod clock;
mod drafts;
mod person;
mod server;
mod world;

use std::fmt;
use world::World;

/// What many runs found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Runs made.
    pub runs: u64,
    /// Promised, and neither received nor set aside in the end.
    pub lost: u64,
    /// Done twice at the server.
    pub duplicated: u64,
    /// Phone and server do not agree, and nobody was told.
    pub silent: u64,
    /// Seeds of the runs in which something was wrong.
    pub seeds: Vec<u64>,
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} runs: {} lost, {} duplicated, {} silent", self.runs, self.lost, self.duplicated, self.silent)
    }
}

/// A mistake made on purpose, to see that the simulation finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// After a lost reply the same wish goes out under a new key.
    NewKey,
    /// Counts as received as soon as it was sent.
    BelievesAtOnce,
    /// Is not stored before it is sent.
    StoresNothing,
    /// A second tap is a second wish.
    TapsTwice,
    /// Sends although the note that it leaves could not be stored.
    LeavesUnnoted,
    /// A photo that has left is only removed from the phone.
    RemovesHereOnly,
    /// What the office gives back stays locked: its record is not looked at.
    StaysLocked,
    /// Whatever record says draft gives it back, also one from before it was sent.
    FreesTooSoon,
    /// Waits by the phone's clock alone, whatever that is set to.
    TrustsTheClock,
}

/// Makes so many runs from this seed on.
pub fn runs(from: u64, count: u64) -> Totals {
    runs_with(from, count, None)
}

/// The same with a mistake in the phone's part.
pub fn runs_with(from: u64, count: u64, flaw: Option<Flaw>) -> Totals {
    let mut totals = Totals::default();
    for seed in from..from + count {
        let (lost, duplicated, silent) = World::new(seed, flaw).run();
        totals.runs += 1;
        totals.lost += lost;
        totals.duplicated += duplicated;
        totals.silent += silent;
        if lost + duplicated + silent > 0 {
            totals.seeds.push(seed);
        }
    }
    totals
}

/// Splitmix64: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// True so often in a hundred.
    fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }
}

#[cfg(test)]
mod tests {
    use super::{Flaw, Totals, runs, runs_with};

    #[test]
    fn whatever_the_weather_everything_promised_arrives_once_or_is_said() {
        // `cargo xtask test` makes 10,000 others.
        let totals = runs(20_261_125, 500);
        assert!(totals.seeds.is_empty(), "{totals}; seeds {:?}", totals.seeds.iter().take(5).collect::<Vec<_>>());
    }

    #[test]
    fn what_one_tab_sets_aside_and_another_one_sends_is_not_submitted_again() {
        // The draft was free, and that it had arrived could not be noted there.
        assert_eq!(runs(207_834_517, 1).duplicated, 0);
    }

    /// Whether it shows in one of so many hundred runs.
    fn shows(flaw: Flaw, hundreds: u64, is_wrong: fn(&Totals) -> bool) -> bool {
        (0..hundreds).any(|at| is_wrong(&runs_with(1 + at * 100, 100, Some(flaw))))
    }

    #[test]
    fn a_phone_that_forgets_the_key_doubles() {
        assert!(shows(Flaw::NewKey, 2, |totals| totals.duplicated > 0));
    }

    #[test]
    fn a_phone_that_believes_before_the_reply_disagrees_in_silence() {
        assert!(shows(Flaw::BelievesAtOnce, 2, |totals| totals.silent > 0));
    }

    #[test]
    fn a_phone_that_takes_a_second_tap_for_a_second_wish_doubles() {
        assert!(shows(Flaw::TapsTwice, 2, |totals| totals.duplicated > 0));
    }

    #[test]
    fn a_phone_that_sends_without_a_note_takes_back_what_has_arrived() {
        assert!(shows(Flaw::LeavesUnnoted, 100, |totals| totals.duplicated + totals.silent > 0));
    }

    #[test]
    fn a_phone_that_removes_a_photo_only_here_leaves_it_there_in_silence() {
        assert!(shows(Flaw::RemovesHereOnly, 20, |totals| totals.silent > 0));
    }

    #[test]
    fn a_phone_that_does_not_look_at_the_record_leaves_a_draft_locked_for_ever() {
        assert!(shows(Flaw::StaysLocked, 5, |totals| totals.silent > 0));
    }

    #[test]
    fn a_phone_that_believes_any_record_submits_twice_what_nobody_gave_back() {
        assert!(shows(Flaw::FreesTooSoon, 20, |totals| totals.duplicated > 0));
    }

    #[test]
    fn a_phone_that_waits_by_its_clock_alone_waits_for_ever_once_that_is_set_back() {
        assert!(shows(Flaw::TrustsTheClock, 5, |totals| totals.lost > 0));
    }

    #[test]
    fn a_phone_that_stores_nothing_before_it_sends_loses() {
        assert!(shows(Flaw::StoresNothing, 2, |totals| totals.lost > 0));
    }
}
