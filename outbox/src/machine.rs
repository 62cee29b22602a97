//! The machine: entries in, orders out.
mod again;
mod answered;
mod behind;

use crate::{Body, Entry, EntryId, Moment, Reason, State, Step, Time, Why};
use contract::order::in_order;
use contract::questionnaire::Pointer;
use std::collections::{BTreeMap, BTreeSet};

/// So many documents go up at the same time.
const UPLOADS: usize = 2;

/// What the driver does, in this order and one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Store the entry as it is now. What follows waits for it.
    Save(EntryId),
    /// Send the bytes of its document.
    Upload(EntryId),
    /// Send its request.
    Send(EntryId),
    /// Ask for its receipt.
    Ask(EntryId),
    /// It is received or set aside: tell the person.
    Settled(EntryId),
    /// Read the record of this application again.
    Reread(String),
    /// The server lacks documents that are not here as entries: put them in from the vault, ahead of this entry.
    Fetch {
        /// The entry that waits for them.
        entry: EntryId,
        /// Their ids.
        documents: Vec<String>,
    },
    /// Everything waits until somebody signs in.
    SignIn,
}

/// Who is signed in, as far as the outbox is concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Session {
    /// Not asked yet, or nobody: nothing goes out.
    #[default]
    Nobody,
    /// This subject; only its entries go out.
    Subject(String),
}

/// Why an entry cannot be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakeBackError {
    /// It may have left this phone: recall it at the office instead.
    MayHaveArrived,
    /// This phone could not note it: nothing has changed.
    NotStored,
    /// There is no such entry.
    Missing,
}

/// All that waits to be sent.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    entries: BTreeMap<EntryId, Entry>,
    session: Session,
    /// Documents that the person holds back.
    held: BTreeSet<String>,
    /// Since the last answer a probe had none.
    away: bool,
}

impl Outbox {
    /// From what was stored. What was on its way when the page ended is asked for, or sent again where that does no harm.
    pub fn restore(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut outbox = Self::default();
        for entry in entries {
            outbox.take_in(entry);
        }
        outbox
    }

    /// An entry that is stored already, by this page or by another tab; one that is here stays as it is.
    pub fn take_in(&mut self, mut entry: Entry) {
        if self.entries.contains_key(&entry.id) {
            return;
        }
        if let State::Busy(step) = entry.state {
            entry.state = State::Queued(entry.body.after_lost_reply(step));
        }
        self.entries.insert(entry.id.clone(), entry);
    }

    /// This tab sends from now on: what another one had on its way when it ended is asked for, or sent again.
    pub fn recover(&mut self) {
        for entry in self.entries.values_mut() {
            if let State::Busy(step) = entry.state {
                entry.state = State::Queued(entry.body.after_lost_reply(step));
            }
        }
    }

    /// Every entry, in the order in which they were made.
    pub fn entries(&self) -> Vec<&Entry> {
        in_order(self.entries.values().collect(), |a, b| a.order.cmp(&b.order))
    }

