//! Sites and their slots, computed from `sites.json`: patterns, holidays, closures, extra openings.
//!
//! A slot is not stored: its id says site and start, so it is the same before and after a restart. Who has a place is in `booking`.
use super::catalogue::{Catalogue, InLanguages};
use super::{SlotId, SlotPlan, start_of};
use chrono::{Datelike as _, Duration, NaiveDate, NaiveTime, Weekday};
use contract::api::{Instant, Site};
use serde::{Deserialize, Deserializer, de::Error as _};
use std::{collections::BTreeMap, num::NonZeroU16};

/// All sites with their hours.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sites {
    /// IANA name.
    pub time_zone: String,
    /// Limits of booking.
    pub booking: Booking,
    holidays: Vec<Closed>,
    #[serde(rename = "sites")]
    list: Vec<OneSite>,
}

/// Limits of booking.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Booking {
    /// How far ahead one can book.
    pub days_ahead: i64,
    /// How long a place is held.
    pub hold_minutes: i64,
    /// How much longer, if asked again.
    pub extend_minutes: i64,
    /// Until when a visit can be moved.
    pub change_until: ChangeUntil,
    /// Grace after the slot's end.
    pub late_minutes: i64,
    /// Days to wait after a missed visit.
    pub after_missed_days: i64,
}

/// Until when a visit can be moved.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeUntil {
    days_before: i64,
    #[serde(deserialize_with = "time_of_day")]
    time: NaiveTime,
}

#[derive(Debug, Deserialize)]
struct Closed {
    from: NaiveDate,
    to: NaiveDate,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneSite {
    id: String,
    name: InLanguages,
    address: InLanguages,
    position: Position,
    telephone: String,
    hours_of_operation: Vec<Hours>,
    slot_pattern: Vec<Pattern>,
    profiles: Vec<String>,
    closures: Vec<Closed>,
    extra_openings: Vec<Extra>,
    /// Papers are looked at here as well.
    #[serde(default)]
    counter: bool,
    #[serde(default)]
    accessibility: Vec<Access>,
    /// What else one should know before one goes there.
    note: Option<InLanguages>,
    /// What is minded here in other words, by the name of the preparation.
    #[serde(default)]
    overrides_preparation: BTreeMap<String, InLanguages>,
}

#[derive(Debug, Deserialize)]
struct Position {
    latitude: f64,
    longitude: f64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Hours {
    days_of_week: Vec<Day>,
    #[serde(deserialize_with = "time_of_day")]
    opening_time: NaiveTime,
    #[serde(deserialize_with = "time_of_day")]
    closing_time: NaiveTime,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pattern {
    days_of_week: Vec<Day>,
    #[serde(flatten)]
    row: Row,
    profiles: Option<Vec<String>>,
    /// Nothing is taken to a laboratory then.
    #[serde(default)]
    repeat_only: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extra {
    date: NaiveDate,
    #[serde(flatten)]
    row: Row,
}

/// Slots one after another: the first starts at `from`, the last at `to` or before.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    #[serde(deserialize_with = "time_of_day")]
    from: NaiveTime,
    #[serde(deserialize_with = "time_of_day")]
    to: NaiveTime,
    every_minutes: NonZeroU16,
    capacity: u32,
}

/// A day of the week in few letters.
pub(crate) const fn weekday(day: Weekday, is_english: bool) -> &'static str {
    Day::of(day).name(is_english)
}

/// What makes it easier to get in and to be understood.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Access {
    StepFree,
    Lift,
    SignLanguageByAppointment,
}

impl Access {
    const fn words(self, is_english: bool) -> &'static str {
        let (chinese, english) = match self {
            Self::StepFree => ("进出没有台阶", "No steps"),
            Self::Lift => ("有电梯", "Lift"),
            Self::SignLanguageByAppointment => ("预约后有手语翻译", "Sign language if you call ahead"),
        };
        if is_english { english } else { chinese }
    }
}

