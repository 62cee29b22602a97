//! What became of a submission: received, with its receipt; on its way; being looked for after a lost reply; or set aside,
//! with the way on. "Received" is said only with a receipt.

use super::set_aside::set_aside;
use crate::i18n::{I18n, K, t};
use crate::offline::{DocState, DocumentId, LocalDocument, Network, Offline, OutboxRow, SessionState, Until, What};
use crate::reactive::{Memo, RwSignal, memo};
use crate::route::{Nav, Route};
use crate::ui::{Announcer, Button, Icon, Kind, LinkButton, PageTitle, Tone, live, note};
use contract::api::{Receipt, ReceiptState};
use contract::application::Act;
use leptos::{prelude::*, task::spawn_local};
use outbox::State;
use view::view;
use wasm_bindgen_futures::JsFuture;

/// The page of one application's last act.
pub(super) fn page(application: &str) -> AnyView {
    let offline = Offline::here();
    let (receipt, outbox) = (offline.receipt(application), offline.outbox());
    let id = application.to_owned();
    let row = {
        let id = id.clone();
        memo(move || {
            outbox.with(|rows| {
                let acts = rows.iter().filter(|row| row.application == id && is_act(row.what));
                acts.max_by_key(|row| row.since).cloned()
            })
        })
    };
    let photos = {
        let id = id.clone();
        memo(move || {
            outbox.with(|rows| {
                let open =
                    |row: &&OutboxRow| row.application == id && row.what == What::Document && !row.state.is_settled();
                rows.iter().filter(open).count()
            })
        })
    };
    // A person holds them back, and what was handed over waits behind them.
    let held = {
        let documents = offline.documents_of(&id);
        memo(move || {
            let is_held = |it: &&LocalDocument| matches!(it.state, DocState::Paused { until: Until::Person, .. });
            documents.with(|all| all.iter().filter(is_held).map(|it| it.id.clone()).collect::<Vec<DocumentId>>())
        })
    };
    let receipt = memo(move || receipt.get());
    live(move || {
        let row = row.get();
        let under_way = row.as_ref().is_some_and(|row| !row.state.is_settled());
        let done = receipt.get().filter(|receipt| receipt.state == ReceiptState::Done && !under_way);
        untrack(|| match (row, done) {
            (Some(row), _) if under_way => waiting(&row, photos, held),
            (Some(row), _) if matches!(row.state, State::SetAside(_)) => set_aside(&id, row),
            (_, Some(receipt)) => received(&id, receipt),
            (_, None) => nothing(&id),
        })
    })
}

fn is_act(what: What) -> bool {
    matches!(what, What::Submit | What::Supplement | What::Report)
}

fn received(id: &str, receipt: Receipt) -> AnyView {
    let (nav, i18n, offline) = (Nav::here(), I18n::here(), Offline::here());
    let title = match receipt.act {
        Some(Act::Supplement) => K::ReceiptSupplement,
        Some(Act::Report) => K::ReceiptReport,
        _ => K::ReceiptTitle,
    };
    let when = receipt.received_at.map(|at| {
        let words = move || i18n.say(K::ReceiptBody, &[("date", i18n.date(at).into()), ("time", i18n.time(at).into())]);
        view! { <p>{words}</p> }
    });
    let (answers, documents) = (receipt.answers, receipt.documents.len());
    let what = move || i18n.say(K::ReceiptWhat, &[("n", answers.into()), ("d", documents.into())]);
    let record = offline.record(id);
    let quiet = move || {
        let phone = record.with(|r| r.as_ref().and_then(|r| r.value.notify.clone()));
        match phone {
            Some(phone) => i18n.say(K::ReceiptQuiet, &[("phone", phone.into())]),
            None => i18n.text(K::ReceiptQuietPlain),
        }
    };
    let number = receipt.number.map(number_card);
    let status = nav.link(&Route::Status(id.to_owned()));
    // A report is a form of its own; its pages are seen with the results.
    let sent = (receipt.act != Some(Act::Report)).then(|| {
        let to = nav.link(&Route::Check(id.to_owned()));
        view! { <LinkButton to=to kind=Kind::Quiet label=t(K::SentLook)/> }
    });
    view! {
        <PageTitle words=t(title)/>
        {note(Tone::Ok, Icon::Ok, false, view! { {when} <p>{live(what)}</p> }.into_any())}
        {number}
        <p>{live(quiet)}</p>
        <div class="hc-row">
            <LinkButton to=status label=t(K::ReceiptLook)/>
            {sent}
            <LinkButton to=nav.link(&Route::Home) kind=Kind::Quiet label=t(K::ReceiptHome)/>
        </div>
    }
    .into_any()
}

