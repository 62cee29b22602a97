//! What a person or a backend wrote, and links to bytes.
use super::Instant;
use crate::json::FromJson;
use crate::questionnaire::{Pointer, Problem, ProblemCode};
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
    /// So many characters an applicant may write in one place beside the form: a note to the reviewer, why they withdraw.
    pub const LONGEST: usize = 500;

    /// Words in a language.
    pub fn new(text: impl Into<String>, lang: impl Into<String>) -> Self {
        Self { text: text.into(), lang: lang.into() }
    }

    /// What is wrong with them in this place, if these are more.
    pub fn too_long(&self, place: Pointer) -> Option<Problem> {
        let found = self.text.chars().count();
        let problem = || Problem::new(place, ProblemCode::TooLong).with("limit", Self::LONGEST).with("found", found);
        (found > Self::LONGEST).then(problem)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_by_the_character() {
        let place = || Pointer::member("words");
        assert_eq!(Words::new("字".repeat(Words::LONGEST), "zh-CN").too_long(place()), None);
        let found = Words::new("字".repeat(Words::LONGEST + 1), "zh-CN").too_long(place()).unwrap();
        assert_eq!((found.pointer.as_str(), found.param("found").as_deref()), ("#/@words", Some("501")));
    }
}
