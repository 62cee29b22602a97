//! Every part of `ui` in each of its states. A state that is not here does not exist.
//!
//! The words are the app's own; nothing here is on a page, nor in what ships.

use contract::api::Site;
use health_certificate::i18n::{I18n, K, t, tv};
use health_certificate::reactive::derive;
use health_certificate::ui::{
    Bubble, Button, Choice, FieldShell, Icon, Kind, LinkButton, Mistake, Moment, SummaryRow, Task, ThreadState, Tone,
    action_bar, bubble, card, choice_group, disclosure, empty, error_summary, field, icon, live, next_panel, places,
    plain_note, progress_bar, quote, save_line, skeleton, steps_bar, summary_list, tag, task_list, thread,
};
use leptos::prelude::*;

/// A part in one state.
pub(crate) struct Specimen {
    /// The part and its state, for the file name of a picture.
    pub(crate) name: &'static str,
    /// It.
    pub(crate) view: AnyView,
}

/// All of them. Call it inside of an instance of the app, which gives the language.
pub(crate) fn states() -> Vec<Specimen> {
    let mut all = vec![];
    let mut add = |name, view| all.push(Specimen { name, view });
    add("icons", Icon::ALL.into_iter().map(icon).collect_view().into_any());
    buttons(&mut add);
    words(&mut add);
    forms(&mut add);
    lists(&mut add);
    all
}

/// A place of which everything is known, or no more than must be.
fn place(known: bool) -> Site {
    let some = |words: &str| known.then(|| words.to_owned());
    Site {
        id: "site".into(),
        name: t(K::HomeFamily)(),
        address: t(K::EntryInperson)(),
        lat: None,
        lon: None,
        phone: some("000-0000-0001"),
        hours: some("08:00–11:30"),
        categories: vec![],
        notes: some(&t(K::TasksWarn)()).into_iter().collect(),
    }
}

