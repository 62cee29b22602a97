//! How dates, times, numbers and lists are written. A day carries its weekday; times are of the office, on the 24-hour clock.

use super::{Arg, I18n, K, intl};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};

/// An instant as the wire has it.
type Instant = DateTime<FixedOffset>;

impl I18n {
    /// A number.
    pub fn number(self, n: f64) -> String {
        intl::number(self.lang(), n)
    }

    /// Bytes as megabytes with one decimal place.
    pub fn megabytes(self, bytes: u64) -> String {
        let tenths = u32::try_from(bytes.saturating_mul(10) / (1024 * 1024)).unwrap_or(u32::MAX).max(1);
        self.number(f64::from(tenths) / 10.0)
    }

    /// `a, b and c`.
    pub fn list(self, items: &[String]) -> String {
        intl::list(self.lang(), items)
    }

    /// A day of the office with its weekday: `12 月 3 日（周四）`, `Thu 3 December`.
    pub fn day(self, day: NaiveDate) -> String {
        self.written(K::FmtDay, milliseconds(day), "UTC")
    }

    /// The same with its year, where the year is not plain from what stands around it.
    pub fn day_year(self, day: NaiveDate) -> String {
        self.written(K::FmtDayYear, milliseconds(day), "UTC")
    }

    /// A day as it is printed on paper, without its weekday: `2026 年 11 月 28 日`, `28 November 2026`.
    pub fn day_plain(self, day: NaiveDate) -> String {
        self.written(K::FmtDayPlain, milliseconds(day), "UTC")
    }

    /// The day of an instant at the office, as [`Self::day_plain`] writes it.
    pub fn date_plain(self, at: Instant) -> String {
        self.with_zone(|zone| self.written(K::FmtDayPlain, instant(at), zone))
    }

    /// The month of a day with its year: `1990 年 3 月`, `March 1990`.
    pub fn month_year(self, day: NaiveDate) -> String {
        self.written(K::FmtMonthYear, milliseconds(day), "UTC")
    }

    /// A day without its weekday, where many stand side by side: `12 月 3 日`, `3 Dec`.
    pub fn day_short(self, day: NaiveDate) -> String {
        self.written(K::FmtDayShort, milliseconds(day), "UTC")
    }

    /// The weekday alone: `周四`.
    pub fn weekday(self, day: NaiveDate) -> String {
        intl::part(self.lang(), "UTC", milliseconds(day), "weekday", "short").unwrap_or_default()
    }

    /// The day of an instant, at the office.
    pub fn date(self, at: Instant) -> String {
        self.with_zone(|zone| self.written(K::FmtDay, instant(at), zone))
    }

    /// The time of an instant, at the office: `09:30`.
    pub fn time(self, at: Instant) -> String {
        self.with_zone(|zone| intl::part(self.lang(), zone, instant(at), "hour", "2-digit")).unwrap_or_default()
    }

    /// Day and time of an instant, at the office.
    pub fn moment(self, at: Instant) -> String {
        self.say(K::FmtMoment, &[("day", self.date(at).into()), ("time", self.time(at).into())])
    }

