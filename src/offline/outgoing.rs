//! Putting something into the outbox, and what a person sees and does there.
use super::vault::{Vault, Write};
use super::{DocumentId, DraftId, EntryId, Inner, Offline, StoreError, TakeBackError, tabs::News};
use crate::reactive::{Signal, derive};
use contract::api::{Instant, NewApplication, Submission, Supplement};
use contract::application::Act;
use litemap::LiteMap;
use outbox::{Body, Entry, State, Time};
use std::rc::Rc;
use std::time::Duration;

pub(super) const ENTRIES: &str = "entry/";
/// What another tab has stored, and cannot be read here, is read again so often,
const TRIES: u32 = 3;
/// each time after this.
const AGAIN: Duration = Duration::from_secs(5);

/// One line of the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxRow {
    /// Names it.
    pub id: EntryId,
    /// The application it belongs to.
    pub application: String,
    /// What it does.
    pub what: What,
    /// The document it sends or removes.
    pub document: Option<DocumentId>,
    /// How far it has come.
    pub state: State,
    /// Of the bytes of a document under way.
    pub percent: Option<u8>,
    /// When it was put here, by the phone's clock.
    pub since: Instant,
    /// It was set aside, and trying once more can help.
    pub can_go_again: bool,
}

/// What an entry of the outbox does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Tells the office of a new application.
    Begin,
    /// Sends a document.
    Document,
    /// Removes a document.
    RemoveDocument,
    /// Sends the application.
    Submit,
    /// Sends the answers to what was returned.
    Supplement,
    /// Sends a report.
    Report,
    /// Withdraws.
    Withdraw,
}

impl What {
    /// Whether a whole form is sent.
    #[must_use]
    pub const fn is_handed_over(self) -> bool {
        matches!(self, Self::Submit | Self::Supplement | Self::Report)
    }
}

/// Something to be sent that is not an entry yet.
pub(super) struct Outgoing {
    pub(super) application: String,
    pub(super) body: Body,
}

impl Offline {
    /// Everything of the one who is here (and of this phone) that waits, is on its way, was received or set aside.
    pub fn outbox(self) -> Signal<Vec<OutboxRow>> {
        let inner = self.inner();
        let (rows, here, sent) = (inner.rows, inner.here, inner.sent);
        derive(move || {
            let here = here.get();
            let ours = |entry: &&Entry| entry.owner.is_none() || entry.owner == here;
            rows.with(|rows| sent.with(|sent| rows.iter().filter(ours).map(|entry| row(entry, sent)).collect()))
        })
    }

    /// So many entries of the one who is here wait or are on their way. Follows in a view.
    pub fn waiting(self) -> usize {
        let inner = self.inner();
        let here = inner.here.get();
        let ours = |entry: &&Entry| (entry.owner.is_none() || entry.owner == here) && !entry.state.is_settled();
        inner.rows.with(|rows| rows.iter().filter(ours).count())
    }

    /// So many entries of the one who is here are not with the office: they wait, are on their way, or were set aside and wait
    /// for a person. Follows in a view.
    pub fn not_there_yet(self) -> usize {
        let inner = self.inner();
        let here = inner.here.get();
        let ours = |entry: &&Entry| (entry.owner.is_none() || entry.owner == here) && !entry.state.is_received();
        inner.rows.with(|rows| rows.iter().filter(ours).count())
    }

    /// An act of this application (not only its documents) waits or is on its way. Follows in a view.
    pub fn is_queued(self, application: &str) -> bool {
        let act = |row: &OutboxRow| !matches!(row.what, What::Begin | What::Document | What::RemoveDocument);
        self.outbox()
            .with(|rows| rows.iter().any(|row| row.application == application && act(row) && !row.state.is_settled()))
    }

    /// Freezes a checked application and puts it on its way, its documents before it. Resolves when it is stored; it will
    /// then arrive once, however often the network fails.
    ///
    /// # Errors
    /// It was not stored, and is not on its way.
    pub async fn submit(self, application: &str, submission: &Submission) -> Result<EntryId, StoreError> {
        let documents = submission.documents.keys().cloned().collect();
        let draft = DraftId::application(application);
        self.inner().freeze(&draft, Act::Submit, json(submission), documents).await
    }

    /// Freezes the answers to returned items and puts them on their way.
    ///
    /// # Errors
    /// They were not stored, and are not on their way.
    pub async fn supplement(self, application: &str, supplement: &Supplement) -> Result<EntryId, StoreError> {
        let documents = supplement.documents.keys().cloned().collect();
        let draft = DraftId::supplement(application, supplement.round);
        self.inner().freeze(&draft, Act::Supplement, json(supplement), documents).await
    }

