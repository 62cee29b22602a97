//! Handing over from a page: what stands in the way is shown, one press counts once, and what came of it is said.

use super::opening::Opened;
use super::papers::lost_words;
use super::sending::not_stored;
use super::unsaid::Unsaid;
use crate::i18n::{I18n, K, t};
use crate::offline::{EntryId, Offline, StoreError};
use crate::reactive::RwSignal;
use crate::route::{Nav, Route};
use crate::ui::{Announcer, Icon, LinkButton, Tone, lead_to, live, plain_note};
use contract::questionnaire::Pointer;
use leptos::{html, prelude::*};
use view::view;

/// The way from one page to its receipt.
#[derive(Clone, Copy)]
pub(super) struct Handing {
    opened: Opened,
    nav: Nav,
    i18n: I18n,
    offline: Offline,
    announcer: Announcer,
    unsaid: Unsaid,
    /// It is being put on its way.
    pub(super) busy: RwSignal<bool>,
    failed: RwSignal<Option<K>>,
    /// Documents that are nowhere, in words.
    pub(super) missing: RwSignal<Vec<String>>,
    /// Where it stands that another tab has it in hand.
    pub(super) elsewhere: NodeRef<html::Div>,
    /// Where all that is missing is listed, on a page that lists it.
    pub(super) list: NodeRef<html::Div>,
}

impl Handing {
    /// On this page. What did not go from it while it was left is said here now.
    pub(super) fn new(opened: Opened, page: &Route) -> Self {
        let unsaid = Unsaid::here();
        Self {
            opened,
            nav: Nav::here(),
            i18n: I18n::here(),
            offline: Offline::here(),
            announcer: Announcer::here(),
            unsaid,
            busy: RwSignal::new(false),
            failed: RwSignal::new(unsaid.taken_by(page)),
            missing: RwSignal::new(Vec::new()),
            elsewhere: NodeRef::new(),
            list: NodeRef::new(),
        }
    }

    /// The person wants it to go. Whether nothing is in the way of the items that are asked; what is, gets the focus.
    pub(super) fn may_go(self, asked: &dyn Fn(&Pointer) -> bool) -> bool {
        if self.busy.get_untracked() {
            return false;
        }
        self.failed.set(None);
        if !self.opened.draft().writable().get_untracked() {
            // Another tab has it in hand: what stands here may be older.
            lead_to(self.elsewhere);
            return false;
        }
        let filling = self.opened.filling;
        let lost = lost_words(filling, self.offline, asked);
        let is_whole = lost.is_empty();
        self.missing.set(lost);
        let may_go = filling.attempt(asked) && is_whole;
        if !may_go {
            lead_to(self.list);
        }
        may_go
    }

    /// What came of it: from its page the way goes on to the receipt.
    pub(super) fn came(self, page: &Route, application: String, stored: Result<EntryId, StoreError>) {
        self.busy.try_set(false);
        if stored.is_ok() {
            // A try before this one may have come to nothing while this page was left.
            self.unsaid.has_gone(page);
        }
        match stored {
            Ok(_) if self.nav.is_at(page) => self.nav.replace(Route::Receipt(application)),
            Ok(_) => {}
            Err(why) => {
                // The page was left meanwhile.
                if let Some(words) = self.failed.try_set(Some(not_stored(why))).flatten() {
                    self.say(words, page);
                }
            }
        }
    }

    /// The page was left: tells it to who listens, wherever they are, and leaves it to be read.
    pub(super) fn say(self, words: K, page: &Route) {
        self.announcer.say(&self.i18n.text(words));
        self.unsaid.stands(words, page.clone());
    }

    /// Why it did not go.
    pub(super) fn note(self) -> AnyView {
        live(move || self.failed.get().map(|words| plain_note(Tone::Bad, Icon::Warning, t(words))))
    }

    /// The button; once it is on its way, what leads to its receipt.
    pub(super) fn act(self, button: impl Fn() -> AnyView + Send + 'static) -> AnyView {
        let (nav, frozen, id) = (self.nav, self.opened.draft().frozen(), self.opened.filling.application());
        live(move || {
            if frozen.with(Option::is_some) {
                let to = nav.link(&Route::Receipt(id.clone()));
                return view! { <LinkButton to=to label=t(K::ReceiptLook)/> }.into_any();
            }
            button()
        })
    }
}
