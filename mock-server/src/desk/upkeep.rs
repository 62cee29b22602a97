//! What the house does for itself: a time without writing, and new signing keys.
use super::{
    WHO, answer,
    fields::Fields,
    page::{frame, line, moment, note, refusal},
    words::Language,
    wrong::{Wrong, Wrongs},
};
use crate::office::{Answer, Office};
use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::Duration;
use maud::{Markup, html};

/// Lengths that a time without writing is planned with, in minutes.
const MINUTES: [i64; 3] = [5, 30, 120];

pub(super) async fn page(State(office): State<Office>, l: Language) -> Response {
    answer(l, Ok(drawn(&office, l, None)))
}

fn drawn(office: &Office, l: Language, after: Option<&str>) -> Markup {
    let body = html! {
        h1 class="hc-h1" { (l.t("值班", "Upkeep")) }
        (maintenance(office, l, after))
        (keys(office, l))
    };
    frame(l, l.t("值班", "Upkeep"), body)
}

/// `after`: what was typed there, and is no time.
fn maintenance(office: &Office, l: Language, after: Option<&str>) -> Markup {
    let why = l.t("请写整数，0 就是现在", "Write a whole number; 0 is now").to_owned();
    let label = l.t("几分钟后开始", "Begins in minutes");
    let wrong = after.map(|_| Wrong { at: "f-after".to_owned(), label: label.to_owned(), why });
    let wrongs = Wrongs(wrong.into_iter().collect());
    html! {
        h2 class="hc-h2" { (l.t("系统升级", "Maintenance")) }
        p { (l.t("升级时可以看、可以填，什么都不收：写入一律回答 503 maintenance。", "In that time one can read and fill in, and nothing is taken: every write is answered with 503 maintenance.")) }
        @if let Some(planned) = office.maintenance() {
            (note("hc-warn", &html! { p { (moment(l, planned.from)) " – " (moment(l, planned.until)) } }))
            form class="hc-row" method="post" action="/desk/upkeep/end" { button class="hc-btn" { (l.t("现在结束", "End it now")) } }
        } @else {
            form class="hc-row" method="post" action="/desk/upkeep/plan" {
                (line("after", label, after.unwrap_or("0"), &wrongs))
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
    let fields = Fields::sent("upkeep", fields);
    // A slip must not shut everybody out now.
    let after = fields.given("after").filter(|it| !it.is_empty() && it.parse::<u16>().is_err());
    if let Some(after) = after.filter(|_| what == "plan") {
        return (StatusCode::UNPROCESSABLE_ENTITY, drawn(&office, l, Some(after))).into_response();
    }
    match run(&office, &what, &fields).await {
        Ok(()) => Redirect::to("/desk/upkeep").into_response(),
        Err(fault) => refusal(l, &fault),
    }
}

async fn run(office: &Office, what: &str, fields: &Fields) -> Answer<()> {
    match what {
        "key" => office.add_key(WHO).await,
        "plan" => {
            // Nothing typed is now; what is no length is short.
            let minutes = |name: &str, usual: i64| fields.get(name).parse::<u16>().map_or(usual, i64::from);
            let from = office.now() + Duration::minutes(minutes("after", 0));
            let until = from + Duration::minutes(minutes("minutes", 5).max(1));
            office.plan_maintenance(WHO, Some((from, until))).await
        }
        _ => office.plan_maintenance(WHO, None).await,
    }
}
