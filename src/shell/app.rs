//! The root of one instance: what all pages share, and which page is drawn.

use super::{Config, Languages, Looks, Parts, arrival, documents, frame, missing, settings};
use crate::apply;
use crate::i18n::I18n;
use crate::route::{Nav, Route};
use crate::ui::{Announcer, Frame, part};
use leptos::{html, prelude::*};

/// The app. It is mounted into an element of its own site or into a shadow root.
#[component]
pub fn App(
    /// What the page around it decides.
    config: Config,
    /// The parts that are fetched when needed.
    parts: Parts,
) -> impl IntoView {
    let frame = config.frame();
    let nav = Nav::new(config.route, &config.base, config.start.as_deref());
    let i18n = I18n::new("");
    let (languages, looks) = (Languages::new(&config, i18n), Looks::new(&config));
    provide_context(nav);
    provide_context(i18n);
    provide_context(languages);
    provide_context(looks);
    provide_context(frame);
    provide_context(Announcer::new());
    provide_context(config);

    let root: NodeRef<html::Div> = NodeRef::new();
    nav.listen();
    arrival::follow(nav, i18n, frame);
    looks.follow(root, frame);
    languages.follow(frame);

    let class = if frame == Frame::Embedded { "hc hc--part" } else { "hc" };
    view! {
        <div node_ref=root class=class lang=move || i18n.lang() dir=move || i18n.dir() on:click=move |event| nav.on_click(&event)>
            {move || languages.ready().then(|| frame::frame(pages(nav, parts)))}
        </div>
    }
}

/// The page of the place where we are, drawn anew when the place changes.
fn pages(nav: Nav, parts: Parts) -> AnyView {
    let route = nav.route();
    (move || {
        let route = route.get();
        // What a page reads while it is made must not make the whole page anew.
        untrack(|| page(route, parts))
    })
    .into_any()
}

fn page(route: Route, parts: Parts) -> AnyView {
    let fetched = |load| {
        let route = route.clone();
        part(load, move || route.clone())
    };
    match &route {
        Route::Settings => settings::page(),
        Route::Status(_) => fetched(parts.progress),
        Route::Examination(_) | Route::Visit(_) | Route::Results(_) => fetched(parts.examination),
        Route::Collect(_) | Route::Certificate(_) => fetched(parts.certificate),
        Route::Verify => fetched(parts.verify),
        Route::Entrance | Route::SignIn | Route::Home | Route::Lookup | Route::Outbox | Route::Unknown(_) => {
            missing::page()
        }
        Route::Tasks(_)
        | Route::Step(..)
        | Route::Check(_)
        | Route::Receipt(_)
        | Route::Returned(_)
        | Route::Report(_) => apply::page(&route, documents::drawn(parts)).unwrap_or_else(missing::page),
    }
}
