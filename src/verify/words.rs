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

/// Title and sentence.
pub(super) fn said(i18n: I18n, reason: Reason, now: i64) -> (String, String) {
    let mut args: Vec<(&str, Arg)> = Vec::new();
    match reason {
        Reason::Fresh { checked } => args.push(("when", i18n.moment_near(instant(checked), instant(now)).into())),
        Reason::Stale { checked } => {
            args.push(("date", i18n.date_plain(instant(checked)).into()));
            args.push(("n", days_between(checked, now).into()));
        }
        Reason::Revoked { seen } | Reason::Suspended { seen } => {
            args.push(("date", i18n.date_plain(instant(seen)).into()));
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
    let (title, act) = keys(reason);
    (i18n.say(title, &args), i18n.say(act, &args))
}

/// Whole days, at least one: a list that is no longer fresh was not checked "0 days ago".
fn days_between(from: i64, to: i64) -> u32 {
    u32::try_from((to - from) / 86_400).unwrap_or_default().max(1)
}

fn keys(reason: Reason) -> (K, K) {
    match reason {
        Reason::Fresh { .. } => (K::VFreshTitle, K::VFreshDo),
        Reason::Stale { .. } => (K::VStaleTitle, K::VStaleDo),
        Reason::StatusUnknown => (K::VStatusUnknownTitle, K::VStatusUnknownDo),
        Reason::Forged => (K::VForgedTitle, K::VForgedDo),
        Reason::Expired { .. } => (K::VExpiredTitle, K::VExpiredDo),
        Reason::NotYet { .. } => (K::VNotYetTitle, K::VNotYetDo),
        Reason::Revoked { .. } => (K::VRevokedTitle, K::VRevokedDo),
        Reason::Suspended { .. } => (K::VSuspendedTitle, K::VSuspendedDo),
        Reason::NotOurs => (K::VNotOursTitle, K::VNotOursDo),
        Reason::Damaged => (K::VDamagedTitle, K::VDamagedDo),
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

    #[test]
    fn days_are_never_nought() {
        for (hours, expected) in [(2, 1), (25, 1), (73, 3)] {
            assert_eq!(days_between(0, hours * 3600), expected);
        }
    }
}
