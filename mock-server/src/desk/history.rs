//! What happened to an application, newest first, with the words of each step.
use super::{
    page::{folded, moment},
    sheet::Sheet,
    words,
};
use maud::{Markup, html};

pub(super) fn draw(sheet: &Sheet<'_>) -> Markup {
    let l = sheet.l;
    let events = &sheet.full.record.events;
    if events.is_empty() {
        return html! {};
    }
    folded(
        l.t("经过", "History"),
        false,
        html! {
            ol class="hc-card hc-card--flush" {
                @for event in events {
                    li class="hc-desk-message" {
                        p { b { (words::act(l, event.act)) } " " span class="hc-meta" { (moment(l, event.at)) } }
                        @if let Some(said) = &event.words { p lang=(said.lang) { (said.text) } }
                        @for item in &event.items {
                            p class="hc-meta" {
                                (sheet.label_of(&item.pointer)) " · " (words::return_code(l, item.code))
                                @if let Some(said) = &item.words { " · " span lang=(said.lang) { (said.text) } }
                            }
                        }
                    }
                }
            }
        },
    )
}
