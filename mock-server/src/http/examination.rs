//! Places, visits, reports and results.
use super::{
    Front,
    extract::{Body, Own, Sent, Signed, parsed},
    reply::{Keep, etag_of, json, tagged},
};
use crate::office::{Answer, Fault, SlotsAsked};
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use contract::api::{Examination, Hold, Outcome, SlotChoice, SlotWatch, Slots, Slug, Supplement};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which days.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Span {
    /// First day, `YYYY-MM-DD`, of the years 2000 to 9000; today, if none is named.
    #[param(format = Date)]
    from: Option<String>,
    /// How many.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 31, default = 14)]
    days: Option<String>,
    /// For which work.
    category: Option<String>,
    /// For which application of this login: times for repeat visits are shown to the one that may have them.
    application: Option<String>,
}

const MOST_DAYS: u32 = 31;

/// Free places at a site.
#[utoipa::path(get, path = "/sites/{s}/slots", tag = "examination",
    params(("s" = String, Path, description = "Site."), Span), responses((status = 200, body = Slots)))]
pub(super) async fn slots(
    State(front): State<Front>,
    signed: Signed,
    Path(site): Path<String>,
    Query(asked): Query<Span>,
) -> Answer<Response> {
    let days = parsed::<u32>(asked.days.as_ref())?.unwrap_or(14);
    let from = parsed::<chrono::NaiveDate>(asked.from.as_ref())?;
    // A day that cannot be written in four digits is no day of ours.
    let sensible = from.is_none_or(|from| (2000..=9000).contains(&chrono::Datelike::year(&from)));
    if days == 0 || days > MOST_DAYS || !sensible {
        return Err(Fault::new(Slug::Malformed));
    }
    let asked = SlotsAsked { from, days, category: asked.category, application: asked.application };
    let slots = front.office.slots(signed.subject(), &site, &asked).await?;
    Ok(json(StatusCode::OK, signed.lang, &slots))
}

/// Holds a place for five minutes: takes, moves or extends.
#[utoipa::path(put, path = "/applications/{id}/hold", tag = "examination",
    params(("id" = String, Path, description = "Application.")), request_body = SlotChoice, responses((status = 200, body = Hold)))]
pub(super) async fn hold(own: Own, Body { value: choice, .. }: Body<SlotChoice>) -> Answer<Response> {
    let hold = own.office.hold(&own.id, own.subject(), &choice.slot).await?;
    Ok(own.says(StatusCode::OK, &hold))
}

/// Which slot.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichSlot {
    /// Slot id: if it is another by now, nothing is done.
    slot: Option<String>,
}

/// Gives a held place back.
#[utoipa::path(delete, path = "/applications/{id}/hold", tag = "examination",
    params(("id" = String, Path, description = "Application."), WhichSlot),
    responses((status = 204, description = "That place is not held.")))]
pub(super) async fn let_go(own: Own, Query(which): Query<WhichSlot>) -> Answer<Response> {
    own.office.let_go(&own.id, own.subject(), which.slot.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Books the held place, or moves the visit to it.
#[utoipa::path(put, path = "/applications/{id}/appointment", tag = "examination",
    params(("id" = String, Path, description = "Application.")), request_body = SlotChoice, responses((status = 200, body = Outcome)))]
pub(super) async fn book(own: Own, Body { value: choice, .. }: Body<SlotChoice>) -> Answer<Response> {
    let application = own.office.book(&own.id, own.subject(), &choice.slot, &own.viewer()).await?;
    Ok(own.says(StatusCode::OK, &Outcome { receipt: None, application }))
}

/// Gives a visit up.
#[utoipa::path(delete, path = "/applications/{id}/appointment", tag = "examination",
    params(("id" = String, Path, description = "Application."), WhichSlot), responses((status = 200, body = Outcome)))]
pub(super) async fn cancel(own: Own, Query(which): Query<WhichSlot>) -> Answer<Response> {
    let application = own.office.cancel(&own.id, own.subject(), which.slot.as_deref(), &own.viewer()).await?;
    Ok(own.says(StatusCode::OK, &Outcome { receipt: None, application }))
}

/// Waits for a place to come free: a text message tells.
#[utoipa::path(put, path = "/applications/{id}/slot-watch", tag = "examination",
    params(("id" = String, Path, description = "Application.")), request_body = SlotWatch,
    responses((status = 204, description = "A message comes when a place is free.")))]
pub(super) async fn watch(own: Own, Body { value: watch, .. }: Body<SlotWatch>) -> Answer<Response> {
    own.office.watch(&own.id, own.subject(), Some(&watch)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Waits no longer.
#[utoipa::path(delete, path = "/applications/{id}/slot-watch", tag = "examination",
    params(("id" = String, Path, description = "Application.")), responses((status = 204, description = "No message comes.")))]
pub(super) async fn unwatch(own: Own) -> Answer<Response> {
    own.office.watch(&own.id, own.subject(), None).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What is examined, and what was found.
#[utoipa::path(get, path = "/applications/{id}/examination", tag = "examination",
    params(("id" = String, Path, description = "Application.")), responses((status = 200, body = Examination)))]
pub(super) async fn examination(own: Own, headers: HeaderMap) -> Answer<Response> {
    let examination = own.office.examination(&own.id, own.subject(), own.signed.lang).await?;
    // Of what is told, not of the application's version: places and profiles change without one, and a link to the report is
    // another each time, so that nobody keeps one that has ended.
    let etag = etag_of(&serde_json::to_vec(&examination)?);
    Ok(tagged(&headers, &etag, Keep::Never, own.says(StatusCode::OK, &examination)))
}

/// Sends a report of an examination, or what was returned of one.
#[utoipa::path(post, path = "/applications/{id}/examination/report", tag = "examination",
    params(("id" = String, Path, description = "Application.")), request_body = Supplement, responses((status = 201, body = Outcome)))]
pub(super) async fn report(Sent { own, once, value: sent }: Sent<Supplement>) -> Answer<Response> {
    let outcome = own.office.report(&own.id, own.subject(), &once, &sent, &own.viewer()).await?;
    Ok(own.says(StatusCode::CREATED, &outcome))
}
