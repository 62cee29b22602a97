//! What a person or a backend wrote, and links to bytes.
use super::Instant;
use crate::json::FromJson;
use serde::Serialize;

/// What a person wrote, shown as it is and marked with its language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Words {
    /// The text, never HTML.
    pub text: String,
    /// BCP 47 language tag.
    #[serde(default)]
    pub lang: String,
}

impl Words {
    /// Words in a language.
    pub fn new(text: impl Into<String>, lang: impl Into<String>) -> Self {
        Self { text: text.into(), lang: lang.into() }
    }
}

/// Bytes fetched by plain navigation: needs no cookie and ends in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Link {
    /// Path or URL.
    pub href: String,
    /// Works until then.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub until: Instant,
    /// Media type.
    #[serde(rename = "type")]
    pub media_type: String,
}

impl Link {
    /// Whether it still works for whoever follows it now: the way there takes some seconds.
    pub fn works_at(&self, now: Instant) -> bool {
        self.until > now + chrono::TimeDelta::seconds(5)
    }
}

/// A page of a list, newest first. The next page is in the `Link` header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Items<T> {
    /// At most twenty.
    pub items: Vec<T>,
}
