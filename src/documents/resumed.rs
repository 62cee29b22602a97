//! Items at which something goes on after their page was left, so that it is there when the person comes back.
//!
//! They live as long as the instance of the app, and leave when nothing would be lost with them.
use super::Given;
use super::filling::Filling;
use crate::i18n::I18n;
use crate::offline::Offline;
use crate::ui::Announcer;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};

struct Known {
    /// Owns the signals: not the page, which may go first.
    owner: Owner,
    filling: Filling,
}

thread_local! {
    static KNOWN: RefCell<Vec<Known>> = const { RefCell::new(Vec::new()) };
    static DRAWINGS: Cell<u32> = const { Cell::new(0) };
}

/// The item as it was left, or a new one, on the page that draws it now.
pub(super) fn shown(given: Given, offline: Offline) -> Filling {
    let drawing = DRAWINGS.get().wrapping_add(1);
    DRAWINGS.set(drawing);
    KNOWN.with_borrow_mut(|known| known.retain(|it| it.filling.is_at_work()));
    let before = KNOWN.with_borrow(|known| known.iter().find(|it| is_of(it.filling, &given)).map(|it| it.filling));
    let filling = before.unwrap_or_else(|| {
        let owner = outermost();
        let (begun, announcer, i18n) = (given.clone(), Announcer::here(), I18n::here());
        let filling = owner.with(move || Filling::new(begun, offline, announcer, i18n.for_page()));
        KNOWN.with_borrow_mut(|known| known.push(Known { owner, filling }));
        filling
    });
    filling.show(given, drawing);
    filling
}

fn is_of(filling: Filling, given: &Given) -> bool {
    let same = |it: &Given| {
        it.hole.application == given.hole.application && it.form == given.form && it.hole.pointer == given.hole.pointer
    };
    filling.given.try_with_value(same).unwrap_or_default()
}

/// A child of the instance's own owner.
fn outermost() -> Owner {
    let mut owner = Owner::current().unwrap_or_default();
    while let Some(parent) = owner.parent() {
        owner = parent;
    }
    owner.child()
}

impl Drop for Known {
    fn drop(&mut self) {
        self.filling.is_over();
        self.owner.cleanup();
    }
}
