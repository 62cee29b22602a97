//! The copy of a draft in its person's account, so that it can be gone on with on another phone.
//!
//! Made once the consent is given under which answers may leave this phone, while somebody is signed in and the backend keeps
//! drafts. Each save names the copy it has seen; where another phone has saved since, both are put together item by item, and
//! only what both have changed is asked. Rules are in `contract::questionnaire::merge`. A part of `office`.
mod settling;

use super::vault::Write;
use super::{Draft, DraftId, FormKind, Inner, Offline, SessionState};
use crate::api::{ApiError, Fresh};
use crate::reactive::{Signal, derive};
use chrono::TimeDelta;
use contract::api::{ApplicationRecord, Instant, NewApplication};
use contract::application::{Act, State};
use contract::json::FromJson;
use contract::questionnaire::{Answers, Conflict, Context, Form, Pointer, Saved, Value, from_response, take};
use serde::Serialize;
use std::rc::Rc;
use std::time::Duration;

pub(super) use settling::run;
use settling::{settle_in_turn, settled_order};

const COPIES: &str = "account/";
/// A submission waits for the account this long.
const PATIENCE: Duration = Duration::from_secs(8);
/// A value that was not chosen stays on this phone so long.
const KEPT_DAYS: i64 = 30;

/// What this phone knows of the copy in the account.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
struct Copy {
    owner: String,
    /// The one we have seen.
    etag: String,
    /// The form that what follows is named by, `id|version`.
    #[serde(default)]
    questionnaire: String,
    /// What stood in it: what both phones agreed on last.
    agreed: Answers,
    /// Sent, and not known whether it arrived.
    #[serde(default)]
    under_way: Option<Answers>,
    /// What waited there for its person's word, when both phones agreed on it last.
    #[serde(default)]
    open: Vec<Pointer>,
    /// What somebody decided against.
    #[serde(default)]
    not_chosen: Vec<NotChosen>,
}

/// An answer that somebody decided against, kept for a while should they think better of it.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
pub struct NotChosen {
    /// Of which item.
    pub pointer: Pointer,
    /// The answer to it, and to nothing else. Empty in what an earlier version kept.
    #[serde(default)]
    answer: Answers,
    /// When it was decided.
    pub at: Instant,
}

impl NotChosen {
    /// The answer.
    pub fn values(&self) -> &[Value] {
        self.answer.get(&self.pointer)
    }

    /// Until when it is kept.
    pub fn until(&self) -> Instant {
        self.at + TimeDelta::days(KEPT_DAYS)
    }
}

/// An item that two phones answered differently.
#[derive(Clone, Debug, PartialEq)]
pub struct Differing {
    /// Which.
    pub pointer: Pointer,
    /// What stands on this phone,
    pub here: Option<Vec<Value>>,
    /// since when.
    pub here_at: Option<Instant>,
    /// What the other one saved,
    pub there: Option<Vec<Value>>,
    /// and when.
    pub there_at: Option<Instant>,
}

/// How a draft stands with its copy in the account.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Account {
    /// What was on the screen at this moment is there.
    saved_at: Option<Instant>,
    /// What the person has to choose before it can be saved there again.
    differing: Vec<Differing>,
    /// The mark that the office's record had when this phone last looked: its word may be older than our own.
    told: Option<String>,
    /// What the person did not choose, as far as it was asked for.
    not_chosen: Vec<NotChosen>,
    /// The answers of this phone that are there as they are.
    same: Option<Answers>,
    /// The newest copy that was seen and put together with what is here,
    etag: Option<String>,
    /// the form that it is saved with, `id|version`,
    under: String,
    /// and what stands in it, as the form in use here reads it,
    there: Answers,
    /// of which this waits for its person's word.
    open: Vec<Pointer>,
    /// Another phone goes on with a newer form: this draft moves to it first, when it is opened next.
    is_behind: bool,
}

impl Offline {
    /// What was on the screen at this moment is in the account.
    pub fn saved_in_account(self, application: &str) -> Signal<Option<Instant>> {
        let (all, id) = (self.inner().account, application.to_owned());
        derive(move || all.with(|all| all.get(&id).and_then(|account| account.saved_at)))
    }

