//! Places to go to: what each is called, where it is, when it is open, what to know of it, and whom to call there.

use super::telephone::telephone;
use super::{Icon, icon};
use crate::i18n::spans;
use contract::api::Site;
use leptos::prelude::*;
use view::view;

/// A list of them, and nothing where there is none.
pub fn places(all: Vec<Site>) -> Option<AnyView> {
    let any = !all.is_empty();
    any.then(|| view! { <ul class="hc-list">{all.into_iter().map(place).collect_view()}</ul> }.into_any())
}

fn place(site: Site) -> AnyView {
    let hours = site.hours.as_deref().map(spans);
    let lines = [Some(site.address), hours].into_iter().flatten().chain(site.notes);
    let lines = lines.map(|line| view! { <br/> {line} }).collect_view();
    let phone = site.phone.map(|phone| view! { <br/> {telephone(&phone, "hc-tap hc-num")} });
    view! { <li>{icon(Icon::Place)}<span><b>{site.name}</b>{lines}{phone}</span></li> }.into_any()
}