fn number_card(number: String) -> AnyView {
    let announcer = Announcer::here();
    let i18n = I18n::here();
    let copied = RwSignal::new(false);
    let copy = {
        let number = number.clone();
        Callback::new(move |()| {
            let promise = window().navigator().clipboard().write_text(&number);
            spawn_local(async move {
                if JsFuture::from(promise).await.is_ok() {
                    announcer.say(&i18n.text(K::ReceiptCopied));
                    copied.try_set(true);
                }
            });
        })
    };
    let words = move || i18n.text(if copied.get() { K::ReceiptCopied } else { K::ReceiptCopy });
    view! {
        <div class="hc-card">
            <p class="hc-meta">{t(K::ReceiptNumber)}</p>
            <p class="hc-h2"><span class="hc-num">{number}</span></p>
            <p><Button kind=Kind::Text label=words on_press=copy/></p>
        </div>
    }
    .into_any()
}

fn waiting(row: &OutboxRow, photos: Memo<usize>, held: Memo<Vec<DocumentId>>) -> AnyView {
    let (nav, i18n, offline) = (Nav::here(), I18n::here(), Offline::here());
    let (session, network) = (offline.session(), offline.network());
    let checking = row.state.is_checking();
    let busy = matches!(row.state, State::Busy(_));
    let is_held = memo(move || held.with(|held| !held.is_empty()));
    let stage = move || match (checking, busy || (network.get() == Network::Online && photos.get() > 0)) {
        (true, _) if network.get() == Network::Online => (K::ReceiptChecking, K::ReceiptCheckingBody),
        (true, _) => (K::ReceiptChecking, K::PRunning),
        (false, _) if is_held.get() => (K::ReceiptHeld, K::ReceiptHeldBody),
        (false, true) => (K::ReceiptSending, K::ReceiptSendingBody),
        (false, false) => (K::ReceiptQueued, K::ReceiptQueuedBody),
    };
    let sign_in = move || {
        matches!(session.get(), SessionState::SignedOut).then(|| {
            let body = view! {
                <p>{t(K::ReceiptSignin)}</p>
                <p><LinkButton to=nav.link(&Route::SignIn) label=t(K::ReceiptSigninGo)/></p>
            };
            note(Tone::Warn, Icon::Lock, false, body.into_any())
        })
    };
    let left = move || {
        let n = photos.get();
        (n > 0).then(|| view! { <p class="hc-hint">{i18n.say(K::ReceiptPhotos, &[("n", n.into())])}</p> })
    };
    let go_on = Callback::new(move |()| held.get_untracked().iter().for_each(|id| offline.resume_document(id)));
    let let_go = move || is_held.get().then(|| view! { <Button label=t(K::ReceiptHeldGo) on_press=go_on/> });
    let retry = Callback::new(move |()| offline.retry_now());
    view! {
        <PageTitle words=move || i18n.text(stage().0)/>
        {note(Tone::Go, Icon::Sync, true, view! { <p>{live(move || i18n.text(stage().1))}</p> }.into_any())}
        {live(sign_in)}
        {live(left)}
        <div class="hc-row">
            {live(let_go)}
            <Button kind=Kind::Quiet label=t(K::NetRetry) on_press=retry/>
            <LinkButton to=nav.link(&Route::Home) kind=Kind::Quiet label=t(K::ReceiptHome)/>
        </div>
    }
    .into_any()
}

fn nothing(id: &str) -> AnyView {
    let nav = Nav::here();
    view! {
        <PageTitle words=t(K::ReceiptNone)/>
        <p>{t(K::ReceiptNoneBody)}</p>
        <div class="hc-row"><LinkButton to=nav.link(&Route::Status(id.to_owned())) label=t(K::ReceiptLook)/></div>
    }
    .into_any()
}
