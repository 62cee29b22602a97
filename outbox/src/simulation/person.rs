//! The person of the simulated phone: what is wanted, thought better of, taken back and wanted again.
use super::Flaw;
use super::world::World;
use crate::{Body, Entry, EntryId, State};
use contract::api::BindDocument;
use contract::application::{Act, State as ApplicationState};

impl World {
    /// What a person does beside applying.
    pub(super) fn person(&mut self) {
        if self.dice.percent(2) {
            self.takes_back();
        }
        if self.dice.percent(4) {
            self.recalls();
        }
        if self.dice.percent(4) {
            self.hands_over_again();
        }
        if self.dice.percent(4) {
            self.begins_anew();
        }
        if self.dice.percent(4) {
            self.tries_again();
        }
    }

    /// A person begins an application, takes photos, submits, and sometimes thinks better of it.
    pub(super) fn apply(&mut self) {
        let application = self.name("application");
        // Some begin with a form that the office does not take any more.
        let form = if self.dice.percent(7) { "old" } else { "new" };
        let mut bodies = vec![Body::Begin(form.into())];
        let mut documents = Vec::new();
        for _ in 0..self.dice.below(4) {
            // Some documents the server will never take.
            let kind = if self.dice.percent(7) { "poisoned" } else { "document" };
            let document = self.name(kind);
            documents.push(document.clone());
            let bind = BindDocument {
                pointer: contract::questionnaire::Pointer::item("photo"),
                upload: String::new(),
                sha256: document.clone(),
                size: 1,
                media_type: "image/jpeg".into(),
                insisted: Vec::new(),
            };
            bodies.push(Body::Document { document, bind, location: None });
        }
        let at = usize::from(self.dice.percent(50));
        for body in bodies {
            if self.storm && self.dice.percent(2) {
                // The page dies before it is stored: nothing was promised.
                self.die(at);
                return;
            }
            self.put(&application, body);
        }
        if self.storm {
            for _ in 0..self.dice.below(8) {
                self.step();
            }
        }
        if !documents.is_empty() && self.dice.percent(20) {
            let document = documents.remove(0);
            self.remove(at, &application, &document);
        }
        self.hands_over(&application, Act::Submit, documents);
        if self.dice.percent(20) {
            self.hands_over(&application, Act::Withdraw, Vec::new());
        }
    }

    /// One wish, and sometimes a second tap: whoever comes second finds what was frozen.
    fn hands_over(&mut self, application: &str, act: Act, documents: Vec<String>) {
        *self.wishes.entry((application.to_owned(), act)).or_default() += 1;
        let taps = 1 + u32::from(self.dice.percent(30));
        for tap in 0..taps {
            let frozen = tap > 0 && self.flaw != Some(Flaw::TapsTwice);
            // A tab that was taken for dead may have it under way, while another one has set it aside.
            let under_way = tap == 0 && self.is_under_way(application, act);
            if !frozen && !under_way {
                self.put(application, Body::Act { act, frozen: "{}".into(), documents: documents.clone() });
            }
            if self.storm && self.dice.percent(50) {
                self.step();
            }
        }
    }

    /// An act of this kind waits or is on its way: it carries the draft once more.
    fn is_under_way(&mut self, application: &str, act: Act) -> bool {
        let same = |entry: &&Entry| {
            entry.application == application
                && matches!(&entry.body, Body::Act { act: this, .. } if *this == act)
                && !entry.state.is_settled()
        };
        let Some(id) = self.disk.values().find(same).map(|entry| entry.id.clone()) else { return false };
        if act == Act::Submit {
            self.drafts.freezes(application, &id);
        }
        true
    }

    /// A photo goes: what waits to send it goes too, and what may have arrived is removed there.
    fn remove(&mut self, at: usize, application: &str, document: &str) {
        let sends = |entry: &&Entry| matches!(&entry.body, Body::Document { document: this, .. } if this == document);
        let Some(tab) = self.tabs.get_mut(at) else { return };
        let left = tab.outbox.entries().into_iter().filter(|entry| sends(entry)).any(|entry| entry.left);
        for id in tab.outbox.remove_document(document) {
            self.disk.remove(&id);
            self.promised.remove(&id);
            if let Some(other) = self.tabs.get_mut(1 - at) {
                other.outbox.gone_elsewhere(&id);
            }
        }
        if left {
            self.removed.insert(document.to_owned());
            if self.flaw != Some(Flaw::RemovesHereOnly) {
                self.put(application, Body::Remove { document: document.to_owned() });
            }
        }
    }

    /// The person thinks better of something that has not left, and now and then hands it over once more.
    fn takes_back(&mut self) {
        let at = usize::from(self.dice.percent(50));
        let waits = |entry: &&Entry| matches!(entry.body, Body::Act { .. }) && !entry.state.is_settled();
        let Some(tab) = self.tabs.get_mut(at) else { return };
        let Some(id) = tab.outbox.entries().into_iter().find(waits).map(|entry| entry.id.clone()) else { return };
        let Ok(entry) = tab.outbox.take_back(&id) else { return };
        self.disk.remove(&id);
        self.drafts.frees(&id);
        self.promised.remove(&id);
        if let Some(other) = self.tabs.get_mut(1 - at) {
            other.outbox.gone_elsewhere(&id);
        }
        self.taken_back.insert(id);
        let Body::Act { act, documents, .. } = entry.body else { return };
        if let Some(wishes) = self.wishes.get_mut(&(entry.application.clone(), act)) {
            *wishes = wishes.saturating_sub(1);
        }
        if self.dice.percent(50) {
            self.hands_over(&entry.application, act, documents);
        }
    }

    /// The person takes back what the office has, here or on another phone; the request or its reply may be lost. Whoever has
    /// it back hands it over once more, now and then.
    fn recalls(&mut self) {
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
    fn hands_over_again(&mut self) {
        let has_begun = |application: &String| self.server.applications.contains_key(application);
        let free = self.drafts.carried.iter().find(|(application, carried)| {
            carried.by.is_none() && !carried.sent && has_begun(application) && self.is_a_draft(application)
        });
        let Some(application) = free.map(|(application, _)| application.clone()) else { return };
        if self.has_arrived(&application) {
            return;
        }
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
    fn begins_anew(&mut self) {
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
    fn tries_again(&mut self) {
        let Some(tab) = self.tabs.iter_mut().find(|tab| tab.leads) else { return };
        let aside = tab.outbox.entries().into_iter().find(|entry| entry.can_go_again()).map(|entry| entry.id.clone());
        if let Some(id) = aside {
            let orders = tab.outbox.again(&id);
            tab.orders.extend(orders);
        }
    }
}
