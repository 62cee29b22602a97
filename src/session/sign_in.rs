//! Signing in with a phone and a one-time code, as a page or in place of one; then a draft that was begun before is offered.

use super::code::{CodeFlow, Stands, Trouble, code_step, phone_field};
use super::{Seldom, entrance};
use crate::i18n::{K, t};
use crate::offline::{Offline, Owner, SessionState};
use crate::reactive::{RwSignal, Signal, effect, memo};
use crate::route::{Nav, Route};
use crate::ui::{self, Button, Icon, Kind, Tone, back_link, live};
use contract::api::{CodeEntered, CodePurpose};
use leptos::{prelude::*, task::spawn_local};
use view::view;

/// `/sign-in`. `seldom` draws what few people see of it.
pub fn page(seldom: impl Fn(Seldom) -> AnyView + Send + 'static) -> AnyView {
    let nav = Nav::here();
    let offline = Offline::here();
    let session = offline.session();
    let signed_in = memo(move || session.with(SessionState::is_signed_in));
    let from = nav.came_from();
    let offered: RwSignal<Option<String>> = RwSignal::new(None);
    let gone_on = StoredValue::new(false);
    let flow = CodeFlow::new(CodePurpose::SignIn, Stands::Page);
    let on = Callback::new(move |()| {
        gone_on.set_value(true);
        match unclaimed(offline) {
            Some(draft) => {
                offered.set(Some(draft));
                // The page stays: Back does not lead to the code that was used.
                nav.leave_layer();
            }
            None => onward(nav, offline, flow.busy, from.as_ref()),
        }
    });
    let from = nav.came_from();
    let later = Callback::new(move |()| onward(nav, offline, flow.busy, from.as_ref()));
    // Whoever comes here signed in wants another number: to be led back where that is asked for would lead nowhere.
    let came_signed_in = StoredValue::new(signed_in.get_untracked());
    let wants_another = memo(move || {
        if !signed_in.get() {
            came_signed_in.set_value(false);
        }
        came_signed_in.get_value()
    });
    // The server says it only after the page was drawn: no code is needed then.
    let is_told_late = StoredValue::new(session.with_untracked(|it| matches!(it, SessionState::Unknown)));
    effect(move || match session.get() {
        SessionState::SignedIn(_) => {
            if is_told_late.get_value() && !flow.busy.get_untracked() && !gone_on.get_value() {
                on.run(());
            }
        }
        // Another page may sign in later; whoever is here may be another.
        SessionState::SignedOut | SessionState::Ended(_) => is_told_late.set_value(false),
        SessionState::Unknown => {}
    });
    // That somebody is signed in was told late: no code was asked for, and the page is about to go.
    let is_going = memo(move || signed_in.get() && flow.sent.with(Option::is_none));
    live(move || {
        match offered.get() {
        Some(draft) => seldom(Seldom::Found(draft, later)),
        None if wants_another.get() => seldom(Seldom::AnotherNumber),
        None if is_going.get() => ui::skeleton(t(K::WaitOpen), 4),
        None => view! { {entrance::signed_out()} {entrance::signs_out_later()} {two_steps(flow, Some(Route::Entrance), on)} }.into_any(),
    }
    })
}

/// The same in place of a page that needs it. The page draws itself once somebody is signed in.
pub fn in_place() -> AnyView {
    steps(Stands::Page, None, Callback::new(|()| ()))
}

/// A draft of this phone that belongs to nobody yet: the one that was answered in last.
fn unclaimed(offline: Offline) -> Option<String> {
    offline.drafts().with_untracked(|drafts| {
        let last = drafts.iter().find(|d| d.owner == Owner::ThisPhone);
        last.map(|d| d.id.application.clone())
    })
}

/// Where to after signing in: whoever pressed Start is led on from there, whoever was sent here goes back, all others home.
fn onward(nav: Nav, offline: Offline, busy: RwSignal<bool>, from: Option<&Route>) {
    match from {
        Some(Route::Entrance) => entrance::start(nav, offline, busy, Nav::replace),
        None | Some(Route::SignIn | Route::Lookup | Route::Verify) => nav.replace(Route::Home),
        Some(place) => nav.replace(place.clone()),
    }
}

/// Phone, then code.
pub(super) fn steps(stands: Stands, back: Option<Route>, on_signed_in: Callback<()>) -> AnyView {
    two_steps(CodeFlow::new(CodePurpose::SignIn, stands), back, on_signed_in)
}

fn two_steps(flow: CodeFlow, back: Option<Route>, on_signed_in: Callback<()>) -> AnyView {
    let offline = Offline::here();
    let enter = Callback::new(move |entered: CodeEntered| {
        spawn_local(async move {
            match offline.sign_in(&entered).await {
                // Who has left stays where they went; every page knows who is here. A page that has drawn itself in place of
                // this keeps the step of the code in its history: to go back by itself, a moment later, would take whoever is
                // quick from where they have gone.
                Ok(_) if flow.busy.try_set(false).is_some() => {}
                Ok(_) => {
                    on_signed_in.try_run(());
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
    let asking = RwSignal::new(false);
    let without = move || {
        offline.is_away().then(|| {
            let start = Callback::new(move |()| entrance::start(nav, offline, asking, Nav::go));
            view! {
                {ui::plain_note(Tone::Warn, Icon::Offline, t(K::SigninEOffline))}
                <Button label=t(K::SigninFirst) kind=Kind::Quiet busy=asking busy_label=t(K::WaitOpen) on_press=start/>
            }
        })
    };
    view! {
        {back.map(|route| back_link(nav.link(route), t(K::SigninBack)))}
        {flow.title(t(K::SigninTitle))}
        <p>{t(K::SigninLead)}</p>
        {live(without)}
        <form class="hc-form" novalidate on:submit=submit>
            {phone_field(flow, ui::fresh_id("phone"), K::SigninPhone)}
            {ui::plain_note(Tone::Plain, Icon::Info, t(K::SigninScam))}
            <div class="hc-actions"><Button label=t(K::SigninSend) submit=true busy=Signal::from(flow.busy) busy_label=t(K::SigninSending)/></div>
        </form>
    }
    .into_any()
}
