//! An application as a file: for another phone, for when nothing else works.

use super::opening::Opened;
use crate::i18n::{K, t};
use crate::offline::Offline;
use crate::reactive::{RwSignal, Signal};
use crate::ui::{Button, Icon, Kind, Tone, live, plain_note, save_file};
use leptos::{prelude::*, task::spawn_local};
use view::view;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carried {
    /// All of it is in it.
    Whole,
    /// What is damaged is not in it.
    InPart,
    /// There is none.
    Not,
}

/// Hands an application to the person as a file: a whole one, as the page of what waits takes it in again.
pub(crate) async fn export_file(offline: Offline, application: &str, passphrase: Option<&str>) -> Carried {
    let file = match offline.export_application(application, passphrase).await {
        Ok(file) => file,
        Err(why) => {
            leptos::logging::warn!("export: {why:?}");
            return Carried::Not;
        }
    };
    match save_file("health-certificate.json", &file.text) {
        Ok(()) if file.left_behind > 0 => Carried::InPart,
        Ok(()) => Carried::Whole,
        Err(why) => {
            leptos::logging::warn!("export: {why:?}");
            Carried::Not
        }
    }
}

/// Without a passphrase everybody who gets the file can read it: that is said first, and done only to whoever insists.
pub(crate) fn insist_open(on_go: Callback<()>) -> AnyView {
    view! {
        <div role="alert">{plain_note(Tone::Warn, Icon::Warning, t(K::RescueOpen))}</div>
        <p><Button label=t(K::RescueOpenGo) kind=Kind::Text on_press=on_go/></p>
    }
    .into_any()
}

/// The button, and what came of it. The file has no passphrase here.
pub(super) fn export(opened: Opened, label: K, kind: Kind) -> AnyView {
    let (offline, draft) = (Offline::here(), opened.draft());
    let (busy, told, asked) = (RwSignal::new(false), RwSignal::new(None), RwSignal::new(false));
    let press = Callback::new(move |()| {
        told.set(None);
        asked.set(true);
    });
    let insist = Callback::new(move |()| {
        asked.set(false);
        busy.set(true);
        told.set(None);
        spawn_local(async move {
            let words = match export_file(offline, &draft.id().application, None).await {
                Carried::Whole => K::TasksExported,
                Carried::InPart => K::RescueLeft,
                Carried::Not => K::TasksExportFailed,
            };
            busy.try_set(false);
            told.try_set(Some(words));
        });
    });
    view! {
        <Button kind=kind label=t(label) busy=Signal::from(busy) on_press=press/>
        {live(move || asked.get().then(|| insist_open(insist)))}
        <span class="hc-hint" role="status">{live(move || told.get().map(t))}</span>
    }
    .into_any()
}
