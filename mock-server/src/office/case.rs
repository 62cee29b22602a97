//! One application opened for a change: read, judged by the contract's machine, written with its events in one transaction.
//!
//! Whoever changes an application opens a [`Case`], calls [`Case::go`] for the act and [`Case::finish`] in the end. What is
//! not finished did not happen.
use super::{
    Answer, Fault, Heard, Kept, Matter, Office, Once, audit, booking,
    booking::{Held, Placed},
    clock, end_of, feed, fresh_id, matter, receipts, record, start_of, watch,
};
use crate::store::Txn;
use chrono::{Duration, NaiveDate};
use contract::{
    api::{ApplicationRecord, Event, Instant, Receipt, ReceiptState, Route, Slug},
    application::{Act, Actor, Facts, LEAST_DUE, Refusal, State, apply},
};
use std::collections::BTreeMap;

/// For whom a record is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewer {
    /// `zh-CN` or `en`.
    pub lang: String,
    /// The session that reads: only it sees what its grant opens.
    pub session: Option<String>,
}

impl Viewer {
    /// A reader without a session.
    pub fn reading(lang: &str) -> Self {
        Self { lang: lang.into(), session: None }
    }
}

/// One application opened for a change.
pub struct Case {
    pub(super) office: Office,
    pub(super) txn: Txn,
    /// The application as it is now.
    pub matter: Matter,
    /// Its time.
    pub now: Instant,
    pub(super) real: Instant,
    pub(super) hold: Option<Held>,
    pub(super) place: Option<Placed>,
    pub(super) changed: bool,
    happened: Vec<Event>,
    to_tell: Vec<Heard>,
    /// Files that go once it is so.
    pub(super) to_erase: Vec<object_store::path::Path>,
}

