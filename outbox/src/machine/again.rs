//! What was set aside, and may go out all the same when it is tried once more.
use super::{Order, Outbox};
use crate::{Body, Entry, State};
use contract::application::Act;

impl Entry {
    /// It was set aside for something that passes, and nothing else has to be done first. An act with a draft of its own goes
    /// out from its page: the draft may have been changed since.
    pub fn can_go_again(&self) -> bool {
        let State::SetAside(reason) = &self.state else { return false };
        let stands_alone = match &self.body {
            Body::Begin(_) | Body::Document { .. } | Body::Remove { .. } => true,
            Body::Act { act, .. } => *act == Act::Withdraw,
        };
        reason.may_pass() && stands_alone
    }
}

impl Outbox {
    /// The person wants it tried once more: it goes out anew under its own key, and what was set aside behind it follows.
    pub fn again(&mut self, id: &str) -> Vec<Order> {
        let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.can_go_again()) else { return Vec::new() };
        (entry.repairs, entry.lost, entry.failures) = (0, 0, 0);
        if let Body::Document { location, .. } = &mut entry.body {
            *location = None;
        }
        let first = entry.body.first_step();
        let mut orders = entry.go_on(first);
        orders.extend(self.go_on_behind());
        orders
    }
}

#[cfg(test)]
mod tests {
    use crate::{Body, Entry, Order, Outbox, Reason, State, Step, Time};
    use contract::application::Act;

    fn set_aside(body: Body, reason: Reason) -> Outbox {
        let mut entry = Entry::new("key".into(), 0, "application", Some("subject"), body, Time(1));
        entry.state = State::SetAside(reason);
        Outbox::restore([entry])
    }

    fn fault() -> Reason {
        Reason::Fault { code: "418".into(), reference: None }
    }

    #[test]
    fn what_may_pass_goes_out_anew_and_what_will_not_stays() {
        let rows = [
            (fault(), true),
            (Reason::NotWhole, true),
            (Reason::NotFound, true),
            (Reason::Window { from: None, until: None }, true),
            (Reason::Broken, false),
            (Reason::TooLarge(None), false),
            (Reason::Elsewhere, false),
            (Reason::Refused { code: "blank".into(), params: serde_json::Map::new() }, false),
        ];
        for (reason, goes) in rows {
            let mut outbox = set_aside(Body::Remove { document: "photo".into() }, reason.clone());
            let expected = if goes { vec![Order::Save("key".into())] } else { Vec::new() };
            assert_eq!(outbox.again("key"), expected, "{reason:?}");
            let is_queued = outbox.entry("key").is_some_and(|entry| entry.state == State::Queued(Step::Send));
            assert_eq!(is_queued, goes, "{reason:?}");
        }
    }

    #[test]
    fn an_act_with_a_draft_goes_out_from_its_page_only() {
        for (act, goes) in [(Act::Withdraw, true), (Act::Submit, false), (Act::Supplement, false), (Act::Report, false)]
        {
            let mut outbox = set_aside(Body::Act { act, frozen: "{}".into(), documents: vec![] }, fault());
            assert_eq!(!outbox.again("key").is_empty(), goes, "{act:?}");
        }
    }
}
