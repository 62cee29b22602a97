//! `/outbox`: everything that waits to be sent, each with its own state; a broken one offers a way out and never stops the rest.

use super::frame::why_nothing_goes_out;
use super::rescue::Rescue;
use crate::apply::{load_form, window};
use crate::i18n::{Arg, I18n, K, t};
use crate::offline::{DocState, NextStep, Offline, OutboxRow, Owner, Reason, SessionState, State, Step, Until, What};
use crate::reactive::{RwSignal, effect, memo};
use crate::route::{Nav, Route};
use crate::ui::{
    self, Button, Frame, Icon, Kind, PageTitle, Task, Tone, back_link, live, section_title, tag, task_list,
};
use contract::application::Act;
use contract::questionnaire::Form;
use leptos::{prelude::*, task::spawn_local};
use std::sync::Arc;
use view::view;

/// The forms that what waits was filled in on, as far as they are read: they name the documents.
type Forms = RwSignal<Vec<(String, Arc<Form>)>>;

/// The page.
pub(crate) fn page() -> AnyView {
    let (nav, offline) = (Nav::here(), Offline::here());
    let rows = offline.outbox();
    let rescue = Rescue::new();
    let forms = forms_of(offline);
    let empty = memo(move || rows.with(Vec::is_empty));
    // What can be exported below.
    let stuck = memo(move || rows.with(|rows| rows.iter().any(super::rescue::can_be_exported)));
    let list = move || {
        if empty.get() {
            return ui::empty(Icon::Check, t(K::OutboxEmpty), t(K::OutboxAllSent), None);
        }
        task_list(rows.get().iter().map(|row| task(offline, rescue, nav, forms, row)).collect())
    };
    view! {
        {back_link(nav.link(&Route::Home), t(K::HomeTitle))}
        <PageTitle words=t(K::OutboxTitle)/>
        {network(offline)}
        {live(list)}
        {live(move || stuck.get().then(|| view! { <p class="hc-hint">{t(K::OutboxHint)}</p> }))}
        {super::rescue::rescue(rescue)}
        {section_title(t(K::StorageTitle))}
        {super::storage::health()}
        {super::storage::erase()}
    }
    .into_any()
}

/// Why nothing goes out now, and a way to try at once.
fn network(offline: Offline) -> AnyView {
    let (network, frame) = (offline.network(), Frame::here());
    let retry = Callback::new(move |()| offline.retry_now());
    live(move || {
        let key = why_nothing_goes_out(network.get(), frame, offline)?;
        let body = view! { <p>{t(key)}</p> <p><Button label=t(K::NetRetry) kind=Kind::Text on_press=retry/></p> };
        Some(ui::note(Tone::Plain, Icon::Offline, true, body.into_any()))
    })
}

fn task(offline: Offline, rescue: Rescue, nav: Nav, forms: Forms, row: &OutboxRow) -> Task {
    let i18n = I18n::here();
    let title = title(offline, i18n, forms, row);
    let held = row.document.as_ref().filter(|id| is_held(offline, id)).cloned();
    let (drawing, tone, word, meta) = match &row.state {
        State::Queued(_) if row.state.is_checking() => {
            (Icon::Sync, Tone::Go, K::OutSending, i18n.text(K::OutboxChecking))
        }
        State::Queued(_) | State::Waiting { .. } if held.is_some() => {
            (Icon::Phone, Tone::Plain, K::OutHere, i18n.text(K::OutboxHeld))
        }
        State::Queued(_) => (Icon::Phone, Tone::Plain, K::OutHere, turn(offline, i18n)),
        State::Busy(Step::Ask) => (Icon::Sync, Tone::Go, K::OutSending, i18n.text(K::OutboxChecking)),
        State::Busy(_) => (Icon::Sync, Tone::Go, K::OutSending, sending(i18n, row)),
        State::Waiting { .. } => (Icon::Clock, Tone::Plain, K::OutHere, turn(offline, i18n)),
        State::Received { at, .. } => (Icon::Check, Tone::Ok, K::OutGot, received(i18n, row, at.0)),
        State::SetAside(reason) => (Icon::Refused, Tone::Bad, K::OutRefused, why(offline, i18n, row, reason)),
    };
    let end = match (&row.state, held) {
        (State::SetAside(reason), _) => way_out(offline, rescue, Acts { nav, i18n, title: &title }, row, reason),
        (State::Queued(_) | State::Waiting { .. }, Some(id)) => {
            let go_on = Callback::new(move |()| offline.resume_document(&id));
            Acts { nav, i18n, title: &title }.button(K::ReceiptHeldGo, go_on)
        }
        (State::Queued(_) | State::Busy(_) | State::Waiting { .. } | State::Received { .. }, _) => tag(tone, t(word)),
    };
    Task { drawing, title: title.into(), meta: Some(meta.into()), end, to: None }
}

