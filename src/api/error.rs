//! Why a call did not give what was asked for, and what a person can do about it (contract §4).
use contract::api::{Failure, Instant, Problem, Slug};
use std::time::Duration;

/// Why a call failed.
#[derive(Clone, Debug, PartialEq)]
pub enum ApiError {
    /// No network, no answer in time, or a gateway that could not reach the server. A command may have arrived.
    Unreachable,
    /// Something else answered in the server's place: a captive portal. A command did not arrive.
    Portal,
    /// Nobody is signed in any more. What was typed stays.
    SignedOut,
    /// The server says why not.
    Refused(Box<Refused>),
    /// The server answered 2xx with something that is not of the contract. A command may have arrived.
    Unreadable,
}

/// A refusal with everything its sentence needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// HTTP status.
    pub status: u16,
    /// `None`: a problem of a newer server, or none at all; the status decides.
    pub slug: Option<Slug>,
    /// The body, as far as it was one.
    pub problem: Problem,
    /// `Retry-After`, in either form, as a length of time from now.
    pub retry_after: Option<Duration>,
    /// When the reply came, by the server's clock.
    pub at: Instant,
}

/// The one way forward that a view offers.
#[derive(Clone, Debug, PartialEq)]
pub enum NextStep {
    /// It goes on by itself when the network is back.
    Wait,
    /// The network wants a sign-in of its own first.
    OpenPortal,
    /// Sign in again, in place; everything is kept.
    SignIn,
    /// Change what is marked, or enter it again.
    Fix,
    /// Ask for a new code.
    NewCode,
    /// Not before then.
    Later(Option<Instant>),
    /// Things have moved on: read the record again, or the certificate.
    Reread,
    /// Send the documents that are missing; nothing for the person to do.
    SendDocuments,
    /// The form has a newer version: look through it and send again.
    Migrate(String),
    /// Two drafts differ.
    Merge,
    /// Open the application that is there already.
    Open(String),
    /// Sign in as the one it belongs to.
    OtherSignIn,
    /// It may have arrived: ask for the receipt.
    AskReceipt,
    /// Take another document.
    AnotherDocument,
    /// Take another place, the nearest first.
    AnotherSlot,
    /// Confirm again that it is you.
    Collect,
    /// Nothing here, or not yours.
    Home,
    /// This page is old: load it again.
    Reload,
    /// A fault of ours or the server's, with its reference: keep the copy, tell us.
    Report(Option<String>),
}

impl ApiError {
    /// What a person is told of it, as far as the words go.
    pub fn failure(&self) -> Failure<'_> {
        match self {
            Self::Unreachable => Failure::Unreachable,
            Self::Portal => Failure::Portal,
            Self::SignedOut => Failure::SignedOut,
            Self::Unreadable => Failure::Unreadable,
            Self::Refused(refused) => Failure::Refused(&refused.problem),
        }
    }

    /// The problem's slug, where the server named one.
    pub fn slug(&self) -> Option<Slug> {
        self.refused().and_then(|refused| refused.slug)
    }

    /// The refusal, where it was one.
    pub fn refused(&self) -> Option<&Refused> {
        match self {
            Self::Refused(refused) => Some(refused),
            Self::Unreachable | Self::Portal | Self::SignedOut | Self::Unreadable => None,
        }
    }

    /// A command that failed like this may have been carried out nevertheless.
    pub fn may_have_arrived(&self) -> bool {
        match self {
            Self::Unreachable | Self::Unreadable => true,
            Self::Portal | Self::SignedOut => false,
            Self::Refused(refused) => refused.status >= 500,
        }
    }

    /// The one way forward.
    pub fn next_step(&self) -> NextStep {
        match self {
            Self::Unreachable => NextStep::Wait,
            Self::Portal => NextStep::OpenPortal,
            Self::SignedOut => NextStep::SignIn,
            Self::Unreadable => NextStep::Report(None),
            Self::Refused(refused) => refused.next_step(),
        }
    }
}

