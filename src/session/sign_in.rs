//! Signing in with a phone and a one-time code, as a page or in place of one; then a draft that was begun before is offered.

use super::code::{CodeFlow, Stands, Trouble, code_step, is_offline, phone_field};
use super::{entrance, found};
use crate::i18n::{K, t};
use crate::offline::{Offline, Owner, SessionState};
use crate::reactive::{RwSignal, Signal};
use crate::route::{Nav, Route};
use crate::ui::{self, Button, Icon, Kind, Tone, back_link, live};
use contract::api::{CodeEntered, CodePurpose};
use leptos::{prelude::*, task::spawn_local};
use view::view;

/// `/sign-in`.
pub fn page() -> AnyView {
    let nav = Nav::here();
    let offline = Offline::here();
    let from = nav.came_from();
    let offered: RwSignal<Option<String>> = RwSignal::new(None);
    let on = Callback::new(move |()| match unclaimed(offline) {
        Some(draft) => offered.set(Some(draft)),
        None => onward(nav, offline, from.as_ref()),
    });
    let from = nav.came_from();
    let later = Callback::new(move |()| onward(nav, offline, from.as_ref()));
    let already = offline.session().with_untracked(|s| matches!(s, SessionState::SignedIn(_)));
    if already {
        on.run(());
    }
    live(move || match offered.get() {
        Some(draft) => found::offer(&draft, later),
        None => view! { {entrance::signs_out_later()} {steps(Stands::Page, Some(Route::Entrance), on)} }.into_any(),
    })
}

/// The same in place of a page that needs it. The page draws itself once somebody is signed in.
pub fn in_place() -> AnyView {
    steps(Stands::Page, None, Callback::new(|()| ()))
}

/// A draft of this phone that belongs to nobody yet, the newest.
fn unclaimed(offline: Offline) -> Option<String> {
    offline.drafts().with_untracked(|drafts| {
        let newest = drafts.iter().filter(|d| d.owner == Owner::ThisPhone).max_by_key(|d| d.saved_at);
        newest.map(|d| d.id.application.clone())
    })
}

/// Where to after signing in: a new form for who pressed Start, back for who was sent here, else home.
fn onward(nav: Nav, offline: Offline, from: Option<&Route>) {
    match from {
        Some(Route::Entrance) => nav.replace(Route::Tasks(offline.begin_draft(entrance::FORM))),
        None | Some(Route::SignIn | Route::Lookup | Route::Verify) => nav.replace(Route::Home),
        Some(place) => nav.replace(place.clone()),
    }
}

/// Phone, then code.
pub(super) fn steps(stands: Stands, back: Option<Route>, on_signed_in: Callback<()>) -> AnyView {
    let offline = Offline::here();
    let flow = CodeFlow::new(CodePurpose::SignIn, stands);
    let enter = Callback::new(move |entered: CodeEntered| {
        spawn_local(async move {
            match offline.sign_in(&entered).await {
                // Who has left stays where they went; every page knows who is here.
                Ok(_) if flow.busy.try_set(false).is_some() => {}
                Ok(_) => {
                    on_signed_in.try_run(());
                    // Where the page stays, Back does not lead to the code that was used.
                    flow.nav.leave_layer();
                }
                Err(error) => flow.fail(Trouble::Failed(error)),
            }
        });
    });
    live(move || match flow.sent.get() {
        Some(sent) => code_step(flow, &sent, K::SigninGo, K::SigninGoing, enter),
        None => phone_step(flow, back.as_ref()),
    })
}

fn phone_step(flow: CodeFlow, back: Option<&Route>) -> AnyView {
    let (nav, offline) = (Nav::here(), Offline::here());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        flow.send();
    };
    let without = move || {
        is_offline(offline).then(|| {
            let begin = Callback::new(move |()| entrance::begin(nav, offline));
            view! {
                {ui::plain_note(Tone::Warn, Icon::Offline, t(K::SigninEOffline))}
                <Button label=t(K::SigninFirst) kind=Kind::Quiet on_press=begin/>
            }
        })
    };
    view! {
        {back.map(|route| back_link(nav.link(route), t(K::SigninBack)))}
        {flow.title(t(K::SigninTitle))}
        <p>{t(K::SigninLead)}</p>
        {live(without)}
        <form class="hc-form" novalidate on:submit=submit>
            {phone_field(flow, K::SigninPhone)}
            {ui::plain_note(Tone::Plain, Icon::Info, t(K::SigninScam))}
            <div class="hc-actions"><Button label=t(K::SigninSend) submit=true busy=Signal::from(flow.busy) busy_label=t(K::SigninSending)/></div>
        </form>
    }
    .into_any()
}
