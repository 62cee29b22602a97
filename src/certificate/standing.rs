//! Whether a certificate holds today, from what was heard last: kept copy, application record, calendar.
use chrono::NaiveDate;
use contract::api::{CertificateState, Instant};

/// One report about a certificate's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    pub state: CertificateState,
    /// By the server's clock.
    pub at: Instant,
}

/// How it stands, and when the office was asked last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub state: CertificateState,
    pub checked: Instant,
    /// The days since then, once it is more than one.
    pub days_old: Option<u32>,
    /// The next one can be begun.
    pub is_renewable: bool,
    /// It can be renewed, and ends in so many days.
    pub renewable: Option<u32>,
}

/// The newer of two reports counts; the calendar counts against both.
pub(super) fn standing(
    kept: Heard,
    record: Option<Heard>,
    valid_until: NaiveDate,
    renew_from: Option<NaiveDate>,
    now: Instant,
) -> Standing {
    let newest = record.filter(|record| record.at > kept.at).unwrap_or(kept);
    let today = now.date_naive();
    let state = newest.state.on(today, valid_until);
    let days = |from: NaiveDate, to: NaiveDate| u32::try_from(to.signed_duration_since(from).num_days()).ok();
    let age = u32::try_from((now - newest.at).num_hours() / 24).unwrap_or_default();
    let is_renewable = newest.state.is_renewable_on(today, valid_until, renew_from);
    let still_holds = is_renewable && state == CertificateState::Valid;
    Standing {
        state,
        checked: newest.at,
        days_old: Some(age).filter(|days| *days > 0),
        is_renewable,
        renewable: still_holds.then(|| days(today, valid_until)).flatten(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CertificateState::{Expired, Revoked, Suspended, Valid};

    fn at(text: &str) -> Instant {
        Instant::parse_from_rfc3339(text).expect("an instant")
    }

    #[test]
    fn the_newest_word_counts_and_the_calendar_always() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let (morning, noon) = ("2026-11-28T09:00:00+08:00", "2026-11-28T12:00:00+08:00");
        for (what, kept, record, now, expected) in [
            ("kept alone", (Valid, morning), None, noon, Valid),
            ("revoked since", (Valid, morning), Some((Revoked, noon)), "2026-11-28T13:00:00+08:00", Revoked),
            ("reinstated since", (Suspended, noon), Some((Valid, morning)), "2026-11-28T13:00:00+08:00", Suspended),
            ("last day", (Valid, noon), None, "2027-11-27T23:59:59+08:00", Valid),
            ("the day after", (Valid, noon), None, "2027-11-28T00:00:00+08:00", Expired),
            ("revoked stays revoked", (Revoked, noon), None, "2028-01-01T00:00:00+08:00", Revoked),
        ] {
            let heard = |(state, when): (CertificateState, &str)| Heard { state, at: at(when) };
            let found = standing(heard(kept), record.map(heard), day("2027-11-27"), None, at(now));
            assert_eq!(found.state, expected, "{what}");
        }
    }

    #[test]
    fn renewal_is_offered_in_its_time() {
        let kept = Heard { state: Valid, at: at("2027-10-20T09:00:00+08:00") };
        let (until, from) = (NaiveDate::from_ymd_opt(2027, 11, 27), NaiveDate::from_ymd_opt(2027, 10, 28));
        for (now, days, old) in
            [("2027-10-27T12:00:00+08:00", None, Some(7)), ("2027-10-28T00:00:00+08:00", Some(30), Some(7))]
        {
            let found = standing(kept, None, until.expect("a day"), from, at(now));
            assert_eq!((found.renewable, found.days_old), (days, old), "{now}");
        }
    }
}
