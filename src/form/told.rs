//! Who follows one item of a form is told when that item stands differently, and of no other.
//!
//! A memo an item would be asked at every key whether it still holds, and whatever follows it with it: with three hundred
//! items on a page that is most of what a key costs. Here one pass after each look finds the few that changed.

use super::filling::Looked;
use crate::reactive::{Memo, RwSignal, effect};
use contract::questionnaire::{Answers, Evaluation, ItemState, Pointer};
use std::cell::Cell;

/// What stands at one place of a form, kept up with the answers.
pub(super) struct Followed<T> {
    board: RwSignal<Board>,
    slot: RwSignal<T>,
}

impl<T> Clone for Followed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Followed<T> {}

impl<T: 'static> Followed<T> {
    /// Looks at it; who asks follows it.
    pub(super) fn with<U>(self, see: impl FnOnce(&T) -> U) -> U {
        self.slot.with(see)
    }

    /// Looks at it as it is by the answers of now, also where nobody was told of the last one yet.
    pub(super) fn with_untracked<U>(self, see: impl FnOnce(&T) -> U) -> U {
        tell(self.board);
        self.slot.with_untracked(see)
    }
}

/// Where followers read, who they are, and of which look they were told last.
pub(super) struct Board {
    source: Source,
    told: Looked,
    followers: Vec<Follower>,
}

/// Sees whether its item stands differently; false once nobody is there any more who wants to know.
type Follower = Box<dyn Fn(&Looked, &Answers) -> bool>;

/// The answers as they count, and the look at them.
#[derive(Clone, Copy)]
pub(super) struct Source {
    /// The draft's own.
    pub(super) answers: RwSignal<Answers>,
    /// What was sent before, with the draft's over it, where it holds only what is open now.
    pub(super) whole: Option<Memo<Answers>>,
    pub(super) looked: Memo<Looked>,
}

impl Source {
    fn read<R>(self, read: impl FnOnce(&Looked, &Answers) -> R) -> R {
        self.looked.with_untracked(|look| match self.whole {
            Some(whole) => whole.with_untracked(|answers| read(look, answers)),
            None => self.answers.with_untracked(|answers| read(look, answers)),
        })
    }
}

impl Board {
    /// From now on whoever follows an item is told of each look.
    pub(super) fn new(source: Source) -> RwSignal<Self> {
        let told = source.looked.get_untracked();
        let board = RwSignal::new(Self { source, told, followers: Vec::new() });
        effect(move || {
            source.looked.track();
            tell(board);
        });
        board
    }
}

/// Tells who follows, unless they were told of this look already.
fn tell(board: RwSignal<Board>) {
    let Some(source) = board.try_with_untracked(|board| board.source) else { return };
    let Some(now) = source.looked.try_get_untracked() else { return };
    let due = board.try_update_untracked(|board| {
        if board.told == now {
            return Vec::new();
        }
        board.told = now;
        std::mem::take(&mut board.followers)
    });
    let Some(mut due) = due.filter(|due| !due.is_empty()) else { return };
    source.read(|look, answers| due.retain(|follower| follower(look, answers)));
    board.try_update_untracked(|board| {
        due.append(&mut board.followers);
        board.followers = due;
    });
}

/// Follows one place of the form.
pub(super) fn follow<W: Watch + 'static>(board: RwSignal<Board>, watch: W) -> Followed<W::Seen> {
    tell(board);
    let source = board.with_untracked(|board| board.source);
    let slot = RwSignal::new(source.read(|look, answers| watch.see(look, answers)));
    let follower: Follower = Box::new(move |look, answers| {
        let holds = slot.try_with_untracked(|before| watch.holds(before, look, answers));
        if holds == Some(false) {
            slot.set(watch.see(look, answers));
        }
        holds.is_some()
    });
    board.try_update_untracked(|board| board.followers.push(follower));
    Followed { board, slot }
}

/// What is followed at one place of a form.
pub(super) trait Watch {
    /// What is kept of it.
    type Seen: 'static;

    /// How it stands.
    fn see(&self, look: &Evaluation, answers: &Answers) -> Self::Seen;

    /// Whether it stands as before; asked at each key, so nothing is copied for it.
    fn holds(&self, before: &Self::Seen, look: &Evaluation, answers: &Answers) -> bool;
}

/// An item, found again where it was the last time.
pub(super) struct Spot {
    pointer: Pointer,
    at: Cell<usize>,
}

impl Spot {
    pub(super) fn new(pointer: Pointer) -> Self {
        Self { pointer, at: Cell::new(usize::MAX) }
    }

    pub(super) fn pointer(&self) -> &Pointer {
        &self.pointer
    }

    pub(super) fn state<'a>(&self, look: &'a Evaluation) -> Option<&'a ItemState> {
        let here = look.items.get(self.at.get()).filter(|state| state.pointer == self.pointer);
        here.or_else(|| {
            let at = look.place_of(&self.pointer)?;
            self.at.set(at);
            look.items.get(at)
        })
    }
}
