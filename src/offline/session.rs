//! Who is signed in, and whose records are shown.
use super::awaited::record_key;
use super::choices::{drop_choice, keep_choice, kept_choice};
use super::office::Told;
use super::vault::{Vault, Write};
use super::{Inner, Offline, Unstored};
use crate::api::{ApiError, sleep};
use crate::reactive::Signal;
use contract::api::{CodeEntered, CodePurpose, CodeRequest, CodeSent, Session};
use contract::json::FromJson;
use litemap::LiteMap;
use serde::Serialize;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// The name of the record that says who was here last.
const LAST: &str = "session/last";
/// The name of the record that keeps the phone that was signed in with: the server shows it covered only.
const PHONE: &str = "session/phone";
/// So often it is looked, ten times a second, whether the server has said to somebody else who is here.
const PATIENCE: u32 = 50;

/// All was erased while the server could not be reached: the sign-in ends before anything else is asked. Noted beside the
/// vault, which is gone.
pub(super) const SIGN_OUT_FIRST: &str = "sign-out-first";

/// Nobody is here, whatever the vault says of who was here last: it may not have taken that back. Noted beside it.
pub(super) const NOBODY: &str = "nobody";

/// The phone that one person signed in with on this phone.
#[derive(Serialize, FromJson)]
struct SignedInWith {
    subject: String,
    phone: String,
}

/// Who was here when something was asked of the office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker(Option<String>);

/// Whether somebody is signed in.
#[derive(Clone, Debug, PartialEq)]
pub enum SessionState {
    /// Not asked yet, or not to be reached.
    Unknown,
    /// Nobody is.
    SignedOut,
    /// Somebody is.
    SignedIn(Session),
    /// The sign-in ended by itself. What was typed stays, sending pauses; sign in again in place.
    Ended(Session),
}

/// Why somebody is still signed in.
#[derive(Clone, Debug, PartialEq)]
pub enum SignOutError {
    /// This can be kept nowhere: whoever makes room, takes a copy or decides, signs out then.
    NotStored(Unstored),
    /// The server was not told.
    Call(ApiError),
}

impl SessionState {
    /// Somebody is signed in.
    pub const fn is_signed_in(&self) -> bool {
        matches!(self, Self::SignedIn(_))
    }
}

/// Whose cookie goes out with a request. Another page may have signed somebody else in while this one was away, and what one
/// person has handed in goes out under nobody else: it waits for an answer to a question that was asked since.
#[derive(Default)]
pub(super) struct Cookie {
    away: Cell<u32>,
    answered: Cell<Option<Asked>>,
}

/// When the server was asked who is signed in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(super) struct Asked(u32);

impl Cookie {
    /// The page was away.
    pub(super) fn may_be_anothers(&self) {
        self.away.set(self.away.get() + 1);
    }

    pub(super) fn asked(&self) -> Asked {
        Asked(self.away.get())
    }

    /// It is another's than what this page shows.
    fn is_not_known(&self) {
        self.answered.set(None);
    }

    /// The server has answered, and what it said is known in this page.
    fn is_of(&self, asked: Asked) {
        // An older question may be answered later.
        if !self.is_outdated(asked) {
            self.answered.set(Some(asked));
        }
    }

    /// Whoever asked later knows already.
    pub(super) fn is_outdated(&self, asked: Asked) -> bool {
        self.answered.get().is_some_and(|newest| asked < newest)
    }

    pub(super) fn is_known(&self) -> bool {
        self.answered.get() == Some(self.asked())
    }
}

impl Offline {
    /// Whether somebody is signed in.
    pub fn session(self) -> Signal<SessionState> {
        self.inner().session.into()
    }

    /// What is put in waits for somebody to sign in: nobody is, or was when this phone was asked last. Follows in a view.
    pub fn waits_for_sign_in(self) -> bool {
        let inner = self.inner();
        inner.session.with(|session| match session {
            SessionState::SignedOut | SessionState::Ended(_) => true,
            SessionState::Unknown => inner.here.with(Option::is_none),
            SessionState::SignedIn(_) => false,
        })
    }