    /// Freezes a report and puts it on its way.
    ///
    /// # Errors
    /// It was not stored, and is not on its way.
    pub async fn report(self, application: &str, report: &Supplement) -> Result<EntryId, StoreError> {
        let documents = report.documents.keys().cloned().collect();
        let draft = DraftId::report(application, report.round);
        self.inner().freeze(&draft, Act::Report, json(report), documents).await
    }

    /// Something that was set aside, and may go out all the same, is tried once more.
    pub fn try_again(self, entry: &str) {
        let inner = self.inner();
        let orders = inner.outbox.borrow_mut().again(entry);
        wasm_bindgen_futures::spawn_local(async move {
            inner.carry_out(orders).await;
            inner.bell.ring();
        });
    }

    /// Takes something back that has not left this phone, or that was set aside: its draft can then be changed again.
    ///
    /// # Errors
    /// It may have arrived; then [`Offline::recall`] is the way.
    pub async fn take_back(self, entry: &str) -> Result<(), TakeBackError> {
        self.inner().take_back(entry).await
    }
}

impl Inner {
    pub(super) async fn load_entries(self: &Rc<Self>, vault: &Vault) {
        let (entries, _) = vault.all::<Entry>(ENTRIES).await.unwrap_or_default();
        {
            let mut outbox = self.outbox.borrow_mut();
            for (_, entry) in entries {
                outbox.take_in(entry);
            }
        }
        self.show_outbox();
    }

    /// What lies in the vault is what is so: this tab begins to send.
    pub(super) async fn reload_entries(self: &Rc<Self>, vault: &Vault) {
        let before: Vec<EntryId> = self.outbox.borrow().entries().iter().map(|entry| entry.id.clone()).collect();
        let (entries, _) = vault.all::<Entry>(ENTRIES).await.unwrap_or_default();
        {
            let mut outbox = self.outbox.borrow_mut();
            let kept: Vec<EntryId> = entries.iter().map(|(_, entry)| entry.id.clone()).collect();
            for (_, entry) in entries {
                outbox.seen_elsewhere(entry, false);
            }
            // Unless nothing could be read at all, what is gone there is gone.
            for id in before.iter().filter(|id| !kept.is_empty() && !kept.contains(id)) {
                outbox.gone_elsewhere(id);
            }
            outbox.recover();
        }
        self.show_outbox();
    }

    /// Another tab has put in, changed or taken out an entry.
    pub(super) async fn reload_entry(self: &Rc<Self>, id: &str) {
        let mut tries = 0;
        loop {
            match self.opened().await.read::<Entry>(&entry_key(id)).await {
                Ok(entry) => self.outbox.borrow_mut().seen_elsewhere(entry, self.is_leader()),
                Err(StoreError::Missing) => self.outbox.borrow_mut().gone_elsewhere(id),
                // Not to be read now is not gone: what is known of it here goes out.
                Err(StoreError::Closed) if tries < TRIES => {
                    tries += 1;
                    crate::api::sleep(AGAIN).await;
                    continue;
                }
                Err(why) => leptos::logging::warn!("news of the outbox: {why:?}"),
            }
            break;
        }
        self.show_outbox();
        self.bell.ring();
    }

    pub(super) fn show_outbox(&self) {
        let rows: Vec<Entry> = self.outbox.borrow().entries().into_iter().cloned().collect();
        if self.rows.try_with_untracked(|old| *old != rows) == Some(true) {
            self.rows.try_set(rows);
        }
    }

    /// Stores entries, all or none, and puts them on their way. What must go before them is put before them.
    pub(super) async fn put(self: &Rc<Self>, outgoing: Vec<Outgoing>) -> Result<Vec<EntryId>, StoreError> {
        self.put_with(outgoing, Vec::new()).await
    }

    /// The same, with other changes in the same transaction.
    pub(super) async fn put_with(
        self: &Rc<Self>,
        outgoing: Vec<Outgoing>,
        more: Vec<Write>,
    ) -> Result<Vec<EntryId>, StoreError> {
        let vault = self.opened().await;
        let entries = self.as_entries(outgoing);
        let mut writes = more;
        writes.extend(entries.iter().map(write));
        let superseded = self.superseded_by(&entries);
        writes.extend(superseded.iter().map(|id| Write::erase(entry_key(id))));
        vault.write(writes, true).await?;
        let ids: Vec<EntryId> = entries.iter().map(|entry| entry.id.clone()).collect();
        {
            let mut outbox = self.outbox.borrow_mut();
            for entry in entries {
                outbox.take_in(entry);
            }
            for id in &superseded {
                outbox.forget(id);
            }
        }
        self.show_outbox();
        for id in superseded.iter().chain(&ids) {
            self.tell(&News::Entry(id.clone()));
        }
        self.bell.ring();
        Ok(ids)
    }

