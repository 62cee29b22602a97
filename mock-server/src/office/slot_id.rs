//! What a slot is called, and a slot as the pattern of its site makes it.
use super::zone;
use chrono::{Duration, NaiveDateTime};
use contract::api::Instant;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_named_by_site_and_start() {
        let id = SlotId::parse("site-1.20261216T0830").unwrap();
        assert_eq!(id.to_string(), "site-1.20261216T0830");
        assert_eq!(id.starts_at().to_rfc3339(), "2026-12-16T08:30:00+08:00");
        for none in
            ["../../etc", "site-1. 2026 1216T0830", "site-1.+20261216T0830", "site-1.+262142 1231T0800", "site-1."]
        {
            assert_eq!(SlotId::parse(none), None, "{none}");
        }
    }
}
