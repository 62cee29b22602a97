//! The large view of one document: as wide as the screen, up to four times as wide, moved by finger or scroll bar.
use super::filling::Filling;
use super::object_url::{ObjectUrl, loaded};
use crate::i18n::{I18n, K, t};
use crate::reactive::effect;
use crate::ui::{Button, Icon, Kind, icon, live};
use leptos::{html, prelude::*};

/// Widest, in hundreds of percent of the room.
const WIDEST: u32 = 4;

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
    let offline = filling.offline;
    let pdf = match subject {
        Subject::Chosen => false,
        Subject::Kept(id) => {
            offline.document(id).with_untracked(|it| it.as_ref().is_some_and(|it| it.media_type == "application/pdf"))
        }
    };
    let subject = subject.clone();
    let url = loaded(move || async move {
        match subject {
            Subject::Chosen => filling.chosen_picture(),
            Subject::Kept(id) => offline.document_blob(&id).await.ok(),
        }
    });
    let zoom = RwSignal::new(1_u32);
    let source = move || url.with(|it| it.as_ref().map(ObjectUrl::text));
    let body = if pdf { paper(source) } else { picture(filling, zoom, source) };
    view! {
        <div class="hc-row hc-view__acts">
            <Button label=t(K::DocClose) kind=Kind::Quiet on_press=move |()| viewer.0.set(None)/>
            {(!pdf).then(|| view! {
                <Button label=t(K::DocZoomOut) kind=Kind::Quiet on_press=move |()| zoom.update(|it| *it = it.saturating_sub(1).max(1))/>
                <Button label=t(K::DocZoomIn) kind=Kind::Quiet before=Icon::Plus on_press=move |()| zoom.update(|it| *it = (*it + 1).min(WIDEST))/>
            })}
        </div>
        {body}
    }
    .into_any()
}

fn picture(
    filling: Filling,
    zoom: RwSignal<u32>,
    source: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> AnyView {
    let (i18n, label) = (I18n::here(), filling.label());
    let alt = move || i18n.say(K::DocAlt, &[("label", label.get().into())]);
    let doubled = move |_| zoom.update(|it| *it = if *it == 1 { 2 } else { 1 });
    view! {
        // A room that scrolls takes the focus, so that arrow keys move the picture.
        <div class="hc-view__room" tabindex="0" on:dblclick=doubled>
            <img src=source alt=alt style:inline-size=move || format!("{}%", zoom.get() * 100)/>
        </div>
    }
    .into_any()
}

/// A PDF opens in the browser's own viewer, which runs none of its scripts in our page.
fn paper(source: impl Fn() -> Option<String> + Send + Sync + 'static) -> AnyView {
    view! {
        <p class="hc-view__paper">
            {icon(Icon::Document)}
            <a class="hc-btn" href=source target="_blank" rel="noopener">{t(K::DocOpenTab)}</a>
        </p>
    }
    .into_any()
}
