//! How an application stands, read off its record: whose turn it is, how its certificate stands, what may follow.
//!
//! You will not find a sentence or a page here: the app chooses those by what this says.
use super::{
    ApplicationRecord, Attempts, CertificateState, CertificateSummary, DecisionKind, Event, InPerson, Instant, Site,
};
use crate::application::{Act, State, Turn};
use chrono::NaiveDate;
use std::cmp::Ordering;

impl CertificateState {
    /// Whether somebody has taken it back: for a time, or for good.
    pub const fn is_stopped(self) -> bool {
        match self {
            Self::Suspended | Self::Revoked => true,
            Self::Valid | Self::Expired | Self::Unknown => false,
        }
    }

    /// Whether it is in its holder's hands, or was stopped before it came there, by how its application stands.
    pub const fn is_handed_over(self, application: State) -> bool {
        matches!(application, State::Collected) || matches!(application, State::Issued) && self.is_stopped()
    }

    /// Whether nothing brings it back. One that is suspended comes back.
    pub const fn is_over(self) -> bool {
        match self {
            Self::Revoked | Self::Expired => true,
            Self::Valid | Self::Suspended | Self::Unknown => false,
        }
    }
}

impl Attempts {
    /// Whether what is sent now is the last that can come back.
    pub const fn is_last(self) -> bool {
        self.limit > 0 && self.used >= self.limit
    }
}

impl InPerson {
    /// The offices where it can be done, of those that are known here: the ones that it names. Where it names none, any will
    /// do: the `usual` ones that the service names, or all.
    pub fn offices<'a>(&self, known: &'a [Site], usual: &[String]) -> Vec<&'a Site> {
        let named = |ids: &[String]| known.iter().filter(|site| ids.contains(&site.id)).collect::<Vec<_>>();
        if !self.sites.is_empty() {
            return named(&self.sites);
        }
        let usual = named(usual);
        if usual.is_empty() { known.iter().collect() } else { usual }
    }
}

impl Event {
    /// Whether it asks for a part of an examination again, while what it does not ask for stands as it was found.
    pub fn leaves_results(&self) -> bool {
        self.act == Act::ReExamine && self.results_stand
    }
}

impl ApplicationRecord {
    /// Whose turn it is: what was stopped before it was collected asks nothing of its holder, and the office has said its word.
    pub fn turn(&self) -> Turn {
        if self.is_stopped_early() { Turn::Nobody } else { self.state.turn() }
    }

    /// The certificate that is in its holder's hands, or was stopped before it came there.
    pub fn handed_over(&self) -> Option<&CertificateSummary> {
        self.certificate.as_ref().filter(|it| it.state.is_handed_over(self.state))
    }

    /// The certificate that was handed over, where it was taken back: for good, or for a time.
    pub fn stopped(&self) -> Option<&CertificateSummary> {
        self.handed_over().filter(|it| it.state.is_stopped())
    }

    /// Whether its certificate was stopped before it came into its holder's hands: then there is nothing to collect.
    pub fn is_stopped_early(&self) -> bool {
        self.state == State::Issued && self.stopped().is_some()
    }

    /// Whether its certificate was handed over, and whoever has it needs no other on this day of the office.
    pub fn holds_on(&self, today: NaiveDate) -> bool {
        self.handed_over().is_some_and(|it| !it.state_on(today).is_over())
    }

    /// The certificate that was handed over, if the next one can be begun with it on this day of the office.
    pub fn renewable_on(&self, today: NaiveDate) -> Option<&CertificateSummary> {
        self.handed_over().filter(|it| it.is_renewable_on(today))
    }

    /// Whether its holder has another among these: under way, or in their hands.
    pub fn has_another(&self, all: &[&Self], today: NaiveDate) -> bool {
        all.iter().any(|it| self.is_of_same_holder(it) && (!it.state.is_end() || it.holds_on(today)))
    }

    /// The certificate that its holder is offered to renew: nothing of theirs is under way, and none of those in their hands
    /// lasts longer. One that was taken back speaks for itself, and nothing is offered beside it.
    pub fn renewal_among(&self, all: &[&Self], today: NaiveDate) -> Option<&CertificateSummary> {
        let certificate = self.renewable_on(today)?;
        // Until it is saved, whom it is for is not known, and what it renews is.
        let is_under_way =
            |it: &&Self| it.is_renewing(&certificate.id) || !it.state.is_end() && it.holder == self.holder;
        let lasts =
            |it: &&Self| self.is_of_same_holder(it) && it.state == State::Collected && it.renewable_on(today).is_none();
        let is_in_the_way = all.iter().any(|it| is_under_way(it) || lasts(it));
        (!is_in_the_way).then_some(certificate)
    }