    /// What two phones answered differently, to be chosen before it can be saved or sent.
    pub fn differing(self, application: &str) -> Signal<Vec<Differing>> {
        let (all, id) = (self.inner().account, application.to_owned());
        derive(move || all.with(|all| all.get(&id).map(|account| account.differing.clone()).unwrap_or_default()))
    }

    /// What the person did not choose where two phones differed, and is still kept.
    pub fn not_chosen(self, application: &str) -> Signal<Vec<NotChosen>> {
        let (inner, id) = (self.inner(), application.to_owned());
        let (all, of) = (inner.account, id.clone());
        wasm_bindgen_futures::spawn_local(async move {
            if let Some(copy) = inner.copy(&id).await {
                inner.shows_not_chosen(&id, copy.not_chosen);
            }
        });
        derive(move || all.with(|all| all.get(&of).map(|account| account.not_chosen.clone()).unwrap_or_default()))
    }

    /// The person thinks better of it: what stands is kept in its place.
    pub fn choose_again(self, draft: Draft, again: NotChosen) {
        let (inner, application) = (self.inner(), draft.id().application);
        let stood = draft.answers.with_untracked(|answers| answers.get(&again.pointer).to_vec());
        let owner = inner.subject().unwrap_or_default();
        wasm_bindgen_futures::spawn_local(async move {
            inner.puts_aside(&application, &owner, &again.pointer, stood).await;
            draft.answers.try_update(|answers| take(answers, &again.answer, &again.pointer));
            if draft.save(true).await {
                inner.change_copy(&application, &owner, |copy| copy.not_chosen.retain(|it| *it != again)).await;
            }
            inner.saves.ring();
        });
    }
}

/// How a draft and its copy in the account stand before it is submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// They are one. The mark of the copy, if there is one.
    One(Option<String>),
    /// Another phone's answers were put in: to be looked at.
    Changed,
    /// The person has to choose.
    Differs,
}

/// Which of two answers is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// The one on this phone.
    Here,
    /// The one that the other phone saved.
    There,
}

impl Offline {
    /// The person says which answer is right. After the last one both phones have one draft again.
    pub fn choose(self, draft: Draft, pointer: &Pointer, chosen: Chosen) {
        let inner = self.inner();
        let application = draft.id().application;
        let Some(before) = inner.account_of(&application) else { return };
        let Some(differing) = before.differing.iter().find(|it| it.pointer == *pointer) else { return };
        let lost = match chosen {
            Chosen::Here => differing.there.clone(),
            Chosen::There => differing.here.clone(),
        };
        let pointer = pointer.clone();
        let named_by = draft.questionnaire.get_untracked();
        let owner = inner.subject().unwrap_or_default();
        wasm_bindgen_futures::spawn_local(async move {
            inner.puts_aside(&application, &owner, &pointer, lost.unwrap_or_default()).await;
            if chosen == Chosen::There {
                draft.answers.try_update(|answers| take(answers, &before.there, &pointer));
            }
            inner.change_account(&application, |account| account.differing.retain(|it| it.pointer != pointer));
            let is_last = inner.account_of(&application).is_some_and(|account| account.differing.is_empty());
            if draft.save(true).await && is_last {
                // From here on what stands there is what both know.
                let etag = before.etag.unwrap_or_default();
                let (agreed, questionnaire, open) = (before.there, named_by, before.open);
                let known = |copy: &mut Copy| {
                    let not_chosen = std::mem::take(&mut copy.not_chosen);
                    *copy = Copy { questionnaire, agreed, open, not_chosen, ..Copy::of(&owner, &etag) };
                };
                inner.change_copy(&application, &owner, known).await;
            }
            inner.saves.ring();
        });
    }

    /// Saves what is not in the account yet, before it is submitted: what another phone has saved meanwhile belongs to it.
    /// Without a network the office finds out when it is submitted.
    pub async fn settle_account(self, draft: Draft) -> Settled {
        let (inner, id, before) = (self.inner(), draft.id(), draft.answers.try_get_untracked());
        if inner.saves_drafts() && inner.may_be_saved(draft) {
            match crate::api::in_time(PATIENCE, Box::pin(settle_in_turn(&inner, draft))).await {
                Some(Ok(())) => {}
                Some(Err(why)) => leptos::logging::log!("account: {why:?}"),
                None => leptos::logging::log!("account: no answer"),
            }
        }
        let account = inner.account_of(&id.application).unwrap_or_default();
        if !account.differing.is_empty() {
            Settled::Differs
        } else if draft.answers.try_get_untracked() != before {
            Settled::Changed
        } else if account.etag.is_some() {
            Settled::One(account.etag)
        } else {
            // Not looked at in this visit: what was seen in an earlier one.
            let copy = inner.copy(&id.application).await;
            Settled::One(copy.map(|copy| copy.etag).filter(|etag| !etag.is_empty()))
        }
    }
}

