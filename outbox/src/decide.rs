//! What a refusal means for an entry: contract §4 as one table.
use crate::{Body, Reason, Refusal, Step, Why};
use contract::api::Slug;

/// What an entry does after a refusal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Move {
    /// The same step again, later.
    Later(Why),
    /// Ask for the receipt, later.
    Ask(Why),
    /// Pause until somebody has signed in.
    SignIn,
    /// The documents go first, then the same bytes with the same key.
    Documents(Vec<String>),
    /// A new upload from our own bytes.
    UploadAgain,
    /// A new upload, but not for ever.
    Repair,
    /// It will not go out like this.
    Aside(Reason),
}

pub(crate) fn decide(body: &Body, step: Step, refusal: &Refusal) -> Move {
    let problem = &refusal.problem;
    let fault = |code: &str| Move::Aside(Reason::Fault { code: code.to_owned(), reference: problem.reference.clone() });
    let told = if refusal.wait.is_some() { Why::Told } else { Why::Fault };
    let Some(slug) = refusal.slug else {
        // An unknown problem is handled by its status (contract §1.2); §7 says which may come again.
        return match refusal.status {
            401 => Move::SignIn,
            404 | 408 | 425 => Move::Later(Why::Network),
            413 => Move::Aside(Reason::TooLarge(problem.limit)),
            409 | 429 => Move::Later(told),
            400..=499 => fault(&refusal.status.to_string()),
            _ => unsure(body, step, told),
        };
    };
    match slug {
        Slug::Invalid => Move::Aside(Reason::Fix(problem.errors.clone())),
        Slug::ActRefused => Move::Aside(Reason::Moved(problem.state)),
        Slug::OutsideWindow => Move::Aside(Reason::Window {
            from: problem.from.map(|at| at.to_rfc3339()),
            until: problem.until.map(|at| at.to_rfc3339()),
        }),
        Slug::DocumentsMissing => Move::Documents(problem.documents.clone()),
        Slug::QuestionnaireChanged => {
            Move::Aside(Reason::FormChanged(problem.questionnaire.clone().unwrap_or_default()))
        }
        Slug::Stale | Slug::DraftNewer => Move::Aside(Reason::TwoPhones),
        Slug::ApplicationOpen => Move::Aside(Reason::AlreadyOpen(problem.application.clone().unwrap_or_default())),
        Slug::ApplicationElsewhere => Move::Aside(Reason::Elsewhere),
        Slug::Running => Move::Ask(told),
        Slug::SignedOut => Move::SignIn,
        Slug::SlowDown | Slug::Busy | Slug::Maintenance => Move::Later(told),
        Slug::ServerError => unsure(body, step, told),
        Slug::UploadGone => Move::UploadAgain,
        Slug::HashMismatch => Move::Repair,
        Slug::DocumentRefused => {
            let code = problem.code.clone().unwrap_or_default();
            Move::Aside(Reason::Refused { code, params: problem.params.as_ref().and_then(|p| p.as_object().cloned()).unwrap_or_default() })
        }
        Slug::TooLarge => Move::Aside(Reason::TooLarge(problem.limit)),
        Slug::NotFound => Move::Aside(Reason::NotFound),
        // A newer build sends what is kept.
        Slug::VersionGone => Move::Later(told),
        Slug::Malformed
        | Slug::NotAllowed
        | Slug::EtagNeeded
        | Slug::KeyReused
        | Slug::DocumentDiffers
        // None of these belongs to a call of the outbox.
        | Slug::CodeWrong
        | Slug::CodeEnded
        | Slug::SlotTaken
        | Slug::HoldEnded
        | Slug::IdentityMismatch
        | Slug::GrantNeeded
        | Slug::LinkEnded
        | Slug::NoMatch => fault(slug.code()),
    }
}

/// The server failed, perhaps after it had committed.
fn unsure(body: &Body, step: Step, why: Why) -> Move {
    match body.after_lost_reply(step) {
        Step::Ask => Move::Ask(why),
        Step::Upload | Step::Send => Move::Later(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::application::Act;

    #[test]
    fn every_refusal_has_a_way_forward() {
        let act = Body::Act { act: Act::Submit, frozen: "{}".into(), documents: vec![] };
        for (slug, code, status, _) in Slug::TABLE {
            let refusal = Refusal { status, slug: Some(slug), ..Refusal::default() };
            let repeats = matches!(decide(&act, Step::Send, &refusal), Move::Later(_) | Move::Ask(_));
            // Standards §7: of the 4xx only these come again by themselves, and what a newer build will send.
            if repeats {
                let again = [401, 408, 409, 425, 429].contains(&status) || slug == Slug::VersionGone;
                assert!(status >= 500 || again, "{code}");
            }
        }
    }

    #[test]
    fn a_page_that_is_too_old_keeps_what_it_has_to_send() {
        let act = Body::Act { act: Act::Submit, frozen: "{}".into(), documents: vec![] };
        let refusal = Refusal { status: 410, slug: Some(Slug::VersionGone), ..Refusal::default() };
        assert_eq!(decide(&act, Step::Send, &refusal), Move::Later(Why::Fault));
    }

    #[test]
    fn problems_without_a_known_slug_go_by_their_status() {
        let act = Body::Act { act: Act::Submit, frozen: "{}".into(), documents: vec![] };
        for (status, expected) in [
            (401, Move::SignIn),
            (404, Move::Later(Why::Network)),
            (418, Move::Aside(Reason::Fault { code: "418".into(), reference: None })),
            (429, Move::Later(Why::Fault)),
            (500, Move::Ask(Why::Fault)),
            (507, Move::Ask(Why::Fault)),
        ] {
            assert_eq!(decide(&act, Step::Send, &Refusal { status, ..Refusal::default() }), expected, "{status}");
        }
    }
}
