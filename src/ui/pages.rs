//! Pages that come in one another's place.
//!
//! To end all that lives with a long page costs a slow phone as much as to draw the next one. So a page may end later: it goes
//! from the screen at once, from then on nothing of it is drawn or heard any more, and it ends once the next one was seen.

use super::after_picture;
use super::element::in_the_browser_only;
use leptos::prelude::*;
use leptos::tachys::renderer::types::{Element as Node, Node as AnyNode};
use leptos::tachys::view::Mountable;
use leptos::tachys::view::any_view::AnyViewState;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The place of pages of which one is there at a time.
pub struct Pages {
    /// What lives as long as a page does, in turns: one may still be there when the next begins.
    rooms: (Owner, Owner),
    in_second: Cell<bool>,
    ends_later: Cell<bool>,
    leaving: Leaving,
}

/// A page that has gone from the screen and is not at its end.
type Leaving = Rc<RefCell<Option<Standing>>>;

/// A page that is to be drawn.
pub struct Page(SendWrapper<(AnyView, Stay)>);

/// What a page lives in, and how it ends.
struct Stay {
    room: Owner,
    ends_later: bool,
    leaving: Leaving,
}

/// A page that is drawn.
pub struct Standing {
    view: Option<AnyViewState>,
    stay: Stay,
}

impl Pages {
    /// The place at the current view.
    pub fn here() -> Self {
        Self {
            rooms: (Owner::new(), Owner::new()),
            in_second: Cell::new(false),
            ends_later: Cell::new(false),
            leaving: Leaving::default(),
        }
    }

    /// The next page; `ends_later`: after the one that follows it was seen.
    pub fn next(&self, ends_later: bool, draw: impl FnOnce() -> AnyView) -> Page {
        drop(self.leaving.take());
        if self.ends_later.replace(ends_later) {
            self.room().pause();
            self.in_second.set(!self.in_second.get());
        }
        let room = self.room().clone();
        room.cleanup();
        room.resume();
        Page(SendWrapper::new((room.with(draw), Stay { room, ends_later, leaving: self.leaving.clone() })))
    }

    fn room(&self) -> &Owner {
        if self.in_second.get() { &self.rooms.1 } else { &self.rooms.0 }
    }
}

impl Render for Page {
    type State = Standing;

    fn build(self) -> Standing {
        let (view, stay) = self.0.take();
        Standing { view: Some(stay.room.with(|| view.build())), stay }
    }

    fn rebuild(self, standing: &mut Standing) {
        let mut old = std::mem::replace(standing, self.build());
        old.insert_before_this(standing);
        old.unmount();
        if old.stay.ends_later {
            let leaving = standing.stay.leaving.clone();
            leaving.replace(Some(old));
            after_picture(move || drop(leaving.take()));
        }
    }
}

impl Drop for Standing {
    fn drop(&mut self) {
        // What is drawn goes before what it is drawn from.
        self.view = None;
        if self.stay.ends_later {
            self.stay.room.cleanup();
        }
    }
}

impl Mountable for Standing {
    fn unmount(&mut self) {
        self.view.unmount();
    }

    fn mount(&mut self, parent: &Node, marker: Option<&AnyNode>) {
        self.view.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.view.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Node> {
        self.view.elements()
    }
}

in_the_browser_only!(Page, Standing);
