//! Sites, slots, holds, appointments and results on the wire.
use super::{Instant, Link, Route, Words};
use crate::json::FromJson;
use chrono::NaiveDate;
use serde::Serialize;

/// `GET /sites`: a place where people are examined.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Site {
    /// Public.
    pub id: String,
    /// In the language asked for.
    pub name: String,
    /// In the language asked for.
    pub address: String,
    /// Degrees; the distance is computed on the phone.
    #[serde(default)]
    pub lat: Option<f64>,
    /// Degrees.
    #[serde(default)]
    pub lon: Option<f64>,
    /// To call.
    #[serde(default)]
    pub phone: Option<String>,
    /// Opening hours, in the language asked for.
    #[serde(default)]
    pub hours: Option<String>,
    /// Category codes examined here.
    #[serde(default)]
    pub categories: Vec<String>,
    /// What to know before one goes there, in the language asked for: that there are no steps, that rain may cancel it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// `GET /sites/{s}/slots`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Slots {
    /// Each day asked for.
    pub days: Vec<SlotDay>,
    /// Slots, by start.
    pub items: Vec<Slot>,
}

impl Slots {
    /// The first day on which somebody can still come.
    pub fn first_open(&self) -> Option<NaiveDate> {
        self.days.iter().find(|day| day.state == DayState::Open).map(|day| day.on)
    }
}

/// One day at a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SlotDay {
    /// The day.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date"))]
    pub on: NaiveDate,
    /// Open, full or closed.
    pub state: DayState,
    /// Places left.
    pub left: u32,
}

/// Whether one can come on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DayState {
    /// Places are left.
    Open,
    /// None is left.
    Full,
    /// Nobody is examined.
    #[serde(other)]
    Closed,
}

/// A time at a site with places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Slot {
    /// Public.
    pub id: String,
    /// Site id.
    pub site: String,
    /// Begins.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub start: Instant,
    /// Ends.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub end: Instant,
    /// Places left.
    #[serde(default)]
    pub left: u32,
    /// Come on an empty stomach.
    #[serde(default)]
    pub fasting: bool,
}

/// `PUT …/slot-watch`: a text message when a place comes free at one of these sites between these days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SlotWatch {
    /// Site ids.
    pub sites: Vec<String>,
    /// First day.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date"))]
    pub from: NaiveDate,
    /// Last day.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date"))]
    pub until: NaiveDate,
}

/// `PUT …/hold`, `PUT …/appointment`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SlotChoice {
    /// Slot id.
    pub slot: String,
}

/// A place kept for a while. One an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hold {
    /// Which.
    pub slot: Slot,
    /// Free again from then on.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub until: Instant,
    /// Cannot be extended past this.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub limit: Instant,
}

/// A place taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Appointment {
    /// Which.
    pub slot: Slot,
    /// Be there by then.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub arrive_by: Instant,
    /// Can be moved or given up until then.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub change_until: Instant,
    /// To show on arrival.
    pub check_in: CheckIn,
    /// Name and address, in the language asked for.
    pub place: String,
    /// What to bring and to mind, in the language asked for.
    #[serde(default)]
    pub prepare: Vec<String>,
}

/// Says nothing personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckIn {
    /// Six characters to say.
    pub code: String,
    /// For the QR code.
    pub text: String,
}

/// The examination's part of the record. Tells no finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct ExaminationSummary {
    /// What the category allows.
    pub routes: Vec<Route>,
    /// Booking is possible from then on.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    pub book_from: Option<Instant>,
    /// A place kept for a while.
    pub hold: Option<Hold>,
    /// A place taken.
    pub appointment: Option<Appointment>,
    /// Where to see a doctor.
    pub referral: Option<Referral>,
}

/// Where to see a doctor, and what to bring.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Referral {
    /// Name.
    pub place: String,
    /// Address.
    pub address: String,
    /// What to bring.
    pub bring: Vec<String>,
    /// The examiner's words.
    pub words: Option<Words>,
}

/// `GET …/examination`: what is examined, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Examination {
    /// What is examined for this category.
    pub profile: Vec<ProfileItem>,
    /// Site ids whose reports are taken online.
    pub institutions: Vec<String>,
    /// A report may be so old.
    pub max_age_days: u32,
    /// What the examiner found in the report, by item.
    pub report_check: Vec<ReportCheck>,
    /// Examined on this day.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date"))]
    pub examined_on: Option<NaiveDate>,
    /// Results are due on this day.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date"))]
    pub results_by: Option<NaiveDate>,
    /// The conclusion.
    pub outcome: Option<ExaminationOutcome>,
    /// FHIR R4 `Observation`s; sensitive ones carry `meta.security` code `R`.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub observations: Vec<serde_json::Value>,
    /// The finding, where there is one.
    pub finding: Option<Words>,
    /// What the examiner advises.
    pub advice: Option<Words>,
    /// The report: the document that was sent, or an archive of several.
    pub report: Option<Link>,
}

/// What is examined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileItem {
    /// LOINC or local.
    pub code: Coding,
    /// In the language asked for.
    pub title: String,
    /// A result is needed to pass.
    #[serde(default)]
    pub required: bool,
}

/// FHIR `Coding`, the part we need.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Coding {
    /// URI.
    pub system: String,
    /// In it.
    pub code: String,
}

/// One item of a report, as the examiner found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportCheck {
    /// Code of the profile's item.
    pub code: String,
    /// Found, missing or unclear.
    pub state: ReportCheckState,
    /// The examiner's words.
    #[serde(default)]
    pub words: Option<Words>,
}

/// Whether an item was found in the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ReportCheckState {
    /// It is there.
    Found,
    /// It is not.
    Missing,
    /// It cannot be read.
    #[serde(other)]
    Unclear,
}

/// The conclusion of an examination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ExaminationOutcome {
    /// Fit for this work.
    Passed,
    /// A doctor must be seen first.
    Referred,
    /// Not fit for this work now.
    Unfit,
    /// A conclusion of a newer server.
    #[serde(other)]
    Unknown,
}
