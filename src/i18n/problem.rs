//! What a person is told when the office says no: one sentence a problem, `p.…` (contract §4).

use super::{Arg, I18n, K};
use chrono::TimeDelta;
use contract::api::{Failure, Instant, Problem, Slug};

impl I18n {
    /// The sentence for a failure; `phone` is the office's.
    pub fn failure(self, failure: Failure<'_>, phone: &str) -> String {
        match failure {
            Failure::Unreachable => self.text(K::PUnreachable),
            Failure::Portal => self.text(K::ErrHtml),
            Failure::SignedOut => self.text(K::PSignedOut),
            Failure::Unreadable => self.say(K::PServerError, &[]),
            Failure::Refused(problem) => self.problem(problem, phone).unwrap_or_else(|| self.text(K::POther)),
        }
    }

    /// The sentence for a problem; `phone` is the office's.
    ///
    /// `None` where nothing is said, because the app goes on by itself.
    pub fn problem(self, problem: &Problem, phone: &str) -> Option<String> {
        let args = arguments(problem, phone, &|at| self.moment(at), &|bytes| self.number(bytes));
        Some(self.say(sentence_of(problem)?, &args))
    }
}

/// Which sentence it is, by what is known beside its name. `None`: none.
fn sentence_of(problem: &Problem) -> Option<K> {
    let Some(slug) = problem.slug() else {
        let is_busy = matches!(problem.status, 429 | 503 | 507);
        return Some(if is_busy { busy(problem) } else { K::POther });
    };
    Some(match slug {
        // The app sends it anew by itself.
        Slug::UploadGone => return None,
        Slug::Invalid => K::PInvalid,
        Slug::ActRefused => K::PActRefused,
        Slug::OutsideWindow if problem.until.is_some() => K::POutsideWindowUntil,
        Slug::OutsideWindow => K::POutsideWindowFrom,
        Slug::DocumentsMissing => K::PDocumentsMissing,
        Slug::QuestionnaireChanged if counted(problem) == 0 => K::PQuestionnaireChangedFits,
        Slug::QuestionnaireChanged => K::PQuestionnaireChanged,
        Slug::Stale => K::PStale,
        Slug::DraftNewer => K::PDraftNewer,
        Slug::ApplicationOpen => K::PApplicationOpen,
        Slug::ApplicationElsewhere => K::PApplicationElsewhere,
        Slug::Running => K::PRunning,
        Slug::SignedOut => K::PSignedOut,
        Slug::CodeWrong => K::PCodeWrong,
        Slug::CodeEnded if problem.left == Some(0) => K::PCodeEndedTries,
        Slug::CodeEnded => K::PCodeEnded,
        Slug::SlowDown => too_often(problem),
        Slug::Busy => busy(problem),
        Slug::Maintenance => K::PMaintenance,
        Slug::ServerError => K::PServerError,
        Slug::HashMismatch => K::PHashMismatch,
        Slug::DocumentRefused => K::PDocumentRefused,
        Slug::SlotTaken if problem.nearest.is_empty() && problem.free != Some(true) => K::PSlotTakenNone,
        Slug::SlotTaken => K::PSlotTakenNear,
        Slug::HoldEnded if problem.free == Some(true) => K::PHoldEnded,
        Slug::HoldEnded if problem.nearest.is_empty() => K::PHoldEndedNone,
        Slug::HoldEnded => K::PHoldEndedTaken,
        Slug::IdentityMismatch => K::PIdentityMismatch,
        Slug::GrantNeeded => K::PGrantNeeded,
        Slug::LinkEnded => K::PLinkEnded,
        Slug::NoMatch => K::PNoMatch,
        Slug::NotFound => K::PNotFound,
        Slug::TooLarge => K::PTooLargeLimit,
        Slug::VersionGone => K::PVersionGone,
        Slug::Malformed => K::PMalformed,
        Slug::NotAllowed => K::PNotAllowed,
        Slug::EtagNeeded => K::PEtagNeeded,
        Slug::KeyReused => K::PKeyReused,
        Slug::DocumentDiffers => K::PDocumentDiffers,
    })
}