impl Offline {
    /// What is handed over: should it be taken back, that is what stands in the account, and nobody else has changed it.
    pub async fn note_handed_over(self, draft: Draft, answers: &serde_json::Value) {
        let Some(name) = draft.questionnaire.try_get_untracked() else { return };
        let (inner, application) = (self.inner(), draft.id().application);
        let Some(form) = form_of(self, &name).await else { return };
        let before = inner.copy(&application).await.unwrap_or_else(|| Copy::new(&inner, ""));
        let handed = from_response(&form, answers).0;
        let before = before.named_by(&form, &inner.judged_by());
        inner.keep_copy(&application, &Copy { under_way: Some(handed), ..before }).await;
    }
}

impl Copy {
    fn new(inner: &Inner, etag: &str) -> Self {
        Self::of(&inner.subject().unwrap_or_default(), etag)
    }

    fn of(owner: &str, etag: &str) -> Self {
        Self {
            owner: owner.to_owned(),
            etag: etag.to_owned(),
            questionnaire: String::new(),
            agreed: Answers::new(),
            under_way: None,
            open: Vec::new(),
            not_chosen: Vec::new(),
        }
    }

    /// Keeps an answer that was not chosen, and forgets those whose time is over.
    fn puts_aside(&mut self, pointer: &Pointer, values: Vec<Value>, at: Instant) {
        self.not_chosen.retain(|old| old.until() > at && !(old.pointer == *pointer && old.values() == values));
        if !values.is_empty() {
            let mut answer = Answers::new();
            answer.set(pointer.clone(), values);
            self.not_chosen.push(NotChosen { pointer: pointer.clone(), answer, at });
        }
    }

    /// By the names of the form that the draft has by now.
    fn named_by(self, form: &Form, context: &Context<'_>) -> Self {
        let read = |answers, open| Saved::read(form, &self.questionnaire, answers, open, context);
        let Saved { answers: agreed, open, .. } = read(self.agreed, self.open);
        let under_way = self.under_way.map(|sent| read(sent, Vec::new()).answers);
        Self { questionnaire: form.canonical(), agreed, open, under_way, ..self }
    }
}

/// The office has a newer copy than the one a submission had seen. If that is our own save, whose reply was lost, it is handed
/// over once more, naming that one; else the person looks at it first.
pub(super) async fn submit_again(inner: Rc<Inner>, draft: DraftId, frozen: String, documents: Vec<String>) {
    let open = inner.open_drafts.borrow().get(&draft).copied();
    let Some((open, before)) = open.and_then(|open| Some((open, open.answers.try_get_untracked()?))) else { return };
    if let Err(why) = settle_in_turn(&inner, open).await {
        leptos::logging::log!("account: {why:?}");
        return;
    }
    let account = inner.account_of(&draft.application).unwrap_or_default();
    let same = account.differing.is_empty() && open.answers.try_get_untracked() == Some(before);
    let Ok(mut submission) = serde_json::from_str::<serde_json::Map<_, _>>(&frozen) else { return };
    if let (true, Some(etag)) = (same, account.etag)
        && submission.get("draft").and_then(|seen| seen.as_str()) != Some(&etag)
    {
        submission.insert("draft".into(), etag.into());
        let text = serde_json::Value::Object(submission).to_string();
        if let Err(why) = inner.freeze(&draft, Act::Submit, text, documents).await {
            leptos::logging::warn!("it is set aside: {why:?}");
        }
    }
}

