//! The wasm entry: what JavaScript calls, and the split points. The app is the library.
//!
//! A split point stands here and nowhere else, so that tests of the library need no splitter.
use health_certificate::{
    apply::{DrawDocument, Seldom},
    documents::{self as papers, Editing, Given, Taking},
    embed::{self, Instance},
    form::{Fetching, LoadWidgets, WIDGETS, Widgets},
    offline::{OFFICE, Office},
    route::Route,
    shell::{Account, Parts},
    ui::{Loading, PartMissing},
};
use leptos::prelude::AnyView;
use std::{future::Future, pin::Pin};
use wasm_bindgen::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// Runs once when the module is loaded; `mount` is what shows something.
fn main() {
    std::panic::set_hook(Box::new(|why| {
        if cfg!(debug_assertions) {
            leptos::logging::error!("{why}");
        }
        embed::stopped();
    }));
}

/// Mounts the app into an element or a shadow root. The page keeps what it gets back as long as the app is to stay.
#[wasm_bindgen]
pub fn mount(root: web_sys::Node, config: &JsValue) -> Instance {
    embed::mount(root, config, PARTS)
}

/// What is fetched when it is first needed. The first visit pays for the entrance, signing in and the first choice of the form.
const PARTS: Parts = Parts {
    office,
    account,
    handover,
    seldom,
    widgets: LoadWidgets(widgets),
    documents,
    papers: PAPERS,
    progress,
    examination,
    certificate,
    verify,
};

/// Whoever runs the page looks why: a newer build may stand at the server, without this one's parts.
fn missing(_: SplitLoaderError) -> PartMissing {
    embed::lacks_part();
    PartMissing
}

fn office() -> Pin<Box<dyn Future<Output = Option<Office>>>> {
    Box::pin(async { office_part().await.map_err(missing).ok() })
}

#[wasm_split(office, fallible)]
fn office_part() -> Result<Office, SplitLoaderError> {
    Ok(OFFICE)
}

fn account(what: Account) -> Loading {
    Box::pin(async { account_part(what).await.map_err(missing) })
}

#[wasm_split(office, fallible)]
fn account_part(what: Account) -> Result<AnyView, SplitLoaderError> {
    Ok(health_certificate::shell::account(what))
}

fn handover((route, documents): (Route, DrawDocument)) -> Loading {
    Box::pin(async { handover_part(route, documents).await.map_err(missing) })
}

#[wasm_split(office, fallible)]
fn handover_part(route: Route, documents: DrawDocument) -> Result<AnyView, SplitLoaderError> {
    Ok(health_certificate::apply::after(&route, documents))
}

fn seldom(what: Seldom) -> Loading {
    Box::pin(async { seldom_part(what).await.map_err(missing) })
}

#[wasm_split(office, fallible)]
fn seldom_part(what: Seldom) -> Result<AnyView, SplitLoaderError> {
    Ok(what.drawn())
}

fn widgets() -> Fetching {
    Box::pin(async { widgets_part().await.map_err(missing).ok() })
}

#[wasm_split(widgets, fallible)]
fn widgets_part() -> Result<Widgets, SplitLoaderError> {
    Ok(WIDGETS)
}

fn documents(given: Given) -> Loading {
    Box::pin(async { documents_part(given).await.map_err(missing) })
}

#[wasm_split(documents, fallible)]
fn documents_part(given: Given) -> Result<AnyView, SplitLoaderError> {
    Ok(health_certificate::documents::attachment(given))
}

/// What is fetched when a person does more with a document than choosing it.
const PAPERS: papers::Parts = papers::Parts { editor, camera };

fn editor(editing: Editing) -> Loading {
    Box::pin(async { editor_part(editing).await.map_err(missing) })
}

#[wasm_split(documents, fallible)]
fn editor_part(editing: Editing) -> Result<AnyView, SplitLoaderError> {
    Ok(papers::editor(editing))
}

fn camera(taking: Taking) -> Loading {
    Box::pin(async { camera_part(taking).await.map_err(missing) })
}

#[wasm_split(documents, fallible)]
fn camera_part(taking: Taking) -> Result<AnyView, SplitLoaderError> {
    Ok(papers::camera(taking))
}

fn progress(route: Route) -> Loading {
    Box::pin(async { progress_part(route).await.map_err(missing) })
}

#[wasm_split(office, fallible)]
fn progress_part(route: Route) -> Result<AnyView, SplitLoaderError> {
    Ok(health_certificate::progress::page(&route))
}

fn certificate(route: Route) -> Loading {
    Box::pin(async { certificate_part(route).await.map_err(missing) })
}

#[wasm_split(certificate, fallible)]
fn certificate_part(route: Route) -> Result<AnyView, SplitLoaderError> {
    Ok(health_certificate::certificate::page(route))
}

fn examination(route: Route) -> Loading {
    Box::pin(async { examination_part(route).await.map_err(missing) })
}

#[wasm_split(examination, fallible)]
fn examination_part(route: Route) -> Result<AnyView, SplitLoaderError> {
    Ok(health_certificate::examination::page(&route))
}

fn verify(route: Route) -> Loading {
    Box::pin(async { verify_part(route).await.map_err(missing) })
}

#[wasm_split(verify, fallible)]
fn verify_part(route: Route) -> Result<AnyView, SplitLoaderError> {
    Ok(health_certificate::verify::page(route))
}
