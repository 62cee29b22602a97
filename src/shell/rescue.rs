//! Carrying a stuck application to another phone as a file, and taking such a file in.

use crate::apply::{Carried, export_file, insist_open};
use crate::i18n::{I18n, K, t};
use crate::offline::{ImportError, Offline, OutboxRow, What};
use crate::reactive::{RwSignal, derive};
use crate::ui::{
    Button, FieldShell, Icon, Kind, Tone, described_by, field, focus_moved, fresh_id, icon, live, plain_note,
    section_title,
};
use leptos::{prelude::*, task::spawn_local};
use view::view;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// What the part knows.
#[derive(Clone, Copy)]
pub(super) struct Rescue {
    offline: Offline,
    /// Where the passphrase is entered.
    field: NodeRef<leptos::html::Input>,
    words: RwSignal<String>,
    /// Waits for the person to insist on a file without a passphrase.
    asked: RwSignal<Option<String>>,
    told: RwSignal<Option<(Tone, K)>>,
}

impl Rescue {
    pub(super) fn new() -> Self {
        Self {
            offline: Offline::here(),
            field: NodeRef::new(),
            words: RwSignal::new(String::new()),
            asked: RwSignal::new(None),
            told: RwSignal::new(None),
        }
    }

    /// The person wants a file of this application: under the passphrase, or without one if they insist.
    pub(super) fn wants(self, application: String) {
        if self.words.with_untracked(|words| words.trim().is_empty()) {
            self.asked.set(Some(application));
            if let Some(field) = self.field.get_untracked() {
                focus_moved(field.focus());
            }
        } else {
            export(self, application);
        }
    }
}

/// The part of the outbox page.
pub(super) fn rescue(rescue: Rescue) -> AnyView {
    let told = move || rescue.told.get().map(|(tone, key)| plain_note(tone, Icon::Info, t(key)));
    view! {
        {section_title(t(K::RescueTitle))}
        {passphrase(rescue)}
        {live(move || buttons(rescue))}
        {live(move || insist(rescue))}
        {take_in(rescue)}
        <div role="status">{live(told)}</div>
    }
    .into_any()
}

fn passphrase(rescue: Rescue) -> AnyView {
    let id = fresh_id("passphrase");
    let control = view! {
        <input
            class="hc-input"
            id=id.clone()
            node_ref=rescue.field
            type="text"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            aria-describedby=described_by(&id, true, false)
            on:input=move |event| rescue.words.set(event_target_value(&event))
        />
    };
    let shell =
        FieldShell { id, label: t(K::RescueWords).into(), hint: Some(t(K::RescueHint).into()), error: derive(|| None) };
    field(shell, control.into_any())
}

/// It has not gone out, and there is something of it to carry.
pub(super) fn can_be_exported(row: &OutboxRow) -> bool {
    !row.state.is_received() && row.what != What::RemoveDocument
}

/// One button for each application that has not gone out, named by the day it was put here.
fn buttons(rescue: Rescue) -> AnyView {
    let i18n = I18n::here();
    let rows = rescue.offline.outbox().get();
    let mut seen = Vec::new();
    let stuck = rows.iter().filter(|row| {
        let first = can_be_exported(row) && !seen.contains(&row.application);
        if first {
            seen.push(row.application.clone());
        }
        first
    });
    let button = |row: &OutboxRow| {
        let application = row.application.clone();
        let label = i18n.say(K::RescueExport, &[("date", i18n.date(row.since).into())]);
        let press = Callback::new(move |()| rescue.wants(application.clone()));
        view! { <p><Button label=label kind=Kind::Quiet before=Icon::Down on_press=press/></p> }.into_any()
    };
    stuck.map(button).collect::<Vec<_>>().into_any()
}

fn insist(rescue: Rescue) -> Option<AnyView> {
    let application = rescue.asked.get()?;
    Some(insist_open(Callback::new(move |()| export(rescue, application.clone()))))
}

fn export(rescue: Rescue, application: String) {
    rescue.asked.set(None);
    let words = rescue.words.get_untracked();
    spawn_local(async move {
        let words = Some(words.trim()).filter(|words| !words.is_empty());
        let told = match export_file(rescue.offline, &application, words).await {
            Carried::Whole => None,
            Carried::InPart => Some((Tone::Warn, K::RescueLeft)),
            Carried::Not => Some((Tone::Bad, K::RescueEExport)),
        };
        rescue.told.try_set(told);
    });
}

fn take_in(rescue: Rescue) -> AnyView {
    let chosen = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|it| it.dyn_into::<web_sys::HtmlInputElement>().ok()) else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        // The same file may be chosen again, with another passphrase.
        input.set_value("");
        let words = rescue.words.get_untracked();
        spawn_local(async move {
            let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()).unwrap_or_default();
            let told = match rescue.offline.import_application(&text, words.trim()).await {
                Ok(_) => (Tone::Ok, K::RescueDone),
                Err(why) => (Tone::Bad, words_for(why)),
            };
            rescue.told.try_set(Some(told));
        });
    };
    view! {
        <p>
            <label class="hc-btn hc-btn--quiet">
                {icon(Icon::Up)}
                {t(K::RescueImport)}
                <input class="hc-sr" type="file" accept="application/json,.json" on:change=chosen/>
            </label>
        </p>
    }
    .into_any()
}

const fn words_for(why: ImportError) -> K {
    match why {
        ImportError::NotWhole => K::RescueEWhole,
        ImportError::Newer => K::RescueENewer,
        ImportError::Passphrase => K::RescueEWords,
        ImportError::NotStored(_) => K::RescueEStored,
    }
}
