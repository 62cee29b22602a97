//! How a verdict is said and drawn: one of four shapes, a title and one sentence by its reason.
use crate::i18n::{Arg, I18n, K};
use crate::ui::Icon;
use chrono::{DateTime, FixedOffset};
use contract::credential::{Reason, Verdict};

/// Seconds since 1970 as the wire has instants.
pub(super) fn instant(seconds: i64) -> DateTime<FixedOffset> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default().fixed_offset()
}

/// The shape and its colour. Meaning is never colour alone: each has its own outline.
pub(super) fn shape(reason: Reason) -> (Icon, &'static str) {
    match (reason.verdict(), reason) {
        (Verdict::Valid, Reason::Fresh { .. }) => (Icon::Ok, "hc-verdict hc-ok"),
        (Verdict::Valid, _) => (Icon::Clock, "hc-verdict hc-warn"),
        (Verdict::NotValid, _) => (Icon::Refused, "hc-verdict hc-bad"),
        (Verdict::NotChecked, _) => (Icon::Unsure, "hc-verdict hc-ink"),
    }
}

/// How a text came here: what to do about one that says nothing depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The camera saw it.
    Camera,
    /// It was in a chosen picture.
    Picture,
    /// It was pasted or typed.
    Text,
}

/// Title and sentence.
pub(super) fn said(i18n: I18n, reason: Reason, way: Way, now: i64) -> (String, String) {
    let mut args: Vec<(&str, Arg)> = Vec::new();
    match reason {
        Reason::Fresh { checked } => args.push(("when", i18n.moment_near(instant(checked), instant(now)).into())),
        Reason::Stale { checked } => {
            args.push(("date", i18n.date_plain(instant(checked)).into()));
            args.push(("n", days_between(checked, now).into()));
        }
        Reason::Revoked { seen } | Reason::Suspended { seen } => {
            args.push(("when", i18n.moment_near(instant(seen), instant(now)).into()));
        }
        Reason::Expired { on: day } | Reason::NotYet { from: day } => args.push(("date", i18n.day_plain(day).into())),
        Reason::StatusUnknown
        | Reason::Forged
        | Reason::NotOurs
        | Reason::Damaged
        | Reason::UnknownMethod
        | Reason::UnknownIssuer
        | Reason::NoKey
        | Reason::Clock
        | Reason::StatusBroken => {}
    }
    let (title, act) = keys(reason, way);
    (i18n.say(title, &args), i18n.say(act, &args))
}

/// Whole days, at least one: a list that is no longer fresh was not checked "0 days ago".
fn days_between(from: i64, to: i64) -> u32 {
    u32::try_from((to - from) / 86_400).unwrap_or_default().max(1)
}

fn keys(reason: Reason, way: Way) -> (K, K) {
    match reason {
        Reason::Fresh { .. } => (K::VFreshTitle, K::VFreshDo),
        Reason::Stale { .. } => (K::VStaleTitle, K::VStaleDo),
        Reason::StatusUnknown => (K::VStatusUnknownTitle, K::VStatusUnknownDo),
        Reason::Forged => (K::VForgedTitle, K::VForgedDo),
        Reason::Expired { .. } => (K::VExpiredTitle, K::VExpiredDo),
        Reason::NotYet { .. } => (K::VNotYetTitle, K::VNotYetDo),
        Reason::Revoked { .. } => (K::VRevokedTitle, K::VRevokedDo),
        Reason::Suspended { .. } => (K::VSuspendedTitle, K::VSuspendedDo),
        Reason::NotOurs => match way {
            Way::Camera => (K::VNotOursTitle, K::VNotOursDo),
            Way::Picture => (K::VNotOursTitle, K::VNotOursDoPicture),
            Way::Text => (K::VNotOursTitle, K::VNotOursDoText),
        },
        // A code that a camera or a picture gave up was read whole: its own text is at fault.
        Reason::Damaged => match way {
            Way::Camera | Way::Picture => (K::VDamagedTitle, K::VDamagedDo),
            Way::Text => (K::VDamagedTitle, K::VDamagedDoText),
        },
        Reason::UnknownMethod => (K::VUnknownMethodTitle, K::VUnknownMethodDo),
        Reason::UnknownIssuer => (K::VUnknownIssuerTitle, K::VUnknownIssuerDo),
        Reason::NoKey => (K::VNoKeyTitle, K::VNoKeyDo),
        Reason::Clock => (K::VClockTitle, K::VClockDo),
        Reason::StatusBroken => (K::VStatusBrokenTitle, K::VStatusBrokenDo),
    }
}

