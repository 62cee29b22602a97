//! The queue: what waits for the office first, by what is to be done with it, and of that what is due first.
use super::{
    answer,
    page::{day_short, frame, waited},
    words::{self, Language},
};
use crate::office::{Answer, Listed, Office, QueueRow};
use axum::{
    extract::{Query, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use contract::{api::CertificateState, application::State};
use maud::{Markup, html};
use serde::Deserialize;

/// What is shown of the queue.
#[derive(Deserialize, Default)]
pub(super) struct Shown {
    /// Drafts too.
    #[serde(default)]
    all: Option<String>,
    /// Only whose name or number has this in it.
    #[serde(default)]
    q: String,
    /// Only this group, and all of it.
    #[serde(default)]
    group: Option<String>,
}

/// How many of a group are drawn where the others stand too.
const AT_ONCE: usize = 30;
/// How many stand beside one application.
pub(super) const BESIDE: usize = 20;

impl Shown {
    /// The address of all of a group, of what is shown now.
    fn whole(&self, group: &Group) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("group", group.id).append_pair("q", self.q.trim());
        if self.all.is_some() {
            query.append_pair("all", "1");
        }
        format!("/desk?{}", query.finish())
    }
}

/// Applications that have the reviewer do the same thing next.
struct Group {
    id: &'static str,
    chinese: &'static str,
    english: &'static str,
    holds: fn(&QueueRow, NaiveDate) -> bool,
}

impl Group {
    fn title(&self, l: Language) -> &'static str {
        l.t(self.chinese, self.english)
    }
}

/// In the order in which they are worked through; a row stands in the first that holds it.
const GROUPS: [Group; 8] = [
    Group { id: "due", chinese: "今天要答复", english: "Reply due today", holds: is_due },
    Group { id: "new", chinese: "新交来的", english: "New", holds: |row, _| row.state == State::Submitted },
    Group {
        id: "changed",
        chinese: "改好交回的",
        english: "Changed and sent back",
        holds: |row, _| row.state == State::Resubmitted,
    },
    Group { id: "review", chinese: "正在审的", english: "In review", holds: |row, _| row.state == State::InReview },
    Group {
        id: "results",
        chinese: "等体检结果的",
        english: "Results and reports",
        holds: |row, _| matches!(row.state, State::Examined | State::ReportReview),
    },
    Group {
        id: "issue",
        chinese: "可以发证的",
        english: "Ready to issue",
        holds: |row, _| row.state.waits_for_office(),
    },
    Group {
        id: "applicant",
        chinese: "等申请人的",
        english: "Waiting for the applicant",
        // Nobody waits for a certificate that was ended, or whose time is over.
        holds: |row, _| !row.state.is_end() && !row.stopped.is_some_and(CertificateState::is_over),
    },
    Group { id: "ended", chinese: "办结的", english: "Closed", holds: |_, _| true },
];

fn is_due(row: &QueueRow, today: NaiveDate) -> bool {
    row.state.waits_for_office() && row.reply_by.is_some_and(|by| by <= today)
}

/// A group that is drawn.
struct Drawn {
    group: &'static Group,
    rows: Vec<QueueRow>,
    /// How many there are of it.
    all: usize,
}

/// The rows of each group that has some, each in the order of `rows`.
fn grouped(rows: Vec<QueueRow>, today: NaiveDate) -> Vec<(&'static Group, Vec<QueueRow>)> {
    let mut groups: Vec<(&Group, Vec<QueueRow>)> = GROUPS.iter().map(|group| (group, Vec::new())).collect();
    for row in rows {
        if let Some((_, held)) = groups.iter_mut().find(|(group, _)| (group.holds)(&row, today)) {
            held.push(row);
        }
    }
    groups.retain(|(_, held)| !held.is_empty());
    groups
}

/// The one group that is asked for, whole; else all of them, of each what comes first.
fn drawn(groups: Vec<(&'static Group, Vec<QueueRow>)>, only: Option<&str>) -> Vec<Drawn> {
    let cut = |(group, mut rows): (&'static Group, Vec<QueueRow>)| {
        let all = rows.len();
        if only.is_none() {
            rows.truncate(AT_ONCE);
        }
        Drawn { group, rows, all }
    };
    groups.into_iter().filter(|(group, _)| only.is_none_or(|id| group.id == id)).map(cut).collect()
}

/// Whether a name or a number has these words in it, however they are spaced.
fn is_meant(row: &QueueRow, words: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let words = plain(words);
    let has_them = |text: &str| !words.is_empty() && plain(text).contains(&words);
    has_them(&row.name) || row.number.as_deref().is_some_and(has_them)
}

/// A check-in code that led to nobody.
pub(super) struct NotFound<'a> {
    /// As it was typed.
    pub(super) typed: &'a str,
    /// The application whose visit had it before it was moved.
    pub(super) moved: Option<String>,
}

