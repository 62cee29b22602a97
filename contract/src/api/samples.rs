//! Whole values for tests, so that none spells out what it does not ask about. Nothing that ships holds them.
use super::{ApplicationRecord, CertificateState, CertificateSummary};
use crate::{
    application::{Stage, State},
    json,
};

impl ApplicationRecord {
    /// One that says no more than it must. `members` are more of its JSON: `"due_on":"2026-12-03","number":"N"`, or nothing.
    ///
    /// # Panics
    /// The members have another shape.
    #[expect(clippy::panic, reason = "a test that spells a member wrongly has to be told")]
    pub fn sample(state: State, members: &str) -> Self {
        let number = state.stage().map_or(2, Stage::number);
        let comma = if members.is_empty() { "" } else { "," };
        let text = format!(
            r#"{{"id":"a","version":1,"state":"{}","stage":{number},"since":"2026-11-24T09:12:00+08:00","questionnaire":"q|1"{comma}{members}}}"#,
            state.code()
        );
        json::read(&text).unwrap_or_else(|| panic!("no record: {text}"))
    }

    /// One with a certificate, as [`CertificateSummary::sample`] has it.
    pub fn sample_with(state: State, certificate: CertificateState) -> Self {
        Self { certificate: Some(CertificateSummary::sample(certificate)), ..Self::sample(state, "") }
    }
}

impl CertificateSummary {
    /// Valid until 24 November 2027, to be renewed from 25 October on.
    ///
    /// # Panics
    /// Never.
    #[expect(clippy::unwrap_used, reason = "the text stands here")]
    pub fn sample(state: CertificateState) -> Self {
        let text = format!(
            r#"{{"id":"c","state":"{}","valid_until":"2027-11-24","renew_from":"2027-10-25","collection":{{"ask":[],"left":3,"limit":3,"lock_s":1800}}}}"#,
            state.code()
        );
        json::read(&text).unwrap()
    }
}
