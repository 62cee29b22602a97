//! What stands with a consent that is asked for apart from all else: what is kept how long, and the way to take it back.
//!
//! Unticked, nothing more leaves this phone.

use super::seldom::{What, seldom};
use super::taking_back::TakingBack;
use crate::form::ConsentHole;
use crate::i18n::{K, t};
use crate::offline::{Kept, Offline};
use crate::reactive::{Memo, memo};
use crate::ui::{disclosure, live};
use contract::api::Service;
use leptos::prelude::*;
use view::view;

/// Below the tick.
pub(super) fn beside(application: &str, hole: ConsentHole) -> AnyView {
    let ConsentHole { topic, given, closed, take_back } = hole;
    let back = (topic == super::IDENTITY).then(|| TakingBack::new(application, given, closed, take_back));
    view! { {kept_how_long()} {back.map(taking_back)} }.into_any()
}

/// What the service says of it: the paper that a consent speaks of.
fn kept_how_long() -> AnyView {
    let service = Offline::here().service();
    let lines = memo(move || -> Vec<String> {
        let told = |kept: &Kept<Service>| kept.value.retention.iter().map(|it| it.text.clone()).collect();
        service.with(|kept| kept.as_ref().map(told).unwrap_or_default())
    });
    live(move || {
        let rows = lines.get().into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        let list = view! { <ul class="hc-list">{rows}</ul> };
        lines.with(|all| !all.is_empty()).then(|| disclosure(t(K::ConsentKept), list.into_any()))
    })
}

/// Fetched when there is something to take back; from then on it stays, for it asks and tells what came of it.
fn taking_back(what: TakingBack) -> AnyView {
    let offered = what.offered;
    let has_been = Memo::new(move |before: Option<&bool>| before == Some(&true) || offered.get());
    live(move || has_been.get().then(|| seldom(What::TakingBack(what.clone()))))
}
