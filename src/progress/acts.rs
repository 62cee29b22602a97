//! What the applicant may do beside the next step: take back, withdraw. Exactly what the record allows, each asked once before it is done.

use super::page::Around;
use crate::i18n::{K, t};
use crate::offline::{Offline, OutboxRow, StoreError, StoreStep, What};
use crate::reactive::{Memo, RwSignal, Signal, derive};
use crate::route::{Nav, Route};
use crate::ui::{Button, Dialog, Icon, Kind, LinkButton, Tone, Words, failure_note, live, plain_note};
use contract::api::ApplicationRecord;
use contract::application::Act;
use leptos::{prelude::*, task::spawn_local};
use std::sync::Arc;
use view::view;

/// Which question stands open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Nothing,
    Recall,
    Withdraw,
}

/// The buttons.
pub(super) fn row(nav: Nav, offline: Offline, around: Around, record: &Arc<ApplicationRecord>) -> AnyView {
    let i18n = around.i18n;
    let may = |act| record.action(act).is_some_and(|a| a.from.is_none_or(|from| from <= offline.now()));
    let ask = move |asked| Callback::new(move |()| around.asked.set(asked));
    let results = record.has_results().then(|| view! { <LinkButton to=nav.link(&Route::Results(record.id.clone())) label=t(K::ProgressResults) kind=Kind::Quiet/> });
    let recall = may(Act::Recall)
        .then(|| view! { <Button label=t(K::ActRecall) kind=Kind::Quiet on_press=ask(Asked::Recall)/> });
    let withdraw = may(Act::Withdraw)
        .then(|| view! { <Button label=t(K::ActWithdraw) kind=Kind::Bad on_press=ask(Asked::Withdraw)/> });
    let id = record.id.clone();
    let withdrawing =
        move |row: &OutboxRow| row.application == id && row.what == What::Withdraw && !row.state.is_settled();
    let waiting = move || {
        let some = offline.outbox().with(|rows| rows.iter().any(&withdrawing));
        some.then(|| plain_note(Tone::Go, Icon::Sync, i18n.text(K::ProgressWithdrawQueued)))
    };
    view! { {waiting} <div class="hc-row">{results}{recall}{withdraw}</div> }.into_any()
}

/// The questions before what cannot be undone.
pub(super) fn dialogs(offline: Offline, around: Around, record: Memo<Option<Arc<ApplicationRecord>>>) -> AnyView {
    let (i18n, question) = (around.i18n, around.asked);
    let busy = RwSignal::new(false);
    let trouble: RwSignal<Option<Words>> = RwSignal::new(None);
    let close = Callback::new(move |()| question.set(Asked::Nothing));
    let done = move |came: Result<(), Words>| {
        busy.try_set(false);
        question.try_set(Asked::Nothing);
        trouble.try_set(came.err());
    };
    let id = move || record.get_untracked().map(|r| r.id.clone()).unwrap_or_default();
    let recall = Callback::new(move |()| {
        busy.set(true);
        let id = id();
        spawn_local(async move {
            done(offline.recall(&id).await.map_err(|why| {
                let phone = move || around.office.try_with(|office| office.contact.phone.clone()).unwrap_or_default();
                Words::from(move || i18n.failure(why.failure(), &phone()))
            }));
        });
    });
    let withdraw = Callback::new(move |()| {
        busy.set(true);
        let id = id();
        spawn_local(async move {
            done(offline.withdraw(&id, None).await.map(drop).map_err(|why| t(not_kept(why)).into()));
        });
    });
    let told = move || trouble.get().map(|words| failure_note(Tone::Bad, Icon::Warning, words));
    view! {
        {live(told)}
        <Dialog
            open=derive(move || question.get() == Asked::Recall)
            title=t(K::ProgressRecallTitle)
            body=t(K::ProgressRecallBody)
            safe=t(K::ProgressRecallKeep)
            act=t(K::ActRecall)
            busy=Signal::from(busy)
            busy_label=t(K::ProgressRecallGoing)
            weight=Kind::Primary
            on_safe=close
            on_act=recall
        />
        <Dialog
            open=derive(move || question.get() == Asked::Withdraw)
            title=t(K::ProgressWithdrawTitle)
            body=t(K::WithdrawConfirm)
            safe=t(K::ProgressWithdrawKeep)
            act=t(K::ActWithdraw)
            busy=Signal::from(busy)
            on_safe=close
            on_act=withdraw
        />
    }
    .into_any()
}

/// What is said where a withdrawal was not put on its way.
fn not_kept(why: StoreError) -> K {
    if why.next_step() == StoreStep::MakeRoom { K::ProgressWithdrawFull } else { K::ProgressWithdrawFailed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_withdrawal_that_was_not_kept_speaks_of_no_room_only_where_there_is_none() {
        assert_eq!(not_kept(StoreError::Full), K::ProgressWithdrawFull);
        for why in [StoreError::Locked, StoreError::Closed, StoreError::Private] {
            assert_eq!(not_kept(why), K::ProgressWithdrawFailed, "{why:?}");
        }
    }
}
