//! A draft that was handed over: what follows for it from the entry that carries it, and from the office's record.
use crate::{Entry, EntryId, State};
use contract::application::State as ApplicationState;

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

#[cfg(test)]
mod tests {
    use super::Carried;
    use contract::application::State;

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
