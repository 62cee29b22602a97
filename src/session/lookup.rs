//! `/lookup`: how an application stands, by its number, without signing in. State and days; nothing that was entered.

use super::code::{CodeFlow, Stands, Trouble, code_step, phone_field};
use crate::api::ApiError;
use crate::i18n::{I18n, K, t};
use crate::offline::{Offline, new_key};
use crate::reactive::{RwSignal, Signal, derive, effect, effect_from};
use crate::route::{Nav, Route};
use crate::ui::{
    self, Button, FieldShell, Icon, Kind, LinkButton, PageTitle, SummaryRow, Tone, back_link, described_by, field,
    live, summary_list,
};
use contract::api::{CodeEntered, CodePurpose, Instant, Lookup, LookupRequest, Slug};
use contract::identity::{LOOKUP_TAIL, tail};
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
    /// With the number it was asked for: another may be typed meanwhile.
    found: RwSignal<Option<(Lookup, String)>>,
    /// A code that was right where a fact was not: it is good for the facts that are put right.
    proved: RwSignal<Option<Proved>>,
    /// What was asked and not answered, with its key.
    unanswered: StoredValue<Option<(LookupRequest, String)>>,
}

#[derive(Clone)]
struct Proved {
    phone: String,
    until: Instant,
    entered: CodeEntered,
}

/// The page.
pub fn page() -> AnyView {
    let (offline, i18n) = (Offline::here(), I18n::here());
    // Without signing in there is no form to fill in meanwhile.
    let flow = CodeFlow::new(CodePurpose::Lookup, Stands::Page).saying_offline(K::LookupOffline);
    let [number, tail] = flow.facts;
    let asked = Asked {
        flow,
        number,
        tail,
        missing: RwSignal::new(None),
        found: RwSignal::new(None),
        proved: RwSignal::new(None),
        unanswered: StoredValue::new(None),
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
    let enter = Callback::new(move |entered: CodeEntered| asked.look_up(offline, entered));
    live(move || match (asked.found.get(), asked.flow.sent.get()) {
        (Some((lookup, number)), _) => result(asked, i18n, &lookup, number),
        (None, Some(sent)) => code_step(asked.flow, &sent, K::LookupGo, K::LookupGoing, enter),
        (None, None) => facts(asked, offline),
    })
}

impl Asked {
    fn look_up(self, offline: Offline, entered: CodeEntered) {
        let request = LookupRequest {
            number: self.number.get_untracked().trim().to_owned(),
            id_tail: self.tail.with_untracked(|typed| end_of(typed)).unwrap_or_default(),
            code_id: entered.code_id.clone(),
            code: entered.code.clone(),
        };
        let (api, key) = (offline.api(), self.key_for(&request));
        spawn_local(async move {
            let mut answer = offline.heard(api.look_up(&request, &key).await);
            if answer.as_ref().is_err_and(ApiError::may_have_arrived) {
                answer = offline.heard(api.look_up(&request, &key).await);
            }
            if !answer.as_ref().is_err_and(ApiError::may_have_arrived) {
                self.unanswered.try_set_value(None);
            }
            match answer {
                Ok(lookup) => {
                    self.flow.is_used();
                    self.flow.busy.try_set(false);
                    self.proved.try_set(None);
                    if self.flow.sent.try_get_untracked() == Some(None) {
                        // From the facts at once: Back leads there, as from a code.
                        self.flow.nav.open_layer();
                    }
                    self.found.try_set(Some((lookup, request.number)));
                }
                Err(error) => self.refused(entered, error),
            }
        });
    }

    /// The same words after a lost reply go with the same key: a code is spent once.
    fn key_for(self, request: &LookupRequest) -> String {
        let same =
            self.unanswered.with_value(|it| it.as_ref().filter(|(old, _)| old == request).map(|it| it.1.clone()));
        let key = same.unwrap_or_else(new_key);
        self.unanswered.set_value(Some((request.clone(), key.clone())));
        key
    }

    /// What does not fit is told where the facts are; a wrong code where the code is.
    fn refused(self, entered: CodeEntered, error: ApiError) {
        if self.found.is_disposed() {
            // The person has left: nobody waits for it.
            return;
        }
        match error.slug() {
            Some(Slug::NoMatch) => {
                if let Some(sent) = self.flow.sent.get_untracked() {
                    let phone = self.flow.phone.get_untracked();
                    self.proved.set(Some(Proved { phone, until: sent.expires_at, entered }));
                    self.flow.back();
                }
            }
            Some(Slug::CodeWrong | Slug::CodeEnded) => self.proved.set(None),
            _ => {}
        }
        self.flow.fail(Trouble::Failed(error));
    }

    /// The code that was right, while it holds and for the telephone that it went to.
    fn still_proved(self, offline: Offline) -> Option<CodeEntered> {
        let phone = self.flow.phone.get();
        let proved = self.proved.get().filter(|it| it.phone == phone && offline.now() < it.until);
        proved.map(|it| it.entered)
    }
}

fn facts(asked: Asked, offline: Offline) -> AnyView {
    let nav = Nav::here();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let number = asked.number.with_untracked(|typed| typed.trim().is_empty());
        let missing = match asked.tail.with_untracked(|typed| end_of(typed)) {
            _ if number => Some(K::LookupENumber),
            None => Some(K::LookupETail),
            Some(_) => None,
        };
        asked.missing.set(missing);
        if missing.is_some() || asked.flow.busy.get_untracked() {
            return;
        }
        match untrack(|| asked.still_proved(offline)) {
            Some(entered) => {
                asked.flow.begins();
                asked.look_up(offline, entered);
            }
            None => asked.flow.send(),
        }
    };
    let i18n = I18n::here();
    let says = move |proved: K, else_: K| {
        derive(move || i18n.text(if asked.still_proved(offline).is_some() { proved } else { else_ }))
    };
    let without = move || offline.is_away().then(|| ui::plain_note(Tone::Warn, Icon::Offline, t(K::LookupOffline)));
    let missing = move || asked.missing.with(Option::is_some);
    view! {
        {back_link(nav.link(&Route::Entrance), t(K::EntryTitle))}
        <PageTitle words=t(K::LookupTitle) document=asked.flow.document(t(K::LookupTitle).into(), missing)/>
        <p>{t(K::LookupLead)}</p>
        {live(without)}
        <form class="hc-form" novalidate on:submit=submit>
            {fact(asked, asked.number, K::LookupNumber, K::LookupNumberHint, K::LookupENumber)}
            {fact(asked, asked.tail, K::LookupTail, K::LookupTailHint, K::LookupETail)}
            {phone_field(asked.flow, K::LookupPhone)}
            <div class="hc-actions"><Button label=says(K::LookupGo, K::SigninSend) submit=true busy=Signal::from(asked.flow.busy) busy_label=says(K::LookupGoing, K::SigninSending)/></div>
        </form>
    }
    .into_any()
}

