//! Sites and their slots, computed from `sites.json`: patterns, holidays, closures, extra openings.
//!
//! A slot is not stored: its id says site and start, so it is the same before and after a restart. Who has a place is in `booking`.
use super::catalogue::{Catalogue, InLanguages};
use super::{start_of, zone};
use chrono::{Datelike as _, Duration, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use contract::api::{Instant, Site};
use serde::Deserialize;
use std::collections::BTreeMap;

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
    time: String,
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
    days_of_week: Vec<String>,
    opening_time: String,
    closing_time: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pattern {
    days_of_week: Vec<String>,
    from: String,
    to: String,
    every_minutes: i64,
    capacity: u32,
    profiles: Option<Vec<String>>,
    /// Nothing is taken to a laboratory then.
    #[serde(default)]
    repeat_only: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extra {
    date: NaiveDate,
    from: String,
    to: String,
    every_minutes: i64,
    capacity: u32,
}

/// The name of a slot: `site-1.20261126T0800`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SlotId {
    /// Site id.
    pub site: String,
    /// Start at the site.
    pub start: NaiveDateTime,
}

/// A slot as the pattern makes it, without who is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotPlan {
    /// Its name.
    pub id: SlotId,
    /// Its length.
    pub minutes: i64,
    /// Its places.
    pub capacity: u32,
    /// For those alone who are examined again, and for nothing that is taken to a laboratory.
    pub repeat_only: bool,
}

const START: &str = "%Y%m%dT%H%M";

impl SlotId {
    /// Reads a slot's name. `None` for what is none: a slot has one name, and its year four digits.
    pub fn parse(text: &str) -> Option<Self> {
        let (site, start) = text.rsplit_once('.')?;
        let id = Self { site: site.into(), start: NaiveDateTime::parse_from_str(start, START).ok()? };
        (id.to_string() == text && text.is_ascii() && start.len() == "20261126T0800".len()).then_some(id)
    }

    /// Its start as an instant.
    pub fn starts_at(&self) -> Instant {
        at_site(self.start)
    }
}

impl std::fmt::Display for SlotId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.site, self.start.format(START))
    }
}

fn at_site(time: NaiveDateTime) -> Instant {
    time.and_local_timezone(zone()).earliest().unwrap_or_else(|| time.and_utc().into())
}

impl SlotPlan {
    /// Its end as an instant.
    pub fn ends_at(&self) -> Instant {
        at_site(self.id.start + Duration::minutes(self.minutes))
    }
}

fn time_of(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap_or_default()
}

fn code_of(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
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
            let weekday = code_of(day.weekday());
            for pattern in site.slot_pattern.iter().filter(|p| p.days_of_week.iter().any(|d| d == weekday)) {
                let fits = |profiles: &Vec<String>| profile.is_none_or(|p| profiles.iter().any(|found| found == p));
                if pattern.profiles.as_ref().is_none_or(fits) {
                    let (from, to) = (time_of(&pattern.from), time_of(&pattern.to));
                    let begun = slots.len();
                    push_slots(&mut slots, &site.id, day, (from, to), pattern.every_minutes, pattern.capacity);
                    slots.iter_mut().skip(begun).for_each(|slot| slot.repeat_only = pattern.repeat_only);
                }
            }
        }
        for extra in site.extra_openings.iter().filter(|extra| extra.date == day) {
            let (from, to) = (time_of(&extra.from), time_of(&extra.to));
            push_slots(&mut slots, &site.id, day, (from, to), extra.every_minutes, extra.capacity);
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
        start_of(day) + (time_of(&rule.time) - NaiveTime::MIN)
    }
}

fn push_slots(
    slots: &mut Vec<SlotPlan>,
    site: &str,
    day: NaiveDate,
    (from, to): (NaiveTime, NaiveTime),
    every: i64,
    capacity: u32,
) {
    let mut start = day.and_time(from);
    while every > 0 && start <= day.and_time(to) {
        slots.push(SlotPlan { id: SlotId { site: site.into(), start }, minutes: every, capacity, repeat_only: false });
        start += Duration::minutes(every);
    }
}

fn hours_in_words(hours: &[Hours], lang: &str) -> String {
    const DAYS: [(&str, &str, &str); 7] = [
        ("mon", "周一", "Mon"),
        ("tue", "周二", "Tue"),
        ("wed", "周三", "Wed"),
        ("thu", "周四", "Thu"),
        ("fri", "周五", "Fri"),
        ("sat", "周六", "Sat"),
        ("sun", "周日", "Sun"),
    ];
    let english = lang == "en";
    let name = |code: &str| {
        let found = DAYS.iter().find(|(found, _, _)| *found == code);
        found.map_or("", |(_, zh, en)| if english { *en } else { *zh })
    };
    let place = |code: &String| DAYS.iter().position(|(found, _, _)| found == code).unwrap_or_default();
    let days = |of: &[String]| match of {
        [first, .., last] if place(first) + of.len() == place(last) + 1 => {
            format!("{}{}{}", name(first), if english { " to " } else { "至" }, name(last))
        }
        some => some.iter().map(|code| name(code)).collect::<Vec<_>>().join(if english { ", " } else { "、" }),
    };
    // What is open twice on the same days has their names once.
    let line = |same: &[Hours]| {
        let times = same.iter().map(|hours| format!("{}–{}", hours.opening_time, hours.closing_time));
        let times = times.collect::<Vec<_>>().join(if english { ", " } else { "、" });
        let of = same.first().map_or(&[][..], |hours| &hours.days_of_week);
        format!("{} {times}", days(of))
    };
    let groups = hours.chunk_by(|a, b| a.days_of_week == b.days_of_week).map(line);
    groups.collect::<Vec<_>>().join(if english { "; " } else { "；" })
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
    fn a_slot_is_named_by_site_and_start() {
        let sites = sites();
        let id = SlotId::parse("site-1.20261216T0830").unwrap();
        assert_eq!(id.to_string(), "site-1.20261216T0830");
        assert_eq!(sites.slot(&id).unwrap().ends_at().to_rfc3339(), "2026-12-16T09:00:00+08:00");
        assert_eq!(sites.change_until(&id).to_rfc3339(), "2026-12-15T17:00:00+08:00");
        assert!(sites.slot(&SlotId::parse("site-1.20261216T0831").unwrap()).is_none());
        for none in
            ["../../etc", "site-1. 2026 1216T0830", "site-1.+20261216T0830", "site-1.+262142 1231T0800", "site-1."]
        {
            assert_eq!(SlotId::parse(none), None, "{none}");
        }
    }
}