    /// The same instant with the office's offset: its date is the office's day.
    pub fn at_office(self, at: Instant) -> Instant {
        let milliseconds = instant(at);
        let local = self.with_zone(|zone| {
            let part = |name, style| intl::part("en", zone, milliseconds, name, style);
            let number = |name, style| part(name, style)?.parse::<u32>().ok();
            let year = part("year", "numeric")?.parse().ok()?;
            let day = NaiveDate::from_ymd_opt(year, number("month", "2-digit")?, number("day", "2-digit")?)?;
            let time = part("hour", "2-digit")?;
            let (hour, minute) = time.split_once(':')?;
            day.and_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0)
        });
        let seconds = local.map(|local| (local.and_utc().timestamp() - at.timestamp()).div_euclid(60) * 60 + 60);
        // Both are cut to the minute, so the difference may be short by one; offsets are whole quarters of an hour.
        let quarter = seconds.map(|seconds| seconds.div_euclid(900) * 900).and_then(|s| i32::try_from(s).ok());
        quarter.and_then(FixedOffset::east_opt).map_or(at, |offset| at.with_timezone(&offset))
    }

    /// The same beside today: `今天 10:42`, `today at 10:42`; any other day as [`Self::moment`].
    pub fn moment_near(self, at: Instant, now: Instant) -> String {
        if self.date(at) == self.date(now) && (now - at).num_days() == 0 {
            self.say(K::FmtToday, &[("time", self.time(at).into())])
        } else {
            self.moment(at)
        }
    }

    /// A pattern of the language filled with the parts of a date.
    fn written(self, pattern: K, milliseconds: f64, zone: &str) -> String {
        let lang = self.lang();
        let part = |name, style| intl::part(lang, zone, milliseconds, name, style).unwrap_or_default();
        // Chinese attaches the word to the number (12月); our pattern brings the word itself.
        let number = |name| Arg::Text(part(name, "numeric").trim_end_matches(|c: char| !c.is_ascii_digit()).to_owned());
        let style = self.text(K::LangMonth);
        // Many days stand side by side where they are written short.
        let style = if pattern == K::FmtDayShort && style != "numeric" { "short".to_owned() } else { style };
        let month = if style == "numeric" { number("month") } else { part("month", &style).into() };
        self.say(
            pattern,
            &[
                ("year", number("year")),
                ("month", month),
                ("day", number("day")),
                // 周四: two letters, and a line does not end between them.
                ("weekday", spans(&part("weekday", "short")).into()),
            ],
        )
    }
}

/// Words of the office with each span of time (`8:30–17:00`), each weekday, and each Chinese count with its word (`1 层`) kept in
/// one line.
pub fn spans(words: &str) -> String {
    let mut kept = String::with_capacity(words.len());
    let mut letters = words.chars().peekable();
    while let Some(letter) = letters.next() {
        let follows_count = kept.ends_with(|before: char| before.is_ascii_digit());
        match letter {
            ' ' if follows_count && letters.peek().is_some_and(|next| is_han(*next)) => kept.push('\u{a0}'),
            '–' | '周' => kept.extend([letter, '\u{2060}']),
            other => kept.push(other),
        }
    }
    kept
}

fn is_han(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

fn instant(at: Instant) -> f64 {
    // Milliseconds of any year a person meets are far below 2^53.
    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
    let milliseconds = at.timestamp_millis() as f64;
    milliseconds
}

/// Midnight of a day in UTC, where it is only a way to name the day to the browser.
fn milliseconds(day: NaiveDate) -> f64 {
    const UNIX_EPOCH: i32 = 719_163;
    f64::from(day.num_days_from_ce() - UNIX_EPOCH) * 86_400_000.0
}

#[cfg(test)]
mod tests {
    use super::{milliseconds, spans};
    use chrono::NaiveDate;

    #[test]
    fn in_the_words_of_an_office_a_line_ends_neither_in_a_span_nor_between_a_count_and_its_word() {
        for (words, expected) in [
            ("示例路 8 号 1 层体检中心", "示例路 8\u{a0}号 1\u{a0}层体检中心"),
            ("周一 8:30–17:00", "周\u{2060}一 8:30–\u{2060}17:00"),
            ("8 Example Road", "8 Example Road"),
        ] {
            assert_eq!(spans(words), expected, "{words}");
        }
    }

    #[test]
    fn days_are_counted_from_1970() {
        for (year, month, day, expected) in
            [(1970, 1, 1, 0.0), (1970, 1, 2, 86_400_000.0), (2026, 11, 25, 1_795_564_800_000.0)]
        {
            let date = NaiveDate::from_ymd_opt(year, month, day).expect("a real day");
            assert!((milliseconds(date) - expected).abs() < 1.0, "{date}");
        }
    }
}
