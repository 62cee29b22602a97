//! An application as a file, before it is sent: for another phone, for when nothing else works.

use super::opening::Opened;
use crate::i18n::{K, t};
use crate::offline::Offline;
use crate::reactive::{RwSignal, Signal};
use crate::ui::{Button, Icon, Kind, Tone, live, plain_note, save_file};
use leptos::{prelude::*, task::spawn_local};
use view::view;

/// The button, and what came of it: a whole file, as the page of what waits takes it in again. It has no passphrase here, so
/// that everybody who gets it can read it: that is said first, and done only to whoever insists.
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
            let file = offline.export_application(&draft.id().application, None).await;
            let words = match file.as_ref().map(|file| (save_file("health-certificate.json", &file.text), file)) {
                Ok((Ok(()), file)) if file.left_behind > 0 => K::RescueLeft,
                Ok((Ok(()), _)) => K::TasksExported,
                Ok((Err(_), _)) | Err(_) => K::TasksExportFailed,
            };
            busy.try_set(false);
            told.try_set(Some(words));
        });
    });
    view! {
        <Button kind=kind label=t(label) busy=Signal::from(busy) on_press=press/>
        {live(move || asked.get().then(|| view! {
            <div role="alert">{plain_note(Tone::Warn, Icon::Warning, t(K::RescueOpen))}</div>
            <p><Button label=t(K::RescueOpenGo) kind=Kind::Text on_press=insist/></p>
        }))}
        <span class="hc-hint" role="status">{live(move || told.get().map(t))}</span>
    }
    .into_any()
}
