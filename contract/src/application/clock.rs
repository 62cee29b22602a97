//! What time alone does: a missed visit, a matter that lapses.
use super::{Act, Facts, State, machine::TABLE};
use crate::api::Instant;
use chrono::NaiveDate;

impl State {
    /// Whether time can close an application in this state: what its person owes is due on a day.
    pub fn can_lapse(self) -> bool {
        TABLE.iter().any(|row| row.act == Act::Lapse && row.from.contains(&self))
    }

    /// The record's `due_on`: the day that is kept, as long as it means something.
    pub fn shown_due_on(self, kept: Option<NaiveDate>) -> Option<NaiveDate> {
        kept.filter(|_| self.can_lapse())
    }

    /// The record's `reply_by`: the day that is kept, as long as the office owes something.
    pub fn shown_reply_by(self, kept: Option<NaiveDate>) -> Option<NaiveDate> {
        kept.filter(|_| self.waits_for_office())
    }
}

/// The act that the clock owes at `now`, if any. Called at every read, so that no reader sees a state that is over.
pub fn clock_act(facts: &Facts, now: Instant) -> Option<Act> {
    if facts.state == State::Booked {
        return facts.missed_at.filter(|at| now >= *at).map(|_| Act::Miss);
    }
    (facts.state.can_lapse() && facts.lapses_at.is_some_and(|at| now >= at)).then_some(Act::Lapse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_shown_to_whom_it_binds() {
        let kept = NaiveDate::from_ymd_opt(2026, 12, 3);
        for (state, is_due, is_answered) in [
            (State::Draft, true, false),
            (State::Submitted, false, true),
            (State::InReview, false, true),
            (State::Returned, true, false),
            (State::Resubmitted, false, true),
            (State::Counter, true, false),
            (State::Accepted, true, false),
            (State::Booked, false, false),
            (State::Missed, true, false),
            (State::Examined, false, true),
            (State::ReportReview, false, true),
            (State::ReportReturned, true, false),
            (State::Referred, true, false),
            (State::Passed, false, true),
            (State::Issued, false, false),
            (State::Collected, false, false),
            (State::Rejected, false, false),
            (State::Withdrawn, false, false),
            (State::Lapsed, false, false),
        ] {
            let found = (state.shown_due_on(kept).is_some(), state.shown_reply_by(kept).is_some());
            assert_eq!(found, (is_due, is_answered), "{state:?}");
        }
    }

    #[test]
    fn the_clock_misses_visits_and_closes_what_is_overdue() {
        use chrono::TimeZone as _;
        let offset = chrono::FixedOffset::east_opt(8 * 3600).unwrap();
        let at = |hour| offset.with_ymd_and_hms(2026, 11, 25, hour, 0, 0).unwrap();
        let facts = |state| Facts { lapses_at: Some(at(10)), missed_at: Some(at(8)), ..Facts::of(state) };
        for (state, now, expected) in [
            (State::Booked, at(7), None),
            (State::Booked, at(8), Some(Act::Miss)),
            (State::Accepted, at(9), None),
            (State::Accepted, at(10), Some(Act::Lapse)),
            (State::Submitted, at(11), None),
            (State::Withdrawn, at(11), None),
        ] {
            assert_eq!(clock_act(&facts(state), now), expected, "{state:?}");
        }
    }
}
