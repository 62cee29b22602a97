//! Times of day, and days with their time, as answers: as people type them and as FHIR writes them.
use std::cmp::Ordering;
use std::fmt;

use chrono::{FixedOffset, NaiveDateTime, NaiveTime, Timelike};

use super::date::PartialDate;
use crate::identity::half_width;

/// A FHIR `dateTime`: as exact as the person knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A day, a month or a year, without a time.
    Date(PartialDate),
    /// A day with its time on the clock there, and how far that clock is from UTC, once it is known.
    At(NaiveDateTime, Option<FixedOffset>),
}

impl Moment {
    /// Reads what FHIR writes: `2026`, `2026-09`, `2026-09-01`, `2026-09-01T08:30:00+08:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let Some((day, rest)) = text.split_once('T') else { return PartialDate::parse(text).map(Self::Date) };
        let day = PartialDate::parse(day)?.exact()?;
        let zone = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
        let (time, zone) = (rest.get(..zone)?, rest.get(zone..)?);
        Some(Self::At(day.and_time(parse_time(time)?), if zone.is_empty() { None } else { Some(offset(zone)?) }))
    }

    /// Reads a day with its time as people type it, or a date alone: `2026-9-1 8:30`, `2026年9月1日下午2点半`, `20260901 0830`.
    pub fn parse_typed(typed: &str) -> Option<Self> {
        let text: String = typed.trim().chars().map(half_width).collect();
        if let Some(date) = PartialDate::parse_typed(&text) {
            return Some(Self::Date(date));
        }
        let after_day = |(at, c): (usize, char)| match c {
            '日' | '号' => Some((at + c.len_utf8(), at + c.len_utf8())),
            'T' | 't' => Some((at, at + 1)),
            _ if c.is_whitespace() => Some((at, at + c.len_utf8())),
            _ => None,
        };
        let together = (text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())).then_some((8, 8));
        // The last place that fits: "2026 9 1 8:30" is the first of September.
        text.char_indices().rev().filter_map(after_day).chain(together).find_map(|(end, begin)| {
            let day = PartialDate::parse_typed(text.get(..end)?)?.exact()?;
            Some(Self::At(day.and_time(parse_time_typed(text.get(begin..)?)?), None))
        })
    }

    /// The same on a clock that is so far from UTC, if nothing is known of its clock yet.
    #[must_use]
    pub fn on_clock(self, offset: FixedOffset) -> Self {
        match self {
            Self::At(at, None) => Self::At(at, Some(offset)),
            Self::Date(_) | Self::At(_, Some(_)) => self,
        }
    }

    /// The date in it.
    pub fn date(self) -> PartialDate {
        match self {
            Self::Date(date) => date,
            Self::At(at, _) => PartialDate::Day(at.date()),
        }
    }

    /// The time on the clock there.
    pub fn time(self) -> Option<NaiveTime> {
        match self {
            Self::Date(_) => None,
            Self::At(at, _) => Some(at.time()),
        }
    }

    /// Which comes first. A date without a time begins with its first minute.
    pub(super) fn order(self, other: Self) -> Option<Ordering> {
        let first = |moment: Self| match moment {
            Self::Date(date) => Some((date.first_day()?.and_time(NaiveTime::MIN), None)),
            Self::At(at, offset) => Some((at, offset)),
        };
        let ((a, on), (b, by)) = (first(self)?, first(other)?);
        let utc = |at: NaiveDateTime, offset: FixedOffset| at.checked_sub_offset(offset);
        match (on, by) {
            (Some(on), Some(by)) => Some(utc(a, on)?.cmp(&utc(b, by)?)),
            _ => Some(a.cmp(&b)),
        }
    }

    /// As a person reads and types it: `2026-09-01 08:30`.
    pub fn typed(self) -> String {
        match self.time() {
            Some(time) => format!("{} {}", self.date(), short_time(time)),
            None => self.date().to_string(),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::At(at, offset) = self else { return self.date().fmt(f) };
        write!(f, "{}T{}", self.date(), fhir_time(at.time()))?;
        match offset.map(|offset| offset.local_minus_utc() / 60) {
            None => Ok(()),
            Some(minutes) => {
                let sign = if minutes < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            }
        }
    }
}