/// Begins on this phone what is being filled in on another one. `None`: there is nothing of the kind.
pub(super) async fn restored(inner: Rc<Inner>, offline: Offline, id: DraftId) -> Option<Draft> {
    if !inner.saves_drafts() || inner.record_state(&id.application).is_some_and(|state| state != State::Draft) {
        return None;
    }
    let asker = inner.asker();
    let Ok(Fresh::New { value, etag }) = inner.heard(inner.api.draft(&id.application, None).await) else { return None };
    let form = form_of(offline, &value.questionnaire).await?;
    if !inner.is_here(&asker) {
        return None;
    }
    if inner.drafts.try_with_untracked(|drafts| drafts.contains_key(&id)) == Some(true) {
        // Another page has waited for it too, and was told first.
        return offline.open_draft(&id, "").await.ok();
    }
    let answers = from_response(&form, &value.answers).0;
    // What was filled in for them waits for their word, whichever phone they give it on.
    let open = settled_order(value.prefilled.into_iter().filter(|it| !answers.get(it).is_empty()).collect());
    let draft = inner.begin(offline, id.clone(), &value.questionnaire);
    draft.answers.set(answers.clone());
    draft.beside.update(|beside| beside.to_confirm.clone_from(&open));
    let etag = etag.unwrap_or_default();
    let (agreed, questionnaire) = (answers.clone(), form.canonical());
    let copy = Copy { questionnaire, agreed, open: open.clone(), ..Copy::new(&inner, &etag) };
    inner.change_account(&id.application, |account| {
        account.etag = Some(etag);
        account.under = form.canonical();
        account.there = answers;
        account.open = open;
    });
    // If it cannot be stored, the line on its page says so.
    draft.save(true).await;
    inner.keep_copy(&id.application, &copy).await;
    Some(draft)
}

pub(super) fn copy_key(application: &str) -> String {
    format!("{COPIES}{application}")
}

async fn form_of(offline: Offline, name: &str) -> Option<Form> {
    let text = offline.questionnaire(name).await.ok()?;
    Form::load(&text.value).ok()
}

impl Inner {
    /// Somebody is signed in, and the backend keeps drafts.
    fn saves_drafts(&self) -> bool {
        let signed_in =
            self.cookie.is_known() && self.session.try_with_untracked(SessionState::is_signed_in) == Some(true);
        let offered = |service: &super::Kept<contract::api::Service>| {
            service.value.features.iter().any(|feature| feature == "drafts")
        };
        signed_in && self.service.try_with_untracked(|kept| kept.as_ref().is_some_and(offered)) == Some(true)
    }

    /// It is theirs, in this tab's hands, not handed over, and its person has agreed that answers leave this phone.
    fn may_be_saved(&self, draft: Draft) -> bool {
        let (id, here) = (draft.id(), self.subject());
        let ready = |head: &super::stored::Head| {
            head.consent && head.entry.is_none() && !head.sent && head.owner.is_some() && head.owner == here
        };
        id.form == FormKind::Application
            && draft.writable.try_get_untracked() == Some(true)
            && self.record_state(&id.application).is_none_or(|state| state == State::Draft)
            && self.drafts.try_with_untracked(|drafts| drafts.get(&id).is_some_and(ready)) == Some(true)
    }

    fn record_state(&self, application: &str) -> Option<State> {
        self.of_record(application, |record| record.state)
    }

    pub(super) fn of_record<T>(&self, application: &str, read: impl FnOnce(&ApplicationRecord) -> T) -> Option<T> {
        self.records.try_with_untracked(|records| records.get(application).map(|kept| read(&kept.value)))?
    }

    /// The mark of the copy, as the office's record has it.
    fn told(&self, application: &str) -> Option<String> {
        self.of_record(application, |record| record.draft.as_ref().map(|mark| mark.etag.clone())).flatten()
    }

    /// The office has told of a copy that this phone has not seen.
    fn is_newer_there(&self, application: &str) -> bool {
        let Some(told) = self.told(application) else { return false };
        let account = self.account_of(application).unwrap_or_default();
        ![account.etag, account.told].contains(&Some(told))
    }

    /// It is the one that is open under its id, so that what is put into it is seen and stored. A reply can come after its
    /// person has signed out, or after the whole app was taken out of its page.
    fn is_open(&self, id: &DraftId, draft: Draft) -> bool {
        !self.over.get() && self.open_drafts.borrow().get(id).is_some_and(|open| open.answers.is(draft.answers))
    }

