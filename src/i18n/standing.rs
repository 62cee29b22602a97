//! How an application stands, in a word and in one sentence: `status.…` and `next.…` (contract §2.1).

use super::{Arg, I18n, K};
use chrono::NaiveDate;
use contract::api::{
    ApplicationRecord, CertificateState, CertificateSummary, Contact, InPerson, Instant, Route as Way, Site,
};
use contract::application::{Act, State};

/// What the sentences need beside the record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Office {
    /// How it is reached.
    pub contact: Contact,
    /// Its sites, as far as they are known here.
    pub sites: Vec<Site>,
}

impl Office {
    /// One of its sites.
    pub fn site(&self, id: &str) -> Option<&Site> {
        self.sites.iter().find(|site| site.id == id)
    }

    /// Where one may go in person.
    pub fn places(&self, way: &InPerson) -> Vec<Site> {
        way.offices(&self.sites, &self.contact.sites).into_iter().cloned().collect()
    }

    /// What the sites are called that are named for it; nothing where any will do.
    fn named(&self, way: &InPerson) -> Vec<String> {
        if way.sites.is_empty() { Vec::new() } else { self.places(way).into_iter().map(|site| site.name).collect() }
    }
}

impl I18n {
    /// The day of the office that an instant falls on.
    pub fn day_at_office(self, now: Instant) -> NaiveDate {
        self.at_office(now).date_naive()
    }

    /// The certificate that was handed over and no longer holds, with what is said of it.
    pub fn void(self, record: &ApplicationRecord, now: Instant) -> Option<(&CertificateSummary, K)> {
        let certificate = record.handed_over()?;
        void_key(certificate.state_on(self.day_at_office(now))).map(|said| (certificate, said))
    }

    /// The word for where it stands.
    pub fn status_word(self, record: &ApplicationRecord, now: Instant) -> String {
        if record.is_refused_for_finding() {
            return self.text(K::StatusRejectedMedical);
        }
        match self.void(record, now) {
            Some((certificate, _)) => self.certificate_word(certificate, now),
            None => self.state_word(record.state),
        }
    }

    /// The word for how a certificate stands.
    pub fn certificate_word(self, certificate: &CertificateSummary, now: Instant) -> String {
        self.text(state_key(certificate.state_on(self.day_at_office(now))))
    }

    /// The word for how a certificate stands that does not hold.
    pub fn void_word(self, state: CertificateState) -> Option<String> {
        void_key(state).map(|_| self.text(state_key(state)))
    }

    /// The word for a state alone.
    pub fn state_word(self, state: State) -> String {
        self.text(K::from_key("status.", state.code()).unwrap_or(K::StatusUnknown))
    }

    /// The one sentence on what comes next. `now` decides whether a date still lies ahead.
    pub fn next_sentence(self, record: &ApplicationRecord, office: &Office, now: Instant) -> String {
        let args = self.next_args(record, office);
        let key = match record.handed_over() {
            Some(certificate) => handed_over_key(certificate, self.day_at_office(now)),
            None => next_key(record, now),
        };
        self.say(key, &args)
    }

    /// The next act of the applicant in a few words; `None` where it is not their turn.
    pub fn next_title(self, record: &ApplicationRecord) -> Option<String> {
        let key = K::from_key("do.", record.state.code())?;
        let open = if record.open.is_empty() { record.returned.len() } else { record.open.len() };
        Some(self.say(key, &[("n", open.into())]))
    }

    /// The verb of the button that leads there; none where there is nothing to do there yet.
    pub fn next_verb(self, record: &ApplicationRecord, now: Instant) -> Option<String> {
        next_verb_key(record, now).map(|key| self.text(key))
    }

