//! The views over the page: which one is open, and what it is given. The views themselves are parts of their own.
use super::camera::Taking;
use super::editor::Editing;
use super::filling::{Chosen, Filling, Over};
use super::picker;
use crate::reactive::{derive, memo};
use crate::ui::{live, part};
use leptos::prelude::*;

/// The shape of the frame where an item names none: a sheet of paper.
const SHEET: f32 = 0.707;

/// What is open over the page; nothing otherwise.
pub(super) fn over(filling: Filling) -> AnyView {
    // A view stays as it is while more becomes known about its picture.
    let open = memo(move || filling.over.with(|over| over.as_ref().map(std::mem::discriminant)));
    live(move || {
        open.get()?;
        let parts = filling.given.with_value(|given| given.parts);
        Some(match filling.over.get_untracked()? {
            Over::Camera => {
                let taking = taking(filling);
                part(move || (parts.camera)(taking.clone()))
            }
            Over::Chosen | Over::Kept { .. } => {
                let editing = editing(filling)?;
                part(move || (parts.editor)(editing.clone()))
            }
        })
    })
}

fn taking(filling: Filling) -> Taking {
    let asks = filling.asks();
    Taking {
        aspect: asks.wanted.aspect.unwrap_or(SHEET),
        portrait: asks.wanted.portrait,
        camera: asks.camera,
        label: filling.label(),
        on_done: Callback::new(move |picture| filling.taken(picture)),
        others: Callback::new(move |()| picker::others(filling)),
    }
}

fn editing(filling: Filling) -> Option<Editing> {
    let wanted = filling.asks().wanted;
    let (free, shape) = (!wanted.portrait, wanted.aspect);
    let (file, turns, corners, found) = match filling.over.get_untracked()? {
        Over::Kept { file, .. } => {
            let found = derive(move || {
                filling.over.with(|over| match over {
                    Some(Over::Kept { found, .. }) => *found,
                    Some(Over::Camera | Over::Chosen) | None => None,
                })
            });
            (file, 0, None, found)
        }
        Over::Chosen => match filling.chosen.get_untracked() {
            Chosen::Advised { file, looked, corners, .. } => {
                let found = looked.corners;
                (file, looked.turned, corners, derive(move || found))
            }
            Chosen::Nothing
            | Chosen::Checking { .. }
            | Chosen::Ready(_)
            | Chosen::Refused { .. }
            | Chosen::NotKept(..)
            | Chosen::NotOpened => return None,
        },
        Over::Camera => return None,
    };
    let on_done = Callback::new(move |outcome| filling.edited(outcome));
    Some(Editing { file, turns, corners, found, free, shape, label: filling.label(), on_done })
}