    pub(super) fn as_entries(&self, outgoing: Vec<Outgoing>) -> Vec<Entry> {
        let outbox = self.outbox.borrow();
        let mut order = outbox.next_order();
        let now = Time(now());
        let mut entries: Vec<Entry> = Vec::new();
        for Outgoing { application, body } in outgoing {
            let owner = self.owner_of(&application);
            let mut add = |body| {
                let id = super::uuid();
                entries.push(Entry::new(id, order, &application, owner.as_deref(), body, now));
                order += 1;
            };
            if let Some(begin) = self.begins(&application, &outbox) {
                let first = !matches!(&body, Body::Begin(_));
                if first {
                    add(Body::Begin(begin));
                }
            }
            add(body);
        }
        // One beginning is enough.
        let mut begun = Vec::new();
        entries.retain(|entry| {
            let again = matches!(entry.body, Body::Begin(_)) && begun.contains(&entry.application);
            if matches!(entry.body, Body::Begin(_)) {
                begun.push(entry.application.clone());
            }
            !again
        });
        entries
    }

    /// Beginnings that were set aside, and that stand in nobody's way once these are stored.
    pub(super) fn superseded_by(&self, entries: &[Entry]) -> Vec<EntryId> {
        let known = |application: &str| {
            self.records.try_with_untracked(|records| records.contains_key(application)).unwrap_or_default()
        };
        let begun = entries.iter().filter(|entry| matches!(entry.body, Body::Begin(_)) || known(&entry.application));
        let applications: Vec<String> = begun.map(|entry| entry.application.clone()).collect();
        self.outbox.borrow().superseded(&applications)
    }

    pub(super) fn owner_of(&self, application: &str) -> Option<String> {
        let id = DraftId::application(application);
        let owner = self.drafts.try_with_untracked(|drafts| drafts.get(&id).map(|head| head.owner.clone()));
        owner.flatten().unwrap_or_else(|| self.subject())
    }

    pub(super) fn owner_of_draft(&self, application: &str) -> Option<String> {
        let id = DraftId::application(application);
        self.drafts.try_with_untracked(|drafts| drafts.get(&id).and_then(|head| head.owner.clone())).flatten()
    }

    /// The frozen `NewApplication`, if the office does not know this application yet and nobody is telling it.
    fn begins(&self, application: &str, outbox: &outbox::Outbox) -> Option<String> {
        let known = self.records.try_with_untracked(|records| records.contains_key(application)).unwrap_or_default();
        let told = outbox.entries().iter().any(|entry| {
            entry.application == application
                && matches!(entry.body, Body::Begin(_))
                && !matches!(entry.state, State::SetAside(_))
        });
        if known || told {
            return None;
        }
        let id = DraftId::application(application);
        let questionnaire =
            self.drafts.try_with_untracked(|drafts| drafts.get(&id).map(|h| h.questionnaire.clone()))??;
        Some(json(&NewApplication { questionnaire, renews: None }))
    }

    /// A document that is being removed does not go out any more.
    pub(super) async fn withdraw_document(self: &Rc<Self>, document: &str) {
        let removed = self.outbox.borrow_mut().remove_document(document);
        for id in removed {
            // If it stays it is set aside at its turn: its bytes are gone.
            self.opened().await.write_copy(vec![Write::erase(entry_key(&id))]).await;
            self.tell(&News::Entry(id));
        }
        self.show_outbox();
    }

    /// What goes out no more once this draft is gone, and what has to be written for that. What takes something back at the
    /// office stays.
    ///
    /// # Errors
    /// `UnderWay`: an act of it may have left.
    pub(super) async fn stopped_by(&self, draft: &DraftId) -> Result<Stopped, StoreError> {
        let (stopped, vault, mut writes) = (self.stopped_here(draft)?, self.opened().await, Vec::new());
        for id in &stopped {
            // Another page may be sending it just now, and its news are not here yet.
            if self.is_act(id) {
                let (entry, lies) = vault.read_as_it_lies::<Entry>(&entry_key(id)).await?;
                if may_have_arrived(&entry) {
                    return Err(StoreError::UnderWay);
                }
                writes.push(Write::Expect { key: entry_key(id), lies });
            }
            writes.push(Write::erase(entry_key(id)));
        }
        Ok((stopped, writes))
    }

