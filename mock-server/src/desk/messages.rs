//! What was sent as text messages, one-time codes among them, and the log of who did what.
use super::{
    answer,
    page::{frame, moment},
    words::{Language, telephone},
};
use crate::office::Office;
use axum::{extract::State, response::Response};
use maud::html;

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

/// Who did what to which id. Never the value that was read.
pub(super) async fn log(State(office): State<Office>, l: Language) -> Response {
    let rows = office.audit_rows(300).await;
    answer(
        l,
        rows.map(|rows| {
            frame(
                l,
                l.t("操作记录", "Log"),
                html! {
                    h1 class="hc-h1" { (l.t("操作记录", "Log")) }
                    div class="hc-card hc-scroll" tabindex="0" role="region" aria-label=(l.t("操作记录", "Log")) {
                        table class="hc-table" {
                            thead { tr { th scope="col" { (l.t("时间", "When")) } th scope="col" { (l.t("谁", "Who")) } th scope="col" { (l.t("做了什么", "What")) } th scope="col" { (l.t("编号", "Id")) } } }
                            tbody {
                                @for row in &rows {
                                    tr { td { (moment(l, row.at)) } td { (row.who) } td { (row.what) } td { (row.about) } }
                                }
                            }
                        }
                    }
                },
            )
        }),
    )
}
