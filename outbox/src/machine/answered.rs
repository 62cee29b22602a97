//! What comes of each answer: received, set aside, asked for, or tried again.
use super::{Order, Outbox, Session};
use crate::decide::{Move, decide};
use crate::{Answer, Body, Entry, Moment, Reason, Refusal, State, Step, Why};

/// So often one repair is tried.
const REPAIRS: u32 = 3;
/// So often the bytes go up again because the server does not have them any more: each time they cost their person data.
const UPLOADS: u32 = 6;

impl Outbox {
    /// What came of a step. An answer that nobody waits for any more changes nothing.
    pub fn answered(&mut self, id: &str, answer: Answer, moment: Moment) -> Vec<Order> {
        let Some(entry) = self.entries.get_mut(id) else { return Vec::new() };
        let State::Busy(step) = entry.state else { return Vec::new() };
        match answer {
            Answer::Done => self.settle(id, State::Received { receipt: None, at: moment.now }),
            Answer::Receipt(receipt) if receipt.state == contract::api::ReceiptState::Done => {
                self.settle(id, State::Received { receipt: Some(Box::new(receipt)), at: moment.now })
            }
            Answer::Receipt(_) => entry.wait(Step::Ask, Why::Fault, None, moment),
            Answer::Uploaded(at) => {
                if let Body::Document { location, .. } = &mut entry.body {
                    *location = Some(at);
                }
                entry.go_on(Step::Send)
            }
            Answer::NeverArrived => entry.go_on(Step::Send),
            Answer::Lost => {
                let step = entry.body.after_lost_reply(step);
                entry.wait(step, Why::Network, None, moment)
            }
            Answer::NotSent => {
                // What is known not to have left may be sent again without asking; a doubt from before remains a doubt.
                entry.wait(step, Why::Network, None, moment)
            }
            Answer::Held => {
                entry.state = State::Queued(step);
                vec![Order::Save(id.to_owned())]
            }
            Answer::SignedOut => {
                entry.state = State::Queued(step);
                self.session = Session::Nobody;
                vec![Order::Save(id.to_owned()), Order::SignIn]
            }
            Answer::Broken => {
                // Of a document its bytes; an act is none that this build knows how to send.
                let reason = match &entry.body {
                    Body::Act { act, .. } => Reason::Fault { code: act.code().to_owned(), reference: None },
                    Body::Begin(_) | Body::Document { .. } | Body::Remove { .. } => Reason::Broken,
                };
                self.settle(id, State::SetAside(reason))
            }
            Answer::Refused(refusal) => self.refused(id, step, &refusal, moment),
        }
    }

    fn refused(&mut self, id: &str, step: Step, refusal: &Refusal, moment: Moment) -> Vec<Order> {
        let Some(entry) = self.entries.get_mut(id) else { return Vec::new() };
        match decide(&entry.body, step, refusal) {
            Move::Later(why) => entry.wait(step, why, refusal.wait, moment),
            Move::Ask(why) => entry.wait(Step::Ask, why, refusal.wait, moment),
            Move::SignIn => {
                entry.state = State::Queued(step);
                self.session = Session::Nobody;
                vec![Order::Save(id.to_owned()), Order::SignIn]
            }
            Move::UploadAgain => {
                entry.lost += 1;
                if entry.lost >= UPLOADS {
                    let reference = refusal.problem.reference.clone();
                    let code = contract::api::Slug::UploadGone.code().to_owned();
                    return self.settle(id, State::SetAside(Reason::Fault { code, reference }));
                }
                entry.upload_again(moment)
            }
            Move::Repair => {
                entry.repairs += 1;
                if entry.repairs >= REPAIRS {
                    return self.settle(id, State::SetAside(Reason::NotWhole));
                }
                entry.upload_again(moment)
            }
            Move::Documents(documents) => self.documents_first(id, documents, moment),
            Move::Aside(reason) => {
                // Asking for a receipt can only be refused by a fault; the entry itself may have arrived.
                if step == Step::Ask {
                    return entry.wait(Step::Ask, Why::Fault, refusal.wait, moment);
                }
                self.settle(id, State::SetAside(reason))
            }
        }
    }