fn busy(problem: &Problem) -> K {
    if problem.until.is_some() { K::PBusy } else { K::PBusyLater }
}

/// By what there was too much of. A sentence that says until when needs to know it; for codes of a day it is tomorrow.
fn too_often(problem: &Problem) -> K {
    match (problem.scope.as_deref(), problem.until) {
        (Some("day"), _) => K::PSlowDownDay,
        (_, None) => K::PSlowDownLater,
        (Some("code"), _) => K::PSlowDownCode,
        (Some("tries"), _) => K::PSlowDownTries,
        (Some("collection"), _) => K::PSlowDownCollection,
        // Of requests as a whole, and what a newer server counts.
        _ => K::PSlowDownRate,
    }
}

fn counted(problem: &Problem) -> usize {
    problem.errors.len().max(problem.documents.len())
}

fn arguments(
    problem: &Problem,
    phone: &str,
    moment: &dyn Fn(Instant) -> String,
    number: &dyn Fn(f64) -> String,
) -> Vec<(&'static str, Arg)> {
    let mut args: Vec<(&'static str, Arg)> = vec![("phone", phone.into())];
    if let Some(reference) = problem.reference.as_deref() {
        args.push(("reference", reference.into()));
    }
    args.push(("n", counted(problem).into()));
    if let Some(left) = problem.left {
        args.push(("left", left.into()));
    }
    if let Some(bytes) = problem.limit.and_then(|bytes| u32::try_from(bytes / 1024).ok()) {
        args.push(("limit", number((f64::from(bytes) / 102.4).round() / 10.0).into()));
    }
    if let Some(from) = problem.from {
        args.push(("from", moment(from).into()));
    }
    if let Some(until) = problem.until {
        args.push(("until", moment(minute_after(until)).into()));
    }
    if let Some(near) = problem.nearest.first() {
        args.push(("near", moment(near.start).into()));
    }
    if let Some(slot) = &problem.slot {
        args.push(("time", moment(slot.start).into()));
    }
    args
}

/// Told by the minute, it is not told too early.
pub fn minute_after(at: Instant) -> Instant {
    let over = at.timestamp().rem_euclid(60);
    if over == 0 { at } else { at.checked_add_signed(TimeDelta::seconds(60 - over)).unwrap_or(at) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::catalogue::Catalogue;
    use crate::i18n::sentence::{Filling, is_whole};

    /// What the contract promises beside each name; each row is one way in which it comes.
    const MEMBERS: [(&str, &[&str]); 12] = [
        ("outside-window", &[r#""from": "2026-11-24T09:12:00+08:00""#, r#""until": "2026-11-24T09:12:00+08:00""#]),
        ("documents-missing", &[r#""documents": ["a", "b"]"#]),
        (
            "questionnaire-changed",
            &[r#""questionnaire": "q|2""#, r#""errors": [{"pointer": "x", "code": "required"}]"#],
        ),
        ("code-wrong", &[r#""left": 4"#]),
        ("code-ended", &["", r#""left": 0"#]),
        ("identity-mismatch", &[r#""left": 2, "limit": 3"#]),
        ("no-match", &[r#""left": 2"#]),
        (
            "slow-down",
            &[
                "",
                r#""scope": "code""#,
                r#""scope": "day""#,
                r#""scope": "rate""#,
                r#""scope": "sparkle""#,
                r#""scope": "rate", "until": "2026-11-24T09:12:00+08:00""#,
                r#""scope": "code", "until": "2026-11-24T09:12:00+08:00""#,
                r#""scope": "tries", "until": "2026-11-24T09:12:00+08:00""#,
                r#""scope": "collection", "until": "2026-11-24T09:12:00+08:00""#,
                r#""scope": "sparkle", "until": "2026-11-24T09:12:00+08:00""#,
            ],
        ),
        ("busy", &["", r#""until": "2026-11-24T09:12:00+08:00""#]),
        ("maintenance", &[r#""from": "2026-11-24T09:00:00+08:00", "until": "2026-11-24T09:12:00+08:00""#]),
        ("too-large", &["", r#""limit": 8388608"#]),
        ("slot-taken", &["", r#""nearest": [SLOT]"#]),
    ];
    const HELD: [&str; 3] =
        [r#""slot": SLOT, "free": true"#, r#""slot": SLOT, "free": false"#, r#""slot": SLOT, "nearest": [SLOT]"#];
    const SLOT: &str = r#"{"id": "s", "site": "a", "start": "2026-11-24T09:00:00+08:00", "end": "2026-11-24T09:30:00+08:00", "left": 1}"#;

    fn problem(slug: &str, members: &str) -> Problem {
        let comma = if members.is_empty() { "" } else { "," };
        let text =
            format!(r#"{{"type": "https://example.org/problems/{slug}", "title": "", "status": 400{comma}{members}}}"#);
        serde_json::from_str(&text.replace("SLOT", SLOT)).expect(&text)
    }

    fn samples() -> Vec<Problem> {
        let mut all: Vec<Problem> = Vec::new();
        for (_, code, ..) in Slug::TABLE {
            let members = if code == "hold-ended" { Some(&HELD[..]) } else { None };
            let members = members.or_else(|| MEMBERS.iter().find(|(name, _)| *name == code).map(|(_, it)| *it));
            all.extend(members.unwrap_or(&[""]).iter().map(|members| problem(code, members)));
        }
        all.extend([429, 500, 503, 507].map(|status| Problem { status, ..Problem::default() }));
        all
    }

    #[test]
    fn no_sentence_of_a_problem_has_a_gap_left() {
        for catalogue in [Catalogue::compiled_in(), Catalogue::english()] {
            for problem in samples() {
                let Some(key) = sentence_of(&problem) else { continue };
                let args = arguments(&problem, "12345", &|at| at.to_rfc3339(), &|n| n.to_string());
                let text = |name: &str| args.iter().find(|(known, _)| *known == name).map(|_| "x".to_owned());
                let filling = Filling { text: &text, form: &|_| 0, isolate: false };
                let sentence = catalogue.sentence(key);
                assert!(is_whole(sentence, &filling), "{sentence} of {problem:?}");
            }
        }
    }

    #[test]
    fn where_there_is_no_reference_none_is_named() {
        let args =
            |members| arguments(&problem("server-error", members), "12345", &|_| String::new(), &|n| n.to_string());
        for (members, named) in [("", false), (r#""reference": "7f3a""#, true)] {
            assert_eq!(args(members).iter().any(|(name, _)| *name == "reference"), named, "{members}");
        }
    }

    #[test]
    fn of_a_file_that_is_too_much_the_limit_is_said_where_it_is_known() {
        for catalogue in [Catalogue::compiled_in(), Catalogue::english()] {
            for key in [K::DocEPages, K::DocEPixels, K::PTooLarge] {
                let text = |name: &str| (name == "n").then(|| "3".to_owned());
                let filling = Filling { text: &text, form: &|_| 0, isolate: false };
                assert!(is_whole(catalogue.sentence(key), &filling), "{}", catalogue.sentence(key));
            }
        }
    }

    #[test]
    fn when_to_come_again_is_never_told_too_early() {
        let at = |text: &str| Instant::parse_from_rfc3339(text).expect("an instant");
        for (until, told) in [
            ("2026-11-24T09:12:00+08:00", "2026-11-24T09:12:00+08:00"),
            ("2026-11-24T09:12:01+08:00", "2026-11-24T09:13:00+08:00"),
            ("2026-11-24T09:59:59+08:00", "2026-11-24T10:00:00+08:00"),
        ] {
            assert_eq!(minute_after(at(until)), at(told), "{until}");
        }
        // After the last minute there is none: any server's `Retry-After` may lead there.
        let end = chrono::DateTime::<chrono::Utc>::MAX_UTC.fixed_offset();
        assert_eq!(minute_after(end), end);
    }
}