    /// Whether the way to sign in is offered beside what waits for it: to whoever was here it is offered above the page already.
    pub fn offers_sign_in(self) -> bool {
        self.waits_for_sign_in() && self.inner().here.with(Option::is_none)
    }

    /// Whose records are shown: the last one signed in, also offline.
    pub fn subject(self) -> Signal<Option<String>> {
        self.inner().here.into()
    }

    /// Who asks now. A reply can come after somebody else has signed in, and is kept for whoever asked only.
    pub fn asker(self) -> Asker {
        self.inner().asker()
    }

    /// The phone of this sign-in, if it was typed on this phone.
    pub async fn session_phone(self) -> Option<String> {
        let inner = self.inner();
        let subject = inner.subject()?;
        let kept: SignedInWith = inner.opened().await.read(PHONE).await.ok()?;
        (kept.subject == subject).then_some(kept.phone)
    }

    /// Asks the server who is signed in; also the probe whether it can be reached.
    pub async fn check_session(self) {
        self.inner().probe().await;
    }

    /// Sends a one-time code. A lost reply is asked for again by itself, and where that is lost too, the next call asks for it:
    /// only what was answered is wished for anew.
    ///
    /// # Errors
    /// `invalid`, `slow-down`, and as every call.
    pub async fn request_code(self, request: &CodeRequest) -> Result<CodeSent, ApiError> {
        let inner = self.inner();
        inner.asked_phone.borrow_mut().clone_from(&request.phone);
        let key = inner.key_for(serde_json::to_string(request));
        let first = inner.api.send_code(request, &key).await;
        let result = if first.as_ref().is_err_and(ApiError::may_have_arrived) {
            inner.api.send_code(request, &key).await
        } else {
            first
        };
        inner.answered(&result);
        inner.heard(result)
    }

    /// Signs in. A lost reply is asked for as in [`Offline::request_code`]: the code is spent once.
    ///
    /// # Errors
    /// `code-wrong`, `code-ended`, and as every call.
    pub async fn sign_in(self, code: &CodeEntered) -> Result<Session, ApiError> {
        let inner = self.inner();
        inner.sign_out_first().await;
        let (key, asked) = (inner.key_for(serde_json::to_string(code)), inner.cookie.asked());
        let first = inner.api.sign_in(code, &key).await;
        let result = if first.as_ref().is_err_and(ApiError::may_have_arrived) {
            inner.api.sign_in(code, &key).await
        } else {
            first
        };
        inner.answered(&result);
        let session = inner.heard(result)?;
        // At once: what another tab sends from here on goes out under this sign-in.
        inner.tell(&super::tabs::News::Session);
        inner.another_sign_in();
        inner.signed_out.set(false);
        // This browser has no other sign-in any more.
        inner.signed_out_first();
        inner.session_is(session.clone(), asked).await;
        if !inner.cookie.is_known() {
            // The page was left meanwhile.
            inner.unreachable.ring();
        }
        inner.keep_phone().await;
        self.awaits_no_code(CodePurpose::SignIn);
        // Some may have asked before this was known here.
        inner.tell(&super::tabs::News::Session);
        Ok(session)
    }

    /// Ends the session on the server, and shows nothing of it here any more. What this phone keeps stays, locked, until it
    /// is erased ([`Offline::erase_all`]) or the same person signs in again.
    ///
    /// # Errors
    /// The session then still stands.
    pub async fn sign_out(self) -> Result<(), SignOutError> {
        let inner = self.inner();
        match self.store_all().await {
            Err(Unstored::Typed) if inner.say_last_words() => {}
            Err(what) => return Err(SignOutError::NotStored(what)),
            Ok(()) => {}
        }
        // The page may end, or the vault fail, before it is written there.
        keep_choice(NOBODY, "yes");
        let done = inner.api.sign_out().await;
        if let Err(why) = inner.heard(done) {
            drop_choice(NOBODY);
            return Err(SignOutError::Call(why));
        }
        // The page that stands may be the one that says it.
        inner.signed_out.set(true);
        inner.nobody_is_here().await;
        inner.tell(&super::tabs::News::SignedOut);
        Ok(())
    }