    fn is_of_same_holder(&self, other: &Self) -> bool {
        other.id != self.id && other.holder == self.holder
    }

    /// Whether nothing brings it back, and who needs a certificate applies from the start.
    pub fn may_begin_again(&self) -> bool {
        self.state.is_end_without_certificate()
            || self.stopped().is_some_and(|it| it.state == CertificateState::Revoked)
    }

    /// Whether the office may still change it: it has not ended, or its certificate can be taken back.
    pub fn may_change(&self) -> bool {
        let revocable = |it: &CertificateSummary| it.state != CertificateState::Revoked;
        !self.state.is_end() || self.state == State::Collected && self.certificate.as_ref().is_some_and(revocable)
    }

    /// Whether it was refused for a finding, not for papers.
    pub fn is_refused_for_finding(&self) -> bool {
        self.state == State::Rejected && self.decision.as_ref().is_some_and(|it| it.kind == DecisionKind::Medical)
    }

    /// The returns that count now: of the papers, or of the report. None where the office sets no limit.
    pub fn tries(&self) -> Option<Attempts> {
        let of_papers = (self.state == State::Returned).then_some(self.attempts);
        let of_report = (self.state == State::ReportReturned).then_some(self.report_attempts);
        of_papers.or(of_report).filter(|it| it.limit > 0)
    }

    /// The way in person, where it is a way out: while there is something to bring, and somebody was told of it or is led there.
    pub fn way_in_person(&self) -> Option<InPerson> {
        let open = matches!(self.state, State::Returned | State::Counter | State::ReportReturned | State::Lapsed);
        let told = self.in_person.clone().or_else(|| self.leads_to_an_office().then(InPerson::default));
        told.filter(|_| open)
    }

    /// Whether an office is where it goes on: somebody was called in, or is at the last try and does well to bring the papers.
    pub fn leads_to_an_office(&self) -> bool {
        self.state == State::Counter || self.tries().is_some_and(Attempts::is_last)
    }

    /// What has sent somebody who was accepted back to choosing how and when to be examined, newest first: a visit that the
    /// site cancelled, as long as no other has taken its place; an examination to be done again, as long as it is not.
    pub fn sent_back(&self) -> impl Iterator<Item = &Event> {
        const VISITS: &[Act] = &[
            Act::Accept,
            Act::Book,
            Act::Change,
            Act::Cancel,
            Act::CloseSlot,
            Act::Miss,
            Act::Attend,
            Act::Report,
            Act::ReExamine,
        ];
        const BEGINNINGS: &[Act] = &[Act::Accept, Act::ReExamine];
        let is_choosing = matches!(self.state, State::Accepted | State::Missed);
        let newest = |among: &[Act], wanted: Act| {
            let event = self.events.iter().find(|event| among.contains(&event.act));
            event.filter(|event| is_choosing && event.act == wanted)
        };
        newest(VISITS, Act::CloseSlot).into_iter().chain(newest(BEGINNINGS, Act::ReExamine))
    }