/// A distance from UTC: `Z`, `+08:00`.
fn offset(zone: &str) -> Option<FixedOffset> {
    if zone == "Z" {
        return FixedOffset::east_opt(0);
    }
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let seconds = (two_digits(hours)? * 60 + two_digits(minutes)?).checked_mul(60)?;
    let seconds = i32::try_from(seconds).ok()?;
    FixedOffset::east_opt(if zone.starts_with('-') { -seconds } else { seconds })
}

fn two_digits(text: &str) -> Option<u32> {
    (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Reads a FHIR `time`: `08:30:00`, with or without parts of a second, which are let go.
pub(super) fn parse_time(text: &str) -> Option<NaiveTime> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let mut parts = whole.split(':').map(two_digits);
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    if parts.next().is_some() {
        return None;
    }
    NaiveTime::from_hms_opt(hour, minute, second)
}

/// Words for the half of the day: its first hour, and whether the word stands for the afternoon.
const HALVES: [(&str, bool); 8] = [
    ("上午", false),
    ("早上", false),
    ("凌晨", false),
    ("下午", true),
    ("晚上", true),
    ("傍晚", true),
    ("am", false),
    ("pm", true),
];

/// Reads a time of day as people type it: `8:30`, `0830`, `８：３０`, `8点半`, `下午2点`, `2:30 pm`, `14.30`.
pub fn parse_time_typed(typed: &str) -> Option<NaiveTime> {
    let text: String =
        typed.chars().map(half_width).filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
    let half = HALVES.iter().find_map(|(word, afternoon)| {
        let rest = text.strip_prefix(word).or_else(|| text.strip_suffix(word))?;
        Some((rest, *afternoon))
    });
    let digits = half.map_or(text.as_str(), |(rest, _)| rest);
    let (hour, minute, second) = on_the_clock(digits)?;
    let hour = match half.map(|(_, afternoon)| afternoon) {
        None => hour,
        Some(true) if (1..12).contains(&hour) => hour + 12,
        Some(true) if (12..24).contains(&hour) => hour,
        Some(false) if hour == 12 => 0,
        Some(false) if hour < 12 => hour,
        Some(_) => return None,
    };
    NaiveTime::from_hms_opt(hour, minute, second)
}

/// Hour, minute and second, by digits in a row or by what stands between them.
fn on_the_clock(text: &str) -> Option<(u32, u32, u32)> {
    let text = text.replace("点半", "点30").replace("时半", "时30").replace("点整", "点");
    if !text.chars().all(|c| c.is_ascii_digit() || ":.点时分秒".contains(c)) {
        return None;
    }
    let groups: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let short = |group: &str| if group.len() <= 2 { group.parse::<u32>().ok() } else { None };
    match *groups.as_slice() {
        [all] if all.len() == 3 || all.len() == 4 => {
            let (hour, minute) = all.split_at_checked(all.len() - 2)?;
            Some((short(hour)?, short(minute)?, 0))
        }
        [hour] => Some((short(hour)?, 0, 0)),
        [hour, minute] => Some((short(hour)?, short(minute)?, 0)),
        [hour, minute, second] => Some((short(hour)?, short(minute)?, short(second)?)),
        _ => None,
    }
}

/// `08:30`, and the seconds where there are some.
pub(super) fn short_time(time: NaiveTime) -> String {
    match time.second() {
        0 => format!("{:02}:{:02}", time.hour(), time.minute()),
        _ => fhir_time(time),
    }
}

/// `08:30:00`
pub(super) fn fhir_time(time: NaiveTime) -> String {
    format!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_people_type_them() {
        for (typed, kept) in [
            ("8:30", Some("08:30")),
            ("08:30", Some("08:30")),
            ("0830", Some("08:30")),
            ("830", Some("08:30")),
            ("８：３０", Some("08:30")),
            ("8点半", Some("08:30")),
            ("8点30分", Some("08:30")),
            ("8时30", Some("08:30")),
            ("8 点", Some("08:00")),
            ("14点整", Some("14:00")),
            ("14.30", Some("14:30")),
            ("下午2点半", Some("14:30")),
            ("下午 2:30", Some("14:30")),
            ("晚上8点", Some("20:00")),
            ("下午14:30", Some("14:30")),
            ("下午12点", Some("12:00")),
            ("凌晨12:05", Some("00:05")),
            ("2:30 PM", Some("14:30")),
            ("12 am", Some("00:00")),
            ("8", Some("08:00")),
            ("8:30:15", Some("08:30:15")),
            ("0:00", Some("00:00")),
            ("23:59", Some("23:59")),
            ("24:00", None),
            ("8:60", None),
            ("上午14:00", None),
            ("12345", None),
            ("8:30:15:1", None),
            ("half past eight", None),
            ("-8:30", None),
            ("", None),
        ] {
            assert_eq!(parse_time_typed(typed).map(short_time).as_deref(), kept, "{typed}");
        }
    }

    #[test]
    fn moments_as_people_type_them() {
        for (typed, kept) in [
            ("2026-9-1 8:30", Some("2026-09-01 08:30")),
            ("2026/9/1 0830", Some("2026-09-01 08:30")),
            ("20260901 0830", Some("2026-09-01 08:30")),
            ("202609010830", Some("2026-09-01 08:30")),
            ("2026年9月1日8点半", Some("2026-09-01 08:30")),
            ("2026年9月1日 下午2点", Some("2026-09-01 14:00")),
            ("２０２６年９月１日　８：３０", Some("2026-09-01 08:30")),
            ("2026 9 1 8:30", Some("2026-09-01 08:30")),
            ("2026-9-1 2:30 pm", Some("2026-09-01 14:30")),
            ("2026-09-01T08:30", Some("2026-09-01 08:30")),
            ("2026-9-1", Some("2026-09-01")),
            ("2026年9月", Some("2026-09")),
            ("2026-9-31 8:30", None),
            ("2026-9-1 25:00", None),
            ("8:30", None),
            ("tomorrow", None),
            ("", None),
        ] {
            assert_eq!(Moment::parse_typed(typed).map(Moment::typed).as_deref(), kept, "{typed}");
        }
    }

    #[test]
    fn fhir_moments_are_read_and_written_as_they_were() {
        for text in ["2026", "2026-09", "2026-09-01", "2026-09-01T08:30:00+08:00", "2026-09-01T08:30:15-03:30"] {
            assert_eq!(Moment::parse(text).map(|m| m.to_string()).as_deref(), Some(text));
        }
        for (text, written) in [
            ("2026-09-01T08:30:00Z", Some("2026-09-01T08:30:00+00:00")),
            ("2026-09-01T08:30:00.250+08:00", Some("2026-09-01T08:30:00+08:00")),
            ("2026-09-01T08:30:00", Some("2026-09-01T08:30:00")),
            ("2026-09T08:30:00Z", None),
            ("2026-09-01T8:30:00Z", None),
            ("2026-09-01T08:30:00+8", None),
            ("2026-09-01T08:30:00+99:00", None),
            ("2026-09-01T", None),
            ("T08:30:00", None),
        ] {
            assert_eq!(Moment::parse(text).map(|m| m.to_string()).as_deref(), written, "{text}");
        }
    }

    #[test]
    fn moments_are_compared_by_the_instant_they_mean() {
        use Ordering::{Equal, Greater, Less};
        for (a, b, expected) in [
            ("2026-09-01T08:30:00+08:00", "2026-09-01T00:30:00Z", Equal),
            ("2026-09-01T08:30:00+08:00", "2026-09-01T08:30:00+09:00", Greater),
            ("2026-09-01T08:30:00", "2026-09-01T09:30:00Z", Less),
            ("2026-09-01", "2026-09-01T00:00:01+08:00", Less),
            ("2026-10", "2026-09-30T23:59:59+08:00", Greater),
        ] {
            let moment = |text| Moment::parse(text).unwrap();
            assert_eq!(moment(a).order(moment(b)), Some(expected), "{a} {b}");
        }
    }
}
