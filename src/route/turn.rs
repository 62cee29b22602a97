//! What a press of Back or Forward means, by the entry of the history that it came to. How the browser tells it, and what a page
//! does then, is not here.

/// What Back or Forward came to, by the entry of the history and the URL.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Popped {
    /// The entry is one of ours,
    pub(super) ours: bool,
    /// a further step of a page,
    pub(super) layer: bool,
    /// at another place than the one that is shown.
    pub(super) elsewhere: bool,
}

/// What follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Nothing: the host made an entry of its own.
    Nothing,
    /// The page is back at the step before.
    Left,
    /// Another place is shown.
    Arrived,
    /// The entry of a step that is over: there is nothing to show, and it is left again.
    Over,
}

impl Popped {
    /// While a further step of the page is open, or being left.
    pub(super) fn turn(self, open: bool, leaving: bool) -> Turn {
        match self {
            Self { elsewhere: true, layer: false, .. } => Turn::Arrived,
            Self { layer: true, .. } if open && !leaving => Turn::Nothing,
            Self { layer: true, .. } => Turn::Over,
            Self { ours, .. } if open && (ours || leaving) => Turn::Left,
            Self { .. } => Turn::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_entry_below_a_step_ends_it() {
        let (ours, layer, elsewhere) = (true, true, true);
        for (what, popped, open, leaving, expected) in [
            ("back from a step", Popped { ours, ..Popped::default() }, true, false, Turn::Left),
            ("its own way back", Popped { ours, ..Popped::default() }, true, true, Turn::Left),
            ("the host wiped its entry", Popped::default(), true, true, Turn::Left),
            ("a link of the host", Popped::default(), true, false, Turn::Nothing),
            ("back from that link", Popped { ours, layer, elsewhere: false }, true, false, Turn::Nothing),
            ("two back from a step", Popped { ours, layer: false, elsewhere }, true, false, Turn::Arrived),
            ("forward to a step that is over", Popped { ours, layer, elsewhere: false }, false, false, Turn::Over),
            ("back to one of another page", Popped { ours, layer, elsewhere }, false, false, Turn::Over),
            ("back to a page", Popped { ours, layer: false, elsewhere }, false, false, Turn::Arrived),
            ("to where one is", Popped { ours, ..Popped::default() }, false, false, Turn::Nothing),
        ] {
            assert_eq!(popped.turn(open, leaving), expected, "{what}");
        }
    }
}
