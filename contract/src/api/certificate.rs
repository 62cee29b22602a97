//! The certificate on the wire (contract §8).
use super::{Instant, Link, Words};
use crate::json::FromJson;
use chrono::NaiveDate;
use serde::Serialize;

/// The certificate's part of the record. Shows nothing of the certificate itself without a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateSummary {
    /// Opaque.
    pub id: String,
    /// Whether it holds.
    pub state: CertificateState,
    /// Only under a grant.
    #[serde(default)]
    pub number: Option<String>,
    /// Last day.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date"))]
    pub valid_until: NaiveDate,
    /// Renewal is possible from this day on.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date"))]
    #[serde(default)]
    pub renew_from: Option<NaiveDate>,
    /// Why suspended or revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    /// How it is collected.
    pub collection: Collection,
}

/// Whether a certificate holds (contract §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CertificateState {
    /// It holds.
    Valid,
    /// Not for now.
    Suspended,
    /// Never again.
    Revoked,
    /// Its time is over.
    Expired,
    /// A state of a newer server.
    #[serde(other)]
    Unknown,
}

impl CertificateState {
    /// The code on the wire, which is also the last part of the text key `cert.state.…`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::Unknown => "unknown",
        }
    }

    /// As it stands on a day of the office: what nobody has ended ends with its last day, whatever was heard before.
    #[must_use]
    pub fn on(self, today: NaiveDate, valid_until: NaiveDate) -> Self {
        match self {
            Self::Valid | Self::Suspended if today > valid_until => Self::Expired,
            told => told,
        }
    }

    /// Whether the next one can be begun on a day of the office: in the last days of this one, and after them.
    #[must_use]
    pub fn is_renewable_on(self, today: NaiveDate, valid_until: NaiveDate, renew_from: Option<NaiveDate>) -> bool {
        match self.on(today, valid_until) {
            Self::Valid => renew_from.is_some_and(|from| from <= today),
            Self::Expired => true,
            Self::Suspended | Self::Revoked | Self::Unknown => false,
        }
    }
}

impl CertificateSummary {
    /// As it stands on a day of the office.
    pub fn state_on(&self, today: NaiveDate) -> CertificateState {
        self.state.on(today, self.valid_until)
    }

    /// Whether the next one can be begun with it.
    pub fn is_renewable_on(&self, today: NaiveDate) -> bool {
        self.state.is_renewable_on(today, self.valid_until, self.renew_from)
    }
}

/// How a certificate is collected: facts to enter, and tries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Collection {
    /// `name`, `id-tail-6`, `code`; of a number with fewer than six characters all are asked for: `id-tail-5`.
    pub ask: Vec<String>,
    /// Tries left.
    pub left: u32,
    /// Tries in all.
    pub limit: u32,
    /// Locked until then.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    #[serde(default)]
    pub locked_until: Option<Instant>,
    /// Seconds it is locked after the last try.
    #[serde(default)]
    pub lock_s: u64,
    /// This session may read the certificate until then.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    #[serde(default)]
    pub grant_until: Option<Instant>,
}

/// `POST /applications/{id}/collection`: the facts in `ask`, no others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct CollectionRequest {
    /// As on the ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The last characters of the ID number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_tail: Option<String>,
    /// From `CodeSent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_id: Option<String>,
    /// As typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// The person is who they say; the certificate can be read for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Grant {
    /// Certificate id.
    pub certificate: String,
    /// Until then.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub until: Instant,
}

/// `GET /certificates/{c}`.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Certificate {
    /// Opaque.
    pub id: String,
    /// With hyphens.
    pub number: String,
    /// Whether it holds.
    pub state: CertificateState,
    /// Why suspended or revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    /// What is printed on it.
    pub shown: CertificateShown,
    /// `HCZ1:…`, what its QR code says.
    pub credential: String,
    /// The photo.
    pub photo: Link,
    /// The seal.
    #[serde(default)]
    pub seal: Option<Link>,
    /// To save.
    pub downloads: Downloads,
}

/// What is printed on a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateShown {
    /// In full, NFC.
    pub name: String,
    /// In the language asked for.
    #[serde(default)]
    pub sex: Option<String>,
    /// `YYYY-MM`.
    #[serde(default)]
    pub birth_month: Option<String>,
    /// First four and last four.
    pub id_masked: String,
    /// In the language asked for.
    pub category: String,
    /// In the language asked for.
    pub outcome: String,
    /// Day of issue.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date"))]
    pub issued_on: NaiveDate,
    /// First day.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date"))]
    pub valid_from: NaiveDate,
    /// Last day.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date"))]
    pub valid_until: NaiveDate,
    /// The office's name.
    pub issuer: String,
}

/// Files of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Downloads {
    /// To print.
    pub pdf: Link,
    /// To keep in the album.
    pub png: Link,
}

#[cfg(test)]
mod tests {
    use super::{CertificateState, CertificateSummary};

    #[test]
    fn the_calendar_counts_against_what_was_heard() {
        use CertificateState::{Expired, Revoked, Suspended, Valid};
        for (state, today, expected, renewable) in [
            ("valid", "2027-10-27", Valid, false),
            ("valid", "2027-10-28", Valid, true),
            ("valid", "2027-11-27", Valid, true),
            ("valid", "2027-11-28", Expired, true),
            ("expired", "2027-11-27", Expired, true),
            ("suspended", "2027-11-01", Suspended, false),
            ("suspended", "2027-11-28", Expired, true),
            ("revoked", "2027-11-28", Revoked, false),
        ] {
            let text = format!(
                r#"{{"id": "c", "state": "{state}", "valid_until": "2027-11-27", "renew_from": "2027-10-28",
                    "collection": {{"ask": [], "left": 3, "limit": 3, "lock_s": 1800}}}}"#
            );
            let certificate: CertificateSummary = serde_json::from_str(&text).unwrap();
            let today = today.parse().unwrap();
            assert_eq!(certificate.state_on(today), expected, "{state} {today}");
            assert_eq!(certificate.is_renewable_on(today), renewable, "{state} {today}");
        }
    }
}
