//! `/lookup`: how an application stands, by its number, without signing in. State and days; nothing that was entered.

use super::code::{CodeFlow, Stands, Trouble, code_step, phone_field};
use crate::api::ApiError;
use crate::i18n::{I18n, K, t};
use crate::offline::{Offline, SessionState, new_key};
use crate::reactive::{RwSignal, Signal, derive, effect_from};
use crate::route::{Nav, Route};
use crate::ui::{
    self, Button, FieldShell, Icon, Kind, LinkButton, Mistake, PageTitle, SummaryRow, Tone, back_link, described_by,
    error_list, field, live, summary_list,
};
use contract::api::{CodeEntered, CodePurpose, Instant, Lookup, LookupRequest, Slug};
use contract::identity::{LOOKUP_TAIL, has_digit, tail};
use leptos::{html, prelude::*, task::spawn_local};
use view::view;

/// The three facts and what came of them.
#[derive(Clone, Copy)]
struct Asked {
    flow: CodeFlow,
    number: RwSignal<String>,
    tail: RwSignal<String>,
    /// Of which facts it was told that they are not right yet: until they are.
    told: RwSignal<[bool; 2]>,
    /// With the number it was asked for, as the office writes it: another may be typed meanwhile.
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

/// What is plainly not right in a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    NumberEmpty,
    NumberWithoutDigits,
    TailEmpty,
    /// So many characters are missing.
    TailShort(usize),
}

impl Wrong {
    fn words(self, i18n: I18n) -> String {
        match self {
            Self::NumberEmpty => i18n.text(K::LookupENumber),
            Self::NumberWithoutDigits => i18n.text(K::LookupENumberDigits),
            Self::TailEmpty => i18n.text(K::LookupETail),
            Self::TailShort(missing) => i18n.say(K::LookupETailLen, &[("n", missing.into())]),
        }
    }
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
        told: RwSignal::new([false; 2]),
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
    /// What is not right in number and tail. Follows in a view.
    fn wrong(self) -> [Option<Wrong>; 2] {
        [self.number.with(|typed| wrong_number(typed)), self.tail.with(|typed| wrong_tail(typed))]
    }

    /// What is said of one of them, once it was told.
    fn error(self, i18n: I18n, at: usize) -> Signal<Option<String>> {
        derive(move || {
            let told = self.told.get().get(at).is_some_and(|told| *told);
            self.wrong().get(at).copied().flatten().filter(|_| told).map(|wrong| wrong.words(i18n))
        })
    }

