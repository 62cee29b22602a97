//! Whether the office has told what stands under this sign-in: until then an empty list is no answer.

use super::failure;
use crate::api::ApiError;
use crate::i18n::{I18n, K, t};
use crate::offline::{Network, Offline, SessionState};
use crate::reactive::{RwSignal, Signal, effect_from, memo};
use crate::ui::{Announcer, Button, Icon, Kind, Tone, alert, live};
use leptos::{prelude::*, task::spawn_local};
use view::view;

/// How the asking for all of them goes.
#[derive(Clone, Copy)]
pub(super) struct Told {
    offline: Offline,
    /// All of them are here.
    pub(super) all: Signal<bool>,
    /// Why they are not.
    pub(super) failed: RwSignal<Option<ApiError>>,
    asking: RwSignal<bool>,
}

impl Told {
    /// Asks now, and as long as it was not told also when somebody signs in or the network is back.
    pub(super) fn asked(offline: Offline) -> Self {
        let told =
            Self { offline, all: offline.knows_all(), failed: RwSignal::new(None), asking: RwSignal::new(false) };
        let (session, network) = (offline.session(), offline.network());
        let signed_in = memo(move || session.with(SessionState::is_signed_in));
        let online = memo(move || network.get() == Network::Online);
        effect_from(move |before: Option<Option<_>>| {
            let before = before.flatten();
            let now = (signed_in.get(), offline.subject().get(), online.get());
            if told.asking.get() {
                return before;
            }
            let is_new = before.as_ref() != Some(&now);
            // A reply that came before it was known who is here was kept by nobody.
            let is_lost = now.0 && told.failed.with_untracked(Option::is_none);
            if before.is_none() || (is_new || is_lost) && !told.all.get_untracked() {
                // Nobody has pressed anything there: what failed before is past.
                told.failed.set(None);
                told.ask();
            }
            Some(now)
        });
        told
    }

    fn ask(self) {
        self.asking.set(true);
        let (i18n, announcer) = (I18n::here(), Announcer::here());
        // What stands there already, and stays, is heard only when it is said again.
        let stood = self.failed.with_untracked(Option::is_some);
        spawn_local(async move {
            let failed = self.offline.refresh_all().await.err();
            if let Some(why) = failed.as_ref().filter(|_| stood) {
                announcer.say(&failure::words(i18n, why));
            }
            self.failed.try_set(failed);
            self.asking.try_set(false);
        });
    }

    /// Something is missing, and why. Nothing for who is not signed in: that is said where one signs in.
    pub(super) fn trouble(self, nothing_here: impl Fn() -> bool + Send + Sync + 'static) -> AnyView {
        let i18n = I18n::here();
        let away = memo(move || self.offline.is_away());
        let is_untold = memo(move || {
            let failed = self.failed.with(|why| why.as_ref().is_some_and(|why| *why != ApiError::SignedOut));
            // Without a network what is kept is shown with its age; the note above says so.
            failed && !self.all.get() && (!away.get() || nothing_here())
        });
        // It stays while whoever pressed there waits, and with it the focus.
        live(move || {
            let again = move |()| self.ask();
            is_untold.get().then(|| {
                let body = view! {
                    <p>{t(K::HomeUntold)}</p>
                    <p>{live(move || self.failed.get().map(|why| failure::words(i18n, &why)))}</p>
                    <p><Button label=t(K::AppRetry) kind=Kind::Text busy=Signal::from(self.asking) on_press=again/></p>
                };
                alert(Tone::Warn, Icon::Warning, body.into_any())
            })
        })
    }
}
