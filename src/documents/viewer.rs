//! The large view of one document: a picture, or the pages of a PDF, in a room where they are made larger and moved.
use super::filling::Filling;
use super::kept::is_pdf;
use super::object_url::ObjectUrl;
use super::pages::pages;
use super::zoom::Zoom;
use crate::i18n::{I18n, K, t};
use crate::reactive::{RwSignal, effect};
use crate::ui::{Button, Kind, live};
use leptos::{html, prelude::*, task::spawn_local};
use view::view;
use web_sys::Blob;

#[derive(Clone, PartialEq, Eq)]
enum Subject {
    /// The file that is spoken about.
    Chosen,
    /// A document by its id.
    Kept(String),
}

/// Opens the large view of its item.
#[derive(Clone, Copy)]
pub(super) struct Viewer(RwSignal<Option<Subject>>);

impl Viewer {
    pub(super) fn new() -> Self {
        Self(RwSignal::new(None))
    }

    pub(super) fn open_chosen(self) {
        self.0.set(Some(Subject::Chosen));
    }

    pub(super) fn open_kept(self, id: String) {
        self.0.set(Some(Subject::Kept(id)));
    }
}

/// The view, closed until somebody opens it.
pub(super) fn large_view(filling: Filling, viewer: Viewer) -> AnyView {
    let node: NodeRef<html::Dialog> = NodeRef::new();
    let label = filling.label();
    effect(move || {
        let Some(dialog) = node.get() else { return };
        let open = viewer.0.with(Option::is_some);
        if !open {
            dialog.close();
        } else if !dialog.open() && dialog.show_modal().is_err() {
            dialog.set_open(true);
        }
    });
    let closed = move |_: web_sys::Event| viewer.0.set(None);
    view! {
        <dialog node_ref=node class="hc-view" aria-label=move || label.get() on:close=closed>
            {live(move || viewer.0.get().map(|subject| opened(filling, viewer, &subject)))}
        </dialog>
    }
    .into_any()
}

fn opened(filling: Filling, viewer: Viewer, subject: &Subject) -> AnyView {
    let zoom = Zoom::new();
    let body = match subject {
        Subject::Chosen => picture(filling, async move { filling.chosen_picture() }),
        Subject::Kept(id) => {
            let (offline, id) = (filling.offline, id.clone());
            let pdf = offline.document(&id).with_untracked(|it| it.as_ref().is_some_and(is_pdf));
            if pdf {
                paper(filling, zoom, id)
            } else {
                picture(filling, async move { offline.document_blob(&id).await.ok() })
            }
        }
    };
    view! {
        <div class="hc-row hc-view__acts">
            <Button label=t(K::DocClose) kind=Kind::Quiet on_press=move |()| viewer.0.set(None)/>
            {zoom.buttons()}
        </div>
        {zoom.room(body)}
    }
    .into_any()
}

/// A picture, or that it cannot be had.
fn picture(filling: Filling, coming: impl Future<Output = Option<Blob>> + 'static) -> AnyView {
    let (i18n, label) = (I18n::here(), filling.label());
    let url: RwSignal<Option<Option<ObjectUrl>>> = RwSignal::new(None);
    spawn_local(async move {
        let made = coming.await.as_ref().and_then(ObjectUrl::of);
        url.try_set(Some(made));
    });
    live(move || {
        let Some(url) = url.get()? else {
            return Some(view! { <p class="hc-view__paper">{t(K::DocNotOpened)}</p> }.into_any());
        };
        let alt = move || i18n.say(K::DocAlt, &[("label", label.get().into())]);
        Some(view! { <img src=url.text() alt=alt draggable="false"/> }.into_any())
    })
}

/// The pages of a PDF. Where they cannot be drawn here, the browser's own viewer is offered, in a window of its own.
fn paper(filling: Filling, zoom: Zoom, id: String) -> AnyView {
    let offline = filling.offline;
    let file: RwSignal<Option<Option<Blob>>> = RwSignal::new(None);
    spawn_local(async move {
        let found = offline.document_blob(&id).await.ok();
        file.try_set(Some(found));
    });
    live(move || {
        let Some(file) = file.get()? else {
            return Some(view! { <p class="hc-view__paper">{t(K::DocNotOpened)}</p> }.into_any());
        };
        let assets = filling.given.with_value(|it| it.assets.clone());
        let url = StoredValue::new_local(ObjectUrl::of(&file));
        let elsewhere = move || {
            let source = url.with_value(|it| it.as_ref().map(ObjectUrl::text));
            view! { <a class="hc-btn" href=source target="_blank" rel="noopener">{t(K::DocOpenTab)}</a> }.into_any()
        };
        zoom.tell();
        Some(pages(assets, file, filling.label(), zoom.moved(), elsewhere))
    })
}