pub(super) async fn page(Extract(office): Extract<Office>, l: Language, Query(shown): Query<Shown>) -> Response {
    answer(l, draw(&office, l, &shown, None).await)
}

/// The queue again, with what was typed and what to try.
pub(super) async fn not_found(office: &Office, l: Language, missed: &NotFound<'_>) -> Response {
    match draw(office, l, &Shown::default(), Some(missed)).await {
        Ok(page) => (StatusCode::NOT_FOUND, page).into_response(),
        Err(fault) => super::page::refusal(l, &fault),
    }
}

async fn draw(office: &Office, l: Language, shown: &Shown, missed: Option<&NotFound<'_>>) -> Answer<Markup> {
    let which = if shown.all.is_some() { Listed::All } else { Listed::Submitted };
    let rows = sorted(office.queue(which).await?);
    let waiting = rows.iter().filter(|it| it.state.waits_for_office()).count();
    let title = format!("{} {waiting}", l.t("待办", "To do"));
    let none = rows.is_empty();
    let looked_for = shown.q.trim();
    let meant = rows.into_iter().filter(|row| looked_for.is_empty() || is_meant(row, looked_for)).collect();
    let only = shown.group.as_deref().filter(|id| GROUPS.iter().any(|group| group.id == *id));
    let groups = drawn(grouped(meant, office.now().date_naive()), only);
    let is_part = !looked_for.is_empty() || only.is_some();
    Ok(frame(
        l,
        &title,
        html! {
            h1 class="hc-h1" { (title) }
            (ways_in(l, looked_for, shown.all.is_some(), missed))
            @if groups.len() > 1 {
                nav class="hc-row hc-desk-groups" aria-label=(l.t("分组", "Groups")) {
                    @for Drawn { group, all, .. } in &groups { a class="hc-tap" href={ "#" (group.id) } { (group.title(l)) " " b { (all) } } }
                }
            }
            @for Drawn { group, rows, all } in &groups {
                section aria-labelledby=(group.id) {
                    h2 class="hc-h2" id=(group.id) { (group.title(l)) " " span class="hc-meta" { (all) } }
                    (list(office, l, rows, None))
                    @if rows.len() < *all { a class="hc-tap" href=(shown.whole(group)) { (more(l, all - rows.len())) } }
                }
            }
            @if none { p class="hc-empty" { (l.t("现在没有申请。", "No applications yet.")) } }
            @else if groups.is_empty() && looked_for.is_empty() { p class="hc-empty" { (l.t("这一组现在没有申请。", "This group has no applications now.")) } }
            @else if groups.is_empty() { p class="hc-empty" { (l.t("没有这个姓名或编号的申请。", "No application has this name or number.")) } }
            p {
                @if is_part { a class="hc-link" href="/desk" { (l.t("看全部", "Show all")) } }
                @else if shown.all.is_some() { a class="hc-link" href="/desk" { (l.t("只看交来的", "Only what was submitted")) } }
                @else { a class="hc-link" href="/desk?all=1" { (l.t("连草稿一起看", "Drafts too")) } }
            }
        },
    ))
}

/// To one person: by the code that they show, or by name or number.
fn ways_in(l: Language, looked_for: &str, also_drafts: bool, missed: Option<&NotFound<'_>>) -> Markup {
    html! {
        div class="hc-desk-ways" {
            form class="hc-row" method="post" action="/desk/check-in" {
                label class="hc-label" for="code" { (l.t("报到码", "Check-in code")) }
                input class="hc-input hc-desk-short" id="code" name="code" autocomplete="off" autocapitalize="characters" aria-required="true"
                    value=[missed.map(|it| it.typed)] autofocus[missed.is_some()]
                    aria-invalid=[missed.map(|_| "true")] aria-describedby=[missed.map(|_| "code-error")];
                button class="hc-btn hc-btn--quiet" { (l.t("找到这个人", "Find the person")) }
                @if let Some(missed) = missed { p class="hc-error" id="code-error" role="alert" { span { (why_not(l, missed)) } } }
            }
            form class="hc-row" method="get" action="/desk" role="search" {
                label class="hc-label" for="q" { (l.t("姓名或申请编号", "Name or number")) }
                @if also_drafts { input type="hidden" name="all" value="1"; }
                input class="hc-input hc-desk-short" id="q" name="q" type="search" autocomplete="off" value=(looked_for);
                button class="hc-btn hc-btn--quiet" { (l.t("查找", "Search")) }
            }
        }
    }
}