/// A day of the week, as FHIR R4 Location has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl OneSite {
    /// How one gets in, and what else to know, each on a line.
    fn notes(&self, lang: &str) -> Vec<String> {
        let is_english = lang == "en";
        let access: Vec<_> = self.accessibility.iter().map(|access| access.words(is_english)).collect();
        let access = access.join(" · ");
        let note = self.note.as_ref().map(|note| note.get(lang).to_owned());
        [Some(access).filter(|words| !words.is_empty()), note].into_iter().flatten().collect()
    }
}

const HOUR_AND_MINUTE: &str = "%H:%M";

/// A time that is written otherwise would be some other time, and people would be asked to come at it.
fn time_of_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    let read = NaiveTime::parse_from_str(&text, HOUR_AND_MINUTE).ok();
    let read = read.filter(|time| time.format(HOUR_AND_MINUTE).to_string() == text);
    read.ok_or_else(|| D::Error::custom(format!("\"{text}\" is no time of day, such as \"08:30\"")))
}

impl Day {
    const fn of(day: Weekday) -> Self {
        match day {
            Weekday::Mon => Self::Mon,
            Weekday::Tue => Self::Tue,
            Weekday::Wed => Self::Wed,
            Weekday::Thu => Self::Thu,
            Weekday::Fri => Self::Fri,
            Weekday::Sat => Self::Sat,
            Weekday::Sun => Self::Sun,
        }
    }

    const fn name(self, is_english: bool) -> &'static str {
        let (chinese, english) = match self {
            Self::Mon => ("周一", "Mon"),
            Self::Tue => ("周二", "Tue"),
            Self::Wed => ("周三", "Wed"),
            Self::Thu => ("周四", "Thu"),
            Self::Fri => ("周五", "Fri"),
            Self::Sat => ("周六", "Sat"),
            Self::Sun => ("周日", "Sun"),
        };
        if is_english { english } else { chinese }
    }
}

impl Sites {
    /// Reads `sites.json`.
    ///
    /// # Errors
    /// It is written differently.
    pub fn read(json: &str) -> anyhow::Result<Self> {
        let sites: Self = serde_json::from_str(json)?;
        anyhow::ensure!(sites.time_zone == "Asia/Shanghai", "only the zone Asia/Shanghai is known here");
        Ok(sites)
    }

    fn site(&self, id: &str) -> Option<&OneSite> {
        self.list.iter().find(|site| site.id == id)
    }

    /// Ids of all sites.
    pub fn ids(&self) -> Vec<String> {
        self.list.iter().map(|site| site.id.clone()).collect()
    }

    /// Ids of the sites where papers are looked at; all, if none says so.
    pub fn counters(&self) -> Vec<String> {
        let counters: Vec<String> = self.list.iter().filter(|site| site.counter).map(|site| site.id.clone()).collect();
        if counters.is_empty() { self.ids() } else { counters }
    }

    /// Ids of the sites that have this profile.
    pub fn with_profile(&self, profile: &str) -> Vec<String> {
        self.list.iter().filter(|site| site.profiles.iter().any(|p| p == profile)).map(|site| site.id.clone()).collect()
    }

    /// Whether there is such a site.
    pub fn has(&self, id: &str) -> bool {
        self.site(id).is_some()
    }

    /// Name of a site; what is no site's id is a name already.
    pub fn name(&self, id: &str, lang: &str) -> String {
        self.site(id).map_or(id, |site| site.name.get(lang)).to_owned()
    }

    /// Name and address on one line.
    pub fn place(&self, id: &str, lang: &str) -> String {
        self.site(id).map_or_else(String::new, |site| {
            let comma = if lang == "en" { ", " } else { "，" };
            format!("{}{comma}{}", site.name.get(lang), site.address.get(lang))
        })
    }

    /// What a site says of a preparation in words of its own.
    pub fn preparation(&self, id: &str, name: &str, lang: &str) -> Option<&str> {
        self.site(id)?.overrides_preparation.get(name).map(|words| words.get(lang))
    }

    /// Address of a site.
    pub fn address(&self, id: &str, lang: &str) -> String {
        self.site(id).map_or_else(String::new, |site| site.address.get(lang).to_owned())
    }