    /// The office hears of an application before it is given its draft.
    async fn make_known(self: &Rc<Self>, id: &DraftId, draft: Draft, questionnaire: &str) -> Result<(), ApiError> {
        if self.record_state(&id.application).is_none() {
            let new = NewApplication { questionnaire: questionnaire.to_owned(), renews: None };
            let frozen = serde_json::to_string(&new).map_err(|_| ApiError::Unreadable)?;
            let record = self.heard(self.api.put_application(&id.application, &frozen).await)?;
            if self.is_open(id, draft) {
                self.keep_record(record, None).await;
            }
        }
        Ok(())
    }

    /// What has to be chosen, with the times of both.
    async fn with_times(self: &Rc<Self>, id: &DraftId, conflicts: Vec<Conflict>) -> Vec<Differing> {
        if conflicts.is_empty() {
            return Vec::new();
        }
        // When the other one saved stands in the record only; without it the time is not said.
        drop(self.refresh(&id.application).await);
        let there_at = self.of_record(&id.application, |record| record.draft.as_ref().map(|mark| mark.saved_at));
        let here_at = self.drafts.try_with_untracked(|drafts| drafts.get(id).and_then(|head| head.saved_at)).flatten();
        let differing = conflicts.into_iter().map(|Conflict { pointer, here, there }| Differing {
            pointer,
            here,
            here_at,
            there,
            there_at: there_at.flatten(),
        });
        differing.collect()
    }

    fn account_of(&self, application: &str) -> Option<Account> {
        self.account.try_with_untracked(|all| all.get(application).cloned()).flatten()
    }

    fn change_account(&self, application: &str, change: impl FnOnce(&mut Account)) {
        self.account.try_update(|all| change(all.entry(application.to_owned()).or_insert_with(Account::default)));
    }

    fn shows_not_chosen(&self, application: &str, mut all: Vec<NotChosen>) {
        let now = self.api.now();
        all.retain(|it| it.until() > now && !it.values().is_empty());
        self.change_account(application, |account| account.not_chosen = all);
    }

    /// These answers were in the account at this moment.
    fn is_there(&self, application: &str, at: Instant, mine: Answers) {
        self.change_account(application, |account| {
            account.saved_at = Some(at);
            account.same = Some(mine);
        });
    }

    async fn copy(&self, application: &str) -> Option<Copy> {
        self.copy_of(application, &self.subject()?).await
    }

    async fn copy_of(&self, application: &str, owner: &str) -> Option<Copy> {
        let copy: Copy = self.opened().await.read(&copy_key(application)).await.ok()?;
        (copy.owner == owner).then_some(copy)
    }

    /// Whoever keeps what an account has answered may have read the copy long before, and may be gone by now: what was decided
    /// against meanwhile stays.
    async fn keep_copy(&self, application: &str, copy: &Copy) {
        self.change_copy(application, &copy.owner, |known| {
            let not_chosen = std::mem::take(&mut known.not_chosen);
            *known = Copy { not_chosen, ..copy.clone() };
        })
        .await;
    }

    /// Before the other one takes its place: a page may be closed between any two steps.
    async fn puts_aside(&self, application: &str, owner: &str, pointer: &Pointer, values: Vec<Value>) {
        let now = self.api.now();
        self.change_copy(application, owner, |copy| copy.puts_aside(pointer, values, now)).await;
    }

    /// One change of this person's copy at a time.
    async fn change_copy(&self, application: &str, owner: &str, change: impl FnOnce(&mut Copy)) {
        let _turn = self.copying.take().await;
        let mut copy = self.copy_of(application, owner).await.unwrap_or_else(|| Copy::of(owner, ""));
        change(&mut copy);
        // Without it two phones are asked about more than they would have to be.
        self.opened().await.write_copy(vec![Write::record(copy_key(application), &copy)]).await;
        if self.subject().as_deref() == Some(owner) {
            self.shows_not_chosen(application, copy.not_chosen);
        }
    }

    /// The copy is looked at before the next save: what was handed over is taken back and stands in the account from now on, or
    /// the draft has moved to another form, and names its answers otherwise.
    pub(super) fn look_again(&self, application: &str) {
        self.account.try_update(|all| all.remove(application));
    }
}
