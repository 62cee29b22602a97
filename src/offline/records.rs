//! The office's records: one copy an application, with its age. Tracker, task list and home derive from it.
use super::vault::{Vault, Write};
use super::{Asker, Inner, Kept, Offline, tabs::News};
use crate::api::{ApiError, Fresh};
use crate::reactive::{Signal, derive};
use contract::api::{ApplicationRecord, Outcome, Receipt};
use contract::application::{Act, State};
use contract::json::FromJson;
use contract::order::in_order;
use litemap::LiteMap;
use serde::Serialize;
use std::rc::Rc;

const RECORDS: &str = "record/";
const RECEIPTS: &str = "receipt/";

/// A copy that belongs to one sign-in.
#[derive(Serialize, FromJson)]
struct Owned<T> {
    owner: String,
    #[serde(flatten)]
    of: T,
}

impl Offline {
    /// Whether this phone has a copy of this application. Follows in a view.
    pub fn has_record(self, id: &str) -> bool {
        self.inner().records.with(|records| records.contains_key(id))
    }

    /// Whether this phone has a copy of any application. Follows in a view.
    pub fn has_records(self) -> bool {
        self.inner().records.with(|records| !records.is_empty())
    }

    /// Whether the office says of this application, in the copy that is here, that this can be done. Follows in a view.
    pub fn may(self, id: &str, act: Act) -> bool {
        self.inner().records.with(|records| records.get(id).is_some_and(|kept| kept.value.action(act).is_some()))
    }

    /// How each application of the one who is here stands. Follows in a view.
    pub fn states(self) -> LiteMap<String, State> {
        let state = |(id, kept): (&String, &Kept<ApplicationRecord>)| (id.clone(), kept.value.state);
        self.inner().records.with(|records| records.iter().map(state).collect())
    }

    /// Whether those are all that the one who is here has: the office has told, since this page was opened. Without a
    /// network, or where it refuses, there may be others.
    pub fn knows_all(self) -> Signal<bool> {
        self.inner().knows_all.into()
    }

    /// The applications of the one who is here, newest first.
    pub fn records(self) -> Signal<Vec<Kept<ApplicationRecord>>> {
        let records = self.inner().records;
        derive(move || {
            let all: Vec<_> = records.with(|records| records.values().cloned().collect());
            in_order(all, |a: &Kept<ApplicationRecord>, b| b.value.since.cmp(&a.value.since))
        })
    }

    /// One application, as this phone knows it.
    pub fn record(self, id: &str) -> Signal<Option<Kept<ApplicationRecord>>> {
        let (records, id) = (self.inner().records, id.to_owned());
        derive(move || records.with(|records| records.get(&id).cloned()))
    }

    /// The last receipt of an application.
    pub fn receipt(self, application: &str) -> Signal<Option<Receipt>> {
        let (receipts, id) = (self.inner().receipts, application.to_owned());
        derive(move || receipts.with(|receipts| receipts.get(&id).cloned()))
    }

    /// Reads one application again.
    ///
    /// # Errors
    /// As every call; the copy stays.
    pub async fn refresh(self, id: &str) -> Result<(), ApiError> {
        self.inner().refresh(id).await
    }

    /// Reads all applications of this sign-in again.
    ///
    /// # Errors
    /// As every call; the copies stay.
    pub async fn refresh_all(self) -> Result<(), ApiError> {
        self.inner().refresh_all().await
    }

    /// The record that a conversation (booking, cancelling) came back with, for whoever asked.
    pub fn keep_outcome(self, asker: &Asker, outcome: &Outcome) {
        let inner = self.inner();
        if !inner.is_here(asker) {
            return;
        }
        let (record, receipt) = (outcome.application.clone(), outcome.receipt.clone());
        wasm_bindgen_futures::spawn_local(async move {
            inner.keep_record(record, None).await;
            if let Some(receipt) = receipt {
                inner.keep_receipt(receipt).await;
            }
        });
    }
}

impl Inner {
    pub(super) async fn load_records(self: &Rc<Self>, vault: &Vault) {
        let Some(subject) = self.subject() else { return };
        // What cannot be read is fetched again; receipts that cannot be read are with the server.
        let (records, _) = vault.all::<Owned<Kept<ApplicationRecord>>>(RECORDS).await.unwrap_or_default();
        let ours = records.into_iter().filter(|(_, record)| record.owner == subject);
        self.records.try_set(ours.map(|(_, record)| (record.of.value.id.clone(), record.of)).collect());
        let (receipts, _) = vault.all::<Owned<Receipt>>(RECEIPTS).await.unwrap_or_default();
        let ours = receipts.into_iter().filter(|(_, receipt)| receipt.owner == subject);
        self.receipts
            .try_set(ours.filter_map(|(_, receipt)| Some((receipt.of.application.clone()?, receipt.of))).collect());
        // A page may have ended between a record and what follows from it.
        for id in self.open_records() {
            self.mend_taken_back(&id).await;
        }
    }

