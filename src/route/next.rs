//! Where a person goes from how an application stands: the one place of its next step. No words, and no rule: whose turn it is
//! and what has ended, `contract` says.

use super::Route;
use contract::api::ApplicationRecord;
use contract::application::{State, Turn};

/// Of some records in the order of their urgency, the first that waits for the applicant. What they did already and this
/// phone has yet to send waits for nobody.
pub fn first_owed<'a>(
    records: impl IntoIterator<Item = &'a ApplicationRecord>,
    on_its_way: impl Fn(&str) -> bool,
) -> Option<&'a ApplicationRecord> {
    records.into_iter().find(|record| record.turn() == Turn::Applicant && !on_its_way(&record.id))
}

/// The place of the next step; `None` where there is nothing to do in the app.
pub fn place(record: &ApplicationRecord) -> Option<Route> {
    let id = record.id.clone();
    match record.state {
        State::Issued if record.is_stopped_early() => None,
        State::Draft => Some(Route::Tasks(id)),
        State::Returned => Some(Route::Returned(id)),
        State::Accepted | State::Missed => Some(Route::Examination(id)),
        State::Booked => Some(Route::Visit(id)),
        State::ReportReturned => Some(Route::Report(id)),
        State::Referred => Some(Route::Results(id)),
        State::Issued => Some(Route::Collect(id)),
        State::Collected => record.certificate.as_ref().map(|c| Route::Certificate(c.id.clone())),
        State::Submitted
        | State::InReview
        | State::Resubmitted
        | State::Counter
        | State::Examined
        | State::ReportReview
        | State::Passed
        | State::Rejected
        | State::Withdrawn
        | State::Lapsed
        | State::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{first_owed, place};
    use contract::api::{ApplicationRecord, CertificateState};
    use contract::application::{State, Turn};

    #[test]
    fn every_turn_of_the_applicant_leads_somewhere_but_the_counter() {
        for state in State::ALL {
            let leads = place(&ApplicationRecord::sample(state, "")).is_some();
            assert_eq!(leads, state.turn() == Turn::Applicant && state != State::Counter, "{state:?}");
        }
    }

    #[test]
    fn what_was_done_and_waits_for_a_network_is_not_owed() {
        let records = [State::Draft, State::Returned]
            .map(|state| ApplicationRecord { id: state.code().to_owned(), ..ApplicationRecord::sample(state, "") });
        let owed = |sent: &str| first_owed(&records, |id| id == sent).map(|record| record.state);
        assert_eq!(owed("nothing"), Some(State::Draft));
        assert_eq!(owed("draft"), Some(State::Returned));
        assert!(first_owed(&records, |_| true).is_none());
    }

    #[test]
    fn what_was_stopped_before_it_was_collected_is_not_owed() {
        use CertificateState::{Revoked, Suspended, Valid};
        for (state, expected) in [(Valid, true), (Suspended, false), (Revoked, false)] {
            let record = ApplicationRecord::sample_with(State::Issued, state);
            assert_eq!(first_owed([&record], |_| false).is_some(), expected, "{state:?}");
            assert_eq!(place(&record).is_some(), expected, "{state:?}");
        }
    }
}
