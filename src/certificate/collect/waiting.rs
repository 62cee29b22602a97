//! The code that is on its way, kept with the facts that are entered beside it: a phone may close the page while its owner
//! reads the message, and another code is not to be had at once.
use super::{Page, Typed};
use crate::offline::AwaitedCode;
use crate::reactive::{effect_from, memo};
use contract::api::{CodePurpose, CodeRequest, CodeSent};
use leptos::prelude::*;
use std::time::Duration;

/// Nobody types a letter after so long a pause: what stands there is kept.
const PAUSE: Duration = Duration::from_millis(300);

fn facts(typed: &Typed) -> Vec<String> {
    vec![typed.name.clone(), typed.tail.clone()]
}

impl Page {
    /// What asks for a code, and whose it is: of this application.
    pub(super) fn code_request(self) -> CodeRequest {
        CodeRequest { purpose: CodePurpose::Collect, phone: None, application: Some(self.id.get_value()) }
    }

    /// Goes on with the code that a page before this one asked for, unless another was asked for here meanwhile.
    pub(super) async fn goes_on(self) {
        let request = self.code_request();
        let Some(code) = self.offline.awaited_code(CodePurpose::Collect).await else { return };
        let is_new = self.sent.try_with_untracked(Option::is_none) == Some(true) && !self.sending.get_untracked();
        if code.request != request || !is_new {
            return;
        }
        self.typed.update(|typed| {
            for (here, kept) in [&mut typed.name, &mut typed.tail].into_iter().zip(code.facts) {
                if here.is_empty() {
                    *here = kept;
                }
            }
        });
        self.comes(code.sent);
    }

    /// It is on its way.
    pub(super) fn comes(self, sent: CodeSent) {
        self.sent.set(Some(sent));
        self.count();
    }

    /// What stands beside the code, to be kept with it wherever the person is when it comes.
    pub(super) fn awaited(self) -> impl FnOnce(CodeSent) {
        let (offline, request, facts) = (self.offline, self.code_request(), self.typed.with_untracked(facts));
        move |sent| offline.awaits_code(AwaitedCode { sent, request, facts })
    }

    /// While a code is on its way, what is changed beside it is kept too.
    pub(super) fn keep_facts(self) {
        let facts = memo(move || self.typed.with(facts));
        let mut keep = debounce(PAUSE, move |facts: Vec<String>| {
            if self.sent.try_with_untracked(Option::is_some) == Some(true) {
                self.offline.awaits_code_with(CodePurpose::Collect, facts);
            }
        });
        effect_from(move |before: Option<()>| {
            let facts = facts.get();
            if before.is_some() {
                keep(facts);
            }
        });
    }

    /// It is spent, or is none any more.
    pub(super) fn awaits_none(self) {
        self.offline.awaits_no_code(CodePurpose::Collect);
    }
}
