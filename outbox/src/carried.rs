//! A draft that was handed over: what follows for it from the entry that carries it, and from the office's record.
use crate::{Body, Entry, EntryId, Outbox, State};
use contract::application::{Act, State as ApplicationState};

/// What a draft knows of its having been handed over. The default: it is being filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Frozen: this entry carries it.
    pub by: Option<EntryId>,
    /// The office has it,
    pub sent: bool,
    /// as the submission of this number.
    pub sent_as: u32,
}

impl Carried {
    /// A page ended between two of its writes: what follows from the entry as it is stored, if anything does. `None`: there is
    /// no such entry. One that was set aside, or is not there, carries nothing; one that was received has arrived.
    pub fn mended(&self, entry: Option<&Entry>) -> Option<Self> {
        if self.by.is_none() || self.sent {
            return None;
        }
        match entry.map(|entry| &entry.state) {
            Some(State::Received { receipt, .. }) => {
                let round = receipt.as_ref().and_then(|receipt| receipt.round);
                Some(Self { sent: true, sent_as: round.unwrap_or_default(), ..self.clone() })
            }
            None | Some(State::SetAside(_)) => Some(Self::default()),
            Some(State::Queued(_) | State::Busy(_) | State::Waiting { .. }) => None,
        }
    }

    /// The office has given it back, by its record: that says draft, and counts the submission that was sent. One from before
    /// counts fewer.
    pub fn is_given_back(&self, state: ApplicationState, submissions: u32) -> bool {
        self.sent && state == ApplicationState::Draft && submissions >= self.sent_as.max(1)
    }
}

impl Outbox {
    /// The last submission of this application that was received and that the office has not given back, by its record (state,
    /// and how many submissions it counts): whatever the draft says, the office has it. A page may have set it aside while
    /// another one had it under way, and what has become of it may not have been noted at the draft.
    pub fn arrived(&self, application: &str, record: Option<(ApplicationState, u32)>) -> Option<&Entry> {
        self.entries().into_iter().rev().find(|entry| {
            let is_submission = matches!(entry.body, Body::Act { act: Act::Submit, .. });
            let by_it = Carried { by: Some(entry.id.clone()), ..Carried::default() };
            let is_there =
                |it: &Carried| it.sent && !record.is_some_and(|(state, count)| it.is_given_back(state, count));
            entry.application == application
                && is_submission
                && by_it.mended(Some(entry)).as_ref().is_some_and(is_there)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Carried;
    use crate::{Body, Entry, Outbox, Reason, State as Stands, Time};
    use contract::api::{Receipt, ReceiptState};
    use contract::application::{Act, State};

    fn received(round: Option<u32>) -> Stands {
        let receipt = Receipt {
            key: String::new(),
            state: ReceiptState::Done,
            act: Some(Act::Submit),
            application: None,
            number: None,
            round,
            received_at: None,
            answers: 0,
            documents: std::collections::BTreeMap::new(),
            body_sha256: None,
        };
        Stands::Received { receipt: Some(Box::new(receipt)), at: Time(1) }
    }

    #[test]
    fn what_the_office_has_and_did_not_give_back_is_there_whatever_the_draft_says() {
        let aside = || Stands::SetAside(Reason::NotFound);
        for (states, record, expected) in [
            (vec![received(Some(1))], Some((State::Draft, 0)), Some("0")),
            (vec![received(Some(1))], Some((State::Draft, 1)), None),
            (vec![received(Some(1)), received(Some(2))], Some((State::Draft, 1)), Some("1")),
            (vec![received(Some(1)), received(Some(2))], Some((State::Draft, 2)), None),
            (vec![received(Some(1)), aside()], Some((State::Draft, 1)), None),
            (vec![received(Some(1)), aside()], Some((State::Submitted, 1)), Some("0")),
            (vec![received(None)], None, Some("0")),
            (vec![aside()], None, None),
        ] {
            let entries = states.iter().zip(0..).map(|(state, at): (_, u64)| {
                let body = Body::Act { act: Act::Submit, frozen: String::new(), documents: Vec::new() };
                let entry = Entry::new(at.to_string(), at, "application", Some("me"), body, Time(0));
                Entry { state: state.clone(), ..entry }
            });
            let outbox = Outbox::restore(entries);
            let found = outbox.arrived("application", record).map(|entry| entry.id.as_str());
            assert_eq!(found, expected, "{states:?} {record:?}");
            assert!(outbox.arrived("another", record).is_none());
        }
    }

    #[test]
    fn only_a_record_that_counts_the_submission_gives_it_back() {
        let sent = |sent_as| Carried { by: Some("key".into()), sent: true, sent_as };
        for (carried, state, submissions, expected) in [
            (sent(1), State::Draft, 1, true),
            (sent(1), State::Draft, 0, false),
            (sent(2), State::Draft, 1, false),
            (sent(2), State::Draft, 3, true),
            (sent(0), State::Draft, 0, false),
            (sent(0), State::Draft, 1, true),
            (sent(1), State::Submitted, 1, false),
            (Carried { sent: false, ..sent(1) }, State::Draft, 1, false),
        ] {
            assert_eq!(carried.is_given_back(state, submissions), expected, "{carried:?} {state:?} {submissions}");
        }
    }
}
