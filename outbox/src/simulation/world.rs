//! The phone with its tabs and its disk, the network, and the judgement in the end.
use super::clock::BEGINNING;
use super::drafts::Drafts;
use super::server::{Request, Server, refused};
use super::{Dice, Flaw};
use crate::{Answer, Body, Entry, EntryId, Moment, Order, Outbox, Refusal, Session, State, Step};
use contract::api::Slug;
use contract::application::Act;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

const ME: &str = "subject";
const TABS: [usize; 2] = [0, 1];
/// Steps of bad weather, and the most that good weather may take.
const STORM: u32 = 300;
const CALM: u32 = 20_000;

/// What lives as long as one page.
#[derive(Default)]
pub(super) struct Tab {
    pub(super) outbox: Outbox,
    pub(super) orders: VecDeque<Order>,
    /// When which answer comes back to the page.
    answers: Vec<(u64, EntryId, Answer)>,
    /// Believes that it is the one that sends.
    pub(super) leads: bool,
    /// How far the phone's clock was ahead when it last looked.
    pub(super) ahead: Option<i64>,
}

pub(super) struct World {
    pub(super) dice: Dice,
    pub(super) flaw: Option<Flaw>,
    /// The time that has passed.
    pub(super) now: u64,
    /// How far the phone's clock is ahead of that.
    pub(super) ahead: i64,
    pub(super) storm: bool,
    pub(super) tabs: [Tab; 2],
    /// Outlives the pages.
    pub(super) disk: BTreeMap<EntryId, Entry>,
    /// Requests that the network delivers late, perhaps long after the page has died.
    late: Vec<(u64, Request)>,
    pub(super) server: Server,
    /// What was stored and said to be on its way.
    pub(super) promised: BTreeMap<EntryId, Entry>,
    /// Taken back before it left: none of it may arrive.
    pub(super) taken_back: BTreeSet<EntryId>,
    /// Photos that the person removed after they had left the phone, as far as it knew.
    pub(super) removed: BTreeSet<String>,
    /// What the person wanted, and how often.
    pub(super) wishes: BTreeMap<(String, Act), usize>,
    pub(super) names: u64,
    pub(super) drafts: Drafts,
    /// How often the office has given each application back.
    pub(super) given_back: BTreeMap<String, usize>,
}

impl World {
    pub(super) fn new(seed: u64, flaw: Option<Flaw>) -> Self {
        let mut world = Self {
            dice: Dice(seed),
            flaw,
            now: 1,
            ahead: BEGINNING,
            storm: true,
            tabs: Default::default(),
            disk: BTreeMap::new(),
            late: Vec::new(),
            server: Server::default(),
            promised: BTreeMap::new(),
            taken_back: BTreeSet::new(),
            removed: BTreeSet::new(),
            wishes: BTreeMap::new(),
            names: 0,
            drafts: Drafts { flaw, ..Drafts::default() },
            given_back: BTreeMap::new(),
        };
        for tab in &mut world.tabs {
            tab.outbox.set_session(Session::Subject(ME.into()));
        }
        world.hand_on_the_lead();
        world
    }

    /// Lost, duplicated, silent.
    pub(super) fn run(mut self) -> (u64, u64, u64) {
        let mut applications = 1 + self.dice.below(3);
        for _ in 0..STORM {
            if applications > 0 && self.dice.percent(4) {
                applications -= 1;
                self.apply();
            }
            self.step();
        }
        while applications > 0 {
            applications -= 1;
            self.apply();
        }
        self.storm = false;
        self.settle();
        // The next day: what counts is what the disk says.
        for at in TABS {
            self.die(at);
        }
        self.settle();
        // The office is asked once more how each application stands.
        for application in self.server.applications.keys().cloned().collect::<Vec<_>>() {
            if let Some(record) = self.server.record(&application) {
                self.drafts.heard(&application, record);
            }
        }
        self.judge()
    }

    fn settle(&mut self) {
        for _ in 0..CALM {
            let settled =
                self.tabs.iter().filter(|tab| tab.leads).all(|tab| {
                    tab.orders.is_empty() && tab.outbox.entries().iter().all(|entry| entry.state.is_settled())
                });
            if settled && self.late.is_empty() {
                return;
            }
            self.step();
        }
    }

    pub(super) fn name(&mut self, kind: &str) -> String {
        self.names += 1;
        format!("{kind}{}", self.names)
    }

    /// If no tab leads any more, the other one takes what lies on the disk and goes on with it.
    fn hand_on_the_lead(&mut self) {
        if self.tabs.iter().any(|tab| tab.leads) {
            return;
        }
        let at = usize::from(self.dice.percent(50));
        self.lead(at);
    }

    fn lead(&mut self, at: usize) {
        let Some(tab) = self.tabs.get_mut(at) else { return };
        tab.leads = true;
        for entry in self.disk.values() {
            tab.outbox.seen_elsewhere(entry.clone(), false);
        }
        tab.outbox.recover();
        self.begins_with_clock(at);
        self.mend_drafts();
    }