/// Its person has put it on hold.
fn is_held(offline: Offline, document: &str) -> bool {
    offline
        .document(document)
        .with(|it| it.as_ref().is_some_and(|it| matches!(it.state, DocState::Paused { until: Until::Person, .. })))
}

/// Signed out, nothing goes; otherwise it goes in its turn.
fn turn(offline: Offline, i18n: I18n) -> String {
    // Without a network nobody can say who is signed in, and then it is not that which is missing.
    let out = offline.session().with(|it| matches!(it, SessionState::SignedOut | SessionState::Ended(_)));
    i18n.text(if out { K::OutboxSignin } else { K::OutboxTurn })
}

/// A document is compared byte by byte; of an act the receipt tells when.
fn received(i18n: I18n, row: &OutboxRow, milliseconds: u64) -> String {
    let at = i64::try_from(milliseconds).ok().and_then(chrono::DateTime::from_timestamp_millis);
    match (row.what, at) {
        (What::Document | What::RemoveDocument, _) | (_, None) => i18n.text(K::OutGotHash),
        (What::Begin | What::Submit | What::Supplement | What::Report | What::Withdraw, Some(at)) => {
            let at = at.fixed_offset();
            i18n.say(K::OutboxReceived, &[("date", i18n.date(at).into()), ("time", i18n.time(at).into())])
        }
    }
}

fn sending(i18n: I18n, row: &OutboxRow) -> String {
    match row.percent {
        Some(percent) => i18n.say(K::OutboxPercent, &[("p", u32::from(percent).into())]),
        None => i18n.text(K::OutSending),
    }
}

/// Reads the forms of what waits, each once. Until one is here its documents have no name of their own.
fn forms_of(offline: Offline) -> Forms {
    let (forms, rows) = (Forms::new(Vec::new()), offline.outbox());
    let asked = StoredValue::new(Vec::<String>::new());
    effect(move || {
        let names = rows.with(|rows| {
            let documents = rows.iter().filter(|row| row.document.is_some());
            documents.flat_map(|row| form_names(offline, &row.application)).collect::<Vec<_>>()
        });
        for name in names {
            if asked.with_value(|asked| asked.contains(&name)) {
                continue;
            }
            asked.update_value(|asked| asked.push(name.clone()));
            spawn_local(async move {
                if let Some(form) = load_form(offline, &name).await {
                    forms.try_update(|forms| forms.push((name, form)));
                }
            });
        }
    });
    forms
}

/// What an application was filled in on, as far as this phone knows: its form, and that of a report that was begun here.
fn form_names(offline: Offline, application: &str) -> Vec<String> {
    let office = offline.record(application).with(|kept| kept.as_ref().map(|kept| kept.value.questionnaire.clone()));
    offline.drafts().with(|drafts| {
        let ours = drafts.iter().filter(|draft| draft.id.application == application);
        office.into_iter().chain(ours.map(|draft| draft.questionnaire.clone())).collect()
    })
}

/// What a document is for, in the words of its form.
fn label_of(offline: Offline, i18n: I18n, forms: Forms, row: &OutboxRow) -> Option<String> {
    let pointer = offline.document(row.document.as_ref()?).with(|it| it.as_ref().map(|it| it.pointer.clone()))?;
    let names = form_names(offline, &row.application);
    forms.with(|forms| {
        let mut ours = forms.iter().filter(|(name, _)| names.contains(name));
        let item = ours.find_map(|(_, form)| form.item_at(&pointer))?;
        Some(item.label().get(i18n.lang()).text.to_owned())
    })
}