impl Case {
    /// Opens an application after its clock has acted. `None` if there is none of that id.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn open(office: &Office, id: &str) -> Answer<Option<Self>> {
        let Some(case) = Self::open_in(office, office.store.write().await?, id).await? else { return Ok(None) };
        if !case.changed {
            return Ok(Some(case));
        }
        // What the clock did is so whatever becomes of what is asked: who only repeats a key is shown it, and must not be shown
        // events that are not written.
        case.finish_quietly().await?;
        Self::open_in(office, office.store.write().await?, id).await
    }

    pub(super) async fn open_in(office: &Office, mut txn: Txn, id: &str) -> Answer<Option<Self>> {
        let Some(matter) = matter::load(txn.db(), id).await? else { return Ok(None) };
        let real = office.now();
        let hold = booking::hold_of(txn.db(), id).await?;
        let place = booking::place_of(txn.db(), id).await?;
        let now = matter.now(real);
        let mut case = Self {
            office: office.clone(),
            txn,
            matter,
            now,
            real,
            hold,
            place,
            changed: false,
            happened: Vec::new(),
            to_tell: Vec::new(),
            to_erase: Vec::new(),
        };
        clock::run(&mut case).await?;
        Ok(Some(case))
    }

    /// Opens an application of this login. Somebody else's is as none.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn of(office: &Office, id: &str, subject: &str) -> Answer<Self> {
        let case = Self::open(office, id).await?.ok_or_else(Fault::not_found)?;
        if case.matter.subject == subject { Ok(case) } else { Err(Fault::not_found()) }
    }

    /// What the machine's guards ask.
    pub(super) fn facts(&self) -> Facts {
        facts(&self.office, &self.matter, self.place.as_ref())
    }

    /// Does an act by the contract's machine: the new state and its event. The caller fills in what the event records.
    ///
    /// # Errors
    /// `act-refused` with the record as it stands, `outside-window`.
    pub(super) async fn go(&mut self, act: Act, actor: Actor) -> Answer<&mut Event> {
        let at = self.now;
        match apply(act, actor, &self.facts(), self.now) {
            Ok(to) => Ok(self.put(act, actor, to, at)),
            Err(Refusal::OutsideWindow(window)) => Err(Fault::new(Slug::OutsideWindow).with(|p| {
                p.from = window.from;
                p.until = window.until;
            })),
            Err(Refusal::NotFromHere | Refusal::NoAttemptsLeft | Refusal::RouteClosed | Refusal::ResultsMissing) => {
                Err(self.refuse().await)
            }
        }
    }

    /// Whether an act could be done now, without doing it.
    ///
    /// # Errors
    /// As [`Self::go`].
    pub(super) async fn may(&mut self, act: Act, actor: Actor) -> Answer<()> {
        match apply(act, actor, &self.facts(), self.now) {
            Ok(_) => Ok(()),
            Err(Refusal::OutsideWindow(window)) => Err(Fault::new(Slug::OutsideWindow).with(|p| {
                p.from = window.from;
                p.until = window.until;
            })),
            Err(Refusal::NotFromHere | Refusal::NoAttemptsLeft | Refusal::RouteClosed | Refusal::ResultsMissing) => {
                Err(self.refuse().await)
            }
        }
    }

    /// Enters a state at some instant and notes the event.
    pub(super) fn put(&mut self, act: Act, actor: Actor, to: State, at: Instant) -> &mut Event {
        let from = self.matter.state;
        if from != to {
            self.matter.since = at;
        }
        self.matter.state = to;
        self.matter.stage = to.stage().map_or(self.matter.stage, contract::application::Stage::number);
        self.changed = true;
        self.happened.push(Event {
            id: fresh_id(),
            at,
            act,
            actor,
            from,
            to,
            items: Vec::new(),
            due_on: None,
            words: None,
            round: None,
            slot: None,
            place: None,
            results_stand: false,
            receipt: None,
        });
        let last = self.happened.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "one was pushed just now")]
        &mut self.happened[last]
    }

    /// The event of the act just done.
    pub(super) fn event(&mut self) -> Option<&mut Event> {
        self.happened.last_mut()
    }

    /// Sets what the applicant owes by: never less than three days from now.
    pub(super) fn owe(&mut self, days: i64) -> NaiveDate {
        let on = self.now.date_naive() + Duration::days(days).max(LEAST_DUE);
        self.matter.due_on = Some(on);
        on
    }

    /// `act-refused`, with the record as it stands.
    pub(super) async fn refuse(&mut self) -> Fault {
        match self.record(&Viewer::reading("zh-CN")).await {
            Ok(record) => Fault::act_refused(&record),
            Err(fault) => fault,
        }
    }

    /// The record as it is now.
    pub(super) async fn record(&mut self, viewer: &Viewer) -> Answer<ApplicationRecord> {
        let seen = record::Seen {
            office: &self.office,
            matter: &self.matter,
            hold: self.hold.as_ref(),
            place: self.place.as_ref(),
            fresh: &self.happened,
        };
        record::build(self.txn.db(), &seen, viewer).await
    }

    /// Keeps the receipt of an act, in the same transaction.
    pub(super) async fn receipt(
        &mut self,
        once: &Once,
        act: Act,
        round: Option<u32>,
        answers: usize,
        documents: BTreeMap<String, String>,
    ) -> Answer<Receipt> {
        let receipt = Receipt {
            key: once.key.clone(),
            state: ReceiptState::Done,
            act: Some(act),
            application: Some(self.matter.id.clone()),
            number: self.matter.number.clone(),
            round,
            received_at: Some(self.now),
            answers: u32::try_from(answers).unwrap_or(u32::MAX),
            documents,
            body_sha256: Some(once.body_sha256.clone()),
        };
        let kept = Kept { status: 201, receipt: Some(receipt.clone()), reply: None };
        let id = self.matter.id.clone();
        receipts::keep(self.txn.db(), once, &kept, Some(&id), self.real, None).await?;
        if let Some(event) = self.event() {
            event.receipt = Some(once.key.clone());
        }
        Ok(receipt)
    }

    /// Writes the application, its events and its news, and makes it so.
    ///
    /// # Errors
    /// It could not be stored: nothing happened.
    pub async fn finish(mut self, viewer: &Viewer) -> Answer<ApplicationRecord> {
        self.write("").await?;
        let record = self.record(viewer).await?;
        self.commit().await?;
        Ok(record)
    }

    /// The same, where nobody reads the record.
    pub(super) async fn finish_quietly(mut self) -> Answer<()> {
        self.write("").await?;
        self.commit().await
    }

    /// Writes what changed, noting each act in the audit log. Called by [`Self::finish`].
    pub(super) async fn write(&mut self, who: &str) -> Answer<()> {
        if !self.changed {
            return Ok(());
        }
        self.matter.version += 1;
        let wake_at = clock::wake_at(self);
        matter::save(self.txn.db(), &self.matter, wake_at).await?;
        for event in std::mem::take(&mut self.happened) {
            sqlx::query("INSERT INTO event (application, body) VALUES (?, ?)")
                .bind(&self.matter.id)
                .bind(serde_json::to_string(&event)?)
                .execute(self.txn.db())
                .await?;
            let by = if event.actor == Actor::Applicant { self.matter.subject.as_str() } else { event.actor.code() };
            let who = if who.is_empty() || event.actor == Actor::Clock { by } else { who };
            audit::note(self.txn.db(), self.real, who, event.act.code(), &self.matter.id).await?;
        }
        watch::end_watch(self).await?;
        let news = feed::store(self.txn.db(), &self.matter, self.real).await?;
        self.to_tell.push(news);
        self.changed = false;
        Ok(())
    }

    /// Runs to its end even if the connection, and with it the handler, is gone: what is so is told, and its files go.
    pub(super) async fn commit(self) -> Answer<()> {
        let task = tokio::spawn(async move {
            self.txn.commit().await?;
            for news in self.to_tell {
                self.office.feed.tell(news);
            }
            for file in self.to_erase {
                self.office.erase_file(&file).await?;
            }
            Ok(())
        });
        task.await.map_err(|why| Fault::ours(&why))?
    }
}

/// What the machine's guards ask about an application.
pub(super) fn facts(office: &Office, matter: &Matter, place: Option<&Placed>) -> Facts {
    let routes = routes(matter);
    let grace = Duration::minutes(office.catalogue.sites.booking.late_minutes);
    Facts {
        state: matter.state,
        attempts: (matter.attempts, matter::ATTEMPTS),
        report_attempts: (matter.report_attempts, matter::REPORT_ATTEMPTS),
        onsite: routes.contains(&Route::Onsite),
        online: routes.contains(&Route::Online),
        book_from: matter.book_from,
        change_until: place.map(|place| office.catalogue.sites.change_until(&place.slot)),
        results_complete: office.missing(matter).is_empty(),
        collect_from: matter.collection.locked_until,
        lapses_at: matter.due_on.map(end_of),
        missed_at: place.map(|place| place.ends_at(&office.catalogue.sites) + grace),
    }
}

/// The ways of examination that are left.
pub(super) fn routes(matter: &Matter) -> Vec<Route> {
    matter.routes.clone().unwrap_or_else(|| vec![Route::Onsite, Route::Online])
}

/// The first instant of the day so many days after an instant.
pub(super) fn day_after(at: Instant, days: i64) -> Instant {
    start_of(at.date_naive() + Duration::days(days))
}
