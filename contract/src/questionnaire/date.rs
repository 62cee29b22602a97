//! Dates as answers: a day, a month or only a year; as people type them and as rules move them.
use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::identity::{half_width, is_dash};

/// A FHIR date: as exact as the person knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartialDate {
    /// `2026`
    Year(i32),
    /// `2026-09`
    Month(i32, u32),
    /// `2026-09-01`
    Day(NaiveDate),
}

impl PartialDate {
    /// Reads `2026`, `2026-09` or `2026-09-01`, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let number = |part: Option<&str>, length: usize| {
            part.filter(|p| p.len() == length && p.bytes().all(|b| b.is_ascii_digit()))
                .and_then(|p| p.parse::<u32>().ok())
        };
        let year = i32::try_from(number(parts.next(), 4)?).ok()?;
        let (month, day) = (parts.next(), parts.next());
        if parts.next().is_some() {
            return None;
        }
        match (month, day) {
            (None, _) => Some(Self::Year(year)),
            (month, None) => Self::month(year, number(month, 2)?),
            (month, day) => NaiveDate::from_ymd_opt(year, number(month, 2)?, number(day, 2)?).map(Self::Day),
        }
    }

    /// Reads a date as people type it: `1990-3-5`, `1990/3/5`, `19900305`, `1990年3月5日`, `1990.3`, in full-width digits too.
    pub fn parse_typed(typed: &str) -> Option<Self> {
        let text: String = typed.trim().chars().map(half_width).collect();
        let groups: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
        // A Chinese keyboard writes its own full stop, comma and dash.
        let parts = |c: char| c.is_whitespace() || is_dash(c) || "/.。、年月日号".contains(c);
        let separated = text.chars().all(|c| c.is_ascii_digit() || parts(c));
        if !separated {
            return None;
        }
        // Digits in a row begin with the year, and not with two digits of one.
        if let [all] = groups.as_slice()
            && all.len() > 4
            && !matches!(all.get(..2), Some("18" | "19" | "20" | "21"))
        {
            return None;
        }
        match *groups.as_slice() {
            [all] if all.len() == 8 => Self::day(all.get(..4)?, all.get(4..6)?, all.get(6..)?),
            [all] if all.len() == 6 => Self::month(all.get(..4)?.parse().ok()?, all.get(4..)?.parse().ok()?),
            [year] if year.len() == 4 => Some(Self::Year(year.parse().ok()?)),
            [year, month] if year.len() == 4 && month.len() <= 2 => {
                Self::month(year.parse().ok()?, month.parse().ok()?)
            }
            [year, month, day] if year.len() == 4 && month.len() <= 2 && day.len() <= 2 => Self::day(year, month, day),
            _ => None,
        }
    }

    /// The first day it can mean.
    pub fn first_day(self) -> Option<NaiveDate> {
        match self {
            Self::Year(year) => NaiveDate::from_ymd_opt(year, 1, 1),
            Self::Month(year, month) => NaiveDate::from_ymd_opt(year, month, 1),
            Self::Day(day) => Some(day),
        }
    }

    /// The last day it can mean.
    pub fn last_day(self) -> Option<NaiveDate> {
        match self {
            Self::Year(year) => NaiveDate::from_ymd_opt(year, 12, 31),
            Self::Month(..) => self.first_day()?.checked_add_months(Months::new(1))?.checked_sub_days(Days::new(1)),
            Self::Day(day) => Some(day),
        }
    }

    /// The day, if it is exact.
    pub fn exact(self) -> Option<NaiveDate> {
        match self {
            Self::Day(day) => Some(day),
            Self::Year(_) | Self::Month(..) => None,
        }
    }

    fn month(year: i32, month: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, 1).map(|_| Self::Month(year, month))
    }

    fn day(year: &str, month: &str, day: &str) -> Option<Self> {
        NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).map(Self::Day)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Day(day) => write!(f, "{:04}-{:02}-{:02}", day.year(), day.month(), day.day()),
        }
    }
}

/// A distance between days, in one calendar unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offset {
    /// Calendar years and months, as months.
    pub months: i32,
    /// Days.
    pub days: i64,
}

