//! `/lookup`: how an application stands, by its number, without signing in. State and days; nothing that was entered.

use super::code::{CodeFlow, Stands, Trouble, code_step, is_offline, phone_field};
use crate::api::ApiError;
use crate::i18n::{I18n, K, t};
use crate::offline::{Offline, new_key};
use crate::reactive::{RwSignal, Signal, derive, effect, effect_from};
use crate::route::{Nav, Route};
use crate::ui::{
    self, Button, FieldShell, Icon, Kind, LinkButton, PageTitle, SummaryRow, Tone, back_link, described_by, field,
    live, summary_list,
};
use contract::api::{CodeEntered, CodePurpose, Lookup, LookupRequest, Slug};
use leptos::{prelude::*, task::spawn_local};
use view::view;

/// The three facts and what came of them.
#[derive(Clone, Copy)]
struct Asked {
    flow: CodeFlow,
    number: RwSignal<String>,
    tail: RwSignal<String>,
    /// A fact that is empty, told at its field.
    missing: RwSignal<Option<K>>,
    found: RwSignal<Option<Lookup>>,
}

/// The page.
pub fn page() -> AnyView {
    let (offline, i18n) = (Offline::here(), I18n::here());
    let asked = Asked {
        flow: CodeFlow::new(CodePurpose::Lookup, Stands::Page),
        number: RwSignal::new(String::new()),
        tail: RwSignal::new(String::new()),
        missing: RwSignal::new(None),
        found: RwSignal::new(None),
    };
    let left = asked.flow.nav.layers_left();
    effect_from(move |before: Option<u32>| {
        let now = left.get();
        // Back leads from what was found to what was asked.
        if before.is_some_and(|before| before != now) {
            asked.found.set(None);
        }
        now
    });
    let enter = Callback::new(move |entered: CodeEntered| {
        let request = LookupRequest {
            number: asked.number.get_untracked().trim().to_owned(),
            id_tail: asked.tail.get_untracked().trim().to_ascii_uppercase(),
            code_id: entered.code_id,
            code: entered.code,
        };
        let api = offline.api();
        spawn_local(async move {
            match offline.heard(api.look_up(&request, &new_key()).await) {
                Ok(lookup) => {
                    asked.flow.busy.try_set(false);
                    asked.found.try_set(Some(lookup));
                }
                Err(error) => refused(asked, error),
            }
        });
    });
    live(move || match (asked.found.get(), asked.flow.sent.get()) {
        (Some(lookup), _) => result(asked, i18n, &lookup),
        (None, Some(sent)) => code_step(asked.flow, &sent, K::LookupGo, K::LookupGoing, enter),
        (None, None) => facts(asked, offline),
    })
}

/// What does not fit is told where the facts are; a wrong code where the code is.
fn refused(asked: Asked, error: ApiError) {
    if asked.found.is_disposed() {
        // The person has left: nobody waits for it.
        return;
    }
    let about_facts = error.slug() == Some(Slug::NoMatch);
    if about_facts {
        asked.flow.back();
    }
    asked.flow.fail(Trouble::Failed(error));
}

fn facts(asked: Asked, offline: Offline) -> AnyView {
    let nav = Nav::here();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let empty = |text: RwSignal<String>| text.with_untracked(|t| t.trim().is_empty());
        let missing = match (empty(asked.number), empty(asked.tail)) {
            (true, _) => Some(K::LookupENumber),
            (false, true) => Some(K::LookupETail),
            (false, false) => None,
        };
        asked.missing.set(missing);
        if missing.is_none() {
            asked.flow.send();
        }
    };
    let without = move || is_offline(offline).then(|| ui::plain_note(Tone::Warn, Icon::Offline, t(K::LookupOffline)));
    let missing = move || asked.missing.with(Option::is_some);
    view! {
        {back_link(nav.link(&Route::Entrance), t(K::EntryTitle))}
        <PageTitle words=t(K::LookupTitle) document=asked.flow.document(t(K::LookupTitle).into(), missing)/>
        <p>{t(K::LookupLead)}</p>
        {live(without)}
        <form class="hc-form" novalidate on:submit=submit>
            {fact(asked, asked.number, K::LookupNumber, K::LookupNumberHint, K::LookupENumber, "16")}
            {fact(asked, asked.tail, K::LookupTail, K::LookupTailHint, K::LookupETail, "4")}
            {phone_field(asked.flow, K::LookupPhone)}
            <div class="hc-actions"><Button label=t(K::SigninSend) submit=true busy=Signal::from(asked.flow.busy) busy_label=t(K::SigninSending)/></div>
        </form>
    }
    .into_any()
}

fn fact(asked: Asked, text: RwSignal<String>, label: K, hint: K, empty: K, length: &'static str) -> AnyView {
    let i18n = I18n::here();
    let id = ui::fresh_id("fact");
    let error = derive(move || asked.missing.get().filter(|key| *key == empty).map(|key| i18n.text(key)));
    let node: NodeRef<leptos::html::Input> = NodeRef::new();
    let this = id.clone();
    effect(move || {
        if error.with(Option::is_some)
            && let Some(input) = node.get_untracked()
        {
            ui::focus_by_id(&input, &this);
        }
    });
    let control = view! {
        <input
            node_ref=node
            class="hc-input hc-input--num"
            id=id.clone()
            type="text"
            autocomplete="off"
            autocapitalize="characters"
            maxlength=length
            aria-describedby=described_by(&id, true, true)
            aria-invalid=move || error.with(Option::is_some).then_some("true")
            bind:value=text
        />
    };
    field(FieldShell { id: id.clone(), label: t(label).into(), hint: Some(t(hint).into()), error }, control.into_any())
}

fn result(asked: Asked, i18n: I18n, lookup: &Lookup) -> AnyView {
    let nav = Nav::here();
    let row = |label: K, value: String| SummaryRow { label: t(label).into(), value: value.into_any(), change: None };
    let mut rows =
        vec![row(K::LookupNumber, asked.number.get_untracked()), row(K::LookupState, i18n.state_word(lookup.state))];
    let since =
        i18n.say(K::LookupSince, &[("date", i18n.date(lookup.since).into()), ("time", i18n.time(lookup.since).into())]);
    let due = lookup.due_on.map(|day| i18n.say(K::LookupDue, &[("date", i18n.day(day).into())]));
    let reply = lookup.reply_by.map(|day| i18n.say(K::LookupReply, &[("date", i18n.day(day).into())]));
    let stage = K::from_key("stage.", &lookup.stage.to_string());
    if let Some(stage) = stage {
        rows.insert(1, row(K::LookupStage, i18n.text(stage)));
    }
    let again = Callback::new(move |()| {
        asked.found.set(None);
        asked.flow.back();
    });
    view! {
        <PageTitle words=t(K::LookupFound)/>
        {ui::card(summary_list(rows))}
        <p>{since}</p>
        {due.map(|words| view! { <p>{words}</p> })}
        {reply.map(|words| view! { <p>{words}</p> })}
        <p class="hc-hint">{t(K::LookupMore)}</p>
        <div class="hc-row">
            <LinkButton to=nav.link(&Route::Home) label=t(K::SigninTitle)/>
            <Button label=t(K::LookupAgain) kind=Kind::Quiet on_press=again/>
        </div>
    }
    .into_any()
}