/// Whose an application is: the office's word, else the draft's.
fn holder(offline: Offline, application: &str) -> Option<String> {
    let office = offline
        .record(application)
        .with(|kept| kept.as_ref().and_then(|k| k.value.holder.as_ref().map(|h| h.name.clone())));
    office.or_else(|| {
        let ours = |owner| owner != Owner::SomebodyElse;
        offline.drafts().with(|drafts| {
            drafts
                .iter()
                .filter(|draft| draft.id.application == application && ours(draft.owner))
                .find_map(|draft| draft.holder.clone())
        })
    })
}

/// Whose it is, and what it does or which document it is.
fn title(offline: Offline, i18n: I18n, forms: Forms, row: &OutboxRow) -> String {
    let act = match row.what {
        What::Begin => i18n.text(K::OutboxActCreate),
        What::Document | What::RemoveDocument => {
            label_of(offline, i18n, forms, row).unwrap_or_else(|| i18n.text(K::OutboxPhoto))
        }
        What::Submit => i18n.text(K::ActSubmit),
        What::Supplement => i18n.text(K::ActSupplement),
        What::Report => i18n.text(K::ActReport),
        What::Withdraw => i18n.text(K::ActWithdraw),
    };
    match holder(offline, &row.application) {
        Some(name) => i18n.say(K::OutboxApplication, &[("name", name.into()), ("act", act.into())]),
        None => i18n.say(K::OutboxUnnamed, &[("act", act.into())]),
    }
}

/// Why it cannot go out.
fn why(offline: Offline, i18n: I18n, row: &OutboxRow, reason: &Reason) -> String {
    match reason {
        Reason::Fix(errors) => i18n.say(K::OutboxWhyFix, &[("n", errors.len().into())]),
        Reason::Moved(_) => i18n.text(K::OutboxWhyMoved),
        Reason::Window { from, until } => window(i18n, from.as_deref(), until.as_deref()),
        Reason::FormChanged(_) => i18n.text(K::OutboxWhyForm),
        Reason::TwoPhones => i18n.text(K::OutboxWhyTwoPhones),
        Reason::AlreadyOpen(_) => i18n.text(K::PApplicationOpen),
        Reason::Elsewhere => i18n.text(K::PApplicationElsewhere),
        Reason::Refused { code, params } => {
            let limit = params.get("limit").and_then(serde_json::Value::as_u64).and_then(|n| u32::try_from(n).ok());
            let args: Vec<(&str, Arg)> = limit.map(|n| ("limit", n.into())).into_iter().collect();
            i18n.say(K::from_key("doc.e.", code).unwrap_or(K::DocEBroken), &args)
        }
        Reason::DocumentLeftOut(_) => i18n.text(K::OutboxWhyDocument),
        Reason::Before(_) => i18n.text(K::OutboxWhyBefore),
        Reason::NotWhole => i18n.text(K::PHashMismatch),
        Reason::TooLarge(limit) => match &row.document {
            Some(document) => too_large(i18n, offline.document(document).get_untracked().map(|it| it.size), *limit),
            None => i18n.text(K::OutboxWhyTooLarge),
        },
        Reason::Broken => i18n.text(K::OutPoison),
        Reason::NotFound => i18n.text(K::PNotFound),
        Reason::Fault { reference, .. } => {
            let reference = reference.as_deref().map(|reference| ("reference", reference.into()));
            i18n.say(K::OutboxWhyFault, reference.as_slice())
        }
    }
}

/// What a file weighs and what is taken, as far as both are known.
fn too_large(i18n: I18n, size: Option<u64>, limit: Option<u64>) -> String {
    let limit = limit.map(|limit| ("limit", i18n.megabytes(limit).into()));
    match (size, limit) {
        (Some(size), Some(limit)) => i18n.say(K::PTooLarge, &[("n", i18n.megabytes(size).into()), limit]),
        (_, limit) => i18n.say(K::PTooLargeLimit, &limit.into_iter().collect::<Vec<(&str, Arg)>>()),
    }
}

/// What can be pressed in a row. Whoever goes from one to the next hears which row it is of.
#[derive(Clone, Copy)]
struct Acts<'a> {
    nav: Nav,
    i18n: I18n,
    title: &'a str,
}

