//! The two ways to choose: the camera, and the album. Real file inputs inside their labels, so that every browser opens them.
use super::filling::{Filling, Over};
use crate::i18n::{K, t};
use crate::reactive::RwSignal;
use crate::ui::{Icon, icon};
use leptos::{ev, html, prelude::*};
use std::time::Duration;
use view::view;
use wasm_bindgen::JsCast;
use web_sys::Blob;

/// How long after the page has the focus again a choice may still arrive.
const LATE: Duration = Duration::from_secs(3);

/// Both, side by side. `camera` names the first, which also may say "again".
pub(super) fn both(filling: Filling, camera: K) -> AnyView {
    // Without it the browser has no live camera, and nobody would know why.
    let insecure = !window().is_secure_context();
    let why = insecure.then(|| view! { <p class="hc-hint hc-wide">{t(K::DocCamInsecure)}</p> });
    view! { {why} <div class="hc-row hc-wide">{take(filling, camera, "hc-btn hc-pick")} {album(filling, "hc-btn hc-btn--quiet hc-pick")}</div> }
        .into_any()
}

/// The camera: the live one with its frame where the browser has one, else the phone's own.
pub(super) fn take(filling: Filling, words: K, class: &'static str) -> AnyView {
    if crate::camera::devices().is_none() {
        return own(filling, words, class);
    }
    let words = t(words);
    let open = move |_| {
        // The phone may close the page while its camera is open.
        filling.expect();
        filling.over.set(Some(Over::Camera));
    };
    view! { <button type="button" class=class on:click=open>{icon(Icon::Camera)}{words}{named(filling)}</button> }
        .into_any()
}

/// The phone's own camera.
fn own(filling: Filling, words: K, class: &'static str) -> AnyView {
    let camera = filling.asks().camera;
    let words = t(words);
    let input = input(filling, "image/*", Some(camera), false, None);
    view! { <label class=class>{icon(Icon::Camera)}{words}{named(filling)}{input}</label> }.into_any()
}

/// The other ways, beside the live camera.
pub(super) fn others(filling: Filling) -> AnyView {
    view! { {own(filling, K::DocCamOwn, "hc-tap hc-pick")} {album(filling, "hc-tap hc-pick")} }.into_any()
}

/// The album, or the files where the item takes a PDF.
pub(super) fn album(filling: Filling, class: &'static str) -> AnyView {
    from_album(filling, class, None)
}

/// The album, for what takes the place of a document that is kept.
pub(super) fn album_instead(filling: Filling, id: &str) -> AnyView {
    from_album(filling, "hc-tap hc-pick", Some(id.to_owned()))
}

fn from_album(filling: Filling, class: &'static str, instead: Option<String>) -> AnyView {
    let asks = filling.asks();
    let words = t(if asks.rule.takes_pdf() { K::DocFile } else { K::DocAlbum });
    let several = asks.most > 1 && instead.is_none() && filling.replacing.get_untracked().is_none();
    // Beside the other ways to change what is there it is a word among words.
    let drawing = instead.is_none().then(|| icon(Icon::Picture));
    let input = input(filling, asks.rule.accept(), None, several, instead);
    view! { <label class=class>{drawing}{words}{named(filling)}{input}</label> }.into_any()
}

/// What the picture is of, for those who hear one label after the other.
fn named(filling: Filling) -> impl IntoView {
    let label = filling.label();
    view! { <span class="hc-sr">" "{move || label.get()}</span> }
}

fn input(
    filling: Filling,
    accept: &'static str,
    capture: Option<&'static str>,
    several: bool,
    instead: Option<String>,
) -> impl IntoView {
    let node: NodeRef<html::Input> = NodeRef::new();
    let come = RwSignal::new(false);
    let opened = move |_| {
        come.set(false);
        filling.expect();
        // Browsers without a `cancel` event give back the focus and nothing else.
        let back = StoredValue::new(None::<WindowListenerHandle>);
        let handle = window_event_listener(ev::focus, move |_| {
            if let Some(handle) = back.try_update_value(Option::take).flatten() {
                handle.remove();
            }
            // A phone that converts or fetches what was chosen gives back the page first.
            if come.try_get_untracked() == Some(false) {
                filling.awaits.try_set(true);
            }
            let nothing = move || match come.try_get_untracked() {
                Some(true) => {}
                Some(false) => filling.nothing_came(),
                // It left the page meanwhile, and nothing can come any more.
                None => drop(filling.awaits.try_set(false)),
            };
            set_timeout(nothing, LATE);
        });
        back.set_value(Some(handle));
    };
    let chosen = move |_| {
        come.set(true);
        let Some(input) = node.get_untracked() else { return };
        let files = files(&input);
        // So that the same file may be chosen again.
        input.set_value("");
        filling.over.set(None);
        if files.is_empty() {
            return filling.nothing_came();
        }
        if let Some(id) = instead.clone() {
            filling.replacing.set(Some(id));
        }
        filling.choose(files);
    };
    let cancelled = move |_: web_sys::Event| {
        come.set(true);
        filling.nothing_came();
    };
    view! {
        <input
            node_ref=node
            class="hc-sr"
            type="file"
            accept=accept
            capture=capture
            multiple=several
            on:click=opened
            on:change=chosen
            on:cancel=cancelled
        />
    }
}

fn files(input: &web_sys::HtmlInputElement) -> Vec<Blob> {
    let Some(list) = input.files() else { return Vec::new() };
    (0..list.length()).filter_map(|place| list.get(place)).map(JsCast::unchecked_into).collect()
}