impl Refused {
    /// A refusal as it came in. When to come again stands in its head, in its body or in both.
    pub fn new(status: u16, mut problem: Problem, retry_after: Option<Duration>, at: Instant) -> Self {
        let slug = problem.slug();
        if problem.status == 0 {
            problem.status = status;
        }
        let mut refused = Self { status, slug, problem, retry_after, at };
        if matches!((slug, status), (Some(Slug::SlowDown | Slug::Busy), _) | (None, 429 | 503 | 507)) {
            refused.problem.until = refused.not_before();
        }
        refused
    }

    /// The instant until which it is of no use to try again.
    pub fn not_before(&self) -> Option<Instant> {
        let waited =
            self.retry_after.and_then(|wait| self.at.checked_add_signed(chrono::TimeDelta::from_std(wait).ok()?));
        // Whichever is later: what was planned to end may be over while the server still says when to come again.
        self.problem.until.max(waited)
    }

    fn next_step(&self) -> NextStep {
        let problem = &self.problem;
        let Some(slug) = self.slug else {
            return match self.status {
                404 => NextStep::Home,
                429 | 503 | 507 => NextStep::Later(self.not_before()),
                _ => NextStep::Report(problem.reference.clone()),
            };
        };
        match slug {
            Slug::Invalid | Slug::CodeWrong | Slug::IdentityMismatch | Slug::NoMatch | Slug::TooLarge => NextStep::Fix,
            Slug::CodeEnded => NextStep::NewCode,
            // Of a link: whoever may read the certificate is given new ones, and is asked for nothing.
            Slug::ActRefused | Slug::LinkEnded => NextStep::Reread,
            Slug::OutsideWindow => NextStep::Later(problem.from),
            Slug::DocumentsMissing | Slug::UploadGone | Slug::HashMismatch => NextStep::SendDocuments,
            Slug::QuestionnaireChanged => NextStep::Migrate(problem.questionnaire.clone().unwrap_or_default()),
            Slug::Stale | Slug::DraftNewer => NextStep::Merge,
            Slug::ApplicationOpen => NextStep::Open(problem.application.clone().unwrap_or_default()),
            Slug::ApplicationElsewhere => NextStep::OtherSignIn,
            Slug::Running => NextStep::AskReceipt,
            Slug::SignedOut => NextStep::SignIn,
            Slug::SlowDown | Slug::Busy | Slug::Maintenance => NextStep::Later(self.not_before()),
            Slug::DocumentRefused => NextStep::AnotherDocument,
            Slug::SlotTaken | Slug::HoldEnded => NextStep::AnotherSlot,
            Slug::GrantNeeded => NextStep::Collect,
            Slug::NotFound => NextStep::Home,
            Slug::VersionGone => NextStep::Reload,
            Slug::ServerError
            | Slug::Malformed
            | Slug::NotAllowed
            | Slug::EtagNeeded
            | Slug::KeyReused
            | Slug::DocumentDiffers => NextStep::Report(problem.reference.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_ended_asks_nobody_who_they_are() {
        for (slug, expected) in [("link-ended", NextStep::Reread), ("grant-needed", NextStep::Collect)] {
            let problem = Problem { problem_type: format!("/problems/{slug}"), ..Problem::default() };
            let at = Instant::parse_from_rfc3339("2026-11-24T09:00:00+08:00").expect("an instant");
            assert_eq!(Refused::new(410, problem, None, at).next_step(), expected, "{slug}");
        }
    }

    #[test]
    fn when_to_come_again_is_known_from_head_or_body() {
        let at = |text: &str| Instant::parse_from_rfc3339(text).expect("an instant");
        let (now, told) = (at("2026-11-24T09:00:00+08:00"), at("2026-11-24T09:30:00+08:00"));
        let seven = Some(Duration::from_secs(7));
        for (slug, status, until, retry_after, expected) in [
            ("busy", 503, None, seven, Some(at("2026-11-24T09:00:07+08:00"))),
            ("slow-down", 429, Some(told), seven, Some(told)),
            ("slow-down", 429, None, None, None),
            ("sparkle", 503, None, seven, Some(at("2026-11-24T09:00:07+08:00"))),
            // Its `until` is another: when it was possible last.
            ("outside-window", 409, None, seven, None),
        ] {
            let problem = Problem { problem_type: format!("/problems/{slug}"), until, ..Problem::default() };
            let refused = Refused::new(status, problem, retry_after, now);
            assert_eq!(refused.problem.until, expected, "{slug} {status}");
        }
    }
}
