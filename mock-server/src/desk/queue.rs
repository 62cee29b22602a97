//! The queue: what waits for the office first, and of that what is due first.
use super::{
    answer,
    page::{day_short, frame, waited},
    words::{self, Language},
};
use crate::office::{Answer, Office, QueueRow};
use axum::{
    extract::{Query, State as Extract},
    response::Response,
};
use contract::application::State;
use maud::{Markup, html};
use serde::Deserialize;

/// What is shown of the queue.
#[derive(Deserialize, Default)]
pub(super) struct Shown {
    /// Everything, also what waits for the applicant or is over.
    #[serde(default)]
    all: Option<String>,
}

/// Whether the office has to do something.
pub(super) const fn waits_for_us(state: State) -> bool {
    matches!(
        state,
        State::Submitted | State::Resubmitted | State::InReview | State::Examined | State::ReportReview | State::Passed
    )
}

pub(super) async fn page(Extract(office): Extract<Office>, l: Language, Query(shown): Query<Shown>) -> Response {
    let all = shown.all.is_some();
    answer(l, draw(&office, l, all).await)
}

async fn draw(office: &Office, l: Language, all: bool) -> Answer<Markup> {
    let rows = sorted(office.queue(all).await?);
    let waiting = rows.iter().filter(|it| waits_for_us(it.state)).count();
    let title = format!("{} {waiting}", l.t("待办", "To do"));
    Ok(frame(
        l,
        &title,
        html! {
            h1 class="hc-h1" { (title) }
            form class="hc-row" method="post" action="/desk/check-in" {
                label class="hc-label" for="code" { (l.t("报到码", "Check-in code")) }
                input class="hc-input hc-desk-short" id="code" name="code" autocomplete="off" autocapitalize="characters";
                button class="hc-btn hc-btn--quiet" { (l.t("找到这个人", "Find the person")) }
            }
            @if rows.is_empty() { p class="hc-empty" { (l.t("现在没有申请。", "No applications yet.")) } }
            (list(office, l, &rows, None))
            p {
                @if all { a class="hc-link" href="/desk" { (l.t("只看交来的", "Only what was submitted")) } }
                @else { a class="hc-link" href="/desk?all=1" { (l.t("连草稿一起看", "Drafts too")) } }
            }
        },
    ))
}

/// What waits for us first, by what is due first, then by who has waited longest.
pub(super) fn sorted(mut rows: Vec<QueueRow>) -> Vec<QueueRow> {
    rows.sort_by_key(|it| (!waits_for_us(it.state), it.state.is_end(), it.reply_by.or(it.due_on), it.since));
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
                            @if row.flagged { " " span class="hc-tag hc-warn" { (l.t("要看", "Look")) } }
                            br;
                            span class="hc-meta" {
                                (category(office, l, &row.category, &row.category_words, row.category_own.as_deref())) " · " (words::state(l, row.state))
                                @if row.round > 1 { " · " (l.t("第", "round")) " " (row.round) @if l == Language::Chinese { " 次" } }
                            }
                        }
                        span class="hc-meta" {
                            @if !waits_for_us(row.state) { (words::state(l, row.state)) }
                            @else if let Some(by) = row.reply_by {
                                @if by <= now.date_naive() { b class="hc-bad" { (l.t("今天到期", "Due today")) } }
                                @else { (day_short(l, by)) }
                            } @else { (waited(l, row.since, now)) }
                        }
                    }
                }
            }
        }
    }
}