    /// The act waits; its documents go up again, those that are not here come from the vault.
    fn documents_first(&mut self, id: &str, documents: Vec<String>, moment: Moment) -> Vec<Order> {
        let Some(entry) = self.entries.get_mut(id) else { return Vec::new() };
        entry.repairs += 1;
        if entry.repairs > REPAIRS {
            let reason = Reason::DocumentLeftOut(documents.into_iter().next().unwrap_or_default());
            return self.settle(id, State::SetAside(reason));
        }
        let mut orders = entry.wait(Step::Send, Why::Fault, None, moment);
        let mut elsewhere = Vec::new();
        for document in documents {
            let here = self
                .entries
                .values_mut()
                .filter(|e| matches!(&e.body, Body::Document { document: d, .. } if *d == document));
            match here.max_by_key(|e| e.order) {
                Some(entry) if matches!(entry.state, State::Received { .. }) => {
                    orders.extend(entry.upload_again(moment));
                }
                Some(_) => {}
                None => elsewhere.push(document),
            }
        }
        if !elsewhere.is_empty() {
            orders.push(Order::Fetch { entry: id.to_owned(), documents: elsewhere });
        }
        orders
    }

    /// An act was about to leave for the first time, and the note of it could not be stored: it waits. Were it sent, a page
    /// that reads what is stored could take it back after it has arrived.
    pub fn not_left(&mut self, id: &str, moment: Moment) -> Vec<Order> {
        let Some(entry) = self.entries.get_mut(id) else { return Vec::new() };
        let State::Busy(step) = entry.state else { return Vec::new() };
        entry.wait(step, Why::Fault, None, moment)
    }
}

impl Entry {
    fn wait(&mut self, step: Step, why: Why, told: Option<std::time::Duration>, moment: Moment) -> Vec<Order> {
        // A time that is over, or "at once", is no time: what was told so is asked less and less often.
        let told = told.filter(|wait| !wait.is_zero());
        let until = told.map_or_else(|| moment.backed_off(self.failures), |wait| moment.after(wait));
        self.wait = until.0.saturating_sub(moment.now.0);
        self.failures = self.failures.saturating_add(1);
        self.state = State::Waiting { step, until, why };
        vec![Order::Save(self.id.clone())]
    }

    fn upload_again(&mut self, moment: Moment) -> Vec<Order> {
        if let Body::Document { location, .. } = &mut self.body {
            *location = None;
        }
        self.wait(Step::Upload, Why::Fault, None, moment)
    }
}

#[cfg(test)]
mod tests {
    use crate::machine::tests::{add, document, started, submit};
    use crate::{Answer, Body, Moment, Outbox, Reason, Refusal, Session, State, Step, Time, Why};
    use contract::api::Slug;
    use std::time::Duration;

    fn refused(status: u16, slug: Option<Slug>) -> Answer {
        Answer::Refused(Box::new(Refusal { status, slug, ..Refusal::default() }))
    }

    /// An outbox in which one act waits to be sent.
    fn one_act() -> Outbox {
        let mut outbox = Outbox::default();
        outbox.set_session(Session::Subject("me".to_owned()));
        add(&mut outbox, "submit", 0, submit());
        outbox
    }

    /// Goes on until it waits, and gives how long.
    fn waits(outbox: &mut Outbox, id: &str, now: &mut u64, answer: impl Fn(Step) -> Answer) -> Option<u64> {
        loop {
            let moment = Moment { now: Time(*now), roll: u32::MAX };
            outbox.due(moment);
            match outbox.entry(id)?.state {
                State::Busy(step) => drop(outbox.answered(id, answer(step), moment)),
                State::Waiting { until, .. } if until.0 > *now => {
                    let wait = until.0 - *now;
                    *now = until.0;
                    return Some(wait);
                }
                State::Waiting { .. } | State::Queued(_) => {}
                State::SetAside(_) | State::Received { .. } => return None,
            }
        }
    }

    #[test]
    fn a_server_that_fails_at_an_act_each_time_is_asked_less_and_less() {
        let (mut outbox, mut now) = (one_act(), 1);
        let answer = |step| if step == Step::Ask { Answer::NeverArrived } else { refused(500, None) };
        let all: Vec<u64> = (0..12).filter_map(|_| waits(&mut outbox, "submit", &mut now, answer)).collect();
        assert!(all.is_sorted() && all.last() == Some(&300_000), "{all:?}");
    }

    #[test]
    fn a_time_that_is_over_is_no_time_to_wait_until() {
        let (mut outbox, mut now) = (one_act(), 1);
        let told =
            Refusal { status: 503, slug: Some(Slug::Maintenance), wait: Some(Duration::ZERO), ..Refusal::default() };
        let answer =
            |step| if step == Step::Ask { Answer::NeverArrived } else { Answer::Refused(Box::new(told.clone())) };
        let all: Vec<u64> = (0..4).filter_map(|_| waits(&mut outbox, "submit", &mut now, answer)).collect();
        assert!(all.len() == 4 && all.iter().all(|wait| *wait >= 1_000) && all.is_sorted(), "{all:?}");
    }