    fn stopped_here(&self, draft: &DraftId) -> Result<Vec<EntryId>, StoreError> {
        let (outbox, documents) = (self.outbox.borrow(), self.documents_of(draft));
        let carried = self.drafts.try_with_untracked(|drafts| drafts.get(draft).and_then(|head| head.entry.clone()));
        let is_whole = draft.form == super::FormKind::Application;
        let mut stopped = Vec::new();
        for entry in outbox.entries().into_iter().filter(|entry| entry.application == draft.application) {
            let is_of_it = match &entry.body {
                Body::Begin(_) => is_whole,
                Body::Document { document, .. } => documents.contains(document),
                Body::Act { act: Act::Withdraw, .. } | Body::Remove { .. } => false,
                Body::Act { .. } => is_whole || Some(Some(&entry.id)) == carried.as_ref().map(Option::as_ref),
            };
            if !is_of_it || entry.state.is_received() {
                continue;
            }
            if may_have_arrived(entry) {
                return Err(StoreError::UnderWay);
            }
            stopped.push(entry.id.clone());
        }
        Ok(stopped)
    }

    /// They are stored nowhere any more. What is going up at this moment is broken off by the driver, and what has begun
    /// to and waits is ended here.
    pub(super) fn stop(self: &Rc<Self>, entries: &[EntryId]) {
        for id in entries {
            if let Some(location) = self.outbox.borrow().entry(id).and_then(lies_at) {
                let inner = self.clone();
                wasm_bindgen_futures::spawn_local(async move { drop(inner.api.end_upload(&location).await) });
            }
            self.outbox.borrow_mut().stop(id);
            self.tell(&News::Entry(id.clone()));
        }
        self.show_outbox();
    }

    pub(super) async fn save_entry(&self, id: &str) -> Result<(), StoreError> {
        let Some(writes) = self.outbox.borrow().entry(id).map(|entry| vec![write(entry)]) else { return Ok(()) };
        self.opened().await.write(writes, true).await?;
        self.tell(&News::Entry(id.to_owned()));
        Ok(())
    }

    pub(super) async fn erase_entry(&self, id: &str) {
        self.opened().await.write_copy(vec![Write::erase(entry_key(id))]).await;
        self.tell(&News::Entry(id.to_owned()));
    }
}

/// What goes out no more, and what has to be written for that.
pub(super) type Stopped = (Vec<EntryId>, Vec<Write>);

/// Where a part of a document lies that is not going up at this moment.
fn lies_at(entry: &Entry) -> Option<String> {
    match (&entry.body, &entry.state) {
        (Body::Document { location, .. }, State::Queued(_) | State::Waiting { .. } | State::SetAside(_)) => {
            location.clone()
        }
        _ => None,
    }
}

fn may_have_arrived(entry: &Entry) -> bool {
    entry.left && matches!(entry.body, Body::Act { .. }) && !entry.state.is_settled()
}

fn row(entry: &Entry, sent: &LiteMap<DocumentId, u64>) -> OutboxRow {
    let (what, percent) = match &entry.body {
        Body::Begin(_) => (What::Begin, None),
        Body::Document { document, bind, .. } => {
            let share = sent.get(document).map(|sent| sent.saturating_mul(100) / bind.size.max(1));
            (What::Document, share.and_then(|share| u8::try_from(share.min(100)).ok()))
        }
        Body::Remove { .. } => (What::RemoveDocument, None),
        Body::Act { act: Act::Supplement, .. } => (What::Supplement, None),
        Body::Act { act: Act::Report, .. } => (What::Report, None),
        Body::Act { act: Act::Withdraw, .. } => (What::Withdraw, None),
        // And what only a newer build knows: it is told as what was handed over.
        Body::Act { .. } => (What::Submit, None),
    };
    OutboxRow {
        id: entry.id.clone(),
        application: entry.application.clone(),
        what,
        document: entry.document().map(str::to_owned),
        state: entry.state.clone(),
        percent,
        since: instant(entry.made_at.0),
        can_go_again: entry.can_go_again(),
    }
}

fn instant(millis: u64) -> Instant {
    chrono::DateTime::from_timestamp_millis(i64::try_from(millis).unwrap_or_default())
        .unwrap_or_default()
        .fixed_offset()
}

pub(super) fn entry_key(id: &str) -> String {
    format!("{ENTRIES}{id}")
}

pub(super) fn write(entry: &Entry) -> Write {
    Write::record(entry_key(&entry.id), entry)
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The phone's clock in milliseconds.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds since 1970")]
pub(super) fn now() -> u64 {
    js_sys::Date::now() as u64
}
