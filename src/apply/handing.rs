//! Handing over from a page: what stands in the way is shown, one press counts once, and what came of it is said.

use super::opening::Opened;
use super::papers::lost;
use super::sending::not_stored;
use super::unsaid::Unsaid;
use crate::i18n::{I18n, K, t};
use crate::offline::{Draft, EntryId, Offline, StoreError};
use crate::reactive::{Memo, RwSignal, memo};
use crate::route::{Nav, Route};
use crate::ui::{Announcer, Icon, LinkButton, Tone, lead_to, live, note, plain_note};
use contract::questionnaire::Pointer;
use leptos::{html, prelude::*};
use std::rc::Rc;
use view::view;

type Asked = Rc<dyn Fn(&Pointer) -> bool>;

/// The way from one page to its receipt.
#[derive(Clone, Copy)]
pub(super) struct Handing {
    opened: Opened,
    /// Outlives the page.
    draft: Draft,
    nav: Nav,
    i18n: I18n,
    announcer: Announcer,
    unsaid: Unsaid,
    /// The items that go.
    asked: StoredValue<Asked, LocalStorage>,
    /// The person has wanted it to go: from then on it is said what it would go without.
    pressed: RwSignal<bool>,
    /// Documents that would not go with it, in words, as it stands now.
    missing: Memo<Vec<String>>,
    /// It is being put on its way.
    pub(super) busy: RwSignal<bool>,
    failed: RwSignal<Option<K>>,
    /// Where it stands that another tab has it in hand.
    pub(super) elsewhere: NodeRef<html::Div>,
    /// Where all that is missing is listed, on a page that lists it.
    pub(super) list: NodeRef<html::Div>,
    /// Where it stands what it would go without,
    without: NodeRef<html::Div>,
    /// and why it did not go.
    failure: NodeRef<html::Div>,
}

impl Handing {
    /// On this page, for the items that are asked. What did not go from it while it was left is said here now.
    pub(super) fn new(opened: Opened, page: &Route, asked: impl Fn(&Pointer) -> bool + 'static) -> Self {
        let (unsaid, offline, filling) = (Unsaid::here(), Offline::here(), opened.filling);
        let (asked, pressed): (Asked, _) = (Rc::new(asked), RwSignal::new(false));
        let missing = {
            let asked = asked.clone();
            memo(move || {
                let all = if pressed.get() { lost(filling, offline) } else { Vec::new() };
                all.into_iter().filter(|(pointer, _)| asked(pointer)).map(|(_, words)| words).collect()
            })
        };
        Self {
            opened,
            draft: opened.draft(),
            nav: Nav::here(),
            i18n: I18n::here(),
            announcer: Announcer::here(),
            unsaid,
            asked: StoredValue::new_local(asked),
            pressed,
            missing,
            busy: RwSignal::new(false),
            failed: RwSignal::new(unsaid.taken_by(page)),
            elsewhere: NodeRef::new(),
            list: NodeRef::new(),
            without: NodeRef::new(),
            failure: NodeRef::new(),
        }
    }

    /// The person wants it to go. Whether nothing is in the way; what is, gets the focus.
    pub(super) fn may_go(self) -> bool {
        if self.busy.get_untracked() {
            return false;
        }
        self.failed.set(None);
        if !self.draft.writable().get_untracked() {
            // Another tab has it in hand: what stands here may be older.
            lead_to(self.elsewhere);
            return false;
        }
        self.pressed.set(true);
        let is_fine = self.opened.filling.attempt(&|pointer| self.asks(pointer));
        let is_whole = self.missing.with_untracked(Vec::is_empty);
        if !is_fine || !is_whole {
            lead_to(self.list);
        }
        if is_fine && !is_whole {
            lead_soon(self.without);
        }
        is_fine && is_whole
    }

    /// Whether this item goes, as it stands now.
    pub(super) fn asks(self, pointer: &Pointer) -> bool {
        self.asked.with_value(|asked| untrack(|| asked(pointer)))
    }

    /// Says a sentence to who listens.
    pub(super) fn tell(self, words: &str) {
        self.announcer.say(words);
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
            Err(why) => match self.failed.try_set(Some(not_stored(why))).flatten() {
                None => {
                    self.announcer.say(&self.i18n.text(not_stored(why)));
                    lead_soon(self.failure);
                }
                // The page was left meanwhile.
                Some(words) => self.say(words, page),
            },
        }
    }

    /// The page was left: tells it to who listens, wherever they are, and leaves it to be read.
    pub(super) fn say(self, words: K, page: &Route) {
        self.announcer.say(&self.i18n.text(words));
        self.unsaid.stands(words, page.clone(), self.draft.id());
    }

    /// What it would go without.
    pub(super) fn lost_note(self) -> AnyView {
        live(move || {
            let words = self.missing.get();
            (!words.is_empty()).then(|| {
                let lines = words.into_iter().map(|words| view! { <p>{words}</p> }.into_any()).collect::<Vec<_>>();
                let body = note(Tone::Bad, Icon::Warning, true, lines.into_any());
                view! { <div node_ref=self.without tabindex="-1">{body}</div> }
            })
        })
    }

    /// Why it did not go.
    pub(super) fn note(self) -> AnyView {
        live(move || {
            self.failed.get().map(|words| {
                let body = plain_note(Tone::Bad, Icon::Warning, t(words));
                view! { <div node_ref=self.failure tabindex="-1">{body}</div> }
            })
        })
    }

    /// The button; once it is on its way, what leads to its receipt.
    pub(super) fn act(self, button: impl Fn() -> AnyView + Send + 'static) -> AnyView {
        let (nav, frozen, id) = (self.nav, self.draft.frozen(), self.opened.filling.application());
        live(move || {
            if frozen.with(Option::is_some) {
                let to = nav.link(&Route::Receipt(id.clone()));
                return view! { <LinkButton to=to label=t(K::ReceiptLook)/> }.into_any();
            }
            button()
        })
    }
}

/// The same where it is about to be drawn.
fn lead_soon(node: NodeRef<html::Div>) {
    request_animation_frame(move || lead_to(node));
}