/// Whether asking the issuer again could change the verdict.
pub(super) fn worth_asking_again(reason: Reason) -> bool {
    match reason {
        Reason::Stale { .. }
        | Reason::StatusUnknown
        | Reason::Suspended { .. }
        | Reason::UnknownIssuer
        | Reason::NoKey
        | Reason::Clock
        | Reason::StatusBroken => true,
        Reason::Fresh { .. }
        | Reason::Forged
        | Reason::Expired { .. }
        | Reason::NotYet { .. }
        | Reason::Revoked { .. }
        | Reason::NotOurs
        | Reason::Damaged
        | Reason::UnknownMethod => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_fresh_answer_is_drawn_as_a_plain_yes() {
        for (reason, class) in [
            (Reason::Fresh { checked: 0 }, "hc-verdict hc-ok"),
            (Reason::Stale { checked: 0 }, "hc-verdict hc-warn"),
            (Reason::StatusUnknown, "hc-verdict hc-warn"),
            (Reason::Forged, "hc-verdict hc-bad"),
            (Reason::Revoked { seen: 0 }, "hc-verdict hc-bad"),
            (Reason::NoKey, "hc-verdict hc-ink"),
            (Reason::StatusBroken, "hc-verdict hc-ink"),
        ] {
            assert_eq!(shape(reason).1, class);
        }
    }

    fn sentence(key: &str) -> [&str; 2] {
        [include_str!("../../locales/zh-CN.txt"), include_str!("../../locales/en.txt")].map(|table| {
            let line = |line: &'static str| line.split_once(" = ").filter(|(name, _)| *name == key);
            table.lines().find_map(line).unwrap().1
        })
    }

    #[test]
    fn a_heading_is_the_verdict_alone() {
        let reasons = ["fresh", "stale", "expired", "not-yet", "revoked", "suspended", "not-ours", "damaged"];
        for key in reasons.map(|reason| format!("v.{reason}.title")) {
            assert!(sentence(&key).iter().all(|words| !words.contains(['{', '（', '('])), "{key}");
        }
    }

    #[test]
    fn whoever_pasted_or_chose_a_picture_is_not_told_of_a_lens() {
        for (reason, way, key) in [
            (Reason::NotOurs, Way::Picture, "v.not-ours.do.picture"),
            (Reason::NotOurs, Way::Text, "v.not-ours.do.text"),
            (Reason::Damaged, Way::Picture, "v.damaged.do"),
            (Reason::Damaged, Way::Text, "v.damaged.do.text"),
        ] {
            let name = key.split(['.', '-']).map(|part| format!("{}{}", part[..1].to_uppercase(), &part[1..]));
            assert_eq!(format!("{:?}", keys(reason, way).1), name.collect::<String>());
            let [chinese, english] = sentence(key);
            assert!(!chinese.contains("镜头") && !english.contains("lens"), "{key}");
        }
        // A whole text with one wrong character in it was not "only partly read".
        assert!(
            !sentence("v.damaged.title")[0].ends_with("不完整") && !sentence("v.damaged.do.text")[0].starts_with("只")
        );
        assert!(!sentence("v.noqr")[0].contains("镜头") && !sentence("v.noqr")[1].contains("lens"));
    }

    #[test]
    fn who_has_read_a_verdict_is_asked_once_to_look_at_the_photo() {
        for key in ["v.fresh.do", "v.stale.do", "v.status-unknown.do"] {
            let [chinese, english] = sentence(key);
            assert!(!chinese.contains("照片") && !english.contains("photo"), "{key}");
        }
        assert!(sentence("v.photo")[0].contains("照片"));
    }

    #[test]
    fn days_are_never_nought() {
        for (hours, expected) in [(2, 1), (25, 1), (73, 3)] {
            assert_eq!(days_between(0, hours * 3600), expected);
        }
    }
}
