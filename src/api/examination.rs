//! Conversations about the examination: slots, hold, appointment, results. When offline they say so; nothing waits.
use super::exchange::Ask;
use super::office::{body, part};
use super::{Api, ApiError, Fresh};
use chrono::NaiveDate;
use contract::api::{Examination, Hold, Outcome, SlotChoice, SlotWatch, Slots};

impl Api {
    /// The days of a site and their slots, at most 31 days: what this application may have, whose kind of work is told beside.
    ///
    /// # Errors
    /// As every call.
    pub async fn slots(&self, id: &str, site: &str, from: NaiveDate, days: u8, work: &str) -> Result<Slots, ApiError> {
        let (site, work, id) = (part(site), part(work), part(id));
        let path = format!("/sites/{site}/slots?from={from}&days={days}&category={work}&application={id}");
        self.json(Ask::get(self.url(&path), None)).await
    }

    /// Takes, moves or extends the one hold of an application. A refused move keeps the old one. After a lost reply: again.
    ///
    /// # Errors
    /// `slot-taken` with the nearest, `outside-window`, `act-refused`, and as every call.
    pub async fn hold(&self, id: &str, slot: &str) -> Result<Hold, ApiError> {
        self.json(Ask::put(self.at(id, "/hold"), &body(&SlotChoice { slot: slot.into() }))).await
    }

    /// Books the held slot, or moves the visit to it. After a lost reply: again.
    ///
    /// # Errors
    /// `hold-ended`, `slot-taken`, `outside-window`, `act-refused`, and as every call.
    pub async fn book(&self, id: &str, slot: &str) -> Result<Outcome, ApiError> {
        self.json(Ask::put(self.at(id, "/appointment"), &body(&SlotChoice { slot: slot.into() }))).await
    }

    /// Gives the visit up. After a lost reply: again.
    ///
    /// # Errors
    /// `outside-window`, `act-refused`, and as every call.
    pub async fn cancel_visit(&self, id: &str, slot: &str) -> Result<Outcome, ApiError> {
        self.json(Ask::delete(self.at(id, &format!("/appointment?slot={}", part(slot))))).await
    }

    /// A text message when a place comes free. After a lost reply: again.
    ///
    /// # Errors
    /// `act-refused`, and as every call.
    pub async fn watch_slots(&self, id: &str, watch: &SlotWatch) -> Result<(), ApiError> {
        self.done(Ask::put(self.at(id, "/slot-watch"), &body(watch))).await.map(drop)
    }

    /// No such message any more. After a lost reply: again.
    ///
    /// # Errors
    /// As every call.
    pub async fn unwatch_slots(&self, id: &str) -> Result<(), ApiError> {
        self.gone(Ask::delete(self.at(id, "/slot-watch"))).await
    }

    /// What is examined, and what was found.
    ///
    /// # Errors
    /// As every call.
    pub async fn examination(&self, id: &str, etag: Option<&str>) -> Result<Fresh<Examination>, ApiError> {
        self.fresh(Ask::get(self.at(id, "/examination"), etag)).await
    }
}