    /// Another tab has a newer copy.
    pub(super) async fn reload_record(self: &Rc<Self>, id: &str) {
        let vault = self.opened().await;
        if let Ok(record) = vault.read::<Owned<Kept<ApplicationRecord>>>(&format!("{RECORDS}{id}")).await
            && self.subject().as_ref() == Some(&record.owner)
        {
            self.show_record(record.of);
            self.mend_taken_back(id).await;
        }
        if let Ok(receipt) = vault.read::<Owned<Receipt>>(&format!("{RECEIPTS}{id}")).await
            && self.subject().as_ref() == Some(&receipt.owner)
        {
            self.receipts.try_update(|receipts| receipts.insert(id.to_owned(), receipt.of));
        }
    }

    /// False: a newer one is known. A slow reply never overtakes it, here or in the vault.
    fn show_record(&self, record: Kept<ApplicationRecord>) -> bool {
        let id = record.value.id.clone();
        let known = self.records.try_with_untracked(|records| records.get(&id).cloned()).flatten();
        match known {
            Some(known) if known.value.version > record.value.version => false,
            Some(known) if known == record => true,
            Some(_) | None => {
                self.records.try_update(|records| records.insert(id, record));
                true
            }
        }
    }

    pub(super) async fn keep_record(self: &Rc<Self>, record: ApplicationRecord, etag: Option<String>) {
        let Some(owner) = self.subject() else { return };
        let id = record.id.clone();
        let kept = Kept { value: record, at: self.api.now(), etag };
        if !self.show_record(kept.clone()) {
            return;
        }
        if kept.value.state == State::Withdrawn {
            self.forget_photos(&id).await;
        }
        let key = format!("{RECORDS}{id}");
        // A copy that is not kept is fetched again at the next start.
        self.opened().await.write_copy(vec![Write::record(key, &Owned { owner, of: kept })]).await;
        self.tell(&News::Record(id.clone()));
        self.mend_taken_back(&id).await;
    }

    pub(super) async fn keep_receipt(&self, receipt: Receipt) {
        let (Some(owner), Some(application)) = (self.subject(), receipt.application.clone()) else { return };
        self.receipts.try_update(|receipts| receipts.insert(application.clone(), receipt.clone()));
        let key = format!("{RECEIPTS}{application}");
        self.opened().await.write_copy(vec![Write::record(key, &Owned { owner, of: receipt })]).await;
        self.tell(&News::Record(application));
    }

    pub(super) async fn refresh(self: &Rc<Self>, id: &str) -> Result<(), ApiError> {
        let known = self.records.try_with_untracked(|records| records.get(id).cloned()).flatten();
        let etag = known.as_ref().and_then(|kept| kept.etag.clone());
        let as_of = self.sign_ins.get();
        let reply = self.api.application(id, etag.as_deref()).await;
        match self.heard(reply)? {
            _ if !self.is_still_for(as_of).await => return self.whose_is_known(),
            Fresh::New { value, etag } => self.keep_record(value, etag).await,
            Fresh::Unchanged => {
                if let Some(kept) = known {
                    self.keep_record(kept.value, kept.etag).await;
                }
            }
        }
        Ok(())
    }

    /// Of what was kept for nobody: another person's, who is here no longer, is none of this one's; as long as it is not known
    /// whose it is, it was as good as not there.
    fn whose_is_known(&self) -> Result<(), ApiError> {
        if self.cookie.is_known() { Ok(()) } else { Err(ApiError::Unreachable) }
    }

    pub(super) async fn refresh_all(self: &Rc<Self>) -> Result<(), ApiError> {
        let mut cursor = None;
        let (as_of, whose) = (self.sign_ins.get(), self.subject());
        loop {
            let reply = self.api.applications(cursor.as_deref()).await;
            let page = self.heard(reply)?;
            if !self.is_still_for(as_of).await {
                return self.whose_is_known();
            }
            for record in page.items {
                self.keep_record(record, None).await;
            }
            cursor = page.next;
            if cursor.is_none() {
                // Of whom nobody knew yet who it is, nothing was kept.
                if whose.is_some() && whose == self.subject() {
                    self.knows_all.try_set(true);
                }
                return Ok(());
            }
        }
    }

    /// Applications that may still change.
    pub(super) fn open_records(self: &Rc<Self>) -> Vec<String> {
        let open = |kept: &&Kept<ApplicationRecord>| kept.value.may_change();
        self.records
            .try_with_untracked(|records| records.values().filter(open).map(|kept| kept.value.id.clone()).collect())
            .unwrap_or_default()
    }
}
