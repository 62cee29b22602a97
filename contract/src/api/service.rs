//! What the backend says of itself, and who is signed in.
use super::Instant;
use crate::json::FromJson;
use serde::Serialize;

/// `GET /service`: what this backend is and can do.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Service {
    /// The office's name, in the language asked for.
    pub name: String,
    /// Version of the contract.
    pub api: String,
    /// Conformance levels (contract §10).
    #[serde(default)]
    pub levels: Vec<String>,
    /// `POST /test/acts` plays desk and clock.
    #[serde(default)]
    pub test: bool,
    /// IANA name of the office's zone; days end at its 24:00.
    pub time_zone: String,
    /// Languages the backend's own texts come in.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Optional parts: `drafts`, `lookup`, `slot-watch`.
    #[serde(default)]
    pub features: Vec<String>,
    /// A draft lapses so many days after its last save.
    #[serde(default)]
    pub draft_days: u32,
    /// Ways to sign in, in order of preference.
    #[serde(default)]
    pub sign_in: Vec<SignInWay>,
    /// Kinds of work a certificate is for.
    #[serde(default)]
    pub categories: Vec<ServiceCategory>,
    /// Older questionnaire versions still taken.
    #[serde(default)]
    pub accepted_questionnaires: Vec<String>,
    /// Sizes.
    #[serde(default)]
    pub limits: Limits,
    /// How files are sent; absent where the level `uploads` is not held.
    #[serde(default)]
    pub uploads: Option<Uploads>,
    /// Whose certificates are trusted here.
    #[serde(default)]
    pub issuers: Vec<Issuer>,
    /// What is kept how long.
    #[serde(default)]
    pub retention: Vec<Retention>,
    /// The way in person.
    #[serde(default)]
    pub contact: Contact,
    /// Planned maintenance.
    #[serde(default)]
    pub maintenance: Option<Maintenance>,
}

/// One way to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInWay {
    /// `code`, `host` or `oidc`.
    pub way: String,
    /// OIDC only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// OIDC only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// A kind of work, with its form and its ways of examination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceCategory {
    /// Code of the item with role `category`.
    pub code: String,
    /// In the language asked for.
    pub title: String,
    /// `id|version`.
    pub questionnaire: String,
    /// `id|version` of the report form.
    #[serde(default)]
    pub report_questionnaire: Option<String>,
    /// `onsite`, `online`.
    #[serde(default)]
    pub routes: Vec<Route>,
    /// In years.
    #[serde(default)]
    pub min_age: Option<u32>,
}

/// A way of examination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// A visit at a site.
    Onsite,
    /// A report, verified online.
    Online,
    /// A way of a newer server.
    #[serde(other)]
    Unknown,
}

/// Sizes the backend takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Limits {
    /// JSON body, bytes.
    pub body: u64,
    /// Documents of one application.
    pub documents: u32,
    /// Pages of one item.
    pub pages_per_item: u32,
    /// Pages of one PDF.
    pub pdf_pages: u32,
}

impl Limits {
    /// Where a service does not say, or has not answered yet.
    pub const USUAL: Self = Self { body: 262_144, documents: 60, pages_per_item: 10, pdf_pages: 50 };
}

impl Default for Limits {
    fn default() -> Self {
        Self::USUAL
    }
}

/// How files are sent (contract §6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Uploads {
    /// Path or URL of the tus endpoint.
    pub endpoint: String,
    /// Bytes of one file.
    pub max_size: u64,
    /// Checksum algorithms, best first.
    #[serde(default)]
    pub checksum: Vec<String>,
    /// Seconds after the last byte.
    pub expires_after: u64,
    /// Media types taken.
    pub types: Vec<String>,
}

impl Uploads {
    /// Bytes of one file where a service has not answered yet.
    pub const USUAL_SIZE: u64 = 10 * 1024 * 1024;
}

/// An issuer whose certificates are trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Issuer {
    /// https origin, at most 40 characters.
    pub iss: String,
    /// In the language asked for.
    pub name: String,
    /// It is this backend itself: its keys and lists are at this backend too, whatever address that was reached at.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
}

impl Service {
    /// Its limits; the usual ones of one that has not answered yet.
    pub fn limits_of(service: Option<&Self>) -> Limits {
        service.map_or(Limits::USUAL, |service| service.limits)
    }