    /// Stored first, then known to every page.
    pub(super) fn put(&mut self, application: &str, body: Body) {
        let id = self.name("key");
        if matches!(body, Body::Act { act: Act::Submit, .. }) {
            self.drafts.freezes(application, &id);
        }
        let entry = Entry::new(id, self.names, application, Some(ME), body, self.clock());
        if self.flaw != Some(Flaw::StoresNothing) {
            self.disk.insert(entry.id.clone(), entry.clone());
        }
        self.promised.insert(entry.id.clone(), entry.clone());
        for tab in &mut self.tabs {
            tab.outbox.take_in(entry.clone());
        }
    }

    /// What was replaced by something newer leaves both tabs and the disk.
    pub(super) fn takes_out(&mut self, id: &EntryId) {
        self.disk.remove(id);
        self.promised.remove(id);
        for tab in &mut self.tabs {
            tab.outbox.gone_elsewhere(id);
        }
    }

    /// A page dies and is opened again: what is in memory is gone, what is on the disk and on the wire is not.
    pub(super) fn die(&mut self, at: usize) {
        let mut outbox = Outbox::restore(self.disk.values().cloned());
        outbox.set_session(Session::Subject(ME.into()));
        if let Some(tab) = self.tabs.get_mut(at) {
            *tab = Tab { outbox, ..Tab::default() };
        }
        self.hand_on_the_lead();
    }

    pub(super) fn step(&mut self) {
        self.now += 1 + self.dice.below(if self.storm { 3_000 } else { 20_000 });
        for (_, request) in take_due(&mut self.late, self.now, |(at, _)| *at) {
            // Nobody waits for this answer any more.
            drop(self.server.answer(&request, &mut self.dice, self.storm));
        }
        self.hears_of_records();
        if self.storm {
            self.person();
            if self.dice.percent(2) {
                self.sets_clock();
            }
        }
        for at in TABS {
            if self.storm && self.dice.percent(2) {
                self.die(at);
            }
            if self.storm && self.dice.percent(1) {
                // A page that was frozen wakes up and does not know yet that another one has taken over.
                self.lead(at);
            }
            self.tab(at);
        }
    }

    fn tab(&mut self, at: usize) {
        let moment = self.moment();
        self.keeps_clock(at);
        let (wakes, signs_in) = (self.dice.percent(20), self.dice.percent(30));
        let Some(tab) = self.tabs.get_mut(at) else { return };
        if wakes {
            tab.outbox.wake();
        }
        // The person signs in again sooner or later.
        if signs_in {
            tab.outbox.set_session(Session::Subject(ME.into()));
        }
        for (_, id, answer) in take_due(&mut tab.answers, self.now, |(at, _, _)| *at) {
            let orders = tab.outbox.answered(&id, answer, moment);
            tab.orders.extend(orders);
        }
        if tab.leads && tab.orders.is_empty() {
            let orders = tab.outbox.due(moment);
            tab.orders.extend(orders);
        }
        while let Some(order) = self.tabs.get_mut(at).and_then(|tab| tab.orders.pop_front()) {
            if self.storm && self.dice.percent(1) {
                self.die(at);
                return;
            }
            self.carry_out(at, order);
        }
    }

    fn carry_out(&mut self, at: usize, order: Order) {
        match order {
            Order::Save(id) => {
                // A full disk: the note of how far it is gets lost, the entry itself was stored when it was put in.
                let full = self.storm && self.dice.percent(3);
                let entry = self.tabs.get(at).and_then(|tab| tab.outbox.entry(&id)).cloned();
                let Some(entry) = entry else { return };
                if full {
                    self.is_not_noted(at, &entry);
                    return;
                }
                if self.flaw != Some(Flaw::StoresNothing) {
                    self.disk.insert(id, entry.clone());
                }
                if let Some(other) = self.tabs.get_mut(1 - at) {
                    other.outbox.seen_elsewhere(entry, other.leads);
                }
            }
            Order::Upload(id) => self.request(at, &id, Step::Upload),
            Order::Send(id) => self.request(at, &id, Step::Send),
            Order::Ask(id) => self.request(at, &id, Step::Ask),
            Order::Settled(id) => {
                let entry = self.tabs.get(at).and_then(|tab| tab.outbox.entry(&id)).cloned();
                // A full disk: the page that sends next looks at what is frozen.
                if let Some(entry) = entry
                    && !(self.storm && self.dice.percent(3))
                {
                    self.drafts.mend(Some(&entry), &id);
                }
            }
            Order::Reread(_) | Order::Fetch { .. } | Order::SignIn => {}
        }
    }

    /// An act leaves only when it is noted that it does: else it could be taken back after it has arrived.
    fn is_not_noted(&mut self, at: usize, entry: &Entry) {
        let leaves = entry.state == State::Busy(Step::Send) && matches!(entry.body, Body::Act { .. });
        if !leaves || self.flaw == Some(Flaw::LeavesUnnoted) {
            return;
        }
        let moment = Moment { now: self.clock(), roll: 0 };
        let Some(tab) = self.tabs.get_mut(at) else { return };
        tab.orders.retain(|order| *order != Order::Send(entry.id.clone()));
        tab.orders.extend(tab.outbox.not_left(&entry.id, moment));
    }