impl Acts<'_> {
    fn named(self, label: K) -> String {
        let args = [("label", self.i18n.text(label).into()), ("words", self.title.into())];
        self.i18n.say(K::FmtColon, &args)
    }

    fn button(self, label: K, on_press: Callback<()>) -> AnyView {
        view! { <Button label=t(label) kind=Kind::Text named=self.named(label) on_press=on_press/> }.into_any()
    }

    fn link(self, to: &Route, label: K) -> AnyView {
        let (href, to) = self.nav.link(to);
        view! { <a class="hc-tap" href=href data-to=to aria-label=self.named(label)>{t(label)}</a> }.into_any()
    }
}

/// What helps; where it may pass, trying once more comes first.
fn way_out(offline: Offline, rescue: Rescue, acts: Acts<'_>, row: &OutboxRow, reason: &Reason) -> AnyView {
    let way = one_way_out(offline, rescue, acts, row, reason);
    if !row.can_go_again {
        let place = match row.what {
            What::Submit => Route::Check(row.application.clone()),
            What::Supplement => Route::Returned(row.application.clone()),
            What::Report => Route::Report(row.application.clone()),
            What::Begin | What::Document | What::RemoveDocument | What::Withdraw => return way,
        };
        // What it sends is looked at once more, and goes out under a new key.
        let again = reason.may_pass().then(|| acts.link(&place, K::OutboxGoAgain));
        return view! { {again} {way} }.into_any();
    }
    let id = row.id.clone();
    let again = Callback::new(move |()| offline.try_again(&id));
    view! { {acts.button(K::OutboxGoAgain, again)} {way} }.into_any()
}

fn one_way_out(offline: Offline, rescue: Rescue, acts: Acts<'_>, row: &OutboxRow, reason: &Reason) -> AnyView {
    let id = row.application.clone();
    let link = |to: Route, key| acts.link(&to, key);
    let change = |key| {
        let record = offline.record(&row.application).get_untracked();
        let may = |act| record.as_ref().is_some_and(|kept| kept.value.action(act).is_some());
        link(changed_at(row.what, row.application.clone(), may), key)
    };
    match reason.next_step() {
        NextStep::Fix | NextStep::Migrate(_) | NextStep::Merge => change(K::OutboxGoFix),
        NextStep::Look | NextStep::Wait | NextStep::First(_) => link(Route::Status(id), K::OutboxGoLook),
        NextStep::Open(other) => link(Route::Status(other), K::OutboxGoOpen),
        NextStep::OtherSignIn => link(Route::SignIn, K::OutboxGoSignin),
        NextStep::AnotherDocument => {
            change(if row.what.is_handed_over() { K::OutboxGoFix } else { K::OutboxGoDocument })
        }
        NextStep::Export(_) => {
            let save = Callback::new(move |()| rescue.wants(id.clone()));
            acts.button(K::OutExport, save)
        }
    }
}

/// Where what was set aside is changed. A form from its receipt, which tells what the office said of each item and takes the
/// form back; a document where it is asked for now.
fn changed_at(what: What, id: String, may: impl Fn(Act) -> bool) -> Route {
    match what {
        What::Submit | What::Supplement | What::Report => Route::Receipt(id),
        What::Document | What::RemoveDocument if may(Act::Supplement) => Route::Returned(id),
        What::Document | What::RemoveDocument if may(Act::Report) => Route::Report(id),
        What::Document | What::RemoveDocument => Route::Tasks(id),
        What::Begin => Route::Check(id),
        What::Withdraw => Route::Status(id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_set_aside_is_changed_where_it_can_be() {
        let id = || "a".to_owned();
        for (what, may, expected) in [
            (What::Submit, None, Route::Receipt(id())),
            (What::Supplement, Some(Act::Supplement), Route::Receipt(id())),
            (What::Report, Some(Act::Report), Route::Receipt(id())),
            (What::Document, None, Route::Tasks(id())),
            (What::Document, Some(Act::Supplement), Route::Returned(id())),
            (What::Document, Some(Act::Report), Route::Report(id())),
            (What::Begin, None, Route::Check(id())),
        ] {
            assert_eq!(changed_at(what, id(), |act| may == Some(act)), expected, "{what:?} {may:?}");
        }
    }
}
