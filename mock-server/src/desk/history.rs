//! What happened to an application, newest first, with the words of each step.
use super::{
    page::{day, folded, moment},
    sheet::Sheet,
    words,
};
use contract::api::Event;
use maud::{Markup, html};

pub(super) fn draw(sheet: &Sheet<'_>) -> Markup {
    let events = &sheet.full.record.events;
    if events.is_empty() {
        return html! {};
    }
    folded(sheet.l.t("经过", "History"), false, list(sheet, events))
}

pub(super) fn list(sheet: &Sheet<'_>, events: &[Event]) -> Markup {
    html! {
        ol class="hc-card hc-card--flush" {
            @for event in events { li class="hc-desk-message" { (told(sheet, event)) } }
        }
    }
}

/// One step: what, when, where, until when, and what was said.
pub(super) fn told(sheet: &Sheet<'_>, event: &Event) -> Markup {
    let l = sheet.l;
    html! {
        p { b { (words::act(l, event.act)) } " " span class="hc-meta" { (moment(l, event.at)) } }
        @if event.place.is_some() || event.slot.is_some() || event.due_on.is_some() {
            p class="hc-meta" {
                @if let Some(place) = &event.place { (place) " " }
                @if let Some(slot) = &event.slot { (moment(l, slot.start)) " " }
                @if let Some(by) = event.due_on { (l.t("最晚 ", "by ")) (day(l, by)) }
            }
        }
        @if let Some(said) = &event.words { p lang=(said.lang) { (said.text) } }
        @for item in &event.items {
            p class="hc-meta" {
                (sheet.label_of(&item.pointer)) " · " (words::return_code(l, item.code))
                @if let Some(said) = &item.words { " · " span lang=(said.lang) { (said.text) } }
            }
        }
    }
}
