//! What a person is told when the office says no: one sentence a problem, `p.…` (contract §4).

use super::{Arg, I18n, K};
use contract::api::Problem;

/// Why something did not work, as far as the words go.
#[derive(Clone, Copy, Debug)]
pub enum Failure<'a> {
    /// No network, or no answer in time.
    Unreachable,
    /// A captive portal answered.
    Portal,
    /// The sign-in has ended.
    SignedOut,
    /// The answer could not be read.
    Unreadable,
    /// The office says why not.
    Refused(&'a Problem),
}

impl I18n {
    /// The sentence for a failure; `phone` is the office's.
    pub fn failure(self, failure: Failure<'_>, phone: &str) -> String {
        match failure {
            Failure::Unreachable => self.text(K::PUnreachable),
            Failure::Portal => self.text(K::ErrHtml),
            Failure::SignedOut => self.text(K::PSignedOut),
            Failure::Unreadable => self.say(K::PServerError, &[("reference", "-".into())]),
            Failure::Refused(problem) => self.problem(problem, phone).unwrap_or_else(|| self.text(K::POther)),
        }
    }

    /// The sentence for a problem; `phone` is the office's.
    ///
    /// `None` where nothing is said, because the app goes on by itself.
    pub fn problem(self, problem: &Problem, phone: &str) -> Option<String> {
        let slug = problem.slug().map_or("", contract::api::Slug::code);
        let variant = match slug {
            "upload-gone" => return None,
            "slow-down" => problem.scope.clone().unwrap_or_else(|| "rate".into()),
            "outside-window" if problem.until.is_some() => "until".into(),
            "outside-window" => "from".into(),
            "slot-taken" if problem.nearest.is_empty() => "none".into(),
            "hold-ended" if problem.free != Some(true) => "taken".into(),
            _ => String::new(),
        };
        let special = (!variant.is_empty()).then(|| K::from_key("p.", &format!("{slug}.{variant}"))).flatten();
        let key = special.or_else(|| K::from_key("p.", slug)).unwrap_or(K::POther);
        Some(self.say(key, &self.problem_args(problem, phone)))
    }

    fn problem_args(self, problem: &Problem, phone: &str) -> Vec<(&'static str, Arg)> {
        let mut args: Vec<(&'static str, Arg)> = vec![("phone", phone.into())];
        args.push(("reference", problem.reference.as_deref().unwrap_or("-").into()));
        args.push(("n", problem.errors.len().max(problem.documents.len()).into()));
        if let Some(left) = problem.left {
            args.push(("left", left.into()));
        }
        if let Some(from) = problem.from {
            args.push(("from", self.moment(from).into()));
        }
        if let Some(until) = problem.until {
            args.push(("until", self.moment(until).into()));
        }
        if let Some(near) = problem.nearest.first() {
            args.push(("near", self.moment(near.start).into()));
        }
        if let Some(slot) = &problem.slot {
            args.push(("time", self.moment(slot.start).into()));
        }
        args
    }
}

#[cfg(test)]
mod tests {
    use super::K;
    use contract::api::Slug;

    #[test]
    fn every_problem_has_its_sentence_or_none_on_purpose() {
        for (slug, code, ..) in Slug::TABLE {
            let silent = slug == Slug::UploadGone;
            let variants = ["", ".rate", ".from"].iter().any(|v| K::from_key("p.", &format!("{code}{v}")).is_some());
            assert_eq!(variants, !silent, "{code}");
        }
    }
}
