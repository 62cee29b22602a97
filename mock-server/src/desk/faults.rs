//! Troubles on purpose: for everybody, for one telephone, or for this browser alone.
use super::{
    fields::Fields,
    page::{frame, line, note, post_button},
    words::Language,
};
use crate::{
    faults::{Plan, Trouble},
    office::Office,
};
use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

/// What is planned, and a form for more.
pub(super) async fn page(State(office): State<Office>, l: Language, headers: HeaderMap) -> Markup {
    drawn(&office, l, &headers, None)
}

fn drawn(office: &Office, l: Language, headers: &HeaderMap, wrong: Option<&str>) -> Markup {
    let planned = office.faults.planned();
    let here = of_this_browser(headers);
    let title = l.t("故意出错", "Troubles on purpose");
    frame(
        l,
        title,
        html! {
            h1 class="hc-h1" { (title) }
            p class="hc-meta" { (l.t("用来看申请人的页面在坏网络下怎么办。做过的事不会被撤销，重启后全部清除。", "To see how the applicant's pages bear bad networks. What was done stays done; a restart ends all of it.")) }
            @if let Some(wrong) = wrong {
                (note("hc-note--bad", &html! { p { (l.t("没有这种错：", "There is no such trouble: ")) code { (wrong) } } }))
            }
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
                (line("trouble", l.t("什么错（见下表，可改数字）", "Which (see the table; numbers may be changed)"), "lost-reply", "text"))
                (line("path", l.t("路径里含有（空着＝全部）", "Where the path contains (empty: everywhere)"), "/submission", "text"))
                (line("method", l.t("方法（空着＝全部）", "Method (empty: any)"), "", "text"))
                (line("phone", l.t("只对这个手机号登录的人（空着＝所有人）", "Only for the login with this telephone (empty: anybody)"), "", "text"))
                (line("times", l.t("几次（空着＝一直）", "How often (empty: until ended)"), "1", "text"))
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
    plan.phone.clone().unwrap_or_else(|| l.t("所有人", "anybody").to_owned())
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
    let some = |name: &str| Some(fields.get(name).to_owned()).filter(|value| !value.is_empty());
    let (wanted, path) = (fields.get("trouble"), fields.get("path"));
    let (Ok(trouble), Ok(times)) = (wanted.parse::<Trouble>(), some("times").map(|n| n.parse()).transpose()) else {
        return drawn(&office, l, &headers, Some(wanted)).into_response();
    };
    if fields.get("browser") == "yes" {
        let place =
            if path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte)) { path } else { "" };
        return with_cookie(&format!("{trouble}@{place}"), 3600);
    }
    office.faults.plan(Plan { trouble, method: some("method"), path: path.to_owned(), phone: some("phone"), times });
    Redirect::to("/desk/faults").into_response()
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
