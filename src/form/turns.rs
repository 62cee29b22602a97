//! A long page is drawn in turns: what the window shows at once, the rest in pieces, one after each picture. A slow phone
//! shows the page, and takes a key, before all of it stands; a moment later all of it does.

use super::filling::Filling;
use super::item::placed;
use crate::reactive::{RwSignal, memo};
use crate::ui::{after_picture, live};
use leptos::prelude::*;

/// A page of no more items than these is drawn at once.
const SHORT: usize = 24;
/// What the window of a phone shows, below the title and above the bar.
const FIRST: usize = 5;
/// How many follow at a time.
const EACH: usize = 10;

/// These items, in turns; all at once if something of the page is to be reached by its place or name.
pub(super) fn in_turns(filling: Filling, items: Vec<usize>, whole: bool) -> AnyView {
    let draw = move |items: &[usize]| -> Vec<AnyView> { items.iter().map(|at| placed(filling, *at, None)).collect() };
    if whole || items.len() <= SHORT {
        return draw(&items).into_any();
    }
    let (first, later) = items.split_at(FIRST);
    let mut drawn = draw(first);
    let reached = filling.reached();
    for (number, piece) in later.chunks(EACH).enumerate() {
        let (piece, due) = (piece.to_vec(), memo(move || reached.with(|reached| *reached > number)));
        drawn.push(live(move || due.get().then(|| untrack(|| draw(&piece)))));
    }
    // What belongs to the first picture comes first, the focus above all.
    let pieces = later.len().div_ceil(EACH);
    after_picture(move || follow(reached, pieces));
    drawn.into_any()
}

/// One more piece after each picture, until all stand.
fn follow(reached: RwSignal<usize>, pieces: usize) {
    after_picture(move || {
        let now = reached.try_update(|reached| {
            *reached = reached.saturating_add(1);
            *reached
        });
        if now.is_some_and(|now| now < pieces) {
            follow(reached, pieces);
        }
    });
}

impl Filling {
    /// All that is still to be drawn is drawn now.
    pub(super) fn draw_all(self) {
        let reached = self.reached();
        if reached.with_untracked(|reached| *reached < usize::MAX) {
            reached.set(usize::MAX);
        }
    }
}
