//! How far a document has come: the office's word on it, else its entry in the outbox.
use super::documents::{DocState, LocalDocument, Record, Until};
use super::{Inner, SessionState};
use contract::api::{ApplicationRecord, Document};
use contract::documents::Advice;
use outbox::{Body, Reason, State, Step, Why};

impl Inner {
    /// What the office's records say of a document, and of which application it is.
    pub(super) fn in_record(&self, id: &str) -> Option<(String, Document)> {
        let find = |record: &ApplicationRecord| {
            let found = record.documents.iter().find(|document| document.id == id)?;
            Some((record.id.clone(), found.clone()))
        };
        self.records.try_with(|records| records.values().find_map(|kept| find(&kept.value))).flatten()
    }

    /// What is known of a document: the office's word on it, else how far it has come from here.
    pub(super) fn look_at(&self, id: &str) -> Option<LocalDocument> {
        let office = self.in_record(id);
        let record = self.documents.try_with(|known| known.get(id).cloned()).flatten();
        let Some(record) = record else {
            return office.map(|(application, document)| LocalDocument {
                id: document.id.clone(),
                application,
                pointer: document.pointer.clone(),
                media_type: document.media_type.clone(),
                size: document.size,
                sha256: document.sha256.clone(),
                pages: document.pages,
                insisted: document.insisted.iter().filter_map(|code| Advice::from_code(code)).collect(),
                chosen: None,
                here: false,
                state: said_by(document),
            });
        };
        let state = match office {
            Some((_, document)) => said_by(document),
            None => match record.received.clone() {
                Some(document) => said_by(document),
                None => self.under_way(&record),
            },
        };
        Some(LocalDocument {
            id: record.id,
            application: record.application,
            pointer: record.pointer,
            media_type: record.media_type,
            size: record.size,
            sha256: record.sha256,
            pages: record.pages,
            insisted: record.insisted,
            chosen: record.chosen,
            here: true,
            state,
        })
    }

    fn under_way(&self, record: &Record) -> DocState {
        let total = record.size;
        let sent = self.sent.try_with(|sent| sent.get(&record.id).copied()).flatten();
        let state = self.rows.try_with(|rows| {
            let entry =
                rows.iter().find(|e| matches!(&e.body, Body::Document { document, .. } if *document == record.id));
            entry.map(|entry| entry.state.clone())
        });
        // Read in any case, so that the view follows it.
        let consent = self.has_consent(record);
        let out =
            self.session.try_with(|it| matches!(it, SessionState::SignedOut | SessionState::Ended(_))) == Some(true);
        match state.flatten() {
            _ if record.paused => DocState::Paused { sent, total, until: Until::Person },
            Some(State::SetAside(Reason::Broken)) => DocState::Broken,
            Some(State::SetAside(reason)) => DocState::Refused(reason),
            Some(State::Busy(_)) => DocState::Sending { sent, total },
            // Nothing goes out before somebody is signed in again.
            Some(State::Queued(_)) if out && consent => DocState::OnThisPhone,
            Some(State::Received { .. } | State::Queued(Step::Send | Step::Ask)) => {
                DocState::Sending { sent: Some(total), total }
            }
            Some(State::Waiting { why: Why::Network, .. }) => DocState::Paused { sent, total, until: Until::Network },
            Some(State::Waiting { why: Why::Told | Why::Fault, .. }) => {
                DocState::Paused { sent, total, until: Until::Service }
            }
            Some(State::Queued(Step::Upload)) | None if consent => DocState::OnThisPhone,
            Some(State::Queued(Step::Upload)) | None => DocState::WaitingForConsent,
        }
    }
}

fn said_by(document: Document) -> DocState {
    use contract::api::DocumentState::{Received, Refused, Returned, Unknown};
    match document.state {
        Received | Unknown => DocState::Received(document),
        Refused | Returned => DocState::Returned(document),
    }
}