    /// Somebody signed out a moment ago: told once, for the page that comes after.
    pub fn was_signed_out(self) -> bool {
        self.inner().signed_out.take()
    }

    /// All was erased, and the sign-in ends as soon as the server can be reached.
    pub fn signs_out_later(self) -> Signal<bool> {
        self.inner().signs_out_later.into()
    }
}

impl Inner {
    pub(super) fn asker(&self) -> Asker {
        Asker(self.subject())
    }

    /// Whoever asked is the one who is here.
    pub(super) fn is_here(&self, asker: &Asker) -> bool {
        *asker == self.asker()
    }

    /// The key for a wish: the same while it is not answered.
    fn key_for(&self, wish: serde_json::Result<String>) -> String {
        // A wire type cannot fail to become JSON.
        let wish = wish.unwrap_or_default();
        let mut unanswered = self.unanswered.borrow_mut();
        let same = unanswered.take().filter(|(old, _)| *old == wish).map(|(_, key)| key);
        let key = same.unwrap_or_else(super::uuid);
        *unanswered = Some((wish, key.clone()));
        key
    }

    fn answered<T>(&self, result: &Result<T, ApiError>) {
        if !result.as_ref().is_err_and(ApiError::may_have_arrived) {
            self.unanswered.take();
        }
    }

    pub(super) async fn load_session(&self, vault: &Vault) {
        if kept_choice(NOBODY).is_some() {
            forget_who_was_here(vault).await;
        } else if let Ok(subject) = vault.read::<String>(LAST).await {
            self.here.try_set(Some(subject));
        }
    }

    /// The server said who is signed in.
    pub(super) async fn session_is(self: &Rc<Self>, session: Session, asked: Asked) {
        let Some(subject) = session.subject.clone().filter(|_| session.signed_in) else {
            self.session_ended();
            self.cookie.is_of(asked);
            return;
        };
        let before = self.subject();
        if before.as_ref().is_some_and(|before| *before != subject) {
            self.another_sign_in();
        }
        let as_of = self.sign_ins.get();
        self.session.try_update(|state| {
            if !matches!(state, SessionState::SignedIn(old) if *old == session) {
                *state = SessionState::SignedIn(session);
            }
        });
        self.outbox.borrow_mut().set_session(outbox::Session::Subject(subject.clone()));
        if before.as_ref() != Some(&subject) {
            // What is here still is not theirs.
            self.cookie.is_not_known();
            self.close_drafts(before).await;
            if as_of != self.sign_ins.get() {
                return;
            }
            self.show_nothing_of_anybody();
            self.here.try_set(Some(subject.clone()));
            let vault = self.opened().await;
            // If it is not kept, the next start asks the server first, and takes nobody who was here before for them.
            match vault.write(vec![Write::record(LAST, &subject)], false).await {
                Err(_) => keep_choice(NOBODY, "yes"),
                Ok(()) if vault.why_memory().is_none() => drop_choice(NOBODY),
                // Nothing was changed in the vault.
                Ok(()) => {}
            }
            if self.subject().is_none() {
                // Signed out meanwhile: erased before it was written.
                vault.write_copy(vec![Write::erase(LAST)]).await;
                return;
            }
            // What is read for them from here on is theirs.
            self.cookie.is_of(asked);
            self.tell_office(Told::SomebodyIsHere).await;
        }
        self.cookie.is_of(asked);
        self.bell.ring();
        self.saves.ring();
        self.listening.ring();
    }

