//! The drafts of the simulated phone: frozen with the entry that carries them, freed again, and given back by the office.
use super::Flaw;
use super::world::World;
use crate::{Answer, Body, Carried, Entry, EntryId, State};
use contract::application::{Act, State as ApplicationState};
use std::collections::BTreeMap;

/// The office's record of one application, as it was when it was asked for.
#[derive(Clone, Copy)]
pub(super) struct Record {
    pub(super) version: u64,
    pub(super) state: ApplicationState,
    pub(super) submissions: u32,
}

/// What lies on the disk of drafts and records, and the records that are on their way.
#[derive(Default)]
pub(super) struct Drafts {
    /// By application.
    pub(super) carried: BTreeMap<String, Carried>,
    pub(super) records: BTreeMap<String, Record>,
    pub(super) coming: Vec<(u64, String, Record)>,
    pub(super) flaw: Option<Flaw>,
}

impl Drafts {
    /// The same transaction stores the entry.
    pub(super) fn freezes(&mut self, application: &str, entry: &EntryId) {
        let carried = Carried { by: Some(entry.clone()), ..Carried::default() };
        self.carried.insert(application.to_owned(), carried);
    }

    /// The same transaction takes the entry out.
    pub(super) fn frees(&mut self, entry: &EntryId) {
        for carried in self.carried.values_mut().filter(|carried| carried.by.as_ref() == Some(entry)) {
            *carried = Carried::default();
        }
    }

    /// This entry has come to its end, or a page looks at the start what its entry has come to.
    pub(super) fn mend(&mut self, entry: Option<&Entry>, id: &EntryId) {
        if let Some(entry) = entry
            && matches!(entry.body, Body::Act { act: Act::Submit, .. })
            && entry.state.is_received()
            && let Some(carried) = self.carried.get_mut(&entry.application)
        {
            // One that another page had set aside, and that has arrived all the same.
            carried.by.get_or_insert_with(|| id.clone());
        }
        for carried in self.carried.values_mut().filter(|carried| carried.by.as_ref() == Some(id)) {
            if let Some(mended) = carried.mended(entry) {
                *carried = mended;
            }
        }
        if let Some(entry) = entry {
            self.look_at(&entry.application);
        }
    }

    /// A slow reply never overtakes a newer one.
    pub(super) fn heard(&mut self, application: &str, record: Record) {
        if self.records.get(application).is_some_and(|known| known.version > record.version) {
            return;
        }
        self.records.insert(application.to_owned(), record);
        self.look_at(application);
    }

    fn look_at(&mut self, application: &str) {
        let (Some(record), Some(carried)) = (self.records.get(application), self.carried.get_mut(application)) else {
            return;
        };
        let is_back = match self.flaw {
            Some(Flaw::StaysLocked) => false,
            Some(Flaw::FreesTooSoon) => carried.by.is_some() && record.state == ApplicationState::Draft,
            _ => carried.is_given_back(record.state, record.submissions),
        };
        if is_back {
            *carried = Carried::default();
        }
    }
}

impl World {
    /// The page that sends looks first what became of what is frozen.
    pub(super) fn mend_drafts(&mut self) {
        let frozen: Vec<EntryId> = self.drafts.carried.values().filter_map(|carried| carried.by.clone()).collect();
        for id in frozen {
            self.drafts.mend(self.disk.get(&id), &id);
        }
    }

    /// Records come in: at once, or so late that others have overtaken them.
    pub(super) fn hears_of_records(&mut self) {
        let known: Vec<String> = self.server.applications.keys().cloned().collect();
        for application in known {
            if self.dice.percent(if self.storm { 10 } else { 50 })
                && let Some(record) = self.server.record(&application)
            {
                let at = self.now + if self.storm { self.dice.below(60_000) } else { 0 };
                self.drafts.coming.push((at, application, record));
            }
        }
        let now = self.now;
        for (_, application, record) in super::world::take_due(&mut self.drafts.coming, now, |(at, ..)| *at) {
            self.drafts.heard(&application, record);
        }
    }