    #[test]
    fn bytes_that_the_server_loses_each_time_go_up_less_and_less_and_not_for_ever() {
        let mut outbox = Outbox::default();
        outbox.set_session(Session::Subject("me".to_owned()));
        add(&mut outbox, "photo", 0, document("portrait", 1));
        let mut now = 1;
        let answer = |step| match step {
            Step::Upload => Answer::Uploaded("there".to_owned()),
            Step::Send | Step::Ask => refused(410, Some(Slug::UploadGone)),
        };
        let mut all = Vec::new();
        while let Some(wait) = waits(&mut outbox, "photo", &mut now, answer) {
            all.push(wait);
        }
        assert_eq!(all, [1_000, 2_000, 4_000, 8_000, 16_000]);
        let photo = outbox.entry("photo").unwrap();
        assert!(matches!(&photo.state, State::SetAside(Reason::Fault { .. })) && photo.can_go_again());
    }

    #[test]
    fn bytes_that_the_server_lost_do_not_count_as_bytes_that_arrived_damaged() {
        let mut outbox = Outbox::default();
        outbox.set_session(Session::Subject("me".to_owned()));
        add(&mut outbox, "photo", 0, document("portrait", 1));
        let mut now = 1;
        for slug in [Slug::UploadGone, Slug::UploadGone, Slug::HashMismatch, Slug::HashMismatch] {
            let answer = |step| match step {
                Step::Upload => Answer::Uploaded("there".to_owned()),
                Step::Send | Step::Ask => refused(410, Some(slug)),
            };
            assert!(waits(&mut outbox, "photo", &mut now, answer).is_some(), "{slug:?}");
        }
    }

    #[test]
    fn a_clock_that_is_set_makes_no_wait_longer_or_shorter() {
        let waiting = |outbox: &Outbox| match outbox.entry("begin").unwrap().state {
            State::Waiting { until, .. } => until.0,
            _ => 0,
        };
        let mut outbox = Outbox::default();
        outbox.set_session(Session::Subject("me".to_owned()));
        add(&mut outbox, "begin", 0, Body::Begin(String::new()));
        outbox.due(Moment { now: Time(100_000), roll: 0 });
        let told = Refusal { status: 503, wait: Some(std::time::Duration::from_secs(7)), ..Refusal::default() };
        outbox.answered("begin", Answer::Refused(Box::new(told)), Moment { now: Time(100_000), roll: 0 });
        for (by, until) in [(3_600_000, 3_707_000), (-3_600_000, 107_000), (-50_000, 57_000)] {
            outbox.clock_set(by);
            assert_eq!(waiting(&outbox), until, "{by}");
        }
        // While no page was open it was set back by an hour: it waits as long as it was told, and no longer.
        let mut outbox = Outbox::restore(outbox.entries().into_iter().cloned());
        outbox.no_longer_than_meant(Time(20_000));
        assert_eq!(waiting(&outbox), 27_000);
        outbox.no_longer_than_meant(Time(25_000));
        assert_eq!(waiting(&outbox), 27_000);
    }

    #[test]
    fn a_probe_that_is_answered_does_not_shorten_the_wait_of_what_fails_alone() {
        let mut outbox = Outbox::default();
        outbox.set_session(Session::Subject("me".to_owned()));
        add(&mut outbox, "begin", 0, Body::Begin(String::new()));
        let late = Moment { now: Time(1), roll: u32::MAX };
        assert_eq!(started(&mut outbox), ["begin"]);
        outbox.answered("begin", Answer::Lost, late);
        assert!(!outbox.came_back(), "the network was never away");
        assert!(matches!(outbox.entry("begin").unwrap().state, State::Waiting { why: Why::Network, .. }));
        assert!(started(&mut outbox).is_empty());
        outbox.went_away();
        assert!(outbox.came_back());
        assert_eq!(started(&mut outbox), ["begin"]);
        assert!(!outbox.came_back(), "once");
    }

    #[test]
    fn what_a_person_holds_waits_for_nothing_else() {
        let mut outbox = Outbox::default();
        outbox.set_session(Session::Subject("me".to_owned()));
        add(&mut outbox, "photo", 0, document("portrait", 1));
        for _ in 0..5 {
            assert_eq!(started(&mut outbox), ["photo"], "it goes on at once");
            outbox.hold(["portrait".to_owned()].into());
            outbox.answered("photo", Answer::Held, Moment { now: Time(1), roll: u32::MAX });
            assert_eq!(outbox.entry("photo").unwrap().state, State::Queued(Step::Upload));
            assert!(started(&mut outbox).is_empty());
            outbox.hold([].into());
        }
    }
}
