//! How long to wait before the next try: full jitter, from one second to five minutes (standards §7).
use crate::Time;
use std::time::Duration;

const BASE: Duration = Duration::from_secs(1);
const CAP: Duration = Duration::from_mins(5);

/// Now, and a random number that only this moment has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// The phone's clock.
    pub now: Time,
    /// Any number, each time another.
    pub roll: u32,
}

impl Moment {
    /// This moment and a length of time.
    pub fn after(self, wait: Duration) -> Time {
        Time(self.now.0.saturating_add(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)))
    }

    /// When to try again after so many failures in a row, if the server did not say.
    pub fn backed_off(self, failures: u32) -> Time {
        let most = BASE.saturating_mul(1 << failures.min(9)).min(CAP);
        let share = f64::from(self.roll) / f64::from(u32::MAX);
        // Never at once: a loop without any wait would keep the radio on.
        self.after(most.mul_f64(share).max(BASE / 4))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_five_minutes_and_differ_from_phone_to_phone() {
        for (failures, roll, expected) in
            [(0, u32::MAX, 1_000), (1, u32::MAX, 2_000), (5, u32::MAX, 32_000), (99, u32::MAX, 300_000), (99, 0, 250)]
        {
            assert_eq!(Moment { now: Time(0), roll }.backed_off(failures), Time(expected), "{failures} {roll}");
        }
    }
}