impl Offset {
    /// From a UCUM code: `a`, `mo`, `wk`, `d`.
    pub fn from_ucum(value: i64, code: &str) -> Option<Self> {
        let months = |per: i64| i32::try_from(value.checked_mul(per)?).ok();
        match code {
            "a" => Some(Self { months: months(12)?, days: 0 }),
            "mo" => Some(Self { months: months(1)?, days: 0 }),
            "wk" => Some(Self { months: 0, days: value.checked_mul(7)? }),
            "d" => Some(Self { months: 0, days: value }),
            _ => None,
        }
    }

    /// The day at this distance. A day that does not exist is the last of its month.
    pub fn from_day(self, day: NaiveDate) -> Option<NaiveDate> {
        let months = Months::new(self.months.unsigned_abs());
        let days = Days::new(self.days.unsigned_abs());
        let moved = if self.months < 0 { day.checked_sub_months(months) } else { day.checked_add_months(months) }?;
        if self.days < 0 { moved.checked_sub_days(days) } else { moved.checked_add_days(days) }
    }

    /// The same distance the other way.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self { months: self.months.saturating_neg(), days: self.days.saturating_neg() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_people_type_them() {
        for (typed, kept) in [
            ("1990-3-5", Some("1990-03-05")),
            ("1990/03/05", Some("1990-03-05")),
            ("1990.3.5", Some("1990-03-05")),
            ("19900305", Some("1990-03-05")),
            ("1990年3月5日", Some("1990-03-05")),
            ("１９９０年３月５日", Some("1990-03-05")),
            (" 1990 3 5 ", Some("1990-03-05")),
            ("1990-3", Some("1990-03")),
            ("1990年3月", Some("1990-03")),
            ("199003", Some("1990-03")),
            ("1990", Some("1990")),
            ("210012", Some("2100-12")),
            // Two digits a year, six in all: which century, nobody said.
            ("260905", None),
            ("900305", None),
            ("26090514", None),
            // A Chinese keyboard writes its own full stop, comma and dash.
            ("1990。3。5", Some("1990-03-05")),
            ("1990—3—5", Some("1990-03-05")),
            ("1990——3——5", Some("1990-03-05")),
            ("1990、3、5", Some("1990-03-05")),
            ("1990－3－5", Some("1990-03-05")),
            ("1990/3", Some("1990-03")),
            ("1990-2-29", None),
            ("1992-2-29", Some("1992-02-29")),
            ("1990-13-1", None),
            ("90-3-5", None),
            ("5/3/1990", None),
            ("last year", None),
            ("1990-3-5-6", None),
            ("", None),
        ] {
            assert_eq!(PartialDate::parse_typed(typed).map(|d| d.to_string()).as_deref(), kept, "{typed}");
        }
    }

    #[test]
    fn a_distance_ends_on_a_day_that_exists() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        for (value, code, from, to) in [
            (16, "a", day(2008, 2, 29), day(2024, 2, 29)),
            (1, "a", day(2024, 2, 29), day(2025, 2, 28)),
            (-16, "a", day(2026, 11, 25), day(2010, 11, 25)),
            (1, "mo", day(2026, 1, 31), day(2026, 2, 28)),
            (30, "d", day(2026, 11, 25), day(2026, 12, 25)),
            (-90, "d", day(2026, 11, 25), day(2026, 8, 27)),
        ] {
            assert_eq!(Offset::from_ucum(value, code).unwrap().from_day(from), Some(to), "{value} {code}");
        }
    }

    #[test]
    fn the_longest_distance_has_an_other_way() {
        for (months, days) in [(i32::MIN, i64::MIN), (i32::MAX, i64::MAX), (-3, 4)] {
            let other = Offset { months, days }.reversed();
            assert_eq!((other.months.signum(), other.days.signum()), (-months.signum(), -days.signum()));
        }
    }

    #[test]
    fn a_partial_date_is_its_whole_span() {
        let month = PartialDate::parse("2024-02").unwrap();
        assert_eq!(month.first_day(), NaiveDate::from_ymd_opt(2024, 2, 1));
        assert_eq!(month.last_day(), NaiveDate::from_ymd_opt(2024, 2, 29));
        assert_eq!(PartialDate::parse("2024-2"), None);
    }
}
