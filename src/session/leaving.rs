//! Signing out, from home and from where another person's draft would stand, and signing in with another number.

use super::{Ended, entrance, failure};
use crate::i18n::{I18n, K, t};
use crate::offline::{Counts, Offline, SessionState, SignOutError, Unstored};
use crate::reactive::{RwSignal, provided};
use crate::route::{Nav, Route};
use crate::ui::{
    Announcer, Button, Icon, Kind, LinkButton, PageTitle, Tone, failure_note, focus_moved, fresh_id, live, note,
};
use leptos::{html, prelude::*, task::spawn_local};
use view::view;

/// Signing out: what it needs, and where it leads.
#[derive(Clone)]
pub(super) struct Leaving {
    pub(super) nav: Nav,
    pub(super) offline: Offline,
    pub(super) to: Route,
    failed: RwSignal<Option<SignOutError>>,
    /// The server is being told. A second call could arrive after somebody else has signed in, and end theirs.
    pub(super) busy: RwSignal<bool>,
}

impl Leaving {
    /// Leads there.
    pub(super) fn new(nav: Nav, offline: Offline, to: Route) -> Self {
        Self { nav, offline, to, failed: RwSignal::new(None), busy: RwSignal::new(false) }
    }

    /// Why it still stands, and what to do.
    pub(super) fn trouble(&self, i18n: I18n) -> AnyView {
        let failed = self.failed;
        live(move || failed.get().map(|why| failure_note(Tone::Warn, Icon::Warning, words(i18n, &why)))).into_any()
    }
}

/// Somebody is signed in: with which number, and the way to sign in with another one.
pub(super) fn another_number() -> AnyView {
    let (session, i18n) = (Offline::here().session(), I18n::here());
    let shown = move || match session.get() {
        SessionState::SignedIn(session) => session.shown.map(|phone| i18n.say(K::SigninAs, &[("phone", phone.into())])),
        SessionState::Unknown | SessionState::SignedOut | SessionState::Ended(_) => None,
    };
    view! {
        <PageTitle words=t(K::SigninTitle)/>
        <p>{live(shown)}</p>
        {another_or_mine(K::OutboxGoSignin)}
    }
    .into_any()
}

/// In place of a page whose draft is another person's: nothing of it is shown.
pub(super) fn other_persons() -> AnyView {
    let (i18n, ended) = (I18n::here(), provided::<Ended>());
    let body = move || match ended.other.get() {
        Some(shown) => i18n.say(K::SigninOtherBody, &[("shown", shown.into())]),
        None => i18n.text(K::HomeLockedHint),
    };
    view! {
        <PageTitle words=t(K::SigninOtherTitle)/>
        <p>{live(body)}</p>
        {another_or_mine(K::SigninOtherSwitch)}
    }
    .into_any()
}

/// The way to sign in with another number, and to one's own: what stands where another's would.
fn another_or_mine(another: K) -> AnyView {
    let (nav, i18n, announcer) = (Nav::here(), I18n::here(), Announcer::here());
    let leaving = Leaving::new(nav, Offline::here(), Route::SignIn);
    let (busy, why) = (leaving.busy, leaving.trouble(i18n));
    let switch = Callback::new(move |()| sign_out(i18n, announcer, leaving.clone()));
    view! {
        <div class="hc-row">
            <Button label=t(another) busy=busy busy_label=t(K::SigninOutGoing) on_press=switch/>
            <LinkButton to=nav.link(&Route::Home) label=t(K::SigninOtherMine) kind=Kind::Quiet/>
        </div>
        {why}
    }
    .into_any()
}

fn words(i18n: I18n, why: &SignOutError) -> String {
    match why {
        SignOutError::NotStored(Unstored::Typed) => i18n.text(K::SigninOutUnsaved),
        SignOutError::NotStored(Unstored::Photo) => i18n.text(K::SigninOutPhoto),
        SignOutError::Call(why) => failure::words(i18n, why),
    }
}

/// Ends the session and goes elsewhere; without a network, or where what was typed last could be kept nowhere, it still
/// stands, and that is said.
pub(super) fn sign_out(i18n: I18n, announcer: Announcer, leaving: Leaving) {
    let Leaving { nav, offline, to, failed, busy } = leaving;
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    failed.set(None);
    spawn_local(async move {
        let done = offline.sign_out().await;
        busy.try_set(false);
        match done {
            Ok(()) => {
                announcer.say(&i18n.text(K::SigninOutDone));
                if !nav.is_at(&to) {
                    nav.go(to);
                }
            }
            Err(why) => {
                failed.try_set(Some(why));
            }
        }
    });
}

/// What stays on this phone when somebody signs out, and for whom.
pub(super) fn keep_or_erase(
    i18n: I18n,
    announcer: Announcer,
    leaving: Leaving,
    here: Counts,
    asked: RwSignal<Option<Counts>>,
) -> AnyView {
    // Whoever listens hears the question, and goes on to its answers: a status that comes with its words is not spoken.
    let (id, node) = (fresh_id("keep"), NodeRef::<html::Div>::new());
    node.on_load(|question| focus_moved(question.focus()));
    let words = move || i18n.say(K::SigninOutAsk, &entrance::counted(&here));
    let keep = {
        let leaving = leaving.clone();
        Callback::new(move |()| {
            asked.set(None);
            sign_out(i18n, announcer, leaving.clone());
        })
    };
    let (failed, busy) = (RwSignal::new(false), RwSignal::new(false));
    let erase = Callback::new(move |()| {
        let Leaving { nav, offline, to, .. } = leaving.clone();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(false);
        spawn_local(async move {
            match offline.erase_all().await {
                Ok(counts) => {
                    asked.try_set(None);
                    announcer.say(&entrance::erased(i18n, &counts));
                    nav.go(to);
                }
                Err(why) => {
                    leptos::logging::warn!("erase: {why:?}");
                    busy.try_set(false);
                    failed.try_set(true);
                }
            }
        });
    });
    let stay = Callback::new(move |()| asked.set(None));
    let body = view! {
        <p id=id.clone()>{live(words)}</p>
        {live(move || failed.get().then(|| failure_note(Tone::Bad, Icon::Warning, t(K::EraseFailed))))}
        <p><Button label=t(K::SigninOutKeep) kind=Kind::Quiet on_press=keep/></p>
        <p><Button label=t(K::SigninOutErase) kind=Kind::Bad busy=busy on_press=erase/></p>
        <p><Button label=t(K::SigninOutStay) kind=Kind::Text on_press=stay/></p>
    };
    let question = note(Tone::Warn, Icon::Lock, false, body.into_any());
    view! { <div node_ref=node tabindex="-1" role="group" aria-labelledby=id>{question}</div> }.into_any()
}
