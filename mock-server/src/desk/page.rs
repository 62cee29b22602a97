//! The frame of a desk page, and the parts that several pages draw.
use super::{
    fields::Fields,
    words::{self, Language},
    wrong::Wrongs,
};
use crate::office::{Fault, weekday};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{Datelike as _, NaiveDate};
use contract::{
    api::{Instant, Slug},
    questionnaire::Pointer,
};
use maud::{DOCTYPE, Markup, html};

/// A whole page.
#[expect(clippy::needless_pass_by_value, reason = "markup is made for one place, and written there")]
pub(super) fn frame(l: Language, title: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(l.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                meta name="format-detection" content="telephone=no";
                title { (title) }
                link rel="icon" href="/desk/icon.svg";
                link rel="stylesheet" href="/desk/desk.css";
                script src="/desk/desk.js" defer {}
                script src="/desk/kept.js" defer {}
            }
            body class="hc-body" {
                div class="hc" {
                    a class="hc-btn hc-skip" href="#main" { (l.t("跳到正文", "Skip to content")) }
                    header class="hc-top hc-desk-top" {
                        a class="hc-top__name" href="/desk" { (l.t("健康证工作台", "Health certificate desk")) }
                        a class="hc-tap" href="/desk/sites" { (l.t("体检点", "Sites")) }
                        a class="hc-tap" href="/desk/messages" { (l.t("短信", "Messages")) }
                        a class="hc-tap" href="/desk/faults" { (l.t("故意出错", "Troubles")) }
                        a class="hc-tap" href="/desk/upkeep" { (l.t("值班", "Upkeep")) }
                        a class="hc-tap" href="/desk/log" { (l.t("操作记录", "Log")) }
                        a class="hc-tap" lang=(l.t("en", "zh-CN")) hreflang=(l.t("en", "zh-CN")) href={ "/desk/language/" (l.t("en", "zh-CN")) } { (l.t("EN", "中文")) }
                    }
                    p class="hc-desk-open" { (l.t("开发和演示用，没有登录：能打开这一页的人都能操作。不要放真实资料。", "For development and demonstrations, without a sign-in: whoever can open this page can act. No real data here.")) }
                    div class="hc-shell hc-shell--wide" { main class="hc-main" id="main" { (body) } }
                }
            }
        }
    }
}

/// A note; `tone` is a class of base.css.
pub(super) fn note(tone: &str, inside: &Markup) -> Markup {
    html! { div class={ "hc-note " (tone) } { div { (inside) } } }
}

/// A refusal as a page of its own.
pub(super) fn refusal(l: Language, fault: &Fault) -> Response {
    let status = StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let words = fault_words(l, fault, &|pointer| words::of_member(l, pointer.as_str()));
    let body = html! {
        h1 class="hc-h1" { (l.t("这一步没有做成", "This did not work")) }
        p { (words) }
        p { a class="hc-link" href="/desk" { (l.t("回到待办", "Back to the queue")) } }
    };
    (status, frame(l, l.t("没有做成", "Did not work"), body)).into_response()
}

/// Why it did not work, and what now; `label` is what an item is called.
pub(super) fn fault_words(l: Language, fault: &Fault, label: &dyn Fn(&Pointer) -> String) -> String {
    let slug = fault.problem.slug();
    let words = match slug {
        Some(Slug::ActRefused) => l.t(
            "这一步现在做不了：申请的状态已经变了（别的窗口或申请人先做了一步）。下面是现在的情况。",
            "Not possible now: the application has moved on (another desk or the applicant was first). Below is how it stands.",
        ),
        Some(Slug::Invalid) => l.t("还缺内容，或者填得不对：", "Something is missing or not right:"),
        Some(Slug::NotFound) => l.t("没有找到。", "Not found."),
        Some(Slug::OutsideWindow) => l.t("时间还没到，或者已经过了。", "Too early or too late for this."),
        _ => l.t("服务器没有做成，请看日志。编号：", "The server could not do it; see its log. Reference:"),
    };
    let items: Vec<String> = fault
        .problem
        .errors
        .iter()
        .map(|it| format!("{}{}{}", label(&it.pointer), l.t("：", ": "), words::wrong(l, &it.code)))
        .collect();
    format!("{words} {} {}", items.join(l.t("；", "; ")), fault.problem.reference.clone().unwrap_or_default())
        .trim()
        .to_owned()
}

/// 11 月 26 日 09:30 at the office.
pub(super) fn moment(l: Language, at: Instant) -> String {
    match l {
        Language::Chinese => at.format("%-m 月 %-d 日 %H:%M").to_string(),
        Language::English => at.format("%-d %b %H:%M").to_string(),
    }
}

pub(super) fn day(l: Language, day: NaiveDate) -> String {
    match l {
        Language::Chinese => day.format("%Y 年 %-m 月 %-d 日").to_string(),
        Language::English => day.format("%-d %b %Y").to_string(),
    }
}

/// The same with its day of the week.
pub(super) fn day_in_week(l: Language, it: NaiveDate) -> String {
    format!("{}{}{}", day(l, it), l.t("，", ", "), weekday(it.weekday(), l == Language::English))
}

