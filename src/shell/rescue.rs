//! Carrying a stuck application to another phone as a file, and taking such a file in.

use crate::apply::{Carried, export_file, insist_open, passphrase};
use crate::i18n::{I18n, K, t};
use crate::offline::{DraftState, FormKind, ImportError, Offline, OutboxRow, Owner, What};
use crate::reactive::{RwSignal, derive, memo};
use crate::route::{Nav, Route};
use crate::ui::{Button, Icon, Kind, Tone, focus_moved, icon, live, plain_note, section_title, tap_link};
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
    /// Where a draft that was taken in goes on.
    onward: RwSignal<Option<Route>>,
    /// Where a file is chosen.
    chooser: NodeRef<leptos::html::Input>,
    /// The text of a file that opens with a passphrase only. It waits for the right one.
    sealed: RwSignal<Option<String>>,
    /// A file is being taken in.
    taking: RwSignal<bool>,
}

impl Rescue {
    pub(super) fn new() -> Self {
        Self {
            offline: Offline::here(),
            field: NodeRef::new(),
            words: RwSignal::new(String::new()),
            asked: RwSignal::new(None),
            told: RwSignal::new(None),
            onward: RwSignal::new(None),
            chooser: NodeRef::new(),
            sealed: RwSignal::new(None),
            taking: RwSignal::new(false),
        }
    }

    /// The person wants a file of this application: under the passphrase, or without one if they insist.
    pub(super) fn wants(self, application: String) {
        if self.words.with_untracked(|words| words.trim().is_empty()) {
            self.asked.set(Some(application));
            self.leads_to_the_passphrase();
        } else {
            export(self, application);
        }
    }

    fn leads_to_the_passphrase(self) {
        if let Some(field) = self.field.try_get_untracked().flatten() {
            focus_moved(field.focus());
        }
    }

    /// Takes in the text of a file, under the passphrase as it stands. One that needs another waits for it here: nobody has to
    /// find the file a second time.
    async fn takes_in(self, text: String) {
        if self.taking.try_set(true).is_some() {
            return;
        }
        // The same answer once more is heard once more.
        self.told.try_set(None);
        let words = self.words.try_get_untracked().unwrap_or_default();
        let taken = self.offline.import_application(&text, words.trim()).await;
        self.taking.try_set(false);
        self.onward.try_set(None);
        let told = match taken {
            Ok(application) => self.taken_in(&application),
            Err(ImportError::Passphrase) => {
                self.sealed.try_set(Some(text));
                self.leads_to_the_passphrase();
                (Tone::Warn, if words.trim().is_empty() { K::RescueESealed } else { K::RescueEWords })
            }
            // There may be room a moment later.
            Err(why @ ImportError::NotStored(_)) => (Tone::Bad, words_for(why)),
            Err(why) => {
                self.sealed.try_set(None);
                (Tone::Bad, words_for(why))
            }
        };
        self.told.try_set(Some(told));
    }

    /// Of what was only filled in, nothing goes out by itself: that is said, and where it goes on.
    fn taken_in(self, application: &str) -> (Tone, K) {
        // The button that opened it goes with it.
        if self.sealed.try_update(Option::take).flatten().is_some()
            && let Some(chooser) = self.chooser.try_get_untracked().flatten()
        {
            focus_moved(chooser.focus());
        }
        let begun = self.offline.drafts().with_untracked(|all| {
            all.iter().find(|it| it.id.application == application && it.state == DraftState::Editing).cloned()
        });
        match begun {
            None => (Tone::Ok, K::RescueDone),
            Some(draft) if draft.owner == Owner::SomebodyElse => (Tone::Ok, K::RescueDoneLocked),
            Some(draft) => {
                let id = draft.id.application;
                self.onward.try_set(Some(match draft.id.form {
                    FormKind::Application => Route::Tasks(id),
                    FormKind::Supplement => Route::Returned(id),
                    FormKind::Report => Route::Report(id),
                }));
                (Tone::Ok, K::RescueDoneDraft)
            }
        }
    }
}

/// The part of the outbox page.
pub(super) fn rescue(rescue: Rescue) -> AnyView {
    let told = move || rescue.told.get().map(|(tone, key)| plain_note(tone, Icon::Info, t(key)));
    view! {
        {section_title(t(K::RescueTitle))}
        {words_of_file(rescue)}
        {live(move || buttons(rescue))}
        {live(move || insist(rescue))}
        {take_in(rescue)}
        {live(move || open_sealed(rescue))}
        <div role="status">{live(told)}</div>
        {live(move || onward(rescue))}
    }
    .into_any()
}

/// Where nothing waits there is nothing to export.
fn words_of_file(rescue: Rescue) -> AnyView {
    let exports = memo(move || rescue.offline.outbox().with(|rows| rows.iter().any(can_be_exported)));
    let i18n = I18n::here();
    let hint = derive(move || i18n.text(if exports.get() { K::RescueHint } else { K::RescueHintImport }));
    passphrase(rescue.field, rescue.words, hint.into(), derive(|| None))
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
            // Some phones store it without a sign: whoever sees none would export it again and again.
            Carried::Whole => (Tone::Ok, if words.is_some() { K::RescueExported } else { K::TasksExported }),
            Carried::InPart => (Tone::Warn, K::RescueLeft),
            Carried::Not => (Tone::Bad, K::RescueEExport),
        };
        rescue.onward.try_set(None);
        rescue.told.try_set(Some(told));
    });
}

fn take_in(rescue: Rescue) -> AnyView {
    let chosen = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|it| it.dyn_into::<web_sys::HtmlInputElement>().ok()) else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        // The same file may be chosen again.
        input.set_value("");
        spawn_local(async move {
            let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()).unwrap_or_default();
            rescue.takes_in(text).await;
        });
    };
    view! {
        <p>
            <label class="hc-btn hc-btn--quiet">
                {icon(Icon::Up)}
                {t(K::RescueImport)}
                <input node_ref=rescue.chooser class="hc-sr" type="file" accept="application/json,.json" on:change=chosen/>
            </label>
        </p>
    }
    .into_any()
}

/// The file that was chosen, once more under the passphrase that stands above by now.
fn open_sealed(rescue: Rescue) -> Option<AnyView> {
    rescue.sealed.with(Option::is_some).then(|| {
        let open = Callback::new(move |()| {
            if let Some(text) = rescue.sealed.get_untracked() {
                spawn_local(rescue.takes_in(text));
            }
        });
        view! { <p><Button label=t(K::RescueSealedGo) busy=rescue.taking on_press=open/></p> }.into_any()
    })
}

/// The way to what was taken in and is not submitted.
fn onward(rescue: Rescue) -> Option<AnyView> {
    let nav = Nav::here();
    rescue.onward.get().map(|to| view! { <p>{tap_link(nav.link(&to), t(K::EntryResume))}</p> }.into_any())
}

const fn words_for(why: ImportError) -> K {
    match why {
        ImportError::NotWhole => K::RescueEWhole,
        ImportError::Newer => K::RescueENewer,
        ImportError::Passphrase => K::RescueEWords,
        ImportError::NotStored(_) => K::RescueEStored,
    }
}