    fn next_args(self, record: &ApplicationRecord, office: &Office) -> Vec<(&'static str, Arg)> {
        let mut args: Vec<(&'static str, Arg)> = Vec::new();
        let open = if record.open.is_empty() { record.returned.len() } else { record.open.len() };
        args.push(("n", open.into()));
        args.push(("phone", office.contact.phone.as_str().into()));
        let lapsed = record.events.iter().find(|e| e.act == Act::Lapse).and_then(|e| e.due_on);
        if let Some(day) = record.due_on.or(lapsed) {
            args.push(("due_on", self.day(day).into()));
        }
        if let Some(day) = record.reply_by {
            args.push(("reply_by", self.day(day).into()));
            args.push(("results_by", self.day(day).into()));
        }
        if let Some(notify) = &record.notify {
            args.push(("notify", notify.as_str().into()));
        }
        if let Some(from) = record.examination.book_from {
            args.push(("from", self.date(from).into()));
        }
        if let Some(appeal) = record.decision.as_ref().and_then(|d| d.appeal.as_ref()) {
            args.push(("until", self.day_year(appeal.until).into()));
            args.push(("where", appeal.place.as_str().into()));
        }
        if let Some(certificate) = &record.certificate {
            let why = certificate.words.as_ref().map_or("", |words| words.text.as_str());
            args.push(("why", why.into()));
            args.push(("valid_until", self.day_year(certificate.valid_until).into()));
            args.push(("renew_from", self.day_year(certificate.renew_from.unwrap_or(certificate.valid_until)).into()));
        }
        self.place_args(record, office, &mut args);
        args
    }

    /// Where to go and what to bring: by the state, since a record may hold more than one place.
    fn place_args(self, record: &ApplicationRecord, office: &Office, args: &mut Vec<(&'static str, Arg)>) {
        let mut place = |name: String, bring: &[String]| {
            args.push(("place", name.into()));
            args.push(("bring", self.list(bring).into()));
        };
        match (record.state, &record.examination.referral, &record.in_person, &record.examination.appointment) {
            (State::Referred, Some(referral), _, _) => place(referral.place.clone(), &referral.bring),
            (State::Counter, _, Some(way), _) => {
                let names = office.named(way);
                place(if names.is_empty() { self.text(K::ProgressOffice) } else { self.list(&names) }, &way.bring);
            }
            (State::Booked, _, _, Some(visit)) => {
                place(visit.place.clone(), &[]);
                args.push(("date", self.date(visit.slot.start).into()));
                args.push(("time", self.time(visit.slot.start).into()));
            }
            _ => place(self.text(K::ProgressOffice), &[]),
        }
    }
}

/// The word for what was handed in and is on this phone still, and the sentence beside it.
pub const fn queued(waits_for_sign_in: bool) -> (K, K) {
    if waits_for_sign_in { (K::StatusQueuedSignin, K::ReceiptSignin) } else { (K::StatusQueued, K::NextQueued) }
}

/// What is said of a certificate that does not hold.
const fn void_key(state: CertificateState) -> Option<K> {
    match state {
        CertificateState::Revoked => Some(K::CertRevoked),
        CertificateState::Suspended => Some(K::CertSuspended),
        CertificateState::Expired => Some(K::CertExpired),
        CertificateState::Valid | CertificateState::Unknown => None,
    }
}

fn handed_over_key(certificate: &CertificateSummary, today: NaiveDate) -> K {
    let held = if certificate.is_renewable_on(today) { K::NextCollectedRenew } else { K::NextCollected };
    match void_key(certificate.state_on(today)) {
        // Nothing brings it back: who to ask, and what to do.
        Some(K::CertRevoked) => K::CertRevokedNext,
        void => void.unwrap_or(held),
    }
}

fn next_verb_key(record: &ApplicationRecord, now: Instant) -> Option<K> {
    match record.state {
        State::Accepted | State::Missed if record.books_later(now) => {
            record.action(Act::Report).is_some().then_some(K::ExamReportGo)
        }
        state => K::from_key("progress.go.", state.code()),
    }
}

/// Which of the sentences of a state applies.
fn next_key(record: &ApplicationRecord, now: Instant) -> K {
    let can = |act| record.action(act).is_some();
    let ahead = record.books_later(now);
    let appeal = record.decision.as_ref().is_some_and(|d| d.appeal.is_some());
    let both = record.examination.routes.contains(&Way::Onsite) && record.examination.routes.contains(&Way::Online);
    let bring = |list: Option<&Vec<String>>| list.is_some_and(|list| !list.is_empty());
    match record.state {
        State::Accepted if ahead => K::NextAcceptedFrom,
        State::Accepted if can(Act::Report) && !can(Act::Book) => K::NextAcceptedReport,
        State::Accepted if both || can(Act::Report) && can(Act::Book) => K::NextAcceptedOnline,
        State::Missed if !ahead => K::NextAccepted,
        State::Missed if can(Act::Report) => K::NextMissedOnline,
        State::Booked if record.examination.appointment.is_none() => K::NextBookedPlain,
        State::Counter if !bring(record.in_person.as_ref().map(|w| &w.bring)) => K::NextCounterPlain,
        State::Referred if !bring(record.examination.referral.as_ref().map(|r| &r.bring)) => K::NextReferredPlain,
        State::Rejected => match (record.is_refused_for_finding(), appeal) {
            (true, true) => K::NextRejectedMedical,
            (true, false) => K::NextRejectedMedicalPlain,
            (false, true) => K::NextRejected,
            (false, false) => K::NextRejectedPlain,
        },
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
        | State::Referred
        | State::Passed
        | State::Issued
        | State::Collected
        | State::Withdrawn
        | State::Lapsed
        | State::Unknown => K::from_key("next.", record.state.code()).unwrap_or(K::NextUnknown),
    }
}

/// The word for a certificate's state.
const fn state_key(state: CertificateState) -> K {
    match state {
        CertificateState::Valid => K::CertStateValid,
        CertificateState::Suspended => K::CertStateSuspended,
        CertificateState::Revoked => K::CertStateRevoked,
        CertificateState::Expired => K::CertStateExpired,
        CertificateState::Unknown => K::StatusUnknown,
    }
}

#[cfg(test)]
mod tests {
    use super::{CertificateState, K, State, handed_over_key, next_key, next_verb_key, state_key, void_key};
    use crate::i18n::catalogue::Catalogue;
    use contract::api::{ApplicationRecord, Instant};
    use contract::application::Turn;

    #[test]
    fn the_sentence_follows_from_the_record() {
        let now: Instant = "2026-11-25T10:00:00+08:00".parse().unwrap();
        for (state, members, expected) in [
            (State::Accepted, r#""examination":{"routes":["onsite"]}"#, K::NextAccepted),
            (State::Accepted, r#""examination":{"routes":["onsite","online"]}"#, K::NextAcceptedOnline),
            (
                State::Accepted,
                r#""examination":{"routes":["onsite"],"book_from":"2026-11-26T00:00:00+08:00"}"#,
                K::NextAcceptedFrom,
            ),
            (State::Missed, r#""examination":{"book_from":"2026-11-26T00:00:00+08:00"}"#, K::NextMissed),
            (State::Missed, r#""examination":{"book_from":"2026-11-24T00:00:00+08:00"}"#, K::NextAccepted),
            (State::Rejected, r#""decision":{"kind":"papers"}"#, K::NextRejectedPlain),
            (
                State::Rejected,
                r#""decision":{"kind":"medical","appeal":{"until":"2026-12-20","where":"示例窗口"}}"#,
                K::NextRejectedMedical,
            ),
            (State::Counter, r#""in_person":{"bring":["居民身份证"]}"#, K::NextCounter),
            (State::Unknown, "", K::NextUnknown),
        ] {
            assert_eq!(next_key(&ApplicationRecord::sample(state, members), now), expected, "{state:?} {members}");
        }
    }

    #[test]
    fn no_button_leads_to_what_is_not_open_yet() {
        let now: Instant = "2026-11-25T10:00:00+08:00".parse().unwrap();
        let report = r#","actions":[{"act":"report"}]"#;
        for (state, from, rest, said, verb) in [
            (State::Missed, "26", "", K::NextMissed, None),
            (State::Missed, "26", report, K::NextMissedOnline, Some(K::ExamReportGo)),
            (State::Missed, "24", "", K::NextAccepted, Some(K::ProgressGoMissed)),
            (State::Accepted, "26", "", K::NextAcceptedFrom, None),
            (State::Accepted, "24", "", K::NextAccepted, Some(K::ProgressGoAccepted)),
        ] {
            let members = format!(r#""examination":{{"book_from":"2026-11-{from}T00:00:00+08:00"}}{rest}"#);
            let record = ApplicationRecord::sample(state, &members);
            assert_eq!((next_key(&record, now), next_verb_key(&record, now)), (said, verb), "{state:?} {from} {rest}");
        }
    }

    #[test]
    fn one_that_is_stopped_before_it_is_collected_sends_nobody_to_collect_it() {
        use CertificateState::{Revoked, Suspended, Valid};
        for (state, said) in [(Valid, None), (Revoked, Some(K::CertRevokedNext)), (Suspended, Some(K::CertSuspended))] {
            let record = ApplicationRecord::sample_with(State::Issued, state);
            let today = "2026-12-01".parse().unwrap();
            assert_eq!(record.handed_over().map(|it| handed_over_key(it, today)), said, "{state:?}");
        }
    }

    #[test]
    fn a_certificate_stands_as_the_day_of_the_office_has_it() {
        use CertificateState::{Revoked, Suspended, Valid};
        for (state, today, said, void) in [
            (Valid, "2027-10-24", K::NextCollected, None),
            (Valid, "2027-10-25", K::NextCollectedRenew, None),
            (Valid, "2027-11-24", K::NextCollectedRenew, None),
            (Valid, "2027-11-25", K::CertExpired, Some(K::CertExpired)),
            (Revoked, "2027-11-25", K::CertRevokedNext, Some(K::CertRevoked)),
            (Suspended, "2027-01-01", K::CertSuspended, Some(K::CertSuspended)),
        ] {
            let record = ApplicationRecord::sample_with(State::Collected, state);
            let (certificate, today) = (record.handed_over().unwrap(), today.parse().unwrap());
            assert_eq!(handed_over_key(certificate, today), said, "{state:?} {today}");
            assert_eq!(void_key(certificate.state_on(today)), void, "{state:?} {today}");
        }
    }

    #[test]
    fn what_to_do_is_said_where_it_is_the_applicants_turn_and_nowhere_else() {
        for state in State::ALL {
            let said = K::from_key("do.", state.code()).is_some();
            assert_eq!(said, state.turn() == Turn::Applicant, "{state:?}");
        }
    }

    #[test]
    fn every_state_of_a_certificate_has_its_own_word_before_any_part_has_come() {
        use CertificateState::{Expired, Revoked, Suspended, Unknown, Valid};
        let first_visit = Catalogue::compiled_in();
        let words = [Valid, Suspended, Revoked, Expired, Unknown].map(|state| first_visit.sentence(state_key(state)));
        assert_eq!(words, ["有效", "暂停使用", "已注销", "已过期", "办理中"]);
    }

    #[test]
    fn every_state_has_a_sentence_and_a_word() {
        for state in State::ALL {
            assert!(K::from_key("next.", state.code()).is_some(), "next.{}", state.code());
            assert!(K::from_key("status.", state.code()).is_some(), "status.{}", state.code());
        }
    }
}