/// A day of this year, where there is little room.
pub(super) fn day_short(l: Language, day: NaiveDate) -> String {
    match l {
        Language::Chinese => day.format("%-m 月 %-d 日").to_string(),
        Language::English => day.format("%-d %b").to_string(),
    }
}

/// How long something has waited, in one word.
pub(super) fn waited(l: Language, since: Instant, now: Instant) -> String {
    let minutes = (now - since).num_minutes().max(0);
    let (number, chinese, english) = match minutes {
        0..60 => (minutes, "分钟", "min"),
        60..2880 => (minutes / 60, "小时", "h"),
        _ => (minutes / 1440, "天", "d"),
    };
    match l {
        Language::Chinese => format!("已等 {number} {chinese}"),
        Language::English => format!("{number} {english}"),
    }
}

/// The fields of one form of a page that has several; what was typed into it before a refusal stays, with what is wrong with it.
/// `words::of_field` knows what each is called.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    l: Language,
    name: &'a str,
    fields: &'a Fields,
    wrongs: &'a Wrongs,
}

/// The `id` of a field of such a form.
pub(super) fn field_id(form: &str, name: &str) -> String {
    format!("f-{form}-{name}")
}

impl<'a> Part<'a> {
    pub(super) fn of(l: Language, name: &'a str, fields: &'a Fields, wrongs: &'a Wrongs) -> Self {
        Self { l, name, fields: fields.to(name), wrongs }
    }

    /// Whether it was sent and refused: then it is not folded.
    pub(super) fn is_open(self) -> bool {
        !self.fields.is_empty()
    }

    /// Whether a box stood ticked.
    pub(super) fn has(self, name: &str, value: &str) -> bool {
        self.fields.all(name).iter().any(|it| it == value)
    }

    /// A text area with its label; a hint that says nothing is not drawn.
    pub(super) fn area(self, name: &str, hint: &str) -> Markup {
        self.text_area(name, hint, false)
    }

    /// One that must be filled in.
    pub(super) fn needed(self, name: &str, hint: &str) -> Markup {
        self.text_area(name, hint, true)
    }

    fn text_area(self, name: &str, hint: &str, needed: bool) -> Markup {
        let id = field_id(self.name, name);
        let control = html! {
            textarea class="hc-input" id=(id) name=(name) rows="2" aria-required=[needed.then_some("true")] aria-invalid=[self.wrongs.invalid(&id)]
                aria-describedby=[described(&id, hint, self.wrongs)] autofocus[self.wrongs.is_first(&id)] { (self.fields.get(name)) }
        };
        labelled(&id, &words::of_field(self.l, self.name, name), hint, self.wrongs, &control)
    }

    /// A line with its label, of a kind of `input`.
    pub(super) fn line(self, name: &str, kind: &str, needed: bool, hint: &str) -> Markup {
        let id = field_id(self.name, name);
        let control = input(&id, name, (kind, self.fields.get(name), needed), hint, self.wrongs);
        labelled(&id, &words::of_field(self.l, self.name, name), hint, self.wrongs, &control)
    }
}

/// A labelled line of a page that has one form, with what is wrong with it.
pub(super) fn line(name: &str, label: &str, value: &str, wrongs: &Wrongs) -> Markup {
    let id = format!("f-{name}");
    labelled(&id, label, "", wrongs, &input(&id, name, ("text", value, false), "", wrongs))
}

fn input(id: &str, name: &str, (kind, value, needed): (&str, &str, bool), hint: &str, wrongs: &Wrongs) -> Markup {
    html! {
        input class="hc-input" id=(id) name=(name) type=(kind) value=(value) aria-required=[needed.then_some("true")] aria-invalid=[wrongs.invalid(id)]
            aria-describedby=[described(id, hint, wrongs)] autofocus[wrongs.is_first(id)];
    }
}

/// A control below its label, its hint if there is one, and what is wrong with it.
fn labelled(id: &str, label: &str, hint: &str, wrongs: &Wrongs, control: &Markup) -> Markup {
    html! {
        div class="hc-field" {
            label class="hc-label" for=(id) { (label) }
            @if !hint.is_empty() { p class="hc-hint" id=(hint_id(id)) { (hint) } }
            (wrongs.error(id))
            (control)
        }
    }
}

fn hint_id(id: &str) -> String {
    format!("{id}-hint")
}

fn described(id: &str, hint: &str, wrongs: &Wrongs) -> Option<String> {
    let hint = (!hint.is_empty()).then(|| hint_id(id));
    wrongs.described(id, hint.as_deref())
}

/// A button that posts a form of its own.
pub(super) fn post_button(action: &str, class: &str, label: &str) -> Markup {
    html! { form method="post" action=(action) class="hc-desk-one" { button class={ "hc-btn " (class) } { (label) } } }
}

/// A part that is folded until it is wanted.
#[expect(clippy::needless_pass_by_value, reason = "markup is made for one place, and written there")]
pub(super) fn folded(summary: &str, open: bool, inside: Markup) -> Markup {
    html! { details class="hc-card hc-desk-fold" open[open] { summary class="hc-tap" { (summary) } (inside) } }
}
