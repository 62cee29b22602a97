//! Troubles on purpose: for everybody, for one telephone, or for this browser alone.
use super::{
    fields::Fields,
    page::{frame, line, post_button},
    words::{self, Language, telephone},
    wrong::{Wrong, Wrongs},
};
use crate::{
    faults::{Plan, Trouble},
    office::Office,
};
use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use contract::identity::Phone;
use maud::{Markup, html};
use std::num::NonZeroU32;

/// What is planned, and a form for more.
pub(super) async fn page(State(office): State<Office>, l: Language, headers: HeaderMap) -> Markup {
    drawn(&office, l, &headers, &Fields::default(), &[])
}

/// `wrongs` are the names of the fields that cannot be as they were sent.
fn drawn(office: &Office, l: Language, headers: &HeaderMap, fields: &Fields, wrongs: &[&str]) -> Markup {
    let wrong =
        |name: &&str| Wrong { at: format!("f-{name}"), label: (*name).to_owned(), why: why(l, name).to_owned() };
    let wrongs = Wrongs(wrongs.iter().map(wrong).collect());
    let field = |name: &str, label: &str, usual: &str| line(name, label, fields.given(name).unwrap_or(usual), &wrongs);
    let planned = office.faults.planned();
    let here = of_this_browser(headers);
    let title = l.t("故意出错", "Troubles on purpose");
    frame(
        l,
        title,
        html! {
            h1 class="hc-h1" { (title) }
            p class="hc-meta" { (l.t("用来看申请人的页面在坏网络下怎么办。做过的事不会被撤销，重启后全部清除。", "To see how the applicant's pages bear bad networks. What was done stays done; a restart ends all of it.")) }
            @if planned.is_empty() && here.is_none() { p class="hc-empty" { (l.t("现在一切正常。", "All is well now.")) } }
            ul class="hc-card hc-card--flush" {
                @if let Some(here) = &here {
                    li class="hc-desk-message" {
                        p { code { (here) } " · " (l.t("只在这个浏览器", "this browser only")) }
                        (post_button("/desk/faults/end/browser", "hc-btn--quiet", l.t("结束", "End")))
                    }
                }
                @for (at, plan) in planned.iter().enumerate() {
                    li class="hc-desk-message" {
                        p { code { (plan.trouble.to_string()) } " · " (plan.method.as_deref().unwrap_or("*")) " " (plan.path) " · " (whom(l, plan)) " · " (how_often(l, plan)) }
                        (post_button(&format!("/desk/faults/end/{at}"), "hc-btn--quiet", l.t("结束", "End")))
                    }
                }
            }
            form method="post" action="/desk/faults" class="hc-card" {
                (field("trouble", l.t("什么错（见下表，可改数字）", "Which (see the table; numbers may be changed)"), "lost-reply"))
                (field("path", l.t("路径里含有（空着＝全部）", "Where the path contains (empty: everywhere)"), "/submission"))
                (field("method", l.t("方法（空着＝全部）", "Method (empty: any)"), ""))
                (field("phone", l.t("只对这个手机号登录的人（空着＝所有人）", "Only for the login with this telephone (empty: anybody)"), ""))
                (field("times", l.t("几次（空着＝一直）", "How often (empty: until ended)"), "1"))
                div class="hc-row" {
                    button class="hc-btn" { (l.t("安排", "Plan")) }
                    button class="hc-btn hc-btn--quiet" name="browser" value="yes" { (l.t("只在这个浏览器，一直", "This browser only, until ended")) }
                }
            }
            div class="hc-card hc-scroll" tabindex="0" role="region" aria-label=(title) {
                table class="hc-table" {
                    thead { tr { th scope="col" { (l.t("写法", "Write")) } th scope="col" { (l.t("发生什么", "What happens")) } } }
                    tbody {
                        @for (trouble, chinese, english) in Trouble::EXAMPLES {
                            tr { td { code { (trouble.to_string()) } } td { (l.t(chinese, english)) } }
                        }
                        tr { td { code { "clock=3600" } } td { (l.t("服务器的钟快这么多秒", "The server's clock is so many seconds ahead")) } }
                    }
                }
            }
            p class="hc-meta" { (l.t("一次请求也可以自己带标头：", "One request may ask by itself, in a header: ")) code { "X-HC-Fault: lost-reply" } }
        },
    )
}

fn whom(l: Language, plan: &Plan) -> String {
    plan.phone.as_deref().map_or_else(|| l.t("所有人", "anybody").to_owned(), telephone)
}

fn how_often(l: Language, plan: &Plan) -> String {
    match plan.times {
        Some(times) => format!("{times} ×"),
        None => l.t("一直", "until ended").to_owned(),
    }
}

fn of_this_browser(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, value)| *name == "hc-fault" && !value.is_empty()).map(|(_, value)| value.to_owned())
}

/// Plans one.
pub(super) async fn plan(
    State(office): State<Office>,
    l: Language,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let fields = Fields::sent("faults", fields);
    let some = |name: &str| Some(fields.get(name)).filter(|value| !value.is_empty());
    let path = fields.get("path");
    let trouble = fields.get("trouble").parse::<Trouble>();
    let times = some("times").map(str::parse::<NonZeroU32>).transpose();
    let phone = some("phone").map(Phone::parse).transpose();
    let (Ok(trouble), Ok(times), Ok(phone)) = (trouble, &times, &phone) else {
        let wrong = [("trouble", trouble.is_err()), ("times", times.is_err()), ("phone", phone.is_err())];
        let wrong: Vec<&str> = wrong.into_iter().filter(|(_, is_wrong)| *is_wrong).map(|(name, _)| name).collect();
        return (StatusCode::UNPROCESSABLE_ENTITY, drawn(&office, l, &headers, &fields, &wrong)).into_response();
    };
    if fields.get("browser") == "yes" {
        let place =
            if path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte)) { path } else { "" };
        return with_cookie(&format!("{trouble}@{place}"), 3600);
    }
    office.faults.plan(Plan {
        trouble,
        method: some("method").map(str::to_owned),
        path: path.to_owned(),
        phone: phone.as_ref().map(|phone| phone.as_str().to_owned()),
        times: times.map(NonZeroU32::get),
    });
    Redirect::to("/desk/faults").into_response()
}

/// What is wrong with a field, and how it is written.
fn why(l: Language, name: &str) -> &'static str {
    match name {
        "trouble" => {
            l.t("没有这种错，请照下表写", "There is no such trouble; the table below says how they are written")
        }
        "times" => l.t("请写 1 或更大的整数，或者空着", "Write a whole number from 1 on, or leave it empty"),
        "phone" => {
            l.t("这不是手机号，国外号码请从 + 写起", "This is no telephone number; one from abroad begins with +")
        }
        _ => words::wrong(l, "format"),
    }
}

/// Ends one, or that of this browser.
pub(super) async fn end(State(office): State<Office>, Path(which): Path<String>) -> Response {
    if which == "browser" {
        return with_cookie("", 0);
    }
    if let Ok(at) = which.parse() {
        office.faults.forget(at);
    }
    Redirect::to("/desk/faults").into_response()
}

fn with_cookie(value: &str, life: u32) -> Response {
    let cookie = format!("hc-fault={value}; Path=/; Max-Age={life}; SameSite=Lax; HttpOnly");
    ([(header::SET_COOKIE, cookie)], Redirect::to("/desk/faults")).into_response()
}
