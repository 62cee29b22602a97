//! The drafts of the simulated phone: frozen with the entry that carries them, freed again, and given back by the office.
use super::Flaw;
use super::world::World;
use crate::{Body, Carried, Entry, EntryId, Outbox};
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
        let free = self.drafts.carried.iter().filter(|(_, carried)| carried.by.is_none()).map(|(id, _)| id.clone());
        for application in free.collect::<Vec<_>>() {
            self.has_arrived(&application);
        }
    }

    /// The office has what this draft carried, and nobody has noted it at the draft: now it is.
    pub(super) fn has_arrived(&mut self, application: &str) -> bool {
        if self.drafts.flaw == Some(Flaw::FreesTooSoon) {
            return false;
        }
        let record = self.drafts.records.get(application).map(|record| (record.state, record.submissions));
        let outbox = Outbox::restore(self.disk.values().cloned());
        let Some(entry) = outbox.arrived(application, record) else { return false };
        self.drafts.mend(Some(entry), &entry.id);
        true
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
}
