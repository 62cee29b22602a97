//! Sites and their days: who has a place, and finding a person by the check-in code.
use super::{
    answer,
    fields::Fields,
    page::{day_in_week, frame},
    queue::{self, NotFound},
    words::{self, Language},
};
use crate::office::{Answer, Office, Visitor};
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::{Days, NaiveDate};
use contract::{api::Slug, identity::spelt};
use maud::{Markup, html};

/// The code that a person shows or says leads to the application.
pub(super) async fn check_in(
    State(office): State<Office>,
    l: Language,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let fields = Fields::sent("check-in", fields);
    let typed = fields.get("code");
    match office.by_check_in(typed).await {
        Ok(id) => Redirect::to(&format!("/desk/a/{id}")).into_response(),
        Err(fault) if fault.problem.slug() == Some(Slug::NotFound) => match office.moved_from(typed).await {
            Ok(moved) => queue::not_found(&office, l, &NotFound { typed, moved }).await,
            Err(fault) => super::page::refusal(l, &fault),
        },
        Err(fault) => super::page::refusal(l, &fault),
    }
}

/// The address of an answer that was loaded again: back to the field.
pub(super) async fn to_check_in() -> Redirect {
    Redirect::to("/desk#code")
}

pub(super) async fn list(State(office): State<Office>, l: Language) -> Response {
    let today = office.now().date_naive();
    let sites = &office.catalogue.sites;
    let body = html! {
        h1 class="hc-h1" { (l.t("体检点", "Sites")) }
        ul class="hc-card hc-card--flush hc-desk-queue" {
            @for id in sites.ids() {
                li { a class="hc-task" href={ "/desk/sites/" (id) "/" (today) } { span { b { (sites.name(&id, l.tag())) } br; span class="hc-meta" { (sites.address(&id, l.tag())) } } } }
            }
        }
    };
    frame(l, l.t("体检点", "Sites"), body).into_response()
}

pub(super) async fn day(
    State(office): State<Office>,
    l: Language,
    Path((site, day)): Path<(String, NaiveDate)>,
) -> Response {
    answer(l, draw(&office, l, &site, day).await)
}

fn visitor(it: &Visitor) -> Markup {
    html! { a class="hc-link" href={ "/desk/a/" (it.application) } { (it.name) " " bdi class="hc-num" { (spelt(&it.check_in)) } } }
}

async fn draw(office: &Office, l: Language, site: &str, day: NaiveDate) -> Answer<Markup> {
    let slots = office.day_at_site(site, day).await?;
    let name = office.catalogue.sites.name(site, l.tag());
    let link = |to: Option<NaiveDate>| format!("/desk/sites/{site}/{}", to.unwrap_or(day));
    Ok(frame(
        l,
        &name,
        html! {
            a class="hc-tap" href="/desk/sites" { (l.t("体检点", "Sites")) }
            h1 class="hc-h1" { (name) }
            div class="hc-row" {
                a class="hc-tap" href=(link(day.pred_opt())) { (l.t("前一天", "Day before")) }
                b { (day_in_week(l, day)) }
                a class="hc-tap" href=(link(day.checked_add_days(Days::new(1)))) { (l.t("后一天", "Day after")) }
            }
            @if slots.is_empty() { p class="hc-empty" { (l.t("这一天不开。", "Closed on this day.")) } }
            @else {
                div class="hc-card hc-scroll" tabindex="0" role="region" aria-label=(l.t("号源", "Slots")) {
                    table class="hc-table" {
                        thead { tr { th scope="col" { (l.t("时间", "Time")) } th scope="col" { (l.t("约了 / 名额", "Booked / places")) } th scope="col" { (l.t("正在选", "Being chosen")) } th scope="col" { (l.t("谁来，报到码", "Who comes, check-in code")) } } }
                        tbody {
                            @for slot in &slots {
                                tr {
                                    th scope="row" { (slot.start.format("%H:%M")) "–" (slot.end.format("%H:%M")) }
                                    td { (slot.booked.len() + slot.spent.len()) " / " (slot.capacity) }
                                    td { (slot.held) }
                                    td {
                                        @for who in &slot.booked { p { (visitor(who)) } }
                                        @for (who, act) in &slot.spent { p { (visitor(who)) " " span class="hc-meta" { (words::act(l, *act)) } } }
                                    }
                                }
                            }
                        }
                    }
                }
                p class="hc-meta" { (l.t("取消某个人的预约：点报到码，再点「停诊」。", "To cancel somebody's visit: follow the code, then cancel there.")) }
            }
        },
    ))
}