    fn look_up(self, offline: Offline, entered: CodeEntered) {
        let request = LookupRequest {
            number: self.number.get_untracked().trim().to_owned(),
            id_tail: self.tail.with_untracked(|typed| tail(typed, LOOKUP_TAIL)),
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
                    let number = lookup.number.clone().unwrap_or(request.number);
                    self.found.try_set(Some((lookup, number)));
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
    let (nav, i18n, flow) = (Nav::here(), I18n::here(), asked.flow);
    let [number_id, tail_id, phone_id] = ["number", "tail", "phone"].map(ui::fresh_id);
    let (number, tail) = (asked.error(i18n, 0), asked.error(i18n, 1));
    let phone = flow.error(|trouble| matches!(trouble, Trouble::PhoneEmpty | Trouble::Phone(_)));
    let form: NodeRef<html::Form> = NodeRef::new();
    let of_facts = StoredValue::new([(number_id.clone(), number), (tail_id.clone(), tail)]);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if flow.busy.get_untracked() {
            return;
        }
        let (facts, proved) = untrack(|| (asked.wrong(), asked.still_proved(offline)));
        // A code that was right names its phone: what was typed is not here where a page before this one asked for it.
        let phone = if proved.is_none() { flow.typed_phone().err() } else { None };
        let wrong = facts.iter().flatten().count() + usize::from(phone.is_some());
        asked.told.set(facts.map(|wrong| wrong.is_some()));
        flow.listed.set(wrong > 1);
        flow.trouble.set(phone);
        match proved {
            _ if wrong > 0 => {
                let mut alone = of_facts.get_value().into_iter().filter(|_| wrong == 1);
                let alone = alone.find(|(_, error)| error.with_untracked(Option::is_some));
                if let Some(((id, _), form)) = alone.zip(form.get_untracked()) {
                    ui::focus_by_id(&form, &id);
                }
            }
            Some(entered) => {
                flow.begins();
                asked.look_up(offline, entered);
            }
            None => flow.send(),
        }
    };
    // What is put right goes from the list, here as at the other two.
    effect_from(move |before: Option<()>| {
        flow.phone.track();
        if before.is_some() && flow.listed.get_untracked() && flow.typed_phone().is_ok() {
            flow.trouble.set(None);
        }
    });
    let says = move |proved: K, else_: K| {
        derive(move || i18n.text(if asked.still_proved(offline).is_some() { proved } else { else_ }))
    };
    let without = move || offline.is_away().then(|| ui::plain_note(Tone::Warn, Icon::Offline, t(K::LookupOffline)));
    let wrong_facts = move || u32::from(number.with(Option::is_some)) + u32::from(tail.with(Option::is_some));
    let phone_control = phone_id.clone();
    let mistakes = derive(move || {
        let all = of_facts.get_value().into_iter().chain([(phone_control.clone(), phone)]);
        all.filter_map(|(control, error)| error.get().map(|words| Mistake { control, words })).collect::<Vec<_>>()
    });
    let title = move || i18n.say(K::FormErrtitle, &[("n", mistakes.with(Vec::len).into())]);
    view! {
        {back_link(nav.link(&Route::Entrance), t(K::EntryTitle))}
        <PageTitle words=t(K::LookupTitle) document=flow.document(t(K::LookupTitle).into(), wrong_facts)/>
        <p>{t(K::LookupLead)}</p>
        {live(without)}
        {live(move || flow.listed.get().then(|| error_list(title, mistakes)))}
        <form node_ref=form class="hc-form" novalidate on:submit=submit>
            {fact(number_id, asked.number, K::LookupNumber, K::LookupNumberHint, number)}
            {fact(tail_id, asked.tail, K::LookupTail, K::LookupTailHint, tail)}
            {phone_field(flow, phone_id, K::LookupPhone)}
            <div class="hc-actions"><Button label=says(K::LookupGo, K::SigninSend) submit=true busy=Signal::from(flow.busy) busy_label=says(K::LookupGoing, K::SigninSending)/></div>
        </form>
    }
    .into_any()
}

/// Nothing is cut off: an ID number that is pasted whole, or with words around it, is read all the same.
fn fact(id: String, text: RwSignal<String>, label: K, hint: K, error: Signal<Option<String>>) -> AnyView {
    let control = view! {
        <input
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
    field(FieldShell { id, label: t(label).into(), hint: Some(t(hint).into()), error }, control.into_any())
}

/// What is plainly not right in the number of an application.
fn wrong_number(typed: &str) -> Option<Wrong> {
    match typed.trim() {
        "" => Some(Wrong::NumberEmpty),
        typed => (!has_digit(typed)).then_some(Wrong::NumberWithoutDigits),
    }
}

/// The same of the end of an ID number, of which more may have been typed.
fn wrong_tail(typed: &str) -> Option<Wrong> {
    match LOOKUP_TAIL - tail(typed, LOOKUP_TAIL).len() {
        0 => None,
        LOOKUP_TAIL => Some(Wrong::TailEmpty),
        missing => Some(Wrong::TailShort(missing)),
    }
}

fn result(asked: Asked, i18n: I18n, lookup: &Lookup, number: String) -> AnyView {
    let nav = Nav::here();
    let row = |label: K, value: String| SummaryRow { label: t(label).into(), value: value.into_any(), change: None };
    // What has become of the certificate says more than where its application came to, and since when.
    let void = lookup.certificate.and_then(|state| i18n.void_word(state));
    let is_void = void.is_some();
    let more = if is_void || lookup.state.is_end() { K::LookupMoreEnd } else { K::LookupMore };
    let offline = Offline::here();
    let is_here = move || offline.session().with(SessionState::is_signed_in);
    let number_of = number.clone();
    let onward = move || {
        let (route, label) = to_all_of_it(offline, &number_of);
        view! { <LinkButton to=nav.link(&route) label=t(label)/> }
    };
    let mut rows = vec![row(K::LookupNumber, number)];
    if let Some(stage) = K::from_key("stage.", &lookup.stage.to_string()) {
        rows.push(row(K::LookupStage, i18n.text(stage)));
    }
    rows.push(row(K::LookupState, void.unwrap_or_else(|| i18n.state_word(lookup.state))));
    if !is_void {
        rows.push(row(K::LookupSince, i18n.moment(lookup.since)));
    }
    let due = lookup.due_on.map(|day| i18n.say(K::LookupDue, &[("date", i18n.day(day).into())]));
    let reply = lookup.reply_by.map(|day| i18n.say(K::LookupReply, &[("date", i18n.day(day).into())]));
    let again = Callback::new(move |()| {
        asked.found.set(None);
        asked.flow.back();
    });
    view! {
        {back_link(nav.link(&Route::Entrance), t(K::EntryTitle))}
        <PageTitle words=t(K::LookupFound)/>
        <div class="hc-card hc-card--flush">{summary_list(rows)}</div>
        {due.filter(|_| !is_void).map(|words| view! { <p>{words}</p> })}
        {reply.filter(|_| !is_void).map(|words| view! { <p>{words}</p> })}
        {live(move || (!is_here()).then(|| view! { <p class="hc-hint">{t(more)}</p> }))}
        <div class="hc-row">
            {live(onward)}
            <Button label=t(K::LookupAgain) kind=Kind::Quiet on_press=again/>
        </div>
    }
    .into_any()
}

/// The way to all of it: signing in; for whoever has, that application, if it is theirs, and else what they have.
fn to_all_of_it(offline: Offline, number: &str) -> (Route, K) {
    if !offline.session().with(SessionState::is_signed_in) {
        return (Route::Home, K::SigninTitle);
    }
    let own = offline
        .records()
        .with(|all| all.iter().find(|it| it.value.number.as_deref() == Some(number)).map(|it| it.value.id.clone()));
    own.map_or((Route::Home, K::HomeTitle), |id| (Route::Status(id), K::HomeGo))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_than_is_asked_for_is_told_and_more_is_read() {
        for (typed, expected) in [
            ("021x", None),
            ("110105 19900307 021X", None),
            ("21X", Some(Wrong::TailShort(1))),
            ("１２", Some(Wrong::TailShort(2))),
            (" ", Some(Wrong::TailEmpty)),
        ] {
            assert_eq!(wrong_tail(typed), expected, "{typed}");
        }
        for (typed, expected) in [
            ("申请编号：２０２６－1128-5887", None),
            ("abc", Some(Wrong::NumberWithoutDigits)),
            (" ", Some(Wrong::NumberEmpty)),
        ] {
            assert_eq!(wrong_number(typed), expected, "{typed}");
        }
    }
}