    /// The sites for the wire: those that examine a kind of work, or all.
    pub fn wire(&self, catalogue: &Catalogue, category: Option<&str>, lang: &str) -> Vec<Site> {
        let profile = category.map(|category| catalogue.profile_id(category));
        let fits = |site: &&OneSite| profile.is_none_or(|profile| site.profiles.iter().any(|p| p == profile));
        let wire = |site: &OneSite| Site {
            id: site.id.clone(),
            name: site.name.get(lang).into(),
            address: site.address.get(lang).into(),
            lat: Some(site.position.latitude),
            lon: Some(site.position.longitude),
            phone: Some(site.telephone.clone()),
            hours: Some(hours_in_words(&site.hours_of_operation, lang)),
            categories: catalogue.categories_of(&site.profiles),
            notes: site.notes(lang),
        };
        self.list.iter().filter(fits).map(wire).collect()
    }

    /// The slots of a day at a site, for a profile or for any.
    pub fn slots(&self, site: &str, day: NaiveDate, profile: Option<&str>) -> Vec<SlotPlan> {
        let Some(site) = self.site(site) else { return Vec::new() };
        if profile.is_some_and(|profile| site.profiles.iter().all(|p| p != profile)) {
            return Vec::new();
        }
        let closed = |list: &[Closed]| list.iter().any(|closed| closed.from <= day && day <= closed.to);
        let mut slots = Vec::new();
        if !closed(&self.holidays) && !closed(&site.closures) {
            let weekday = Day::of(day.weekday());
            for pattern in site.slot_pattern.iter().filter(|p| p.days_of_week.contains(&weekday)) {
                let fits = |profiles: &Vec<String>| profile.is_none_or(|p| profiles.iter().any(|found| found == p));
                if pattern.profiles.as_ref().is_none_or(fits) {
                    slots.extend(slots_of(&site.id, day, pattern.row, pattern.repeat_only));
                }
            }
        }
        for extra in site.extra_openings.iter().filter(|extra| extra.date == day) {
            slots.extend(slots_of(&site.id, day, extra.row, false));
        }
        slots.sort_by(|a, b| a.id.cmp(&b.id));
        slots.dedup_by(|a, b| a.id == b.id);
        slots
    }

    /// The slot of that name, if the pattern has it.
    pub fn slot(&self, id: &SlotId) -> Option<SlotPlan> {
        self.slots(&id.site, id.start.date(), None).into_iter().find(|slot| slot.id == *id)
    }

    /// Until when a visit in this slot can be moved or given up.
    pub fn change_until(&self, slot: &SlotId) -> Instant {
        let rule = &self.booking.change_until;
        let day = slot.start.date() - Duration::days(rule.days_before);
        start_of(day) + (rule.time - NaiveTime::MIN)
    }
}

fn slots_of(site: &str, day: NaiveDate, row: Row, repeat_only: bool) -> impl Iterator<Item = SlotPlan> {
    let minutes = i64::from(row.every_minutes.get());
    let starts = (0..).map(move |nth| day.and_time(row.from) + Duration::minutes(nth * minutes));
    let site = site.to_owned();
    starts.take_while(move |start| *start <= day.and_time(row.to)).map(move |start| SlotPlan {
        id: SlotId { site: site.clone(), start },
        minutes,
        capacity: row.capacity,
        repeat_only,
    })
}