    /// The person takes back what the office has, here or on another phone; the request or its reply may be lost. Whoever has
    /// it back hands it over once more, now and then.
    pub(super) fn recalls(&mut self) {
        let sent = self.drafts.carried.iter().find(|(_, carried)| carried.sent).map(|(application, _)| application);
        let Some(application) = sent.cloned() else { return };
        let (arrives, is_answered) = (self.dice.percent(80), self.dice.percent(50));
        if arrives && self.server.recall(&application) {
            *self.given_back.entry(application.clone()).or_default() += 1;
            if is_answered && let Some(record) = self.server.record(&application) {
                self.drafts.heard(&application, record);
            }
        }
    }

    /// Somebody who may change it again hands it over again.
    pub(super) fn hands_over_again(&mut self) {
        let has_begun = |application: &String| self.server.applications.contains_key(application);
        let free = self.drafts.carried.iter().find(|(application, carried)| {
            carried.by.is_none() && !carried.sent && has_begun(application) && self.is_a_draft(application)
        });
        let Some(application) = free.map(|(application, _)| application.clone()) else { return };
        let aside = |entry: &&Entry| {
            entry.application == application
                && matches!(entry.body, Body::Act { act: Act::Submit, .. })
                && matches!(entry.state, State::SetAside(_))
        };
        // What was set aside before is replaced.
        let replaced: Vec<EntryId> = self.disk.values().filter(aside).map(|entry| entry.id.clone()).collect();
        for id in replaced {
            self.takes_out(&id);
        }
        self.hands_over(&application, Act::Submit, Vec::new());
    }

    fn is_a_draft(&self, application: &str) -> bool {
        self.drafts.records.get(application).is_some_and(|record| record.state == ApplicationState::Draft)
    }

    /// A beginning was refused (its form was retired): handed over once more it begins anew, in the same transaction that takes
    /// the old one out.
    pub(super) fn begins_anew(&mut self) {
        let refused =
            |entry: &&Entry| matches!(entry.body, Body::Begin(_)) && matches!(entry.state, State::SetAside(_));
        let Some(begin) = self.disk.values().find(refused).cloned() else { return };
        self.put(&begin.application, Body::Begin("new".into()));
        if self.dice.percent(20) {
            // Two tabs at the same moment: the office hears of it twice.
            self.put(&begin.application, Body::Begin("new".into()));
        }
        self.takes_out(&begin.id);
    }

    /// Something that may pass is tried once more.
    pub(super) fn tries_again(&mut self) {
        let Some(tab) = self.tabs.iter_mut().find(|tab| tab.leads) else { return };
        let aside = tab.outbox.entries().into_iter().find(|entry| entry.can_go_again()).map(|entry| entry.id.clone());
        if let Some(id) = aside {
            let orders = tab.outbox.again(&id);
            tab.orders.extend(orders);
        }
    }

    /// Drafts that nobody can change: nothing carries them, or the office has given them back.
    pub(super) fn disagreeing_drafts(&self) -> usize {
        let disagrees = |(application, carried): &(&String, &Carried)| {
            let there = self.server.record(application).map(|record| record.state);
            let entry = carried.by.as_ref().and_then(|id| self.disk.get(id));
            let is_locked = carried.by.is_some() && !carried.sent && entry.is_none_or(|entry| entry.state.is_settled());
            is_locked || (carried.sent && there == Some(ApplicationState::Draft))
        };
        self.drafts.carried.iter().filter(disagrees).count()
    }

    /// What the office says to a beginning whose form was retired.
    pub(super) fn is_retired(entry: &Entry) -> Option<Answer> {
        let Body::Begin(form) = &entry.body else { return None };
        (form == "old").then(|| super::server::refused(contract::api::Slug::QuestionnaireChanged, None))
    }
}
