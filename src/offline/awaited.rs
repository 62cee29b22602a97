//! The one-time code that is awaited. A phone may close the page while its owner reads the message, and another code is not to
//! be had at once: what the office said when it sent this one is kept, sealed, until it was used or is too old.
//!
//! You will not find the code itself here.
use super::vault::Write;
use super::{Inner, Offline, SessionState};
use contract::api::{CodePurpose, CodeRequest, CodeSent};
use contract::json::FromJson;
use serde::Serialize;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// A code that is on its way, and what it goes back with.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
pub struct AwaitedCode {
    /// What the office said when it sent it.
    pub sent: CodeSent,
    /// What was asked, for another one. The phone in it is to be shown covered only, as `sent_to` has it.
    pub request: CodeRequest,
    /// What else was entered and goes to the office with it.
    pub facts: Vec<String>,
}

/// The same with its end.
#[derive(Serialize, FromJson)]
struct Record {
    code: AwaitedCode,
    /// In milliseconds of the phone's own clock: a page that was opened a moment ago has heard no other.
    ends: f64,
}

/// The name of its record.
pub(super) fn record_key(purpose: CodePurpose) -> &'static str {
    match purpose {
        CodePurpose::SignIn => "code/sign-in",
        CodePurpose::Lookup => "code/lookup",
        CodePurpose::Collect => "code/collect",
    }
}

impl Offline {
    /// A code is on its way.
    pub fn awaits_code(self, code: AwaitedCode) {
        let inner = self.inner();
        #[expect(clippy::cast_precision_loss, reason = "minutes, in milliseconds")]
        let ends = js_sys::Date::now() + (code.sent.expires_at - inner.api.now()).num_milliseconds() as f64;
        // If it is not kept, whoever loses the page asks for another one.
        inner.write_soon(Write::record(record_key(code.request.purpose), &Record { code, ends }));
    }

    /// The code that is on its way: a page before this one asked for it. Whoever is signed in needs none to sign in.
    pub async fn awaited_code(self, purpose: CodePurpose) -> Option<AwaitedCode> {
        let inner = self.inner();
        let Record { code, ends } = inner.opened().await.read(record_key(purpose)).await.ok()?;
        let is_in = inner.session.try_with_untracked(SessionState::is_signed_in) == Some(true);
        if js_sys::Date::now() >= ends || is_in && purpose == CodePurpose::SignIn {
            self.awaits_no_code(purpose);
            return None;
        }
        if purpose == CodePurpose::SignIn {
            inner.asked_phone.borrow_mut().clone_from(&code.request.phone);
        }
        Some(code)
    }

    /// What goes back with it has changed. One that is not awaited any more stays so.
    pub fn awaits_code_with(self, purpose: CodePurpose, facts: Vec<String>) {
        let inner = self.inner();
        spawn_local(async move {
            let vault = inner.opened().await;
            if let Ok(Record { code, ends }) = vault.read(record_key(purpose)).await
                && code.facts != facts
            {
                let code = AwaitedCode { facts, ..code };
                vault.write_copy(vec![Write::record(record_key(purpose), &Record { code, ends })]).await;
            }
        });
    }

    /// It was used, is none any more, or is not wanted.
    pub fn awaits_no_code(self, purpose: CodePurpose) {
        self.inner().write_soon(Write::erase(record_key(purpose)));
    }
}

impl Inner {
    fn write_soon(self: Rc<Self>, write: Write) {
        spawn_local(async move { self.opened().await.write_copy(vec![write]).await });
    }
}
