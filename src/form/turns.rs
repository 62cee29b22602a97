//! A long page is drawn in turns: what the window shows at once, the rest in pieces, one after each picture. A slow phone
//! shows the page, and takes a key, before all of it stands; a moment later all of it does.

use super::filling::Filling;
use super::item::placed;
use crate::reactive::{RwSignal, memo};
use crate::ui::live;
use leptos::prelude::*;
use std::time::Duration;

/// A page of no more items than these is drawn at once.
const SHORT: usize = 24;
/// What a window shows, with some to spare.
const FIRST: usize = 12;
/// How many follow at a time.
const EACH: usize = 10;

/// These items, in turns; all at once if something of the page is to be reached by its place or name.
pub(super) fn in_turns(filling: Filling, items: Vec<usize>, whole: bool) -> Vec<AnyView> {
    let draw = move |items: &[usize]| -> Vec<AnyView> { items.iter().map(|at| placed(filling, *at, None)).collect() };
    if whole || items.len() <= SHORT {
        return draw(&items);
    }
    let (first, later) = items.split_at(FIRST);
    let mut drawn = draw(first);
    let reached = filling.reached();
    for (number, piece) in later.chunks(EACH).enumerate() {
        let (piece, due) = (piece.to_vec(), memo(move || reached.with(|reached| *reached > number)));
        drawn.push(live(move || due.get().then(|| untrack(|| draw(&piece)))));
    }
    follow(reached, later.len().div_ceil(EACH));
    drawn
}

/// One more piece after each picture, until all stand.
fn follow(reached: RwSignal<usize>, pieces: usize) {
    request_animation_frame(move || {
        let next = move || {
            let now = reached.try_update(|reached| {
                *reached = reached.saturating_add(1);
                *reached
            });
            if now.is_some_and(|now| now < pieces) {
                follow(reached, pieces);
            }
        };
        set_timeout(next, Duration::ZERO);
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
