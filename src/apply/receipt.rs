//! What became of a submission: received, with its receipt; on its way; being looked for after a lost reply; or set aside,
//! with the way on. "Received" is said only with a receipt.

use super::set_aside::set_aside;
use crate::i18n::{I18n, K, t};
use crate::offline::{DocState, DocumentId, LocalDocument, Network, Offline, OutboxRow, Until, What};
use crate::reactive::{Memo, RwSignal, memo};
use crate::route::{Nav, Route};
use crate::ui::{
    Announcer, Button, Icon, Kind, LinkButton, Moment, PageTitle, ThreadState, Tone, card, copy_text, icon, live, note,
    plain_note, section_title, tap_link, thread,
};
use contract::api::{ApplicationRecord, Receipt, ReceiptState};
use contract::application::{Act, State as Standing};
use leptos::{prelude::*, task::spawn_local};
use outbox::{State, Why};
use std::sync::Arc;
use view::view;

/// The page of one application's last act.
pub(super) fn page(application: &str) -> AnyView {
    let offline = Offline::here();
    let (receipt, outbox) = (offline.receipt(application), offline.outbox());
    let id = application.to_owned();
    let row = {
        let id = id.clone();
        memo(move || {
            outbox.with(|rows| {
                // They stand in the order in which they were handed in, whatever the phone's clock said.
                rows.iter().rfind(|row| row.application == id && row.what.is_handed_over()).cloned()
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
    let kept = offline.record(id);
    let record = memo(move || kept.with(|kept| kept.as_ref().map(|kept| Arc::new(kept.value.clone()))));
    let quiet = move || {
        let phone = record.with(|record| record.as_ref().and_then(|record| record.notify.clone()));
        match phone {
            Some(phone) => i18n.say(K::ReceiptQuiet, &[("phone", phone.into())]),
            None => i18n.text(K::ReceiptQuietPlain),
        }
    };
    // What has moved on since may well want something: the progress tells.
    let is_quiet = memo(move || record.with(|record| record.as_ref().is_none_or(|it| it.state.waits_for_office())));
    let status = nav.link(&Route::Status(id.to_owned()));
    // A report is a form of its own; its pages are seen with the results.
    let sent = (receipt.act != Some(Act::Report)).then(|| {
        let to = nav.link(&Route::Check(id.to_owned()));
        view! { <LinkButton to=to kind=Kind::Quiet label=t(K::SentLook)/> }
    });
    let may_recall =
        memo(move || record.with(|record| record.as_ref().is_some_and(|it| it.action(Act::Recall).is_some())));
    view! {
        <div class="hc-verdict hc-ok">
            {icon(Icon::Ok)}
            <PageTitle words=t(title)/>
            {when}
        </div>
        {what_came(i18n, record, receipt)}
        {live(move || record.get().and_then(|record| next_steps(i18n, &record)))}
        {live(move || is_quiet.get().then(|| plain_note(Tone::Plain, Icon::Phone, quiet)))}
        <div class="hc-row">
            <LinkButton to=status label=t(K::ReceiptLook)/>
            {sent}
        </div>
        {tap_link(nav.link(&Route::Home), t(K::ReceiptHome))}
        {live(move || may_recall.get().then(|| view! { <p class="hc-hint">{t(K::ReceiptRecall)}</p> }))}
    }
    .into_any()
}

/// Number, person, and how much came.
fn what_came(i18n: I18n, record: Memo<Option<Arc<ApplicationRecord>>>, receipt: Receipt) -> AnyView {
    let (answers, documents) = (receipt.answers, receipt.documents.len());
    let what = move || i18n.say(K::ReceiptWhat, &[("n", answers.into()), ("d", documents.into())]);
    // Of several applications on one phone, whose it is.
    let holder = move || {
        let name = record.with(|record| record.as_ref()?.holder.as_ref().map(|holder| holder.name.clone()))?;
        Some(view! { <div><dt>{t(K::ReceiptFor)}</dt><dd><bdi>{name}</bdi></dd></div> })
    };
    view! {
        <dl class="hc-card hc-card--flush hc-sum">
            {receipt.number.map(number_row)}
            {live(holder)}
            <div><dt>{t(K::ReceiptGot)}</dt><dd>{live(what)}</dd></div>
        </dl>
    }
    .into_any()
}

/// What the office does with it, and what follows; nothing once it has moved on.
fn next_steps(i18n: I18n, record: &ApplicationRecord) -> Option<AnyView> {
    let reply = record.reply_by.map(|day| i18n.say(K::TlReply, &[("date", i18n.day(day).into())]));
    let later = |title: K, meta: Option<String>| Moment {
        state: ThreadState::Later,
        title: t(title).into(),
        meta: meta.map(Into::into),
        body: None,
    };
    let steps = match record.state {
        Standing::Submitted | Standing::Resubmitted | Standing::InReview => vec![
            later(K::Stage2, reply),
            later(K::TlLaterExam, Some(i18n.text(K::ReceiptNextExam))),
            later(K::TlLaterCollect, None),
        ],
        Standing::ReportReview => vec![later(K::TlLaterResult, reply), later(K::TlLaterCollect, None)],
        Standing::Draft
        | Standing::Returned
        | Standing::Counter
        | Standing::Accepted
        | Standing::Booked
        | Standing::Missed
        | Standing::Examined
        | Standing::ReportReturned
        | Standing::Referred
        | Standing::Passed
        | Standing::Issued
        | Standing::Collected
        | Standing::Rejected
        | Standing::Withdrawn
        | Standing::Lapsed
        | Standing::Unknown => return None,
    };
    Some(view! { {section_title(t(K::ReceiptNext))} {card(thread(steps))} }.into_any())
}

fn number_row(number: String) -> AnyView {
    let announcer = Announcer::here();
    let i18n = I18n::here();
    let copied: RwSignal<Option<bool>> = RwSignal::new(None);
    let copy = {
        let number = number.clone();
        Callback::new(move |()| {
            let number = number.clone();
            spawn_local(async move {
                let went_well = copy_text(number).await;
                announcer.say(&i18n.text(if went_well { K::ReceiptCopied } else { K::ReceiptCopyFailed }));
                copied.try_set(Some(went_well));
            });
        })
    };
    let words = move || i18n.text(if copied.get() == Some(true) { K::ReceiptCopied } else { K::ReceiptCopy });
    let refused =
        move || (copied.get() == Some(false)).then(|| view! { <dd class="hc-hint">{t(K::ReceiptCopyFailed)}</dd> });
    view! {
        <div>
            <dt>{t(K::ReceiptNumber)}</dt>
            <dd><b class="hc-num">{number}</b></dd>
            <dd class="hc-sum__act"><Button kind=Kind::Text label=words on_press=copy/></dd>
            {live(refused)}
        </div>
    }
    .into_any()
}

fn waiting(row: &OutboxRow, photos: Memo<usize>, held: Memo<Vec<DocumentId>>) -> AnyView {
    let (nav, i18n, offline) = (Nav::here(), I18n::here(), Offline::here());
    let network = offline.network();
    let checking = row.state.is_checking();
    let busy = matches!(row.state, State::Busy(_));
    let refused = matches!(row.state, State::Waiting { why: Why::Told | Why::Fault, .. });
    let is_held = memo(move || held.with(|held| !held.is_empty()));
    let nobody = memo(move || offline.waits_for_sign_in());
    let offers = memo(move || offline.offers_sign_in());
    let stage = move || match (checking, busy || (network.get() == Network::Online && photos.get() > 0)) {
        (true, _) if network.get() == Network::Online => (K::ReceiptChecking, K::ReceiptCheckingBody),
        (true, _) => (K::ReceiptChecking, K::PRunning),
        (false, _) if nobody.get() => (K::ReceiptQueued, K::ReceiptSignin),
        (false, _) if is_held.get() => (K::ReceiptHeld, K::ReceiptHeldBody),
        (false, true) => (K::ReceiptSending, K::ReceiptSendingBody),
        (false, false) if refused && network.get() == Network::Online => (K::ReceiptQueued, K::ReceiptLaterBody),
        (false, false) => (K::ReceiptQueued, K::ReceiptQueuedBody),
    };
    let sign_in =
        move || offers.get().then(|| view! { <LinkButton to=nav.link(&Route::SignIn) label=t(K::ReceiptSigninGo)/> });
    let left = move || {
        let n = photos.get();
        (n > 0).then(|| view! { <p class="hc-hint">{i18n.say(K::ReceiptPhotos, &[("n", n.into())])}</p> })
    };
    let go_on = Callback::new(move |()| held.get_untracked().iter().for_each(|id| offline.resume_document(id)));
    let let_go = move || is_held.get().then(|| view! { <Button label=t(K::ReceiptHeldGo) on_press=go_on/> });
    let retry = Callback::new(move |()| offline.retry_now());
    // It helps nobody who has to sign in first.
    let again =
        move || (!nobody.get()).then(|| view! { <Button kind=Kind::Quiet label=t(K::NetRetry) on_press=retry/> });
    view! {
        <PageTitle words=move || i18n.text(stage().0)/>
        {live(move || {
            let (tone, drawing) = if nobody.get() { (Tone::Warn, Icon::Lock) } else { (Tone::Go, Icon::Sync) };
            note(tone, drawing, true, view! { <p>{live(move || i18n.text(stage().1))}</p> }.into_any())
        })}
        {live(left)}
        <div class="hc-row">
            {live(sign_in)}
            {live(let_go)}
            {live(again)}
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