/// Nothing is cut off: an ID number that is pasted whole, or with words around it, is read all the same.
fn fact(asked: Asked, text: RwSignal<String>, label: K, hint: K, empty: K) -> AnyView {
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
            aria-describedby=described_by(&id, true, true)
            aria-invalid=move || error.with(Option::is_some).then_some("true")
            bind:value=text
        />
    };
    field(FieldShell { id: id.clone(), label: t(label).into(), hint: Some(t(hint).into()), error }, control.into_any())
}

/// The end of an ID number, of which more may have been typed; `None`: there is less.
fn end_of(typed: &str) -> Option<String> {
    Some(tail(typed, LOOKUP_TAIL)).filter(|end| end.len() == LOOKUP_TAIL)
}

fn result(asked: Asked, i18n: I18n, lookup: &Lookup, number: String) -> AnyView {
    let nav = Nav::here();
    let row = |label: K, value: String| SummaryRow { label: t(label).into(), value: value.into_any(), change: None };
    let mut rows = vec![
        row(K::LookupNumber, number),
        row(K::LookupState, i18n.state_word(lookup.state)),
        row(K::LookupSince, i18n.moment(lookup.since)),
    ];
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
        {back_link(nav.link(&Route::Entrance), t(K::EntryTitle))}
        <PageTitle words=t(K::LookupFound)/>
        <div class="hc-card hc-card--flush">{summary_list(rows)}</div>
        {due.map(|words| view! { <p>{words}</p> })}
        {reply.map(|words| view! { <p>{words}</p> })}
        <p class="hc-hint">{t(if lookup.state.is_end() { K::LookupMoreEnd } else { K::LookupMore })}</p>
        <div class="hc-row">
            <LinkButton to=nav.link(&Route::Home) label=t(K::SigninTitle)/>
            <Button label=t(K::LookupAgain) kind=Kind::Quiet on_press=again/>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_than_is_asked_for_is_told_and_more_is_read() {
        for (typed, expected) in
            [("021x", Some("021X")), ("110105 19900307 021X", Some("021X")), ("21X", None), ("", None)]
        {
            assert_eq!(end_of(typed).as_deref(), expected, "{typed}");
        }
    }
}