    /// One request through the weather.
    fn request(&mut self, at: usize, id: &str, step: Step) {
        let Some(entry) = self.tabs.get(at).and_then(|tab| tab.outbox.entry(id)).cloned() else { return };
        let mut request = Request { entry, step };
        if self.flaw == Some(Flaw::NewKey) && step == Step::Ask {
            // It does not ask, and what it sends instead carries another key.
            request = Request { entry: Entry { id: self.name("key"), ..request.entry }, step: Step::Send };
        }
        let delay = self.now + self.dice.below(5_000);
        let fate = if self.storm { self.dice.below(100) } else { 100 };
        let answer = match fate {
            0..12 => Answer::Lost,
            12..24 => {
                drop(self.server.answer(&request, &mut self.dice, self.storm));
                Answer::Lost
            }
            24..30 => {
                // It arrives, but so late that the phone has given up.
                let late = self.now + self.dice.below(200_000);
                self.late.push((late, request));
                Answer::Lost
            }
            30..36 => {
                let late = self.now + self.dice.below(200_000);
                self.late.push((late, request.clone()));
                self.server.answer(&request, &mut self.dice, self.storm)
            }
            36..40 => {
                drop(self.server.answer(&request, &mut self.dice, self.storm));
                self.server.answer(&request, &mut self.dice, self.storm)
            }
            40..43 => Answer::NotSent,
            43..46 => Answer::SignedOut,
            46..50 => refused(Slug::Busy, Some(7)),
            50..53 => refused(Slug::SlowDown, Some(30)),
            53..56 => refused(Slug::ServerError, None),
            56..59 => {
                drop(self.server.answer(&request, &mut self.dice, self.storm));
                refused(Slug::ServerError, None)
            }
            59..62 => Answer::Refused(Box::new(Refusal { status: 502, ..Refusal::default() })),
            62..64 => refused(Slug::Running, Some(2)),
            _ => self.server.answer(&request, &mut self.dice, self.storm),
        };
        let answer = if self.flaw == Some(Flaw::BelievesAtOnce) { Answer::Done } else { answer };
        if let Some(tab) = self.tabs.get_mut(at) {
            tab.answers.push((delay, id.to_owned(), answer));
        }
    }

    /// Lost, duplicated, silent.
    fn judge(&self) -> (u64, u64, u64) {
        let (mut lost, mut silent) = (0, 0);
        let seen = self.tabs.iter().find(|tab| tab.leads);
        for id in self.promised.keys() {
            let Some(entry) = seen.and_then(|tab| tab.outbox.entry(id)) else {
                lost += 1;
                continue;
            };
            let has_it = match &entry.body {
                Body::Begin(_) => self.server.applications.contains_key(&entry.application),
                Body::Document { document, .. } => self.server.documents.contains(document),
                // Judged below, with the photo.
                Body::Remove { .. } => true,
                Body::Act { .. } => self.server.receipts.contains_key(id),
            };
            match &entry.state {
                State::Received { .. } if has_it => {}
                State::SetAside(_) if !has_it => {}
                State::Received { .. } | State::SetAside(_) => silent += 1,
                State::Queued(_) | State::Busy(_) | State::Waiting { .. } => lost += 1,
            }
        }
        // What was taken back may be there only if the person sees it as received after all.
        let told = |id: &EntryId| {
            let entry = seen.and_then(|tab| tab.outbox.entry(id));
            entry.is_some_and(|entry| matches!(entry.state, State::Received { .. }))
        };
        silent +=
            self.taken_back.iter().filter(|id| self.server.receipts.contains_key(*id) && !told(id)).count() as u64;
        let is_still_there =
            |it: &&String| self.server.documents.contains(*it) && !self.server.bound_late.contains(*it);
        silent += self.removed.iter().filter(is_still_there).count() as u64;
        silent += self.disagreeing_drafts() as u64;
        // One wish, one act: whatever the server did more often than it was asked to is double.
        let wished = |application: &str, wanted: Act| {
            self.wishes.get(&(application.to_owned(), wanted)).copied().unwrap_or_default()
        };
        let kinds: BTreeSet<_> = self.server.done.iter().collect();
        let doubled = kinds.into_iter().map(|kind| {
            let done = self.server.done.iter().filter(|this| *this == kind).count();
            // Nothing that the office has is submitted again, unless it was given back.
            let given_back = self.given_back.get(&kind.0).copied().unwrap_or_default();
            let most = if kind.1 == Act::Submit {
                wished(&kind.0, kind.1).min(1 + given_back)
            } else {
                wished(&kind.0, kind.1)
            };
            done.saturating_sub(most)
        });
        (lost, doubled.sum::<usize>().try_into().unwrap_or(u64::MAX), silent)
    }
}

pub(super) fn take_due<T>(list: &mut Vec<T>, now: u64, at: impl Fn(&T) -> u64) -> Vec<T> {
    let (due, rest) = std::mem::take(list).into_iter().partition(|item| at(item) <= now);
    *list = rest;
    due
}
