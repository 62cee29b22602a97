//! What the house does for itself: a time without writing, and new signing keys.
use super::{
    WHO, answer,
    fields::Fields,
    page::{frame, moment, note, refusal},
    words::Language,
};
use crate::office::{Answer, Office};
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::Duration;
use maud::{Markup, html};

/// Lengths that a time without writing is planned with, in minutes.
const MINUTES: [i64; 3] = [5, 30, 120];

pub(super) async fn page(State(office): State<Office>, l: Language) -> Response {
    let body = html! {
        h1 class="hc-h1" { (l.t("值班", "Upkeep")) }
        (maintenance(&office, l))
        (keys(&office, l))
    };
    answer(l, Ok(frame(l, l.t("值班", "Upkeep"), body)))
}

fn maintenance(office: &Office, l: Language) -> Markup {
    html! {
        h2 class="hc-h2" { (l.t("系统升级", "Maintenance")) }
        p { (l.t("升级时可以看、可以填，什么都不收：写入一律回答 503 maintenance。", "In that time one can read and fill in, and nothing is taken: every write is answered with 503 maintenance.")) }
        @if let Some(planned) = office.maintenance() {
            (note("hc-warn", &html! { p { (moment(l, planned.from)) " – " (moment(l, planned.until)) } }))
            form class="hc-row" method="post" action="/desk/upkeep/end" { button class="hc-btn" { (l.t("现在结束", "End it now")) } }
        } @else {
            form class="hc-row" method="post" action="/desk/upkeep/plan" {
                label class="hc-label" for="after" { (l.t("几分钟后开始", "Begins in minutes")) }
                input class="hc-input hc-desk-narrow" id="after" name="after" inputmode="numeric" value="0";
                label class="hc-label" for="minutes" { (l.t("多少分钟", "For minutes")) }
                select class="hc-input hc-desk-narrow" id="minutes" name="minutes" {
                    @for minutes in MINUTES { option value=(minutes) { (minutes) } }
                }
                button class="hc-btn" { (l.t("安排升级", "Plan it")) }
            }
        }
    }
}

fn keys(office: &Office, l: Language) -> Markup {
    html! {
        h2 class="hc-h2" { (l.t("签发密钥", "Signing keys")) }
        p { (l.t("新密钥先公布 48 小时再使用；旧密钥签的健康证照样有效。", "A new key is published 48 hours before it signs; what older keys signed holds as before.")) }
        ul class="hc-card hc-card--flush" {
            @for (key, from) in office.keys_shown() {
                li class="hc-desk-message" {
                    bdi class="hc-num" { (key.kid) }
                    " "
                    span class="hc-meta" { @if key.from == 0 { (l.t("从一开始", "from the beginning")) } @else { (l.t("签发从 ", "signs from ")) (moment(l, from)) } }
                }
            }
        }
        form class="hc-row" method="post" action="/desk/upkeep/key" { button class="hc-btn hc-btn--quiet" { (l.t("公布新密钥", "Publish a new key")) } }
    }
}

pub(super) async fn act(
    State(office): State<Office>,
    l: Language,
    Path(what): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    match run(&office, &what, &Fields::sent("upkeep", fields)).await {
        Ok(()) => Redirect::to("/desk/upkeep").into_response(),
        Err(fault) => refusal(l, &fault),
    }
}

async fn run(office: &Office, what: &str, fields: &Fields) -> Answer<()> {
    match what {
        "key" => office.add_key(WHO).await,
        "plan" => {
            // What is no number begins now, and is short: nobody is shut out by a slip.
            let minutes = |name: &str, usual: i64| fields.get(name).parse::<u16>().map_or(usual, i64::from);
            let from = office.now() + Duration::minutes(minutes("after", 0));
            let until = from + Duration::minutes(minutes("minutes", 5).max(1));
            office.plan_maintenance(WHO, Some((from, until))).await
        }
        _ => office.plan_maintenance(WHO, None).await,
    }
}
