//! The office: everything the backend knows and does, callable without HTTP.
//!
//! The API (`http`), the desk and the test acts all call what is here. You will not find a status code, a header or a page.
mod acts;
mod audit;
mod binding;
mod booking;
mod bundle;
mod case;
mod catalogue;
mod certificates;
mod clock;
mod codes;
mod collect;
mod decoding;
mod desk_views;
mod documents;
mod drafts;
mod fault;
mod feed;
mod limits;
mod links;
mod lookups;
mod matter;
mod orphans;
mod packing;
mod papers;
mod reads;
mod receipts;
mod record;
mod reminder;
mod results;
mod seen;
mod sessions;
mod sites;
mod slot_id;
mod slots;
mod submit;
mod supplement;
mod sweep;
mod test_acts;
mod upkeep;
mod uploads;
mod watch;

pub use acts::{By, OfficeAct, Returning};
pub use audit::AuditRow;
pub use case::{Case, Viewer};
pub use catalogue::{Catalogue, QuestionnaireFile};
pub use certificates::CertificateRow;
pub use codes::Message;
pub use desk_views::{DocumentAtDesk, Flag, FullApplication, Listed, QueueRow, Round, SlotAtDesk, Visitor};
pub use drafts::DRAFT_DAYS;
pub use fault::{Answer, Fault};
pub use feed::Heard;
pub use limits::Counted;
pub use links::Served;
pub use matter::{ATTEMPTS, CategoryFact, Findings, Matter, PersonFacts, REPORT_ATTEMPTS};
pub(crate) use packing::ContentCoding;
pub use papers::{FormKind, Judged, judge};
pub use receipts::{Kept, Once, Scope};
pub use results::Recording;
pub use seen::Mark;
pub use sessions::{SessionRow, SignedIn};
pub use sites::Sites;
pub(crate) use sites::weekday;
pub use slot_id::{SlotId, SlotPlan};
pub use slots::SlotsAsked;
pub use uploads::{MAX_SIZE, NewUpload, TYPES, UPLOAD_LIFE, Upload, is_sha256};

use crate::{Config, issue::Issuer, store::Store};
use chrono::{FixedOffset, NaiveDate, Timelike};
use contract::api::Instant;
use object_store::local::LocalFileSystem;
use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

/// The office. Cheap to clone: all clones are the same one.
#[derive(Clone)]
pub struct Office(Arc<Inner>);

/// What an [`Office`] is made of.
pub struct Inner {
    /// The database.
    pub store: Store,
    /// Uploads, documents, photos of certificates.
    pub files: LocalFileSystem,
    /// Forms, sites and examination profiles.
    pub catalogue: Catalogue,
    /// Signs certificates and status lists.
    pub issuer: Issuer,
    /// Where this server is reached: issuer of its certificates.
    pub origin: String,
    /// Troubles on purpose.
    pub faults: crate::faults::Faults,
    feed: feed::Feed,
    running: receipts::RunningKeys,
    busy_uploads: uploads::BusyUploads,
    binding: binding::Binding,
    decoding: decoding::Decoding,
    seconds_ahead: AtomicI64,
    rates: limits::Rates,
    planned: upkeep::Planned,
}

impl Deref for Office {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// Offset of the office's zone from UTC, in seconds: Asia/Shanghai has known no other since 1991.
const ZONE_SECONDS: i32 = 8 * 3600;

/// The office's zone.
pub fn zone() -> FixedOffset {
    FixedOffset::east_opt(ZONE_SECONDS).unwrap_or_else(|| chrono::Offset::fix(&chrono::Utc))
}

/// The first instant of a day at the office.
pub fn start_of(day: NaiveDate) -> Instant {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    midnight.and_local_timezone(zone()).earliest().unwrap_or_else(|| midnight.and_utc().into())
}

/// 24:00 of a day at the office.
pub fn end_of(day: NaiveDate) -> Instant {
    start_of(day.succ_opt().unwrap_or(day))
}

/// An instant from seconds since 1970.
pub fn at_second(seconds: i64) -> Instant {
    chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default().with_timezone(&zone())
}

/// This server's time, in whole seconds and the office's zone. Nothing else asks the machine's clock.
#[expect(clippy::disallowed_methods, reason = "the server's clock decides, and this is it")]
pub fn server_now() -> Instant {
    let now = chrono::Utc::now().with_timezone(&zone());
    now.with_nanosecond(0).unwrap_or(now)
}

impl Office {
    /// Opens the office that lives in this folder.
    ///
    /// # Errors
    /// The folder, the database, the forms or the keys cannot be read.
    pub async fn open(config: &Config, origin: String) -> anyhow::Result<Self> {
        let documents = config.data.join("files");
        tokio::fs::create_dir_all(&documents).await?;
        let office = Self(Arc::new(Inner {
            store: Store::open(&config.data).await?,
            files: LocalFileSystem::new_with_prefix(documents)?,
            catalogue: Catalogue::open(&config.forms, &config.data.join("forms"))?,
            issuer: Issuer::open(&config.data, &origin)?,
            origin,
            faults: crate::faults::Faults::default(),
            feed: feed::Feed::new(),
            running: receipts::RunningKeys::default(),
            busy_uploads: uploads::BusyUploads::default(),
            binding: binding::Binding::default(),
            decoding: decoding::Decoding::default(),
            seconds_ahead: AtomicI64::new(0),
            rates: limits::Rates::default(),
            planned: upkeep::Planned::default(),
        }));
        office.remember_maintenance().await?;
        Ok(office)
    }

    /// The office's time.
    pub fn now(&self) -> Instant {
        server_now() + chrono::Duration::seconds(self.seconds_ahead.load(Ordering::Relaxed))
    }

    /// For tests: from here on the office's clock is that much further ahead, until it is started anew.
    pub fn let_time_pass(&self, time: chrono::Duration) {
        self.seconds_ahead.fetch_add(time.num_seconds(), Ordering::Relaxed);
    }
}

/// 32 hexadecimal digits from the system's generator.
pub(crate) fn secret() -> String {
    use std::fmt::Write as _;
    let mut bytes = [0_u8; 32];
    rand::fill(&mut bytes);
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}

/// SHA-256 of some bytes, in hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}

/// A UUID of the server's own.
pub fn fresh_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Whether the app may name something so: a UUID in lower or upper case. Anything else names nothing.
pub fn is_id(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_the_office_lasts_until_its_midnight() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 3).unwrap();
        assert_eq!(start_of(day).to_rfc3339(), "2026-12-03T00:00:00+08:00");
        assert_eq!(end_of(day).to_rfc3339(), "2026-12-04T00:00:00+08:00");
        assert_eq!(secret().len(), 64);
    }
}