    /// One entry.
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.get(id)
    }

    /// The order of the next entry.
    pub fn next_order(&self) -> u64 {
        self.entries.values().map(|entry| entry.order + 1).max().unwrap_or_default()
    }

    /// Who is signed in now.
    pub fn set_session(&mut self, session: Session) {
        self.session = session;
    }

    /// These documents do not go up for now: paused, or not agreed to.
    pub fn hold(&mut self, documents: BTreeSet<String>) {
        self.held = documents;
    }

    /// What was begun signed out, as it would belong to this subject: to be stored first.
    pub fn adoptable(&self, application: &str, subject: &str) -> Vec<Entry> {
        let ours = |entry: &&Entry| entry.application == application && entry.owner.is_none();
        let owned = |entry: &Entry| Entry { owner: Some(subject.to_owned()), ..entry.clone() };
        self.entries.values().filter(ours).map(owned).collect()
    }

    /// It belongs to this subject from now on.
    pub fn adopt(&mut self, application: &str, subject: &str) {
        let ours = |entry: &&mut Entry| entry.application == application && entry.owner.is_none();
        for entry in self.entries.values_mut().filter(ours) {
            entry.owner = Some(subject.to_owned());
        }
    }

    /// A sign of life: the network is back, the page is visible again, the person pressed "try again".
    /// What the server told to wait still waits.
    pub fn wake(&mut self) {
        for entry in self.entries.values_mut() {
            if let State::Waiting { step, why: Why::Network | Why::Fault, .. } = entry.state {
                entry.state = State::Queued(step);
            }
        }
    }

    /// The phone's clock was set by so many milliseconds while something waits: it waits as long as before.
    pub fn clock_set(&mut self, by: i64) {
        for entry in self.entries.values_mut() {
            if let State::Waiting { until, .. } = &mut entry.state {
                until.0 = until.0.saturating_add_signed(by);
            }
        }
    }

    /// Nothing waits longer from now on than it was meant to when its wait began, whatever the clock said then.
    pub fn no_longer_than_meant(&mut self, now: Time) {
        for entry in self.entries.values_mut() {
            if let State::Waiting { until, .. } = &mut entry.state {
                until.0 = until.0.min(now.0.saturating_add(entry.wait));
            }
        }
    }

    /// A probe was not answered, or none was made yet: the network is away, and not only one request of ours.
    pub fn went_away(&mut self) {
        self.away = true;
    }

    /// The server answers. A sign of life only after it was away: a request that fails while everything else is answered
    /// waits as long as it has to. True: it was one.
    pub fn came_back(&mut self) -> bool {
        let was_away = std::mem::take(&mut self.away);
        if was_away {
            self.wake();
        }
        was_away
    }

    /// When the next waiting entry may go on.
    pub fn next_at(&self) -> Option<Time> {
        let until = |entry: &Entry| match entry.state {
            State::Waiting { until, .. } => Some(until),
            State::Queued(_) | State::Busy(_) | State::Received { .. } | State::SetAside(_) => None,
        };
        self.entries.values().filter(|entry| self.is_ours(entry)).filter_map(until).min()
    }

    /// Something of this session waits or is on its way.
    pub fn is_busy(&self) -> bool {
        self.entries.values().any(|entry| self.is_ours(entry) && !entry.state.is_settled())
    }

    fn is_ours(&self, entry: &Entry) -> bool {
        matches!(&self.session, Session::Subject(subject) if entry.owner.as_ref() == Some(subject))
    }

    /// Starts everything whose turn it is.
    pub fn due(&mut self, moment: Moment) -> Vec<Order> {
        let mut orders = self.go_on_behind();
        orders.extend(self.leave_out());
        let mut uploading =
            self.entries.values().filter(|entry| matches!(entry.state, State::Busy(Step::Upload))).count();
        let ready: Vec<(u64, EntryId, Step)> = self
            .entries()
            .into_iter()
            .filter_map(|entry| {
                let step = self.ready(entry, moment)?;
                Some((if step == Step::Upload { entry.bytes() } else { 0 }, entry.id.clone(), step))
            })
            .collect();
        // The smallest document first: on a bad network something arrives early.
        for (_, id, step) in in_order(ready, |(a, ..), (b, ..)| a.cmp(b)) {
            if step == Step::Upload {
                if uploading >= UPLOADS {
                    continue;
                }
                uploading += 1;
            }
            let Some(entry) = self.entries.get_mut(&id) else { continue };
            entry.state = State::Busy(step);
            entry.left = entry.left || step == Step::Send;
            orders.push(Order::Save(id.clone()));
            orders.push(match step {
                Step::Upload => Order::Upload(id),
                Step::Send => Order::Send(id),
                Step::Ask => Order::Ask(id),
            });
        }
        orders
    }

    /// The step that the entry may take now.
    fn ready(&self, entry: &Entry, moment: Moment) -> Option<Step> {
        let step = match entry.state {
            State::Queued(step) => step,
            State::Waiting { step, until, .. } if until <= moment.now => step,
            State::Waiting { .. } | State::Busy(_) | State::Received { .. } | State::SetAside(_) => return None,
        };
        let held = step == Step::Upload && entry.document().is_some_and(|document| self.held.contains(document));
        // To ask does not depend on anything.
        let in_turn = step == Step::Ask || !self.before(entry).any(|earlier| !earlier.state.is_settled());
        (self.is_ours(entry) && in_turn && !held).then_some(step)
    }

    /// Where the bytes of a document go, as soon as the server has said it.
    pub fn upload_begun(&mut self, id: &str, at: &str) -> Vec<Order> {
        match self.entries.get_mut(id) {
            Some(Entry { body: Body::Document { location, .. }, .. }) => {
                *location = Some(at.to_owned());
                vec![Order::Save(id.to_owned())]
            }
            Some(_) | None => Vec::new(),
        }
    }

    fn settle(&mut self, id: &str, state: State) -> Vec<Order> {
        let Some(entry) = self.entries.get_mut(id) else { return Vec::new() };
        entry.state = state;
        entry.failures = 0;
        let mut orders = vec![Order::Save(id.to_owned()), Order::Settled(id.to_owned())];
        let moved =
            matches!(entry.state, State::SetAside(Reason::Moved(_) | Reason::NotFound | Reason::FormChanged(_)));
        if moved {
            orders.push(Order::Reread(entry.application.clone()));
        }
        orders
    }

    /// Takes an entry out that certainly never left, or that was set aside.
    ///
    /// # Errors
    /// It may have arrived, or there is none.
    pub fn take_back(&mut self, id: &str) -> Result<Entry, TakeBackError> {
        let entry = self.entries.get(id).ok_or(TakeBackError::Missing)?;
        let refused = matches!(entry.state, State::SetAside(_));
        if entry.left && !refused {
            return Err(TakeBackError::MayHaveArrived);
        }
        self.entries.remove(id).ok_or(TakeBackError::Missing)
    }

    /// Another tab has changed an entry. The tab that sends keeps its own word on what is under way.
    pub fn seen_elsewhere(&mut self, entry: Entry, we_send: bool) {
        match self.entries.get_mut(&entry.id) {
            None => self.take_in(entry),
            Some(ours) if !we_send || ours.state.is_settled() => *ours = entry,
            Some(ours) => {
                ours.owner = ours.owner.take().or(entry.owner);
                // Should both believe that they send: what has left there has left.
                ours.left = ours.left || entry.left;
            }
        }
    }

    /// Another tab has taken an entry out. An act that is under way comes to its end first; a document does not: the driver
    /// breaks it off, and what has arrived of it is taken back.
    pub fn gone_elsewhere(&mut self, id: &str) {
        let ends_first = self
            .entries
            .get(id)
            .is_some_and(|entry| matches!(entry.state, State::Busy(_)) && !matches!(entry.body, Body::Document { .. }));
        if !ends_first {
            self.entries.remove(id);
        }
    }

    /// What an entry belonged to is gone: it goes out no more.
    pub fn stop(&mut self, id: &str) {
        self.entries.remove(id);
    }

    /// A document is removed on this phone: it does not go out any more. Gives the entries that went.
    pub fn remove_document(&mut self, document: &str) -> Vec<EntryId> {
        let sends = |entry: &&Entry| matches!(&entry.body, Body::Document { document: this, .. } if this == document);
        let ids: Vec<EntryId> = self.entries.values().filter(sends).map(|entry| entry.id.clone()).collect();
        for id in &ids {
            self.entries.remove(id);
        }
        ids
    }

    /// The item that a document fills is called otherwise in the form that its draft has moved to. Gives the entries that say
    /// so from now on.
    pub fn move_document(&mut self, document: &str, to: &Pointer) -> Vec<EntryId> {
        let mut moved = Vec::new();
        for entry in self.entries.values_mut() {
            if let Body::Document { document: this, bind, .. } = &mut entry.body
                && this == document
                && bind.pointer != *to
            {
                bind.pointer.clone_from(to);
                moved.push(entry.id.clone());
            }
        }
        moved
    }

    /// Takes a settled entry out: the person has seen it, or what it belonged to is gone.
    pub fn forget(&mut self, id: &str) -> Option<Entry> {
        let settled = self.entries.get(id).is_some_and(|entry| entry.state.is_settled());
        if settled { self.entries.remove(id) } else { None }
    }
}