fn why_not(l: Language, missed: &NotFound<'_>) -> Markup {
    html! {
        @match &missed.moved {
            Some(id) => {
                (l.t("这次预约已经改了时间，这是原来的报到码。请申请人打开预约页面，报新的码；", "This appointment was moved, and this is its old code. Ask the person to open the appointment and say the new one, or "))
                a class="hc-link" href={ "/desk/a/" (id) } { (l.t("或者直接打开这份申请", "open the application")) }
                (l.t("。", "."))
            }
            None => {
                (l.t("没有找到这个报到码。请对一下 6 位有没有看错；到过场或取消了的预约，码就没用了。也可以按姓名或申请编号查找。", "No appointment has this code. Check its 6 characters; it ends once the person was here or the visit was cancelled. You can also search by name or number."))
            }
        }
    }
}

/// What waits for us first, by what is due first, then by who has waited longest.
pub(super) fn sorted(mut rows: Vec<QueueRow>) -> Vec<QueueRow> {
    rows.sort_by_key(|it| (!it.state.waits_for_office(), it.state.is_end(), it.reply_by.or(it.due_on), it.since));
    rows
}

/// What a kind of work is called on this desk. What the applicant wrote is shown as it is, before the code that was chosen for it.
pub(super) fn category(office: &Office, l: Language, code: &str, words: &str, own: Option<&str>) -> String {
    let title = office.catalogue.category_title(code, l.tag()).unwrap_or_else(|| words.to_owned());
    match (own, l) {
        (Some(own), Language::Chinese) => format!("{own}（{title}）"),
        (Some(own), Language::English) => format!("{own} ({title})"),
        (None, _) => title,
    }
}

fn more(l: Language, others: usize) -> String {
    match l {
        Language::Chinese => format!("还有 {others} 份，全部列出"),
        Language::English => format!("{others} more: list all of them"),
    }
}

fn overdue(l: Language, by: NaiveDate, today: NaiveDate) -> String {
    let days = (today - by).num_days();
    match l {
        Language::Chinese => format!("过期 {days} 天"),
        Language::English => format!("{days} d overdue"),
    }
}

/// The rows as links; `current` is the one that is open.
pub(super) fn list(office: &Office, l: Language, rows: &[QueueRow], current: Option<&str>) -> Markup {
    let now = office.now();
    html! {
        ul class="hc-card hc-card--flush hc-desk-queue" {
            @for row in rows {
                li {
                    a class="hc-task" href={ "/desk/a/" (row.id) } aria-current=[(current == Some(row.id.as_str())).then_some("true")] {
                        span {
                            b { @if row.name.is_empty() { (l.t("还没有姓名", "No name yet")) } @else { (row.name) } }
                            @if row.flagged && row.state.waits_for_office() { " " span class="hc-tag hc-warn" { (l.t("要看", "Check")) } }
                            br;
                            span class="hc-meta" {
                                (category(office, l, &row.category, &row.category_words, row.category_own.as_deref()))
                                @if row.state.waits_for_office() { " · " (words::state(l, row.state)) }
                                @if let Some(number) = &row.number { " · " span class="hc-num" { (number) } }
                                @if row.round > 1 { " · " (l.t("第", "round")) " " (row.round) @if l == Language::Chinese { " 次" } }
                            }
                        }
                        span class="hc-meta" {
                            @if let Some(stopped) = row.stopped { b class="hc-bad" { (l.t("证件", "Certificate: ")) (words::certificate(l, stopped)) } }
                            @else if !row.state.waits_for_office() { (words::standing(l, row.state, row.decision)) }
                            @else if let Some(by) = row.reply_by {
                                @if by < now.date_naive() { b class="hc-bad" { (overdue(l, by, now.date_naive())) } }
                                @else if by == now.date_naive() { b class="hc-bad" { (l.t("今天到期", "Due today")) } }
                                @else { (l.t("最晚 ", "by ")) (day_short(l, by)) }
                            } @else { (waited(l, row.since, now)) }
                        }
                    }
                }
            }
        }
    }
}
