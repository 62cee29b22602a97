//! A draft that was found on this phone after signing in: offered, never attached by itself.

use crate::i18n::{I18n, K, t};
use crate::offline::{Offline, SessionState};
use crate::reactive::{RwSignal, Signal};
use crate::route::{Nav, Route};
use crate::ui::{Button, Kind, PageTitle, live};
use leptos::{prelude::*, task::spawn_local};
use view::view;

/// "Continue it?" `on_no` goes on without it.
pub(super) fn offer(application: &str, on_no: Callback<()>) -> AnyView {
    let (nav, offline, i18n) = (Nav::here(), Offline::here(), I18n::here());
    let id = application.to_owned();
    let saved = offline
        .drafts()
        .with_untracked(|drafts| drafts.iter().find(|d| d.id.application == id).and_then(|d| d.saved_at));
    let shown = offline.session().with_untracked(|s| match s {
        SessionState::SignedIn(session) => session.shown.clone().unwrap_or_default(),
        SessionState::Unknown | SessionState::SignedOut | SessionState::Ended(_) => String::new(),
    });
    let body = move || {
        let (date, time) = saved.map(|at| (i18n.date(at), i18n.time(at))).unwrap_or_default();
        i18n.say(K::SigninFoundBody, &[("date", date.into()), ("time", time.into()), ("phone", shown.clone().into())])
    };
    let busy = RwSignal::new(false);
    let yes = Callback::new(move |()| {
        let id = id.clone();
        busy.set(true);
        spawn_local(async move {
            // A draft that cannot be attached stays where it is; its page then says why.
            if let Err(why) = offline.adopt_draft(&id).await {
                leptos::logging::warn!("draft: {why:?}");
            }
            if !busy.is_disposed() {
                nav.replace(Route::Tasks(id));
            }
        });
    });
    let asking = RwSignal::new(false);
    let no = Callback::new(move |()| {
        // What is under way is not taken back by the other answer.
        if !busy.get_untracked() {
            asking.set(true);
            on_no.run(());
        }
    });
    view! {
        <PageTitle words=t(K::SigninFoundTitle)/>
        <p>{live(body)}</p>
        <div class="hc-row">
            <Button label=t(K::SigninFoundYes) busy=Signal::from(busy) on_press=yes/>
            <Button label=t(K::SigninFoundNo) kind=Kind::Quiet busy=Signal::from(asking) on_press=no/>
        </div>
        <p class="hc-hint">{t(K::SigninFoundLocked)}</p>
    }
    .into_any()
}