    /// The id of the form that an application is begun with: the one that all kinds of work name, without its version; else
    /// [`APPLICATION_FORM`], for which of several it is would have to be asked first.
    pub fn application_form(&self) -> &str {
        let mut all = self.categories.iter().map(|category| {
            let name = category.questionnaire.as_str();
            name.split_once('|').map_or(name, |(id, _)| id)
        });
        let first = all.next().filter(|id| !id.is_empty());
        first.filter(|id| all.all(|other| other == *id)).unwrap_or(APPLICATION_FORM)
    }

    /// The path at this backend of what one of its own issuers names by its full address.
    pub fn own_path<'a>(&self, address: &'a str) -> Option<&'a str> {
        let own = self.issuers.iter().filter(|issuer| issuer.own);
        own.filter_map(|issuer| address.strip_prefix(issuer.iss.trim_end_matches('/')))
            .find(|path| path.starts_with('/'))
    }
}

/// The form of an application where the backend names none for all: its id, without a version.
pub const APPLICATION_FORM: &str = "health-certificate";
/// The form of a report where the record names none.
pub const REPORT_FORM: &str = "health-report";

/// What is kept how long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Retention {
    /// What: `drafts`, `documents`, …
    pub what: String,
    /// In the language asked for.
    pub text: String,
}

/// The way in person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Contact {
    /// To call.
    pub phone: String,
    /// In the language asked for.
    pub hours: String,
    /// Site ids.
    pub sites: Vec<String>,
}

/// No writes in this time; reading works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Maintenance {
    /// Begins.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub from: Instant,
    /// Ends.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub until: Instant,
}

/// `POST /session/code`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeRequest {
    /// What the code will be used for.
    pub purpose: CodePurpose,
    /// E.164; for `sign-in` and `lookup`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// For `collect`: the code goes to this application's phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
}

/// What a one-time code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CodePurpose {
    /// To sign in.
    SignIn,
    /// To look up an application.
    Lookup,
    /// To collect a certificate.
    Collect,
}

/// The code is on its way: the same answer for known and unknown phones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeSent {
    /// Goes back with the code.
    pub code_id: String,
    /// Digits.
    pub length: u8,
    /// Masked.
    pub sent_to: String,
    /// Valid until then.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub expires_at: Instant,
    /// Another can be asked for from then on.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub resend_at: Instant,
}

/// `POST /session`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeEntered {
    /// From [`CodeSent`].
    pub code_id: String,
    /// As typed, digits only.
    pub code: String,
}

/// Who is signed in. `GET /session` answers 200 also when nobody is, so it serves as the reachability probe.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Session {
    /// Somebody is.
    pub signed_in: bool,
    /// Opaque; answers "the same person?".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Masked phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown: Option<String>,
    /// Ends at the latest.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Instant>,
    /// Ends without a request until then.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_ends_at: Option<Instant>,
}

#[cfg(test)]
mod tests {
    use super::Service;

    #[test]
    fn an_application_begins_with_the_form_that_all_kinds_of_work_name() {
        for (names, expected) in [
            (&[][..], "health-certificate"),
            (&["food-worker|2026.11.1", "food-worker|2026.11.1"][..], "food-worker"),
            (&["food-worker|2026.11.1", "food-worker"][..], "food-worker"),
            (&["food-worker|2026.11.1", "bathhouse|1"][..], "health-certificate"),
            (&["|1"][..], "health-certificate"),
        ] {
            let categories: Vec<String> =
                names.iter().map(|it| format!(r#"{{"code":"a","title":"示例","questionnaire":"{it}"}}"#)).collect();
            let service: Service = crate::json::read(&format!(
                r#"{{"name":"示例","api":"1","time_zone":"Asia/Shanghai","categories":[{}]}}"#,
                categories.join(",")
            ))
            .unwrap();
            assert_eq!(service.application_form(), expected, "{names:?}");
        }
    }

    #[test]
    fn what_its_own_issuer_names_is_at_the_backend_itself() {
        let service: Service = crate::json::read(
            r#"{"name":"示例","api":"1","time_zone":"Asia/Shanghai","issuers":[
                {"iss":"https://other.example","name":"别处"},
                {"iss":"http://localhost:8300","name":"本处","own":true}]}"#,
        )
        .unwrap();
        for (address, path) in [
            ("http://localhost:8300/.well-known/jwks.json", Some("/.well-known/jwks.json")),
            ("http://localhost:8300/status/1", Some("/status/1")),
            ("http://localhost:83001/status/1", None),
            ("http://localhost:8300.example/status/1", None),
            ("https://other.example/.well-known/jwks.json", None),
        ] {
            assert_eq!(service.own_path(address), path, "{address}");
        }
    }
}
