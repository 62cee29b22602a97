//! Links to bytes: they end in time, and each is served twice (contract §8).
use contract::api::{Instant, Link};

/// How often each link was followed.
#[derive(Debug, Default)]
pub struct Followed(Vec<String>);

impl Followed {
    const TIMES: usize = 2;

    /// Whether the office will serve it when it is followed now.
    pub fn may_follow(&self, link: &Link, now: Instant) -> bool {
        link.works_at(now) && self.0.iter().filter(|it| **it == link.href).count() < Self::TIMES
    }

    /// It is followed.
    pub fn note(&mut self, link: &Link) {
        self.0.push(link.href.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse_from_rfc3339(text).expect("an instant")
    }

    #[test]
    fn a_link_is_followed_twice_and_then_read_anew() {
        let mut followed = Followed::default();
        let (now, until) = (at("2026-11-28T09:00:00+08:00"), at("2026-11-28T09:10:00+08:00"));
        let mut may = Vec::new();
        for href in ["a", "a", "a", "b"] {
            let link = Link { href: href.into(), until, media_type: "application/pdf".into() };
            may.push(followed.may_follow(&link, now));
            followed.note(&link);
        }
        assert_eq!(may, [true, true, false, true]);
    }

    #[test]
    fn a_link_that_is_about_to_end_is_read_anew() {
        let link =
            Link { href: "a".into(), until: at("2026-11-28T09:10:00+08:00"), media_type: "application/pdf".into() };
        for (now, may) in [
            ("2026-11-28T09:09:54+08:00", true),
            ("2026-11-28T09:09:55+08:00", false),
            ("2026-11-28T09:11:00+08:00", false),
        ] {
            assert_eq!(Followed::default().may_follow(&link, at(now)), may, "{now}");
        }
    }
}