    /// Whether results can be looked at.
    pub fn has_results(&self) -> bool {
        match self.state {
            State::Referred | State::Passed | State::Issued | State::Collected => true,
            State::Rejected => self.is_refused_for_finding(),
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

    /// Whether a visit can be booked from a later moment only.
    pub fn books_later(&self, now: Instant) -> bool {
        self.examination.book_from.is_some_and(|from| from > now)
    }

    /// The more urgent first: what the applicant owes, by its day; then what moved last.
    pub fn by_urgency(&self, other: &Self) -> Ordering {
        let due = |it: &Self| {
            let visit = it.examination.appointment.as_ref().map(|visit| visit.slot.start.date_naive());
            it.due_on.into_iter().chain(visit).min().unwrap_or(NaiveDate::MAX)
        };
        self.turn()
            .cmp(&other.turn())
            .then_with(|| due(self).cmp(&due(other)))
            .then_with(|| other.since.cmp(&self.since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;
    use CertificateState::{Expired, Revoked, Suspended, Valid};
    use Turn::{Applicant, Nobody, Office};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn how_an_application_stands_in_each_state() {
        const YES: bool = true;
        const NO: bool = false;
        let sample = ApplicationRecord::sample;
        // Whose turn it is; whether there are results, the office may change it, and one may begin again.
        for (state, turn, results, changes, again) in [
            (State::Draft, Applicant, NO, YES, NO),
            (State::Submitted, Office, NO, YES, NO),
            (State::InReview, Office, NO, YES, NO),
            (State::Returned, Applicant, NO, YES, NO),
            (State::Resubmitted, Office, NO, YES, NO),
            (State::Counter, Applicant, NO, YES, NO),
            (State::Accepted, Applicant, NO, YES, NO),
            (State::Booked, Applicant, NO, YES, NO),
            (State::Missed, Applicant, NO, YES, NO),
            (State::Examined, Office, NO, YES, NO),
            (State::ReportReview, Office, NO, YES, NO),
            (State::ReportReturned, Applicant, NO, YES, NO),
            (State::Referred, Applicant, YES, YES, NO),
            (State::Passed, Office, YES, YES, NO),
            (State::Issued, Applicant, YES, YES, NO),
            (State::Collected, Nobody, YES, NO, NO),
            (State::Rejected, Nobody, NO, NO, YES),
            (State::Withdrawn, Nobody, NO, NO, YES),
            (State::Lapsed, Nobody, NO, NO, YES),
            (State::Unknown, Office, NO, YES, NO),
        ] {
            let record = sample(state, "");
            let found = (record.turn(), record.has_results(), record.may_change(), record.may_begin_again());
            assert_eq!(found, (turn, results, changes, again), "{state:?}");
            assert_eq!(state.waits_for_office(), turn == Office, "{state:?}");
            assert!(record.handed_over().is_none(), "{state:?}");
        }
    }

    #[test]
    fn a_refusal_for_a_finding_has_results_and_one_for_papers_has_none() {
        for (state, kind, expected) in [
            (State::Rejected, "medical", true),
            (State::Rejected, "papers", false),
            (State::Withdrawn, "medical", false),
        ] {
            let record = ApplicationRecord::sample(state, &format!(r#""decision":{{"kind":"{kind}"}}"#));
            assert_eq!(
                (record.is_refused_for_finding(), record.has_results()),
                (expected, expected),
                "{state:?} {kind}"
            );
        }
    }

    #[test]
    fn how_a_certificate_stands_is_how_its_application_does() {
        const YES: bool = true;
        const NO: bool = false;
        // Handed over, stopped, whose turn it is, whether the office may change it, and one may begin again.
        for (state, certificate, handed_over, stopped, turn, changes, again) in [
            (State::Passed, Revoked, NO, NO, Office, YES, NO),
            (State::Issued, Valid, NO, NO, Applicant, YES, NO),
            (State::Issued, Suspended, YES, YES, Nobody, YES, NO),
            (State::Issued, Revoked, YES, YES, Nobody, YES, YES),
            (State::Issued, Expired, NO, NO, Applicant, YES, NO),
            (State::Collected, Valid, YES, NO, Nobody, YES, NO),
            (State::Collected, Suspended, YES, YES, Nobody, YES, NO),
            (State::Collected, Revoked, YES, YES, Nobody, NO, YES),
            (State::Collected, Expired, YES, NO, Nobody, YES, NO),
            (State::Collected, CertificateState::Unknown, YES, NO, Nobody, YES, NO),
        ] {
            let it = ApplicationRecord::sample_with(state, certificate);
            let is =
                (it.handed_over().is_some(), it.stopped().is_some(), it.turn(), it.may_change(), it.may_begin_again());
            assert_eq!(is, (handed_over, stopped, turn, changes, again), "{state:?} {certificate:?}");
            assert_eq!(it.is_stopped_early(), state == State::Issued && stopped, "{state:?} {certificate:?}");
        }
    }

    #[test]
    fn whoever_has_one_needs_no_other_until_its_end() {
        for (certificate, today, holds, renewable) in [
            (Valid, "2027-10-24", true, false),
            (Valid, "2027-10-25", true, true),
            (Valid, "2027-11-24", true, true),
            (Valid, "2027-11-25", false, true),
            (Suspended, "2027-01-01", true, false),
            (Suspended, "2027-11-25", false, true),
            (Revoked, "2027-01-01", false, false),
            (Revoked, "2027-11-25", false, false),
        ] {
            let record = ApplicationRecord::sample_with(State::Collected, certificate);
            let found = (record.holds_on(day(today)), record.renewable_on(day(today)).is_some());
            assert_eq!(found, (holds, renewable), "{certificate:?} {today}");
        }
    }

    #[test]
    fn the_next_certificate_is_offered_where_nothing_is_under_way_or_lasts_longer() {
        let (this, in_time) = (ApplicationRecord::sample_with(State::Collected, Valid), day("2027-11-01"));
        let other = |record: ApplicationRecord| ApplicationRecord { id: "b".into(), ..record };
        let longer = || {
            let mut record = other(ApplicationRecord::sample_with(State::Collected, Valid));
            record.certificate.as_mut().unwrap().renew_from = None;
            record
        };
        let of_somebody_else = r#""holder":{"name":"李娜","id_masked":"1101**********0021"}"#;
        let renewing = format!(r#"{of_somebody_else},"renews":"c""#);
        for (what, beside, today, offered, another) in [
            ("alone", None, in_time, true, false),
            ("too early", None, day("2027-10-24"), false, false),
            ("under way", Some(other(ApplicationRecord::sample(State::Draft, ""))), in_time, false, true),
            ("given up", Some(other(ApplicationRecord::sample(State::Withdrawn, ""))), in_time, true, false),
            (
                "a stranger",
                Some(other(ApplicationRecord::sample(State::Draft, of_somebody_else))),
                in_time,
                true,
                false,
            ),
            ("it is renewed", Some(other(ApplicationRecord::sample(State::Draft, &renewing))), in_time, false, false),
            ("it lasts longer", Some(longer()), in_time, false, true),
            ("it ends too", Some(other(this.clone())), in_time, true, true),
            (
                "it was taken back",
                Some(other(ApplicationRecord::sample_with(State::Collected, Revoked))),
                in_time,
                false,
                false,
            ),
        ] {
            let all: Vec<&ApplicationRecord> = [&this].into_iter().chain(&beside).collect();
            let found = (this.renewal_among(&all, today).is_some(), this.has_another(&all, today));
            assert_eq!(found, (offered, another), "{what}");
        }
    }

    #[test]
    fn what_is_due_first_comes_first() {
        use State::{Accepted, Booked, Draft, InReview, Issued, Returned, Withdrawn};
        let sample = ApplicationRecord::sample;
        let visit = r#""examination":{"appointment":{"slot":{"id":"s","site":"s1","start":"2026-12-05T08:00:00+08:00","end":"2026-12-05T08:30:00+08:00"},
            "arrive_by":"2026-12-05T08:00:00+08:00","change_until":"2026-12-04T17:00:00+08:00","check_in":{"code":"c","text":"c"},"place":"x"}}"#;
        let mut records = [
            sample(State::Withdrawn, ""),
            sample(State::InReview, ""),
            sample(State::Accepted, r#""due_on":"2026-12-08""#),
            sample(State::Booked, visit),
            sample(State::Returned, r#""due_on":"2026-12-03""#),
            sample(State::Draft, ""),
            ApplicationRecord::sample_with(State::Issued, Revoked),
        ];
        records.sort_by(ApplicationRecord::by_urgency);
        let order = records.map(|it| it.state);
        assert_eq!(order, [Returned, Booked, Accepted, Draft, InReview, Withdrawn, Issued]);
    }

    #[test]
    fn an_office_is_named_or_any_will_do() {
        let site = |id: &str| json::read::<Site>(&format!(r#"{{"id":"{id}","name":"n","address":"a"}}"#)).unwrap();
        let known = ["s1", "s2", "s3"].map(site);
        for (named, usual, expected) in [
            (&["s2"][..], &["s1"][..], &["s2"][..]),
            (&["s3", "s1"], &[], &["s1", "s3"]),
            (&[], &["s1", "s2"], &["s1", "s2"]),
            (&[], &[], &["s1", "s2", "s3"]),
            // What is named is not known here: no other is put in its place.
            (&["s9"], &["s1"], &[]),
            (&[], &["s9"], &["s1", "s2", "s3"]),
        ] {
            let owned = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
            let way = InPerson { sites: owned(named), ..InPerson::default() };
            let found: Vec<_> = way.offices(&known, &owned(usual)).iter().map(|site| site.id.as_str()).collect();
            assert_eq!(found, expected, "{named:?} {usual:?}");
        }
    }

    #[test]
    fn the_last_try_and_a_call_lead_to_an_office() {
        let (first, last) = (r#""attempts":{"used":2,"limit":3}"#, r#""attempts":{"used":3,"limit":3}"#);
        for (state, members, expected) in [
            (State::Counter, "", true),
            (State::Returned, first, false),
            (State::Returned, last, true),
            (State::Returned, "", false),
            (State::ReportReturned, last, false),
            (State::ReportReturned, r#""report_attempts":{"used":3,"limit":3}"#, true),
            (State::Accepted, last, false),
        ] {
            assert_eq!(ApplicationRecord::sample(state, members).leads_to_an_office(), expected, "{state:?} {members}");
        }
    }

    #[test]
    fn an_office_is_named_only_where_something_can_be_brought() {
        let (last, told) = (r#""attempts":{"used":3,"limit":3}"#, r#""in_person":{"bring":["居民身份证"]}"#);
        for (state, members, expected) in [
            (State::Returned, last, true),
            (State::Returned, told, true),
            (State::Returned, r#""attempts":{"used":1,"limit":0}"#, false),
            (State::Counter, "", true),
            (State::Lapsed, told, true),
            // It lapsed after it was accepted, and no office takes anything for it.
            (State::Lapsed, "", false),
            (State::Accepted, told, false),
        ] {
            assert_eq!(
                ApplicationRecord::sample(state, members).way_in_person().is_some(),
                expected,
                "{state:?} {members}"
            );
        }
        assert_eq!(ApplicationRecord::sample(State::Returned, r#""attempts":{"used":1,"limit":0}"#).tries(), None);
    }

    #[test]
    fn what_sent_somebody_back_is_said_until_they_have_gone_on() {
        use Act::{Accept, Attend, Book, Cancel, Change, CloseSlot, Miss, ReExamine, Receive};
        // Newest first, as the record has them.
        for (state, acts, expected) in [
            (State::Accepted, &[Accept][..], &[][..]),
            (State::Accepted, &[CloseSlot, Book, Accept], &[CloseSlot]),
            (State::Booked, &[Book, CloseSlot, Book, Accept], &[]),
            (State::Accepted, &[Cancel, Change, CloseSlot, Book, Accept], &[]),
            (State::Accepted, &[ReExamine, Attend, Book, CloseSlot, Book, Accept], &[ReExamine]),
            (State::Accepted, &[CloseSlot, Book, ReExamine, Attend, Book, Accept], &[CloseSlot, ReExamine]),
            (State::Accepted, &[Cancel, Book, ReExamine, Attend, Accept], &[ReExamine]),
            (State::Missed, &[Miss, Book, ReExamine, Attend, Accept], &[ReExamine]),
            (State::Missed, &[Miss, Book, CloseSlot, Book, Accept], &[]),
            (State::Examined, &[Attend, Book, ReExamine, Accept], &[]),
            (State::InReview, &[Receive], &[]),
        ] {
            let event = |act: &Act| {
                format!(
                    r#"{{"id":"e","at":"2026-11-24T09:12:00+08:00","act":"{}","actor":"examiner","from":"examined","to":"accepted"}}"#,
                    act.code()
                )
            };
            let events: Vec<_> = acts.iter().map(event).collect();
            let record = ApplicationRecord::sample(state, &format!(r#""events":[{}]"#, events.join(",")));
            let found: Vec<_> = record.sent_back().map(|event| event.act).collect();
            assert_eq!(found, expected, "{state:?} {acts:?}");
        }
    }

    #[test]
    fn booking_opens_when_its_moment_has_come() {
        let record =
            ApplicationRecord::sample(State::Accepted, r#""examination":{"book_from":"2026-11-26T00:00:00+08:00"}"#);
        for (now, expected) in [("2026-11-25T23:59:59+08:00", true), ("2026-11-26T00:00:00+08:00", false)] {
            assert_eq!(record.books_later(now.parse().unwrap()), expected, "{now}");
        }
    }
}
