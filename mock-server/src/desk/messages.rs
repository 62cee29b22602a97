//! What was sent as text messages, one-time codes among them, and the log of who did what.
use super::{
    answer,
    page::{frame, moment},
    words::{self, Language, telephone},
};
use crate::office::Office;
use axum::{
    extract::{Query, State},
    response::Response,
};
use maud::html;
use serde::Deserialize;

/// Newest first, the code large: this is where a developer reads it.
pub(super) async fn page(State(office): State<Office>, l: Language) -> Response {
    let messages = office.messages(None, 100).await;
    answer(
        l,
        messages.map(|messages| {
            frame(
                l,
                l.t("发出的短信", "Messages sent"),
                html! {
                    h1 class="hc-h1" { (l.t("发出的短信", "Messages sent")) }
                    p class="hc-meta" { (l.t("这里不会真的发短信。验证码看这一页，用一次就没用了。", "No message really leaves here. Read codes on this page; each works once.")) }
                    @if messages.is_empty() { p class="hc-empty" { (l.t("还没有发过短信。", "No messages yet.")) } }
                    ul class="hc-card hc-card--flush" {
                        @for message in &messages {
                            li class="hc-desk-message" {
                                p class="hc-meta" { bdi { (telephone(&message.phone)) } " · " (moment(l, message.at)) }
                                @if let Some(code) = &message.code { p class="hc-desk-code" { (code) } }
                                p { (message.text) }
                            }
                        }
                    }
                },
            )
        }),
    )
}

/// What the address of the log says besides.
#[derive(Deserialize)]
pub(super) struct Which {
    /// `hidden`: only what was changed.
    #[serde(default)]
    reads: String,
}

/// Who did what to whose application. Never the value that was read.
pub(super) async fn log(State(office): State<Office>, l: Language, Query(which): Query<Which>) -> Response {
    let with_reads = which.reads != "hidden";
    let rows = office.audit_rows(300, with_reads).await;
    answer(
        l,
        rows.map(|rows| {
            frame(
                l,
                l.t("操作记录", "Log"),
                html! {
                    h1 class="hc-h1" { (l.t("操作记录", "Log")) }
                    p {
                        @if with_reads { a class="hc-tap" href="/desk/log?reads=hidden" { (l.t("不显示查看和下载", "Without looking and downloading")) } }
                        @else { a class="hc-tap" href="/desk/log" { (l.t("也显示查看和下载", "With looking and downloading")) } }
                    }
                    @if rows.is_empty() { p class="hc-empty" { (l.t("还没有记录。", "Nothing yet.")) } }
                    ol class="hc-card hc-card--flush" {
                        @for row in &rows {
                            li class="hc-desk-message hc-desk-log" {
                                span class="hc-meta" { (moment(l, row.at)) }
                                span { (words::actor(l, &row.who)) }
                                span { (words::audited(l, &row.what)) }
                                @match &row.of {
                                    Some((id, number, name)) => { a class="hc-link" href={ "/desk/a/" (id) } { @if number.is_empty() && name.is_empty() { (id) } @else { (name) " " (number) } } }
                                    None => { span class="hc-meta" { (row.about) } }
                                }
                            }
                        }
                    }
                },
            )
        }),
    )
}