type Add<'a> = &'a mut dyn FnMut(&'static str, AnyView);

fn nowhere() -> health_certificate::ui::Link {
    ("#".into(), "/".into())
}

fn buttons(add: Add<'_>) {
    let yes = || derive(|| true);
    add("button-usual", view! { <Button label=t(K::EntryStart) after=Icon::Next/> }.into_any());
    add("button-quiet", view! { <Button label=t(K::EntryResume) kind=Kind::Quiet/> }.into_any());
    add("button-bad", view! { <Button label=t(K::ActWithdraw) kind=Kind::Bad/> }.into_any());
    add("button-text", view! { <Button label=t(K::SigninResend) kind=Kind::Text before=Icon::Turn/> }.into_any());
    add("button-busy", view! { <Button label=t(K::SubmitGo) busy=yes() busy_label=t(K::SubmitBusy)/> }.into_any());
    add("button-blocked", view! { <Button label=t(K::SubmitGo) blocked=yes()/> }.into_any());
    add("button-long", view! { <Button label=t(K::PSignedOut) kind=Kind::Quiet/> }.into_any());
    add("button-link", view! { <LinkButton to=nowhere() label=t(K::EntryVerify) kind=Kind::Quiet/> }.into_any());
    let bar = view! { <Button label=t(K::FormNext)/> };
    add("bar", action_bar(Some(save_line("saved", Icon::Check, t(K::SaveSaving))), bar.into_any()));
}

fn words(add: Add<'_>) {
    for (name, tone) in [
        ("note-plain", Tone::Plain),
        ("note-ok", Tone::Ok),
        ("note-warn", Tone::Warn),
        ("note-bad", Tone::Bad),
        ("note-go", Tone::Go),
    ] {
        let body = view! { {tag(tone, t(K::StatusReturned))} {plain_note(tone, Icon::Info, t(K::NetOff))} };
        add(name, body.into_any());
    }
    let act = view! { <LinkButton to=nowhere() label=t(K::ProgressGoAccepted) after=Icon::Next/> };
    add("next", next_panel(t(K::ProgressNext), t(K::DoAccepted), Some(live(t(K::TasksWarn))), Some(act.into_any())));
    add("next-nothing", card(view! { <p>{t(K::HomeNothing)}</p> }.into_any()));
    let said = Bubble {
        head: t(K::RetSaid)(),
        why: Some(t(K::RetCodeIncomplete)()),
        words: t(K::RetNew)(),
        lang: I18n::here().lang().to_owned(),
    };
    add("said", bubble(said, None));
    add("quoted", quote(t(K::RetSaid)(), I18n::here().lang(), t(K::RetNew)()));
    add("unfolds", disclosure(t(K::SigninHelpTitle), view! { <p>{t(K::SigninHelpSpam)}</p> }.into_any()));
    add("waiting", skeleton(t(K::WaitOpen), 4));
    add("empty", empty(Icon::Mark, t(K::HomeEmptyTitle), t(K::HomeFamily), None));
}

fn forms(add: Add<'_>) {
    let shell = |id: &str, error: Option<K>| {
        let words = error.map(t);
        FieldShell {
            id: id.into(),
            label: t(K::SigninPhone).into(),
            hint: Some(t(K::SigninPhoneHint).into()),
            error: derive(move || words.map(|words| words())),
        }
    };
    let line = |id: &str, wrong: bool| {
        view! { <input class="hc-input" id=id.to_owned() value="138 0000 0000" aria-invalid=wrong.then_some("true")/> }
            .into_any()
    };
    add("field-usual", field(shell("field-usual", None), line("field-usual", false)));
    add("field-wrong", field(shell("field-wrong", Some(K::SigninEPhoneEmpty)), line("field-wrong", true)));
    let mistakes = [K::SigninEPhoneEmpty, K::SigninECodeEmpty]
        .map(|key| Mistake { control: "field-wrong".into(), words: t(key)() });
    add("errors", error_summary(tv(K::FormErrtitle, || vec![("n", 2_u32.into())]), mistakes.into()));
    let choice = |value: &str, label, hint: Option<K>| Choice {
        value: value.into(),
        label: t(label).into(),
        hint: hint.map(|h| t(h).into()),
    };
    let choices = vec![choice("a", K::ExamOnsite, None), choice("b", K::ExamOnline, Some(K::ProgressMedical))];
    add("choices", choice_group(t(K::DoAccepted), choices, derive(|| "a".into()), Callback::new(|_| ())));
    add("progress", progress_bar(t(K::OutSending), derive(|| 62)));
    add("steps", steps_bar(2, 7));
}

fn lists(add: Add<'_>) {
    add("places", card(places(vec![place(true), place(false)]).into_any()));
    let task = |drawing, title, tone, word, meta: Option<K>, to: bool| Task {
        drawing,
        title: t(title).into(),
        meta: meta.map(|m| t(m).into()),
        end: tag(tone, t(word)),
        to: to.then(nowhere),
    };
    add(
        "tasks",
        task_list(vec![
            task(Icon::Words, K::HomeDraft, Tone::Warn, K::StatusReturned, Some(K::TasksWarn), true),
            task(Icon::Document, K::HomeDraft, Tone::Bad, K::StatusRejectedMedical, None, true),
            task(Icon::Lock, K::HomeLocked, Tone::Plain, K::StatusDraft, Some(K::HomeLockedHint), false),
        ]),
    );
    let change = (nowhere(), t(K::StatusReturned).into(), t(K::SigninPhone)());
    let row = |change| SummaryRow { label: t(K::SigninPhone).into(), value: "138 0000 0000".into_any(), change };
    add("summary", card(summary_list(vec![row(Some(change)), row(None)])));
    let moment =
        |state, title| Moment { state, title: t(title).into(), meta: Some(t(K::ProgressNowWait).into()), body: None };
    add(
        "thread",
        card(thread(vec![
            moment(ThreadState::Done, K::EventSubmit),
            moment(ThreadState::Now, K::StatusInReview),
            moment(ThreadState::Later, K::TlLaterExam),
        ])),
    );
}