fn hours_in_words(hours: &[Hours], lang: &str) -> String {
    let is_english = lang == "en";
    let days = |of: &[Day]| match of {
        [first, .., last] if *first as usize + of.len() == *last as usize + 1 => {
            let to = if is_english { " to " } else { "至" };
            format!("{}{to}{}", first.name(is_english), last.name(is_english))
        }
        some => {
            some.iter().map(|day| day.name(is_english)).collect::<Vec<_>>().join(if is_english { ", " } else { "、" })
        }
    };
    // What is open twice on the same days has their names once.
    let line = |same: &[Hours]| {
        let time = |time: NaiveTime| time.format(HOUR_AND_MINUTE);
        let times = same.iter().map(|hours| format!("{}–{}", time(hours.opening_time), time(hours.closing_time)));
        let times = times.collect::<Vec<_>>().join(if is_english { ", " } else { "、" });
        let of = same.first().map_or(&[][..], |hours| &hours.days_of_week);
        format!("{} {times}", days(of))
    };
    let groups = hours.chunk_by(|a, b| a.days_of_week == b.days_of_week).map(line);
    groups.collect::<Vec<_>>().join(if is_english { "; " } else { "；" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sites() -> Sites {
        Sites::read(include_str!("../../../forms/sites.json")).unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn slots_follow_pattern_closures_and_extra_openings() {
        let sites = sites();
        for (on, profile, slots) in [
            ("2026-12-16", Some("food-and-public-place"), 6),
            ("2026-12-16", Some("general"), 0),
            ("2026-12-17", Some("food-and-public-place"), 0),
            ("2026-12-19", None, 0),
            ("2027-01-01", None, 0),
            ("2027-02-20", None, 6),
        ] {
            assert_eq!(sites.slots("site-1", day(on), profile).len(), slots, "{on} {profile:?}");
        }
    }

    #[test]
    fn hours_are_told_as_a_notice_on_a_door_tells_them() {
        let sites = sites();
        for (id, lang, expected) in [
            ("site-1", "zh-CN", "周一至周五 08:00–11:30、13:30–16:30"),
            ("site-3", "zh-CN", "周一至周五 07:30–12:00；周二、周四 13:30–16:00"),
            ("site-4", "en", "Mon, Wed, Fri 08:00–11:00"),
        ] {
            assert_eq!(hours_in_words(&sites.site(id).unwrap().hours_of_operation, lang), expected, "{id}");
        }
    }

    #[test]
    fn what_to_know_of_a_site_is_told_before_one_goes_there() {
        let sites = sites();
        for (id, lang, expected) in [
            ("site-1", "zh-CN", &["进出没有台阶 · 有电梯 · 预约后有手语翻译"][..]),
            ("site-2", "en", &["No steps"]),
            ("site-4", "zh-CN", &[]),
            ("site-5", "en", &["A mobile unit; rain or snow may cancel it and you get a message."]),
        ] {
            assert_eq!(sites.site(id).unwrap().notes(lang), expected, "{id}");
        }
    }

    #[test]
    fn papers_are_looked_at_where_the_file_says_so_or_else_everywhere() {
        let text = include_str!("../../../forms/sites.json");
        assert_eq!(sites().counters(), ["site-1", "site-2"]);
        let nobody = Sites::read(&text.replace(r#""counter": true,"#, "")).unwrap();
        assert_eq!(nobody.counters(), nobody.ids());
    }

    #[test]
    fn a_slip_of_the_pen_is_told_at_start_with_its_line() {
        let text = include_str!("../../../forms/sites.json");
        for (right, wrong, said) in [
            (r#""from": "08:00", "to": "10:30""#, r#""from": "8:3o", "to": "10:30""#, r#""8:3o" is no time of day"#),
            (r#""from": "08:00", "to": "10:30""#, r#""from": "8:00", "to": "10:30""#, r#""8:00" is no time of day"#),
            (r#""time": "17:00""#, r#""time": "25:00""#, r#""25:00" is no time of day"#),
            (r#""openingTime": "08:00""#, r#""openingTime": """#, r#""" is no time of day"#),
            (r#""daysOfWeek": ["mon", "#, r#""daysOfWeek": ["Monday", "#, "unknown variant `Monday`"),
            (r#""everyMinutes": 30"#, r#""everyMinutes": 0"#, "a nonzero u16"),
        ] {
            assert!(text.contains(right), "{right}");
            let why = Sites::read(&text.replacen(right, wrong, 1)).unwrap_err().to_string();
            assert!(why.contains(said) && why.contains("at line "), "{wrong}: {why}");
        }
    }

    #[test]
    fn a_slot_is_of_its_site_and_can_be_changed_until_the_day_before() {
        let (sites, slot) = (sites(), |name| SlotId::parse(name).unwrap());
        let id = slot("site-1.20261216T0830");
        assert_eq!(sites.slot(&id).unwrap().ends_at().to_rfc3339(), "2026-12-16T09:00:00+08:00");
        assert_eq!(sites.change_until(&id).to_rfc3339(), "2026-12-15T17:00:00+08:00");
        assert!(sites.slot(&slot("site-1.20261216T0831")).is_none());
    }
}
