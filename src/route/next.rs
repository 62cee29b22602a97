//! Where a person goes from how an application stands: the one place of its next step, and whose turn it is. No words.

use super::Route;
use contract::api::{ApplicationRecord, CertificateState, CertificateSummary, DecisionKind};
use contract::application::State;
use std::cmp::Ordering;

/// Who has to do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// The applicant.
    Applicant,
    /// The office.
    Office,
    /// Nobody: it has ended.
    Nobody,
}

/// Whose turn it is in a state.
fn turn(state: State) -> Turn {
    match state {
        State::Draft
        | State::Returned
        | State::Counter
        | State::Accepted
        | State::Booked
        | State::Missed
        | State::ReportReturned
        | State::Referred
        | State::Issued => Turn::Applicant,
        State::Submitted
        | State::InReview
        | State::Resubmitted
        | State::Examined
        | State::ReportReview
        | State::Passed
        | State::Unknown => Turn::Office,
        State::Collected | State::Rejected | State::Withdrawn | State::Lapsed => Turn::Nobody,
    }
}

/// Whose turn it is with this one: what was stopped before it was collected is the office's word, and asks nothing of its holder.
pub fn turn_of(record: &ApplicationRecord) -> Turn {
    if is_stopped_early(record) { Turn::Nobody } else { turn(record.state) }
}

/// Whether its certificate was stopped before it came into its holder's hands: then there is nothing to collect.
pub fn is_stopped_early(record: &ApplicationRecord) -> bool {
    let stopped = |it: &CertificateSummary| matches!(it.state, CertificateState::Suspended | CertificateState::Revoked);
    record.state == State::Issued && record.certificate.as_ref().is_some_and(stopped)
}

/// Of some records in the order of their urgency, the first that waits for the applicant. What they did already and this
/// phone has yet to send waits for nobody.
pub fn first_owed<'a>(
    records: impl IntoIterator<Item = &'a ApplicationRecord>,
    on_its_way: impl Fn(&str) -> bool,
) -> Option<&'a ApplicationRecord> {
    records.into_iter().find(|record| turn_of(record) == Turn::Applicant && !on_its_way(&record.id))
}

/// The place of the next step; `None` where there is nothing to do in the app.
pub fn place(record: &ApplicationRecord) -> Option<Route> {
    let id = record.id.clone();
    match record.state {
        State::Issued if is_stopped_early(record) => None,
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

/// Whether results can be looked at.
pub fn has_results(record: &ApplicationRecord) -> bool {
    match record.state {
        State::Referred | State::Passed | State::Issued | State::Collected => true,
        State::Rejected => record.decision.as_ref().is_some_and(|d| d.kind == DecisionKind::Medical),
        State::Draft
        | State::Submitted
        | State::InReview
        | State::Returned
        | State::Resubmitted
        | State::Counter
        | State::Accepted
        | State::Booked
        | State::Missed
        | State::Examined
        | State::ReportReview
        | State::ReportReturned
        | State::Withdrawn
        | State::Lapsed
        | State::Unknown => false,
    }
}

/// The more urgent first: what the applicant owes, by its day; then what moved last.
pub fn urgency(a: &ApplicationRecord, b: &ApplicationRecord) -> Ordering {
    let due = |r: &ApplicationRecord| {
        let visit = r.examination.appointment.as_ref().map(|visit| visit.slot.start.date_naive());
        r.due_on.into_iter().chain(visit).min().unwrap_or(chrono::NaiveDate::MAX)
    };
    turn_of(a).cmp(&turn_of(b)).then_with(|| due(a).cmp(&due(b))).then_with(|| b.since.cmp(&a.since))
}

#[cfg(test)]
mod tests {
    use super::{Turn, first_owed, has_results, place, turn, urgency};
    use contract::api::ApplicationRecord;
    use contract::application::State;

    fn record(state: State, due: Option<&str>) -> ApplicationRecord {
        let text = format!(
            r#"{{"id":"{0}{1}","version":1,"state":"{0}","stage":2,"since":"2026-11-24T09:12:00+08:00","questionnaire":"q|1"{2}}}"#,
            state.code(),
            due.unwrap_or_default(),
            due.map(|d| format!(r#","due_on":"{d}""#)).unwrap_or_default()
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn every_turn_of_the_applicant_leads_somewhere_but_the_counter() {
        for state in State::ALL {
            let leads = place(&record(state, None)).is_some();
            assert_eq!(leads, turn(state) == Turn::Applicant && state != State::Counter, "{state:?}");
        }
    }

    #[test]
    fn only_what_was_examined_has_results() {
        let with: Vec<_> = State::ALL.into_iter().filter(|s| has_results(&record(*s, None))).collect();
        assert_eq!(with, [State::Referred, State::Passed, State::Issued, State::Collected]);
    }

    #[test]
    fn what_was_done_and_waits_for_a_network_is_not_owed() {
        let records = [record(State::Draft, None), record(State::Returned, Some("2026-12-03"))];
        let owed = |sent: &str| first_owed(&records, |id| id == sent).map(|record| record.state);
        assert_eq!(owed("nothing"), Some(State::Draft));
        assert_eq!(owed("draft"), Some(State::Returned));
        assert!(first_owed(&records, |_| true).is_none());
    }

    #[test]
    fn what_was_stopped_before_it_was_collected_is_not_owed() {
        for (state, expected) in [("valid", true), ("suspended", false), ("revoked", false)] {
            let certificate = format!(
                r#""certificate":{{"id":"c","state":"{state}","valid_until":"2027-11-24","renew_from":"2027-10-25","collection":{{"ask":[],"left":3,"limit":3,"lock_s":1800}}}}"#
            );
            let text = format!(
                r#"{{"id":"a","version":1,"state":"issued","stage":4,"since":"2026-11-24T09:12:00+08:00","questionnaire":"q|1",{certificate}}}"#
            );
            let record: ApplicationRecord = serde_json::from_str(&text).unwrap();
            assert_eq!(first_owed([&record], |_| false).is_some(), expected, "{state}");
            assert_eq!(place(&record).is_some(), expected, "{state}");
        }
    }

    #[test]
    fn what_is_due_first_comes_first() {
        let mut records = vec![
            record(State::Withdrawn, None),
            record(State::InReview, None),
            record(State::Accepted, Some("2026-12-08")),
            record(State::Returned, Some("2026-12-03")),
            record(State::Draft, None),
        ];
        records.sort_by(urgency);
        let order: Vec<_> = records.iter().map(|r| r.state).collect();
        assert_eq!(order, [State::Returned, State::Accepted, State::Draft, State::InReview, State::Withdrawn]);
    }
}