impl Entry {
    /// Without a wait. How often it has failed stays: what fails in each round waits longer each time.
    fn go_on(&mut self, step: Step) -> Vec<Order> {
        self.state = State::Queued(step);
        vec![Order::Save(self.id.clone())]
    }
}

#[cfg(test)]
mod tests {
    use super::{Order, Outbox, Session};
    use crate::{Answer, Body, Entry, Moment, Reason, Refusal, State, Time};
    use contract::api::{BindDocument, Slug};
    use contract::application::Act;
    use contract::questionnaire::Pointer;

    const NOW: Moment = Moment { now: Time(1), roll: 0 };

    pub(super) fn document(name: &str, size: u64) -> Body {
        let bind = BindDocument {
            pointer: Pointer::item("documents.portrait"),
            upload: String::new(),
            sha256: String::new(),
            size,
            media_type: "image/jpeg".to_owned(),
            insisted: Vec::new(),
        };
        Body::Document { document: name.to_owned(), bind, location: None }
    }

    pub(super) fn add(outbox: &mut Outbox, id: &str, order: u64, body: Body) {
        outbox.take_in(Entry::new(id.to_owned(), order, "application", Some("me"), body, Time(0)));
    }

    pub(super) fn submit() -> Body {
        Body::Act { act: Act::Submit, frozen: String::new(), documents: vec!["portrait".to_owned()] }
    }

