//! The lines of the page: name, end of the number, code. What is wrong stands at the line that it is about.
use super::{Missing, Page, Typed};
use crate::i18n::{K, t};
use crate::reactive::{Signal, derive};
use crate::ui::{Button, FieldShell, Kind, Words, described_by, field};
use leptos::prelude::*;
use view::view;

/// One line of text with what is around it.
struct Line {
    id: String,
    label: Words,
    hint: Option<Words>,
    error: Signal<Option<String>>,
    class: &'static str,
    autocomplete: &'static str,
    inputmode: &'static str,
    /// The other lines that are compared together with this one: where one of them is wrong, each is marked.
    fact: bool,
}

fn line(page: Page, line: Line, read: fn(&Typed) -> &String, write: fn(&mut Typed) -> &mut String) -> AnyView {
    let Line { id, label, hint, error, class, autocomplete, inputmode, fact } = line;
    let (has_hint, described) = (hint.is_some(), id.clone());
    let differs = derive(move || fact && page.differs.with(Option::is_some));
    let describe = move || {
        let own = described_by(&described, has_hint, error.with(Option::is_some));
        // What is said of both stands at one of them.
        let other = differs.get().then(|| page.fact_said_at()).filter(|at| *at != described);
        [own, other.map(|at| format!("{at}-error"))].into_iter().flatten().reduce(|own, other| format!("{own} {other}"))
    };
    let typed = move |event: web_sys::Event| {
        page.typed.update(|typed| *write(typed) = event_target_value(&event));
        if fact {
            page.differs.set(None);
        }
        page.retyped();
    };
    let control = view! {
        <input
            id=id.clone()
            class=class
            type="text"
            autocomplete=autocomplete
            inputmode=inputmode
            autocapitalize="off"
            spellcheck="false"
            prop:value=move || page.typed.with(|typed| read(typed).clone())
            aria-describedby=describe
            aria-invalid=move || (error.with(Option::is_some) || differs.get()).then_some("true")
            on:input=typed
        />
    };
    field(FieldShell { id, label, hint, error }, control.into_any())
}

pub(super) fn name_field(page: Page, id: String) -> AnyView {
    let error = page.fact_error(id.clone(), |it| matches!(it, Missing::Name));
    let shell = Line {
        id,
        label: t(K::CollectName).into(),
        hint: Some(t(K::CollectNameHint).into()),
        error,
        class: "hc-input",
        autocomplete: "name",
        inputmode: "text",
        fact: true,
    };
    line(page, shell, |typed| &typed.name, |typed| &mut typed.name)
}

pub(super) fn tail_field(page: Page, id: String, count: u32) -> AnyView {
    let error = page.fact_error(id.clone(), |it| matches!(it, Missing::Tail | Missing::TailLength(_)));
    let i18n = page.i18n;
    let shell = Line {
        id,
        label: (move || i18n.say(K::CollectTail, &[("n", count.into())])).into(),
        hint: Some(t(K::CollectTailHint).into()),
        error,
        class: "hc-input hc-input--code",
        autocomplete: "off",
        inputmode: "text",
        fact: true,
    };
    line(page, shell, |typed| &typed.tail, |typed| &mut typed.tail)
}

pub(super) fn code_field(page: Page, id: String) -> AnyView {
    let i18n = page.i18n;
    let missing = page
        .error(|it| matches!(it, Missing::Send | Missing::Code | Missing::CodeLength(_) | Missing::CodeLong { .. }));
    let error = derive(move || page.code_refused.get().map(|words| words.get().to_string()).or_else(|| missing.get()));
    let to = move || {
        if let Some(phone) = page.sent.with(|sent| sent.as_ref().map(|sent| sent.sent_to.clone())) {
            return i18n.say(K::CollectCodeSent, &[("phone", phone.into())]);
        }
        let record = page.offline.record(&page.id.get_value());
        let phone = record.with(|it| it.as_ref().and_then(|it| it.value.notify.clone()));
        phone.map(|phone| i18n.say(K::CollectCodeTo, &[("phone", phone.into())])).unwrap_or_default()
    };
    let shell = Line {
        id,
        label: t(K::CollectCode).into(),
        hint: Some(to.into()),
        error,
        class: "hc-input hc-input--code",
        autocomplete: "one-time-code",
        inputmode: "numeric",
        fact: false,
    };
    let label = move || match (page.sent.with(Option::is_some), page.wait.get()) {
        (_, wait) if wait > 0 => i18n.say(K::SigninResendWait, &[("s", wait.into())]),
        (true, _) => i18n.text(K::SigninResend),
        (false, _) => i18n.text(K::SigninSend),
    };
    let waiting = derive(move || page.wait.get() > 0);
    view! {
        <p><Button label=label kind=Kind::Text busy=page.sending blocked=waiting on_press=move |()| page.send_code()/></p>
        {line(page, shell, |typed| &typed.code, |typed| &mut typed.code)}
    }
    .into_any()
}