    /// With all that is erased the sign-in goes too: now, or before anything else is asked, also by the next page.
    pub(super) async fn end_sign_in(&self) {
        keep_choice(SIGN_OUT_FIRST, "yes");
        self.owes_sign_out.set(kept_choice(SIGN_OUT_FIRST).is_none());
        self.sign_out_first().await;
    }

    /// False: somebody who was erased here may still be signed in.
    pub(super) async fn sign_out_first(&self) -> bool {
        let _turn = self.signing_out.take().await;
        let is_owed = kept_choice(SIGN_OUT_FIRST).is_some() || self.owes_sign_out.get();
        self.signs_out_later.try_set(is_owed);
        if !is_owed {
            return true;
        }
        let done = self.api.sign_out().await;
        if matches!(self.heard(done), Ok(()) | Err(ApiError::SignedOut)) {
            self.signed_out_first();
            return true;
        }
        false
    }

    fn signed_out_first(&self) {
        drop_choice(SIGN_OUT_FIRST);
        self.owes_sign_out.set(false);
        self.signs_out_later.try_set(false);
    }

    async fn keep_phone(&self) {
        let (subject, phone) = (self.subject(), self.asked_phone.borrow_mut().take());
        if let (Some(subject), Some(phone)) = (subject, phone) {
            // If it is not kept, the form merely asks for it.
            let record = SignedInWith { subject, phone };
            self.opened().await.write_copy(vec![Write::record(PHONE, &record)]).await;
        }
    }

    /// A reply said that nobody is signed in.
    pub(super) fn session_ended(&self) {
        self.outbox.borrow_mut().set_session(outbox::Session::Nobody);
        self.session.try_update(|state| {
            let next = match state {
                SessionState::SignedIn(session) => SessionState::Ended(session.clone()),
                SessionState::Unknown => SessionState::SignedOut,
                SessionState::SignedOut | SessionState::Ended(_) => return,
            };
            *state = next;
        });
    }

    /// Whoever asked before who is signed in is told of a sign-in that is none any more.
    pub(super) fn another_sign_in(&self) {
        self.sign_ins.set(self.sign_ins.get() + 1);
    }

    /// A reply is for whoever the cookie is of, which the server may still have to say. False: that is another one than when it
    /// was asked for, or nobody knows.
    pub(super) async fn is_still_for(self: &Rc<Self>, as_of: u32) -> bool {
        if !self.cookie.is_known() {
            self.probe().await;
        }
        for _ in 0..PATIENCE {
            if self.cookie.is_known() {
                return as_of == self.sign_ins.get();
            }
            sleep(Duration::from_millis(100)).await;
        }
        false
    }

    fn show_nothing_of_anybody(&self) {
        self.records.try_update(LiteMap::clear);
        self.knows_all.try_set(false);
        self.receipts.try_update(LiteMap::clear);
        self.certificates.try_update(LiteMap::clear);
        self.account.try_update(LiteMap::clear);
    }

    pub(super) async fn nobody_is_here(self: &Rc<Self>) {
        self.another_sign_in();
        self.outbox.borrow_mut().set_session(outbox::Session::Nobody);
        self.session.try_set(SessionState::SignedOut);
        // Storing what is open may take its time: nothing of theirs is shown meanwhile.
        let before = self.here.try_update(Option::take).flatten();
        self.show_nothing_of_anybody();
        self.close_drafts(before).await;
        forget_who_was_here(&self.opened().await).await;
    }
}

/// From here on the vault says itself that nobody is here, and nothing beside it has to; unless nothing was changed there.
async fn forget_who_was_here(vault: &Vault) {
    let gone = [LAST, PHONE, record_key(CodePurpose::SignIn), record_key(CodePurpose::Collect)];
    let erased = vault.write(gone.into_iter().map(Write::erase).collect(), false).await;
    if erased.is_ok() && vault.why_memory().is_none() {
        drop_choice(NOBODY);
    }
}
