//! An application as a file: for another phone, for when nothing else works.

use super::opening::Opened;
use crate::i18n::{I18n, K, t};
use crate::offline::Offline;
use crate::reactive::{RwSignal, Signal, derive};
use crate::ui::{
    Button, FieldShell, Icon, Kind, Tone, Words, described_by, field, fresh_id, live, plain_note, save_file,
};
use leptos::{html::Input, prelude::*, task::spawn_local};
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

/// The button, then a passphrase for the file, and what came of it.
pub(super) fn export(opened: Opened, label: K, kind: Kind) -> AnyView {
    let (offline, draft) = (Offline::here(), opened.draft());
    let (busy, told, asked) = (RwSignal::new(false), RwSignal::new(None), RwSignal::new(false));
    let (words, lacks) = (RwSignal::new(String::new()), RwSignal::new(false));
    let press = Callback::new(move |()| {
        told.set(None);
        asked.set(true);
    });
    let hand_out = move |passphrase: Option<String>| {
        asked.set(false);
        busy.set(true);
        told.set(None);
        words.set(String::new());
        lacks.set(false);
        spawn_local(async move {
            let said = match export_file(offline, &draft.id().application, passphrase.as_deref()).await {
                Carried::Whole if passphrase.is_some() => K::TasksExportedSealed,
                Carried::Whole => K::TasksExported,
                Carried::InPart => K::RescueLeft,
                Carried::Not => K::TasksExportFailed,
            };
            busy.try_set(false);
            told.try_set(Some(said));
        });
    };
    let seal = Callback::new(move |()| {
        let chosen = words.with_untracked(|words| words.trim().to_owned());
        lacks.set(chosen.is_empty());
        if !chosen.is_empty() {
            hand_out(Some(chosen));
        }
    });
    let insist = Callback::new(move |()| hand_out(None));
    let i18n = I18n::here();
    let lacking = derive(move || lacks.get().then(|| i18n.text(K::TasksExportLacks)));
    let ways = move || {
        asked.get().then(|| {
            view! {
                {passphrase(NodeRef::new(), words, t(K::RescueHint).into(), lacking)}
                <p><Button kind=Kind::Quiet label=t(K::TasksExportSeal) on_press=seal/></p>
                {insist_open(insist)}
            }
        })
    };
    view! {
        <Button kind=kind label=t(label) busy=Signal::from(busy) on_press=press/>
        {live(ways)}
        <span class="hc-hint" role="status">{live(move || told.get().map(t))}</span>
    }
    .into_any()
}

/// Where the passphrase of a file is typed.
pub(crate) fn passphrase(
    node: NodeRef<Input>,
    words: RwSignal<String>,
    hint: Words,
    error: Signal<Option<String>>,
) -> AnyView {
    let (id, told) = (fresh_id("passphrase"), derive(move || error.with(Option::is_some)));
    let described = id.clone();
    let control = view! {
        <input
            class="hc-input"
            id=id.clone()
            node_ref=node
            type="text"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            aria-invalid=move || told.get().then_some("true")
            aria-describedby=move || described_by(&described, true, told.get())
            on:input=move |event| words.set(event_target_value(&event))
        />
    };
    field(FieldShell { id, label: t(K::RescueWords).into(), hint: Some(hint), error }, control.into_any())
}
