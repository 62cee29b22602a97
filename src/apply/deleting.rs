//! Other ways from the list of tasks: somebody else's application, a file, giving up.

use super::export::export;
use super::opening::Opened;
use crate::i18n::{K, t};
use crate::offline::{Offline, StoreError};
use crate::reactive::{RwSignal, Signal};
use crate::route::{Nav, Route};
use crate::ui::{Button, Dialog, Icon, Kind, Tone, failure_note, live};
use leptos::{prelude::*, task::spawn_local};
use view::view;

/// What else one can do with a draft.
pub(super) fn other_ways(opened: Opened) -> AnyView {
    let (nav, offline, draft) = (Nav::here(), Offline::here(), opened.draft());
    let (asked, busy, failed) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(None));
    let name = opened.filling.form().id.clone();
    let another = Callback::new(move |()| nav.go(Route::Tasks(offline.begin_draft(&name))));
    let delete = Callback::new(move |()| {
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let id = draft.id();
            let gone = offline.forget_draft(&id).await;
            busy.try_set(false);
            asked.try_set(false);
            // Whichever of its pages is open: there is nothing on it any more.
            let is_here = nav.route().with_untracked(|route| route.application() == Some(id.application.as_str()));
            match gone {
                Ok(()) if is_here => nav.replace(Route::Home),
                Ok(()) => {}
                Err(StoreError::UnderWay) => drop(failed.try_set(Some(K::TasksDeleteUnderway))),
                Err(_) => drop(failed.try_set(Some(K::TasksDeleteFailed))),
            }
        });
    });
    view! {
        <div class="hc-row">
            <Button kind=Kind::Quiet label=t(K::HomeAnother) on_press=another/>
            {export(opened, K::TasksExport, Kind::Quiet)}
            <Button kind=Kind::Bad label=t(K::TasksDelete) on_press=Callback::new(move |()| asked.set(true))/>
        </div>
        {live(move || failed.get().map(|why| failure_note(Tone::Bad, Icon::Warning, t(why))))}
        <Dialog
            open=asked
            title=t(K::TasksDeleteTitle)
            body=t(K::TasksDeleteBody)
            safe=t(K::TasksDeleteKeep)
            act=t(K::TasksDelete)
            busy=Signal::from(busy)
            busy_label=t(K::TasksDeleteGoing)
            on_safe=Callback::new(move |()| asked.set(false))
            on_act=delete
        />
    }
    .into_any()
}