    pub(super) fn started(outbox: &mut Outbox) -> Vec<String> {
        let mut ids = Vec::new();
        for order in outbox.due(NOW) {
            if let Order::Upload(id) | Order::Send(id) = order {
                ids.push(id);
            }
        }
        ids
    }

    #[test]
    fn a_beginning_that_was_refused_stands_in_the_way_only_until_the_next_one() {
        let mut outbox = Outbox::default();
        outbox.set_session(Session::Subject("me".to_owned()));
        add(&mut outbox, "begin", 0, Body::Begin(String::new()));
        add(&mut outbox, "photo", 1, document("portrait", 1));
        add(&mut outbox, "submit", 2, submit());
        assert_eq!(started(&mut outbox), ["begin"]);
        let refusal = Refusal { status: 409, slug: Some(Slug::QuestionnaireChanged), ..Refusal::default() };
        outbox.answered("begin", Answer::Refused(Box::new(refusal)), NOW);
        assert!(started(&mut outbox).is_empty());
        for id in ["photo", "submit"] {
            let state = &outbox.entry(id).unwrap().state;
            assert_eq!(*state, State::SetAside(Reason::Before("begin".to_owned())), "{id}");
        }
        // The person looks through the newer form and hands it over again.
        outbox.take_back("submit").unwrap();
        add(&mut outbox, "begin again", 3, Body::Begin(String::new()));
        add(&mut outbox, "submit again", 4, submit());
        for id in ["begin again", "photo", "submit again"] {
            assert_eq!(started(&mut outbox), [id]);
            if id == "photo" {
                outbox.answered(id, Answer::Uploaded("there".to_owned()), NOW);
                assert_eq!(started(&mut outbox), [id]);
            }
            outbox.answered(id, Answer::Done, NOW);
            // The old one stays away also once the new one is done with, and was taken out.
            if id == "begin again" {
                assert_eq!(outbox.superseded(&["application".to_owned()]), ["begin"]);
                outbox.forget("begin");
                outbox.forget(id);
            }
        }
    }

    #[test]
    fn two_documents_go_up_at_a_time_and_the_smallest_first() {
        let mut outbox = Outbox::default();
        outbox.set_session(Session::Subject("me".to_owned()));
        for (order, size) in [(1, 900_000), (2, 20_000), (3, 5_000_000), (4, 300_000)] {
            add(&mut outbox, &order.to_string(), order, document(&format!("document {order}"), size));
        }
        assert_eq!(started(&mut outbox), ["2", "4"]);
    }
}
