//! That the office takes nothing for some time, or nothing from a page as old as this one, or that a part of this build is gone
//! from the server: said on every page, with what to do.
use super::frame::{in_the_way, put_in_charge};
use crate::i18n::{I18n, K, t};
use crate::offline::{Closed, Offline};
use crate::reactive::{RwSignal, provided};
use crate::route::Nav;
use crate::ui::{Button, Icon, Kind, Reopen, Tone, live, note};
use chrono::TimeDelta;
use contract::api::Maintenance;
use leptos::prelude::*;
use view::view;

/// So long before it begins, a planned time is told.
const AHEAD: TimeDelta = TimeDelta::hours(24);

pub(super) fn line() -> AnyView {
    let (offline, i18n, route, reopen) = (Offline::here(), I18n::here(), Nav::here().route(), provided::<Reopen>());
    let (closed, network) = (offline.closed(), offline.network());
    let (outdated, hurdle) = (RwSignal::new(false), RwSignal::new(None));
    let heard = window_event_listener_untyped("hc-outdated", move |_| {
        outdated.try_set(true);
    });
    on_cleanup(move || heard.remove());
    live(move || {
        // Time passes: each page looks anew.
        route.track();
        if network.get().is_away() {
            return None;
        }
        let now = offline.now();
        match closed.get().or(outdated.get().then_some(Closed::VersionGone))? {
            Closed::Maintenance(Maintenance { from, until }) => {
                let args = [("from", i18n.moment(from).into()), ("until", i18n.moment(until).into())];
                let words = i18n.say(K::PMaintenance, &args);
                let near = until > now && from <= now + AHEAD;
                near.then(|| note(Tone::Warn, Icon::Clock, true, view! { <p>{words}</p> }.into_any()))
            }
            Closed::VersionGone => {
                let go = move |()| put_in_charge(offline, hurdle);
                let may = reopen.may.get();
                let again = may.then(|| view! { <p><Button label=t(K::UpdateNow) kind=Kind::Text on_press=go/></p> });
                let body = view! { <p>{t(K::PVersionGone)}</p> {in_the_way(hurdle)} {again} };
                Some(note(Tone::Warn, Icon::Info, true, body.into_any()))
            }
        }
    })
}
