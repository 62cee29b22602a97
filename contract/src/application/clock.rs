//! What time alone does: a missed visit, a matter that lapses.
use super::{Act, Facts, State, machine::TABLE};
use crate::api::Instant;

/// The two dates that the clock watches, as instants of the office's zone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Due {
    /// 24:00 of the record's `due_on`.
    pub lapses_at: Option<Instant>,
    /// End of the booked slot and the site's grace.
    pub missed_at: Option<Instant>,
}

/// The act that the clock owes at `now`, if any. Called at every read, so that no reader sees a state that is over.
pub fn clock_act(facts: &Facts, due: Due, now: Instant) -> Option<Act> {
    if facts.state == State::Booked {
        return due.missed_at.filter(|at| now >= *at).map(|_| Act::Miss);
    }
    let lapses = TABLE.iter().any(|row| row.act == Act::Lapse && row.from.contains(&facts.state));
    (lapses && due.lapses_at.is_some_and(|at| now >= at)).then_some(Act::Lapse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_misses_visits_and_closes_what_is_overdue() {
        use chrono::TimeZone as _;
        let offset = chrono::FixedOffset::east_opt(8 * 3600).unwrap();
        let at = |hour| offset.with_ymd_and_hms(2026, 11, 25, hour, 0, 0).unwrap();
        let due = Due { lapses_at: Some(at(10)), missed_at: Some(at(8)) };
        for (state, now, expected) in [
            (State::Booked, at(7), None),
            (State::Booked, at(8), Some(Act::Miss)),
            (State::Accepted, at(9), None),
            (State::Accepted, at(10), Some(Act::Lapse)),
            (State::Submitted, at(11), None),
            (State::Withdrawn, at(11), None),
        ] {
            assert_eq!(clock_act(&Facts::of(state), due, now), expected, "{state:?}");
        }
    }
}
