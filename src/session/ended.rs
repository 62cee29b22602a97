//! The sign-in ended, in the middle or since the last visit: said above the page, with the way to sign in right there. The
//! page below stays as it is.

use super::code::Stands;
use super::sign_in;
use crate::i18n::{I18n, K, t};
use crate::offline::{Offline, Owner, SessionState};
use crate::reactive::{Memo, RwSignal, effect, effect_from, memo};
use crate::route::{Nav, Route};
use crate::ui::{Announcer, Button, Icon, Kind, Tone, live, note};
use contract::api::Session;
use leptos::prelude::*;
use view::view;

/// Remembers whose sign-in ended, so that another person is told from the same one.
#[derive(Clone, Copy)]
pub struct Ended {
    was: RwSignal<Option<Session>>,
    /// How the person before was shown, when somebody else has signed in since.
    pub(super) other: RwSignal<Option<String>>,
}

impl Ended {
    /// Watches the session for as long as the app stands.
    pub fn watch(offline: Offline) -> Self {
        let ended = Self { was: RwSignal::new(None), other: RwSignal::new(None) };
        let session = offline.session();
        effect(move || match session.get() {
            SessionState::Ended(was) => ended.was.set(Some(was)),
            SessionState::SignedIn(now) => {
                let other = ended.was.get_untracked().filter(|was| was.subject != now.subject);
                ended.other.set(other.and_then(|was| was.shown));
            }
            // Whoever signs out here has seen it.
            SessionState::SignedOut => ended.was.set(None),
            SessionState::Unknown => {}
        });
        ended
    }
}

/// The note above a page, or nothing. `instead`: to sign in is what the page itself is for.
pub fn ended_note(instead: Memo<bool>) -> AnyView {
    let (offline, route) = (Offline::here(), Nav::here().route());
    let (session, subject) = (offline.session(), offline.subject());
    let is_over = memo(move || {
        !instead.get()
            && session.with(|session| match session {
                SessionState::Ended(_) => true,
                // Somebody's records are shown here still, as the office said them last time.
                SessionState::SignedOut => {
                    subject.with(Option::is_some) && route.with(|route| is_personal(route, offline))
                }
                SessionState::Unknown | SessionState::SignedIn(_) => false,
            })
    });
    // Whoever signed in here, above their page, hears that it worked: nothing else of the page changes.
    let (here, i18n, announcer) = (StoredValue::new(false), I18n::here(), Announcer::here());
    effect_from(move |before: Option<bool>| {
        let is_over = is_over.get();
        if before == Some(true)
            && !is_over
            && here.try_update_value(std::mem::take) == Some(true)
            && let SessionState::SignedIn(session) = session.get_untracked()
        {
            announcer.say(&i18n.say(K::SigninAs, &[("phone", session.shown.unwrap_or_default().into())]));
        }
        is_over
    });
    live(move || if is_over.get() { once(here) } else { ().into_any() })
}

/// Each time that it has ended begins with what is to be said of it. `here`: it is signed in on this page.
fn once(here: StoredValue<bool>) -> AnyView {
    let open = RwSignal::new(false);
    here.set_value(false);
    let go = Callback::new(move |()| {
        here.set_value(true);
        open.set(true);
    });
    live(move || {
        if open.get() {
            return view! { <section class="hc-card">{sign_in::steps(Stands::AbovePage, None, Callback::new(|()| ()))}</section> }.into_any();
        }
        let body = view! { <p>{t(K::PSignedOut)}</p> <p><Button label=t(K::SigninEndedHere) kind=Kind::Text on_press=go/></p> };
        note(Tone::Warn, Icon::Lock, true, body.into_any())
    })
}

/// A page about somebody's own application, and not one that anybody may open. Home without one asks to sign in by itself.
fn is_personal(route: &Route, offline: Offline) -> bool {
    match route {
        Route::Home => offline.has_records(),
        Route::Certificate(_) | Route::Outbox => true,
        other => other.application().is_some(),
    }
}

/// Whose the draft of an application is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftOwner {
    /// This phone's or this sign-in's.
    Mine,
    /// Another sign-in's: it is locked.
    SomebodyElse,
}

/// Whose the draft of an application is; `None` where there is no draft.
pub fn draft_owner(offline: Offline, application: &str) -> Option<DraftOwner> {
    offline.drafts().with(|drafts| {
        let draft = drafts.iter().find(|d| d.id.application == application)?;
        Some(if draft.owner == Owner::SomebodyElse { DraftOwner::SomebodyElse } else { DraftOwner::Mine })
    })
}
